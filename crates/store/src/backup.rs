//! A whole database, copied out while it is in use, and brought back into an empty place.

use crate::{
    Dialect, Error, Location, Reader, Result, Writer, binds, db, migrate,
    state::{self, Scope, State},
};
use model::{
    Timestamp,
    id::{MediaId, OrganizationId},
};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// How far a copy is.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// What is counted: `pages`, or a table.
    pub what: &'a str,
    /// How many are done.
    pub done: u64,
    /// Of how many, where that is known.
    pub total: Option<u64>,
}

/// Is told how far a copy is, every now and then.
pub type Progress<'a> = dyn FnMut(&Step<'_>) + 'a;

/// What was copied of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCopy {
    /// Its name.
    pub name: String,
    /// Its columns in the order of the file; empty where the copy is the database's own file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// How many rows.
    pub rows: u64,
}

/// What a copy holds, for those who check it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// `sqlite` or `postgres`: a copy goes back into the kind of database that it is from.
    pub dialect: String,
    /// Number of the newest migration.
    pub schema: i64,
    /// What the state hash covers, see [`state::VERSION`].
    pub state_version: u32,
    /// The state that was copied.
    pub state: State,
    /// Every table.
    pub tables: Vec<TableCopy>,
    /// The files of messages whose bytes were here.
    #[serde(skip)]
    pub media: Vec<(OrganizationId, MediaId)>,
}

impl Snapshot {
    /// Whether `found` is what was copied; a hash of another version says nothing.
    pub(crate) fn compare(&self, found: &State) -> Result<()> {
        if self.state_version != state::VERSION || self.state == *found {
            return Ok(());
        }
        let text =
            format!("what was brought back isn't what was copied: {found:?} instead of {:?}", self.state);
        Err(Error::Database(text))
    }
}

/// Name of a SQLite copy in its folder.
const FILE: &str = "waypost.db";

/// Copies the database at `from` into the empty `folder`, as it is at one moment, and says what it holds. Whoever serves
/// the database goes on. Waits: not for a runtime's thread.
///
/// # Errors
/// [`Error::Unavailable`] when the database can't be reached or the folder not be written, [`Error::Database`] when the
/// copy is damaged.
pub fn copy(from: &Location, folder: &Path, progress: &mut Progress<'_>) -> Result<Snapshot> {
    match from {
        Location::File(path) => {
            if !path.is_file() {
                return Err(Error::Unavailable(format!("there is no database at {}", path.display())));
            }
            db::sqlite_copy::out(path, &folder.join(FILE), progress)
        }
        Location::Postgres(url) => db::postgres_copy::out(url, folder, progress),
    }
}

/// Whether nothing is at `location` yet: no file, or a database without tables.
///
/// # Errors
/// [`Error::Unavailable`] when the database can't be reached.
pub fn is_empty(location: &Location) -> Result<bool> {
    match location {
        // One of no length was made for its permissions alone.
        Location::File(path) => Ok(path.metadata().map_or(true, |file| file.len() == 0)),
        Location::Postgres(url) => db::postgres_copy::is_empty(url),
    }
}

/// How a copy is brought back.
#[derive(Debug, Clone, Copy)]
pub struct Restore<'a> {
    /// What [`copy`] said of it.
    pub snapshot: &'a Snapshot,
    /// Whether messages that were on their way out are held until people decide: they may have arrived since.
    pub hold: bool,
    /// The moment that is written down.
    pub now: Timestamp,
}

/// Brings a copy back from `folder` to `location`, where nothing may be: whole, or not at all. It is compared with what was
/// copied, and brought up to date. Waits: not for a runtime's thread.
///
/// # Errors
/// [`Error::Unavailable`] when the place isn't empty, is another kind of database, or can't be used, or when the copy is from
/// a newer Waypost; [`Error::Database`] when what came isn't what was copied.
pub fn restore(
    folder: &Path,
    location: &Location,
    what: Restore<'_>,
    progress: &mut Progress<'_>,
) -> Result<()> {
    let Restore { snapshot, hold, now } = what;
    let dialect = match location {
        Location::File(_) => "sqlite",
        Location::Postgres(_) => "postgres",
    };
    if snapshot.dialect != dialect {
        let text =
            format!("the backup is of a {} database, and the place for it is {dialect}", snapshot.dialect);
        return Err(Error::Unavailable(text));
    }
    migrate::known(snapshot.schema)?;
    if !is_empty(location)? {
        return Err(Error::Unavailable(format!("there is a database at {location:?} already")));
    }
    match location {
        Location::File(path) => file_back(&folder.join(FILE), path, snapshot, hold, now),
        Location::Postgres(url) => db::postgres_copy::back(url, folder, (snapshot, hold), now, progress),
    }
}

fn file_back(from: &Path, to: &Path, snapshot: &Snapshot, hold: bool, now: Timestamp) -> Result<()> {
    let fresh = beside(to, ".restoring");
    // A log that an interrupted restore left would be taken for this file's.
    let clear = || {
        ["", "-wal", "-shm"].iter().for_each(|end| drop(std::fs::remove_file(beside(&fresh, end))));
    };
    let unusable = |e: std::io::Error| Error::Unavailable(format!("{}: {e}", fresh.display()));
    clear();
    // Keeps the permissions of the copy, which is for its owner alone.
    let settled = std::fs::copy(from, &fresh)
        .map_err(unusable)
        .and_then(|_| db::sqlite_copy::settle(&fresh, snapshot, hold, now))
        .and_then(|()| std::fs::rename(&fresh, to).map_err(unusable));
    if settled.is_err() {
        clear();
    }
    settled
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// What is in the database that `r` reads.
pub(crate) fn snapshot(r: &mut Reader<'_>, schema: i64, tables: Vec<TableCopy>) -> Result<Snapshot> {
    let files =
        r.query("SELECT organization_id, id FROM media WHERE state = 'ready' ORDER BY id", binds![])?;
    Ok(Snapshot {
        dialect: match r.dialect() {
            Dialect::Sqlite => "sqlite".into(),
            Dialect::Postgres => "postgres".into(),
        },
        schema,
        state_version: state::VERSION,
        state: state::state(r, Scope::Everything)?,
        tables,
        media: files.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<Result<_>>()?,
    })
}

/// Makes a database that was brought back fit for work: nobody holds anything in it, who reads its events knows that they
/// are from another time, and, with `hold`, nothing goes out by itself that may have gone out after the copy was taken.
pub(crate) fn settle_in(w: &mut Writer<'_>, hold: bool, now: Timestamp) -> Result<()> {
    w.run("DELETE FROM leases", binds![])?;
    w.run("DELETE FROM nodes", binds![])?;
    w.run("UPDATE jobs SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by IS NOT NULL", binds![])?;
    if hold {
        w.run(
            "UPDATE messages SET unknown_since = $1 WHERE id IN
                 (SELECT message_id FROM outbound WHERE state IN ('queued', 'in_flight', 'unknown'))",
            binds![now],
        )?;
        // As if each had been sent again once already: then people decide.
        w.run(
            "UPDATE outbound SET state = 'unknown', unknown_since = $1, intent_at = coalesce(intent_at, $1),
                 resends = CASE WHEN resends = 0 THEN 1 ELSE resends END, unknowns = unknowns + 1
             WHERE state IN ('queued', 'in_flight', 'unknown')",
            binds![now],
        )?;
    }
    renumber_events(w)
}

/// So far ahead of all numbers that the lost stream may have given out since the copy.
const AHEAD: i64 = 1_000_000_000;

/// Lets the stream of events go on where no position of the lost one is taken for one of its own.
fn renumber_events(w: &mut Writer<'_>) -> Result<()> {
    match w.dialect() {
        Dialect::Sqlite => {
            w.run("UPDATE sqlite_sequence SET seq = seq + $1 WHERE name = 'events'", binds![AHEAD])?;
        }
        // Transactions are counted by the server, and this may be another one, whose count is lower: what is there goes
        // before all that comes. Who had not read all of it reads on from the first that is new to them.
        Dialect::Postgres => {
            w.run(
                "UPDATE event_readers SET tx = 0, number = coalesce((SELECT min(e.number) - 1 FROM events e
                     WHERE (e.tx, e.number) > (event_readers.tx, event_readers.number)), number)",
                binds![],
            )?;
            w.run("UPDATE events SET tx = 0", binds![])?;
        }
    }
    let end = match w.dialect() {
        Dialect::Sqlite => {
            "SELECT id, 0, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0)"
        }
        Dialect::Postgres => "SELECT id, pg_current_xact_id()::text::bigint, 0",
    };
    w.run(
        &format!(
            "INSERT INTO events_pruned (organization_id, tx, number) {end} FROM organizations WHERE true
             ON CONFLICT (organization_id) DO UPDATE SET tx = excluded.tx, number = excluded.number"
        ),
        binds![],
    )
}
