//! `docs/emulator/coverage.md`: which of Meta's paths the emulator answers, and the tests of each behaviour.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

use crate::shell;

pub const FILE: &str = "docs/emulator/coverage.md";
const TESTS: &str = "crates/emulator/tests";
const BEHAVIOURS: &str = "crates/emulator/tests/behaviours.txt";

const HEAD: &str = "\
# What the emulator answers

Written by `cargo xtask codegen` from the emulator's own routing table and from the names of its tests; not by hand.

## Meta's paths

At any version from v1.0 to v26.0, and without one. `in part` says what is left out. An `unknown path` is refused as Meta refuses
one (code 2500), and so is everything that isn't here; an `addition` is no path of Meta's. Fields of a node are asked for with
`fields=`, analytics among them (`analytics`, `conversation_analytics`, `pricing_analytics`, `call_analytics` of a WABA). Media
and pictures are fetched from the addresses that the answers give.
";

const BEHAVIOURS_HEAD: &str = "
## Behaviours

What a program notices of the platform, and the tests that prove that it is so here. They are in `crates/emulator/tests`, named after
the number (`b07_…`).

| | behaviour | tests |
|---|---|---|
";

/// The page, with what the binary says about paths.
///
/// # Errors
/// When the binary or the tests can't be read.
pub fn page() -> Result<String> {
    let paths = shell::output(shell::command(shell::waypost("debug")).args(["emulator", "coverage"]))?;
    let mut page = format!("{HEAD}{paths}{BEHAVIOURS_HEAD}");
    let tests = tests()?;
    for (number, words) in behaviours()? {
        let names: Vec<String> =
            tests.get(&number).into_iter().flatten().map(|name| name.replace('_', " ")).collect();
        page += &format!("| {number} | {words} | {} |\n", names.join("<br>"));
    }
    Ok(page)
}

/// Number and words, in order.
fn behaviours() -> Result<Vec<(String, String)>> {
    let path = shell::root().join(BEHAVIOURS);
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))?;
    let lines = text.lines().filter_map(|line| line.split_once(" | "));
    Ok(lines.map(|(number, words)| (number.to_owned(), words.to_owned())).collect())
}

/// The names of tests behind `bNN_`, by number.
fn tests() -> Result<BTreeMap<String, Vec<String>>> {
    let mut found = BTreeMap::new();
    scan(&shell::root().join(TESTS), &mut found)?;
    found.values_mut().for_each(|names: &mut Vec<String>| names.sort());
    Ok(found)
}

fn scan(dir: &Path, found: &mut BTreeMap<String, Vec<String>>) -> Result<()> {
    for entry in std::fs::read_dir(dir).with_context(|| format!("failed to read {}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            scan(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path)?;
            for (number, name) in text.lines().filter_map(numbered) {
                found.entry(number.to_owned()).or_default().push(name.to_owned());
            }
        }
    }
    Ok(())
}

/// Number and name of a test function that has one.
fn numbered(line: &str) -> Option<(&str, &str)> {
    let (name, _) = line.split_once("fn b")?.1.split_once('(')?;
    let (number, name) = name.split_once('_')?;
    (number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit())).then_some((number, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_behaviour_has_a_test_and_every_number_is_a_behaviour() {
        let (behaviours, tests) = (behaviours().unwrap(), tests().unwrap());
        assert_eq!(behaviours.len(), 40);
        let without: Vec<&str> = behaviours
            .iter()
            .map(|(number, _)| number.as_str())
            .filter(|n| !tests.contains_key(*n))
            .collect();
        assert!(without.is_empty(), "no test is named after {without:?}");
        let unknown: Vec<&String> =
            tests.keys().filter(|n| !behaviours.iter().any(|(known, _)| known == *n)).collect();
        assert!(unknown.is_empty(), "there is no behaviour {unknown:?}");
    }

    #[test]
    fn a_number_is_read_from_a_tests_name() {
        assert_eq!(numbered("async fn b07_a_day_later() {"), Some(("07", "a_day_later")));
        assert_eq!(numbered("fn build_it() {"), None);
    }
}
