//! Whether a business may call somebody: what they answered when asked, how often they may be asked and called, and
//! what follows when they don't pick up.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::account::DAY;
use crate::clock::{rfc3339, unix_seconds};
use crate::config::Config;
use crate::control::error::ControlError;
use crate::graph::error::GraphError;
use crate::phone;

/// How long a permission lasts that is not for good.
const TEMPORARY: i64 = 7 * DAY;
/// How often somebody may be asked: in a day, in a week.
const ASKED_PER_DAY: usize = 1;
const ASKED_PER_WEEK: usize = 2;
/// Unanswered calls in a row after which WhatsApp asks the person to reconsider, and after which it takes the
/// permission back.
const RECONSIDER_AFTER: u32 = 2;
const REVOKED_AFTER: u32 = 4;

/// What stands between a phone number and a person when it comes to calls.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Permit {
    granted: Option<Grant>,
    /// When the person was asked, since the last call that they took.
    asked: Vec<i64>,
    /// The message that asked last.
    asked_by: Option<String>,
    /// When calls to the person were taken.
    connected: Vec<i64>,
    /// Calls in a row that they did not take.
    unanswered: u32,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Grant {
    /// `None` when it is for good.
    until: Option<i64>,
}

impl Permit {
    /// `no_permission`, `temporary` or `permanent`, and until when.
    fn status(&self, now: i64) -> (&'static str, Option<i64>) {
        match self.granted {
            Some(Grant { until: None }) => ("permanent", None),
            Some(Grant { until: Some(until) }) if until > now => ("temporary", Some(until)),
            _ => ("no_permission", None),
        }
    }

    /// What is used of a limit, and when there is room again if there is none.
    fn used(times: &[i64], now: i64, period: i64, most: usize) -> (usize, Option<i64>) {
        let recent: Vec<i64> = times.iter().copied().filter(|at| now - at < period).collect();
        let room_at = recent.len().checked_sub(most).and_then(|at| recent.get(at)).map(|at| at + period);
        (recent.len(), room_at)
    }

    fn asking(&self, now: i64) -> [(usize, Option<i64>); 2] {
        [
            Self::used(&self.asked, now, DAY, ASKED_PER_DAY),
            Self::used(&self.asked, now, 7 * DAY, ASKED_PER_WEEK),
        ]
    }

    /// Of the calls to somebody that they may take in a day.
    fn calling(&self, now: i64, most: usize) -> (usize, Option<i64>) {
        Self::used(&self.connected, now, DAY, most)
    }

    /// As the control API shows it.
    pub(crate) fn to_json(&self, now: i64) -> Value {
        let (status, until) = self.status(now);
        json!({
            "status": status, "expires_at": until.map(rfc3339), "requested_by": self.asked_by,
            "unanswered": self.unanswered,
            "reconsider": status != "no_permission" && self.unanswered >= RECONSIDER_AFTER,
        })
    }
}

/// Whether a message asks for the permission to call: by itself, or as a template with that part.
pub(crate) fn asks_permission(body: &Value, components: &[Value]) -> bool {
    let is = |part: &Value| {
        part["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("call_permission_request"))
    };
    (body["type"] == "interactive" && is(&body["interactive"])) || components.iter().any(is)
}

impl World {
    pub(crate) fn permit(&mut self, number: &str, wa_id: &str) -> &mut Permit {
        let permits = self.calls.permits.entry(number.to_owned()).or_default();
        permits.entry(wa_id.to_owned()).or_default()
    }

    pub(crate) fn permit_now(&self, number: &str, wa_id: &str) -> Permit {
        let permit = self.calls.permits.get(number).and_then(|permits| permits.get(wa_id));
        permit.cloned().unwrap_or_default()
    }

    /// The reason why somebody can't be asked (again) for the permission to call them.
    pub(crate) fn may_ask_to_call(&self, number: &str, wa_id: &str) -> Result<(), GraphError> {
        if !self.calls.enabled(number) {
            return Err(GraphError::message(138_000));
        }
        let permit = self.permit_now(number, wa_id);
        if permit.status(self.now).0 == "permanent" {
            return Err(GraphError::message(138_017));
        }
        if permit.asking(self.now).iter().any(|(_, room_at)| room_at.is_some()) {
            return Err(GraphError::message(138_009));
        }
        Ok(())
    }

    pub(crate) fn asked_to_call(&mut self, number: &str, wa_id: &str, wamid: &str) {
        let now = self.now;
        let permit = self.permit(number, wa_id);
        permit.asked.retain(|at| now - at < 7 * DAY);
        permit.asked.push(now);
        permit.asked_by = Some(wamid.to_owned());
    }

    /// The reason why the business can't call somebody now.
    pub(crate) fn may_call(&self, number: &str, wa_id: &str) -> Result<(), GraphError> {
        if self.without_business_calls(number) {
            return Err(GraphError::message(138_013));
        }
        let blocked = self.customers.get(wa_id).is_none_or(|c| c.blocked.iter().any(|id| id == number));
        if blocked {
            return Err(GraphError::message(138_001));
        }
        let permit = self.permit_now(number, wa_id);
        if permit.status(self.now).0 == "no_permission" {
            return Err(GraphError::message(138_006));
        }
        if self.calls.between(number, wa_id).is_some() {
            return Err(GraphError::message(138_003));
        }
        if self.calls.live(number).count() >= super::calls::MAX_CONCURRENT {
            return Err(GraphError::message(138_002));
        }
        match permit.calling(self.now, self.open.connected_calls_per_day).1 {
            Some(room_at) => Err(GraphError::message(138_012)
                .details(format!("The next call to this person is possible at {}", unix_seconds(room_at)))),
            None => Ok(()),
        }
    }

    /// Numbers of some countries can be called but can't call. Fictional +1 555 numbers are nobody's.
    fn without_business_calls(&self, number: &str) -> bool {
        let Some(number) = self.numbers.get(number) else { return false };
        let country = phone::country(&number.wa_id);
        phone::is_us(&number.wa_id) || ["CA", "EG", "NG", "TR", "VN"].contains(&country)
    }

    /// Somebody took a call: whichever way it went, asking begins anew.
    pub(crate) fn call_connected(&mut self, call_id: &str) {
        let now = self.now;
        let Some(call) = self.calls.all.get(call_id).filter(|c| c.accepted_at.is_some()) else { return };
        let ours = call.by == super::calls::Caller::Business;
        let (number, wa_id) = (call.phone_number_id.clone(), call.wa_id.clone());
        let permit = self.permit(&number, &wa_id);
        permit.asked.clear();
        permit.unanswered = 0;
        if ours {
            permit.connected.retain(|at| now - at < DAY);
            permit.connected.push(now);
        }
    }

    /// The person did not take our call: too often, and WhatsApp takes the permission back.
    pub(crate) fn call_unanswered(&mut self, config: &Config, number: &str, wa_id: &str) {
        let now = self.now;
        let permit = self.permit(number, wa_id);
        permit.unanswered += 1;
        if permit.unanswered >= REVOKED_AFTER && permit.status(now).0 != "no_permission" {
            permit.granted = None;
            permit.unanswered = 0;
            let reply = json!({ "response": "reject", "response_source": "automatic" });
            self.reply_by_itself(config, number, wa_id, reply);
        }
    }

    /// Who calls a business that asks for it thereby allows it to call back for a week.
    pub(crate) fn allow_callback_by_call(&mut self, config: &Config, number: &str, wa_id: &str) {
        let until = self.now + TEMPORARY;
        if !self.calls.callback_allowed(number)
            || self.permit_now(number, wa_id).status(self.now).0 != "no_permission"
        {
            return;
        }
        self.permit(number, wa_id).granted = Some(Grant { until: Some(until) });
        let reply = json!({
            "response": "accept", "is_permanent": false, "expiration_timestamp": unix_seconds(until),
            "response_source": "automatic",
        });
        self.reply_by_itself(config, number, wa_id, reply);
    }

    /// Reports what WhatsApp decided for the person. It is not their message, so no window opens.
    fn reply_by_itself(&mut self, config: &Config, number: &str, wa_id: &str, reply: Value) {
        let part = json!({ "type": "call_permission_reply", "call_permission_reply": reply });
        let content = json!({ "type": "interactive", "interactive": part });
        let message = self.inbound_message(wa_id, number, "interactive".to_owned(), content, None);
        let wamid = message.wamid.clone();
        self.keep(config, message.clone());
        self.emit_message(config, &message);
        self.announce("message", number, wa_id, Some(&wamid));
    }

    /// The person answers: completes the reply as the platform does, and remembers it. Says which message is answered.
    pub(crate) fn answer_permission(
        &mut self,
        number: &str,
        wa_id: &str,
        content: &mut Value,
        quoted: Option<String>,
    ) -> Result<Option<String>, ControlError> {
        let until = self.now + TEMPORARY;
        let reply = &mut content["interactive"]["call_permission_reply"];
        let permanent = reply["is_permanent"] == true;
        let granted = match reply["response"].as_str() {
            Some("accept") => Some(Grant { until: (!permanent).then_some(until) }),
            Some("reject") => None,
            _ => {
                let field = "interactive.call_permission_reply.response";
                return Err(ControlError::invalid(field, "the answer is accept or reject"));
            }
        };
        *reply = json!({ "response": reply["response"], "response_source": "user_action" });
        if granted.is_some() {
            reply["is_permanent"] = Value::from(permanent);
        }
        if granted.is_some() && !permanent {
            reply["expiration_timestamp"] = Value::from(unix_seconds(until));
        }
        let permit = self.permit(number, wa_id);
        permit.granted = granted;
        permit.unanswered = 0;
        let asked_by = permit.asked_by.take();
        Ok(quoted.or(asked_by))
    }

    /// `permission` and `actions` of `GET /{phone number id}/call_permissions`.
    pub(crate) fn permission_json(&self, number: &str, wa_id: Option<&str>) -> Value {
        let now = self.now;
        let permit = wa_id.map(|wa_id| self.permit_now(number, wa_id)).unwrap_or_default();
        let (status, until) = permit.status(now);
        let mut permission = json!({ "status": status });
        if let Some(until) = until {
            permission["expiration_time"] = Value::from(until.div_euclid(1_000));
        }
        let [day, week] = permit.asking(now);
        let most = self.open.connected_calls_per_day;
        let calling = permit.calling(now, most);
        let can_ask = status != "permanent" && day.1.is_none() && week.1.is_none();
        let can_call = status != "no_permission" && calling.1.is_none();
        json!({
            "messaging_product": "whatsapp", "permission": permission, "actions": [
                { "action_name": "send_call_permission_request", "can_perform_action": can_ask, "limits": [
                    limit("PT24H", ASKED_PER_DAY, day), limit("P7D", ASKED_PER_WEEK, week),
                ] },
                { "action_name": "start_call", "can_perform_action": can_call, "limits": [
                    limit("PT24H", most, calling),
                ] },
            ],
        })
    }
}

fn limit(period: &str, most: usize, (used, room_at): (usize, Option<i64>)) -> Value {
    let mut limit = json!({ "time_period": period, "max_allowed": most, "current_usage": used });
    if let Some(at) = room_at {
        limit["limit_expiration_time"] = Value::from(at.div_euclid(1_000));
    }
    limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_is_used_up_says_when_there_is_room_again() {
        let day = |times: &[i64], now, most| Permit::used(times, now, DAY, most);
        assert_eq!(day(&[], 0, 1), (0, None));
        assert_eq!(day(&[5], 10, 1), (1, Some(5 + DAY)));
        assert_eq!(day(&[5], 5 + DAY, 1), (0, None));
        assert_eq!(day(&[1, 2, 3], 10, 2), (3, Some(2 + DAY)));
    }
}
