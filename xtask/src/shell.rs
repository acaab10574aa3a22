//! Starting other programs: found on the path, heard line by line, without the environment that `cargo run` adds.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail};

/// The repository's root, wherever the command was started from.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The product's binary as `cargo build` leaves it.
pub fn waypost(profile: &str) -> PathBuf {
    target().join(profile).join("waypost")
}

/// A command that runs in the repository's root.
///
/// What `cargo run` sets for xtask itself is taken out: build scripts that watch those variables would otherwise
/// build again on every change between `cargo build` and `cargo xtask`.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let from_cargo_run = text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || matches!(text.as_ref(), "CARGO_BIN_NAME" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE");
        if from_cargo_run {
            command.env_remove(&name);
        }
    }
    command
}

pub fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments);
    cargo
}

/// The program's path, when it is on the search path.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    std::fs::metadata(file).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Whether this process may install Debian packages and change users.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

/// What a program left behind: whether it ended well, and all it printed.
pub struct Heard {
    pub ok: bool,
    pub text: String,
}

/// Runs the command, passes on what it prints line by line, and keeps it.
///
/// # Errors
/// When the program can't be started. A program that ends badly is no error but `ok: false`.
pub fn hear(command: &mut Command) -> Result<Heard> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("failed to start {name}"))?;
    let text = Arc::new(Mutex::new(String::new()));
    let readers = [
        child.stdout.take().map(|out| pass_on(out, std::io::stdout(), Arc::clone(&text))),
        child.stderr.take().map(|err| pass_on(err, std::io::stderr(), Arc::clone(&text))),
    ];
    let status = child.wait().with_context(|| format!("failed to wait for {name}"))?;
    for reader in readers.into_iter().flatten() {
        if reader.join().is_err() {
            bail!("failed to read what {name} printed");
        }
    }
    let text = text.lock().map(|text| text.clone()).unwrap_or_default();
    Ok(Heard { ok: status.success(), text })
}

fn pass_on(
    from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    kept: Arc<Mutex<String>>,
) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while from.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            // A closed terminal must not stop the program whose output this is.
            let _ = to.write_all(&line);
            if let Ok(mut kept) = kept.lock() {
                kept.push_str(&String::from_utf8_lossy(&line));
            }
            line.clear();
        }
    })
}

/// Runs the command with this process's own output and fails when it does.
pub fn must(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("failed to start {shown}"))?;
    if !status.success() {
        bail!("failed to run {shown}: {status}");
    }
    Ok(())
}

/// Runs the command and returns what it printed to its standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("failed to start {shown}"))?;
    if !output.status.success() {
        bail!("failed to run {shown}: {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("failed to read the output of {shown}"))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
