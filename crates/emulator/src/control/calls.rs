//! Calls from the customer's side: calling, answering, hanging up, and allowing to be called.

use serde::Deserialize;
use serde_json::{Value, json};

use super::customers::{known, number};
use super::{Answer, Control, ControlError};
use crate::world::World;
use crate::world::account::MINUTE;
use crate::world::call_webhooks::is_sdp;
use crate::world::calls::{Call, CallState, Caller, Dialed};
use crate::world::message::Direction;

/// How long a call button works when it doesn't say, in minutes: a week.
const BUTTON_MINUTES: i64 = 10_080;

/// Which calls to list.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct CallQuery {
    /// Only of this number.
    pub phone_number_id: Option<String>,
    /// Only with this customer.
    pub wa_id: Option<String>,
    /// Only those that are going on (`true`), or have ended (`false`).
    pub live: Option<bool>,
}

impl Control {
    /// `GET /_control/calls`: calls that are going on and the latest that ended, oldest first.
    pub fn calls(&self, query: &CallQuery) -> Value {
        let fits = |want: &Option<String>, is: &str| want.as_deref().is_none_or(|want| want == is);
        self.shared.with(|world| {
            let wanted = |call: &&Call| {
                fits(&query.phone_number_id, &call.phone_number_id)
                    && fits(&query.wa_id, &call.wa_id)
                    && query.live.is_none_or(|live| live == call.is_live())
            };
            let mut found: Vec<&Call> = world.calls.all.values().filter(wanted).collect();
            found.sort_by_key(|call| call.at);
            json!({ "data": found.into_iter().map(Call::to_json).collect::<Vec<_>>() })
        })
    }

    /// `GET /_control/calls/{id}`.
    ///
    /// # Errors
    /// No such call, or it is no longer remembered.
    pub fn call(&self, id: &str) -> Answer {
        let unknown = || ControlError::not_found("call", id);
        self.shared.with(|world| world.calls.all.get(id).map(Call::to_json).ok_or_else(unknown))
    }

    /// `POST /_control/customers/{id}/calls {action, phone_number_id?, …}`. `call {sdp?, message_id?,
    /// deeplink_payload?}` rings at the business; with `message_id` by that message's call button. `accept {sdp?}`,
    /// `reject`, `hang_up` and `fail {code}` (it breaks off: 138019 to 138023) are about the call going on, or
    /// `call_id`. `permission {response: "accept"|"reject", permanent?, message_id?}` answers whether the business may
    /// call. Session descriptions are made up when none is given.
    ///
    /// # Errors
    /// An unknown customer, number, call or action; what can't be done with the call now (409).
    pub fn act_on_call(&self, id: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        let sdp = sdp(body)?;
        let action = body["action"].as_str().unwrap_or("");
        if action == "permission" {
            return self.answer_call_permission(id, body);
        }
        self.shared.with(|world| {
            let wa_id = known(world, id)?;
            let number = number(world, body["phone_number_id"].as_str())?;
            if action == "call" {
                let dialed = dialed(world, &number, &wa_id, sdp, body)?;
                let call = world.customer_calls(config, &wa_id, &number, dialed)?;
                return Ok(world.calls.all[&call].to_json());
            }
            let call = going_on(world, &number, &wa_id, body["call_id"].as_str())?;
            let (call_id, state, by) = (call.id.clone(), call.state, call.by);
            match (action, by, state) {
                ("accept", Caller::Business, CallState::Ringing) => {
                    world.customer_answers(config, &call_id, sdp);
                }
                ("reject", Caller::Business, CallState::Ringing) => world.customer_rejects(config, &call_id),
                ("accept" | "reject", ..) => {
                    return Err(ControlError::conflict("action", "the customer's phone isn't ringing"));
                }
                ("hang_up", ..) => world.end_call(config, &call_id, None),
                ("fail", ..) => {
                    world.end_call(config, &call_id, Some(body["code"].as_i64().unwrap_or(138_021)))
                }
                _ => {
                    let actions = "an action is call, accept, reject, hang_up, fail or permission";
                    return Err(ControlError::invalid("action", actions));
                }
            }
            Ok(world.calls.all[&call_id].to_json())
        })
    }

    /// The answer is a message of the customer's, as on the platform.
    fn answer_call_permission(&self, id: &str, body: &Value) -> Answer {
        let reply = json!({ "response": body["response"], "is_permanent": body["permanent"] == true });
        let part = json!({ "type": "call_permission_reply", "call_permission_reply": reply });
        let mut message = json!({ "type": "interactive", "interactive": part });
        for (given, key) in [("phone_number_id", "phone_number_id"), ("message_id", "context")] {
            match body[given].as_str() {
                Some(text) if key == "context" => message[key] = json!({ "message_id": text }),
                Some(text) => message[key] = Value::from(text),
                None => {}
            }
        }
        let sent = self.send(id, &message)?;
        self.shared.with(|world| {
            let (number, wa_id) = (sent["phone_number_id"].as_str(), sent["wa_id"].as_str());
            let permit = world.permit_now(number.unwrap_or(""), wa_id.unwrap_or(""));
            let mut answer = sent.clone();
            answer["permission"] = permit.to_json(world.now);
            Ok(answer)
        })
    }
}

fn sdp(body: &Value) -> Result<Option<String>, ControlError> {
    match body.get("sdp").filter(|sdp| !sdp.is_null()) {
        None => Ok(None),
        Some(sdp) => {
            let text = sdp.as_str().filter(|text| is_sdp(text)).map(str::to_owned);
            let wrong =
                || ControlError::invalid("sdp", "a session description begins with v=0 and has m=audio");
            text.ok_or_else(wrong).map(Some)
        }
    }
}

fn going_on<'a>(
    world: &'a World,
    number: &str,
    wa_id: &str,
    id: Option<&str>,
) -> Result<&'a Call, ControlError> {
    let call = match id {
        Some(id) => {
            let call = world.calls.all.get(id).filter(|call| call.wa_id == wa_id);
            call.ok_or_else(|| ControlError::not_found("call", id))?
        }
        None => {
            let none = || ControlError::conflict("", "no call with this phone number is going on");
            world.calls.between(number, wa_id).ok_or_else(none)?
        }
    };
    if call.is_live() { Ok(call) } else { Err(ControlError::conflict("call_id", "the call has ended")) }
}

/// A call with what its button or link says.
fn dialed(
    world: &World,
    number: &str,
    wa_id: &str,
    offer: Option<String>,
    body: &Value,
) -> Result<Dialed, ControlError> {
    let cta_payload = match body["message_id"].as_str() {
        None => None,
        Some(wamid) => {
            let message = world.messages.get(wamid).filter(|m| {
                m.phone_number_id == number && m.wa_id == wa_id && m.direction == Direction::Outbound
            });
            let content =
                message.map(|m| (m.body(), m.rendered.as_ref(), m.at.accepted.unwrap_or(world.now)));
            let button = content.and_then(|(body, rendered, at)| button(body, rendered).map(|b| (b, at)));
            let none = || ControlError::invalid("message_id", "this message has no call button");
            let ((minutes, payload), at) = button.ok_or_else(none)?;
            if world.now - at > minutes * MINUTE {
                return Err(ControlError::conflict("message_id", "the call button has expired"));
            }
            payload
        }
    };
    let deeplink_payload = body["deeplink_payload"].as_str().map(str::to_owned);
    Ok(Dialed {
        by: Caller::User,
        by_phone: false,
        offer,
        callback_data: None,
        cta_payload,
        deeplink_payload,
    })
}

/// How long a message's call button works, in minutes, and what it carries.
fn button(body: &Value, rendered: Option<&Value>) -> Option<(i64, Option<String>)> {
    let is = |value: &Value| value.as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("voice_call"));
    let facts = |part: &Value, usual: i64| {
        (part["ttl_minutes"].as_i64().unwrap_or(usual), part["payload"].as_str().map(str::to_owned))
    };
    if is(&body["type"]) {
        return Some(facts(&body["action"]["parameters"], BUTTON_MINUTES));
    }
    let shown = rendered?["buttons"].as_array()?.iter().find(|button| is(&button["type"]))?;
    let usual = shown["ttl_minutes"].as_i64().unwrap_or(BUTTON_MINUTES);
    let sent = body["components"].as_array().into_iter().flatten().find(|part| is(&part["sub_type"]));
    let parameter = sent.map_or(Value::Null, |part| part["parameters"][0].clone());
    Some(facts(&parameter, usual))
}
