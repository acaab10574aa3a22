//! Sending: what is checked at once, what fails later, what comes back.

use serde_json::{Value, json};

use crate::desk::*;

#[tokio::test]
async fn b05_a_missing_product_recipient_or_part_is_named() {
    let desk = Desk::new().await;
    let path = format!("/v25.0/{NUMBER}/messages");
    let refused =
        desk.call("POST", &path, Some(&json!({ "to": ANA, "type": "text", "text": { "body": "x" } }))).await;
    assert_eq!((refused.status, refused.code()), (400, 100));
    assert_eq!(refused.body["error"]["message"], "(#100) The parameter messaging_product is required.");
    let refused = desk
        .call("POST", &path, Some(&json!({ "messaging_product": "whatsapp", "text": { "body": "x" } })))
        .await;
    assert_eq!(refused.code(), 131_008);
    let refused = desk.send(json!({ "type": "image" })).await;
    assert_eq!(refused.code(), 131_008);
    assert!(refused.body["error"]["fbtrace_id"].as_str().unwrap().starts_with('A'));
    assert_eq!(refused.body["error"]["type"], "OAuthException");
}

#[tokio::test]
async fn b06_a_limit_is_named_with_its_numbers() {
    let desk = Desk::new().await;
    let title = "a title of 21 letters";
    let refused = desk
        .send(json!({ "type": "interactive", "interactive": { "type": "button", "body": { "text": "?" },
            "action": { "buttons": [{ "type": "reply", "reply": { "id": "a", "title": title } }] } } }))
        .await;
    assert_eq!((refused.status, refused.code()), (400, 131_009));
    assert_eq!(refused.details(), "Button title length invalid. Min length: 1, Max length: 20");
    let refused = desk.text(&"x".repeat(4_097)).await;
    assert_eq!(refused.code(), 131_009);
}

#[tokio::test]
async fn b04_numbers_are_normalised_and_input_is_echoed() {
    let desk = Desk::new().await;
    let body = json!({ "type": "text", "text": { "body": "x" } });
    let accepted = desk.send_to("+55 61 98765-4321", body).await;
    assert_eq!(accepted.body["contacts"], json!([{ "input": "+55 61 98765-4321", "wa_id": "556187654321" }]));
    let refused = desk.send_to("+1 555 010 0001", json!({ "type": "text", "text": { "body": "me" } })).await;
    assert_eq!(refused.code(), 131_021);
}

#[tokio::test]
async fn b10_callback_data_comes_back_in_every_status() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    desk.send(json!({ "type": "text", "text": { "body": "x" }, "biz_opaque_callback_data": "order:1" }))
        .await;
    desk.advance(SECOND).await;
    let statuses = desk.receiver.statuses();
    assert_eq!(statuses.len(), 3);
    assert!(statuses.iter().all(|s| s["biz_opaque_callback_data"] == "order:1"));
    let accepted = desk.control("GET", "/messages?biz_opaque_callback_data=order:1", Value::Null).await.body;
    assert_eq!(accepted["data"][0]["state"], "read");
}

#[tokio::test]
async fn b11_reactions_are_only_sent_and_show_on_the_message() {
    let desk = Desk::new().await;
    let wamid = desk.ana_writes("hola").await;
    desk.send(json!({ "type": "reaction", "reaction": { "message_id": wamid, "emoji": "👍" } })).await;
    desk.advance(MINUTE).await;
    assert_eq!(desk.receiver.status_names(), ["sent"]);
    assert_eq!(
        desk.thread().await["messages"][0]["reactions"][0],
        json!({ "emoji": "👍", "from": "business" })
    );
    desk.send(json!({ "type": "reaction", "reaction": { "message_id": wamid, "emoji": "" } })).await;
    desk.advance(MINUTE).await;
    assert_eq!(desk.thread().await["messages"][0]["reactions"], json!([]));
}

#[tokio::test]
async fn b11_a_reaction_to_nothing_fails_later() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let body = json!({ "type": "reaction", "reaction": { "message_id": "wamid.NONE", "emoji": "👍" } });
    assert_eq!(desk.send(body).await.status, 200);
    desk.advance(MINUTE).await;
    assert_eq!(desk.receiver.statuses()[0]["errors"][0]["code"], 131_009);
}

#[tokio::test]
async fn b12_a_read_receipt_turns_the_customers_ticks_and_may_show_typing() {
    let desk = Desk::new().await;
    desk.ana_writes("first").await;
    let second = json!({ "type": "text", "text": { "body": "second" } });
    let wamid =
        desk.control("POST", &format!("/customers/{ANA}/messages"), second).await.body["wamid"].clone();
    desk.emulator.settle().await;
    assert_eq!(desk.thread().await["messages"][1]["tick"], "delivered");
    let body = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": wamid,
        "typing_indicator": { "type": "text" } });
    let answer = desk.call("POST", &format!("/v25.0/{NUMBER}/messages"), Some(&body)).await;
    assert_eq!(answer.body, json!({ "success": true }));
    let thread = desk.thread().await;
    assert_eq!(thread["messages"][0]["tick"], "read", "earlier ones too");
    assert_eq!(thread["messages"][1]["tick"], "read");
    assert_eq!(thread["typing"], true);
    desk.advance(26 * SECOND).await;
    assert_eq!(desk.thread().await["typing"], false);
    let read = async |wamid: &str| {
        let body = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": wamid });
        desk.call("POST", &format!("/v25.0/{NUMBER}/messages"), Some(&body)).await
    };
    let unknown = read("wamid.NONE").await;
    assert_eq!((unknown.code(), unknown.details()), (100, "Please check the message ID you have provided."));
    let own = desk.text("hello").await.wamid();
    let outgoing = read(&own).await;
    assert_eq!(outgoing.code(), 100);
    assert!(outgoing.details().contains(&format!("{own} is outgoing")), "{}", outgoing.details());
}

#[tokio::test]
async fn b26_an_unregistered_number_cannot_send() {
    let desk = Desk::new().await;
    desk.call("POST", &format!("/v25.0/{NUMBER}/deregister"), Some(&json!({}))).await;
    assert_eq!(desk.text("x").await.code(), 133_010);
    let body = json!({ "messaging_product": "whatsapp", "pin": "123456" });
    assert_eq!(desk.call("POST", &format!("/v25.0/{NUMBER}/register"), Some(&body)).await.status, 200);
    assert_eq!(desk.text("x").await.status, 200);
    let body = json!({ "messaging_product": "whatsapp", "pin": "654321" });
    assert_eq!(desk.call("POST", &format!("/v25.0/{NUMBER}/register"), Some(&body)).await.code(), 133_005);
}

#[tokio::test]
async fn b17_a_number_that_is_not_on_whatsapp_is_undeliverable_when_so_configured() {
    let desk =
        Desk::with(SEPTEMBER, |c| c.unknown_recipients = emulator::UnknownRecipients::Undeliverable).await;
    desk.text("x").await;
    desk.advance(MINUTE).await;
    assert_eq!(desk.receiver.statuses()[0]["errors"][0]["code"], 131_026);
}

#[tokio::test]
async fn b04_the_number_may_come_as_a_number_and_the_body_as_a_form() {
    let desk = Desk::new().await;
    let body = json!({ "messaging_product": "whatsapp", "to": 34_600_111_222_u64, "text": { "body": "x" } });
    assert_eq!(desk.call("POST", &format!("/{NUMBER}/messages"), Some(&body)).await.status, 200);
    let form =
        "messaging_product=whatsapp&to=%2B34600111222&type=text&text=%7B%22body%22%3A%22from+a+form%22%7D";
    let answer = desk
        .http
        .post(format!("{}/v13.0/{NUMBER}/messages?access_token={TOKEN}", desk.base))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .send()
        .await
        .unwrap();
    let answer = read(answer).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let sent = desk.control("GET", "/messages", Value::Null).await.body;
    assert_eq!(sent["data"][1]["content"]["text"]["body"], "from a form");
}

#[tokio::test]
async fn b06_limits_are_refused_at_once_and_the_details_say_which() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let interactive = |kind: &str, body: &str, action: Value| json!({ "type": "interactive", "interactive": { "type": kind, "body": { "text": body }, "action": action } });
    let button = |id: &str, title: &str| json!({ "type": "reply", "reply": { "id": id, "title": title } });
    let rows = |n: usize| (0..n).map(|n| json!({ "id": n.to_string(), "title": "R" })).collect::<Vec<_>>();
    let list = |rows: Vec<Value>| json!({ "button": "B", "sections": [{ "title": "S", "rows": rows }] });
    let long = |n: usize| "x".repeat(n);
    let wrong = [
        json!({ "type": "text", "text": { "body": "" } }),
        json!({ "type": "text", "text": { "body": "x" }, "biz_opaque_callback_data": long(513) }),
        json!({ "type": "image", "image": { "link": "https://a.test/a.png", "caption": long(1_025) } }),
        interactive("button", &long(1_025), json!({ "buttons": [button("a", "A")] })),
        interactive("button", "?", json!({ "buttons": [] })),
        interactive("button", "?", json!({ "buttons": [button("a", "A"), button("a", "B")] })),
        interactive(
            "button",
            "?",
            json!({ "buttons": [button("a", "A"), button("b", "B"), button("c", "C"), button("d", "D")] }),
        ),
        interactive("button", "?", json!({ "buttons": [button(&long(257), "A")] })),
        interactive("list", "?", list(rows(11))),
        interactive("list", &long(4_097), list(rows(1))),
        interactive(
            "cta_url",
            "?",
            json!({ "name": "cta_url", "parameters": { "display_text": long(21), "url": "https://a.test" } }),
        ),
        json!({ "type": "location", "location": { "latitude": 91, "longitude": 0 } }),
    ];
    for body in wrong {
        let refused = desk.send(body.clone()).await;
        assert_eq!(refused.status, 400, "{body}");
        assert!([100, 131_008, 131_009].contains(&refused.code()), "{body}: {}", refused.body);
        assert!(!refused.details().is_empty(), "{body}: {}", refused.body);
    }
    desk.advance(MINUTE).await;
    assert!(desk.receiver.statuses().is_empty(), "nothing was accepted");
    for right in [
        interactive("list", &long(4_096), list(rows(10))),
        json!({ "type": "text", "text": { "body": long(4_096) } }),
    ] {
        assert_eq!(desk.send(right).await.status, 200);
    }
}

#[tokio::test]
async fn b04_a_phone_number_wins_over_a_user_id_and_wa_ids_have_national_forms() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let user_id = desk.receiver.messages()[0]["from_user_id"].clone();
    let both = json!({ "type": "text", "text": { "body": "x" }, "recipient": user_id });
    assert_eq!(desk.send(both).await.body["contacts"], json!([{ "input": ANA, "wa_id": ANA }]));
    for (to, wa_id) in [
        ("+52 1 55 1234 5678", "525512345678"),
        ("54 11 2345-6789", "5491123456789"),
        ("+55 11 98765-4321", "5511987654321"),
        ("0034600111222", ANA),
    ] {
        let accepted = desk.send_to(to, json!({ "type": "text", "text": { "body": "x" } })).await;
        assert_eq!(accepted.body["contacts"], json!([{ "input": to, "wa_id": wa_id }]));
        assert!(accepted.wamid().starts_with("wamid.HBg"));
    }
}

#[tokio::test]
async fn b12_typing_shows_until_the_next_message() {
    let desk = Desk::new().await;
    let wamid = desk.ana_writes("hola").await;
    let typing = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": wamid, "typing_indicator": { "type": "text" } });
    desk.call("POST", &format!("/v25.0/{NUMBER}/messages"), Some(&typing)).await;
    assert_eq!(desk.thread().await["typing"], true);
    desk.text("here").await;
    assert_eq!(desk.thread().await["typing"], false);
}
