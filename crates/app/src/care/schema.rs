//! The tables, brought up to date or looked at.

use crate::Result;
use model::Timestamp;
use store::{Db, Location, ReadDb, Tuning};

/// How far the tables of a database are; nothing is changed.
///
/// # Errors
/// [`crate::Error::Unavailable`] when it can't be reached, or was written by a newer Waypost.
pub async fn schema(location: &Location) -> Result<store::Schema> {
    let location = location.clone();
    let opened = tokio::task::spawn_blocking(move || ReadDb::open(&location, 1)).await;
    let db = opened.map_err(|e| crate::Error::Internal(e.to_string()))??;
    db.read(|r| Ok(store::schema(r)?)).await
}

/// Brings the tables of a database up to date. Waits: not for a runtime's thread.
///
/// # Errors
/// [`crate::Error::Unavailable`] when it can't be reached, is in use (SQLite), or was written by a newer Waypost.
pub fn migrate(location: &Location, now: Timestamp) -> Result<()> {
    let tuning = Tuning { writers: 1, readers: 1, ..Tuning::default() };
    Ok(Db::open(location, tuning, now).map(drop)?)
}
