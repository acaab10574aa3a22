//! Meta's door, and the deliveries that came through it.

use crate::{APP_SECRET, Http, options_of};
use axum::body::Body;
use http::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const DOOR: &str = "/webhooks/whatsapp";

async fn metric(http: &Http, line: &str) -> f64 {
    let metrics = http.door.get("/metrics").await.text();
    metrics.lines().find_map(|l| l.strip_prefix(line)).map_or(0.0, |value| value.trim().parse().unwrap())
}

#[tokio::test]
async fn the_handshake_wants_a_number_s_verify_token() {
    let http = Http::new().await;
    let ask = |mode: &str, token: &str| {
        format!("{DOOR}?hub.mode={mode}&hub.verify_token={token}&hub.challenge=1158201444")
    };
    let answer = http.door.nobody().get(&ask("subscribe", "emulator-verify")).await;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "1158201444"));
    http.door.nobody().get(&ask("subscribe", "guessed")).await.problem(403, "forbidden", None);
    http.door.nobody().get(&ask("unsubscribe", "emulator-verify")).await.problem(403, "forbidden", None);
    http.door.nobody().get(DOOR).await.problem(403, "forbidden", None);
}

#[tokio::test]
async fn without_the_right_signature_nothing_is_kept_and_it_is_counted() {
    let http = Http::new().await;
    let before = http.door.get("/v1/deliveries").await.expect(200);
    let refused = "waypost_webhook_refused_total{reason=\"signature\"}";
    let counted = metric(&http, refused).await;
    let body = br#"{"object":"whatsapp_business_account","entry":[]}"#;
    let wrong = cloud_api::signature::sign("another secret", body);
    for headers in
        [vec![], vec![("x-hub-signature-256", wrong.as_str())], vec![("x-hub-signature-256", "sha256=zz")]]
    {
        let answer = http.door.nobody().call(Method::POST, DOOR, &headers, Body::from(body.to_vec())).await;
        answer.problem(401, "unauthenticated", None);
    }
    assert_eq!(http.door.get("/v1/deliveries").await.expect(200), before);
    // Tests of one process share its counters.
    assert!(metric(&http, refused).await >= counted + 3.0);
}

testkit::on_both! {
    async fn a_signed_delivery_is_kept_whatever_is_in_it(database) {
        let mut http = Http::over(database).await;
        let answer = http.door.deliver(b"{\"object\": not json").await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len()), (200, 0));
        let unrouted = json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{
            "field": "messages",
            "value": { "messaging_product": "whatsapp",
                "metadata": { "display_phone_number": "15550009999", "phone_number_id": "999" },
                "contacts": [{ "profile": { "name": "Zoe" }, "wa_id": "34600111222" }],
                "messages": [{ "from": "34600111222", "id": "wamid.zoe", "timestamp": "1793523600", "type": "text",
                    "text": { "body": "is anybody there?" } }] },
        }] }] });
        http.door.deliver(unrouted.to_string().as_bytes()).await.expect(200);
        http.rest().await;

        let malformed = http.door.get("/v1/deliveries?state=malformed").await.expect(200);
        assert_eq!(malformed["data"].as_array().unwrap().len(), 1, "{malformed}");
        let list = http.door.get("/v1/deliveries?state=unrouted").await.expect(200);
        assert_eq!(list["data"].as_array().unwrap().len(), 1, "{list}");
        assert_eq!(list["data"][0].get("body"), None);
        let path = format!("/v1/deliveries/{}", list["data"][0]["id"].as_str().unwrap());
        let one = http.door.get(&path).await.expect(200);
        assert_eq!(one["body"], unrouted.to_string());
        assert_eq!(one["size"], unrouted.to_string().len());
        http.door.json(Method::POST, &format!("{path}/replay"), &json!(null)).await.expect(202);
        http.rest().await;
        assert_eq!(http.door.get(&path).await.expect(200)["state"], "unrouted");
    }
}

#[tokio::test]
async fn over_4_mib_is_too_large_and_just_under_is_not() {
    let http = Http::new().await;
    let full = vec![b' '; server::WEBHOOK_LIMIT];
    assert_eq!(http.door.deliver(&full).await.status, 200);
    let mut over = full;
    over.push(b' ');
    let problem = http.door.deliver(&over).await.problem(413, "too-large", None);
    assert_eq!(problem["limit"], 4 * 1024 * 1024);
    // A liar about the length gets no further.
    let signature = cloud_api::signature::sign(APP_SECRET, &over);
    let stream = futures_util::stream::iter(
        over.chunks(64 * 1024).map(|c| Ok::<_, std::io::Error>(c.to_vec())).collect::<Vec<_>>(),
    );
    let headers = [("x-hub-signature-256", signature.as_str())];
    let answer = http.door.nobody().call(Method::POST, DOOR, &headers, Body::from_stream(stream)).await;
    answer.problem(413, "too-large", None);
    let mut http = http;
    http.rest().await;
}

/// Over a real socket, as clients that write all they have before they listen.
#[tokio::test]
async fn who_writes_before_listening_still_hears_that_it_is_too_large() {
    let http = Http::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = server::Server::new(http.world.app.clone(), options_of("http://waypost.test"));
    let serving = tokio::spawn(async move { server.serve(listener, std::future::pending()).await });
    for path in [DOOR, "/v1/session"] {
        let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
        let body = vec![b' '; 20 * 1024 * 1024];
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: waypost.test\r\ncontent-type: application/json\r\n\
             connection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(&body).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
        assert!(answer.contains("/docs/problems/too-large"), "{path}: {answer}");
    }
    serving.abort();
}
