//! Changes that wait for others, so that several come in one delivery.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::body;
use super::emit::Notice;
use super::log::{Delivery, DeliveryState, Part};
use crate::config::{Batch, Config};
use crate::dice::fnv;
use crate::world::World;
use crate::world::schedule::Due;

/// What waits for one callback of one app.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Gathering {
    app_id: String,
    url: String,
    waiting: Vec<Waiting>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Waiting {
    entry_id: String,
    /// Of management fields, Unix seconds.
    time: Option<i64>,
    change: Value,
    /// Bytes that it adds to the body.
    size: usize,
    part: Part,
}

/// Room for the envelope and for an entry's own frame.
const FRAME: usize = 128;

impl World {
    /// Puts a change to the others that wait for this callback.
    pub(super) fn gather(&mut self, config: &Config, app_id: &str, url: &str, notice: &Notice, value: Value) {
        let change = json!({ "value": value, "field": notice.field });
        let waiting = Waiting {
            entry_id: notice.entry_id.clone(),
            time: notice.phone_number_id.is_none().then(|| self.now.div_euclid(1_000)),
            size: body::bytes(&change, config.webhooks.escape).len() + FRAME,
            change,
            part: Part {
                kind: notice.kind.to_owned(),
                wamid: notice.wamid.clone(),
                wa_id: notice.wa_id.clone(),
            },
        };
        let gathering = self.engine.gathering.iter_mut().find(|g| g.app_id == app_id && g.url == url);
        match gathering {
            Some(gathering) => gathering.waiting.push(waiting),
            None => {
                let (app_id, url) = (app_id.to_owned(), url.to_owned());
                let due = Due::Gathered { app_id: app_id.clone(), url: url.clone() };
                self.engine.gathering.push(Gathering { app_id, url, waiting: vec![waiting] });
                self.schedule.add(self.now + self.engine.batch(config).within_ms, due);
            }
        }
    }

    /// Sends all that waits for a callback, in as few deliveries as the limits allow.
    pub(crate) fn send_gathered(&mut self, config: &Config, app_id: &str, url: &str) {
        let at = self.engine.gathering.iter().position(|g| g.app_id == app_id && g.url == url);
        let Some(at) = at else { return };
        let gathering = self.engine.gathering.remove(at);
        for batch in split(gathering.waiting, self.engine.batch(config)) {
            self.send_batch(config, app_id, url, batch);
        }
        self.release_held(app_id);
    }

    fn send_batch(&mut self, config: &Config, app_id: &str, url: &str, batch: Vec<Waiting>) {
        let bytes = body::bytes(&envelope(&batch), config.webhooks.escape);
        let mut parts: Vec<Part> = batch.into_iter().map(|waiting| waiting.part).collect();
        let first = parts.first().cloned().unwrap_or_default();
        let one = parts.len() == 1;
        let id = self.log.next_id();
        let delivery = Delivery {
            // Batches of one callback stay in order.
            lane: fnv(format!("{app_id}:{url}").as_bytes()),
            kind: if one { first.kind.clone() } else { "batch".to_owned() },
            wamid: first.wamid.filter(|_| one),
            wa_id: if one { first.wa_id } else { String::new() },
            parts: if one { Vec::new() } else { std::mem::take(&mut parts) },
            ..Delivery::new(id, app_id, Some(url.to_owned()), bytes, self.now)
        };
        debug_assert_eq!(delivery.state, DeliveryState::Pending);
        self.keep_delivery(config, delivery);
        self.first_attempt(config, id);
    }
}

/// One entry for the changes of an object and moment that follow each other.
fn envelope(batch: &[Waiting]) -> Value {
    let mut entries: Vec<Value> = Vec::new();
    let mut last: Option<(&str, Option<i64>)> = None;
    for waiting in batch {
        let of = (waiting.entry_id.as_str(), waiting.time);
        if last == Some(of)
            && let Some(changes) = entries.last_mut().and_then(|entry| entry["changes"].as_array_mut())
        {
            changes.push(waiting.change.clone());
            continue;
        }
        let mut entry = json!({ "id": waiting.entry_id, "changes": [waiting.change] });
        if let Some(time) = waiting.time {
            entry["time"] = Value::from(time);
        }
        entries.push(entry);
        last = Some(of);
    }
    json!({ "object": "whatsapp_business_account", "entry": entries })
}

/// In order, as many as fit into each.
fn split(waiting: Vec<Waiting>, limits: Batch) -> Vec<Vec<Waiting>> {
    let mut batches: Vec<Vec<Waiting>> = Vec::new();
    let mut size = 0;
    for one in waiting {
        match batches.last_mut() {
            Some(batch) if batch.len() < limits.max_changes && size + one.size <= limits.max_bytes => {
                size += one.size;
                batch.push(one);
            }
            _ => {
                size = FRAME + one.size;
                batches.push(vec![one]);
            }
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(size: usize) -> Waiting {
        let change = json!({ "field": "messages", "value": {} });
        Waiting { entry_id: "1".to_owned(), time: None, change, size, part: Part::default() }
    }

    #[test]
    fn a_delivery_holds_a_thousand_changes_and_three_megabytes() {
        let sizes = |batches: Vec<Vec<Waiting>>| batches.iter().map(Vec::len).collect::<Vec<_>>();
        let many = (0..2_500).map(|_| waiting(100)).collect();
        assert_eq!(sizes(split(many, Batch::platform())), [1_000, 1_000, 500]);
        let large = (0..5).map(|_| waiting(1_400_000)).collect();
        assert_eq!(sizes(split(large, Batch::platform())), [2, 2, 1]);
        let too_large = vec![waiting(4_000_000), waiting(1)];
        assert_eq!(sizes(split(too_large, Batch::platform())), [1, 1]);
    }

    #[test]
    fn changes_of_one_account_share_an_entry() {
        let mut other = waiting(1);
        other.entry_id = "2".to_owned();
        let body = envelope(&[waiting(1), waiting(1), other]);
        assert_eq!(body["entry"].as_array().map(Vec::len), Some(2));
        assert_eq!(body["entry"][0]["changes"].as_array().map(Vec::len), Some(2));
        assert!(body["entry"][0].get("time").is_none());
    }
}
