//! The connection, and words over it.

use crate::{Error, Kept, Result, Settings};
use async_nats::{Client, ConnectOptions, Event, ServerAddr, connection::State};
use bytes::Bytes;
use futures_util::StreamExt;
use std::time::Duration;

/// How long the server may take to answer a request or to acknowledge what was appended.
const ANSWER: Duration = Duration::from_secs(5);
/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(5);
/// The longest pause between two tries to reach a server that is gone.
const PAUSE: Duration = Duration::from_secs(1);

/// A connection to NATS that heals by itself. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Wire {
    client: Client,
}

/// Words that are said under a subject.
pub struct Heard {
    subscription: async_nats::Subscriber,
}

impl Wire {
    /// A connection to `url`: `nats://[user:password@|token@]host[:port]`, `tls://…` for TLS by the system's
    /// authorities; several servers of a cluster are separated by commas. Returns at once: a server that isn't there
    /// yet is waited for in the background.
    ///
    /// # Errors
    /// [`Error::Address`] when the address can't be read.
    pub async fn connect(url: &str, name: &str) -> Result<Self> {
        let read = |one: &str| {
            let read = one.trim().parse::<ServerAddr>().map_err(|e| Error::Address(e.to_string()))?;
            if read.host().is_empty() { Err(Error::Address("it names no host".into())) } else { Ok(read) }
        };
        let servers = url.split(',').map(read).collect::<Result<Vec<_>>>()?;
        let options = ConnectOptions::new()
            .name(name)
            // What this process says it knows already.
            .no_echo()
            .retry_on_initial_connect()
            .connection_timeout(CONNECT)
            .request_timeout(Some(ANSWER))
            .reconnect_delay_callback(|tries| {
                Duration::from_millis(50).saturating_mul(u32::try_from(tries).unwrap_or(u32::MAX)).min(PAUSE)
            })
            .event_callback(|event| async move { tell(&event) });
        let client = options.connect(servers).await.map_err(|e| Error::Address(e.to_string()))?;
        Ok(Self { client })
    }

    /// Whether the server is there at this moment.
    pub fn stands(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    /// Says a word. Nobody may be listening, and nothing tells.
    ///
    /// # Errors
    /// [`Error::Unavailable`] while the server is gone: a word is for now, not for later.
    pub async fn say(&self, subject: &str, word: impl Into<Bytes> + Send) -> Result<()> {
        if !self.stands() {
            return Err(Error::Unavailable("the server is gone".into()));
        }
        self.client.publish(subject.to_owned(), word.into()).await.map_err(Error::unavailable)
    }

    /// Waits until everything said has left this process.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it can't.
    pub async fn flush(&self) -> Result<()> {
        let flushed = tokio::time::timeout(ANSWER, self.client.flush()).await;
        flushed.map_err(Error::unavailable)?.map_err(Error::unavailable)
    }

    /// Listens to what others say under a subject, through every loss of the connection.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the subject can't be listened to.
    pub async fn hear(&self, subject: &str) -> Result<Heard> {
        let subscription = self.client.subscribe(subject.to_owned()).await.map_err(Error::unavailable)?;
        Ok(Heard { subscription })
    }

    /// A durable stream, made when it is missing. One that exists keeps the limits that its owner gave it, but must
    /// take the subjects asked for.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the server is gone, has no JetStream, or the stream can't be made.
    pub async fn stream(&self, settings: &Settings) -> Result<Kept> {
        let mut context = async_nats::jetstream::new(self.client.clone());
        context.set_timeout(ANSWER);
        Kept::open(context, settings).await
    }
}

impl Heard {
    /// The next word; `None` when nothing will be heard any more.
    pub async fn next(&mut self) -> Option<Bytes> {
        Some(self.subscription.next().await?.payload)
    }
}

impl std::fmt::Debug for Heard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Heard")
    }
}

fn tell(event: &Event) {
    match event {
        Event::Connected => tracing::info!("connected to NATS"),
        Event::Disconnected => tracing::warn!("the connection to NATS is lost; it is tried again"),
        other => tracing::debug!(%other, "NATS"),
    }
}
