//! Graph's manners: tokens, unknown things, versions, headers, subscriptions.

use serde_json::json;

use crate::desk::*;

#[tokio::test]
async fn b01_tokens_are_needed_good_and_current() {
    let desk = Desk::new().await;
    let path = format!("/v25.0/{NUMBER}");
    let none = desk.call_as(None, "GET", &path, None).await;
    assert_eq!((none.status, none.code()), (401, 2_500));
    assert!(none.headers.contains_key("www-authenticate"));
    assert_eq!(none.body["error"]["is_transient"], false);
    let garbage = desk.call_as(Some("garbage"), "GET", &path, None).await;
    assert_eq!((garbage.status, garbage.code()), (401, 190));
    assert_eq!(garbage.body["error"]["message"], "Invalid OAuth access token - Cannot parse access token");
    desk.control("PUT", "/tokens", json!({ "token": "SHORT", "expires_in": 60 })).await;
    assert_eq!(desk.call_as(Some("SHORT"), "GET", &path, None).await.status, 200);
    desk.advance(MINUTE).await;
    let expired = desk.call_as(Some("SHORT"), "GET", &path, None).await;
    assert_eq!(expired.body["error"]["error_subcode"], 463);
    desk.control("PUT", "/tokens", json!({ "token": "NARROW", "scopes": ["whatsapp_business_management"] }))
        .await;
    let body = json!({ "messaging_product": "whatsapp", "to": ANA, "text": { "body": "x" } });
    let refused = desk.call_as(Some("NARROW"), "POST", &format!("{path}/messages"), Some(&body)).await;
    assert_eq!((refused.status, refused.code()), (403, 200));
    assert_eq!(desk.call_as(None, "GET", &format!("{path}?access_token={TOKEN}"), None).await.status, 200);
}

#[tokio::test]
async fn b01_a_wrong_proof_is_refused_and_a_right_one_is_not() {
    let desk = Desk::new().await;
    let proof = cloud_api::signature::appsecret_proof(SECRET, TOKEN);
    assert_eq!(desk.get(&format!("/{NUMBER}?appsecret_proof={proof}")).await.status, 200);
    let refused = desk.get(&format!("/{NUMBER}?appsecret_proof=00")).await;
    assert_eq!((refused.status, refused.code()), (400, 100));
}

#[tokio::test]
async fn b03_unknown_ids_edges_fields_and_versions() {
    let desk = Desk::new().await;
    let unknown = desk.get("/v25.0/123").await;
    assert_eq!((unknown.status, unknown.code()), (400, 100));
    assert_eq!(unknown.body["error"]["error_subcode"], 33);
    assert_eq!(unknown.body["error"]["type"], "GraphMethodException");
    let path = desk.get(&format!("/v25.0/{NUMBER}/nonsense")).await;
    assert_eq!((path.status, path.code()), (400, 2_500));
    assert!(!path.headers.contains_key("www-authenticate"), "the token was good");
    assert_eq!(path.body["error"]["message"], "Unknown path components: /nonsense");
    let field = desk.get(&format!("/v25.0/{WABA}?fields=id,nonsense")).await;
    assert_eq!(
        field.body["error"]["message"],
        "(#100) Tried accessing nonexisting field (nonsense) on node type (WhatsAppBusinessAccount)"
    );
    assert_eq!(desk.call("DELETE", &format!("/v25.0/{NUMBER}"), None).await.code(), 100);
    for version in ["v13.0", "v19.0", "v26.0"] {
        assert_eq!(desk.get(&format!("/{version}/{NUMBER}")).await.status, 200, "{version}");
    }
    assert_eq!(desk.get(&format!("/v99.0/{NUMBER}")).await.code(), 2_500);
}

#[tokio::test]
async fn b34_nodes_answer_the_fields_asked_for_and_rate_headers() {
    let desk = Desk::new().await;
    let number =
        desk.get(&format!("/v25.0/{NUMBER}?fields=display_phone_number,throughput{{level}},status")).await;
    assert_eq!(
        number.body,
        json!({ "display_phone_number": "+1 555-010-0001", "throughput": { "level": "STANDARD" },
            "status": "CONNECTED", "id": NUMBER })
    );
    assert_eq!(number.headers["facebook-api-version"], "v25.0");
    assert!(number.headers["x-app-usage"].to_str().unwrap().contains("call_count"));
    assert!(number.headers["x-business-use-case-usage"].to_str().unwrap().contains(WABA));
    let profile = desk.get(&format!("/v25.0/{NUMBER}/whatsapp_business_profile")).await.body;
    assert_eq!(profile["data"][0]["vertical"], "RETAIL");
    let change = json!({ "messaging_product": "whatsapp", "about": "Open", "websites": ["https://a.test"] });
    desk.call("POST", &format!("/v25.0/{NUMBER}/whatsapp_business_profile"), Some(&change)).await;
    let profile = desk.get(&format!("/{NUMBER}/whatsapp_business_profile?fields=about,websites")).await.body;
    assert_eq!(profile["data"][0]["about"], "Open");
    let numbers = desk.get(&format!("/v25.0/{WABA}/phone_numbers")).await.body;
    assert_eq!(numbers["data"][0]["id"], NUMBER);
}

#[tokio::test]
async fn b34_the_hourly_budget_of_management_calls_runs_out() {
    let desk = Desk::with(SEPTEMBER, |c| c.management_calls_per_hour = 2).await;
    for _ in 0..2 {
        assert_eq!(desk.get(&format!("/{WABA}")).await.status, 200);
    }
    assert_eq!(desk.get(&format!("/{WABA}")).await.code(), 80_007);
    assert_eq!(desk.text("sends are not counted").await.status, 200);
    desk.advance(HOUR).await;
    assert_eq!(desk.get(&format!("/{WABA}")).await.status, 200);
}

#[tokio::test]
async fn b24_an_app_subscribes_by_json_and_by_query_after_a_handshake() {
    let desk = Desk::unsubscribed(SEPTEMBER, |_| {}).await;
    let query = format!("grant_type=client_credentials&client_id={APP}&client_secret={SECRET}");
    let token = desk.get(&format!("/v26.0/oauth/access_token?{query}")).await.body["access_token"].clone();
    let token = token.as_str().unwrap();
    let path = format!("/v26.0/{APP}/subscriptions");
    let body = json!({ "object": "whatsapp_business_account", "callback_url": desk.hook_url,
        "verify_token": "wrong", "fields": "[\"messages\"]" });
    let refused = desk.call_as(Some(token), "POST", &path, Some(&body)).await;
    assert_eq!((refused.status, refused.code()), (400, 2_200));
    let body = json!({ "object": "whatsapp_business_account", "callback_url": desk.hook_url,
        "verify_token": "emulator-verify", "fields": "[\"messages\",\"account_update\"]" });
    assert_eq!(desk.call_as(Some(token), "POST", &path, Some(&body)).await.body, json!({ "success": true }));
    let list = desk.call_as(Some(token), "GET", &path, None).await.body;
    assert_eq!(list["data"][0]["fields"][1]["name"], "account_update");
    desk.call_as(Some(token), "DELETE", &path, None).await;

    // As a query string, with the user's token still in the header: the parameter outranks it.
    let callback = desk.hook_url.replace(':', "%3A").replace('/', "%2F");
    let query = format!(
        "object=whatsapp_business_account&callback_url={callback}&verify_token=emulator-verify&fields=messages&access_token={}",
        token.replace('|', "%7C")
    );
    let made = desk.call("POST", &format!("{path}?{query}"), None).await;
    assert_eq!(made.body, json!({ "success": true }));
    desk.ana_writes("hola").await;
    assert_eq!(desk.receiver.messages().len(), 1);
}

#[tokio::test]
async fn b24_a_waba_subscription_may_override_the_callback() {
    let desk = Desk::unsubscribed(SEPTEMBER, |_| {}).await;
    let path = format!("/v25.0/{WABA}/subscribed_apps");
    let body = json!({ "override_callback_uri": desk.hook_url, "verify_token": "emulator-verify" });
    assert_eq!(desk.call("POST", &path, Some(&body)).await.body, json!({ "success": true }));
    let list = desk.get(&path).await.body;
    assert_eq!(list["data"][0]["override_callback_uri"], desk.hook_url.as_str());
    desk.ana_writes("hola").await;
    assert_eq!(desk.receiver.messages().len(), 1);
    desk.call("DELETE", &path, None).await;
    desk.ana_writes("anybody?").await;
    assert_eq!(desk.receiver.messages().len(), 1);
}

#[tokio::test]
async fn b36_a_token_can_be_inspected() {
    let desk = Desk::new().await;
    let app_token = format!("{APP}|{SECRET}");
    let answer =
        desk.call_as(Some(&app_token), "GET", &format!("/debug_token?input_token={TOKEN}"), None).await;
    assert_eq!(answer.body["data"]["is_valid"], true);
    assert_eq!(answer.body["data"]["granular_scopes"][0]["target_ids"][0], WABA);
}
