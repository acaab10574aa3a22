//! Answers with the headers that every Graph answer carries.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::auth::trace_id;
use super::error::GraphError;
use super::params::Params;
use crate::shared::Shared;
use crate::world::World;

/// The version that unversioned requests are served by.
const DEFAULT_VERSION: &str = "v25.0";

pub(super) fn ok(shared: &Arc<Shared>, params: &Params, value: &Value) -> Response<Body> {
    respond(shared, params, StatusCode::OK, value.to_string(), None)
}

pub(super) fn error(shared: &Arc<Shared>, params: &Params, error: &GraphError) -> Response<Body> {
    let trace = shared.with(trace_id);
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    let www = (status == StatusCode::UNAUTHORIZED).then_some("OAuth \"Facebook Platform\" \"invalid_token\"");
    respond(shared, params, status, error.to_json(&trace).to_string(), www)
}

/// An outage: the given 5xx with the body that Graph sends then.
pub(super) fn server_error(shared: &Arc<Shared>, params: &Params, status: u16) -> Response<Body> {
    let mut error = GraphError::message(if status == 503 { 2 } else { 131_000 });
    error.status = status;
    self::error(shared, params, &error)
}

/// A status without a body, as the media host answers.
pub(super) fn bare(status: u16) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_FOUND);
    response
}

/// A response whose body breaks off at once, so that the server closes the connection without finishing it.
pub(super) fn cut() -> Response<Body> {
    let broken = futures_util::stream::once(async {
        Err::<bytes::Bytes, _>(std::io::Error::new(std::io::ErrorKind::ConnectionAborted, "cut by a fault"))
    });
    let mut response = Response::new(Body::from_stream(broken));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from_static("4096"));
    response
}

fn respond(
    shared: &Arc<Shared>,
    params: &Params,
    status: StatusCode,
    body: String,
    www: Option<&'static str>,
) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache, no-store, must-revalidate"),
    );
    headers.insert("x-fb-debug", HeaderValue::from_static("emulator"));
    if let Some(www) = www {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(www));
    }
    let version = params.version.as_deref().unwrap_or(DEFAULT_VERSION);
    put(headers, "facebook-api-version", version);
    usage_headers(shared, params, headers);
    response
}

/// Shares of the hourly budgets, in per cent.
fn usage_headers(shared: &Arc<Shared>, params: &Params, headers: &mut HeaderMap) {
    let (request, trace, waba, used) = shared.with(|world| {
        let waba = waba_of_caller(world, params);
        let used = waba.as_deref().map_or(0, |waba| world.usage_percent(&shared.config, waba));
        (world.traces.alphanumeric(23), world.traces.alphanumeric(11), waba, used)
    });
    put(headers, "x-fb-request-id", &format!("A{request}"));
    put(headers, "x-fb-trace-id", &trace);
    let app = json!({ "call_count": used, "total_time": used, "total_cputime": used });
    put(headers, "x-app-usage", &app.to_string());
    let Some(waba) = waba else { return };
    let business = json!({ (waba): [{
        "type": "whatsapp_business_management", "call_count": used, "total_cputime": used, "total_time": used,
        "estimated_time_to_regain_access": if used >= 100 { 60 } else { 0 },
    }] });
    put(headers, "x-business-use-case-usage", &business.to_string());
}

/// The WABA that a call is about, when the caller may know of it; else the first of the caller's own.
fn waba_of_caller(world: &World, params: &Params) -> Option<String> {
    let token = world.tokens.get(params.token()?)?;
    let node = params.segments.first().and_then(|id| world.node(id)).filter(|node| token.reaches(node));
    node.and_then(|node| node.waba_id).or_else(|| token.wabas.first().cloned())
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
