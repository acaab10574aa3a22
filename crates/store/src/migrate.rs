//! Migrations: twins with equal numbers and names, applied in order, never changed once released (invariant I8).

use crate::{Dialect, Error, Reader, Writer, binds, db::PostgresSession};

/// Number, name, text for SQLite, text for PostgreSQL.
type Migration = (i64, &'static str, &'static str, &'static str);

macro_rules! migrations {
    ($($number:literal $name:literal),* $(,)?) => {
        &[$((
            $number,
            $name,
            include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        )),*]
    };
}

const MIGRATIONS: &[Migration] = migrations![1 "0001_first", 2 "0002_spine"];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)";

/// Two nodes that start together must not migrate together; the number is arbitrary and ours.
const LOCK: i64 = 7_720_911_001;

pub(crate) fn sqlite(db: &rusqlite::Connection, now: model::Timestamp) -> Result<(), Error> {
    db.execute_batch("BEGIN IMMEDIATE")?;
    let run = || -> Result<(), Error> {
        // STRICT only exists here; the twins differ in types, never in columns.
        db.execute_batch(&format!("{} STRICT", TABLE.replace("BIGINT", "INTEGER")))?;
        let done: i64 =
            db.query_row("SELECT coalesce(max(number), 0) FROM schema_migrations", [], |r| r.get(0))?;
        for (number, name, text, _) in due(done)? {
            db.execute_batch(text).map_err(|e| Error::Database(format!("migration {name}: {e}")))?;
            db.execute(
                "INSERT INTO schema_migrations VALUES (?1, ?2, ?3)",
                (number, name, now.as_microsecond()),
            )?;
        }
        Ok(())
    };
    let result = run();
    db.execute_batch(if result.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    result
}

pub(crate) fn postgres(session: &mut PostgresSession, now: model::Timestamp) -> Result<(), Error> {
    session.script("BEGIN")?;
    let result = postgres_steps(session, now, i64::MAX);
    session.script(if result.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    result
}

/// Applies what is due up to the migration `last`, in the transaction that is open.
pub(crate) fn postgres_steps(
    session: &mut PostgresSession,
    now: model::Timestamp,
    last: i64,
) -> Result<(), Error> {
    session.script(&format!("SELECT pg_advisory_xact_lock({LOCK}); {TABLE}"))?;
    let done = applied(&mut session.writer())?;
    for (number, name, _, text) in due(done)?.filter(|m| m.0 <= last) {
        session.script(text).map_err(|e| Error::Database(format!("migration {name}: {e}")))?;
        let mut writer: Writer<'_> = session.writer();
        writer.exec("INSERT INTO schema_migrations VALUES ($1, $2, $3)", binds![*number, *name, now])?;
    }
    Ok(())
}

/// How far a database's tables are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// The newest migration that was applied; 0 is an empty database.
    pub number: i64,
    /// Names of those that are due, in order.
    pub due: Vec<&'static str>,
}

/// Looks how far a database's tables are, and changes nothing.
///
/// # Errors
/// [`Error::Unavailable`] when they were written by a newer Waypost.
pub fn schema(r: &mut Reader<'_>) -> Result<Schema, Error> {
    let table = match r.dialect() {
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"
        }
        Dialect::Postgres => "SELECT to_regclass('schema_migrations')::text",
    };
    let there = r.first(table, binds![])?.map(|row| row.get::<Option<String>>(0)).transpose()?.flatten();
    let number = if there.is_some() { applied(r)? } else { 0 };
    Ok(Schema { number, due: due(number)?.map(|m| m.1).collect() })
}

/// The tables that the migrations up to `last` make, by name.
pub(crate) fn tables(last: i64) -> Vec<&'static str> {
    let texts = MIGRATIONS.iter().filter(|m| m.0 <= last).map(|m| m.3);
    let made = texts.flat_map(str::lines).filter_map(|line| line.strip_prefix("CREATE TABLE "));
    made.filter_map(|rest| rest.split_whitespace().next()).collect()
}

fn applied(reader: &mut Reader<'_>) -> Result<i64, Error> {
    reader.one("SELECT coalesce(max(number), 0) FROM schema_migrations", binds![])?.get(0)
}

/// Refuses tables that only a newer Waypost knows.
pub(crate) fn known(number: i64) -> Result<(), Error> {
    due(number).map(drop)
}

fn due(done: i64) -> Result<impl Iterator<Item = &'static Migration>, Error> {
    let newest = MIGRATIONS.last().map_or(0, |m| m.0);
    if done > newest {
        return Err(Error::Unavailable(format!(
            "the database was written by a newer Waypost (migration {done}; this one knows {newest})"
        )));
    }
    Ok(MIGRATIONS.iter().filter(move |m| m.0 > done))
}
