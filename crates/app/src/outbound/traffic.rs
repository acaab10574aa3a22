//! Messages that came in, counted for the lanes: Meta counts them against a number's throughput as well.

use jiff::SignedDuration;
use model::{Timestamp, id::PhoneNumberId};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// What came in over each number since its lane last looked. Only a help for pacing: a node that doesn't handle webhooks
/// knows nothing of them and is told by Meta when it is too fast.
#[derive(Default)]
pub(crate) struct Traffic(Mutex<HashMap<PhoneNumberId, Recent>>);

/// How many, and when the first of them came.
struct Recent {
    since: Timestamp,
    many: u32,
}

/// What came longer ago counts no more.
const SECOND: SignedDuration = SignedDuration::from_secs(1);

impl Traffic {
    pub(crate) fn add(&self, number: PhoneNumberId, many: u32, now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = all.entry(number).or_insert(Recent { since: now, many: 0 });
        if now.duration_since(recent.since).abs() > SECOND {
            *recent = Recent { since: now, many: 0 };
        }
        recent.many = recent.many.saturating_add(many);
    }

    pub(crate) fn take(&self, number: PhoneNumberId, now: Timestamp) -> u32 {
        let recent = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
        recent
            .filter(|recent| now.duration_since(recent.since).abs() <= SECOND)
            .map_or(0, |recent| recent.many)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_came_within_a_second_counts() {
        let at = |ms: i64| Timestamp::from_millisecond(ms).unwrap();
        let (traffic, number) = (Traffic::default(), PhoneNumberId(uuid::Uuid::nil()));
        traffic.add(number, 80, at(0));
        assert_eq!(traffic.take(number, at(1_001)), 0, "the lane had nothing to send for long");
        traffic.add(number, 5, at(2_000));
        traffic.add(number, 2, at(2_900));
        assert_eq!((traffic.take(number, at(2_950)), traffic.take(number, at(2_950))), (7, 0));
        traffic.add(number, 5, at(4_000));
        traffic.add(number, 2, at(5_500));
        assert_eq!(traffic.take(number, at(5_500)), 2, "a new second began with it");
    }
}
