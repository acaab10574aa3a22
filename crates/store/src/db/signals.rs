//! Words between the processes on one PostgreSQL database: heard by who listens at that moment, kept by nobody.

use super::address::Address;
use crate::{Error, Result};
use tokio::sync::mpsc;
use tokio_postgres::Client;

/// The way to say and hear words. Each open line is a connection of its own, beside those that read and write, so that
/// telling waits for no transaction and no transaction waits for PostgreSQL's lock on its one queue of notifications.
#[derive(Debug, Clone)]
pub struct Signals {
    pub(super) address: Address,
}

/// An open line. Ends for good when the server goes; then another one is opened.
pub struct Line {
    client: Client,
    heard: mpsc::Receiver<String>,
}

impl Signals {
    /// Opens a line: from now on what others say is heard.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the server can't be reached.
    pub async fn open(&self) -> Result<Line> {
        let (tell, heard) = Address::line();
        let client = self.address.connect(Some(tell)).await?;
        client.batch_execute("LISTEN waypost").await?;
        Ok(Line { client, heard })
    }
}

impl Line {
    /// Says a word, to this line too. At most 8000 bytes.
    ///
    /// # Errors
    /// The database's; the line is of no more use then.
    pub async fn say(&self, word: &str) -> Result<()> {
        self.client.execute("SELECT pg_notify('waypost', $1)", &[&word]).await.map_err(Error::from)?;
        Ok(())
    }

    /// The next word; `None` when the line is dead.
    pub async fn hear(&mut self) -> Option<String> {
        self.heard.recv().await
    }
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Line")
    }
}
