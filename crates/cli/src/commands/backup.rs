//! `waypost backup` and `waypost restore`.

use crate::{
    ambient::SystemTime,
    files::{private_database, private_folder},
    place::Place,
};
use anyhow::Context;
use app::{
    Location,
    care::{self, Manifest, Step},
};
use clap::Args;
use std::{
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

/// `waypost backup`
#[derive(Debug, Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    place: Place,
    /// Folder of backups: each gets a folder of its own in it, and shares unchanged files with the one before
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// `waypost restore`
#[derive(Debug, Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    place: Place,
    /// Folder of one backup
    #[arg(value_name = "BACKUP")]
    from: PathBuf,
    /// Only read the backup and compare every file with its manifest
    #[arg(long)]
    check: bool,
    /// Send what was on its way out when the backup was taken; without it, such messages wait until people decide, because
    /// they may have been sent since
    #[arg(long)]
    send_queued: bool,
}

/// Takes a backup and prints its folder.
pub(crate) fn back_up(options: &Backup) -> anyhow::Result<ExitCode> {
    let plan = care::Backup {
        place: options.place.place()?,
        folder: options.folder.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        now: SystemTime::default().clock().now(),
    };
    let mut said = Said::default();
    let (folder, manifest) =
        care::back_up(&plan, &mut |step| said.step(step)).context("failed to take a backup")?;
    tell(&manifest);
    if manifest.media.missing > 0 {
        eprintln!("{} files of messages are not in the media folder", manifest.media.missing);
    }
    println!("{}", folder.display());
    Ok(ExitCode::SUCCESS)
}

/// Brings a backup back, or only checks it.
pub(crate) fn restore(options: &Restore) -> anyhow::Result<ExitCode> {
    let mut said = Said::default();
    if options.check {
        tell(&care::verify(&options.from, &mut |step| said.step(step))?);
        println!("the backup is whole");
        return Ok(ExitCode::SUCCESS);
    }
    let place = options.place.place()?;
    private_folder(&options.place.data)?;
    if let Location::File(path) = &place.database {
        private_database(path)?;
    }
    let plan = care::Restore {
        from: options.from.clone(),
        place,
        hold: !options.send_queued,
        now: SystemTime::default().clock().now(),
    };
    let manifest = care::restore(&plan, &mut |step| said.step(step)).context("failed to restore")?;
    tell(&manifest);
    println!("restored");
    Ok(ExitCode::SUCCESS)
}

fn tell(manifest: &Manifest) {
    let (state, media) = (&manifest.database.state, &manifest.media);
    eprintln!(
        "{} of {}: {} contacts, {} conversations, {} messages; {} files of messages, {} of them shared",
        manifest.database.dialect,
        manifest.taken_at,
        state.contacts,
        state.conversations,
        state.messages,
        media.files,
        media.linked
    );
    eprintln!("{} files, {} bytes, state {}", manifest.files, manifest.bytes, state.hash);
}

/// Progress on standard error, a line a second at most.
#[derive(Default)]
struct Said {
    at: Option<Instant>,
}

impl Said {
    fn step(&mut self, step: &Step<'_>) {
        if self.at.is_some_and(|at| at.elapsed() < Duration::from_secs(1)) {
            return;
        }
        self.at = Some(Instant::now());
        match step.total {
            Some(total) => eprintln!("{}: {} of {total}", step.what, step.done),
            None => eprintln!("{}: {}", step.what, step.done),
        }
    }
}
