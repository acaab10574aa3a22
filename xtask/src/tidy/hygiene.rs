//! Nothing unfinished, nothing that is true on one machine only, no file too long to read in one go.

use super::Finding;
use super::tree::{File, Tree};

const LONG: usize = 400;
const CODE: [&str; 7] = [".rs", ".ts", ".tsx", ".mjs", ".css", ".py", ".sql"];
/// Written by programs.
const GENERATED: [&str; 4] = ["Cargo.lock", "package-lock.json", "openapi.json", "schema.d.ts"];
/// This folder has to name what it looks for.
const HERE: &str = "xtask/src/tidy/";

const UNFINISHED: [&str; 13] = [
    "TODO",
    "FIXME",
    "XXX",
    "todo!(",
    "unimplemented!(",
    "#[ignore",
    "it.skip(",
    "test.skip(",
    "describe.skip(",
    "it.only(",
    "test.only(",
    "describe.only(",
    "pytest.mark.skip",
];

/// Folders of one machine, and hosts that a checkout must not depend on by name: which registry serves a package is
/// the business of the machine that builds.
const ONE_MACHINE: [&str; 9] = [
    "/work/",
    "/root/",
    "/home/",
    "registry.npmjs.org",
    "registry.yarnpkg.com",
    "index.crates.io",
    "static.crates.io",
    "files.pythonhosted.org",
    "deb.debian.org",
];

/// Warns of files that are too long.
pub fn length(tree: &Tree) -> Vec<Finding> {
    let code = tree.files.iter().filter(|file| is_code(file) && !is_generated(file));
    let long = code.map(|file| (file, file.text.lines().count())).filter(|(_, lines)| *lines > LONG);
    long.map(|(file, lines)| {
        Finding::warning("length", &file.path, 0, format!("{lines} lines, aim at {LONG}"))
    })
    .collect()
}

/// Finds unfinished marks, skipped tests, places of one machine, and a release without a word about it.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| !file.path.starts_with(HERE)) {
        if is_code(file) && !is_generated(file) {
            find(file, &UNFINISHED, "is not finished", &mut findings);
        }
        find(file, &ONE_MACHINE, "is true on one machine only", &mut findings);
    }
    let told =
        tree.files.iter().any(|file| file.path.starts_with("changes/") && file.path != "changes/README.md");
    if !told {
        findings.push(Finding::error("changes", "changes/", 0, "holds no file about what users will notice"));
    }
    findings
}

fn find(file: &File, words: &[&str], what: &str, findings: &mut Vec<Finding>) {
    for (index, line) in file.text.lines().enumerate() {
        if let Some(word) = words.iter().find(|word| stands_in(line, word)) {
            findings.push(Finding::error("hygiene", &file.path, index + 1, format!("{word} {what}")));
        }
    }
}

/// A word counts when it isn't part of a longer one: `wamid.XXXX` in a sample is no mark, and neither is
/// `https://example.org/home/`.
fn stands_in(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let inside = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let before = line[..at].chars().next_back().is_some_and(inside);
        let after = line[at + word.len()..].chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_');
        let opens = word.ends_with(['(', '/']);
        !before && (opens || !after)
    })
}

fn is_code(file: &File) -> bool {
    CODE.iter().any(|ending| file.path.ends_with(ending))
}

fn is_generated(file: &File) -> bool {
    GENERATED.iter().any(|name| file.path.ends_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGE: (&str, &str) = ("changes/0001-a.md", "");

    #[test]
    fn a_long_file_is_a_warning() {
        let text = "x\n".repeat(401);
        let findings = length(&Tree::of(&[("crates/app/src/a.rs", &text), ("Cargo.lock", &text)]));
        assert_eq!(findings.len(), 1);
        assert!(findings[0].warning);
    }

    #[test]
    fn unfinished_marks_and_skipped_tests_are_found() {
        for text in ["// TODO: later", "todo!()", "#[ignore = \"slow\"]", "it.skip('x')", "  test.only('x')"]
        {
            let findings = check(&Tree::of(&[("web/src/a.ts", text), CHANGE]));
            assert_eq!(findings.len(), 1, "{text}");
        }
    }

    #[test]
    fn samples_and_prose_are_not_marks() {
        let tree = Tree::of(&[
            ("crates/app/src/a.rs", "let id = \"wamid.XXX\"; let url = \"https://example.org/home/\";"),
            ("docs/a.md", "A TODO in prose is a word."),
            CHANGE,
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn places_of_one_machine_are_found_in_every_file() {
        for text in ["see /root/.cargo", "https://registry.npmjs.org/left-pad"] {
            let findings = check(&Tree::of(&[("web/package-lock.json", text), CHANGE]));
            assert_eq!(findings.len(), 1, "{text}");
        }
    }

    #[test]
    fn a_tree_without_a_change_file_is_found() {
        assert_eq!(check(&Tree::of(&[("changes/README.md", "")])).len(), 1);
    }
}
