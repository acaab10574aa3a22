//! Enforcement and standing of accounts.

use serde_json::{Value, json};

use crate::desk::*;

impl Desk {
    async fn enforce(&self, body: Value) -> Answered {
        let answered = self.control("POST", &format!("/wabas/{WABA}/enforce"), body).await;
        assert_eq!(answered.status, 200, "{}", answered.body);
        answered
    }

    async fn waba_field(&self, field: &str) -> Value {
        self.get(&format!("/v25.0/{WABA}?fields={field}")).await.body[field].clone()
    }
}

#[tokio::test]
async fn b37_t_a_restriction_stops_templates_while_replies_go_on_until_it_ends() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    desk.ana_writes("hola").await;
    let kinds = json!(["RESTRICTED_BIZ_INITIATED_MESSAGING", "RESTRICTED_ADD_PHONE_NUMBER_ACTION"]);
    desk.enforce(json!({ "event": "ACCOUNT_VIOLATION", "violation_type": "SPAM" })).await;
    desk.enforce(json!({ "event": "ACCOUNT_RESTRICTION", "restrictions": kinds, "seconds": 86_400 })).await;
    let told = desk.told("account_update").await;
    assert_eq!(
        told[0],
        json!({ "event": "ACCOUNT_VIOLATION", "violation_info": { "violation_type": "SPAM" } })
    );
    assert_eq!(told[1]["restriction_info"][0]["expiration"], SEPTEMBER / 1_000 + 86_400);
    let refused = desk.template(ANA).await;
    assert_eq!((refused.status, refused.code()), (403, 368));
    assert_eq!(desk.text("a reply").await.status, 200);
    let new = json!({ "cc": "34", "phone_number": "911000333", "verified_name": "Lucky Madrid" });
    assert_eq!(desk.call("POST", &format!("/v25.0/{WABA}/phone_numbers"), Some(&new)).await.code(), 368);
    assert_eq!(desk.waba_field("status").await, "RESTRICTED");
    assert_eq!(desk.waba_field("health_status").await["can_send_message"], "LIMITED");
    desk.advance(24 * HOUR).await;
    assert_eq!(desk.template(ANA).await.status, 200);
    assert_eq!(desk.waba_field("status").await, "ACTIVE");
    let forever = json!({ "event": "ACCOUNT_RESTRICTION", "restrictions": ["RESTRICTED_CUSTOMER_INITIATED_MESSAGING"] });
    desk.enforce(forever).await;
    assert_eq!(desk.text("a reply").await.code(), 131_031);
    desk.enforce(json!({ "event": "RESTRICTIONS_LIFTED" })).await;
    assert_eq!(desk.text("a reply").await.status, 200);
    desk.enforce(json!({ "event": "ACCOUNT_RESTRICTION", "restrictions": ["RESTRICTED_UTILITY_TEMPLATES"] }))
        .await;
    assert_eq!(desk.template(ANA).await.code(), 131_064);
    desk.told("account_update").await;
}

#[tokio::test]
async fn b37_a_ban_is_announced_carried_out_and_taken_back() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    desk.ana_writes("hola").await;
    desk.enforce(json!({ "event": "DISABLED_UPDATE", "state": "SCHEDULE_FOR_DISABLE", "seconds": 3_600 }))
        .await;
    assert_eq!(desk.text("still here").await.status, 200);
    desk.advance(HOUR).await;
    assert_eq!(desk.text("gone").await.code(), 131_031);
    assert_eq!(desk.waba_field("status").await, "DISABLED");
    desk.enforce(json!({ "event": "DISABLED_UPDATE", "state": "REINSTATE" })).await;
    assert_eq!(desk.text("back").await.status, 200);
    let told = desk.told("account_update").await;
    let states: Vec<&Value> = told.iter().map(|value| &value["ban_info"]["waba_ban_state"]).collect();
    assert_eq!(states, ["SCHEDULE_FOR_DISABLE", "DISABLE", "REINSTATE"]);
    assert_eq!(told[0]["ban_info"]["waba_ban_date"], "September 1, 2026");
}

#[tokio::test]
async fn b37_nobody_pays_and_templates_fail_while_health_says_why() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    desk.control("PATCH", &format!("/wabas/{WABA}"), json!({ "payment_method": false })).await;
    assert_eq!(desk.failure(&desk.template(ANA).await.wamid()).await, 131_042);
    let health = desk.waba_field("health_status").await;
    assert_eq!(health["can_send_message"], "BLOCKED");
    assert_eq!(health["entities"][0]["errors"][0]["error_code"], 141_006);
    desk.ana_writes("hola").await;
    assert_eq!(desk.failure(&desk.text("a reply").await.wamid()).await, 0);
    desk.control("PATCH", &format!("/wabas/{WABA}"), json!({ "payment_method": true })).await;
    assert_eq!(desk.failure(&desk.template(ANA).await.wamid()).await, 0);
    assert_eq!(desk.number_field("health_status").await["can_send_message"], "AVAILABLE");
}

#[tokio::test]
async fn b37_reviews_alerts_and_capabilities_are_told() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    desk.enforce(json!({ "event": "ACCOUNT_REVIEW", "decision": "REJECTED" })).await;
    desk.enforce(json!({ "event": "ALERT", "alert_type": "PROFILE_PICTURE_LOST", "severity": "WARNING", "status": "ACTIVE" })).await;
    desk.enforce(json!({ "event": "CAPABILITY", "max_phone_numbers_per_business": 20 })).await;
    desk.enforce(json!({ "event": "VERIFIED_ACCOUNT" })).await;
    desk.enforce(json!({ "event": "ACCOUNT_OFFBOARDED", "phone_number": "15550100001" })).await;
    assert_eq!(desk.told("account_review_update").await, [json!({ "decision": "REJECTED" })]);
    assert_eq!(desk.told("account_alerts").await[0]["alert_info"]["alert_type"], "PROFILE_PICTURE_LOST");
    assert_eq!(desk.told("business_capability_update").await[0]["max_phone_numbers_per_business"], 20);
    assert_eq!(desk.told("account_update").await.len(), 2);
    assert_eq!(desk.waba_field("account_review_status").await, "REJECTED");
    let unknown =
        desk.control("POST", &format!("/wabas/{WABA}/enforce"), json!({ "event": "ABDUCTION" })).await;
    assert_eq!(unknown.body["error"]["field"], "event");
}

#[tokio::test]
async fn b37_marketing_can_be_kept_off_the_ordinary_edge() {
    let desk = Desk::new().await;
    let off = json!({ "disable_marketing_messages_on_cloud_api": true });
    assert_eq!(desk.call("POST", &format!("/v25.0/{WABA}"), Some(&off)).await.status, 200);
    let body = json!({ "type": "body", "parameters": [{ "type": "text", "text": "Ana" }] });
    let template = json!({ "name": "welcome_back", "language": { "code": "en_US" }, "components": [body] });
    let refused = desk.send(json!({ "type": "template", "template": template })).await;
    assert_eq!(refused.code(), 131_063);
    assert_eq!(desk.template(ANA).await.status, 200, "utility goes on");
}
