//! What `waypost serve` is told, by flags or by the environment.

use crate::files::{private_database, private_folder};
use anyhow::bail;
use app::{Config, Location, Roles, Settings};
use clap::{Args, ValueEnum};
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// Flags of `waypost serve`. Each may stand in the environment as well; a flag wins.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address to listen on
    #[arg(long, env = "WAYPOST_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Folder of the SQLite database and the files of messages
    #[arg(long, env = "WAYPOST_DATA", default_value = "./waypost-data")]
    pub data: PathBuf,
    /// A SQLite file, or postgres://… [default: DATA/waypost.db]
    #[arg(long, env = "WAYPOST_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Where people and Meta reach Waypost; with https, cookies go over TLS only [default: http://LISTEN]
    #[arg(long, env = "WAYPOST_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Where the Graph API is; an emulator's address for trying things out
    #[arg(long, env = "WAYPOST_GRAPH_BASE_URL", default_value = "https://graph.facebook.com")]
    pub graph_base_url: String,
    /// Version of the Graph API
    #[arg(long, env = "WAYPOST_GRAPH_VERSION", default_value = "v25.0")]
    pub graph_version: String,
    /// What this process does, separated by commas
    #[arg(
        long,
        env = "WAYPOST_ROLES",
        value_enum,
        value_delimiter = ',',
        default_value = "http,inbound,sender,jobs,scheduler"
    )]
    pub roles: Vec<Role>,
    /// Seconds to wait for news of a message that left without an answer, before it is sent again
    #[arg(long, env = "WAYPOST_RESEND_AFTER", default_value_t = 60, value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub resend_after: u64,
    /// How the log is written, to standard error; RUST_LOG says how much
    #[arg(long, env = "WAYPOST_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// A role of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Answers requests
    Http,
    /// Handles webhook deliveries
    Inbound,
    /// Sends messages
    Sender,
    /// Does jobs
    Jobs,
    /// Clears away what is out of date
    Scheduler,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// For machines, a JSON object a line
    Json,
}

impl Serve {
    /// Which roles run.
    pub(crate) fn roles(&self) -> Roles {
        let has = |role| self.roles.contains(&role);
        Roles {
            http: has(Role::Http),
            inbound: has(Role::Inbound),
            sender: has(Role::Sender),
            jobs: has(Role::Jobs),
            scheduler: has(Role::Scheduler),
        }
    }

    /// What the product is opened with.
    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        let database = match &self.database_url {
            Some(url) => location(url)?,
            None => Location::File(self.data.join("waypost.db")),
        };
        let mut settings = Settings::new(database, self.data.join("media"));
        settings.config = Config {
            graph_base_url: self.graph_base_url.trim_end_matches('/').to_owned(),
            graph_version: self.graph_version.clone(),
            resend_after: Duration::from_secs(self.resend_after),
            ..Config::default()
        };
        Ok(settings)
    }

    /// Makes what is missing on disk, readable by the owner alone.
    pub(crate) fn prepare(&self, settings: &Settings) -> anyhow::Result<()> {
        private_folder(&self.data)?;
        private_folder(&settings.media_dir)?;
        match &settings.database {
            Location::File(path) => private_database(path),
            Location::Postgres(_) => Ok(()),
        }
    }
}

/// Reads a database address: `postgres://…`, `sqlite:PATH`, or a path.
fn location(url: &str) -> anyhow::Result<Location> {
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
