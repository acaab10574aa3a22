//! How webhook JSON is read: everything we know is taken out of the object, everything else stays in `extra`.
//!
//! Reading is total: a field with an unexpected shape isn't an error, it is left where it was, so that nothing is lost
//! when the value is written again, and [`Surprise`] can say so. That is why this isn't serde's `flatten`, which
//! refuses the whole body for one odd field.

use serde_json::{Map, Number, Value as Json};

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

/// A value that can be read from JSON without loss, or not at all.
pub(crate) trait Wire: Sized {
    /// The value, or the JSON untouched when it has another shape.
    fn read(json: Json) -> Result<Self, Json>;
    /// Exactly the JSON that was read.
    fn write(&self) -> Json;
    /// Reports what isn't understood at and below `at`.
    fn surprises(&self, _at: &str, _out: &mut Vec<Surprise>) {}
}

/// Several fields of an object that make sense together only.
pub(crate) trait Part: Sized {
    /// Takes its fields out of the object; the object's own fields are all still there.
    fn take(map: &mut Map<String, Json>) -> Self;
    fn put(&self, map: &mut Map<String, Json>);
    fn surprises(&self, at: &str, out: &mut Vec<Surprise>);
}

/// Takes a field out if it has the shape we know. A null stays: it is neither absent nor a value.
pub(crate) fn take<T: Wire>(map: &mut Map<String, Json>, key: &str) -> Option<T> {
    if map.get(key)?.is_null() {
        return None;
    }
    match T::read(map.remove(key)?) {
        Ok(value) => Some(value),
        Err(json) => {
            map.insert(key.to_owned(), json);
            None
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

/// Reports what was left over after the known fields were taken.
pub(crate) fn note_extra(extra: &Map<String, Json>, known: &[&str], at: &str, out: &mut Vec<Surprise>) {
    for (key, value) in extra {
        let kind = match (known.contains(&key.as_str()), value.is_null()) {
            (true, true) => continue,
            (true, false) => SurpriseKind::UnexpectedShape,
            (false, _) => SurpriseKind::UnknownField,
        };
        out.push(Surprise { pointer: child(at, key), kind });
    }
}

/// Declares an object of the wire: every field optional, the rest kept in `extra`.
macro_rules! object {
    ($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$doc:meta])* $field:ident: $ty:ty = $key:literal,)*
        $(..$(#[$part_doc:meta])* $part:ident: $part_ty:ty, $note:path)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            $($(#[$doc])* pub $field: Option<$ty>,)*
            $($(#[$part_doc])* pub $part: $part_ty,)?
            /// Fields this crate doesn't know, and known ones whose value has a form it doesn't know.
            pub extra: ::serde_json::Map<String, ::serde_json::Value>,
        }

        impl $crate::webhook::wire::Wire for $name {
            fn read(json: ::serde_json::Value) -> Result<Self, ::serde_json::Value> {
                let ::serde_json::Value::Object(mut map) = json else { return Err(json) };
                Ok(Self {
                    $($part: $crate::webhook::wire::Part::take(&mut map),)?
                    $($field: $crate::webhook::wire::take(&mut map, $key),)*
                    extra: map,
                })
            }

            fn write(&self) -> ::serde_json::Value {
                let mut map = self.extra.clone();
                $($crate::webhook::wire::put(&mut map, $key, self.$field.as_ref());)*
                $($crate::webhook::wire::Part::put(&self.$part, &mut map);)?
                ::serde_json::Value::Object(map)
            }

            fn surprises(&self, at: &str, out: &mut Vec<$crate::webhook::wire::Surprise>) {
                use $crate::webhook::wire::child;
                $(if let Some(value) = &self.$field { value.surprises(&child(at, $key), out) })*
                $($crate::webhook::wire::Part::surprises(&self.$part, at, out); $note(self, at, out);)?
                $crate::webhook::wire::note_extra(&self.extra, &[$($key),*], at, out);
            }
        }

        $crate::webhook::wire::serde_by_wire!($name);
    };
}

/// Declares a word of the wire that may grow new values.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// A word this crate doesn't know.
            Other(String),
        }

        impl $name {
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

        impl $crate::webhook::wire::Wire for $name {
            fn read(json: ::serde_json::Value) -> Result<Self, ::serde_json::Value> {
                match json { ::serde_json::Value::String(word) => Ok(word.as_str().into()), other => Err(other) }
            }
            fn write(&self) -> ::serde_json::Value { self.as_str().into() }
            fn surprises(&self, at: &str, out: &mut Vec<$crate::webhook::wire::Surprise>) {
                use $crate::webhook::wire::{Surprise, SurpriseKind};
                if let Self::Other(word) = self {
                    out.push(Surprise { pointer: at.to_owned(), kind: SurpriseKind::UnknownWord(word.clone()) });
                }
            }
        }

        $crate::webhook::wire::serde_by_wire!($name);
    };
}

/// Lets serde read and write a wire value, for those who store one.
macro_rules! serde_by_wire {
    ($name:ident) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::webhook::wire::Wire::write(self).serialize(serializer)
            }
        }
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let json = <::serde_json::Value as ::serde::Deserialize>::deserialize(deserializer)?;
                $crate::webhook::wire::Wire::read(json)
                    .map_err(|_| ::serde::de::Error::custom(concat!("not a ", stringify!($name))))
            }
        }
    };
}

pub(crate) use {object, serde_by_wire, words};

impl Wire for String {
    fn read(json: Json) -> Result<Self, Json> {
        match json {
            Json::String(text) => Ok(text),
            other => Err(other),
        }
    }
    fn write(&self) -> Json {
        Json::String(self.clone())
    }
}

impl Wire for bool {
    fn read(json: Json) -> Result<Self, Json> {
        json.as_bool().ok_or(json)
    }
    fn write(&self) -> Json {
        Json::Bool(*self)
    }
}

impl Wire for i64 {
    fn read(json: Json) -> Result<Self, Json> {
        json.as_i64().ok_or(json)
    }
    fn write(&self) -> Json {
        Json::from(*self)
    }
}

impl Wire for Number {
    fn read(json: Json) -> Result<Self, Json> {
        match json {
            Json::Number(number) => Ok(number),
            other => Err(other),
        }
    }
    fn write(&self) -> Json {
        Json::Number(self.clone())
    }
}

impl Wire for Json {
    fn read(json: Json) -> Result<Self, Json> {
        Ok(json)
    }
    fn write(&self) -> Json {
        self.clone()
    }
}

impl<T: Wire> Wire for Box<T> {
    fn read(json: Json) -> Result<Self, Json> {
        T::read(json).map(Box::new)
    }
    fn write(&self) -> Json {
        T::write(self)
    }
    fn surprises(&self, at: &str, out: &mut Vec<Surprise>) {
        T::surprises(self, at, out);
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn read(json: Json) -> Result<Self, Json> {
        let Json::Array(items) = json else { return Err(json) };
        let mut read = Self::with_capacity(items.len());
        let mut items = items.into_iter();
        for item in items.by_ref() {
            match T::read(item) {
                Ok(value) => read.push(value),
                Err(odd) => {
                    let before = read.iter().map(T::write);
                    return Err(before.chain([odd]).chain(items).collect());
                }
            }
        }
        Ok(read)
    }
    fn write(&self) -> Json {
        self.iter().map(T::write).collect()
    }
    fn surprises(&self, at: &str, out: &mut Vec<Surprise>) {
        for (i, item) in self.iter().enumerate() {
            item.surprises(&format!("{at}/{i}"), out);
        }
    }
}
