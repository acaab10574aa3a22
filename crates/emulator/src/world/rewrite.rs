//! Messages changed and taken back after they were sent, by customers and by the business in its app.

use serde_json::{Value, json};

use super::World;
use super::account::{DAY, MINUTE};
use super::coexistence::written_at;
use super::message::{Direction, MEDIA_KINDS, Message};
use crate::clock::unix_seconds;
use crate::config::Config;
use crate::control::error::ControlError;

/// So long a message can be changed.
const EDIT_WITHIN: i64 = 15 * MINUTE;
/// So long it can be taken back.
const REVOKE_WITHIN: i64 = 2 * DAY;

/// What is done to a message.
#[derive(Clone, Debug)]
pub(crate) enum Rewrite {
    /// Another text, or caption.
    Edit(String),
    Revoke,
}

impl World {
    /// A customer changes or takes back their message. Numbers in the WhatsApp Business app hear of it as it is,
    /// others that something unsupported has come. The wamid of what the webhook says.
    pub(crate) fn customer_rewrites(
        &mut self,
        config: &Config,
        wa_id: &str,
        wamid: &str,
        rewrite: &Rewrite,
    ) -> Result<String, ControlError> {
        let message =
            self.rewritable(wamid, rewrite, |m| m.direction == Direction::Inbound && m.wa_id == wa_id)?;
        let number = message.phone_number_id.clone();
        let quoted = message.context.clone();
        let mut content = self.rewrite(wamid, rewrite)?;
        if !self.coexistence.is_on_app(&number) {
            // There is a word for changes, none for what was taken back.
            let word = if matches!(rewrite, Rewrite::Edit(_)) { "edit" } else { "unknown" };
            content = json!({
                "type": "unsupported", "unsupported": { "type": word }, "errors": [unsupported(131_051)],
            });
        } else if let (Rewrite::Edit(_), Some(quoted)) = (rewrite, quoted) {
            content["edit"]["message"]["context"] = json!({ "id": quoted });
        }
        let kind = content["type"].as_str().unwrap_or_default().to_owned();
        let told = self.inbound_message(wa_id, &number, kind, content, None);
        if self.numbers.get(&number).is_some_and(|number| number.has_blocked(wa_id)) {
            // As all that they write: the business never hears of it.
            self.announce("message", &number, wa_id, Some(wamid));
            return Ok(told.wamid);
        }
        if matches!(rewrite, Rewrite::Edit(_)) && self.open.edits_open_window {
            let until = self.now + DAY;
            self.chat(&number, wa_id).open_window(until);
        }
        self.emit_message(config, &told);
        self.announce("message", &number, wa_id, Some(wamid));
        Ok(told.wamid)
    }

    /// The business changes or takes back what it wrote in its app; reported as an echo.
    pub(crate) fn app_rewrites(
        &mut self,
        config: &Config,
        number: &str,
        wamid: &str,
        rewrite: &Rewrite,
    ) -> Result<String, ControlError> {
        let message = self.rewritable(wamid, rewrite, |m| m.marks.from_app && m.phone_number_id == number)?;
        let wa_id = message.wa_id.clone();
        let content = self.rewrite(wamid, rewrite)?;
        let told = self.outbound_message(number, &wa_id, content);
        let mut echo = self.written(&told);
        echo["timestamp"] = Value::from(unix_seconds(self.now));
        self.emit_app_echo(config, number, &wa_id, &told.wamid, echo);
        self.announce("message", number, &wa_id, Some(wamid));
        Ok(told.wamid)
    }

    fn rewritable(
        &self,
        wamid: &str,
        rewrite: &Rewrite,
        theirs: impl Fn(&Message) -> bool,
    ) -> Result<&Message, ControlError> {
        let message = self.messages.get(wamid).filter(|m| theirs(m) && m.group.is_none());
        let message = message.ok_or_else(|| ControlError::not_found("message", wamid))?;
        if message.marks.revoked_at.is_some() {
            return Err(ControlError::conflict("", "the message was taken back already"));
        }
        let age = self.now - written_at(message);
        let (limit, why) = match rewrite {
            Rewrite::Edit(_) => (EDIT_WITHIN, "a message can be changed for 15 minutes"),
            Rewrite::Revoke => (REVOKE_WITHIN, "a message can be taken back for two days"),
        };
        if age > limit { Err(ControlError::conflict("", why)) } else { Ok(message) }
    }

    /// Carries it out on the phone; what `edit` or `revoke` says of it.
    fn rewrite(&mut self, wamid: &str, rewrite: &Rewrite) -> Result<Value, ControlError> {
        let now = self.now;
        let message =
            self.messages.get_mut(wamid).ok_or_else(|| ControlError::not_found("message", wamid))?;
        let Rewrite::Edit(text) = rewrite else {
            message.marks.revoked_at = Some(now);
            return Ok(json!({ "type": "revoke", "revoke": { "original_message_id": wamid } }));
        };
        let key = match message.kind.as_str() {
            "text" => "body",
            kind if MEDIA_KINDS.contains(&kind) => "caption",
            _ => return Err(ControlError::invalid("type", "texts and captions can be changed")),
        };
        let kind = message.kind.clone();
        message.content[kind.as_str()][key] = Value::from(text.as_str());
        message.marks.edited_at = Some(now);
        let part = message.body().clone();
        Ok(json!({ "type": "edit", "edit": {
            "original_message_id": wamid, "message": { "type": kind, (kind.as_str()): part },
        } }))
    }
}

/// Why a message can't be shown, as inbound webhooks say it.
pub(crate) fn unsupported(code: i64) -> Value {
    let (title, details) = match code {
        131_060 => (
            "This message is unavailable",
            "This message is currently unavailable. Check the WhatsApp Business app.",
        ),
        _ => ("Message type unknown", "Message type is currently not supported."),
    };
    json!({ "code": code, "title": title, "message": title, "error_data": { "details": details } })
}
