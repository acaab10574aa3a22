//! Migrations: twins with equal numbers and names, applied in order, never changed once released (invariant I8).

use crate::{Error, Reader, Writer, binds, db::PostgresSession};

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
    let result = postgres_steps(session, now);
    session.script(if result.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    result
}

fn postgres_steps(session: &mut PostgresSession, now: model::Timestamp) -> Result<(), Error> {
    session.script(&format!("SELECT pg_advisory_xact_lock({LOCK}); {TABLE}"))?;
    let done = applied(&mut session.writer())?;
    for (number, name, _, text) in due(done)? {
        session.script(text).map_err(|e| Error::Database(format!("migration {name}: {e}")))?;
        let mut writer: Writer<'_> = session.writer();
        writer.exec("INSERT INTO schema_migrations VALUES ($1, $2, $3)", binds![*number, *name, now])?;
    }
    Ok(())
}

fn applied(reader: &mut Reader<'_>) -> Result<i64, Error> {
    reader.one("SELECT coalesce(max(number), 0) FROM schema_migrations", binds![])?.get(0)
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
