//! A developer's form endpoint, written with nothing of the emulator's: own keys, own server. And the forms it serves.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response as Http};
use axum::routing::post;
use cloud_api::form::endpoint::{self, EndpointError, Keys, Kind, Response};
use cloud_api::signature;
use emulator::Config;
use serde_json::{Map, Value, json};

use crate::desk::*;

pub const FIRST_KEY: &str = include_str!("keys/first.pem");
pub const SECOND_KEY: &str = include_str!("keys/second.pem");

/// What the endpoint does with one request, when it isn't what it usually does.
pub enum Reply {
    Say(Response),
    Status(u16),
    /// 427, in plain JSON.
    Ended(&'static str),
    /// 427, sealed as Meta's example endpoint does it.
    EndedSealed(&'static str),
    /// An answer with one bit turned.
    Tampered(Response),
    /// No answer, for as long as the test runs.
    Never,
}

#[derive(Clone)]
pub struct Endpoint {
    pub keys: Arc<Mutex<Arc<Keys>>>,
    /// Decrypted requests, in order.
    pub seen: Arc<Mutex<Vec<Value>>>,
    pub replies: Arc<Mutex<VecDeque<Reply>>>,
    pub url: String,
}

pub fn keys(pem: &str) -> Arc<Keys> {
    Arc::new(Keys::from_pem(pem, None).unwrap())
}

impl Endpoint {
    pub async fn start() -> Self {
        let mut endpoint = Self {
            keys: Arc::new(Mutex::new(keys(FIRST_KEY))),
            seen: Arc::default(),
            replies: Arc::default(),
            url: String::new(),
        };
        let app = Router::new().route("/form", post(answer)).with_state(endpoint.clone());
        endpoint.url = format!("{}/form", listen(app).await);
        endpoint
    }

    pub fn reply(&self, reply: Reply) {
        self.replies.lock().unwrap().push_back(reply);
    }

    pub fn seen(&self) -> Vec<Value> {
        self.seen.lock().unwrap().clone()
    }

    pub fn last(&self) -> Value {
        self.seen().last().cloned().unwrap_or_default()
    }
}

async fn answer(State(endpoint): State<Endpoint>, headers: HeaderMap, body: Bytes) -> Http {
    let header = headers.get(signature::HEADER).and_then(|value| value.to_str().ok());
    let keys = Arc::clone(&endpoint.keys.lock().unwrap());
    let refuse =
        |error: EndpointError| (StatusCode::from_u16(error.status()).unwrap(), error.body()).into_response();
    if let Err(error) = signature::verify(&[SECRET], header, &body) {
        return refuse(error.into());
    }
    let (request, session) = match endpoint::open(&keys, &body) {
        Ok(opened) => opened,
        Err(error) => return refuse(error),
    };
    if request.version.as_deref() == Some("4.0")
        && request.flow_token.is_some()
        && let Err(error) = request.verify_token(&[SECRET])
    {
        return refuse(error.into());
    }
    endpoint.seen.lock().unwrap().push(request.to_json());
    let usual = match request.kind() {
        Kind::Ping => Response::Pong,
        Kind::ErrorNotification { .. } => Response::Acknowledged,
        Kind::Opened => dates(),
        Kind::Submitted { screen: "BOOK", .. } => times(),
        Kind::Submitted { data, .. } => {
            Response::Success { flow_token: request.flow_token.clone().unwrap(), params: data.clone() }
        }
        Kind::Back => dates(),
        Kind::Unknown => return StatusCode::BAD_REQUEST.into_response(),
    };
    let next = endpoint.replies.lock().unwrap().pop_front();
    match next {
        None => session.seal(&usual).into_response(),
        Some(Reply::Say(response)) => session.seal(&response).into_response(),
        Some(Reply::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Reply::Ended(message)) => refuse(EndpointError::TokenInvalid { message: message.to_owned() }),
        Some(Reply::EndedSealed(message)) => {
            let body = session.seal(&Response::Other(json!({ "error_msg": message })));
            (StatusCode::from_u16(427).unwrap(), body).into_response()
        }
        Some(Reply::Tampered(response)) => {
            let sealed = session.seal(&response);
            let first = if sealed.starts_with('A') { "B" } else { "A" };
            format!("{first}{}", &sealed[1..]).into_response()
        }
        Some(Reply::Never) => std::future::pending().await,
    }
}

pub fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

pub fn dates() -> Response {
    Response::screen("BOOK", object(json!({ "dates": [{ "id": "mon", "title": "Monday" }], "who": "Ana" })))
}

pub fn times() -> Response {
    Response::screen(
        "TIME",
        object(json!({ "times": [{ "id": "9", "title": "9:00" }, { "id": "10", "title": "10:00" }] })),
    )
}

fn options(field: &str) -> Value {
    json!({ "type": "array", "__example__": [{ "id": "1", "title": field }],
        "items": { "type": "object", "properties": { "id": { "type": "string" }, "title": { "type": "string" } } } })
}

/// BOOK → TIME → DONE, with an endpoint.
pub fn booking() -> Value {
    let ask = |payload: Value| json!({ "type": "Footer", "label": "Next", "on-click-action": { "name": "data_exchange", "payload": payload } });
    json!({
        "version": "7.3", "data_api_version": "4.0",
        "routing_model": { "BOOK": ["TIME"], "TIME": ["DONE"], "DONE": [] },
        "screens": [
            { "id": "BOOK", "title": "Day", "data": { "dates": options("Monday"), "who": { "type": "string", "__example__": "Ana" } },
              "layout": { "type": "SingleColumnLayout", "children": [
                { "type": "TextHeading", "text": "`'Hello ' ${data.who}`" },
                { "type": "Dropdown", "name": "date", "label": "Day", "required": true, "data-source": "${data.dates}" },
                ask(json!({ "date": "${form.date}" })) ] } },
            { "id": "TIME", "title": "Time", "refresh_on_back": true, "data": { "times": options("9:00") },
              "layout": { "type": "SingleColumnLayout", "children": [
                { "type": "RadioButtonsGroup", "name": "time", "label": "Time", "required": true, "data-source": "${data.times}" },
                ask(json!({ "time": "${form.time}", "date": "${screen.BOOK.form.date}" })) ] } },
            { "id": "DONE", "title": "Done", "terminal": true, "data": { "when": { "type": "string", "__example__": "9:00" } },
              "layout": { "type": "SingleColumnLayout", "children": [
                { "type": "TextBody", "text": "${data.when}" },
                { "type": "Footer", "label": "Send", "on-click-action": { "name": "complete", "payload": { "when": "${data.when}" } } } ] } },
        ],
    })
}

/// NAME → SURE, without one.
pub fn survey() -> Value {
    json!({
        "version": "7.3",
        "screens": [
            { "id": "NAME", "title": "Name", "data": { "guess": { "type": "string", "__example__": "Ana" } },
              "layout": { "type": "SingleColumnLayout", "children": [
                { "type": "TextInput", "name": "name", "label": "Name", "required": true, "init-value": "${data.guess}" },
                { "type": "TextInput", "name": "age", "label": "Age", "input-type": "number" },
                { "type": "Footer", "label": "Next", "on-click-action": { "name": "navigate",
                    "next": { "type": "screen", "name": "SURE" }, "payload": { "name": "${form.name}" } } } ] } },
            { "id": "SURE", "title": "Sure?", "terminal": true, "data": { "name": { "type": "string", "__example__": "Ana" } },
              "layout": { "type": "SingleColumnLayout", "children": [
                { "type": "TextBody", "text": "${data.name}" },
                { "type": "Footer", "label": "Send", "on-click-action": { "name": "complete", "payload": {
                    "name": "${data.name}", "age": "${screen.NAME.form.age}",
                    "adult": "`${screen.NAME.form.age} >= 18`" } } } ] } },
        ],
    })
}

/// A desk whose receiver gets `messages` and `flows`.
pub async fn desk_with(change: impl FnOnce(&mut Config)) -> Desk {
    let desk = Desk::with(SEPTEMBER, change).await;
    let fields = json!({ "url": desk.hook_url, "fields": ["messages", "flows"] });
    desk.emulator.control().set_webhook(&fields).await.unwrap();
    desk
}

impl Desk {
    pub async fn upload_key(&self, pem: &str) -> Answered {
        let path = format!("/v25.0/{NUMBER}/whatsapp_business_encryption");
        self.call("POST", &path, Some(&json!({ "business_public_key": keys(pem).public_pem() }))).await
    }

    /// Makes a form through the Graph API; its id.
    pub async fn form(&self, name: &str, json: &Value, endpoint: Option<&str>) -> String {
        let mut body =
            json!({ "name": name, "categories": ["APPOINTMENT_BOOKING"], "flow_json": json.to_string() });
        if let Some(url) = endpoint {
            body["endpoint_uri"] = Value::from(url);
        }
        let made = self.call("POST", &format!("/v25.0/{WABA}/flows"), Some(&body)).await;
        assert_eq!(made.body["validation_errors"], json!([]), "{}", made.body);
        made.body["id"].as_str().unwrap().to_owned()
    }

    pub async fn publish(&self, form: &str) -> Answered {
        self.call("POST", &format!("/v25.0/{form}/publish"), None).await
    }

    /// Key uploaded, booking form published.
    pub async fn booking(&self, endpoint: &Endpoint) -> String {
        assert_eq!(self.upload_key(FIRST_KEY).await.status, 200);
        let form = self.form("booking", &booking(), Some(&endpoint.url)).await;
        let published = self.publish(&form).await;
        assert_eq!(published.body, json!({ "success": true }));
        self.emulator.settle().await;
        form
    }

    /// Sends a message with a form; its wamid, once it is on Ana's phone.
    pub async fn send_form(&self, parameters: Value) -> String {
        let wamid = self.try_form(parameters).await.wamid();
        self.advance(SECOND).await;
        wamid
    }

    pub async fn try_form(&self, parameters: Value) -> Answered {
        let mut all = json!({ "flow_message_version": "3", "flow_cta": "Book" });
        all.as_object_mut().unwrap().extend(object(parameters));
        self.send(json!({ "type": "interactive", "interactive": { "type": "flow", "body": { "text": "Book a table" },
            "action": { "name": "flow", "parameters": all } } }))
            .await
    }

    pub async fn open_form(&self, wamid: &str) -> Answered {
        self.control("POST", &format!("/customers/{ANA}/forms/open"), json!({ "message_id": wamid })).await
    }

    pub async fn submit_form(&self, wamid: &str, mut body: Value) -> Answered {
        body["message_id"] = Value::from(wamid);
        let answered = self.control("POST", &format!("/customers/{ANA}/forms/submit"), body).await;
        self.emulator.settle().await;
        answered
    }

    /// What came of the field `flows`; every webhook so far is understood completely.
    pub fn flow_events(&self) -> Vec<Value> {
        for webhook in self.receiver.got.lock().unwrap().iter() {
            let read = cloud_api::webhook::parse(&webhook.body).unwrap();
            assert_eq!(read.surprises(), [], "{}", webhook.json());
        }
        let all = self.receiver.values();
        all.into_iter().filter(|value| value["event"].is_string()).collect()
    }
}

/// Ana has a booking form on her phone, which begins at the endpoint.
pub async fn table(change: impl FnOnce(&mut Config)) -> (Desk, Endpoint, String, String) {
    let (desk, endpoint) = (desk_with(change).await, Endpoint::start().await);
    let form = desk.booking(&endpoint).await;
    desk.ana_writes("a table, please").await;
    let wamid = desk
        .send_form(json!({ "flow_id": form, "flow_token": "tok-1", "flow_action": "data_exchange" }))
        .await;
    (desk, endpoint, form, wamid)
}
