//! `cargo xtask demo`: build what is missing and hand over to `waypost demo`.

use std::os::unix::process::CommandExt;
use std::process::{ExitCode, Stdio};

use anyhow::{Result, bail};

use crate::{shell, web};

/// Every argument goes to `waypost demo` as it is, so that both always take the same ones.
///
/// # Errors
/// When something can't be built, or the binary can't be started. It doesn't return otherwise: the demo takes this
/// process's place, so that Ctrl-C and kill reach it directly.
pub fn run(arguments: &[String]) -> Result<ExitCode> {
    if web::is_stale()? {
        println!("demo: building the web screens");
        web::install()?;
        shell::must(&mut web::npm(&["run", "build"]))?;
    }
    println!("demo: building the binary (the first time takes some minutes)");
    shell::must(&mut shell::cargo(&["build", "--package", "cli"]))?;
    let mut waypost = shell::command(shell::waypost("debug"));
    waypost.arg("demo").args(arguments).stdin(Stdio::inherit());
    // A folder that a person names is meant from where they stand; the default one lies in the repository.
    if arguments.iter().any(|argument| argument.starts_with("--data")) {
        waypost.current_dir(std::env::current_dir()?);
    }
    let error = waypost.exec();
    bail!("failed to start waypost: {error}");
}
