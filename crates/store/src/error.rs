//! What can go wrong with a database, by what the caller can do about it. Absence is an `Option`, not an error.

/// A database error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A unique index forbids it: the thing exists.
    #[error("the row exists already")]
    Conflict,
    /// Nothing was kept and trying later may work: locked, full, unreachable.
    #[error("{0}")]
    Unavailable(String),
    /// Statement and tables disagree: a fault of ours.
    #[error("database: {0}")]
    Database(String),
}
