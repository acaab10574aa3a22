//! How many messages may start now. Pure token buckets: exact, injectable, and able to answer "when".

use crate::Timestamp;
use jiff::SignedDuration;

/// Messages per second that a number of standard throughput may send (Meta: throughput, 80 in and out together).
pub const NUMBER_PER_SECOND: u32 = 80;
/// One message per this long to the same contact (Meta: pair rate limits).
pub const PAIR_INTERVAL: SignedDuration = SignedDuration::from_secs(6);
/// How many messages to one contact may start at once, borrowed from the future.
pub const PAIR_BURST: u32 = 45;

/// A token bucket kept as one moment: the time at which all tokens taken so far are paid back.
///
/// With interval `i` and burst `b`, a token may be taken while that debt reaches less than `i × b` into the future;
/// this is Meta's model for pairs, where a burst of 20 has to be waited off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    interval: SignedDuration,
    burst: u32,
    paid_at: Timestamp,
}

impl Bucket {
    /// A full bucket that refills one token per `interval` and holds `burst` of them.
    pub fn new(interval: SignedDuration, burst: u32) -> Self {
        Self { interval, burst: burst.max(1), paid_at: Timestamp::MIN }
    }

    /// The bucket of a number that may send `per_second`; at most a tenth of a second's worth starts at once, because
    /// Meta counts per rolling second.
    pub fn number(per_second: u32) -> Self {
        let per_second = per_second.max(1);
        Self::new(SignedDuration::from_nanos(1_000_000_000 / i64::from(per_second)), (per_second / 10).max(1))
    }

    /// The bucket of one number and one contact.
    pub fn pair() -> Self {
        Self::new(PAIR_INTERVAL, PAIR_BURST)
    }

    /// Takes a token, or tells when the next one will be there.
    pub fn take(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        let limit = now.saturating_add(self.interval * self.burst_i32()).unwrap_or(Timestamp::MAX);
        // A debt that reaches further than any can comes from a clock that was ahead and was set back.
        let from = self.paid_at.min(limit).max(now);
        let paid_at = from.saturating_add(self.interval).unwrap_or(Timestamp::MAX);
        if paid_at > limit {
            return Err(paid_at.saturating_sub(self.interval * self.burst_i32()).unwrap_or(now));
        }
        self.paid_at = paid_at;
        Ok(())
    }

    /// Whether every token is back, so that the bucket need not be remembered.
    pub fn is_full(&self, now: Timestamp) -> bool {
        self.paid_at <= now
    }

    fn burst_i32(&self) -> i32 {
        i32::try_from(self.burst).unwrap_or(i32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + ms).unwrap()
    }

    #[test]
    fn the_46th_message_to_one_contact_waits_six_seconds() {
        let mut pair = Bucket::pair();
        for _ in 0..45 {
            assert_eq!(pair.take(at(0)), Ok(()));
        }
        assert_eq!(pair.take(at(0)), Err(at(6_000)));
        assert_eq!(pair.take(at(5_999)), Err(at(6_000)));
        assert_eq!(pair.take(at(6_000)), Ok(()));
    }

    #[test]
    fn the_whole_burst_is_back_after_four_and_a_half_minutes() {
        let mut pair = Bucket::pair();
        while pair.take(at(0)).is_ok() {}
        assert!(!pair.is_full(at(269_999)));
        assert!(pair.is_full(at(270_000)));
    }

    proptest! {
        #[test]
        fn no_rolling_second_sees_more_than_the_numbers_throughput(waits in prop::collection::vec(0i64..40, 50..400)) {
            let mut bucket = Bucket::number(80);
            let mut now = 0;
            let mut starts = Vec::new();
            for wait in waits {
                now += wait;
                while bucket.take(at(now)).is_ok() { starts.push(now); }
            }
            for (i, start) in starts.iter().enumerate() {
                let within = starts[i..].iter().take_while(|t| **t < start + 1_000).count();
                prop_assert!(within <= 88, "{} in one second", within);
            }
        }

        #[test]
        fn the_promised_moment_is_kept_and_not_a_millisecond_late(gap in 0i64..5_000) {
            let mut bucket = Bucket::pair();
            while bucket.take(at(0)).is_ok() {}
            let when = bucket.take(at(gap)).unwrap_err();
            prop_assert!(bucket.clone().take(when).is_ok());
            prop_assert!(bucket.take(when - SignedDuration::from_millis(1)).is_err());
        }
    }
}
