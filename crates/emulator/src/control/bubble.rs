//! A message as a phone shows it.

use cloud_api::market::Micros;
use serde_json::{Value, json};

use crate::clock::rfc3339;
use crate::world::World;
use crate::world::message::{Direction, Message, Reaction, Receipt, State};

/// One bubble of a thread.
pub(super) fn bubble(world: &World, message: &Message) -> Value {
    let mut out = json!({
        "id": message.wamid, "wamid": message.wamid, "direction": message.direction.name(), "type": message.kind,
        (message.kind.as_str()): message.body(), "content": message.content, "state": message.state.name(), "tick": tick(message),
        "at": rfc3339(shown_at(message)),
        "reactions": message.reactions.iter().map(reaction).collect::<Vec<_>>(),
    });
    if let Value::Object(map) = &mut out {
        map.extend(message.at.to_json());
    }
    if let Some(quoted) = &message.context {
        out["context"] = quote(world, quoted);
    }
    if let Some(price) = &message.price {
        out["pricing"] = price.webhook.clone();
        out["cost_usd"] = json!(price.micros.map(|micros| Micros(micros).to_string()));
    }
    if let Some(rendered) = &message.rendered {
        out["rendered"] = rendered.clone();
    }
    if let Some(error) = &message.error {
        out["error"] = error.clone();
    }
    if let Some(form) = world.form_state(&message.wamid) {
        out["form"] = form;
    }
    mark(message, &mut out);
    if let Some(media) = media(world, message) {
        out["media"] = media;
    }
    if let Some(group) = &message.group {
        out["group_id"] = Value::from(group.id.as_str());
        out["author"] = author(world, message);
        out["receipts"] = group.receipts.iter().map(|receipt| receipt_json(world, receipt)).collect();
    }
    out
}

/// Who wrote it for the business, and what became of it since; without what doesn't apply.
fn mark(message: &Message, out: &mut Value) {
    let marks = &message.marks;
    if marks.from_app {
        out["from_app"] = Value::from(true);
    }
    if let Some(responder) = &marks.responder {
        out["responder"] = Value::from(responder.as_str());
    }
    for (name, at) in [("edited_at", marks.edited_at), ("revoked_at", marks.revoked_at)] {
        if let Some(at) = at {
            out[name] = Value::from(rfc3339(at));
        }
    }
}

fn reaction(reaction: &Reaction) -> Value {
    let from = if reaction.by == Direction::Inbound { "customer" } else { "business" };
    let mut out = json!({ "emoji": reaction.emoji, "from": from });
    if let Some(who) = &reaction.who {
        out["wa_id"] = Value::from(who.as_str());
    }
    out
}

/// Who said something in a group.
fn author(world: &World, message: &Message) -> Value {
    match message.direction {
        Direction::Inbound => {
            let name = world.customers.get(&message.wa_id).map(|customer| customer.name.as_str());
            json!({ "wa_id": message.wa_id, "name": name, "business": false })
        }
        Direction::Outbound => {
            let name = world.numbers.get(&message.phone_number_id).map(|n| n.verified_name.as_str());
            json!({ "wa_id": Value::Null, "name": name, "business": true })
        }
    }
}

fn receipt_json(world: &World, receipt: &Receipt) -> Value {
    let name = world.customers.get(&receipt.wa_id).map(|customer| customer.name.as_str());
    let mut out = json!({ "wa_id": receipt.wa_id, "name": name, "state": receipt.state.name() });
    if let Value::Object(map) = &mut out {
        map.extend(receipt.at.to_json());
    }
    out
}

/// A message the business sent, as `GET /_control/messages` lists it.
pub(super) fn sent(message: &Message) -> Value {
    let mut out = json!({
        "wamid": message.wamid, "phone_number_id": message.phone_number_id, "wa_id": message.wa_id,
        "type": message.kind, "content": message.content, "state": message.state.name(),
        "biz_opaque_callback_data": message.callback_data, "context": message.context,
        "input": message.addressed.as_ref().map(|a| a.input.as_str()), "pricing": message.price.as_ref().map(|p| &p.webhook),
        "cost_usd": message.price.as_ref().and_then(|p| p.micros).map(|micros| Micros(micros).to_string()),
        "market": message.price.as_ref().and_then(|p| p.market.as_deref()),
        "error": message.error,
    });
    if let Value::Object(map) = &mut out {
        map.extend(message.at.to_json());
    }
    if let Some(group) = &message.group {
        out["group_id"] = Value::from(group.id.as_str());
    }
    mark(message, &mut out);
    out
}

/// The customer's own ticks: one grey when sent, two when the business's system has it, blue when it was read.
fn tick(message: &Message) -> Value {
    match (message.direction, message.state) {
        (Direction::Outbound, _) => Value::Null,
        (Direction::Inbound, State::Read) => Value::from("read"),
        (Direction::Inbound, State::Delivered) => Value::from("delivered"),
        (Direction::Inbound, _) => Value::from("sent"),
    }
}

fn shown_at(message: &Message) -> i64 {
    let at = &message.at;
    match message.direction {
        Direction::Inbound => at.sent,
        Direction::Outbound => at.accepted,
    }
    .unwrap_or(0)
}

fn quote(world: &World, wamid: &str) -> Value {
    let Some(message) = world.messages.get(wamid) else { return json!({ "wamid": wamid }) };
    json!({ "wamid": wamid, "direction": message.direction.name(), "type": message.kind, "preview": preview(message) })
}

fn media(world: &World, message: &Message) -> Option<Value> {
    if let Some(media) = message.media_id.as_ref().and_then(|id| world.media.get(id)) {
        return Some(json!({
            "id": media.id, "url": format!("/_control/media/{}", media.id), "mime_type": media.mime_type,
            "filename": media.filename, "size": media.size,
        }));
    }
    let link = message.media_part()?["link"].as_str()?;
    Some(json!({ "url": link, "mime_type": Value::Null, "filename": Value::Null, "size": Value::Null }))
}

/// The newest message of a chat, as a chat list shows it.
pub(super) fn last(message: &Message) -> Value {
    json!({
        "wamid": message.wamid, "direction": message.direction.name(), "at": rfc3339(shown_at(message)),
        "preview": preview(message),
    })
}

/// One line about a message, as a chat list shows it.
pub(crate) fn preview(message: &Message) -> String {
    if let Some(rendered) = &message.rendered {
        return rendered["body"].as_str().unwrap_or("Template").to_owned();
    }
    let body = message.body();
    let caption = body["caption"].as_str();
    match message.kind.as_str() {
        "text" => body["body"].as_str().unwrap_or("").to_owned(),
        "interactive" => interactive_preview(body),
        "button" => body["text"].as_str().unwrap_or("").to_owned(),
        "image" => format!("📷 {}", caption.unwrap_or("Photo")),
        "video" => format!("🎬 {}", caption.unwrap_or("Video")),
        "audio" => "🎤 Audio".to_owned(),
        "document" => format!("📄 {}", body["filename"].as_str().or(caption).unwrap_or("Document")),
        "sticker" => "Sticker".to_owned(),
        "location" => format!("📍 {}", body["name"].as_str().unwrap_or("Location")),
        "contacts" => "👤 Contact".to_owned(),
        "pin" => "📌 Pinned message".to_owned(),
        "reaction" => format!("Reacted {}", body["emoji"].as_str().unwrap_or("")),
        "order" => "🛒 Order".to_owned(),
        "edit" => "Edited a message".to_owned(),
        "revoke" => "Deleted a message".to_owned(),
        "unsupported" => "Unsupported message".to_owned(),
        other => other.to_owned(),
    }
}

fn interactive_preview(body: &Value) -> String {
    let reply = body["button_reply"]["title"].as_str().or(body["list_reply"]["title"].as_str());
    if let Some(form) = body["nfm_reply"]["name"].as_str() {
        return if form == "address_message" { "📍 Address" } else { "📝 Form sent" }.to_owned();
    }
    if let Some(answer) = body["call_permission_reply"]["response"].as_str() {
        return format!("📞 Calls: {answer}");
    }
    reply.or(body["body"]["text"].as_str()).unwrap_or("Message").to_owned()
}

/// The inbound message that tapping something on this one sends.
pub(crate) fn tap(message: &Message, wanted: &Value) -> Option<Value> {
    if message.direction == Direction::Inbound {
        return None;
    }
    let context = json!({ "message_id": message.wamid });
    if let Some(rendered) = &message.rendered {
        let quick = rendered["buttons"].as_array()?.iter().filter(|b| b["type"] == "QUICK_REPLY");
        let button = pick(quick, wanted, "payload", "text")?;
        let part = json!({ "text": button["text"], "payload": button["payload"] });
        return Some(json!({ "type": "button", "button": part, "context": context }));
    }
    let action = &message.body()["action"];
    if let Some(buttons) = action["buttons"].as_array() {
        let reply = pick(buttons.iter().map(|b| &b["reply"]), wanted, "id", "title")?;
        let part =
            json!({ "type": "button_reply", "button_reply": { "id": reply["id"], "title": reply["title"] } });
        return Some(json!({ "type": "interactive", "interactive": part, "context": context }));
    }
    let sections = action["sections"].as_array()?;
    let rows = sections.iter().flat_map(|s| s["rows"].as_array().into_iter().flatten());
    let row = pick(rows, wanted, "id", "title")?;
    let mut reply = json!({ "id": row["id"], "title": row["title"] });
    if let Some(description) = row.get("description") {
        reply["description"] = description.clone();
    }
    let part = json!({ "type": "list_reply", "list_reply": reply });
    Some(json!({ "type": "interactive", "interactive": part, "context": context }))
}

fn pick<'a>(
    mut choices: impl Iterator<Item = &'a Value>,
    wanted: &Value,
    id_key: &str,
    title_key: &str,
) -> Option<&'a Value> {
    if let Some(index) = wanted["index"].as_u64() {
        return choices.nth(usize::try_from(index).ok()?);
    }
    let (id, title) = (wanted["id"].as_str(), wanted["title"].as_str());
    if id.is_none() && title.is_none() {
        return choices.next();
    }
    choices.find(|c| id.is_some_and(|id| c[id_key] == id) || title.is_some_and(|t| c[title_key] == t))
}
