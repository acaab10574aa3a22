//! PostgreSQL: a few threads with a connection each, synchronous at the surface, pipelined underneath.

pub(crate) mod copy;

use super::{
    Bind, Connection, Lost, Row, Tuning, Writer,
    address::Address,
    lane::{Pool, Queue},
    rows::{Rows, Waiting},
    task::Task,
};
use crate::{Error, migrate};
use futures_util::future::{join, join_all};
use std::{
    collections::HashMap,
    error::Error as StdError,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;
use tokio_postgres::{
    Client, Statement,
    error::SqlState,
    types::{IsNull, ToSql, Type, to_sql_checked},
};

/// Most closures in one transaction: beyond this, sharing gains little and a failure costs more re-runs.
const SHARE: usize = 64;

/// A connection, its prepared statements, and what is to be sent along with the next question.
pub(crate) struct Session {
    address: Address,
    read_only: bool,
    runtime: Runtime,
    client: Client,
    statements: HashMap<String, Statement>,
    pending: Vec<Pending>,
    added: Waiting,
    /// The connection is gone; the client itself notices only when it is asked the next time.
    lost: bool,
}

enum Pending {
    Begin,
    Statement(Statement, Vec<Bind>),
}

pub(super) fn open(address: &Address, tuning: Tuning, now: model::Timestamp) -> Result<(Pool, Pool), Error> {
    let (writers, queues) = Pool::by_lane(tuning.writers);
    let share = tuning.share.clamp(1, SHARE);
    for (number, queue) in queues.into_iter().enumerate() {
        let first = (number == 0).then_some(now);
        let setup = Setup { name: "postgres-writer", read_only: false, migrate_at: first };
        spawn(setup, address, move |session| write_loop(session, &queue, share))?;
    }
    Ok((open_readers(address, tuning.readers)?, writers))
}

pub(super) fn open_readers(address: &Address, readers: usize) -> Result<Pool, Error> {
    let (readers, queues) = Pool::shared(readers);
    for queue in queues {
        let setup = Setup { name: "postgres-reader", read_only: true, migrate_at: None };
        spawn(setup, address, move |session| read_loop(session, &queue))?;
    }
    Ok(readers)
}

/// What a thread is for.
struct Setup {
    name: &'static str,
    read_only: bool,
    /// Whether it brings the tables up to date first, and when that is.
    migrate_at: Option<model::Timestamp>,
}

/// Starts a thread and waits until its connection stands, because a session can't be moved between threads once its
/// runtime has begun.
fn spawn(
    setup: Setup,
    address: &Address,
    work: impl FnOnce(&mut Session) + Send + 'static,
) -> Result<(), Error> {
    let address = address.clone();
    let (ready, opened) = mpsc::channel();
    let run = move || {
        let opened = Session::open(address, setup.read_only).and_then(|mut session| {
            if let Some(now) = setup.migrate_at {
                migrate::postgres(&mut session, now)?;
            }
            Ok(session)
        });
        match opened {
            Ok(mut session) => {
                drop(ready.send(Ok(())));
                work(&mut session);
            }
            Err(error) => drop(ready.send(Err(error))),
        }
    };
    thread::Builder::new()
        .name(setup.name.into())
        .spawn(run)
        .map_err(|e| Error::Unavailable(e.to_string()))?;
    opened.recv().map_err(|_| Error::Unavailable("a database thread ended".into()))?
}

impl Session {
    fn open(address: Address, read_only: bool) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| Error::Unavailable(e.to_string()))?;
        let client = connect(&runtime, &address, read_only)?;
        let (statements, pending, added) = (HashMap::new(), Vec::new(), Waiting::default());
        Ok(Self { address, read_only, runtime, client, statements, pending, added, lost: false })
    }

    /// Makes a lost connection new. What was under way is lost with it, and its callers were told so.
    fn heal(&mut self) -> Result<(), Error> {
        if self.lost || self.client.is_closed() {
            self.statements.clear();
            self.pending.clear();
            self.added.clear();
            self.client = connect(&self.runtime, &self.address, self.read_only)?;
            self.lost = false;
        }
        Ok(())
    }

    fn noted<T>(&mut self, result: Result<T, tokio_postgres::Error>) -> Result<T, Error> {
        result.map_err(|error| {
            self.lost |= is_lost(&error);
            error.into()
        })
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let prepared = self.runtime.block_on(self.client.prepare(sql));
        let statement = self.noted(prepared)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(super) fn query(&mut self, sql: &str, binds: &[Bind]) -> Result<Vec<Row>, Error> {
        self.send_added(|rows| sql.contains(rows.table))?;
        let statement = self.statement(sql)?;
        fits(&statement, binds)?;
        let binds: Vec<&(dyn ToSql + Sync)> = binds.iter().map(|b| b as _).collect();
        let pending = std::mem::take(&mut self.pending);
        let client = &self.client;
        let rows = self.runtime.block_on(async {
            let (sent, rows) = join(send(client, &pending), client.query(&statement, &binds)).await;
            sent.and(rows)
        });
        self.noted(rows)?.iter().map(row).collect()
    }

    pub(super) fn exec(&mut self, sql: &str, binds: &[Bind]) -> Result<u64, Error> {
        self.send_added(|rows| sql.contains(rows.table))?;
        let statement = self.statement(sql)?;
        fits(&statement, binds)?;
        let binds: Vec<&(dyn ToSql + Sync)> = binds.iter().map(|b| b as _).collect();
        let pending = std::mem::take(&mut self.pending);
        let client = &self.client;
        let count = self.runtime.block_on(async {
            let (sent, count) = join(send(client, &pending), client.execute(&statement, &binds)).await;
            sent.and(count)
        });
        self.noted(count)
    }

    pub(super) fn later(&mut self, sql: &str, binds: Vec<Bind>) -> Result<(), Error> {
        self.send_added(|rows| sql.contains(rows.table))?;
        self.push(sql, binds)
    }

    fn push(&mut self, sql: &str, binds: Vec<Bind>) -> Result<(), Error> {
        let statement = self.statement(sql)?;
        fits(&statement, &binds)?;
        self.pending.push(Pending::Statement(statement, binds));
        Ok(())
    }

    /// Puts the rows that wait for some tables before whatever is sent next: a statement that names their table must find
    /// them.
    fn send_added(&mut self, of: impl Fn(&Rows) -> bool) -> Result<(), Error> {
        for (sql, values) in self.added.take(of) {
            self.push(&sql, values)?;
        }
        Ok(())
    }

    pub(super) fn add(&mut self, rows: &'static Rows, row: Vec<Bind>) {
        self.added.add(rows, row);
    }

    /// Runs a script outside of the pipeline.
    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Error> {
        let done = self.runtime.block_on(self.client.batch_execute(sql));
        self.noted(done)
    }

    fn begin(&mut self) {
        self.pending.clear();
        self.added.clear();
        self.pending.push(Pending::Begin);
    }

    fn commit(&mut self) -> Result<(), Error> {
        self.send_added(|_| true)?;
        let pending = std::mem::take(&mut self.pending);
        // Nothing was asked or changed since the transaction was to begin: there is none.
        if matches!(pending.as_slice(), [Pending::Begin]) {
            return Ok(());
        }
        let client = &self.client;
        // COMMIT of a transaction that a pipelined statement broke answers without error, so its own error counts first.
        let committed = self.runtime.block_on(async {
            let (sent, committed) = join(send(client, &pending), client.batch_execute("COMMIT")).await;
            sent.and(committed)
        });
        self.noted(committed)
    }

    fn rollback(&mut self) {
        let untouched = matches!(self.pending.as_slice(), [Pending::Begin]);
        self.pending.clear();
        self.added.clear();
        if !untouched && let Err(error) = self.script("ROLLBACK") {
            tracing::warn!(%error, "rollback failed");
        }
    }

    pub(crate) fn writer(&mut self) -> Writer<'_> {
        Writer::new(Connection::Postgres(self))
    }
}

fn connect(runtime: &Runtime, address: &Address, read_only: bool) -> Result<Client, Error> {
    runtime.block_on(async {
        let client = address.connect(None).await?;
        if read_only {
            client.batch_execute("SET default_transaction_read_only = on").await?;
        }
        Ok(client)
    })
}

/// Sends everything at once, in order, and gives the first error.
async fn send(client: &Client, pending: &[Pending]) -> Result<(), tokio_postgres::Error> {
    let sent = pending.iter().map(|pending| async move {
        match pending {
            Pending::Begin => client.batch_execute("BEGIN").await,
            Pending::Statement(statement, binds) => {
                let binds: Vec<&(dyn ToSql + Sync)> = binds.iter().map(|b| b as _).collect();
                client.execute(statement, &binds).await.map(drop)
            }
        }
    });
    join_all(sent).await.into_iter().collect()
}

fn read_loop(session: &mut Session, queue: &Queue) {
    while let Some(tasks) = queue.take(1) {
        for mut task in tasks {
            let failure = session.heal().err();
            if failure.is_none() {
                task.run(&mut session.writer());
            }
            task.answer(failure);
        }
    }
}

fn write_loop(session: &mut Session, queue: &Queue, share: usize) {
    while let Some(mut tasks) = queue.take(share) {
        let began = Instant::now();
        let shared = share_commit(session, &mut tasks);
        queue.meter.ended(shared.is_ok(), began.elapsed());
        match shared {
            Ok(()) => tasks.into_iter().for_each(|task| task.answer(None)),
            Err(lost) if lost.try_alone && tasks.len() > 1 => {
                tasks.into_iter().for_each(|task| alone(session, task))
            }
            Err(lost) => tasks.into_iter().for_each(|task| task.answer(Some(lost.error.clone()))),
        }
    }
}

fn alone(session: &mut Session, task: Box<dyn Task>) {
    let mut tasks = vec![task];
    let failure = share_commit(session, &mut tasks).err().map(|lost| lost.error);
    tasks.into_iter().for_each(|task| task.answer(failure.clone()));
}

/// Runs every task in one transaction. One failing task breaks it for all, so then each is run again by itself: failures
/// are rare, and savepoints would cost every task two statements.
fn share_commit(session: &mut Session, tasks: &mut [Box<dyn Task>]) -> Result<(), Lost> {
    session.heal().map_err(|error| Lost { error, try_alone: false })?;
    session.begin();
    for task in tasks {
        if !task.run(&mut session.writer()) {
            session.rollback();
            return Err(lost(session, Error::Database("a task of a shared transaction failed".into())));
        }
    }
    session.commit().map_err(|error| {
        // A commit that could not even be asked for leaves its transaction open.
        session.rollback();
        lost(session, error)
    })
}

/// With the connection gone nobody knows whether the commit took place: to run the tasks again could do them twice, so
/// their callers are told.
fn lost(session: &Session, error: Error) -> Lost {
    if !session.lost && !session.client.is_closed() {
        return Lost { error, try_alone: true };
    }
    thread::sleep(Duration::from_millis(100));
    Lost { error: Error::Unavailable("the connection to PostgreSQL was lost".into()), try_alone: false }
}

fn row(row: &tokio_postgres::Row) -> Result<Row, Error> {
    let cells = row.columns().iter().enumerate().map(|(i, column)| {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(i)?.map_or(Bind::Null, Bind::Int),
            Type::INT4 => row.try_get::<_, Option<i32>>(i)?.map_or(Bind::Null, |v| Bind::Int(v.into())),
            Type::BOOL => row.try_get::<_, Option<bool>>(i)?.map_or(Bind::Null, |v| Bind::Int(v.into())),
            Type::UUID => row.try_get::<_, Option<uuid::Uuid>>(i)?.map_or(Bind::Null, Bind::Uuid),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(i)?.map_or(Bind::Null, Bind::Blob),
            _ => row.try_get::<_, Option<String>>(i)?.map_or(Bind::Null, Bind::Text),
        })
    });
    cells.collect::<Result<_, Error>>().map(Row)
}

/// Refuses values that don't fit their placeholders before anything is sent: on the wire eight letters are as good as an
/// integer, and a statement that can't be sent would be missing from a pipeline that is committed all the same.
fn fits(statement: &Statement, binds: &[Bind]) -> Result<(), Error> {
    let types = statement.params();
    if types.len() == binds.len() && binds.iter().zip(types).all(|(bind, ty)| fits_type(bind, ty)) {
        return Ok(());
    }
    Err(Error::Database(format!("the values don't fit the statement's placeholders, which are {types:?}")))
}

fn fits_type(bind: &Bind, ty: &Type) -> bool {
    match bind {
        Bind::Null => true,
        Bind::Int(v) => *ty == Type::INT8 || *ty == Type::INT4 && i32::try_from(*v).is_ok(),
        Bind::Text(_) => <&str as ToSql>::accepts(ty),
        Bind::Blob(_) => *ty == Type::BYTEA,
        Bind::Uuid(_) => *ty == Type::UUID,
    }
}

impl ToSql for Bind {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut tokio_postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(v) if *ty == Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
            Self::Int(v) => v.to_sql(ty, out),
            Self::Text(v) => v.to_sql(ty, out),
            Self::Blob(v) => v.to_sql(ty, out),
            Self::Uuid(v) => v.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Whether an error tells that the connection is gone, rather than that a statement failed.
fn is_lost(error: &tokio_postgres::Error) -> bool {
    match error.code() {
        Some(code) => {
            matches!(*code, SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN)
                || code.code().starts_with("08")
        }
        None => error.is_closed() || error.source().is_some_and(|e| e.is::<std::io::Error>()),
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let more = error.source().map(|e| format!(": {e}")).unwrap_or_default();
        let text = format!("{error}{more}");
        match error.code() {
            _ if is_lost(&error) => Self::Unavailable(format!("PostgreSQL can't be reached: {text}")),
            Some(&SqlState::UNIQUE_VIOLATION) => Self::Conflict,
            Some(&SqlState::DISK_FULL) => Self::Unavailable("the database's disk is full".into()),
            Some(
                &(SqlState::CANNOT_CONNECT_NOW
                | SqlState::TOO_MANY_CONNECTIONS
                | SqlState::T_R_DEADLOCK_DETECTED
                | SqlState::T_R_SERIALIZATION_FAILURE
                | SqlState::LOCK_NOT_AVAILABLE),
            ) => Self::Unavailable(text),
            // Without a code it is the client's own complaint, such as a value that doesn't fit its placeholder.
            _ => Self::Database(text),
        }
    }
}
