//! Behaviour 21: pacing and pausing.

use serde_json::{Value, json};

use crate::desk::*;
use crate::template_desk::*;

#[tokio::test]
async fn b21_held_messages_are_released_when_nobody_complains() {
    let desk = Desk::new().await;
    listening(&desk).await;
    let id = "500000000000001";
    act(&desk, id, "pacing", json!({ "first": 1, "hold_seconds": 600 })).await;
    let hello =
        json!({ "type": "template", "template": { "name": "hello_world", "language": { "code": "en_US" } } });
    let first = desk.send(hello.clone()).await.body["messages"][0]["message_status"].clone();
    let second = desk.send(hello.clone()).await.body["messages"][0]["message_status"].clone();
    assert_eq!((first.as_str(), second.as_str()), (Some("accepted"), Some("held_for_quality_assessment")));
    desk.advance(5 * MINUTE).await;
    assert_eq!(desk.receiver.status_names(), ["sent", "delivered", "read"]);
    desk.advance(6 * MINUTE).await;
    assert_eq!(desk.receiver.status_names().len(), 6);
    let third = desk.send(hello).await.body["messages"][0]["message_status"].clone();
    assert_eq!(third, "accepted", "it has passed");
}

#[tokio::test]
async fn b21_the_control_api_releases_or_drops() {
    let desk = Desk::new().await;
    listening(&desk).await;
    let id = "500000000000001";
    let hello =
        json!({ "type": "template", "template": { "name": "hello_world", "language": { "code": "en_US" } } });
    act(&desk, id, "pacing", json!({ "first": 0 })).await;
    desk.send(hello.clone()).await;
    act(&desk, id, "release", Value::Null).await;
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.status_names(), ["sent", "delivered", "read"]);
    act(&desk, id, "pacing", json!({ "first": 0 })).await;
    desk.send(hello).await;
    let after = act(&desk, id, "drop", Value::Null).await;
    assert_eq!(after["status"], "PAUSED");
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.status_names().pop().as_deref(), Some("failed"));
    let unpause = format!("/v25.0/{id}/unpause");
    let soon = desk.call("POST", &unpause, None).await.body;
    assert_eq!(soon["success"], false, "five minutes first: {soon}");
    desk.advance(5 * MINUTE).await;
    assert_eq!(desk.call("POST", &unpause, None).await.body, json!({ "success": true }));
}

#[tokio::test]
async fn b21_low_quality_pauses_three_hours_then_six_then_disables() {
    let desk = Desk::new().await;
    listening(&desk).await;
    let id = "500000000000001";
    let hello =
        json!({ "type": "template", "template": { "name": "hello_world", "language": { "code": "en_US" } } });
    act(&desk, id, "quality", json!({ "score": "RED" })).await;
    assert_eq!(desk.send(hello.clone()).await.code(), 132_015);
    let refused = desk.call("POST", &format!("/v25.0/{id}/unpause"), None).await.body;
    assert_eq!(refused["success"], false, "not a pause of pacing");
    desk.advance(3 * HOUR - SECOND).await;
    assert_eq!(desk.send(hello.clone()).await.code(), 132_015);
    desk.advance(SECOND).await;
    assert_eq!(desk.send(hello.clone()).await.status, 200);
    act(&desk, id, "quality", json!({ "score": "RED" })).await;
    desk.advance(6 * HOUR).await;
    act(&desk, id, "quality", json!({ "score": "RED" })).await;
    assert_eq!(desk.send(hello).await.code(), 132_016);
    assert_eq!(events(&desk), ["PAUSED", "APPROVED", "PAUSED", "APPROVED", "DISABLED"]);
    let titles: Vec<Value> = news(&desk, "message_template_status_update")
        .iter()
        .map(|v| v["other_info"]["title"].clone())
        .collect();
    assert_eq!(titles, ["FIRST_PAUSE", "UNPAUSE", "SECOND_PAUSE", "UNPAUSE", "DISABLED"]);
    desk.advance(24 * HOUR).await;
    assert_eq!(events(&desk).len(), 5, "disabled for good");
}
