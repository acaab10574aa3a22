//! How the product is doing, for probes and metrics.

use crate::{App, Result};
use model::{Timestamp, node::Node};
use store::{
    Counts, deliveries,
    jobs::{self, KindBacklog},
    lanes::{self, LaneBacklog},
    nodes, outbound,
};

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

/// All that can be read of how the installation is doing, at one moment.
#[derive(Debug, Clone)]
pub struct Overview {
    /// When it was read.
    pub now: Timestamp,
    /// Deliveries that are not handled yet.
    pub deliveries_waiting: u64,
    /// When the oldest of them was stored.
    pub oldest_delivery_at: Option<Timestamp>,
    /// Every connected number's lane.
    pub lanes: Vec<LaneOverview>,
    /// The jobs of each kind that has any.
    pub jobs: Vec<KindBacklog>,
    /// The processes at work.
    pub nodes: Vec<Node>,
    /// Writes that wait for a database thread of this node.
    pub database_waiting: u64,
    /// What this node's database threads have done.
    pub database: Counts,
    /// Whether this node holds all sends back because nobody answers.
    pub messages_circuit_open: bool,
    /// The same for uploads of files.
    pub media_circuit_open: bool,
}

/// A number's lane.
#[derive(Debug, Clone)]
pub struct LaneOverview {
    /// What the database tells, whichever node runs the lane.
    pub lane: LaneBacklog,
    /// Messages that Meta took from this node within the last whole second.
    pub sent_last_second: u32,
    /// Whether this node holds the lane's sends back because nobody answers; `None` where it doesn't run the lane.
    pub circuit_open: Option<bool>,
}

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

    /// How everything is doing.
    ///
    /// # Errors
    /// The database's.
    pub async fn overview(&self) -> Result<Overview> {
        let (app, now) = (self.clone(), self.now());
        let read = self.read(move |r| {
            let (deliveries_waiting, oldest_delivery_at) = deliveries::backlog(r)?;
            let lanes = lanes::all(r)?.into_iter().map(|lane| app.lane_overview(lane, now)).collect();
            Ok(Overview {
                now,
                deliveries_waiting,
                oldest_delivery_at,
                lanes,
                jobs: jobs::by_kind(r)?,
                nodes: nodes::list(r)?,
                database_waiting: app.inner.db.waiting_writes() as u64,
                database: app.inner.db.counts(),
                messages_circuit_open: app.inner.circuits.messages.is_open(),
                media_circuit_open: app.inner.circuits.media.is_open(),
            })
        });
        read.await
    }

    fn lane_overview(&self, lane: LaneBacklog, now: Timestamp) -> LaneOverview {
        LaneOverview {
            sent_last_second: self.inner.figures.sent_last_second(lane.phone_number_id, now),
            circuit_open: self.inner.courses.is_open(lane.phone_number_id),
            lane,
        }
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
