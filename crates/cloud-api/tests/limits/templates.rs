//! Template messages.

use cloud_api::message::Rule;
use serde_json::{Value, json};

use super::{bounded, bounded_and_required, message, needed, passes, refused, refused_at};

fn template(components: Value) -> Value {
    let template = json!({"name": "promo", "language": {"code": "en_US"}, "components": components});
    message(json!({"type": "template", "template": template}))
}

#[test]
fn templates() {
    let body = json!([{"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}]);
    let simple = template(body);
    needed(&simple, "/template/name");
    needed(&simple, "/template/language");
    needed(&simple, "/template/language/code");
    needed(&simple, "/template/components/0/type");
    needed(&simple, "/template/components/0/parameters/0/type");
    needed(&simple, "/template/components/0/parameters/0/text");
    let mut policy = simple.clone();
    policy["template"]["language"]["policy"] = "deterministic".into();
    passes(&policy);
    policy["template"]["language"]["policy"] = "fallback".into();
    refused_at(&policy, "/template/language/policy", Rule::Value);
    for value in ["a\nb", "a\tb", "a\rb", "a     b"] {
        let mut odd = simple.clone();
        odd["template"]["components"][0]["parameters"][0]["text"] = value.into();
        let violation = refused(&odd);
        assert_eq!((violation.rule, violation.code()), (Rule::ParameterText, 132_018));
    }
    let mut spaces = simple;
    spaces["template"]["components"][0]["parameters"][0]["text"] = "a    b".into();
    passes(&spaces);
    passes(&message(
        json!({"type": "template", "template": {"name": "hello_world", "language": {"code": "en_US"}}}),
    ));
}

#[test]
fn template_buttons() {
    let payload = json!([{"type": "payload", "payload": "P"}]);
    let button = json!([{"type": "button", "sub_type": "quick_reply", "index": "1", "parameters": payload}]);
    let button = template(button);
    needed(&button, "/template/components/0/sub_type");
    needed(&button, "/template/components/0/index");
    needed(&button, "/template/components/0/parameters/0/payload");
    for index in [json!(0), json!("0")] {
        let mut fine = button.clone();
        fine["template"]["components"][0]["index"] = index;
        passes(&fine);
    }
    for index in [json!("first"), json!(-1), json!(1.5), json!([])] {
        let mut odd = button.clone();
        odd["template"]["components"][0]["index"] = index;
        refused_at(&odd, "/template/components/0/index", Rule::Type);
    }
}

#[test]
fn coupon_codes() {
    let code = json!({"type": "button", "sub_type": "copy_code", "index": 0,
        "parameters": [{"type": "coupon_code", "coupon_code": "25OFF"}]});
    let pointer = "parameters/0/coupon_code";
    bounded_and_required(&template(json!([code])), &format!("/template/components/0/{pointer}"), 20);
    let offer = json!({"type": "limited_time_offer", "parameters": [{"type": "limited_time_offer",
        "limited_time_offer": {"expiration_time_ms": 1_767_225_600_000_u64}}]});
    bounded(&template(json!([offer, code])), &format!("/template/components/1/{pointer}"), 15);
}

#[test]
fn template_carousels() {
    let card = |i: usize| {
        json!({"card_index": i, "components": [
            {"type": "header", "parameters": [{"type": "image", "image": {"id": "1"}}]},
            {"type": "body", "parameters": [{"type": "text", "text": "X"}]}]})
    };
    let cards = |count: usize| {
        let cards: Vec<Value> = (0..count).map(card).collect();
        template(json!([{"type": "carousel", "cards": cards}]))
    };
    passes(&cards(10));
    refused_at(&cards(11), "/template/components/0/cards", Rule::Count);
    let nested =
        json!([{"type": "carousel", "cards": [{"card_index": 0, "components": [{"type": "carousel"}]}]}]);
    refused_at(&template(nested), "/template/components/0/cards/0/components/0/type", Rule::Value);
    needed(&cards(1), "/template/components/0/cards/0/components/0/parameters/0/image/id");
}
