//! Whether a message fits its template, and what the customer reads.

use cloud_api::message::Violation;
use cloud_api::template::{
    Button, Component, NeededHeader, VariableName, check_send, parameters_needed, render, send_code,
};
use serde_json::{Value, json};

fn parts(json: Value) -> Vec<Component> {
    serde_json::from_value(json).unwrap()
}

fn message(components: Value) -> Value {
    json!({"name": "t", "language": {"code": "en"}, "components": components})
}

fn found(template: &[Component], components: Value) -> Vec<Violation> {
    check_send(template, &message(components)).err().unwrap_or_default()
}

#[track_caller]
fn fits(template: &[Component], components: Value) {
    assert_eq!(found(template, components), []);
}

#[track_caller]
fn refused(template: &[Component], components: Value, code: i64) -> Violation {
    let found = found(template, components);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(send_code(&found[0]), code, "{found:?}");
    found.into_iter().next().unwrap()
}

fn text(value: &str) -> Value {
    json!({"type": "text", "text": value})
}

fn body(values: &[&str]) -> Value {
    json!({"type": "body", "parameters": values.iter().map(|value| text(value)).collect::<Vec<_>>()})
}

fn button(sub_type: &str, index: Value, parameter: Value) -> Value {
    json!({"type": "button", "sub_type": sub_type, "index": index, "parameters": [parameter]})
}

fn order() -> Vec<Component> {
    parts(json!([
        {"type": "HEADER", "format": "IMAGE"},
        {"type": "BODY", "text": "Hi {{1}}, your order {{2}} is on its way."},
        {"type": "FOOTER", "text": "Acme"},
        {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Track", "url": "https://acme.test/{{1}}"},
            {"type": "URL", "text": "Shop", "url": "https://acme.test"}, {"type": "QUICK_REPLY", "text": "Stop"}]}]))
}

fn image() -> Value {
    json!({"type": "header", "parameters": [{"type": "image", "image": {"id": "1"}}]})
}

#[test]
fn what_is_needed() {
    let needed = parameters_needed(&order());
    assert_eq!(needed.body, [VariableName::Position(1), VariableName::Position(2)]);
    let buttons: Vec<_> =
        needed.buttons.iter().map(|one| (one.index, one.sub_type.as_str(), one.required)).collect();
    assert_eq!(buttons, [(0, "url", true), (2, "quick_reply", false)]);
    let text = parts(json!([{"type": "HEADER", "format": "TEXT", "text": "Order {{id}}"}]));
    let name = VariableName::Name("id".into());
    assert_eq!(parameters_needed(&text).header, Some(NeededHeader::Text(name)));
    let plain = parts(json!([{"type": "HEADER", "format": "TEXT", "text": "Order"}]));
    assert_eq!(parameters_needed(&plain), Default::default());
}

#[test]
fn a_message_that_brings_everything_fits() {
    let url = button("url", json!("0"), text("42"));
    fits(&order(), json!([image(), body(&["Ana", "42"]), url]));
    let stop = button("quick_reply", json!(2), json!({"type": "payload", "payload": "stop"}));
    fits(&order(), json!([stop, url, body(&["Ana", "42"]), image()]));
    let shouted = json!([
        {"type": "HEADER", "parameters": [{"type": "IMAGE", "image": {"id": "1"}}]},
        {"type": "BODY", "parameters": [{"type": "TEXT", "text": "Ana"}, {"type": "Text", "text": "42"}]},
        button("URL", json!("0"), json!({"type": "TEXT", "text": "42"}))]);
    let sent = message(shouted.clone());
    assert_eq!(render(&order(), &sent).body.as_deref(), Some("Hi Ana, your order 42 is on its way."));
    fits(&order(), shouted);
    let plain = parts(json!([{"type": "BODY", "text": "Hello"}]));
    assert_eq!(check_send(&plain, &json!({"name": "t", "language": {"code": "en"}})), Ok(()));
}

#[test]
fn a_wrong_number_of_values_is_132000() {
    let url = button("url", json!(0), text("42"));
    let violation = refused(&order(), json!([image(), body(&["Ana"]), url]), 132_000);
    assert_eq!(
        (violation.pointer.as_str(), violation.limit, violation.given),
        ("/components/1", Some(2), Some(1))
    );
    assert_eq!(
        violation.message,
        "body: number of localizable_params (1) does not match the expected number of params (2)"
    );
    refused(&order(), json!([image(), url]), 132_000);
    refused(&order(), json!([image(), body(&["a", "b", "c"]), url]), 132_000);
    let plain = parts(json!([{"type": "BODY", "text": "Hello"}]));
    refused(&plain, json!([body(&["Ana"])]), 132_000);
    refused(&plain, json!([body(&[]), image()]), 132_000);
}

#[test]
fn a_header_of_another_kind_is_132012() {
    let rest = [body(&["Ana", "42"]), button("url", json!(0), text("42"))];
    let with = |header: Value| json!([header, rest[0], rest[1]]);
    let video = json!({"type": "header", "parameters": [{"type": "video", "video": {"id": "1"}}]});
    let violation = refused(&order(), with(video), 132_012);
    assert_eq!(violation.message, "header: Format mismatch, expected IMAGE, received VIDEO");
    let missing = refused(&order(), json!(rest), 132_012);
    assert_eq!(missing.message, "header: Format mismatch, expected IMAGE, received UNKNOWN");
    let empty = json!({"type": "header", "parameters": [{"type": "image", "image": {}}]});
    refused(&order(), with(empty), 131_008);
    let place = parts(json!([{"type": "HEADER", "format": "LOCATION"}, {"type": "BODY", "text": "Here"}]));
    let at = |location: Value| json!([{"type": "header", "parameters": [{"type": "location", "location": location}]}]);
    fits(&place, at(json!({"latitude": "1", "longitude": "2", "name": "HQ"})));
    refused(&place, at(json!({"latitude": "1"})), 131_008);
}

#[test]
fn a_value_of_another_kind_is_132012_and_broken_space_132018() {
    let plain = parts(json!([{"type": "BODY", "text": "Hi {{1}}, welcome to us"}]));
    let with = |parameter: Value| json!([{"type": "body", "parameters": [parameter]}]);
    refused(&plain, with(json!({"type": "image", "image": {"id": "1"}})), 132_012);
    refused(&plain, with(json!({})), 132_012);
    for odd in ["a\nb", "a\tb", "a     b"] {
        refused(&plain, with(text(odd)), 132_018);
    }
    fits(&plain, with(text("a    b")));
    refused(&plain, with(text("")), 131_008);
    refused(&plain, with(json!({"type": "text"})), 131_008);
    fits(
        &plain,
        with(
            json!({"type": "currency", "currency": {"fallback_value": "$1", "code": "USD", "amount_1000": 1000}}),
        ),
    );
    fits(&plain, with(json!({"type": "date_time", "date_time": {"fallback_value": "May 1"}})));
}

#[test]
fn names_must_be_the_templates() {
    let named = parts(json!([{"type": "BODY", "text": "Hi {{name}}, your order {{id}} is here"}]));
    let with = |names: [&str; 2]| {
        let value = |name: &str| json!({"type": "text", "parameter_name": name, "text": "x"});
        json!([{"type": "body", "parameters": names.map(value)}])
    };
    fits(&named, with(["id", "name"]));
    refused(&named, with(["id", "nome"]), 132_012);
    refused(&named, with(["id", "id"]), 132_012);
    assert_eq!(found(&named, json!([body(&["a", "b"])])).len(), 2);
}

#[test]
fn a_text_too_long_once_filled_is_132005() {
    let template = parts(json!([{"type": "BODY", "text": "Hi {{1}}, welcome"}]));
    let fixed = "Hi , welcome".chars().count();
    fits(&template, json!([body(&[&"ñ".repeat(1024 - fixed)])]));
    let violation = refused(&template, json!([body(&[&"ñ".repeat(1025 - fixed)])]), 132_005);
    assert_eq!((violation.limit, violation.given), (Some(1024), Some(1025)));
    let header = parts(
        json!([{"type": "HEADER", "format": "TEXT", "text": "Order {{1}}"}, {"type": "BODY", "text": "B"}]),
    );
    let with = |value: String| json!([{"type": "header", "parameters": [text(&value)]}]);
    fits(&header, with("1".repeat(54)));
    refused(&header, with("1".repeat(55)), 132_005);
    let link = parts(json!([{"type": "BODY", "text": "B"},
        {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "T", "url": "https://acme.test/{{1}}"}]}]));
    fits(&link, json!([button("url", json!(0), text(&"a".repeat(1982)))]));
    refused(&link, json!([button("url", json!(0), text(&"a".repeat(1983)))]), 132_005);
}

#[test]
fn buttons_that_need_a_value_get_one() {
    let rest = [image(), body(&["Ana", "42"])];
    let with = |button: Value| json!([rest[0], rest[1], button]);
    let missing = refused(&order(), json!(rest), 131_008);
    assert_eq!(missing.message, "Button at index 0 of type url requires a parameter");
    refused(
        &order(),
        with(json!({"type": "button", "sub_type": "url", "index": 0, "parameters": []})),
        131_008,
    );
    refused(&order(), with(button("url", json!(0), text(""))), 131_008);
    refused(
        &order(),
        with(button("copy_code", json!(0), json!({"type": "coupon_code", "coupon_code": "x"}))),
        132_012,
    );
    refused(&order(), with(button("url", json!(0), json!({"type": "payload", "payload": "x"}))), 132_012);
    refused(&order(), with(button("url", json!(0), text("a\nb"))), 132_018);
    let url = button("url", json!(0), text("42"));
    let more = |other: Value| json!([rest[0], rest[1], url, other]);
    for index in [1, 3] {
        refused(&order(), more(button("url", json!(index), text("42"))), 132_018);
    }
    refused(&order(), more(url.clone()), 132_018);
    let nowhere =
        found(&order(), with(json!({"type": "button", "sub_type": "url", "parameters": [text("42")]})));
    assert!(nowhere.iter().all(|violation| send_code(violation) == 131_008), "{nowhere:?}");
}

#[test]
fn every_kind_of_button() {
    let with = |button: Value| {
        parts(json!([{"type": "BODY", "text": "B"}, {"type": "BUTTONS", "buttons": [button]}]))
    };
    let action = |action: Value| json!({"type": "action", "action": action});
    let code = with(json!({"type": "COPY_CODE", "example": "x"}));
    fits(
        &code,
        json!([button("copy_code", json!(0), json!({"type": "coupon_code", "coupon_code": "x".repeat(20)}))]),
    );
    let long = json!({"type": "coupon_code", "coupon_code": "x".repeat(21)});
    refused(&code, json!([button("copy_code", json!(0), long)]), 132_005);
    let form = with(json!({"type": "FLOW", "text": "Open", "flow_id": "1"}));
    fits(&form, json!([button("flow", json!(0), action(json!({"flow_token": "t"})))]));
    refused(&form, json!([]), 131_008);
    let products = with(json!({"type": "MPM"}));
    let sections = json!({"thumbnail_product_retailer_id": "a", "sections": []});
    fits(&products, json!([button("mpm", json!(0), action(sections))]));
    refused(&products, json!([button("mpm", json!(0), action(json!({})))]), 131_008);
    let order = with(json!({"type": "ORDER_DETAILS", "text": "Pay"}));
    fits(&order, json!([button("order_details", json!(0), action(json!({"order_details": {}})))]));
    refused(&order, json!([button("order_details", json!(0), action(json!({})))]), 131_008);
    for optional in ["CATALOG", "VOICE_CALL", "PHONE_NUMBER", "REQUEST_CONTACT_INFO"] {
        let template = with(json!({"type": optional, "text": "x", "phone_number": "1"}));
        fits(&template, json!([]));
    }
    let call = with(json!({"type": "VOICE_CALL"}));
    fits(&call, json!([button("voice_call", json!(0), json!({"type": "ttl_minutes", "ttl_minutes": 100}))]));
}

#[test]
fn one_time_codes_as_created_and_as_read_back() {
    let created = parts(
        json!([{"type": "BODY"}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}]),
    );
    let read_back = parts(json!([{"type": "BODY", "text": "*{{1}}* is your verification code."},
        {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Copy code",
            "url": "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}"}]}]));
    for template in [created, read_back] {
        let with = |code: &str, other: &str| json!([body(&[code]), button("url", json!("0"), text(other))]);
        fits(&template, with("J$FpnYnP", "J$FpnYnP"));
        fits(&template, with(&"1".repeat(15), &"1".repeat(15)));
        refused(&template, with(&"1".repeat(16), &"1".repeat(16)), 132_018);
        refused(&template, with("1234", "4321"), 132_018);
        refused(&template, json!([body(&["1234"])]), 131_008);
        refused(&template, json!([button("url", json!("0"), text("1234"))]), 132_000);
        let seen = render(&template, &message(with("1234", "1234")));
        assert_eq!(seen.body.as_deref(), Some("*1234* is your verification code."));
        assert_eq!(
            (seen.buttons[0].text.as_str(), seen.buttons[0].code.as_deref()),
            ("Copy code", Some("1234"))
        );
        assert_eq!(seen.buttons[0].url, None);
    }
}

#[test]
fn offers_that_expire_need_their_end() {
    let offer = |expires: bool| {
        parts(
            json!([{"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Soon", "has_expiration": expires}},
            {"type": "BODY", "text": "B"}, {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "x"}]}]),
        )
    };
    let code = |length: usize| {
        button("copy_code", json!(0), json!({"type": "coupon_code", "coupon_code": "x".repeat(length)}))
    };
    let end = json!({"type": "limited_time_offer", "parameters": [{"type": "limited_time_offer",
        "limited_time_offer": {"expiration_time_ms": 1_767_225_600_000_u64}}]});
    fits(&offer(true), json!([end, code(15)]));
    fits(&offer(false), json!([code(5)]));
    refused(&offer(true), json!([code(5)]), 131_008);
    refused(&offer(true), json!([end, code(16)]), 132_005);
}

#[test]
fn carousels_bring_a_card_for_every_card() {
    let card = json!({"components": [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Card {{1}} text"},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "More"}]}]});
    let template = parts(json!([{"type": "BODY", "text": "B"}, {"type": "CAROUSEL", "cards": [card, card]}]));
    assert_eq!(parameters_needed(&template).cards.len(), 2);
    let sent = |index: usize| json!({"card_index": index, "components": [image(), body(&["X"])]});
    let with = |cards: Vec<Value>| json!([{"type": "carousel", "cards": cards}]);
    fits(&template, with(vec![sent(0), sent(1)]));
    fits(&template, with(vec![sent(1), sent(0)]));
    refused(&template, with(vec![sent(0)]), 132_000);
    refused(&template, json!([]), 132_000);
    refused(&template, with(vec![sent(0), sent(0)]), 132_012);
    refused(&template, with(vec![sent(0), sent(2)]), 132_012);
    let bare = json!({"card_index": 1, "components": [image()]});
    let violation = refused(&template, with(vec![sent(0), bare]), 132_000);
    assert_eq!(violation.pointer, "/components/0/cards/1/components");
    let plain = parts(json!([{"type": "BODY", "text": "B"}]));
    refused(&plain, with(vec![sent(0)]), 132_018);
    let product = json!({"components": [{"type": "HEADER", "format": "PRODUCT"}]});
    let products =
        parts(json!([{"type": "BODY", "text": "B"}, {"type": "CAROUSEL", "cards": [product, product]}]));
    let sent = |index: usize| {
        let product = json!({"type": "product", "product": {"product_retailer_id": "a", "catalog_id": "1"}});
        json!({"card_index": index, "components": [{"type": "header", "parameters": [product]}]})
    };
    fits(&products, with((0..10).map(sent).collect()));
    refused(&products, with((0..11).map(sent).collect()), 132_000);
}

#[test]
fn what_the_customer_reads() {
    let sent = message(json!([image(), body(&["Ana", "{{1}}"]), button("url", json!("0"), text("42"))]));
    let seen = render(&order(), &sent);
    assert_eq!(seen.header.unwrap().value, Some(json!({"id": "1"})));
    // A value that looks like a variable is a value.
    assert_eq!(seen.body.as_deref(), Some("Hi Ana, your order {{1}} is on its way."));
    assert_eq!(seen.footer.as_deref(), Some("Acme"));
    assert_eq!(seen.buttons[0].url.as_deref(), Some("https://acme.test/42"));
    assert_eq!(seen.buttons[1].url.as_deref(), Some("https://acme.test"));
    assert_eq!((seen.buttons[2].kind.as_str(), seen.buttons[2].text.as_str()), ("QUICK_REPLY", "Stop"));
    let nothing = render(&order(), &Value::Null);
    assert_eq!(nothing.body.as_deref(), Some("Hi {{1}}, your order {{2}} is on its way."));
    assert_eq!(nothing.buttons[0].url.as_deref(), Some("https://acme.test/{{1}}"));
}

#[test]
fn cards_codes_and_names_are_read_too() {
    let card = json!({"components": [{"type": "BODY", "text": "Card {{1}} text"}]});
    let carousel = parts(json!([{"type": "BODY", "text": "B"}, {"type": "CAROUSEL", "cards": [card, card]}]));
    let sent =
        message(json!([{"type": "carousel", "cards": [{"card_index": "1", "components": [body(&["X"])]}]}]));
    let cards = render(&carousel, &sent).cards;
    assert_eq!(cards[0].body.as_deref(), Some("Card {{1}} text"));
    assert_eq!(cards[1].body.as_deref(), Some("Card X text"));
    let otp = parts(
        json!([{"type": "BODY", "add_security_recommendation": true}, {"type": "FOOTER", "code_expiration_minutes": 5},
        {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}]),
    );
    let seen = render(&otp, &message(json!([body(&["1234"]), button("url", json!(0), text("1234"))])));
    let words = "*1234* is your verification code. For your security, do not share this code.";
    assert_eq!(seen.body.as_deref(), Some(words));
    assert_eq!(seen.footer.as_deref(), Some("This code expires in 5 minutes."));
    assert_eq!((seen.buttons[0].text.as_str(), seen.buttons[0].code.as_deref()), ("Copy code", Some("1234")));
    let named = parts(json!([{"type": "HEADER", "format": "TEXT", "text": "Hi {{name}}"}]));
    let value = json!({"type": "text", "parameter_name": "name", "text": "Ana"});
    let seen = render(&named, &message(json!([{"type": "header", "parameters": [value]}])));
    assert_eq!(seen.header.unwrap().text.as_deref(), Some("Hi Ana"));
    assert_eq!(Button::copy_code("x").kind(), "COPY_CODE");
}
