//! The HTTP contract, over the whole product: the modules mirror the routes.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic; clippy knows only #[test] functions as tests"
)]

mod assets;
mod auth;
mod deliveries;
mod events;
mod house;
mod isolation;
mod openapi;
mod paging;
mod problems;
mod sending;
mod setup;

use axum::{
    Router,
    body::{Body, to_bytes},
};
use http::{HeaderMap, Method, Request, StatusCode, header};
use model::time::Ids;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use testkit::{Database, World};
use tower::ServiceExt;
use uuid::Uuid;

/// The administrator that every world has.
const EMAIL: &str = "alba@example.test";
const PASSWORD: &str = "correct horse";
const APP_SECRET: &str = "emulator-app-secret";

/// A world with a door to knock at.
struct Http {
    world: World,
    door: Door,
}

impl Http {
    async fn new() -> Self {
        Self::over(Database::sqlite()).await
    }

    async fn over(database: Database) -> Self {
        let world = World::new(database).await;
        let server = server::Server::new(world.app.clone(), options_of("http://waypost.test"));
        let mut door = Door::new(server);
        door.sign_in(EMAIL, PASSWORD).await;
        Self { world, door }
    }

    /// The connected number's id.
    fn number(&self) -> String {
        self.world.number.id.to_string()
    }

    /// Lets everything that is under way arrive.
    async fn rest(&mut self) {
        self.world.expect_work();
        self.world.run_until_idle().await;
    }

    /// A customer has written; the conversation's id.
    async fn conversation(&mut self, name: &str, text: &str) -> String {
        let customer = self.world.customer(name);
        self.world.says(&customer, text).await;
        self.world.run_until_idle().await;
        self.world.inbox().await[0].id.to_string()
    }
}

fn options_of(public_url: &str) -> server::Options {
    let count = AtomicU64::new(1);
    let ids = Ids::new(move || Uuid::from_u128(u128::from(count.fetch_add(1, Ordering::Relaxed))));
    server::Options { public_url: public_url.to_owned(), ids }
}

/// How a request shows who it is from.
#[derive(Clone, Default)]
struct Credentials {
    cookie: Option<String>,
    csrf: Option<String>,
    key: Option<String>,
}

/// Somebody at the door.
#[derive(Clone)]
struct Door {
    router: Router,
    shown: Credentials,
}

impl Door {
    fn new(server: server::Server) -> Self {
        Self { router: server.router(), shown: Credentials::default() }
    }

    /// The same door, for somebody who shows `credentials`.
    fn with(&self, shown: Credentials) -> Self {
        Self { router: self.router.clone(), shown }
    }

    fn with_key(&self, key: &str) -> Self {
        self.with(Credentials { key: Some(key.to_owned()), ..Credentials::default() })
    }

    fn nobody(&self) -> Self {
        self.with(Credentials::default())
    }

    async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        let answer = self.nobody().post("/v1/session", json!({ "email": email, "password": password })).await;
        if answer.status == StatusCode::OK {
            self.shown = answer.credentials();
        }
        answer
    }

    async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, &[], Body::empty()).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.json(Method::POST, path, &body).await
    }

    async fn patch(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PATCH, path, &body).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, &[], Body::empty()).await
    }

    async fn json(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.call(method, path, &[("content-type", "application/json")], Body::from(body.to_string())).await
    }

    async fn call(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let answer = self.open(method, path, headers, body).await;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        Answer { status, headers, bytes: bytes.to_vec() }
    }

    /// Asks, and leaves the answer's body to be read.
    async fn open(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> axum::response::Response {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.shown.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(csrf) = &self.shown.csrf {
            request = request.header(server::CSRF_HEADER, csrf);
        }
        if let Some(key) = &self.shown.key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap()
    }

    /// A delivery, signed as Meta signs it.
    async fn deliver(&self, body: &[u8]) -> Answer {
        let signature = cloud_api::signature::sign(APP_SECRET, body);
        let headers = [("x-hub-signature-256", signature.as_str()), ("content-type", "application/json")];
        self.nobody().call(Method::POST, "/webhooks/whatsapp", &headers, Body::from(body.to_vec())).await
    }
}

/// What came back.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {:?}", self.text()))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    #[track_caller]
    fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.bytes.is_empty() { Value::Null } else { self.json() }
    }

    /// Asserts that it is a problem of `slug` about `field`, and gives it.
    #[track_caller]
    fn problem(self, status: u16, slug: &str, field: Option<&str>) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["type"], format!("/docs/problems/{slug}"), "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(problem["field"].as_str(), field, "{problem}");
        assert_eq!(problem["request_id"], self.header("x-request-id"), "{problem}");
        problem
    }

    /// The session that this answer began.
    fn credentials(&self) -> Credentials {
        let cookie = self.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        let csrf = self.json()["csrf_token"].as_str().map(str::to_owned);
        Credentials { cookie: Some(cookie), csrf, key: None }
    }
}
