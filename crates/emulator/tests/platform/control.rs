//! The control API: customers, taps, reading, time, reset, state on disk.

use emulator::{Clock, Config, Emulator, ThreadQuery};
use serde_json::{Value, json};

use crate::desk::*;

const BUTTONS: &str = r#"{"type":"interactive","interactive":{"type":"button","body":{"text":"Which?"},"action":{"buttons":[
    {"type":"reply","reply":{"id":"yes","title":"Yes"}},{"type":"reply","reply":{"id":"no","title":"No"}}]}}}"#;
const LIST: &str = r#"{"type":"interactive","interactive":{"type":"list","body":{"text":"Which?"},"action":{"button":"Open","sections":[
    {"title":"A","rows":[{"id":"r1","title":"One","description":"The first"}]}]}}}"#;

#[tokio::test]
async fn customers_are_made_found_and_refused_twice() {
    let desk = Desk::new().await;
    let made = desk.control("POST", "/customers", json!({ "wa_id": "+34 600 111 222", "name": "Ana" })).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.body["wa_id"], ANA);
    assert!(made.body["user_id"].as_str().unwrap().starts_with("ES."));
    let twice = desk.control("POST", "/customers", json!({ "wa_id": ANA })).await;
    assert_eq!((twice.status, &twice.body["error"]["field"]), (409, &json!("wa_id")));
    let bad = desk.control("POST", "/customers", json!({ "wa_id": "nobody" })).await;
    assert_eq!(bad.status, 400);
    let fictional = desk.control("POST", "/customers", json!({})).await.body;
    assert_eq!(fictional["wa_id"], "15550200001");
    for id in [ANA, "+34600111222", made.body["user_id"].as_str().unwrap()] {
        assert_eq!(
            desk.control("GET", &format!("/customers/{id}"), Value::Null).await.body["name"],
            "Ana",
            "{id}"
        );
    }
    assert_eq!(desk.control("GET", "/customers/1", Value::Null).await.status, 404);
    assert_eq!(
        desk.control("GET", "/customers", Value::Null).await.body["data"].as_array().unwrap().len(),
        2
    );
    assert_eq!(desk.control("GET", "/nothing", Value::Null).await.status, 404);
}

#[tokio::test]
async fn replies_are_completed_from_what_the_phone_shows() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let buttons = desk.send(serde_json::from_str(BUTTONS).unwrap()).await.wamid();
    desk.send(serde_json::from_str(LIST).unwrap()).await;
    desk.advance(SECOND).await;
    let path = format!("/customers/{ANA}/messages");
    desk.control(
        "POST",
        &path,
        json!({ "type": "interactive", "interactive": { "button_reply": { "id": "no" } } }),
    )
    .await;
    desk.control("POST", &path, json!({ "type": "list_reply", "list_reply": { "id": "r1" } })).await;
    let unknown = json!({ "type": "interactive", "interactive": { "button_reply": { "id": "maybe" } } });
    let refused = desk.control("POST", &path, unknown).await;
    assert_eq!(refused.body["error"]["field"], "interactive.button_reply.id");
    desk.emulator.settle().await;
    let messages = desk.receiver.messages();
    assert_eq!(
        messages[1]["interactive"],
        json!({ "type": "button_reply", "button_reply": { "id": "no", "title": "No" } })
    );
    assert_eq!(messages[1]["context"]["id"], buttons);
    assert_eq!(
        messages[2]["interactive"]["list_reply"],
        json!({ "id": "r1", "title": "One", "description": "The first" })
    );
    let tapped = desk
        .control("POST", &format!("/customers/{ANA}/tap"), json!({ "message_id": buttons, "index": 0 }))
        .await;
    assert_eq!(tapped.status, 201);
}

#[tokio::test]
async fn a_quoted_reply_and_a_reaction_name_their_message() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let wamid = desk.text("Green or blue?").await.wamid();
    desk.advance(SECOND).await;
    let path = format!("/customers/{ANA}/messages");
    let reply = json!({ "type": "text", "text": { "body": "Blue" }, "context": { "message_id": wamid } });
    desk.control("POST", &path, reply).await;
    desk.control(
        "POST",
        &path,
        json!({ "type": "reaction", "reaction": { "message_id": wamid, "emoji": "💙" } }),
    )
    .await;
    desk.control(
        "POST",
        &path,
        json!({ "type": "reaction", "reaction": { "message_id": wamid, "emoji": "" } }),
    )
    .await;
    desk.emulator.settle().await;
    let messages = desk.receiver.messages();
    assert_eq!(messages[1]["context"], json!({ "id": wamid, "from": "15550100001" }));
    assert_eq!(messages[2]["reaction"], json!({ "message_id": wamid, "emoji": "💙" }));
    assert_eq!(messages[3]["reaction"], json!({ "message_id": wamid }));
    let thread = desk.thread().await;
    assert_eq!(thread["messages"].as_array().unwrap().len(), 3);
    assert_eq!(thread["messages"][2]["context"]["preview"], "Green or blue?");
}

#[tokio::test]
async fn nobody_reads_until_the_chat_is_opened_when_reading_is_by_hand() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    desk.control("PATCH", &format!("/customers/{ANA}"), json!({ "auto_read": false })).await;
    desk.text("one").await;
    desk.advance(HOUR).await;
    assert_eq!(desk.receiver.status_names(), ["sent", "delivered"]);
    let opened = desk.control("POST", &format!("/customers/{ANA}/open"), json!({})).await;
    assert_eq!(opened.body["read"], 1);
    desk.text("two").await;
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.status_names(), ["sent", "delivered", "read", "sent", "delivered", "read"]);
}

#[tokio::test]
async fn time_moves_by_the_control_api_only_forward() {
    let desk = Desk::new().await;
    let before = desk.control("GET", "/clock", Value::Null).await.body;
    assert_eq!(before["now"], "2026-09-01T00:00:00.000Z");
    let after = desk.control("POST", "/clock/advance", json!({ "seconds": 90 })).await.body;
    assert_eq!(after["now"], "2026-09-01T00:01:30.000Z");
    let back = desk.control("POST", "/clock/advance", json!({ "seconds": -1 })).await;
    assert_eq!(back.body["error"]["field"], "seconds");
}

#[tokio::test]
async fn reset_begins_anew_and_keeps_the_callback() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    desk.text("on its way").await;
    desk.control("POST", "/reset", Value::Null).await;
    desk.advance(MINUTE).await;
    assert!(desk.receiver.status_names().is_empty());
    assert_eq!(desk.control("GET", "/customers", Value::Null).await.body["data"], json!([]));
    desk.ana_writes("again").await;
    assert_eq!(desk.receiver.messages().len(), 2);
}

#[tokio::test]
async fn a_second_number_has_chats_of_its_own() {
    let desk = Desk::new().await;
    let number = json!({ "id": "600000000000002", "display_phone_number": "+34 911 000 222", "verified_name": "Second" });
    assert_eq!(desk.control("PUT", "/phone-numbers", number).await.status, 200);
    desk.ana_writes("to the first").await;
    let body =
        json!({ "type": "text", "text": { "body": "to the second" }, "phone_number_id": "600000000000002" });
    desk.control("POST", &format!("/customers/{ANA}/messages"), body).await;
    desk.emulator.settle().await;
    assert_eq!(desk.receiver.values()[1]["metadata"]["display_phone_number"], "34911000222");
    assert_eq!(desk.thread().await["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn chats_survive_a_restart() {
    let dir = std::env::temp_dir().join(format!("waypost-emulator-{}", std::process::id()));
    let config = || {
        let mut config = Config::new(Clock::manual(SEPTEMBER));
        config.state_file = Some(dir.join("state.json"));
        config
    };
    let first = Emulator::new(config());
    first.control().add_customer(&json!({ "wa_id": ANA, "name": "Ana" })).unwrap();
    first.control().send(ANA, &json!({ "type": "text", "text": { "body": "remember me" } })).unwrap();
    first.control().advance(HOUR);
    drop(first);
    let second = Emulator::new(config());
    let thread = second.control().thread(ANA, &ThreadQuery::default()).unwrap();
    assert_eq!(thread["messages"][0]["text"]["body"], "remember me");
    assert_eq!(thread["now"], "2026-09-01T01:00:00.000Z", "time doesn't go back");
    assert_eq!(thread["service_window"]["open"], true);
    drop(second);
    std::fs::remove_dir_all(&dir).unwrap();
}

#[tokio::test]
async fn listeners_hear_what_happens() {
    let desk = Desk::new().await;
    let mut events = desk.http.get(format!("{}/_control/events", desk.base)).send().await.unwrap();
    desk.ana_writes("hola").await;
    let mut heard = String::new();
    while !heard.contains("event: message") {
        let chunk = tokio::time::timeout(std::time::Duration::from_secs(5), events.chunk()).await;
        heard.push_str(&String::from_utf8_lossy(&chunk.expect("an event in time").unwrap().unwrap()));
    }
    assert!(heard.contains(ANA), "{heard}");
}
