//! What a message says: its kind and payload.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::interactive::Interactive;
use super::template::Template;

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
    /// Contact cards, as JSON.
    Contacts(Vec<Value>),
    /// An emoji on a message of the other side.
    Reaction(Reaction),
    /// Buttons, lists and the like.
    Interactive(Interactive),
    /// An approved template with its values; the only kind that may start a conversation.
    Template(Template),
    /// A kind this crate has no type for.
    Other {
        /// Its `type`.
        kind: String,
        /// What stands under its own name.
        payload: Value,
    },
}

/// Payload of a text message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// 1 to 4096 characters.
    pub body: String,
    /// Shows a preview of the first URL.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub preview_url: bool,
}

/// Payload of an image, video, audio, document or sticker message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// Where the bytes are.
    #[serde(flatten)]
    pub source: MediaSource,
    /// Up to 1024 characters; not for audio and stickers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Documents only; its extension chooses the icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// Audio only: shown as a voice note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<bool>,
}

/// Where the bytes of outbound media are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MediaSource {
    /// Uploaded before; valid for 30 days.
    Id {
        /// The media id.
        id: String,
    },
    /// Meta fetches it, and keeps it for ten minutes by URL.
    Link {
        /// An `https` URL that needs no login.
        link: String,
    },
}

/// Payload of a location message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// Degrees, -90 to 90.
    pub latitude: f64,
    /// Degrees, -180 to 180.
    pub longitude: f64,
    /// What is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Shown only with a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Payload of a reaction. The target is at most 30 days old and no reaction itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// `wamid` of the message reacted to.
    pub message_id: String,
    /// One emoji; empty takes the reaction back.
    pub emoji: String,
}

impl Content {
    /// Words without a link preview.
    pub fn text(body: impl Into<String>) -> Self {
        Self::Text(Text { body: body.into(), preview_url: false })
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
            Self::Contacts(cards) => return Value::Array(cards.clone()),
            Self::Reaction(reaction) => serde_json::to_value(reaction),
            Self::Interactive(interactive) => serde_json::to_value(interactive),
            Self::Template(template) => serde_json::to_value(template),
            Self::Other { payload, .. } => return payload.clone(),
        };
        payload.unwrap_or_default()
    }

    /// Reads a payload. One that its kind's type can't hold stays [`Content::Other`].
    pub fn from_parts(kind: String, payload: Value) -> Self {
        let known = match kind.as_str() {
            "text" => read(&payload).map(Self::Text),
            "image" => read(&payload).map(Self::Image),
            "video" => read(&payload).map(Self::Video),
            "audio" => read(&payload).map(Self::Audio),
            "document" => read(&payload).map(Self::Document),
            "sticker" => read(&payload).map(Self::Sticker),
            "location" => read(&payload).map(Self::Location),
            "contacts" => read(&payload).map(Self::Contacts),
            "reaction" => read(&payload).map(Self::Reaction),
            "interactive" => read(&payload).map(Self::Interactive),
            "template" => read(&payload).map(Self::Template),
            _ => None,
        };
        known.unwrap_or(Self::Other { kind, payload })
    }
}

impl Media {
    /// Media uploaded before.
    pub fn id(id: impl Into<String>) -> Self {
        Self::from_source(MediaSource::Id { id: id.into() })
    }

    /// Media that Meta fetches.
    pub fn link(link: impl Into<String>) -> Self {
        Self::from_source(MediaSource::Link { link: link.into() })
    }

    /// The same media with words under it.
    #[must_use]
    pub fn with_caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = Some(caption.into());
        self
    }

    /// The same document with a file name.
    #[must_use]
    pub fn with_filename(mut self, filename: impl Into<String>) -> Self {
        self.filename = Some(filename.into());
        self
    }

    fn from_source(source: MediaSource) -> Self {
        Self { source, caption: None, filename: None, voice: None }
    }
}

fn read<T: DeserializeOwned>(payload: &Value) -> Option<T> {
    T::deserialize(payload).ok()
}
