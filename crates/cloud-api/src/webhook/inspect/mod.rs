//! A delivery in words, event by event: for people who look at what came.

mod families;
mod messages;
mod walk;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

use super::wire::{Surprise, SurpriseKind, from_json, from_slice};
use super::{Envelope, UnixTime};

/// What is in a delivery, in words.
///
/// Quotes what customers wrote and who they are: for the screen of somebody who may see that, not for logs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Why the body isn't a webhook. Then there are no events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// Everything that happened, in the order of the body. Nothing is left out: what can't be read is an event too.
    pub events: Vec<Event>,
    /// Everything this crate doesn't know about the body, in the order the types name it.
    pub surprises: Vec<Note>,
}

/// Why a body isn't a webhook, and where that shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// In words.
    pub reason: String,
    /// Line of the body, from 1, when it isn't JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Byte of that line, from 1; 0 before its first byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// JSON pointer into the body, when it is JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

/// Something this crate doesn't know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Where, as a JSON pointer into the body.
    pub pointer: String,
    /// What is surprising about it, in words.
    pub reason: String,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Event {
    /// Where it stands, as a JSON pointer into the body.
    pub pointer: String,
    /// Id of its entry: the WhatsApp Business Account; the business portfolio in partner updates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The field it came under, e.g. `messages`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What it is in two or three words: `message text`, `status delivered`, `template rejected`, `unreadable`.
    pub kind: String,
    /// Our phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_id: Option<String>,
    /// Ids by their names: `wamid`, `wacid`, `quotes`, `template`, `group`, …
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub ids: BTreeMap<&'static str, String>,
    /// The customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<Who>,
    /// When, in seconds since 1970, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// One line.
    pub summary: String,
}

/// Everything a delivery says about who a customer is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Who {
    /// What they call themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// With or without a leading `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Phone number, if shared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Business-scoped user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Id for a parent portfolio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_user_id: Option<String>,
}

impl Report {
    /// Whether the body is a webhook in which nothing is surprising.
    pub fn is_understood(&self) -> bool {
        self.problem.is_none() && self.surprises.is_empty()
    }

    fn refused(problem: Problem) -> Self {
        Self { problem: Some(problem), events: Vec::new(), surprises: Vec::new() }
    }
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = [&self.name, &self.username, &self.phone, &self.user_id, &self.parent_user_id];
        let best = known.into_iter().flatten().find(|text| !text.trim().is_empty());
        f.write_str(best.map_or("somebody", String::as_str))
    }
}

impl Event {
    fn new(kind: impl Into<String>, summary: impl Into<String>) -> Self {
        Self { kind: kind.into(), summary: summary.into(), ..Self::default() }
    }

    fn id(mut self, name: &'static str, id: Option<impl ToString>) -> Self {
        if let Some(id) = id {
            self.ids.insert(name, id.to_string());
        }
        self
    }

    fn at(mut self, at: Option<UnixTime>) -> Self {
        self.at = at.map(UnixTime::seconds);
        self
    }

    fn who(mut self, who: Option<Who>) -> Self {
        self.who = who;
        self
    }
}

/// Says in words what a body holds: every event, and everything surprising. Takes any bytes.
///
/// Slower than [`parse`](super::parse), and meant for people; the two agree on what is a webhook.
///
/// ```
/// use cloud_api::webhook;
///
/// let report = webhook::inspect(br#"{"entry": [{"id": "1", "changes": [{"field": "messages", "value": {
///     "messages": [{"from": "16505551234", "id": "wamid.1", "timestamp": "1790000000", "type": "smell"}]}}]}]}"#);
/// assert_eq!(report.events[0].kind, "message smell");
/// assert_eq!(report.events[0].at, Some(1_790_000_000));
/// assert!(!report.is_understood());
/// ```
pub fn inspect(body: &[u8]) -> Report {
    let json = match from_slice::<Json>(body) {
        Ok(Ok(json) | Err(json)) => json,
        Err(error) => return Report::refused(not_json(body, &error)),
    };
    let entries = match entries(&json) {
        Ok(entries) => entries,
        Err(problem) => return Report::refused(problem),
    };
    let events = walk::events(entries);
    let found = from_json::<Envelope>(json.clone()).map(|envelope| envelope.surprises()).unwrap_or_default();
    let surprises = found.into_iter().map(|surprise| note(surprise, &json)).collect();
    Report { problem: None, events, surprises }
}

fn not_json(body: &[u8], error: &serde_json::Error) -> Problem {
    let reason = if body.iter().all(u8::is_ascii_whitespace) {
        "the body is empty".to_owned()
    } else {
        // serde_json ends its message with the position, which is told beside it.
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        format!("the body isn't JSON: {message}")
    };
    Problem { reason, line: Some(error.line()), column: Some(error.column()), pointer: None }
}

fn entries(json: &Json) -> Result<&[Json], Problem> {
    let refuse = |pointer: String, reason: String| {
        Err(Problem { reason, line: None, column: None, pointer: Some(pointer) })
    };
    let Some(envelope) = json.as_object() else {
        return refuse(
            String::new(),
            format!("the body is {}, not an object with a list of entries", shape(json)),
        );
    };
    let Some(entry) = envelope.get("entry") else {
        return refuse(String::new(), "the body has no field \"entry\"".to_owned());
    };
    let Some(entries) = entry.as_array() else {
        return refuse("/entry".to_owned(), format!("\"entry\" is {}, not a list", shape(entry)));
    };
    match entries.iter().enumerate().find(|(_, entry)| !entry.is_object()) {
        Some((i, odd)) => refuse(format!("/entry/{i}"), format!("an entry is {}, not an object", shape(odd))),
        None => Ok(entries),
    }
}

fn note(surprise: Surprise, json: &Json) -> Note {
    let mut reason = surprise.kind.to_string();
    if let (SurpriseKind::UnexpectedShape, Some(found)) = (&surprise.kind, json.pointer(&surprise.pointer)) {
        reason.push_str("; here it is ");
        reason.push_str(shape(found));
    }
    Note { pointer: surprise.pointer, reason }
}

fn shape(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

/// A customer's words on one line, shortened.
fn quoted(text: &str) -> String {
    if text.is_empty() { "\"\"".to_owned() } else { format!("\"{}\"", one_line(text, 60)) }
}

/// A text without line breaks, at most so many characters long, and never empty: it may hold whatever Meta sent.
fn one_line(text: &str, most: usize) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let mut line: String = text.chars().take(most).map(|c| if breaks(c) { ' ' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        line.push('…');
    }
    if line.trim().is_empty() { "without a name".to_owned() } else { line }
}

/// A word of the wire as words: `PIN_RESET_REQUEST` is `pin reset request`.
fn words(word: &str) -> String {
    word.to_lowercase().replace('_', " ")
}
