//! The project's own chores: `cargo xtask demo | test | codegen | tidy | bench | chaos | fuzz`.

mod bench;
mod chaos;
mod codegen;
mod coverage;
mod demo;
mod fuzz;
mod shell;
mod suite;
mod tidy;
mod web;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

  demo    [--port N] [--emulator-port N] [--data DIR] [--no-open]
          build everything, then start Waypost on SQLite with its emulator and a seeded shop
  test    [--only rust|web|e2e|clients|tidy]
          install or start what the tests need, run them, and end with one line of counts
  codegen write openapi.json, the TypeScript client and the emulator's coverage page from the code
  tidy    check the house rules that neither the compiler nor clippy can hold
  bench   <name> [arguments]
          build with optimisations and print the named benchmark's JSON (ingest)
  chaos   [--minutes N] [--rate N] [--sends N] [--database sqlite|postgres|nodes] [--no-wake-ups] [--seed N]
          kill, cut off and lie to real processes under load (5 minutes of 1,000 webhooks and 200 sends a second on
          each), and end each run with one JSON object; see docs/chaos.md
  fuzz    <target> [--seconds N]
          random bytes against a reader of cloud-api, with a nightly compiler (60 seconds)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let result = match command {
        "demo" => demo::run(rest),
        "test" => suite::run(rest),
        "codegen" => codegen::run().map(|()| ExitCode::SUCCESS),
        "tidy" => tidy::run(),
        "bench" => bench::run(rest),
        "chaos" => chaos::run(rest),
        "fuzz" => fuzz::run(rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => Err(anyhow::anyhow!("there is no command {other}\n\n{USAGE}")),
    };
    result.unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::from(2)
    })
}
