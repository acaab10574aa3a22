//! Ids and moments, which Meta writes now as text and now as a number.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::de::SeqAccess;
use serde_json::{Number, Value as Json};

use super::wire::{Read, Surprise, SurpriseKind, Wire, serde_by_wire};

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
    fn text(text: Cow<'_, str>) -> Read<Self> {
        Ok(Self { text: text.into_owned(), numeric: false })
    }

    fn number(number: Number) -> Read<Self> {
        if number.is_u64() {
            Ok(Self { text: number.to_string(), numeric: true })
        } else {
            Err(Json::Number(number))
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
    fn text(text: Cow<'_, str>) -> Read<Self> {
        // Only the one spelling that is written again the same way.
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let plain = digits.starts_with(|c: char| ('1'..='9').contains(&c)) || text == "0";
        match text.parse() {
            Ok(seconds) if plain => Ok(Self { seconds, text: true }),
            _ => Err(Json::String(text.into_owned())),
        }
    }

    fn number(number: Number) -> Read<Self> {
        number.as_i64().map(|seconds| Self { seconds, text: false }).ok_or(Json::Number(number))
    }

    fn write(&self) -> Json {
        if self.text { self.seconds.to_string().into() } else { self.seconds.into() }
    }
}

/// A word that Meta writes in capitals, in lower case and even as a list of one (`["Completed"]`). Compare it with the
/// word as the type spells it; it is written again the way it came.
#[derive(Debug, Clone, PartialEq)]
pub struct AnyCase<T> {
    word: T,
    spelling: Json,
}

impl<T> AnyCase<T> {
    /// The word.
    pub fn word(&self) -> &T {
        &self.word
    }
}

impl<T: for<'a> From<&'a str>> AnyCase<T> {
    fn of(text: &str, spelling: Json) -> Self {
        Self { word: T::from(&text.to_ascii_uppercase()), spelling }
    }
}

impl<T: Wire + for<'a> From<&'a str>> Wire for AnyCase<T> {
    fn text(text: Cow<'_, str>) -> Read<Self> {
        Ok(Self::of(&text, Json::String(text.clone().into_owned())))
    }

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Read<Self>, A::Error> {
        Ok(<Json as Wire>::list(list)?.and_then(|json| match json.as_array().map(Vec::as_slice) {
            Some([Json::String(text)]) => Ok(Self::of(text, json.clone())),
            _ => Err(json),
        }))
    }

    fn write(&self) -> Json {
        self.spelling.clone()
    }

    fn surprises(&self, at: &str, out: &mut Vec<Surprise>) {
        let mut found = Vec::new();
        self.word.surprises(at, &mut found);
        let text = self.spelling.as_str().or_else(|| self.spelling.get(0)?.as_str()).unwrap_or_default();
        // The word as it stands in the body, not as it was compared.
        out.extend(
            found
                .into_iter()
                .map(|surprise| Surprise { kind: SurpriseKind::UnknownWord(text.to_owned()), ..surprise }),
        );
    }
}

serde_by_wire!(Id);
serde_by_wire!(UnixTime);
