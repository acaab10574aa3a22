//! How often templates were sent, delivered, read and tapped, by day.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::send::Via;
use crate::clock::unix_seconds;
use crate::config::Config;
use crate::webhooks::body;
use crate::webhooks::emit::Notice;
use crate::world::World;
use crate::world::account::DAY;
use crate::world::message::{Message, State};

/// What one line of the counts is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Line {
    template_id: String,
    /// Start of the day (UTC), Unix ms.
    day: i64,
    /// Sent over the Marketing Messages API.
    marketing_messages: bool,
}

/// One template's day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Count {
    pub sent: u64,
    pub delivered: u64,
    pub read: u64,
    pub cost_micros: u64,
    /// Kind and label of a button, and how often it was tapped.
    pub clicked: Vec<(String, String, u64)>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(Line, Count)>", into = "Vec<(Line, Count)>")]
pub(crate) struct Counts(BTreeMap<Line, Count>);

impl From<Vec<(Line, Count)>> for Counts {
    fn from(lines: Vec<(Line, Count)>) -> Self {
        Self(lines.into_iter().collect())
    }
}

impl From<Counts> for Vec<(Line, Count)> {
    fn from(counts: Counts) -> Self {
        counts.0.into_iter().collect()
    }
}

impl Counts {
    /// A template's day.
    pub(crate) fn of(&self, template_id: &str, day: i64, marketing_messages: bool) -> Count {
        let line = Line { template_id: template_id.to_owned(), day, marketing_messages };
        self.0.get(&line).cloned().unwrap_or_default()
    }

    /// Messages of a template that were sent within a time.
    pub(crate) fn sent(&self, template_id: &str, start: i64, end: i64) -> u64 {
        let fits = |line: &Line| line.template_id == template_id && line.day >= start - DAY && line.day < end;
        self.0.iter().filter(|(line, _)| fits(line)).map(|(_, count)| count.sent).sum()
    }
}

impl Count {
    pub(crate) fn add(&mut self, other: &Self) {
        self.sent += other.sent;
        self.delivered += other.delivered;
        self.read += other.read;
        self.cost_micros += other.cost_micros;
        for (kind, label, count) in &other.clicked {
            self.click(kind, label, *count);
        }
    }

    fn click(&mut self, kind: &str, label: &str, times: u64) {
        match self.clicked.iter_mut().find(|(k, l, _)| k == kind && l == label) {
            Some((_, _, count)) => *count += times,
            None => self.clicked.push((kind.to_owned(), label.to_owned(), times)),
        }
    }

    /// The metrics of a data point.
    pub(crate) fn to_json(&self) -> Value {
        let clicked: Vec<Value> = self
            .clicked
            .iter()
            .map(|(kind, label, count)| json!({ "type": kind, "button_content": label, "count": count }))
            .collect();
        let dollars = |micros: u64| micros as f64 / 1_000_000.0;
        let urls: u64 = self.clicked.iter().filter(|(kind, ..)| kind == "url_button").map(|(.., n)| n).sum();
        let mut cost = vec![json!({ "type": "amount_spent", "value": dollars(self.cost_micros) })];
        for (name, count) in [("cost_per_delivered", self.delivered), ("cost_per_url_button_click", urls)] {
            let each = self.cost_micros.checked_div(count);
            cost.push(match each {
                Some(each) => json!({ "type": name, "value": dollars(each) }),
                None => json!({ "type": name }),
            });
        }
        json!({ "sent": self.sent, "delivered": self.delivered, "read": self.read, "clicked": clicked, "cost": cost })
    }
}

impl World {
    fn count_of(&mut self, message: &Message, at: i64) -> Option<&mut Count> {
        let used = message.template.as_ref()?;
        let line = Line {
            template_id: used.id.clone(),
            day: at.div_euclid(DAY) * DAY,
            marketing_messages: used.via == Via::MarketingMessages,
        };
        Some(self.templating.counts.0.entry(line).or_default())
    }

    /// Counts a step of a template message. What is read without having been delivered was delivered.
    pub(crate) fn count_step(&mut self, message: &Message, state: State) {
        let skipped = state == State::Read && message.at.delivered.is_none();
        let cost = message.price.as_ref().and_then(|price| price.micros).unwrap_or(0);
        let Some(count) = self.count_of(message, self.now) else { return };
        match state {
            State::Sent => count.sent += 1,
            State::Read => count.read += 1,
            _ => {}
        }
        if state == State::Delivered || skipped {
            count.delivered += 1;
            count.cost_micros += cost;
        }
    }

    /// Counts a tap on a template's quick reply.
    pub(crate) fn count_tap(&mut self, reply: &Message) {
        if reply.kind != "button" {
            return;
        }
        let Some(tapped) = reply.context.as_ref().and_then(|wamid| self.messages.get(wamid)).cloned() else {
            return;
        };
        let label = reply.body()["text"].as_str().unwrap_or("").to_owned();
        let now = self.now;
        if let Some(count) = self.count_of(&tapped, now) {
            count.click("quick_reply_button", &label, 1);
        }
    }

    /// The customer opens the link of a button; the Marketing Messages API reports it.
    pub(crate) fn follow_link(&mut self, config: &Config, wamid: &str, label: &str) {
        let (now, Some(message)) = (self.now, self.messages.get(wamid).cloned()) else { return };
        if let Some(count) = self.count_of(&message, now) {
            count.click("url_button", label, 1);
        }
        self.changes += 1;
        let reported = message.template.as_ref().is_some_and(|used| used.via == Via::MarketingMessages);
        let (click_id, token) = (self.ids.alphanumeric(24), self.ids.alphanumeric(32));
        let Some(number) = self.numbers.get(&message.phone_number_id).filter(|_| reported) else { return };
        let mut value = body::value(number);
        value["user_actions"] = json!([{
            "timestamp": unix_seconds(now), "action_type": "marketing_messages_link_click",
            "marketing_messages_link_click_data": {
                "click_component": "cta", "click_id": click_id, "tracking_token": token,
            },
        }]);
        let notice = Notice {
            entry_id: number.waba_id.clone(),
            phone_number_id: Some(number.id.clone()),
            field: "messages",
            kind: "user_actions",
            wamid: Some(wamid.to_owned()),
            wa_id: message.wa_id.clone(),
            value,
        };
        self.notify(config, notice);
    }
}
