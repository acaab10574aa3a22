//! Values of a template's variables: which go where, and how long they are.

use cloud_api::message::Rule;
use serde_json::{Value, json};

use super::templates::template;
use super::{bounded, bounded_and_required, needed, passes, refused_at, whole, with};

fn at(component: usize, rest: &str) -> String {
    format!("/template/components/{component}/{rest}")
}

fn button(sub_type: &str, parameters: Value) -> Value {
    template(json!([{"type": "button", "sub_type": sub_type, "index": 0, "parameters": parameters}]))
}

fn action(sub_type: &str, action: Value) -> Value {
    button(sub_type, json!([{"type": "action", "action": action}]))
}

#[test]
fn values_are_as_long_as_their_part() {
    let text = json!([{"type": "text", "text": "x"}]);
    let header = template(json!([{"type": "header", "parameters": text}]));
    bounded_and_required(&header, &at(0, "parameters/0/text"), 60);
    let alone = template(json!([{"type": "body", "parameters": text}]));
    bounded_and_required(&alone, &at(0, "parameters/0/text"), 32_768);
    let both =
        template(json!([{"type": "header", "parameters": text}, {"type": "body", "parameters": text}]));
    bounded_and_required(&both, &at(1, "parameters/0/text"), 1024);
    bounded_and_required(&button("url", text), &at(0, "parameters/0/text"), 2000);
}

#[test]
fn values_go_where_they_belong() {
    let kinds = [
        ("text", json!("x")),
        ("image", json!({"id": "1"})),
        ("video", json!({"id": "1"})),
        ("document", json!({"id": "1", "filename": "a.pdf"})),
        ("gif", json!({"id": "1"})),
        ("location", json!({"latitude": 1, "longitude": 2})),
        ("product", json!({"catalog_id": "1", "product_retailer_id": "a"})),
        ("currency", json!({"fallback_value": "$1", "code": "USD", "amount_1000": 1000})),
        ("date_time", json!({"fallback_value": "Monday"})),
        ("payload", json!("P")),
    ];
    for (kind, value) in kinds {
        let mut parameter = json!({"type": kind});
        parameter[kind] = value;
        let header = template(json!([{"type": "header", "parameters": [parameter]}]));
        let body = template(json!([{"type": "body", "parameters": [parameter]}]));
        let quick_reply = button("quick_reply", json!([parameter]));
        let places = [
            (header, !["currency", "date_time", "payload"].contains(&kind)),
            (body, ["text", "currency", "date_time"].contains(&kind)),
            (quick_reply, kind == "payload"),
        ];
        for (message, fine) in places {
            if fine {
                needed(&message, &at(0, &format!("parameters/0/{kind}")));
            } else {
                refused_at(&message, &at(0, "parameters/0/type"), Rule::Value);
            }
        }
    }
    let several = json!([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]);
    passes(&template(json!([{"type": "body", "parameters": several}])));
    refused_at(
        &template(json!([{"type": "header", "parameters": several}])),
        &at(0, "parameters"),
        Rule::Count,
    );
    refused_at(&button("url", several), &at(0, "parameters"), Rule::Count);
}

#[test]
fn legacy_values_have_a_fallback() {
    let of = |kind: &str, value: Value| {
        let mut parameter = json!({"type": kind});
        parameter[kind] = value;
        template(json!([{"type": "body", "parameters": [parameter]}]))
    };
    let money = of("currency", json!({"fallback_value": "$1", "code": "USD", "amount_1000": 1000}));
    for field in ["fallback_value", "code", "amount_1000"] {
        needed(&money, &at(0, &format!("parameters/0/currency/{field}")));
    }
    let code = at(0, "parameters/0/currency/code");
    refused_at(&with(&money, &code, "dollar"), &code, Rule::Format);
    needed(
        &of("date_time", json!({"fallback_value": "Monday"})),
        &at(0, "parameters/0/date_time/fallback_value"),
    );
}

#[test]
fn variables_have_names_or_do_not() {
    let names = |first: Value, second: Value| {
        template(json!([{"type": "body", "parameters": [
            {"type": "text", "text": "a", "parameter_name": first}, {"type": "text", "text": "b", "parameter_name": second}]}]))
    };
    passes(&names(Value::Null, Value::Null));
    passes(&names(json!("a"), json!("b")));
    refused_at(&names(json!("a"), Value::Null), &at(0, "parameters/1/parameter_name"), Rule::Conflict);
    refused_at(&names(Value::Null, json!("b")), &at(0, "parameters/0/parameter_name"), Rule::Conflict);
    refused_at(&names(json!("a"), json!("a")), &at(0, "parameters/1/parameter_name"), Rule::Unique);
    refused_at(&names(json!(""), json!("b")), &at(0, "parameters/0/parameter_name"), Rule::Length);
}

#[test]
fn buttons_take_their_own_values() {
    let none = json!([]);
    for fine in ["url", "quick_reply", "flow", "catalog", "voice_call", "spm", "phone_number"] {
        passes(&button(fine, none.clone()));
    }
    for needy in ["copy_code", "mpm", "order_details"] {
        refused_at(&button(needy, none.clone()), &at(0, "parameters"), Rule::Count);
        let bare = template(json!([{"type": "button", "sub_type": needy, "index": 0}]));
        refused_at(&bare, &at(0, "parameters"), Rule::Required);
    }
    for silent in ["spm", "phone_number"] {
        refused_at(
            &button(silent, json!([{"type": "payload", "payload": "P"}])),
            &at(0, "parameters"),
            Rule::Count,
        );
    }
    refused_at(&button("otp", none.clone()), &at(0, "sub_type"), Rule::Value);
    passes(&button("CATALOG", none));
}

#[test]
fn buttons_that_open_something() {
    passes(&action("flow", json!({})));
    passes(&action("flow", json!({"flow_token": "t", "flow_action_data": {"k": "v"}})));
    let token = at(0, "parameters/0/action/flow_token");
    refused_at(&action("flow", json!({"flow_token": 1})), &token, Rule::Type);
    let data = at(0, "parameters/0/action/flow_action_data");
    refused_at(&action("flow", json!({"flow_action_data": "x"})), &data, Rule::Type);
    passes(&action("catalog", json!({"thumbnail_product_retailer_id": "a"})));
    let products = |count: usize| {
        let items: Vec<Value> = (0..count).map(|i| json!({"product_retailer_id": format!("{i}")})).collect();
        action(
            "mpm",
            json!({"thumbnail_product_retailer_id": "a", "sections": [{"title": "S", "product_items": items}]}),
        )
    };
    passes(&products(30));
    refused_at(&products(31), &at(0, "parameters/0/action/sections"), Rule::Count);
    needed(&products(1), &at(0, "parameters/0/action/thumbnail_product_retailer_id"));
    needed(&products(1), &at(0, "parameters/0/action/sections"));
    let order = json!({"reference_id": "r", "type": "digital-goods", "currency": "INR",
        "total_amount": {"value": 1, "offset": 100}, "order": {"status": "pending",
        "items": [{"name": "Tea", "amount": {"value": 1, "offset": 100}, "quantity": 1}],
        "subtotal": {"value": 1, "offset": 100}}});
    let order = action("order_details", json!({"order_details": order}));
    bounded_and_required(&order, &at(0, "parameters/0/action/order_details/reference_id"), 35);
    needed(&order, &at(0, "parameters/0/action/order_details"));
    let total = at(0, "parameters/0/action/order_details/total_amount/value");
    refused_at(&with(&order, &total, 2), &total, Rule::Value);
    let call = button(
        "voice_call",
        json!([{"type": "ttl_minutes", "ttl_minutes": 1}, {"type": "payload", "payload": "p"}]),
    );
    whole(&call, &at(0, "parameters/0/ttl_minutes"), [1, 43_200]);
}

#[test]
fn offers_orders_and_tap_targets() {
    let offer = template(json!([{"type": "limited_time_offer", "parameters": [{"type": "limited_time_offer",
        "limited_time_offer": {"expiration_time_ms": 1_767_225_600_000_u64}}]}]));
    let time = at(0, "parameters/0/limited_time_offer/expiration_time_ms");
    needed(&offer, &time);
    needed(&offer, &at(0, "parameters"));
    refused_at(&with(&offer, &time, "tomorrow"), &time, Rule::Type);
    refused_at(&with(&offer, &time, 0), &time, Rule::Value);
    let with_header = |parameter: Value| {
        let mut message = offer.clone();
        let header = json!({"type": "header", "parameters": [parameter]});
        message["template"]["components"].as_array_mut().unwrap().push(header);
        message
    };
    passes(&with_header(json!({"type": "image", "image": {"id": "1"}})));
    let words = with_header(json!({"type": "text", "text": "Now"}));
    refused_at(&words, &at(1, "parameters/0/type"), Rule::Conflict);
    let status = template(json!([{"type": "order_status", "parameters": [{"type": "order_status",
        "order_status": {"reference_id": "r", "order": {"status": "shipped", "description": "x"}}}]}]));
    bounded_and_required(&status, &at(0, "parameters/0/order_status/reference_id"), 35);
    bounded(&status, &at(0, "parameters/0/order_status/order/description"), 120);
    let state = at(0, "parameters/0/order_status/order/status");
    refused_at(&with(&status, &state, "lost"), &state, Rule::Value);
    let target = template(
        json!([{"type": "tap_target_configuration", "parameters": [{"type": "tap_target_configuration",
        "tap_target_configuration": [{"url": "https://acme.test", "title": "Acme"}]}]}]),
    );
    let place = at(0, "parameters/0/tap_target_configuration");
    needed(&target, &format!("{place}/0/url"));
    needed(&target, &format!("{place}/0/title"));
    refused_at(&with(&target, &place, json!([])), &place, Rule::Count);
}
