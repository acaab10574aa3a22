//! Buttons of every type.

use cloud_api::message::Rule;
use serde_json::{Value, json};

use super::{bounded, but, needed, passes, refused, refused_at, refused_with, violations, with_buttons};

fn replies(count: usize) -> Vec<Value> {
    (0..count).map(|i| json!({"type": "QUICK_REPLY", "text": format!("Reply {i}")})).collect()
}

fn link() -> Value {
    json!({"type": "URL", "text": "Track", "url": "https://acme.test/t"})
}

fn one(button: Value) -> Value {
    with_buttons(json!([button]))
}

const FIRST: &str = "/components/1/buttons/0";

fn at(key: &str) -> String {
    format!("{FIRST}/{key}")
}

#[test]
fn one_to_ten_buttons() {
    passes(&with_buttons(replies(10).into()));
    let violation = refused(&with_buttons(json!([])));
    assert_eq!((violation.rule, violation.pointer.as_str()), (Rule::Count, "/components/1/buttons"));
    let eleven: Vec<_> = violations(&with_buttons(replies(11).into()));
    assert_eq!(eleven[0].rule, Rule::Count);
    assert_eq!((eleven[0].limit, eleven[0].given), (Some(10), Some(11)));
    needed(&with_buttons(replies(1).into()), "/components/1/buttons");
    refused_at(&one(json!({"type": "WAVE", "text": "x"})), &at("type"), Rule::Value);
    for known in ["APP", "POSTBACK", "REMINDER", "SEND_LOCATION", "EXTENSION"] {
        passes(&one(json!({"type": known})));
    }
}

#[test]
fn most_of_each_type() {
    let phone = json!({"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550051310"});
    let code = json!({"type": "COPY_CODE", "example": "25OFF"});
    let call = json!({"type": "VOICE_CALL", "text": "Call us"});
    let form = json!({"type": "FLOW", "text": "Open", "flow_id": "1"});
    let contact = json!({"type": "REQUEST_CONTACT_INFO"});
    let order = json!({"type": "ORDER_DETAILS", "text": "Copy Pix code"});
    for button in [phone, code, call, form, contact, order] {
        passes(&with_buttons(json!([button])));
        let violation = refused(&with_buttons(json!([button, button])));
        assert_eq!((violation.rule, violation.limit, violation.given), (Rule::Count, Some(1), Some(2)));
        assert_eq!(violation.pointer, "/components/1/buttons/1/type");
    }
    passes(&with_buttons(json!([link(), link()])));
    let violation = refused(&with_buttons(json!([link(), link(), link()])));
    assert_eq!((violation.rule, violation.limit, violation.given), (Rule::Count, Some(2), Some(3)));
}

#[test]
fn quick_replies_stand_together() {
    let reply = json!({"type": "QUICK_REPLY", "text": "Stop"});
    passes(&with_buttons(json!([reply, reply, link()])));
    passes(&with_buttons(json!([link(), reply, reply])));
    refused_at(&with_buttons(json!([reply, link(), reply])), "/components/1/buttons", Rule::Order);
    refused_at(&with_buttons(json!([link(), reply, link()])), "/components/1/buttons", Rule::Order);
}

#[test]
fn quick_replies() {
    let reply = one(json!({"type": "quick_reply", "text": "Stop"}));
    bounded(&reply, &at("text"), 25);
    needed(&reply, &at("text"));
}

#[test]
fn link_buttons() {
    let plain = one(link());
    bounded(&plain, &at("text"), 25);
    needed(&plain, &at("url"));
    let long = |length: usize| format!("https://acme.test/{}", "a".repeat(length - 18));
    passes(&but(&plain, &at("url"), long(2000)));
    refused_with(&but(&plain, &at("url"), long(2001)), Rule::Length, 2_388_040);
    for odd in [
        "acme.test",
        "ftp://acme.test",
        "https://",
        "https:///x",
        "{{1}}",
        "https://acme .test",
        "mailto:a@b.c",
    ] {
        let template = but(&but(&plain, &at("url"), odd), &at("example"), json!(["x"]));
        refused_at(&template, &at("url"), Rule::Format);
    }
    passes(&but(&plain, &at("url"), "HTTP://acme.test?a=b"));
}

#[test]
fn a_links_variable_is_at_its_end_and_has_an_example() {
    let with = |url: &str| one(json!({"type": "URL", "text": "Track", "url": url, "example": ["abc"]}));
    let fine = with("https://acme.test/t/{{1}}");
    passes(&fine);
    passes(&but(&fine, "/parameter_format", "NAMED"));
    passes(&but(&fine, &at("example"), json!(["https://acme.test/t/abc"])));
    needed(&fine, &at("example"));
    refused_at(&but(&fine, &at("example"), "abc"), &at("example"), Rule::Type);
    refused_with(&but(&fine, &at("example"), json!(["a", "b"])), Rule::Count, 2_388_043);
    refused_at(&with("https://acme.test/{{1}}/t"), &at("url"), Rule::Order);
    refused_at(&with("https://acme.test/{{2}}"), &at("url"), Rule::Format);
    refused_at(&with("https://acme.test/{{1}"), &at("url"), Rule::Format);
    assert!(violations(&with("https://acme.test/{{1}}{{2}}")).iter().any(|found| found.rule == Rule::Format));
    let deep = json!({"meta_app_id": "1", "android_deep_link": "acme://x", "android_fallback_playstore_url": "https://p.test"});
    passes(&but(&fine, &at("app_deep_link"), deep));
    refused_at(&but(&fine, &at("app_deep_link"), "acme://x"), &at("app_deep_link"), Rule::Type);
}

#[test]
fn phone_buttons() {
    let phone = one(json!({"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550051310"}));
    bounded(&phone, &at("text"), 25);
    needed(&phone, &at("phone_number"));
    passes(&but(&phone, &at("phone_number"), "1".repeat(20)));
    refused_with(&but(&phone, &at("phone_number"), "1".repeat(21)), Rule::Length, 2_388_040);
    refused_at(&but(&phone, &at("phone_number"), "call me"), &at("phone_number"), Rule::Format);
}

#[test]
fn copy_code_buttons() {
    let code = one(json!({"type": "COPY_CODE", "example": "25OFF"}));
    bounded(&code, &at("example"), 20);
    needed(&code, &at("example"));
    passes(&but(&code, &at("example"), json!(["25OFF"])));
    passes(&but(&code, &at("text"), "Copy offer code"));
    refused_at(&but(&code, &at("text"), "Get it"), &at("text"), Rule::Value);
}

#[test]
fn voice_call_buttons() {
    let call = one(json!({"type": "VOICE_CALL", "text": "Call us", "ttl_minutes": 10_080}));
    bounded(&call, &at("text"), 20);
    for fine in [1440, 43_200] {
        passes(&but(&call, &at("ttl_minutes"), fine));
    }
    passes(&but(&call, &at("ttl_minutes"), 1440.0));
    refused_at(&but(&call, &at("ttl_minutes"), 1440.5), &at("ttl_minutes"), Rule::Type);
    for odd in [1439, 43_201] {
        refused_at(&but(&call, &at("ttl_minutes"), odd), &at("ttl_minutes"), Rule::Value);
    }
    passes(&one(json!({"type": "VOICE_CALL"})));
}

#[test]
fn form_buttons_name_one_form() {
    let form = one(json!({"type": "FLOW", "text": "Open", "flow_id": "123", "flow_action": "navigate",
        "navigate_screen": "FIRST", "icon": "REVIEW"}));
    passes(&form);
    bounded(&form, &at("text"), 25);
    needed(&form, &at("flow_id"));
    needed(&form, &at("navigate_screen"));
    passes(&but(&form, &at("flow_id"), 123));
    refused_at(&but(&form, &at("flow_name"), "mine"), &at("flow_name"), Rule::Conflict);
    assert_eq!(violations(&but(&but(&form, &at("flow_name"), "mine"), &at("flow_json"), "{}")).len(), 2);
    refused_at(&but(&form, &at("flow_action"), "open"), &at("flow_action"), Rule::Value);
    refused_at(&but(&form, &at("flow_action"), "data_exchange"), &at("navigate_screen"), Rule::NotAllowed);
    refused_at(&but(&form, &at("icon"), "STAR"), &at("icon"), Rule::Value);
    for source in [json!({"flow_name": "mine"}), json!({"flow_json": "{\"version\":\"7.0\"}"})] {
        let mut button = json!({"type": "FLOW", "text": "Open", "flow_action": "data_exchange"});
        button.as_object_mut().unwrap().extend(source.as_object().unwrap().clone());
        passes(&one(button));
    }
    refused_at(
        &one(json!({"type": "FLOW", "text": "Open", "flow_json": "{"})),
        &at("flow_json"),
        Rule::Format,
    );
}

#[test]
fn buttons_with_a_fixed_label() {
    for (kind, label) in [("CATALOG", "View catalog"), ("MPM", "View items")] {
        passes(&one(json!({"type": kind, "text": label})));
        passes(&one(json!({"type": kind})));
        let other = one(json!({"type": kind, "text": "Look"}));
        refused_at(&other, &at("text"), Rule::Value);
        passes(&but(&other, "/language", "es"));
        let both = with_buttons(json!([{"type": kind}, {"type": "QUICK_REPLY", "text": "Stop"}]));
        refused_at(&both, &at("type"), Rule::Conflict);
    }
    passes(&one(json!({"type": "REQUEST_CONTACT_INFO", "text": "Share Contact Info"})));
    refused_at(&one(json!({"type": "REQUEST_CONTACT_INFO", "text": "Tell me"})), &at("text"), Rule::Value);
}
