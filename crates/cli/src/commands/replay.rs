//! `waypost replay`: deliveries of a stretch of time, handled again.

use crate::{
    ambient::{SystemTime, ambient},
    files::private_database,
    place::{Place, location},
};
use anyhow::{Context, bail};
use app::{
    App, Location, Settings,
    care::{self, Replayed, Window},
};
use clap::Args;
use jiff::Timestamp;
use std::process::ExitCode;

/// `waypost replay`
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// First moment, such as 2026-07-01T00:00:00Z
    #[arg(long, value_name = "MOMENT")]
    from: Timestamp,
    /// Moment after the last [default: now]
    #[arg(long, value_name = "MOMENT")]
    to: Option<Timestamp>,
    /// A new database, a file or postgres://…, in which they are handled; the other one is only read
    #[arg(long, value_name = "NEW_DB")]
    into: Option<String>,
}

/// Replays, and says what came of it; exit code 1 when states differ that must not.
pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let time = SystemTime::default();
    let window = Window { from: options.from, to: options.to.unwrap_or_else(|| time.clock().now()) };
    if window.from >= window.to {
        bail!("--from is not before --to");
    }
    let place = options.place.place()?;
    match options.into {
        None => in_place(place, window, &time).await,
        Some(into) => into_new(place, location(&into)?, window, &time).await,
    }
}

async fn in_place(place: care::Place, window: Window, time: &SystemTime) -> anyhow::Result<ExitCode> {
    if let Location::File(path) = &place.database
        && !path.is_file()
    {
        bail!("there is no database at {}", path.display());
    }
    let settings = Settings::new(place.database, place.media);
    let app = App::open(settings, ambient(time)).await.context(
        "failed to open the database; on SQLite, stop `waypost serve` first, or replay into a new one",
    )?;
    let replayed = app.replay(window).await?;
    tell(&replayed);
    println!("state before {}", replayed.before);
    println!("state after  {}", replayed.after);
    if replayed.before == replayed.after {
        println!("equal: nothing was missing");
    } else {
        println!("different: what was missing is there now, or others wrote meanwhile");
    }
    Ok(ExitCode::SUCCESS)
}

async fn into_new(
    place: care::Place,
    target: Location,
    window: Window,
    time: &SystemTime,
) -> anyhow::Result<ExitCode> {
    if let Location::File(path) = &target {
        private_database(path)?;
    }
    // Nothing is fetched by a replay; the product wants a folder all the same.
    let media = std::env::temp_dir().join("waypost-replay-media");
    let plan = care::Into { source: place.database, target: care::Place { database: target, media }, window };
    let replayed = care::replay_into(plan, ambient(time)).await.context("failed to replay")?;
    tell(&replayed);
    println!("state of what deliveries brought, before {}", replayed.before);
    println!("state of what deliveries brought, anew   {}", replayed.after);
    Ok(match (replayed.comparable, replayed.before == replayed.after) {
        (true, true) => {
            println!("equal");
            ExitCode::SUCCESS
        }
        (true, false) => {
            println!("DIFFERENT");
            ExitCode::FAILURE
        }
        (false, _) => {
            println!("not comparable: not every delivery that ever came is kept and between --from and --to");
            ExitCode::SUCCESS
        }
    })
}

fn tell(replayed: &Replayed) {
    if replayed.outcomes.is_empty() {
        eprintln!("no delivery is kept of that time");
    }
    for (state, many) in &replayed.outcomes {
        eprintln!("{state}: {many} deliveries");
    }
}
