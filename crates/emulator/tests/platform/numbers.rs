//! A phone number's life: codes, PINs, registration, names, settings, throughput, standing.

use serde_json::{Value, json};

use crate::desk::*;

#[tokio::test]
async fn b26_a_number_is_added_verified_registered_and_then_sends() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    let new = json!({ "cc": "34", "phone_number": "911000333", "verified_name": "Lucky Madrid" });
    let added = desk.call("POST", &format!("/v25.0/{WABA}/phone_numbers"), Some(&new)).await;
    let id = added.body["id"].as_str().unwrap().to_owned();
    let post =
        async |edge: &str, body: Value| desk.call("POST", &format!("/v25.0/{id}/{edge}"), Some(&body)).await;
    let register = json!({ "messaging_product": "whatsapp", "pin": "123456" });
    assert_eq!(post("register", register.clone()).await.code(), 133_006);
    assert_eq!(desk.get(&format!("/v25.0/{id}?fields=status")).await.body["status"], "UNVERIFIED");
    let ask = json!({ "code_method": "SMS", "language": "en_US" });
    assert_eq!(post("request_code", ask.clone()).await.body, json!({ "success": true }));
    let code =
        desk.control("GET", &format!("/phone-numbers/{id}"), Value::Null).await.body["verification_code"]
            .clone();
    let code = code.as_str().unwrap().to_owned();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(post("verify_code", json!({ "code": wrong })).await.code(), 136_025);
    assert_eq!(post("verify_code", json!({ "code": code })).await.status, 200);
    assert_eq!(post("request_code", ask).await.code(), 136_024, "it is verified");
    let hello =
        json!({ "messaging_product": "whatsapp", "to": ANA, "type": "text", "text": { "body": "hi" } });
    assert_eq!(post("messages", hello.clone()).await.code(), 133_010);
    assert_eq!(post("register", register).await.status, 200);
    assert_eq!(post("messages", hello).await.status, 200);
    assert_eq!(
        desk.told("security").await,
        [json!({ "display_phone_number": "34911000333", "event": "PIN_CHANGED" })]
    );
    desk.advance(MINUTE).await;
    let name = &desk.told("phone_number_name_update").await[0];
    assert_eq!(
        (&name["decision"], &name["requested_verified_name"]),
        (&json!("APPROVED"), &json!("Lucky Madrid"))
    );
    let again = desk.call("POST", &format!("/v25.0/{WABA}/phone_numbers"), Some(&new)).await;
    assert_eq!(again.body["error"]["error_subcode"], 2_388_012);
    let log = desk.get(&format!("/v25.0/{WABA}/activities?activity_type=PHONE_NUMBER_ADDED")).await.body;
    assert_eq!(log["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn b26_codes_and_pins_are_not_guessed_without_end() {
    let desk = Desk::new().await;
    assert_eq!(desk.number_post("", json!({ "pin": "111111" })).await.status, 200);
    for _ in 0..5 {
        assert_eq!(desk.number_post("/register", json!({ "pin": "222222" })).await.code(), 133_005);
    }
    let locked = desk.number_post("/register", json!({ "pin": "111111" })).await;
    assert_eq!((locked.code(), locked.details()), (133_008, "Try again in 60 minutes"));
    desk.advance(HOUR).await;
    assert_eq!(desk.number_post("/register", json!({ "pin": "111111" })).await.status, 200);
    assert_eq!(desk.number_post("", json!({ "pin": "12" })).await.code(), 100);
    let path = format!("/phone-numbers/{NUMBER}");
    desk.control("PATCH", &path, json!({ "verification": "NOT_VERIFIED" })).await;
    let ask = json!({ "code_method": "VOICE", "language": "es" });
    for _ in 0..5 {
        assert_eq!(desk.number_post("/request_code", ask.clone()).await.status, 200);
    }
    assert_eq!(desk.number_post("/request_code", ask).await.code(), 136_024);
    assert_eq!(
        desk.number_post("/request_code", json!({ "code_method": "FAX", "language": "es" })).await.code(),
        100
    );
}

#[tokio::test]
async fn b26_ten_registrations_in_72_hours_and_then_a_lock() {
    let desk = Desk::new().await;
    for n in 0..5 {
        assert_eq!(desk.number_post("/deregister", json!({})).await.status, 200, "{n}");
        assert_eq!(
            desk.number_post("/register", json!({ "pin": "123456", "data_localization_region": "DE" }))
                .await
                .status,
            200
        );
    }
    assert_eq!(desk.number_post("/deregister", json!({})).await.code(), 133_016);
    desk.advance(71 * HOUR).await;
    assert_eq!(desk.number_post("/register", json!({ "pin": "123456" })).await.code(), 133_016);
    desk.advance(HOUR).await;
    let moved =
        desk.number_post("/register", json!({ "pin": "123456", "data_localization_region": "IN" })).await;
    assert_eq!(moved.code(), 100, "a region changes by deregistering only");
    assert_eq!(desk.number_post("/deregister", json!({})).await.status, 200);
    assert_eq!(desk.number_field("status").await, "PENDING");
    let unknown =
        desk.number_post("/register", json!({ "pin": "123456", "data_localization_region": "FR" })).await;
    assert_eq!(unknown.code(), 100);
}

#[tokio::test]
async fn b26_a_new_display_name_is_reviewed_and_used_after_registering() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    assert_eq!(desk.number_post("", json!({ "new_display_name": "Happy Shrub" })).await.status, 200);
    assert_eq!(desk.number_field("new_name_status").await, "PENDING_REVIEW");
    let review = json!({ "of": "name", "decision": "REJECTED", "reason": "NAME_FORMAT_UNACCEPTABLE" });
    desk.control("POST", &format!("/phone-numbers/{NUMBER}/review"), review).await;
    let told = desk.told("phone_number_name_update").await;
    assert_eq!(
        told[0],
        json!({ "display_phone_number": "15550100001", "decision": "REJECTED", "requested_verified_name": "Happy Shrub",
            "rejection_reason": "NAME_FORMAT_UNACCEPTABLE" })
    );
    assert_eq!(desk.number_field("new_name_status").await, "DECLINED");
    desk.number_post("", json!({ "new_display_name": "Happier Shrub" })).await;
    desk.advance(MINUTE).await;
    assert_eq!(desk.told("phone_number_name_update").await[1]["decision"], "APPROVED");
    assert_eq!(desk.number_field("verified_name").await, "Lucky Shrub", "not yet in use");
    assert!(desk.number_field("new_certificate").await.is_string());
    desk.number_post("/register", json!({ "pin": "123456" })).await;
    assert_eq!(desk.number_field("verified_name").await, "Happier Shrub");
    assert_eq!(desk.number_field("new_name_status").await, "NONE");
}

#[tokio::test]
async fn b26_pin_resets_are_reported_as_security() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    desk.number_post("", json!({ "pin": "123456" })).await;
    let path = format!("/phone-numbers/{NUMBER}/pin-reset");
    desk.control("POST", &path, json!({ "requester": "61555822107539" })).await;
    desk.control("POST", &path, json!({ "event": "PIN_REQUEST_SUCCESS" })).await;
    let told = desk.told("security").await;
    let events: Vec<&Value> = told.iter().map(|value| &value["event"]).collect();
    assert_eq!(events, ["PIN_CHANGED", "PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"]);
    assert_eq!(told[1]["requester"], "61555822107539");
    assert_eq!(desk.number_field("is_pin_enabled").await, false);
}

#[tokio::test]
async fn b27_a_test_number_writes_to_five_people_alone() {
    let desk = Desk::new().await;
    let path = format!("/phone-numbers/{NUMBER}");
    let six: Vec<String> = (1..=6).map(|n| format!("3460011100{n}")).collect();
    let six = json!({ "test_recipients": six });
    assert_eq!(desk.control("PATCH", &path, six).await.status, 400);
    desk.control("PATCH", &path, json!({ "test_recipients": [ANA] })).await;
    assert_eq!(desk.number_field("account_mode").await, "SANDBOX");
    assert_eq!(desk.template(ANA).await.status, 200);
    let refused = desk.template("34600999888").await;
    assert_eq!((refused.status, refused.code()), (400, 131_030));
    desk.control("PATCH", &path, json!({ "test_recipients": null })).await;
    assert_eq!(desk.template("34600999888").await.status, 200);
}

#[tokio::test]
async fn b14_u_an_upgrade_takes_a_minute_of_131057_and_then_the_number_is_fast() {
    let desk = Desk::told_all(SEPTEMBER, |config| config.pair_burst = 0).await;
    desk.ana_writes("hola").await;
    desk.advance(SECOND).await;
    for _ in 0..80 {
        assert_eq!(desk.text("quick").await.status, 200);
    }
    assert_eq!(desk.text("81st").await.code(), 130_429);
    desk.control("POST", &format!("/phone-numbers/{NUMBER}/throughput"), json!({})).await;
    desk.advance(59 * SECOND).await;
    let maintenance = desk.text("wait").await;
    assert_eq!((maintenance.status, maintenance.code()), (500, 131_057));
    desk.advance(SECOND).await;
    for _ in 0..200 {
        assert_eq!(desk.text("quicker").await.status, 200);
    }
    assert_eq!(desk.number_field("throughput").await["level"], "HIGH");
    let told = desk.told("phone_number_quality_update").await;
    assert_eq!(told[0]["event"], "THROUGHPUT_UPGRADE");
}

#[tokio::test]
async fn b37_quality_and_status_are_told_and_seen() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    let path = format!("/phone-numbers/{NUMBER}");
    desk.control("PATCH", &path, json!({ "quality_rating": "RED" })).await;
    desk.control("PATCH", &path, json!({ "quality_rating": "GREEN" })).await;
    let events: Vec<Value> =
        desk.told("phone_number_quality_update").await.iter().map(|v| v["event"].clone()).collect();
    assert_eq!(events, ["FLAGGED", "UNFLAGGED"]);
    desk.control("PATCH", &path, json!({ "status": "BANNED" })).await;
    assert_eq!(desk.number_field("status").await, "BANNED");
    let refused = desk.template(ANA).await;
    assert_eq!((refused.status, refused.code()), (403, 131_031));
    let health = desk.number_field("health_status").await;
    assert_eq!(health["can_send_message"], "BLOCKED");
    assert_eq!(health["entities"][0]["entity_type"], "PHONE_NUMBER");
    desk.control("PATCH", &path, json!({ "status": null })).await;
    assert_eq!(desk.template(ANA).await.status, 200);
    assert_eq!(desk.control("PATCH", &path, json!({ "status": "SLEEPY" })).await.status, 400);
}

#[tokio::test]
async fn b26_settings_are_judged_kept_and_reported() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    let settings =
        async || desk.get(&format!("/v25.0/{NUMBER}/settings?include_sip_credentials=true")).await.body;
    assert_eq!(settings().await["calling"]["status"], "DISABLED");
    let bad = json!({ "calling": { "status": "ENABLED", "voicemail": { "status": "ENABLED", "timeout_seconds": 99 } } });
    let refused = desk.number_post("/settings", bad).await;
    assert_eq!(refused.code(), 100);
    assert!(refused.details().contains("voicemail/timeout_seconds"), "{}", refused.body);
    let sip = json!({ "status": "ENABLED", "servers": [{ "hostname": "sip.shrub.test", "port": 5061 }] });
    let calling =
        json!({ "calling": { "status": "ENABLED", "call_icon_visibility": "DEFAULT", "sip": sip } });
    assert_eq!(desk.number_post("/settings", calling).await.status, 200);
    assert_eq!(
        desk.number_post("/settings", json!({ "calling": { "call_icon_visibility": "DISABLE_ALL" } }))
            .await
            .status,
        200
    );
    let now = settings().await;
    assert_eq!(
        (&now["calling"]["status"], &now["calling"]["call_icon_visibility"]),
        (&json!("ENABLED"), &json!("DISABLE_ALL"))
    );
    assert!(now["calling"]["sip"]["servers"][0]["sip_user_password"].is_string());
    let told = desk.told("account_settings_update").await;
    assert_eq!(told[1]["phone_number_settings"]["calling"]["call_icon_visibility"], "DISABLE_ALL");
    assert!(told[1]["timestamp"].is_i64());
    let hours = json!({ "status": "ENABLED", "timezone_id": "Europe/Madrid", "weekly_operating_hours":
        [{ "day_of_week": "MONDAY", "open_time": "0900", "close_time": "1700" }], "holiday_schedule": null });
    let unsaid = json!({ "calling": { "sip": null, "call_hours": hours }, "storage_configuration": null });
    assert_eq!(desk.number_post("/settings", unsaid).await.status, 200);
    let now = settings().await;
    assert!(now["calling"]["call_hours"].get("holiday_schedule").is_none(), "null is as good as left out");
    assert_eq!(now["calling"]["sip"]["status"], "ENABLED");
    let two = json!({ "user_identity_change": { "enable_identity_key_check": true }, "storage_configuration": { "status": "DEFAULT" } });
    assert_eq!(desk.number_post("/settings", two).await.code(), 100);
    let storage = json!({ "storage_configuration": { "status": "IN_COUNTRY_STORAGE_ENABLED" } });
    assert_eq!(desk.number_post("/settings", storage).await.code(), 100, "which country?");
    desk.control("PUT", "/businesses", json!({ "id": "800000000000001", "messaging_limit": "TIER_250" }))
        .await;
    assert_eq!(
        desk.number_post("/settings", json!({ "calling": { "status": "ENABLED" } })).await.code(),
        138_015
    );
}

#[tokio::test]
async fn b26_lists_may_be_json_in_a_string_and_a_missing_qr_code_is_an_empty_list() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    let commands = json!([{ "command_name": "hours", "command_description": "When we are open" }]);
    let asked = json!({ "commands": commands.to_string(), "prompts": "[\"Where is my order?\"]" });
    assert_eq!(desk.number_post("/conversational_automation", asked).await.status, 200);
    let number = desk.get(&format!("/v25.0/{NUMBER}?fields=conversational_automation")).await.body;
    assert_eq!(number["conversational_automation"]["commands"], commands);
    assert_eq!(number["conversational_automation"]["prompts"], json!(["Where is my order?"]));
    let missing = desk.get(&format!("/v25.0/{NUMBER}/message_qrdls/AAAAAAAAAAAAAA")).await;
    assert_eq!((missing.status, missing.body), (200, json!({ "data": [] })));
}

#[tokio::test]
async fn b26_a_new_number_is_not_the_one_that_customers_write_to() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    let new = json!({ "id": "100000000000001", "display_phone_number": "+1 555-010-0777", "verified_name": "Second" });
    assert!(desk.control("PUT", "/phone-numbers", new).await.status < 300);
    desk.ana_writes("hola").await;
    let told = desk.told("messages").await.pop().unwrap();
    assert_eq!(told["metadata"]["phone_number_id"], NUMBER);
}

#[tokio::test]
async fn b24_a_numbers_override_is_shaken_hands_with_and_followed() {
    let desk = Desk::new().await;
    let over = |token: &str| json!({ "webhook_configuration": { "override_callback_uri": desk.hook_url, "verify_token": token } });
    assert_eq!(desk.number_post("", over("wrong")).await.code(), 2_200);
    assert_eq!(desk.number_post("", over("emulator-verify")).await.status, 200);
    assert_eq!(desk.number_field("webhook_configuration").await["phone_number"], desk.hook_url.as_str());
    let clear = json!({ "webhook_configuration": { "override_callback_uri": "" } });
    assert_eq!(desk.number_post("", clear).await.status, 200);
    assert!(desk.number_field("webhook_configuration").await.get("phone_number").is_none());
    assert_eq!(desk.number_post("", json!({ "search_visibility": "VISIBLE" })).await.status, 200);
    assert_eq!(desk.number_field("search_visibility").await, "VISIBLE");
}
