//! How many messages may start now. Pure values: exact, injectable, and able to answer "when".

use crate::Timestamp;
use jiff::SignedDuration;
use std::collections::VecDeque;

/// Messages per second that a number of standard throughput may send (Meta: throughput, 80 in and out together).
pub const STANDARD_PER_SECOND: u32 = 80;
/// The same for a number that Meta has upgraded.
pub const HIGH_PER_SECOND: u32 = 1_000;
/// The same for a number that is in the WhatsApp Business app as well (Meta: coexistence).
pub const APP_PER_SECOND: u32 = 20;
/// One message per this long to the same contact (Meta: pair rate limits).
pub const PAIR_INTERVAL: SignedDuration = SignedDuration::from_secs(6);
/// How many messages to one contact may start at once, borrowed from the future.
pub const PAIR_BURST: u32 = 45;
/// What a pair keeps in hand: Meta counts when a message arrives, and the way there is not always equally long.
const PAIR_SPARE: SignedDuration = SignedDuration::from_millis(500);
/// How long a portfolio's first words to somebody count (Meta: messaging limits, a rolling day).
pub const OUTREACH_DAY: SignedDuration = SignedDuration::from_hours(24);

const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// No refusal pauses a number for longer without being said again.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// A token bucket kept as one moment: the time at which all tokens taken so far are paid back.
///
/// With interval `i` and burst `b`, a token may be taken while that debt reaches less than `i × b` into the future;
/// this is Meta's model for pairs, where a burst of 20 has to be waited off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    interval: SignedDuration,
    /// How far into the future the debt may reach.
    reach: SignedDuration,
    paid_at: Timestamp,
}

impl Bucket {
    /// A full bucket that refills one token per `interval` and holds `burst` of them.
    pub fn new(interval: SignedDuration, burst: u32) -> Self {
        let reach = interval.saturating_mul(i32::try_from(burst.max(1)).unwrap_or(i32::MAX));
        Self { interval, reach, paid_at: Timestamp::MIN }
    }

    /// The bucket of one number and one contact: 45 at once, the last of them half a second later, and one more every six
    /// seconds.
    pub fn pair() -> Self {
        let full = Self::new(PAIR_INTERVAL, PAIR_BURST);
        Self { reach: full.reach.saturating_sub(PAIR_SPARE), ..full }
    }

    /// The same after messages that somebody else sent, at these moments in order, such as the node that ran a lane before.
    #[must_use]
    pub fn after(mut self, sent_at: impl IntoIterator<Item = Timestamp>) -> Self {
        for at in sent_at {
            self.paid_at = self.paid_at.max(at).saturating_add(self.interval).unwrap_or(Timestamp::MAX);
        }
        self
    }

    /// Takes a token, or tells when the next one will be there.
    pub fn take(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        let limit = now.saturating_add(self.reach).unwrap_or(Timestamp::MAX);
        // A debt that reaches further than any can comes from a clock that was ahead and was set back.
        let from = self.paid_at.min(limit).max(now);
        let paid_at = from.saturating_add(self.interval).unwrap_or(Timestamp::MAX);
        if paid_at > limit {
            return Err(paid_at.saturating_sub(self.reach).unwrap_or(now));
        }
        self.paid_at = paid_at;
        Ok(())
    }

    /// Whether every token is back, so that the bucket need not be remembered.
    pub fn is_full(&self, now: Timestamp) -> bool {
        self.paid_at <= now
    }
}

/// The rolling second of one number: how many more messages may start now so that Meta never counts more than its
/// limit within any second, in and out together (Meta: throughput).
///
/// A call tells when it began and when its answer came; Meta counted it somewhere in between. Its place is therefore
/// held until a second after its answer, less a third of the quickest call seen: so much passes from Meta's counting to
/// an answer and from a start to Meta's counting, as long as no leg of a call is thrice as slow as another. With an
/// even latency most of the limit can be used.
#[derive(Debug, Clone)]
pub struct RollingSecond {
    limit: u32,
    under_way: u32,
    /// When places become free, and how many; in order.
    held: VecDeque<(Timestamp, u32)>,
    held_sum: u32,
    quickest: Option<SignedDuration>,
    paused_until: Timestamp,
}

impl RollingSecond {
    /// Nothing sent yet; `limit` messages per second, at least one.
    pub fn new(limit: u32) -> Self {
        Self {
            limit: limit.max(1),
            under_way: 0,
            held: VecDeque::new(),
            held_sum: 0,
            quickest: None,
            paused_until: Timestamp::MIN,
        }
    }

    /// Meta raised or lowered the limit.
    pub fn set_limit(&mut self, limit: u32) {
        self.limit = limit.max(1);
    }

    /// How many messages may start now.
    pub fn free(&mut self, now: Timestamp) -> u32 {
        self.forget(now);
        if now < self.paused_until {
            return 0;
        }
        self.limit.saturating_sub(self.under_way).saturating_sub(self.held_sum)
    }

    /// When there may be more room, once [`Self::free`] has answered 0: a moment, or `None` when that depends on calls
    /// that are under way.
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        if now < self.paused_until {
            return Some(self.paused_until);
        }
        self.held.front().map(|(at, _)| *at)
    }

    /// A message starts.
    pub fn start(&mut self) {
        self.under_way += 1;
    }

    /// Its answer came, or none will.
    pub fn end(&mut self, started_at: Timestamp, now: Timestamp) {
        self.under_way = self.under_way.saturating_sub(1);
        let took = now.duration_since(started_at).max(SignedDuration::ZERO);
        let quickest = self.quickest.map_or(took, |quickest| quickest.min(took));
        self.quickest = Some(quickest);
        let spare = (quickest / 3).min(SignedDuration::from_millis(500));
        self.hold(now.saturating_add(SECOND.saturating_sub(spare)).unwrap_or(Timestamp::MAX), 1);
    }

    /// Messages came in: they count as well, whether there is room or not.
    pub fn came_in(&mut self, many: u32, now: Timestamp) {
        self.hold(now.saturating_add(SECOND).unwrap_or(Timestamp::MAX), many);
    }

    /// Meta said that it was too much after all: nothing starts for so long.
    pub fn refused(&mut self, wait: SignedDuration, now: Timestamp) {
        self.paused_until = self.paused_until.max(now.saturating_add(wait).unwrap_or(Timestamp::MAX));
    }

    fn hold(&mut self, until: Timestamp, many: u32) {
        if many == 0 {
            return;
        }
        self.held_sum = self.held_sum.saturating_add(many);
        // A quicker call shortens the wait of those that end later, which can only be by little: order is kept.
        let until = self.held.back().map_or(until, |(last, _)| until.max(*last));
        match self.held.back_mut() {
            Some((last, count)) if *last == until => *count = count.saturating_add(many),
            _ => self.held.push_back((until, many)),
        }
    }

    fn forget(&mut self, now: Timestamp) {
        // A clock that was set back must not hold places for ever.
        let furthest = now.saturating_add(SECOND).unwrap_or(Timestamp::MAX);
        while let Some((until, many)) = self.held.front().copied() {
            if until > now && until <= furthest {
                break;
            }
            self.held.pop_front();
            self.held_sum = self.held_sum.saturating_sub(many);
        }
        if self.paused_until > now.saturating_add(LONGEST_PAUSE).unwrap_or(Timestamp::MAX) {
            self.paused_until = now;
        }
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
    fn of_45_messages_to_one_contact_the_last_waits_half_a_second_and_the_46th_six() {
        let mut pair = Bucket::pair();
        for _ in 0..44 {
            assert_eq!(pair.take(at(0)), Ok(()));
        }
        assert_eq!(pair.take(at(0)), Err(at(500)));
        assert_eq!(pair.take(at(500)), Ok(()));
        assert_eq!(pair.take(at(500)), Err(at(6_500)));
        assert_eq!(pair.take(at(6_499)), Err(at(6_500)));
        assert_eq!(pair.take(at(6_500)), Ok(()));
    }

    #[test]
    fn the_whole_burst_is_back_after_four_and_a_half_minutes() {
        let mut pair = Bucket::pair();
        while pair.take(at(0)).is_ok() {}
        assert!(!pair.is_full(at(263_999)));
        assert!(pair.is_full(at(264_000)));
    }

    #[test]
    fn messages_of_an_earlier_node_count() {
        let mut pair = Bucket::pair().after((0..44).map(|_| at(0)));
        assert_eq!(pair.take(at(100)), Err(at(500)));
    }

    #[test]
    fn a_second_counts_in_and_out_and_waits_for_answers() {
        let mut second = RollingSecond::new(3);
        second.came_in(1, at(0));
        assert_eq!(second.free(at(0)), 2);
        second.start();
        second.start();
        assert_eq!((second.free(at(10)), second.next(at(10))), (0, Some(at(1_000))));
        second.end(at(0), at(90));
        second.end(at(0), at(120));
        // A third of the quickest call, 30 ms, is given back.
        assert_eq!(second.free(at(999)), 0);
        assert_eq!(second.free(at(1_000)), 1);
        assert_eq!(second.free(at(1_060)), 2);
        assert_eq!(second.free(at(1_090)), 3);
    }

    #[test]
    fn a_refusal_pauses_and_a_clock_set_back_frees() {
        let mut second = RollingSecond::new(3);
        second.refused(SignedDuration::from_secs(2), at(0));
        assert_eq!((second.free(at(1_999)), second.next(at(0))), (0, Some(at(2_000))));
        assert_eq!(second.free(at(2_000)), 3);
        second.came_in(3, at(5_000_000));
        assert_eq!(second.free(at(10_000)), 3);
    }

    /// Plays calls whose two legs take between 10 and 30 ms, and gives when Meta counted each.
    fn arrivals(limit: u32, legs: &[(i64, i64)], inbound_every: i64) -> Vec<i64> {
        let mut second = RollingSecond::new(limit);
        let (mut counted, mut ends) = (Vec::new(), Vec::new());
        let mut legs = legs.iter();
        for now in 0..4_000 {
            ends.retain(|(start, end)| {
                if *end == now {
                    second.end(at(*start), at(now));
                }
                *end != now
            });
            if now % inbound_every == 0 {
                second.came_in(1, at(now));
                counted.push(now);
            }
            for _ in 0..second.free(at(now)) {
                let Some((there, back)) = legs.next() else { break };
                second.start();
                counted.push(now + there);
                ends.push((now, now + there + back));
            }
        }
        counted.sort_unstable();
        counted
    }

    proptest! {
        #[test]
        fn meta_never_counts_more_than_the_limit_in_a_second(
            limit in 5u32..120, legs in prop::collection::vec((10i64..30, 10i64..30), 400), inbound_every in 40i64..500
        ) {
            let counted = arrivals(limit, &legs, inbound_every);
            for (i, first) in counted.iter().enumerate() {
                let within = counted[i..].iter().take_while(|t| **t < first + 1_000).count();
                // What comes in can't be held back, and may come when the second is full of what goes out.
                let inbound = (first + 999).div_euclid(inbound_every) - (first - 1).div_euclid(inbound_every);
                prop_assert!(within as i64 <= i64::from(limit) + inbound, "{within} in a second, {limit} allowed");
            }
        }

        #[test]
        fn an_even_latency_leaves_nine_tenths_of_the_limit(limit in 20u32..120, leg in 5i64..60) {
            let legs = vec![(leg, leg); 10_000];
            let counted = arrivals(limit, &legs, 10_000).len();
            prop_assert!(counted as f64 >= f64::from(limit) * 4.0 * 0.9 * 1_000.0 / (1_000.0 + 2.0 * leg as f64),
                "{counted} in four seconds, {limit} per second allowed");
        }

        #[test]
        fn the_promised_moment_is_kept_and_not_a_millisecond_late(gap in 0i64..400) {
            let mut bucket = Bucket::pair();
            while bucket.take(at(0)).is_ok() {}
            let when = bucket.take(at(gap)).unwrap_err();
            prop_assert!(bucket.clone().take(when).is_ok());
            prop_assert!(bucket.take(when - SignedDuration::from_millis(1)).is_err());
        }
    }
}
