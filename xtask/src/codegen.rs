//! `cargo xtask codegen`: files that are written by the code and checked in.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{coverage, shell, web};

/// What is generated, relative to the root.
pub const FILES: [&str; 3] = ["openapi.json", "web/src/api/schema.d.ts", coverage::FILE];

pub fn run() -> Result<()> {
    web::install()?;
    shell::must(&mut shell::cargo(&["build", "--package", "cli"]))?;
    write()?;
    for file in FILES {
        println!("codegen: wrote {file}");
    }
    Ok(())
}

/// Writes the files again with the binary and the packages that are there.
///
/// # Errors
/// When the binary can't tell its OpenAPI document, or the client generator fails.
pub fn write() -> Result<()> {
    let document = shell::output(shell::command(shell::waypost("debug")).arg("openapi"))?;
    let path = shell::root().join(FILES[0]);
    std::fs::write(&path, document).with_context(|| format!("failed to write {}", path.display()))?;
    let page = shell::root().join(coverage::FILE);
    std::fs::write(&page, coverage::page()?)
        .with_context(|| format!("failed to write {}", page.display()))?;
    shell::must(&mut web::npm(&["run", "--silent", "codegen"]))
}

/// Generates again and tells which files were not what the code says. They are left as they should be.
///
/// # Errors
/// As [`write`].
pub fn stale() -> Result<Vec<&'static str>> {
    let before = FILES.map(read);
    write()?;
    let after = FILES.map(read);
    let pairs = FILES.into_iter().zip(before.into_iter().zip(after));
    Ok(pairs.filter(|(_, (before, after))| before != after).map(|(file, _)| file).collect())
}

fn read(file: &str) -> Option<String> {
    let path: PathBuf = shell::root().join(Path::new(file));
    std::fs::read_to_string(path).ok()
}
