//! Behaviour 23: content with a category instead of a template; and the Marketing Messages API.

use serde_json::{Value, json};

use crate::desk::*;
use crate::template_desk::*;

fn content(order: u32) -> Value {
    json!({ "type": "text", "text": { "body": format!("Your order {order} is ready to be collected.") }, "category": "utility" })
}

async fn admitted() -> Desk {
    let desk = Desk::new().await;
    listening(&desk).await;
    desk.control("PUT", "/wabas", json!({ "id": WABA, "direct_send": true })).await;
    desk
}

async fn made(desk: &Desk) -> Vec<Value> {
    desk.get(&format!("{}?source=AUTO_GENERATED", path())).await.body["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn b23_content_with_a_category_goes_out_with_a_template_of_metas_own() {
    let desk = Desk::new().await;
    listening(&desk).await;
    assert_eq!(desk.send(content(1)).await.code(), 100, "not on Meta's list");
    desk.control("PUT", "/wabas", json!({ "id": WABA, "direct_send": true })).await;
    assert_eq!(desk.send(content(42)).await.status, 200, "no window is needed");
    assert_eq!(desk.send(content(43)).await.status, 200);
    desk.advance(SECOND).await;
    let made = made(&desk).await;
    assert_eq!(made.len(), 1, "the second matches the first: {made:?}");
    assert_eq!(made[0]["components"][0]["text"], "Your order {{1}} is ready to be collected.");
    let id = made[0]["id"].as_str().unwrap();
    assert_eq!(news(&desk, "messages").len(), 6);
    let statuses = desk.receiver.statuses();
    assert!(statuses.iter().all(|s| s["template_id"] == id), "{statuses:?}");
    assert_eq!(statuses[0]["pricing"]["category"], "utility");
    let edit = json!({ "message_send_ttl_seconds": 60 });
    let edited = desk.call("POST", &format!("/v25.0/{id}"), Some(&edit)).await;
    assert_eq!(edited.body["error"]["error_subcode"], 2_388_318);
    let deleted = desk.call("DELETE", &format!("/v25.0/{id}"), None).await;
    assert_eq!(deleted.body["error"]["error_subcode"], 2_388_330);
}

#[tokio::test]
async fn b23_a_template_may_be_given_a_name_and_buttons() {
    let desk = admitted().await;
    let body = json!({ "type": "interactive", "category": "utility", "direct_send_config": { "template_name": "pickup" },
        "interactive": { "type": "button", "body": { "text": "Shall we bring it today?" },
            "action": { "buttons": [{ "type": "reply", "reply": { "id": "yes", "title": "Yes" } }] } } });
    assert_eq!(desk.send(body).await.status, 200);
    let made = made(&desk).await;
    assert_eq!(made[0]["name"], "pickup");
    assert_eq!(made[0]["components"][1]["buttons"][0], json!({ "type": "QUICK_REPLY", "text": "Yes" }));
}

#[tokio::test]
async fn b23_content_has_a_time_to_live() {
    let desk = admitted().await;
    desk.control("POST", "/customers", json!({ "wa_id": ANA })).await;
    desk.control("PATCH", &format!("/customers/{ANA}"), json!({ "offline_seconds": 120 })).await;
    let mut body = content(1);
    body["ttl_seconds"] = json!(60);
    desk.send(body.clone()).await;
    desk.advance(HOUR).await;
    assert_eq!(desk.receiver.status_names(), ["sent"]);
    body["ttl_seconds"] = json!(5);
    assert_eq!(desk.send(body.clone()).await.status, 400, "shorter than Meta allows");
    body["ttl_seconds"] = json!(60);
    body["category"] = Value::Null;
    assert_eq!(desk.send(body).await.code(), 100, "a time to live needs a category");
}

#[tokio::test]
async fn b23_who_misuses_the_category_loses_direct_send() {
    let desk = admitted().await;
    reviewer(&desk, json!([{ "match": { "text": "sale" }, "category": "MARKETING" }])).await;
    for thing in ["shoes", "hats", "coats"] {
        let body = json!({ "type": "text", "text": { "body": format!("A great sale of {thing}!") }, "category": "utility" });
        assert_eq!(desk.send(body).await.status, 200);
        desk.advance(SECOND).await;
    }
    let detected = news(&desk, "template_correct_category_detection");
    assert_eq!(detected.len(), 3);
    assert_eq!(detected[0]["correct_category"], "MARKETING");
    let restricted = &news(&desk, "account_update")[0];
    assert_eq!(
        restricted["restriction_info"][0]["restriction_type"],
        "RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES"
    );
    assert_eq!(desk.send(content(1)).await.code(), 139_200);
    desk.advance(7 * 24 * HOUR).await;
    assert_eq!(desk.send(content(1)).await.status, 200);
}

#[tokio::test]
async fn b23_codes_go_to_phone_numbers_and_service_is_a_message_as_any_other() {
    let desk = admitted().await;
    let ana = desk.control("POST", "/customers", json!({ "wa_id": ANA })).await.body;
    let body = json!({ "messaging_product": "whatsapp", "recipient": ana["user_id"], "type": "text", "category": "authentication",
        "text": { "body": "Your code is 4242." } });
    assert_eq!(desk.call("POST", &format!("/v25.0/{NUMBER}/messages"), Some(&body)).await.code(), 131_062);
    let service = json!({ "type": "text", "text": { "body": "hi" }, "category": "service" });
    desk.send(service).await;
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.statuses()[0]["errors"][0]["code"], 131_047);
}

async fn market(desk: &Desk, mut body: Value) -> Answered {
    body["messaging_product"] = json!("whatsapp");
    body["to"] = json!(ANA);
    desk.call("POST", &format!("/v25.0/{NUMBER}/marketing_messages"), Some(&body)).await
}

#[tokio::test]
async fn marketing_messages_take_marketing_templates_only() {
    let desk = Desk::new().await;
    let mut welcome = message("welcome_back", "en_US", "Ana");
    welcome["product_policy"] = json!("STRICT");
    welcome["message_activity_sharing"] = json!(true);
    let sent = market(&desk, welcome).await;
    assert_eq!(sent.body["messages"][0]["message_status"], "accepted", "{}", sent.body);
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.statuses()[0]["pricing"]["category"], "marketing_lite");
    assert_eq!(market(&desk, message("hello_world", "en_US", "Ana")).await.code(), 134_100);
    assert_eq!(market(&desk, json!({ "type": "text", "text": { "body": "hi" } })).await.code(), 131_055);
}

#[tokio::test]
async fn a_new_marketing_template_is_copied_to_the_advertising_account_first() {
    let desk = Desk::with(SEPTEMBER, |c| c.marketing_sync_ms = 10 * MINUTE).await;
    let mut template = delivery("soap");
    template["category"] = json!("MARKETING");
    approved(&desk, template).await;
    assert_eq!(market(&desk, message("soap", "en_US", "Ana")).await.code(), 134_101);
    assert_eq!(desk.send(message("soap", "en_US", "Ana")).await.status, 200, "over the Cloud API at once");
    desk.advance(10 * MINUTE).await;
    assert_eq!(market(&desk, message("soap", "en_US", "Ana")).await.status, 200);
    desk.control("PUT", "/wabas", json!({ "id": WABA, "marketing_messages_onboarding_status": "ELIGIBLE" }))
        .await;
    let refused = market(&desk, message("soap", "en_US", "Ana")).await;
    assert_eq!((refused.status, refused.code()), (500, 134_102));
}

#[tokio::test]
async fn marketing_can_be_switched_off_on_the_cloud_api() {
    let desk = Desk::new().await;
    let body = json!({ "disable_marketing_messages_on_cloud_api": true, "degrees_of_freedom_spec": {
        "creative_features_spec": { "image_touchups": { "enroll_status": "OPT_OUT" } } } });
    let set = desk.call("POST", &format!("/v25.0/{WABA}"), Some(&body)).await;
    assert_eq!(set.body, json!({ "success": true }));
    assert_eq!(desk.send(message("welcome_back", "en_US", "Ana")).await.code(), 131_063);
    assert_eq!(market(&desk, message("welcome_back", "en_US", "Ana")).await.status, 200);
    let fields = "disable_marketing_messages_on_cloud_api,degrees_of_freedom_spec,is_enabled_for_insights";
    let waba = desk.get(&format!("/v25.0/{WABA}?fields={fields}")).await.body;
    assert_eq!(waba["disable_marketing_messages_on_cloud_api"], true);
    assert_eq!(waba["degrees_of_freedom_spec"], body["degrees_of_freedom_spec"]);
    let named = desk.call("POST", &format!("/v25.0/{WABA}"), Some(&json!({ "name": "Shrub" }))).await;
    assert_eq!(named.body, json!({ "id": WABA }));
}

#[tokio::test]
async fn a_click_is_counted_and_the_marketing_messages_api_reports_it() {
    let desk = Desk::new().await;
    listening(&desk).await;
    desk.control("PUT", "/wabas", json!({ "id": WABA, "is_enabled_for_insights": true })).await;
    let mut template = delivery("soap");
    template["category"] = json!("MARKETING");
    template["components"][1]["buttons"] =
        json!([{ "type": "URL", "text": "Shop", "url": "https://acme.test/shop" }]);
    let id = approved(&desk, template).await;
    desk.advance(2 * SECOND).await;
    market(&desk, message("soap", "en_US", "Ana")).await;
    desk.advance(SECOND).await;
    let clicked = desk.control("POST", &format!("/customers/{ANA}/click"), json!({ "title": "Shop" })).await;
    assert_eq!(clicked.body["url"], "https://acme.test/shop", "{}", clicked.body);
    desk.emulator.settle().await;
    let told = news(&desk, "messages").pop().unwrap();
    assert_eq!(told["user_actions"][0]["action_type"], "marketing_messages_link_click");
    let (start, end) = (SEPTEMBER / 1_000, SEPTEMBER / 1_000 + 86_400);
    let path = format!(
        "/v25.0/{WABA}/template_analytics?start={start}&end={end}&granularity=DAILY&template_ids={id}&metric_types=CLICKED&product_type=MARKETING_MESSAGES_API_FOR_WHATSAPP"
    );
    let point = desk.get(&path).await.body["data"][0]["data_points"][0].clone();
    assert_eq!(
        point["clicked"],
        json!([{ "type": "url_button", "button_content": "Shop", "count": 1 }]),
        "{point}"
    );
    let none = desk.control("POST", &format!("/customers/{ANA}/click"), json!({ "title": "Nothing" })).await;
    assert_eq!(none.status, 400);
}
