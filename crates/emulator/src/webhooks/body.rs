//! The JSON of webhooks, and its bytes as Meta writes them.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::clock::unix_seconds;
use crate::dice::fnv;
use crate::world::World;
use crate::world::account::{DAY, Number};
use crate::world::message::{Message, State};
use crate::world::template::send::Via;

/// The envelope around one change. Management fields carry the time in seconds beside the id; the messages family doesn't.
pub(super) fn envelope(entry_id: &str, field: &str, value: Value, time: Option<i64>) -> Value {
    let mut entry = json!({ "id": entry_id, "changes": [{ "value": value, "field": field }] });
    if let Some(ms) = time {
        entry["time"] = Value::from(ms.div_euclid(1_000));
    }
    json!({ "object": "whatsapp_business_account", "entry": [entry] })
}

/// The value every change of the messages family begins with.
pub(crate) fn value(number: &Number) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": number.wa_id, "phone_number_id": number.id },
    })
}

impl World {
    /// One entry of `messages[]`. Keys that don't apply are left out, never empty.
    pub(super) fn message_json(&self, message: &Message) -> Value {
        let mut out = json!({
            "id": message.wamid, "timestamp": unix_seconds(message.at.sent.unwrap_or(self.now)),
            "type": message.kind,
        });
        if let Some(customer) = self.customers.get(&message.wa_id) {
            out["from_user_id"] = Value::from(self.user_id(&message.phone_number_id, customer));
            if let Some(parent) = self.parent_user_id(&message.phone_number_id, customer) {
                out["from_parent_user_id"] = Value::from(parent);
            }
            if self.phone_shown(&message.phone_number_id, customer) {
                out["from"] = Value::from(customer.wa_id.as_str());
            }
        }
        let body = message.body();
        if !body.is_null() {
            out[message.kind.as_str()] = body.clone();
        }
        for extra in ["referral", "errors"] {
            if let Some(value) = message.content.get(extra) {
                out[extra] = value.clone();
            }
        }
        if let Some(group) = &message.group {
            out["group_id"] = Value::from(group.id.as_str());
        }
        if let Some(context) = self.context_json(message) {
            out["context"] = context;
        }
        out
    }

    fn context_json(&self, message: &Message) -> Option<Value> {
        let mut context = message.content.get("context").cloned().unwrap_or_else(|| json!({}));
        if let Some(quoted) = &message.context {
            context["id"] = Value::from(quoted.as_str());
            let from_business = self
                .messages
                .get(quoted)
                .is_none_or(|q| q.direction == crate::world::message::Direction::Outbound);
            let from = if from_business {
                self.numbers.get(&message.phone_number_id).map(|n| n.wa_id.as_str())
            } else {
                // In a group the quoted message may be somebody else's.
                self.messages.get(quoted).map(|q| q.wa_id.as_str())
            };
            if let Some(from) = from {
                context["from"] = Value::from(from);
            }
        }
        context.as_object().is_some_and(|c| !c.is_empty()).then_some(context)
    }

    /// One entry of `statuses[]`.
    pub(super) fn status_json(&self, message: &Message, state: State, pricing: Option<&Value>) -> Value {
        let mut out = json!({
            "id": message.wamid, "status": state.name(), "timestamp": unix_seconds(self.now),
        });
        let by_phone = message.addressed.as_ref().is_none_or(|a| a.by_phone);
        if let Some(customer) = self.customers.get(&message.wa_id) {
            let visible = self.phone_shown(&message.phone_number_id, customer);
            let failed = state == State::Failed;
            if by_phone || (visible && !failed) {
                out["recipient_id"] = Value::from(customer.wa_id.as_str());
            }
            if !(failed && by_phone) {
                out["recipient_user_id"] = Value::from(self.user_id(&message.phone_number_id, customer));
                if let Some(parent) = self.parent_user_id(&message.phone_number_id, customer) {
                    out["recipient_parent_user_id"] = Value::from(parent);
                }
            }
            let number = self.numbers.get(&message.phone_number_id);
            if !failed && number.is_some_and(Number::checks_identity) {
                out["recipient_identity_key_hash"] = Value::from(customer.identity_hash());
            }
        } else if let Some(addressed) = message.addressed.as_ref().filter(|addressed| !addressed.by_phone) {
            out["recipient_user_id"] = Value::from(addressed.input.as_str());
        } else {
            out["recipient_id"] = Value::from(message.wa_id.as_str());
        }
        if message.group.is_some() {
            out["recipient_type"] = Value::from("group");
        }
        if let Some(data) = &message.callback_data {
            out["biz_opaque_callback_data"] = Value::from(data.as_str());
        }
        if let Some(used) = message.template.as_ref().filter(|used| used.via == Via::DirectSend) {
            out["template_id"] = Value::from(used.id.as_str());
        }
        if let Some(pricing) = pricing {
            out["pricing"] = pricing.clone();
            if let Some(conversation) = self.conversation_json(message, pricing) {
                out["conversation"] = conversation;
            }
        }
        if let Some(error) = message.error.as_ref().filter(|_| state == State::Failed) {
            out["errors"] = json!([error]);
        }
        out
    }
}

impl World {
    /// The conversation of a status, which since prices are per message is one of its own, but in free entry points.
    fn conversation_json(&self, message: &Message, pricing: &Value) -> Option<Value> {
        let chat = self.chat_if_any(&message.phone_number_id, &message.wa_id);
        let free = pricing["type"] == "free_entry_point";
        if !free && !self.open.conversation_since_v24 && !self.engine.needs_conversations() {
            return None;
        }
        let sent = message.at.sent.unwrap_or(self.now);
        let until = chat.and_then(|c| c.entry_point_until).filter(|_| free).unwrap_or(sent + DAY);
        let about = if free { format!("{}:{until}", message.wa_id) } else { message.wamid.clone() };
        let id = format!("{:016x}{:016x}", fnv(about.as_bytes()), fnv(format!("{about}:").as_bytes()));
        Some(json!({
            "id": id, "expiration_timestamp": unix_seconds(until), "origin": { "type": pricing["category"] },
        }))
    }
}

/// The value as it is since v24, if that is different: statuses name no conversation, but in free entry points.
pub(super) fn without_conversation(value: &Value) -> Option<Value> {
    let named = |status: &Value| {
        status.get("conversation").is_some_and(|c| c["origin"]["type"] != "referral_conversion")
    };
    let part = if value["standby"].is_object() { &value["standby"] } else { value };
    if !part["statuses"].as_array()?.iter().any(named) {
        return None;
    }
    let mut out = value.clone();
    let part = if out["standby"].is_object() { &mut out["standby"] } else { &mut out };
    for status in part["statuses"].as_array_mut()?.iter_mut().filter(|status| named(status)) {
        status.as_object_mut()?.remove("conversation");
    }
    Some(out)
}

/// The bytes that are signed and sent.
pub(super) fn bytes(body: &Value, escape: bool) -> Bytes {
    let text = body.to_string();
    if escape { Bytes::from(escape_as_meta(&text)) } else { Bytes::from(text) }
}

/// `/` as `\/` and everything beyond ASCII as `\uXXXX`. In JSON text both occur within strings only.
fn escape_as_meta(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 8);
    let mut units = [0u16; 2];
    for c in json.chars() {
        match c {
            '/' => out.push_str("\\/"),
            c if c.is_ascii() => out.push(c),
            c => {
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_as_meta_does() {
        let body = json!({ "a": "á/\u{1F600}" });
        assert_eq!(&bytes(&body, true)[..], br#"{"a":"\u00e1\/\ud83d\ude00"}"#);
        let back: Value = serde_json::from_slice(&bytes(&body, true)).unwrap();
        assert_eq!(back, body);
    }
}
