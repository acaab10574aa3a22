//! `fields=a,b{c},d.limit(5)`: which members of a node are answered.

use serde_json::{Map, Value};

use super::error::GraphError;

/// Keeps the asked members of `node`, or `defaults` when none are asked; `id` is always there.
pub(crate) fn select(
    node: Value,
    asked: Option<&str>,
    defaults: &[&str],
    kind: &str,
) -> Result<Value, GraphError> {
    let Value::Object(node) = node else { return Ok(node) };
    let names: Vec<String> = match asked {
        Some(asked) if !asked.trim().is_empty() => names(asked),
        _ => defaults.iter().map(|d| (*d).to_owned()).collect(),
    };
    let mut out = Map::new();
    for name in names.iter().map(String::as_str).chain(["id"]) {
        match node.get(name) {
            Some(value) if !value.is_null() => {
                out.insert(name.to_owned(), value.clone());
            }
            Some(_) => {}
            None if name == "id" => {}
            None => return Err(GraphError::unknown_field(name, kind)),
        }
    }
    Ok(Value::Object(out))
}

/// Top-level names, without sub-fields and modifiers.
fn names(asked: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut current) = (0usize, String::new());
    for c in asked.chars() {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => names.push(std::mem::take(&mut current)),
            c if depth == 0 => current.push(c),
            _ => {}
        }
    }
    names.push(current);
    names
        .iter()
        .filter_map(|n| n.trim().split('.').next())
        .filter(|n| !n.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_fields_are_one_name() {
        assert_eq!(names("id, a{b,c},d.limit(5).x(1,2),e"), ["id", "a", "d", "e"]);
    }
}
