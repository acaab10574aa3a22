//! Identifiers: newtypes over UUIDv7, shown with a prefix (`msg_018f…`) so that nobody mistakes one for another.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A text that is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an id that starts with {expected}")]
pub struct IdError {
    /// The prefix, with its underscore, that the id must carry.
    pub expected: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta] $name:ident $prefix:literal)*) => {$(
        #[$doc]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The prefix that this kind of id carries in the API.
            pub const PREFIX: &'static str = $prefix;
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0.simple())
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(self, f) }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix($prefix)
                    .and_then(|rest| Uuid::try_parse(rest).ok())
                    .map($name)
                    .ok_or(IdError { expected: $prefix })
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(self) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(de::Error::custom)
            }
        }
    )*};
}

id! {
    /// A tenant of Waypost.
    OrganizationId "org_"
    /// A person who signs in: an agent or an administrator.
    UserId "usr_"
    /// A program's key to the API.
    ApiKeyId "key_"
    /// The app at Meta whose webhooks and secret we use.
    MetaAppId "app_"
    /// Our sending number. Meta's own id for it is `phone_number_id`, a numeric string.
    PhoneNumberId "pho_"
    /// A person on the other side.
    ContactId "con_"
    /// Our thread with a contact on a phone number.
    ConversationId "cnv_"
    /// One item in a conversation. Meta's id for it is the wamid.
    MessageId "msg_"
    /// One webhook request that Meta made to us.
    DeliveryId "del_"
    /// A stored file.
    MediaId "med_"
    /// An auto-reply rule.
    RuleId "rul_"
    /// A message template.
    TemplateId "tpl_"
    /// Work that happens later.
    JobId "job_"
    /// A running `waypost` process.
    NodeId "nod_"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_text_and_refuses_another_kind() {
        let id = MessageId(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().parse::<ContactId>(), Err(IdError { expected: "con_" }));
        assert!("msg_zzz".parse::<MessageId>().is_err());
    }
}
