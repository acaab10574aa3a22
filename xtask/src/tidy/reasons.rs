//! Every direct dependency has a line in `docs/dependencies.md` that says why it is there.

use serde_json::Value;

use super::Finding;
use super::rooms::Metadata;
use super::tree::Tree;

const PAGE: &str = "docs/dependencies.md";
const PACKAGES: &str = "web/package.json";

/// Finds dependencies without a reason, and reasons without a dependency.
pub fn check(tree: &Tree, metadata: &Metadata) -> Vec<Finding> {
    let text =
        |path: &str| tree.files.iter().find(|file| file.path == path).map_or("", |file| file.text.as_str());
    let told: Vec<&str> =
        text(PAGE).lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let mut used: Vec<String> = metadata.foreign().map(str::to_owned).collect();
    used.extend(packages(text(PACKAGES)));
    used.sort();
    used.dedup();
    let silent = used.iter().filter(|name| !told.contains(&name.as_str()));
    let gone = told.iter().filter(|name| !used.iter().any(|known| known == *name));
    let silent = silent.map(|name| Finding::error("reasons", PAGE, 0, format!("doesn't say why {name}")));
    silent.chain(gone.map(|name| Finding::error("reasons", PAGE, 0, format!("{name} is not used")))).collect()
}

fn packages(manifest: &str) -> Vec<String> {
    let manifest: Value = serde_json::from_str(manifest).unwrap_or_default();
    let kinds = ["dependencies", "devDependencies"].into_iter().filter_map(|kind| manifest[kind].as_object());
    kinds.flat_map(|packages| packages.keys().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_without_a_reason_and_a_reason_without_a_dependency_are_found() {
        let metadata = Metadata::of(&[("app", &["model", "serde", "tokio"]), ("model", &[])]);
        let tree = Tree::of(&[
            (PAGE, "| crate | why |\n| `serde` | types |\n| `rand` | dice |\n"),
            (PACKAGES, r#"{"dependencies": {"react": "1"}}"#),
        ]);
        let found: Vec<String> = check(&tree, &metadata).into_iter().map(|finding| finding.message).collect();
        assert_eq!(found, ["doesn't say why react", "doesn't say why tokio", "rand is not used"]);
    }
}
