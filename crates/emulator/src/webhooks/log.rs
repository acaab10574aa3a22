//! Every webhook that left or should have left, with its body and the answers it got. Bounded.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::rfc3339;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub id: u64,
    pub app_id: String,
    /// `None` when nobody has subscribed.
    pub url: Option<String>,
    #[serde(with = "as_text")]
    pub body: Bytes,
    /// `message` or `status`.
    pub kind: String,
    pub wamid: Option<String>,
    pub wa_id: String,
    pub lane: u64,
    pub state: DeliveryState,
    pub created_at: i64,
    pub next_at: Option<i64>,
    pub attempts: Vec<Attempt>,
    /// All attempts ever, of which only the last are kept.
    pub attempt_count: usize,
    /// What a fault did to it.
    pub fault: Option<String>,
    /// Why it isn't sent.
    #[serde(default)]
    pub note: Option<String>,
    /// What is in it, when it carries several changes.
    #[serde(default)]
    pub parts: Vec<Part>,
}

/// What one change of a delivery is about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub kind: String,
    pub wamid: Option<String>,
    pub wa_id: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeliveryState {
    /// To be tried (again).
    Pending,
    /// Answered 200.
    Delivered,
    /// Given up.
    Failed,
    /// Dropped by a fault.
    Dropped,
    /// No app has a callback for it.
    Unrouted,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub at: i64,
    pub status: Option<u16>,
    pub error: Option<String>,
    pub duration_ms: u64,
}

impl Attempt {
    pub(crate) fn ok(&self) -> bool {
        self.status == Some(200)
    }
}

const ATTEMPTS_KEPT: usize = 20;
/// How many deliveries are looked at for one that may be forgotten.
const NEAR: usize = 64;

impl Delivery {
    /// One that must be sent to `url`, about nothing in particular.
    pub(super) fn new(id: u64, app_id: &str, url: Option<String>, body: Bytes, now: i64) -> Self {
        Self {
            id,
            app_id: app_id.to_owned(),
            url,
            body,
            kind: String::new(),
            wamid: None,
            wa_id: String::new(),
            lane: 0,
            state: DeliveryState::Pending,
            created_at: now,
            next_at: None,
            attempts: Vec::new(),
            attempt_count: 0,
            fault: None,
            note: None,
            parts: Vec::new(),
        }
    }

    /// What its changes are about.
    pub(crate) fn about(&self) -> Vec<Part> {
        if !self.parts.is_empty() {
            return self.parts.clone();
        }
        vec![Part { kind: self.kind.clone(), wamid: self.wamid.clone(), wa_id: self.wa_id.clone() }]
    }

    pub(crate) fn record(&mut self, attempt: Attempt) {
        if self.attempts.len() == ATTEMPTS_KEPT {
            self.attempts.remove(0);
        }
        self.attempt_count += 1;
        self.attempts.push(attempt);
    }

    pub(crate) fn body_text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    pub(crate) fn to_json(&self) -> Value {
        let attempts: Vec<Value> = self
            .attempts
            .iter()
            .map(|a| json!({ "at": rfc3339(a.at), "status": a.status, "error": a.error, "duration_ms": a.duration_ms }))
            .collect();
        json!({
            "id": self.id, "app_id": self.app_id, "url": self.url, "kind": self.kind, "state": self.state,
            "wamid": self.wamid, "wa_id": self.wa_id, "created_at": rfc3339(self.created_at),
            "next_attempt_at": self.next_at.map(rfc3339), "attempts": attempts,
            "attempt_count": self.attempt_count, "fault": self.fault, "note": self.note,
            "changes": self.parts.len().max(1),
            "body": self.body_text(),
        })
    }
}

/// Deliveries by id, oldest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct DeliveryLog {
    next: u64,
    kept: BTreeMap<u64, Delivery>,
    /// Where to look next for a finished one to forget.
    #[serde(skip)]
    looked: u64,
    /// A webhook held back to change the order, by app.
    #[serde(default)]
    pub held: HashMap<String, u64>,
}

impl DeliveryLog {
    pub(crate) fn next_id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Keeps a delivery. Beyond `limit` finished ones go, the oldest first as far as that can be told cheaply; pending ones
    /// only beyond `pending`.
    pub(crate) fn keep(&mut self, delivery: Delivery, limit: usize, pending: usize) {
        self.kept.insert(delivery.id, delivery);
        // Two, so that those that were passed over for a while are made up for.
        for _ in 0..2 {
            if self.kept.len() > limit {
                self.forget_one(limit, pending);
            }
        }
    }

    fn forget_one(&mut self, limit: usize, pending: usize) {
        let mut last = None;
        let near = self.kept.range(self.looked..).take(NEAR).inspect(|(id, _)| last = Some(**id));
        let finished = near.filter(|(_, d)| d.state != DeliveryState::Pending).map(|(id, _)| *id).next();
        // What is passed over because it is pending is looked at again when all others have been.
        self.looked = finished.or(last).map_or(0, |id| id + 1);
        match finished {
            Some(id) => {
                self.kept.remove(&id);
            }
            None if self.kept.len() > limit.saturating_add(pending) => {
                self.kept.pop_first();
            }
            None => {}
        }
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Delivery> {
        self.kept.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut Delivery> {
        self.kept.get_mut(&id)
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Delivery> {
        self.kept.values()
    }

    /// Only what must still be sent: what a snapshot keeps.
    pub(crate) fn pending_only(&self) -> Self {
        let pending = |d: &&Delivery| d.state == DeliveryState::Pending;
        let kept = self.kept.values().filter(pending).map(|d| (d.id, d.clone())).collect();
        Self { next: self.next, kept, looked: 0, held: HashMap::new() }
    }
}

mod as_text {
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(body: &Bytes, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&String::from_utf8_lossy(body))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Bytes, D::Error> {
        String::deserialize(input).map(Bytes::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(id: u64, state: DeliveryState) -> Delivery {
        Delivery { state, ..Delivery::new(id, "", None, Bytes::new(), 0) }
    }

    #[test]
    fn finished_ones_are_forgotten_behind_any_number_of_pending_ones() {
        let mut log = DeliveryLog::default();
        for id in 1..=1_000 {
            let state = if id <= 200 { DeliveryState::Pending } else { DeliveryState::Delivered };
            log.keep(delivery(id, state), 10, 500);
        }
        assert!((1..=200).all(|id| log.get(id).is_some()), "what must still be sent is kept");
        assert!(log.iter().count() < 300, "{}", log.iter().count());
    }
}
