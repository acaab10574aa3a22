//! Time, ids and chance, taken from the system: the only place that does (invariant I7).

use app::{Ambient, Secrets};
use jiff::Timestamp;
use model::time::{Clock, Ids};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use uuid::Uuid;

/// The system's time, with a shared offset in milliseconds that a demo moves.
#[derive(Debug, Clone, Default)]
pub(crate) struct SystemTime {
    offset_ms: Arc<AtomicI64>,
}

impl SystemTime {
    /// A clock that is ahead of the system's by `offset_ms`, or behind it.
    pub(crate) fn ahead_by(offset_ms: i64) -> Self {
        Self { offset_ms: Arc::new(AtomicI64::new(offset_ms)) }
    }

    /// How far this clock is ahead of the system's, in milliseconds.
    pub(crate) fn offset_ms(&self) -> i64 {
        self.offset_ms.load(Ordering::SeqCst)
    }

    /// The clock of Waypost.
    pub(crate) fn clock(&self) -> Clock {
        let offset_ms = Arc::clone(&self.offset_ms);
        Clock::new(move || {
            let offset = jiff::SignedDuration::from_millis(offset_ms.load(Ordering::SeqCst));
            let now = system_now();
            now.saturating_add(offset).unwrap_or(now)
        })
    }

    /// The clock of the emulator; both move together.
    pub(crate) fn emulator_clock(&self) -> emulator::Clock {
        let base = Arc::new(|| system_now().as_millisecond());
        emulator::Clock::with_offset(base, Arc::clone(&self.offset_ms))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the system's clock is read")]
fn system_now() -> Timestamp {
    Timestamp::now()
}

/// Fresh UUIDv7 values.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where ids are made by the system's clock and dice"
)]
pub(crate) fn ids() -> Ids {
    Ids::new(Uuid::now_v7)
}

/// What Waypost is opened with.
pub(crate) fn ambient(time: &SystemTime) -> Ambient {
    Ambient { clock: time.clock(), ids: ids(), secrets: Secrets::new(fill) }
}

/// Fills `bytes` from the system's generator. Without one nothing here may go on: tokens would be guessable.
fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the system has a random generator");
}

/// A password that people can type: five groups of four letters and digits, none of them easily mistaken, 98 bits.
pub(crate) fn password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";
    let mut bytes = [0; 20];
    fill(&mut bytes);
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}
