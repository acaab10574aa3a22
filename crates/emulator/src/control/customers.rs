//! What customers do: appear, write, tap, read, block.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Answer, Control, ControlError};
use crate::graph::media;
use crate::phone;
use crate::world::World;
use crate::world::account::DAY;
use crate::world::message::MEDIA_KINDS;

/// A file that a customer sends.
#[derive(Clone, Debug)]
pub struct SentFile {
    /// Its bytes.
    pub bytes: Bytes,
    /// With parameters if it has any, as `audio/ogg; codecs=opus`.
    pub mime_type: String,
    /// Shown for documents.
    pub filename: Option<String>,
}

impl Control {
    /// `POST /_control/customers {wa_id?, name?, username?, auto_read?}`. Without `wa_id` the customer gets a
    /// fictional number. With `username` the phone is hidden from a business that hasn't met it.
    ///
    /// # Errors
    /// A number that isn't one, or that somebody has (409).
    pub fn add_customer(&self, body: &Value) -> Answer {
        let username = username(body)?;
        let asked = match body.get("wa_id").filter(|v| !v.is_null()) {
            None => None,
            Some(given) => Some(
                given
                    .as_str()
                    .and_then(phone::digits)
                    .ok_or_else(|| ControlError::invalid("wa_id", "a phone number has 7 to 15 digits"))?,
            ),
        };
        let config = &self.shared.config;
        self.shared.with(|world| {
            let wa_id = asked.unwrap_or_else(|| world.free_wa_id());
            if world.customers.contains_key(&wa_id) {
                return Err(ControlError::conflict("wa_id", "a customer with this number exists"));
            }
            let name = body["name"].as_str().filter(|n| !n.trim().is_empty());
            let name = name.map_or_else(|| phone::display(&wa_id), str::to_owned);
            let now = world.now;
            let customer = world.add_customer(config, wa_id, name, username);
            customer.auto_read = body["auto_read"].as_bool().unwrap_or(true);
            Ok(customer.to_json(now))
        })
    }

    /// `GET /_control/customers`: everybody, with their chats.
    pub fn customers(&self) -> Value {
        self.shared.with(|world| {
            let list: Vec<Value> =
                world.customers.values().map(|c| with_chats(world, c.to_json(world.now))).collect();
            json!({ "data": list })
        })
    }

    /// `GET /_control/customers/{id}`: by number, with or without `+`, or by business-scoped user id.
    ///
    /// # Errors
    /// Nobody has this id.
    pub fn customer(&self, id: &str) -> Answer {
        self.shared.with(|world| {
            let wa_id = known(world, id)?;
            Ok(with_chats(world, world.customers[&wa_id].to_json(world.now)))
        })
    }

    /// `PATCH /_control/customers/{id} {name?, username?, auto_read?, marketing_cap?, offline_seconds?}`; `null` takes
    /// back a username, a cap, or the phone's being switched off.
    ///
    /// # Errors
    /// Nobody has this id, or the username isn't one.
    pub fn change_customer(&self, id: &str, body: &Value) -> Answer {
        let username = username(body)?;
        self.shared.with(|world| {
            let wa_id = known(world, id)?;
            world.announce("customer", "", &wa_id, None);
            let now = world.now;
            let customer =
                world.customers.get_mut(&wa_id).ok_or_else(|| ControlError::not_found("customer", id))?;
            if let Some(name) = body["name"].as_str() {
                customer.name = name.to_owned();
            }
            if body.get("username").is_some() {
                customer.username = username;
            }
            if let Some(auto_read) = body["auto_read"].as_bool() {
                customer.auto_read = auto_read;
            }
            if let Some(cap) = body.get("marketing_cap") {
                customer.marketing_cap = cap.as_u64().map(|cap| u32::try_from(cap).unwrap_or(u32::MAX));
            }
            if let Some(offline) = body["offline"].as_bool() {
                customer.offline_until = offline.then_some(now + 366 * DAY);
            }
            if let Some(seconds) = body.get("offline_seconds") {
                customer.offline_until = seconds.as_i64().map(|s| now + s.clamp(0, 366 * 86_400) * 1_000);
            }
            Ok(customer.to_json(now))
        })
    }

    /// `POST /_control/customers/{id}/preferences {"marketing": "stop" | "resume", phone_number_id?}`: the customer
    /// stops the marketing of this business, or allows it again.
    ///
    /// # Errors
    /// Nobody has this id, or another word.
    pub fn prefer(&self, id: &str, body: &Value) -> Answer {
        let stop = match body["marketing"].as_str() {
            Some("stop") => true,
            Some("resume") => false,
            _ => return Err(ControlError::invalid("marketing", "is stop or resume")),
        };
        let config = &self.shared.config;
        self.shared.with(|world| {
            let wa_id = known(world, id)?;
            let number = number(world, body["phone_number_id"].as_str())?;
            world.prefer(config, &number, &wa_id, stop);
            Ok(world.customers[&wa_id].to_json(world.now))
        })
    }

    /// `POST /_control/customers/{id}/messages`: the customer sends a message, shaped as in Meta's inbound webhooks.
    /// `phone_number_id` says to which of the business's numbers (the first when left out).
    ///
    /// # Errors
    /// An unknown customer, number, file or button; a message without its part.
    pub fn send(&self, id: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        self.shared.with(|world| {
            let wa_id = known(world, id)?;
            let number = written_to(world, body)?;
            let wamid = world.receive(config, &wa_id, &number, body)?;
            let customer = &world.customers[&wa_id];
            Ok(json!({
                "id": wamid, "wamid": wamid, "wa_id": wa_id, "user_id": world.user_id(&number, customer), "phone_number_id": number,
            }))
        })
    }

    /// The same with a file, as multipart does: `body` may give `type`, `caption`, `voice` and `context`.
    ///
    /// # Errors
    /// As [`Control::send`], or a file that can't be kept.
    pub async fn send_file(&self, id: &str, body: &Value, file: SentFile) -> Answer {
        let number = self.shared.with(|world| {
            known(world, id)?;
            written_to(world, body)
        })?;
        let kind = match body["type"].as_str() {
            Some(kind) if MEDIA_KINDS.contains(&kind) => kind.to_owned(),
            Some(_) => {
                return Err(ControlError::invalid(
                    "type",
                    "a file is an image, video, audio, document or sticker",
                ));
            }
            None => media::kind_of(&file.mime_type).to_owned(),
        };
        let kept =
            media::store(&self.shared, &number, &file.mime_type, file.filename.clone(), &file.bytes, 7 * DAY);
        let media_id =
            kept.await.map_err(|e| ControlError::failed(500, format!("the file could not be kept: {e}")))?;
        let mut part = json!({ "id": media_id });
        for extra in ["caption", "voice", "animated"] {
            if let Some(value) = body.get(extra).filter(|v| !v.is_null()) {
                part[extra] = as_truth(value);
            }
        }
        if kind == "document" {
            part["filename"] = Value::from(file.filename.as_deref().unwrap_or("document"));
        }
        let mut message = json!({ "type": kind, (kind.as_str()): part, "phone_number_id": number });
        for extra in ["context", "group_id"] {
            if let Some(value) = body.get(extra) {
                message[extra] = value.clone();
            }
        }
        self.send(id, &message)
    }

    /// `POST /_control/customers/{id}/tap {message_id?, id?|title?|index?}`: taps a reply button, a list row or a
    /// template's quick reply of a message on the phone (the newest that has any, when `message_id` is left out).
    ///
    /// # Errors
    /// Nothing on the phone to tap, or no such button.
    pub fn tap(&self, id: &str, body: &Value) -> Answer {
        let reply = self.shared.with(|world| {
            let wa_id = known(world, id)?;
            let number = number(world, body["phone_number_id"].as_str())?;
            let chat = world.chat_if_any(&number, &wa_id);
            let wanted = body["message_id"].as_str();
            let newest = chat.into_iter().flat_map(|c| c.messages.iter().rev());
            newest
                .filter(|w| wanted.is_none_or(|wanted| wanted == *w))
                .filter_map(|w| world.messages.get(w).filter(|m| m.on_phone()))
                .find_map(|m| super::bubble::tap(m, body))
                .ok_or_else(|| ControlError::invalid("id", "the phone shows no such button or row"))
        })?;
        let mut reply = reply;
        if let Some(number) = body["phone_number_id"].as_str() {
            reply["phone_number_id"] = Value::from(number);
        }
        self.send(id, &reply)
    }

    /// `POST /_control/customers/{id}/read {phone_number_id?}`: reads everything the chat shows.
    ///
    /// # Errors
    /// An unknown customer or number.
    pub fn read(&self, id: &str, phone_number_id: Option<&str>) -> Answer {
        let config = &self.shared.config;
        self.shared.with(|world| {
            let wa_id = known(world, id)?;
            let number = number(world, phone_number_id)?;
            Ok(json!({ "read": world.read_all(config, &number, &wa_id) }))
        })
    }

    /// `POST /_control/customers/{id}/open {open?, seconds?, phone_number_id?}`: the customer has the chat on screen
    /// (or not any more): what is there is read, and so is what arrives. Until closed, or for `seconds`.
    ///
    /// # Errors
    /// An unknown customer or number.
    pub fn open(&self, id: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        self.shared.with(|world| {
            let wa_id = known(world, id)?;
            let number = number(world, body["phone_number_id"].as_str())?;
            let open = body["open"].as_bool().unwrap_or(true);
            let now = world.now;
            world.chat(&number, &wa_id).open_until = match (open, body["seconds"].as_i64()) {
                (false, _) => 0,
                (true, Some(seconds)) => now + seconds * 1_000,
                (true, None) => i64::MAX,
            };
            let read = if open { world.read_all(config, &number, &wa_id) } else { 0 };
            Ok(json!({ "open": open, "read": read }))
        })
    }

    /// `POST` or `DELETE /_control/customers/{id}/block`: the customer blocks the business's number, or lets it in
    /// again. What is sent to somebody who blocked fails with 131026.
    ///
    /// # Errors
    /// An unknown customer or number.
    pub fn block(&self, id: &str, phone_number_id: Option<&str>, blocked: bool) -> Answer {
        self.shared.with(|world| {
            let wa_id = known(world, id)?;
            let number = number(world, phone_number_id)?;
            world.announce("customer", &number, &wa_id, None);
            let now = world.now;
            let customer =
                world.customers.get_mut(&wa_id).ok_or_else(|| ControlError::not_found("customer", id))?;
            customer.blocked.retain(|n| *n != number);
            if blocked {
                customer.blocked.push(number);
            }
            Ok(customer.to_json(now))
        })
    }

    /// The bytes of a file and its type, for the phones page.
    ///
    /// # Errors
    /// No such file, or it has expired.
    pub async fn media(&self, id: &str) -> Result<(Bytes, String), ControlError> {
        let mime = self.shared.with(|world| world.media.get(id).map(|m| m.mime_type.clone()));
        let bytes = self.shared.vault.get(id).await;
        match (bytes, mime) {
            (Some(bytes), Some(mime)) => Ok((bytes, mime)),
            _ => Err(ControlError::not_found("media file", id)),
        }
    }

    /// Hands out another handle to the same emulator.
    pub(crate) fn new(shared: &Arc<crate::shared::Shared>) -> Self {
        Self { shared: Arc::clone(shared) }
    }
}

/// The customer's `wa_id`.
pub(super) fn known(world: &World, id: &str) -> Result<String, ControlError> {
    world.find_customer(id).map(|c| c.wa_id.clone()).ok_or_else(|| ControlError::not_found("customer", id))
}

/// The phone number meant.
pub(super) fn number(world: &World, id: Option<&str>) -> Result<String, ControlError> {
    match id {
        Some(id) if world.numbers.contains_key(id) => Ok(id.to_owned()),
        Some(id) => Err(ControlError::not_found("phone number", id)),
        None => world
            .default_number()
            .map(|n| n.id.clone())
            .ok_or_else(|| ControlError::invalid("phone_number_id", "the business has no phone number")),
    }
}

/// The phone number a message goes to: a group's own, or the one meant.
fn written_to(world: &World, body: &Value) -> Result<String, ControlError> {
    let group = body["group_id"].as_str().and_then(|id| world.groups.get(id));
    match group {
        Some(group) => Ok(group.phone_number_id.clone()),
        None => number(world, body["phone_number_id"].as_str()),
    }
}

fn username(body: &Value) -> Result<Option<String>, ControlError> {
    let Some(given) = body.get("username").filter(|v| !v.is_null()) else { return Ok(None) };
    let name = given.as_str().unwrap_or("").trim_start_matches('@').to_ascii_lowercase();
    let fits = (3..=35).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'_')
        && name.bytes().any(|b| b.is_ascii_lowercase());
    if fits {
        return Ok(Some(name));
    }
    Err(ControlError::invalid(
        "username",
        "a username has 3 to 35 of a-z, 0-9, dot and underscore, and a letter",
    ))
}

pub(super) fn with_chats(world: &World, mut customer: Value) -> Value {
    let wa_id = customer["wa_id"].as_str().unwrap_or("").to_owned();
    let chats: Vec<Value> = world
        .chats
        .iter()
        .filter_map(|(number, chats)| Some((number, chats.get(&wa_id)?)))
        .map(|(number, chat)| {
            let shown = chat.messages.iter().rev().filter_map(|w| world.messages.get(w));
            let last = shown.filter(|m| m.kind != "reaction").find(|m| m.on_phone());
            json!({
                "phone_number_id": number, "messages": chat.messages.len(), "unread": chat.unread.len(),
                "last": last.map(super::bubble::last), "cost_usd": super::money::of_chat(world, chat),
                "call_permission": world.permit_now(number, &wa_id).to_json(world.now),
            })
        })
        .collect();
    customer["chats"] = Value::from(chats);
    customer["groups"] = Value::from(super::groups::of_customer(world, &wa_id));
    customer
}

/// Multipart carries truth values as text.
fn as_truth(value: &Value) -> Value {
    match value.as_str() {
        Some("true") => Value::from(true),
        Some("false") => Value::from(false),
        _ => value.clone(),
    }
}
