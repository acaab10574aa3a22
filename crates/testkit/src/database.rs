//! A database of a test's own, gone with it.

use app::Location;
use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};
use tokio_postgres::NoTls;

/// Where tests find a PostgreSQL server in which they may make databases.
pub const POSTGRES: &str = "WAYPOST_TEST_POSTGRES_URL";

/// A place for one world's data.
#[derive(Debug)]
pub struct Database {
    folder: PathBuf,
    server: Option<(String, String)>,
}

static COUNT: AtomicU64 = AtomicU64::new(0);

impl Database {
    /// A SQLite file in a folder of its own.
    pub fn sqlite() -> Self {
        let name = format!("waypost-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        Self { folder, server: None }
    }

    /// A database of its own on the server that the environment names; `None`, said aloud, when it names none.
    pub fn postgres() -> Option<Self> {
        let Ok(url) = std::env::var(POSTGRES) else {
            eprintln!("left out: PostgreSQL ({POSTGRES} is not set)");
            return None;
        };
        let name = format!("waypost_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut database = Self::sqlite();
        database.server = Some((url, name));
        Some(database)
    }

    /// The folder for everything that isn't in the database.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Another one of the same kind, on the same server.
    ///
    /// # Panics
    /// When the server is no longer named.
    pub fn another(&self) -> Self {
        match self.server {
            None => Self::sqlite(),
            Some(_) => Self::postgres().expect("the server is still there"),
        }
    }

    /// Makes the database and says where it is.
    pub async fn location(&self) -> Location {
        match self.postgres_url().await {
            Some(url) => Location::Postgres(url),
            None => Location::File(self.folder.join("waypost.db")),
        }
    }

    /// Makes the database on its server and gives its address; `None` for SQLite.
    pub async fn postgres_url(&self) -> Option<String> {
        let (url, name) = self.server.as_ref()?;
        statement(url, &format!("CREATE DATABASE {name}")).await.expect("a database for the test");
        let (base, _) = url.rsplit_once('/').expect("the address ends in a database");
        Some(format!("{base}/{name}"))
    }
}

async fn statement(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await?;
    drop(client);
    drop(connection.await);
    Ok(())
}

impl Drop for Database {
    fn drop(&mut self) {
        // Nothing depends on it: a folder in the temporary directory, a database on a server that the tests started.
        drop(std::fs::remove_dir_all(&self.folder));
        if let Some((url, name)) = self.server.take() {
            let gone = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
                runtime
                    .block_on(statement(&url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")))
                    .ok()
            });
            drop(gone.join());
        }
    }
}

/// Makes a test into two, one on each database: `on_both!(async fn name(database) { … })`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($database:ident) $body:block)*) => {$(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, reason = "a test may need none of its file's names")]
            use super::*;

            async fn run($database: $crate::Database) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() { run($crate::Database::sqlite()).await; }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(database) = $crate::Database::postgres() { run(database).await; }
            }
        }
    )*};
}
