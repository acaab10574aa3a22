//! `fields=a,b{c},d.limit(5)`: which members of a node are answered, and with which arguments.

use serde_json::{Map, Value};

use super::error::GraphError;

/// One member that is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Field {
    pub name: String,
    /// `.name(value)`, in order.
    pub args: Vec<(String, String)>,
    /// What stands in braces; empty for all.
    pub fields: Vec<Field>,
}

impl Field {
    pub(super) fn arg(&self, name: &str) -> Option<&str> {
        self.args.iter().find(|(arg, _)| arg == name).map(|(_, value)| value.as_str())
    }

    /// A list of words, as JSON, bare in brackets, or a single one.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let Some(text) = self.arg(name) else { return Vec::new() };
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if let Ok(Value::Array(items)) = serde_json::from_str::<Value>(text) {
            return items.iter().map(plain).collect();
        }
        let inner = text.trim_start_matches('[').trim_end_matches(']');
        let words = inner.split(',').map(|word| word.trim().trim_matches(['"', '\'']));
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }
}

/// Keeps the asked members of `node`, or `defaults` when none are asked; `id` is always there.
pub(crate) fn select(
    node: Value,
    asked: Option<&str>,
    defaults: &[&str],
    kind: &str,
) -> Result<Value, GraphError> {
    let Value::Object(node) = node else { return Ok(node) };
    let asked = match asked {
        Some(asked) if !asked.trim().is_empty() => parse(asked)?,
        _ => defaults.iter().map(|name| named(name)).collect(),
    };
    let mut out = Map::new();
    for field in asked.iter().chain([&named("id")]) {
        match node.get(&field.name) {
            Some(value) if !value.is_null() => {
                out.insert(field.name.clone(), part(value, field));
            }
            Some(_) => {}
            None if field.name == "id" => {}
            None => return Err(GraphError::unknown_field(&field.name, kind)),
        }
    }
    if let Some(id) = node.get("id").filter(|id| !id.is_null()) {
        out.entry("id").or_insert_with(|| id.clone());
    }
    Ok(Value::Object(out))
}

/// The value of an argument of a field: `SVG` of `qr_image_url.format(SVG)`.
pub(super) fn modifier(asked: &str, field: &str, modifier: &str) -> Result<Option<String>, GraphError> {
    let found = parse(asked)?.into_iter().find(|f| f.name == field);
    Ok(found.and_then(|f| f.arg(modifier).map(str::to_owned)))
}

fn named(name: &str) -> Field {
    Field { name: name.to_owned(), ..Field::default() }
}

/// A member as far as it is asked for: some of its own members, so many of its entries.
fn part(value: &Value, field: &Field) -> Value {
    let limit = field.arg("limit").and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
    match value {
        Value::Array(items) => items.iter().take(limit).map(|item| inner(item, &field.fields)).collect(),
        Value::Object(object) if object.get("data").is_some_and(Value::is_array) => {
            let mut out = object.clone();
            let items = object["data"].as_array().into_iter().flatten().take(limit);
            out["data"] = items.map(|item| inner(item, &field.fields)).collect();
            Value::Object(out)
        }
        other => inner(other, &field.fields),
    }
}

fn inner(value: &Value, asked: &[Field]) -> Value {
    let (Value::Object(object), false) = (value, asked.is_empty()) else { return value.clone() };
    let mut out = Map::new();
    for field in asked.iter().chain([&named("id")]) {
        if let Some(value) = object.get(&field.name).filter(|value| !value.is_null()) {
            out.insert(field.name.clone(), part(value, field));
        }
    }
    Value::Object(out)
}

/// Reads a list of members.
pub(super) fn parse(asked: &str) -> Result<Vec<Field>, GraphError> {
    let mut reader = Reader { text: asked, at: 0, depth: 0 };
    let fields = reader.list()?;
    if reader.peek().is_some() { Err(reader.unexpected("end of string")) } else { Ok(fields) }
}

/// How deep fields may stand in fields. Meta names no bound; without one a request could use up the stack.
const DEPTH_MAX: usize = 64;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// How many braces are open.
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.at += wanted.len_utf8();
        }
        there
    }

    fn list(&mut self) -> Result<Vec<Field>, GraphError> {
        let mut fields = Vec::new();
        loop {
            let name = self.word();
            if !name.is_empty() {
                fields.push(self.rest_of(name)?);
            }
            if !self.take(',') {
                return Ok(fields);
            }
        }
    }

    /// Up to the next mark; spaces around it don't count.
    fn word(&mut self) -> String {
        let rest = self.text.get(self.at..).unwrap_or("");
        let end = rest.find([',', '.', '{', '}', '(', ')']).unwrap_or(rest.len());
        self.at += end;
        rest[..end].trim().to_owned()
    }

    fn rest_of(&mut self, name: String) -> Result<Field, GraphError> {
        let mut field = Field { name, ..Field::default() };
        loop {
            if self.take('.') {
                let arg = self.word();
                if arg.is_empty() || !self.take('(') {
                    return Err(self.unexpected("\"(\""));
                }
                field.args.push((arg, self.argument()?));
            } else if self.take('{') {
                if self.depth == DEPTH_MAX {
                    return Err(self.unexpected("\"}\""));
                }
                self.depth += 1;
                field.fields = self.list()?;
                self.depth -= 1;
                if !self.take('}') {
                    return Err(self.unexpected("\"}\""));
                }
                // Spaces may follow a brace.
                if !self.word().is_empty() {
                    return Err(self.unexpected("end of string"));
                }
            } else {
                return Ok(field);
            }
        }
    }

    /// Up to the closing parenthesis, which may stand in quotes before.
    fn argument(&mut self) -> Result<String, GraphError> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let (mut depth, mut quote) = (0usize, None);
        for (at, c) in rest.char_indices() {
            match (c, quote) {
                (c, Some(open)) if c == open => quote = None,
                (_, Some(_)) => {}
                ('"' | '\'', None) => quote = Some(c),
                ('(', None) => depth += 1,
                (')', None) if depth > 0 => depth -= 1,
                (')', None) => {
                    self.at += at + 1;
                    return Ok(rest[..at].trim().to_owned());
                }
                _ => {}
            }
        }
        self.at = self.text.len();
        Err(self.unexpected("\")\""))
    }

    fn unexpected(&self, wanted: &str) -> GraphError {
        let found = self.peek().map_or_else(|| "end of string".to_owned(), |c| format!("\"{c}\""));
        let text = self.text;
        let message = format!(
            "Syntax error \"Expected {wanted} instead of {found}.\" at character {}: {text}",
            self.at
        );
        GraphError::new(400, 2_500, message)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_have_arguments_and_fields_of_their_own() {
        let got = parse("id, a{b,c{d}},e.limit(5).x([\"1\",\"a)b\"]),f").unwrap();
        let names: Vec<&str> = got.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["id", "a", "e", "f"]);
        assert_eq!(got[1].fields[1].fields[0].name, "d");
        assert_eq!(got[2].arg("limit"), Some("5"));
        assert_eq!(got[2].list("x"), ["1", "a)b"]);
        assert_eq!(parse("p.types([A,B])").unwrap()[0].list("types"), ["A", "B"]);
    }

    #[test]
    fn what_does_not_end_is_refused() {
        for broken in ["a{b", "a.b", "a.b(c", "a}b", "a)", "a.(b)"] {
            let error = parse(broken).unwrap_err();
            assert_eq!((error.status, error.code), (400, 2_500), "{broken}");
        }
    }

    #[test]
    fn braces_without_end_are_refused() {
        let nested = |depth: usize| format!("{}b{}", "a{".repeat(depth), "}".repeat(depth));
        assert!(parse(&nested(DEPTH_MAX)).is_ok());
        for deep in [nested(DEPTH_MAX + 1), nested(100_000), "a{".repeat(100_000)] {
            assert_eq!(parse(&deep).unwrap_err().code, 2_500);
        }
    }

    #[test]
    fn nested_members_are_chosen() {
        let node = json!({ "id": "1", "a": { "x": 1, "y": 2 }, "l": { "data": [{ "id": "2", "z": 3 }, { "id": "3" }] } });
        let got = select(node, Some("a{y},l.limit(1){z}"), &[], "Node").unwrap();
        assert_eq!(got, json!({ "id": "1", "a": { "y": 2 }, "l": { "data": [{ "id": "2", "z": 3 }] } }));
    }
}
