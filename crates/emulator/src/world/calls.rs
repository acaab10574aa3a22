//! Calls, as far as their signalling goes: who rings, who takes it, with which session descriptions, and how it ends.
//! No sound is carried.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::account::DAY;
use super::call_permissions::Permit;
use super::call_webhooks::fake_sdp;
use super::schedule::Due;
use crate::clock::rfc3339;
use crate::config::Config;
use crate::control::error::ControlError;
use crate::wamid;

/// Calls that a phone number may have going on at a time.
pub(crate) const MAX_CONCURRENT: usize = 1_000;
/// How long a phone rings, whoever's it is. The platform gives 30 to 60 seconds.
const RINGS_MS: i64 = 60_000;
/// Ended calls that are remembered.
const REMEMBERED: usize = 2_000;

/// All calls, who may call whom, and which numbers take part.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Calls {
    /// By id.
    pub all: BTreeMap<String, Call>,
    /// Ids of ended calls, the oldest first.
    ended: VecDeque<String>,
    /// By phone number id, then `wa_id`.
    pub permits: BTreeMap<String, BTreeMap<String, Permit>>,
    /// Phone numbers (ids) whose calling is switched off (138000).
    disabled: BTreeSet<String>,
    /// Phone numbers that people who call them allow to call back.
    callback: BTreeSet<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Call {
    pub id: String,
    pub phone_number_id: String,
    pub wa_id: String,
    pub by: Caller,
    /// Whether the business named the person by phone number.
    pub by_phone: bool,
    pub state: CallState,
    /// What the caller's side offered, and what the other side answered.
    pub offer: String,
    pub answer: Option<String>,
    pub pre_accepted: bool,
    pub callback_data: Option<String>,
    pub cta_payload: Option<String>,
    pub deeplink_payload: Option<String>,
    pub at: i64,
    pub accepted_at: Option<i64>,
    pub ended_at: Option<i64>,
    /// Why it failed, if it did.
    pub error: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Caller {
    User,
    Business,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum CallState {
    /// The business's call is on its way to the phone.
    Connecting,
    Ringing,
    Accepted,
    Ended,
}

impl Call {
    pub(crate) fn is_live(&self) -> bool {
        self.state != CallState::Ended
    }

    /// Taken, and not broken off by a failure.
    pub(crate) fn completed(&self) -> bool {
        self.accepted_at.is_some() && self.error.is_none()
    }

    /// Seconds between taking and ending.
    pub(crate) fn duration(&self) -> Option<i64> {
        Some(self.ended_at?.div_euclid(1_000) - self.accepted_at?.div_euclid(1_000))
    }

    /// As the control API shows it.
    pub(crate) fn to_json(&self) -> Value {
        let state = match self.state {
            CallState::Connecting => "connecting",
            CallState::Ringing => "ringing",
            CallState::Accepted => "accepted",
            CallState::Ended => "ended",
        };
        json!({
            "id": self.id, "phone_number_id": self.phone_number_id, "wa_id": self.wa_id, "state": state,
            "direction": if self.by == Caller::User { "inbound" } else { "outbound" },
            "pre_accepted": self.pre_accepted, "offer": self.offer, "answer": self.answer,
            "biz_opaque_callback_data": self.callback_data, "cta_payload": self.cta_payload,
            "deeplink_payload": self.deeplink_payload, "at": rfc3339(self.at),
            "accepted_at": self.accepted_at.map(rfc3339), "ended_at": self.ended_at.map(rfc3339),
            "duration": self.duration(), "error": self.error,
        })
    }
}

impl Calls {
    /// Whether a number takes part in calling.
    pub(crate) fn enabled(&self, phone_number_id: &str) -> bool {
        !self.disabled.contains(phone_number_id)
    }

    pub(crate) fn enable(&mut self, phone_number_id: &str, enabled: bool) {
        set(&mut self.disabled, phone_number_id, !enabled);
    }

    /// Whether who calls the number thereby allows it to call back.
    pub(crate) fn callback_allowed(&self, phone_number_id: &str) -> bool {
        self.callback.contains(phone_number_id)
    }

    pub(crate) fn allow_callback(&mut self, phone_number_id: &str, allowed: bool) {
        set(&mut self.callback, phone_number_id, allowed);
    }

    /// Calls of a number that have not ended.
    pub(crate) fn live(&self, phone_number_id: &str) -> impl Iterator<Item = &Call> {
        self.all.values().filter(move |call| call.is_live() && call.phone_number_id == phone_number_id)
    }

    /// The call going on between a number and a person.
    pub(crate) fn between(&self, phone_number_id: &str, wa_id: &str) -> Option<&Call> {
        self.live(phone_number_id).find(|call| call.wa_id == wa_id)
    }

    fn forget_oldest(&mut self, ended: &str) {
        self.ended.push_back(ended.to_owned());
        if self.ended.len() > REMEMBERED
            && let Some(oldest) = self.ended.pop_front()
        {
            self.all.remove(&oldest);
        }
    }
}

fn set(names: &mut BTreeSet<String>, name: &str, there: bool) {
    if there {
        names.insert(name.to_owned());
    } else {
        names.remove(name);
    }
}

/// A call that somebody wants to make.
pub(crate) struct Dialed {
    pub by: Caller,
    pub by_phone: bool,
    pub offer: Option<String>,
    pub callback_data: Option<String>,
    pub cta_payload: Option<String>,
    pub deeplink_payload: Option<String>,
}

impl World {
    /// A customer calls the business: its phone rings by webhook.
    pub(crate) fn customer_calls(
        &mut self,
        config: &Config,
        wa_id: &str,
        number: &str,
        dialed: Dialed,
    ) -> Result<String, ControlError> {
        let refuse = |why: &str| Err(ControlError::conflict("", why));
        if !self.calls.enabled(number) {
            return refuse("calling is switched off for this phone number");
        }
        if self.customers.get(wa_id).is_some_and(|c| c.blocked.iter().any(|id| id == number)) {
            return refuse("the customer has blocked this phone number; unblock it first");
        }
        if self.numbers.get(number).is_some_and(|n| n.has_blocked(wa_id)) {
            return refuse("the phone number has blocked the customer: it doesn't ring");
        }
        if self.calls.between(number, wa_id).is_some() {
            return refuse("a call with this phone number is going on");
        }
        if self.calls.live(number).count() >= MAX_CONCURRENT {
            return refuse("the phone number has a thousand calls going on");
        }
        let id = self.begin_call(number, wa_id, dialed);
        self.open_window_by_call(number, wa_id);
        self.schedule.add(self.now + RINGS_MS, Due::CallTimeout { call_id: id.clone() });
        self.emit_connect(config, &id);
        self.announce_call(&id);
        self.allow_callback_by_call(config, number, wa_id);
        Ok(id)
    }

    /// The business calls a customer; all checks have been made.
    pub(crate) fn business_calls(
        &mut self,
        config: &Config,
        number: &str,
        wa_id: &str,
        dialed: Dialed,
    ) -> String {
        let id = self.begin_call(number, wa_id, dialed);
        let rings_at = self.now + config.timing.sent.sample(&mut self.delays);
        self.schedule.add(rings_at, Due::CallRings { call_id: id.clone() });
        self.schedule.add(rings_at + RINGS_MS, Due::CallTimeout { call_id: id.clone() });
        self.announce_call(&id);
        id
    }

    fn begin_call(&mut self, number: &str, wa_id: &str, dialed: Dialed) -> String {
        let business = self.numbers.get(number).map_or("", |n| n.wa_id.as_str()).to_owned();
        let id = wamid::call(&mut self.ids, wa_id, &business);
        let offer = dialed.offer.unwrap_or_else(|| fake_sdp(&mut self.ids));
        let state = if dialed.by == Caller::User { CallState::Ringing } else { CallState::Connecting };
        let call = Call {
            id: id.clone(),
            phone_number_id: number.to_owned(),
            wa_id: wa_id.to_owned(),
            by: dialed.by,
            by_phone: dialed.by_phone,
            state,
            offer,
            answer: None,
            pre_accepted: false,
            callback_data: dialed.callback_data,
            cta_payload: dialed.cta_payload,
            deeplink_payload: dialed.deeplink_payload,
            at: self.now,
            accepted_at: None,
            ended_at: None,
            error: None,
        };
        self.calls.all.insert(id.clone(), call);
        id
    }

    /// The customer's phone begins to ring.
    pub(crate) fn call_rings(&mut self, config: &Config, id: &str) {
        let Some(call) = self.calls.all.get_mut(id).filter(|c| c.state == CallState::Connecting) else {
            return;
        };
        call.state = CallState::Ringing;
        self.emit_call_status(config, id, "RINGING");
        self.announce_call(id);
    }

    /// Nobody took it.
    pub(crate) fn call_times_out(&mut self, config: &Config, id: &str) {
        let Some(call) = self.calls.all.get(id).filter(|c| c.state < CallState::Accepted) else { return };
        // To the business it is its own answer that is late; a customer just doesn't pick up.
        let error = (call.by == Caller::User).then_some(138_007);
        self.end_call(config, id, error);
    }

    /// The business takes a customer's call, or prepares to.
    pub(crate) fn business_answers(&mut self, id: &str, sdp: String, for_good: bool) {
        let now = self.now;
        let Some(call) = self.calls.all.get_mut(id) else { return };
        call.answer = Some(sdp);
        if for_good {
            call.state = CallState::Accepted;
            call.accepted_at = Some(now);
        } else {
            call.pre_accepted = true;
        }
        self.call_connected(id);
        self.announce_call(id);
    }

    /// The customer takes the business's call.
    pub(crate) fn customer_answers(&mut self, config: &Config, id: &str, sdp: Option<String>) {
        let now = self.now;
        let sdp = sdp.unwrap_or_else(|| fake_sdp(&mut self.ids));
        let Some(call) = self.calls.all.get_mut(id) else { return };
        call.answer = Some(sdp);
        call.state = CallState::Accepted;
        call.accepted_at = Some(now);
        let (number, wa_id) = (call.phone_number_id.clone(), call.wa_id.clone());
        self.call_connected(id);
        self.open_window_by_call(&number, &wa_id);
        self.emit_connect(config, id);
        self.emit_call_status(config, id, "ACCEPTED");
        self.announce_call(id);
    }

    /// The customer doesn't want the business's call.
    pub(crate) fn customer_rejects(&mut self, config: &Config, id: &str) {
        self.emit_call_status(config, id, "REJECTED");
        self.end_call(config, id, None);
    }

    /// It is over, whoever hung up; with a code when something went wrong.
    pub(crate) fn end_call(&mut self, config: &Config, id: &str, error: Option<i64>) {
        let now = self.now;
        let Some(call) = self.calls.all.get_mut(id).filter(|call| call.is_live()) else { return };
        let rang = call.state == CallState::Ringing;
        call.state = CallState::Ended;
        call.ended_at = Some(now);
        call.error = error;
        let unanswered = (rang && call.by == Caller::Business && call.accepted_at.is_none())
            .then(|| (call.phone_number_id.clone(), call.wa_id.clone()));
        self.emit_terminate(config, id);
        self.announce_call(id);
        self.calls.forget_oldest(id);
        if let Some((number, wa_id)) = unanswered {
            self.call_unanswered(config, &number, &wa_id);
        }
    }

    /// A call of a customer, answered or not, and one that they take, open the service window.
    fn open_window_by_call(&mut self, number: &str, wa_id: &str) {
        let until = self.now + DAY;
        self.chat(number, wa_id).open_window(until);
    }

    fn announce_call(&mut self, id: &str) {
        let Some(call) = self.calls.all.get(id).map(Call::to_json) else { return };
        self.changes += 1;
        self.effects.feed.push(json!({
            "kind": "call", "at": rfc3339(self.now), "phone_number_id": call["phone_number_id"],
            "wa_id": call["wa_id"], "call_id": id, "state": call["state"],
        }));
    }
}
