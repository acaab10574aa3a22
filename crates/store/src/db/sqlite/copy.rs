//! A SQLite file is copied while it is written to, and brought back.

use super::Session;
use crate::{
    Error,
    backup::{Progress, Snapshot, Step, TableCopy, settle_in, snapshot},
    migrate, state,
};
use model::Timestamp;
use rusqlite::{
    Connection as Sqlite, OpenFlags,
    backup::{Backup, StepResult},
};
use std::{cell::RefCell, fs::File, path::Path};

/// Pages between two words about the progress: 16 MiB.
const STEP: i32 = 2_048;

/// Copies the file at `path` to `to`, which must not be there, as it is at one moment. Whoever writes to it goes on.
pub(crate) fn out(path: &Path, to: &Path, progress: &mut Progress<'_>) -> Result<Snapshot, Error> {
    let source = Session::new(path, true)?;
    // A read transaction that stays open: without it, the copy would begin again at each write of somebody else.
    source.sqlite.execute_batch("BEGIN; SELECT count(*) FROM sqlite_master;")?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut target = Sqlite::open_with_flags(to, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    {
        let copying = Backup::new(&source.sqlite, &mut target)?;
        while copying.step(STEP)? != StepResult::Done {
            let at = copying.progress();
            let (total, left) = (u64::try_from(at.pagecount).ok(), u64::try_from(at.remaining).ok());
            let done = total.unwrap_or_default() - left.unwrap_or_default();
            progress(&Step { what: "pages", done, total });
        }
    }
    drop(source);
    // One file, without a log beside it.
    let mode: String = target.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
    if mode != "delete" {
        return Err(Error::Database(format!("the copy is in journal mode {mode}")));
    }
    let verdict: String = target.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(Error::Database(format!("the copy is damaged: {verdict}")));
    }
    let session = Session { sqlite: target, texts: RefCell::default() };
    let mut writer = session.writer();
    let number = migrate::schema(&mut writer)?.number;
    let tables = migrate::tables(number).into_iter().map(|name| {
        let rows = writer.one(&format!("SELECT count(*) FROM {name}"), Vec::new())?.get(0)?;
        Ok(TableCopy { name: name.into(), columns: Vec::new(), rows })
    });
    let tables = tables.collect::<Result<_, Error>>()?;
    let taken = snapshot(&mut writer, number, tables);
    synced(to)?;
    taken
}

/// Makes the copy at `path` into a database to work with: brought up to date, and settled in. What it holds is compared
/// with `expected` first.
pub(crate) fn settle(path: &Path, expected: &Snapshot, hold: bool, now: Timestamp) -> Result<(), Error> {
    let session = Session::new(path, false)?;
    expected.compare(&state::state(&mut session.writer(), state::Scope::Everything)?)?;
    migrate::sqlite(&session.sqlite, now)?;
    session.batch("BEGIN IMMEDIATE")?;
    settle_in(&mut session.writer(), hold, now)?;
    session.batch("COMMIT")?;
    let _: String = session.sqlite.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
    drop(session);
    synced(path)
}

fn synced(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|e| Error::Unavailable(e.to_string()))
}
