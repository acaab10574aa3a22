//! PostgreSQL: a few threads with a connection each, synchronous at the surface, pipelined underneath.

use super::{
    Bind, Connection, Reader, Row, Tuning, Writer,
    lane::{Pool, Queue},
    task::Task,
};
use crate::{Error, migrate};
use futures_util::future::{join, join_all};
use std::{collections::HashMap, error::Error as StdError, sync::mpsc, thread, time::Duration};
use tokio::runtime::Runtime;
use tokio_postgres::{
    Client, NoTls, Statement,
    error::SqlState,
    types::{IsNull, ToSql, Type, to_sql_checked},
};

/// Most closures in one transaction: beyond this, sharing gains little and a failure costs more re-runs.
const SHARE: usize = 64;

/// A connection, its prepared statements, and what is to be sent along with the next question.
pub(crate) struct Session {
    url: String,
    runtime: Runtime,
    client: Client,
    statements: HashMap<String, Statement>,
    pending: Vec<Pending>,
}

enum Pending {
    Begin,
    Statement(Statement, Vec<Bind>),
}

pub(super) fn open(url: &str, tuning: Tuning, now: model::Timestamp) -> Result<(Pool, Pool), Error> {
    let (writers, queues) = Pool::by_lane(tuning.writers);
    let share = tuning.share.clamp(1, SHARE);
    for (number, queue) in queues.into_iter().enumerate() {
        let first = (number == 0).then_some(now);
        spawn("postgres-writer", url, first, move |session| write_loop(session, &queue, share))?;
    }
    let (readers, queues) = Pool::shared(tuning.readers);
    for queue in queues {
        spawn("postgres-reader", url, None, move |session| read_loop(session, &queue))?;
    }
    Ok((readers, writers))
}

/// Starts a thread and waits until its connection stands, because a session can't be moved between threads once its
/// runtime has begun.
fn spawn(
    name: &str,
    url: &str,
    migrate_at: Option<model::Timestamp>,
    work: impl FnOnce(&mut Session) + Send + 'static,
) -> Result<(), Error> {
    let url = url.to_owned();
    let (ready, opened) = mpsc::channel();
    let run = move || {
        let opened = Session::open(url).and_then(|mut session| {
            if let Some(now) = migrate_at {
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
    thread::Builder::new().name(name.into()).spawn(run).map_err(|e| Error::Unavailable(e.to_string()))?;
    opened.recv().map_err(|_| Error::Unavailable("a database thread ended".into()))?
}

impl Session {
    fn open(url: String) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| Error::Unavailable(e.to_string()))?;
        let client = connect(&runtime, &url)?;
        Ok(Self { url, runtime, client, statements: HashMap::new(), pending: Vec::new() })
    }

    /// Makes a lost connection new. What was under way is lost with it, and its callers were told so.
    fn heal(&mut self) -> Result<(), Error> {
        if self.client.is_closed() {
            self.statements.clear();
            self.pending.clear();
            self.client = connect(&self.runtime, &self.url)?;
        }
        Ok(())
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.runtime.block_on(self.client.prepare(sql))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(super) fn query(&mut self, sql: &str, binds: &[Bind]) -> Result<Vec<Row>, Error> {
        let statement = self.statement(sql)?;
        let binds: Vec<&(dyn ToSql + Sync)> = binds.iter().map(|b| b as _).collect();
        let pending = std::mem::take(&mut self.pending);
        let client = &self.client;
        let rows = self.runtime.block_on(async {
            let (sent, rows) = join(send(client, &pending), client.query(&statement, &binds)).await;
            sent.and(rows.map_err(Error::from))
        })?;
        rows.iter().map(row).collect()
    }

    pub(super) fn exec(&mut self, sql: &str, binds: &[Bind]) -> Result<u64, Error> {
        let statement = self.statement(sql)?;
        let binds: Vec<&(dyn ToSql + Sync)> = binds.iter().map(|b| b as _).collect();
        let pending = std::mem::take(&mut self.pending);
        let client = &self.client;
        self.runtime.block_on(async {
            let (sent, count) = join(send(client, &pending), client.execute(&statement, &binds)).await;
            sent.and(count.map_err(Error::from))
        })
    }

    pub(super) fn later(&mut self, sql: &str, binds: Vec<Bind>) -> Result<(), Error> {
        let statement = self.statement(sql)?;
        self.pending.push(Pending::Statement(statement, binds));
        Ok(())
    }

    /// Runs a script outside of the pipeline.
    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Error> {
        Ok(self.runtime.block_on(self.client.batch_execute(sql))?)
    }

    fn begin(&mut self) {
        self.pending.clear();
        self.pending.push(Pending::Begin);
    }

    fn commit(&mut self) -> Result<(), Error> {
        let pending = std::mem::take(&mut self.pending);
        // Nothing was asked or changed since the transaction was to begin: there is none.
        if matches!(pending.as_slice(), [Pending::Begin]) {
            return Ok(());
        }
        let client = &self.client;
        // COMMIT of a transaction that a pipelined statement broke answers without error, so its own error counts first.
        self.runtime.block_on(async {
            let (sent, committed) = join(send(client, &pending), client.batch_execute("COMMIT")).await;
            sent.and(committed.map_err(Error::from))
        })
    }

    fn rollback(&mut self) {
        let untouched = matches!(self.pending.as_slice(), [Pending::Begin]);
        self.pending.clear();
        if !untouched && let Err(error) = self.script("ROLLBACK") {
            tracing::warn!(%error, "rollback failed");
        }
    }

    pub(crate) fn writer(&mut self) -> Writer<'_> {
        Writer { reader: Reader { connection: Connection::Postgres(self) } }
    }
}

fn connect(runtime: &Runtime, url: &str) -> Result<Client, Error> {
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "connection to PostgreSQL ended");
            }
        });
        Ok(client)
    })
}

/// Sends everything at once, in order, and gives the first error.
async fn send(client: &Client, pending: &[Pending]) -> Result<(), Error> {
    let sent = pending.iter().map(|pending| async move {
        match pending {
            Pending::Begin => client.batch_execute("BEGIN").await,
            Pending::Statement(statement, binds) => {
                let binds: Vec<&(dyn ToSql + Sync)> = binds.iter().map(|b| b as _).collect();
                client.execute(statement, &binds).await.map(drop)
            }
        }
    });
    join_all(sent).await.into_iter().collect::<Result<(), _>>().map_err(Error::from)
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
        match share_commit(session, &mut tasks) {
            Ok(()) => tasks.into_iter().for_each(|task| task.answer(None)),
            // With the connection gone nobody knows whether the commit took place: to run the tasks again could do
            // them twice, so their callers are told.
            Err(_) if tasks.len() > 1 && !session.client.is_closed() => {
                tasks.into_iter().for_each(|task| alone(session, task))
            }
            Err(error) => tasks.into_iter().for_each(|task| task.answer(Some(error.clone()))),
        }
    }
}

fn alone(session: &mut Session, task: Box<dyn Task>) {
    let mut tasks = vec![task];
    let failure = share_commit(session, &mut tasks).err();
    tasks.into_iter().for_each(|task| task.answer(failure.clone()));
}

/// Runs every task in one transaction. One failing task breaks it for all, so then each is run again by itself: failures
/// are rare, and savepoints would cost every task two statements.
fn share_commit(session: &mut Session, tasks: &mut [Box<dyn Task>]) -> Result<(), Error> {
    session.heal()?;
    session.begin();
    for task in tasks {
        if !task.run(&mut session.writer()) {
            session.rollback();
            return Err(Error::Database("a task of a shared transaction failed".into()));
        }
    }
    let result = session.commit();
    if result.is_err() {
        thread::sleep(if session.client.is_closed() { Duration::from_millis(100) } else { Duration::ZERO });
    }
    result
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

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let text = |e: &tokio_postgres::Error| {
            let more = e.source().map(ToString::to_string).unwrap_or_default();
            format!("{e}: {more}")
        };
        match error.code() {
            Some(&SqlState::UNIQUE_VIOLATION) => Self::Conflict,
            Some(&SqlState::DISK_FULL) => Self::Unavailable("the database's disk is full".into()),
            Some(
                &(SqlState::ADMIN_SHUTDOWN
                | SqlState::CRASH_SHUTDOWN
                | SqlState::CANNOT_CONNECT_NOW
                | SqlState::TOO_MANY_CONNECTIONS
                | SqlState::T_R_DEADLOCK_DETECTED
                | SqlState::T_R_SERIALIZATION_FAILURE
                | SqlState::LOCK_NOT_AVAILABLE),
            ) => Self::Unavailable(text(&error)),
            Some(_) => Self::Database(text(&error)),
            None => Self::Unavailable(format!("PostgreSQL can't be reached: {}", text(&error))),
        }
    }
}
