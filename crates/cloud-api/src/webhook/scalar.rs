//! Ids and moments, which Meta writes now as text and now as a number.

use std::fmt;
use std::ops::Deref;

use serde_json::Value as Json;

use super::wire::{Wire, serde_by_wire};

/// An id or phone number, always used as text. Remembers whether it came as a JSON number (template ids do), so that
/// it is written as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id {
    text: String,
    numeric: bool,
}

impl Id {
    /// An id that is written as text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), numeric: false }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The id, owned.
    pub fn into_string(self) -> String {
        self.text
    }
}

impl Deref for Id {
    type Target = str;
    fn deref(&self) -> &str {
        &self.text
    }
}

impl AsRef<str> for Id {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Id {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl PartialEq<str> for Id {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for Id {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl Wire for Id {
    fn read(json: Json) -> Result<Self, Json> {
        match json {
            Json::String(text) => Ok(Self { text, numeric: false }),
            Json::Number(number) if number.is_u64() => Ok(Self { text: number.to_string(), numeric: true }),
            other => Err(other),
        }
    }

    fn write(&self) -> Json {
        match self.text.parse::<u64>() {
            Ok(number) if self.numeric => number.into(),
            _ => self.text.clone().into(),
        }
    }
}

/// A moment in whole seconds since 1970, UTC. The messages family writes text, management fields write numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnixTime {
    seconds: i64,
    text: bool,
}

impl UnixTime {
    /// A moment that is written as text, as in messages and statuses.
    pub fn new(seconds: i64) -> Self {
        Self { seconds, text: true }
    }

    /// Seconds since 1970, UTC.
    pub fn seconds(self) -> i64 {
        self.seconds
    }
}

impl Wire for UnixTime {
    fn read(json: Json) -> Result<Self, Json> {
        let seconds = match &json {
            Json::Number(number) => number.as_i64(),
            // Only the one spelling that is written again the same way.
            Json::String(text) => text.parse::<i64>().ok().filter(|seconds| seconds.to_string() == *text),
            _ => None,
        };
        seconds.map(|seconds| Self { seconds, text: json.is_string() }).ok_or(json)
    }

    fn write(&self) -> Json {
        if self.text { self.seconds.to_string().into() } else { self.seconds.into() }
    }
}

/// Degrees of latitude or longitude; Meta takes and sends numbers, and text in places.
#[derive(Debug, Clone, PartialEq)]
pub struct Degrees(Json);

impl Degrees {
    /// The value, if it is a finite number.
    pub fn value(&self) -> Option<f64> {
        let value = self.0.as_f64().or_else(|| self.0.as_str()?.parse().ok());
        value.filter(|value: &f64| value.is_finite())
    }
}

impl Wire for Degrees {
    fn read(json: Json) -> Result<Self, Json> {
        let degrees = Self(json);
        if degrees.value().is_some() { Ok(degrees) } else { Err(degrees.0) }
    }

    fn write(&self) -> Json {
        self.0.clone()
    }
}

serde_by_wire!(Id);
serde_by_wire!(UnixTime);
serde_by_wire!(Degrees);
