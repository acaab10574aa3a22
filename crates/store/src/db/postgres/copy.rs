//! A PostgreSQL database is copied out as it is at one moment, and brought back, by the server's own COPY.

use super::{Address, Session};
use crate::{
    Error,
    backup::{Progress, Snapshot, Step, TableCopy, settle_in, snapshot},
    binds, migrate, state,
};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt, pin_mut};
use model::Timestamp;
use std::{
    fs::File,
    io::{BufReader, BufWriter, Read, Write},
    path::Path,
};

/// Bytes sent at once.
const CHUNK: usize = 256 * 1024;

/// Copies every table into a file of its own in `folder`. One transaction reads them all, so that they belong together,
/// and whoever writes goes on.
pub(crate) fn out(url: &str, folder: &Path, progress: &mut Progress<'_>) -> Result<Snapshot, Error> {
    let mut session = Session::open(Address::read(url)?, true)?;
    session.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    let number = migrate::schema(&mut session.writer())?.number;
    let mut tables = Vec::new();
    for name in migrate::tables(number) {
        let columns: Vec<String> = session
            .writer()
            .query(
                "SELECT column_name::text FROM information_schema.columns
                 WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position",
                binds![name],
            )?
            .iter()
            .map(|row| row.get(0))
            .collect::<Result<_, Error>>()?;
        let rows = session.table_out(name, &columns, &folder.join(file(name)), progress)?;
        tables.push(TableCopy { name: name.into(), columns, rows });
    }
    let taken = snapshot(&mut session.writer(), number, tables);
    session.script("COMMIT")?;
    taken
}

/// Brings back what [`out`] wrote, into an empty database: all of it or nothing.
pub(crate) fn back(
    url: &str,
    folder: &Path,
    (expected, hold): (&Snapshot, bool),
    now: Timestamp,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let mut session = Session::open(Address::read(url)?, false)?;
    session.script("BEGIN")?;
    migrate::postgres_steps(&mut session, now, expected.schema)?;
    for table in &expected.tables {
        let rows = session.table_back(table, &folder.join(file(&table.name)), progress)?;
        if rows != table.rows {
            return Err(Error::Database(format!("{}: {rows} rows instead of {}", table.name, table.rows)));
        }
    }
    session.writer().query(
        "SELECT setval(pg_get_serial_sequence('events', 'number'), coalesce(max(number), 1)) FROM events",
        binds![],
    )?;
    expected.compare(&state::state(&mut session.writer(), state::Scope::Everything)?)?;
    migrate::postgres_steps(&mut session, now, i64::MAX)?;
    settle_in(&mut session.writer(), hold, now)?;
    session.begun_commit()?;
    // Without figures about its tables, the planner would guess until autovacuum has been there.
    session.script("ANALYZE")
}

/// Whether the database has any table.
pub(crate) fn is_empty(url: &str) -> Result<bool, Error> {
    let mut session = Session::open(Address::read(url)?, true)?;
    let row = session.writer().one(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()",
        binds![],
    )?;
    Ok(row.get::<i64>(0)? == 0)
}

fn file(table: &str) -> String {
    format!("{table}.copy")
}

impl Session {
    /// Everything that waits to be sent, and the end of the transaction that a script began.
    fn begun_commit(&mut self) -> Result<(), Error> {
        self.writer().query("SELECT 1", binds![])?;
        self.script("COMMIT")
    }

    fn table_out(
        &mut self,
        name: &str,
        columns: &[String],
        to: &Path,
        progress: &mut Progress<'_>,
    ) -> Result<u64, Error> {
        let sql = format!("COPY {name} ({}) TO STDOUT", columns.join(", "));
        let mut file = BufWriter::new(File::create(to).map_err(unusable)?);
        let client = &self.client;
        let copied = self.runtime.block_on(async {
            let stream = client.copy_out(&sql).await?;
            pin_mut!(stream);
            let mut rows = 0;
            while let Some(chunk) = stream.next().await {
                let chunk = chunk?;
                // In COPY's text a line end ends a row; those inside of values are written otherwise.
                rows += chunk.iter().filter(|byte| **byte == b'\n').count() as u64;
                file.write_all(&chunk).map_err(unusable)?;
                progress(&Step { what: name, done: rows, total: None });
            }
            Ok(rows)
        });
        let file = file.into_inner().map_err(|e| unusable(e.into_error()))?;
        file.sync_all().map_err(unusable)?;
        copied
    }

    fn table_back(
        &mut self,
        table: &TableCopy,
        from: &Path,
        progress: &mut Progress<'_>,
    ) -> Result<u64, Error> {
        let name = table.name.as_str();
        // Only names that our own migrations make: the list comes from a file.
        let known = migrate::tables(i64::MAX).contains(&name);
        let plain = |column: &String| {
            column.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        if !known || !table.columns.iter().all(plain) {
            return Err(Error::Database(format!("the backup names a table that there is not: {name}")));
        }
        let sql = format!("COPY {name} ({}) FROM STDIN", table.columns.join(", "));
        let mut file = BufReader::new(File::open(from).map_err(unusable)?);
        let client = &self.client;
        self.runtime.block_on(async {
            let sink = client.copy_in::<_, Bytes>(&sql).await?;
            pin_mut!(sink);
            let mut sent = 0;
            loop {
                let mut chunk = vec![0; CHUNK];
                let length = file.read(&mut chunk).map_err(unusable)?;
                if length == 0 {
                    return Ok(sink.finish().await?);
                }
                chunk.truncate(length);
                sent += length as u64;
                sink.send(chunk.into()).await?;
                progress(&Step { what: name, done: sent, total: None });
            }
        })
    }
}

fn unusable(error: std::io::Error) -> Error {
    Error::Unavailable(format!("a file of the backup can't be used: {error}"))
}
