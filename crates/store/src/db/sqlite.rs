//! SQLite: one writing thread that owns the connection, and a pool of reading ones.

pub(crate) mod copy;

use super::{
    Bind, Connection, Lost, Row, Tuning, Writer,
    lane::{Pool, Queue},
    rows::Rows,
    task::Task,
};
use crate::{Error, migrate};
use rusqlite::{Connection as Sqlite, ErrorCode, OpenFlags, ToSql, types::ToSqlOutput, types::ValueRef};
use std::{
    cell::RefCell,
    collections::HashMap,
    fs::{self, File},
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// Statements kept prepared on each connection.
const STATEMENTS: usize = 256;

/// An open connection with the texts that were rewritten for it.
pub(super) struct Session {
    sqlite: Sqlite,
    texts: RefCell<HashMap<String, Arc<str>>>,
}

pub(super) fn open(path: &Path, tuning: Tuning, now: model::Timestamp) -> Result<(Pool, Pool), Error> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)
            .map_err(|e| Error::Unavailable(format!("can't make {}: {e}", parent.display())))?;
    }
    let lock = lock(path)?;
    let writer = Session::new(path, false)?;
    migrate::sqlite(&writer.sqlite, now)?;
    let (writers, queues) = Pool::by_lane(1);
    for queue in queues {
        let lock = lock.try_clone().map_err(|e| Error::Unavailable(e.to_string()))?;
        let writer = Session::new(path, false)?;
        spawn("sqlite-writer", move || {
            let _held = lock;
            write_loop(&writer, &queue, tuning.share.max(1));
        })?;
    }
    Ok((open_readers(path, tuning.readers)?, writers))
}

pub(super) fn open_readers(path: &Path, readers: usize) -> Result<Pool, Error> {
    if !path.is_file() {
        return Err(Error::Unavailable(format!("there is no database at {}", path.display())));
    }
    let (readers, queues) = Pool::shared(readers);
    for queue in queues {
        let session = Session::new(path, true)?;
        spawn("sqlite-reader", move || read_loop(&session, &queue))?;
    }
    Ok(readers)
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    thread::Builder::new()
        .name(name.into())
        .spawn(work)
        .map(drop)
        .map_err(|e| Error::Unavailable(e.to_string()))
}

/// Holds the file for this process: two processes that cached leases and lanes over one file would send twice.
fn lock(path: &Path) -> Result<File, Error> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::create(&name)
        .map_err(|e| Error::Unavailable(format!("can't make {}: {e}", Path::new(&name).display())))?;
    file.try_lock().map_err(|_| {
        Error::Unavailable(format!(
            "{} is in use by another waypost process; SQLite serves one at a time",
            path.display()
        ))
    })?;
    Ok(file)
}

impl Session {
    fn new(path: &Path, read_only: bool) -> Result<Self, Error> {
        let flags = if read_only {
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX
        } else {
            OpenFlags::SQLITE_OPEN_READ_WRITE
                | OpenFlags::SQLITE_OPEN_CREATE
                | OpenFlags::SQLITE_OPEN_NO_MUTEX
        };
        let sqlite = Sqlite::open_with_flags(path, flags)?;
        sqlite.busy_timeout(Duration::from_secs(5))?;
        sqlite.set_prepared_statement_cache_capacity(STATEMENTS);
        if !read_only {
            // 8 KiB pages and rarer checkpoints were the faster setting for rows of about 1 KiB; FULL because an
            // acknowledged webhook must survive a power cut.
            sqlite.execute_batch(
                "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                 PRAGMA wal_autocheckpoint = 4000; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;",
            )?;
        }
        sqlite.execute_batch("PRAGMA cache_size = -32000;")?;
        Ok(Self { sqlite, texts: RefCell::default() })
    }

    fn text(&self, sql: &str) -> Arc<str> {
        if let Some(text) = self.texts.borrow().get(sql) {
            return Arc::clone(text);
        }
        let text: Arc<str> = placeholders(sql).into();
        self.texts.borrow_mut().insert(sql.to_owned(), Arc::clone(&text));
        text
    }

    pub(super) fn query(&self, sql: &str, binds: &[Bind]) -> Result<Vec<Row>, Error> {
        let mut statement = self.sqlite.prepare_cached(&self.text(sql))?;
        let width = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(binds))?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let cells = (0..width).map(|i| row.get_ref(i).map_err(Error::from).and_then(cell));
            all.push(Row(cells.collect::<Result<_, Error>>()?));
        }
        Ok(all)
    }

    pub(super) fn exec(&self, sql: &str, binds: &[Bind]) -> Result<u64, Error> {
        let mut statement = self.sqlite.prepare_cached(&self.text(sql))?;
        Ok(statement.execute(rusqlite::params_from_iter(binds))? as u64)
    }

    pub(super) fn add(&self, rows: &Rows, row: &[Bind]) -> Result<(), Error> {
        // The text is looked up by its beginning, which is a table's alone.
        let known = self.texts.borrow().get(rows.into).map(Arc::clone);
        let text = known.unwrap_or_else(|| {
            let text: Arc<str> = placeholders(&rows.statement(1)).into();
            self.texts.borrow_mut().insert(rows.into.to_owned(), Arc::clone(&text));
            text
        });
        let mut statement = self.sqlite.prepare_cached(&text)?;
        statement.execute(rusqlite::params_from_iter(row))?;
        Ok(())
    }

    fn writer(&self) -> Writer<'_> {
        Writer::new(Connection::Sqlite(self))
    }

    fn batch(&self, sql: &'static str) -> Result<(), Error> {
        Ok(self.sqlite.prepare_cached(sql)?.execute([]).map(drop)?)
    }
}

/// SQLite numbers `$1` by order of appearance, not by its digits; `?1` means what PostgreSQL's `$1` means.
fn placeholders(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        let placeholder = letter == '$' && letters.peek().is_some_and(char::is_ascii_digit);
        text.push(if placeholder { '?' } else { letter });
    }
    text
}

fn cell(value: ValueRef<'_>) -> Result<Bind, Error> {
    Ok(match value {
        ValueRef::Null => Bind::Null,
        ValueRef::Integer(v) => Bind::Int(v),
        ValueRef::Text(v) => Bind::Text(String::from_utf8_lossy(v).into_owned()),
        ValueRef::Blob(v) => Bind::Blob(v.to_vec()),
        ValueRef::Real(_) => return Err(Error::Database("a column holds a fraction".into())),
    })
}

impl ToSql for Bind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(v) => ValueRef::Integer(*v),
            Self::Text(v) => ValueRef::Text(v.as_bytes()),
            Self::Blob(v) => ValueRef::Blob(v),
            Self::Uuid(v) => ValueRef::Blob(v.as_bytes()),
        }))
    }
}

fn read_loop(session: &Session, queue: &Queue) {
    while let Some(tasks) = queue.take(1) {
        for mut task in tasks {
            let failure = session.batch("BEGIN").err();
            if failure.is_none() {
                task.run(&mut session.writer());
                drop(session.batch("ROLLBACK"));
            }
            task.answer(failure);
        }
    }
}

fn write_loop(session: &Session, queue: &Queue, share: usize) {
    while let Some(mut tasks) = queue.take(share) {
        let began = Instant::now();
        let mut shared = share_commit(session, &mut tasks, Guard::None);
        if matches!(&shared, Err(lost) if lost.try_alone && tasks.len() > 1) {
            shared = share_commit(session, &mut tasks, Guard::Savepoint);
        }
        queue.meter.ended(shared.is_ok(), began.elapsed());
        match shared {
            Ok(()) => tasks.into_iter().for_each(|task| task.answer(None)),
            // The transaction was lost for one task's sake or the disk's: give each its own chance.
            Err(lost) if lost.try_alone && tasks.len() > 1 => {
                tasks.into_iter().for_each(|task| alone(session, task))
            }
            Err(lost) => tasks.into_iter().for_each(|task| task.answer(Some(lost.error.clone()))),
        }
    }
}

fn alone(session: &Session, task: Box<dyn Task>) {
    let mut tasks = vec![task];
    let failure = share_commit(session, &mut tasks, Guard::None).err().map(|lost| lost.error);
    tasks.into_iter().for_each(|task| task.answer(failure.clone()));
}

/// How tasks that share a transaction are kept from each other's failures.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guard {
    /// Not at all: one that fails ends the transaction for all. Failures are rare, and a savepoint costs every task two
    /// statements and a copy of each page that it touches.
    None,
    /// By a savepoint each.
    Savepoint,
}

/// Runs every task and commits once for all of them.
fn share_commit(session: &Session, tasks: &mut [Box<dyn Task>], guard: Guard) -> Result<(), Lost> {
    // When it can't even begin, no task is at fault, and each would wait as long for the lock again.
    session.batch("BEGIN IMMEDIATE").map_err(|error| Lost { error, try_alone: false })?;
    let ran = tasks.iter_mut().try_for_each(|task| run(session, task.as_mut(), guard));
    let result = ran.and_then(|()| session.batch("COMMIT"));
    if result.is_err() && !session.sqlite.is_autocommit() {
        drop(session.batch("ROLLBACK"));
    }
    result.map_err(|error| Lost { error, try_alone: true })
}

fn run(session: &Session, task: &mut dyn Task, guard: Guard) -> Result<(), Error> {
    if guard == Guard::Savepoint {
        session.batch("SAVEPOINT task")?;
    }
    let kept = task.run(&mut session.writer());
    // A full disk can end the whole transaction inside a statement; then nothing of the others is kept either.
    if session.sqlite.is_autocommit() {
        return Err(Error::Unavailable("the database ended the transaction; is the disk full?".into()));
    }
    match guard {
        Guard::None if kept => Ok(()),
        Guard::None => Err(Error::Database("a task of a shared transaction failed".into())),
        Guard::Savepoint => {
            if !kept {
                session.batch("ROLLBACK TO task")?;
            }
            session.batch("RELEASE task")
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error().map(|e| (e.code, e.extended_code)) else {
            return Self::Database(error.to_string());
        };
        match code {
            (_, rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
                Self::Conflict
            }
            (ErrorCode::DiskFull, _) => Self::Unavailable("the disk is full".into()),
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => {
                Self::Unavailable("the database is locked by another process".into())
            }
            (ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly, _) => {
                Self::Unavailable(format!("the database file can't be used: {error}"))
            }
            _ => Self::Database(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn placeholders_keep_their_numbers() {
        assert_eq!(super::placeholders("a = $2 AND b = $1 AND c = '$'"), "a = ?2 AND b = ?1 AND c = '$'");
    }
}
