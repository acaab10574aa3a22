//! Webhooks on their way: signature, retries, faults, order, the same again from the same seed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::desk::*;

#[tokio::test]
async fn b24_webhooks_are_signed_over_their_exact_bytes() {
    let desk = Desk::new().await;
    desk.ana_writes("¿Y esto? https://a.test/á").await;
    let got = desk.receiver.got.lock().unwrap()[0].clone();
    let header = got.headers["x-hub-signature-256"].to_str().unwrap();
    assert_eq!(cloud_api::signature::verify(&[SECRET], Some(header), &got.body), Ok(0));
    assert!(cloud_api::signature::verify(&["other"], Some(header), &got.body).is_err());
    let text = std::str::from_utf8(&got.body).unwrap();
    assert!(text.is_ascii() && text.contains("https:\\/\\/a.test\\/\\u00e1"), "{text}");
    assert_eq!(got.value()["messages"][0]["text"]["body"], "¿Y esto? https://a.test/á");
    assert_eq!(got.headers["content-type"], "application/json");
    assert!(got.headers["x-hub-signature"].to_str().unwrap().starts_with("sha1="));
}

#[tokio::test]
async fn b24_a_receiver_that_was_away_gets_everything_later() {
    let desk = Desk::unsubscribed(SEPTEMBER, |_| {}).await;
    // Nobody listens there.
    desk.emulator.control().set_webhook(&json!({ "url": "http://127.0.0.1:9/hook" })).await.unwrap();
    desk.ana_writes("one").await;
    desk.ana_writes("two").await;
    desk.advance(10 * SECOND).await;
    let log = desk.control("GET", "/webhooks?state=pending", Value::Null).await.body;
    assert_eq!(log["data"].as_array().unwrap().len(), 2);
    assert_eq!(log["data"][0]["attempts"][0]["error"], "could not connect");
    for entry in log["data"].as_array().unwrap().iter().rev() {
        desk.emulator.control().set_webhook(&json!({ "url": desk.hook_url })).await.unwrap();
        let again = desk.control("POST", &format!("/webhooks/{}/redeliver", entry["id"]), Value::Null).await;
        assert_eq!(again.status, 200);
        desk.emulator.settle().await;
    }
    let texts: Vec<Value> = desk.receiver.messages().iter().map(|m| m["text"]["body"].clone()).collect();
    assert_eq!(texts, ["one", "two"]);
}

#[tokio::test]
async fn b24_after_the_last_attempt_a_webhook_is_given_up() {
    let desk = Desk::with(SEPTEMBER, |c| c.webhooks.schedule_ms = vec![0, 1_000]).await;
    desk.receiver.answers.lock().unwrap().extend([500, 500]);
    desk.ana_writes("hola").await;
    desk.advance(SECOND).await;
    desk.advance(HOUR).await;
    assert_eq!(desk.receiver.got.lock().unwrap().len(), 2);
    let log = desk.control("GET", "/webhooks", Value::Null).await.body;
    assert_eq!(log["data"][0]["state"], "failed");
}

#[tokio::test]
async fn b24_each_customers_webhooks_arrive_in_order() {
    let desk = Desk::new().await;
    for n in 0..50 {
        let body = json!({ "type": "text", "text": { "body": n.to_string() } });
        desk.control("POST", "/customers", json!({ "wa_id": ANA })).await;
        desk.control("POST", &format!("/customers/{ANA}/messages"), body).await;
    }
    desk.emulator.settle().await;
    let texts: Vec<String> =
        desk.receiver.messages().iter().map(|m| m["text"]["body"].as_str().unwrap().to_owned()).collect();
    assert_eq!(texts, (0..50).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn b40_faults_duplicate_drop_delay_and_reorder_webhooks() {
    let desk = Desk::new().await;
    let fault = |fault: &str| json!({ "match": { "kind": "webhook.message" }, "effect": { "webhook": fault, "delay_ms": 5000 }, "times": 1 });
    desk.control("POST", "/faults", fault("duplicate")).await;
    desk.ana_writes("twice").await;
    desk.control("POST", "/faults", fault("drop")).await;
    desk.ana_writes("never").await;
    desk.control("POST", "/faults", fault("delay")).await;
    desk.ana_writes("late").await;
    desk.control("POST", "/faults", fault("reorder")).await;
    desk.ana_writes("second").await;
    desk.ana_writes("first").await;
    desk.advance(5 * SECOND).await;
    let texts: Vec<Value> = desk.receiver.messages().iter().map(|m| m["text"]["body"].clone()).collect();
    assert_eq!(texts, ["twice", "twice", "first", "second", "late"]);
    let got = desk.receiver.got.lock().unwrap().clone();
    assert_eq!(got[0].body, got[1].body);
    let rules = desk.control("GET", "/faults", Value::Null).await.body;
    assert_eq!(rules["data"][0]["hits"], 1);
}

#[tokio::test]
async fn b40_faults_refuse_break_and_cut_requests() {
    let desk = Desk::new().await;
    let fault = |effect: Value| json!({ "match": { "kind": "send" }, "effect": effect, "times": 1 });
    desk.control("POST", "/faults", fault(json!({ "error": 131_016 }))).await;
    let refused = desk.text("refused").await;
    assert_eq!((refused.status, refused.code()), (500, 131_016));
    assert_eq!(refused.body["error"]["is_transient"], true);

    desk.control("POST", "/faults", fault(json!({ "status": 503 }))).await;
    assert_eq!(desk.text("before").await.status, 503);
    desk.control("POST", "/faults", fault(json!({ "status": 502, "when": "after" }))).await;
    assert_eq!(desk.text("after").await.status, 502);
    let url = format!("{}/v25.0/{NUMBER}/messages", desk.base);
    for when in ["before", "after"] {
        desk.control("POST", "/faults", fault(json!({ "cut": true, "when": when }))).await;
        let body =
            json!({ "messaging_product": "whatsapp", "to": ANA, "text": { "body": format!("cut {when}") } });
        let cut = desk.http.post(&url).bearer_auth(TOKEN).json(&body).send().await;
        let lost = match cut {
            Err(_) => true,
            Ok(response) => response.bytes().await.is_err(),
        };
        assert!(lost, "the connection was cut");
    }
    desk.control("POST", "/faults", fault(json!({ "fail": 131_000 }))).await;
    desk.text("fails later").await;
    let accepted = desk.control("GET", "/messages", Value::Null).await.body;
    let texts: Vec<&Value> =
        accepted["data"].as_array().unwrap().iter().map(|m| &m["content"]["text"]["body"]).collect();
    assert_eq!(texts, ["after", "cut after", "fails later"]);
}

#[tokio::test]
async fn b40_the_same_seed_and_script_give_the_same_webhooks() {
    async fn run(seed: u64) -> BTreeSet<String> {
        let desk = Desk::with(SEPTEMBER, |c| {
            c.seed = seed;
            c.timing = emulator::Timing::realistic();
            c.public_url = "http://emulator.test".to_owned();
        })
        .await;
        desk.ana_writes("hola").await;
        for n in 0..20 {
            desk.text(&n.to_string()).await;
            desk.advance(7 * SECOND).await;
        }
        desk.advance(24 * HOUR).await;
        let log = desk.control("GET", "/webhooks?limit=1000", Value::Null).await.body;
        log["data"].as_array().unwrap().iter().map(|d| format!("{} {}", d["id"], d["body"])).collect()
    }
    let first = run(7).await;
    assert!(first.len() > 40, "{}", first.len());
    assert_eq!(first, run(7).await);
    assert_ne!(first, run(8).await);
}
