//! Any JSON at all, and definitions with anything in them changed.

use cloud_api::template::{
    Component, Definition, check, check_bulk_authentication, check_edit, check_send, parameters_needed,
    refusal, render, send_code, variables,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::violations;

/// A definition with every part there is.
fn everything() -> Value {
    let handle = json!({"header_handle": ["4::a"]});
    let link = json!({"type": "URL", "text": "T", "url": "https://a.test/{{1}}", "example": ["x"]});
    let card = json!({"components": [{"type": "HEADER", "format": "IMAGE", "example": handle},
        {"type": "BODY", "text": "Card {{1}} text", "example": {"body_text": [["x"]]}},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "More"}, link]}]});
    json!({"name": "n", "language": "en", "category": "MARKETING", "parameter_format": "POSITIONAL",
        "message_send_ttl_seconds": 43200, "cta_url_link_tracking_opted_out": true,
        "degrees_of_freedom_spec": {"creative_features_spec": {"image_touchups": {"enroll_status": "OPT_IN"}}},
        "library_template_name": "l", "library_template_body_inputs": {"code_expiration_minutes": 5},
        "library_template_button_inputs": [{"type": "URL", "url": {"base_url": "https://a.test"}}],
        "languages": ["en"],
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": {"header_text": ["x"]}},
            {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Soon", "has_expiration": true}},
            {"type": "BODY", "text": "Hi {{1}}, your order {{2}} is on its way.", "example": {"body_text": [["a", "b"]]}},
            {"type": "FOOTER", "text": "Acme"},
            {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "x"}, link,
                {"type": "PHONE_NUMBER", "text": "C", "phone_number": "+1555"},
                {"type": "VOICE_CALL", "text": "C", "ttl_minutes": 1440},
                {"type": "FLOW", "text": "O", "flow_id": "1", "flow_action": "navigate", "navigate_screen": "F"},
                {"type": "OTP", "otp_type": "ONE_TAP", "supported_apps": [{"package_name": "a.b", "signature_hash": "K8a/AINcGX7"}]}]},
            {"type": "CAROUSEL", "cards": [card, card]},
            {"type": "CALL_PERMISSION_REQUEST"}]})
}

/// A message for it.
fn message() -> Value {
    let body =
        json!({"type": "body", "parameters": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]});
    let image = json!({"type": "header", "parameters": [{"type": "image", "image": {"id": "1"}}]});
    json!({"name": "n", "language": {"code": "en"}, "components": [
        {"type": "header", "parameters": [{"type": "text", "text": "x"}]}, body,
        {"type": "limited_time_offer", "parameters": [{"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1}}]},
        {"type": "button", "sub_type": "copy_code", "index": 0, "parameters": [{"type": "coupon_code", "coupon_code": "x"}]},
        {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "x"}]},
        {"type": "carousel", "cards": [{"card_index": 0, "components": [image, body]}, {"card_index": 1, "components": [image]}]}]})
}

fn leaf() -> impl Strategy<Value = Value> {
    const WORDS: &[&str] = &[
        "HEADER",
        "BODY",
        "FOOTER",
        "BUTTONS",
        "CAROUSEL",
        "LIMITED_TIME_OFFER",
        "OTP",
        "SPM",
        "MPM",
        "URL",
        "COPY_CODE",
        "AUTHENTICATION",
        "UTILITY",
        "NAMED",
        "IMAGE",
        "PRODUCT",
        "LOCATION",
        "{{1}}",
        "{{",
        "}}{{",
        "{{name}} {{1}}",
        "https://{{1}}",
        "ñ{{1}}ñ",
        "{{{{{1}}}}}",
    ];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(WORDS).prop_map(Value::from),
        "\\PC{0,30}".prop_map(Value::from),
        "[{}1a\u{1F600} \n]{0,20}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(everything()),
    ]
}

/// Every place in a JSON value.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), out)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, value)| places(value, &format!("{at}/{i}"), out));
        }
        _ => {}
    }
}

/// The value with others at some of its places.
fn changed(base: Value) -> impl Strategy<Value = Value> {
    let change = (any::<proptest::sample::Index>(), leaf());
    proptest::collection::vec(change, 1..4).prop_map(move |changes| {
        let mut value = base.clone();
        for (index, leaf) in changes {
            let mut all = Vec::new();
            places(&value, "", &mut all);
            let place = index.get(&all).clone();
            if let Some(place) = value.pointer_mut(&place) {
                *place = leaf;
            }
        }
        value
    })
}

fn components(template: &Value) -> Vec<Component> {
    serde_json::from_value(template["components"].clone()).unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn hostile_definitions_are_judged_without_panic(template in changed(everything())) {
        for found in [check(&template), check_edit(&template), check_bulk_authentication(&template)] {
            for violation in found.err().unwrap_or_default() {
                prop_assert!(!violation.message.is_empty());
                prop_assert_eq!(refusal(&violation).code, 100);
                let parent = violation.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                prop_assert!(template.pointer(parent).is_some(), "{} isn't a place", violation.pointer);
            }
        }
    }

    #[test]
    fn hostile_messages_are_judged_and_rendered_without_panic(
        template in changed(everything()),
        sent in changed(message()),
    ) {
        let components = components(&template);
        parameters_needed(&components);
        render(&components, &sent);
        for violation in check_send(&components, &sent).err().unwrap_or_default() {
            prop_assert!(send_code(&violation) >= 131_008);
        }
    }

    #[test]
    fn a_definition_that_is_read_and_written_gets_the_same_judgement(template in changed(everything())) {
        if let Ok(typed) = serde_json::from_value::<Definition>(template.clone()) {
            let again: Definition = serde_json::from_value(typed.to_json()).unwrap();
            prop_assert_eq!(again.to_json(), typed.to_json());
            if violations(&template).is_empty() {
                prop_assert_eq!(typed.validate(), Ok(()));
            }
        }
    }

    #[test]
    fn variables_are_where_they_are_said_to_be(text in "[{}0-9a-z_ ñ]{0,40}") {
        let mut end = 0;
        for variable in variables(&text) {
            prop_assert!(variable.place.start >= end);
            end = variable.place.end;
            prop_assert_eq!(&text[variable.place], format!("{{{{{}}}}}", variable.name));
        }
    }
}

#[test]
fn many_braces_take_no_longer_than_others() {
    let text = "{".repeat(200_000);
    assert_eq!(variables(&text), []);
    let many: String = (1..20_000).map(|i| format!("{{{{{i}}}}} a b c ")).collect();
    let template = json!({"name": "n", "language": "en", "category": "UTILITY",
        "components": [{"type": "BODY", "text": format!("x {many}")}]});
    assert!(violations(&template).len() < 10);
    let names: String = (0..20_000).map(|i| format!("{{{{n{i}}}}} a b c ")).collect();
    let examples: Vec<Value> =
        (0..20_000).map(|i| json!({"param_name": format!("n{i}"), "example": "x"})).collect();
    let example = json!({"header_text_named_params": examples, "body_text_named_params": examples});
    let template = json!({"name": "n", "language": "en", "category": "UTILITY", "parameter_format": "NAMED",
        "components": [{"type": "HEADER", "format": "TEXT", "text": names, "example": example},
            {"type": "BODY", "text": names, "example": example}]});
    assert!(violations(&template).len() < 10);
}
