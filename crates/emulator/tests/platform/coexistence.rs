//! A number that is also in the WhatsApp Business app.

use serde_json::{Value, json};

use crate::desk::*;

const FIELDS: [&str; 4] = ["messages", "history", "smb_app_state_sync", "smb_message_echoes"];

async fn on_app() -> Desk {
    let desk = Desk::new().await;
    let hook = json!({ "url": desk.hook_url, "fields": FIELDS });
    desk.emulator.control().set_webhook(&hook).await.unwrap();
    desk.ana_writes("before").await;
    desk.advance(SECOND).await;
    let number = desk.control("PUT", "/phone-numbers", json!({ "id": NUMBER, "is_on_biz_app": true })).await;
    assert_eq!((number.status, &number.body["throughput_mps"]), (200, &json!(20)));
    desk
}

async fn in_app(desk: &Desk, body: Value) -> Answered {
    let answer = desk.control("POST", &format!("/phone-numbers/{NUMBER}/app-messages"), body).await;
    desk.emulator.settle().await;
    answer
}

async fn sync(desk: &Desk, kind: &str) -> Answered {
    let body = json!({ "messaging_product": "whatsapp", "sync_type": kind });
    desk.call("POST", &format!("/v25.0/{NUMBER}/smb_app_data"), Some(&body)).await
}

fn last(desk: &Desk) -> Value {
    desk.receiver.got.lock().unwrap().last().unwrap().json()["entry"][0]["changes"][0].clone()
}

fn nothing_surprises(desk: &Desk) {
    for received in desk.receiver.got.lock().unwrap().iter() {
        let parsed = cloud_api::webhook::parse(&received.body).unwrap();
        assert!(parsed.surprises().is_empty(), "{:?} in {}", parsed.surprises(), received.json());
    }
}

#[tokio::test]
async fn b31_what_is_written_in_the_app_is_echoed_free_and_opens_nothing() {
    let desk = on_app().await;
    desk.advance(25 * HOUR).await;
    desk.receiver.got.lock().unwrap().clear();
    let sent = in_app(&desk, json!({ "to": ANA, "type": "text", "text": { "body": "from my phone" } })).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    desk.advance(MINUTE).await;
    let echo = last(&desk);
    assert_eq!(echo["field"], "smb_message_echoes");
    let told = &echo["value"]["message_echoes"][0];
    assert_eq!((&told["from"], &told["to"]), (&json!("15550100001"), &json!(ANA)));
    assert_eq!((&told["id"], &told["text"]["body"]), (&sent.body["wamid"], &json!("from my phone")));
    assert_eq!(desk.receiver.got.lock().unwrap().len(), 1, "no statuses");
    let thread = desk.thread().await;
    let bubble = thread["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&bubble["state"], &bubble["from_app"]), (&json!("read"), &json!(true)));
    assert_eq!(thread["service_window"]["open"], false);
    let money = desk.control("GET", "/money", Value::Null).await.body;
    assert_eq!(money["volume"], 0);
    let wamid =
        sent.body["wamid"].as_str().unwrap().replace('=', "%3D").replace('/', "%2F").replace('+', "%2B");
    let path = format!("/phone-numbers/{NUMBER}/app-messages/{wamid}");
    let edited = desk.control("POST", &format!("{path}/edit"), json!({ "text": { "body": "better" } })).await;
    desk.emulator.settle().await;
    assert_eq!(edited.status, 200, "{}", edited.body);
    let told = last(&desk)["value"]["message_echoes"][0].clone();
    assert_eq!(told["edit"]["message"]["text"]["body"], "better");
    assert_eq!(desk.control("POST", &format!("{path}/revoke"), json!({})).await.status, 200);
    desk.emulator.settle().await;
    assert_eq!(last(&desk)["value"]["message_echoes"][0]["type"], "revoke");
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b31_contacts_and_history_are_had_once_within_a_day() {
    let desk = on_app().await;
    let day =
        |back: i64| jiff::Timestamp::from_millisecond(SEPTEMBER - back * 24 * HOUR).unwrap().to_string();
    for (back, from) in
        [(170, "business"), (100, "customer"), (30, "business"), (3, "customer"), (200, "business")]
    {
        let body = json!({ "to": ANA, "type": "text", "text": { "body": format!("{back} days ago") }, "at": day(back), "from": from });
        assert_eq!(in_app(&desk, body).await.status, 201);
    }
    desk.receiver.got.lock().unwrap().clear();
    assert_eq!(sync(&desk, "smb_app_state_sync").await.status, 200);
    desk.advance(MINUTE).await;
    let contact = last(&desk)["value"]["state_sync"][0].clone();
    assert_eq!((&contact["contact"]["full_name"], &contact["action"]), (&json!("Ana"), &json!("add")));
    let asked = sync(&desk, "history").await;
    assert!(asked.body["request_id"].is_string(), "{}", asked.body);
    desk.receiver.got.lock().unwrap().clear();
    desk.advance(MINUTE).await;
    let chunks: Vec<Value> = desk.receiver.values().iter().map(|v| v["history"][0].clone()).collect();
    let metadata: Vec<Value> = chunks.iter().map(|c| c["metadata"].clone()).collect();
    assert_eq!(
        metadata,
        [
            json!({ "phase": 0, "chunk_order": 1, "progress": 33 }),
            json!({ "phase": 1, "chunk_order": 2, "progress": 66 }),
            json!({ "phase": 2, "chunk_order": 3, "progress": 100 }),
        ]
    );
    let texts = |chunk: &Value| {
        chunk["threads"][0]["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["text"]["body"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(&chunks[0]), ["before"]);
    assert_eq!(texts(&chunks[1]), ["30 days ago", "3 days ago"]);
    assert_eq!(texts(&chunks[2]), ["170 days ago", "100 days ago"]);
    assert_eq!(chunks[2]["threads"][0]["messages"][0]["history_context"]["status"], "READ");
    let again = sync(&desk, "history").await;
    assert_eq!((again.status, &again.body["error"]["error_subcode"]), (400, &json!(2_593_107)));
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b31_files_of_history_come_by_themselves() {
    let desk = Desk::new().await;
    let hook = json!({ "url": desk.hook_url, "fields": FIELDS });
    desk.emulator.control().set_webhook(&hook).await.unwrap();
    desk.ana_writes("hola").await;
    let form = reqwest::multipart::Form::new().text("type", "image").text("caption", "me").part(
        "file",
        reqwest::multipart::Part::bytes(vec![0xFF, 0xD8, 0xFF])
            .file_name("a.jpg")
            .mime_str("image/jpeg")
            .unwrap(),
    );
    let url = format!("{}/_control/customers/{ANA}/messages", desk.base);
    assert_eq!(desk.http.post(url).multipart(form).send().await.unwrap().status(), 201);
    desk.advance(HOUR).await;
    desk.control("PUT", "/phone-numbers", json!({ "id": NUMBER, "is_on_biz_app": true })).await;
    desk.receiver.got.lock().unwrap().clear();
    sync(&desk, "history").await;
    desk.advance(MINUTE).await;
    let values = desk.receiver.values();
    assert_eq!(values[0]["history"][0]["threads"][0]["messages"][1]["type"], "media_placeholder");
    assert_eq!(values[1]["messages"][0]["image"]["caption"], "me");
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b31_history_can_be_declined_and_asked_for_too_late() {
    let desk = on_app().await;
    desk.control("PUT", "/phone-numbers", json!({ "id": NUMBER, "shares_history": false })).await;
    assert_eq!(sync(&desk, "history").await.status, 200);
    desk.advance(MINUTE).await;
    assert_eq!(last(&desk)["value"]["history"][0]["errors"][0]["code"], 2_593_109);
    desk.advance(25 * HOUR).await;
    let late = sync(&desk, "smb_app_state_sync").await;
    assert_eq!(late.body["error"]["error_subcode"], 2_593_108);
    assert_eq!(sync(&desk, "other").await.code(), 100);
    let node = desk.get(&format!("/v25.0/{NUMBER}?fields=is_on_biz_app")).await.body;
    assert_eq!(node["is_on_biz_app"], true);
    desk.control("PUT", "/phone-numbers", json!({ "id": NUMBER, "is_on_biz_app": false })).await;
    let off = sync(&desk, "history").await;
    assert_eq!((off.status, off.code()), (400, 100));
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b31_customers_change_and_take_back_what_they_wrote() {
    let desk = Desk::new().await;
    let wamid = desk.ana_writes("helo").await;
    let path = |wamid: &str| {
        format!(
            "/customers/{ANA}/messages/{}",
            wamid.replace('=', "%3D").replace('/', "%2F").replace('+', "%2B")
        )
    };
    let edit = json!({ "text": { "body": "hello" } });
    let edited = desk.control("POST", &format!("{}/edit", path(&wamid)), edit.clone()).await;
    assert_eq!(edited.status, 200, "{}", edited.body);
    desk.emulator.settle().await;
    let told = desk.receiver.messages().pop().unwrap();
    assert_eq!((&told["type"], &told["unsupported"]["type"]), (&json!("unsupported"), &json!("edit")));
    assert_eq!(told["errors"][0]["code"], 131_051);
    desk.control("PUT", "/phone-numbers", json!({ "id": NUMBER, "is_on_biz_app": true })).await;
    desk.control("POST", &format!("{}/edit", path(&wamid)), edit.clone()).await;
    desk.emulator.settle().await;
    let told = desk.receiver.messages().pop().unwrap();
    assert_eq!(
        told["edit"],
        json!({ "original_message_id": wamid, "message": { "type": "text", "text": { "body": "hello" } } })
    );
    let bubble = desk.thread().await["messages"][0].clone();
    assert_eq!(bubble["text"]["body"], "hello");
    assert!(bubble["edited_at"].is_string());
    desk.advance(16 * MINUTE).await;
    assert_eq!(desk.control("POST", &format!("{}/edit", path(&wamid)), edit).await.status, 409);
    assert_eq!(desk.control("POST", &format!("{}/revoke", path(&wamid)), json!({})).await.status, 200);
    desk.emulator.settle().await;
    assert_eq!(desk.receiver.messages().pop().unwrap()["revoke"]["original_message_id"], wamid.as_str());
    let late = desk.ana_writes("late").await;
    desk.advance(49 * HOUR).await;
    assert_eq!(desk.control("POST", &format!("{}/revoke", path(&late)), json!({})).await.status, 409);
    // What a companion can't show.
    let hidden = json!({ "type": "unsupported", "code": 131_060 });
    desk.control("POST", &format!("/customers/{ANA}/messages"), hidden).await;
    desk.emulator.settle().await;
    assert_eq!(desk.receiver.messages().pop().unwrap()["errors"][0]["code"], 131_060);
    nothing_surprises(&desk);
}
