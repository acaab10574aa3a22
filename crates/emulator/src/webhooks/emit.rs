//! From something that happened to deliveries that must be made: who gets a copy, and which fault befalls it.

use bytes::Bytes;
use serde_json::{Value, json};

use super::body;
use super::log::{Attempt, Delivery, DeliveryState};
use super::route::{Audience, Receiver};
use crate::config::Config;
use crate::dice::fnv;
use crate::faults::WebhookFault;
use crate::world::World;
use crate::world::message::{Message, State};
use crate::world::schedule::Due;

/// How long a webhook that waits for another one to overtake it waits at most.
const HOLD_MS: i64 = 5_000;

/// Deliveries kept in load mode.
const LOAD_LOG: usize = 1_000;
/// Deliveries waiting for a slow receiver in load mode, beyond which the oldest are given up: some 200 MB.
const LOAD_PENDING: usize = 200_000;

/// One change to be told to whoever has subscribed.
pub(crate) struct Notice {
    /// The WABA; in partner events the portfolio.
    pub entry_id: String,
    /// On whose phone number it happened, for the messages family.
    pub phone_number_id: Option<String>,
    pub field: &'static str,
    /// What the log and faults call it.
    pub kind: &'static str,
    pub wamid: Option<String>,
    /// The customer it is about; one customer's webhooks stay in order.
    pub wa_id: String,
    pub value: Value,
}

impl World {
    /// Sends the webhook of a message from a customer.
    pub(crate) fn emit_message(&mut self, config: &Config, message: &Message) {
        self.route(message);
        let Some(number) = self.numbers.get(&message.phone_number_id) else { return };
        let mut value = body::value(number);
        if message.kind != "system"
            && let Some(customer) = self.customers.get(&message.wa_id)
        {
            let mut contact = self.contact_json(&message.phone_number_id, customer, false);
            if number.checks_identity() {
                contact["identity_key_hash"] = Value::from(customer.identity_hash());
            }
            value["contacts"] = json!([contact]);
        }
        value["messages"] = json!([self.message_json(message)]);
        self.emit(config, message, "message", value);
        self.after_inbound(message);
    }

    /// Sends the webhook of a status.
    pub(crate) fn emit_status(
        &mut self,
        config: &Config,
        message: &Message,
        state: State,
        pricing: Option<&Value>,
    ) {
        if message.marks.from_app {
            // What is written in the WhatsApp Business app is told by its echo alone.
            return;
        }
        let Some(number) = self.numbers.get(&message.phone_number_id) else { return };
        let mut value = body::value(number);
        let by_phone = message.addressed.as_ref().is_none_or(|a| a.by_phone);
        if state != State::Failed
            && let Some(customer) = self.customers.get(&message.wa_id)
        {
            let mut contact = self.contact_json(&message.phone_number_id, customer, by_phone);
            if state == State::Sent
                && let Some(profile) = contact["profile"].as_object_mut()
            {
                // Usernames are told once the message has reached the person.
                profile.remove("username");
            }
            value["contacts"] = json!([contact]);
        }
        value["statuses"] = json!([self.status_json(message, state, pricing)]);
        self.emit(config, message, "status", value);
    }

    /// Reports that a customer stopped marketing, or allowed it again.
    pub(crate) fn emit_preference(
        &mut self,
        config: &Config,
        phone_number_id: &str,
        wa_id: &str,
        stop: bool,
    ) {
        let (Some(number), Some(customer)) = (self.numbers.get(phone_number_id), self.customers.get(wa_id))
        else {
            return;
        };
        let mut value = body::value(number);
        let contact = self.contact_json(phone_number_id, customer, false);
        let detail = if stop {
            "User requested to stop marketing messages"
        } else {
            "User requested to resume marketing messages"
        };
        let parent = contact.get("parent_user_id").cloned();
        let mut preference = json!({
            "user_id": contact["user_id"], "detail": detail, "category": "marketing_messages",
            "value": if stop { "stop" } else { "resume" }, "timestamp": self.now.div_euclid(1_000),
        });
        if let Some(wa_id) = contact.get("wa_id") {
            preference["wa_id"] = wa_id.clone();
        }
        if let Some(parent) = parent {
            preference["parent_user_id"] = parent;
        }
        value["contacts"] = json!([contact]);
        value["user_preferences"] = json!([preference]);
        let notice = Notice {
            entry_id: number.waba_id.clone(),
            phone_number_id: Some(number.id.clone()),
            field: "user_preferences",
            kind: "user_preferences",
            wamid: None,
            wa_id: wa_id.to_owned(),
            value,
        };
        self.notify(config, notice);
    }

    /// Sends it to everybody, or where several answer to the owner of the thread, and a copy to the others.
    fn emit(&mut self, config: &Config, about: &Message, kind: &'static str, mut value: Value) {
        let Some(number) = self.numbers.get(&about.phone_number_id) else { return };
        let notice = Notice {
            entry_id: number.waba_id.clone(),
            phone_number_id: Some(about.phone_number_id.clone()),
            field: "messages",
            kind,
            wamid: Some(about.wamid.clone()),
            wa_id: about.wa_id.clone(),
            value: Value::Null,
        };
        let Some(owner) = self.responder_to(about) else {
            return self.notify(config, Notice { value, ..notice });
        };
        self.emit_standby(config, &owner, &notice, &value);
        if kind == "message"
            && let Some(context) = self.take_conversation_context(&about.phone_number_id, &about.wa_id)
        {
            value["conversation_context"] = context;
        }
        self.notify_to(config, Notice { value, ..notice }, Audience::Only(&owner));
    }

    /// Sends a webhook of a management field: about a WABA, or (partner events) about a portfolio.
    pub(crate) fn notify_management(
        &mut self,
        config: &Config,
        entry_id: &str,
        field: &'static str,
        value: Value,
    ) {
        self.notify(
            config,
            Notice {
                entry_id: entry_id.to_owned(),
                phone_number_id: None,
                field,
                kind: field,
                wamid: None,
                wa_id: String::new(),
                value,
            },
        );
    }

    /// Sends one change to every app that has subscribed to its field.
    pub(crate) fn notify(&mut self, config: &Config, notice: Notice) {
        self.notify_to(config, notice, Audience::Everybody);
    }

    /// Sends one change to some of the apps that have subscribed to its field.
    pub(crate) fn notify_to(&mut self, config: &Config, mut notice: Notice, audience: Audience<'_>) {
        let value = std::mem::take(&mut notice.value);
        let mut versions = Versions::new(value);
        for receiver in self.receivers(config, &notice, audience) {
            let value = versions.for_app(receiver.with_conversation);
            let fault = receiver
                .url
                .as_ref()
                .and_then(|_| self.faults.on_webhook(&format!("webhook.{}", notice.kind), &notice.wa_id));
            // What a fault befalls goes alone.
            if let (Some(url), None, true) =
                (&receiver.url, &fault, self.engine.batch(config).max_changes > 1)
            {
                let value = value.clone();
                self.gather(config, &receiver.app_id, url, &notice, value);
                continue;
            }
            let bytes = versions.bytes(config, &notice, receiver.with_conversation, self.now);
            let id = self.log_one(config, &notice, receiver, bytes);
            if self.log.get(id).is_some_and(|d| d.state == DeliveryState::Pending) {
                self.send_off(config, id, fault);
            }
        }
    }

    /// Posts what an app's dashboard sends for a test to its own callback, whatever it is subscribed to; `None` when
    /// there is none.
    pub(crate) fn post_test(
        &mut self,
        config: &Config,
        app_id: &str,
        field: &str,
        value: Value,
    ) -> Option<u64> {
        let subscription = self.apps.get(app_id)?.subscriptions.get("whatsapp_business_account")?;
        let url = subscription.callback_url.clone();
        let envelope = body::envelope("0", field, value, Some(self.now));
        let id = self.log.next_id();
        let bytes = body::bytes(&envelope, config.webhooks.escape);
        let delivery =
            Delivery { kind: "test".to_owned(), ..Delivery::new(id, app_id, Some(url), bytes, self.now) };
        self.keep_delivery(config, delivery);
        self.first_attempt(config, id);
        Some(id)
    }

    fn log_one(&mut self, config: &Config, notice: &Notice, receiver: Receiver, bytes: Bytes) -> u64 {
        let about = if notice.wa_id.is_empty() { &notice.entry_id } else { &notice.wa_id };
        let id = self.log.next_id();
        let state = if receiver.url.is_some() { DeliveryState::Pending } else { DeliveryState::Unrouted };
        let delivery = Delivery {
            lane: fnv(format!("{}:{about}", receiver.app_id).as_bytes()),
            kind: notice.kind.to_owned(),
            wamid: notice.wamid.clone(),
            wa_id: notice.wa_id.clone(),
            state,
            note: receiver.note.map(str::to_owned),
            ..Delivery::new(id, &receiver.app_id, receiver.url, bytes, self.now)
        };
        self.keep_delivery(config, delivery);
        id
    }

    /// Keeps a delivery in the log, and forgets what is beyond the limits.
    pub(super) fn keep_delivery(&mut self, config: &Config, delivery: Delivery) {
        let limit = config.webhooks.log_limit;
        match self.load {
            true => self.log.keep(delivery, limit.min(LOAD_LOG), LOAD_PENDING),
            false => self.log.keep(delivery, limit, limit.saturating_mul(10)),
        }
    }

    /// Plans the first attempt, unless a fault has other plans.
    fn send_off(&mut self, config: &Config, id: u64, fault: Option<(WebhookFault, i64)>) {
        let first = self.first_wait(config);
        let Some(delivery) = self.log.get_mut(id) else { return };
        let app = delivery.app_id.clone();
        delivery.fault = fault.map(|(fault, _)| format!("{fault:?}").to_ascii_lowercase());
        match fault {
            Some((WebhookFault::Drop, _)) => delivery.state = DeliveryState::Dropped,
            Some((WebhookFault::Delay, ms)) => self.attempt_at(id, self.now + first + ms),
            Some((WebhookFault::Duplicate, _)) => {
                self.attempt_at(id, self.now + first);
                self.attempt_at(id, self.now + first);
            }
            Some((WebhookFault::Reorder, _)) => {
                if let Some(waiting) = self.log.held.insert(app.clone(), id) {
                    self.attempt(waiting);
                }
                self.schedule.add(self.now + HOLD_MS, Due::Release { app });
            }
            None => {
                self.first_attempt(config, id);
                self.release_held(&app);
            }
        }
    }

    pub(super) fn first_attempt(&mut self, config: &Config, id: u64) {
        let at = self.now + self.first_wait(config);
        self.attempt_at(id, at);
    }

    fn first_wait(&self, config: &Config) -> i64 {
        self.engine.schedule(config).first().copied().unwrap_or(0)
    }

    /// Sends a webhook that was held back.
    pub(crate) fn release_held(&mut self, app: &str) {
        if let Some(id) = self.log.held.remove(app) {
            self.attempt(id);
        }
    }

    fn attempt_at(&mut self, id: u64, at: i64) {
        if let Some(delivery) = self.log.get_mut(id) {
            delivery.next_at = Some(at);
        }
        if at <= self.now { self.attempt(id) } else { self.schedule.add(at, Due::Attempt { delivery: id }) }
    }

    /// Has the delivery posted now.
    pub(crate) fn attempt(&mut self, id: u64) {
        if let Some(delivery) = self.log.get(id) {
            self.effects.posts.push((delivery.lane, id));
        }
    }

    /// Writes down what a receiver answered and plans the next attempt if it was not 200.
    pub(crate) fn attempted(&mut self, config: &Config, id: u64, attempt: Attempt) {
        let now = self.now;
        let Some(delivery) = self.log.get_mut(id) else { return };
        let ok = attempt.ok();
        delivery.record(attempt);
        delivery.next_at = None;
        if ok {
            delivery.state = DeliveryState::Delivered;
        } else if delivery.state == DeliveryState::Pending {
            match self.engine.schedule(config).get(delivery.attempt_count) {
                Some(wait) => {
                    delivery.next_at = Some(now + wait);
                    self.schedule.add(now + wait, Due::Attempt { delivery: id });
                }
                None => delivery.state = DeliveryState::Failed,
            }
        }
        if !self.load {
            let event = json!({
                "kind": "webhook", "at": crate::clock::rfc3339(now), "webhook_id": id,
                "state": self.log.get(id).map(|d| d.state),
            });
            self.effects.feed.push(event);
        }
        if ok {
            self.arrived(id);
        }
    }

    /// The customer's second tick: the business has the message.
    fn arrived(&mut self, id: u64) {
        let about = self.log.get(id).map(Delivery::about).unwrap_or_default();
        for wamid in about.into_iter().filter(|part| part.kind == "message").filter_map(|part| part.wamid) {
            self.message_arrived(&wamid);
        }
    }

    fn message_arrived(&mut self, wamid: &str) {
        let now = self.now;
        let Some(message) = self.messages.get_mut(wamid).filter(|m| m.state == State::Sent) else { return };
        message.state = State::Delivered;
        message.at.set(State::Delivered, now);
        let (number, wa_id) = (message.phone_number_id.clone(), message.wa_id.clone());
        self.announce("status", &number, &wa_id, Some(wamid));
    }
}

/// A change as apps of different versions get it; each written down once.
struct Versions {
    /// As until v23, with the conversation.
    old: Value,
    /// As since, where it differs.
    new: Option<Value>,
    bytes: [Option<Bytes>; 2],
}

impl Versions {
    fn new(value: Value) -> Self {
        let new = body::without_conversation(&value);
        Self { old: value, new, bytes: [None, None] }
    }

    fn for_app(&self, with_conversation: bool) -> &Value {
        match &self.new {
            Some(new) if !with_conversation => new,
            _ => &self.old,
        }
    }

    fn bytes(&mut self, config: &Config, notice: &Notice, with_conversation: bool, now: i64) -> Bytes {
        let which = usize::from(with_conversation && self.new.is_some());
        if let Some(bytes) = &self.bytes[which] {
            return bytes.clone();
        }
        let time = notice.phone_number_id.is_none().then_some(now);
        let value = self.for_app(with_conversation).clone();
        let bytes =
            body::bytes(&body::envelope(&notice.entry_id, notice.field, value, time), config.webhooks.escape);
        self.bytes[which] = Some(bytes.clone());
        bytes
    }
}
