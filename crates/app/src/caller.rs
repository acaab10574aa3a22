//! Who asks for something.

use crate::{Error, Result};
use model::{
    account::Role,
    cause::Cause,
    id::{ApiKeyId, OrganizationId, UserId},
};

/// Who asks, and in which organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The organization that everything asked for is in.
    pub organization: OrganizationId,
    /// The person or program.
    pub who: Who,
}

/// A person or a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A person who is signed in.
    Agent {
        /// Our id.
        id: UserId,
        /// As colleagues read it.
        name: String,
        /// What the person may do.
        role: Role,
    },
    /// A program with an API key; keys may do everything.
    Key {
        /// Our id.
        id: ApiKeyId,
        /// What the key is for.
        name: String,
    },
}

impl Caller {
    /// What is written down as the cause of what follows.
    pub fn cause(&self) -> Cause {
        match &self.who {
            Who::Agent { id, .. } => Cause::Agent(*id),
            Who::Key { id, .. } => Cause::Api(*id),
        }
    }

    /// The person, if it is one.
    pub fn user(&self) -> Option<UserId> {
        match &self.who {
            Who::Agent { id, .. } => Some(*id),
            Who::Key { .. } => None,
        }
    }

    /// The name of the person or the key.
    pub fn name(&self) -> &str {
        match &self.who {
            Who::Agent { name, .. } | Who::Key { name, .. } => name,
        }
    }

    /// Whether people, keys, numbers and rules may be changed.
    pub(crate) fn require_admin(&self) -> Result<()> {
        match &self.who {
            Who::Agent { role: Role::Agent, .. } => Err(Error::Forbidden),
            Who::Agent { role: Role::Admin, .. } | Who::Key { .. } => Ok(()),
        }
    }
}
