//! Messages and how far they came.

use crate::{
    Timestamp,
    cause::Cause,
    id::{ContactId, ConversationId, MessageId, PhoneNumberId},
    media::Media,
};
use serde_json::Value;

/// Whose message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The contact's.
    Inbound,
    /// Ours.
    Outbound,
}

impl Direction {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "inbound" => Self::Inbound,
            "outbound" => Self::Outbound,
            _ => return None,
        })
    }
}

/// How far a message came. Statuses arrive in any order, so this is a lattice and never moves backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MessageState {
    /// Inbound: it is here.
    Received,
    /// Outbound: enqueued here.
    Queued,
    /// Meta took it and gave a wamid.
    Accepted,
    /// It left Meta.
    Sent,
    /// It will not arrive. Later proof of delivery, which multi-device phones do produce, overrides it.
    Failed,
    /// It is on the contact's device.
    Delivered,
    /// The contact saw it (or heard a voice note).
    Read,
}

impl MessageState {
    /// All of them, the furthest last.
    pub const ALL: [Self; 7] =
        [Self::Received, Self::Queued, Self::Accepted, Self::Sent, Self::Failed, Self::Delivered, Self::Read];

    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Queued => "queued",
            Self::Accepted => "accepted",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
            Self::Read => "read",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "received" => Self::Received,
            "queued" => Self::Queued,
            "accepted" => Self::Accepted,
            "sent" => Self::Sent,
            "failed" => Self::Failed,
            "delivered" => Self::Delivered,
            "read" => Self::Read,
            _ => return None,
        })
    }

    /// The further of two states: order and repetition of statuses make no difference.
    #[must_use]
    pub fn advance(self, seen: Self) -> Self {
        self.max(seen)
    }
}

/// What Meta, or we, said of a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageError {
    /// Meta's code; `None` when the failure is ours.
    pub code: Option<i64>,
    /// Short title, Meta's where there is one.
    pub title: String,
    /// Meta's detail, or ours.
    pub detail: Option<String>,
}

/// One move of a message, with its time and cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The state that was reported.
    pub state: MessageState,
    /// When it happened, by whoever reported it.
    pub at: Timestamp,
    /// When we recorded it.
    pub recorded_at: Timestamp,
    /// Why.
    pub cause: Cause,
    /// More about it: an error, a retry, a note.
    pub detail: Option<String>,
}

/// A reaction on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Whose it is: the contact's if inbound.
    pub direction: Direction,
}

/// What a message answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyTo {
    /// Meta's id of the quoted message.
    pub wamid: String,
    /// Ours, when we have it.
    pub message: Option<MessageId>,
}

/// One item of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Our id.
    pub id: MessageId,
    /// In which thread.
    pub conversation_id: ConversationId,
    /// With whom.
    pub contact_id: ContactId,
    /// Over which number of ours.
    pub phone_number_id: PhoneNumberId,
    /// Whose it is.
    pub direction: Direction,
    /// Meta's `type`; an open set.
    pub kind: String,
    /// How far it came.
    pub state: MessageState,
    /// Cloud-API-shaped: `{"type": kind, kind: {…}}`, as sent or received.
    pub content: Value,
    /// Meta's id, once there is one.
    pub wamid: Option<String>,
    /// What it answers.
    pub reply_to: Option<ReplyTo>,
    /// The sender's own id for it, which is also its idempotency key.
    pub client_id: Option<String>,
    /// Why it exists.
    pub cause: Cause,
    /// Name of the agent, rule or key behind it.
    pub author_name: Option<String>,
    /// Why it failed, if it did.
    pub error: Option<MessageError>,
    /// Its file, if it has one.
    pub media: Option<Media>,
    /// Reactions on it.
    pub reactions: Vec<Reaction>,
    /// Since when nobody knows whether Meta took it: the request left, and no answer came.
    pub unknown_since: Option<Timestamp>,
    /// When it was written (inbound) or enqueued.
    pub created_at: Timestamp,
    /// When Meta took it.
    pub accepted_at: Option<Timestamp>,
    /// When it left Meta.
    pub sent_at: Option<Timestamp>,
    /// When it reached the device.
    pub delivered_at: Option<Timestamp>,
    /// When it was read.
    pub read_at: Option<Timestamp>,
    /// When it failed.
    pub failed_at: Option<Timestamp>,
}

/// Which messages are wanted. Everything absent does not filter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// Only those in this conversation.
    pub conversation: Option<ConversationId>,
    /// Only those that came so far.
    pub state: Option<MessageState>,
}

/// What may be sent, sorted by the rule that governs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendKind {
    /// Needs an open service window.
    FreeForm,
    /// An approved template: may open a conversation.
    Template,
    /// A reaction to a message of the contact's; Meta does not check the window for it.
    Reaction,
}

impl SendKind {
    /// The rule for a Cloud API `type`.
    pub fn of(kind: &str) -> Self {
        match kind {
            "template" => Self::Template,
            "reaction" => Self::Reaction,
            _ => Self::FreeForm,
        }
    }
}

/// One line that stands for a message in lists. Empty when there is nothing to say in words.
pub fn preview(content: &Value) -> String {
    let kind = content["type"].as_str().unwrap_or_default();
    let body = &content[kind];
    let text = match kind {
        "text" => body["body"].as_str(),
        "button" => body["text"].as_str(),
        "image" | "video" | "document" => body["caption"].as_str().or(body["filename"].as_str()),
        "template" => body["name"].as_str(),
        "location" => body["name"].as_str().or(body["address"].as_str()),
        "reaction" => body["emoji"].as_str(),
        "interactive" => ["button_reply", "list_reply"]
            .iter()
            .find_map(|reply| body[reply]["title"].as_str())
            .or(body["nfm_reply"]["body"].as_str())
            .or(body["body"]["text"].as_str()),
        "system" => body["body"].as_str(),
        _ => None,
    };
    text.unwrap_or_default().chars().map(|c| if c.is_control() { ' ' } else { c }).take(160).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const ALL: [MessageState; 6] = [
        MessageState::Queued,
        MessageState::Accepted,
        MessageState::Sent,
        MessageState::Failed,
        MessageState::Delivered,
        MessageState::Read,
    ];

    proptest! {
        #[test]
        fn the_order_and_number_of_statuses_make_no_difference(picks in prop::collection::vec(0usize..6, 1..12)) {
            let fold = |it: &mut dyn Iterator<Item = usize>| it.fold(MessageState::Queued, |s, i| s.advance(ALL[i]));
            let forwards = fold(&mut picks.iter().copied());
            let backwards = fold(&mut picks.iter().rev().copied());
            let twice = fold(&mut picks.iter().chain(picks.iter()).copied());
            prop_assert_eq!(forwards, backwards);
            prop_assert_eq!(forwards, twice);
        }
    }

    #[test]
    fn a_state_survives_being_stored() {
        for state in ALL {
            assert_eq!(MessageState::parse(state.as_str()), Some(state));
        }
    }

    #[test]
    fn a_preview_is_what_a_person_would_read_first() {
        let cases = [
            (json!({"type":"text","text":{"body":"hola\nque tal"}}), "hola que tal"),
            (json!({"type":"image","image":{"id":"1","caption":"roof"}}), "roof"),
            (
                json!({"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"a","title":"Yes"}}}),
                "Yes",
            ),
            (json!({"type":"interactive","interactive":{"type":"button","body":{"text":"Pick"}}}), "Pick"),
            (json!({"type":"audio","audio":{"id":"1"}}), ""),
            (json!({"type":"hologram","hologram":{"x":1}}), ""),
        ];
        for (content, expected) in cases {
            assert_eq!(preview(&content), expected);
        }
    }
}
