//! `cargo xtask bench <name>`: an optimised build, then the benchmark that the binary carries.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::shell;

/// The build's output goes to standard error, so that standard output is the benchmark's JSON and nothing else.
pub fn run(arguments: &[String]) -> Result<ExitCode> {
    let Some((name, rest)) = arguments.split_first() else {
        bail!("which benchmark? for example: cargo xtask bench ingest");
    };
    shell::must(&mut shell::cargo(&["build", "--release", "--package", "cli"]))?;
    let json = shell::output(shell::command(shell::waypost("release")).args(["bench", name]).args(rest))?;
    print!("{json}");
    Ok(ExitCode::SUCCESS)
}
