//! The database behind two small types: [`Reader`] and [`Writer`].
//!
//! A transaction is a synchronous closure. It cannot await, so nobody can wait for the network with a Writer open, and
//! several closures can share one commit without knowing of each other: that is where the speed comes from
//! (`docs/adr/0002-synchronous-closures-share-commits.md`).

mod address;
mod counts;
mod lane;
mod postgres;
mod rows;
mod signals;
mod sqlite;
mod task;
mod value;

pub(crate) use postgres::{Session as PostgresSession, copy as postgres_copy};
pub(crate) use sqlite::copy as sqlite_copy;

pub use counts::Counts;
pub use lane::Lane;
pub(crate) use rows::Rows;
pub use signals::{Line, Signals};
pub(crate) use value::among;
pub use value::{Bind, FromColumn, Row};

use crate::Error;
use std::{fmt, ops, path::PathBuf, sync::Arc};
use task::{Answer, Lost, Task};
use tokio::sync::oneshot;

/// Which database is underneath. Asked only where the two differ in SQL, with the reason beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// One file, one process.
    Sqlite,
    /// A server, one or many processes.
    Postgres,
}

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file; made when missing.
    File(PathBuf),
    /// A `postgres://` address.
    Postgres(String),
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            // The address may carry a password.
            Self::Postgres(_) => f.write_str("postgres"),
        }
    }
}

/// How many closures may share a commit, and how many connections there are.
#[derive(Debug, Clone, Copy)]
pub struct Tuning {
    /// Most closures in one commit; 1 gives each its own (only a benchmark wants that).
    pub share: usize,
    /// Writing connections on PostgreSQL. SQLite has one writer.
    pub writers: usize,
    /// Reading connections.
    pub readers: usize,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { share: 256, writers: 4, readers: 4 }
    }
}

/// An open database that can be read. Cheap to clone.
#[derive(Clone)]
pub struct ReadDb {
    shared: Arc<Shared>,
}

/// An open database that can be read and written. Only `app` holds one (invariant I3). Cheap to clone.
#[derive(Clone)]
pub struct Db {
    read: ReadDb,
}

struct Shared {
    dialect: Dialect,
    signals: Option<Signals>,
    readers: lane::Pool,
    writers: lane::Pool,
}

impl Db {
    /// Opens the database, brings its tables up to date and starts its threads.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it can't be reached, is used by another process (SQLite), or was written by a newer
    /// version of Waypost.
    pub fn open(location: &Location, tuning: Tuning, now: model::Timestamp) -> Result<Self, Error> {
        let (dialect, signals, readers, writers) = match location {
            Location::File(path) => {
                let (readers, writers) = sqlite::open(path, tuning, now)?;
                (Dialect::Sqlite, None, readers, writers)
            }
            Location::Postgres(url) => {
                let address = address::Address::read(url)?;
                let (readers, writers) = postgres::open(&address, tuning, now)?;
                (Dialect::Postgres, Some(Signals { address }), readers, writers)
            }
        };
        Ok(Self { read: ReadDb { shared: Arc::new(Shared { dialect, signals, readers, writers }) } })
    }

    /// Runs `work` in a transaction and answers after its commit.
    ///
    /// The work is handed over at the call, not at the first poll: calls in one order are done in that order within
    /// their `lane`, and it is done even if nobody waits for the answer. `work` may be run again when a transaction
    /// that it shared fails for another's sake, so it must have no effect but through its [`Writer`].
    ///
    /// A statement that failed fails the whole `work`, whatever it returns: PostgreSQL keeps nothing of a transaction
    /// after an error, so a swallowed one would be an answer without a commit.
    ///
    /// # Errors
    /// What `work` returned, or the database's error; in both cases nothing of it was kept.
    pub fn write<T, E, F>(
        &self,
        lane: Lane,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        F: FnMut(&mut Writer<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.read.shared.writers.send(lane, Box::new(Answer::new(work, reply)));
        async move { answer.await.map_err(|_| Error::Unavailable("the database threads have ended".into()))? }
    }

    /// The reading half.
    pub fn reader(&self) -> ReadDb {
        self.read.clone()
    }

    /// Runs `work` against the committed state; see [`ReadDb::read`].
    ///
    /// # Errors
    /// What `work` returned, or the database's error.
    pub async fn read<T, E>(
        &self,
        work: impl FnMut(&mut Reader<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.read.read(work).await
    }

    /// Which database is underneath.
    pub fn dialect(&self) -> Dialect {
        self.read.shared.dialect
    }

    /// Words between the processes on this database; `None` where there is only one, on SQLite.
    pub fn signals(&self) -> Option<Signals> {
        self.read.shared.signals.clone()
    }

    /// How many writes wait for a thread.
    pub fn waiting_writes(&self) -> usize {
        self.read.shared.writers.waiting()
    }

    /// What the writing threads have done.
    pub fn counts(&self) -> Counts {
        self.read.shared.writers.meter().counts()
    }
}

impl ReadDb {
    /// Opens a database for reading only, beside whoever serves it. Its tables are taken as they are; ask
    /// [`crate::schema`].
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it isn't there or can't be reached.
    pub fn open(location: &Location, readers: usize) -> Result<Self, Error> {
        let (none, _) = lane::Pool::shared(0);
        let (dialect, readers) = match location {
            Location::File(path) => (Dialect::Sqlite, sqlite::open_readers(path, readers)?),
            Location::Postgres(url) => {
                (Dialect::Postgres, postgres::open_readers(&address::Address::read(url)?, readers)?)
            }
        };
        Ok(Self { shared: Arc::new(Shared { dialect, signals: None, readers, writers: none }) })
    }

    /// Which database is underneath.
    pub fn dialect(&self) -> Dialect {
        self.shared.dialect
    }

    /// Runs `work` against the committed state. On SQLite all its queries see one moment; on PostgreSQL each query
    /// sees what was committed when it began.
    ///
    /// # Errors
    /// What `work` returned, or the database's error.
    pub async fn read<T, E>(
        &self,
        mut work: impl FnMut(&mut Reader<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Answer::new(move |w: &mut Writer<'_>| work(&mut w.reader), reply);
        self.shared.readers.send(Lane::Any, Box::new(task));
        answer.await.map_err(|_| Error::Unavailable("the database threads have ended".into()))?
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({:?})", self.dialect())
    }
}

impl fmt::Debug for ReadDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReadDb({:?})", self.shared.dialect)
    }
}

enum Connection<'c> {
    Sqlite(&'c sqlite::Session),
    Postgres(&'c mut postgres::Session),
}

/// Asks questions.
pub struct Reader<'c> {
    connection: Connection<'c>,
    /// The first error of a statement, which the closure may have swallowed.
    failed: Option<Error>,
}

/// Asks questions and changes rows. Dereferences to [`Reader`].
pub struct Writer<'c> {
    reader: Reader<'c>,
}

impl<'c> Writer<'c> {
    fn new(connection: Connection<'c>) -> Self {
        Self { reader: Reader { connection, failed: None } }
    }
}

impl Reader<'_> {
    fn noted<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &result {
            self.failed.get_or_insert_with(|| error.clone());
        }
        result
    }

    /// Which database is underneath.
    pub fn dialect(&self) -> Dialect {
        match self.connection {
            Connection::Sqlite(_) => Dialect::Sqlite,
            Connection::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Every row of the answer. Placeholders are `$1`, `$2`, … on both databases.
    ///
    /// # Errors
    /// The database's error.
    pub fn query(&mut self, sql: &str, binds: Vec<Bind>) -> Result<Vec<Row>, Error> {
        let rows = match &mut self.connection {
            Connection::Sqlite(session) => session.query(sql, &binds),
            Connection::Postgres(session) => session.query(sql, &binds),
        };
        self.noted(rows)
    }

    /// The first row of the answer, if there is one.
    ///
    /// # Errors
    /// The database's error.
    pub fn first(&mut self, sql: &str, binds: Vec<Bind>) -> Result<Option<Row>, Error> {
        Ok(self.query(sql, binds)?.into_iter().next())
    }

    /// The only row of an answer that always has one, such as a count.
    ///
    /// # Errors
    /// The database's error, also when there is no row.
    pub fn one(&mut self, sql: &str, binds: Vec<Bind>) -> Result<Row, Error> {
        self.first(sql, binds)?.ok_or_else(|| Error::Database("the answer has no row".into()))
    }
}

impl Writer<'_> {
    /// Changes rows and says how many.
    ///
    /// # Errors
    /// [`Error::Conflict`] when a unique index forbids it, or the database's error.
    pub fn exec(&mut self, sql: &str, binds: Vec<Bind>) -> Result<u64, Error> {
        let count = match &mut self.reader.connection {
            Connection::Sqlite(session) => session.exec(sql, &binds),
            Connection::Postgres(session) => session.exec(sql, &binds),
        };
        self.reader.noted(count)
    }

    /// Changes rows when nobody needs to know how many. On PostgreSQL it is sent along with the next question or the
    /// commit, which saves a round trip; its error appears there.
    ///
    /// # Errors
    /// As [`Writer::exec`], perhaps later.
    pub fn run(&mut self, sql: &str, binds: Vec<Bind>) -> Result<(), Error> {
        let sent = match &mut self.reader.connection {
            Connection::Sqlite(session) => session.exec(sql, &binds).map(drop),
            Connection::Postgres(session) => session.later(sql, binds),
        };
        self.reader.noted(sent)
    }

    /// Adds a row. On PostgreSQL it waits for the commit, or for the next statement that names its table, and goes then
    /// together with all others of that table, in order; its error appears there.
    ///
    /// # Errors
    /// As [`Writer::exec`], perhaps later.
    pub(crate) fn add(&mut self, rows: &'static Rows, row: Vec<Bind>) -> Result<(), Error> {
        let added = match &mut self.reader.connection {
            Connection::Sqlite(session) => session.add(rows, &row),
            Connection::Postgres(session) => {
                session.add(rows, row);
                Ok(())
            }
        };
        self.reader.noted(added)
    }
}

impl<'c> ops::Deref for Writer<'c> {
    type Target = Reader<'c>;
    fn deref(&self) -> &Reader<'c> {
        &self.reader
    }
}

impl ops::DerefMut for Writer<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.reader
    }
}
