//! One message, in either direction, with what became of it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ledger::Price;
use super::template::send::TemplateUse;
use crate::clock::rfc3339;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Message {
    pub wamid: String,
    pub phone_number_id: String,
    pub wa_id: String,
    pub direction: Direction,
    pub kind: String,
    /// `{"type": kind, kind: {…}}`, exactly as sent.
    pub content: Value,
    /// The message this one answers.
    pub context: Option<String>,
    pub callback_data: Option<String>,
    pub addressed: Option<Addressed>,
    pub state: State,
    pub at: Moments,
    pub error: Option<Value>,
    pub price: Option<Price>,
    /// Whether `pricing` has been reported after `sent`.
    pub priced: bool,
    pub reactions: Vec<Reaction>,
    /// A template as the phone shows it.
    pub rendered: Option<Value>,
    pub media_id: Option<String>,
    /// When it is given up if it has not arrived, Unix ms.
    #[serde(default)]
    pub expires_at: Option<i64>,
    /// The template behind it.
    #[serde(default)]
    pub template: Option<TemplateUse>,
    /// Said in a group. From the business: `wa_id` is the group's id. From a participant: it is theirs.
    #[serde(default)]
    pub group: Option<InGroup>,
    #[serde(default)]
    pub marks: Marks,
    /// Only a fault makes it fail: it may arrive all the same.
    #[serde(default)]
    pub recovers: bool,
}

/// Who wrote a message for the business, and whether it was changed afterwards.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Marks {
    /// Written in the WhatsApp Business app: free, and without statuses.
    pub from_app: bool,
    /// The app (or Meta Business Agent) that sent it, where several answer.
    pub responder: Option<String>,
    pub edited_at: Option<i64>,
    pub revoked_at: Option<i64>,
}

/// The group that a message was said in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct InGroup {
    pub id: String,
    /// How far a message from the business has come with everybody who was in the group when it was sent.
    pub receipts: Vec<Receipt>,
}

/// How far a message to a group has come with one participant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Receipt {
    pub wa_id: String,
    pub state: State,
    pub at: Moments,
    /// What this recipient costs, until it has been reported.
    pub pricing: Option<Value>,
}

impl Receipt {
    pub(crate) fn new(wa_id: &str) -> Self {
        Self { wa_id: wa_id.to_owned(), state: State::Accepted, at: Moments::default(), pricing: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Direction {
    /// From the customer.
    Inbound,
    /// From the business.
    Outbound,
}

impl Direction {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }
}

/// How the sender named the recipient.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Addressed {
    pub input: String,
    pub by_phone: bool,
}

/// How far a message has come. Ordered: it never goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum State {
    Accepted,
    Sent,
    Delivered,
    Read,
    Played,
    Failed,
}

impl State {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Played => "played",
            Self::Failed => "failed",
        }
    }
}

/// When a message reached each state, Unix ms.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Moments {
    pub accepted: Option<i64>,
    pub sent: Option<i64>,
    pub delivered: Option<i64>,
    pub read: Option<i64>,
    pub played: Option<i64>,
    pub failed: Option<i64>,
}

impl Moments {
    pub(crate) fn set(&mut self, state: State, at: i64) {
        let slot = match state {
            State::Accepted => &mut self.accepted,
            State::Sent => &mut self.sent,
            State::Delivered => &mut self.delivered,
            State::Read => &mut self.read,
            State::Played => &mut self.played,
            State::Failed => &mut self.failed,
        };
        slot.get_or_insert(at);
    }

    /// `{"accepted_at": …}`, without what has not happened.
    pub(crate) fn to_json(&self) -> Map<String, Value> {
        [
            ("accepted_at", self.accepted),
            ("sent_at", self.sent),
            ("delivered_at", self.delivered),
            ("read_at", self.read),
            ("played_at", self.played),
            ("failed_at", self.failed),
        ]
        .into_iter()
        .filter_map(|(name, at)| Some((name.to_owned(), Value::from(rfc3339(at?)))))
        .collect()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reaction {
    pub emoji: String,
    pub by: Direction,
    /// In a group: who of them, by `wa_id`.
    #[serde(default)]
    pub who: Option<String>,
}

impl Message {
    /// Whose chat with the phone number it is in: the group's, else the customer's.
    pub(crate) fn chat_key(&self) -> &str {
        self.group.as_ref().map_or(&self.wa_id, |group| &group.id)
    }

    /// The part named like the message's type.
    pub(crate) fn body(&self) -> &Value {
        &self.content[self.kind.as_str()]
    }

    /// Sets, replaces or (with an empty emoji) removes the reaction of one side.
    pub(crate) fn react(&mut self, by: Direction, emoji: &str) {
        self.react_as(by, None, emoji);
    }

    /// The same where several can react.
    pub(crate) fn react_as(&mut self, by: Direction, who: Option<&str>, emoji: &str) {
        self.reactions.retain(|r| r.by != by || r.who.as_deref() != who);
        if !emoji.is_empty() {
            self.reactions.push(Reaction { emoji: emoji.to_owned(), by, who: who.map(str::to_owned) });
        }
    }

    /// Whether its time to live is over.
    pub(crate) fn expired(&self, now: i64) -> bool {
        self.at.delivered.is_none() && self.expires_at.is_some_and(|at| now > at)
    }

    /// Whether it may still arrive.
    pub(crate) fn on_its_way(&self, now: i64) -> bool {
        self.direction == Direction::Outbound && self.state < State::Delivered && !self.expired(now)
    }

    /// Whether the customer's phone shows it.
    pub(crate) fn on_phone(&self) -> bool {
        self.direction == Direction::Inbound || self.at.delivered.is_some() || self.at.read.is_some()
    }

    /// The first file shown with this message: `id`, or a `link`, of its body or its header.
    pub(crate) fn media_part(&self) -> Option<&Value> {
        media_part(&self.content)
    }
}

/// Kinds whose body is a file.
pub(crate) const MEDIA_KINDS: [&str; 5] = ["image", "video", "audio", "document", "sticker"];

/// The first part of a message body that names a file by `id` or `link`.
pub(crate) fn media_part(content: &Value) -> Option<&Value> {
    let kind = content.get("type")?.as_str()?;
    let body = content.get(kind)?;
    if MEDIA_KINDS.contains(&kind) {
        return Some(body);
    }
    let holder = match kind {
        "interactive" => body.get("header")?,
        "template" => body
            .get("components")?
            .as_array()?
            .iter()
            .find(|c| c["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case("header")))?
            .get("parameters")?
            .get(0)?,
        _ => return None,
    };
    let kind = holder.get("type")?.as_str()?;
    MEDIA_KINDS.contains(&kind).then(|| holder.get(kind)).flatten()
}
