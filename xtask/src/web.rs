//! The web folder as the other commands need it: packages installed, assets newer than their sources.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::shell;

pub fn dir() -> PathBuf {
    shell::root().join("web")
}

pub fn npm(arguments: &[&str]) -> Command {
    let mut npm = shell::command("npm");
    npm.current_dir(dir()).args(arguments);
    npm
}

/// `npm ci`, unless what is installed came from the same lock file.
///
/// # Errors
/// When npm is missing (it names what to install) or the installation fails.
pub fn install() -> Result<()> {
    if shell::find("npm").is_none() {
        bail!("npm is missing: install Node.js 20 or newer together with npm");
    }
    let stamp = dir().join("node_modules/.installed-from-lock");
    let lock = fs::read(dir().join("package-lock.json")).context("failed to read web/package-lock.json")?;
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("web: installing packages (npm ci)");
    shell::must(&mut npm(&["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, lock).context("failed to note which packages are installed")
}

/// Whether `web/dist` is missing or older than anything it is built from.
///
/// # Errors
/// When the sources can't be read.
pub fn is_stale() -> Result<bool> {
    let Some(built) = modified(&dir().join("dist/index.html")) else { return Ok(true) };
    let sources = [
        "src",
        "public",
        "index.html",
        "package.json",
        "package-lock.json",
        "vite.config.ts",
        "tsconfig.json",
    ];
    for source in sources {
        if newest(&dir().join(source))?.is_some_and(|changed| changed > built) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn newest(path: &Path) -> Result<Option<SystemTime>> {
    if !path.is_dir() {
        return Ok(modified(path));
    }
    let mut newest = modified(path);
    for entry in fs::read_dir(path).with_context(|| format!("failed to read {}", path.display()))? {
        newest = newest.max(self::newest(&entry?.path())?);
    }
    Ok(newest)
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|meta| meta.modified()).ok()
}
