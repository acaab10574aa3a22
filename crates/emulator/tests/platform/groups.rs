//! Groups: made, joined, written to, changed and deleted.

use serde_json::{Value, json};

use crate::desk::*;

pub const BEN: &str = "34600333444";
pub const FIELDS: [&str; 5] = [
    "messages",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
];

/// A desk whose app hears of groups, with Ana and Ben.
pub async fn desk(start: i64) -> Desk {
    let desk = Desk::with(start, |config| config.link_media = emulator::LinkMedia::Trust).await;
    let webhook = json!({ "url": desk.hook_url, "fields": FIELDS });
    desk.emulator.control().set_webhook(&webhook).await.unwrap();
    for (wa_id, name) in [(ANA, "Ana"), (BEN, "Ben")] {
        desk.control("POST", "/customers", json!({ "wa_id": wa_id, "name": name })).await;
    }
    desk
}

/// The `groups[0]` of every webhook about groups.
pub fn updates(desk: &Desk) -> Vec<Value> {
    let values = desk.receiver.values();
    values.iter().filter(|v| v["groups"].is_array()).map(|v| v["groups"][0].clone()).collect()
}

pub fn update(desk: &Desk) -> Value {
    updates(desk).pop().expect("a webhook about a group")
}

pub fn nothing_surprises(desk: &Desk) {
    for received in desk.receiver.got.lock().unwrap().iter() {
        let parsed = cloud_api::webhook::parse(&received.body).unwrap();
        assert!(parsed.surprises().is_empty(), "{:?} in {}", parsed.surprises(), received.json());
    }
}

pub struct Group {
    pub id: String,
    pub link: String,
}

pub async fn made(desk: &Desk, mut body: Value) -> Group {
    body["messaging_product"] = json!("whatsapp");
    let answer = desk.call("POST", &format!("/v25.0/{NUMBER}/groups"), Some(&body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    desk.advance(SECOND).await;
    let told = update(desk);
    assert_eq!((&told["type"], &told["request_id"]), (&json!("group_create"), &answer.body["request_id"]));
    let text = |key: &str| told[key].as_str().unwrap().to_owned();
    Group { id: text("group_id"), link: text("invite_link") }
}

pub async fn act(desk: &Desk, who: &str, action: &str, body: Value) -> Answered {
    let answer = desk.control("POST", &format!("/customers/{who}/groups/{action}"), body).await;
    desk.emulator.settle().await;
    answer
}

pub async fn with_both(desk: &Desk) -> Group {
    let group = made(desk, json!({ "subject": "Garden" })).await;
    for who in [ANA, BEN] {
        assert_eq!(act(desk, who, "join", json!({ "invite_link": group.link })).await.status, 200);
    }
    group
}

pub async fn to_group(desk: &Desk, group: &Group, mut body: Value) -> Answered {
    body["recipient_type"] = json!("group");
    desk.send_to(&group.id, body).await
}

pub async fn says(desk: &Desk, who: &str, group: &Group, text: &str) -> Answered {
    let body = json!({ "type": "text", "text": { "body": text }, "group_id": group.id });
    let answer = desk.control("POST", &format!("/customers/{who}/messages"), body).await;
    desk.emulator.settle().await;
    answer
}

pub fn welcome() -> Value {
    json!({ "type": "template", "template": { "name": "welcome_back", "language": { "code": "en_US" },
        "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "all" }] }] } })
}

#[tokio::test]
async fn b30_a_group_is_made_joined_and_written_to_and_each_recipient_is_a_charge() {
    let desk = desk(NOVEMBER).await;
    let group = with_both(&desk).await;
    let joined = update(&desk);
    assert_eq!(
        (&joined["type"], &joined["reason"]),
        (&json!("group_participants_add"), &json!("invite_link"))
    );
    assert_eq!(joined["added_participants"][0]["wa_id"], BEN);

    let accepted = to_group(&desk, &group, welcome()).await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    assert_eq!(accepted.body["contacts"], json!([{ "input": group.id, "wa_id": group.id }]));
    assert_eq!(accepted.body["messages"][0]["group_id"], group.id);
    assert_eq!(accepted.body["messages"][0]["message_status"], "accepted");
    desk.advance(100).await;
    let sent = desk.receiver.statuses().pop().unwrap();
    assert_eq!((&sent["status"], &sent["recipient_id"]), (&json!("sent"), &json!(group.id)));
    assert_eq!(sent["recipient_type"], "group");
    assert!(sent.get("pricing").is_none() && sent.get("recipient_participant_id").is_none());
    desk.advance(150).await;
    let value = desk.receiver.values().pop().unwrap();
    let statuses = value["statuses"].as_array().unwrap();
    assert_eq!((statuses.len(), value["contacts"].as_array().unwrap().len()), (2, 2));
    for (status, who) in statuses.iter().zip([ANA, BEN]) {
        assert_eq!((&status["status"], &status["id"]), (&json!("delivered"), &json!(accepted.wamid())));
        assert_eq!((&status["recipient_id"], &status["recipient_type"]), (&json!(group.id), &json!("group")));
        assert_eq!(status["recipient_participant_id"], who);
        assert!(status["recipient_participant_user_id"].as_str().unwrap().starts_with("ES."));
        let price = json!({ "billable": true, "pricing_model": "PMP", "type": "regular", "category": "group_marketing" });
        assert_eq!(status["pricing"], price);
    }
    desk.advance(150).await;
    let read = desk.receiver.values().pop().unwrap();
    assert_eq!(read["statuses"][1]["status"], "read");
    assert!(read["statuses"][1].get("pricing").is_none(), "a charge is told once");
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b30_what_is_asked_is_answered_with_a_request_and_told_by_webhook() {
    let desk = desk(SEPTEMBER).await;
    let group = made(&desk, json!({ "subject": "  Garden  ", "description": "Green" })).await;
    assert_eq!(
        (&update(&desk)["subject"], &update(&desk)["join_approval_mode"]),
        (&json!("Garden"), &json!("auto_approve"))
    );
    let node = desk.get(&format!("/v25.0/{}", group.id)).await.body;
    assert_eq!((&node["subject"], &node["total_participant_count"]), (&json!("Garden"), &json!(0)));
    assert_eq!((&node["suspended"], &node["participants"]), (&json!(false), &json!([])));
    assert_eq!(node["creation_timestamp"], SEPTEMBER / SECOND);
    let some = desk.get(&format!("/v25.0/{}?fields=subject,participants", group.id)).await.body;
    assert!(some.get("description").is_none() && some["subject"] == "Garden");
    let unknown = desk.get(&format!("/v25.0/{}?fields=nope", group.id)).await;
    assert_eq!(unknown.code(), 100);

    made(&desk, json!({ "subject": "Second" })).await;
    let list = desk.get(&format!("/v25.0/{NUMBER}/groups?limit=1")).await.body;
    assert_eq!(list["data"]["groups"].as_array().unwrap().len(), 1);
    assert!(list["paging"]["next"].as_str().unwrap().contains("after="));
    let bad = desk.get(&format!("/v25.0/{NUMBER}/groups?after=x")).await;
    assert_eq!(bad.code(), 131_059);

    let body = json!({ "messaging_product": "whatsapp", "subject": "Terrace", "description": "Sunny" });
    let path = format!("/_control/groups/{}", group.id);
    desk.call_as(None, "PATCH", &path, Some(&json!({ "fail_settings": { "description": 131_000 } }))).await;
    let asked = desk.call("POST", &format!("/v25.0/{}", group.id), Some(&body)).await.body;
    desk.advance(SECOND).await;
    let told = update(&desk);
    assert_eq!((&told["type"], &told["request_id"]), (&json!("group_settings_update"), &asked["request_id"]));
    assert_eq!(told["group_subject"], json!({ "text": "Terrace", "update_successful": true }));
    assert_eq!(told["group_description"]["update_successful"], false);
    assert_eq!(told["group_description"]["errors"][0]["code"], 131_000);
    let node = desk.get(&format!("/v25.0/{}", group.id)).await.body;
    assert_eq!((&node["subject"], &node["description"]), (&json!("Terrace"), &json!("Green")));

    let asked = desk.call("DELETE", &format!("/v25.0/{}", group.id), None).await.body;
    desk.advance(SECOND).await;
    assert_eq!(
        (&update(&desk)["type"], &update(&desk)["request_id"]),
        (&json!("group_delete"), &asked["request_id"])
    );
    let gone = desk.get(&format!("/v25.0/{}", group.id)).await;
    assert_eq!((gone.status, gone.code(), &gone.body["error"]["error_subcode"]), (400, 100, &json!(33)));
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b30_a_photo_is_judged_at_once_or_when_it_is_set() {
    let desk = desk(SEPTEMBER).await;
    let group = made(&desk, json!({ "subject": "Garden" })).await;
    let jpeg = |width: u16, height: u16| {
        let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8];
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes
    };
    let put = async |bytes: Vec<u8>| {
        let part = reqwest::multipart::Part::bytes(bytes).file_name("p.jpg").mime_str("image/jpeg").unwrap();
        let form = reqwest::multipart::Form::new()
            .text("messaging_product", "whatsapp")
            .part("profile_picture_file", part);
        let url = format!("{}/v25.0/{}", desk.base, group.id);
        let answer = read(desk.http.post(url).bearer_auth(TOKEN).multipart(form).send().await.unwrap()).await;
        desk.advance(SECOND).await;
        answer
    };
    assert_eq!(put(b"GIF89a".to_vec()).await.code(), 131_053);
    for (bytes, code) in [(jpeg(300, 200), 131_209), (jpeg(100, 100), 131_210)] {
        assert_eq!(put(bytes).await.status, 200);
        let picture = update(&desk)["profile_picture"].clone();
        assert_eq!(
            (&picture["update_successful"], &picture["errors"][0]["code"]),
            (&json!(false), &json!(code))
        );
    }
    put(jpeg(192, 192)).await;
    assert_eq!(update(&desk)["profile_picture"]["update_successful"], true);
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b30_who_must_be_approved_asks_and_is_let_in_or_not() {
    let desk = desk(SEPTEMBER).await;
    let group = made(&desk, json!({ "subject": "VIP", "join_approval_mode": "approval_required" })).await;
    let path = format!("/v25.0/{}/join_requests", group.id);
    for who in [ANA, BEN] {
        let asked = act(&desk, who, "join", json!({ "invite_link": group.link })).await.body;
        assert_eq!(asked["joined"], false);
        assert_eq!(update(&desk)["join_request_id"], asked["join_request_id"]);
        assert_eq!(
            (&update(&desk)["type"], &update(&desk)["wa_id"]),
            (&json!("group_join_request_created"), &json!(who))
        );
    }
    let list = desk.get(&path).await.body;
    let id = |at: usize| list["data"][at]["join_request_id"].clone();
    assert_eq!((list["data"].as_array().unwrap().len(), &list["data"][0]["wa_id"]), (2, &json!(ANA)));
    let body = json!({ "messaging_product": "whatsapp", "join_requests": [id(0), "gone"] });
    let approved = desk.call("POST", &path, Some(&body)).await.body;
    assert_eq!(approved["approved_join_requests"], json!([id(0)]));
    assert_eq!(approved["failed_join_requests"][0]["errors"][0]["code"], 131_213);
    desk.emulator.settle().await;
    assert_eq!(update(&desk)["reason"], "join_request_approved");
    assert_eq!(update(&desk)["added_participants"][0]["wa_id"], ANA);
    let body = json!({ "messaging_product": "whatsapp", "join_requests": [id(1)] });
    let rejected = desk.call("DELETE", &path, Some(&body)).await.body;
    assert_eq!(rejected["rejected_join_requests"], json!([id(1)]));
    assert!(rejected.get("failed_join_requests").is_none());
    act(&desk, BEN, "join", json!({ "invite_link": group.link })).await;
    act(&desk, BEN, "withdraw", json!({ "group_id": group.id })).await;
    assert_eq!(update(&desk)["type"], "group_join_request_revoked");
    assert_eq!(desk.get(&path).await.body["data"], json!([]));
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b30_people_leave_or_are_removed_and_a_reset_link_no_longer_works() {
    let desk = desk(SEPTEMBER).await;
    let group = with_both(&desk).await;
    act(&desk, BEN, "leave", json!({ "group_id": group.id })).await;
    let left = update(&desk);
    assert_eq!(
        (&left["type"], &left["initiated_by"]),
        (&json!("group_participants_remove"), &json!("participant"))
    );
    assert_eq!(left["removed_participants"][0]["wa_id"], BEN);

    let path = format!("/v25.0/{}/participants", group.id);
    let body = json!({ "messaging_product": "whatsapp", "participants": [{ "user": format!("+{ANA}") }, { "user": BEN }] });
    let asked = desk.call("DELETE", &path, Some(&body)).await.body;
    desk.advance(SECOND).await;
    let removed = update(&desk);
    assert_eq!(
        (&removed["request_id"], &removed["initiated_by"]),
        (&asked["request_id"], &json!("business"))
    );
    assert_eq!(removed["removed_participants"], json!([{ "input": format!("+{ANA}") }]));
    assert_eq!(removed["failed_participants"][0]["errors"][0]["code"], 131_212);
    let twice =
        json!({ "messaging_product": "whatsapp", "participants": [{ "user": ANA }, { "user": ANA }] });
    assert_eq!(desk.call("DELETE", &path, Some(&twice)).await.code(), 131_202);
    assert_eq!(desk.call("POST", &path, Some(&body)).await.code(), 131_055, "people join by the link alone");

    let path = format!("/v25.0/{}/invite_link", group.id);
    let product = json!({ "messaging_product": "whatsapp" });
    assert_eq!(desk.get(&path).await.body["invite_link"], group.link);
    let fresh = desk.call("POST", &path, Some(&product)).await.body["invite_link"].clone();
    assert_ne!(fresh, group.link);
    assert_eq!(act(&desk, ANA, "join", json!({ "invite_link": group.link })).await.status, 400);
    assert_eq!(act(&desk, ANA, "join", json!({ "invite_link": fresh })).await.status, 200);
    assert_eq!(desk.call("DELETE", &path, Some(&product)).await.body["success"], true);
    assert_eq!(act(&desk, BEN, "join", json!({ "invite_link": fresh })).await.status, 400);
    nothing_surprises(&desk);
}

#[tokio::test]
async fn b30_a_group_holds_eight_people() {
    let desk = desk(SEPTEMBER).await;
    let group = made(&desk, json!({ "subject": "Full" })).await;
    for n in 0..9 {
        let customer = desk.control("POST", "/customers", json!({})).await.body;
        let joined =
            act(&desk, customer["wa_id"].as_str().unwrap(), "join", json!({ "invite_link": group.link }))
                .await;
        assert_eq!(joined.status, if n < 8 { 200 } else { 409 });
    }
}
