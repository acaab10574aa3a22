//! Who answers a conversation where several apps and Meta Business Agent share a number: one owns the thread, the others
//! look on. A thread is idle a day after the customer's last message; the next one decides anew.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::account::DAY;
use super::message::{Direction, Message};
use super::schedule::Due;
use crate::config::Config;
use crate::graph::error::GraphError;

/// Stands for Meta Business Agent, which is no app of ours.
pub(crate) const AGENT: &str = "900000000000099";

/// What is told of a take-over that nobody asked for in words.
const TAKEN_BY_MESSAGE: &str = "Control taken via service message";

/// Roles of responders, as handovers name them; Meta Business Agent has one of its own.
pub(crate) const ROLES: [&str; 5] = ["customer_service", "marketing", "utility", "ctwa", "escalation"];

/// The numbers that several answer on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Routing {
    /// By phone number id.
    pub numbers: BTreeMap<String, Desk>,
}

/// Who answers on one number, and which thread is whose.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Desk {
    pub responders: Vec<Responder>,
    pub agent: Option<Agent>,
    /// By the customer's `wa_id`.
    pub threads: BTreeMap<String, Thread>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Responder {
    pub app_id: String,
    pub role: String,
}

/// Meta Business Agent as a script.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Agent {
    /// The first that fits is taken.
    pub answers: Vec<AgentAnswer>,
    /// Virtual milliseconds until it answers.
    pub delay_ms: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AgentAnswer {
    /// Fits when the customer's text contains it, whatever the case; always when left out.
    pub when: Option<String>,
    pub text: Option<String>,
    /// Gives the thread to people afterwards, with these words.
    pub pass: Option<Pass>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Pass {
    pub metadata: Option<String>,
    /// What was said so far, for the next responder.
    pub summary: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Thread {
    /// An app's id, or [`AGENT`]; nobody after a release.
    pub owner: Option<String>,
    /// When the customer last wrote.
    pub written_at: i64,
    /// What the next message tells its new owner.
    pub context: Option<Value>,
}

impl Thread {
    pub(crate) fn idle(&self, now: i64) -> bool {
        now - self.written_at >= DAY
    }
}

impl Desk {
    /// What a responder is there for.
    pub(crate) fn role(&self, id: &str) -> Option<&str> {
        if id == AGENT {
            return Some("ai_agent");
        }
        self.responders.iter().find(|r| r.app_id == id).map(|r| r.role.as_str())
    }

    fn with_role(&self, role: &str) -> Option<String> {
        self.responders.iter().find(|r| r.role == role).map(|r| r.app_id.clone())
    }

    /// Who answers what begins in this way.
    fn primary(&self, entry: &str) -> Option<String> {
        let first = || self.responders.first().map(|r| r.app_id.clone());
        self.with_role(entry)
            .or_else(|| self.agent.as_ref().map(|_| AGENT.to_owned()))
            .or_else(|| self.with_role("customer_service"))
            .or_else(first)
    }

    /// The people behind the agent.
    fn people(&self) -> Option<String> {
        self.with_role("escalation")
            .or_else(|| self.with_role("customer_service"))
            .or_else(|| self.responders.first().map(|r| r.app_id.clone()))
    }

    fn owner(&self, wa_id: &str, now: i64) -> Option<&str> {
        self.threads.get(wa_id).filter(|thread| !thread.idle(now))?.owner.as_deref()
    }
}

/// Who had the thread, and who has it now.
pub(super) struct Change<'a> {
    pub before: &'a str,
    pub after: &'a str,
    pub metadata: Option<&'a str>,
    pub context: Option<Value>,
}

impl World {
    /// Who may hear of a message as its own: the owner of an inbound one's thread, the sender of an outbound one.
    /// `None` where everybody may.
    pub(crate) fn responder_to(&self, message: &Message) -> Option<String> {
        let desk = self.routing.numbers.get(&message.phone_number_id).filter(|_| message.group.is_none())?;
        let owner = desk.threads.get(&message.wa_id).and_then(|thread| thread.owner.clone());
        match message.direction {
            Direction::Inbound => owner,
            Direction::Outbound => message.marks.responder.clone().or(owner),
        }
    }

    /// A customer has written: an idle thread, or one that nobody has, gets its owner.
    pub(crate) fn route(&mut self, message: &Message) {
        if message.group.is_some() || !self.routing.numbers.contains_key(&message.phone_number_id) {
            return;
        }
        let (now, entry) = (self.now, self.entry_point(message));
        let Some(desk) = self.routing.numbers.get_mut(&message.phone_number_id) else { return };
        let primary = desk.primary(entry);
        let thread = desk.threads.entry(message.wa_id.clone()).or_default();
        if thread.idle(now) || thread.owner.is_none() {
            thread.owner = primary;
            thread.context = None;
        }
        thread.written_at = now;
    }

    /// How a conversation begins: from an advertisement, as an answer to a template, or by itself.
    fn entry_point(&self, message: &Message) -> &'static str {
        if message.content.get("referral").is_some() {
            return "ctwa";
        }
        let quoted = message.context.as_ref().and_then(|id| self.messages.get(id));
        let category =
            |m: &Message| m.rendered.as_ref().and_then(|r| r["category"].as_str().map(str::to_owned));
        let newest = || {
            let chat = self.chat_if_any(&message.phone_number_id, &message.wa_id)?;
            let mut ours = chat.messages.iter().rev().filter_map(|id| self.messages.get(id));
            ours.find(|m| m.direction == Direction::Outbound)
                .filter(|m| self.now - m.at.accepted.unwrap_or(0) < DAY)
        };
        match quoted.or_else(newest).and_then(category).as_deref() {
            Some("MARKETING") => "marketing",
            Some(_) => "utility",
            None => "service",
        }
    }

    /// Meta Business Agent answers by itself.
    pub(crate) fn after_inbound(&mut self, message: &Message) {
        if self.responder_to(message).as_deref() != Some(AGENT) {
            return;
        }
        let desk = self.routing.numbers.get(&message.phone_number_id);
        let delay = desk.and_then(|d| d.agent.as_ref()).map_or(0, |agent| agent.delay_ms);
        let due = Due::AgentAnswers { wamid: message.wamid.clone() };
        self.schedule.add(self.now + delay, due);
    }

    /// The agent says what its script has for this message, unless somebody has taken the thread meanwhile.
    pub(crate) fn agent_answers(&mut self, config: &Config, wamid: &str) {
        let Some(message) = self.messages.get(wamid) else { return };
        let (number, wa_id) = (message.phone_number_id.clone(), message.wa_id.clone());
        let said = message.body()["body"].as_str().unwrap_or("").to_lowercase();
        let Some(desk) = self.routing.numbers.get(&number) else { return };
        if desk.owner(&wa_id, self.now) != Some(AGENT) {
            return;
        }
        let fits = |a: &&AgentAnswer| a.when.as_ref().is_none_or(|w| said.contains(&w.to_lowercase()));
        let Some(answer) = desk.agent.as_ref().and_then(|agent| agent.answers.iter().find(fits)).cloned()
        else {
            return;
        };
        if let Some(text) = answer.text {
            let content = json!({ "type": "text", "text": { "body": text } });
            let body = json!({
                "messaging_product": "whatsapp", "to": wa_id, "recipient_type": "individual",
                "type": "text", "text": { "body": text },
            });
            let mut message = self.outbound_message(&number, &wa_id, content);
            message.marks.responder = Some(AGENT.to_owned());
            self.emit_echo(config, AGENT, &message, &body);
            self.accept(config, message);
        }
        if let Some(pass) = answer.pass {
            self.pass_to_people(config, &number, &wa_id, &pass);
        }
    }

    fn pass_to_people(&mut self, config: &Config, number: &str, wa_id: &str, pass: &Pass) {
        let Some(people) = self.routing.numbers.get(number).and_then(Desk::people) else { return };
        let summary = pass.summary.as_ref().map(|s| json!({ "type": "summary", "summary": { "text": s } }));
        let change =
            Change { before: AGENT, after: &people, metadata: pass.metadata.as_deref(), context: summary };
        self.hand_over(config, number, wa_id, "control_passed", &change);
    }

    /// Writes a new owner down and tells of it.
    fn hand_over(&mut self, config: &Config, number: &str, wa_id: &str, kind: &str, change: &Change<'_>) {
        let now = self.now;
        if let Some(desk) = self.routing.numbers.get_mut(number) {
            let thread = desk.threads.entry(wa_id.to_owned()).or_default();
            if thread.idle(now) {
                thread.written_at = now;
            }
            thread.owner = Some(change.after.to_owned());
            thread.context.clone_from(&change.context);
        }
        self.emit_handover(config, number, wa_id, kind, change);
        self.announce("thread_control", number, wa_id, None);
    }

    /// The summary that a message carries to the owner it was handed to, once.
    pub(crate) fn take_conversation_context(&mut self, number: &str, wa_id: &str) -> Option<Value> {
        self.routing.numbers.get_mut(number)?.threads.get_mut(wa_id)?.context.take()
    }

    /// Whether an app may write to a customer. Templates go by the thread; whoever stands behind the agent takes it by
    /// writing; for the others Meta documents no code, and gets the one of a take that isn't permitted.
    pub(crate) fn may_answer(
        &self,
        number: &str,
        wa_id: &str,
        app_id: &str,
        body: &Value,
    ) -> Result<(), GraphError> {
        let Some(desk) = self.routing.numbers.get(number) else { return Ok(()) };
        let direct = body["type"] == "template" || body.get("category").is_some();
        let owner = desk.owner(wa_id, self.now);
        let free = owner.is_none_or(|owner| owner == app_id);
        if direct || free || desk.role(app_id) == Some("escalation") { Ok(()) } else { Err(not_permitted()) }
    }

    /// An app has written: the others see it, and a message without template makes it the owner.
    pub(crate) fn answered(&mut self, config: &Config, wamid: &str, app_id: &str, body: &Value) {
        let Some(message) = self.messages.get_mut(wamid) else { return };
        if message.group.is_some() || !self.routing.numbers.contains_key(&message.phone_number_id) {
            return;
        }
        message.marks.responder = Some(app_id.to_owned());
        let message = message.clone();
        let (number, wa_id) = (message.phone_number_id.as_str(), message.wa_id.as_str());
        self.emit_echo(config, app_id, &message, body);
        if message.kind == "template" || body.get("category").is_some() {
            return;
        }
        let before = self.routing.numbers.get(number).and_then(|desk| desk.owner(wa_id, self.now));
        match before.map(str::to_owned) {
            Some(before) if before != app_id => {
                let metadata = Some(TAKEN_BY_MESSAGE);
                let change = Change { before: &before, after: app_id, metadata, context: None };
                self.hand_over(config, number, wa_id, "control_taken", &change);
            }
            Some(_) => {}
            None => self.give(number, wa_id, app_id),
        }
    }

    /// A thread that nobody has goes to whoever writes first; there is nobody to tell.
    fn give(&mut self, number: &str, wa_id: &str, app_id: &str) {
        let now = self.now;
        let Some(desk) = self.routing.numbers.get_mut(number) else { return };
        let thread = desk.threads.entry(wa_id.to_owned()).or_default();
        thread.owner = Some(app_id.to_owned());
        if thread.idle(now) {
            thread.written_at = now;
        }
    }

    /// `POST /{phone number id}/thread_control`.
    pub(crate) fn control_thread(
        &mut self,
        config: &Config,
        asked: &ThreadControl<'_>,
    ) -> Result<(), GraphError> {
        let (number, wa_id, app_id) = (asked.phone_number_id, asked.wa_id, asked.app_id);
        let now = self.now;
        let desk = self.routing.numbers.get_mut(number).ok_or_else(|| {
            GraphError::parameter("Conversation routing is not set up for this phone number")
        })?;
        let owner = desk.owner(wa_id, now).map(str::to_owned);
        let mine = owner.as_deref() == Some(app_id);
        match asked.action {
            "release" if mine => {
                if let Some(thread) = desk.threads.get_mut(wa_id) {
                    thread.owner = None;
                }
                self.announce("thread_control", number, wa_id, None);
                Ok(())
            }
            "pass" if mine => {
                let to = desk.next_of(app_id, asked.to_agent).ok_or_else(|| {
                    GraphError::parameter("There is no responder that control could be passed to")
                })?;
                let change = Change { before: app_id, after: &to, metadata: asked.metadata, context: None };
                self.hand_over(config, number, wa_id, "control_passed", &change);
                Ok(())
            }
            "take" if mine => Ok(()),
            "take" if desk.role(app_id) == Some("escalation") => {
                match owner {
                    Some(before) => {
                        let metadata = asked.metadata;
                        let change = Change { before: &before, after: app_id, metadata, context: None };
                        self.hand_over(config, number, wa_id, "control_taken", &change);
                    }
                    None => self.give(number, wa_id, app_id),
                }
                Ok(())
            }
            "take" => Err(not_permitted()),
            _ => Err(GraphError::parameter("This app does not control the thread")),
        }
    }
}

impl Desk {
    /// To whom an app passes: the agent if it says so, else the primary responder that isn't itself.
    fn next_of(&self, app_id: &str, to_agent: bool) -> Option<String> {
        if to_agent {
            return self.agent.as_ref().map(|_| AGENT.to_owned());
        }
        let others = || self.responders.iter().map(|r| r.app_id.clone()).find(|id| id != app_id);
        self.primary("service").filter(|id| id != app_id).or_else(others)
    }
}

/// What an app wants with a thread.
pub(crate) struct ThreadControl<'a> {
    pub phone_number_id: &'a str,
    pub wa_id: &'a str,
    pub app_id: &'a str,
    /// `pass`, `release` or `take`.
    pub action: &'a str,
    pub metadata: Option<&'a str>,
    pub to_agent: bool,
}

fn not_permitted() -> GraphError {
    GraphError::parameter("This app is not permitted to take control of the thread").subcode(2_494_191)
}
