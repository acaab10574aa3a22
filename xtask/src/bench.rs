//! `cargo xtask bench <name>`: an optimised build, a PostgreSQL of its own, and one JSON object on standard output.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::{shell, suite::postgres::Postgres};

/// Name, crate and bench target.
const BENCHES: [(&str, &str, &str); 7] = [
    ("ingest", "server", "ingest"),
    ("send", "server", "send"),
    ("roundtrip", "server", "roundtrip"),
    ("recover", "cli", "recover"),
    ("idle", "cli", "idle"),
    ("commits", "store", "commits"),
    ("sends", "emulator", "sends"),
];

/// What follows the name is given to the benchmark, such as `--contacts 1000`. The build's output and everything said on
/// the way goes to standard error.
///
/// # Errors
/// Without a known name, or when the build or the benchmark fails.
pub fn run(arguments: &[String]) -> Result<ExitCode> {
    let names = BENCHES.map(|(name, ..)| name).join(", ");
    let Some((wanted, options)) = arguments.split_first() else {
        bail!("which benchmark? one of {names}; for example: cargo xtask bench ingest")
    };
    let Some((_, package, target)) = BENCHES.iter().find(|(name, ..)| name == wanted) else {
        bail!("there is no benchmark {wanted}; there are {names}");
    };
    let mut command = shell::cargo(&["bench", "--quiet", "--package", package, "--bench", target]);
    if !options.is_empty() {
        command.arg("--").args(options);
    }
    // Without PostgreSQL the benchmark says what it leaves out.
    let postgres = Postgres::start().inspect_err(|error| eprintln!("bench: {error:#}")).ok();
    if let Some(postgres) = &postgres {
        command.env("WAYPOST_TEST_POSTGRES_URL", postgres.url());
    }
    print!("{}", shell::output(&mut command)?);
    Ok(ExitCode::SUCCESS)
}
