//! Care of what is stored: what is kept how long, copies and their way back, replays, and a look at how it all is.

mod backup;
mod doctor;
mod files;
mod replay;
mod schema;
mod tidy;

pub use backup::{Backup, Manifest, back_up};
pub use doctor::{Examine, Finding, Level, examine};
pub use replay::{Into, Replayed, replay_into};
pub use schema::{migrate, schema};
pub use tidy::Retention;
pub use {
    files::{MediaCount, Restore, restore, verify},
    store::backup::{Snapshot, Step},
    store::replays::Window,
    store::{Schema, state::State},
};

pub(crate) use tidy::Tidy;

use std::path::PathBuf;
use store::Location;

/// Where an installation keeps what it has.
#[derive(Debug, Clone)]
pub struct Place {
    /// The database.
    pub database: Location,
    /// The folder of the files of messages.
    pub media: PathBuf,
}
