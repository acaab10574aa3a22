//! `fields=a,b{c},d.limit(5)`: which members of a node are answered, and which members of those.

use serde_json::{Map, Value};

use super::error::GraphError;

/// One name of `fields`, with what is wanted of it.
#[derive(Debug, PartialEq, Eq)]
struct Field<'a> {
    name: &'a str,
    /// `.limit(5).format(SVG)`, as written.
    modifiers: &'a str,
    /// What stands in braces.
    inner: Option<&'a str>,
}

/// Keeps the asked members of `node`, or `defaults` when none are asked; `id` is always there. Members that a part does not
/// have are left out, those that `node` does not know are an error.
pub(crate) fn select(
    node: Value,
    asked: Option<&str>,
    defaults: &[&str],
    kind: &str,
) -> Result<Value, GraphError> {
    let Value::Object(node) = node else { return Ok(node) };
    let usual = defaults.join(",");
    let fields = parse(asked.filter(|asked| !asked.trim().is_empty()).unwrap_or(&usual));
    let mut out = Map::new();
    for field in &fields {
        match node.get(field.name) {
            Some(Value::Null) => {}
            Some(value) => {
                out.insert(field.name.to_owned(), field.of(value));
            }
            None if field.name == "id" => {}
            None => return Err(GraphError::unknown_field(field.name, kind)),
        }
    }
    if let Some(id) = node.get("id").filter(|id| !id.is_null()) {
        out.entry("id").or_insert_with(|| id.clone());
    }
    Ok(Value::Object(out))
}

/// The value of a modifier of a field: `SVG` of `qr_image_url.format(SVG)`.
pub(crate) fn modifier<'a>(asked: &'a str, field: &str, modifier: &str) -> Option<&'a str> {
    parse(asked).into_iter().find(|f| f.name == field).and_then(|f| f.modifier(modifier))
}

impl<'a> Field<'a> {
    fn modifier(&self, name: &str) -> Option<&'a str> {
        let start = self.modifiers.find(&format!(".{name}("))? + name.len() + 2;
        let rest = self.modifiers.get(start..)?;
        rest.split(')').next()
    }

    /// The part of a value that is wanted.
    fn of(&self, value: &Value) -> Value {
        let mut value = value.clone();
        let limit = self.modifier("limit").and_then(|n| n.parse().ok());
        let list = value.get_mut("data").and_then(Value::as_array_mut);
        if let (Some(limit), Some(list)) = (limit, list) {
            list.truncate(limit);
        }
        let Some(inner) = self.inner else { return value };
        let fields = parse(inner);
        narrow(&mut value, &fields);
        value
    }
}

/// Keeps the wanted members of an object, of each element of a list, or of the `data` of an edge.
fn narrow(value: &mut Value, fields: &[Field<'_>]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| narrow(item, fields)),
        Value::Object(map) if map.get("data").is_some_and(Value::is_array) => {
            if let Some(data) = map.get_mut("data") {
                narrow(data, fields);
            }
        }
        Value::Object(map) => {
            let kept = fields.iter().filter_map(|f| Some((f.name.to_owned(), f.of(map.get(f.name)?))));
            let mut kept: Map<String, Value> = kept.collect();
            if let Some(id) = map.remove("id") {
                kept.entry("id").or_insert(id);
            }
            *map = kept;
        }
        _ => {}
    }
}

/// The names on one level.
fn parse(asked: &str) -> Vec<Field<'_>> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    for (at, c) in asked.char_indices() {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&asked[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&asked[start..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(field).collect()
}

fn field(part: &str) -> Field<'_> {
    let (head, inner) = match part.split_once('{') {
        Some((head, inner)) => (head, Some(inner.strip_suffix('}').unwrap_or(inner))),
        None => (part, None),
    };
    let (name, modifiers) = head.split_at(head.find('.').unwrap_or(head.len()));
    Field { name: name.trim(), modifiers, inner }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nested_fields_are_one_name() {
        let names: Vec<&str> = parse("id, a{b,c},d.limit(5).x(1,2),e").iter().map(|f| f.name).collect();
        assert_eq!(names, ["id", "a", "d", "e"]);
        assert_eq!(modifier("code,qr_image_url.format(SVG)", "qr_image_url", "format"), Some("SVG"));
    }

    #[test]
    fn parts_of_members_can_be_asked_for() {
        let node = json!({ "id": "1", "name": "x", "list": { "data": [{ "id": "2", "a": 1, "b": 2 }, { "id": "3", "a": 3 }] } });
        let got = select(node.clone(), Some("list.limit(1){a}"), &[], "Node").unwrap();
        assert_eq!(got, json!({ "list": { "data": [{ "id": "2", "a": 1 }] }, "id": "1" }));
        assert!(select(node, Some("nonsense"), &[], "Node").is_err());
    }
}
