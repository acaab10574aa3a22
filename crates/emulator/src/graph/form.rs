//! Texts of query strings and forms: pairs, brackets in names, JSON in values.

use serde_json::{Map, Value};

/// Longest list that indexes in names may make.
const LONGEST: usize = 1_000;

/// Name and value of each part, decoded.
pub(super) fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decode(name), decode(value))
    })
}

/// `+` and `%20` as spaces; what isn't an escape stays as it is.
pub(super) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = (byte == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        let escaped = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(match (byte, escaped) {
            (_, Some(escaped)) => escaped,
            (b'+', _) => b' ',
            _ => byte,
        });
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Forms carry nested objects as JSON text.
pub(super) fn from_text(text: String) -> Value {
    if text.starts_with(['{', '[']) {
        serde_json::from_str(&text).unwrap_or(Value::String(text))
    } else {
        Value::String(text)
    }
}

/// Keeps a value by a name which may say where in a list or object it belongs, as PHP writes them: `websites[]`,
/// `websites[0]`, `text[body]`. A later value of the same name takes the place of an earlier one.
pub(super) fn insert(map: &mut Map<String, Value>, name: &str, value: Value) {
    match keys(name) {
        Some((base, keys)) => put(map.entry(base).or_insert(Value::Null), &keys, value),
        None => drop(map.insert(name.to_owned(), value)),
    }
}

/// The name before the brackets, and what stands in each of them.
fn keys(name: &str) -> Option<(&str, Vec<&str>)> {
    let (base, rest) = name.strip_suffix(']')?.split_once('[')?;
    let keys: Vec<&str> = rest.split("][").collect();
    (!base.is_empty() && keys.iter().all(|key| !key.contains(['[', ']']))).then_some((base, keys))
}

fn put(place: &mut Value, keys: &[&str], value: Value) {
    let Some((key, rest)) = keys.split_first() else {
        *place = value;
        return;
    };
    let index = if key.is_empty() { Some(None) } else { key.parse::<usize>().ok().map(Some) };
    match index.filter(|index| index.is_none_or(|index| index < LONGEST)) {
        Some(index) if !place.is_object() => {
            if !place.is_array() {
                *place = Value::Array(Vec::new());
            }
            let Value::Array(list) = place else { return };
            let index = index.unwrap_or(list.len());
            if list.len() <= index {
                list.resize(index + 1, Value::Null);
            }
            put(&mut list[index], rest, value);
        }
        _ => {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            let Value::Object(map) = place else { return };
            put(map.entry(*key).or_insert(Value::Null), rest, value);
        }
    }
}

/// Every text inside a value.
pub(super) fn texts(value: &mut Value, change: &mut dyn FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| texts(item, change)),
        Value::Object(map) => map.values_mut().for_each(|item| texts(item, change)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Value {
        let mut map = Map::new();
        pairs(text).for_each(|(name, value)| insert(&mut map, &name, from_text(value)));
        Value::Object(map)
    }

    #[test]
    fn forms_decode() {
        assert_eq!(
            read("a=1%202&b=%7B%22x%22%3A1%7D&c=a+b"),
            json!({ "a": "1 2", "b": { "x": 1 }, "c": "a b" })
        );
        // As curl sends it when nobody encodes anything.
        assert_eq!(
            read(r##"text={"body":"<b> #1 ñ 100%"}&x"##),
            json!({ "text": { "body": "<b> #1 ñ 100%" }, "x": "" })
        );
        assert_eq!(decode("%F0%9F%91%8D%zz%"), "👍%zz%");
    }

    #[test]
    fn brackets_in_names_make_lists_and_objects() {
        assert_eq!(
            read("websites%5B%5D=a&websites[]=b&text[body]=hola&c[0][name][first]=Ana&c[1]=x"),
            json!({
                "websites": ["a", "b"], "text": { "body": "hola" }, "c": [{ "name": { "first": "Ana" } }, "x"],
            })
        );
        assert_eq!(read("a]=1&[b]=2&c[9999]=3"), json!({ "a]": "1", "[b]": "2", "c": { "9999": "3" } }));
    }
}
