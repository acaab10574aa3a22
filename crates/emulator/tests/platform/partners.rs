//! Embedded Signup and what partners do with it.

use serde_json::{Value, json};

use crate::desk::*;

const BUSINESS: &str = "800000000000001";

impl Desk {
    async fn signup(&self, body: Value) -> Value {
        let answered = self.control("POST", "/signup", body).await;
        assert_eq!(answered.status, 201, "{}", answered.body);
        self.emulator.settle().await;
        answered.body
    }

    async fn exchange(&self, code: &Value) -> Answered {
        let code = code.as_str().unwrap();
        let query = format!("client_id={APP}&client_secret={SECRET}&code={code}");
        self.call_as(None, "GET", &format!("/v25.0/oauth/access_token?{query}"), None).await
    }
}

#[tokio::test]
async fn b36_a_client_signs_up_and_the_partner_gets_a_token_for_its_account_alone() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    let signup = desk.signup(json!({ "business_name": "Bloom & Co", "verified_name": "Bloom" })).await;
    let (waba, number) = (signup["waba_id"].as_str().unwrap(), signup["phone_number_id"].as_str().unwrap());
    assert_eq!(signup["message"]["event"], "FINISH");
    let told = desk.told("account_update").await;
    assert_eq!(
        told[0],
        json!({ "event": "PARTNER_ADDED", "waba_info": { "waba_id": waba, "owner_business_id": signup["business_id"] } })
    );
    assert_eq!(told[1]["waba_info"]["partner_app_id"], APP);
    assert_eq!(desk.receiver.got.lock().unwrap()[0].json()["entry"][0]["id"], BUSINESS);
    let exchanged = desk.exchange(&signup["code"]).await.body;
    let token = exchanged["access_token"].as_str().unwrap().to_owned();
    assert!(exchanged.get("expires_in").is_none());
    let used = desk.exchange(&signup["code"]).await;
    assert_eq!((used.code(), &used.body["error"]["error_subcode"]), (100, &json!(36_009)));
    let app = format!("{APP}|{SECRET}");
    let told =
        desk.call_as(Some(&app), "GET", &format!("/v25.0/debug_token?input_token={token}"), None).await.body;
    assert_eq!(told["data"]["granular_scopes"][0]["target_ids"], json!([waba]));
    assert_eq!(told["data"]["is_valid"], true);
    let as_client = async |verb: &str, path: &str, body: Option<&Value>| {
        desk.call_as(Some(&token), verb, &format!("/v25.0/{path}"), body).await
    };
    assert_eq!(
        as_client("GET", "me?fields=client_business_id", None).await.body["client_business_id"],
        signup["business_id"]
    );
    assert_eq!(
        as_client("GET", NUMBER, None).await.code(),
        100,
        "the partner's own number is none of its business"
    );
    assert_eq!(as_client("POST", &format!("{waba}/subscribed_apps"), Some(&json!({}))).await.status, 200);
    let hello =
        json!({ "messaging_product": "whatsapp", "to": ANA, "type": "text", "text": { "body": "hi" } });
    assert_eq!(as_client("POST", &format!("{number}/messages"), Some(&hello)).await.code(), 133_010);
    let pin = json!({ "messaging_product": "whatsapp", "pin": "123456" });
    assert_eq!(as_client("POST", &format!("{number}/register"), Some(&pin)).await.status, 200);
    assert_eq!(as_client("POST", &format!("{number}/messages"), Some(&hello)).await.status, 200);
    let clients = desk.get(&format!("/v25.0/{BUSINESS}/client_whatsapp_business_accounts")).await.body;
    assert_eq!(clients["data"][0]["id"], waba);
}

#[tokio::test]
async fn b36_codes_are_brief_and_bound_to_their_app() {
    let desk = Desk::new().await;
    let late = desk.signup(json!({ "ttl_seconds": 30 })).await;
    desk.advance(30 * SECOND).await;
    assert_eq!(desk.exchange(&late["code"]).await.body["error"]["error_subcode"], 36_007);
    assert_eq!(desk.exchange(&json!("AQnonsense")).await.body["error"]["error_subcode"], 36_008);
    let brief = desk.signup(json!({ "token_seconds": 60, "scopes": ["whatsapp_business_management"] })).await;
    let token = desk.exchange(&brief["code"]).await.body;
    assert_eq!(token["expires_in"], 60);
    let path = format!("/v25.0/{}", brief["phone_number_id"].as_str().unwrap());
    let token = token["access_token"].as_str().unwrap().to_owned();
    assert_eq!(desk.call_as(Some(&token), "GET", &path, None).await.status, 200);
    desk.advance(MINUTE).await;
    assert_eq!(desk.call_as(Some(&token), "GET", &path, None).await.body["error"]["error_subcode"], 463);
}

#[tokio::test]
async fn b36_hosted_signup_gives_no_code_but_a_token_for_what_was_shared() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    let signup = desk.signup(json!({ "hosted": true })).await;
    assert_eq!(signup["code"], Value::Null);
    let client = signup["business_id"].as_str().unwrap();
    let path = format!("/v25.0/{client}/system_user_access_tokens");
    let token = desk.call("POST", &path, Some(&json!({ "set_token_expires_in_60_days": true }))).await.body;
    assert_eq!(token["expires_in"], 60 * 86_400);
    let waba = format!("/v25.0/{}", signup["waba_id"].as_str().unwrap());
    let token = token["access_token"].as_str().unwrap();
    assert_eq!(desk.call_as(Some(token), "GET", &waba, None).await.status, 200);
    // The client takes it back.
    let body = json!({ "event": "PARTNER_REMOVED" });
    desk.control("POST", &format!("/wabas/{}/enforce", signup["waba_id"].as_str().unwrap()), body).await;
    assert_eq!(desk.call_as(Some(token), "GET", &waba, None).await.code(), 100);
    assert_eq!(desk.get(&waba).await.code(), 100);
    assert_eq!(desk.told("account_update").await[2]["event"], "PARTNER_REMOVED");
}

#[tokio::test]
async fn b36_a_number_of_the_business_app_asks_for_its_data_once_each_within_a_day() {
    let desk = Desk::new().await;
    let signup = desk.signup(json!({ "coexistence": true })).await;
    assert_eq!(signup["message"]["event"], "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING");
    let path = format!("/v25.0/{}/smb_app_data", signup["phone_number_id"].as_str().unwrap());
    let ask = async |kind: &str| {
        let body = json!({ "messaging_product": "whatsapp", "sync_type": kind });
        desk.call("POST", &path, Some(&body)).await
    };
    assert!(ask("smb_app_state_sync").await.body["request_id"].is_string());
    assert_eq!(ask("smb_app_state_sync").await.body["error"]["error_subcode"], 2_593_107);
    desk.advance(25 * HOUR).await;
    assert_eq!(ask("history").await.body["error"]["error_subcode"], 2_593_108);
}

#[tokio::test]
async fn b36_solutions_pools_and_credit_lines_have_states() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    desk.control("PUT", "/apps", json!({ "id": "900000000000002", "secret": "other" })).await;
    let partner =
        desk.control("PUT", "/businesses", json!({ "name": "Other partner" })).await.body["id"].clone();
    let token =
        json!({ "token": "OTHER", "app_id": "900000000000002", "businesses": [partner], "wabas": [] });
    desk.control("PUT", "/tokens", token).await;
    let app = format!("{APP}|{SECRET}");
    let new = json!({ "solution_name": "Together", "partner_app_id": "900000000000002" });
    let made = desk
        .call_as(Some(&app), "POST", &format!("/v25.0/{APP}/whatsapp_business_solution"), Some(&new))
        .await;
    let solution = made.body["solution_id"].as_str().unwrap().to_owned();
    let accept = format!("/v25.0/{solution}/accept");
    assert_eq!(desk.call("POST", &accept, Some(&json!({}))).await.code(), 100, "not its own");
    let accepted = desk.call_as(Some("OTHER"), "POST", &accept, Some(&json!({}))).await.body;
    assert_eq!(accepted["partner_status"], "ACCEPTED");
    assert_eq!(desk.get(&format!("/v25.0/{solution}")).await.body["status"], "ACTIVE");
    let told = desk.told("partner_solutions").await;
    assert_eq!(told.last().unwrap()["solution_status"], "ACTIVE");
    let signup = desk.signup(json!({ "solution_id": solution })).await;
    let path =
        format!("/v25.0/{solution}/access_token?business_id={}", signup["business_id"].as_str().unwrap());
    assert!(desk.call_as(Some("OTHER"), "GET", &path, None).await.body["access_token"].is_string());

    let pooled = desk
        .call(
            "POST",
            &format!("/v25.0/{BUSINESS}/add_phone_numbers"),
            Some(&json!({ "phone_number": "+34911000444" })),
        )
        .await;
    let pooled = pooled.body["id"].as_str().unwrap().to_owned();
    let list =
        desk.get(&format!("/v25.0/{BUSINESS}/preverified_numbers?verification_status=PENDING")).await.body;
    assert_eq!(list["data"][0]["id"], pooled.as_str());
    assert_eq!(desk.call_as(Some("OTHER"), "GET", &format!("/v25.0/{pooled}"), None).await.code(), 100);
    assert_eq!(desk.call("DELETE", &format!("/v25.0/{pooled}"), None).await.status, 200);

    let line = desk.control("PUT", "/businesses", json!({ "id": BUSINESS, "credit_line": true })).await.body;
    let line = line["credit_line"].as_str().unwrap();
    let waba = signup["waba_id"].as_str().unwrap();
    let path = format!("/v25.0/{line}/whatsapp_credit_sharing_and_attach?waba_id={waba}&waba_currency=EUR");
    let shared = desk.call("POST", &path, None).await.body;
    assert_eq!(desk.get(&format!("/v25.0/{waba}?fields=currency")).await.body["currency"], "EUR");
    let allocation = shared["allocation_config_id"].as_str().unwrap();
    assert_eq!(desk.call("DELETE", &format!("/v25.0/{allocation}"), None).await.status, 200);
    let after = desk.get(&format!("/v25.0/{allocation}?fields=request_status")).await.body;
    assert_eq!(after["request_status"], "DELETED");
    assert_eq!(
        desk.get(&format!("/v25.0/{waba}?fields=health_status")).await.body["health_status"]["can_send_message"],
        "BLOCKED"
    );
}

#[tokio::test]
async fn b02_what_partners_and_clients_have_is_not_for_others() {
    let desk = Desk::new().await;
    let signup = desk.signup(json!({})).await;
    let token = desk.exchange(&signup["code"]).await.body["access_token"].clone();
    let token = token.as_str().unwrap();
    let upload = desk
        .call("POST", &format!("/v25.0/{APP}/uploads?file_name=a&file_length=3&file_type=image/png"), None)
        .await;
    let upload = upload.body["id"].as_str().unwrap().to_owned();
    for path in [
        BUSINESS,
        WABA,
        NUMBER,
        &format!("{BUSINESS}/owned_whatsapp_business_accounts"),
        &format!("{WABA}/activities"),
    ] {
        let refused = desk.call_as(Some(token), "GET", &format!("/v25.0/{path}"), None).await;
        let absent = refused.code() == 100 && refused.body["error"]["error_subcode"] == 33;
        assert!(absent || refused.code() == 200, "{path}: {}", refused.body);
    }
    desk.control("PUT", "/apps", json!({ "id": "900000000000002", "secret": "other" })).await;
    let foreign = desk.call_as(Some("900000000000002|other"), "GET", &format!("/v25.0/{upload}"), None).await;
    assert_eq!((foreign.status, foreign.code()), (400, 100));
    let unsigned = upload.split('?').next().unwrap();
    assert_eq!(desk.get(&format!("/v25.0/{unsigned}")).await.code(), 100);
    assert_eq!(desk.get(&format!("/v25.0/{upload}")).await.body["file_offset"], 0);
}

#[tokio::test]
async fn b36_answers_about_partners_have_the_members_that_meta_documents() {
    let desk = Desk::new().await;
    desk.control("PUT", "/apps", json!({ "id": "900000000000002", "secret": "other" })).await;
    let token = json!({ "token": "OTHER", "app_id": "900000000000002", "businesses": [], "wabas": [] });
    desk.control("PUT", "/tokens", token).await;
    let app = format!("{APP}|{SECRET}");
    let make = async || {
        let new = json!({ "solution_name": "Together", "partner_app_id": "900000000000002" });
        let path = format!("/v25.0/{APP}/whatsapp_business_solution");
        desk.call_as(Some(&app), "POST", &path, Some(&new)).await.body["solution_id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let step = async |token: &str, solution: &str, step: &str| {
        let path = format!("/v25.0/{solution}/{step}");
        desk.call_as(Some(token), "POST", &path, Some(&json!({}))).await.body
    };
    let refused = step("OTHER", &make().await, "reject").await;
    assert_eq!(refused["rejected_request_type"], "PARTNERSHIP_REQUEST");
    let solution = make().await;
    step("OTHER", &solution, "accept").await;
    let asked = step("OTHER", &solution, "send_deactivation_request").await;
    assert_eq!(asked["message"], "Deactivation request submitted successfully");
    let kept = step(TOKEN, &solution, "reject_deactivation_request").await;
    let whole = json!({ "id": solution, "name": "Together", "status": "ACTIVE", "status_for_pending_request": "NONE" });
    assert_eq!(kept, whole);

    desk.control("PATCH", &format!("/wabas/{WABA}"), json!({ "ownership": "ON_BEHALF_OF" })).await;
    let migration = json!({ "solution_id": solution, "migration_intent": "INITIATE_MIGRATION" });
    let path = format!("/v25.0/{WABA}/set_solution_migration_intent");
    let migration = desk.call("POST", &path, Some(&migration)).await.body["migration_intent_id"].clone();
    let mobility = json!({ "solution_id": solution, "intent_type": "INITIATE_TRANSFER" });
    let path = format!("/v25.0/{WABA}/obo_mobility_intent");
    let mobility = desk.call("POST", &path, Some(&mobility)).await.body["mobility_intent_id"].clone();
    let of = async |id: &Value| desk.get(&format!("/v25.0/{}", id.as_str().unwrap())).await.body;
    assert_eq!(of(&migration).await, json!({ "id": migration, "status": "INITIATED" }));
    let moved = of(&mobility).await;
    assert_eq!((&moved["status"], &moved["waba"]["id"]), (&json!("PENDING"), &json!(WABA)));
    assert_eq!(moved["solution"], json!({ "id": solution }));

    let new = json!({ "phone_number": "+34911000444" });
    let pooled =
        desk.call("POST", &format!("/v25.0/{BUSINESS}/add_phone_numbers"), Some(&new)).await.body["id"]
            .clone();
    let pooled = of(&pooled).await;
    assert_eq!((&pooled["country_prefix"], &pooled["is_input_id_valid"]), (&json!(34), &json!(true)));
    let me = of(&json!("me")).await["id"].clone();
    let path = format!("/v25.0/{}/assigned_whatsapp_business_accounts", me.as_str().unwrap());
    assert_eq!(desk.get(&path).await.body["data"][0]["status"], "ACTIVE");
}
