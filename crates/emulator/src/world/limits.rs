//! Rates that the platform enforces: messages per second of a number, messages to one person.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::customer::Chat;

/// One message to the same person is repaid every six seconds.
const PAIR_INTERVAL: i64 = 6_000;

/// Messages of the last second, in and out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Throughput {
    recent: VecDeque<i64>,
}

impl Throughput {
    /// Counts a message that can't be refused (an inbound one).
    pub(crate) fn count(&mut self, now: i64) {
        self.forget(now);
        self.recent.push_back(now);
    }

    /// Counts a message unless the second is full.
    pub(crate) fn admit(&mut self, now: i64, per_second: u32) -> bool {
        self.forget(now);
        if self.recent.len() >= per_second as usize {
            return false;
        }
        self.recent.push_back(now);
        true
    }

    fn forget(&mut self, now: i64) {
        while self.recent.front().is_some_and(|at| now - at >= 1_000) {
            self.recent.pop_front();
        }
    }
}

impl Chat {
    /// Takes one message of the pair's budget: a burst is borrowed from the future and repaid one per six seconds.
    pub(crate) fn borrow(&mut self, now: i64, burst: u32) -> bool {
        let repaid_at = self.pair_repaid_at.max(now) + PAIR_INTERVAL;
        if repaid_at - now > i64::from(burst) * PAIR_INTERVAL {
            return false;
        }
        self.pair_repaid_at = repaid_at;
        true
    }

    /// How many messages of a burst could be borrowed now.
    pub(crate) fn pair_left(&self, now: i64, burst: u32) -> u32 {
        let borrowed =
            (self.pair_repaid_at - now).max(0).unsigned_abs().div_ceil(PAIR_INTERVAL.unsigned_abs());
        burst.saturating_sub(u32::try_from(borrowed).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_45_is_borrowed_and_repaid_in_four_and_a_half_minutes() {
        let mut chat = Chat::default();
        assert!((0..45).all(|_| chat.borrow(1_000, 45)));
        assert!(!chat.borrow(1_000, 45));
        assert!(chat.borrow(1_000 + 6_000, 45));
        assert!(!chat.borrow(1_000 + 6_000, 45));
        let later = 1_000 + 46 * 6_000;
        assert!((0..45).all(|_| chat.borrow(later, 45)));
        assert!(!chat.borrow(later, 45));
    }

    #[test]
    fn a_second_holds_so_many_messages_in_and_out() {
        let mut second = Throughput::default();
        second.count(0);
        assert!((0..79).all(|_| second.admit(0, 80)));
        assert!(!second.admit(999, 80));
        assert!(second.admit(1_000, 80));
    }
}
