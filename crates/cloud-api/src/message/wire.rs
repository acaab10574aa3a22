//! Reading without loss: what a type can't hold as it was stays JSON.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Reads a value, if it comes out again as it went in.
pub(super) fn exact<T: DeserializeOwned + Serialize>(json: &Value) -> Option<T> {
    let typed = T::deserialize(json).ok()?;
    serde_json::to_value(&typed).is_ok_and(|back| back == *json).then_some(typed)
}

/// A type with a place for what it doesn't know.
pub(super) trait Open: DeserializeOwned + Serialize {
    fn other(json: Value) -> Self;

    fn read(json: Value) -> Self {
        exact(&json).unwrap_or_else(|| Self::other(json))
    }
}

/// For `deserialize_with`: elements of a list, each typed or kept.
pub(super) fn each<'de, D: Deserializer<'de>, T: Open>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let values = Vec::<Value>::deserialize(deserializer)?;
    Ok(values.into_iter().map(T::read).collect())
}

/// For `deserialize_with`: a value, typed or kept.
pub(super) fn one<'de, D: Deserializer<'de>, T: Open>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<Value>::deserialize(deserializer)?.map(T::read))
}

/// Declares a word of the wire that may grow new values.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)*
            /// A word this crate doesn't know.
            #[serde(untagged)]
            Other(String),
        }
    };
}

pub(super) use words;
