//! A screen's data model: JSON schemas with an example each.
//!
//! Meta: WhatsApp Flows > Reference > Flow JSON > Declaring screen properties.

use serde_json::{Map, Value};

use super::check::Judge;
use super::facts::DEPTH_MAX;
use crate::judge::{Findings, Node};
use crate::violation::Rule;

const TYPES: &[&str] = &["string", "number", "integer", "boolean", "object", "array"];
const EXAMPLE: &str = "__example__";

/// Judges what a screen declares.
pub(super) fn judge(judge: &mut Judge<'_>, model: &Node<'_>) {
    let findings = &mut judge.findings;
    for (key, value) in model.map {
        let pointer = model.at(key);
        let Some(map) = value.as_object() else {
            findings.wrong_type(pointer, "a JSON object");
            continue;
        };
        let node = Node::new(map, pointer);
        schema(findings, &node, 0);
        match map.get(EXAMPLE) {
            None => findings.required(node.at(EXAMPLE)),
            Some(example) => fits(findings, map, example, node.at(EXAMPLE), 0),
        }
    }
}

fn schema(findings: &mut Findings, node: &Node<'_>, depth: usize) {
    if depth > DEPTH_MAX {
        return;
    }
    if depth > 0 && node.map.contains_key(EXAMPLE) {
        let message = "Property '__example__' is allowed only as a top level property of data model.";
        findings.add(node.at(EXAMPLE), Rule::NotAllowed, message);
    }
    let Some(kind) = findings.one_of(node, "type", TYPES) else { return };
    if kind == "array" {
        match node.get("items") {
            None => findings.required(node.at("items")),
            Some(Value::Object(map)) => schema(findings, &Node::new(map, node.at("items")), depth + 1),
            Some(Value::Bool(_)) => {}
            Some(_) => findings.wrong_type(node.at("items"), "a boolean or a JSON object"),
        }
    }
    let Some(properties) = findings.may_have_object(node, "properties") else { return };
    for (key, value) in properties.map {
        let pointer = properties.at(key);
        if key == EXAMPLE {
            let message = "Property '__example__' is allowed only as a top level property of data model.";
            findings.add(pointer, Rule::NotAllowed, message);
            continue;
        }
        match value.as_object() {
            Some(map) => schema(findings, &Node::new(map, pointer), depth + 1),
            None => findings.wrong_type(pointer, "a JSON object"),
        }
    }
}

/// The example is of the declared type, as deep as it is declared.
fn fits(
    findings: &mut Findings,
    schema: &Map<String, Value>,
    example: &Value,
    pointer: String,
    depth: usize,
) {
    let kind = schema.get("type").and_then(Value::as_str).unwrap_or_default();
    let right = match kind {
        "string" => example.is_string(),
        "number" => example.is_number(),
        "integer" => example.is_i64() || example.is_u64(),
        "boolean" => example.is_boolean(),
        "object" => example.is_object(),
        "array" => example.is_array(),
        // An unknown type is reported where it stands.
        _ => true,
    };
    if !right {
        let message =
            format!("Invalid data model schema. Expected property '__example__' to be of type {kind}.");
        return findings.add(pointer, Rule::Type, message);
    }
    if depth > DEPTH_MAX {
        return;
    }
    if let (Some(items), Some(schema)) = (example.as_array(), schema.get("items").and_then(Value::as_object))
    {
        for (i, item) in items.iter().enumerate() {
            fits(findings, schema, item, format!("{pointer}/{i}"), depth + 1);
        }
    }
    if let (Some(map), Some(schemas)) =
        (example.as_object(), schema.get("properties").and_then(Value::as_object))
    {
        let node = Node::new(map, pointer);
        for (key, value) in map {
            if let Some(schema) = schemas.get(key).and_then(Value::as_object) {
                fits(findings, schema, value, node.at(key), depth + 1);
            }
        }
    }
}
