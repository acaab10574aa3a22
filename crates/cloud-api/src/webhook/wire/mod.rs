//! How webhook JSON is read: everything we know is taken as it streams by, everything else stays in `extra`.
//!
//! Reading is total: a field with an unexpected shape isn't an error, it is kept where it was, so that nothing is lost
//! when the value is written again, and [`Surprise`] can say so. That is why this isn't serde's `derive` with
//! `flatten`, which refuses the whole body for one odd field and reads every object twice.

mod macros;
mod plain;
mod reader;

use std::borrow::Cow;

use serde::de::value::MapDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess};
use serde_json::{Map, Number, Value as Json};

pub(crate) use macros::{object, serde_by_wire, words};
pub(crate) use reader::{Key, Reader, from_json, from_slice};

/// Something in a webhook that this crate doesn't know. Worth counting and looking at; never a reason to refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surprise {
    /// Where, as a JSON pointer into the body.
    pub pointer: String,
    /// What is surprising about it.
    pub kind: SurpriseKind,
}

/// What is surprising.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SurpriseKind {
    /// A field nobody has heard of.
    UnknownField,
    /// A kind, status or other word that isn't among the known ones.
    UnknownWord(String),
    /// A known field whose value is of another type or form.
    UnexpectedShape,
    /// A field that belongs here isn't there.
    Missing,
}

impl std::fmt::Display for SurpriseKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnknownField => f.write_str("this field isn't documented"),
            Self::UnknownWord(word) => write!(f, "{word:?} isn't among the documented words"),
            Self::UnexpectedShape => f.write_str("this field is documented with another type or form"),
            Self::Missing => f.write_str("this field belongs here and isn't there"),
        }
    }
}

impl std::fmt::Display for Surprise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{place}: {}", self.kind)
    }
}

/// What was read, or the JSON untouched when it has another shape.
pub(crate) type Read<T> = Result<T, Json>;

/// A value that can be read from JSON without loss, or not at all. A type says which of JSON's shapes it takes;
/// whatever else comes is handed back as it came.
pub(crate) trait Wire: Sized {
    fn text(text: Cow<'_, str>) -> Read<Self> {
        Err(Json::String(text.into_owned()))
    }
    fn boolean(boolean: bool) -> Read<Self> {
        Err(Json::Bool(boolean))
    }
    fn number(number: Number) -> Read<Self> {
        Err(Json::Number(number))
    }
    /// A null in a list. As the value of a field it never gets here.
    fn null() -> Read<Self> {
        Err(Json::Null)
    }
    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Read<Self>, A::Error> {
        Ok(Err(plain::any(<Json as Wire>::list(list)?)))
    }
    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Read<Self>, A::Error> {
        Ok(match plain::any(<Json as Wire>::object(object)?) {
            Json::Number(number) => Self::number(number),
            other => Err(other),
        })
    }

    /// Exactly the JSON that was read.
    fn write(&self) -> Json;
    /// Reports what isn't understood at and below `at`.
    fn surprises(&self, _at: &str, _out: &mut Vec<Surprise>) {}
}

/// A payload that stands under a key named by another field of the same object.
pub(crate) trait Part: Default {
    /// Reads the payload under `key`, the word of the field that names it.
    fn read<'de, A: MapAccess<'de>>(key: &str, object: &mut A) -> Result<Read<Self>, A::Error>;
    /// The key this payload stands under.
    fn key(&self) -> Option<&str>;
    fn write(&self) -> Option<Json>;
    fn surprises(&self, at: &str, out: &mut Vec<Surprise>);

    fn give_back(&self, extra: &mut Map<String, Json>) {
        if let (Some(key), Some(json)) = (self.key(), self.write()) {
            extra.insert(key.to_owned(), json);
        }
    }

    /// The same for a payload that was parsed before it was known which it is.
    fn read_json(key: &str, json: Json) -> Read<Self> {
        let mut one = MapDeserializer::<_, serde_json::Error>::new(std::iter::once((key, json)));
        let read = one.next_key::<IgnoredAny>().and_then(|_| Self::read(key, &mut one));
        read.expect("a parsed value has no syntax that could be wrong")
    }

    /// Once the whole object is read: a payload that came before the field that names it is read now, and one that is
    /// no longer named, because that field came twice, goes back to the unknown ones.
    fn settle(&self, word: Option<&str>, extra: &mut Map<String, Json>) -> Self {
        self.give_back(extra);
        let Some((key, json)) = word.and_then(|word| extra.remove_entry(word)) else {
            return Self::default();
        };
        let read = if json.is_null() { Err(json) } else { Self::read_json(&key, json) };
        read.unwrap_or_else(|json| {
            extra.insert(key, json);
            Self::default()
        })
    }
}

/// Whether [`Part::settle`] has something to do.
pub(crate) fn is_unsettled<P: Part>(part: &P, word: Option<&str>, extra: &Map<String, Json>) -> bool {
    match part.key() {
        Some(key) => word != Some(key),
        None => !extra.is_empty() && word.is_some_and(|word| extra.contains_key(word)),
    }
}

/// The payload after one more was read under `key`; one that stands under another key goes back to the unknown ones.
pub(crate) fn replace<P: Part>(old: &P, key: &str, read: Read<P>, extra: &mut Map<String, Json>) -> P {
    if old.key() != Some(key) {
        old.give_back(extra);
    }
    match read {
        Ok(part) => {
            extra.remove(key);
            part
        }
        Err(json) => {
            extra.insert(key.to_owned(), json);
            P::default()
        }
    }
}

/// Whatever stands under a key that nobody knows.
pub(crate) fn unknown<'de, A: MapAccess<'de>>(object: &mut A) -> Result<Json, A::Error> {
    object.next_value_seed(Reader::<Json, false>::new()).map(plain::any)
}

/// Sets a field to what was read, or keeps what couldn't be. Of a field that comes twice the last one counts, as for
/// every JSON reader.
pub(crate) fn set<T>(field: &mut Option<T>, extra: &mut Map<String, Json>, key: &str, read: Read<T>) {
    match read {
        Ok(value) => {
            *field = Some(value);
            if !extra.is_empty() {
                extra.remove(key);
            }
        }
        Err(json) => {
            *field = None;
            extra.insert(key.to_owned(), json);
        }
    }
}

pub(crate) fn put<T: Wire>(map: &mut Map<String, Json>, key: &str, value: Option<&T>) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value.write());
    }
}

pub(crate) fn child(at: &str, key: &str) -> String {
    format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Reports a field that belongs there and isn't, or is null. One of another form is reported with what was left over.
pub(crate) fn note_missing(extra: &Map<String, Json>, key: &str, at: &str, out: &mut Vec<Surprise>) {
    let kind = match extra.get(key) {
        None => SurpriseKind::Missing,
        Some(Json::Null) => SurpriseKind::UnexpectedShape,
        Some(_) => return,
    };
    out.push(Surprise { pointer: child(at, key), kind });
}

/// Reports what was left over after the known fields were taken; `named` is one more known field, whose name another
/// field says.
pub(crate) fn note_extra(
    extra: &Map<String, Json>,
    known: &[&str],
    named: Option<&str>,
    at: &str,
    out: &mut Vec<Surprise>,
) {
    for (key, value) in extra {
        let is_known = known.contains(&key.as_str()) || named == Some(key.as_str());
        let kind = match (is_known, value.is_null()) {
            (true, true) => continue,
            (true, false) => SurpriseKind::UnexpectedShape,
            (false, _) => SurpriseKind::UnknownField,
        };
        out.push(Surprise { pointer: child(at, key), kind });
    }
}
