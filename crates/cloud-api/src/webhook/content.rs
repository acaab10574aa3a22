//! The kind of a message and the payload that goes with it.

use serde_json::{Map, Value as Json};

use super::messages::{
    Button, Edit, Location, Media, Message, Order, Reaction, Revoke, System, Text, Unsupported,
};
use super::replies::Interactive;
use super::wire::{Part, Surprise, SurpriseKind, Wire, child, words};

words! {
    /// The `type` of a message.
    pub enum MessageKind {
        /// Words.
        Text = "text",
        /// A picture.
        Image = "image",
        /// A video.
        Video = "video",
        /// Sound or a voice note.
        Audio = "audio",
        /// A file.
        Document = "document",
        /// A sticker.
        Sticker = "sticker",
        /// A place.
        Location = "location",
        /// Contact cards.
        Contacts = "contacts",
        /// A tap on a template's quick-reply button.
        Button = "button",
        /// A tap on a reply button, a list row, or an answered form.
        Interactive = "interactive",
        /// A shopping basket.
        Order = "order",
        /// An emoji on one of our messages.
        Reaction = "reaction",
        /// The customer changed number, id or identity.
        System = "system",
        /// Something the Cloud API can't show.
        Unsupported = "unsupported",
        /// The customer changed a message.
        Edit = "edit",
        /// The customer deleted a message.
        Revoke = "revoke",
        /// The customer opened the chat for the first time and expects a welcome.
        RequestWelcome = "request_welcome",
        /// Media in a chat history, whose details follow in a delivery of their own.
        MediaPlaceholder = "media_placeholder",
        /// An error without a message.
        Errors = "errors",
        /// One of our templates, in echoes and histories.
        Template = "template",
    }
}

/// A message's payload.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Content {
    /// `text`
    Text(Text),
    /// `image`
    Image(Media),
    /// `video`
    Video(Media),
    /// `audio`
    Audio(Media),
    /// `document`
    Document(Media),
    /// `sticker`
    Sticker(Media),
    /// `location`
    Location(Location),
    /// `contacts`: cards as JSON, the same form as when sending, with `origin` and `vcard`.
    Contacts(Vec<Json>),
    /// `button`
    Button(Button),
    /// `interactive`
    Interactive(Interactive),
    /// `order`
    Order(Order),
    /// `reaction`
    Reaction(Reaction),
    /// `system`
    System(System),
    /// `unsupported`
    Unsupported(Unsupported),
    /// `edit`
    Edit(Edit),
    /// `revoke`
    Revoke(Revoke),
    /// A kind without a type here: what stands under its name.
    Other {
        /// The message's `type`.
        kind: String,
        /// Its payload.
        payload: Json,
    },
    /// No payload: the kind has none, or what is there has a form this crate doesn't know and stayed in `extra`.
    #[default]
    None,
}

impl Content {
    fn read(kind: &MessageKind, json: Json) -> Result<Self, Json> {
        match kind {
            MessageKind::Text => Wire::read(json).map(Self::Text),
            MessageKind::Image => Wire::read(json).map(Self::Image),
            MessageKind::Video => Wire::read(json).map(Self::Video),
            MessageKind::Audio => Wire::read(json).map(Self::Audio),
            MessageKind::Document => Wire::read(json).map(Self::Document),
            MessageKind::Sticker => Wire::read(json).map(Self::Sticker),
            MessageKind::Location => Wire::read(json).map(Self::Location),
            MessageKind::Contacts => Wire::read(json).map(Self::Contacts),
            MessageKind::Button => Wire::read(json).map(Self::Button),
            MessageKind::Interactive => Wire::read(json).map(Self::Interactive),
            MessageKind::Order => Wire::read(json).map(Self::Order),
            MessageKind::Reaction => Wire::read(json).map(Self::Reaction),
            MessageKind::System => Wire::read(json).map(Self::System),
            MessageKind::Unsupported => Wire::read(json).map(Self::Unsupported),
            MessageKind::Edit => Wire::read(json).map(Self::Edit),
            MessageKind::Revoke => Wire::read(json).map(Self::Revoke),
            // `errors` is a field of the message, not a payload.
            MessageKind::Errors => Err(json),
            other => Ok(Self::Other { kind: other.as_str().to_owned(), payload: json }),
        }
    }

    /// The key this payload stands under, and the payload.
    fn parts(&self) -> Option<(&str, &dyn DynWire)> {
        Some(match self {
            Self::Text(payload) => ("text", payload),
            Self::Image(payload) => ("image", payload),
            Self::Video(payload) => ("video", payload),
            Self::Audio(payload) => ("audio", payload),
            Self::Document(payload) => ("document", payload),
            Self::Sticker(payload) => ("sticker", payload),
            Self::Location(payload) => ("location", payload),
            Self::Contacts(payload) => ("contacts", payload),
            Self::Button(payload) => ("button", payload),
            Self::Interactive(payload) => ("interactive", payload),
            Self::Order(payload) => ("order", payload),
            Self::Reaction(payload) => ("reaction", payload),
            Self::System(payload) => ("system", payload),
            Self::Unsupported(payload) => ("unsupported", payload),
            Self::Edit(payload) => ("edit", payload),
            Self::Revoke(payload) => ("revoke", payload),
            Self::Other { kind, payload } => (kind, payload),
            Self::None => return None,
        })
    }
}

/// [`Wire`] without its constructor, so that payloads can be handled through one reference.
trait DynWire {
    fn json(&self) -> Json;
    fn note(&self, at: &str, out: &mut Vec<Surprise>);
}

impl<T: Wire> DynWire for T {
    fn json(&self) -> Json {
        self.write()
    }
    fn note(&self, at: &str, out: &mut Vec<Surprise>) {
        self.surprises(at, out);
    }
}

impl Part for Content {
    fn take(map: &mut Map<String, Json>) -> Self {
        let Some(word) = map.get("type").and_then(Json::as_str).map(str::to_owned) else { return Self::None };
        // A kind named like the field that names kinds would take that field away.
        if word == "type" {
            return Self::None;
        }
        let Some(json) = map.remove(&word) else { return Self::None };
        if json.is_null() {
            map.insert(word, json);
            return Self::None;
        }
        Self::read(&word.as_str().into(), json).unwrap_or_else(|json| {
            map.insert(word, json);
            Self::None
        })
    }

    fn put(&self, map: &mut Map<String, Json>) {
        if let Some((key, payload)) = self.parts() {
            map.insert(key.to_owned(), payload.json());
        }
    }

    fn surprises(&self, at: &str, out: &mut Vec<Surprise>) {
        if let Some((key, payload)) = self.parts() {
            payload.note(&child(at, key), out);
        }
    }
}

/// Reports a kind that is missing, or a payload that should be there and isn't.
pub(super) fn note_missing(message: &Message, at: &str, out: &mut Vec<Surprise>) {
    let key = match &message.kind {
        None => "type",
        Some(
            MessageKind::RequestWelcome
            | MessageKind::MediaPlaceholder
            | MessageKind::Errors
            | MessageKind::Unsupported
            | MessageKind::Template
            | MessageKind::Other(_),
        ) => return,
        Some(kind) => kind.as_str(),
    };
    // A payload of another form stayed in `extra` and is reported there.
    if message.content == Content::None && !message.extra.contains_key(key) {
        out.push(Surprise { pointer: child(at, key), kind: SurpriseKind::Missing });
    }
}
