//! Messages from customers: what a phone sends, completed as the platform would, and reported by webhook.

use serde_json::{Map, Value, json};

use crate::config::Config;
use crate::control::error::ControlError;
use crate::wamid;
use crate::world::World;
use crate::world::account::{DAY, Media};
use crate::world::message::{Direction, InGroup, MEDIA_KINDS, Marks, Message, Moments, State};
use crate::world::rewrite;

/// Longest text that a person can send, in characters.
const TEXT_MAX: usize = 65_536;

impl World {
    /// A customer sends `body`, Cloud-API-shaped (`{"type": …, "<type>": {…}, "context": {"message_id": …}}`).
    pub(crate) fn receive(
        &mut self,
        config: &Config,
        wa_id: &str,
        phone_number_id: &str,
        body: &Value,
    ) -> Result<String, ControlError> {
        let customer = self.customers.get(wa_id).ok_or_else(|| ControlError::not_found("customer", wa_id))?;
        if customer.blocked.iter().any(|id| id == phone_number_id) {
            return Err(ControlError::invalid(
                "",
                "the customer has blocked this phone number; unblock it first",
            ));
        }
        let group = self.group_written_to(wa_id, phone_number_id, body)?;
        let chat_key = group.as_deref().unwrap_or(wa_id);
        let phone_visible = self.phone_shown(phone_number_id, customer);
        let dropped = group.is_none()
            && self.numbers.get(phone_number_id).is_some_and(|number| number.has_blocked(wa_id));
        let auto_read = customer.auto_read;
        let quoted = quoted(body);
        let mut content = shape(body)?;
        let kind = content["type"].as_str().unwrap_or("text").to_owned();
        let context = self.complete(config, phone_number_id, chat_key, &kind, &mut content, quoted)?;
        let mut message = self.inbound_message(wa_id, phone_number_id, kind, content, context);
        if dropped {
            return Ok(self.keep_unheard(config, message));
        }
        if phone_visible {
            self.phone_met(phone_number_id, wa_id);
        }
        if let Some(number) = self.numbers.get_mut(phone_number_id) {
            number.throughput.count(self.now);
        }
        let opens = message.kind != "reaction" || self.open.reactions_open_window;
        let until = self.now + DAY;
        let chat = self.chat(phone_number_id, chat_key);
        if opens {
            chat.open_window(until);
        }
        if message.content.get("referral").is_some() {
            chat.clicked_at = message.at.sent;
        }
        match &group {
            _ if !auto_read => 0,
            Some(group) => self.read_group(config, group, wa_id),
            None => self.read_all(config, phone_number_id, wa_id),
        };
        if group.is_some() {
            self.react_in_group(&message);
        }
        message.group = group.map(|id| InGroup { id, receipts: Vec::new() });
        let wamid = message.wamid.clone();
        self.keep(config, message.clone());
        self.count_tap(&message);
        self.emit_message(config, &message);
        self.announce("message", phone_number_id, wa_id, Some(&wamid));
        Ok(wamid)
    }

    /// A message to a number that has blocked the customer: the phone shows one tick for ever, the business never hears
    /// of it.
    fn keep_unheard(&mut self, config: &Config, message: Message) -> String {
        let (wamid, number) = (message.wamid.clone(), message.phone_number_id.clone());
        let wa_id = message.wa_id.clone();
        self.keep(config, message);
        self.announce("message", &number, &wa_id, Some(&wamid));
        wamid
    }

    pub(crate) fn inbound_message(
        &mut self,
        wa_id: &str,
        phone_number_id: &str,
        kind: String,
        content: Value,
        context: Option<String>,
    ) -> Message {
        let media_id = MEDIA_KINDS
            .contains(&kind.as_str())
            .then(|| content[kind.as_str()]["id"].as_str().map(str::to_owned))
            .flatten();
        Message {
            wamid: wamid::new(&mut self.ids, wa_id, false),
            phone_number_id: phone_number_id.to_owned(),
            wa_id: wa_id.to_owned(),
            direction: Direction::Inbound,
            kind,
            content,
            context,
            callback_data: None,
            addressed: None,
            state: State::Sent,
            at: Moments { sent: Some(self.now), ..Moments::default() },
            error: None,
            price: None,
            priced: false,
            reactions: Vec::new(),
            rendered: None,
            media_id,
            expires_at: None,
            template: None,
            group: None,
            marks: Marks::default(),
            recovers: false,
        }
    }

    /// Adds what the platform adds (media facts, titles of tapped buttons) and says which message is answered.
    fn complete(
        &mut self,
        config: &Config,
        phone_number_id: &str,
        wa_id: &str,
        kind: &str,
        content: &mut Value,
        quoted: Option<String>,
    ) -> Result<Option<String>, ControlError> {
        match kind {
            "text" => check_text(content).map(|()| quoted),
            "interactive" => self.complete_reply(phone_number_id, wa_id, content, quoted),
            "button" => self.complete_button(phone_number_id, wa_id, content, quoted),
            "reaction" => self.react(content).map(|()| None),
            kind if MEDIA_KINDS.contains(&kind) => {
                self.complete_media(config, kind, content).map(|()| quoted)
            }
            _ => Ok(quoted),
        }
    }

    pub(crate) fn complete_media(
        &mut self,
        config: &Config,
        kind: &str,
        content: &mut Value,
    ) -> Result<(), ControlError> {
        let field = format!("{kind}.id");
        let id = content[kind]["id"].as_str().map(str::to_owned);
        let id = id.ok_or_else(|| {
            ControlError::invalid(
                &field,
                "a media message needs the id of an uploaded file, or the file as multipart",
            )
        })?;
        let hash = format!("AR{}", self.ids.alphanumeric(40));
        let now = self.now;
        let media = self
            .media
            .get_mut(&id)
            .ok_or_else(|| ControlError::invalid(&field, "no media file has this id"))?;
        let url = media.mint_url(&config.public_url, "webhook", hash, now);
        let part = &mut content[kind];
        part["mime_type"] = Value::from(media.mime_type.as_str());
        part["sha256"] = Value::from(sha256_base64(media));
        part["url"] = Value::from(url);
        if kind == "document" && part["filename"].is_null() {
            part["filename"] = Value::from(media.filename.as_deref().unwrap_or("document"));
        }
        if kind == "audio" && part["voice"].is_null() {
            part["voice"] = Value::from(media.mime_type.contains("ogg") || media.mime_type.contains("opus"));
        }
        if kind == "sticker" && part["animated"].is_null() {
            part["animated"] = Value::from(false);
        }
        Ok(())
    }

    /// `button_reply` and `list_reply`: title and answered message are found by the id when they are left out.
    fn complete_reply(
        &mut self,
        phone_number_id: &str,
        wa_id: &str,
        content: &mut Value,
        quoted: Option<String>,
    ) -> Result<Option<String>, ControlError> {
        let reply = &mut content["interactive"];
        let kind = match reply["type"].as_str() {
            Some(kind) => kind.to_owned(),
            None => {
                let kind = if reply["list_reply"].is_object() { "list_reply" } else { "button_reply" };
                reply["type"] = Value::from(kind);
                kind.to_owned()
            }
        };
        if kind == "call_permission_reply" {
            return self.answer_permission(phone_number_id, wa_id, content, quoted);
        }
        if kind != "button_reply" && kind != "list_reply" {
            return Ok(quoted);
        }
        let field = format!("interactive.{kind}.id");
        let Some(id) = reply[kind.as_str()]["id"].as_str().map(str::to_owned) else {
            return Err(ControlError::invalid(&field, "a reply needs the id of what was tapped"));
        };
        let choice = self.find_choice(phone_number_id, wa_id, quoted.as_deref(), &id);
        let part = &mut content["interactive"][kind.as_str()];
        let Some((wamid, title, description)) = choice else {
            drop_null(part, "description");
            let known = part["title"].is_string().then_some(quoted);
            let unknown = "the phone shows no button or row with this id; give its title";
            return known.ok_or_else(|| ControlError::invalid(&field, unknown));
        };
        if part["title"].is_null() {
            part["title"] = Value::from(title);
        }
        if let (true, Some(description)) = (part["description"].is_null(), description) {
            part["description"] = Value::from(description);
        }
        drop_null(part, "description");
        Ok(Some(wamid))
    }

    /// The newest message to this customer that offers `id`, or the quoted one.
    fn find_choice(
        &self,
        phone_number_id: &str,
        wa_id: &str,
        quoted: Option<&str>,
        id: &str,
    ) -> Option<(String, String, Option<String>)> {
        let chat = self.chat_if_any(phone_number_id, wa_id)?;
        let newest_first = chat.messages.iter().rev().filter_map(|w| self.messages.get(w));
        let offering = newest_first.filter(|m| {
            m.direction == Direction::Outbound
                && quoted.is_none_or(|q| q == m.wamid)
                && m.kind == "interactive"
        });
        for message in offering {
            if let Some((title, description)) = choice(message.body(), id) {
                return Some((message.wamid.clone(), title, description));
            }
        }
        None
    }

    /// A template's quick reply: payload and text complete each other.
    fn complete_button(
        &mut self,
        phone_number_id: &str,
        wa_id: &str,
        content: &mut Value,
        quoted: Option<String>,
    ) -> Result<Option<String>, ControlError> {
        let part = content["button"].clone();
        let (payload, text) = (part["payload"].as_str(), part["text"].as_str());
        let Some(wanted) = text.or(payload) else {
            return Err(ControlError::invalid("button.text", "a quick reply needs its text or payload"));
        };
        let found = self.chat_if_any(phone_number_id, wa_id).and_then(|chat| {
            chat.messages
                .iter()
                .rev()
                .filter(|w| quoted.as_ref().is_none_or(|q| q == *w))
                .filter_map(|w| self.messages.get(w))
                .find_map(|m| quick_reply(m, wanted))
        });
        let (wamid, shown_text, shown_payload) = match found {
            Some((wamid, text, payload)) => (Some(wamid), text, payload),
            None => (quoted, wanted.to_owned(), wanted.to_owned()),
        };
        content["button"] = json!({
            "text": text.unwrap_or(&shown_text),
            "payload": payload.unwrap_or(&shown_payload),
        });
        Ok(wamid)
    }

    fn react(&mut self, content: &mut Value) -> Result<(), ControlError> {
        let part = &mut content["reaction"];
        let emoji = part["emoji"].as_str().unwrap_or("").to_owned();
        if emoji.is_empty() {
            // A reaction taken back has no emoji at all.
            drop_key(part, "emoji");
        }
        let target = part["message_id"]
            .as_str()
            .and_then(|id| self.messages.get_mut(id))
            .ok_or_else(|| ControlError::invalid("reaction.message_id", "no message has this id"))?;
        if target.group.is_none() {
            target.react(Direction::Inbound, &emoji);
        }
        Ok(())
    }
}

/// `type` and its part, in the platform's form; `context` keeps all but the quoted message.
fn shape(body: &Value) -> Result<Value, ControlError> {
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

fn quoted(body: &Value) -> Option<String> {
    let context = body.get("context")?;
    context.get("message_id").or_else(|| context.get("id"))?.as_str().map(str::to_owned)
}

fn check_text(content: &Value) -> Result<(), ControlError> {
    match content["text"]["body"].as_str().map(|b| b.chars().count()) {
        Some(length) if (1..=TEXT_MAX).contains(&length) => Ok(()),
        _ => Err(ControlError::invalid("text.body", "a text has 1 to 65536 characters")),
    }
}

/// Title and description of a button or row in an interactive message.
fn choice(interactive: &Value, id: &str) -> Option<(String, Option<String>)> {
    let action = &interactive["action"];
    let buttons = action["buttons"].as_array().into_iter().flatten().map(|b| &b["reply"]);
    let rows = action["sections"].as_array().into_iter().flatten();
    let rows = rows.flat_map(|s| s["rows"].as_array().into_iter().flatten());
    let found = buttons.chain(rows).find(|c| c["id"] == id)?;
    Some((found["title"].as_str()?.to_owned(), found["description"].as_str().map(str::to_owned)))
}

/// Id, text and payload of a template message's quick reply.
fn quick_reply(message: &Message, wanted: &str) -> Option<(String, String, String)> {
    let buttons = message.rendered.as_ref()?["buttons"].as_array()?;
    let button = buttons.iter().find(|b| {
        b["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case("QUICK_REPLY"))
            && (b["text"] == wanted || b["payload"] == wanted)
    })?;
    let text = button["text"].as_str()?.to_owned();
    let payload = button["payload"].as_str().unwrap_or(&text).to_owned();
    Some((message.wamid.clone(), text, payload))
}

pub(crate) fn sha256_base64(media: &Media) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(media.sha256)
}

fn drop_null(part: &mut Value, key: &str) {
    if part[key].is_null() {
        drop_key(part, key);
    }
}

fn drop_key(part: &mut Value, key: &str) {
    if let Some(map) = part.as_object_mut() {
        map.remove(key);
    }
}
