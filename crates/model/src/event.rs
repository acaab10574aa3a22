//! Domain events: what changed, for live screens and, later, for the systems beside Waypost.

use crate::{
    Timestamp,
    cause::Cause,
    id::{ContactId, ConversationId, DeliveryId, MessageId, PhoneNumberId},
};

/// Kinds with their words, each named once.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $word:literal),* $(,)?) => {
        /// What kind of change an event tells of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum EventKind { $($(#[$doc])* $name),* }

        impl EventKind {
            /// Every kind. Each has its place in `docs/events/asyncapi.yaml`.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word on the wire and in the table.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// Reads the stored word.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$name),)* _ => None }
            }
        }
    };
}

kinds! {
    /// A message came in or was enqueued.
    MessageCreated "message.created",
    /// A message moved on, failed, got a reaction or its file.
    MessageUpdated "message.updated",
    /// A conversation began, changed hands or state, or was read.
    ConversationUpdated "conversation.updated",
    /// A contact appeared or changed.
    ContactUpdated "contact.updated",
    /// A delivery could not be handled as it should, or was replayed.
    DeliveryUpdated "delivery.updated",
    /// A number was connected, parked or resumed.
    PhoneNumberUpdated "phone_number.updated",
    /// Templates were read from Meta.
    TemplateUpdated "template.updated",
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
