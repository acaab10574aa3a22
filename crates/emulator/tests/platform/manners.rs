//! Graph's manners beyond the first: endings of tokens, budgets per app and account, pages, parts of members.

use serde_json::{Value, json};

use crate::desk::*;

#[tokio::test]
async fn b01_every_ending_of_a_token_has_its_subcode_and_words() {
    let desk = Desk::new().await;
    for (subcode, words) in [
        (460, "changed their password"),
        (467, "logged out"),
        (458, "has not authorized application 900000000000001"),
        (463, "Session has expired"),
    ] {
        let token = format!("T{subcode}");
        desk.control("PUT", "/tokens", json!({ "token": token, "revoked": subcode })).await;
        let refused = desk.call_as(Some(&token), "GET", &format!("/v25.0/{NUMBER}"), None).await;
        assert_eq!((refused.status, refused.code()), (401, 190));
        assert_eq!(refused.body["error"]["error_subcode"], subcode);
        assert!(refused.body["error"]["message"].as_str().unwrap().contains(words), "{}", refused.body);
    }
    desk.control("PUT", "/tokens", json!({ "token": "BRIEF", "expires_in": 60 })).await;
    desk.advance(2 * MINUTE).await;
    let over = desk.call_as(Some("BRIEF"), "GET", &format!("/v25.0/{NUMBER}"), None).await;
    assert_eq!(
        over.body["error"]["message"],
        "Error validating access token: Session has expired on Tuesday, 01-Sep-26 00:01:00 UTC. The current time is \
         Tuesday, 01-Sep-26 00:02:00 UTC."
    );
    let told = desk.get("/v25.0/debug_token?input_token=BRIEF").await.body;
    assert_eq!((&told["data"]["is_valid"], &told["data"]["error"]["subcode"]), (&json!(false), &json!(463)));
}

#[tokio::test]
async fn b01_s_a_revoked_token_opens_nothing_while_webhooks_go_on() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let sent = desk.text("on its way").await;
    assert_eq!(sent.status, 200);
    desk.control("PUT", "/tokens", json!({ "token": TOKEN, "revoked": 467 })).await;
    for (verb, path) in [
        ("GET", format!("/v25.0/{NUMBER}")),
        ("GET", format!("/v25.0/{WABA}/message_templates")),
        ("POST", format!("/v25.0/{NUMBER}/messages")),
        ("GET", "/v25.0/me".to_owned()),
    ] {
        let refused = desk.call(verb, &path, (verb == "POST").then_some(&json!({}))).await;
        assert_eq!((refused.status, refused.code()), (401, 190), "{path}");
    }
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.status_names(), ["sent", "delivered", "read"]);
    desk.ana_writes("are you there?").await;
    assert_eq!(desk.receiver.messages().len(), 2);
}

#[tokio::test]
async fn b03_parts_of_members_are_chosen_and_unknown_members_refused() {
    let desk = Desk::new().await;
    let fields =
        "name,phone_numbers.limit(1){display_phone_number,throughput{level}},owner_business_info{name}";
    let waba = desk.get(&format!("/v25.0/{WABA}?fields={fields}")).await;
    assert_eq!(
        waba.body,
        json!({
            "id": WABA, "name": "Lucky Shrub",
            "phone_numbers": { "data": [
                { "id": NUMBER, "display_phone_number": "+1 555-010-0001", "throughput": { "level": "STANDARD" } },
            ] },
            "owner_business_info": { "id": "800000000000001", "name": "Lucky Shrub" },
        })
    );
    let refused = desk.get(&format!("/v25.0/{NUMBER}?fields=id,colour")).await;
    assert_eq!(refused.status, 400);
    assert!(refused.body["error"]["message"].as_str().unwrap().contains("nonexisting field (colour)"));
    assert_eq!(desk.get(&format!("/v27.0/{NUMBER}")).await.code(), 2_500);
    assert_eq!(desk.get(&format!("/v25.0/{NUMBER}/no_such_edge")).await.code(), 2_500);
}

fn usage(answered: &Answered) -> Value {
    serde_json::from_str(answered.headers["x-business-use-case-usage"].to_str().unwrap()).unwrap()
}

#[tokio::test]
async fn b34_budgets_belong_to_the_app_and_the_account_that_is_called() {
    let desk = Desk::with(SEPTEMBER, |config| config.management_calls_per_hour = 400).await;
    let empty = json!({ "id": "700000000000002", "name": "Without a number" });
    desk.control("PUT", "/wabas", empty).await;
    // Without a registered number there are 200 calls an hour, with one as many as are configured.
    for _ in 0..4 {
        assert_eq!(desk.get("/v25.0/700000000000002").await.status, 200);
    }
    let fifth = desk.get("/v25.0/700000000000002").await;
    assert_eq!(usage(&fifth)["700000000000002"][0]["call_count"], 2);
    assert!(usage(&fifth).get(WABA).is_none(), "only the account that was called");
    let first = desk.get(&format!("/v25.0/{NUMBER}")).await;
    assert_eq!(usage(&first)[WABA][0]["call_count"], 0);
    assert_eq!(usage(&first)[WABA][0]["type"], "whatsapp_business_management");
    let app: Value = serde_json::from_str(first.headers["x-app-usage"].to_str().unwrap()).unwrap();
    assert_eq!(app["call_count"], 1, "six of 400");
    for _ in 0..195 {
        desk.get("/v25.0/700000000000002").await;
    }
    let spent = desk.get("/v25.0/700000000000002").await;
    assert_eq!(spent.code(), 80_007);
    assert_eq!(usage(&spent)["700000000000002"][0]["estimated_time_to_regain_access"], 60);
    // Another app has a budget of its own.
    desk.control("PUT", "/apps", json!({ "id": "900000000000002" })).await;
    let token = json!({ "token": "SECOND", "app_id": "900000000000002", "wabas": ["700000000000002"] });
    desk.control("PUT", "/tokens", token).await;
    assert_eq!(desk.call_as(Some("SECOND"), "GET", "/v25.0/700000000000002", None).await.status, 200);
    desk.ana_writes("hola").await;
    let sent = desk.text("hello").await;
    assert_eq!(usage(&sent)[WABA][0]["type"], "whatsapp");
}

#[tokio::test]
async fn b34_a_budget_is_made_small_and_used_by_somebody_else() {
    let desk = Desk::with(SEPTEMBER, |_| {}).await;
    let path = format!("/v25.0/{NUMBER}");
    let others = json!({ "calls_per_hour": 200, "use": { "account": WABA, "calls": 158 } });
    let told = desk.control("PUT", "/budgets", others).await;
    assert_eq!(told.body["calls_per_hour"], 200);
    let told = desk.get(&path).await;
    assert_eq!(usage(&told)[WABA][0]["call_count"], 79, "159 of 200");
    assert_eq!(usage(&told)[WABA][0]["estimated_time_to_regain_access"], 0);
    desk.control("PUT", "/budgets", json!({ "use": { "account": WABA, "calls": 41 } })).await;
    let refused = desk.get(&path).await;
    assert_eq!(refused.code(), 80_007);
    assert!(usage(&refused)[WABA][0]["estimated_time_to_regain_access"].as_u64().unwrap() > 0);
    // Messages are not counted there.
    desk.ana_writes("hola").await;
    let sent = desk.text("hello").await;
    assert_eq!(sent.status, 200);
    assert_eq!(usage(&sent)[WABA][0]["call_count"], 0);
    assert_eq!(usage(&sent)[WABA][0]["estimated_time_to_regain_access"], 0);
    // The next hour begins with nothing used; without a word the budget is the usual one again.
    desk.control("POST", "/clock/advance", json!({ "seconds": 3_600 })).await;
    assert_eq!(desk.get(&path).await.status, 200);
    desk.control("PUT", "/budgets", json!({ "calls_per_hour": null })).await;
    assert_eq!(usage(&desk.get(&path).await)[WABA][0]["call_count"], 0, "two of 5,000");
}

#[tokio::test]
async fn b35_pages_keep_every_filter_and_work_without_a_header() {
    let desk = Desk::new().await;
    for n in 2..6 {
        let number = json!({ "id": format!("60000000000000{n}"), "display_phone_number": format!("+1 555-010-000{n}"), "verified_name": "More" });
        desk.control("PUT", "/phone-numbers", number).await;
    }
    let filter = "%5B%7B%22field%22%3A%22verified_name%22%2C%22operator%22%3A%22EQUAL%22%2C%22value%22%3A%22More%22%7D%5D";
    let path = format!("/v25.0/{WABA}/phone_numbers?limit=3&fields=verified_name&filtering={filter}");
    let first = desk.get(&path).await.body;
    assert_eq!(first["data"].as_array().unwrap().len(), 3);
    let next = first["paging"]["next"].as_str().unwrap();
    assert!(next.starts_with(&desk.base) && next.contains("access_token=EMULATOR-TOKEN"), "{next}");
    let second = read(desk.http.get(next).send().await.unwrap()).await.body;
    assert_eq!(second["data"].as_array().unwrap().len(), 1, "the filter still holds");
    assert_eq!(second["data"][0]["verified_name"], "More");
    assert!(second["paging"].get("next").is_none() && second["paging"]["previous"].is_string());
    assert_eq!(desk.get(&format!("/v25.0/{WABA}/phone_numbers?after=nonsense")).await.code(), 131_009);
}

/// Edges of a number and an account with the parameters that they take.
const STRANGE: &[(&str, &str, &[&str])] = &[
    ("POST", "N", &["pin", "new_display_name", "webhook_configuration", "search_visibility"]),
    ("POST", "N/request_code", &["code_method", "language"]),
    ("POST", "N/verify_code", &["code"]),
    ("POST", "N/register", &["pin", "data_localization_region", "backup"]),
    ("POST", "N/smb_app_data", &["sync_type"]),
    (
        "POST",
        "N/settings",
        &["calling", "user_identity_change", "payload_encryption", "storage_configuration"],
    ),
    ("GET", "N/settings", &[]),
    ("POST", "N/whatsapp_business_profile", &["about", "websites", "vertical", "profile_picture_handle"]),
    ("GET", "N/whatsapp_business_profile", &["fields"]),
    ("POST", "N/whatsapp_commerce_settings", &["is_cart_enabled", "is_catalog_visible"]),
    ("POST", "N/conversational_automation", &["prompts", "commands", "enable_welcome_message"]),
    ("POST", "N/message_qrdls", &["prefilled_message", "generate_qr_image", "code"]),
    ("GET", "N/message_qrdls", &["fields", "limit", "after"]),
    ("POST", "N/username", &["username", "transfer_action"]),
    ("POST", "N/business_compliance_info", &["entity_name", "entity_type", "customer_care_details"]),
    ("POST", "N/official_business_account", &["business_website_url", "supporting_links"]),
    ("POST", "N/block_users", &["block_users"]),
    ("DELETE", "N/block_users", &["block_users"]),
    ("DELETE", "N/contact_book", &["bsuid"]),
    ("GET", "N/message_history", &["message_id", "limit", "after"]),
    ("GET", "N", &["fields"]),
    ("POST", "W", &["name", "is_enabled_for_insights", "degrees_of_freedom_spec", "timezone_id"]),
    ("GET", "W/phone_numbers", &["filtering", "sort", "fields", "limit", "before"]),
    ("POST", "W/phone_numbers", &["cc", "phone_number", "verified_name", "preverified_id"]),
    ("POST", "W/assigned_users", &["user", "tasks"]),
    ("GET", "W/activities", &["since", "until", "activity_type"]),
    ("POST", "W/schedules", &["name", "schedule_type", "start_time", "end_time", "days_of_week"]),
    ("POST", "W/signups", &["signup_message", "policy", "promo_code"]),
    ("POST", "W/welcome_message_sequences", &["name", "welcome_message_sequence", "sequence_id"]),
    ("POST", "W/set_solution_migration_intent", &["solution_id", "migration_intent"]),
    ("POST", "W/obo_mobility_intent", &["solution_id", "intent_type"]),
    ("POST", "B/add_phone_numbers", &["phone_number"]),
    ("POST", "B/share_preverified_numbers", &["preverified_id", "partner_business_id"]),
    ("POST", "B/system_user_access_tokens", &["asset", "scope", "fetch_only"]),
    ("POST", "A/uploads", &["file_name", "file_length", "file_type"]),
    ("GET", "debug_token", &["input_token"]),
    ("GET", "me", &["fields"]),
];

#[tokio::test]
async fn b03_strange_values_are_answered_in_graphs_own_form() {
    let desk = Desk::with(SEPTEMBER, |config| config.management_calls_per_hour = 100_000).await;
    let strange = [
        json!(null),
        json!(-1),
        json!(""),
        json!("\u{1F600}{[(.,"),
        json!("18446744073709551616"),
        json!([]),
        json!([null, 1, "x", {}]),
        json!({}),
        json!({ "status": null, "sip": [], "call_hours": 7, "servers": "x", "text": 1 }),
        json!({ "status": "ENABLED", "sip": { "servers": [1] }, "override_callback_uri": 5, "name": "x" }),
        json!(true),
    ];
    for (verb, path, params) in STRANGE {
        let path = path.replacen('N', NUMBER, 1).replacen('W', WABA, 1).replacen('B', "800000000000001", 1);
        let path = path.replacen('A', APP, 1);
        for value in &strange {
            let bodies =
                params.iter().map(|param| json!({ "messaging_product": "whatsapp", (*param): value }));
            let whole: Value = params.iter().map(|param| ((*param).to_owned(), value.clone())).collect();
            for body in bodies.chain([whole]) {
                let answered = desk.call(verb, &format!("/v25.0/{path}"), Some(&body)).await;
                let fine = answered.status == 200 || answered.body["error"]["message"].is_string();
                assert!(fine && answered.status < 500, "{verb} {path} {body}: {}", answered.body);
            }
        }
        assert!(desk.get(&format!("/v25.0/{NUMBER}/settings")).await.body["calling"].is_object());
    }
}
