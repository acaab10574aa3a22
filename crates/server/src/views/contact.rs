//! People on the other side.

use super::page_of;
use jiff::Timestamp;
use model::contact::{Contact, IdentityKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person on the other side. Somebody may show no phone number: then `bsuid` is the stable key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
pub(crate) struct ContactOut {
    #[schema(example = "con_0199c0ffee0070008000000000000001")]
    id: String,
    /// The profile name, or what an agent wrote over it. May be empty.
    name: String,
    /// International form with `+`.
    #[schema(required = true, example = "+34600111222")]
    phone: Option<String>,
    /// Without the leading `@`.
    #[schema(required = true)]
    username: Option<String>,
    /// Business-scoped user id.
    #[schema(required = true)]
    bsuid: Option<String>,
    created_at: Timestamp,
}

impl From<Contact> for ContactOut {
    fn from(contact: Contact) -> Self {
        let created_at = contact.created_at;
        let ContactRef { id, name, phone, username, bsuid } = ContactRef::from(&contact);
        Self { id, name, phone, username, bsuid, created_at }
    }
}

page_of!(ContactPage, ContactOut);

/// As much of a contact as a list shows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactRef {
    id: String,
    name: String,
    /// International form with `+`.
    #[schema(required = true)]
    phone: Option<String>,
    /// Without the leading `@`.
    #[schema(required = true)]
    username: Option<String>,
    /// Business-scoped user id.
    #[schema(required = true)]
    bsuid: Option<String>,
}

impl From<&Contact> for ContactRef {
    fn from(contact: &Contact) -> Self {
        let identity = |kind| contact.identity(kind).map(str::to_owned);
        Self {
            id: contact.id.to_string(),
            name: contact.name.clone(),
            phone: contact.identity(IdentityKind::Phone).map(|digits| format!("+{digits}")),
            username: identity(IdentityKind::Username),
            bsuid: identity(IdentityKind::Bsuid).or_else(|| identity(IdentityKind::ParentBsuid)),
        }
    }
}

/// A contact to add; a phone number or a BSUID is needed.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewContact)]
pub(crate) struct NewContactIn {
    #[serde(default)]
    pub name: Option<String>,
    /// International form with `+`.
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub bsuid: Option<String>,
}

/// What may be changed of a contact.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ContactPatch {
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
}
