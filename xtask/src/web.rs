//! The web folder as the other commands need it: packages installed, assets newer than their sources.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use std::{fmt, fs};

use anyhow::{Context, Result, bail};

use crate::shell;

pub fn dir() -> PathBuf {
    shell::root().join("web")
}

pub fn npm(arguments: &[&str]) -> Command {
    npm_in(&dir(), arguments)
}

fn npm_in(dir: &Path, arguments: &[&str]) -> Command {
    let mut npm = shell::command("npm");
    npm.current_dir(dir).args(arguments);
    npm
}

/// What the build tools ask for; `engines` in package.json says the same.
const OLDEST: NodeVersion = NodeVersion { major: 20, minor: 19 };

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct NodeVersion {
    major: u32,
    minor: u32,
}

impl NodeVersion {
    /// Reads what `node --version` prints: `v20.19.4`.
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.trim().strip_prefix('v')?.split('.');
        Some(Self { major: parts.next()?.parse().ok()?, minor: parts.next()?.parse().ok()? })
    }
}

impl fmt::Display for NodeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

fn check_node() -> Result<()> {
    let said = shell::output(shell::command("node").arg("--version"))
        .with_context(|| format!("node is missing: install Node.js {OLDEST} or newer"))?;
    match NodeVersion::read(&said) {
        Some(found) if found >= OLDEST => Ok(()),
        _ => bail!("Node.js {OLDEST} or newer is needed, and node here is {}", said.trim()),
    }
}

/// The web folder's own packages.
///
/// # Errors
/// As [`install_in`].
pub fn install() -> Result<()> {
    install_in(&dir())
}

/// `npm ci`, unless what is installed came from the same lock file.
///
/// # Errors
/// When npm or Node.js is missing or too old (it names what to install) or the installation fails.
pub fn install_in(dir: &Path) -> Result<()> {
    if shell::find("npm").is_none() {
        bail!("npm is missing: install Node.js {OLDEST} or newer together with npm");
    }
    check_node()?;
    let (stamp, lock) = (dir.join("node_modules/.installed-from-lock"), dir.join("package-lock.json"));
    let lock = fs::read(&lock).with_context(|| format!("failed to read {}", lock.display()))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("installing the packages of {} (npm ci)", dir.display());
    shell::must(&mut npm_in(dir, &["ci", "--no-audit", "--no-fund"]))?;
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
        "docs",
        "public",
        "index.html",
        "package.json",
        "package-lock.json",
        ".npmrc",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_is_new_enough_from_20_19_on() {
        for (said, enough) in
            [("v20.19.0\n", true), ("v22.3.1", true), ("v20.9.0", false), ("v18.20.4", false)]
        {
            assert_eq!(NodeVersion::read(said).is_some_and(|found| found >= OLDEST), enough, "{said}");
        }
        assert!(NodeVersion::read("20").is_none());
    }
}
