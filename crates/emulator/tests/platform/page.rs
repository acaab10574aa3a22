//! The phones page: served whole from the binary, without outside resources. And what its inspector reads: requests with
//! their answers, without tokens, and webhooks with their signatures.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::desk::*;

#[tokio::test]
async fn the_page_brings_all_it_needs() {
    let desk = Desk::new().await;
    let page = asset(&desk, "/", "text/html; charset=utf-8").await;
    assert_eq!(asset(&desk, "/phones", "text/html; charset=utf-8").await, page);
    assert!(!page.contains("https://"));
    for sheet in named(&page, "href=\"/_phones/") {
        let text = asset(&desk, &format!("/_phones/{sheet}"), "text/css; charset=utf-8").await;
        assert!(!text.contains("@import") && !text.contains("https:"), "{sheet}");
    }
    let mut waiting: Vec<String> = named(&page, "src=\"/_phones/");
    let mut seen = BTreeSet::new();
    while let Some(module) = waiting.pop() {
        if seen.insert(module.clone()) {
            let text = asset(&desk, &format!("/_phones/{module}"), "text/javascript; charset=utf-8").await;
            waiting.extend(named(&text, "from \"./"));
        }
    }
    assert!(seen.contains("app.js") && seen.contains("forms.js") && seen.contains("traffic.js"));
}

/// An asset that runs nothing but what the emulator itself serves.
async fn asset(desk: &Desk, path: &str, kind: &str) -> String {
    let response = desk.http.get(format!("{}{path}", desk.base)).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(response.headers()["content-type"], kind, "{path}");
    response.text().await.unwrap()
}

/// What stands between a prefix and the next quotation mark, each time.
fn named(text: &str, prefix: &str) -> Vec<String> {
    text.split(prefix).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

async fn requests(desk: &Desk, query: &str) -> Vec<Value> {
    let path = format!("/requests{query}");
    desk.control("GET", &path, Value::Null).await.body["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn every_request_is_kept_with_its_answer() {
    let desk = Desk::new().await;
    let wamid_in = desk.ana_writes("hola").await;
    let accepted = desk.text("¿qué tal?").await.wamid();
    let refused = desk.text("").await;
    let receipt = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": wamid_in });
    desk.call("POST", &format!("/v25.0/{NUMBER}/messages"), Some(&receipt)).await;

    let kept = requests(&desk, "").await;
    assert_eq!(kept.len(), 3, "control calls are not Graph requests");
    let (read, bad, sent) = (&kept[0], &kept[1], &kept[2]);
    assert_eq!((&sent["kind"], &sent["status"], &sent["app_id"]), (&json!("send"), &json!(200), &json!(APP)));
    assert_eq!(sent["request"]["text"]["body"], "¿qué tal?");
    assert_eq!(sent["response"]["messages"][0]["id"], accepted.as_str());
    assert_eq!((&sent["wa_id"], &sent["phone_number_id"]), (&json!(ANA), &json!(NUMBER)));
    assert_eq!((&bad["status"], bad["code"].as_i64()), (&json!(400), Some(refused.code())));
    assert_eq!(bad["trace_id"], refused.body["error"]["fbtrace_id"]);
    assert_eq!((&read["kind"], &read["wa_id"]), (&json!("read"), &json!(ANA)));

    assert_eq!(requests(&desk, &format!("?wamid={accepted}")).await, std::slice::from_ref(sent));
    assert_eq!(requests(&desk, &format!("?wamid={wamid_in}")).await, std::slice::from_ref(read));
    assert_eq!(requests(&desk, "?status=failed").await, std::slice::from_ref(bad));
    assert_eq!(requests(&desk, "?status=4xx&kind=send").await, std::slice::from_ref(bad));
    assert_eq!(requests(&desk, "?text=QU%C3%89").await, std::slice::from_ref(sent));
    assert_eq!(requests(&desk, &format!("?before={}&limit=1", bad["id"])).await, std::slice::from_ref(sent));
    let one = desk.control("GET", &format!("/requests/{}", sent["id"]), Value::Null).await;
    assert_eq!(&one.body, sent);
    assert_eq!(desk.control("GET", "/requests/999", Value::Null).await.status, 404);
}

#[tokio::test]
async fn tokens_and_secrets_are_never_shown() {
    let desk = Desk::new().await;
    desk.text(&format!("my token is {TOKEN} and my secret {SECRET}")).await;
    desk.get(&format!("/v25.0/{NUMBER}?access_token={TOKEN}&fields=verified_name")).await;
    let oauth = format!("/oauth/access_token?client_id={APP}&client_secret={SECRET}");
    let granted = desk.call_as(None, "GET", &oauth, None).await;
    assert!(granted.body["access_token"].as_str().unwrap().contains(SECRET));
    desk.get(&format!("/debug_token?input_token={TOKEN}")).await;
    desk.call_as(Some(TOKEN), "GET", &format!("/v25.0/{TOKEN}"), None).await;

    let kept = requests(&desk, "").await;
    assert_eq!(kept.len(), 5);
    let all = serde_json::to_string(&kept).unwrap();
    assert!(!all.contains(TOKEN) && !all.contains(SECRET), "{all}");
}

#[tokio::test]
async fn a_request_can_be_repeated_from_a_shell() {
    let desk = Desk::new().await;
    desk.text("it's on").await;
    desk.get(&format!("/v25.0/{WABA}/message_templates?limit=2&fields=name,status")).await;
    let curls: Vec<String> =
        requests(&desk, "").await.iter().map(|r| r["curl"].as_str().unwrap().to_owned()).collect();
    let listed = format!(
        "curl -X GET '{}/v25.0/{WABA}/message_templates?fields=name,status&limit=2' \\\n  \
         -H \"Authorization: Bearer $ACCESS_TOKEN\"",
        desk.base
    );
    assert_eq!(curls[0], listed);
    assert!(curls[1].starts_with(&format!("curl -X POST '{}/v25.0/{NUMBER}/messages' \\\n", desk.base)));
    assert!(curls[1].contains(r"it'\''s on"), "{}", curls[1]);
    assert!(!curls.concat().contains(TOKEN));
}

#[tokio::test]
async fn faults_and_lost_answers_are_in_the_log() {
    let desk = Desk::new().await;
    let rule =
        json!({ "match": { "kind": "send" }, "effect": { "status": 503, "when": "after" }, "times": 1 });
    desk.control("POST", "/faults", rule).await;
    assert_eq!(desk.text("lost").await.status, 503);
    let rule = json!({ "match": { "kind": "send" }, "effect": { "cut": true }, "times": 1 });
    desk.control("POST", "/faults", rule).await;
    let message =
        json!({ "messaging_product": "whatsapp", "to": ANA, "type": "text", "text": { "body": "cut" } });
    let url = format!("{}/v25.0/{NUMBER}/messages", desk.base);
    let cut = desk.http.post(url).bearer_auth(TOKEN).json(&message).send().await;
    assert!(match cut {
        Ok(response) => response.bytes().await.is_err(),
        Err(_) => true,
    });
    let kept = requests(&desk, "?status=failed").await;
    assert_eq!(
        (&kept[0]["status"], &kept[0]["fault"]),
        (&Value::Null, &json!("cut before anything happened"))
    );
    assert_eq!(
        (&kept[1]["status"], &kept[1]["fault"]),
        (&json!(503), &json!("HTTP 503 after it was carried out"))
    );
}

#[tokio::test]
async fn only_the_newest_requests_are_kept() {
    let desk = Desk::with(SEPTEMBER, |config| config.request_log = 3).await;
    for number in 0..5 {
        desk.get(&format!("/v25.0/{number}")).await;
    }
    let paths: Vec<Value> = requests(&desk, "").await.iter().map(|r| r["path"].clone()).collect();
    assert_eq!(paths, ["/v25.0/4", "/v25.0/3", "/v25.0/2"]);
    let desk = Desk::with(SEPTEMBER, |config| config.request_log = 0).await;
    desk.get(&format!("/v25.0/{NUMBER}")).await;
    assert!(requests(&desk, "").await.is_empty());
}

#[tokio::test]
async fn a_webhook_is_shown_with_the_signature_it_carried() {
    let desk = Desk::new().await;
    let wamid = desk.ana_writes("hola, mundo").await;
    let found = desk.control("GET", "/webhooks?text=HOLA&state=delivered", Value::Null).await;
    let id = found.body["data"][0]["id"].as_u64().unwrap();
    assert_eq!(found.body["data"][0]["wamid"], wamid.as_str());
    let shown = desk.control("GET", &format!("/webhooks/{id}"), Value::Null).await.body;
    let carried = desk.receiver.got.lock().unwrap()[0].headers["x-hub-signature-256"].clone();
    assert_eq!(shown["signature"], carried.to_str().unwrap());
    let none = desk.control("GET", "/webhooks?state=undelivered", Value::Null).await;
    assert_eq!(none.body["data"], json!([]));
}

#[tokio::test]
async fn a_thread_tells_the_window_the_pair_rate_and_the_profile() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    for _ in 0..3 {
        desk.text("¡hola!").await;
    }
    let thread = desk.thread().await;
    assert_eq!(thread["service_window"]["open"], true);
    assert_eq!(thread["pair_rate"], json!({ "burst": 45, "left": 42 }));
    assert!(thread["phone_number"]["profile"].is_object());
    desk.advance(7 * SECOND).await;
    let thread = desk.thread().await;
    assert_eq!(thread["pair_rate"]["left"], 43);
    assert_eq!(thread["messages"][1]["pricing"]["category"], "service");
}

#[tokio::test]
async fn a_screen_shows_those_heard_of_last() {
    let desk = Desk::new().await;
    for (number, name) in [("34600000001", "Ana"), ("34600000002", "Berta"), ("34600000003", "Carla")] {
        desk.control("POST", "/customers", json!({ "wa_id": number, "name": name })).await;
        desk.advance(SECOND).await;
    }
    let hola = json!({ "type": "text", "text": { "body": "hola" } });
    desk.control("POST", "/customers/34600000001/messages", hola).await;
    let names = async |query: &str| {
        let found = desk.control("GET", &format!("/customers{query}"), Value::Null).await.body;
        let names = found["data"].as_array().unwrap().iter().map(|c| c["name"].clone()).collect::<Vec<_>>();
        (names, found["total"].as_u64().unwrap())
    };
    assert_eq!(names("?limit=2").await, (vec![json!("Ana"), json!("Carla")], 3));
    assert_eq!(names("?text=BERT&limit=5").await, (vec![json!("Berta")], 1));
    assert_eq!(names("?text=%2B346000").await.1, 3);
    assert_eq!(names("").await.0, ["Ana", "Berta", "Carla"]);
}

#[tokio::test]
async fn a_template_is_rendered_with_cards_offers_and_actions() {
    let desk = Desk::new().await;
    let card = json!({ "components": [
        { "type": "BODY", "text": "Card {{1}}" },
        { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": "More" }] },
    ] });
    let template = json!({ "name": "cards", "language": "en", "category": "MARKETING", "components": [
        { "type": "LIMITED_TIME_OFFER", "limited_time_offer": { "text": "Today!", "has_expiration": true } },
        { "type": "BODY", "text": "Two plants" },
        { "type": "CAROUSEL", "cards": [card, card] },
        { "type": "BUTTONS", "buttons": [{ "type": "CATALOG", "text": "View catalog" }] },
    ] });
    assert_eq!(desk.control("PUT", "/templates", template).await.status, 200);
    let filled = |index: u8, name: &str| {
        json!({ "card_index": index, "components": [
            { "type": "body", "parameters": [{ "type": "text", "text": name }] },
            { "type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{ "type": "payload", "payload": name }] },
        ] })
    };
    let sent = json!({ "type": "template", "template": {
        "name": "cards", "language": { "code": "en" }, "components": [
            { "type": "limited_time_offer", "parameters": [
                { "type": "limited_time_offer", "limited_time_offer": { "expiration_time_ms": 1_788_300_000_000_i64 } },
            ] },
            { "type": "carousel", "cards": [filled(0, "Aloe"), filled(1, "Jade")] },
            { "type": "button", "sub_type": "catalog", "index": 0, "parameters": [
                { "type": "action", "action": { "thumbnail_product_retailer_id": "aloe" } },
            ] },
        ],
    } });
    desk.send(sent).await.wamid();
    desk.advance(SECOND).await;
    let shown = desk.thread().await["messages"][0]["rendered"].clone();
    assert_eq!(shown["limited_time_offer"]["expiration_time_ms"], 1_788_300_000_000_i64);
    assert_eq!(shown["cards"][1]["body"], "Card Jade");
    assert_eq!(shown["cards"][1]["buttons"][0]["payload"], "Jade");
    assert_eq!(shown["buttons"][0]["action"]["thumbnail_product_retailer_id"], "aloe");
}
