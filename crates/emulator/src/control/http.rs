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
use super::money::MoneyQuery;
use super::observe::{MessageQuery, ThreadQuery, WebhookQuery};
use super::people::CustomerQuery;
use super::requests::RequestQuery;
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
        .route("/messages/{wamid}/{action}", post(rewrite))
        .route("/tap", post(tap))
        .route("/click", post(click))
        .route("/thread", get(thread))
        .route("/read", post(read))
        .route("/open", post(open))
        .route("/preferences", post(prefer))
        .route("/number", post(change_number))
        .route("/identity", post(change_identity))
        .route("/groups/{action}", post(act_in_group))
        .route("/calls", post(act_on_call))
        .route("/block", post(block).delete(unblock))
        .route("/forms/open", post(open_form))
        .route("/forms/submit", post(submit_form))
        .route("/forms/files", post(add_form_file))
        .route("/forms/{message_id}", get(form_session));
    let number = Router::new()
        .route("/", get(phone_number).patch(change_phone_number))
        .route("/review", post(review_number))
        .route("/throughput", post(upgrade_throughput))
        .route("/pin-reset", post(reset_pin));
    Router::new()
        .route("/customers", get(customers).post(add_customer))
        .nest("/customers/{id}", customer)
        .route("/clock", get(clock))
        .route("/clock/advance", post(advance))
        .route("/faults", get(faults).post(add_fault).delete(remove_faults))
        .route("/faults/{id}", delete(remove_fault))
        .route("/requests", get(requests))
        .route("/requests/{id}", get(request))
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
        .route("/apps/{id}/test-webhook", post(test_webhook))
        .route("/webhook-engine", get(webhook_engine).put(set_webhook_engine))
        .route("/money", get(money))
        .route("/phone-numbers/{id}/app-messages", post(write_in_app))
        .route("/phone-numbers/{id}/app-messages/{wamid}/{action}", post(rewrite_in_app))
        .route("/phone-numbers/{id}/contacts", post(change_phone_book))
        .route("/phone-numbers/{id}/routing", get(routing).put(set_routing).delete(remove_routing))
        .route("/businesses", put(put_business))
        .route("/wabas", put(put_waba))
        .route("/wabas/{id}", get(waba).patch(change_waba))
        .route("/wabas/{id}/enforce", post(enforce))
        .route("/signup", post(signup))
        .route("/phone-numbers", put(put_phone_number))
        .nest("/phone-numbers/{id}", number)
        .route("/templates", get(templates).put(put_template))
        .route("/templates/{id}/{action}", post(act_on_template))
        .route("/reviewer", get(reviewer).put(put_reviewer))
        .route("/tokens", put(put_token))
        .route("/forms", get(forms).put(put_form))
        .route("/forms/{id}", get(form).patch(change_form))
        .route("/forms/{id}/ping", post(ping_form))
        .route("/forms/{id}/events", post(form_event))
        .route("/phone-numbers/{id}/encryption", put(sign_key))
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
pub(super) struct Input(pub(super) Value);

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

pub(super) type Out = Result<Json<Value>, ControlError>;

async fn unknown() -> ControlError {
    ControlError::failed(404, "the control API has no such path; see CONTROL.md".to_owned())
}

async fn customers(State(shared): Shares, Query(query): Query<CustomerQuery>) -> Json<Value> {
    Json(Control { shared }.customers_like(&query))
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

async fn change_number(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.change_number(&id, &body).map(Json)
}

async fn change_identity(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.change_identity(&id).map(Json)
}

async fn phone_number(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.phone_number(&id).map(Json)
}

async fn change_phone_number(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.change_phone_number(&id, &body).map(Json)
}

async fn review_number(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.review_number(&id, &body).map(Json)
}

async fn upgrade_throughput(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.upgrade_throughput(&id, &body).map(Json)
}

async fn reset_pin(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.reset_pin(&id, &body).map(Json)
}

async fn waba(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.waba(&id).map(Json)
}

async fn change_waba(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.change_waba(&id, &body).map(Json)
}

async fn enforce(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.enforce(&id, &body).map(Json)
}

async fn signup(State(shared): Shares, Input(body): Input) -> Response {
    created(Control { shared }.signup(&body))
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

async fn requests(State(shared): Shares, Query(query): Query<RequestQuery>) -> Json<Value> {
    Json(Control { shared }.requests(&query))
}

async fn request(State(shared): Shares, Path(id): Path<u64>) -> Out {
    Control { shared }.request(id).map(Json)
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

async fn rewrite(
    State(shared): Shares,
    Path((id, wamid, action)): Path<(String, String, String)>,
    Input(body): Input,
) -> Out {
    Control { shared }.rewrite(&id, &wamid, &action, &body).map(Json)
}

async fn write_in_app(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Response {
    created(Control { shared }.write_in_app(&id, &body))
}

async fn rewrite_in_app(
    State(shared): Shares,
    Path((id, wamid, action)): Path<(String, String, String)>,
    Input(body): Input,
) -> Out {
    Control { shared }.rewrite_in_app(&id, &wamid, &action, &body).map(Json)
}

async fn change_phone_book(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.change_phone_book(&id, &body).map(Json)
}

async fn routing(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.routing(&id).map(Json)
}

async fn set_routing(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.set_routing(&id, &body).map(Json)
}

async fn remove_routing(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.remove_routing(&id).map(Json)
}

async fn money(State(shared): Shares, Query(query): Query<MoneyQuery>) -> Out {
    Control { shared }.money(&query).map(Json)
}

async fn webhook_engine(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.webhook_engine())
}

async fn set_webhook_engine(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.set_webhook_engine(&body).map(Json)
}

async fn test_webhook(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Response {
    created(Control { shared }.test_webhook(&id, &body))
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

async fn click(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.click(&id, &body).map(Json)
}

async fn templates(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.templates())
}

async fn act_on_template(
    State(shared): Shares,
    Path((id, action)): Path<(String, String)>,
    Input(body): Input,
) -> Out {
    Control { shared }.act_on_template(&id, &action, &body).map(Json)
}

async fn reviewer(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.reviewer())
}

async fn put_reviewer(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_reviewer(&body).map(Json)
}

async fn put_token(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_token(&body).map(Json)
}

async fn open_form(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Response {
    created(Control { shared }.open_form(&id, &body).await)
}

async fn submit_form(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.submit_form(&id, &body).await.map(Json)
}

async fn add_form_file(State(shared): Shares, Path(id): Path<String>, request: Request) -> Response {
    match file(request).await {
        Ok((body, file)) => created(Control { shared }.add_form_file(&id, &body, file).await),
        Err(error) => error.into_response(),
    }
}

async fn form_session(State(shared): Shares, Path((id, message_id)): Path<(String, String)>) -> Out {
    Control { shared }.form_session(&id, &message_id).map(Json)
}

async fn forms(State(shared): Shares) -> Json<Value> {
    Json(Control { shared }.forms())
}

async fn form(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.form(&id).map(Json)
}

async fn put_form(State(shared): Shares, Input(body): Input) -> Out {
    Control { shared }.put_form(&body).map(Json)
}

async fn change_form(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.change_form(&id, &body).map(Json)
}

async fn ping_form(State(shared): Shares, Path(id): Path<String>) -> Out {
    Control { shared }.ping_form(&id).await.map(Json)
}

async fn form_event(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.form_event(&id, &body).map(Json)
}

async fn sign_key(State(shared): Shares, Path(id): Path<String>, Input(body): Input) -> Out {
    Control { shared }.sign_key(&id, &body).map(Json)
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
