//! Behaviours 20 and 22, scenario M: review, quality and categories.

use serde_json::{Value, json};

use crate::desk::*;
use crate::template_desk::*;

#[tokio::test]
async fn b20_what_meta_is_known_to_refuse_is_rejected_in_review() {
    let desk = Desk::new().await;
    listening(&desk).await;
    let with = |name: &str, text: &str| {
        let mut template = delivery(name);
        template["components"][0]["text"] = json!(text);
        template
    };
    let mut adjacent =
        with("adjacent", "Hi {{1}} {{2}}, the parcel you have been waiting for has left our house today.");
    adjacent["components"][0]["example"] = json!({ "body_text": [["Ana", "Verde"]] });
    let cases = [
        (adjacent, "INVALID_FORMAT"),
        (with("short", "Hi {{1}}, see https://bit.ly/x for the way of your parcel today."), "INVALID_FORMAT"),
        (with("chat", "Hi {{1}}, write to wa.me/34600111222 if there is anything wrong."), "INVALID_FORMAT"),
        (
            with("code", "Hi {{1}}, the verification code for your order will follow soon."),
            "INCORRECT_CATEGORY",
        ),
        (with("card", "Hi {{1}}, please send us your full card number for the order."), "SCAM"),
    ];
    for (template, reason) in cases {
        let created = create(&desk, template).await;
        assert_eq!(created.body["status"], "PENDING", "{}", created.body);
        desk.advance(SECOND).await;
        let told = news(&desk, "message_template_status_update").pop().unwrap();
        assert_eq!(
            (told["event"].as_str(), told["reason"].as_str()),
            (Some("REJECTED"), Some(reason)),
            "{told}"
        );
        assert!(told["rejection_info"]["recommendation"].is_string());
        assert_eq!(node(&desk, created.body["id"].as_str().unwrap()).await["rejected_reason"], reason);
    }
    approved(&desk, delivery("soap")).await;
    let mut same = delivery("soap");
    same["name"] = json!("soap_again");
    approved(&desk, same).await;
    let told = news(&desk, "message_template_status_update").pop().unwrap();
    assert_eq!(told["reason"], "TAG_CONTENT_MISMATCH");
}

#[tokio::test]
async fn b20_the_reviewer_follows_its_rules() {
    let desk = Desk::new().await;
    listening(&desk).await;
    reviewer(
        &desk,
        json!([
            { "match": { "name": "bad_*" }, "decision": "reject", "reason": "ABUSIVE_CONTENT", "after_ms": 0 },
            { "match": { "name": "slow_*" }, "after_ms": 3_600_000 },
            { "match": { "category": "UTILITY", "text": "sale" }, "category": "MARKETING" },
        ]),
    )
    .await;
    let bad = create(&desk, delivery("bad_one")).await;
    assert_eq!(bad.body["status"], "REJECTED");
    let slow = create(&desk, delivery("slow_one")).await.body["id"].as_str().unwrap().to_owned();
    let sale = create(&desk, delivery("sale_today")).await;
    assert_eq!(sale.body["category"], "MARKETING", "approved as marketing whatever was asked for");
    desk.advance(MINUTE).await;
    assert_eq!(events(&desk), ["REJECTED", "APPROVED"]);
    assert_eq!(node(&desk, &slow).await["status"], "PENDING");
    desk.advance(HOUR).await;
    assert_eq!(node(&desk, &slow).await["status"], "APPROVED");
    let wrong = desk.control("PUT", "/reviewer", json!({ "rules": [{ "decision": "maybe" }] })).await;
    assert_eq!((wrong.status, wrong.body["error"]["field"].as_str()), (400, Some("rules")));
}

#[tokio::test]
async fn b20_the_control_api_moves_templates_and_each_move_is_told() {
    let desk = Desk::new().await;
    listening(&desk).await;
    let id = "500000000000003";
    for (action, body, status) in [
        (
            "reject",
            json!({ "reason": "SCAM", "rejection_info": { "reason": "no", "recommendation": "don't" } }),
            "REJECTED",
        ),
        ("approve", Value::Null, "APPROVED"),
        ("pause", json!({ "title": "RATE_LIMITING_PAUSE", "seconds": 60 }), "PAUSED"),
        ("unpause", Value::Null, "APPROVED"),
        ("archive", Value::Null, "ARCHIVED"),
        ("unarchive", Value::Null, "APPROVED"),
        ("disable", Value::Null, "DISABLED"),
    ] {
        assert_eq!(act(&desk, id, action, body).await["status"], status, "{action}");
    }
    assert_eq!(
        events(&desk),
        ["REJECTED", "APPROVED", "PAUSED", "APPROVED", "ARCHIVED", "UNARCHIVED", "DISABLED"]
    );
    let told = news(&desk, "message_template_status_update");
    assert_eq!(told[0]["rejection_info"], json!({ "reason": "no", "recommendation": "don't" }));
    assert_eq!(told[2]["other_info"]["title"], "RATE_LIMITING_PAUSE");
    assert_eq!(told[3]["other_info"]["title"], "UNPAUSE");
    assert_eq!(told[6]["disable_info"]["disable_date"], SEPTEMBER / 1_000);
    assert_eq!(desk.control("POST", &format!("/templates/{id}/explode"), Value::Null).await.status, 404);
    assert_eq!(desk.control("POST", "/templates/1/approve", Value::Null).await.status, 404);
}

#[tokio::test]
async fn b22_a_category_changes_a_day_after_its_notice() {
    let desk = Desk::new().await;
    listening(&desk).await;
    let id = approved(&desk, delivery("soap")).await;
    act(&desk, &id, "recategorize", json!({ "category": "MARKETING" })).await;
    let told = &news(&desk, "template_category_update")[0];
    assert_eq!(
        (told["new_category"].as_str(), told["correct_category"].as_str()),
        (Some("UTILITY"), Some("MARKETING"))
    );
    assert_eq!(told["category_update_timestamp"], (SEPTEMBER + SECOND + 24 * HOUR) / 1_000);
    let before = node(&desk, &id).await;
    assert_eq!(
        (before["category"].as_str(), before["correct_category"].as_str()),
        (Some("UTILITY"), Some("MARKETING"))
    );
    desk.advance(24 * HOUR).await;
    let told = &news(&desk, "template_category_update")[1];
    assert_eq!(
        (told["previous_category"].as_str(), told["new_category"].as_str()),
        (Some("UTILITY"), Some("MARKETING"))
    );
    let after = node(&desk, &id).await;
    assert_eq!(after["previous_category"], "UTILITY");
    assert!(after.get("correct_category").is_none());
}

#[tokio::test]
async fn b22_a_change_without_notice_and_a_detection_are_told_too() {
    let desk = Desk::new().await;
    listening(&desk).await;
    let id = "500000000000003";
    act(&desk, id, "miscategorize", json!({ "correct_category": "MARKETING" })).await;
    act(&desk, id, "recategorize", json!({ "category": "MARKETING", "notice_seconds": 0 })).await;
    let detected = &news(&desk, "template_correct_category_detection")[0];
    assert_eq!(
        (detected["category"].as_str(), detected["correct_category"].as_str()),
        (Some("UTILITY"), Some("MARKETING"))
    );
    assert_eq!(news(&desk, "template_category_update").len(), 1);
    let mut third = delivery("order_update");
    third["language"] = json!("fr");
    let created = create(&desk, third).await;
    assert_eq!(created.body["category"], "MARKETING", "a new language goes where the name was moved");
}

#[tokio::test]
async fn b20_quality_is_told_when_it_changes() {
    let desk = Desk::new().await;
    listening(&desk).await;
    let id = "500000000000003";
    act(&desk, id, "quality", json!({ "score": "GREEN" })).await;
    act(&desk, id, "quality", json!({ "score": "GREEN" })).await;
    act(&desk, id, "quality", json!({ "score": "YELLOW" })).await;
    let told = news(&desk, "message_template_quality_update");
    assert_eq!(told.len(), 2);
    assert_eq!(
        (told[1]["previous_quality_score"].as_str(), told[1]["new_quality_score"].as_str()),
        (Some("GREEN"), Some("YELLOW"))
    );
    assert_eq!(
        node(&desk, id).await["quality_score"],
        json!({ "score": "YELLOW", "date": SEPTEMBER / 1_000 })
    );
}

#[tokio::test]
async fn b20_what_is_planned_for_templates_survives_a_restart() {
    let folder = std::env::temp_dir().join(format!("emulator-templates-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("state.json");
    let id = {
        let desk = Desk::with(SEPTEMBER, |c| c.state_file = Some(file.clone())).await;
        reviewer(&desk, json!([{ "match": { "name": "soap" }, "after_ms": 60_000 }])).await;
        let id = create(&desk, delivery("soap")).await.body["id"].as_str().unwrap().to_owned();
        act(&desk, "500000000000001", "pacing", json!({ "first": 0 })).await;
        let hello = json!({ "type": "template", "template": { "name": "hello_world", "language": { "code": "en_US" } } });
        desk.send(hello).await;
        desk.emulator.stop();
        id
    };
    let desk = Desk::with(SEPTEMBER, |c| c.state_file = Some(file.clone())).await;
    assert_eq!(node(&desk, &id).await["status"], "PENDING");
    desk.advance(HOUR).await;
    assert_eq!(node(&desk, &id).await["status"], "APPROVED");
    assert_eq!(desk.receiver.status_names(), ["sent", "delivered", "read"], "released after half an hour");
    desk.emulator.stop();
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn b20_the_same_seed_and_script_tell_the_same_story() {
    let mut stories: Vec<Vec<Vec<u8>>> = Vec::new();
    for _ in 0..2 {
        let desk = Desk::with(SEPTEMBER, |c| c.timing = emulator::Timing::realistic()).await;
        listening(&desk).await;
        let id = create(&desk, delivery("soap")).await.body["id"].as_str().unwrap().to_owned();
        desk.advance(MINUTE).await;
        act(&desk, &id, "quality", json!({ "score": "RED" })).await;
        desk.advance(12 * HOUR).await;
        stories.push(desk.receiver.got.lock().unwrap().iter().map(|r| r.body.to_vec()).collect());
    }
    assert_eq!(stories[0].len(), 5, "approved, quality, paused, unpaused, quality");
    assert_eq!(stories[0], stories[1]);
}
