//! Slows down whoever guesses passwords: after a few failures for one address from one place, tries have to wait.

use jiff::{SignedDuration, Timestamp};
use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
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

/// An e-mail address and a peer, as a keyed hash: whatever a stranger types, it takes eight bytes to remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Who(u64);

/// Failed tries to sign in, by e-mail address and peer. Kept in memory: each node counts by itself.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    tries: Mutex<HashMap<Who, Failures>>,
    key: RandomState,
}

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
    /// Who tries, as it is remembered.
    pub(crate) fn who(&self, email: &str, peer: Option<IpAddr>) -> Who {
        Who(self.key.hash_one((email.trim().to_lowercase(), peer)))
    }

    /// Takes a try, or tells how many seconds to wait. It counts as failed until [`Throttle::succeeded`] or
    /// [`Throttle::undecided`] says otherwise, so that tries side by side count too.
    pub(crate) fn admit(&self, who: Who, now: Timestamp) -> Result<(), u64> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(failures) = tries.get(&who).filter(|failures| !failures.forgotten(now)) {
            let left = failures.wait() - now.duration_since(failures.last_at);
            if left > SignedDuration::ZERO {
                return Err(u64::try_from(left.as_secs()).unwrap_or(0) + 1);
            }
        }
        if tries.len() >= REMEMBERED && !tries.contains_key(&who) {
            tries.retain(|_, failures| !failures.forgotten(now));
            if tries.len() >= REMEMBERED
                && let Some(oldest) = tries.iter().min_by_key(|(_, f)| f.last_at).map(|(who, _)| *who)
            {
                tries.remove(&oldest);
            }
        }
        let failures = tries.entry(who).or_insert(Failures { count: 0, last_at: now });
        if failures.forgotten(now) {
            failures.count = 0;
        }
        *failures = Failures { count: failures.count.saturating_add(1), last_at: now };
        Ok(())
    }

    /// A try succeeded: the failures before it are forgiven.
    pub(crate) fn succeeded(&self, who: Who) {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(&who);
    }

    /// Nobody looked at the password of a try: it was none.
    pub(crate) fn undecided(&self, who: Who) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(failures) = tries.get_mut(&who) {
            failures.count = failures.count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn a_few_mistakes_are_free_and_then_waits_grow() {
        let throttle = Throttle::default();
        let ana = throttle.who("ana@example.test", None);
        for _ in 0..5 {
            assert!(throttle.admit(ana, at(0)).is_ok());
        }
        assert_eq!(throttle.admit(ana, at(0)), Err(3));
        assert!(throttle.admit(throttle.who(" Ana@example.test", None), at(1)).is_err());
        assert!(throttle.admit(ana, at(2)).is_ok());
        assert!(throttle.admit(ana, at(5)).is_err());
        assert!(throttle.admit(ana, at(6)).is_ok());
        assert!(throttle.admit(throttle.who("luis@example.test", None), at(6)).is_ok());
    }

    #[test]
    fn success_and_time_forgive_and_what_was_not_looked_at_does_not_count() {
        let throttle = Throttle::default();
        let ana = throttle.who("ana@example.test", None);
        for _ in 0..20 {
            assert!(throttle.admit(ana, at(0)).is_ok());
            throttle.undecided(ana);
        }
        for second in 0..5 {
            assert!(throttle.admit(ana, at(second)).is_ok());
        }
        assert!(throttle.admit(ana, at(5)).is_err());
        throttle.succeeded(ana);
        for _ in 0..5 {
            assert!(throttle.admit(ana, at(5)).is_ok());
        }
        assert!(throttle.admit(ana, at(5)).is_err());
        assert!(throttle.admit(ana, at(3605)).is_ok());
    }

    #[test]
    fn no_more_is_remembered_than_fits() {
        let throttle = Throttle::default();
        for number in 0..REMEMBERED + 10 {
            assert!(throttle.admit(throttle.who(&number.to_string(), None), at(0)).is_ok());
        }
        assert_eq!(throttle.tries.lock().unwrap().len(), REMEMBERED);
    }
}
