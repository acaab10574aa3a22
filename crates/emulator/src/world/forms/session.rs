//! A form on a customer's screen: which screen it shows, with which data, and what was entered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::values::Scope;
use super::{Form, screen};
use crate::clock::rfc3339;
use crate::config::Config;
use crate::world::World;
use crate::world::message::Message;

/// A customer's way through a form, from the button to the answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    pub message_id: String,
    pub wa_id: String,
    pub phone_number_id: String,
    pub form_id: String,
    pub flow_token: String,
    pub stage: Stage,
    /// The screen that is shown.
    pub screen: Option<String>,
    /// The screens before it, in the order they were left.
    pub history: Vec<String>,
    pub screens: BTreeMap<String, Visited>,
    /// What the endpoint wants said for a moment (`error_message`).
    pub notice: Option<String>,
    pub problem: Option<Problem>,
    /// What `response_json` said.
    pub response: Option<Value>,
    /// The message the answer became.
    pub reply: Option<String>,
    pub opened_at: i64,
    pub closed_at: Option<i64>,
    /// An endpoint is being asked.
    #[serde(skip)]
    pub busy: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// On screen.
    Open,
    /// Answered.
    Completed,
    /// Left without an answer, or ended by the endpoint.
    Closed,
    /// It could not be opened.
    Failed,
}

/// A screen that was shown.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Visited {
    /// What it was given.
    pub data: Map<String, Value>,
    /// What was entered.
    pub form: Map<String, Value>,
}

/// Why the person sees "Something went wrong".
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Problem {
    /// Meta's name of it, e.g. `timeout_error` or `invalid-screen-transition`.
    pub error: String,
    pub message: String,
}

impl Session {
    /// The form of a message, opened and with no screen yet.
    pub(crate) fn new(message: &Message, form_id: &str, flow_token: &str, now: i64) -> Self {
        Self {
            message_id: message.wamid.clone(),
            wa_id: message.wa_id.clone(),
            phone_number_id: message.phone_number_id.clone(),
            form_id: form_id.to_owned(),
            flow_token: flow_token.to_owned(),
            stage: Stage::Open,
            screen: None,
            history: Vec::new(),
            screens: BTreeMap::new(),
            notice: None,
            problem: None,
            response: None,
            reply: None,
            opened_at: now,
            closed_at: None,
            busy: false,
        }
    }

    /// Shows a screen with its data. Going back to one that was left forgets those after it.
    pub(crate) fn show(&mut self, screen: &str, data: Map<String, Value>) {
        if let Some(before) = self.screen.take().filter(|before| before != screen) {
            match self.history.iter().position(|left| left == screen) {
                Some(at) => self.history.truncate(at),
                None => self.history.push(before),
            }
        }
        self.notice = None;
        self.problem = None;
        self.screen = Some(screen.to_owned());
        let visited = self.screens.entry(screen.to_owned()).or_default();
        visited.data = data;
    }

    /// Shows the screen before, as it was left; false when there is none.
    pub(crate) fn back(&mut self) -> bool {
        let Some(before) = self.history.pop() else { return false };
        self.notice = None;
        self.problem = None;
        self.screen = Some(before);
        true
    }

    pub(crate) fn visited(&self) -> Visited {
        self.screen.as_ref().and_then(|screen| self.screens.get(screen)).cloned().unwrap_or_default()
    }

    pub(crate) fn end(&mut self, stage: Stage, now: i64) {
        self.stage = stage;
        self.closed_at = Some(now);
    }

    /// What the customer's page needs to draw it.
    pub(crate) fn to_json(&self, form: Option<&Form>) -> Value {
        let json = form.map(Form::json).unwrap_or_default();
        let shown = self.screen.as_deref().and_then(|id| screen::find(&json, id));
        let visited = self.visited();
        let scope = Scope { data: &visited.data, form: None, screens: &self.screens };
        let problem = self.problem.as_ref();
        json!({
            "message_id": self.message_id, "wa_id": self.wa_id, "phone_number_id": self.phone_number_id,
            "form_id": self.form_id, "form": form.map(|form| json!({
                "id": form.id, "name": form.name, "status": form.status.name(), "json": json,
            })),
            "flow_token": self.flow_token, "state": self.stage, "screen": self.screen,
            "resolved": shown.map(|shown| scope.resolve(shown)), "data": visited.data, "values": visited.form,
            "screens": self.screens.iter().map(|(id, visited)| {
                (id.clone(), json!({ "data": visited.data, "form": visited.form }))
            }).collect::<Map<String, Value>>(),
            "history": self.history, "notice": self.notice,
            "error": problem.map(|problem| json!({ "error": problem.error, "message": problem.message })),
            "response": self.response, "reply": self.reply, "opened_at": rfc3339(self.opened_at),
            "closed_at": self.closed_at.map(rfc3339),
        })
    }
}

impl World {
    /// Keeps a session and forgets the oldest beyond as many as there are messages.
    pub(crate) fn keep_session(&mut self, config: &Config, session: Session) {
        self.forms.sessions.insert(session.message_id.clone(), session);
        if self.forms.sessions.len() > config.max_messages {
            let oldest = self.forms.sessions.values().min_by_key(|session| session.opened_at);
            if let Some(id) = oldest.map(|session| session.message_id.clone()) {
                self.forms.sessions.remove(&id);
            }
        }
    }

    /// What the bubble of a message with a form says of it; `None` for other messages.
    pub(crate) fn form_state(&self, message_id: &str) -> Option<Value> {
        let message = self.messages.get(message_id)?;
        let link = super::link::of_message(message)?;
        let disabled = self.forms.disabled.get(message_id);
        let session = self.forms.sessions.get(message_id);
        Some(json!({
            "form_id": self.linked_form(&message.phone_number_id, &link).map(|form| form.id.as_str()),
            "label": link.label, "disabled": disabled.is_some(), "disabled_because": disabled,
            "state": session.map(|session| session.stage),
        }))
    }

    /// Tells listeners that a form on somebody's screen changed.
    pub(crate) fn announce_session(&mut self, message_id: &str) {
        let Some(session) = self.forms.sessions.get(message_id) else { return };
        let (number, wa_id) = (session.phone_number_id.clone(), session.wa_id.clone());
        self.announce("form", &number, &wa_id, Some(message_id));
    }
}
