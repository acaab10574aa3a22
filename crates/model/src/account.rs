//! Organizations, the people in them, and programs' keys.

use crate::{
    Timestamp,
    id::{ApiKeyId, OrganizationId, UserId},
};

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything, including people, keys and numbers.
    Admin,
    /// The inbox and contacts.
    Agent,
}

impl Role {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Agent => "agent",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "admin" => Self::Admin,
            "agent" => Self::Agent,
            _ => return None,
        })
    }
}

/// A tenant of Waypost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Our id.
    pub id: OrganizationId,
    /// As people read it.
    pub name: String,
}

/// A person who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Our id.
    pub id: UserId,
    /// As colleagues read it.
    pub name: String,
    /// Lower case; unique in the installation.
    pub email: String,
    /// What the person may do in the organization.
    pub role: Role,
    /// When the person was added.
    pub created_at: Timestamp,
}

/// A program's key, without the key itself: only a hash is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Our id.
    pub id: ApiKeyId,
    /// What the key is for.
    pub name: String,
    /// The first characters, to recognise it by.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// The shortest password accepted, in characters (NIST SP 800-63B asks for at least 8).
pub const PASSWORD_MIN: usize = 10;
/// The longest password accepted, in bytes: hashing is deliberately slow, so its input is bounded.
pub const PASSWORD_MAX: usize = 256;
