//! The webhooks of conversation routing: what responders that don't own a thread see, and who owns it now.

use serde_json::{Value, json};

use super::World;
use super::message::Message;
use super::routing::{AGENT, Change};
use crate::clock::unix_seconds;
use crate::config::Config;
use crate::webhooks::body;
use crate::webhooks::emit::Notice;
use crate::webhooks::route::Audience;

impl World {
    /// A copy of what the owner gets, for the others.
    pub(crate) fn emit_standby(&mut self, config: &Config, owner: &str, original: &Notice, value: &Value) {
        let mut standby = json!({});
        for part in ["contacts", "messages", "statuses"] {
            // Statuses stand alone.
            let left_out = part == "contacts" && value.get("statuses").is_some();
            if let Some(list) = value.get(part).filter(|_| !left_out) {
                standby[part] = list.clone();
            }
        }
        let number = original.phone_number_id.clone().unwrap_or_default();
        self.stand_by(config, owner, &number, &original.wa_id, standby);
    }

    /// What a responder sends, exactly as it sent it.
    pub(crate) fn emit_echo(&mut self, config: &Config, sender: &str, message: &Message, sent: &Value) {
        let mut echo = json!({ "id": message.wamid, "timestamp": unix_seconds(self.now), "message": sent });
        if message.kind == "template" {
            let name = &sent["template"]["name"];
            let language = &sent["template"]["language"]["code"];
            let waba = self.numbers.get(&message.phone_number_id).map(|number| &number.waba_id);
            let template = self.templates.values().find(|t| {
                Some(&t.waba_id) == waba && *name == t.name.as_str() && *language == t.language.as_str()
            });
            if let Some(t) = template {
                echo["template"] = json!({
                    "name": t.name, "language": t.language, "category": t.category,
                    "components": t.components, "status": t.status,
                });
            }
        }
        let standby = json!({ "message_echoes": [echo] });
        self.stand_by(config, sender, &message.phone_number_id, &message.wa_id, standby);
    }

    fn stand_by(&mut self, config: &Config, but: &str, number: &str, wa_id: &str, standby: Value) {
        let Some(number) = self.numbers.get(number) else { return };
        let mut value = body::value(number);
        value["standby"] = standby;
        let notice = Notice {
            entry_id: number.waba_id.clone(),
            phone_number_id: Some(number.id.clone()),
            field: "standby",
            kind: "standby",
            wamid: None,
            wa_id: wa_id.to_owned(),
            value,
        };
        self.notify_to(config, notice, Audience::AllBut(but));
    }

    /// `control_passed` or `control_taken`: from whom to whom.
    pub(super) fn emit_handover(
        &mut self,
        config: &Config,
        number: &str,
        wa_id: &str,
        kind: &str,
        change: &Change<'_>,
    ) {
        let (Some(number), Some(desk)) = (self.numbers.get(number), self.routing.numbers.get(number)) else {
            return;
        };
        let mut told = json!({});
        put(&mut told, "previous_owner_role", desk.role(change.before));
        put(&mut told, "new_owner_role", desk.role(change.after));
        put(&mut told, "previous_owner_app_id", Some(change.before));
        if change.before == AGENT {
            put(&mut told, "previous_owner_app_role", Some("meta_business_agent"));
        }
        put(&mut told, "new_owner_app_id", Some(change.after));
        put(&mut told, "metadata", change.metadata);
        if let Some(context) = &change.context {
            told["conversation_context"] = context.clone();
        }
        let mut sender = json!({});
        // No user id is shown here, so that of a customer without a visible phone nothing is.
        let visible = self.customers.get(wa_id).is_none_or(|c| self.phone_shown(&number.id, c));
        put(&mut sender, "phone_number", visible.then_some(wa_id));
        let value = json!({
            "messaging_product": "whatsapp", "sender": sender,
            "recipient": { "phone_number_id": number.id, "display_phone_number": number.wa_id },
            "type": kind, "timestamp": unix_seconds(self.now), (kind): told,
        });
        let notice = Notice {
            entry_id: number.waba_id.clone(),
            phone_number_id: Some(number.id.clone()),
            field: "messaging_handovers",
            kind: "messaging_handovers",
            wamid: None,
            wa_id: wa_id.to_owned(),
            value,
        };
        self.notify(config, notice);
    }
}

fn put(object: &mut Value, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        object[key] = Value::from(text);
    }
}
