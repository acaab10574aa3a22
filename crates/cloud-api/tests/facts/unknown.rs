//! A field that nobody knows breaks no limit, and is found all the same.

use serde_json::{Value, json};

use super::read;

type Unknown = fn(&Value) -> Vec<String>;

const FILES: [(&str, Unknown); 3] = [
    (include_str!("cases/messages.json"), cloud_api::message::unknown_fields),
    (include_str!("cases/marketing.json"), cloud_api::message::unknown_marketing_fields),
    (include_str!("cases/templates.json"), cloud_api::template::unknown_fields),
];

#[test]
fn no_field_of_a_valid_body_is_unknown() {
    let mut found = Vec::new();
    for (file, unknown) in FILES {
        for case in read(file).valid {
            let fields = unknown(&case.body);
            if !fields.is_empty() {
                found.push(format!("{}: {fields:?}", case.about));
            }
        }
    }
    assert!(found.is_empty(), "{} cases:\n{}", found.len(), found.join("\n"));
}

/// Objects whose fields are the sender's own or Meta's to add to (data for forms, what a payment gateway wants, features),
/// and one whose fields are judged by name.
const FREE: [&str; 6] = [
    "/data",
    "/flow_action_data",
    "/razorpay",
    "/optimization_spec",
    "/creative_features_spec",
    "/validation_errors",
];

#[test]
fn a_misspelt_field_is_found_wherever_it_stands() {
    let mut missed = Vec::new();
    for (file, unknown) in FILES {
        for case in read(file).valid {
            for place in objects(&case.body, "") {
                let mut body = case.body.clone();
                let object = body.pointer_mut(&place).and_then(Value::as_object_mut).expect("an object");
                object.insert("mis/spelt".to_owned(), json!(1));
                let free = FREE.iter().any(|free| place.contains(free));
                if !free && !unknown(&body).contains(&format!("{place}/mis~1spelt")) {
                    missed.push(format!("{}: {place}", case.about));
                }
            }
        }
    }
    assert!(missed.is_empty(), "{} places:\n{}", missed.len(), missed.join("\n"));
}

/// Pointers to every object of a body.
fn objects(value: &Value, at: &str) -> Vec<String> {
    match value {
        Value::Object(map) => {
            let inner = map.iter().flat_map(|(key, value)| objects(value, &format!("{at}/{key}")));
            std::iter::once(at.to_owned()).chain(inner).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(i, item)| objects(item, &format!("{at}/{i}"))).collect()
        }
        _ => Vec::new(),
    }
}
