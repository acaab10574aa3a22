//! Every call on accounts and their assets: what it asks, and what it makes of the answers Meta documents.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod accounts;
mod analytics;
mod forms;
mod limits;
mod partners;
mod server;
mod templates;
mod tokens;
mod uploads;
