//! Objects told apart by their `type`, whatever its case.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The object without its type, and its type in upper case.
pub(super) fn open(value: &Value) -> Option<(String, Map<String, Value>)> {
    let mut map = value.as_object()?.clone();
    let Some(Value::String(kind)) = map.remove("type") else { return None };
    Some((kind.to_ascii_uppercase(), map))
}

pub(super) fn read<T: DeserializeOwned>(map: Map<String, Value>) -> Option<T> {
    serde_json::from_value(Value::Object(map)).ok()
}

pub(super) fn write<T: Serialize>(kind: &str, fields: &T) -> Value {
    let mut out = Map::new();
    out.insert("type".to_owned(), kind.into());
    if let Ok(Value::Object(fields)) = serde_json::to_value(fields) {
        out.extend(fields);
    }
    Value::Object(out)
}

/// Declares an enum over objects with a `type`. What has another type, or a known one with a shape we don't know,
/// stays JSON.
macro_rules! tagged {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident($ty:ty) = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name {
            $($(#[$doc])* $variant($ty),)*
            /// A type this crate doesn't know, or a known one in a form it doesn't know, as JSON.
            Other(::serde_json::Value),
        }

        impl $name {
            /// The types this crate knows.
            pub const TYPES: &'static [&'static str] = &[$($word),*];

            /// The type on the wire.
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $word,)*
                    Self::Other(json) => json.get("type").and_then(::serde_json::Value::as_str).unwrap_or_default(),
                }
            }
        }

        impl From<::serde_json::Value> for $name {
            fn from(json: ::serde_json::Value) -> Self {
                let Some((kind, map)) = $crate::template::tagged::open(&json) else { return Self::Other(json) };
                let read = match kind.as_str() {
                    $($word => $crate::template::tagged::read(map).map(Self::$variant),)*
                    _ => None,
                };
                read.unwrap_or(Self::Other(json))
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(fields) => $crate::template::tagged::write($word, fields).serialize(serializer),)*
                    Self::Other(json) => json.serialize(serializer),
                }
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <::serde_json::Value as ::serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

pub(super) use tagged;
