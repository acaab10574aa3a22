//! Webhooks: everything Meta tells us. Meta: Webhooks > Reference.
//!
//! [`parse`] reads any delivery. Nothing in it is required but the envelope itself: every field is optional, every
//! word may be [`Other`](MessageKind::Other), unknown fields stay in `extra`, and a delivery that is written again is
//! the JSON that was read. What wasn't understood is listed by [`Envelope::surprises`].
//!
//! [`inspect`] says the same in words, event by event, for people. [`challenge`] answers the handshake that comes before
//! the first delivery.
//!
//! | family | fields | |
//! |---|---|---|
//! | [`MessagesValue`] | `messages`, `smb_message_echoes`, `history`, `standby`, `user_preferences` | what is said, and what became of it |
//! | [`CallsValue`], [`GroupsValue`], [`Handover`] | `calls`, `group_*`, `messaging_handovers` | what happens around it |
//! | [`TemplateUpdate`], [`FormUpdate`] | `message_template_*`, `template_*`, `flows` | what we send |
//! | [`PhoneNumberUpdate`], [`AccountUpdate`], … | `phone_number_*`, `account_*`, `business_*`, `security`, … | what we may |
//!
//! A delivery may hold up to a thousand changes of several accounts: always go through all of
//! [`Envelope::changes`]. Deliveries repeat and overtake each other; recognise a message by its id and a status by
//! id, status and recipient, and use [`advance`] to combine statuses.

mod account;
mod business;
mod calls;
mod cards;
mod coexistence;
mod contacts;
mod content;
mod errors;
mod fields;
mod forms;
mod groups;
mod handshake;
mod inspect;
mod messages;
mod numbers;
mod payments;
mod people;
mod replies;
mod routing;
mod scalar;
mod statuses;
mod templates;
mod values;
pub(crate) mod wire;

use serde::de::MapAccess;
use serde_json::Value as Json;

pub use account::*;
pub use business::*;
pub use calls::*;
pub use cards::*;
pub use coexistence::*;
pub use contacts::{Contact, Metadata, Profile};
pub use content::{Content, MessageKind};
pub use errors::{ErrorData, WireError};
pub use fields::{Field, Value};
pub use forms::*;
pub use groups::*;
pub use handshake::challenge;
pub use inspect::{Event, Note, Problem, Report, Who, inspect};
pub use messages::*;
pub use numbers::*;
pub use payments::*;
pub use people::*;
pub use replies::*;
pub use routing::*;
pub use scalar::{AnyCase, Id, UnixTime};
pub use statuses::*;
pub use templates::*;
pub use values::MessagesValue;
pub use wire::{Surprise, SurpriseKind};

use wire::{Key, Read, Reader, Wire, object, put, set};

/// Why a body isn't a webhook.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// The body isn't JSON.
    #[error("webhook is not JSON at line {} column {}", .0.line(), .0.column())]
    NotJson(serde_json::Error),
    /// The body is JSON without a list of entries.
    #[error("webhook has no list of entries")]
    NotAnEnvelope,
}

object! {
    /// One delivery.
    pub struct Envelope {
        /// `whatsapp_business_account`.
        object: String = "object",
        /// One per account and moment.
        entry: Vec<Entry> = "entry",
    }
}

object! {
    /// What happened in one account.
    pub struct Entry {
        /// The WhatsApp Business Account; the business portfolio in partner updates.
        id: Id = "id",
        /// On management fields.
        time: UnixTime = "time",
        /// What happened.
        changes: Vec<Change> = "changes",
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Change {
    /// What it is about.
    pub field: Option<Field>,
    /// What happened; typed where `field` says how.
    pub value: Value,
    /// Fields this crate doesn't know.
    pub extra: serde_json::Map<String, Json>,
}

wire::serde_by_wire!(Change);

impl Wire for Change {
    /// Meta writes the value before the field that says what it is. Nearly all are messages and statuses, so that is
    /// what it is taken for until the field comes; reading is loss-free, so a wrong guess costs time and nothing else.
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Read<Self>, A::Error> {
        let mut new = Self::default();
        while let Some(Key(key)) = object.next_key()? {
            match &*key {
                "field" => {
                    let read = object.next_value_seed(Reader::<Field, true>::new())?;
                    set(&mut new.field, &mut new.extra, "field", read);
                }
                "value" => {
                    new.value = Value::read(new.field.as_ref().unwrap_or(&Field::Messages), &mut object)?
                }
                _ => {
                    let json = wire::unknown(&mut object)?;
                    new.extra.insert(key.into_owned(), json);
                }
            }
        }
        new.value = new.value.of(new.field.as_ref());
        Ok(Ok(new))
    }

    fn write(&self) -> Json {
        let mut map = self.extra.clone();
        put(&mut map, "field", self.field.as_ref());
        if let Some(value) = self.value.write() {
            map.insert("value".to_owned(), value);
        }
        Json::Object(map)
    }

    fn surprises(&self, at: &str, out: &mut Vec<Surprise>) {
        match &self.field {
            Some(field) => field.surprises(&format!("{at}/field"), out),
            None => wire::note_missing(&self.extra, "field", at, out),
        }
        self.value.surprises(&format!("{at}/value"), out);
        wire::note_extra(&self.extra, &["field"], None, at, out);
    }
}

impl Envelope {
    /// Every change of every entry, with the entry it is in.
    pub fn changes(&self) -> impl Iterator<Item = (&Entry, &Change)> {
        let entries = self.entry.iter().flatten();
        entries.flat_map(|entry| entry.changes.iter().flatten().map(move |change| (entry, change)))
    }

    /// Everything in this delivery that this crate doesn't know.
    pub fn surprises(&self) -> Vec<Surprise> {
        let mut out = Vec::new();
        Wire::surprises(self, "", &mut out);
        out
    }
}

/// Reads the body of a delivery. Check its signature first. Never panics, whatever the bytes.
///
/// ```
/// use cloud_api::webhook::{self, StatusKind};
///
/// let body = br#"{"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [{
///     "value": {"statuses": [{"id": "wamid.OUT", "status": "delivered", "brand_new": 1}]}, "field": "messages"}]}]}"#;
/// let envelope = webhook::parse(body)?;
/// let (entry, change) = envelope.changes().next().expect("one change");
/// assert_eq!(entry.id.as_deref(), Some("102290129340398"));
///
/// let messages = change.value.as_messages().expect("the field is messages");
/// assert_eq!(messages.statuses()[0].status, Some(StatusKind::Delivered));
///
/// // What this crate doesn't know isn't lost, and says so.
/// assert_eq!(messages.statuses()[0].extra["brand_new"], 1);
/// assert_eq!(envelope.surprises()[0].pointer, "/entry/0/changes/0/value/statuses/0/brand_new");
/// # Ok::<(), webhook::ParseError>(())
/// ```
///
/// # Errors
/// [`ParseError`] when the body isn't JSON, or has no list of entries. Keep such a body and look at it.
pub fn parse(body: &[u8]) -> Result<Envelope, ParseError> {
    let read = wire::from_slice::<Envelope>(body).map_err(ParseError::NotJson)?;
    match read {
        Ok(envelope) if envelope.entry.is_some() => Ok(envelope),
        _ => Err(ParseError::NotAnEnvelope),
    }
}
