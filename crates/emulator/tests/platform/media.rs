//! Media: upload, URL with an expiry, links, files from customers.

use axum::Router;
use axum::routing::get;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::desk::*;

/// A PNG of one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82";

async fn upload(desk: &Desk, bytes: Vec<u8>, mime: &str) -> Answered {
    let part = Part::bytes(bytes).file_name("x.png").mime_str(mime).unwrap();
    let form =
        Form::new().text("messaging_product", "whatsapp").text("type", mime.to_owned()).part("file", part);
    let url = format!("{}/v25.0/{NUMBER}/media", desk.base);
    read(desk.http.post(url).bearer_auth(TOKEN).multipart(form).send().await.unwrap()).await
}

#[tokio::test]
async fn b19_an_uploaded_file_lives_thirty_days_and_its_url_five_minutes() {
    let desk = Desk::new().await;
    let refused = upload(&desk, vec![0; 6 * 1024 * 1024], "image/jpeg").await;
    assert_eq!((refused.status, refused.code()), (400, 100));
    assert_eq!(upload(&desk, vec![1], "image/tiff").await.status, 400);

    let id = upload(&desk, PIXEL.to_vec(), "image/png").await.body["id"].as_str().unwrap().to_owned();
    let facts = desk.get(&format!("/v25.0/{id}")).await.body;
    assert_eq!(facts["mime_type"], "image/png");
    assert_eq!(facts["sha256"].as_str().unwrap().len(), 64);
    let url = facts["url"].as_str().unwrap();
    let fetch = |token: Option<&'static str>| {
        let request = desk.http.get(url);
        token.map_or_else(|| desk.http.get(url), |t| request.bearer_auth(t)).send()
    };
    assert_eq!(fetch(None).await.unwrap().status(), 401);
    let got = fetch(Some(TOKEN)).await.unwrap();
    assert_eq!(got.headers()["content-type"], "image/png");
    assert_eq!(got.bytes().await.unwrap(), PIXEL);
    desk.advance(5 * MINUTE).await;
    assert_eq!(fetch(Some(TOKEN)).await.unwrap().status(), 404);
    assert_eq!(desk.get(&format!("/v25.0/{id}")).await.status, 200);
    desk.advance(30 * 24 * HOUR).await;
    let gone = desk.get(&format!("/v25.0/{id}")).await;
    assert_eq!((gone.code(), gone.body["error"]["error_subcode"].as_i64()), (100, Some(33)));
}

#[tokio::test]
async fn b19_a_file_is_sent_by_id_and_deleted() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let id = upload(&desk, PIXEL.to_vec(), "image/png").await.body["id"].as_str().unwrap().to_owned();
    desk.send(json!({ "type": "image", "image": { "id": id, "caption": "One pixel" } })).await;
    desk.advance(SECOND).await;
    let shown = desk.thread().await["messages"][1].clone();
    assert_eq!(shown["media"]["mime_type"], "image/png");
    let url = format!("{}{}", desk.base, shown["media"]["url"].as_str().unwrap());
    assert_eq!(desk.http.get(url).send().await.unwrap().bytes().await.unwrap(), PIXEL);
    assert_eq!(desk.call("DELETE", &format!("/v25.0/{id}"), None).await.body, json!({ "success": true }));
    assert_eq!(desk.call("DELETE", &format!("/v25.0/{id}"), None).await.code(), 100);
    let refused = desk.send(json!({ "type": "image", "image": { "id": id } })).await;
    assert_eq!(refused.code(), 131_009);
    assert!(refused.details().contains("is not a valid whatsapp business account media attachment ID"));
}

#[tokio::test]
async fn b19_a_link_is_fetched_or_the_message_fails() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let files = Router::new().route("/a.png", get(|| async { ([("content-type", "image/png")], PIXEL) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, files).await });

    desk.send(json!({ "type": "image", "image": { "link": format!("{base}/a.png") } })).await;
    desk.emulator.settle().await;
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.status_names(), ["sent", "delivered", "read"]);
    assert_eq!(desk.thread().await["messages"][1]["media"]["mime_type"], "image/png");

    let missing =
        desk.send(json!({ "type": "image", "image": { "link": format!("{base}/none.png") } })).await;
    desk.emulator.settle().await;
    desk.advance(SECOND).await;
    let status = desk.receiver.statuses().pop().unwrap();
    assert_eq!(status["id"], missing.wamid());
    assert_eq!(status["errors"][0]["code"], 131_053);
}

#[tokio::test]
async fn b19_a_customers_file_comes_with_facts_and_can_be_downloaded() {
    let desk = Desk::new().await;
    desk.control("POST", "/customers", json!({ "wa_id": ANA })).await;
    let part = Part::bytes(PIXEL.to_vec()).file_name("me.png").mime_str("image/png").unwrap();
    let form = Form::new().text("caption", "me").part("file", part);
    let url = format!("{}/_control/customers/{ANA}/messages", desk.base);
    let sent = read(desk.http.post(url).multipart(form).send().await.unwrap()).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    desk.emulator.settle().await;
    let image = desk.receiver.messages()[0]["image"].clone();
    assert_eq!(image["caption"], "me");
    assert_eq!(image["mime_type"], "image/png");
    let direct = desk.http.get(image["url"].as_str().unwrap()).bearer_auth(TOKEN).send().await.unwrap();
    assert_eq!(direct.bytes().await.unwrap(), PIXEL);
    let id = image["id"].as_str().unwrap();
    assert_eq!(desk.get(&format!("/v25.0/{id}?phone_number_id={NUMBER}")).await.status, 200);
    desk.advance(7 * 24 * HOUR).await;
    assert_eq!(desk.get(&format!("/v25.0/{id}")).await.status, 400);
}

#[tokio::test]
async fn b19_a_sticker_that_stands_still_is_smaller_than_one_that_moves() {
    let desk = Desk::new().await;
    let webp = |flags: u8, size: usize| {
        let mut bytes = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0".to_vec();
        bytes.push(flags);
        bytes.resize(size, 0);
        bytes
    };
    assert_eq!(upload(&desk, webp(0, 100 * 1024), "image/webp").await.status, 200);
    let refused = upload(&desk, webp(0, 100 * 1024 + 1), "image/webp").await;
    assert_eq!((refused.status, refused.code()), (400, 100));
    assert!(refused.details().contains("too big"), "{}", refused.body);
    assert_eq!(upload(&desk, webp(2, 500 * 1024), "image/webp").await.status, 200);
    assert_eq!(upload(&desk, webp(2, 500 * 1024 + 1), "image/webp").await.code(), 100);
}

#[tokio::test]
async fn b19_a_link_is_fetched_again_after_ten_minutes() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = std::sync::Arc::clone(&asked);
    let files = Router::new().route(
        "/a.png",
        get(move || {
            counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            async { ([("content-type", "image/png")], PIXEL) }
        }),
    );
    let link = format!("{}/a.png", listen(files).await);
    let mut times = Vec::new();
    for wait in [9 * MINUTE, 2 * MINUTE, MINUTE] {
        desk.send(json!({ "type": "image", "image": { "link": link } })).await;
        desk.emulator.settle().await;
        desk.advance(wait).await;
        times.push(asked.load(std::sync::atomic::Ordering::SeqCst));
    }
    assert_eq!(times, [1, 1, 2]);
}

#[tokio::test]
async fn b19_a_file_belongs_to_the_number_that_has_it() {
    let desk = Desk::new().await;
    let id = upload(&desk, PIXEL.to_vec(), "image/png").await.body["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.get(&format!("/v25.0/{id}?phone_number_id={NUMBER}")).await.status, 200);
    let other = desk.get(&format!("/v25.0/{id}?phone_number_id=600000000000009")).await;
    assert_eq!((other.status, &other.body["error"]["error_subcode"]), (400, &json!(33)));
    assert_eq!(
        desk.call("DELETE", &format!("/v25.0/{id}?phone_number_id=600000000000009"), None).await.status,
        400
    );
    assert_eq!(desk.get(&format!("/v25.0/{id}")).await.status, 200, "still there");
}
