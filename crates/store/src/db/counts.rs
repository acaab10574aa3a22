//! What the writing threads did, counted without a lock.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Sums since the database was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Commits that were done.
    pub commits: u64,
    /// Transactions, in the sense of [`super::Db::write`], that were in them.
    pub transactions: u64,
    /// How long transactions waited for a thread, all together.
    pub waited: Duration,
    /// How long threads were busy with them, their statements and the commit.
    pub busy: Duration,
}

/// The sums while they grow.
#[derive(Debug, Default)]
pub(super) struct Meter {
    commits: AtomicU64,
    transactions: AtomicU64,
    waited_us: AtomicU64,
    busy_us: AtomicU64,
}

impl Meter {
    /// A thread took this much work, which had waited so long all together.
    pub(super) fn taken(&self, transactions: usize, waited: Duration) {
        self.transactions.fetch_add(transactions as u64, Ordering::Relaxed);
        self.waited_us.fetch_add(micros(waited), Ordering::Relaxed);
    }

    /// A shared transaction was committed, or lost, after so long.
    pub(super) fn ended(&self, committed: bool, took: Duration) {
        self.commits.fetch_add(u64::from(committed), Ordering::Relaxed);
        self.busy_us.fetch_add(micros(took), Ordering::Relaxed);
    }

    pub(super) fn counts(&self) -> Counts {
        let sum = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            commits: sum(&self.commits),
            transactions: sum(&self.transactions),
            waited: Duration::from_micros(sum(&self.waited_us)),
            busy: Duration::from_micros(sum(&self.busy_us)),
        }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
