//! Live events.

use jiff::Timestamp;
use model::event::NewEvent;
use serde::Serialize;
use utoipa::ToSchema;

/// The data of one live event: what changed, of what. Read the thing itself to see how it stands now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LiveEvent)]
pub(crate) struct EventOut {
    /// The event's name too: message.created, message.updated, conversation.updated, contact.updated,
    /// delivery.updated, phone_number.updated or template.updated.
    kind: &'static str,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number_id: Option<String>,
}

impl From<NewEvent> for EventOut {
    fn from(event: NewEvent) -> Self {
        let subject = event.subject;
        Self {
            kind: event.kind.as_str(),
            at: event.at,
            conversation_id: subject.conversation.map(|id| id.to_string()),
            message_id: subject.message.map(|id| id.to_string()),
            contact_id: subject.contact.map(|id| id.to_string()),
            delivery_id: subject.delivery.map(|id| id.to_string()),
            phone_number_id: subject.phone_number.map(|id| id.to_string()),
        }
    }
}
