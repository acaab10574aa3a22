//! Threads as the inbox lists them.

use super::{
    contact::ContactRef,
    message::{Author, Direction, MessageState},
    mirror, page_of,
};
use jiff::Timestamp;
use model::{
    conversation::{
        Conversation, ConversationCounts, ConversationState as ModelState, LastMessage, ServiceWindow,
    },
    message::Direction as ModelDirection,
};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

mirror! {
    /// Where a conversation stands with us.
    ConversationState = ModelState { Open Pending Snoozed Resolved }
}

/// Our thread with a contact on a phone number.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Conversation)]
pub(crate) struct ConversationOut {
    #[schema(example = "cnv_0199c0ffee0070008000000000000001")]
    id: String,
    state: ConversationState,
    contact: ContactRef,
    phone_number: PhoneNumberRef,
    /// Who has taken it on.
    #[schema(required = true)]
    assignee: Option<UserRef>,
    /// Inbound messages that nobody has read.
    unread_count: u64,
    #[schema(required = true)]
    last_message: Option<LastMessageOut>,
    service_window: ServiceWindowOut,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[schema(required = true)]
    last_message_at: Option<Timestamp>,
}

impl ConversationOut {
    pub(crate) fn new(conversation: Conversation, now: Timestamp) -> Self {
        let number = conversation.phone_number;
        Self {
            id: conversation.id.to_string(),
            state: conversation.state.into(),
            contact: ContactRef::from(&conversation.contact),
            phone_number: PhoneNumberRef {
                id: number.id.to_string(),
                display_phone_number: number.display_phone_number,
                verified_name: number.verified_name,
            },
            assignee: conversation.assignee.map(|user| UserRef { id: user.id.to_string(), name: user.name }),
            unread_count: conversation.unread_count,
            last_message_at: conversation.last_message.as_ref().map(|_| conversation.last_message_at),
            last_message: conversation.last_message.map(LastMessageOut::from),
            service_window: ServiceWindowOut::new(conversation.window, now),
            created_at: conversation.created_at,
            updated_at: conversation.last_message_at,
        }
    }
}

page_of!(ConversationPage, ConversationOut);

/// As much of a number as a list shows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhoneNumberRef {
    id: String,
    display_phone_number: String,
    verified_name: String,
}

/// As much of a person as a list shows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserRef {
    id: String,
    name: String,
}

/// The newest message, as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LastMessage)]
pub(crate) struct LastMessageOut {
    id: String,
    /// One line of it; empty when there is nothing to say in words.
    preview: String,
    kind: String,
    direction: Direction,
    state: MessageState,
    #[schema(required = true)]
    author: Option<Author>,
    created_at: Timestamp,
}

impl From<LastMessage> for LastMessageOut {
    fn from(last: LastMessage) -> Self {
        let inbound = last.direction == ModelDirection::Inbound;
        Self {
            id: last.id.to_string(),
            preview: last.preview,
            kind: last.kind,
            direction: last.direction.into(),
            state: last.state.into(),
            author: Some(Author::new(inbound, &last.cause_kind, None, last.author_name)),
            created_at: last.created_at,
        }
    }
}

/// The 24 hours after the contact's last message, in which free-form messages may be sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceWindow)]
pub(crate) struct ServiceWindowOut {
    open: bool,
    /// When it closes or closed; null when the contact never wrote.
    #[schema(required = true)]
    expires_at: Option<Timestamp>,
}

impl ServiceWindowOut {
    fn new(window: ServiceWindow, now: Timestamp) -> Self {
        Self { open: window.is_open(now), expires_at: window.expires_at }
    }
}

/// How many open conversations there are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConversationCounts)]
pub(crate) struct ConversationCountsOut {
    /// Taken on by who asks.
    mine: u64,
    /// Taken on by nobody.
    unassigned: u64,
    all: u64,
}

impl From<ConversationCounts> for ConversationCountsOut {
    fn from(counts: ConversationCounts) -> Self {
        Self { mine: counts.mine, unassigned: counts.unassigned, all: counts.all }
    }
}

/// What may be changed of a conversation; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ConversationPatch)]
pub(crate) struct ConversationPatchIn {
    #[serde(default)]
    #[schema(nullable = false)]
    pub state: Option<ConversationState>,
    /// Who takes it on, `usr_…`; null gives it back.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub assignee_id: Option<Option<String>>,
}

/// Tells an explicit null from an absent field.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
