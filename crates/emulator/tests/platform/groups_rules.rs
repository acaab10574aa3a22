//! Behaviour 30: what may be said in groups, by whom, and what survives.

use serde_json::{Value, json};

use crate::desk::*;
use crate::groups::*;

#[tokio::test]
async fn b30_what_may_not_be_sent_to_a_group_is_refused_with_its_code() {
    let desk = desk(SEPTEMBER).await;
    let text = || json!({ "type": "text", "text": { "body": "hi" } });
    let nobody = Group { id: "Y2FwaV9ncm91cDpub25l".to_owned(), link: String::new() };
    assert_eq!(to_group(&desk, &nobody, text()).await.code(), 131_041);
    let group = made(&desk, json!({ "subject": "Garden" })).await;
    assert_eq!(to_group(&desk, &group, text()).await.code(), 131_020, "nobody else is in it");
    act(&desk, ANA, "join", json!({ "invite_link": group.link })).await;
    let location = json!({ "type": "location", "location": { "latitude": 1.0, "longitude": 2.0 } });
    assert_eq!(to_group(&desk, &group, location).await.code(), 131_051);
    let buttons = json!({ "type": "interactive", "interactive": { "type": "button", "body": { "text": "?" },
        "action": { "buttons": [{ "type": "reply", "reply": { "id": "a", "title": "A" } }] } } });
    assert_eq!(to_group(&desk, &group, buttons).await.code(), 131_051);
    let code = json!({ "name": "code", "language": "en_US", "category": "AUTHENTICATION",
        "components": [{ "type": "BODY", "text": "Your code" }] });
    desk.control("PUT", "/templates", code).await;
    let code = json!({ "type": "template", "template": { "name": "code", "language": { "code": "en_US" } } });
    assert_eq!(to_group(&desk, &group, code).await.code(), 131_051);

    let path = format!("/groups/{}", group.id);
    desk.control("PATCH", &path, json!({ "suspended": true })).await;
    desk.emulator.settle().await;
    assert_eq!(update(&desk)["type"], "group_suspend");
    let refused = to_group(&desk, &group, text()).await;
    assert_eq!((refused.status, refused.code()), (403, 131_207));
    assert_eq!(says(&desk, ANA, &group, "hello?").await.status, 409);
    desk.control("PATCH", &path, json!({ "suspended": false })).await;
    desk.emulator.settle().await;
    assert_eq!(update(&desk)["type"], "group_suspend_cleared");

    // Meta's rule for groups: without a message from somebody in it, only templates.
    assert_eq!(to_group(&desk, &group, text()).await.status, 200);
    desk.advance(SECOND).await;
    let failed = desk.receiver.statuses().pop().unwrap();
    assert_eq!((&failed["status"], &failed["errors"][0]["code"]), (&json!("failed"), &json!(131_047)));
    assert_eq!((&failed["recipient_id"], &failed["recipient_type"]), (&json!(group.id), &json!("group")));

    desk.control("PUT", "/phone-numbers", json!({ "id": NUMBER, "groups_enabled": false })).await;
    let body = json!({ "messaging_product": "whatsapp", "subject": "No" });
    let path = format!("/v25.0/{NUMBER}/groups");
    assert_eq!(desk.call("POST", &path, Some(&body)).await.code(), 131_215);
    let features = json!({ "id": NUMBER, "groups_enabled": true, "group_creation_error": 131_214 });
    desk.control("PUT", "/phone-numbers", features).await;
    desk.call("POST", &path, Some(&body)).await;
    desk.advance(SECOND).await;
    assert_eq!(
        (&update(&desk)["type"], &update(&desk)["errors"][0]["code"]),
        (&json!("group_create"), &json!(131_214))
    );
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b30_anybody_in_the_group_opens_its_window_and_phones_show_the_chat() {
    let desk = desk(SEPTEMBER).await;
    let group = with_both(&desk).await;
    desk.control("PATCH", &format!("/customers/{BEN}"), json!({ "auto_read": false })).await;
    assert_eq!(says(&desk, ANA, &group, "Hello group").await.status, 201);
    let message = desk.receiver.messages().pop().unwrap();
    assert_eq!((&message["group_id"], &message["from"]), (&json!(group.id), &json!(ANA)));
    assert_eq!(desk.receiver.values().pop().unwrap()["contacts"][0]["profile"]["name"], "Ana");

    let reply = json!({ "type": "text", "text": { "body": "Hello both" }, "context": { "message_id": message["id"] } });
    let wamid = to_group(&desk, &group, reply).await.wamid();
    desk.advance(SECOND).await;
    let delivered =
        desk.receiver.values().into_iter().find(|v| v["statuses"][0]["status"] == "delivered").unwrap();
    assert_eq!(delivered["statuses"][1]["pricing"]["type"], "free_group_customer_service");
    assert_eq!(delivered["statuses"][1]["pricing"]["category"], "group_service");
    let read = desk.receiver.values().pop().unwrap();
    assert_eq!(
        (read["statuses"].as_array().unwrap().len(), &read["statuses"][0]["recipient_participant_id"]),
        (1, &json!(ANA))
    );

    let path = format!("/groups/{}/thread?customer={BEN}", group.id);
    let thread = desk.control("GET", &path, Value::Null).await.body;
    assert_eq!((&thread["unread"], &thread["service_window"]["open"]), (&json!(1), &json!(true)));
    let bubbles = thread["messages"].as_array().unwrap();
    assert_eq!((&bubbles[0]["author"]["name"], &bubbles[0]["own"]), (&json!("Ana"), &json!(false)));
    assert_eq!(
        (&bubbles[1]["author"]["name"], &bubbles[1]["author"]["business"]),
        (&json!("Lucky Shrub"), &json!(true))
    );
    assert_eq!(bubbles[1]["context"]["preview"], "Hello group");
    assert_eq!(bubbles[1]["receipts"][0]["state"], "read");
    let ben = desk.control("GET", &format!("/customers/{BEN}"), Value::Null).await.body;
    assert_eq!(
        (&ben["groups"][0]["unread"], &ben["groups"][0]["last"]["preview"]),
        (&json!(1), &json!("Hello both"))
    );
    act(&desk, BEN, "read", json!({ "group_id": group.id })).await;
    let read = desk.receiver.statuses().pop().unwrap();
    assert_eq!((&read["status"], &read["id"]), (&json!("read"), &json!(wamid)));
    assert_eq!(read["recipient_participant_id"], BEN);

    for (who, emoji) in [(ANA, "👍"), (BEN, "🌵")] {
        let body = json!({ "type": "reaction", "reaction": { "message_id": wamid, "emoji": emoji }, "group_id": group.id });
        desk.control("POST", &format!("/customers/{who}/messages"), body).await;
    }
    desk.emulator.settle().await;
    let reacted = desk.control("GET", &format!("/groups/{}/thread", group.id), Value::Null).await.body;
    let reactions = reacted["messages"][1]["reactions"].clone();
    assert_eq!(reactions[0], json!({ "emoji": "👍", "from": "customer", "wa_id": ANA }));
    assert_eq!(reactions[1]["wa_id"], BEN);
    let listed = desk.control("GET", &format!("/messages?wa_id={}", group.id), Value::Null).await.body;
    assert_eq!((&listed["data"][0]["wamid"], listed["data"].as_array().unwrap().len()), (&json!(wamid), 1));

    let receipt = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": message["id"] });
    let refused = desk.call("POST", &format!("/v25.0/{NUMBER}/messages"), Some(&receipt)).await;
    assert_eq!(refused.code(), 131_009, "the business can't mark a group's messages as read");
    assert!(
        desk.thread().await["messages"].as_array().unwrap().is_empty(),
        "the chats beside it are untouched"
    );
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b30_at_most_three_messages_are_pinned() {
    let desk = desk(SEPTEMBER).await;
    let group = with_both(&desk).await;
    let mut said = Vec::new();
    for text in ["one", "two", "three", "four"] {
        said.push(says(&desk, ANA, &group, text).await.body["wamid"].clone());
    }
    let pin = |wamid: &Value| json!({ "type": "pin", "pin": { "type": "pin", "message_id": wamid, "expiration_days": 7 } });
    for wamid in &said {
        assert_eq!(to_group(&desk, &group, pin(wamid)).await.status, 200);
        desk.advance(SECOND).await;
    }
    let pins = async || {
        desk.control("GET", &format!("/groups/{}", group.id), Value::Null).await.body["pins"].clone()
    };
    let now: Vec<Value> = pins().await.as_array().unwrap().iter().map(|pin| pin["wamid"].clone()).collect();
    assert_eq!(now, said[1..]);
    assert!(desk.receiver.status_names().iter().all(|status| status == "sent"));
    let unpin = json!({ "type": "pin", "pin": { "type": "unpin", "message_id": said[1] } });
    to_group(&desk, &group, unpin).await;
    desk.advance(SECOND).await;
    assert_eq!(pins().await.as_array().unwrap().len(), 2);
    desk.advance(8 * 24 * HOUR).await;
    assert_eq!(pins().await, json!([]));
    assert_eq!(to_group(&desk, &group, pin(&json!("wamid.nothing"))).await.code(), 131_009);
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b30_another_tenants_group_looks_like_one_that_is_not_there() {
    let desk = desk(SEPTEMBER).await;
    let group = with_both(&desk).await;
    let waba = desk.control("PUT", "/wabas", json!({ "name": "Another" })).await.body["id"].clone();
    let number =
        json!({ "display_phone_number": "+1 555-010-0002", "verified_name": "Another", "waba_id": waba });
    let number = desk.control("PUT", "/phone-numbers", number).await.body["id"].clone();
    let token = json!({ "token": "OTHER", "wabas": [waba], "businesses": [] });
    desk.control("PUT", "/tokens", token).await;
    for (method, path) in [
        ("GET", ""),
        ("POST", ""),
        ("DELETE", ""),
        ("GET", "/invite_link"),
        ("GET", "/join_requests"),
        ("DELETE", "/participants"),
    ] {
        let refused = desk.call_as(Some("OTHER"), method, &format!("/v25.0/{}{path}", group.id), None).await;
        assert_eq!(
            (refused.code(), &refused.body["error"]["error_subcode"]),
            (100, &json!(33)),
            "{method} {path}"
        );
    }
    let mut body = welcome();
    body["messaging_product"] = json!("whatsapp");
    body["recipient_type"] = json!("group");
    body["to"] = json!(group.id);
    let path = format!("/v25.0/{}/messages", number.as_str().unwrap());
    assert_eq!(desk.call_as(Some("OTHER"), "POST", &path, Some(&body)).await.code(), 131_041);
}

#[tokio::test]
async fn b30_groups_calls_and_what_is_planned_for_them_survive_a_restart() {
    let dir = std::env::temp_dir().join(format!("waypost-emulator-groups-{}", std::process::id()));
    let config = || {
        let mut config = emulator::Config::new(emulator::Clock::manual(SEPTEMBER));
        config.state_file = Some(dir.join("state.json"));
        config
    };
    let first = emulator::Emulator::new(config());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v25.0/{NUMBER}/groups", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, first.router()).await });
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = json!({ "messaging_product": "whatsapp", "subject": "Later" });
    let asked = read(http.post(url).bearer_auth(TOKEN).json(&body).send().await.unwrap()).await;
    assert!(asked.body["request_id"].is_string(), "{}", asked.body);
    serving.abort();
    drop(serving.await);

    let second = emulator::Emulator::new(config()).control();
    assert_eq!(second.groups(None).unwrap()["data"], json!([]));
    second.advance(SECOND);
    let group = second.groups(Some(NUMBER)).unwrap()["data"][0].clone();
    assert_eq!(group["subject"], "Later");
    second.add_customer(&json!({ "wa_id": ANA })).unwrap();
    second.act_in_group(ANA, "join", &json!({ "invite_link": group["invite_link"] })).unwrap();
    second.act_on_call(ANA, &json!({ "action": "call" })).unwrap();
    second.advance(2 * MINUTE);
    assert_eq!(second.calls(&emulator::CallQuery::default())["data"][0]["state"], "ended");
    std::fs::remove_dir_all(&dir).unwrap();
}
