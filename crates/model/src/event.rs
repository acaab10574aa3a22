//! Domain events: what changed, for live screens and, later, for the systems beside Waypost.

use crate::{
    Timestamp,
    cause::Cause,
    id::{ContactId, ConversationId, DeliveryId, MessageId, PhoneNumberId},
};

/// What kind of change an event tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A message came in or was enqueued.
    MessageCreated,
    /// A message moved on, failed, got a reaction or its file.
    MessageUpdated,
    /// A conversation began, changed hands or state, or was read.
    ConversationUpdated,
    /// A contact appeared or changed.
    ContactUpdated,
    /// A delivery could not be handled as it should, or was replayed.
    DeliveryUpdated,
    /// A number was connected, parked or resumed.
    PhoneNumberUpdated,
    /// Templates were read from Meta.
    TemplateUpdated,
}

impl EventKind {
    /// The word on the wire and in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MessageCreated => "message.created",
            Self::MessageUpdated => "message.updated",
            Self::ConversationUpdated => "conversation.updated",
            Self::ContactUpdated => "contact.updated",
            Self::DeliveryUpdated => "delivery.updated",
            Self::PhoneNumberUpdated => "phone_number.updated",
            Self::TemplateUpdated => "template.updated",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "message.created" => Self::MessageCreated,
            "message.updated" => Self::MessageUpdated,
            "conversation.updated" => Self::ConversationUpdated,
            "contact.updated" => Self::ContactUpdated,
            "delivery.updated" => Self::DeliveryUpdated,
            "phone_number.updated" => Self::PhoneNumberUpdated,
            "template.updated" => Self::TemplateUpdated,
            _ => return None,
        })
    }
}

/// What an event is about; any of them may be absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Subject {
    /// The conversation concerned.
    pub conversation: Option<ConversationId>,
    /// The message concerned.
    pub message: Option<MessageId>,
    /// The contact concerned.
    pub contact: Option<ContactId>,
    /// The delivery concerned.
    pub delivery: Option<DeliveryId>,
    /// The phone number concerned.
    pub phone_number: Option<PhoneNumberId>,
}

/// A change, before it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewEvent {
    /// What changed.
    pub kind: EventKind,
    /// Of what.
    pub subject: Subject,
    /// Why.
    pub cause: Cause,
    /// When, by the product's clock.
    pub at: Timestamp,
}

/// Where an event stands in the stream: the transaction that wrote it, then its number.
///
/// Two numbers, because on PostgreSQL a lower number may commit later; readers only look at transactions older than
/// every one still running, so that a reader that goes by this order never skips an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventCursor {
    /// The writing transaction; always 0 on SQLite, where there is one writer.
    pub tx: i64,
    /// The event's number.
    pub number: i64,
}

impl EventCursor {
    /// Reads what [`std::fmt::Display`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (tx, number) = text.split_once('.')?;
        Some(Self { tx: tx.parse().ok()?, number: number.parse().ok()? })
    }
}

impl std::fmt::Display for EventCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.tx, self.number)
    }
}

/// A stored change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Where it stands in the stream.
    pub cursor: EventCursor,
    /// The change itself.
    pub event: NewEvent,
}
