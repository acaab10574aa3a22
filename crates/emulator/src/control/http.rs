//! The control API over HTTP: each handler translates and calls [`Control`].

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::calls::CallQuery;
use super::customers::SentFile;
use super::groups::GroupThreadQuery;
use super::observe::{MessageQuery, ThreadQuery, WebhookQuery};
use super::{Answer, Control, ControlError, events};
use crate::faults::Fault;
use crate::shared::Shared;

const MAX_UPLOAD: usize = 105 * 1024 * 1024;

type Shares = State<Arc<Shared>>;

pub(crate) fn router() -> Router<Arc<Shared>> {
    let customer = Router::new()
        .route("/", get(customer))
        .route("/", patch(change_customer))
        .route("/messages", post(send))
        .route("/tap", post(tap))
        .route("/thread", get(thread))
        .route("/read", post(read))
        .route("/open", post(open))
        .route("/preferences", post(prefer))
        .route("/groups/{action}", post(act_in_group))
        .route("/calls", post(act_on_call))
        .route("/block", post(block).delete(unblock));
    Router::new()
        .route("/customers", get(customers).post(add_customer))
        .nest("/customers/{id}", customer)
        .route("/clock", get(clock))
        .route("/clock/advance", post(advance))
        .route("/faults", get(faults).post(add_fault).delete(remove_faults))
        .route("/faults/{id}", delete(remove_fault))
        .route("/webhooks", get(webhooks))
        .route("/webhooks/{id}", get(webhook))
        .route("/webhooks/{id}/redeliver", post(redeliver))
        .route("/webhook", put(set_webhook).delete(remove_webhook))
        .route("/messages", get(messages))
        .route("/groups", get(groups))
        .route("/groups/{id}", get(group).patch(change_group))
        .route("/groups/{id}/thread", get(group_thread))
        .route("/calls", get(calls))
        .route("/calls/{id}", get(call))
        .route("/world", get(world))
        .route("/apps", put(put_app))
        .route("/businesses", put(put_business))
        .route("/wabas", put(put_waba))
        .route("/phone-numbers", put(put_phone_number))
        .route("/templates", put(put_template))
        .route("/tokens", put(put_token))
        .route("/media/{id}", get(media))
        .route("/events", get(events::events))
        .route("/reset", post(reset))
        .route("/scenarios", get(scenarios).post(run_scenario))
        .route("/scenarios/{id}", get(scenario).delete(stop_scenario))
        .route("/talk", get(crowds).post(add_crowd))
        .route("/talk/{id}", delete(silence))
        .route("/load", put(set_load))
        .route("/state", get(export_state).put(import_state))
        .fallback(unknown)
        .layer(DefaultBodyLimit::max(MAX_UPLOAD))
}

/// Only what belongs to this number.
#[derive(Deserialize)]
struct OfNumber {
    phone_number_id: Option<String>,
}

/// A JSON body; nothing at all is an empty object.
struct Input(Value);

impl<S: Send + Sync> FromRequest<S> for Input {
    type Rejection = ControlError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ControlError> {
        let bytes = axum::body::to_bytes(request.into_body(), MAX_UPLOAD)
            .await
            .map_err(|_| ControlError::invalid("", "the body could not be read"))?;
        if bytes.is_empty() {
            return Ok(Self(Value::Object(Map::new())));
        }
        let value: Value = serde_json::from_slice(&bytes)
            .map_err(|e| ControlError::invalid("", &format!("the body is not JSON: {e}")))?;
        if !value.is_object() {
            return Err(ControlError::invalid("", "the body is a JSON object"));
        }
        Ok(Self(value))
    }
}

fn created(answer: Answer) -> Response {
    match answer {
        Ok(value) => (StatusCode::CREATED, Json(value)).into_response(),
        Err(error) => error.into_response(),
    }
}

type Out = Result<Json<Value>, ControlError>;

async fn unknown() -> ControlError {
    ControlError::failed(404, "the control API has no such path; see CONTROL.md".to_owned())
}

async fn customers(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.customers())
}

async fn add_customer(State(shared): Shares, Input(body): Input) -> Response {
    created(Control { shared }.add_customer(&body))
}

async fn customer(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.customer(&id).map(Json)
}

async fn change_customer(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.change_customer(&id, &body).map(Json)
}

async fn send(State(shared): Shares, Path(id): Path<String>, request: Request) -> Response {
    let control = Control { shared };
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if !kind.starts_with("multipart/") {
        return match Input::from_request(request, &()).await {
            Ok(Input(body)) => created(control.send(&id, &body)),
            Err(error) => error.into_response(),
        };
    }
    match file(request).await {
        Ok((body, file)) => created(control.send_file(&id, &body, file).await),
        Err(error) => error.into_response(),
    }
}

/// The parts of a multipart message: `file`, and the rest as one object.
async fn file(request: Request) -> Result<(Value, SentFile), ControlError> {
    let unreadable = |_| ControlError::invalid("", "the multipart body could not be read");
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| ControlError::invalid("", "the multipart body could not be read"))?;
    let (mut body, mut file) = (Map::new(), None);
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        let name = field.name().unwrap_or("").to_owned();
        let filename = field.file_name().map(str::to_owned);
        let mime_type = field.content_type().unwrap_or("application/octet-stream").to_owned();
        let bytes = field.bytes().await.map_err(unreadable)?;
        if name == "file" {
            file = Some(SentFile { bytes, mime_type, filename });
            continue;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let value = if text.starts_with('{') { serde_json::from_str(&text).ok() } else { None };
        body.insert(name, value.unwrap_or(Value::String(text)));
    }
    let file =
        file.ok_or_else(|| ControlError::invalid("file", "a multipart message needs a part named file"))?;
    Ok((Value::Object(body), file))
}

async fn tap(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Response {
    created(Control { shared }.tap(&id, &body))
}

async fn thread(State(shared): Shares, Path(id): Path<String>, Query(query): Query<ThreadQuery>) -> Out {
    Control { shared }.thread(&id, &query).map(Json)
}

async fn read(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.read(&id, body["phone_number_id"].as_str()).map(Json)
}

async fn open(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.open(&id, &body).map(Json)
}

async fn prefer(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.prefer(&id, &body).map(Json)
}

async fn block(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.block(&id, body["phone_number_id"].as_str(), true).map(Json)
}

async fn unblock(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.block(&id, body["phone_number_id"].as_str(), false).map(Json)
}

async fn clock(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.clock())
}

async fn advance(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.advance_by(&body).map(Json)
}

async fn faults(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.faults())
}

async fn add_fault(State(shared): Shares, Input(body): Input) -> Response {
    match serde_json::from_value::<Fault>(body) {
        Ok(fault) => created(Control { shared }.add_fault(fault)),
        Err(error) => ControlError::invalid("", &error.to_string()).into_response(),
    }
}

async fn remove_faults(State(shared): Shares) -> Out {
    Control { shared }.remove_faults(None).map(Json)
}

async fn remove_fault(State(shared): Shares, Path(id): Path<u64>) -> Out {
    Control { shared }.remove_faults(Some(id)).map(Json)
}

async fn webhooks(State(shared): Shares, Query(query): Query<WebhookQuery>) -> Json<Value> {
    Json(Control { shared }.webhooks(&query))
}

async fn webhook(State(shared): Shares, Path(id): Path<u64>) -> Out {
    Control { shared }.webhook(id).map(Json)
}

async fn redeliver(State(shared): Shares, Path(id): Path<u64>) -> Out {
    Control { shared }.redeliver(id).map(Json)
}

async fn set_webhook(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.set_webhook(&body).await.map(Json)
}

async fn remove_webhook(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.remove_webhook())
}

async fn messages(State(shared): Shares, Query(query): Query<MessageQuery>) -> Json<Value> {
    Json(Control { shared }.messages(&query))
}

async fn act_in_group(
    State(shared): Shares,
    Path((id, action)): Path<(String, String)>,
    Input(body): Input,
) -> Out {
    Control { shared }.act_in_group(&id, &action, &body).map(Json)
}

async fn groups(State(shared): Shares, Query(query): Query<OfNumber>) -> Out {
    Control { shared }.groups(query.phone_number_id.as_deref()).map(Json)
}

async fn group(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.group(&id).map(Json)
}

async fn change_group(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.change_group(&id, &body).map(Json)
}

async fn group_thread(
    State(shared): Shares,
    Path(id): Path<String>,
    Query(query): Query<GroupThreadQuery>,
) -> Out {
    Control { shared }.group_thread(&id, &query).map(Json)
}

async fn act_on_call(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Response {
    let calls = body["action"] == "call";
    let answer = Control { shared }.act_on_call(&id, &body);
    if calls { created(answer) } else { answer.map(Json).into_response() }
}

async fn calls(State(shared): Shares, Query(query): Query<CallQuery>) -> Json<Value> {
    Json(Control { shared }.calls(&query))
}

async fn call(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.call(&id).map(Json)
}

async fn world(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.world())
}

async fn put_app(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_app(&body).map(Json)
}

async fn put_business(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_business(&body).map(Json)
}

async fn put_waba(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_waba(&body).map(Json)
}

async fn put_phone_number(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_phone_number(&body).map(Json)
}

async fn put_template(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_template(&body).map(Json)
}

async fn put_token(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_token(&body).map(Json)
}

async fn media(State(shared): Shares, Path(id): Path<String>) -> Result<Response, ControlError> {
    let (bytes, mime) = Control { shared }.media(&id).await?;
    let mut response = Response::new(Body::from(bytes));
    // What a customer uploads must not run as part of this page.
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(mime) = HeaderValue::from_str(&mime) {
        headers.insert(header::CONTENT_TYPE, mime);
    }
    Ok(response)
}

async fn reset(State(shared): Shares, Input(body): Input) -> Json<Value> {
    Json(Control { shared }.reset(body["everything"] == true))
}

async fn scenarios(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.scenarios())
}

async fn run_scenario(State(shared): Shares, Input(body): Input) -> Response {
    created(Control { shared }.run_scenario(&body))
}

async fn scenario(State(shared): Shares, Path(id): Path<u64>) -> Out {
    Control { shared }.scenario(id).map(Json)
}

async fn stop_scenario(State(shared): Shares, Path(id): Path<u64>) -> Out {
    Control { shared }.stop_scenario(id).map(Json)
}

async fn crowds(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.crowds())
}

async fn add_crowd(State(shared): Shares, Input(body): Input) -> Response {
    created(Control { shared }.add_crowd(&body))
}

async fn silence(State(shared): Shares, Path(id): Path<u32>) -> Out {
    Control { shared }.silence(id).map(Json)
}

async fn set_load(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.set_load(&body).map(Json)
}

async fn export_state(State(shared): Shares) -> Out {
    Control { shared }.export_state().await.map(Json)
}

async fn import_state(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.import_state(body).await.map(Json)
}
