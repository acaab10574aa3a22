//! What the tests need besides Rust: found, or installed where that is possible, or named.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell;

/// Debian packages in one go, since refreshing the package lists is the slow part.
///
/// Returns `false`, having said why, where packages can't be installed.
pub fn debian(packages: &[&str]) -> bool {
    if packages.is_empty() {
        return true;
    }
    let list = packages.join(" ");
    if !shell::is_root() || shell::find("apt-get").is_none() {
        println!("test: {list} missing, and without root and apt-get they can't be installed here");
        return false;
    }
    println!("test: installing {list} with apt-get");
    let mut install = apt(&["install", "--yes", "--no-install-recommends"]);
    install.args(packages);
    let done = shell::must(&mut apt(&["update", "--quiet=2"])).and_then(|()| shell::must(&mut install));
    if let Err(error) = done {
        println!("test: {error:#}");
        return false;
    }
    true
}

fn apt(arguments: &[&str]) -> std::process::Command {
    let mut apt = shell::command("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
    apt
}

/// A Chromium that Playwright can drive.
pub fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(shell::find)
}

/// PostgreSQL's own programs, newest version first. Debian keeps them off the search path.
pub fn postgres_programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin): &(u32, PathBuf)| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    let newest = versions.pop().map(|(_, bin)| bin);
    newest.or_else(|| shell::find("initdb").and_then(|initdb| initdb.parent().map(Path::to_path_buf)))
}

/// The Python of a virtual environment with the packages of a file of requirements.
///
/// Each file has an environment of its own, kept under the target folder and made again when the file changes.
///
/// # Errors
/// When Python 3 with its `venv` module is missing, or a package can't be installed.
pub fn python(requirements: &str) -> Result<PathBuf> {
    let wanted = fs::read_to_string(shell::root().join(requirements))
        .with_context(|| format!("failed to read {requirements}"))?;
    let name = requirements.trim_end_matches(".txt").replace('/', "-");
    let dir = shell::target().join("test-venvs").join(name);
    let (python, stamp) = (dir.join("bin/python"), dir.join("requirements.installed"));
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    if dir.exists() {
        fs::remove_dir_all(&dir).with_context(|| format!("failed to remove {}", dir.display()))?;
    }
    create(&dir)?;
    println!("test: installing the packages of {requirements} with pip");
    let mut pip = shell::command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    shell::must(pip.arg(requirements))?;
    fs::write(&stamp, wanted).with_context(|| format!("failed to write {}", stamp.display()))?;
    Ok(python)
}

fn create(dir: &Path) -> Result<()> {
    if shell::find("python3").is_none() && !debian(&["python3", "python3-venv"]) {
        bail!("python3 is missing: install Python 3.11 or newer with venv (Debian: python3-venv)");
    }
    println!("test: making a Python environment in {}", dir.display());
    if venv(dir).is_ok() {
        return Ok(());
    }
    // Debian ships Python without the parts that venv needs.
    if debian(&["python3-venv"]) && venv(dir).is_ok() {
        return Ok(());
    }
    bail!("python3 -m venv does not work: install it (Debian: python3-venv)");
}

fn venv(dir: &Path) -> Result<()> {
    shell::must(shell::command("python3").args(["-m", "venv"]).arg(dir))
}
