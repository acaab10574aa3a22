//! A Graph that writes down what it was asked and plays an answer.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use cloud_api::client::{Client, Config};
use cloud_api::error::Error;
use reqwest::Url;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub const TOKEN: &str = "a-very-secret-token";

/// One request as it came.
#[derive(Clone)]
pub struct Seen {
    /// `GET /v25.0/102?fields=id`, the query decoded.
    pub line: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Seen {
    pub fn json(&self) -> Value {
        if self.body.is_empty() { Value::Null } else { serde_json::from_slice(&self.body).unwrap() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

#[derive(Clone, Default)]
struct Tape {
    seen: Arc<Mutex<Vec<Seen>>>,
    answers: Arc<Mutex<VecDeque<(u16, Value)>>>,
}

pub struct Graph {
    pub client: Client,
    pub url: String,
    tape: Tape,
}

async fn play(
    State(tape): State<Tape>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let url = Url::parse(&format!("http://graph{uri}")).unwrap();
    let pairs: Vec<String> = url.query_pairs().map(|(key, value)| format!("{key}={value}")).collect();
    let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
    let line = format!("{method} {}{query}", uri.path());
    tape.seen.lock().unwrap().push(Seen { line, headers, body });
    let (status, answer) =
        tape.answers.lock().unwrap().pop_front().unwrap_or((500, json!({"error": {"code": 1}})));
    let status = StatusCode::from_u16(status).unwrap();
    (status, axum::Json(answer)).into_response()
}

impl Graph {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let tape = Tape::default();
        let routes = Router::new().fallback(play).with_state(tape.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let client = Client::new(Config { base_url: url.clone(), ..Config::new(TOKEN) }).unwrap();
        Self { client, url, tape }
    }

    pub fn plays(&self, status: u16, answer: Value) {
        self.tape.answers.lock().unwrap().push_back((status, answer));
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.tape.seen.lock().unwrap().clone()
    }

    pub fn last(&self) -> Seen {
        self.seen().pop().unwrap()
    }

    /// Makes a call, answers it, and holds what was asked against the line and the JSON body that Meta documents (null for
    /// none). `line` has no version.
    pub async fn asked<T>(
        &self,
        line: &str,
        body: Value,
        answer: Value,
        call: impl AsyncFnOnce(&Client) -> Result<T, Error>,
    ) -> T {
        self.plays(200, answer);
        let result = call(&self.client).await.unwrap_or_else(|error| panic!("{line}: {error}"));
        let seen = self.last();
        assert_eq!(seen.line, line.replacen(" /", " /v25.0/", 1));
        assert_eq!(seen.json(), body, "{line}");
        assert_eq!(seen.header("authorization"), Some("Bearer a-very-secret-token"), "{line}");
        result
    }

    /// As [`Graph::asked`]; besides, nothing of the answer (or of `data` in it) is lost, and all of it is typed.
    pub async fn told<T: Serialize + Debug>(
        &self,
        line: &str,
        body: Value,
        answer: Value,
        call: impl AsyncFnOnce(&Client) -> Result<T, Error>,
    ) -> T {
        let result = self.asked(line, body, answer.clone(), call).await;
        let written = serde_json::to_value(&result).unwrap();
        let data = if written.is_array() { answer["data"].clone() } else { answer };
        assert_eq!(written, data, "{line}");
        assert!(!format!("{result:?}").contains("extra: {\""), "{line}: not typed: {result:?}");
        result
    }

    /// As [`Graph::asked`], for what is answered with success.
    pub async fn does(&self, line: &str, body: Value, call: impl AsyncFnOnce(&Client) -> Result<(), Error>) {
        self.asked(line, body, json!({"success": true}), call).await;
    }
}
