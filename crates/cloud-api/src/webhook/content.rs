//! The kind of a message and the payload that goes with it.

use serde::de::MapAccess;
use serde_json::Value as Json;

use super::cards::ContactCard;
use super::messages::{
    Button, Edit, Location, Media, Message, Order, Reaction, Revoke, System, Text, Unsupported,
};
use super::replies::Interactive;
use super::wire::{self, Part, Read, Reader, Surprise, Wire, child, words};

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
    /// `contacts`
    Contacts(Vec<ContactCard>),
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
    fn read<'de, A: MapAccess<'de>>(key: &str, object: &mut A) -> Result<Read<Self>, A::Error> {
        Ok(match key {
            "text" => field(object)?.map(Self::Text),
            "image" => field(object)?.map(Self::Image),
            "video" => field(object)?.map(Self::Video),
            "audio" => field(object)?.map(Self::Audio),
            "document" => field(object)?.map(Self::Document),
            "sticker" => field(object)?.map(Self::Sticker),
            "location" => field(object)?.map(Self::Location),
            "contacts" => field(object)?.map(Self::Contacts),
            "button" => field(object)?.map(Self::Button),
            "interactive" => field(object)?.map(Self::Interactive),
            "order" => field(object)?.map(Self::Order),
            "reaction" => field(object)?.map(Self::Reaction),
            "system" => field(object)?.map(Self::System),
            "unsupported" => field(object)?.map(Self::Unsupported),
            "edit" => field(object)?.map(Self::Edit),
            "revoke" => field(object)?.map(Self::Revoke),
            other => field(object)?.map(|payload| Self::Other { kind: other.to_owned(), payload }),
        })
    }

    fn key(&self) -> Option<&str> {
        self.parts().map(|(key, _)| key)
    }

    fn write(&self) -> Option<Json> {
        self.parts().map(|(_, payload)| payload.json())
    }

    fn surprises(&self, at: &str, out: &mut Vec<Surprise>) {
        if let Some((key, payload)) = self.parts() {
            payload.note(&child(at, key), out);
        }
    }
}

fn field<'de, A: MapAccess<'de>, T: Wire>(object: &mut A) -> Result<Read<T>, A::Error> {
    object.next_value_seed(Reader::<T, true>::new())
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
    if message.content == Content::None {
        wire::note_missing(&message.extra, key, at, out);
    }
}
