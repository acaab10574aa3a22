//! The commands that look into Meta's JSON.

use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

/// Runs the binary with a body on standard input: its exit code, and its report.
fn waypost(arguments: &[&str], body: &str) -> (i32, Value) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_waypost"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(body.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    (out.status.code().unwrap(), serde_json::from_slice(&out.stdout).unwrap())
}

fn envelope(value: &Value) -> String {
    json!({"object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]})
    .to_string()
}

#[test]
fn a_webhook_is_told_event_by_event() {
    let value = json!({"messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": "Ana"}, "wa_id": "16505551234"}],
        "messages": [{"from": "16505551234", "id": "wamid.1", "timestamp": "1749416383", "type": "text",
            "text": {"body": "hola"}}],
        "statuses": [{"id": "wamid.2", "status": "delivered", "timestamp": "1749416384",
            "recipient_id": "16505551234"}]});
    let (code, report) = waypost(&["webhook", "inspect", "-"], &envelope(&value));
    assert_eq!(code, 0, "{report}");
    let events = report["events"].as_array().unwrap();
    assert_eq!(events.len(), 2, "{report}");
    assert!(report.to_string().contains("wamid.1") && report.to_string().contains("wamid.2"));
}

#[test]
fn what_isnt_understood_is_named_and_gives_exit_code_2() {
    let value = json!({"messages": [{"id": "wamid.1", "type": "hologram", "hologram": {}, "mood": 1}]});
    let (code, report) = waypost(&["webhook", "inspect", "-"], &envelope(&value));
    assert_eq!(code, 2);
    let report = report.to_string();
    assert!(report.contains("/entry/0/changes/0/value/messages/0/type"), "{report}");
    assert!(report.contains("/entry/0/changes/0/value/messages/0/mood"), "{report}");
    for body in ["", "{", "[]", "nonsense"] {
        assert_eq!(waypost(&["webhook", "inspect", "-"], body).0, 2, "{body:?}");
    }
}

#[test]
fn a_message_is_judged_with_place_limit_and_what_was_given() {
    let message = |title: &str| {
        json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": "interactive", "interactive":
            {"type": "button", "body": {"text": "Tomorrow?"}, "action": {"buttons":
                [{"type": "reply", "reply": {"id": "yes", "title": title}}]}}})
        .to_string()
    };
    let (code, report) = waypost(&["message", "lint", "-"], &message("Yes"));
    assert_eq!((code, &report["ok"]), (0, &json!(true)), "{report}");
    let (code, report) = waypost(&["message", "lint", "-"], &message(&"y".repeat(21)));
    let violation = &report["violations"][0];
    assert_eq!(code, 2);
    assert_eq!(violation["pointer"], "/interactive/action/buttons/0/reply/title");
    assert_eq!((&violation["limit"], &violation["given"]), (&json!(20), &json!(21)));
    assert_eq!(violation["code"], 131_009);
}

#[test]
fn a_misspelt_field_is_found_although_it_breaks_no_limit() {
    let body = json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": "text",
        "text": {"body": "hola", "preview_ur": true}});
    let (code, report) = waypost(&["message", "lint", "-"], &body.to_string());
    assert_eq!((code, &report["unknown"]), (2, &json!(["/text/preview_ur"])));
}

#[test]
fn a_template_is_judged_before_it_goes_to_review() {
    let template = |text: &str| {
        json!({"name": "order_update", "language": "en_US", "category": "UTILITY",
            "components": [{"type": "BODY", "text": text, "example": {"body_text": [["Ana"]]}}]})
        .to_string()
    };
    let (code, report) =
        waypost(&["template", "lint", "-"], &template("Hi {{1}}, your order is on its way."));
    assert_eq!(code, 0, "{report}");
    let (code, report) =
        waypost(&["template", "lint", "-"], &template("Your order is on its way, dear {{1}}"));
    let violation = &report["violations"][0];
    assert_eq!((code, &violation["pointer"]), (2, &json!("/components/0/text")));
    assert_eq!((&violation["code"], &violation["error_subcode"]), (&json!(100), &json!(2_388_299)));
}

#[test]
fn a_form_is_judged_before_it_is_uploaded() {
    let (code, report) = waypost(&["form", "lint", "-"], r#"{"version": "7.3", "screens": []}"#);
    assert_eq!((code, &report["ok"]), (2, &json!(false)));
    assert_eq!(report["violations"][0]["pointer"], "/screens");
}

#[test]
fn a_file_that_isnt_there_is_another_failure() {
    let out = Command::new(env!("CARGO_BIN_EXE_waypost"))
        .args(["message", "lint", "/nowhere/at/all.json"])
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8(out.stderr).unwrap().contains("/nowhere/at/all.json"));
}
