//! The envelope of a message, typed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::content::Content;
use crate::violation::Violation;

/// Who a message goes to. Meta: Messages > Recipients, Business-scoped user IDs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// A phone number, in any way people write one. Goes into `to`.
    Phone(String),
    /// A business-scoped user id (`US.1349…`) or a parent's. Goes into `recipient`.
    User(String),
    /// Both; Meta uses the phone number.
    PhoneAndUser {
        /// As in [`Recipient::Phone`].
        phone: String,
        /// As in [`Recipient::User`].
        user: String,
    },
    /// A group's id.
    Group(String),
}

/// A message on its way out. Serialises to the body of `POST /{phone number id}/messages`.
///
/// Reading one back keeps unknown kinds and unknown fields of the envelope, but not unknown fields inside a known
/// kind; keep the JSON where those matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "Wire", try_from = "Wire")]
pub struct Outbound {
    /// Who gets it.
    pub recipient: Recipient,
    /// What it is.
    pub content: Content,
    /// `wamid` of the message it quotes. Not for reactions.
    pub context: Option<String>,
    /// Up to 512 characters of yours that come back with every status of this message. The only way to recognise a
    /// message whose answer was lost.
    pub biz_opaque_callback_data: Option<String>,
    /// Delivery is refused when the person's identity key no longer has this hash.
    pub recipient_identity_key_hash: Option<String>,
    /// Any other field of the envelope, e.g. `category` of Direct Send.
    pub extra: Map<String, Value>,
}

impl Outbound {
    /// A message with nothing but a recipient and content.
    pub fn new(recipient: Recipient, content: Content) -> Self {
        Self {
            recipient,
            content,
            context: None,
            biz_opaque_callback_data: None,
            recipient_identity_key_hash: None,
            extra: Map::new(),
        }
    }

    /// A text message.
    pub fn text(recipient: Recipient, body: impl Into<String>) -> Self {
        Self::new(recipient, Content::text(body))
    }

    /// The same message, quoting another.
    #[must_use]
    pub fn in_reply_to(mut self, wamid: impl Into<String>) -> Self {
        self.context = Some(wamid.into());
        self
    }

    /// The same message, carrying data that its statuses bring back.
    #[must_use]
    pub fn with_callback_data(mut self, data: impl Into<String>) -> Self {
        self.biz_opaque_callback_data = Some(data.into());
        self
    }

    /// The JSON that goes over the wire.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Whether Meta would take it. See [`check`](super::check()).
    ///
    /// # Errors
    /// All violations found.
    pub fn check(&self) -> Result<(), Vec<Violation>> {
        super::check(&self.to_json())
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    messaging_product: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recipient_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recipient: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    context: Option<Context>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    biz_opaque_callback_data: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recipient_identity_key_hash: Option<String>,
    #[serde(rename = "type", default = "text_kind")]
    kind: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
struct Context {
    message_id: String,
}

fn text_kind() -> String {
    "text".to_owned()
}

impl From<Outbound> for Wire {
    fn from(message: Outbound) -> Self {
        let (recipient_type, to, recipient) = match message.recipient {
            Recipient::Phone(phone) => ("individual", Some(phone), None),
            Recipient::User(user) => ("individual", None, Some(user)),
            Recipient::PhoneAndUser { phone, user } => ("individual", Some(phone), Some(user)),
            Recipient::Group(group) => ("group", Some(group), None),
        };
        let kind = message.content.kind().to_owned();
        let mut rest = message.extra;
        rest.insert(kind.clone(), message.content.payload());
        Self {
            messaging_product: "whatsapp".to_owned(),
            recipient_type: Some(recipient_type.to_owned()),
            to,
            recipient,
            context: message.context.map(|message_id| Context { message_id }),
            biz_opaque_callback_data: message.biz_opaque_callback_data,
            recipient_identity_key_hash: message.recipient_identity_key_hash,
            kind,
            rest,
        }
    }
}

impl TryFrom<Wire> for Outbound {
    type Error = &'static str;

    fn try_from(mut wire: Wire) -> Result<Self, Self::Error> {
        let group = wire.recipient_type.as_deref() == Some("group");
        let recipient = match (wire.to, wire.recipient) {
            (Some(group_id), _) if group => Recipient::Group(group_id),
            (Some(phone), None) => Recipient::Phone(phone),
            (Some(phone), Some(user)) => Recipient::PhoneAndUser { phone, user },
            (None, Some(user)) => Recipient::User(user),
            (None, None) => return Err("message has neither to nor recipient"),
        };
        let payload = wire.rest.remove(&wire.kind).unwrap_or_else(|| json!({}));
        Ok(Self {
            recipient,
            content: Content::from_parts(wire.kind, payload),
            context: wire.context.map(|context| context.message_id),
            biz_opaque_callback_data: wire.biz_opaque_callback_data,
            recipient_identity_key_hash: wire.recipient_identity_key_hash,
            extra: wire.rest,
        })
    }
}
