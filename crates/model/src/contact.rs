//! A contact: a person on the other side, known by a set of identities (invariant I11).

use crate::{Timestamp, id::ContactId};
use serde::{Deserialize, Serialize};

/// One way in which a contact can be recognised or reached.
///
/// Since 2026 a WhatsApp user may show no phone number: the business-scoped user id is then the only stable key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// Digits of the number in international form, without `+` (Meta's `wa_id`).
    Phone,
    /// Business-scoped user id, `CC.xxxx`; stable within one business portfolio.
    Bsuid,
    /// Parent BSUID, `CC.ENT.xxxx`, for enrolled portfolios.
    ParentBsuid,
    /// The user's chosen name, without the leading `@`; changeable, never an address.
    Username,
}

impl IdentityKind {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Bsuid => "bsuid",
            Self::ParentBsuid => "parent_bsuid",
            Self::Username => "username",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "phone" => Self::Phone,
            "bsuid" => Self::Bsuid,
            "parent_bsuid" => Self::ParentBsuid,
            "username" => Self::Username,
            _ => return None,
        })
    }
}

/// An identity with its value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// What kind of key it is.
    pub kind: IdentityKind,
    /// The value, normalised for its kind.
    pub value: String,
}

impl Identity {
    /// An identity of `kind` with `value`, taken as already normalised.
    pub fn new(kind: IdentityKind, value: impl Into<String>) -> Self {
        Self { kind, value: value.into() }
    }
}

/// What one webhook or request tells of a person: identities and, perhaps, the profile name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sighting {
    /// Every identity that was shown, at least one.
    pub identities: Vec<Identity>,
    /// The profile name as the person wrote it.
    pub name: Option<String>,
    /// When the person was so, as far as that is known; `None` is now.
    pub at: Option<Timestamp>,
}

impl Sighting {
    /// The value of the first identity of `kind`.
    pub fn value(&self, kind: IdentityKind) -> Option<&str> {
        self.identities.iter().find(|i| i.kind == kind).map(|i| i.value.as_str())
    }

    /// The key that orders work on this person: the phone number if it is shown, as in [`Contact::address`], so that
    /// what comes in and what goes out meet in one lane.
    pub fn lane_key(&self) -> Option<&str> {
        self.value(IdentityKind::Phone)
            .or_else(|| self.value(IdentityKind::Bsuid))
            .or_else(|| self.identities.first().map(|i| i.value.as_str()))
    }
}

/// A person on the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Our id.
    pub id: ContactId,
    /// Shown name: the profile name, or what an agent wrote over it. May be empty.
    pub name: String,
    /// Everything the person is known by.
    pub identities: Vec<Identity>,
    /// When we first heard of the contact.
    pub created_at: Timestamp,
    /// When name or identities last changed.
    pub updated_at: Timestamp,
}

impl Contact {
    /// The value of the newest identity of `kind`: after a change of number it is the one that still reaches the person.
    pub fn identity(&self, kind: IdentityKind) -> Option<&str> {
        self.identities.iter().rev().find(|i| i.kind == kind).map(|i| i.value.as_str())
    }

    /// Where a message to this contact goes, phone number first because every template can be sent to one.
    pub fn address(&self) -> Option<Address> {
        self.identity(IdentityKind::Phone)
            .map(|p| Address::Phone(p.to_owned()))
            .or_else(|| self.identity(IdentityKind::Bsuid).map(|b| Address::Bsuid(b.to_owned())))
            .or_else(|| self.identity(IdentityKind::ParentBsuid).map(|b| Address::Bsuid(b.to_owned())))
    }
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    /// International digits without `+`.
    Phone(String),
    /// A BSUID or parent BSUID.
    Bsuid(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_without_phone_is_reached_by_bsuid() {
        let mut contact = Contact {
            id: ContactId(uuid::Uuid::nil()),
            name: String::new(),
            identities: vec![Identity::new(IdentityKind::Bsuid, "ES.1")],
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(contact.address(), Some(Address::Bsuid("ES.1".into())));
        contact.identities.push(Identity::new(IdentityKind::Phone, "34600"));
        assert_eq!(contact.address(), Some(Address::Phone("34600".into())));
    }
}
