//! The OpenAPI document: as it is committed, and true to the house's rules.

use crate::Http;
use serde_json::Value;

fn document() -> Value {
    serde_json::to_value(server::openapi()).unwrap()
}

fn operations(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    document["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        item.as_object()
            .unwrap()
            .iter()
            .map(move |(method, operation)| (format!("{method} {path}"), operation))
    })
}

#[test]
fn the_committed_document_is_what_the_code_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let mut told = serde_json::to_string_pretty(&server::openapi()).unwrap();
    told.push('\n');
    assert!(committed == told, "openapi.json is stale: run `cargo run -p cli -- openapi > openapi.json`");
}

#[test]
fn every_operation_says_what_it_is_and_what_can_go_wrong() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let tags: Vec<_> = document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    for (name, operation) in operations(&document) {
        assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{name} has no summary");
        assert!(operation["operationId"].as_str().unwrap().contains('.'), "{name}");
        assert!(tags.contains(&&operation["tags"][0]), "{name} has an undescribed tag");
        let answers = operation["responses"].as_object().unwrap();
        for (status, answer) in answers {
            assert!(!answer["description"].as_str().unwrap_or_default().is_empty(), "{name} {status}");
        }
        if name.contains("/v1/") {
            assert!(answers.contains_key("default"), "{name} tells no problems");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let told = parameter["description"].as_str().unwrap_or_default();
            assert!(!told.is_empty(), "{name}: {} is not described", parameter["name"]);
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name} is missing");
    }
}

#[tokio::test]
async fn the_document_is_served_to_anybody() {
    let http = Http::new().await;
    assert_eq!(http.door.nobody().get("/v1/openapi.json").await.expect(200), document());
}
