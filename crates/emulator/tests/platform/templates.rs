//! Templates: listing, parameters, what the phone shows.

use serde_json::{Value, json};

use crate::desk::*;

#[tokio::test]
async fn templates_are_listed_filtered_and_paged() {
    let desk = Desk::new().await;
    let path = format!("/v25.0/{WABA}/message_templates");
    let all = desk.get(&path).await.body;
    assert_eq!(all["data"].as_array().unwrap().len(), 6);
    assert_eq!(all["data"][0]["parameter_format"], "POSITIONAL");
    let marketing = desk.get(&format!("{path}?category=MARKETING&language=es")).await.body;
    assert_eq!(marketing["data"][0]["name"], "welcome_back");
    assert_eq!(marketing["data"].as_array().unwrap().len(), 1);

    let mut names = Vec::new();
    let mut next = Some(format!("{}{path}?limit=4&fields=name", desk.base));
    while let Some(url) = next {
        let page = read(desk.http.get(url).bearer_auth(TOKEN).send().await.unwrap()).await.body;
        names.extend(page["data"].as_array().unwrap().clone());
        next = page["paging"]["next"].as_str().map(str::to_owned);
    }
    assert_eq!(names.len(), 6);
    assert!(names[0].get("language").is_none() && names[0]["id"].is_string());
    let id = names[0]["id"].as_str().unwrap();
    assert_eq!(desk.get(&format!("/v25.0/{id}")).await.body["name"], "hello_world");
}

#[tokio::test]
async fn the_phone_shows_a_template_filled_in() {
    let desk = Desk::new().await;
    desk.send(
        json!({ "type": "template", "template": { "name": "welcome_back", "language": { "code": "en_US" },
        "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "Ana" }] }] } }),
    )
    .await;
    desk.advance(SECOND).await;
    let rendered = desk.thread().await["messages"][0]["rendered"].clone();
    assert_eq!(rendered["header"]["text"], "We missed you");
    assert!(rendered["body"].as_str().unwrap().starts_with("Hi Ana,"));
    assert_eq!(rendered["buttons"][0]["text"], "Stop promotions");
    assert_eq!(rendered["buttons"][0]["payload"], "Stop promotions");
}

#[tokio::test]
async fn a_template_under_review_or_paused_is_refused() {
    let desk = Desk::new().await;
    let hello =
        json!({ "type": "template", "template": { "name": "hello_world", "language": { "code": "es" } } });
    for (status, code) in [("PAUSED", 132_015), ("DISABLED", 132_016), ("PENDING", 132_001)] {
        let body = json!({ "name": "hello_world", "language": "es", "status": status });
        assert_eq!(desk.control("PUT", "/templates", body).await.status, 200);
        assert_eq!(desk.send(hello.clone()).await.code(), code, "{status}");
    }
}

#[tokio::test]
async fn values_of_the_wrong_form_are_refused() {
    let desk = Desk::new().await;
    let send = |components: Value| {
        desk.send(json!({ "type": "template", "template": { "name": "hello_world", "language": { "code": "es" }, "components": components } }))
    };
    let button = json!([{ "type": "button", "sub_type": "url", "index": "0", "parameters": [{ "type": "text", "text": "x" }] }]);
    assert_eq!(send(button).await.code(), 132_012);
    let body = json!([{ "type": "body", "parameters": [{ "type": "text", "text": "x" }] }]);
    assert_eq!(send(body).await.code(), 132_000);
    let media = json!({ "name": "with_image", "language": "es", "components": [
        { "type": "HEADER", "format": "IMAGE" }, { "type": "BODY", "text": "Mira" } ] });
    desk.control("PUT", "/templates", media).await;
    let sent = desk
        .send(json!({ "type": "template", "template": { "name": "with_image", "language": { "code": "es" },
            "components": [{ "type": "header", "parameters": [{ "type": "text", "text": "x" }] }] } }))
        .await;
    assert_eq!(sent.code(), 132_012, "{}", sent.body);
}

#[tokio::test]
async fn marketing_does_not_reach_phones_of_the_united_states() {
    let desk = Desk::new().await;
    let body = json!({ "type": "template", "template": { "name": "welcome_back", "language": { "code": "en_US" },
        "components": [{ "type": "body", "parameters": [{ "type": "text", "text": "Ana" }] }] } });
    desk.send_to("+1 650 555 1234", body.clone()).await;
    desk.send_to("+1 555 020 0001", body).await;
    desk.advance(SECOND).await;
    let statuses = desk.receiver.statuses();
    let failed: Vec<&Value> = statuses.iter().filter(|s| s["status"] == "failed").collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["errors"][0]["code"], 131_049);
    assert_eq!(failed[0]["recipient_id"], "16505551234");
}
