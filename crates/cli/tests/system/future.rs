//! A database as a newer Waypost would leave it.

use crate::waypost::Setting;

const NEWER: &str =
    "INSERT INTO schema_migrations (number, name, applied_at) VALUES (9999, '9999_future', 0)";

/// Writes that a migration was applied which nobody knows yet.
pub async fn write(setting: &Setting) {
    let Some(url) = &setting.database_url else {
        let file = rusqlite::Connection::open(setting.folder.join("waypost.db")).unwrap();
        file.execute(NEWER, []).unwrap();
        return;
    };
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(NEWER).await.unwrap();
}
