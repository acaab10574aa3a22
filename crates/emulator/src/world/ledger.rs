//! What messages cost: one line per delivered message, summed up by half hour for the analytics.

use std::collections::BTreeMap;

use cloud_api::market::{
    Charge, Date, Delivery, Market, PricingCategory, SERVICE_BILLED_SINCE, free_entry_point, price,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::account::MINUTE;
use super::message::Message;
use crate::config::Config;
use crate::open_questions::FreeServicePricing;

/// The finest grain of Meta's analytics.
pub(crate) const HALF_HOUR: i64 = 30 * MINUTE;

/// What one line of the sums is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Start of the half hour, Unix ms.
    pub start: i64,
    pub waba_id: String,
    pub phone_number_id: String,
    /// ISO 3166 country of the recipient.
    pub country: String,
    /// As in status webhooks.
    pub category: String,
    pub kind: String,
}

/// How many, and for how much in millionths of a dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sum {
    pub volume: u64,
    pub cost_micros: u64,
}

/// Deliveries summed up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(Entry, Sum)>", into = "Vec<(Entry, Sum)>")]
pub(crate) struct Ledger {
    sums: BTreeMap<Entry, Sum>,
}

impl From<Vec<(Entry, Sum)>> for Ledger {
    fn from(lines: Vec<(Entry, Sum)>) -> Self {
        Self { sums: lines.into_iter().collect() }
    }
}

impl From<Ledger> for Vec<(Entry, Sum)> {
    fn from(ledger: Ledger) -> Self {
        ledger.sums.into_iter().collect()
    }
}

impl Ledger {
    fn add(&mut self, entry: Entry, cost_micros: u64) {
        let sum = self.sums.entry(entry).or_default();
        sum.volume += 1;
        sum.cost_micros += cost_micros;
    }

    /// The lines from `start` until before `end`, both Unix ms.
    pub(crate) fn between(&self, start: i64, end: i64) -> impl Iterator<Item = (&Entry, &Sum)> {
        self.sums.iter().filter(move |(entry, _)| entry.start >= start && entry.start < end)
    }
}

/// What a message was found to cost when it was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Price {
    /// `pricing` of its status webhooks.
    pub webhook: Value,
    pub category: String,
    pub kind: String,
    /// `None` when the rate card doesn't say.
    pub micros: Option<u64>,
    pub market: Option<String>,
}

impl World {
    /// What a message costs that is sent now.
    pub(crate) fn price(&mut self, config: &Config, wamid: &str) -> Option<Price> {
        // What is written in the WhatsApp Business app is free and in no status.
        let message = self.messages.get(wamid).filter(|message| !message.marks.from_app)?;
        let (number, wa_id) = (message.phone_number_id.clone(), message.wa_id.clone());
        let category = category(message);
        let at = Date::from_unix(self.now.div_euclid(1_000), 0);
        let market = Market::of_wa_id(&wa_id, at);
        let chat = self.chat_if_any(&number, &wa_id);
        let in_window = chat.is_some_and(|chat| chat.window_open(self.now));
        let in_entry_point =
            chat.is_some_and(|chat| chat.entry_point_until.is_some_and(|until| self.now < until));
        let mut delivery = Delivery::new(market, &category, at);
        delivery.in_service_window = in_window;
        delivery.in_free_entry_point = in_entry_point;
        if category == PricingCategory::Service && !in_entry_point {
            let before = self.service_messages(&number);
            // The library knows Meta's thousand; the emulator's own number of free ones is moved onto it.
            let free = u64::from(config.free_service_messages);
            delivery.service_messages_before =
                if before < free { 0 } else { cloud_api::market::FREE_SERVICE_MESSAGES };
        }
        let mut price = Price::new(&price(&delivery)?, market);
        let free_of_a_thousand = category == PricingCategory::Service
            && price.kind == "free_customer_service"
            && at >= SERVICE_BILLED_SINCE;
        if free_of_a_thousand && self.open.free_service_pricing == FreeServicePricing::Regular {
            price.say_regular();
        }
        Some(price)
    }

    /// Counts a service message of the month; how many there were before it.
    pub(crate) fn service_messages(&mut self, phone_number_id: &str) -> u64 {
        let month = crate::clock::rfc3339(self.now).get(..7).unwrap_or("").to_owned();
        let Some(number) = self.numbers.get_mut(phone_number_id) else { return 0 };
        if number.service_month.0 != month {
            number.service_month = (month, 0);
        }
        number.service_month.1 += 1;
        u64::from(number.service_month.1) - 1
    }

    /// Writes a delivery down. Charged is what arrives, not what is sent.
    pub(crate) fn book(&mut self, message: &Message) {
        let (Some(price), Some(number)) = (&message.price, self.numbers.get(&message.phone_number_id)) else {
            return;
        };
        let entry = Entry {
            start: self.now.div_euclid(HALF_HOUR) * HALF_HOUR,
            waba_id: number.waba_id.clone(),
            phone_number_id: number.id.clone(),
            country: crate::phone::country(&message.wa_id).to_owned(),
            category: price.category.clone(),
            kind: price.kind.clone(),
        };
        let cost = price.micros.unwrap_or(0);
        self.ledger.add(entry, cost);
    }

    /// Writes a delivery to one participant of a group down, at the rate of the same message to one person.
    pub(crate) fn book_in_group(&mut self, message: &Message, wa_id: &str, pricing: &Value) {
        let Some(number) = self.numbers.get(&message.phone_number_id) else { return };
        let text = |key: &str| pricing[key].as_str().unwrap_or_default().to_owned();
        let (category, kind) = (text("category"), text("type"));
        let alone = PricingCategory::any_case(category.trim_start_matches("group_"));
        let at = Date::from_unix(self.now.div_euclid(1_000), 0);
        let mut delivery = Delivery::new(Market::of_wa_id(wa_id, at), &alone, at);
        delivery.service_messages_before = cloud_api::market::FREE_SERVICE_MESSAGES;
        let rate = price(&delivery).and_then(|charge| charge.rate).map_or(0, |rate| rate.0);
        let entry = Entry {
            start: self.now.div_euclid(HALF_HOUR) * HALF_HOUR,
            waba_id: number.waba_id.clone(),
            phone_number_id: number.id.clone(),
            country: crate::phone::country(wa_id).to_owned(),
            category,
            kind: kind.clone(),
        };
        self.ledger.add(entry, if kind == "regular" { rate } else { 0 });
    }

    /// The business answers: within a day of an advertisement's click that opens 72 free hours.
    pub(crate) fn answer_entry_point(&mut self, phone_number_id: &str, wa_id: &str) {
        let now = self.now;
        let chat = self.chat(phone_number_id, wa_id);
        let Some(clicked) = chat.clicked_at.take() else { return };
        if let Some((_, last)) = free_entry_point(clicked.div_euclid(1_000), now.div_euclid(1_000)) {
            chat.entry_point_until = Some((last + 1) * 1_000);
        }
    }
}

impl Price {
    fn new(charge: &Charge, market: Option<Market>) -> Self {
        let (kind, category) = (charge.kind.as_str().to_owned(), charge.category.as_str().to_owned());
        let webhook = json!({
            "billable": kind == "regular", "pricing_model": "PMP", "type": kind, "category": category,
        });
        let market = market.map(|market| market.key().to_owned());
        Self { webhook, category, kind, micros: charge.rate.map(|rate| rate.0), market }
    }

    /// The webhook doesn't tell that the message is free; the bill does.
    fn say_regular(&mut self) {
        self.webhook["billable"] = Value::from(true);
        self.webhook["type"] = Value::from("regular");
    }
}

fn category(message: &Message) -> PricingCategory {
    if let Some(used) = &message.template {
        return used.pricing();
    }
    let word = message.rendered.as_ref().map_or("service", |r| r["category"].as_str().unwrap_or("utility"));
    PricingCategory::any_case(word)
}
