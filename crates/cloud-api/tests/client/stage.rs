//! A server that plays the answers it is given, in order, and keeps what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use cloud_api::client::{Client, Config};
use cloud_api::message::Violation;
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub const TOKEN: &str = "a-very-secret-token";
pub const SECRET: &str = "a-very-secret-app-secret";

pub const PEM: &str = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n";

/// Places and rules of what was found, e.g. `/pin format`.
#[track_caller]
pub fn found(verdict: Result<(), Vec<Violation>>) -> Vec<String> {
    let violations = verdict.unwrap_err();
    violations.iter().map(|violation| format!("{} {}", violation.pointer, violation.rule.slug())).collect()
}

pub fn done() -> Value {
    json!({"messaging_product": "whatsapp", "success": true})
}

/// An answer to play.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl From<Value> for Answer {
    fn from(body: Value) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.to_string() }
    }
}

impl From<(u16, Value)> for Answer {
    fn from((status, body): (u16, Value)) -> Self {
        Self { status, ..body.into() }
    }
}

/// A request that came.
#[derive(Clone)]
pub struct Asked {
    /// `GET /v25.0/600?a=b`, decoded, without the proof.
    pub line: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

#[derive(Clone, Default)]
struct Script(Arc<Mutex<(VecDeque<Answer>, Vec<Asked>)>>);

pub struct Stage {
    pub client: Client,
    pub url: String,
    script: Script,
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(|config| config).await
    }

    /// A stage whose client is configured otherwise.
    pub async fn with(configure: impl FnOnce(Config) -> Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let script = Script::default();
        let routes = Router::new().fallback(play).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let config = Config {
            base_url: url.clone(),
            app_secret: Some(SECRET.into()),
            timeout: Duration::from_secs(20),
            ..Config::new(TOKEN)
        };
        Self { client: Client::new(configure(config)).unwrap(), url, script }
    }

    /// The next answer.
    pub fn play(&self, answer: impl Into<Answer>) {
        self.script.0.lock().unwrap().0.push_back(answer.into());
    }

    /// What was asked since the last look.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.script.0.lock().unwrap().1)
    }

    /// One request was made: this line, and this JSON body (`Null` for none).
    #[track_caller]
    pub fn saw(&self, line: &str, body: Value) {
        let asked = self.asked();
        let lines: Vec<&str> = asked.iter().map(|asked| asked.line.as_str()).collect();
        assert_eq!(lines, [line]);
        let sent = match asked[0].body.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&asked[0].body).unwrap(),
        };
        assert_eq!(sent, body, "{line}");
        assert_eq!(asked[0].headers["authorization"], format!("Bearer {TOKEN}"));
    }
}

async fn play(State(script): State<Script>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let url = reqwest::Url::parse(&format!("http://stage{}", parts.uri)).unwrap();
    let query: Vec<String> = url
        .query_pairs()
        .filter(|(key, _)| key != "appsecret_proof")
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let line = format!("{} {}{mark}{}", parts.method, url.path(), query.join("&"));
    let mut script = script.0.lock().unwrap();
    script.1.push(Asked { line, headers: parts.headers, body });
    let Some(answer) = script.0.pop_front() else {
        return Response::builder().status(StatusCode::NOT_IMPLEMENTED).body(Body::empty()).unwrap();
    };
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(answer.body.into()).unwrap()
}
