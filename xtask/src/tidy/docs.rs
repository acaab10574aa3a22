//! The documents point at things that exist.

use super::Finding;
use super::tree::Tree;

/// Where a path in backticks starts when it means a place in this repository.
const PLACES: [&str; 6] = ["crates/", "xtask/", "web/", "tests/", "docs/", "changes/"];

/// What a build or a test makes.
const MADE: [&str; 2] = ["web/dist", "web/e2e/shots"];

/// Finds links and paths in Markdown files that lead nowhere.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with(".md")) {
        let here = file.path.rsplit_once('/').map_or("", |(dir, _)| dir);
        for (index, line) in file.text.lines().enumerate() {
            let links = targets(line).map(|link| resolve(here, link));
            for path in links.chain(paths(line)).filter(|path| !exists(tree, path)) {
                findings.push(Finding::error("docs", &file.path, index + 1, format!("there is no {path}")));
            }
        }
    }
    findings
}

/// `[words](target)`, without those that lead outside or to a heading.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter_map(|target| target.split('#').next()).filter(|t| !t.is_empty() && !t.contains(':'))
}

/// Paths in backticks. Those with an ellipsis, a pattern or a placeholder mean many places and are left alone.
fn paths(line: &str) -> impl Iterator<Item = String> {
    let quoted = line.split('`').skip(1).step_by(2);
    let places = quoted.filter(|text| PLACES.iter().any(|place| text.starts_with(place)));
    let exact = places.filter(|text| !text.contains(['…', '*', '<', '{', ' ']) && !text.contains("NNNN"));
    exact
        .filter(|text| !MADE.iter().any(|made| text.starts_with(made)))
        .map(|text| text.trim_end_matches('/').to_owned())
}

fn resolve(here: &str, link: &str) -> String {
    let mut parts: Vec<&str> = here.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

fn exists(tree: &Tree, path: &str) -> bool {
    let folder = format!("{path}/");
    // Pictures aren't text and so aren't in the tree; git still knows them.
    tree.paths.iter().any(|known| known == path || known.starts_with(&folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_or_link_that_leads_nowhere_is_found() {
        let text = "See `crates/app/src/a.rs`, `crates/app`, [b](../b.md#x), [out](https://example.org), `crates/*/x`.\n\
                    But `crates/app/src/gone.rs` and [gone](gone.md).";
        let tree = Tree::of(&[("docs/how-to/a.md", text), ("crates/app/src/a.rs", ""), ("docs/b.md", "")]);
        let found: Vec<(usize, String)> = check(&tree).into_iter().map(|f| (f.line, f.message)).collect();
        let expected = ["there is no docs/how-to/gone.md", "there is no crates/app/src/gone.rs"];
        assert_eq!(found, expected.map(|message| (2, message.to_owned())));
    }
}
