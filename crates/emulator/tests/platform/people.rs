//! Who people are to a business: user ids, hidden phones, changed numbers and keys, blocks.

use serde_json::{Value, json};

use crate::desk::*;

const DAY: i64 = 24 * HOUR;
const BUSINESS: &str = "800000000000001";
const NEW: &str = "34600999000";

impl Desk {
    async fn user_id(&self, who: &str) -> String {
        let ana = self.control("GET", &format!("/customers/{who}"), Value::Null).await.body;
        ana["user_id"].as_str().unwrap().to_owned()
    }

    async fn says(&self, who: &str, text: &str) {
        let body = json!({ "type": "text", "text": { "body": text } });
        assert_eq!(self.control("POST", &format!("/customers/{who}/messages"), body).await.status, 201);
        self.emulator.settle().await;
    }

    async fn to_user(&self, user_id: &str) -> Answered {
        let body = json!({ "messaging_product": "whatsapp", "recipient": user_id, "type": "text", "text": { "body": "hi" } });
        self.call("POST", &format!("/v25.0/{NUMBER}/messages"), Some(&body)).await
    }
}

#[tokio::test]
async fn b18_f_a_username_hides_the_phone_once_30_days_have_passed() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    desk.control("PATCH", &format!("/customers/{ANA}"), json!({ "username": "ana.plants" })).await;
    desk.says(ANA, "still known").await;
    assert_eq!(desk.receiver.messages()[1]["from"], ANA);
    desk.advance(31 * DAY).await;
    desk.says(ANA, "hidden").await;
    let value = desk.receiver.values().pop().unwrap();
    assert!(value["messages"][0].get("from").is_none() && value["contacts"][0].get("wa_id").is_none());
    assert_eq!(value["contacts"][0]["profile"]["username"], "@ana.plants");
    let user_id = value["messages"][0]["from_user_id"].as_str().unwrap().to_owned();
    let sent = desk.to_user(&user_id).await;
    assert_eq!(sent.body["contacts"], json!([{ "input": user_id, "user_id": user_id }]));
    desk.advance(SECOND).await;
    let status = &desk.receiver.statuses()[0];
    assert!(status.get("recipient_id").is_none() && status["recipient_user_id"] == user_id.as_str());
}

#[tokio::test]
async fn b18_the_contact_book_keeps_phones_until_it_forgets_them() {
    let desk = Desk::new().await;
    desk.control("PUT", "/businesses", json!({ "id": BUSINESS, "contact_book": true })).await;
    desk.ana_writes("hola").await;
    desk.control("PATCH", &format!("/customers/{ANA}"), json!({ "username": "ana.plants" })).await;
    desk.advance(31 * DAY).await;
    desk.says(ANA, "in the book").await;
    assert_eq!(desk.receiver.messages()[1]["from"], ANA);
    desk.advance(31 * DAY).await;
    let user_id = desk.user_id(ANA).await;
    let path = format!("/v25.0/{NUMBER}/contact_book?messaging_product=whatsapp&bsuid={user_id}");
    let gone = desk.call("DELETE", &path, None).await.body;
    assert_eq!(gone, json!({ "messaging_product": "whatsapp", "success": true, "deleted": true }));
    assert_eq!(desk.call("DELETE", &path, None).await.body["deleted"], false);
    desk.says(ANA, "forgotten").await;
    assert!(desk.receiver.messages()[2].get("from").is_none());
    let parent = format!("/v25.0/{NUMBER}/contact_book?messaging_product=whatsapp&bsuid=ES.ENT.123");
    assert_eq!(desk.call("DELETE", &parent, None).await.code(), 100);
}

#[tokio::test]
async fn b18_g_a_changed_number_is_told_and_everything_old_is_stale() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    desk.ana_writes("hola").await;
    let old_id = desk.user_id(ANA).await;
    let changed = desk.control("POST", &format!("/customers/{ANA}/number"), json!({ "wa_id": NEW })).await;
    assert_eq!(changed.body["wa_id"], NEW);
    desk.told("messages").await;
    let value = desk.receiver.values().pop().unwrap();
    assert!(value.get("contacts").is_none());
    let new_id = desk.user_id(NEW).await;
    assert_ne!(old_id, new_id);
    let message = &value["messages"][0];
    assert_eq!((&message["from"], &message["type"]), (&json!(ANA), &json!("system")));
    assert_eq!(
        message["system"],
        json!({ "body": format!("User Ana changed from {ANA} to {NEW}"), "wa_id": NEW, "user_id": new_id,
            "previous_user_id": old_id, "type": "user_changed_number" })
    );
    let stale = desk.to_user(&old_id).await;
    assert_eq!(stale.body["contacts"][0]["user_id"], old_id.as_str());
    assert_eq!(desk.failure(&stale.wamid()).await, 131_026);
    assert_eq!(desk.failure(&desk.text("to the old number").await.wamid()).await, 131_026);
    let right = desk.to_user(&new_id).await;
    assert_eq!(desk.failure(&right.wamid()).await, 0, "the chat and its window stay");
    assert_eq!(
        desk.control("POST", &format!("/customers/{NEW}/number"), json!({ "wa_id": "15550100001" }))
            .await
            .status,
        409
    );
    desk.told("messages").await;
}

#[tokio::test]
async fn b18_g_a_hidden_person_changes_user_id_alone_and_parents_go_along() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    desk.control("PUT", "/businesses", json!({ "id": BUSINESS, "parent": "810000000000001" })).await;
    desk.ana_writes("hola").await;
    desk.control("PATCH", &format!("/customers/{ANA}"), json!({ "username": "ana.plants" })).await;
    desk.advance(31 * DAY).await;
    desk.control("POST", &format!("/customers/{ANA}/number"), json!({ "wa_id": NEW })).await;
    desk.told("messages").await;
    let message = desk.receiver.messages().pop().unwrap();
    assert!(message.get("from").is_none());
    let system = &message["system"];
    assert_eq!(system["type"], "user_changed_user_id");
    assert_eq!(message["from_user_id"], system["previous_user_id"]);
    let parent = |key: &str| system[key].as_str().unwrap().to_owned();
    assert!(parent("parent_user_id").starts_with("ES.ENT."));
    assert_ne!(parent("parent_user_id"), parent("previous_parent_user_id"));
    // Parent ids are on everything, and messages reach people by them.
    desk.says(NEW, "me again").await;
    let value = desk.receiver.values().pop().unwrap();
    assert_eq!(value["messages"][0]["from_parent_user_id"], system["parent_user_id"]);
    assert_eq!(value["contacts"][0]["parent_user_id"], system["parent_user_id"]);
    let sent = desk.to_user(&parent("parent_user_id")).await;
    assert_eq!(desk.failure(&sent.wamid()).await, 0);
    let status = desk.receiver.statuses()[0].clone();
    assert_eq!(status["recipient_parent_user_id"], system["parent_user_id"]);
    let account = desk.get(&format!("/v25.0/{BUSINESS}/parent-bsuid-accounts")).await.body;
    assert_eq!(account["parent_bsuid_account_id"], "810000000000001");
    desk.told("messages").await;
}

#[tokio::test]
async fn b38_a_changed_identity_key_is_told_and_old_hashes_are_refused() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    let check = json!({ "user_identity_change": { "enable_identity_key_check": true } });
    assert_eq!(desk.number_post("/settings", check).await.status, 200);
    desk.ana_writes("hola").await;
    let hash = desk.receiver.values()[0]["contacts"][0]["identity_key_hash"].clone();
    assert!(hash.as_str().is_some_and(|hash| hash.len() == 12));
    let send = async |hash: &Value| {
        let body =
            json!({ "type": "text", "text": { "body": "secret" }, "recipient_identity_key_hash": hash });
        let wamid = desk.send(body).await.wamid();
        desk.failure(&wamid).await
    };
    assert_eq!(send(&hash).await, 0);
    assert_eq!(desk.receiver.statuses()[0]["recipient_identity_key_hash"], hash);
    desk.control("POST", &format!("/customers/{ANA}/identity"), json!({})).await;
    desk.told("messages").await;
    let value = desk.receiver.values().pop().unwrap();
    let message = &value["messages"][0];
    assert_eq!(message["system"]["type"], "customer_identity_changed");
    assert_eq!(value["contacts"][0]["wa_id"], ANA);
    assert_ne!(message["identity"]["hash"], hash);
    assert_eq!(send(&hash).await, 137_000);
    assert_eq!(send(&message["identity"]["hash"]).await, 0);
    desk.number_post("/settings", json!({ "user_identity_change": { "enable_identity_key_check": false } }))
        .await;
    assert_eq!(send(&hash).await, 0, "nobody checks any more");
}

#[tokio::test]
async fn b17_o_whom_the_business_blocks_is_neither_heard_nor_reached() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    desk.ana_writes("hola").await;
    desk.control("POST", "/customers", json!({ "wa_id": NEW, "name": "Bea" })).await;
    let both = json!({ "block_users": [{ "user": format!("+{ANA}") }, { "user": NEW }] });
    let answer = desk.number_post("/block_users", both).await;
    assert_eq!((answer.status, answer.code()), (400, 139_100));
    let lists = &answer.body["block_users"];
    assert_eq!(lists["added_users"][0]["wa_id"], ANA);
    assert_eq!(lists["added_users"][0]["input"], format!("+{ANA}"));
    assert_eq!(lists["failed_users"][0]["errors"][0]["code"], 131_047, "Bea has not written in 24 hours");
    let list = desk.get(&format!("/v25.0/{NUMBER}/block_users")).await.body;
    assert_eq!(list["data"][0]["wa_id"], ANA);
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!(desk.failure(&desk.text("can you hear me?").await.wamid()).await, 130_403);
    let heard = desk.receiver.messages().len();
    desk.says(ANA, "let me in").await;
    assert_eq!(desk.receiver.messages().len(), heard);
    assert_eq!(desk.thread().await["messages"].as_array().unwrap().last().unwrap()["tick"], "sent");
    let user_id = desk.user_id(ANA).await;
    let unblock = json!({ "messaging_product": "whatsapp", "block_users": [{ "user_id": user_id }] });
    let removed = desk.call("DELETE", &format!("/v25.0/{NUMBER}/block_users"), Some(&unblock)).await.body;
    assert_eq!(removed["block_users"]["removed_users"][0]["user_id"], user_id);
    desk.says(ANA, "thanks").await;
    assert_eq!(desk.receiver.messages().len(), heard + 1);
    let again = desk.call("DELETE", &format!("/v25.0/{NUMBER}/block_users"), Some(&unblock)).await;
    assert_eq!((again.status, again.code()), (400, 139_100));
    desk.told("messages").await;
}
