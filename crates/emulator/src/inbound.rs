//! Messages from customers: what a phone sends, completed as the platform would, and reported by webhook.

mod shape;

use serde_json::{Value, json};

use crate::config::Config;
use crate::control::error::ControlError;
use crate::wamid;
use crate::world::World;
use crate::world::account::{DAY, Media};
use crate::world::message::{Direction, InGroup, MEDIA_KINDS, Marks, Message, Moments, State};
use shape::{asks_for_contact, check_text, complete_contacts, quoted, shape};

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
            let why = "the customer has blocked this phone number; unblock it first";
            return Err(ControlError::invalid("", why));
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
        let message = self.inbound_message(wa_id, phone_number_id, kind, content, context);
        if dropped {
            return Ok(self.keep_unheard(config, message));
        }
        if phone_visible {
            self.phone_met(phone_number_id, wa_id);
        }
        Ok(self.take_in(config, message, group, auto_read))
    }

    /// The business hears of a message: it counts, opens the window, and shows that what came before was read.
    fn take_in(
        &mut self,
        config: &Config,
        mut message: Message,
        group: Option<String>,
        auto_read: bool,
    ) -> String {
        let (number, wa_id) = (message.phone_number_id.clone(), message.wa_id.clone());
        if let Some(number) = self.numbers.get_mut(&number) {
            number.throughput.count(self.now);
        }
        let opens = message.kind != "reaction" || self.open.reactions_open_window;
        let until = self.now + DAY;
        let chat = self.chat(&number, group.as_deref().unwrap_or(&wa_id));
        if opens {
            chat.open_window(until);
        }
        if message.content.get("referral").is_some() {
            chat.clicked_at = message.at.sent;
        }
        match &group {
            _ if !auto_read => 0,
            Some(group) => self.read_group(config, group, &wa_id),
            None => self.read_all(config, &number, &wa_id),
        };
        if group.is_some() {
            self.react_in_group(&message);
        }
        message.group = group.map(|id| InGroup { id, receipts: Vec::new() });
        let wamid = message.wamid.clone();
        self.keep(config, message.clone());
        self.count_tap(&message);
        self.emit_message(config, &message);
        self.announce("message", &number, &wa_id, Some(&wamid));
        wamid
    }

    /// A message to a number that has blocked the customer: the phone shows one tick for ever, the business never hears
    /// of it.
    fn keep_unheard(&mut self, config: &Config, message: Message) -> String {
        let wamid = message.wamid.clone();
        let (number, wa_id) = (message.phone_number_id.clone(), message.wa_id.clone());
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
            "contacts" => {
                let asked =
                    quoted.as_ref().and_then(|id| self.messages.get(id)).is_some_and(asks_for_contact);
                complete_contacts(content, asked);
                Ok(quoted)
            }
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
    part.as_object_mut().and_then(|map| map.remove(key));
}
