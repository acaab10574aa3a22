//! `waypost migrate`: the tables of the database, brought up to date.

use crate::{ambient::SystemTime, files::private_database, place::Place};
use app::{Location, care};
use clap::Args;
use std::process::ExitCode;

/// `waypost migrate`
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// Change nothing, only say what is due (exit code 1 when something is)
    #[arg(long)]
    check: bool,
}

/// Says what was due, and does it unless it was only asked.
pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let location = options.place.place()?.database;
    if let (Location::File(path), false) = (&location, options.check) {
        private_database(path)?;
    }
    let before = care::schema(&location).await?;
    if before.due.is_empty() {
        println!("up to date: migration {}", before.number);
        return Ok(ExitCode::SUCCESS);
    }
    if options.check {
        before.due.iter().for_each(|name| println!("due: {name}"));
        return Ok(ExitCode::FAILURE);
    }
    let now = SystemTime::default().clock().now();
    tokio::task::spawn_blocking(move || care::migrate(&location, now)).await??;
    before.due.iter().for_each(|name| println!("applied: {name}"));
    Ok(ExitCode::SUCCESS)
}
