//! The reference scenarios, by their letters.

use serde_json::{Value, json};

use crate::desk::*;

#[tokio::test]
async fn a_session_reply_is_sent_delivered_and_read() {
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
async fn a_since_october_service_messages_are_billed_beyond_the_free_ones() {
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
async fn b_closed_window_fails_with_131047_and_is_never_sent() {
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
async fn c_template_then_quick_reply_opens_the_window() {
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
async fn d_bad_templates_are_refused_at_once() {
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
async fn f_a_customer_with_a_username_is_known_by_user_id_alone() {
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
async fn f_a_phone_stays_visible_for_thirty_days_after_it_was_met() {
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
async fn i_the_46th_message_at_once_to_one_person_is_refused() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    for n in 0..45 {
        let accepted = desk.text(&format!("{n}")).await;
        assert_eq!(accepted.status, 200, "{n}: {}", accepted.body);
    }
    let refused = desk.text("45").await;
    assert_eq!((refused.status, refused.code()), (400, 131_056));
    desk.advance(4 * MINUTE + 30 * SECOND).await;
    assert_eq!(desk.text("again").await.status, 200);
}

#[tokio::test]
async fn j_a_webhook_that_was_answered_500_comes_again() {
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

#[tokio::test]
async fn o_a_customer_who_blocked_the_business_gets_nothing() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    desk.control("POST", &format!("/customers/{ANA}/block"), Value::Null).await;
    desk.text("still there?").await;
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.statuses()[0]["errors"][0]["code"], 131_026);
    desk.control("DELETE", &format!("/customers/{ANA}/block"), Value::Null).await;
    desk.text("welcome back").await;
    desk.advance(SECOND).await;
    assert!(desk.receiver.status_names().contains(&"read".to_owned()));
}

#[tokio::test]
async fn s_a_revoked_token_is_refused_and_webhooks_go_on() {
    let desk = Desk::new().await;
    desk.control("PUT", "/tokens", json!({ "token": TOKEN, "revoked": 467 })).await;
    let refused = desk.text("hi").await;
    assert_eq!((refused.status, refused.code()), (401, 190));
    assert_eq!(refused.body["error"]["error_subcode"], 467);
    desk.ana_writes("hola").await;
    assert_eq!(desk.receiver.messages().len(), 1);
}

#[tokio::test]
async fn u_more_than_eighty_messages_in_a_second_are_refused() {
    let desk = Desk::new().await;
    for n in 0..80 {
        let body = json!({ "type": "text", "text": { "body": "hi" } });
        assert_eq!(desk.send_to(&format!("346000{n:05}"), body).await.status, 200);
    }
    let refused = desk.text("one too many").await;
    assert_eq!(refused.code(), 130_429);
    desk.advance(SECOND).await;
    assert_eq!(desk.text("again").await.status, 200);
}

#[tokio::test]
async fn x_a_voice_message_is_played() {
    let desk = Desk::with(SEPTEMBER, |c| c.link_media = emulator::LinkMedia::Trust).await;
    desk.ana_writes("hola").await;
    desk.send(json!({ "type": "audio", "audio": { "link": "https://acme.test/a.ogg", "voice": true } }))
        .await;
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.status_names(), ["sent", "delivered", "read", "played"]);
}
