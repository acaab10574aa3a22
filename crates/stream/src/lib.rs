//! The wire to NATS: a durable stream that keeps what is appended in order and once, and words that are heard by who
//! listens and kept by nobody. Knows nothing of Waypost.
//!
//! ```no_run
//! # async fn example() -> stream::Result<()> {
//! let wire = stream::Wire::connect("nats://127.0.0.1:4222", "example").await?;
//! let kept = wire.stream(&stream::Settings::new("EVENTS", "events.>")).await?;
//! let end = kept.end().await?;
//! let entry = stream::Entry { id: "1".into(), subject: "events.a".into(), payload: "{}".into() };
//! assert_eq!(kept.append(end.sequence, vec![entry]).await.taken, 1);
//! # Ok(())
//! # }
//! ```

mod kept;
mod wire;

pub use bytes::Bytes;
pub use kept::{Appended, End, Entry, Kept, Settings};
pub use wire::{Heard, Wire};

/// What went wrong on the wire. All of it may be gone the next time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The address makes no sense; trying again won't help.
    #[error("the NATS address can't be used: {0}")]
    Address(String),
    /// The server doesn't answer, or says that it can't.
    #[error("NATS can't be used: {0}")]
    Unavailable(String),
    /// Somebody else appended meanwhile: read where the stream ends, and go on from there.
    #[error("somebody else wrote to the stream")]
    Overtaken,
}

/// What every function of this room returns.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    fn unavailable(error: impl std::fmt::Display) -> Self {
        Self::Unavailable(error.to_string())
    }
}
