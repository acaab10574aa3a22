//! A database of the test server on a disk of the test's choice.

use std::{
    os::unix::fs::{MetadataExt, chown},
    path::Path,
};
use tokio_postgres::{Client, NoTls};

/// A tablespace that holds one database.
pub struct Tablespace {
    server: String,
    name: String,
}

impl Tablespace {
    /// Moves the database at `url` to a tablespace in `folder`; `None` when the server isn't on this machine, or the folder
    /// may not be given to it.
    pub async fn on(url: &str, folder: &Path) -> Option<Self> {
        let (base, database) = url.rsplit_once('/').unwrap();
        let (server, name) = (format!("{base}/postgres"), format!("{database}_space"));
        let client = connect(&server).await;
        let data: String = client.query_one("SHOW data_directory", &[]).await.ok()?.get(0);
        let owner = std::fs::metadata(data).ok()?;
        let place = folder.join("space");
        std::fs::create_dir(&place).ok()?;
        chown(&place, Some(owner.uid()), Some(owner.gid())).ok()?;
        // The server's user has to find its way there.
        for above in [folder, folder.parent()?] {
            chown(above, Some(owner.uid()), Some(owner.gid())).ok()?;
        }
        let make = format!("CREATE TABLESPACE {name} LOCATION '{}'", place.display());
        client.batch_execute(&make).await.ok()?;
        let to = format!("ALTER DATABASE {database} SET TABLESPACE {name}");
        client.batch_execute(&to).await.unwrap();
        Some(Self { server, name })
    }

    /// Removes it, once its database is gone.
    pub async fn remove(self) {
        connect(&self.server).await.batch_execute(&format!("DROP TABLESPACE {}", self.name)).await.unwrap();
    }
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
