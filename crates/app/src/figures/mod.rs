//! Figures for those who watch the installation: what is counted and timed as it happens.
//!
//! The names and what they mean stand in `docs/operate/metrics.md`. What can be read when somebody asks is not counted
//! here but read then, see [`crate::Overview`]. Counting costs no question to the database, no lock that is held while
//! others wait, and no text per event: what belongs to a number is looked up once and kept.

mod number;

pub(crate) use number::{Came, Number};

use crate::inbound::Heard;
use metrics::{Histogram, counter, histogram};
use model::{
    Timestamp,
    id::{MessageId, PhoneNumberId},
    message::MessageState,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Accepted messages whose statuses are waited for, at most. When there are more all are forgotten: a few are not timed.
const ACCEPTED_MAX: usize = 20_000;

/// What this node counts.
#[derive(Default)]
pub(crate) struct Figures {
    numbers: Mutex<HashMap<PhoneNumberId, Arc<Number>>>,
    /// When Meta took a message.
    accepted: Mutex<HashMap<MessageId, Timestamp>>,
}

impl Figures {
    /// A number's counters, made on first use.
    pub(crate) fn number(&self, id: PhoneNumberId) -> Arc<Number> {
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(numbers.entry(id).or_insert_with(|| Arc::new(Number::new(id))))
    }

    /// How many messages of a number Meta took within the last whole second.
    pub(crate) fn sent_last_second(&self, id: PhoneNumberId, now: Timestamp) -> u32 {
        let numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        numbers.get(&id).map_or(0, |number| number.sent_last_second(now))
    }

    /// Meta took a message.
    pub(crate) fn accepted(&self, message: MessageId, now: Timestamp) {
        let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        if accepted.len() >= ACCEPTED_MAX {
            accepted.clear();
        }
        accepted.insert(message, now);
    }

    /// Statuses came, and their changes are committed.
    pub(crate) fn heard(&self, statuses: &[Heard], now: Timestamp) {
        for heard in statuses {
            self.number(heard.number).status(heard.state);
            let Some(message) = heard.message else { continue };
            let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
            let (phase, since) = match heard.state {
                Some(MessageState::Sent) => (Phase::StatusSent, accepted.get(&message).copied()),
                Some(MessageState::Delivered) => (Phase::StatusDelivered, accepted.remove(&message)),
                _ => continue,
            };
            drop(accepted);
            if let Some(since) = since {
                phase.took(between(since, now));
            }
        }
    }
}

/// A stretch of a message's way.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Phase {
    /// A delivery, from its receipt to the moment when it was taken up.
    DeliveryWaited,
    /// A delivery, from there until all of it was committed.
    DeliveryApplied,
    /// A message, from the moment when it was due to its start.
    SendWaited,
    /// The call to Meta.
    GraphCall,
    /// From the start of a send until its outcome was committed.
    SendDone,
    /// From Meta's answer until the status `sent` was applied.
    StatusSent,
    /// The same for `delivered`.
    StatusDelivered,
    /// A job.
    Job,
}

impl Phase {
    pub(crate) fn took(self, time: Duration) {
        self.histogram().record(time);
    }

    /// Many took the same time.
    pub(crate) fn took_each(self, time: Duration, many: usize) {
        self.histogram().record_many(time, many);
    }

    fn histogram(self) -> Histogram {
        // Each with its words written out: such a key is made by the compiler.
        match self {
            Self::DeliveryWaited => histogram!("waypost_phase_seconds", "phase" => "delivery_waited"),
            Self::DeliveryApplied => histogram!("waypost_phase_seconds", "phase" => "delivery_applied"),
            Self::SendWaited => histogram!("waypost_phase_seconds", "phase" => "send_waited"),
            Self::GraphCall => histogram!("waypost_phase_seconds", "phase" => "graph_call"),
            Self::SendDone => histogram!("waypost_phase_seconds", "phase" => "send_done"),
            Self::StatusSent => histogram!("waypost_phase_seconds", "phase" => "status_sent"),
            Self::StatusDelivered => histogram!("waypost_phase_seconds", "phase" => "status_delivered"),
            Self::Job => histogram!("waypost_phase_seconds", "phase" => "job"),
        }
    }
}

/// A call to Meta failed. `code` is counted only where it is one that we know, so that an answer from anywhere can't make
/// up labels without end.
pub(crate) fn graph_error(code: Option<i64>, action: &'static str) {
    let code = match code {
        None => "none".to_owned(),
        Some(code) if is_known(code) => code.to_string(),
        Some(_) => "other".to_owned(),
    };
    counter!("waypost_graph_errors_total", "code" => code, "action" => action).increment(1);
}

fn is_known(code: i64) -> bool {
    crate::outbound::translate::meaning(code).is_some()
}

/// From one moment to a later one; nothing when the clock was set back between them.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}
