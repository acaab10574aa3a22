//! The open questions of Meta's pages: each answer that the emulator can be told to model.

use serde_json::{Value, json};

use crate::desk::*;

const BUSINESS: &str = "800000000000001";

impl Desk {
    async fn answer(&self, body: Value) -> Value {
        let answered = self.control("PUT", "/open-questions", body).await;
        assert_eq!(answered.status, 200, "{}", answered.body);
        answered.body
    }

    async fn hears(&self, fields: &[&str]) {
        let hook = json!({ "url": self.hook_url, "fields": fields });
        self.emulator.control().set_webhook(&hook).await.unwrap();
    }

    async fn window(&self) -> bool {
        self.thread().await["service_window"]["open"].as_bool().unwrap()
    }

    async fn ana_says(&self, body: Value) -> Value {
        let said = self.control("POST", &format!("/customers/{ANA}/messages"), body).await;
        assert_eq!(said.status, 201, "{}", said.body);
        self.emulator.settle().await;
        said.body
    }
}

#[tokio::test]
async fn answers_are_shown_changed_taken_back_and_kept() {
    let desk = Desk::with(SEPTEMBER, |config| config.open_questions.connected_calls_per_day = 7).await;
    let usual = desk.control("GET", "/open-questions", Value::Null).await.body;
    assert_eq!((&usual["throttle_status"], &usual["connected_calls_per_day"]), (&json!(400), &json!(7)));
    let changed = desk.answer(json!({ "throttle_status": 429, "connected_calls_per_day": 5 })).await;
    assert_eq!((&changed["throttle_status"], &changed["connected_calls_per_day"]), (&json!(429), &json!(5)));
    for (wrong, field) in [
        (json!({ "throttle_status": 500 }), "throttle_status"),
        (json!({ "stale_user_id": "perhaps" }), "stale_user_id"),
        (json!({ "connected_calls_per_day": 0 }), "connected_calls_per_day"),
        (json!({ "weather": "fine" }), "weather"),
    ] {
        let refused = desk.control("PUT", "/open-questions", wrong).await;
        assert_eq!((refused.status, &refused.body["error"]["field"]), (400, &json!(field)));
    }
    let state = desk.emulator.control().export_state().await.unwrap();
    let back = desk.answer(json!({ "throttle_status": null, "connected_calls_per_day": null })).await;
    assert_eq!(back, usual);
    desk.emulator.control().import_state(state).await.unwrap();
    assert_eq!(desk.control("GET", "/open-questions", Value::Null).await.body, changed);
}

#[tokio::test]
async fn throttles_answer_400_or_429() {
    let desk = Desk::with(SEPTEMBER, |config| {
        config.throughput_mps = 1;
        config.management_calls_per_hour = 1;
    })
    .await;
    desk.control("POST", "/customers", json!({ "wa_id": ANA })).await;
    desk.text("one").await;
    desk.get(&format!("/v25.0/{WABA}")).await;
    for status in [400, 429] {
        desk.answer(json!({ "throttle_status": status })).await;
        let (rate, budget) = (desk.text("two").await, desk.get(&format!("/v25.0/{WABA}")).await);
        assert_eq!((rate.status, rate.code()), (status, 130_429));
        assert_eq!((budget.status, budget.code()), (status, 80_007));
    }
}

#[tokio::test]
async fn beyond_the_messaging_limit_messages_fail_with_the_code_that_is_chosen() {
    let desk = Desk::with(SEPTEMBER, |config| config.throughput_mps = 1_000).await;
    desk.control("PUT", "/businesses", json!({ "id": BUSINESS, "messaging_limit": "TIER_250" })).await;
    for n in 0..250 {
        assert_eq!(desk.template(&format!("3460020{n:04}")).await.status, 200);
    }
    let usual = desk.template("34600209998").await.wamid();
    assert_eq!(desk.failure(&usual).await, 131_048);
    desk.answer(json!({ "limit_exceeded_code": 131_049 })).await;
    let other = desk.template("34600209999").await.wamid();
    assert_eq!(desk.failure(&other).await, 131_049);
}

#[tokio::test]
async fn statuses_name_their_conversation_since_v24_or_not() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    desk.text("one").await;
    desk.advance(SECOND).await;
    assert!(desk.receiver.statuses().iter().all(|status| status.get("conversation").is_none()));
    desk.answer(json!({ "conversation_since_v24": true })).await;
    desk.text("two").await;
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.statuses()[3]["conversation"]["origin"]["type"], "service");
}

#[tokio::test]
async fn a_failed_message_is_lost_or_arrives_all_the_same() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let fails = json!({ "match": { "kind": "send" }, "effect": { "fail": 131_026 } });
    desk.control("POST", "/faults", fails).await;
    desk.text("lost").await;
    desk.advance(MINUTE).await;
    assert_eq!(desk.receiver.status_names(), ["failed"]);
    desk.answer(json!({ "delivered_after_failed": true })).await;
    desk.text("late").await;
    desk.advance(MINUTE).await;
    assert_eq!(desk.receiver.status_names()[1..], ["failed", "delivered", "read"]);
    let delivered = desk.receiver.statuses()[2].clone();
    assert_eq!(delivered["pricing"]["category"], "service");
    assert!(delivered.get("errors").is_none());
    assert_eq!(desk.thread().await["messages"][1]["text"]["body"], "late");
    // What nobody could have delivered stays lost.
    desk.advance(25 * HOUR).await;
    desk.text("too late").await;
    desk.advance(MINUTE).await;
    assert_eq!(desk.receiver.status_names()[4..], ["failed"]);
}

#[tokio::test]
async fn reactions_and_changes_open_the_window_or_dont() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let ours = desk.text("hi").await.wamid();
    let react = json!({ "type": "reaction", "reaction": { "message_id": ours, "emoji": "👍" } });
    desk.advance(25 * HOUR).await;
    desk.answer(json!({ "reactions_open_window": false, "edits_open_window": false })).await;
    desk.ana_says(react.clone()).await;
    assert!(!desk.window().await);
    desk.answer(json!({ "reactions_open_window": true })).await;
    desk.ana_says(react).await;
    assert!(desk.window().await);

    let said = desk.ana_says(json!({ "type": "text", "text": { "body": "typo" } })).await;
    let written = desk.clock.now_ms();
    let path =
        format!("/customers/{ANA}/messages/{}/edit", said["wamid"].as_str().unwrap().replace('=', "%3D"));
    let until = async || desk.thread().await["service_window"]["expires_at"].clone();
    let before = until().await;
    desk.advance(MINUTE).await;
    assert_eq!(desk.control("POST", &path, json!({ "text": { "body": "right" } })).await.status, 200);
    assert_eq!(until().await, before);
    desk.answer(json!({ "edits_open_window": true })).await;
    desk.control("POST", &path, json!({ "text": { "body": "right again" } })).await;
    let after: jiff::Timestamp = until().await.as_str().unwrap().parse().unwrap();
    assert_eq!(after.as_millisecond(), written + MINUTE + 24 * HOUR);
}

#[tokio::test]
async fn the_end_of_a_call_is_written_in_capitals_or_like_a_word() {
    let desk = Desk::new().await;
    desk.hears(&["messages", "calls"]).await;
    desk.control("POST", "/customers", json!({ "wa_id": ANA })).await;
    let mut words = Vec::new();
    for case in ["upper", "capitalized"] {
        desk.answer(json!({ "call_status_case": case })).await;
        for action in ["call", "hang_up"] {
            desk.control("POST", &format!("/customers/{ANA}/calls"), json!({ "action": action })).await;
            desk.emulator.settle().await;
        }
        words.push(desk.receiver.values().pop().unwrap()["calls"][0]["status"].clone());
    }
    assert_eq!(words, ["FAILED", "Failed"], "nobody took it");
}

#[tokio::test]
async fn a_person_takes_ten_calls_a_day_or_five() {
    let desk = Desk::new().await;
    let allowed = async || {
        let path = format!("/v25.0/{NUMBER}/call_permissions?user_wa_id={ANA}");
        desk.get(&path).await.body["actions"][1]["limits"][0]["max_allowed"].clone()
    };
    desk.ana_writes("hola").await;
    assert_eq!(allowed().await, 10);
    desk.answer(json!({ "connected_calls_per_day": 5 })).await;
    assert_eq!(allowed().await, 5);
}

#[tokio::test]
async fn a_participant_is_called_by_either_key() {
    let desk = Desk::new().await;
    desk.hears(&["messages", "group_lifecycle_update"]).await;
    desk.number_post("/groups", json!({ "subject": "Garden" })).await;
    desk.advance(SECOND).await;
    let group = desk.receiver.values().pop().unwrap()["groups"][0].clone();
    for who in [ANA, "34600333444"] {
        desk.control("POST", "/customers", json!({ "wa_id": who })).await;
        let join = json!({ "invite_link": group["invite_link"] });
        desk.control("POST", &format!("/customers/{who}/groups/join"), join).await;
    }
    desk.ana_says(json!({ "type": "text", "text": { "body": "all" }, "group_id": group["group_id"] })).await;
    let keys = ["recipient_participant_id", "participant_recipient_id"];
    for (key, other) in [(keys[0], keys[1]), (keys[1], keys[0])] {
        desk.answer(json!({ "group_participant_key": key })).await;
        let body = json!({ "recipient_type": "group", "type": "text", "text": { "body": "x" } });
        desk.send_to(group["group_id"].as_str().unwrap(), body).await;
        desk.advance(SECOND).await;
        let read = desk.receiver.statuses().pop().unwrap();
        assert!(read[key].is_string() && read.get(other).is_none(), "{read}");
    }
}

#[tokio::test]
async fn the_field_about_usernames_has_two_names() {
    let desk = Desk::new().await;
    desk.hears(&["business_username_update"]).await;
    let mut told = Vec::new();
    for name in ["business_username_update", "business_username_updates"] {
        desk.answer(json!({ "business_username_field": name })).await;
        desk.number_post("/username", json!({ "username": format!("shop.{}", name.len()) })).await;
        desk.emulator.settle().await;
        told.push(
            desk.receiver.got.lock().unwrap().last().unwrap().json()["entry"][0]["changes"][0]["field"]
                .clone(),
        );
    }
    assert_eq!(told, ["business_username_update", "business_username_updates"]);
}

#[tokio::test]
async fn a_new_user_id_is_told_once_or_by_the_withdrawn_field_too() {
    let desk = Desk::new().await;
    desk.hears(&["messages", "user_id_update"]).await;
    desk.ana_writes("hola").await;
    let updates =
        || desk.receiver.values().into_iter().filter(|v| v["user_id_update"].is_array()).collect::<Vec<_>>();
    desk.control("POST", &format!("/customers/{ANA}/number"), json!({ "wa_id": "34600999001" })).await;
    desk.emulator.settle().await;
    assert!(updates().is_empty());
    desk.answer(json!({ "user_id_update": true })).await;
    desk.control("POST", "/customers/34600999001/number", json!({ "wa_id": "34600999002" })).await;
    desk.emulator.settle().await;
    let update = updates()[0]["user_id_update"][0].clone();
    let system = desk.receiver.messages().pop().unwrap()["system"].clone();
    assert_eq!(update["user_id"]["previous"], system["previous_user_id"]);
    assert_eq!(
        (&update["user_id"]["current"], &update["wa_id"]),
        (&system["user_id"], &json!("34600999002"))
    );
    let parsed = desk
        .receiver
        .got
        .lock()
        .unwrap()
        .iter()
        .all(|got| cloud_api::webhook::parse(&got.body).unwrap().surprises().is_empty());
    assert!(parsed, "understood to the last key");
}

#[tokio::test]
async fn usernames_begin_with_a_sign_or_dont() {
    let desk = Desk::new().await;
    desk.control("POST", "/customers", json!({ "wa_id": ANA, "username": "ana.verde" })).await;
    desk.ana_says(json!({ "type": "text", "text": { "body": "one" } })).await;
    desk.answer(json!({ "username_at_sign": false })).await;
    desk.ana_says(json!({ "type": "text", "text": { "body": "two" } })).await;
    let names: Vec<Value> =
        desk.receiver.values().iter().map(|v| v["contacts"][0]["profile"]["username"].clone()).collect();
    assert_eq!(names, ["@ana.verde", "ana.verde"]);
}

#[tokio::test]
async fn a_stale_user_id_fails_later_or_is_refused() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let old = desk.receiver.messages()[0]["from_user_id"].clone();
    desk.control("POST", &format!("/customers/{ANA}/number"), json!({ "wa_id": "34600999001" })).await;
    let body = json!({ "messaging_product": "whatsapp", "recipient": old, "text": { "body": "hi" } });
    let path = format!("/v25.0/{NUMBER}/messages");
    let taken = desk.call("POST", &path, Some(&body)).await.wamid();
    assert_eq!(desk.failure(&taken).await, 131_026);
    desk.answer(json!({ "stale_user_id": "refused" })).await;
    let refused = desk.call("POST", &path, Some(&body)).await;
    assert_eq!((refused.status, refused.code()), (400, 100));
}

#[tokio::test]
async fn the_free_thousand_are_told_as_free_or_as_any_other() {
    let desk = Desk::with(NOVEMBER, |_| {}).await;
    desk.ana_writes("hola").await;
    for pricing in ["free_customer_service", "regular"] {
        desk.answer(json!({ "free_service_pricing": pricing })).await;
        desk.text(pricing).await;
        desk.advance(SECOND).await;
        let sent = desk.receiver.statuses().into_iter().rev().find(|s| s["status"] == "sent").unwrap();
        assert_eq!(sent["pricing"]["type"], pricing);
        assert_eq!(sent["pricing"]["billable"], pricing == "regular");
    }
    let money = desk.control("GET", "/money", Value::Null).await.body;
    assert_eq!((&money["volume"], &money["cost_usd"]), (&json!(2), &json!("0.0000")), "free on the bill");
}
