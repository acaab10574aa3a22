//! Behaviour 20: creating, listing, editing and deleting templates.

use serde_json::{Value, json};

use crate::desk::*;
use crate::template_desk::*;

#[tokio::test]
async fn b20_a_template_is_reviewed_and_then_approved() {
    let desk = Desk::new().await;
    listening(&desk).await;
    let created = create(&desk, delivery("soap")).await;
    assert_eq!(created.status, 200, "{}", created.body);
    assert_eq!(created.body["status"], "PENDING");
    assert_eq!(created.body["category"], "UTILITY");
    let id = created.body["id"].as_str().unwrap();
    assert_eq!(desk.send(message("soap", "en_US", "Ana")).await.code(), 132_001, "not approved yet");
    desk.advance(SECOND).await;
    assert_eq!(node(&desk, id).await["status"], "APPROVED");
    let told = news(&desk, "message_template_status_update");
    assert_eq!(
        told,
        [json!({
            "event": "APPROVED", "message_template_id": id.parse::<u64>().unwrap(), "message_template_name": "soap",
            "message_template_language": "en_US", "reason": "NONE", "message_template_category": "UTILITY",
        })]
    );
    assert_eq!(desk.send(message("soap", "en_US", "Ana")).await.status, 200);
}

#[tokio::test]
async fn b20_broken_rules_are_refused_with_metas_subcodes() {
    let desk = Desk::new().await;
    let with_body = |text: &str| {
        json!({ "name": "broken", "language": "en_US", "category": "UTILITY",
            "components": [{ "type": "BODY", "text": text, "example": { "body_text": [["a"]] } }] })
    };
    for (text, subcode) in [
        ("{{1}} is your order, thank you very much", 2_388_299),
        ("Order {{1}} here", 2_388_293),
        ("Your order {{2}} is ready to be collected by you", 2_388_072),
    ] {
        let refused = create(&desk, with_body(text)).await;
        assert_eq!((refused.status, refused.code()), (400, 100), "{text}: {}", refused.body);
        assert_eq!(refused.body["error"]["error_subcode"], subcode, "{text}: {}", refused.body);
        assert!(refused.body["error"]["error_user_title"].is_string());
        assert_eq!(refused.body["error"]["message"], "Invalid parameter");
    }
    let nameless = create(&desk, json!({ "language": "en_US", "category": "UTILITY" })).await;
    assert_eq!(nameless.body["error"]["message"], "(#100) The parameter name is required.");
}

#[tokio::test]
async fn b20_a_query_string_creates_a_template_as_json_does() {
    let desk = Desk::new().await;
    let template = delivery("by_form");
    let components = template["components"].to_string();
    let query = [
        ("name", "by_form"),
        ("language", "en_US"),
        ("category", "utility"),
        ("message_send_ttl_seconds", "60"),
        ("components", &components),
    ];
    let url = format!("{}{}", desk.base, path());
    let created = read(desk.http.post(url).bearer_auth(TOKEN).query(&query).send().await.unwrap()).await;
    assert_eq!(created.status, 200, "{}", created.body);
    let id = created.body["id"].as_str().unwrap();
    assert_eq!(node(&desk, id).await["message_send_ttl_seconds"], 60);
}

#[tokio::test]
async fn b20_name_language_and_category_are_an_identity() {
    let desk = Desk::new().await;
    approved(&desk, delivery("soap")).await;
    let again = create(&desk, delivery("soap")).await;
    assert_eq!(again.body["error"]["error_subcode"], 2_388_024);
    let mut spanish = delivery("soap");
    spanish["language"] = json!("es");
    spanish["category"] = json!("MARKETING");
    assert_eq!(create(&desk, spanish.clone()).await.code(), 100, "languages of a name share its category");
    spanish["category"] = json!("UTILITY");
    assert_eq!(create(&desk, spanish).await.status, 200);
}

#[tokio::test]
async fn b20_a_deleted_name_is_locked_for_thirty_days() {
    let desk = Desk::new().await;
    listening(&desk).await;
    let id = approved(&desk, delivery("soap")).await;
    let deleted = desk.call("DELETE", &format!("{}?name=soap", path()), None).await;
    assert_eq!(deleted.body, json!({ "success": true }));
    desk.emulator.settle().await;
    assert_eq!(events(&desk), ["APPROVED", "PENDING_DELETION"]);
    assert_eq!(news(&desk, "message_template_status_update")[1]["reason"], Value::Null);
    assert_eq!(desk.get(&format!("/v25.0/{id}")).await.body["error"]["error_subcode"], 33);
    assert_eq!(create(&desk, delivery("soap")).await.body["error"]["error_subcode"], 2_388_023);
    let mut spanish = delivery("soap");
    spanish["language"] = json!("es");
    assert_eq!(create(&desk, spanish).await.status, 200, "only that language is locked");
    desk.advance(30 * 24 * HOUR).await;
    assert_eq!(create(&desk, delivery("soap")).await.status, 200);
}

#[tokio::test]
async fn b20_a_deleted_template_stays_while_its_messages_are_on_their_way() {
    let desk = Desk::new().await;
    listening(&desk).await;
    let id = approved(&desk, delivery("soap")).await;
    desk.control("POST", "/customers", json!({ "wa_id": ANA })).await;
    desk.control("PATCH", &format!("/customers/{ANA}"), json!({ "offline_seconds": 7_200 })).await;
    desk.send(message("soap", "en_US", "Ana")).await;
    desk.advance(SECOND).await;
    desk.call("DELETE", &format!("/v25.0/{id}"), None).await;
    assert_eq!(node(&desk, &id).await["status"], "PENDING_DELETION");
    assert_eq!(desk.send(message("soap", "en_US", "Ana")).await.code(), 132_001);
    desk.advance(3 * HOUR).await;
    assert!(desk.receiver.status_names().contains(&"delivered".to_owned()));
    desk.advance(30 * 24 * HOUR).await;
    assert_eq!(events(&desk), ["APPROVED", "PENDING_DELETION", "DELETED"]);
    assert_eq!(desk.get(&format!("/v25.0/{id}")).await.code(), 100);
}

#[tokio::test]
async fn b20_templates_are_deleted_by_name_and_id_or_in_bulk() {
    let desk = Desk::new().await;
    let one = approved(&desk, delivery("one")).await;
    let two = approved(&desk, delivery("two")).await;
    let delete = |query: String| {
        let path = format!("{}?{query}", path());
        let desk = &desk;
        async move { desk.call("DELETE", &path, None).await }
    };
    assert_eq!(delete(format!("hsm_id={one}")).await.code(), 100, "the name goes with it");
    assert_eq!(delete(format!("name=two&hsm_id={one}")).await.code(), 100, "another template's name");
    assert_eq!(delete(format!("name=one&hsm_id={one}")).await.status, 200);
    assert_eq!(delete(format!("hsm_ids=[\"{two}\"]")).await.status, 200);
    assert_eq!(delete("name=two".to_owned()).await.code(), 100, "it is gone");
    let disabled = approved(&desk, delivery("three")).await;
    act(&desk, &disabled, "disable", Value::Null).await;
    assert_eq!(delete("name=three".to_owned()).await.code(), 100, "disabled templates stay");
}

#[tokio::test]
async fn b20_a_hundred_templates_an_hour_and_so_many_at_all() {
    let desk = Desk::with(SEPTEMBER, |c| c.template_creations_per_hour = 3).await;
    for n in 0..3 {
        assert_eq!(create(&desk, delivery(&format!("t{n}"))).await.status, 200);
    }
    assert_eq!(create(&desk, delivery("t3")).await.code(), 80_007);
    desk.advance(HOUR).await;
    desk.control("PUT", "/wabas", json!({ "id": WABA, "template_limit": 10 })).await;
    assert_eq!(create(&desk, delivery("t3")).await.status, 200);
    let full = create(&desk, delivery("t4")).await;
    assert_eq!(full.body["error"]["error_subcode"], 2_388_019);
    let summary =
        desk.get(&format!("{}?summary=message_template_count,message_template_limit", path())).await;
    assert_eq!(
        summary.body["summary"],
        json!({ "message_template_count": 10, "message_template_limit": 10 })
    );
}

#[tokio::test]
async fn b20_edits_have_quotas_and_are_told() {
    let desk = Desk::new().await;
    listening(&desk).await;
    let id = approved(&desk, delivery("soap")).await;
    let mut components = delivery("soap")["components"].clone();
    components[0]["text"] = json!("Dear {{1}}, the parcel you wait for has left our house today.");
    let edit = json!({ "components": components });
    let edited = desk.call("POST", &format!("/v25.0/{id}"), Some(&edit)).await;
    assert_eq!(edited.body, json!({ "success": true, "id": id, "name": "soap", "category": "UTILITY" }));
    desk.emulator.settle().await;
    assert_eq!(node(&desk, &id).await["status"], "APPROVED", "an approved template stays so");
    let told = &news(&desk, "message_template_components_update")[0];
    assert!(told["message_template_element"].as_str().unwrap().starts_with("Dear"));
    assert_eq!(told["message_template_buttons"][0]["message_template_button_type"], "QUICK_REPLY");
    assert_eq!(desk.call("POST", &format!("/v25.0/{id}"), Some(&edit)).await.code(), 100, "once a day");
    for _ in 0..9 {
        desk.advance(24 * HOUR).await;
        assert_eq!(desk.call("POST", &format!("/v25.0/{id}"), Some(&edit)).await.status, 200);
    }
    desk.advance(24 * HOUR).await;
    assert_eq!(desk.call("POST", &format!("/v25.0/{id}"), Some(&edit)).await.code(), 100, "ten in 30 days");
    desk.advance(20 * 24 * HOUR).await;
    let category = json!({ "category": "MARKETING" });
    assert_eq!(desk.call("POST", &format!("/v25.0/{id}"), Some(&category)).await.code(), 100);
    act(&desk, &id, "disable", Value::Null).await;
    assert_eq!(desk.call("POST", &format!("/v25.0/{id}"), Some(&edit)).await.code(), 100);
}

#[tokio::test]
async fn b20_a_rejected_template_is_edited_and_reviewed_again() {
    let desk = Desk::new().await;
    listening(&desk).await;
    reviewer(
        &desk,
        json!([{ "match": { "text": "our house" }, "decision": "reject", "reason": "PROMOTIONAL" }]),
    )
    .await;
    let id = approved(&desk, delivery("soap")).await;
    assert_eq!(node(&desk, &id).await["rejected_reason"], "PROMOTIONAL");
    let mut components = delivery("soap")["components"].clone();
    components[0]["text"] = json!("Dear {{1}}, the parcel you wait for has left our shop today.");
    let edit = json!({ "components": components, "category": "MARKETING" });
    let edited = desk.call("POST", &format!("/v25.0/{id}"), Some(&edit)).await;
    assert_eq!(edited.body["category"], "MARKETING", "{}", edited.body);
    desk.advance(SECOND).await;
    assert_eq!(events(&desk), ["REJECTED", "PENDING", "APPROVED"]);
    assert_eq!(node(&desk, &id).await["rejected_reason"], "NONE");
}

#[tokio::test]
async fn b20_lists_are_filtered_and_refuse_strange_cursors() {
    let desk = Desk::new().await;
    let id = approved(&desk, delivery("soap")).await;
    act(&desk, &id, "quality", json!({ "score": "YELLOW" })).await;
    let names = |query: &str| {
        let path = format!("{}?fields=name&{query}", path());
        let desk = &desk;
        async move {
            let found = desk.get(&path).await.body;
            let found = found["data"].as_array().unwrap_or_else(|| panic!("{found}")).clone();
            found.iter().map(|t| t["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        }
    };
    assert_eq!(names("quality_score=YELLOW").await, ["soap"]);
    assert_eq!(names("name_or_content=PARCEL").await, ["soap"]);
    assert_eq!(names("source=AUTO_GENERATED").await, [""; 0]);
    assert_eq!(names(&format!("since={}", SEPTEMBER / 1_000)).await, ["soap"]);
    assert_eq!(names(&format!("until={}", SEPTEMBER / 1_000 - 1)).await.len(), 6);
    assert_eq!(names("status=APPROVED,REJECTED&language=es").await.len(), 3);
    assert_eq!(desk.get(&format!("{}?after=nonsense", path())).await.code(), 131_059);
}

#[tokio::test]
async fn b20_authentication_templates_come_in_many_languages_with_metas_words() {
    let desk = Desk::new().await;
    let components = json!([
        { "type": "BODY", "add_security_recommendation": true },
        { "type": "FOOTER", "code_expiration_minutes": 10 },
        { "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "COPY_CODE" }] },
    ]);
    let body = json!({ "name": "otp", "languages": ["en_US", "es"], "category": "AUTHENTICATION", "components": components });
    let upsert = format!("/v25.0/{WABA}/upsert_message_templates");
    let made = desk.call("POST", &upsert, Some(&body)).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(made.body["data"][1]["language"], "es");
    assert_eq!(made.body["data"][0]["status"], "APPROVED");
    let id = made.body["data"][0]["id"].as_str().unwrap();
    let read = node(&desk, id).await;
    assert_eq!(
        read["components"][0]["text"],
        "*{{1}}* is your verification code. For your security, do not share this code."
    );
    assert_eq!(read["components"][2]["buttons"][0]["type"], "URL");
    let again = desk.call("POST", &upsert, Some(&body)).await;
    assert_eq!(again.body["data"][0]["id"], id, "the second time they are changed");
    let preview = desk
        .get(&format!("/v25.0/{WABA}/message_template_previews?category=AUTHENTICATION&languages=en_US,es&code_expiration_minutes=10&add_security_recommendation=true&button_types=OTP"))
        .await
        .body;
    assert_eq!(preview["data"][0]["body"], read["components"][0]["text"]);
    assert_eq!(preview["data"][0]["footer"], "This code expires in 10 minutes.");
    assert_eq!(preview["data"][1]["buttons"][0]["text"], "Copiar código");
    let code = json!({ "type": "template", "template": { "name": "otp", "language": { "code": "es" }, "components": [
        { "type": "body", "parameters": [{ "type": "text", "text": "J$FpnYnP" }] },
        { "type": "button", "sub_type": "url", "index": "0", "parameters": [{ "type": "text", "text": "J$FpnYnP" }] },
    ] } });
    assert_eq!(desk.send(code).await.status, 200);
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.statuses()[0]["pricing"]["category"], "authentication");
    assert_eq!(desk.thread().await["messages"][0]["rendered"]["buttons"][0]["code"], "J$FpnYnP");
}

#[tokio::test]
async fn b20_the_library_has_templates_that_are_approved_at_once() {
    let desk = Desk::new().await;
    let found = desk.get("/v25.0/message_template_library?search=payment&language=en_US").await.body;
    assert_eq!(found["data"][0]["name"], "payment_received", "{found}");
    assert_eq!(found["data"][0]["body_param_types"], json!(["AMOUNT", "NUMBER", "EMAIL"]));
    let body = json!({ "name": "paid", "language": "en_US", "category": "UTILITY", "library_template_name": "payment_received" });
    let created = create(&desk, body).await;
    assert_eq!(created.body["status"], "APPROVED", "{}", created.body);
    let pay = |mail: &str| {
        json!({ "type": "template", "template": { "name": "paid", "language": { "code": "en_US" }, "components": [
            { "type": "body", "parameters": [{ "type": "text", "text": "$ 12" }, { "type": "text", "text": "2042" }, { "type": "text", "text": mail }] }] } })
    };
    assert_eq!(desk.send(pay("nobody")).await.code(), 132_012);
    assert_eq!(desk.send(pay("ana@example.com")).await.status, 200);
    let parcel = json!({ "name": "parcel", "language": "en_US", "category": "UTILITY", "library_template_name": "parcel_on_its_way" });
    assert_eq!(create(&desk, parcel.clone()).await.code(), 100, "its button needs an address");
    let mut with_button = parcel;
    with_button["library_template_button_inputs"] = json!([{ "type": "URL", "url": { "base_url": "https://acme.test/{{1}}", "url_suffix_example": "https://acme.test/1" } }]);
    assert_eq!(create(&desk, with_button).await.status, 200);
}

#[tokio::test]
async fn b20_good_templates_move_to_another_waba_of_the_business() {
    let desk = Desk::new().await;
    let other = desk.control("PUT", "/wabas", json!({ "name": "Second" })).await.body["id"]
        .as_str()
        .unwrap()
        .to_owned();
    act(&desk, "500000000000001", "quality", json!({ "score": "YELLOW" })).await;
    let path = format!("/v25.0/{other}/migrate_message_templates?source_waba_id={WABA}&page_number=0");
    let moved = desk.call("POST", &path, None).await.body;
    assert_eq!(moved["migrated_templates"].as_array().unwrap().len(), 5, "{moved}");
    assert!(moved["failed_templates"]["500000000000001"].as_str().unwrap().contains("quality"));
    let again = desk.call("POST", &path, None).await.body;
    assert_eq!(again["failed_templates"].as_object().unwrap().len(), 6);
    let listed = desk.get(&format!("/v25.0/{other}/message_templates")).await.body;
    assert_eq!(listed["data"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn b20_unused_templates_are_archived_and_come_back() {
    let desk = Desk::new().await;
    listening(&desk).await;
    let id = approved(&desk, delivery("soap")).await;
    let archive = |word: &str| {
        let path = format!("{}/{word}", path());
        let (desk, ids) = (&desk, json!({ "hsm_ids": format!("{id},77") }));
        async move { desk.call("POST", &path, Some(&ids)).await.body }
    };
    let archived = archive("archive").await;
    assert_eq!(archived["archived_templates"], json!([id]));
    assert_eq!(archived["failed_templates"]["77"], "Template not found");
    assert_eq!(desk.send(message("soap", "en_US", "Ana")).await.code(), 132_001);
    assert_eq!(archive("unarchive").await["unarchived_templates"], json!([id]));
    desk.advance(365 * 24 * HOUR).await;
    desk.advance(28 * 24 * HOUR).await;
    assert_eq!(events(&desk), ["APPROVED", "ARCHIVED", "UNARCHIVED", "ARCHIVED", "DELETED"]);
}
