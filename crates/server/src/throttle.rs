//! Slows down whoever guesses passwords: after a few failures for one address from one place, tries have to wait.

use jiff::{SignedDuration, Timestamp};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// Failures before the first wait.
const FREE_TRIES: u32 = 5;
/// The first wait; it doubles with each further failure.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(2);
/// The longest wait. After as long again without a try, the failures are forgotten.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// Pairs of address and place that are remembered; beyond it the oldest are forgotten.
const REMEMBERED: usize = 10_000;

type Who = (String, Option<IpAddr>);

/// Failed tries to sign in, by e-mail address and peer. Kept in memory: each node counts by itself.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<Who, Failures>>);

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last_at: Timestamp,
}

impl Failures {
    fn wait(self) -> SignedDuration {
        let doublings = self.count.saturating_sub(FREE_TRIES).min(12);
        if self.count < FREE_TRIES {
            SignedDuration::ZERO
        } else {
            (FIRST_WAIT * (1 << doublings)).min(LONGEST_WAIT)
        }
    }

    fn forgotten(self, now: Timestamp) -> bool {
        now.duration_since(self.last_at) > LONGEST_WAIT * 2
    }
}

impl Throttle {
    /// Whether a try may be made now, or how many seconds to wait.
    pub(crate) fn admit(&self, who: &Who, now: Timestamp) -> Result<(), u64> {
        let tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(failures) = tries.get(who).filter(|failures| !failures.forgotten(now)) else {
            return Ok(());
        };
        let left = failures.wait() - now.duration_since(failures.last_at);
        if left <= SignedDuration::ZERO {
            return Ok(());
        }
        Err(u64::try_from(left.as_secs()).unwrap_or(0) + 1)
    }

    /// A try failed.
    pub(crate) fn failed(&self, who: Who, now: Timestamp) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= REMEMBERED && !tries.contains_key(&who) {
            tries.retain(|_, failures| !failures.forgotten(now));
            if tries.len() >= REMEMBERED
                && let Some(oldest) = tries.iter().min_by_key(|(_, f)| f.last_at).map(|(who, _)| who.clone())
            {
                tries.remove(&oldest);
            }
        }
        let failures = tries.entry(who).or_insert(Failures { count: 0, last_at: now });
        if failures.forgotten(now) {
            failures.count = 0;
        }
        *failures = Failures { count: failures.count.saturating_add(1), last_at: now };
    }

    /// A try succeeded: the failures before it are forgiven.
    pub(crate) fn succeeded(&self, who: &Who) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(who);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who() -> Who {
        ("ana@example.test".into(), None)
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn a_few_mistakes_are_free_and_then_waits_grow() {
        let throttle = Throttle::default();
        for _ in 0..4 {
            throttle.failed(who(), at(0));
            assert!(throttle.admit(&who(), at(0)).is_ok());
        }
        throttle.failed(who(), at(0));
        assert!(throttle.admit(&who(), at(1)).is_err());
        assert!(throttle.admit(&who(), at(2)).is_ok());
        throttle.failed(who(), at(2));
        assert!(throttle.admit(&who(), at(5)).is_err());
        assert!(throttle.admit(&who(), at(6)).is_ok());
        assert!(throttle.admit(&("luis@example.test".into(), None), at(5)).is_ok());
    }

    #[test]
    fn success_and_time_forgive() {
        let throttle = Throttle::default();
        for _ in 0..20 {
            throttle.failed(who(), at(0));
        }
        assert!(throttle.admit(&who(), at(60)).is_err());
        assert!(throttle.admit(&who(), at(3600)).is_ok());
        throttle.succeeded(&who());
        assert!(throttle.admit(&who(), at(0)).is_ok());
    }
}
