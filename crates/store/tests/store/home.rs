//! Databases that live as long as a test.

use crate::shop::{Shop, at};
use model::page::{Page, PageRequest};
use std::{
    env, fs,
    hash::{BuildHasher, Hasher, RandomState},
    path::{Path, PathBuf},
    process, thread,
    time::{Duration, Instant},
};
use store::{Db, Error, Lane, Location, Reader, Result, Tuning, Writer};
use tokio_postgres::{Client, NoTls};

/// How long a condition may take to come true.
pub const PATIENCE: Duration = Duration::from_secs(30);

const SERVER: &str = "WAYPOST_TEST_POSTGRES_URL";

/// Two writers, so that two lanes can be told apart: [`Lane::Key`] of an even and of an odd number.
pub const TUNING: Tuning = Tuning { share: 256, writers: 2, readers: 2 };

/// An open database of its own.
pub struct TestDb {
    pub db: Db,
    pub place: Place,
}

impl TestDb {
    pub fn sqlite() -> Self {
        Self::at(Place::sqlite())
    }

    /// `None`, and a word about it, when there is no server to test against.
    pub fn postgres() -> Option<Self> {
        Place::postgres().map(Self::at)
    }

    fn at(place: Place) -> Self {
        Self { db: Db::open(&place.location(), TUNING, at(0)).unwrap(), place }
    }

    /// A tenant with a number, a contact and a conversation.
    pub async fn shop(&self, number: u128) -> Shop {
        let shop = Shop::new(number);
        self.write(move |w| shop.insert(w)).await;
        shop
    }

    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Writer<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.try_write(work).await.unwrap()
    }

    pub async fn try_write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Writer<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.write(Lane::Any, work).await
    }

    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Reader<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.db.read(work).await.unwrap()
    }

    /// Everything in a list, page by page; every page but the last is full.
    pub async fn walk<T: Send + 'static>(
        &self,
        limit: usize,
        mut list: impl FnMut(&mut Reader<'_>, &PageRequest) -> Result<Page<T>> + Send + 'static,
    ) -> Vec<T> {
        self.read(move |r| {
            let (mut all, mut after) = (Vec::new(), None);
            loop {
                let page = list(r, &PageRequest { limit, after })?;
                assert!(page.data.len() == limit || page.next.is_none() && page.data.len() < limit);
                all.extend(page.data);
                after = page.next;
                if after.is_none() {
                    return Ok(all);
                }
            }
        })
        .await
    }

    /// A connection beside the store's own.
    pub async fn raw_postgres(&self) -> Client {
        let Place::Postgres(database) = &self.place else { panic!("not on PostgreSQL") };
        let (client, connection) = tokio_postgres::connect(&database.url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// A connection beside the store's own.
    pub fn raw_sqlite(&self) -> rusqlite::Connection {
        let Place::Sqlite(folder) = &self.place else { panic!("not on SQLite") };
        rusqlite::Connection::open(folder.file()).unwrap()
    }
}

/// Where a test's data is, until it is dropped.
pub enum Place {
    Sqlite(Folder),
    Postgres(Database),
}

impl Place {
    pub fn sqlite() -> Self {
        let folder = Folder(env::temp_dir().join(unique_name()));
        fs::create_dir(&folder.0).unwrap();
        Self::Sqlite(folder)
    }

    pub fn postgres() -> Option<Self> {
        let Ok(server) = env::var(SERVER) else {
            eprintln!("left out: PostgreSQL ({SERVER} is not set)");
            return None;
        };
        let name = unique_name();
        administer(&server, format!("CREATE DATABASE {name}")).unwrap();
        let url = in_database(&server, &name);
        Some(Self::Postgres(Database { server, name, url }))
    }

    pub fn location(&self) -> Location {
        match self {
            Self::Sqlite(folder) => Location::File(folder.file()),
            Self::Postgres(database) => Location::Postgres(database.url.clone()),
        }
    }
}

pub struct Folder(PathBuf);

impl Folder {
    pub fn file(&self) -> PathBuf {
        self.0.join("waypost.db")
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

pub struct Database {
    server: String,
    name: String,
    pub url: String,
}

impl Drop for Database {
    fn drop(&mut self) {
        // FORCE, because the store's threads may not have hung up yet.
        if let Err(error) = administer(&self.server, format!("DROP DATABASE {} WITH (FORCE)", self.name)) {
            eprintln!("{} stays on the server: {error}", self.name);
        }
    }
}

fn unique_name() -> String {
    format!("waypost_test_{}_{:016x}", process::id(), RandomState::new().build_hasher().finish())
}

fn in_database(server: &str, name: &str) -> String {
    let (address, options) = server.split_once('?').unwrap_or((server, ""));
    let (scheme, rest) = address.split_once("://").unwrap();
    let host = rest.split('/').next().unwrap();
    let options = if options.is_empty() { String::new() } else { format!("?{options}") };
    format!("{scheme}://{host}/{name}{options}")
}

/// Runs a statement on the server, on a thread of its own: a `Drop` can't wait on the test's runtime.
fn administer(server: &str, sql: String) -> std::result::Result<(), tokio_postgres::Error> {
    let server = server.to_owned();
    let run = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&server, NoTls).await?;
            tokio::spawn(connection);
            client.batch_execute(&sql).await
        })
    };
    thread::spawn(run).join().unwrap()
}

/// Asks until the answer is there.
///
/// # Panics
/// When it isn't within [`PATIENCE`].
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "{what} did not come true");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Opens a database again whose threads may still be ending.
pub async fn reopen(location: &Location) -> Result<Db> {
    eventually("an ended database's lock is free", async || match Db::open(location, TUNING, at(1)) {
        Err(Error::Unavailable(why)) if why.contains("in use") => None,
        other => Some(other),
    })
    .await
}
