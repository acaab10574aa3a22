//! `waypost`: the one binary. It reads the configuration, wires time, ids and secrets to the system, and runs a command.

mod ambient;
mod commands;
mod config;
mod demo;
mod files;
mod place;
mod serving;
mod telemetry;
mod top;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Connects WhatsApp Business numbers to a business: messages in and out, one inbox, rules.
#[derive(Debug, Parser)]
#[command(name = "waypost", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run Waypost
    Serve(config::Serve),
    /// Run Waypost with its emulator and a seeded shop: no Meta account, no phone, no internet
    Demo(demo::Options),
    /// Run the emulator of WhatsApp's Cloud API alone
    Emulator(commands::emulator::Options),
    /// Bring the tables of the database up to date, or say what is due
    Migrate(commands::migrate::Options),
    /// Take a backup of database and files, while all goes on
    Backup(commands::backup::Backup),
    /// Bring a backup back into an empty place
    Restore(commands::backup::Restore),
    /// Handle the webhook deliveries of a stretch of time again
    Replay(commands::replay::Options),
    /// Look how the installation is: disks, database, queues, clocks (exit code 1 when something doesn't work)
    Doctor(commands::doctor::Options),
    /// Watch a running Waypost in the terminal: lanes, rates, ages, errors (q ends it)
    Top(top::Options),
    /// Look into webhooks that came
    #[command(subcommand)]
    Webhook(commands::inspect::Webhook),
    /// Look at messages before they are sent
    #[command(subcommand)]
    Message(commands::inspect::Message),
    /// Look at templates before they go to review
    #[command(subcommand)]
    Template(commands::inspect::Template),
    /// Look at forms before they are uploaded
    #[command(subcommand)]
    Form(commands::inspect::Form),
    /// Print the OpenAPI document of the API
    Openapi,
    /// Print the version
    Version,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("waypost: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Webhook(command) => return command.run(),
        Command::Message(command) => return command.run(),
        Command::Template(command) => return command.run(),
        Command::Form(command) => return command.run(),
        Command::Migrate(options) => return block_on(commands::migrate::run(options)),
        Command::Backup(options) => return commands::backup::back_up(&options),
        Command::Restore(options) => return commands::backup::restore(&options),
        Command::Replay(options) => return block_on(commands::replay::run(options)),
        Command::Doctor(options) => return block_on(commands::doctor::run(options)),
        Command::Serve(options) => block_on(commands::serve::run(options))?,
        Command::Demo(options) => block_on(demo::run(options))?,
        Command::Emulator(options) => block_on(commands::emulator::run(options))?,
        Command::Top(options) => return block_on(top::run(options)),
        Command::Openapi => commands::openapi::run()?,
        Command::Version => println!("waypost {}", env!("CARGO_PKG_VERSION")),
    }
    Ok(ExitCode::SUCCESS)
}

fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
