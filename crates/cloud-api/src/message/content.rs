//! What a message says: its kind and payload.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::check;
use super::contact::ContactCard;
use super::interactive::Interactive;
use super::location::Location;
use super::media::Media;
use super::template::Template;
use super::wire::{exact, words};
use crate::violation::Violation;

/// Kind and payload of an outbound message. Limits are in [`limits`](super::limits), applied by
/// [`check`](super::check()).
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Words.
    Text(Text),
    /// jpeg or png, up to 5 MB.
    Image(Media),
    /// mp4 or 3gpp, up to 16 MB.
    Video(Media),
    /// Sound, up to 16 MB; a voice note when [`Media::voice`] is set (ogg with OPUS, mono).
    Audio(Media),
    /// Any file, up to 100 MB.
    Document(Media),
    /// webp of 512 by 512 pixels: 100 KB still, 500 KB animated.
    Sticker(Media),
    /// A place on the map.
    Location(Location),
    /// Contact cards, up to 257.
    Contacts(Vec<ContactCard>),
    /// An emoji on a message of the other side.
    Reaction(Reaction),
    /// Buttons, lists and the like.
    Interactive(Box<Interactive>),
    /// An approved template with its values; the only kind that may start a conversation.
    Template(Template),
    /// Holds a message at the top of a group, or lets it go.
    Pin(Pin),
    /// A kind this crate has no type for, or a payload that its kind's type can't hold without loss.
    Other {
        /// Its `type`.
        kind: String,
        /// What stands under its own name.
        payload: Value,
    },
}

/// Payload of a text message. Meta: Messages > Text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// 1 to 4096 characters; 1024 with [`DirectSend`](super::DirectSend).
    pub body: String,
    /// Shows a preview of the first URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_url: Option<bool>,
}

/// Payload of a reaction. The target is at most 30 days old and no reaction itself. Meta: Messages > Reaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// `wamid` of the message reacted to.
    pub message_id: String,
    /// One emoji; empty takes the reaction back.
    pub emoji: String,
}

/// Payload of a pin: groups only, up to three at a time. Meta: Groups API > Pin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Pin or unpin.
    #[serde(rename = "type")]
    pub kind: PinKind,
    /// `wamid` of the message.
    pub message_id: String,
    /// For how long, 1 to 30 days. Needed to pin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_days: Option<u32>,
}

words! {
    /// Whether a message is pinned or let go.
    pub enum PinKind {
        /// To the top.
        Pin = "pin",
        /// Back to its place.
        Unpin = "unpin",
    }
}

impl Content {
    /// Words without a link preview.
    pub fn text(body: impl Into<String>) -> Self {
        Self::Text(Text { body: body.into(), preview_url: None })
    }

    /// The value of `type`.
    pub fn kind(&self) -> &str {
        match self {
            Self::Text(_) => "text",
            Self::Image(_) => "image",
            Self::Video(_) => "video",
            Self::Audio(_) => "audio",
            Self::Document(_) => "document",
            Self::Sticker(_) => "sticker",
            Self::Location(_) => "location",
            Self::Contacts(_) => "contacts",
            Self::Reaction(_) => "reaction",
            Self::Interactive(_) => "interactive",
            Self::Template(_) => "template",
            Self::Pin(_) => "pin",
            Self::Other { kind, .. } => kind,
        }
    }

    /// What stands under the kind's name.
    pub fn payload(&self) -> Value {
        let payload = match self {
            Self::Text(text) => serde_json::to_value(text),
            Self::Image(media)
            | Self::Video(media)
            | Self::Audio(media)
            | Self::Document(media)
            | Self::Sticker(media) => serde_json::to_value(media),
            Self::Location(location) => serde_json::to_value(location),
            Self::Contacts(cards) => serde_json::to_value(cards),
            Self::Reaction(reaction) => serde_json::to_value(reaction),
            Self::Interactive(interactive) => serde_json::to_value(interactive),
            Self::Template(template) => serde_json::to_value(template),
            Self::Pin(pin) => serde_json::to_value(pin),
            Self::Other { payload, .. } => return payload.clone(),
        };
        payload.unwrap_or_default()
    }

    /// Reads a payload. One that its kind's type can't hold without loss stays [`Content::Other`].
    pub fn from_parts(kind: String, payload: Value) -> Self {
        let known = match kind.as_str() {
            "text" => exact(&payload).map(Self::Text),
            "image" => exact(&payload).map(Self::Image),
            "video" => exact(&payload).map(Self::Video),
            "audio" => exact(&payload).map(Self::Audio),
            "document" => exact(&payload).map(Self::Document),
            "sticker" => exact(&payload).map(Self::Sticker),
            "location" => exact(&payload).map(Self::Location),
            "contacts" => exact(&payload).map(Self::Contacts),
            "reaction" => exact(&payload).map(Self::Reaction),
            "interactive" => exact(&payload).map(Self::Interactive),
            "template" => exact(&payload).map(Self::Template),
            "pin" => exact(&payload).map(Self::Pin),
            _ => None,
        };
        known.unwrap_or(Self::Other { kind, payload })
    }

    /// Whether Meta would take it, whoever it goes to. See [`check_content`](super::check_content).
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        let mut message = Map::new();
        message.insert("type".to_owned(), self.kind().into());
        message.insert(self.kind().to_owned(), self.payload());
        if let Self::Pin(_) = self {
            message.insert("recipient_type".to_owned(), "group".into());
        }
        check::check_content(&Value::Object(message))
    }
}

impl Pin {
    /// Pins a message for 1 to 30 days.
    pub fn new(wamid: impl Into<String>, days: u32) -> Self {
        Self { kind: PinKind::Pin, message_id: wamid.into(), expiration_days: Some(days) }
    }

    /// Lets a message go.
    pub fn unpin(wamid: impl Into<String>) -> Self {
        Self { kind: PinKind::Unpin, message_id: wamid.into(), expiration_days: None }
    }
}

impl From<Text> for Content {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<Location> for Content {
    fn from(location: Location) -> Self {
        Self::Location(location)
    }
}

impl From<Vec<ContactCard>> for Content {
    fn from(cards: Vec<ContactCard>) -> Self {
        Self::Contacts(cards)
    }
}

impl From<Reaction> for Content {
    fn from(reaction: Reaction) -> Self {
        Self::Reaction(reaction)
    }
}

impl From<Interactive> for Content {
    fn from(interactive: Interactive) -> Self {
        Self::Interactive(Box::new(interactive))
    }
}

impl From<Template> for Content {
    fn from(template: Template) -> Self {
        Self::Template(template)
    }
}

impl From<Pin> for Content {
    fn from(pin: Pin) -> Self {
        Self::Pin(pin)
    }
}
