//! Sending and answering: limits, idempotency, and what became of a message.

use crate::Http;
use axum::body::Body;
use http::Method;
use serde_json::{Value, json};

fn text(body: impl Into<String>) -> Value {
    json!({ "type": "text", "text": { "body": body.into() } })
}

fn buttons(titles: &[&str]) -> Value {
    let button = |(i, title)| json!({ "type": "reply", "reply": { "id": format!("b{i}"), "title": title } });
    let buttons: Vec<Value> = titles.iter().enumerate().map(button).collect();
    json!({ "type": "interactive", "interactive": {
        "type": "button", "body": { "text": "Choose" }, "action": { "buttons": buttons },
    } })
}

#[tokio::test]
async fn limits_of_the_cloud_api_are_refused_here_with_field_and_limit() {
    let mut http = Http::new().await;
    let id = http.conversation("Ana", "hello").await;
    let phone =
        http.door.get(&format!("/v1/conversations/{id}")).await.expect(200)["contact"]["phone"].clone();
    let path = format!("/v1/conversations/{id}/messages");
    let long_title = "x".repeat(21);
    for (body, field, limit) in [
        (text("x".repeat(4097)), "/text/body", 4096),
        (buttons(&["One", "Two", "Three", "Four"]), "/interactive/action/buttons", 3),
        (buttons(&[&long_title]), "/interactive/action/buttons/0/reply/title", 20),
    ] {
        let problem = http.door.post(&path, body.clone()).await.problem(422, "invalid", Some(field));
        assert_eq!(problem["limit"], limit, "{problem}");
        let mut sent = body;
        sent["from"] = http.number().into();
        sent["to"] = phone.clone();
        let problem = http.door.post("/v1/messages", sent).await.problem(422, "invalid", Some(field));
        assert_eq!(problem["limit"], limit, "{problem}");
    }
    // The limits come before the window: to somebody new they are told all the same.
    for (mut body, field, limit) in [
        (text("x".repeat(4097)), "/text/body", 4096),
        (buttons(&["One", "Two", "Three", "Four"]), "/interactive/action/buttons", 3),
        (buttons(&[&long_title]), "/interactive/action/buttons/0/reply/title", 20),
    ] {
        body["from"] = http.number().into();
        body["to"] = "+34600999888".into();
        let problem = http.door.post("/v1/messages", body).await.problem(422, "invalid", Some(field));
        assert_eq!(problem["limit"], limit, "{problem}");
    }
    let listed = http.door.get("/v1/messages?state=queued").await.expect(200);
    assert_eq!(listed["data"], json!([]), "nothing was enqueued");
}

testkit::on_both! {
    async fn an_answer_is_taken_once_per_key_and_its_story_is_told(database) {
        let mut http = Http::over(database).await;
        let id = http.conversation("Ana", "hello").await;
        let path = format!("/v1/conversations/{id}/messages");
        let send = |key: String, body: Value| {
            let door = http.door.clone();
            let path = path.clone();
            async move {
                let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
                door.call(Method::POST, &path, &headers, Body::from(body.to_string())).await
            }
        };
        let first = send("k1".into(), text("Hola")).await.expect(202);
        assert_eq!((&first["state"], &first["client_id"]), (&json!("queued"), &json!("k1")));
        assert_eq!(
            first["author"],
            json!({ "kind": "agent", "id": http.world.caller.user().unwrap().to_string(), "name": "Alba" })
        );
        let again = send("k1".into(), text("Hola")).await.expect(202);
        assert_eq!(again["id"], first["id"]);
        send("k1".into(), text("Something else")).await.problem(409, "conflict", None);
        let problem = send("k".repeat(201), text("Hola")).await.problem(400, "invalid", Some("Idempotency-Key"));
        assert_eq!(problem["limit"], 200);
        send(" ".into(), text("Hola")).await.problem(400, "invalid", Some("Idempotency-Key"));

        http.rest().await;
        let message = http.door.get(&format!("/v1/messages/{}", first["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(message["state"], "read");
        let states: Vec<_> =
            message["transitions"].as_array().unwrap().iter().map(|t| t["state"].as_str()).collect();
        for state in ["accepted", "sent", "delivered", "read"] {
            assert!(states.contains(&Some(state)), "{states:?} lacks {state}");
        }
        for moved in message["transitions"].as_array().unwrap() {
            assert!(
                moved["at"].is_string() && moved["recorded_at"].is_string() && moved["cause"]["kind"].is_string()
            );
        }
    }
}

#[tokio::test]
async fn a_script_sends_with_the_shape_of_the_cloud_api() {
    let mut http = Http::new().await;
    let customer = http.world.customer("Ana");
    http.world.says(&customer, "hello").await;
    http.rest().await;
    let body = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "from": http.number(),
        "to": format!("+{}", customer.wa_id), "type": "text", "text": { "body": "On its way" },
    });
    let message = http.door.post("/v1/messages", body.clone()).await.expect(202);
    assert_eq!(message["content"]["text"]["body"], "On its way");
    assert_eq!(message["content"].get("from"), None);
    http.rest().await;
    assert_eq!(http.world.phone_texts(&customer), ["On its way"]);

    for (field, value) in [
        ("from", json!("600000000000999")),
        ("from", json!("pho_0199c0ffee0070008000000000000999")),
        ("from", json!("+15550100001")),
        ("from", Value::Null),
        ("to", json!(34_600)),
    ] {
        let mut wrong = body.clone();
        wrong[field] = value;
        http.door.post("/v1/messages", wrong).await.problem(422, "invalid", Some(field));
    }
    let mut nowhere = body.clone();
    nowhere.as_object_mut().unwrap().remove("to");
    assert_eq!(http.door.post("/v1/messages", nowhere).await.status, 422);

    // Who knows Meta's id of the number has no need of ours.
    let mut by_meta_id = body;
    by_meta_id["from"] = json!("600000000000001");
    by_meta_id["text"]["body"] = json!("It is there");
    let message = http.door.post("/v1/messages", by_meta_id).await.expect(202);
    assert_eq!(message["phone_number_id"], http.number());
    http.rest().await;
    assert_eq!(http.world.phone_texts(&customer), ["On its way", "It is there"]);
    let number = http.door.get("/v1/phone-numbers/600000000000001").await.expect(200);
    assert_eq!(number["id"], http.number());
    http.door.get("/v1/phone-numbers/600000000000999").await.problem(404, "not-found", None);
}

#[tokio::test]
async fn outside_the_window_only_a_template_may_go() {
    let mut http = Http::new().await;
    let to = "+34600111222";
    let mut free = text("Hola");
    free["from"] = http.number().into();
    free["to"] = to.into();
    let problem = http.door.post("/v1/messages", free).await.problem(422, "rule-violated", None);
    assert!(problem["detail"].as_str().unwrap().contains("window"), "{problem}");
    let template = json!({
        "from": http.number(), "to": to, "type": "template",
        "template": { "name": "hello_world", "language": { "code": "en_US" } },
    });
    http.door.post("/v1/messages", template).await.expect(202);
    http.rest().await;
}

#[tokio::test]
async fn only_what_failed_is_tried_again_and_only_what_is_unknown_is_settled() {
    let mut http = Http::new().await;
    let id = http.conversation("Ana", "hello").await;
    let sent = http.door.post(&format!("/v1/conversations/{id}/messages"), text("Hola")).await.expect(202);
    http.rest().await;
    let path = format!("/v1/messages/{}", sent["id"].as_str().unwrap());
    http.door.json(Method::POST, &format!("{path}/retry"), &Value::Null).await.problem(
        422,
        "rule-violated",
        None,
    );
    let settle = format!("{path}/settle");
    http.door.post(&settle, json!({ "choice": "sent" })).await.problem(422, "rule-violated", None);
    http.door.post(&settle, json!({ "choice": "forget" })).await.problem(422, "invalid", Some("choice"));
}
