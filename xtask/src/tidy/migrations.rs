//! I8: every migration exists for both databases, under the same number and name.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::tree::Tree;

const DIR: &str = "crates/store/migrations/";
const DATABASES: [&str; 2] = ["sqlite", "postgres"];

/// Finds migrations without a twin, numbers used twice and gaps in the numbering.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let [sqlite, postgres] = DATABASES.map(|database| names(tree, database));
    let lonely = |mine: &BTreeSet<String>, theirs: &BTreeSet<String>, database: &str| -> Vec<Finding> {
        let missing = mine.difference(theirs);
        missing
            .map(|name| Finding::error("I8", &format!("{DIR}{database}/{name}"), 0, "has no twin"))
            .collect()
    };
    let mut findings = lonely(&sqlite, &postgres, "sqlite");
    findings.extend(lonely(&postgres, &sqlite, "postgres"));
    findings.extend(numbers(&sqlite));
    findings
}

fn names(tree: &Tree, database: &str) -> BTreeSet<String> {
    let dir = format!("{DIR}{database}/");
    tree.files.iter().filter_map(|file| file.path.strip_prefix(&dir)).map(str::to_owned).collect()
}

fn numbers(names: &BTreeSet<String>) -> Vec<Finding> {
    let mut used: BTreeMap<u32, &str> = BTreeMap::new();
    let mut findings = Vec::new();
    for name in names {
        let path = format!("{DIR}sqlite/{name}");
        let number = name.split_once('_').and_then(|(number, _)| number.parse().ok());
        let Some(number) = number.filter(|_| name.ends_with(".sql")) else {
            findings.push(Finding::error("I8", &path, 0, "should be called NNNN_name.sql"));
            continue;
        };
        if let Some(other) = used.insert(number, name) {
            findings.push(Finding::error("I8", &path, 0, format!("has the number of {other}")));
        }
    }
    let expected = 1..=u32::try_from(used.len()).unwrap_or(u32::MAX);
    if !used.keys().copied().eq(expected) {
        findings.push(Finding::error("I8", DIR, 0, "numbers should go up from 1 without a gap"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> Tree {
        let files: Vec<(String, &str)> = files.iter().map(|file| (format!("{DIR}{file}"), "")).collect();
        Tree::of(&files.iter().map(|(path, text)| (path.as_str(), *text)).collect::<Vec<_>>())
    }

    #[test]
    fn twins_are_fine() {
        assert_eq!(check(&tree(&["sqlite/0001_first.sql", "postgres/0001_first.sql"])), []);
    }

    #[test]
    fn a_migration_without_its_twin_is_found() {
        let findings =
            check(&tree(&["sqlite/0001_first.sql", "postgres/0001_first.sql", "postgres/0002_more.sql"]));
        assert_eq!(findings.len(), 1);
        assert!(findings[0].path.ends_with("postgres/0002_more.sql"));
    }

    #[test]
    fn a_number_used_twice_and_a_gap_are_found() {
        let twice = ["sqlite/0001_a.sql", "sqlite/0001_b.sql", "postgres/0001_a.sql", "postgres/0001_b.sql"];
        assert_eq!(check(&tree(&twice)).len(), 1);
        let gap = ["sqlite/0001_a.sql", "sqlite/0003_b.sql", "postgres/0001_a.sql", "postgres/0003_b.sql"];
        assert_eq!(check(&tree(&gap)).len(), 1);
    }
}
