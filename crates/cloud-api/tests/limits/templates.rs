//! Template messages.

use cloud_api::message::Rule;
use serde_json::{Value, json};

use super::{bounded, bounded_and_required, message, needed, passes, refused, refused_at, with};

pub fn template(components: Value) -> Value {
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

#[test]
fn parts_of_a_template() {
    let body = json!({"type": "body", "parameters": [{"type": "text", "text": "Ana"}]});
    bounded(&template(json!([body])), "/template/name", 512);
    passes(&template(json!([{"type": "BODY", "parameters": body["parameters"]}])));
    refused_at(&template(json!([{"type": "sidebar"}])), "/template/components/0/type", Rule::Value);
    refused_at(&template(json!([body, body])), "/template/components/1/type", Rule::Unique);
}

#[test]
fn buttons_have_ten_places_of_their_own() {
    let button = |index: Value| {
        json!({"type": "button", "sub_type": "url", "index": index,
        "parameters": [{"type": "text", "text": "x"}]})
    };
    let ten: Vec<Value> = (0..10).map(|i| button(json!(i))).collect();
    passes(&template(json!(ten)));
    let index = "/template/components/0/index";
    for beyond in [json!(10), json!("10")] {
        let violation = refused(&template(json!([button(beyond)])));
        assert_eq!((violation.pointer.as_str(), violation.rule), (index, Rule::Value));
        assert_eq!((violation.limit, violation.given), (Some(9), Some(10)));
    }
    let twice = template(json!([button(json!(1)), button(json!("1"))]));
    refused_at(&twice, "/template/components/1/index", Rule::Unique);
}

#[test]
fn cards_of_a_template_hold_a_header_a_body_and_buttons() {
    let card = |index: Value, components: Value| json!({"card_index": index, "components": components});
    let cards = |cards: Value| template(json!([{"type": "carousel", "cards": cards}]));
    let header = |kind: &str| {
        let mut parameter = json!({"type": kind});
        parameter[kind] = match kind {
            "text" => json!("x"),
            "product" => json!({"catalog_id": "1", "product_retailer_id": "a"}),
            _ => json!({"id": "1"}),
        };
        json!([{"type": "header", "parameters": [parameter]}])
    };
    for kind in ["image", "video", "product"] {
        passes(&cards(json!([card(json!(0), header(kind))])));
    }
    for kind in ["text", "document", "gif"] {
        let message = cards(json!([card(json!(0), header(kind))]));
        refused_at(&message, "/template/components/0/cards/0/components/0/parameters/0/type", Rule::Value);
    }
    let two = cards(json!([card(json!(0), json!([])), card(json!("1"), json!([]))]));
    needed(&two, "/template/components/0/cards/1/card_index");
    needed(&two, "/template/components/0/cards/1/components");
    let index = "/template/components/0/cards/1/card_index";
    refused_at(&with(&two, index, 0), index, Rule::Unique);
    refused_at(&with(&two, index, 10), index, Rule::Value);
    let offer = json!([{"type": "limited_time_offer"}]);
    let message = cards(json!([card(json!(0), offer)]));
    refused_at(&message, "/template/components/0/cards/0/components/0/type", Rule::Value);
    refused_at(&cards(json!([])), "/template/components/0/cards", Rule::Count);
    needed(&two, "/template/components/0/cards");
}
