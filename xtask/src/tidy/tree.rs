//! The files that belong to the repository, read once.

use std::path::Path;

use anyhow::{Context, Result};

use super::rust::Source;
use crate::shell;

pub struct File {
    /// Relative to the root, with forward slashes.
    pub path: String,
    pub text: String,
}

pub struct Tree {
    /// Those that are text.
    pub files: Vec<File>,
    /// All of them.
    pub paths: Vec<String>,
}

impl Tree {
    /// What git tracks, and what it would track if it were added. Files that aren't text are left out.
    ///
    /// # Errors
    /// When git can't list the files or one can't be read.
    pub fn read(root: &Path) -> Result<Self> {
        let listing = shell::output(shell::command("git").current_dir(root).args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ]))?;
        let (mut files, mut paths) = (Vec::new(), Vec::new());
        for path in listing.split('\0').filter(|path| !path.is_empty()) {
            let full = root.join(path);
            // Deleted, but not yet for git.
            if !full.is_file() {
                continue;
            }
            paths.push(path.to_owned());
            let bytes = std::fs::read(&full).with_context(|| format!("failed to read {path}"))?;
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(File { path: path.to_owned(), text });
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files, paths })
    }

    /// Rust files whose path starts so.
    pub fn rust(&self, under: &str) -> impl Iterator<Item = (&str, Source)> {
        let files =
            self.files.iter().filter(move |file| file.path.starts_with(under) && file.path.ends_with(".rs"));
        files.map(|file| (file.path.as_str(), Source::read(&file.text)))
    }

    /// The same without test code: no `tests` folders or files, no `#[cfg(test)]` modules.
    pub fn product(&self, under: &str) -> impl Iterator<Item = (&str, Source)> {
        self.rust(under)
            .filter(|(path, _)| !is_test(path))
            .map(|(path, source)| (path, source.without_tests()))
    }
}

fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let in_folder = path.split('/').any(|part| matches!(part, "tests" | "benches" | "examples"));
    in_folder || name == "tests.rs" || name.ends_with("_test.rs") || name.ends_with("_tests.rs")
}

#[cfg(test)]
impl Tree {
    /// A tree that exists only in the test.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let paths = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        let files =
            files.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() });
        Self { files: files.collect(), paths }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_code_is_known_by_its_place() {
        for path in ["crates/app/tests/a.rs", "crates/app/src/tests.rs", "crates/app/src/inbox/tests/b.rs"] {
            assert!(is_test(path), "{path}");
        }
        assert!(!is_test("crates/testkit/src/lib.rs"));
    }
}
