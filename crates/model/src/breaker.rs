//! When to stop asking a far side that doesn't answer, and when to ask it again.

use crate::Timestamp;
use jiff::SignedDuration;

/// So many failures in a row open the circuit.
const FAILURES: u32 = 5;
/// The first rest; each further one is twice as long.
const FIRST_REST: SignedDuration = SignedDuration::from_secs(1);
/// The longest rest: so long at most is the far side back without our noticing.
const LONGEST_REST: SignedDuration = SignedDuration::from_secs(30);

/// A circuit breaker over calls to one far side. Only trouble of that side counts: time-outs, cut connections, server
/// errors; an answer that refuses a message is an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Breaker {
    failures: u32,
    rests: u32,
    state: State,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Closed,
    /// Nothing is tried before this moment.
    Open { until: Timestamp },
    /// One call is trying whether it is over; one that tells nothing for longer than any rest is forgotten.
    Trying { since: Timestamp },
    /// The trial came back: calls go one at a time until one of them succeeds.
    Mending,
}

/// What a [`Breaker`] allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// Calls as usual.
    All,
    /// One call at a time.
    One,
    /// One harmless call that tells whether the far side is back; [`Breaker::tried`] is to be told of it.
    Trial,
    /// Nothing before this moment, if it is known.
    Nothing(Option<Timestamp>),
}

impl Breaker {
    /// What may be done now.
    pub fn allowed(&self, now: Timestamp) -> Allowed {
        match self.state {
            State::Closed => Allowed::All,
            State::Mending => Allowed::One,
            State::Trying { since } if now.duration_since(since).abs() <= LONGEST_REST => {
                Allowed::Nothing(None)
            }
            // Further away than any rest: the clock was ahead and was set back.
            State::Open { until } if until > now && until.duration_since(now) <= LONGEST_REST => {
                Allowed::Nothing(Some(until))
            }
            State::Open { .. } | State::Trying { .. } => Allowed::Trial,
        }
    }

    /// The trial that was allowed is under way.
    pub fn trying(&mut self, now: Timestamp) {
        if self.allowed(now) == Allowed::Trial {
            self.state = State::Trying { since: now };
        }
    }

    /// The trial came back, well or not.
    pub fn tried(&mut self, well: bool, now: Timestamp) {
        if !matches!(self.state, State::Trying { .. }) {
            return;
        }
        if well {
            self.state = State::Mending;
        } else {
            self.open(now);
        }
    }

    /// A call got an answer.
    pub fn succeeded(&mut self) {
        // One that left before the circuit opened may come back while it is open; the trial decides then.
        if matches!(self.state, State::Closed | State::Mending) {
            *self = Self::default();
        }
    }

    /// A call got none. Answers whether this opened the circuit.
    pub fn failed(&mut self, now: Timestamp) -> bool {
        self.failures = self.failures.saturating_add(1);
        let opens = match self.state {
            State::Closed => self.failures >= FAILURES,
            State::Mending => true,
            State::Open { .. } | State::Trying { .. } => false,
        };
        if opens {
            self.open(now);
        }
        opens
    }

    /// Whether calls are held back.
    pub fn is_open(&self) -> bool {
        self.state != State::Closed
    }

    /// What two circuits on one way allow together.
    #[must_use]
    pub fn together(a: Allowed, b: Allowed) -> Allowed {
        match (a, b) {
            (Allowed::Nothing(a), Allowed::Nothing(b)) => Allowed::Nothing(a.zip(b).map(|(a, b)| a.max(b))),
            (nothing @ Allowed::Nothing(_), _) | (_, nothing @ Allowed::Nothing(_)) => nothing,
            (Allowed::Trial, _) | (_, Allowed::Trial) => Allowed::Trial,
            (Allowed::One, _) | (_, Allowed::One) => Allowed::One,
            (Allowed::All, Allowed::All) => Allowed::All,
        }
    }

    fn open(&mut self, now: Timestamp) {
        let rest = FIRST_REST.saturating_mul(1 << self.rests.min(10)).min(LONGEST_REST);
        self.rests = self.rests.saturating_add(1);
        self.state = State::Open { until: now.saturating_add(rest).unwrap_or(Timestamp::MAX) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + s).unwrap()
    }

    fn opened() -> Breaker {
        let mut breaker = Breaker::default();
        let opens: Vec<_> = (0..5).map(|_| breaker.failed(at(0))).collect();
        assert_eq!(opens, [false, false, false, false, true]);
        breaker
    }

    #[test]
    fn five_failures_in_a_row_open_it_and_an_answer_between_does_not_let_them() {
        let mut breaker = Breaker::default();
        for _ in 0..4 {
            breaker.failed(at(0));
        }
        breaker.succeeded();
        for _ in 0..4 {
            assert!(!breaker.failed(at(0)));
        }
        assert_eq!(breaker.allowed(at(0)), Allowed::All);
        assert_eq!(opened().allowed(at(0)), Allowed::Nothing(Some(at(1))));
    }

    #[test]
    fn rests_double_up_to_half_a_minute() {
        let mut breaker = opened();
        let mut now = 0;
        for rest in [1, 2, 4, 8, 16, 30, 30] {
            assert_eq!(breaker.allowed(at(now)), Allowed::Nothing(Some(at(now + rest))));
            now += rest;
            assert_eq!(breaker.allowed(at(now)), Allowed::Trial);
            breaker.trying(at(now));
            assert_eq!(breaker.allowed(at(now)), Allowed::Nothing(None));
            breaker.tried(false, at(now));
        }
    }

    #[test]
    fn after_a_good_trial_one_call_decides() {
        let mut breaker = opened();
        breaker.trying(at(1));
        breaker.tried(true, at(1));
        assert_eq!(breaker.allowed(at(1)), Allowed::One);
        assert!(breaker.failed(at(1)));
        assert_eq!(breaker.allowed(at(1)), Allowed::Nothing(Some(at(3))));
        breaker.trying(at(3));
        breaker.tried(true, at(3));
        breaker.succeeded();
        assert_eq!(breaker, Breaker::default());
    }

    #[test]
    fn late_answers_of_an_open_circuit_change_nothing() {
        let mut breaker = opened();
        breaker.succeeded();
        assert!(!breaker.failed(at(0)));
        assert_eq!(breaker.allowed(at(0)), Allowed::Nothing(Some(at(1))));
    }

    #[test]
    fn a_trial_that_tells_nothing_is_forgotten() {
        let mut breaker = opened();
        breaker.trying(at(1));
        assert_eq!(breaker.allowed(at(31)), Allowed::Nothing(None));
        assert_eq!(breaker.allowed(at(32)), Allowed::Trial);
    }

    #[test]
    fn a_closed_circuit_has_no_trials() {
        let mut breaker = Breaker::default();
        breaker.trying(at(0));
        breaker.tried(false, at(0));
        assert_eq!(breaker, Breaker::default());
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_keep_it_open() {
        assert_eq!(opened().allowed(at(-3_600)), Allowed::Trial);
    }
}
