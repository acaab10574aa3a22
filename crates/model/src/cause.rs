//! Why something happened. Stored with every message, transition and event (invariant I10).

use crate::id::{ApiKeyId, DeliveryId, MessageId, RuleId, UserId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What made something happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Cause {
    /// A webhook delivery from Meta.
    Delivery(DeliveryId),
    /// A person in the inbox.
    Agent(UserId),
    /// A program with an API key.
    Api(ApiKeyId),
    /// An auto-reply rule.
    Rule(RuleId),
    /// The sender's own exchange with Meta about this message: acceptance, retry, failure.
    Sender(MessageId),
    /// Waypost itself: a scheduled sweep or the seeding of a demo.
    System,
}

impl Cause {
    /// The stored word for this kind of cause.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Delivery(_) => "delivery",
            Self::Agent(_) => "agent",
            Self::Api(_) => "api",
            Self::Rule(_) => "rule",
            Self::Sender(_) => "sender",
            Self::System => "system",
        }
    }

    /// The id of the causing thing, prefixed; `None` for the system.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::Delivery(id) => Some(id.to_string()),
            Self::Agent(id) => Some(id.to_string()),
            Self::Api(id) => Some(id.to_string()),
            Self::Rule(id) => Some(id.to_string()),
            Self::Sender(id) => Some(id.to_string()),
            Self::System => None,
        }
    }

    /// Rebuilds a cause from its stored kind and id; `None` when they do not fit together.
    pub fn from_parts(kind: &str, id: Option<&str>) -> Option<Self> {
        Some(match (kind, id) {
            ("delivery", Some(id)) => Self::Delivery(id.parse().ok()?),
            ("agent", Some(id)) => Self::Agent(id.parse().ok()?),
            ("api", Some(id)) => Self::Api(id.parse().ok()?),
            ("rule", Some(id)) => Self::Rule(id.parse().ok()?),
            ("sender", Some(id)) => Self::Sender(id.parse().ok()?),
            ("system", None) => Self::System,
            _ => return None,
        })
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id() {
            Some(id) => write!(f, "{} {id}", self.kind()),
            None => f.write_str(self.kind()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_cause_survives_being_stored() {
        let id = Uuid::from_u128(9);
        let all = [
            Cause::Delivery(DeliveryId(id)),
            Cause::Agent(UserId(id)),
            Cause::Api(ApiKeyId(id)),
            Cause::Rule(RuleId(id)),
            Cause::Sender(MessageId(id)),
            Cause::System,
        ];
        for cause in all {
            assert_eq!(Cause::from_parts(cause.kind(), cause.id().as_deref()), Some(cause));
        }
        assert_eq!(Cause::from_parts("rule", Some("usr_1")), None);
    }
}
