//! Several businesses on one platform: what one has, the other doesn't know of.

use serde_json::{Value, json};

use crate::desk::{ANA, Desk, NUMBER, TOKEN, WABA};

const OTHER: &str = "OTHER-TOKEN";

struct Other {
    waba: String,
    number: String,
}

/// A second portfolio with WABA, number, app and token of its own.
async fn other(desk: &Desk) -> Other {
    let put = async |path: &str, body: Value| desk.control("PUT", path, body).await.body;
    let business = put("/businesses", json!({ "name": "Another" })).await["id"].clone();
    let app = put("/apps", json!({ "name": "Another app", "secret": "another-secret" })).await["id"].clone();
    let waba =
        put("/wabas", json!({ "business_id": business, "name": "Another", "subscribed_apps": [app] })).await;
    let number = json!({ "display_phone_number": "+1 555-010-0002", "verified_name": "Another", "waba_id": waba["id"] });
    let number = put("/phone-numbers", number).await;
    let token = json!({ "token": OTHER, "app_id": app, "wabas": [waba["id"]], "businesses": [business] });
    assert_eq!(put("/tokens", token).await["wabas"], json!([waba["id"]]));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Other { waba: text(&waba["id"]), number: text(&number["id"]) }
}

#[tokio::test]
async fn b02_what_another_tenant_has_looks_like_what_is_not_there() {
    let desk = Desk::new().await;
    let other = other(&desk).await;
    let paths = |number: &str, waba: &str| {
        [
            ("GET", format!("/v25.0/{number}")),
            ("POST", format!("/v25.0/{number}/messages")),
            ("GET", format!("/v25.0/{number}/whatsapp_business_profile")),
            ("GET", format!("/v25.0/{waba}")),
            ("GET", format!("/v25.0/{waba}/message_templates")),
            ("POST", format!("/v25.0/{waba}/subscribed_apps")),
        ]
    };
    for (token, number, waba) in [(TOKEN, other.number.as_str(), other.waba.as_str()), (OTHER, NUMBER, WABA)]
    {
        let foreign = paths(number, waba);
        let absent = paths("600000000000999", "700000000000999");
        for ((method, foreign), (_, absent)) in foreign.iter().zip(&absent) {
            let body = json!({ "messaging_product": "whatsapp", "to": ANA, "text": { "body": "hi" } });
            let body = (*method == "POST").then_some(&body);
            let refused = desk.call_as(Some(token), method, foreign, body).await;
            let unknown = desk.call_as(Some(token), method, absent, body).await;
            assert_eq!((refused.status, refused.code()), (400, 100), "{method} {foreign}");
            assert_eq!(refused.body["error"]["error_subcode"], 33);
            // The same words but for the id, and the trace that is new each time.
            let words = |body: &Value, id: &str| body["error"]["message"].as_str().unwrap().replace(id, "ID");
            let id = |path: &str| path.split('/').nth(2).unwrap().to_owned();
            assert_eq!(words(&refused.body, &id(foreign)), words(&unknown.body, &id(absent)));
        }
    }
}

#[tokio::test]
async fn b18_every_portfolio_knows_a_customer_by_another_user_id() {
    let desk = Desk::new().await;
    let before = desk.control("POST", "/customers", json!({ "wa_id": ANA, "name": "Ana" })).await.body;
    let other = other(&desk).await;
    let ana = desk.control("GET", &format!("/customers/{ANA}"), Value::Null).await.body;
    let ids: Vec<&Value> = ana["user_ids"].as_object().unwrap().values().collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
    // The id of one portfolio is nobody to the other.
    let message =
        json!({ "messaging_product": "whatsapp", "recipient": before["user_id"], "text": { "body": "hi" } });
    let own = desk.call("POST", &format!("/v25.0/{NUMBER}/messages"), Some(&message)).await;
    let foreign =
        desk.call_as(Some(OTHER), "POST", &format!("/v25.0/{}/messages", other.number), Some(&message)).await;
    assert_eq!((own.status, foreign.status, foreign.code()), (200, 400, 131_009));
}
