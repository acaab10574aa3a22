//! Reading without loss: what a type can't hold as it was stays JSON.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Reads a value, if it comes out again as it went in.
pub(super) fn exact<T: DeserializeOwned + Serialize>(json: &Value) -> Option<T> {
    let typed = T::deserialize(json).ok()?;
    serde_json::to_value(&typed).is_ok_and(|back| same(&back, json)).then_some(typed)
}

/// Whether what is written means what was read. A null is as good as nothing, `4320.0` as good as `4320`, and Meta
/// takes the words `type` and `sub_type` of a template in any case.
pub(super) fn same(written: &Value, read: &Value) -> bool {
    match (written, read) {
        (Value::Object(written), Value::Object(read)) => {
            let word = |key: &str| matches!(key, "type" | "sub_type");
            written.iter().all(|(key, value)| match (value, read.get(key)) {
                (Value::String(a), Some(Value::String(b))) if word(key) => a.eq_ignore_ascii_case(b),
                (value, Some(read)) => same(value, read),
                (_, None) => false,
            }) && read.iter().all(|(key, value)| value.is_null() || written.contains_key(key))
        }
        (Value::Array(written), Value::Array(read)) => {
            written.len() == read.len() && written.iter().zip(read).all(|(a, b)| same(a, b))
        }
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (written, read) => written == read,
    }
}

/// A type with a place for what it doesn't know.
pub(super) trait Open: DeserializeOwned + Serialize {
    fn other(json: Value) -> Self;

    /// Whether all of its words are ones this crate knows.
    fn known(&self) -> bool;

    /// Words that this crate knows in another case only are read as those; everything else stays as it is. Reads once:
    /// values may be nested, and trying twice at every level would take for ever.
    fn read(json: Value) -> Self {
        let in_our_case = lower_case(&json);
        match exact::<Self>(&in_our_case) {
            Some(typed) if typed.known() || in_our_case == json => typed,
            _ => Self::other(json),
        }
    }
}

/// An object whose `type` and `sub_type` are in lower case.
fn lower_case(json: &Value) -> Value {
    let mut json = json.clone();
    for key in ["type", "sub_type"] {
        if let Some(Value::String(word)) = json.get_mut(key) {
            word.make_ascii_lowercase();
        }
    }
    json
}

/// For `deserialize_with`: a whole number that may be written with a fraction of zero.
pub(super) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let Some(number) = Option::<f64>::deserialize(deserializer)? else { return Ok(None) };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared afterwards")]
    let whole = number as u32;
    if f64::from(whole) == number { Ok(Some(whole)) } else { Err(D::Error::custom("not a whole number")) }
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

        impl $name {
            /// The known words, as Meta spells them.
            pub const KNOWN: &'static [&'static str] = &[$($word),*];

            /// The word on the wire.
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $word,)* Self::Other(word) => word }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word { $($word => Self::$variant,)* other => Self::Other(other.to_owned()) }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { f.write_str(self.as_str()) }
        }
    };
}

pub(super) use words;
