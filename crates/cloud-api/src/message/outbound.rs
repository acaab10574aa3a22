//! The envelope of a message, typed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::content::{Content, Reaction};
use super::direct_send::DirectSend;
use crate::violation::Violation;

/// Who a message goes to. Meta: Messages > Recipients, Business-scoped user IDs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// A phone number, in any way people write one. Goes into `to`.
    Phone(String),
    /// A business-scoped user id (`US.1349…`) or a parent's. Goes into `recipient`. Not for one-time passwords.
    User(String),
    /// Both; Meta uses the phone number.
    PhoneAndUser {
        /// As in [`Recipient::Phone`].
        phone: String,
        /// As in [`Recipient::User`].
        user: String,
    },
    /// A group's id. Groups take text, media, templates and pins.
    Group(String),
}

/// A message on its way out. Serialises to the body of `POST /{phone number id}/messages`.
///
/// ```
/// use cloud_api::message::{Interactive, Outbound, Recipient, ReplyButton};
///
/// let question = Interactive::buttons("Shall we deliver today?", [ReplyButton::new("yes", "Yes"), ReplyButton::new("no", "No")])
///     .footer("Acme");
/// let message = Outbound::new(Recipient::Phone("+16505551234".into()), question)
///     .reply_to("wamid.IN")
///     .with_callback_data("order:1");
/// assert_eq!(message.validate(), Ok(()));
/// ```
///
/// Reading one back loses nothing: unknown kinds, and payloads with anything their type doesn't know, stay JSON
/// ([`Content::Other`]), unknown fields of the envelope stay in `extra`. Only the `recipient_type` and `type` that
/// Meta assumes when they are absent are written out, nulls are left out, and the words of a template that Meta takes
/// in any case become lower case.
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
    /// Sends free-form content outside the service window, for numbers that may.
    pub direct_send: Option<DirectSend>,
    /// Any other field of the envelope.
    pub extra: Map<String, Value>,
}

impl Outbound {
    /// A message with nothing but a recipient and content.
    pub fn new(recipient: Recipient, content: impl Into<Content>) -> Self {
        Self {
            recipient,
            content: content.into(),
            context: None,
            biz_opaque_callback_data: None,
            recipient_identity_key_hash: None,
            direct_send: None,
            extra: Map::new(),
        }
    }

    /// A text message.
    pub fn text(recipient: Recipient, body: impl Into<String>) -> Self {
        Self::new(recipient, Content::text(body))
    }

    /// An emoji on a message of the other side; an empty one takes it back.
    pub fn reaction(recipient: Recipient, wamid: impl Into<String>, emoji: impl Into<String>) -> Self {
        Self::new(recipient, Reaction { message_id: wamid.into(), emoji: emoji.into() })
    }

    /// The same message, quoting another.
    #[must_use]
    pub fn reply_to(mut self, wamid: impl Into<String>) -> Self {
        self.context = Some(wamid.into());
        self
    }

    /// The same message, carrying data that its statuses bring back.
    #[must_use]
    pub fn with_callback_data(mut self, data: impl Into<String>) -> Self {
        self.biz_opaque_callback_data = Some(data.into());
        self
    }

    /// The same message, delivered only while the person's identity key has this hash.
    #[must_use]
    pub fn with_identity_key_hash(mut self, hash: impl Into<String>) -> Self {
        self.recipient_identity_key_hash = Some(hash.into());
        self
    }

    /// The same message, sent without a template outside the service window.
    #[must_use]
    pub fn with_direct_send(mut self, direct_send: DirectSend) -> Self {
        self.direct_send = Some(direct_send);
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
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
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
    biz_opaque_callback_data: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recipient_identity_key_hash: Option<String>,
    #[serde(rename = "type", default = "text_kind")]
    kind: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
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
        if let Some(message_id) = message.context {
            rest.insert("context".to_owned(), json!({"message_id": message_id}));
        }
        if let Some(direct_send) = message.direct_send {
            direct_send.put(&mut rest);
        }
        Self {
            messaging_product: "whatsapp".to_owned(),
            recipient_type: Some(recipient_type.to_owned()),
            to,
            recipient,
            biz_opaque_callback_data: message.biz_opaque_callback_data,
            recipient_identity_key_hash: message.recipient_identity_key_hash,
            kind,
            rest,
        }
    }
}

impl TryFrom<Wire> for Outbound {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        if wire.messaging_product != "whatsapp" {
            return Err("messaging_product is not whatsapp");
        }
        let mut rest = wire.rest;
        let group = match wire.recipient_type.as_deref() {
            None | Some("individual") => false,
            Some("group") => true,
            Some(_) => return Err("recipient_type is neither individual nor group"),
        };
        let recipient = match (wire.to, wire.recipient) {
            (Some(group_id), user) if group => {
                // Meta looks at `to` alone.
                rest.extend(user.map(|user| ("recipient".to_owned(), Value::String(user))));
                Recipient::Group(group_id)
            }
            (Some(phone), None) => Recipient::Phone(phone),
            (Some(phone), Some(user)) => Recipient::PhoneAndUser { phone, user },
            (None, Some(user)) => Recipient::User(user),
            (None, None) => return Err("message has neither to nor recipient"),
        };
        let payload = rest.remove(&wire.kind).ok_or("message has nothing under the name of its type")?;
        Ok(Self {
            recipient,
            content: Content::from_parts(wire.kind, payload),
            context: take_context(&mut rest),
            biz_opaque_callback_data: wire.biz_opaque_callback_data,
            recipient_identity_key_hash: wire.recipient_identity_key_hash,
            direct_send: DirectSend::take(&mut rest),
            extra: rest,
        })
    }
}

/// The quoted message. A context with anything else in it stays where it is.
fn take_context(rest: &mut Map<String, Value>) -> Option<String> {
    let context = rest.get("context")?.as_object()?;
    let quoted = context.get("message_id")?.as_str()?.to_owned();
    if context.len() > 1 {
        return None;
    }
    rest.remove("context");
    Some(quoted)
}
