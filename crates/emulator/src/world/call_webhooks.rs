//! The webhooks of calls, and session descriptions for those who bring none.

use serde_json::{Value, json};

use super::World;
use super::calls::{Call, Caller};
use super::group_webhooks::error_without_link;
use crate::clock::unix_seconds;
use crate::config::Config;
use crate::dice::Dice;
use crate::webhooks::body;
use crate::webhooks::emit::Notice;

impl World {
    /// A customer's call has come, or a customer has taken ours: with the session of their side.
    pub(crate) fn emit_connect(&mut self, config: &Config, id: &str) {
        let Some(call) = self.calls.all.get(id).cloned() else { return };
        let mut entry = self.call_json(&call, "connect");
        let (kind, sdp) = match call.by {
            Caller::User => ("offer", call.offer.as_str()),
            Caller::Business => ("answer", call.answer.as_deref().unwrap_or("")),
        };
        entry["session"] = json!({ "sdp_type": kind, "sdp": sdp });
        put(&mut entry, "cta_payload", call.cta_payload.as_deref());
        put(&mut entry, "deeplink_payload", call.deeplink_payload.as_deref());
        self.notify_call(config, &call, json!({ "calls": [entry] }));
    }

    pub(crate) fn emit_terminate(&mut self, config: &Config, id: &str) {
        let Some(call) = self.calls.all.get(id).cloned() else { return };
        let mut entry = self.call_json(&call, "terminate");
        entry["status"] = Value::from(self.open.call_status(call.completed()));
        if let (Some(start), Some(end)) = (call.accepted_at, call.ended_at) {
            entry["start_time"] = Value::from(unix_seconds(start));
            entry["end_time"] = Value::from(unix_seconds(end));
            entry["duration"] = Value::from(call.duration());
        }
        let mut value = json!({ "calls": [entry] });
        if let Some(code) = call.error {
            value["errors"] = json!([error_without_link(code)]);
        }
        self.notify_call(config, &call, value);
    }

    /// How far our call has come with the customer: `RINGING`, `ACCEPTED` or `REJECTED`.
    pub(crate) fn emit_call_status(&mut self, config: &Config, id: &str, status: &str) {
        let Some(call) = self.calls.all.get(id).cloned() else { return };
        let (phone, user_id) = self.called(&call);
        let mut entry = json!({
            "id": call.id, "type": "call", "status": status, "timestamp": unix_seconds(self.now),
        });
        put(&mut entry, "recipient_id", phone.as_deref());
        put(&mut entry, "recipient_user_id", user_id.as_deref());
        put(&mut entry, "biz_opaque_callback_data", call.callback_data.as_deref());
        self.notify_call(config, &call, json!({ "statuses": [entry] }));
    }

    /// What every entry of `calls[]` begins with.
    fn call_json(&self, call: &Call, event: &str) -> Value {
        let number = self.numbers.get(&call.phone_number_id).map(|number| number.wa_id.as_str());
        let (phone, user_id) = self.called(call);
        let direction = if call.by == Caller::User { "USER_INITIATED" } else { "BUSINESS_INITIATED" };
        let mut entry = json!({
            "id": call.id, "event": event, "timestamp": unix_seconds(self.now), "direction": direction,
        });
        let (theirs, ours, their_user_id) = match call.by {
            Caller::User => ("from", "to", "from_user_id"),
            Caller::Business => ("to", "from", "to_user_id"),
        };
        put(&mut entry, ours, number);
        put(&mut entry, theirs, phone.as_deref());
        put(&mut entry, their_user_id, user_id.as_deref());
        put(&mut entry, "biz_opaque_callback_data", call.callback_data.as_deref());
        entry
    }

    /// The person's phone as far as it is shown, and their user id.
    fn called(&self, call: &Call) -> (Option<String>, Option<String>) {
        let number = call.phone_number_id.as_str();
        let Some(customer) = self.customers.get(&call.wa_id) else {
            return (Some(call.wa_id.clone()), None);
        };
        let shown = call.by_phone || self.phone_shown(number, customer);
        (shown.then(|| call.wa_id.clone()), Some(self.user_id(number, customer).to_owned()))
    }

    fn notify_call(&mut self, config: &Config, call: &Call, parts: Value) {
        let Some(number) = self.numbers.get(&call.phone_number_id) else { return };
        let mut value = body::value(number);
        let entry_id = number.waba_id.clone();
        if let Some(customer) = self.customers.get(&call.wa_id) {
            value["contacts"] = json!([self.contact_json(&call.phone_number_id, customer, call.by_phone)]);
        }
        if let (Some(value), Value::Object(parts)) = (value.as_object_mut(), parts) {
            value.extend(parts);
        }
        let notice = Notice {
            entry_id,
            phone_number_id: Some(call.phone_number_id.clone()),
            field: "calls",
            kind: "calls",
            wamid: Some(call.id.clone()),
            wa_id: call.wa_id.clone(),
            value,
        };
        self.notify(config, notice);
    }
}

fn put(entry: &mut Value, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        entry[key] = Value::from(text);
    }
}

/// Whether a text can be a session description: its version, and sound.
pub(crate) fn is_sdp(text: &str) -> bool {
    text.starts_with("v=0") && text.lines().any(|line| line.starts_with("m=audio"))
}

/// A well-formed session description that leads nowhere: Opus over DTLS-SRTP on the loopback address.
pub(super) fn fake_sdp(dice: &mut Dice) -> String {
    let (session, ufrag, password) = (dice.numeric_id(19), dice.alphanumeric(4), dice.alphanumeric(24));
    let port = dice.between(3_478, 3_500);
    let digest = dice.hex_upper(64);
    let fingerprint: Vec<&str> = (0..32).filter_map(|at| digest.get(at * 2..at * 2 + 2)).collect();
    [
        "v=0",
        &format!("o=- {session} 2 IN IP4 127.0.0.1"),
        "s=-",
        "t=0 0",
        "a=group:BUNDLE audio",
        "a=ice-lite",
        &format!("m=audio {port} UDP/TLS/RTP/SAVPF 111 126"),
        "c=IN IP4 127.0.0.1",
        "a=rtcp-mux",
        &format!("a=ice-ufrag:{ufrag}"),
        &format!("a=ice-pwd:{password}"),
        &format!("a=fingerprint:sha-256 {}", fingerprint.join(":")),
        &format!("a=candidate:1 1 udp 2122260223 127.0.0.1 {port} typ host generation 0"),
        "a=setup:actpass",
        "a=mid:audio",
        "a=sendrecv",
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        "a=rtpmap:126 telephone-event/8000",
        "",
    ]
    .join("\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_up_is_well_formed() {
        let sdp = fake_sdp(&mut Dice::new(1, "ids"));
        assert!(is_sdp(&sdp) && sdp.ends_with("\r\n"), "{sdp}");
        assert!(sdp.lines().all(|line| line.as_bytes().get(1) == Some(&b'=')));
        assert!(!is_sdp("hello") && !is_sdp("v=0\r\ns=-\r\n"));
    }
}
