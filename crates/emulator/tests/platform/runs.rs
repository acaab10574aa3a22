//! Scenario files, customers that talk, and the promise that the same seed and script give the same webhooks.

use emulator::Scenario;
use serde_json::{Value, json};

use crate::desk::*;

/// Operations that the ready scenarios name and that this emulator may not have yet.
fn is_not_there_yet(step: &Value) -> bool {
    step["error"].as_str().is_some_and(|error| error.starts_with("404: the control API has no such path"))
}

async fn run(desk: &Desk, yaml: &str) -> Value {
    let begun = desk.control("POST", "/scenarios", json!({ "yaml": yaml })).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    begun.body
}

/// All webhooks as the log has them, the oldest first.
async fn bodies(desk: &Desk) -> Vec<String> {
    let log = desk.control("GET", "/webhooks?limit=100000", Value::Null).await.body;
    let list = log["data"].as_array().unwrap();
    list.iter().rev().map(|webhook| webhook["body"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn b40_every_ready_scenario_runs_to_its_end() {
    let mut left = Vec::new();
    for name in Scenario::names() {
        let desk = Desk::new().await;
        let begun = desk.control("POST", "/scenarios", json!({ "name": name })).await;
        assert_eq!(begun.status, 201, "{}", begun.body);
        let id = begun.body["id"].as_u64().unwrap();
        desk.advance(9 * 24 * HOUR).await;
        let run = desk.control("GET", &format!("/scenarios/{id}"), Value::Null).await.body;
        assert_eq!(run["state"], "done", "{run}");
        for step in run["steps"].as_array().unwrap().iter().filter(|step| step["state"] == "failed") {
            assert!(is_not_there_yet(step), "{name}: {step}");
            left.push(format!("{name}: {}", step["do"].as_str().unwrap()));
        }
    }
    println!("steps whose operation doesn't exist yet: {left:#?}");
}

#[tokio::test]
async fn b40_steps_happen_at_their_own_moments_and_see_earlier_answers() {
    let desk = Desk::new().await;
    let yaml = "
name: outage
steps:
  - {at: 1m, as: rule, do: POST /faults, with: {match: {kind: send}, effect: {error: 131000}}}
  - {after: 1m, do: 'DELETE /faults/{rule.id}'}
  - {at: 3m, do: POST /nowhere}
  - {at: 1m, every: 30s, times: 3, do: POST /customers, with: {name: Another}}
";
    let id = run(&desk, yaml).await["id"].clone();
    desk.ana_writes("hola").await;
    assert_eq!(desk.text("before").await.status, 200);
    desk.advance(90 * SECOND).await;
    assert_eq!(desk.text("during").await.code(), 131_000);
    desk.advance(90 * SECOND).await;
    assert_eq!(desk.text("after").await.status, 200);
    let run = desk.control("GET", &format!("/scenarios/{id}"), Value::Null).await.body;
    let states: Vec<&str> =
        run["steps"].as_array().unwrap().iter().map(|s| s["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["done", "done", "failed", "done"], "{run}");
    assert_eq!((&run["done"], &run["failed"], &run["state"]), (&json!(5), &json!(1), &json!("done")));
    assert_eq!(run["steps"][0]["last_at"], "2026-09-01T00:01:00.000Z");
    // A jump of hours doesn't move what happened on the way.
    let customers = desk.control("GET", "/customers", Value::Null).await.body;
    let appeared: Vec<&str> = customers["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|c| c["name"] == "Another")
        .map(|c| c["created_at"].as_str().unwrap())
        .collect();
    assert_eq!(
        appeared,
        ["2026-09-01T00:01:00.000Z", "2026-09-01T00:01:30.000Z", "2026-09-01T00:02:00.000Z"]
    );
}

#[tokio::test]
async fn b40_a_stopped_scenario_leaves_out_the_rest() {
    let desk = Desk::new().await;
    let id = run(&desk, "steps: [{at: 1m, do: POST /customers}, {at: 0s, every: 1s, do: GET /clock}]").await
        ["id"]
        .clone();
    desk.advance(10 * SECOND).await;
    let stopped = desk.control("DELETE", &format!("/scenarios/{id}"), Value::Null).await.body;
    assert_eq!((&stopped["state"], &stopped["done"]), (&json!("stopped"), &json!(11)));
    desk.advance(HOUR).await;
    let after = desk.control("GET", &format!("/scenarios/{id}"), Value::Null).await.body;
    assert_eq!(after["done"], 11);
    let refused =
        desk.control("POST", "/scenarios", json!({ "yaml": "steps: [{at: soon, do: GET /clock}]" })).await;
    assert_eq!((refused.status, &refused.body["error"]["field"]), (400, &json!("yaml")));
    assert_eq!(desk.control("POST", "/scenarios", json!({ "name": "none" })).await.status, 404);
}

#[tokio::test]
async fn b40_a_file_makes_a_world_with_another_business() {
    let desk = Desk::new().await;
    let yaml = "
world:
  businesses: [{id: '800000000000002', name: Another}]
  apps: [{id: '900000000000002', name: Another app, secret: s3}]
  wabas: [{id: '700000000000002', business_id: '800000000000002', subscribed_apps: ['900000000000002']}]
  phone_numbers: [{id: '600000000000002', waba_id: '700000000000002', display_phone_number: '+1 555-010-0002', verified_name: Another}]
  tokens: [{token: ANOTHER, app_id: '900000000000002', wabas: ['700000000000002'], businesses: ['800000000000002']}]
  customers: [{wa_id: '34600111222', name: Ana}]
";
    let made = run(&desk, yaml).await;
    assert_eq!((&made["failed"], &made["state"]), (&json!(0), &json!("done")), "{made}");
    let number = desk.call_as(Some("ANOTHER"), "GET", "/v25.0/600000000000002", None).await;
    assert_eq!(number.body["display_phone_number"], "+1 555-010-0002");
}

const CHATTY: &str = "
seed: 5
talk:
  - customers: 30
    per_minute: 20
    for: 10m
    says: [hola, {text: 'hi {name}', weight: 2}]
    names: [Ana, Luis]
    reads: {after: [1s, 5s]}
    waits: 2m
    complains: ['?']
    answers:
      - {asks: 'order number', say: ['A-{n}'], after: 3s}
      - {tap: random, after: [1s, 4s]}
";

/// Answers the first so many customers with buttons, by script.
async fn talk_for_a_while(seed: u64) -> (Vec<String>, Value) {
    let desk = Desk::with(SEPTEMBER, |config| config.seed = seed).await;
    run(&desk, CHATTY).await;
    for minute in 0..12 {
        desk.advance(MINUTE).await;
        for person in 0..10 {
            let to = format!("1555300000{person}");
            let body = if minute % 2 == 0 {
                json!({ "type": "text", "text": { "body": "What is your order number?" } })
            } else {
                json!({ "type": "interactive", "interactive": { "type": "button", "body": { "text": "Choose" }, "action": {
                    "buttons": [{ "type": "reply", "reply": { "id": "a", "title": "A" } }, { "type": "reply", "reply": { "id": "b", "title": "B" } }] } } })
            };
            desk.send_to(&to, body).await;
        }
    }
    desk.advance(HOUR).await;
    let crowd = desk.control("GET", "/talk", Value::Null).await.body["data"][0].clone();
    (bodies(&desk).await, crowd)
}

#[tokio::test]
async fn b40_customers_talk_and_the_same_seed_gives_the_same_webhooks() {
    let (first, crowd) = talk_for_a_while(1).await;
    let (second, again) = talk_for_a_while(1).await;
    assert_eq!(first, second);
    assert_eq!(crowd, again);
    let (other, _) = talk_for_a_while(2).await;
    assert_ne!(first, other, "another seed gives other ids");
    let counts = &crowd["counts"];
    let begun = counts["begun"].as_u64().unwrap();
    assert!((140..=260).contains(&begun), "20 per minute for ten minutes: {begun}");
    assert!(counts["tapped"].as_u64().unwrap() > 5 && counts["gave_up"].as_u64().unwrap() > 20, "{counts}");
    let said = |part: &str| first.iter().filter(|body| body.contains(part)).count();
    assert!(said("hi Ana") > 10 && said("\"A-1\"") > 0 && said("button_reply") > 5);
}

#[tokio::test]
async fn b40_some_of_a_crowd_stop_marketing_and_some_block() {
    let desk = Desk::with(SEPTEMBER, |config| config.block_us_marketing = false).await;
    let crowd = json!({ "customers": 60, "opts_out": 0.4, "blocks": 0.4, "first": "34600200000" });
    assert_eq!(desk.control("POST", "/talk", crowd).await.status, 201);
    for person in 0..60 {
        let body = json!({ "type": "template", "template": { "name": "welcome_back", "language": { "code": "es" },
            "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "Ana" }] }] } });
        let sent = desk.send_to(&format!("346002000{person:02}"), body).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
    }
    desk.advance(HOUR).await;
    let crowd = desk.control("GET", "/talk", Value::Null).await.body["data"][0].clone();
    let count = |what: &str| crowd["counts"][what].as_u64().unwrap();
    assert!((8..=40).contains(&count("opted_out")) && (8..=40).contains(&count("blocked")), "{crowd}");
    let taken = desk.control("POST", "/talk", json!({ "customers": 1, "first": "34600200059" })).await;
    assert_eq!(taken.status, 409);
    let refused = desk.control("POST", "/talk", json!({ "customers": 100_001 })).await;
    assert_eq!(refused.body["error"]["field"], "customers");
}

#[tokio::test]
async fn b40_in_load_mode_rates_are_not_limited() {
    let desk = Desk::with(SEPTEMBER, |config| config.throughput_mps = 2).await;
    desk.ana_writes("hola").await;
    desk.text("one").await;
    assert_eq!(desk.text("two").await.code(), 130_429);
    desk.control("PUT", "/load", json!({ "on": true })).await;
    for _ in 0..60 {
        assert_eq!(desk.text("more").await.status, 200);
    }
}

#[tokio::test]
async fn the_world_can_be_put_somewhere_else() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    run(&desk, "steps: [{at: 1h, do: POST /customers, with: {wa_id: '34600999888', name: Late}}]").await;
    desk.advance(10 * MINUTE).await;
    let state = desk.control("GET", "/state", Value::Null).await.body;
    let other = Desk::unsubscribed(SEPTEMBER, |_| {}).await;
    let imported = other.control("PUT", "/state", state.clone()).await;
    assert_eq!(imported.status, 200, "{}", imported.body);
    assert_eq!(other.thread().await["messages"], desk.thread().await["messages"]);
    assert_eq!(other.control("GET", "/clock", Value::Null).await.body["now"], "2026-09-01T00:10:00.000Z");
    let sent = other.text("from elsewhere").await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    other.advance(HOUR).await;
    assert_eq!(other.control("GET", "/customers/34600999888", Value::Null).await.status, 200);
    assert_eq!(other.control("PUT", "/state", json!({ "version": 1 })).await.status, 400);
}
