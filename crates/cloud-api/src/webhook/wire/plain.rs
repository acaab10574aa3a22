//! JSON's own types on the wire.

use std::borrow::Cow;

use std::sync::LazyLock;

use serde::de::{MapAccess, SeqAccess};
use serde_json::{Map, Number, Value as Json};

use super::{Key, Read, Reader, Surprise, Wire};

/// How `serde_json` hands over numbers when a program switches its `arbitrary_precision` on, for all crates alike.
const BIG_NUMBER: &str = "$serde_json::private::Number";
/// Whether it is on: without it this number is too big.
static ARBITRARY_PRECISION: LazyLock<bool> = LazyLock::new(|| "1e999".parse::<Number>().is_ok());

/// JSON is never of another shape than JSON.
pub(crate) fn any(read: Read<Json>) -> Json {
    read.unwrap_or_else(|json| json)
}

impl Wire for String {
    fn text(text: Cow<'_, str>) -> Read<Self> {
        Ok(text.into_owned())
    }
    fn write(&self) -> Json {
        Json::String(self.clone())
    }
}

impl Wire for bool {
    fn boolean(boolean: bool) -> Read<Self> {
        Ok(boolean)
    }
    fn write(&self) -> Json {
        Json::Bool(*self)
    }
}

impl Wire for i64 {
    fn number(number: Number) -> Read<Self> {
        number.as_i64().ok_or(Json::Number(number))
    }
    fn write(&self) -> Json {
        Json::from(*self)
    }
}

impl Wire for Number {
    fn number(number: Number) -> Read<Self> {
        Ok(number)
    }
    fn write(&self) -> Json {
        Json::Number(self.clone())
    }
}

impl Wire for Json {
    fn text(text: Cow<'_, str>) -> Read<Self> {
        Ok(Json::String(text.into_owned()))
    }
    fn boolean(boolean: bool) -> Read<Self> {
        Ok(Json::Bool(boolean))
    }
    fn number(number: Number) -> Read<Self> {
        Ok(Json::Number(number))
    }
    fn null() -> Read<Self> {
        Ok(Json::Null)
    }
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Read<Self>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(Reader::<Self, false>::new())? {
            items.push(any(item));
        }
        Ok(Ok(Json::Array(items)))
    }
    /// Not `serde_json`'s own way of reading a `Value`: that takes certain keys for messages from itself, and a body may
    /// hold any key.
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Read<Self>, A::Error> {
        let mut map = Map::new();
        while let Some(Key(key)) = object.next_key()? {
            if map.is_empty() && key == BIG_NUMBER && *ARBITRARY_PRECISION {
                let number = any(object.next_value_seed(Reader::<Self, false>::new())?);
                return Ok(Ok(number
                    .as_str()
                    .and_then(|text| text.parse().ok())
                    .map_or(number, Json::Number)));
            }
            let json = any(object.next_value_seed(Reader::<Self, false>::new())?);
            map.insert(key.into_owned(), json);
        }
        Ok(Ok(Json::Object(map)))
    }
    fn write(&self) -> Json {
        self.clone()
    }
}

impl<T: Wire> Wire for Box<T> {
    fn text(text: Cow<'_, str>) -> Read<Self> {
        T::text(text).map(Box::new)
    }
    fn boolean(boolean: bool) -> Read<Self> {
        T::boolean(boolean).map(Box::new)
    }
    fn number(number: Number) -> Read<Self> {
        T::number(number).map(Box::new)
    }
    fn null() -> Read<Self> {
        T::null().map(Box::new)
    }
    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Read<Self>, A::Error> {
        Ok(T::list(list)?.map(Box::new))
    }
    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Read<Self>, A::Error> {
        Ok(T::object(object)?.map(Box::new))
    }
    fn write(&self) -> Json {
        T::write(self)
    }
    fn surprises(&self, at: &str, out: &mut Vec<Surprise>) {
        T::surprises(self, at, out);
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Read<Self>, A::Error> {
        let mut read = Self::new();
        while let Some(item) = list.next_element_seed(Reader::<T, false>::new())? {
            match item {
                Ok(item) => read.push(item),
                Err(odd) => {
                    let mut all: Vec<Json> = read.iter().map(T::write).chain([odd]).collect();
                    while let Some(rest) = list.next_element_seed(Reader::<Json, false>::new())? {
                        all.push(any(rest));
                    }
                    return Ok(Err(Json::Array(all)));
                }
            }
        }
        Ok(Ok(read))
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
