//! How fast calls that can wait are made, so that Meta's hourly budgets are not found by their errors. Pure values.

use crate::Timestamp;
use jiff::SignedDuration;

/// What was used counts for so long (Meta: rate limits, one hour).
pub const WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// Up to this share nobody waits, in per cent.
const FREE: u32 = 75;
/// Planned use ends at this share, in per cent; the rest is for what doesn't ask here, such as sends and other programs.
const KEEP: u32 = 95;
/// Above that, one call per this long looks whether there is room again.
const LOOK: SignedDuration = SignedDuration::from_mins(15);
/// Plans change with every answer, so nobody is sent away for longer.
const PLAN: SignedDuration = SignedDuration::from_mins(5);
/// How many calls go before the first answer says how much is used.
const FIRST: u32 = 4;
/// How long the others wait for it.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(1);
/// An answer that took longer is not waited for.
const ANSWER: SignedDuration = SignedDuration::from_secs(30);
/// Calls to a per cent, until seen: Meta's smallest budget is 200 calls an hour.
const CALLS_PER_CENT: u32 = 2;
/// What a call costs is believed after a rise of so many per cent: Meta tells whole ones.
const RISE: u32 = 5;
/// A refusal that doesn't say how long it lasts.
const REFUSED: SignedDuration = SignedDuration::from_mins(5);
/// No refusal is believed for longer: Meta counts an hour, and its advice can be old.
const LONGEST: SignedDuration = SignedDuration::from_hours(2);

/// One hourly budget, as this process sees it. What others use shows in what Meta tells.
///
/// Below three quarters calls just go. From there they are spaced so that what is left, up to a reserve, would last for the
/// whole hour. What Meta told is forgotten after an hour.
#[derive(Debug, Clone)]
pub struct Budget {
    /// Per cent used, and when that was told.
    told: Option<(u32, Timestamp)>,
    /// Per cent at first, and calls answered since: what a call costs. Begins anew whenever use falls.
    course: (u32, u32),
    /// Calls let go since the last answer.
    ahead: u32,
    last_at: Timestamp,
    /// The last moment that somebody was told to come back at.
    promised: Timestamp,
    shut_until: Timestamp,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            told: None,
            course: (0, 0),
            ahead: 0,
            last_at: Timestamp::MIN,
            promised: Timestamp::MIN,
            shut_until: Timestamp::MIN,
        }
    }
}

impl Budget {
    /// When so many calls may be made: `Ok` is now, and [`Budget::go`] is to follow.
    ///
    /// # Errors
    /// The moment at which it is worth asking again. Who asks in turn is given a later moment each time.
    pub fn ask(&mut self, calls: u32, now: Timestamp) -> Result<(), Timestamp> {
        self.forget(now);
        if now < self.shut_until {
            return Err(self.shut_until);
        }
        let Some((used, _)) = self.told else {
            let waits = self.ahead >= FIRST;
            return if waits { Err(later(now, FIRST_WAIT)) } else { Ok(()) };
        };
        let used = self.expected(used);
        if used < FREE {
            return Ok(());
        }
        let gap = self.gap(used).saturating_mul(i32::try_from(calls.max(1)).unwrap_or(i32::MAX)).min(LOOK);
        let next = later(self.last_at, gap);
        if next <= now {
            return Ok(());
        }
        // Nothing that is known now is worth a plan beyond the hour.
        self.promised = next.max(later(self.promised, gap)).min(later(now, WINDOW)).max(next);
        Err(self.promised.min(later(now, PLAN)))
    }

    /// So many calls are made.
    pub fn go(&mut self, calls: u32, now: Timestamp) {
        self.ahead = self.ahead.saturating_add(calls);
        self.last_at = now;
    }

    /// Meta told how much is used, in per cent, and for how long calls are refused if they are.
    pub fn told(&mut self, used: u32, regained_in: Option<SignedDuration>, now: Timestamp) {
        self.ahead = 0;
        let falls = self.told.is_none_or(|(before, _)| used < before);
        self.course = if falls { (used, 0) } else { (self.course.0, self.course.1.saturating_add(1)) };
        self.told = Some((used, now));
        if let Some(wait) = regained_in.filter(|wait| *wait > SignedDuration::ZERO) {
            self.refused(Some(wait), now);
        }
    }

    /// A call was answered, and nothing was told of this budget: then nobody waits for it.
    pub fn answered(&mut self, now: Timestamp) {
        self.ahead = 0;
        self.told.get_or_insert((0, now));
    }

    /// Meta refused a call because the budget is used up, until then if it said so.
    pub fn refused(&mut self, regained_in: Option<SignedDuration>, now: Timestamp) {
        let wait = regained_in.unwrap_or(REFUSED).min(LONGEST);
        let shut_until = self.shut_until.max(later(now, wait));
        // Afterwards nothing is known, so that one look is taken first.
        *self = Self { shut_until, ..Self::default() };
    }

    /// What is used once the calls under way are counted.
    fn expected(&self, used: u32) -> u32 {
        let (calls, cents) = self.cost(used);
        used.saturating_add(self.ahead.saturating_mul(cents).div_ceil(calls))
    }

    /// How many calls cost how many per cent.
    fn cost(&self, used: u32) -> (u32, u32) {
        let (first, calls) = self.course;
        let rise = used.saturating_sub(first);
        if rise >= RISE && calls > 0 { (calls, rise) } else { (CALLS_PER_CENT, 1) }
    }

    fn gap(&self, used: u32) -> SignedDuration {
        let (calls, cents) = self.cost(used);
        let left = KEEP.saturating_sub(used).saturating_mul(calls) / cents;
        i32::try_from(left).ok().filter(|left| *left > 0).map_or(LOOK, |left| WINDOW / left)
    }

    fn forget(&mut self, now: Timestamp) {
        if self.told.is_some_and(|(_, at)| now.duration_since(at).abs() >= WINDOW) {
            *self = Self { shut_until: self.shut_until, ..Self::default() };
        }
        if now.duration_since(self.last_at) >= ANSWER {
            self.ahead = 0;
        }
        // A clock that was set back must not hold calls for ever.
        if self.shut_until > later(now, LONGEST) {
            self.shut_until = now;
        }
        if self.last_at > now {
            self.last_at = now;
        }
        if self.promised > later(now, WINDOW) {
            self.promised = now;
        }
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn below_three_quarters_calls_just_go() {
        let mut budget = Budget::default();
        budget.told(70, None, at(0));
        // Two calls are taken for a per cent until more is known.
        for _ in 0..9 {
            assert_eq!(budget.ask(1, at(0)), Ok(()));
            budget.go(1, at(0));
        }
        assert_eq!(budget.ask(1, at(0)), Err(at(90)));
    }

    #[test]
    fn before_anything_is_known_few_go_and_the_others_wait_for_their_answer() {
        let mut budget = Budget::default();
        for _ in 0..4 {
            assert_eq!(budget.ask(1, at(0)), Ok(()));
            budget.go(1, at(0));
        }
        assert_eq!(budget.ask(1, at(0)), Err(at(1)));
        budget.told(10, None, at(1));
        assert_eq!(budget.ask(1, at(1)), Ok(()));
        // An answer that never comes holds nobody up.
        let mut silent = Budget::default();
        silent.go(4, at(0));
        assert_eq!((silent.ask(1, at(29)), silent.ask(1, at(30))), (Err(at(30)), Ok(())));
    }

    #[test]
    fn what_is_left_is_spread_over_an_hour_and_each_who_asks_gets_a_turn() {
        let mut budget = Budget::default();
        budget.told(80, None, at(0));
        budget.go(1, at(0));
        budget.told(80, None, at(0));
        // 15 per cent to 95, two calls each: 30 calls an hour.
        assert_eq!(budget.ask(1, at(0)), Err(at(120)));
        assert_eq!(budget.ask(1, at(0)), Err(at(240)));
        assert_eq!(budget.ask(1, at(120)), Ok(()));
    }

    #[test]
    fn what_a_call_costs_is_learned() {
        let mut budget = Budget::default();
        budget.told(70, None, at(0));
        for used in [70, 71, 72, 72, 73, 74, 75, 75, 76, 77] {
            budget.told(used, None, at(0));
        }
        budget.go(1, at(0));
        budget.told(80, None, at(0));
        // Eleven calls for ten per cent: 16 calls are left.
        assert_eq!(budget.ask(1, at(0)), Err(at(225)));
    }

    #[test]
    fn a_spent_budget_waits_until_it_is_regained_and_then_looks() {
        let mut budget = Budget::default();
        budget.told(100, Some(SignedDuration::from_mins(7)), at(0));
        assert_eq!(budget.ask(1, at(419)), Err(at(420)));
        assert_eq!(budget.ask(1, at(420)), Ok(()));
        let mut silent = Budget::default();
        silent.refused(None, at(0));
        assert_eq!(silent.ask(1, at(0)), Err(at(300)));
        silent.told(100, None, at(300));
        silent.go(1, at(300));
        assert_eq!(silent.ask(1, at(300)), Err(at(600)));
        assert_eq!((silent.ask(1, at(1_199)).is_ok(), silent.ask(1, at(1_200))), (false, Ok(())));
    }

    #[test]
    fn a_budget_that_is_never_told_of_holds_nobody() {
        let mut budget = Budget::default();
        for second in 0..100 {
            assert_eq!(budget.ask(2, at(second)), Ok(()));
            budget.go(2, at(second));
            budget.answered(at(second));
        }
    }

    #[test]
    fn after_an_hour_or_with_a_clock_set_back_nothing_is_held() {
        let mut budget = Budget::default();
        budget.told(95, None, at(0));
        budget.go(1, at(0));
        assert_eq!(budget.ask(1, at(3_600)), Ok(()));
        budget.refused(Some(SignedDuration::from_hours(1)), at(1_000_000));
        assert_eq!(budget.ask(1, at(0)), Ok(()));
    }

    proptest! {
        /// Jobs ask as often as they like, over many hours, while others use some of the budget as well.
        #[test]
        fn a_budget_is_never_used_up(total in 200i64..6_000, others in 0i64..60, every in 1i64..20, calls in 1u32..3) {
            let mut budget = Budget::default();
            let (mut used, mut made) = (0, 0);
            for second in 0..4 * 3_600 {
                if second % 3_600 == 0 {
                    used = total * others / 100;
                }
                if second % every != 0 || budget.ask(calls, at(second)).is_err() {
                    continue;
                }
                budget.go(calls, at(second));
                for _ in 0..calls {
                    (used, made) = (used + 1, made + 1);
                    prop_assert!(used < total, "used up after {second} s");
                    budget.told(u32::try_from(used * 100 / total).unwrap(), None, at(second));
                }
            }
            let wanted = 3_600 / every * i64::from(calls);
            prop_assert!(made >= wanted.min(total * (70 - others) / 100), "only {made} of {total}");
        }
    }
}
