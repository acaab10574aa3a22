//! `GET /_control/openapi.json`: the description of the control API. Which operations there are is what the router says;
//! what each takes and gives stands in short notes beside the handlers, which `notation` turns into JSON Schema.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::Routes;

/// Tag and notes of each file of handlers; the first has what is common to all.
const NOTES: [(&str, &str); 10] = [
    ("Description", include_str!("document.yaml")),
    ("Customers", include_str!("customers.yaml")),
    ("Groups", include_str!("groups.yaml")),
    ("Calls", include_str!("calls.yaml")),
    ("Forms", include_str!("forms.yaml")),
    ("Phone numbers", include_str!("numbers.yaml")),
    ("Accounts", include_str!("accounts.yaml")),
    ("Templates", include_str!("templates.yaml")),
    ("Traffic", include_str!("traffic.yaml")),
    ("World", include_str!("world.yaml")),
];

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/openapi.json", openapi)
}

async fn openapi() -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(|| document().to_string());
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()
}

/// The OpenAPI 3.1 document of `/_control`: every operation of the router with what its notes say.
fn document() -> Value {
    let mut notes = Notes::read();
    let mut paths = Map::new();
    for (verb, path) in super::routes().table {
        let operation = notes.operations.remove(&format!("{verb} {path}")).unwrap_or(Value::Null);
        let at = paths.entry(format!("/_control{path}")).or_insert_with(|| json!({}));
        at[verb.to_ascii_lowercase()] = operation;
    }
    let tags: Vec<Value> = NOTES.iter().map(|(tag, _)| json!({ "name": tag })).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Control API of the Waypost emulator",
            "version": env!("CARGO_PKG_VERSION"),
            "description": notes.about,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "http://127.0.0.1:8081", "description": "waypost emulator" }],
        "tags": tags,
        "paths": paths,
        "components": { "schemas": notes.schemas },
    })
}

/// All notes, turned into OpenAPI.
struct Notes {
    about: String,
    /// By method and path, as the router names them.
    operations: Map<String, Value>,
    schemas: Map<String, Value>,
}

impl Notes {
    fn read() -> Self {
        let mut all = Self { about: String::new(), operations: Map::new(), schemas: Map::new() };
        let files = NOTES.map(|(tag, text)| (tag, read(text)));
        for (_, notes) in &files {
            all.about.push_str(notes["about"].as_str().unwrap_or_default());
            for (name, note) in notes["schemas"].as_object().into_iter().flatten() {
                all.schemas.insert(name.clone(), notation::schema(note));
            }
        }
        for (tag, notes) in &files {
            for (name, note) in notes["operations"].as_object().into_iter().flatten() {
                let described = operation(tag, name, note, &all.schemas);
                all.operations.insert(name.clone(), described);
            }
        }
        all
    }
}

/// Notes that are no YAML leave their operations bare, which a test tells.
fn read(text: &str) -> Value {
    let mut notes: yaml_serde::Value = yaml_serde::from_str(text).unwrap_or_default();
    let merged = notes.apply_merge();
    merged.ok().and_then(|()| serde_json::to_value(notes).ok()).unwrap_or_default()
}

fn operation(tag: &str, name: &str, note: &Value, schemas: &Map<String, Value>) -> Value {
    let mut operation = json!({
        "tags": [tag],
        "operationId": note["id"],
        "summary": note["about"],
        "parameters": parameters(name, note, schemas),
        "responses": responses(note),
    });
    if let Some(more) = note.get("more") {
        operation["description"] = more.clone();
    }
    if let Some(body) = note.get("takes") {
        let mut content = json!({ "schema": notation::schema(body) });
        if let Some(example) = note.get("example") {
            content["example"] = example.clone();
        }
        operation["requestBody"] = json!({ "content": { "application/json": content } });
    }
    if let Some(parts) = note.get("file") {
        let required = note.get("takes").is_none();
        operation["requestBody"]["required"] = Value::from(required);
        operation["requestBody"]["content"]["multipart/form-data"] =
            json!({ "schema": notation::schema(parts) });
    }
    operation
}

/// Those in the path, which are in its text, and those of the query.
fn parameters(name: &str, note: &Value, schemas: &Map<String, Value>) -> Vec<Value> {
    let described = |place: &str, name: &str, text: &Value| {
        let mut schema = notation::schema(text);
        let named = schema["$ref"].as_str().and_then(|target| schemas.get(target.rsplit('/').next()?));
        let about = named.map(|named| named["description"].clone());
        let about = schema.as_object_mut().and_then(|schema| schema.remove("description")).or(about);
        json!({ "name": name, "in": place, "required": place == "path", "schema": schema, "description": about })
    };
    let named = name.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let path = named.map(|name| described("path", name, &note["path"][name]));
    let query = note["query"].as_object().into_iter().flatten();
    path.chain(query.map(|(name, text)| described("query", name, text))).collect()
}

fn responses(note: &Value) -> Value {
    let status = note["status"].as_u64().unwrap_or(200).to_string();
    let content = match note["media"].as_str() {
        Some(kind) => json!({ (kind): { "schema": { "type": "string" } } }),
        None => json!({ "application/json": { "schema": notation::schema(&note["gives"]) } }),
    };
    let mut responses = json!({ (status): { "description": "done", "content": content } });
    let error = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } });
    let refused =
        note["refused"].as_str().unwrap_or("400: the body isn't as described; 404: there is no such thing");
    for refusal in refused.split("; ").filter(|refusal| !refusal.is_empty()) {
        let (status, why) = refusal.split_once(": ").unwrap_or(("default", refusal));
        responses[status] = json!({ "description": why, "content": error });
    }
    responses
}

/// The short notation of schemas: `TYPE[ FROM..TO][ = DEFAULT][, what it means]`, where a type is `string`, `integer`,
/// `number`, `boolean`, `object`, `any`, `time` (RFC 3339), `null`, `one of a b c`, `list of TYPE`, `map of TYPE` or the name
/// of a schema, and several stand beside each other with `|`. A mapping with `has` is an object: members whose name ends
/// with `?` may be missing, `open: true` says that there may be others. Any other mapping is JSON Schema as it is.
mod notation {
    use serde_json::{Map, Value, json};

    pub(super) fn schema(note: &Value) -> Value {
        match note {
            Value::String(text) => of_text(text),
            Value::Object(object) if object.contains_key("has") => of_members(object),
            Value::Object(_) => note.clone(),
            _ => json!({}),
        }
    }

    fn of_members(note: &Map<String, Value>) -> Value {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for (name, member) in note["has"].as_object().into_iter().flatten() {
            let plain = name.trim_end_matches('?');
            if plain == name {
                required.push(plain.to_owned());
            }
            properties.insert(plain.to_owned(), schema(member));
        }
        let mut object = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            object["required"] = json!(required);
        }
        if note.get("open").is_some() {
            object["additionalProperties"] = Value::from(true);
        }
        for (from, to) in [("about", "description"), ("example", "example")] {
            if let Some(value) = note.get(from) {
                object[to] = value.clone();
            }
        }
        object
    }

    fn of_text(text: &str) -> Value {
        let (kind, about) = text.split_once(", ").unwrap_or((text, ""));
        let (kind, default) = kind.split_once(" = ").unwrap_or((kind, ""));
        let mut kinds: Vec<Value> = kind.split('|').map(|kind| of_kind(kind.trim())).collect();
        let mut schema = match kinds.len() {
            1 => kinds.swap_remove(0),
            2 if kinds[1]["type"] == "null"
                && kinds[0]["type"].is_string()
                && kinds[0].get("enum").is_none() =>
            {
                let mut schema = kinds.swap_remove(0);
                schema["type"] = json!([schema["type"], "null"]);
                schema
            }
            _ => json!({ "anyOf": kinds }),
        };
        if !default.is_empty() {
            schema["default"] = serde_json::from_str(default).unwrap_or_else(|_| Value::from(default));
        }
        if !about.is_empty() {
            schema["description"] = Value::from(about);
        }
        schema
    }

    fn of_kind(kind: &str) -> Value {
        if let Some(inner) = kind.strip_prefix("list of ") {
            return json!({ "type": "array", "items": of_kind(inner) });
        }
        if let Some(inner) = kind.strip_prefix("map of ") {
            return json!({ "type": "object", "additionalProperties": of_kind(inner) });
        }
        if let Some(words) = kind.strip_prefix("one of ") {
            return json!({ "type": "string", "enum": words.split(' ').collect::<Vec<_>>() });
        }
        let (name, range) = kind.split_once(' ').unwrap_or((kind, ""));
        match name {
            "any" => json!({}),
            "time" => json!({ "type": "string", "format": "date-time" }),
            "string" => within(json!({ "type": name }), range, ["minLength", "maxLength"]),
            "integer" | "number" => within(json!({ "type": name }), range, ["minimum", "maximum"]),
            "boolean" | "object" | "null" => json!({ "type": name }),
            name => json!({ "$ref": format!("#/components/schemas/{name}") }),
        }
    }

    /// Either end may be missing.
    fn within(mut schema: Value, range: &str, names: [&str; 2]) -> Value {
        let (from, to) = range.split_once("..").unwrap_or(("", ""));
        for (name, end) in names.into_iter().zip([from, to]) {
            if let Ok(end) = serde_json::from_str::<serde_json::Number>(end) {
                schema[name] = Value::Number(end);
            }
        }
        schema
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let described: BTreeSet<String> = Notes::read().operations.keys().cloned().collect();
        let routes = super::super::routes().table;
        let answered: BTreeSet<String> = routes.iter().map(|(verb, path)| format!("{verb} {path}")).collect();
        assert_eq!(answered.len(), routes.len(), "a route twice");
        assert_eq!(
            answered.difference(&described).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "without a description"
        );
        assert_eq!(
            described.difference(&answered).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "without a route"
        );
    }

    #[test]
    fn every_operation_parameter_and_schema_has_its_words_and_every_reference_its_target() {
        let document = document();
        let mut ids = BTreeSet::new();
        for (path, verbs) in document["paths"].as_object().into_iter().flatten() {
            for (verb, operation) in verbs.as_object().into_iter().flatten() {
                let place = format!("{verb} {path}");
                let id = operation["operationId"].as_str().unwrap_or_default();
                assert!(!id.is_empty() && ids.insert(id.to_owned()), "{place}: {id}");
                assert!(operation["summary"].as_str().is_some_and(|text| text.len() > 5), "{place}: summary");
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    assert!(parameter["description"].is_string(), "{place}: {}", parameter["name"]);
                    assert_ne!(parameter["schema"], json!({}), "{place}: {}", parameter["name"]);
                }
            }
        }
        let schemas = &document["components"]["schemas"];
        let mut used = BTreeSet::new();
        references(&document, &mut used);
        let known: BTreeSet<String> =
            schemas.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        assert_eq!(used, known, "schemas that are named, and those that are described");
    }

    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                let target = object.get("$ref").and_then(Value::as_str);
                found.extend(target.and_then(|text| text.rsplit('/').next()).map(str::to_owned));
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn the_notation_says_what_json_schema_says() {
        let of = |text: &str| notation::schema(&Value::from(text));
        assert_eq!(of("string|null"), json!({ "type": ["string", "null"] }));
        assert_eq!(
            of("integer 1..1000 = 200, at most so many"),
            json!({ "type": "integer", "minimum": 1, "maximum": 1000, "default": 200, "description": "at most so many" })
        );
        assert_eq!(
            of("list of integer|one of a b"),
            json!({ "anyOf": [
                { "type": "array", "items": { "type": "integer" } }, { "type": "string", "enum": ["a", "b"] },
            ] })
        );
        assert_eq!(
            notation::schema(&json!({ "has": { "id": "string", "chat?": "Chat" } })),
            json!({ "type": "object", "required": ["id"],
                    "properties": { "id": { "type": "string" }, "chat": { "$ref": "#/components/schemas/Chat" } } })
        );
    }
}
