//! Webhooks in numbers: several in one delivery, to several apps, at several versions, to the right address.

use std::collections::BTreeSet;

use emulator::Batch;
use serde_json::{Value, json};

use crate::desk::*;

/// An app beside the first, with a token and subscribed to the first WABA.
async fn second_app(desk: &Desk, fields: &[&str]) -> String {
    let app = desk.control("PUT", "/apps", json!({ "name": "Second", "secret": "second-secret" })).await.body;
    let id = app["id"].as_str().unwrap().to_owned();
    desk.control("PUT", "/wabas", json!({ "id": WABA, "subscribed_apps": [APP, id] })).await;
    let hook = json!({ "url": format!("{}?second", desk.hook_url), "fields": fields, "app_id": id });
    desk.emulator.control().set_webhook(&hook).await.unwrap();
    id
}

fn all(desk: &Desk) -> Vec<Received> {
    std::mem::take(&mut *desk.receiver.got.lock().unwrap())
}

#[tokio::test]
async fn b24_many_changes_of_one_moment_come_together() {
    let desk = Desk::with(SEPTEMBER, |config| config.webhooks.batch = Batch::platform()).await;
    for n in 0..1_200 {
        let wa_id = format!("1555020{n:04}");
        desk.emulator.control().add_customer(&json!({ "wa_id": wa_id })).unwrap();
        let text = json!({ "type": "text", "text": { "body": n.to_string() } });
        desk.emulator.control().send(&wa_id, &text).unwrap();
    }
    assert!(all(&desk).is_empty());
    desk.advance(100).await;
    let got = all(&desk);
    let texts: Vec<String> = got
        .iter()
        .flat_map(|received| received.json()["entry"].as_array().unwrap().clone())
        .flat_map(|entry| entry["changes"].as_array().unwrap().clone())
        .map(|change| change["value"]["messages"][0]["text"]["body"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(texts, (0..1_200).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!(got.len(), 2);
    for received in &got {
        let header = received.headers["x-hub-signature-256"].to_str().unwrap();
        assert_eq!(cloud_api::signature::verify(&[SECRET], Some(header), &received.body), Ok(0));
        assert!(received.body.len() <= 3_000_000);
        let changes: usize = received.json()["entry"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["changes"].as_array().unwrap().len())
            .sum();
        assert!(changes <= 1_000);
        assert!(cloud_api::webhook::parse(&received.body).unwrap().surprises().is_empty());
    }
    // Every one of them is known to have arrived, and found in the log.
    let thread = desk.control("GET", "/customers/15550200007/thread", Value::Null).await.body;
    assert_eq!(thread["messages"][0]["tick"], "delivered");
    let log = desk.control("GET", "/webhooks?wa_id=15550200007", Value::Null).await.body;
    assert_eq!(log["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn b24_a_batch_waits_as_long_as_it_is_told_and_is_tried_again_whole() {
    let desk = Desk::new().await;
    let engine = json!({ "batch": { "max_changes": 3, "within_ms": 500 } });
    let engine = desk.control("PUT", "/webhook-engine", engine).await;
    assert_eq!((engine.status, &engine.body["batch"]["max_changes"]), (200, &json!(3)));
    desk.receiver.answers.lock().unwrap().push_back(500);
    for text in ["a", "b", "c", "d"] {
        desk.ana_writes(text).await;
    }
    assert!(desk.receiver.got.lock().unwrap().is_empty());
    desk.advance(500).await;
    let sizes = |got: &[Received]| {
        got.iter().map(|r| r.json()["entry"][0]["changes"].as_array().unwrap().len()).collect::<Vec<_>>()
    };
    let first = all(&desk);
    assert_eq!(sizes(&first), [3, 1]);
    desk.advance(SECOND).await;
    let again = all(&desk);
    assert_eq!(sizes(&again), [3]);
    assert_eq!(first[0].body, again[0].body);
    let log = desk.control("GET", "/webhooks?state=delivered", Value::Null).await.body;
    assert_eq!(log["data"][1]["kind"], "batch");
    assert_eq!(log["data"][1]["changes"], 3);
    let off = desk.control("PUT", "/webhook-engine", json!({ "batch": null })).await;
    assert_eq!(off.body["batch"], false);
}

#[tokio::test]
async fn b24_every_subscribed_app_gets_a_copy_with_its_own_secret_and_fields() {
    let desk = Desk::new().await;
    second_app(&desk, &["messages", "user_preferences"]).await;
    desk.ana_writes("hola").await;
    let got = all(&desk);
    let signed: BTreeSet<usize> = got
        .iter()
        .map(|r| {
            let header = r.headers["x-hub-signature-256"].to_str().unwrap();
            cloud_api::signature::verify(&[SECRET, "second-secret"], Some(header), &r.body).unwrap()
        })
        .collect();
    assert_eq!((got.len(), signed), (2, BTreeSet::from([0, 1])));
    desk.control("POST", &format!("/customers/{ANA}/preferences"), json!({ "marketing": "stop" })).await;
    desk.emulator.settle().await;
    let got = all(&desk);
    let header = got[0].headers["x-hub-signature-256"].to_str().unwrap();
    assert_eq!(got.len(), 1, "only who subscribed to the field");
    assert!(cloud_api::signature::verify(&["second-secret"], Some(header), &got[0].body).is_ok());
}

#[tokio::test]
async fn b24_the_address_of_a_number_goes_before_the_wabas_and_the_apps() {
    let desk = Desk::new().await;
    let hook = json!({ "url": desk.hook_url, "fields": ["messages", "user_preferences", "calls"] });
    desk.emulator.control().set_webhook(&hook).await.unwrap();
    let url = |name: &str| format!("{}?{name}", desk.hook_url);
    let over = |name: &str| json!({ "override_callback_uri": url(name), "verify_token": "emulator-verify" });
    let where_to = async |field: &str| {
        let log = desk.control("GET", &format!("/webhooks?kind={field}&limit=1"), Value::Null).await.body;
        log["data"][0]["url"].as_str().unwrap().to_owned()
    };
    desk.ana_writes("1").await;
    assert_eq!(where_to("message").await, desk.hook_url);
    let waba = desk.call("POST", &format!("/v25.0/{WABA}/subscribed_apps"), Some(&over("waba"))).await;
    assert_eq!(waba.status, 200, "{}", waba.body);
    desk.ana_writes("2").await;
    assert_eq!(where_to("message").await, url("waba"));
    let number = json!({ "webhook_configuration": over("number") });
    let number = desk.call("POST", &format!("/v25.0/{NUMBER}"), Some(&number)).await;
    assert_eq!(number.status, 200, "{}", number.body);
    desk.ana_writes("3").await;
    assert_eq!(where_to("message").await, url("number"));
    // Calls follow since 2026; preferences never do.
    let call = json!({ "action": "call" });
    desk.control("POST", &format!("/customers/{ANA}/calls"), call.clone()).await;
    desk.emulator.settle().await;
    assert_eq!(where_to("calls").await, url("number"));
    desk.control("POST", &format!("/customers/{ANA}/preferences"), json!({ "marketing": "stop" })).await;
    desk.emulator.settle().await;
    assert_eq!(where_to("user_preferences").await, desk.hook_url);
    desk.control("PUT", "/webhook-engine", json!({ "override_scope": "messages" })).await;
    desk.control("POST", &format!("/customers/{ANA}/calls"), json!({ "action": "hang_up" })).await;
    desk.emulator.settle().await;
    assert_eq!(where_to("calls").await, desk.hook_url);
    let gone = json!({ "webhook_configuration": { "override_callback_uri": "" } });
    assert_eq!(desk.call("POST", &format!("/v25.0/{NUMBER}"), Some(&gone)).await.status, 200);
    desk.ana_writes("4").await;
    assert_eq!(where_to("message").await, url("waba"));
}

#[tokio::test]
async fn b24_every_callback_must_answer_the_handshake() {
    let desk = Desk::new().await;
    let over = json!({ "override_callback_uri": desk.hook_url, "verify_token": "wrong" });
    let waba = desk.call("POST", &format!("/v25.0/{WABA}/subscribed_apps"), Some(&over)).await;
    let number = json!({ "webhook_configuration": over });
    let number = desk.call("POST", &format!("/v25.0/{NUMBER}"), Some(&number)).await;
    let app = json!({ "object": "whatsapp_business_account", "callback_url": desk.hook_url, "verify_token": "wrong", "fields": "messages" });
    let token = format!("{APP}|{SECRET}");
    let app = desk.call_as(Some(&token), "POST", &format!("/v25.0/{APP}/subscriptions"), Some(&app)).await;
    for refused in [waba, number, app] {
        assert_eq!((refused.status, refused.code()), (400, 2_200), "{}", refused.body);
    }
    let hook = json!({ "url": desk.hook_url, "verify_token": "wrong", "verify": true });
    assert_eq!(desk.control("PUT", "/webhook", hook).await.status, 502);
    let long = json!({ "override_callback_uri": format!("{}?{}", desk.hook_url, "x".repeat(200)), "verify_token": "emulator-verify" });
    let long = desk.call("POST", &format!("/v25.0/{WABA}/subscribed_apps"), Some(&long)).await;
    assert_eq!(long.code(), 100);
}

#[tokio::test]
async fn b24_an_app_in_development_hears_of_its_testers_and_of_tests() {
    let desk = Desk::new().await;
    desk.ana_writes("before").await;
    all(&desk);
    let app = desk.control("PUT", "/apps", json!({ "id": APP, "mode": "development" })).await;
    assert_eq!(app.body["mode"], "development");
    desk.ana_writes("unheard").await;
    assert!(all(&desk).is_empty());
    let log = desk.control("GET", "/webhooks?state=unrouted", Value::Null).await.body;
    assert_eq!(log["data"][0]["note"], "the app is in development mode");
    let test = desk.control("POST", &format!("/apps/{APP}/test-webhook"), Value::Null).await;
    desk.emulator.settle().await;
    assert_eq!(test.status, 201);
    assert_eq!(all(&desk)[0].value()["messages"][0]["text"]["body"], "this is a text message");
    desk.control("PUT", "/apps", json!({ "id": APP, "testers": [ANA] })).await;
    desk.ana_writes("heard").await;
    assert_eq!(all(&desk).len(), 1);
}

#[tokio::test]
async fn b24_statuses_name_their_conversation_until_version_23() {
    let desk = Desk::new().await;
    let second = second_app(&desk, &["messages"]).await;
    desk.control("PUT", "/apps", json!({ "id": second, "webhook_version": "v23.0" })).await;
    desk.ana_writes("hola").await;
    all(&desk);
    desk.text("hola").await;
    desk.advance(SECOND).await;
    let got = all(&desk);
    let (old, new): (Vec<_>, Vec<_>) = got.into_iter().partition(|r| {
        let header = r.headers["x-hub-signature-256"].to_str().unwrap();
        cloud_api::signature::verify(&["second-secret"], Some(header), &r.body).is_ok()
    });
    let conversations = |got: &[Received]| {
        got.iter().map(|r| r.value()["statuses"][0]["conversation"].clone()).collect::<Vec<_>>()
    };
    let named = conversations(&old);
    assert_eq!(named[0]["origin"]["type"], "service");
    assert_eq!(named[0]["id"], named[1]["id"]);
    assert_eq!(conversations(&new), [Value::Null, Value::Null, Value::Null]);
    for received in old.iter().chain(&new) {
        assert!(cloud_api::webhook::parse(&received.body).unwrap().surprises().is_empty());
    }
    // In a free entry point every version names it.
    let ad = json!({ "type": "text", "text": { "body": "from the ad" }, "referral": {
        "source_url": "https://fb.me/1", "source_id": "1", "source_type": "ad", "body": "Look", "headline": "Chat",
        "media_type": "image", "image_url": "https://a.test/i.png", "ctwa_clid": "Aff" } });
    desk.control("POST", &format!("/customers/{ANA}/messages"), ad).await;
    desk.text("welcome").await;
    desk.advance(SECOND).await;
    let free = all(&desk);
    let free = free.iter().filter(|r| r.value()["statuses"][0]["pricing"].is_object());
    let types: BTreeSet<String> =
        free.map(|r| r.value()["statuses"][0]["conversation"]["origin"]["type"].to_string()).collect();
    assert_eq!(types, BTreeSet::from(["\"referral_conversion\"".to_owned()]));
}

#[tokio::test]
async fn b24_deliveries_are_given_up_after_a_week_or_after_36_hours() {
    for (hours, attempts) in [(Value::Null, 34), (json!(36), 12)] {
        let desk = Desk::with(SEPTEMBER, |config| config.webhooks = emulator::Webhooks::patient()).await;
        desk.control("PUT", "/webhook-engine", json!({ "retry_hours": hours })).await;
        desk.receiver.answers.lock().unwrap().extend([500; 60]);
        desk.ana_writes("hola").await;
        for _ in 0..(8 * 24 * 4) {
            desk.advance(15 * MINUTE).await;
        }
        let log = desk.control("GET", "/webhooks", Value::Null).await.body;
        assert_eq!(log["data"][0]["state"], "failed");
        assert_eq!(log["data"][0]["attempt_count"], attempts, "{hours}");
    }
}

#[tokio::test]
async fn b24_a_receiver_that_takes_too_long_has_failed() {
    let desk = Desk::with(SEPTEMBER, |config| config.webhooks.timeout_ms = 100).await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", silent.local_addr().unwrap());
    desk.emulator.control().set_webhook(&json!({ "url": url })).await.unwrap();
    desk.ana_writes("hola").await;
    let log = desk.control("GET", "/webhooks", Value::Null).await.body;
    assert_eq!(log["data"][0]["state"], "pending");
    assert_eq!(log["data"][0]["attempts"][0]["error"], "time-out");
}
