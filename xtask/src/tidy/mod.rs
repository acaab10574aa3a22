//! `cargo xtask tidy`: the house rules that neither the compiler nor clippy can hold. `docs/ARCHITECTURE.md` says why
//! each of them stands.

mod clock;
mod docs;
mod hygiene;
mod migrations;
mod reasons;
mod rooms;
mod rust;
mod sql;
mod tree;
mod wire;

use std::process::ExitCode;

use anyhow::Result;

use self::tree::Tree;
use crate::suite::Counts;

/// One place where a rule is broken.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    rule: &'static str,
    path: String,
    /// From 1; 0 when the whole file is meant.
    line: usize,
    message: String,
    /// A warning is shown and doesn't fail the run.
    warning: bool,
}

impl Finding {
    fn error(rule: &'static str, path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { rule, path: path.to_owned(), line, message: message.into(), warning: false }
    }

    fn warning(rule: &'static str, path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { warning: true, ..Self::error(rule, path, line, message) }
    }
}

/// # Errors
/// When the tree or cargo's metadata can't be read.
pub fn run() -> Result<ExitCode> {
    let counts = check()?;
    Ok(if counts.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks every rule, prints what it found, and counts a rule as one test.
///
/// # Errors
/// As [`run`].
pub fn check() -> Result<Counts> {
    let tree = Tree::read(&crate::shell::root())?;
    let metadata = rooms::Metadata::read()?;
    let rules: [(&str, Vec<Finding>); 11] = [
        ("rooms: who may import whom", rooms::edges(&metadata)),
        ("I1: no runtime in model and flow", rooms::pure(&metadata)),
        ("I2: only translate knows both languages", wire::check(&tree)),
        ("I3: SQL text stands in store", sql::texts(&tree)),
        ("I3: only app obtains a Writer", sql::writers(&tree)),
        ("I7: time and dice are injected", clock::check(&tree)),
        ("I8: migrations are twins", migrations::check(&tree)),
        ("docs: point at what exists", docs::check(&tree)),
        ("docs: a reason for every dependency", reasons::check(&tree, &metadata)),
        ("files: length", hygiene::length(&tree)),
        ("files: nothing unfinished, nothing of one machine", hygiene::check(&tree)),
    ];
    let mut counts = Counts::default();
    for (name, findings) in rules {
        let broken = findings.iter().any(|finding| !finding.warning);
        counts += Counts { passed: u64::from(!broken), failed: u64::from(broken), skipped: 0 };
        println!("{} {name}", if broken { "FAIL" } else { "ok  " });
        for Finding { rule, path, line, message, warning } in &findings {
            let kind = if *warning { "warning" } else { "error" };
            println!("  {kind}: {path}:{line}: {rule}: {message}");
        }
    }
    Ok(counts)
}
