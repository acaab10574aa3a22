//! All SQL of Waypost, for SQLite and PostgreSQL, written once (invariants I3, I8, I9).
//!
//! One file per aggregate; every function takes a [`Reader`] or a [`Writer`], the organization, and values.

mod db;
mod error;
mod migrate;

pub mod accounts;
pub mod backup;
pub mod checks;
pub mod contacts;
pub mod conversations;
pub mod deliveries;
pub mod events;
pub mod idempotency;
pub mod jobs;
pub mod lanes;
pub mod leases;
pub mod media;
pub mod messages;
pub mod nodes;
pub mod outbound;
pub mod outreach;
pub mod phone_numbers;
pub mod reactions;
pub mod replays;
pub mod retention;
pub mod rules;
pub mod state;
pub mod statuses;
pub mod templates;

pub use db::{
    Bind, Counts, Db, Dialect, FromColumn, Lane, Line, Location, ReadDb, Reader, Row, Signals, Tuning, Writer,
};
pub use error::Error;
pub use migrate::{Schema, schema};

/// Before every id: where a list that goes upwards begins. Bound instead of asking `$2 IS NULL OR …`, which says nothing of
/// the placeholder's type to PostgreSQL and keeps both databases from using an index.
const FIRST: uuid::Uuid = uuid::Uuid::nil();

/// After every id: where a list that goes downwards begins.
const LAST: uuid::Uuid = uuid::Uuid::max();

/// What every store function returns.
pub type Result<T> = std::result::Result<T, Error>;
