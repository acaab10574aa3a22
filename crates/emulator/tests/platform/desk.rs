//! A developer's desk: an emulator on a loopback port, a webhook receiver beside it, and a clock that stands still.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use emulator::{Clock, Config, Emulator, Webhooks};
use serde_json::{Value, json};

pub const TOKEN: &str = "EMULATOR-TOKEN";
pub const SECRET: &str = "emulator-app-secret";
pub const APP: &str = "900000000000001";
pub const WABA: &str = "700000000000001";
pub const NUMBER: &str = "600000000000001";
pub const ANA: &str = "34600111222";
/// 1 September 2026, before service messages are billed.
pub const SEPTEMBER: i64 = 1_788_220_800_000;
/// 22 November 2026.
pub const NOVEMBER: i64 = 1_795_305_600_000;

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;

/// One webhook as it arrived.
#[derive(Clone)]
pub struct Received {
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// `entry[0].changes[0].value`.
    pub fn value(&self) -> Value {
        self.json()["entry"][0]["changes"][0]["value"].clone()
    }
}

/// A business's webhook server, written here and not by the emulator.
#[derive(Clone, Default)]
pub struct Receiver {
    pub got: Arc<Mutex<Vec<Received>>>,
    /// Statuses to answer with, one after the other; 200 when empty.
    pub answers: Arc<Mutex<VecDeque<u16>>>,
    pub verify_token: Arc<Mutex<String>>,
}

impl Receiver {
    async fn serve(self) -> String {
        let app = Router::new().route("/hook", get(challenge).post(receive)).with_state(self);
        format!("{}/hook", listen(app).await)
    }

    pub fn values(&self) -> Vec<Value> {
        self.got.lock().unwrap().iter().map(Received::value).collect()
    }

    /// All `statuses[0]`, in order of arrival.
    pub fn statuses(&self) -> Vec<Value> {
        self.values().iter().filter(|v| v["statuses"].is_array()).map(|v| v["statuses"][0].clone()).collect()
    }

    pub fn status_names(&self) -> Vec<String> {
        self.statuses().iter().map(|s| s["status"].as_str().unwrap().to_owned()).collect()
    }

    /// All `messages[0]`, in order of arrival.
    pub fn messages(&self) -> Vec<Value> {
        self.values().iter().filter(|v| v["messages"].is_array()).map(|v| v["messages"][0].clone()).collect()
    }
}

async fn challenge(
    State(receiver): State<Receiver>,
    Query(query): Query<Value>,
) -> Result<String, StatusCode> {
    let expected = receiver.verify_token.lock().unwrap().clone();
    if query["hub.verify_token"] == expected.as_str() && query["hub.mode"] == "subscribe" {
        return Ok(query["hub.challenge"].as_str().unwrap().to_owned());
    }
    Err(StatusCode::FORBIDDEN)
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    receiver.got.lock().unwrap().push(Received { headers, body });
    let answer = receiver.answers.lock().unwrap().pop_front().unwrap_or(200);
    StatusCode::from_u16(answer).unwrap()
}

pub async fn listen(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

pub struct Desk {
    pub emulator: Emulator,
    pub clock: Clock,
    pub base: String,
    pub receiver: Receiver,
    pub hook_url: String,
    pub http: reqwest::Client,
}

pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answered {
    pub fn code(&self) -> i64 {
        self.body["error"]["code"].as_i64().unwrap_or(0)
    }

    pub fn details(&self) -> &str {
        self.body["error"]["error_data"]["details"].as_str().unwrap_or("")
    }

    pub fn wamid(&self) -> String {
        self.body["messages"][0]["id"]
            .as_str()
            .unwrap_or_else(|| panic!("not accepted: {}", self.body))
            .to_owned()
    }
}

impl Desk {
    /// In September, with a receiver subscribed.
    pub async fn new() -> Self {
        Self::with(SEPTEMBER, |_| {}).await
    }

    pub async fn with(start: i64, change: impl FnOnce(&mut Config)) -> Self {
        let desk = Self::unsubscribed(start, change).await;
        let body = json!({ "url": desk.hook_url });
        desk.emulator.control().set_webhook(&body).await.unwrap();
        desk
    }

    pub async fn unsubscribed(start: i64, change: impl FnOnce(&mut Config)) -> Self {
        let clock = Clock::manual(start);
        let mut config = Config::new(clock.clone());
        config.webhooks = Webhooks::quick();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        config.public_url = base.clone();
        change(&mut config);
        let emulator = Emulator::new(config);
        emulator.start();
        let router = emulator.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let receiver = Receiver::default();
        *receiver.verify_token.lock().unwrap() = "emulator-verify".to_owned();
        let hook_url = receiver.clone().serve().await;
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { emulator, clock, base, receiver, hook_url, http }
    }

    /// Moves time and waits until all that fell due has been delivered.
    pub async fn advance(&self, ms: i64) {
        self.clock.advance(ms);
        self.emulator.settle().await;
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answered {
        self.call_as(Some(TOKEN), method, path, body).await
    }

    pub async fn call_as(
        &self,
        token: Option<&str>,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Answered {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        read(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answered {
        self.call("GET", path, None).await
    }

    /// Sends a message body (without envelope) to Ana.
    pub async fn send(&self, body: Value) -> Answered {
        self.send_to(ANA, body).await
    }

    pub async fn send_to(&self, to: &str, mut body: Value) -> Answered {
        body["messaging_product"] = json!("whatsapp");
        body["to"] = json!(to);
        self.call("POST", &format!("/v25.0/{NUMBER}/messages"), Some(&body)).await
    }

    pub async fn text(&self, text: &str) -> Answered {
        self.send(json!({ "type": "text", "text": { "body": text } })).await
    }

    pub async fn control(&self, method: &str, path: &str, body: Value) -> Answered {
        let body = (!body.is_null()).then_some(body);
        self.call_as(None, method, &format!("/_control{path}"), body.as_ref()).await
    }

    /// Ana appears and writes, so that the service window is open; her message's wamid.
    pub async fn ana_writes(&self, text: &str) -> String {
        self.control("POST", "/customers", json!({ "wa_id": ANA, "name": "Ana" })).await;
        let body = json!({ "type": "text", "text": { "body": text } });
        let sent = self.control("POST", &format!("/customers/{ANA}/messages"), body).await;
        self.emulator.settle().await;
        sent.body["wamid"].as_str().unwrap_or_else(|| panic!("not sent: {}", sent.body)).to_owned()
    }

    pub async fn thread(&self) -> Value {
        self.control("GET", &format!("/customers/{ANA}/thread"), Value::Null).await.body
    }
}

/// Every field that the platform tells numbers, accounts and people by.
const FIELDS: [&str; 14] = [
    "messages",
    "account_update",
    "account_alerts",
    "account_review_update",
    "account_settings_update",
    "business_capability_update",
    "business_username_update",
    "partner_solutions",
    "phone_number_name_update",
    "phone_number_quality_update",
    "security",
    "template_category_update",
    "user_preferences",
    "message_template_status_update",
];

impl Desk {
    /// As [`Desk::with`], told of everything.
    pub async fn told_all(start: i64, change: impl FnOnce(&mut Config)) -> Self {
        let desk = Self::unsubscribed(start, change).await;
        let body = json!({ "url": desk.hook_url, "fields": FIELDS });
        desk.emulator.control().set_webhook(&body).await.unwrap();
        desk
    }

    /// The values of the webhooks of a field that have come, each understood by `cloud-api` to the last key.
    pub async fn told(&self, field: &str) -> Vec<Value> {
        self.emulator.settle().await;
        let got = self.receiver.got.lock().unwrap();
        for received in got.iter() {
            let surprises = cloud_api::webhook::parse(&received.body).unwrap().surprises();
            assert!(surprises.is_empty(), "{surprises:?} in {}", received.json());
        }
        let changes = got.iter().map(|got| got.json()["entry"][0]["changes"][0].clone());
        changes.filter(|change| change["field"] == field).map(|change| change["value"].clone()).collect()
    }

    /// `POST` to a path of the first number.
    pub async fn number_post(&self, edge: &str, mut body: Value) -> Answered {
        body["messaging_product"] = json!("whatsapp");
        self.call("POST", &format!("/v25.0/{NUMBER}{edge}"), Some(&body)).await
    }

    /// A member of the first number's node.
    pub async fn number_field(&self, field: &str) -> Value {
        self.get(&format!("/v25.0/{NUMBER}?fields={field}")).await.body[field].clone()
    }

    /// Sends `hello_world`, outside the service window or in it.
    pub async fn template(&self, to: &str) -> Answered {
        let template = json!({ "name": "hello_world", "language": { "code": "en_US" } });
        self.send_to(to, json!({ "type": "template", "template": template })).await
    }

    /// The code with which a message failed; 0 if it didn't.
    pub async fn failure(&self, wamid: &str) -> i64 {
        self.advance(5 * SECOND).await;
        let statuses = self.receiver.statuses();
        let failed = statuses.iter().find(|s| s["id"] == wamid && s["status"] == "failed");
        failed.map_or(0, |s| s["errors"][0]["code"].as_i64().unwrap())
    }
}

pub async fn read(response: reqwest::Response) -> Answered {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Answered { status, headers, body }
}

/// Percent-encodes a part of a path or form.
pub fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

impl Desk {
    /// `POST` of a form, without a header for the token.
    pub async fn post_form(&self, path: &str, pairs: &[(&str, &str)]) -> Answered {
        let pairs: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}={}", encoded(v))).collect();
        let request = self.http.post(format!("{}{path}", self.base));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        read(request.body(pairs.join("&")).send().await.unwrap()).await
    }
}
