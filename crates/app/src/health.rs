//! How the product is doing, for probes and metrics.

use crate::{App, Result};
use model::Timestamp;
use store::{deliveries, jobs, outbound};

/// How much waits, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Deliveries that are not handled yet.
    pub deliveries_waiting: u64,
    /// When the oldest of them was stored.
    pub oldest_delivery_at: Option<Timestamp>,
    /// Messages that wait for their turn.
    pub queued: u64,
    /// Messages that Meta is being asked about.
    pub in_flight: u64,
    /// Messages whose outcome nobody knows.
    pub unknown: u64,
    /// When the oldest queued message was due.
    pub oldest_due_at: Option<Timestamp>,
    /// Jobs that wait or run.
    pub jobs_waiting: u64,
    /// When the next job is due.
    pub next_job_at: Option<Timestamp>,
    /// Jobs that were given up.
    pub jobs_failed: u64,
    /// Writes that wait for a database thread.
    pub database_waiting: u64,
    /// Whether this node holds sends back because nobody answers.
    pub circuit_open: bool,
}

pub use store::outbound::Unknowns;

impl App {
    /// How sends of unknown outcome ended, over all organizations, as far back as settled sends are kept (a day).
    ///
    /// # Errors
    /// The database's.
    pub async fn unknown_outcomes(&self) -> Result<Vec<Unknowns>> {
        self.read(|r| Ok(outbound::unknowns(r)?)).await
    }

    /// Whether requests can be served: the database answers.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when it doesn't.
    pub async fn ready(&self) -> Result<()> {
        self.read(|r| Ok(store::accounts::any_user(r)?)).await.map(drop)
    }

    /// How much waits.
    ///
    /// # Errors
    /// The database's.
    pub async fn stats(&self) -> Result<Stats> {
        let database_waiting = self.inner.db.waiting_writes() as u64;
        let circuit_open = self.inner.circuits.messages.is_open();
        let read = self.read(move |r| {
            let (deliveries_waiting, oldest_delivery_at) = deliveries::backlog(r)?;
            let out = outbound::backlog(r)?;
            let (jobs_waiting, jobs_failed) = jobs::counts(r)?;
            Ok(Stats {
                deliveries_waiting,
                oldest_delivery_at,
                queued: out.queued,
                in_flight: out.in_flight,
                unknown: out.unknown,
                oldest_due_at: out.oldest_due_at,
                jobs_waiting,
                next_job_at: jobs::next_due(r)?,
                jobs_failed,
                database_waiting,
                circuit_open,
            })
        });
        read.await
    }
}
