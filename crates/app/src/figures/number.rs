//! What is counted for one phone number.

use metrics::{Counter, counter};
use model::{Timestamp, id::PhoneNumberId, message::MessageState};
use std::sync::{Mutex, PoisonError};

/// What became of a call that was to send a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Came {
    /// Meta took it.
    Accepted,
    /// It is tried again later.
    Later,
    /// Nobody knows.
    Unknown,
    /// The number was parked.
    Parked,
    /// It will never be sent.
    Failed,
}

impl Came {
    const ALL: [Self; 5] = [Self::Accepted, Self::Later, Self::Unknown, Self::Parked, Self::Failed];

    /// The word of the label.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Later => "later",
            Self::Unknown => "unknown",
            Self::Parked => "parked",
            Self::Failed => "failed",
        }
    }
}

/// The counters of a number. They stay when the number goes, as counters do.
pub(crate) struct Number {
    sends: [Counter; 5],
    incoming: Counter,
    sent: Counter,
    delivered: Counter,
    read: Counter,
    failed: Counter,
    other: Counter,
    rate: Mutex<Rate>,
}

/// Messages in the second that runs, and in the one before.
#[derive(Default)]
struct Rate {
    second: i64,
    count: u32,
    before: u32,
}

impl Rate {
    fn turn_to(&mut self, second: i64) {
        if second == self.second {
            return;
        }
        self.before = if second == self.second.saturating_add(1) { self.count } else { 0 };
        (self.second, self.count) = (second, 0);
    }
}

impl Number {
    pub(super) fn new(id: PhoneNumberId) -> Self {
        let id = id.to_string();
        let status =
            |word| counter!("waypost_lane_statuses_total", "phone_number_id" => id.clone(), "status" => word);
        Self {
            sends: Came::ALL.map(|came| {
                counter!("waypost_lane_sends_total", "phone_number_id" => id.clone(), "outcome" => came.as_str())
            }),
            incoming: counter!("waypost_lane_incoming_total", "phone_number_id" => id.clone()),
            sent: status("sent"),
            delivered: status("delivered"),
            read: status("read"),
            failed: status("failed"),
            other: status("other"),
            rate: Mutex::default(),
        }
    }

    /// A call ended so.
    pub(crate) fn came(&self, came: Came, now: Timestamp) {
        self.sends[came as usize].increment(1);
        if came == Came::Accepted {
            let mut rate = self.rate.lock().unwrap_or_else(PoisonError::into_inner);
            rate.turn_to(now.as_second());
            rate.count = rate.count.saturating_add(1);
        }
    }

    /// Contacts wrote.
    pub(crate) fn incoming(&self, many: u32) {
        self.incoming.increment(many.into());
    }

    /// A status came; `None` is one that moves no message.
    pub(super) fn status(&self, state: Option<MessageState>) {
        let counter = match state {
            Some(MessageState::Sent) => &self.sent,
            Some(MessageState::Delivered) => &self.delivered,
            Some(MessageState::Read) => &self.read,
            Some(MessageState::Failed) => &self.failed,
            _ => &self.other,
        };
        counter.increment(1);
    }

    pub(super) fn sent_last_second(&self, now: Timestamp) -> u32 {
        let mut rate = self.rate.lock().unwrap_or_else(PoisonError::into_inner);
        rate.turn_to(now.as_second());
        rate.before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_whole_second_is_counted_and_forgotten_after_it() {
        let number = Number::new(PhoneNumberId(uuid::Uuid::nil()));
        let at = |ms: i64| Timestamp::from_millisecond(1_800_000_000_000 + ms).unwrap();
        for ms in [0, 10, 999] {
            number.came(Came::Accepted, at(ms));
        }
        number.came(Came::Failed, at(999));
        assert_eq!(number.sent_last_second(at(999)), 0, "this second still runs");
        assert_eq!(number.sent_last_second(at(1_000)), 3);
        number.came(Came::Accepted, at(1_500));
        assert_eq!(number.sent_last_second(at(2_000)), 1);
        assert_eq!(number.sent_last_second(at(3_000)), 0);
    }
}
