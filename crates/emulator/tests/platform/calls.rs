//! Calls: signalling, permission, limits and what they do to the service window.

use serde_json::{Value, json};

use crate::desk::*;

const SDP: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
const DAY: i64 = 24 * HOUR;

/// A desk whose app hears of calls, with Ana.
async fn desk() -> Desk {
    let desk = Desk::new().await;
    let webhook = json!({ "url": desk.hook_url, "fields": ["messages", "calls"] });
    desk.emulator.control().set_webhook(&webhook).await.unwrap();
    desk.control("POST", "/customers", json!({ "wa_id": ANA, "name": "Ana" })).await;
    desk
}

async fn ana(desk: &Desk, body: Value) -> Answered {
    let answer = desk.control("POST", &format!("/customers/{ANA}/calls"), body).await;
    desk.emulator.settle().await;
    answer
}

async fn business(desk: &Desk, mut body: Value) -> Answered {
    body["messaging_product"] = json!("whatsapp");
    let answer = desk.call("POST", &format!("/v25.0/{NUMBER}/calls"), Some(&body)).await;
    desk.emulator.settle().await;
    answer
}

async fn connect(desk: &Desk) -> Answered {
    let session = json!({ "sdp_type": "offer", "sdp": SDP });
    business(desk, json!({ "to": format!("+{ANA}"), "action": "connect", "session": session, "biz_opaque_callback_data": "order:1" })).await
}

async fn on(desk: &Desk, call: &Value, action: &str) -> Answered {
    let mut body = json!({ "call_id": call, "action": action });
    if action.ends_with("accept") {
        body["session"] = json!({ "sdp_type": "answer", "sdp": SDP });
    }
    business(desk, body).await
}

async fn ask(desk: &Desk) -> Answered {
    let action = json!({ "name": "call_permission_request" });
    let part =
        json!({ "type": "call_permission_request", "body": { "text": "May we call?" }, "action": action });
    desk.send(json!({ "type": "interactive", "interactive": part })).await
}

async fn may_call(desk: &Desk) {
    let answer = ana(desk, json!({ "action": "permission", "response": "accept", "permanent": true })).await;
    assert_eq!(answer.body["permission"]["status"], "permanent", "{}", answer.body);
}

async fn permissions(desk: &Desk) -> Value {
    desk.get(&format!("/v25.0/{NUMBER}/call_permissions?user_wa_id={ANA}")).await.body
}

/// `calls[0]` of every webhook.
fn events(desk: &Desk) -> Vec<Value> {
    let values = desk.receiver.values();
    values.iter().filter(|v| v["calls"].is_array()).map(|v| v["calls"][0].clone()).collect()
}

fn nothing_surprises(desk: &Desk) {
    for received in desk.receiver.got.lock().unwrap().iter() {
        let parsed = cloud_api::webhook::parse(&received.body).unwrap();
        assert!(parsed.surprises().is_empty(), "{:?} in {}", parsed.surprises(), received.json());
    }
}

#[tokio::test]
async fn b29_a_customer_calls_is_answered_and_hangs_up_and_the_window_is_open() {
    let desk = desk().await;
    let call = ana(&desk, json!({ "action": "call" })).await;
    assert_eq!((call.status, &call.body["state"]), (201, &json!("ringing")), "{}", call.body);
    let value = desk.receiver.values().pop().unwrap();
    assert_eq!(value["contacts"][0]["wa_id"], ANA);
    let connect = &value["calls"][0];
    assert_eq!((&connect["event"], &connect["direction"]), (&json!("connect"), &json!("USER_INITIATED")));
    assert_eq!((&connect["from"], &connect["to"]), (&json!(ANA), &json!("15550100001")));
    assert!(
        connect["from_user_id"].as_str().unwrap().starts_with("ES.") && connect.get("to_user_id").is_none()
    );
    assert_eq!(connect["session"]["sdp_type"], "offer");
    assert!(connect["session"]["sdp"].as_str().unwrap().starts_with("v=0\r\n"));
    assert!(connect["id"].as_str().unwrap().starts_with("wacid.HBgL"));

    assert_eq!(
        on(&desk, &connect["id"], "pre_accept").await.body,
        json!({ "messaging_product": "whatsapp", "success": true })
    );
    assert_eq!(on(&desk, &connect["id"], "pre_accept").await.code(), 131_009);
    let taken = json!({ "call_id": connect["id"], "action": "accept", "biz_opaque_callback_data": "desk 3",
        "session": { "sdp_type": "answer", "sdp": SDP } });
    assert_eq!(business(&desk, taken).await.status, 200);
    desk.advance(100 * SECOND).await;
    let ended = ana(&desk, json!({ "action": "hang_up" })).await.body;
    assert_eq!((&ended["state"], &ended["answer"]), (&json!("ended"), &json!(SDP)));
    let terminate = events(&desk).pop().unwrap();
    assert_eq!((&terminate["event"], &terminate["status"]), (&json!("terminate"), &json!("COMPLETED")));
    assert_eq!(
        (&terminate["duration"], &terminate["biz_opaque_callback_data"]),
        (&json!(100), &json!("desk 3"))
    );
    assert_eq!(terminate["start_time"], (SEPTEMBER / SECOND).to_string());
    assert_eq!(terminate["end_time"], (SEPTEMBER / SECOND + 100).to_string());
    assert_eq!(events(&desk).len(), 2);
    assert_eq!(on(&desk, &connect["id"], "terminate").await.code(), 131_009);

    desk.text("Thanks for calling").await;
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.status_names(), ["sent", "delivered", "read"]);
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b29_a_call_that_the_business_does_not_take_in_a_minute_is_missed_and_opens_the_window_all_the_same()
{
    let desk = desk().await;
    ana(&desk, json!({ "action": "call", "sdp": SDP, "deeplink_payload": "ad-7" })).await;
    let connect = &events(&desk)[0];
    assert_eq!((&connect["session"]["sdp"], &connect["deeplink_payload"]), (&json!(SDP), &json!("ad-7")));
    assert_eq!(ana(&desk, json!({ "action": "call" })).await.status, 409, "one call at a time");
    desk.advance(59 * SECOND).await;
    assert_eq!(events(&desk).len(), 1);
    desk.advance(SECOND).await;
    let value = desk.receiver.values().pop().unwrap();
    assert_eq!(
        (&value["calls"][0]["event"], &value["calls"][0]["status"]),
        (&json!("terminate"), &json!("FAILED"))
    );
    assert!(value["calls"][0].get("duration").is_none());
    assert_eq!(value["errors"][0]["code"], 138_007);
    assert_eq!(on(&desk, &connect["id"], "accept").await.code(), 131_009);
    assert_eq!(desk.thread().await["service_window"]["open"], true);

    ana(&desk, json!({ "action": "call" })).await;
    let again = events(&desk).pop().unwrap();
    assert_eq!(on(&desk, &again["id"], "reject").await.status, 200);
    let rejected = events(&desk).pop().unwrap();
    assert_eq!((&rejected["event"], &rejected["status"]), (&json!("terminate"), &json!("FAILED")));
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b29_the_business_calls_with_permission_and_the_customer_answers() {
    let desk = desk().await;
    let refused = connect(&desk).await;
    assert_eq!((refused.status, refused.code()), (401, 138_006));
    may_call(&desk).await;
    let accepted = connect(&desk).await;
    assert_eq!((accepted.status, &accepted.body["success"]), (200, &json!(true)), "{}", accepted.body);
    let id = accepted.body["calls"][0]["id"].clone();
    assert_eq!(connect(&desk).await.code(), 138_003);
    assert_eq!(ana(&desk, json!({ "action": "accept" })).await.status, 409, "the phone doesn't ring yet");
    desk.advance(100).await;
    let ringing = desk.receiver.statuses().pop().unwrap();
    assert_eq!(
        (&ringing["id"], &ringing["type"], &ringing["status"]),
        (&id, &json!("call"), &json!("RINGING"))
    );
    assert_eq!(
        (&ringing["recipient_id"], &ringing["biz_opaque_callback_data"]),
        (&json!(ANA), &json!("order:1"))
    );
    desk.advance(30 * SECOND).await;
    ana(&desk, json!({ "action": "accept", "sdp": SDP })).await;
    let answered = events(&desk).pop().unwrap();
    assert_eq!(
        (&answered["direction"], &answered["event"]),
        (&json!("BUSINESS_INITIATED"), &json!("connect"))
    );
    assert_eq!(answered["session"], json!({ "sdp_type": "answer", "sdp": SDP }));
    assert_eq!((&answered["to"], &answered["from"]), (&json!(ANA), &json!("15550100001")));
    assert_eq!(desk.receiver.statuses().pop().unwrap()["status"], "ACCEPTED");
    desk.advance(DAY - HOUR).await;
    assert_eq!(desk.thread().await["service_window"]["open"], true, "taking the call opened it");
    assert_eq!(on(&desk, &id, "terminate").await.status, 200);
    let ended = events(&desk).pop().unwrap();
    assert_eq!(
        (&ended["status"], &ended["biz_opaque_callback_data"]),
        (&json!("COMPLETED"), &json!("order:1"))
    );

    connect(&desk).await;
    desk.advance(SECOND).await;
    ana(&desk, json!({ "action": "reject" })).await;
    assert_eq!(desk.receiver.statuses().pop().unwrap()["status"], "REJECTED");
    assert_eq!(events(&desk).pop().unwrap()["status"], "FAILED");

    connect(&desk).await;
    desk.advance(SECOND).await;
    ana(&desk, json!({ "action": "accept" })).await;
    ana(&desk, json!({ "action": "fail", "code": 138_021 })).await;
    let value = desk.receiver.values().pop().unwrap();
    assert_eq!(
        (&value["calls"][0]["status"], &value["errors"][0]["code"]),
        (&json!("FAILED"), &json!(138_021))
    );
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b29_permission_is_asked_for_granted_for_a_week_and_runs_out() {
    let desk = desk().await;
    desk.ana_writes("hola").await;
    assert_eq!(permissions(&desk).await["permission"], json!({ "status": "no_permission" }));
    let request = ask(&desk).await.wamid();
    desk.advance(SECOND).await;
    let actions = permissions(&desk).await["actions"].clone();
    assert_eq!(
        (&actions[0]["action_name"], &actions[0]["can_perform_action"]),
        (&json!("send_call_permission_request"), &json!(false))
    );
    assert_eq!(
        (&actions[0]["limits"][0]["time_period"], &actions[0]["limits"][0]["current_usage"]),
        (&json!("PT24H"), &json!(1))
    );
    assert_eq!(actions[0]["limits"][0]["limit_expiration_time"], (SEPTEMBER + DAY) / SECOND);
    assert_eq!(
        (&actions[1]["action_name"], &actions[1]["can_perform_action"]),
        (&json!("start_call"), &json!(false))
    );

    ana(&desk, json!({ "action": "permission", "response": "accept" })).await;
    let reply = desk.receiver.messages().pop().unwrap();
    assert_eq!((&reply["type"], &reply["context"]["id"]), (&json!("interactive"), &json!(request)));
    let until = (SEPTEMBER + SECOND + 7 * DAY) / SECOND;
    assert_eq!(
        reply["interactive"],
        json!({ "type": "call_permission_reply", "call_permission_reply": {
        "response": "accept", "is_permanent": false, "expiration_timestamp": until.to_string(), "response_source": "user_action",
    } })
    );
    let now = permissions(&desk).await;
    assert_eq!(now["permission"], json!({ "status": "temporary", "expiration_time": until }));
    assert_eq!(now["actions"][1]["can_perform_action"], true);
    desk.advance(7 * DAY).await;
    assert_eq!(permissions(&desk).await["permission"]["status"], "no_permission");
    assert_eq!(connect(&desk).await.code(), 138_006);
    may_call(&desk).await;
    assert_eq!(ask(&desk).await.code(), 138_017);
    ana(&desk, json!({ "action": "permission", "response": "reject" })).await;
    assert_eq!(connect(&desk).await.code(), 138_006);
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b29_somebody_is_asked_once_a_day_and_twice_a_week_until_a_call_connects() {
    let desk = desk().await;
    desk.ana_writes("hola").await;
    assert_eq!(ask(&desk).await.status, 200);
    assert_eq!(ask(&desk).await.code(), 138_009);
    desk.advance(DAY).await;
    assert_eq!(ask(&desk).await.status, 200);
    desk.advance(DAY).await;
    assert_eq!(ask(&desk).await.code(), 138_009, "twice a week");
    ana(&desk, json!({ "action": "call" })).await;
    on(&desk, &events(&desk)[0]["id"], "accept").await;
    assert_eq!(ask(&desk).await.status, 200, "a connected call begins anew");
    let template = json!({ "name": "may_we_call", "language": "en_US", "category": "UTILITY", "components": [
        { "type": "BODY", "text": "May we call?" }, { "type": "call_permission_request" } ] });
    desk.control("PUT", "/templates", template).await;
    let template =
        json!({ "type": "template", "template": { "name": "may_we_call", "language": { "code": "en_US" } } });
    assert_eq!(desk.send(template).await.code(), 138_009, "a template asks as well");
}

#[tokio::test]
async fn b29_ten_calls_a_day_are_taken_and_four_unanswered_take_the_permission_back() {
    let desk = desk().await;
    may_call(&desk).await;
    for _ in 0..10 {
        assert_eq!(connect(&desk).await.status, 200);
        desk.advance(SECOND).await;
        ana(&desk, json!({ "action": "accept" })).await;
        ana(&desk, json!({ "action": "hang_up" })).await;
    }
    let refused = connect(&desk).await;
    assert_eq!(
        (refused.code(), permissions(&desk).await["actions"][1]["can_perform_action"].clone()),
        (138_012, json!(false))
    );
    assert!(
        refused.details().contains(&((SEPTEMBER + SECOND + DAY) / SECOND).to_string()),
        "{}",
        refused.body
    );
    desk.advance(DAY).await;
    for n in 1..=4 {
        assert_eq!(connect(&desk).await.status, 200);
        desk.advance(2 * MINUTE).await;
        assert_eq!(events(&desk).pop().unwrap()["status"], "FAILED", "{n}");
    }
    let reply = desk.receiver.messages().pop().unwrap();
    let expected = json!({ "response": "reject", "response_source": "automatic" });
    assert_eq!(reply["interactive"]["call_permission_reply"], expected);
    assert_eq!(connect(&desk).await.code(), 138_006);
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b29_calling_is_switched_off_and_who_calls_may_allow_to_be_called_back() {
    let desk = desk().await;
    desk.control("PUT", "/phone-numbers", json!({ "id": NUMBER, "calling_enabled": false })).await;
    let refused = connect(&desk).await;
    assert_eq!((refused.status, refused.code()), (401, 138_000));
    assert_eq!(permissions(&desk).await["error"]["code"], 138_000);
    assert_eq!(ana(&desk, json!({ "action": "call" })).await.status, 409);
    let features = json!({ "id": NUMBER, "calling_enabled": true, "callback_permission": true });
    desk.control("PUT", "/phone-numbers", features).await;
    ana(&desk, json!({ "action": "call" })).await;
    let reply = desk.receiver.messages().pop().unwrap()["interactive"]["call_permission_reply"].clone();
    assert_eq!((&reply["response"], &reply["response_source"]), (&json!("accept"), &json!("automatic")));
    ana(&desk, json!({ "action": "hang_up" })).await;
    assert_eq!(connect(&desk).await.status, 200);
    desk.control("POST", &format!("/customers/{ANA}/block"), json!({})).await;
    assert_eq!(connect(&desk).await.code(), 138_001);
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b29_a_call_button_carries_its_payload_until_it_expires() {
    let desk = desk().await;
    desk.ana_writes("hola").await;
    let action = json!({ "name": "voice_call", "parameters": { "display_text": "Call now", "ttl_minutes": 100, "payload": "p" } });
    let part = json!({ "type": "voice_call", "body": { "text": "Call us" }, "action": action });
    let wamid = desk.send(json!({ "type": "interactive", "interactive": part })).await.wamid();
    desk.advance(SECOND).await;
    ana(&desk, json!({ "action": "call", "message_id": wamid })).await;
    assert_eq!(events(&desk)[0]["cta_payload"], "p");
    ana(&desk, json!({ "action": "hang_up" })).await;
    desk.advance(101 * MINUTE).await;
    assert_eq!(ana(&desk, json!({ "action": "call", "message_id": wamid })).await.status, 409);
    let text = desk.text("no button").await.wamid();
    let none = ana(&desk, json!({ "action": "call", "message_id": text })).await;
    assert_eq!((none.status, &none.body["error"]["field"]), (400, &json!("message_id")));
}

#[tokio::test]
async fn b29_a_call_without_its_parts_is_refused() {
    let desk = desk().await;
    may_call(&desk).await;
    let session = json!({ "sdp_type": "offer", "sdp": SDP });
    for (body, code) in [
        (json!({}), 100),
        (json!({ "action": "dance" }), 100),
        (json!({ "action": "connect", "to": ANA }), 100),
        (json!({ "action": "connect", "session": session }), 100),
        (json!({ "action": "connect", "to": ANA, "session": { "sdp_type": "answer", "sdp": SDP } }), 100),
        (json!({ "action": "connect", "to": ANA, "session": { "sdp_type": "offer", "sdp": "hello" } }), 100),
        (json!({ "action": "accept" }), 100),
        (json!({ "action": "accept", "call_id": "wacid.nothing" }), 131_009),
        (
            json!({ "action": "connect", "to": ANA, "session": session, "biz_opaque_callback_data": "x".repeat(513) }),
            131_009,
        ),
    ] {
        assert_eq!(business(&desk, body.clone()).await.code(), code, "{body}");
    }
    let path = format!("/v25.0/{NUMBER}/call_permissions");
    assert_eq!(desk.get(&path).await.code(), 100);
    let abroad = json!({ "id": "600000000000002", "display_phone_number": "+1 416 555 0100", "verified_name": "Maple" });
    desk.control("PUT", "/phone-numbers", abroad).await;
    let body = json!({ "messaging_product": "whatsapp", "action": "connect", "to": ANA, "session": session });
    let refused = desk.call("POST", "/v25.0/600000000000002/calls", Some(&body)).await;
    assert_eq!(refused.code(), 138_013, "numbers of some countries can't call");
}

#[tokio::test]
async fn b29_a_thousand_calls_go_on_at_once() {
    let desk = desk().await;
    may_call(&desk).await;
    for n in 0..1_000 {
        let control = desk.emulator.control();
        let wa_id = format!("346100{n:05}");
        control.add_customer(&json!({ "wa_id": wa_id })).unwrap();
        control.act_on_call(&wa_id, &json!({ "action": "call" })).unwrap();
    }
    let refused = connect(&desk).await;
    assert_eq!((refused.status, refused.code()), (429, 138_002));
    assert_eq!(ana(&desk, json!({ "action": "call" })).await.status, 409);
    desk.advance(MINUTE).await;
    assert_eq!(connect(&desk).await.status, 200);
}
