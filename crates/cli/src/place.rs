//! Where an installation is, by flags or by the environment: the same for every command that works on one.

use anyhow::bail;
use app::{Location, care};
use clap::Args;
use std::path::PathBuf;

/// Flags that say where the data is.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// Folder of the SQLite database and the files of messages
    #[arg(long, env = "WAYPOST_DATA", default_value = "./waypost-data")]
    pub data: PathBuf,
    /// A SQLite file, or postgres://… [default: DATA/waypost.db]
    #[arg(long, env = "WAYPOST_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

impl Place {
    /// The database and the folder of files.
    pub(crate) fn place(&self) -> anyhow::Result<care::Place> {
        let database = match &self.database_url {
            Some(url) => location(url)?,
            None => Location::File(self.data.join("waypost.db")),
        };
        Ok(care::Place { database, media: self.data.join("media") })
    }
}

/// Reads a database address: `postgres://…`, `sqlite:PATH`, or a path.
pub(crate) fn location(url: &str) -> anyhow::Result<Location> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Location::Postgres(url.to_owned()));
    }
    let path = ["sqlite://", "sqlite:"].iter().find_map(|scheme| url.strip_prefix(scheme)).unwrap_or(url);
    if path.is_empty() || path.contains("://") {
        bail!("--database-url is a path, or begins with postgres://");
    }
    Ok(Location::File(PathBuf::from(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_a_file_or_a_postgres_address() {
        assert!(matches!(location("postgres://u@h/db"), Ok(Location::Postgres(_))));
        assert!(matches!(location("postgresql://u@h/db"), Ok(Location::Postgres(_))));
        for (url, path) in [("x.db", "x.db"), ("sqlite:x.db", "x.db"), ("sqlite:///tmp/x.db", "/tmp/x.db")] {
            let Ok(Location::File(found)) = location(url) else { panic!("{url}") };
            assert_eq!(found, PathBuf::from(path));
        }
        assert!(location("mysql://h/db").is_err());
        assert!(location("").is_err());
    }
}
