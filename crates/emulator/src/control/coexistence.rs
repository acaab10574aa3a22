//! What the business does in the WhatsApp Business app on its own phone, and what customers change and take back.

use serde_json::{Value, json};

use super::customers::known;
use super::{Answer, Control, ControlError};
use crate::phone;
use crate::world::World;
use crate::world::message::{MEDIA_KINDS, State};
use crate::world::rewrite::Rewrite;

impl Control {
    /// `POST /_control/phone-numbers/{id}/app-messages {to, type, …}`: the business writes in the app: echoed by
    /// `smb_message_echoes`, free, and opening no window. With `at` it is a message of the past, for the history that
    /// can be synchronised, and with `"from": "customer"` one that they wrote.
    ///
    /// # Errors
    /// A number that isn't in the app, a message that can't be, or a time that is still to come.
    pub fn write_in_app(&self, id: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        self.shared.with(|world| {
            on_app(world, id)?;
            let wa_id = recipient(world, config, body)?;
            let mut content = content(&wa_id, body)?;
            let kind = content["type"].as_str().unwrap_or_default().to_owned();
            if MEDIA_KINDS.contains(&kind.as_str()) {
                world.complete_media(config, &kind, &mut content)?;
            }
            let quoted = body["context"]["message_id"].as_str().map(str::to_owned);
            let Some(at) = moment(body)? else {
                let mut message = world.outbound_message(id, &wa_id, content);
                message.context = quoted;
                let wamid = world.write_in_app(config, message);
                return Ok(json!({ "id": wamid, "wamid": wamid, "wa_id": wa_id, "phone_number_id": id }));
            };
            if at > world.now {
                return Err(ControlError::invalid("at", "is in the future"));
            }
            let mut message = if body["from"] == "customer" {
                world.inbound_message(&wa_id, id, kind, content, quoted)
            } else {
                let mut message = world.outbound_message(id, &wa_id, content);
                message.marks.from_app = true;
                message.context = quoted;
                message
            };
            message.at = Default::default();
            for state in [State::Accepted, State::Sent, State::Delivered, State::Read] {
                message.at.set(state, at);
            }
            message.state = State::Read;
            let wamid = message.wamid.clone();
            world.keep_past(config, message);
            world.phone_met(id, &wa_id);
            world.announce("message", id, &wa_id, Some(&wamid));
            Ok(json!({ "id": wamid, "wamid": wamid, "wa_id": wa_id, "phone_number_id": id }))
        })
    }

    /// `POST /_control/phone-numbers/{id}/app-messages/{wamid}/edit|revoke`: changes (for 15 minutes) or takes back
    /// (for two days) what was written in the app.
    ///
    /// # Errors
    /// An unknown message, or too late (409).
    pub fn rewrite_in_app(&self, id: &str, wamid: &str, action: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        let rewrite = rewrite(action, body)?;
        self.shared.with(|world| {
            on_app(world, id)?;
            let told = world.app_rewrites(config, id, wamid, &rewrite)?;
            Ok(json!({ "wamid": told, "original": wamid }))
        })
    }

    /// `POST /_control/customers/{id}/messages/{wamid}/edit|revoke`: the customer changes (for 15 minutes) or takes back
    /// (for two days) their message: `edit` and `revoke` webhooks for numbers in the app, `unsupported` for others.
    ///
    /// # Errors
    /// An unknown customer or message, or too late (409).
    pub fn rewrite(&self, id: &str, wamid: &str, action: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        let rewrite = rewrite(action, body)?;
        self.shared.with(|world| {
            let wa_id = known(world, id)?;
            let told = world.customer_rewrites(config, &wa_id, wamid, &rewrite)?;
            Ok(json!({ "wamid": told, "original": wamid }))
        })
    }

    /// `POST /_control/phone-numbers/{id}/contacts {wa_id, full_name?, action?: "add" | "remove"}`: the app's phone book
    /// changes, reported as `smb_app_state_sync`.
    ///
    /// # Errors
    /// A number that isn't in the app, an unknown customer, another action.
    pub fn change_phone_book(&self, id: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        let action = match body["action"].as_str() {
            None | Some("add") => "add",
            Some("remove") => "remove",
            Some(_) => return Err(ControlError::invalid("action", "is add or remove")),
        };
        self.shared.with(|world| {
            on_app(world, id)?;
            let wa_id = known(world, body["wa_id"].as_str().unwrap_or(""))?;
            let theirs = world.customers[&wa_id].name.clone();
            let name = body["full_name"].as_str().map_or(theirs, str::to_owned);
            let shown = name.clone();
            if let Some(on_app) = world.coexistence.numbers.get_mut(id) {
                if action == "add" {
                    on_app.book.insert(wa_id.clone(), name);
                } else {
                    on_app.book.remove(&wa_id);
                }
            }
            world.changes += 1;
            world.emit_contact(config, id, &wa_id, action);
            Ok(json!({ "wa_id": wa_id, "full_name": shown, "action": action }))
        })
    }
}

/// Whether a number is in the app, and lets its history be shared: as `PUT /_control/phone-numbers` sets and shows it.
pub(super) fn set(world: &mut World, id: &str, body: &Value, answer: &mut Value) {
    if let Some(on) = body["is_on_biz_app"].as_bool() {
        world.set_on_app(id, on);
    }
    if let (Some(shares), Some(on_app)) =
        (body["shares_history"].as_bool(), world.coexistence.numbers.get_mut(id))
    {
        on_app.shares_history = shares;
    }
    let on_app = world.coexistence.numbers.get(id);
    answer["is_on_biz_app"] = Value::from(on_app.is_some());
    answer["shares_history"] = on_app.map_or(Value::Null, |on_app| Value::from(on_app.shares_history));
    if let Some(number) = world.numbers.get(id) {
        answer["throughput_mps"] = Value::from(number.throughput_mps);
    }
}

fn on_app(world: &World, id: &str) -> Result<(), ControlError> {
    if !world.numbers.contains_key(id) {
        return Err(ControlError::not_found("phone number", id));
    }
    if world.coexistence.is_on_app(id) {
        return Ok(());
    }
    Err(ControlError::conflict("", "the number is not in the app: PUT /_control/phone-numbers is_on_biz_app"))
}

fn recipient(
    world: &mut World,
    config: &crate::config::Config,
    body: &Value,
) -> Result<String, ControlError> {
    let to = body["to"].as_str().unwrap_or("");
    if let Some(customer) = world.find_customer(to) {
        return Ok(customer.wa_id.clone());
    }
    let digits =
        phone::digits(to).ok_or_else(|| ControlError::invalid("to", "a phone number has 7 to 15 digits"))?;
    let wa_id = phone::wa_id(&digits);
    world.add_customer(config, wa_id.clone(), phone::display(&wa_id), None);
    Ok(wa_id)
}

/// What the app can send is checked as what the Cloud API can, but for templates and buttons.
fn content(wa_id: &str, body: &Value) -> Result<Value, ControlError> {
    let kind = body["type"].as_str().unwrap_or("text");
    let plain = ["text", "location", "contacts"].contains(&kind) || MEDIA_KINDS.contains(&kind);
    if !plain {
        return Err(ControlError::invalid("type", "the app sends texts, files, locations and contacts"));
    }
    let part = &body[kind];
    let sent = json!({ "messaging_product": "whatsapp", "to": wa_id, "type": kind, (kind): part });
    cloud_api::message::check(&sent).map_err(|violations| {
        let first = violations.first().map(|v| v.message.clone()).unwrap_or_default();
        ControlError::invalid(kind, &first)
    })?;
    Ok(json!({ "type": kind, (kind): part }))
}

fn moment(body: &Value) -> Result<Option<i64>, ControlError> {
    let Some(at) = body.get("at").filter(|at| !at.is_null()) else { return Ok(None) };
    let read = at.as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok());
    read.map(|at| Some(at.as_millisecond())).ok_or_else(|| ControlError::invalid("at", "is RFC 3339"))
}

fn rewrite(action: &str, body: &Value) -> Result<Rewrite, ControlError> {
    match action {
        "revoke" => Ok(Rewrite::Revoke),
        "edit" => {
            let text = body["text"]["body"].as_str().or(body["caption"].as_str());
            let text = text.filter(|text| !text.is_empty());
            text.map(|text| Rewrite::Edit(text.to_owned()))
                .ok_or_else(|| ControlError::invalid("text.body", "give the new text.body, or caption"))
        }
        _ => Err(ControlError::not_found("action", action)),
    }
}
