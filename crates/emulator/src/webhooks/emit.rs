//! From something that happened to deliveries that must be made: who gets a copy, and which fault befalls it.

use serde_json::{Value, json};

use super::body;
use super::log::{Attempt, Delivery, DeliveryState};
use crate::config::Config;
use crate::dice::fnv;
use crate::faults::WebhookFault;
use crate::world::World;
use crate::world::account::SubscribedApp;
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
        let Some(number) = self.numbers.get(&message.phone_number_id) else { return };
        let mut value = body::value(number);
        if message.kind != "system"
            && let Some(customer) = self.customers.get(&message.wa_id)
        {
            value["contacts"] = json!([self.contact_json(&message.phone_number_id, customer, false)]);
        }
        value["messages"] = json!([self.message_json(message)]);
        self.emit(config, message, "message", value);
    }

    /// Sends the webhook of a status.
    pub(crate) fn emit_status(
        &mut self,
        config: &Config,
        message: &Message,
        state: State,
        pricing: Option<&Value>,
    ) {
        let Some(number) = self.numbers.get(&message.phone_number_id) else { return };
        let mut value = body::value(number);
        let by_phone = message.addressed.as_ref().is_none_or(|a| a.by_phone);
        if state != State::Failed
            && let Some(customer) = self.customers.get(&message.wa_id)
        {
            value["contacts"] = json!([self.contact_json(&message.phone_number_id, customer, by_phone)]);
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
        let mut preference = json!({
            "user_id": contact["user_id"], "detail": detail, "category": "marketing_messages",
            "value": if stop { "stop" } else { "resume" }, "timestamp": self.now.div_euclid(1_000),
        });
        if let Some(wa_id) = contact.get("wa_id") {
            preference["wa_id"] = wa_id.clone();
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

    fn emit(&mut self, config: &Config, about: &Message, kind: &'static str, value: Value) {
        let Some(number) = self.numbers.get(&about.phone_number_id) else { return };
        self.notify(
            config,
            Notice {
                entry_id: number.waba_id.clone(),
                phone_number_id: Some(about.phone_number_id.clone()),
                field: "messages",
                kind,
                wamid: Some(about.wamid.clone()),
                wa_id: about.wa_id.clone(),
                value,
            },
        );
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
        let time = notice.phone_number_id.is_none().then_some(self.now);
        let envelope = body::envelope(&notice.entry_id, notice.field, notice.value, time);
        let bytes = body::bytes(&envelope, config.webhooks.escape);
        let about = if notice.wa_id.is_empty() { &notice.entry_id } else { &notice.wa_id };
        for (app_id, url) in self.receivers(&notice.entry_id, notice.phone_number_id.as_deref(), notice.field)
        {
            let id = self.log.next_id();
            let state = if url.is_some() { DeliveryState::Pending } else { DeliveryState::Unrouted };
            let delivery = Delivery {
                id,
                lane: fnv(format!("{app_id}:{about}").as_bytes()),
                app_id,
                url,
                body: bytes.clone(),
                kind: notice.kind.to_owned(),
                wamid: notice.wamid.clone(),
                wa_id: notice.wa_id.clone(),
                state,
                created_at: self.now,
                next_at: None,
                attempts: Vec::new(),
                attempt_count: 0,
                fault: None,
            };
            let limit = config.webhooks.log_limit;
            match self.load {
                true => self.log.keep(delivery, limit.min(LOAD_LOG), LOAD_PENDING),
                false => self.log.keep(delivery, limit, limit.saturating_mul(10)),
            }
            if state == DeliveryState::Pending {
                self.send_off(config, id, notice.kind, &notice.wa_id);
            }
        }
    }

    /// Apps that get a copy, each with its callback. For what happens on a phone number that is the number's override,
    /// else the WABA's, else the app's own; everything else goes to the app's own. Without any subscription there is
    /// one entry without a URL, so that the log still shows what happened.
    fn receivers(
        &self,
        entry_id: &str,
        phone_number_id: Option<&str>,
        field: &str,
    ) -> Vec<(String, Option<String>)> {
        let number = phone_number_id.and_then(|id| self.numbers.get(id));
        // Partner events name a portfolio; they go to the apps of its WABAs.
        let wabas = self.wabas.values().filter(|w| w.id == entry_id || w.business_id == entry_id);
        let mut found: Vec<(String, Option<String>)> = Vec::new();
        let mut subscribed: Vec<&SubscribedApp> = wabas.flat_map(|w| &w.subscribed_apps).collect();
        subscribed.dedup_by(|a, b| a.app_id == b.app_id);
        for subscribed in &subscribed {
            let Some(app) = self.apps.get(&subscribed.app_id) else { continue };
            let subscription = app.subscriptions.get("whatsapp_business_account");
            let own = subscription.filter(|s| s.fields.iter().any(|f| f == field)).map(|s| &s.callback_url);
            let overriding = number.and_then(|number| {
                number.override_callback_uri.as_ref().or(subscribed.override_callback_uri.as_ref())
            });
            if let Some(url) = overriding.or(own) {
                found.push((app.id.clone(), Some(url.clone())));
            }
        }
        if found.is_empty() {
            found.push((subscribed.first().map(|s| s.app_id.clone()).unwrap_or_default(), None));
        }
        found
    }

    /// Plans the first attempt, unless a fault has other plans.
    fn send_off(&mut self, config: &Config, id: u64, kind: &str, wa_id: &str) {
        let first = config.webhooks.schedule_ms.first().copied().unwrap_or(0);
        let fault = self.faults.on_webhook(&format!("webhook.{kind}"), wa_id);
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
                self.attempt_at(id, self.now + first);
                self.release_held(&app);
            }
        }
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
            match config.webhooks.schedule_ms.get(delivery.attempt_count) {
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
        let Some(delivery) = self.log.get(id).filter(|d| d.kind == "message") else { return };
        let Some(wamid) = delivery.wamid.clone() else { return };
        let now = self.now;
        let Some(message) = self.messages.get_mut(&wamid).filter(|m| m.state == State::Sent) else { return };
        message.state = State::Delivered;
        message.at.set(State::Delivered, now);
        let (number, wa_id) = (message.phone_number_id.clone(), message.wa_id.clone());
        self.announce("status", &number, &wa_id, Some(&wamid));
    }
}
