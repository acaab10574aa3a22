//! What the tests of templates share: a receiver that hears everything about them, and templates to create.

use serde_json::{Value, json};

use crate::desk::*;

const FIELDS: [&str; 8] = [
    "messages",
    "message_template_status_update",
    "message_template_quality_update",
    "message_template_components_update",
    "template_category_update",
    "template_correct_category_detection",
    "account_update",
    "user_preferences",
];

pub async fn listening(desk: &Desk) {
    let body = json!({ "url": desk.hook_url, "fields": FIELDS });
    desk.emulator.control().set_webhook(&body).await.unwrap();
}

/// What was told in a field, in order. Every webhook so far must be one that Meta could have written.
pub fn news(desk: &Desk, field: &str) -> Vec<Value> {
    let got = desk.receiver.got.lock().unwrap();
    for received in got.iter() {
        let parsed = cloud_api::webhook::parse(&received.body).unwrap();
        assert!(parsed.surprises().is_empty(), "{:?} in {}", parsed.surprises(), received.json());
    }
    let changes = got.iter().map(|received| received.json()["entry"][0]["changes"][0].clone());
    changes.filter(|change| change["field"] == field).map(|change| change["value"].clone()).collect()
}

/// The events of `message_template_status_update`, in order.
pub fn events(desk: &Desk) -> Vec<String> {
    let told = news(desk, "message_template_status_update");
    told.iter().map(|value| value["event"].as_str().unwrap().to_owned()).collect()
}

pub fn path() -> String {
    format!("/v25.0/{WABA}/message_templates")
}

/// A utility template that passes every rule.
pub fn delivery(name: &str) -> Value {
    json!({ "name": name, "language": "en_US", "category": "UTILITY", "components": [
        { "type": "BODY", "text": format!("Hi {{{{1}}}}, your parcel of {name} has left our house today."),
          "example": { "body_text": [["Ana"]] } },
        { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": "Thanks" }] },
    ] })
}

pub async fn create(desk: &Desk, body: Value) -> Answered {
    desk.call("POST", &path(), Some(&body)).await
}

/// Creates a template and waits for its approval; its id.
pub async fn approved(desk: &Desk, body: Value) -> String {
    let created = create(desk, body).await;
    assert_eq!(created.status, 200, "{}", created.body);
    desk.advance(SECOND).await;
    created.body["id"].as_str().unwrap().to_owned()
}

pub async fn node(desk: &Desk, id: &str) -> Value {
    let fields = "name,status,category,previous_category,correct_category,rejected_reason,quality_score,components,\
                  message_send_ttl_seconds,language,last_updated_time,library_template_name";
    desk.get(&format!("/v25.0/{id}?fields={fields}")).await.body
}

/// The message of a template with one text for its body.
pub fn message(name: &str, language: &str, value: &str) -> Value {
    json!({ "type": "template", "template": { "name": name, "language": { "code": language },
        "components": [{ "type": "body", "parameters": [{ "type": "text", "text": value }] }] } })
}

pub async fn act(desk: &Desk, id: &str, action: &str, body: Value) -> Value {
    let acted = desk.control("POST", &format!("/templates/{id}/{action}"), body).await;
    assert_eq!(acted.status, 200, "{}", acted.body);
    desk.emulator.settle().await;
    acted.body
}

pub async fn reviewer(desk: &Desk, rules: Value) {
    let put = desk.control("PUT", "/reviewer", json!({ "rules": rules })).await;
    assert_eq!(put.status, 200, "{}", put.body);
}
