//! What a phone says it sends, in the platform's form.

use serde_json::{Map, Value, json};

use crate::control::error::ControlError;
use crate::world::message::Message;
use crate::world::rewrite;

/// Longest text that a person can send, in characters.
const TEXT_MAX: usize = 65_536;

/// `type` and its part, in the platform's form; `context` keeps all but the quoted message.
pub(super) fn shape(body: &Value) -> Result<Value, ControlError> {
    let body = body.as_object().ok_or_else(|| ControlError::invalid("", "a message is a JSON object"))?;
    let kind = match body.get("type") {
        Some(Value::String(kind)) if !kind.is_empty() => kind.as_str(),
        None if body.contains_key("text") => "text",
        _ => {
            return Err(ControlError::invalid(
                "type",
                "a message needs a type such as text, image or interactive",
            ));
        }
    };
    let part = body.get(kind);
    let mut content = match (kind, part) {
        ("button_reply" | "list_reply", Some(part)) => {
            json!({ "type": "interactive", "interactive": { "type": kind, (kind): part } })
        }
        ("request_welcome" | "unsupported" | "system", None) => json!({ "type": kind }),
        (_, Some(part @ (Value::Object(_) | Value::Array(_)))) => json!({ "type": kind, (kind): part }),
        _ => return Err(ControlError::invalid(kind, "the part named like the message's type is missing")),
    };
    for extra in ["referral", "errors"] {
        if let Some(value) = body.get(extra) {
            content[extra] = value.clone();
        }
    }
    if kind == "unsupported" {
        complete_unsupported(&mut content, body.get("code").and_then(Value::as_i64));
    }
    let rest: Map<String, Value> = body
        .get("context")
        .and_then(Value::as_object)
        .map(|c| c.iter().filter(|(k, _)| !["message_id", "id", "from"].contains(&k.as_str())))
        .into_iter()
        .flatten()
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    if !rest.is_empty() {
        content["context"] = Value::Object(rest);
    }
    Ok(content)
}

/// What it was and why it isn't shown: of an unknown kind, and unsupported (131051), unless said otherwise.
fn complete_unsupported(content: &mut Value, code: Option<i64>) {
    if content.get("unsupported").is_none() {
        content["unsupported"] = json!({ "type": "unknown" });
    }
    if content.get("errors").is_none() {
        content["errors"] = json!([rewrite::unsupported(code.unwrap_or(131_051))]);
    }
}

pub(super) fn quoted(body: &Value) -> Option<String> {
    let context = body.get("context")?;
    context.get("message_id").or_else(|| context.get("id"))?.as_str().map(str::to_owned)
}

pub(super) fn check_text(content: &Value) -> Result<(), ControlError> {
    match content["text"]["body"].as_str().map(|b| b.chars().count()) {
        Some(length) if (1..=TEXT_MAX).contains(&length) => Ok(()),
        _ => Err(ControlError::invalid("text.body", "a text has 1 to 65536 characters")),
    }
}

/// Whether a message asks the customer for their contact details.
pub(super) fn asks_for_contact(message: &Message) -> bool {
    let buttons = message.rendered.as_ref().and_then(|shown| shown["buttons"].as_array());
    message.body()["type"] == "contact_request"
        || buttons.into_iter().flatten().any(|button| button["type"] == "REQUEST_CONTACT_INFO")
}

/// Cards say where they are from; those that were not asked for come as vCards too.
pub(super) fn complete_contacts(content: &mut Value, asked: bool) {
    for card in content["contacts"].as_array_mut().into_iter().flatten().filter(|card| card.is_object()) {
        if card["origin"].is_null() {
            card["origin"] = Value::from(if asked { "contact_request" } else { "other" });
        }
        if card["origin"] == "other" && card["vcard"].is_null() {
            card["vcard"] = Value::from(vcard(card));
        }
        super::drop_null(card, "vcard");
    }
}

fn vcard(card: &Value) -> String {
    let mut lines = vec!["BEGIN:VCARD".to_owned(), "VERSION:3.0".to_owned()];
    lines.extend(card["name"]["formatted_name"].as_str().map(|name| format!("FN:{name}")));
    let phones = card["phones"].as_array().into_iter().flatten();
    lines.extend(phones.filter_map(|phone| Some(format!("TEL:{}", phone["phone"].as_str()?))));
    lines.push("END:VCARD".to_owned());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_says_where_it_is_from() {
        let card = json!({ "name": { "formatted_name": "Ben" }, "phones": [{ "phone": "+34600333444" }] });
        let mut shared = json!({ "contacts": [card] });
        let mut answer = shared.clone();
        complete_contacts(&mut shared, false);
        let vcard = "BEGIN:VCARD\nVERSION:3.0\nFN:Ben\nTEL:+34600333444\nEND:VCARD";
        assert_eq!(
            (&shared["contacts"][0]["origin"], &shared["contacts"][0]["vcard"]),
            (&json!("other"), &json!(vcard))
        );
        complete_contacts(&mut answer, true);
        assert_eq!(answer["contacts"][0]["origin"], "contact_request");
        assert!(answer["contacts"][0].get("vcard").is_none());
    }
}
