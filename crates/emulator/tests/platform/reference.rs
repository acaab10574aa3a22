//! The reference scenarios A to L, by their letters.

use serde_json::{Value, json};

use crate::desk::*;
use crate::template_desk::*;

#[tokio::test]
async fn scenario_a_a_session_reply_is_sent_delivered_and_read() {
    let desk = Desk::new().await;
    desk.ana_writes("Does it come in another color?").await;
    let value = &desk.receiver.values()[0];
    assert_eq!(value["contacts"][0]["wa_id"], ANA);
    assert!(value["contacts"][0]["user_id"].as_str().unwrap().starts_with("ES."));
    assert_eq!(value["messages"][0]["from"], ANA);
    assert_eq!(value["metadata"]["phone_number_id"], NUMBER);

    let accepted = desk.text("Yes, in green").await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    assert_eq!(accepted.body["contacts"], json!([{ "input": ANA, "wa_id": ANA }]));
    desk.advance(100).await;
    assert_eq!(desk.receiver.status_names(), ["sent"]);
    desk.advance(150).await;
    desk.advance(150).await;
    assert_eq!(desk.receiver.status_names(), ["sent", "delivered", "read"]);
    let statuses = desk.receiver.statuses();
    assert_eq!(statuses[0]["pricing"]["type"], "free_customer_service");
    assert_eq!(statuses[0]["pricing"]["category"], "service");
    assert_eq!(statuses[1]["pricing"], statuses[0]["pricing"]);
    assert!(statuses[2].get("pricing").is_none());
    assert!(statuses.iter().all(|s| s["id"] == accepted.wamid() && s["recipient_id"] == ANA));
    assert!(statuses.iter().all(|s| s["recipient_user_id"].as_str().unwrap().starts_with("ES.")));
}

#[tokio::test]
async fn scenario_a_since_october_a_reply_is_billed_beyond_the_free_ones() {
    let desk = Desk::with(NOVEMBER, |config| config.free_service_messages = 1).await;
    desk.ana_writes("hola").await;
    desk.text("one").await;
    desk.text("two").await;
    desk.advance(SECOND).await;
    let kinds: Vec<Value> = desk
        .receiver
        .statuses()
        .iter()
        .filter(|s| s["status"] == "sent")
        .map(|s| s["pricing"]["type"].clone())
        .collect();
    assert_eq!(kinds, ["free_customer_service", "regular"]);
}

#[tokio::test]
async fn scenario_b_a_closed_window_fails_with_131047_and_is_never_sent() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    desk.advance(24 * HOUR + SECOND).await;
    let accepted = desk.text("too late").await;
    assert_eq!(accepted.status, 200);
    desk.advance(MINUTE).await;
    assert_eq!(desk.receiver.status_names(), ["failed"]);
    let value = desk.receiver.values().pop().unwrap();
    assert!(value.get("contacts").is_none());
    let status = &value["statuses"][0];
    assert_eq!(status["errors"][0]["code"], 131_047);
    assert_eq!(status["errors"][0]["title"], "Re-engagement message");
    assert_eq!(status["recipient_id"], ANA);
    assert!(status.get("recipient_user_id").is_none() && status.get("pricing").is_none());
    let shown = desk.thread().await;
    assert_eq!(shown["messages"].as_array().unwrap().len(), 1, "the phone never shows it");
}

#[tokio::test]
async fn scenario_c_a_template_and_then_a_quick_reply_open_the_window() {
    let desk = Desk::new().await;
    let body = json!({ "type": "template", "template": {
        "name": "order_update", "language": { "code": "es" },
        "components": [
            { "type": "body", "parameters": [{ "type": "text", "text": "Ana" }, { "type": "text", "text": "A-7" }] },
            { "type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{ "type": "payload", "payload": "track:A-7" }] },
        ],
    } });
    let accepted = desk.send(body).await;
    assert_eq!(accepted.body["messages"][0]["message_status"], "accepted", "{}", accepted.body);
    desk.advance(250).await;
    let statuses = desk.receiver.statuses();
    assert_eq!(desk.receiver.status_names(), ["sent", "delivered"]);
    assert_eq!(statuses[0]["pricing"]["category"], "utility");
    assert_eq!(statuses[0]["pricing"]["type"], "regular");

    let tapped =
        desk.control("POST", &format!("/customers/{ANA}/tap"), json!({ "title": "Seguir pedido" })).await;
    assert_eq!(tapped.status, 201, "{}", tapped.body);
    desk.emulator.settle().await;
    let message = desk.receiver.messages().pop().unwrap();
    assert_eq!(message["type"], "button");
    assert_eq!(message["button"], json!({ "text": "Seguir pedido", "payload": "track:A-7" }));
    assert_eq!(message["context"], json!({ "id": accepted.wamid(), "from": "15550100001" }));
    assert_eq!(desk.thread().await["service_window"]["open"], true);
    desk.text("On its way").await;
    desk.advance(SECOND).await;
    assert!(!desk.receiver.status_names().contains(&"failed".to_owned()));
}

#[tokio::test]
async fn scenario_d_bad_templates_are_refused_at_once() {
    let desk = Desk::new().await;
    let unknown = json!({ "type": "template", "template": { "name": "nope", "language": { "code": "es" } } });
    let refused = desk.send(unknown).await;
    assert_eq!((refused.status, refused.code()), (404, 132_001));
    let short = json!({ "type": "template", "template": { "name": "order_update", "language": { "code": "es" },
        "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "Ana" }] }] } });
    let refused = desk.send(short).await;
    assert_eq!((refused.status, refused.code()), (400, 132_000));
    assert_eq!(
        refused.details(),
        "body: number of localizable_params (1) does not match the expected number of params (2)"
    );
    desk.advance(MINUTE).await;
    assert!(desk.receiver.values().is_empty());
}

#[tokio::test]
async fn scenario_f_whoever_begins_with_a_username_is_known_by_user_id_alone() {
    let desk = Desk::new().await;
    let body = json!({ "wa_id": ANA, "name": "Ana", "username": "ana.verde" });
    let ana = desk.control("POST", "/customers", body).await.body;
    let user_id = ana["user_id"].as_str().unwrap();
    let hello = json!({ "type": "text", "text": { "body": "hola" } });
    desk.control("POST", &format!("/customers/{user_id}/messages"), hello).await;
    desk.emulator.settle().await;
    let value = desk.receiver.values().pop().unwrap();
    assert!(value["contacts"][0].get("wa_id").is_none() && value["messages"][0].get("from").is_none());
    assert_eq!(value["contacts"][0]["profile"]["username"], "@ana.verde");
    assert_eq!(value["messages"][0]["from_user_id"], user_id);

    let reply = json!({ "messaging_product": "whatsapp", "recipient": user_id, "type": "text", "text": { "body": "hi" } });
    let accepted = desk.call("POST", &format!("/{NUMBER}/messages"), Some(&reply)).await;
    assert_eq!(accepted.body["contacts"], json!([{ "input": user_id, "user_id": user_id }]));
    desk.advance(SECOND).await;
    let status = &desk.receiver.statuses()[0];
    assert!(status.get("recipient_id").is_none());
    assert_eq!(status["recipient_user_id"], user_id);
}

#[tokio::test]
async fn b18_a_phone_stays_visible_for_thirty_days_after_it_was_met() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    desk.control("PATCH", &format!("/customers/{ANA}"), json!({ "username": "@ana" })).await;
    desk.advance(29 * 24 * HOUR).await;
    let body = json!({ "type": "text", "text": { "body": "again" } });
    desk.control("POST", &format!("/customers/{ANA}/messages"), body.clone()).await;
    desk.advance(31 * 24 * HOUR).await;
    desk.control("POST", &format!("/customers/{ANA}/messages"), body).await;
    desk.emulator.settle().await;
    let messages = desk.receiver.messages();
    assert_eq!(messages[1]["from"], ANA);
    assert!(messages[2].get("from").is_none());
}

#[tokio::test]
async fn scenario_i_the_46th_message_in_a_second_to_one_person_is_refused() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    for n in 0..45 {
        let accepted = desk.text(&format!("{n}")).await;
        assert_eq!(accepted.status, 200, "{n}: {}", accepted.body);
    }
    let refused = desk.text("45").await;
    assert_eq!((refused.status, refused.code()), (400, 131_056));
    desk.advance(4 * MINUTE + 30 * SECOND).await;
    for n in 0..45 {
        assert_eq!(desk.text(&format!("{n}, again")).await.status, 200, "the whole burst is there again");
    }
}

#[tokio::test]
async fn scenario_j_a_webhook_that_was_answered_500_comes_again() {
    let desk = Desk::new().await;
    desk.receiver.answers.lock().unwrap().push_back(500);
    desk.ana_writes("hola").await;
    assert_eq!(desk.receiver.got.lock().unwrap().len(), 1);
    desk.advance(200).await;
    let got = desk.receiver.got.lock().unwrap().clone();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].body, got[1].body, "byte for byte");
    desk.advance(HOUR).await;
    assert_eq!(desk.receiver.got.lock().unwrap().len(), 2, "200 ends it");
    let log = desk.control("GET", "/webhooks", Value::Null).await.body;
    assert_eq!(log["data"][0]["state"], "delivered");
    assert_eq!(log["data"][0]["attempts"][0]["status"], 500);
    assert_eq!(log["data"][0]["attempts"][1]["status"], 200);
}

/// A template whose quality falls while most of its messages are held.
#[tokio::test]
async fn scenario_e_a_paced_template_that_turns_red_drops_what_it_holds() {
    let desk = Desk::with(SEPTEMBER, |c| {
        c.pacing = Some((100, emulator::Delay::Fixed(30 * 60_000)));
        c.throughput_mps = 2_000;
    })
    .await;
    listening(&desk).await;
    let id = approved(&desk, delivery("soap")).await;
    let mut states = Vec::new();
    for n in 0..1_000 {
        let sent = desk.send_to(&format!("346000{n:05}"), message("soap", "en_US", "Ana")).await;
        states.push(sent.body["messages"][0]["message_status"].as_str().unwrap().to_owned());
    }
    assert!(states[..100].iter().all(|state| state == "accepted"));
    assert!(states[100..].iter().all(|state| state == "held_for_quality_assessment"));
    desk.advance(MINUTE).await;
    assert_eq!(desk.receiver.status_names().iter().filter(|s| *s == "sent").count(), 100, "the rest waits");
    act(&desk, &id, "quality", json!({ "score": "RED" })).await;
    desk.advance(SECOND).await;
    let failed: Vec<Value> =
        desk.receiver.statuses().into_iter().filter(|s| s["status"] == "failed").collect();
    assert_eq!(failed.len(), 900);
    assert!(failed.iter().all(|s| s["errors"][0]["code"] == 132_015));
    let told = news(&desk, "message_template_status_update").pop().unwrap();
    assert_eq!((&told["event"], &told["other_info"]["title"]), (&json!("PAUSED"), &json!("FIRST_PAUSE")));
    assert_eq!(desk.send(message("soap", "en_US", "Ana")).await.code(), 132_015);
}

#[tokio::test]
async fn scenario_f_a_username_hides_the_phone_31_days_later() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let ana =
        desk.control("PATCH", &format!("/customers/{ANA}"), json!({ "username": "ana.verde" })).await.body;
    let user_id = ana["user_id"].as_str().unwrap();
    desk.advance(31 * 24 * HOUR).await;
    let again = json!({ "type": "text", "text": { "body": "again" } });
    desk.control("POST", &format!("/customers/{user_id}/messages"), again).await;
    desk.emulator.settle().await;
    let value = desk.receiver.values().pop().unwrap();
    let (contact, said) = (&value["contacts"][0], &value["messages"][0]);
    assert!(contact.get("wa_id").is_none() && said.get("from").is_none(), "{value}");
    assert_eq!(
        (&contact["profile"]["username"], &said["from_user_id"]),
        (&json!("@ana.verde"), &json!(user_id))
    );
    let reply = json!({ "messaging_product": "whatsapp", "recipient": user_id, "type": "text", "text": { "body": "hi" } });
    let accepted = desk.call("POST", &format!("/v25.0/{NUMBER}/messages"), Some(&reply)).await;
    assert_eq!(accepted.body["contacts"], json!([{ "input": user_id, "user_id": user_id }]));
    desk.advance(SECOND).await;
    let statuses = desk.receiver.statuses();
    assert_eq!(statuses.len(), 3);
    assert!(statuses.iter().all(|s| s.get("recipient_id").is_none() && s["recipient_user_id"] == user_id));
    let contacts = desk.receiver.values().into_iter().filter(|v| v["statuses"].is_array());
    let usernames: Vec<bool> =
        contacts.map(|v| v["contacts"][0]["profile"]["username"].is_string()).collect();
    assert_eq!(usernames, [false, true, true], "told from `delivered` on");
}

#[tokio::test]
async fn scenario_g_a_changed_number_is_told_and_the_old_user_id_reaches_nobody() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let user_id = async |wa_id: &str| {
        let customer = desk.control("GET", &format!("/customers/{wa_id}"), Value::Null).await.body;
        customer["user_id"].as_str().unwrap().to_owned()
    };
    let (old, new_number) = (user_id(ANA).await, "34600999000");
    desk.control("POST", &format!("/customers/{ANA}/number"), json!({ "wa_id": new_number })).await;
    desk.emulator.settle().await;
    let said = desk.receiver.messages().pop().unwrap();
    let new = user_id(new_number).await;
    assert_ne!(old, new);
    assert_eq!(said["system"]["type"], "user_changed_number");
    assert_eq!((&said["system"]["wa_id"], &said["from"]), (&json!(new_number), &json!(ANA)));
    assert_eq!((&said["system"]["user_id"], &said["system"]["previous_user_id"]), (&json!(new), &json!(old)));
    let to = |user_id: &str| json!({ "messaging_product": "whatsapp", "recipient": user_id, "text": { "body": "hi" } });
    let path = format!("/v25.0/{NUMBER}/messages");
    let stale = desk.call("POST", &path, Some(&to(&old))).await.wamid();
    assert_eq!(desk.failure(&stale).await, 131_026);
    let right = desk.call("POST", &path, Some(&to(&new))).await.wamid();
    assert_eq!(desk.failure(&right).await, 0);
}

#[tokio::test]
async fn scenario_h_a_file_is_too_large_or_lives_thirty_days_behind_urls_of_five_minutes() {
    let desk = Desk::new().await;
    let upload = async |bytes: Vec<u8>| {
        let part = reqwest::multipart::Part::bytes(bytes).file_name("x.jpg").mime_str("image/jpeg").unwrap();
        let form =
            reqwest::multipart::Form::new().text("messaging_product", "whatsapp").text("type", "image/jpeg");
        let url = format!("{}/v25.0/{NUMBER}/media", desk.base);
        read(desk.http.post(url).bearer_auth(TOKEN).multipart(form.part("file", part)).send().await.unwrap())
            .await
    };
    let refused = upload(vec![0; 6 * 1024 * 1024]).await;
    assert_eq!((refused.status, refused.code()), (400, 100));
    let id = upload(vec![0xFF, 0xD8, 0xFF, 0xE0]).await.body["id"].as_str().unwrap().to_owned();
    let look = async || desk.get(&format!("/v25.0/{id}")).await;
    let fetch =
        async |url: &str| desk.http.get(url).bearer_auth(TOKEN).send().await.unwrap().status().as_u16();
    let url = look().await.body["url"].as_str().unwrap().to_owned();
    assert_eq!(fetch(&url).await, 200);
    desk.advance(5 * MINUTE).await;
    assert_eq!(fetch(&url).await, 404);
    let fresh = look().await.body["url"].as_str().unwrap().to_owned();
    assert_eq!(fetch(&fresh).await, 200);
    desk.advance(31 * 24 * HOUR).await;
    let gone = look().await;
    assert_eq!((gone.status, gone.code(), &gone.body["error"]["error_subcode"]), (400, 100, &json!(33)));
}
