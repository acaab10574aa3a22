//! Virtual time: a base clock passed in, plus an offset that `clock/advance` moves.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::watch;

/// What time it is, in milliseconds since the Unix epoch. The emulator never reads the machine's clock itself.
///
/// Clones share the offset, so a program that gives a clone of its own clock (or the same offset, see
/// [`Clock::with_offset`]) to the emulator moves in time together with it.
#[derive(Clone)]
pub struct Clock {
    base: Arc<dyn Fn() -> i64 + Send + Sync>,
    offset: Arc<AtomicI64>,
    moved: watch::Sender<u64>,
}

impl Clock {
    /// A clock over `base` (Unix milliseconds) with an offset of its own.
    pub fn new(base: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self::with_offset(Arc::new(base), Arc::new(AtomicI64::new(0)))
    }

    /// A clock that shares `offset` (milliseconds added to `base`) with somebody else's clock. When the other side
    /// moves the offset by itself the emulator notices within 100 ms; through [`Clock::advance`] at once.
    pub fn with_offset(base: Arc<dyn Fn() -> i64 + Send + Sync>, offset: Arc<AtomicI64>) -> Self {
        Self { base, offset, moved: watch::Sender::new(0) }
    }

    /// A clock that stands still at `start_ms` until it is advanced: for tests.
    pub fn manual(start_ms: i64) -> Self {
        Self::new(move || start_ms)
    }

    /// Now, in Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        (self.base)().saturating_add(self.offset.load(Ordering::SeqCst))
    }

    /// Moves time forward by `ms` (a negative number is ignored: time never goes back) and wakes who waits for it.
    pub fn advance(&self, ms: i64) {
        if ms > 0 {
            self.offset.fetch_add(ms, Ordering::SeqCst);
            self.moved.send_modify(|n| *n += 1);
        }
    }

    /// How far the clock is ahead of its base, in milliseconds.
    pub fn offset_ms(&self) -> i64 {
        self.offset.load(Ordering::SeqCst)
    }

    /// Makes the offset at least `ms`: a restored state must not lie in the future.
    pub(crate) fn ahead_at_least(&self, ms: i64) {
        self.offset.fetch_max(ms, Ordering::SeqCst);
        self.moved.send_modify(|n| *n += 1);
    }

    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("now_ms", &self.now_ms()).field("offset_ms", &self.offset_ms()).finish()
    }
}

/// Unix milliseconds as RFC 3339 in UTC, as the control API prints every moment.
pub(crate) fn rfc3339(ms: i64) -> String {
    match jiff::Timestamp::from_millisecond(ms) {
        Ok(t) => format!("{t:.3}"),
        Err(_) => ms.to_string(),
    }
}

/// Unix seconds as the string that the messages family of webhooks uses.
pub(crate) fn unix_seconds(ms: i64) -> String {
    ms.div_euclid(1000).to_string()
}

/// Unix milliseconds as nodes of the Graph API write a moment: `2026-05-01T10:00:00+0000`.
pub(crate) fn graph_time(ms: i64) -> String {
    match jiff::Timestamp::from_millisecond(ms) {
        Ok(t) => t.strftime("%Y-%m-%dT%H:%M:%S+0000").to_string(),
        Err(_) => ms.to_string(),
    }
}
