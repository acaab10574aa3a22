//! Behaviours 9 and 39, scenario W: templates on their way.

use serde_json::{Value, json};

use crate::desk::*;
use crate::template_desk::*;

#[tokio::test]
async fn b09_every_way_a_template_can_be_wrong_has_its_code() {
    let desk = Desk::new().await;
    let unknown = desk.send(message("nope", "es", "x")).await;
    assert_eq!((unknown.status, unknown.code()), (404, 132_001));
    assert_eq!(desk.send(message("hello_world", "fr", "x")).await.code(), 132_001, "no such language");
    let welcome = |value: &str| message("welcome_back", "en_US", value);
    assert_eq!(desk.send(message("order_update", "en_US", "x")).await.code(), 132_000);
    assert_eq!(desk.send(welcome("a\nb")).await.code(), 132_018);
    assert_eq!(desk.send(welcome(&"x".repeat(1_020))).await.code(), 132_005);
    let mut link = welcome("Ana");
    let button = json!({ "type": "button", "sub_type": "url", "index": 0, "parameters": [{ "type": "text", "text": "x" }] });
    link["template"]["components"].as_array_mut().unwrap().push(button);
    assert_eq!(desk.send(link).await.code(), 132_012);
    let id = approved(&desk, delivery("soap")).await;
    act(&desk, &id, "pause", Value::Null).await;
    assert_eq!(desk.send(message("soap", "en_US", "x")).await.code(), 132_015);
    act(&desk, &id, "disable", Value::Null).await;
    assert_eq!(desk.send(message("soap", "en_US", "x")).await.code(), 132_016);
    desk.advance(MINUTE).await;
    assert!(desk.receiver.statuses().is_empty(), "all were refused at once");
}

#[tokio::test]
async fn b09_names_buttons_and_cards_are_compared_too() {
    let desk = Desk::new().await;
    let named = json!({ "name": "named", "language": "en_US", "category": "UTILITY", "parameter_format": "NAMED",
        "components": [{ "type": "BODY", "text": "Hi {{first_name}}, your order is on its way to you.",
            "example": { "body_text_named_params": [{ "param_name": "first_name", "example": "Ana" }] } },
          { "type": "BUTTONS", "buttons": [{ "type": "URL", "text": "Track", "url": "https://a.test/{{1}}", "example": ["https://a.test/1"] }] }] });
    approved(&desk, named).await;
    let send = |parameter: Value, suffix: Option<&str>| {
        let mut components = vec![json!({ "type": "body", "parameters": [parameter] })];
        if let Some(suffix) = suffix {
            components.push(json!({ "type": "button", "sub_type": "url", "index": 0, "parameters": [{ "type": "text", "text": suffix }] }));
        }
        let body = json!({ "type": "template", "template": { "name": "named", "language": { "code": "en_US" }, "components": components } });
        let desk = &desk;
        async move { desk.send(body).await }
    };
    let good = json!({ "type": "text", "parameter_name": "first_name", "text": "Ana" });
    let other = json!({ "type": "text", "parameter_name": "last_name", "text": "Ana" });
    assert_eq!(send(other, Some("7")).await.code(), 132_012);
    assert_eq!(send(good.clone(), None).await.code(), 131_008);
    assert_eq!(send(good, Some("7")).await.status, 200);
    desk.advance(SECOND).await;
    let rendered = desk.thread().await["messages"][0]["rendered"].clone();
    assert_eq!(rendered["body"], "Hi Ana, your order is on its way to you.");
    assert_eq!(rendered["buttons"][0]["url"], "https://a.test/7");
}

#[tokio::test]
async fn b09_a_carousel_is_shown_with_its_cards() {
    let desk = Desk::with(SEPTEMBER, |c| c.link_media = emulator::LinkMedia::Trust).await;
    let card = |n: u32| {
        json!({ "components": [
            { "type": "HEADER", "format": "IMAGE", "example": { "header_handle": [format!("4::{n}")] } },
            { "type": "BODY", "text": "A plant that forgives." },
            { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": "More" }] } ] })
    };
    let template = json!({ "name": "plants", "language": "en_US", "category": "MARKETING", "components": [
        { "type": "BODY", "text": "Look at these." }, { "type": "CAROUSEL", "cards": [card(0), card(1)] } ] });
    let id = approved(&desk, template).await;
    let listed = node(&desk, &id).await;
    let sample = &listed["components"][1]["cards"][0]["components"][0]["example"]["header_handle"][0];
    assert!(sample.as_str().unwrap().starts_with("https://"), "{listed}");
    let values = |n: u32| {
        json!({ "card_index": n, "components": [
            { "type": "header", "parameters": [{ "type": "image", "image": { "link": format!("https://a.test/{n}.png") } }] },
            { "type": "button", "sub_type": "quick_reply", "index": 0, "parameters": [{ "type": "payload", "payload": format!("more:{n}") }] } ] })
    };
    let send = |cards: Value| {
        json!({ "type": "template", "template": { "name": "plants", "language": { "code": "en_US" },
            "components": [{ "type": "carousel", "cards": cards }] } })
    };
    assert_eq!(desk.send(send(json!([values(0), values(1)]))).await.status, 200);
    assert_eq!(desk.send(send(json!([values(0)]))).await.status, 400);
    desk.advance(SECOND).await;
    let cards = desk.thread().await["messages"][0]["rendered"]["cards"].clone();
    assert_eq!(cards[1]["header"]["image"]["link"], "https://a.test/1.png");
    assert_eq!(cards[1]["buttons"][0]["payload"], "more:1");
}

#[tokio::test]
async fn b18_one_time_codes_need_a_phone_number() {
    let desk = Desk::new().await;
    let ana = desk.control("POST", "/customers", json!({ "wa_id": ANA })).await.body;
    let template = json!({ "name": "otp", "language": "en_US", "category": "AUTHENTICATION", "components": [
        { "type": "BODY" }, { "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "COPY_CODE" }] }] });
    approved(&desk, template).await;
    let body = json!({ "messaging_product": "whatsapp", "recipient": ana["user_id"], "type": "template",
        "template": { "name": "otp", "language": { "code": "en_US" }, "components": [
            { "type": "body", "parameters": [{ "type": "text", "text": "1234" }] },
            { "type": "button", "sub_type": "url", "index": 0, "parameters": [{ "type": "text", "text": "1234" }] }] } });
    assert_eq!(desk.call("POST", &format!("/v25.0/{NUMBER}/messages"), Some(&body)).await.code(), 131_062);
}

#[tokio::test]
async fn w_a_message_that_outlives_its_time_is_dropped_silently() {
    let desk = Desk::new().await;
    let mut template = delivery("soap");
    template["message_send_ttl_seconds"] = json!(60);
    approved(&desk, template).await;
    desk.control("POST", "/customers", json!({ "wa_id": ANA })).await;
    desk.control("PATCH", &format!("/customers/{ANA}"), json!({ "offline_seconds": 120 })).await;
    desk.send(message("soap", "en_US", "Ana")).await;
    desk.advance(HOUR).await;
    assert_eq!(desk.receiver.status_names(), ["sent"]);
    assert!(desk.thread().await["messages"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn b39_a_code_is_given_up_after_ten_minutes_and_others_after_thirty_days() {
    let desk = Desk::new().await;
    let template = json!({ "name": "otp", "language": "en_US", "category": "AUTHENTICATION", "components": [
        { "type": "BODY" }, { "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "COPY_CODE" }] }] });
    approved(&desk, template).await;
    let code = json!({ "type": "template", "template": { "name": "otp", "language": { "code": "en_US" }, "components": [
        { "type": "body", "parameters": [{ "type": "text", "text": "1234" }] },
        { "type": "button", "sub_type": "url", "index": 0, "parameters": [{ "type": "text", "text": "1234" }] }] } });
    desk.control("POST", "/customers", json!({ "wa_id": ANA })).await;
    desk.control("PATCH", &format!("/customers/{ANA}"), json!({ "offline_seconds": 11 * 60 })).await;
    desk.send(code).await;
    desk.send(message("welcome_back", "en_US", "Ana")).await;
    desk.advance(HOUR).await;
    assert_eq!(desk.receiver.status_names(), ["sent", "sent", "delivered", "read"]);
    let refused = create(
        &desk,
        json!({ "name": "x", "language": "en_US", "category": "UTILITY", "message_send_ttl_seconds": 5,
        "components": [{ "type": "BODY", "text": "Your order is on its way." }] }),
    )
    .await;
    assert_eq!(refused.code(), 100, "shorter than Meta allows");
}

#[tokio::test]
async fn b20_analytics_count_what_happened() {
    let desk = Desk::with(NOVEMBER, |_| {}).await;
    let (start, end) = (NOVEMBER / 1_000, NOVEMBER / 1_000 + 2 * 86_400);
    let id = "500000000000004";
    let analytics = format!(
        "/v25.0/{WABA}/template_analytics?start={start}&end={end}&granularity=DAILY&template_ids=[{id}]"
    );
    assert_eq!(desk.get(&analytics).await.code(), 200_007, "insights must be switched on first");
    let on = desk.call("POST", &format!("/v25.0/{WABA}?is_enabled_for_insights=true"), None).await.body;
    assert_eq!(on, json!({ "id": WABA }));
    let off = desk.call("POST", &format!("/v25.0/{WABA}?is_enabled_for_insights=false"), None).await;
    assert_eq!(off.code(), 200_006);
    let order = json!({ "type": "template", "template": { "name": "order_update", "language": { "code": "es" },
        "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "Ana" }, { "type": "text", "text": "A-7" }] }] } });
    desk.send(order.clone()).await;
    desk.send_to("34600111333", order).await;
    desk.advance(SECOND).await;
    desk.control("POST", &format!("/customers/{ANA}/tap"), json!({ "title": "Seguir pedido" })).await;
    let group = json!({ "name": "Orders", "description": "All of them", "whatsapp_business_templates": [500000000000004u64] });
    let group = desk.call("POST", &format!("/v25.0/{WABA}/template_groups"), Some(&group)).await;
    assert_eq!(group.status, 200, "{}", group.body);
    let group = group.body["id"].as_str().unwrap();
    let point = desk.get(&analytics).await.body["data"][0]["data_points"][0].clone();
    assert_eq!(
        (point["sent"].as_u64(), point["delivered"].as_u64(), point["read"].as_u64()),
        (Some(2), Some(2), Some(2)),
        "{point}"
    );
    assert_eq!(
        point["clicked"],
        json!([{ "type": "quick_reply_button", "button_content": "Seguir pedido", "count": 1 }])
    );
    assert!(point["cost"][0]["value"].as_f64().unwrap() > 0.0);
    let of_group = desk
        .get(&format!("/v25.0/{WABA}/template_group_analytics?start={start}&end={end}&granularity=DAILY&template_group_ids=[{group}]&metric_types=SENT"))
        .await
        .body["data"][0]["data_points"][0]
        .clone();
    assert_eq!((of_group["sent"].as_u64(), of_group.get("read")), (Some(2), None), "{of_group}");
    let many = format!("{analytics}&template_ids={}", ["1"; 11].join(","));
    assert_eq!(desk.get(&many).await.code(), 100);
}

#[tokio::test]
async fn b20_a_template_is_in_one_group_only() {
    let desk = Desk::new().await;
    let groups = format!("/v25.0/{WABA}/template_groups");
    let body = json!({ "name": "Orders", "whatsapp_business_templates": ["500000000000004"] });
    let id = desk.call("POST", &groups, Some(&body)).await.body["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.call("POST", &groups, Some(&body)).await.code(), 100, "the name is taken");
    let other = json!({ "name": "Others", "whatsapp_business_templates": ["500000000000004"] });
    assert_eq!(desk.call("POST", &groups, Some(&other)).await.code(), 100, "so is the template");
    let change = json!({ "description": "New", "remove_whatsapp_business_templates": ["500000000000004"] });
    assert_eq!(desk.call("POST", &format!("/v25.0/{id}"), Some(&change)).await.status, 200);
    let read = desk.get(&format!("/v25.0/{id}")).await.body;
    assert_eq!(
        (read["description"].as_str(), read["whatsapp_business_templates"]["data"].as_array().map(Vec::len)),
        (Some("New"), Some(0))
    );
    assert_eq!(desk.get(&groups).await.body["data"].as_array().unwrap().len(), 1);
    assert_eq!(desk.call("DELETE", &format!("/v25.0/{id}"), None).await.body, json!({ "success": true }));
    assert_eq!(desk.get(&format!("/v25.0/{id}")).await.body["error"]["error_subcode"], 33);
}

#[tokio::test]
async fn b20_two_templates_with_a_thousand_messages_each_can_be_compared() {
    let desk = Desk::with(SEPTEMBER, |c| {
        c.throughput_mps = 10_000;
        c.pair_burst = 0;
    })
    .await;
    let (a, b) = ("500000000000001", "500000000000002");
    let (start, end) = (SEPTEMBER / 1_000 - 6 * 86_400, SEPTEMBER / 1_000 + 86_400);
    let compare = format!("/v25.0/{a}/compare?template_ids=[{b}]&start={start}&end={end}");
    assert_eq!(desk.get(&compare).await.code(), 100, "too few messages");
    for language in ["en_US", "es"] {
        for _ in 0..1_000 {
            desk.send(json!({ "type": "template", "template": { "name": "hello_world", "language": { "code": language } } })).await;
        }
    }
    desk.advance(SECOND).await;
    act(&desk, a, "quality", json!({ "score": "GREEN" })).await;
    act(&desk, b, "quality", json!({ "score": "RED" })).await;
    let compared = desk.get(&compare).await.body;
    assert_eq!(compared["data"][0]["order_by_relative_metric"], json!([a, b]), "{compared}");
    assert_eq!(compared["data"][1]["number_values"][0], json!({ "key": a, "value": 1_000 }));
}
