//! Between serde and [`Wire`]: hands every shape of JSON to the type that is being read.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value as Json};

use super::{Read, Wire};

/// Reads a `T`. As the value of a field (`FIELD`) a null is kept as it is: it is neither absent nor a value.
pub(crate) struct Reader<T, const FIELD: bool>(PhantomData<T>);

impl<T, const FIELD: bool> Reader<T, FIELD> {
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

/// Reads a whole text.
pub(crate) fn from_slice<T: Wire>(text: &[u8]) -> serde_json::Result<Read<T>> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let read = Reader::<T, false>::new().deserialize(&mut json)?;
    json.end()?;
    Ok(read)
}

/// Reads what has been parsed already.
pub(crate) fn from_json<T: Wire>(json: Json) -> Read<T> {
    Reader::<T, false>::new().deserialize(json).expect("a parsed value has no syntax that could be wrong")
}

impl<'de, T: Wire, const FIELD: bool> DeserializeSeed<'de> for Reader<T, FIELD> {
    type Value = Read<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Wire, const FIELD: bool> Visitor<'de> for Reader<T, FIELD> {
    type Value = Read<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }
    fn visit_bool<E: Error>(self, boolean: bool) -> Result<Read<T>, E> {
        Ok(T::boolean(boolean))
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<Read<T>, E> {
        Ok(T::number(number.into()))
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<Read<T>, E> {
        Ok(T::number(number.into()))
    }
    fn visit_f64<E: Error>(self, number: f64) -> Result<Read<T>, E> {
        Ok(Number::from_f64(number).map_or(Err(Json::Null), T::number))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Read<T>, E> {
        Ok(T::text(Cow::Borrowed(text)))
    }
    fn visit_string<E: Error>(self, text: String) -> Result<Read<T>, E> {
        Ok(T::text(Cow::Owned(text)))
    }
    fn visit_unit<E: Error>(self) -> Result<Read<T>, E> {
        Ok(if FIELD { Err(Json::Null) } else { T::null() })
    }
    fn visit_none<E: Error>(self) -> Result<Read<T>, E> {
        self.visit_unit()
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Read<T>, A::Error> {
        T::list(list)
    }
    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Read<T>, A::Error> {
        T::object(object)
    }
}

/// The name of a field; borrowed from the body wherever it holds no escape.
pub(crate) struct Key<'de>(pub Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl<'de> Visitor<'de> for Name {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field's name")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
            fn visit_string<E: Error>(self, text: String) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text)))
            }
        }
        deserializer.deserialize_str(Name)
    }
}
