//! The client against a server of its own, well-behaved and not.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod core;
mod numbers;
mod people;
mod settings;
mod stage;

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{ConnectInfo, Multipart, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use cloud_api::client::templates::TemplateFilter;
use cloud_api::client::{Client, Config, ConfigError};
use cloud_api::error::{Disposition, Error};
use cloud_api::message::{Outbound, Recipient};
use cloud_api::signature::appsecret_proof;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const TOKEN: &str = "a-very-secret-token";
const SECRET: &str = "a-very-secret-app-secret";

/// What the server saw.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Call>>>);

type Call = (SocketAddr, HeaderMap, HashMap<String, String>, Value);

impl Seen {
    fn last(&self) -> (HeaderMap, HashMap<String, String>, Value) {
        let (_, headers, query, body) = self.0.lock().unwrap().last().unwrap().clone();
        (headers, query, body)
    }
}

fn config(base_url: String) -> Config {
    Config {
        base_url,
        app_secret: Some(SECRET.into()),
        timeout: Duration::from_secs(20),
        ..Config::new(TOKEN)
    }
}

/// Serves these routes and gives a client for them.
async fn serve(routes: Router) -> (Client, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    (Client::new(config(url.clone())).unwrap(), url)
}

async fn messages(
    State(seen): State<Seen>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Json<Value> {
    let read = body.get("status").is_some();
    seen.0.lock().unwrap().push((peer, headers, query, body));
    Json(if read {
        json!({"success": true})
    } else {
        json!({"messaging_product": "whatsapp", "contacts": [{"input": "+1 650", "wa_id": "1650"}],
            "messages": [{"id": "wamid.1", "message_status": "accepted"}]})
    })
}

fn text() -> Outbound {
    Outbound::text(Recipient::Phone("+16505551234".into()), "Hi")
}

/// A server whose messages edge always answers the same.
async fn answering(status: u16, body: &'static str) -> Client {
    let answer = move || async move { (StatusCode::from_u16(status).unwrap(), body) };
    serve(Router::new().route("/v25.0/{id}/messages", post(answer))).await.0
}

#[tokio::test]
async fn a_message_is_sent_with_token_and_proof() {
    let seen = Seen::default();
    let routes = Router::new().route("/v25.0/600/messages", post(messages)).with_state(seen.clone());
    let (client, _) = serve(routes).await;
    let sent = client.send_message("600", &text()).await.unwrap();
    assert_eq!((sent.wamid.as_str(), sent.message_status.as_deref()), ("wamid.1", Some("accepted")));
    assert_eq!(sent.contact.unwrap().wa_id.as_deref(), Some("1650"));
    let (headers, query, body) = seen.last();
    assert_eq!(headers["authorization"], format!("Bearer {TOKEN}"));
    assert_eq!(query["appsecret_proof"], appsecret_proof(SECRET, TOKEN));
    assert_eq!(body, text().to_json());

    // Kinds of interactive messages that this crate doesn't know are the caller's business.
    let unknown = json!({"messaging_product": "whatsapp", "to": "+16505551234", "type": "interactive",
        "interactive": {"type": "hologram", "body": {"text": "Look"}, "action": {"name": "hologram"}}});
    client.send_message("600", &unknown).await.unwrap();
    assert_eq!(seen.last().2, unknown);

    let other = client.with_credentials("other".into(), None);
    other.mark_read("600", "wamid.IN", true).await.unwrap();
    let (headers, query, body) = seen.last();
    assert_eq!(headers["authorization"], "Bearer other");
    assert!(query.is_empty());
    assert_eq!(
        body,
        json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN",
        "typing_indicator": {"type": "text"}})
    );
}

#[tokio::test]
async fn connections_are_used_again() {
    let seen = Seen::default();
    let routes = Router::new().route("/v25.0/600/messages", post(messages)).with_state(seen.clone());
    let (client, _) = serve(routes).await;
    for _ in 0..20 {
        client.send_message("600", &text()).await.unwrap();
        client.with_credentials("other".into(), None).mark_read("600", "wamid.IN", false).await.unwrap();
    }
    let peers: HashSet<SocketAddr> = seen.0.lock().unwrap().iter().map(|call| call.0).collect();
    assert_eq!(peers.len(), 1);
}

#[tokio::test]
async fn an_id_cannot_leave_its_place_in_the_path() {
    let echo = |Path(id): Path<String>| async move { Json(json!({"id": id})) };
    let (client, _) = serve(Router::new().route("/v25.0/{id}", get(echo))).await;
    for id in ["a/b", "..", "a?b=c#d", "ñ"] {
        if let Ok(number) = client.phone_number(id).await {
            assert_eq!(number.id, id);
        }
    }
}

#[tokio::test]
async fn a_graph_error_is_told_whole() {
    let client = answering(
        400,
        r#"{"error":{"message":"(#131056) Pair rate","code":131056,"error_data":{"details":"slow"},"fbtrace_id":"A1"}}"#,
    )
    .await;
    let error = client.send_message("600", &text()).await.unwrap_err();
    let graph = error.graph().unwrap();
    assert_eq!((graph.code, graph.http_status, graph.title.as_str()), (131_056, 400, "Pair rate"));
    assert_eq!((graph.details.as_deref(), graph.fbtrace_id.as_deref()), (Some("slow"), Some("A1")));
    assert_eq!(error.disposition(), Disposition::RetryAfter(Duration::from_secs(6)));
    assert_eq!(error.to_string(), "graph error 131056 Pair rate: slow");
}

#[tokio::test]
async fn a_proxy_s_error_page_leaves_the_outcome_unknown() {
    let error =
        answering(502, "<html>Bad Gateway</html>").await.send_message("600", &text()).await.unwrap_err();
    assert_eq!(error.graph().unwrap().http_status, 502);
    assert_eq!(error.disposition(), Disposition::OutcomeUnknown);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let away = || async { (StatusCode::TEMPORARY_REDIRECT, [("location", "https://evil.test/")]) };
    let (client, _) = serve(Router::new().route("/v25.0/600/messages", post(away))).await;
    let error = client.send_message("600", &text()).await.unwrap_err();
    assert_eq!(error.graph().unwrap().http_status, 307);
}

#[tokio::test]
async fn a_success_that_is_not_understood_is_not_sent_again() {
    for body in ["", "<html>", "{}", r#"{"messages":[]}"#, r#"{"messages":[{"id":null}]}"#] {
        let error = answering(200, body).await.send_message("600", &text()).await.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body}: {error}");
        assert_eq!(error.disposition(), Disposition::OutcomeUnknown);
    }
    let error =
        answering(200, r#"{"success":false}"#).await.mark_read("600", "wamid.1", false).await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)));
}

#[tokio::test]
async fn no_answer_in_time_leaves_the_outcome_unknown() {
    let never = || async { std::future::pending::<()>().await };
    let (_, url) = serve(Router::new().route("/v25.0/600/messages", post(never))).await;
    let client = Client::new(Config { timeout: Duration::from_millis(300), ..config(url) }).unwrap();
    let error = client.send_message("600", &text()).await.unwrap_err();
    assert!(matches!(error, Error::Unknown(_)), "{error}");
}

/// A server that reads a request, writes this, and hangs up.
async fn cutting(answer: &'static [u8]) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer).await;
        }
    });
    Client::new(config(url)).unwrap()
}

#[tokio::test]
async fn a_cut_connection_leaves_the_outcome_unknown() {
    for answer in [&b""[..], b"HTTP/1.1 200 O", b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"mess"] {
        let error = cutting(answer).await.send_message("600", &text()).await.unwrap_err();
        assert!(matches!(error, Error::Unknown(_)), "{error}");
    }
    let refused = cutting(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 99\r\n\r\n{\"err").await;
    let error = refused.send_message("600", &text()).await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::FixRequest);
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let not_tls = plain.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = plain.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let mut urls = vec![format!("http://{address}")];
    // A machine without root certificates can't make a client for https at all.
    if Client::new(Config::new(TOKEN)).is_ok() {
        urls.extend([format!("https://{address}"), format!("https://{not_tls}")]);
    }
    for url in urls {
        let error = Client::new(config(url)).unwrap().send_message("600", &text()).await.unwrap_err();
        assert!(matches!(error, Error::NotSent(_)), "{error}");
        assert!(matches!(error.disposition(), Disposition::RetryAfter(_)));
        no_secret(&format!("{error} {error:?}"));
    }
}

#[test]
fn a_base_url_must_be_one() {
    for url in ["", "graph.facebook.com", "ftp://a.test", "unix:/x", "http://"] {
        assert!(matches!(Client::new(config(url.into())), Err(ConfigError::BaseUrl)), "{url}");
    }
}

fn no_secret(text: &str) {
    for secret in [TOKEN, SECRET, &appsecret_proof(SECRET, TOKEN)] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn secrets_are_not_shown() {
    let config = config("http://127.0.0.1:1/prefix".into());
    no_secret(&format!("{config:?} {config:#?}"));
    let client = Client::new(config).unwrap();
    no_secret(&format!("{client:?}"));
    assert_eq!(format!("{client:?}"), r#"Client { base: "http://127.0.0.1:1/prefix/v25.0", .. }"#);
}

async fn upload(mut form: Multipart) -> Json<Value> {
    let mut fields = HashMap::new();
    while let Some(field) = form.next_field().await.unwrap() {
        let name = field.name().unwrap().to_owned();
        let about = format!("{}|{}", field.file_name().unwrap_or("-"), field.content_type().unwrap_or("-"));
        fields.insert(name, (about, field.text().await.unwrap()));
    }
    assert_eq!(fields["messaging_product"], ("-|-".into(), "whatsapp".into()));
    assert_eq!(fields["type"], ("-|-".into(), "image/png".into()));
    assert_eq!(fields["file"], ("a \"b\".png|image/png".into(), "bytes".into()));
    Json(json!({"id": "1479537139650973"}))
}

async fn bytes(headers: HeaderMap) -> Response {
    if headers["authorization"] != format!("Bearer {TOKEN}") || !headers.contains_key("user-agent") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    ([("content-type", "image/png")], "bytes").into_response()
}

#[tokio::test]
async fn media_go_up_and_come_down() {
    let node = |Path(id): Path<String>| async move {
        Json(json!({"messaging_product": "whatsapp", "id": id, "mime_type": "image/png", "sha256": "ab",
            "file_size": "5", "url": "http://localhost/replaced"}))
    };
    let gone = || async { Json(json!({"success": true})) };
    let routes = Router::new()
        .route("/v25.0/600/media", post(upload))
        .route("/v25.0/{id}", get(node).delete(gone))
        .route("/bytes", get(bytes));
    let (client, url) = serve(routes).await;
    let id = client.upload_media("600", "bytes".into(), "image/png", "a \"b\".png").await.unwrap();
    let info = client.media(&id).await.unwrap();
    assert_eq!(
        (info.id.as_str(), info.size(), info.mime_type.as_deref()),
        (id.as_str(), Some(5), Some("image/png"))
    );
    let file = client.download(&format!("{url}/bytes")).await.unwrap();
    assert_eq!((&file.bytes[..], file.mime_type.as_deref()), (&b"bytes"[..], Some("image/png")));
    let mut coming = client.stream_media(&format!("{url}/bytes")).await.unwrap();
    assert_eq!((coming.mime_type.as_deref(), coming.size), (Some("image/png"), Some(5)));
    assert_eq!(coming.chunk().await.unwrap().unwrap(), "bytes");
    assert_eq!(coming.chunk().await.unwrap(), None);
    client.delete_media(&id).await.unwrap();
    let gone = format!("{url}/gone");
    for error in [client.download(&gone).await.unwrap_err(), client.stream_media(&gone).await.unwrap_err()] {
        assert_eq!(error.graph().unwrap().http_status, 404);
    }
    assert!(client.download("not a url").await.is_err());
    let odd = client.upload_media("600", "bytes".into(), "image/\n", "a").await.unwrap_err();
    assert!(matches!(odd, Error::Refused(_)));
    let odd = client.upload_media("600", "bytes".into(), "a/b\nc", "a").await.unwrap_err();
    assert!(matches!(odd, Error::Invalid(_)));
}

async fn templates(Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let page: u32 = query.get("after").map_or(0, |cursor| cursor.parse().unwrap());
    let template = json!({"id": 123, "name": format!("t{page}"), "language": "en_US", "status": "APPROVED",
        "category": "UTILITY", "components": [{"type": "BODY", "text": "Hi"}], "quality_score": {"score": "GREEN"}});
    let mut paging = json!({"cursors": {"before": "x", "after": (page + 1).to_string()}});
    if page < 2 {
        paging["next"] = "https://graph.facebook.com/…".into();
    }
    Json(json!({"data": [template], "paging": paging}))
}

#[tokio::test]
async fn templates_are_listed_page_by_page() {
    let (client, _) = serve(Router::new().route("/v25.0/700/message_templates", get(templates))).await;
    let page = client.templates("700", &TemplateFilter::default()).page().await.unwrap();
    assert_eq!(page.next.as_deref(), Some("1"));
    let all = client.templates("700", &TemplateFilter::default()).all().await.unwrap();
    let names: Vec<_> = all.iter().map(|template| template.name.as_str()).collect();
    assert_eq!(names, ["t0", "t1", "t2"]);
    assert_eq!(all[0].id, "123");
    assert_eq!(all[0].extra["quality_score"]["score"], "GREEN");
}

#[tokio::test]
async fn a_number_is_looked_up_and_an_account_subscribed() {
    let number = || async {
        Json(json!({"id": "600", "display_phone_number": "+1 555-010-0001", "verified_name": "Lucky Shrub"}))
    };
    let subscribe = || async { Json(json!({"success": true})) };
    let routes =
        Router::new().route("/v25.0/600", get(number)).route("/v25.0/700/subscribed_apps", post(subscribe));
    let (client, _) = serve(routes).await;
    assert_eq!(client.phone_number("600").await.unwrap().verified_name.as_deref(), Some("Lucky Shrub"));
    client.subscribe_app("700").await.unwrap();
}
