//! What those who watch get to see: traces at a collector, and `waypost top`.

use crate::{
    platform::Platform,
    text, until,
    waypost::{Api, Setting, Waypost},
};
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse},
    common::v1::any_value::Value as Any,
    trace::v1::Span,
};
use prost::Message;
use serde_json::{Value, json};
use std::{
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};
use testkit::Database;
use tokio::net::TcpListener;

const PATIENCE: Duration = Duration::from_secs(60);
/// A caller's trace and span.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// A collector: OTLP over HTTP, as protobuf.
#[derive(Clone, Default)]
struct Collector {
    spans: Arc<Mutex<Vec<Span>>>,
    raw: Arc<Mutex<Vec<u8>>>,
}

impl Collector {
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/traces", post(take)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        url
    }

    /// The first span that is called so and has this attribute.
    fn find(&self, name: &str, key: &str, value: Option<&str>) -> Option<Span> {
        let spans = self.spans.lock().unwrap();
        let fits = |span: &&Span| {
            span.name == name && attribute(span, key).is_some_and(|v| value.is_none_or(|value| v == value))
        };
        spans.iter().find(fits).cloned()
    }
}

async fn take(State(collector): State<Collector>, headers: HeaderMap, body: Bytes) -> Vec<u8> {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    collector.raw.lock().unwrap().extend_from_slice(&body);
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    collector.spans.lock().unwrap().extend(scopes.flat_map(|scope| scope.spans));
    ExportTraceServiceResponse::default().encode_to_vec()
}

fn attribute(span: &Span, key: &str) -> Option<String> {
    let found = span.attributes.iter().find(|attribute| attribute.key == key)?;
    Some(match found.value.clone()?.value? {
        Any::StringValue(text) => text,
        Any::IntValue(number) => number.to_string(),
        Any::BoolValue(yes) => yes.to_string(),
        other => format!("{other:?}"),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A Waypost whose customer has written, and got an answer.
async fn talked(platform: &Platform, setting: &Setting) -> (Waypost, Api, String) {
    let mut waypost = setting.start();
    let api = waypost.set_up().await;
    let webhook =
        json!({"url": format!("{}/webhooks/whatsapp", waypost.url), "verify_token": "emulator-verify"});
    platform.control.set_webhook(&webhook).await.unwrap();
    let customer = platform.control.add_customer(&json!({"name": "Alba"})).unwrap();
    let wa_id = customer["wa_id"].as_str().unwrap().to_owned();
    platform.control.send(&wa_id, &text("a secret word of the customer")).unwrap();
    until("the message that came in", PATIENCE, async || {
        api.all("/v1/messages").await.iter().any(|m| m["direction"] == "inbound").then_some(())
    })
    .await;
    let sent = api.send("ours", &wa_id, &text("a secret word of ours")).await;
    let id = sent["id"].as_str().unwrap().to_owned();
    until("the answer on the phone", PATIENCE, async || {
        let message = api.get(&format!("/v1/messages/{id}")).await?;
        ["delivered", "read"].contains(&message["state"].as_str()?).then_some(())
    })
    .await;
    (waypost, api, id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_gets_the_spans_of_a_webhook_and_of_a_send_and_nothing_that_is_private() {
    let (platform, database, collector) = (Platform::start().await, Database::sqlite(), Collector::default());
    let mut setting = Setting::new(database.folder(), &platform.url);
    setting.flags = vec!["--otlp-endpoint".into(), collector.start().await];
    let (mut waypost, _, message) = talked(&platform, &setting).await;
    let http = reqwest::Client::new();
    let asked = http.get(format!("{}/healthz", waypost.url));
    asked.header("traceparent", format!("00-{TRACE}-{PARENT}-01")).send().await.unwrap();

    // What still waits is sent at the end.
    waypost.terminate();
    until("the end", PATIENCE, async || waypost.ended()).await;
    let door = collector.find("POST /webhooks/whatsapp", "delivery.id", None).expect("the door's span");
    assert_eq!(attribute(&door, "http.response.status_code").as_deref(), Some("200"));
    let delivery = attribute(&door, "delivery.id").unwrap();
    assert!(collector.find("delivery", "delivery.id", Some(&delivery)).is_some(), "taken up and applied");
    let send = collector.find("send", "message.id", Some(&message)).expect("the send's span");
    assert_eq!(attribute(&send, "outcome").as_deref(), Some("accepted"));
    let called = collector.spans.lock().unwrap().iter().any(|s| s.parent_span_id == send.span_id);
    assert!(called, "the call to Meta is inside of the send");
    let asked = collector.find("GET /healthz", "route", Some("/healthz")).expect("the caller's request");
    assert_eq!((hex(&asked.trace_id), hex(&asked.parent_span_id)), (TRACE.into(), PARENT.into()));

    let raw = String::from_utf8_lossy(&collector.raw.lock().unwrap()).into_owned();
    let seed = emulator::SeedWorld::default();
    let customer = platform.control.customers()["data"][0]["wa_id"].as_str().unwrap().to_owned();
    for private in ["secret word", &seed.access_token, &seed.app_secret, &customer, "wamid."] {
        assert!(!raw.contains(private), "{private} is in the traces");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_takes_and_never_answers_stops_nothing() {
    let (platform, database) = (Platform::start().await, Database::sqlite());
    // Connections are made, by the system, and nobody reads them.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut setting = Setting::new(database.folder(), &platform.url);
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    setting.flags = ["--otlp-endpoint", &endpoint, "--stop-within", "20"].map(String::from).into();
    let (mut waypost, _, _) = talked(&platform, &setting).await;
    waypost.terminate();
    let ended = until("the end", PATIENCE, async || waypost.ended()).await;
    assert!(ended.success(), "it ended by itself, not because its time was over: {ended}");
}

fn top(url: &str, flags: &[&str]) -> (bool, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_waypost")).args(["top", "--url", url]).args(flags).output().unwrap();
    let text = if output.status.success() { output.stdout } else { output.stderr };
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn top_shows_the_lanes_of_a_running_waypost() {
    let (platform, database) = (Platform::start().await, Database::sqlite());
    let (mut waypost, api, _) = talked(&platform, &Setting::new(database.folder(), &platform.url)).await;
    let (well, table) = top(&waypost.url, &["--once"]);
    assert!(well, "{table}");
    let lane = table.lines().find(|line| line.starts_with(&api.from)).expect("the number's line");
    assert!(lane.contains("active"), "{lane}");
    for heading in ["PHONE NUMBER", "DELIVERIES WAITING", "DATABASE WRITES WAITING", "NODE"] {
        assert!(table.contains(heading), "{heading} is missing in {table}");
    }
    assert!(!table.contains('\u{1b}'), "a table for scripts has no colours");

    let (well, text) = top(&waypost.url, &["--json"]);
    assert!(well, "{text}");
    let view: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(view["lanes"][0]["phone_number_id"], api.from);
    assert_eq!(view["lanes"][0]["queued"], 0.0);
    assert!(view["lanes"][0]["throughput_limit"].as_f64().unwrap() > 0.0);
    assert_eq!(view["nodes"].as_array().unwrap().len(), 1);

    waypost.kill();
    let (well, why) = top(&waypost.url, &["--once"]);
    assert!(!well && why.contains("failed to read"), "{why}");
}
