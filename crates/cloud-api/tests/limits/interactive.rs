//! Buttons, lists, links and their relatives.

use cloud_api::message::Rule;
use serde_json::{Value, json};

use super::{bounded, bounded_and_required, long, message, needed, passes, refused, refused_at, violations};

fn interactive(interactive: Value) -> Value {
    message(json!({"type": "interactive", "interactive": interactive}))
}

fn buttons(count: usize) -> Value {
    let button =
        |i| json!({"type": "reply", "reply": {"id": format!("id{i}"), "title": format!("Title {i}")}});
    let buttons: Vec<Value> = (0..count).map(button).collect();
    interactive(json!({"type": "button", "header": {"type": "text", "text": "H"}, "body": {"text": "B"},
        "footer": {"text": "F"}, "action": {"buttons": buttons}}))
}

/// A list with sections of the given numbers of rows.
fn list(sections: &[usize]) -> Value {
    let sections: Vec<Value> = (0..sections.len())
        .map(|s| {
            let row = |r| json!({"id": format!("{s}-{r}"), "title": "Row", "description": "D"});
            json!({"title": "Section", "rows": (0..sections[s]).map(row).collect::<Vec<_>>()})
        })
        .collect();
    interactive(json!({"type": "list", "header": {"type": "text", "text": "H"}, "body": {"text": "B"},
        "footer": {"text": "F"}, "action": {"button": "Open", "sections": sections}}))
}

fn cta() -> Value {
    interactive(json!({"type": "cta_url", "body": {"text": "B"}, "action": {"name": "cta_url",
        "parameters": {"display_text": "Open", "url": "https://acme.test?d=1"}}}))
}

#[test]
fn reply_buttons() {
    let one = buttons(1);
    bounded_and_required(&one, "/interactive/body/text", 1024);
    bounded_and_required(&one, "/interactive/footer/text", 60);
    bounded_and_required(&one, "/interactive/header/text", 60);
    bounded_and_required(&one, "/interactive/action/buttons/0/reply/id", 256);
    bounded_and_required(&one, "/interactive/action/buttons/0/reply/title", 20);
    needed(&one, "/interactive/body");
    needed(&one, "/interactive/action");
    needed(&one, "/interactive/action/buttons");
    needed(&one, "/interactive/action/buttons/0/type");
    passes(&buttons(3));
    let violation = refused(&buttons(4));
    assert_eq!((violation.limit, violation.given), (Some(3), Some(4)));
    assert_eq!(violation.message, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3");
    refused_at(&buttons(0), "/interactive/action/buttons", Rule::Count);
}

#[test]
fn a_button_title_too_long_is_told_in_metas_words() {
    let mut message = buttons(1);
    *message.pointer_mut("/interactive/action/buttons/0/reply/title").unwrap() = long(21).into();
    assert_eq!(refused(&message).message, "Button title length invalid. Min length: 1, Max length: 20");
}

#[test]
fn buttons_differ() {
    for field in ["id", "title"] {
        let mut message = buttons(2);
        let at = |i: usize| format!("/interactive/action/buttons/{i}/reply/{field}");
        *message.pointer_mut(&at(1)).unwrap() = message.pointer(&at(0)).unwrap().clone();
        refused_at(&message, &at(1), Rule::Unique);
    }
}

#[test]
fn headers() {
    let with = |mut message: Value, header: Value| {
        message["interactive"]["header"] = header;
        message
    };
    for message in [buttons(1), cta()] {
        for kind in ["image", "video", "document"] {
            let mut header = json!({"type": kind});
            header[kind] = json!({"id": "1"});
            passes(&with(message.clone(), header.clone()));
            header[kind] = json!({"link": "https://acme.test/a"});
            passes(&with(message.clone(), header.clone()));
            header[kind] = json!({});
            refused_at(
                &with(message.clone(), header),
                &format!("/interactive/header/{kind}/id"),
                Rule::Required,
            );
        }
        refused_at(&with(message.clone(), json!({"type": "audio"})), "/interactive/header/type", Rule::Value);
        refused_at(&with(message, json!({})), "/interactive/header/type", Rule::Required);
    }
    let image = json!({"type": "image", "image": {"id": "1"}});
    refused_at(&with(list(&[1]), image), "/interactive/header/type", Rule::Value);
}

#[test]
fn lists() {
    let one = list(&[1]);
    bounded_and_required(&one, "/interactive/body/text", 4096);
    bounded_and_required(&one, "/interactive/footer/text", 60);
    bounded_and_required(&one, "/interactive/header/text", 60);
    bounded_and_required(&one, "/interactive/action/button", 20);
    let rows = "/interactive/action/sections/0/rows/0";
    bounded_and_required(&one, &format!("{rows}/id"), 200);
    bounded_and_required(&one, &format!("{rows}/title"), 24);
    bounded(&one, &format!("{rows}/description"), 72);
    bounded(&one, "/interactive/action/sections/0/title", 24);
    bounded_and_required(&list(&[1, 1]), "/interactive/action/sections/1/title", 24);
    needed(&one, "/interactive/action/sections");
    needed(&one, "/interactive/action/sections/0/rows");
    needed(&one, "/interactive/body");
}

#[test]
fn lists_hold_ten_rows_in_all() {
    passes(&list(&[10]));
    passes(&list(&[4, 6]));
    passes(&list(&[1; 10]));
    for sections in [&[11][..], &[5, 6]] {
        let violation = refused(&list(sections));
        assert_eq!((violation.limit, violation.given), (Some(10), Some(11)));
        assert_eq!(violation.message, "Total row count exceed max allowed count: 10");
    }
    let found = violations(&list(&[1; 11]));
    assert_eq!(found[0].pointer, "/interactive/action/sections");
    assert_eq!((found[0].limit, found[0].given), (Some(10), Some(11)));
    refused_at(&list(&[]), "/interactive/action/sections", Rule::Count);
    refused_at(&list(&[1, 0]), "/interactive/action/sections/1/rows", Rule::Count);
}

#[test]
fn rows_differ_across_sections_and_a_single_section_needs_no_title() {
    let mut message = list(&[1, 1]);
    let id = "/interactive/action/sections/1/rows/0/id";
    *message.pointer_mut(id).unwrap() = "0-0".into();
    refused_at(&message, id, Rule::Unique);
    let mut message = list(&[1]);
    message["interactive"]["action"]["sections"][0].as_object_mut().unwrap().remove("title");
    passes(&message);
}

#[test]
fn links() {
    let cta = cta();
    bounded_and_required(&cta, "/interactive/body/text", 1024);
    bounded_and_required(&cta, "/interactive/action/parameters/display_text", 20);
    needed(&cta, "/interactive/action/parameters/url");
    needed(&cta, "/interactive/action/parameters");
    needed(&cta, "/interactive/action/name");
    let mut odd = cta;
    odd["interactive"]["action"]["parameters"]["url"] = "acme.test".into();
    refused_at(&odd, "/interactive/action/parameters/url", Rule::Format);
}

#[test]
fn all_violations_are_told_at_once() {
    let mut message = buttons(4);
    message["messaging_product"] = Value::Null;
    message["interactive"]["footer"]["text"] = long(61).into();
    let found: Vec<_> = violations(&message).into_iter().map(|v| v.pointer).collect();
    assert_eq!(found, ["/messaging_product", "/interactive/footer/text", "/interactive/action/buttons"]);
}
