//! The webhooks of numbers that are also in the WhatsApp Business app.

use serde_json::{Value, json};

use super::World;
use super::coexistence::{SyncWork, written_at};
use super::customer::Customer;
use super::message::{Direction, MEDIA_KINDS, Message, State};
use crate::clock::unix_seconds;
use crate::config::Config;
use crate::webhooks::body;
use crate::webhooks::emit::Notice;

impl World {
    /// Sends one part of what is synchronised.
    pub(crate) fn synchronise(&mut self, config: &Config, number: &str, work: SyncWork) {
        match work {
            SyncWork::Contacts { wa_ids } => {
                let synced: Vec<Value> =
                    wa_ids.iter().filter_map(|wa_id| self.synced_contact(number, wa_id, "add")).collect();
                self.tell_app(config, number, "", "smb_app_state_sync", json!({ "state_sync": synced }));
            }
            SyncWork::History { wamids, phase, chunk_order, progress } => {
                let mut chunk = json!({
                    "metadata": { "phase": phase, "chunk_order": chunk_order, "progress": progress },
                });
                let threads = self.threads(number, &wamids);
                if !threads.is_empty() {
                    chunk["threads"] = Value::from(threads);
                }
                self.tell_app(config, number, "", "history", json!({ "history": [chunk] }));
            }
            SyncWork::Media { wamid } => self.emit_past_file(config, number, &wamid),
            SyncWork::Declined => {
                let title = "History sync is turned off by the business from the WhatsApp Business App";
                let error = json!({
                    "code": 2_593_109, "title": title, "message": title,
                    "error_data": { "details": "History sharing is turned off by the business" },
                });
                let part = json!({ "history": [{ "errors": [error] }] });
                self.tell_app(config, number, "", "history", part);
            }
        }
    }

    /// An entry of the app's phone book came or went.
    pub(crate) fn emit_contact(&mut self, config: &Config, number: &str, wa_id: &str, action: &str) {
        if let Some(synced) = self.synced_contact(number, wa_id, action) {
            let part = json!({ "state_sync": [synced] });
            self.tell_app(config, number, wa_id, "smb_app_state_sync", part);
        }
    }

    fn synced_contact(&self, number: &str, wa_id: &str, action: &str) -> Option<Value> {
        let customer = self.customers.get(wa_id)?;
        let mut contact = json!({ "user_id": self.user_id(number, customer) });
        if self.phone_shown(number, customer) {
            contact["phone_number"] = Value::from(wa_id);
        }
        if let Some(username) = &customer.username {
            contact["username"] = Value::from(self.open.username(username));
        }
        if action == "add" {
            let named = self.coexistence.numbers.get(number).and_then(|on_app| on_app.book.get(wa_id));
            let name = named.unwrap_or(&customer.name);
            contact["full_name"] = Value::from(name.as_str());
            contact["first_name"] = Value::from(name.split(' ').next().unwrap_or(name));
        }
        Some(json!({
            "type": "contact", "contact": contact, "action": action,
            "metadata": { "timestamp": unix_seconds(self.now) },
        }))
    }

    /// Messages by chat, as a chunk of history has them.
    fn threads(&self, number: &str, wamids: &[String]) -> Vec<Value> {
        let mut threads: Vec<(String, Vec<Value>)> = Vec::new();
        for message in wamids.iter().filter_map(|id| self.messages.get(id)) {
            let entry = self.past(message);
            match threads.last_mut() {
                Some((wa_id, messages)) if *wa_id == message.wa_id => messages.push(entry),
                _ => threads.push((message.wa_id.clone(), vec![entry])),
            }
        }
        let thread = |(wa_id, messages): (String, Vec<Value>)| {
            let customer = self.customers.get(&wa_id)?;
            let context = self.identity(number, customer, true);
            let mut thread = json!({ "context": context, "messages": messages });
            if let Some(id) = context.get("wa_id") {
                thread["id"] = id.clone();
            }
            Some(thread)
        };
        threads.into_iter().filter_map(thread).collect()
    }

    fn identity(&self, number: &str, customer: &Customer, with_username: bool) -> Value {
        let mut identity = json!({ "user_id": self.user_id(number, customer) });
        if self.phone_shown(number, customer) {
            identity["wa_id"] = Value::from(customer.wa_id.as_str());
        }
        if let Some(username) = customer.username.as_ref().filter(|_| with_username) {
            identity["username"] = Value::from(self.open.username(username));
        }
        identity
    }

    /// A message of the past: files are only announced.
    fn past(&self, message: &Message) -> Value {
        let mut entry = self.written(message);
        if MEDIA_KINDS.contains(&message.kind.as_str()) {
            if let Some(entry) = entry.as_object_mut() {
                entry.remove(&message.kind);
            }
            entry["type"] = Value::from("media_placeholder");
        }
        if let Some(map) = entry.as_object_mut() {
            map.remove("to_user_id");
        }
        entry["history_context"] = json!({ "status": past_status(message) });
        entry
    }

    /// A message as echoes and histories have it: from whom, to whom, what.
    pub(super) fn written(&self, message: &Message) -> Value {
        let number = message.phone_number_id.as_str();
        let mut entry = json!({
            "id": message.wamid, "timestamp": unix_seconds(written_at(message)), "type": message.kind,
        });
        let business = self.numbers.get(number).map(|n| Value::from(n.wa_id.as_str()));
        let customer = self.customers.get(&message.wa_id);
        let theirs = customer.filter(|c| self.phone_shown(number, c));
        let theirs = theirs.map(|c| Value::from(c.wa_id.as_str()));
        let user_id = customer.map(|c| Value::from(self.user_id(number, c)));
        let named = match message.direction {
            Direction::Inbound => [("from", theirs), ("from_user_id", user_id), ("to", None)],
            Direction::Outbound => [("from", business), ("to", theirs), ("to_user_id", user_id)],
        };
        for (key, value) in named {
            if let Some(value) = value {
                entry[key] = value;
            }
        }
        let (kind, part) = plain(message);
        entry["type"] = Value::from(kind.as_str());
        if !part.is_null() {
            entry[kind.as_str()] = part;
        }
        entry
    }

    fn emit_past_file(&mut self, config: &Config, number: &str, wamid: &str) {
        let Some(message) = self.messages.get(wamid) else { return };
        let Some(media) = message.media_id.as_ref().and_then(|id| self.media.get(id)) else { return };
        let mut file = json!({
            "id": media.id, "mime_type": media.mime_type, "sha256": crate::inbound::sha256_base64(media),
        });
        for key in ["caption", "filename", "voice", "animated"] {
            if let Some(value) = message.body().get(key) {
                file[key] = value.clone();
            }
        }
        let mut entry = self.written(message);
        entry[message.kind.as_str()] = file;
        if let Some(map) = entry.as_object_mut() {
            map.remove("to_user_id");
        }
        let wa_id = message.wa_id.clone();
        let Some(customer) = self.customers.get(&wa_id) else { return };
        let part = json!({ "contacts": [self.identity(number, customer, false)], "messages": [entry] });
        self.tell_app(config, number, &wa_id, "history", part);
    }

    /// What the business wrote, changed or took back in the app.
    pub(super) fn emit_app_echo(
        &mut self,
        config: &Config,
        number: &str,
        wa_id: &str,
        wamid: &str,
        echo: Value,
    ) {
        let contacts = self.customers.get(wa_id).map(|c| json!([self.identity(number, c, false)]));
        let part = json!({ "contacts": contacts.unwrap_or_default(), "message_echoes": [echo] });
        self.tell_of_app(config, number, (wa_id, Some(wamid)), "smb_message_echoes", part);
    }

    fn tell_app(&mut self, config: &Config, number: &str, wa_id: &str, field: &'static str, part: Value) {
        self.tell_of_app(config, number, (wa_id, None), field, part);
    }

    fn tell_of_app(
        &mut self,
        config: &Config,
        number: &str,
        (wa_id, wamid): (&str, Option<&str>),
        field: &'static str,
        part: Value,
    ) {
        let Some(number) = self.numbers.get(number) else { return };
        let mut value = body::value(number);
        if let (Some(value), Value::Object(part)) = (value.as_object_mut(), part) {
            value.extend(part);
        }
        let notice = Notice {
            entry_id: number.waba_id.clone(),
            phone_number_id: Some(number.id.clone()),
            field,
            kind: field,
            wamid: wamid.map(str::to_owned),
            wa_id: wa_id.to_owned(),
            value,
        };
        self.notify(config, notice);
    }
}

/// Kind and part of a message as the app has it, which knows neither templates nor buttons of the Cloud API.
fn plain(message: &Message) -> (String, Value) {
    let body = message.body();
    if message.direction == Direction::Inbound
        || !["template", "interactive"].contains(&message.kind.as_str())
    {
        return (message.kind.clone(), body.clone());
    }
    let rendered = message.rendered.as_ref().and_then(|r| r["body"].as_str());
    let text = rendered.or(body["body"]["text"].as_str()).unwrap_or("");
    ("text".to_owned(), json!({ "body": text }))
}

fn past_status(message: &Message) -> &'static str {
    match (message.direction, message.state) {
        (Direction::Inbound, State::Read) => "READ",
        (Direction::Inbound, _) => "DELIVERED",
        (_, State::Accepted) => "PENDING",
        (_, State::Sent) => "SENT",
        (_, State::Delivered) => "DELIVERED",
        (_, State::Read) => "READ",
        (_, State::Played) => "PLAYED",
        (_, State::Failed) => "ERROR",
    }
}
