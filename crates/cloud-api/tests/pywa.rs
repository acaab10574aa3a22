//! Bodies that pywa 4.5 made and posted (`tests/clients/pywa` keeps them true): another library's reading of the platform. They
//! are valid here, and read into types without losing anything.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use cloud_api::message::{Marketing, Outbound, check, check_marketing};
use cloud_api::template::Definition;
use cloud_api::{form, template};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

fn bodies(family: &str) -> Map<String, Value> {
    let all: Map<String, Value> =
        serde_json::from_str(include_str!("../../../tests/clients/pywa/bodies.json")).unwrap();
    all[family].as_object().unwrap().clone()
}

/// Reads a body as a `T` that has a type for all of it, and expects to get it back.
#[track_caller]
fn goes_round<T: DeserializeOwned + Serialize + std::fmt::Debug>(kind: &str, body: &Value) {
    let typed: T = serde_json::from_value(body.clone()).unwrap_or_else(|error| panic!("{kind}: {error}"));
    let told = format!("{typed:?}");
    assert!(!told.contains("Other("), "{kind}: {told}");
    assert_eq!(plain(&serde_json::to_value(&typed).unwrap()), plain(body), "{kind}");
}

/// The same JSON in one way of writing it: pywa writes out what is null, `100.0` for 100, and some of Meta's words in
/// capitals, and Meta takes all of it.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, value)| !value.is_null());
            let one = |(key, value): (&String, &Value)| {
                let word = matches!(key.as_str(), "type" | "sub_type" | "index");
                let value = match plain(value) {
                    Value::String(text) if word => text.to_lowercase().into(),
                    Value::Number(number) if word => number.to_string().into(),
                    other => other,
                };
                (key.clone(), value)
            };
            kept.map(one).collect()
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => (float as i64).into(),
            _ => value.clone(),
        },
        other => other.clone(),
    }
}

#[test]
fn messages_are_valid_and_typed() {
    let bodies = bodies("messages");
    assert!(bodies.len() >= 50, "{}", bodies.len());
    for (kind, body) in &bodies {
        assert_eq!(check(body), Ok(()), "{kind}");
        match kind.as_str() {
            // Meta's pages say `contact_request`; pywa's word is taken and kept as it is.
            "contact request" | "contact request by its own method" => {}
            // No messages; the client has a method for them.
            "read receipt" | "typing" => {}
            _ => goes_round::<Outbound>(kind, body),
        }
    }
}

#[test]
fn marketing_messages_are_valid_and_typed() {
    for (kind, body) in &bodies("marketing") {
        assert_eq!(check_marketing(body), Ok(()), "{kind}");
        goes_round::<Marketing>(kind, body);
    }
}

#[test]
fn templates_are_valid_and_typed() {
    for (kind, body) in &bodies("templates") {
        assert_eq!(template::check(body), Ok(()), "{kind}");
        goes_round::<Definition>(kind, body);
    }
}

#[test]
fn forms_are_valid_and_their_fields_known() {
    for (kind, body) in &bodies("forms") {
        assert_eq!(form::check(body), Ok(()), "{kind}");
        let form = form::Form::new(body.clone());
        assert_ne!(form.fields().count(), 0, "{kind}");
    }
}
