//! Answers with the headers that every Graph answer carries.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::MANAGEMENT;
use super::auth::trace_id;
use super::error::GraphError;
use super::params::Params;
use crate::requests::Cut;
use crate::shared::Shared;
use crate::world::account::{HOUR, MINUTE};

/// The version that unversioned requests are served by.
const DEFAULT_VERSION: &str = "v25.0";

pub(super) fn ok(shared: &Arc<Shared>, params: &Params, value: &Value) -> Response<Body> {
    respond(shared, params, StatusCode::OK, value.to_string(), None)
}

pub(super) fn error(shared: &Arc<Shared>, params: &Params, error: &GraphError) -> Response<Body> {
    let (trace, status) =
        shared.with(|world| (trace_id(world), world.open.status_of(error.code, error.status)));
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
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
    response.extensions_mut().insert(Cut);
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
    // Pages in a browser may call Graph.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert("x-fb-debug", HeaderValue::from_static("emulator"));
    // Graph may be called from any page.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Some(www) = www {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(www));
    }
    let version = params.version.as_deref().unwrap_or(DEFAULT_VERSION);
    put(headers, "facebook-api-version", version);
    usage_headers(shared, params, headers);
    response
}

/// Shares of the hourly budgets, in per cent: the app's, and the one of the account that was called.
fn usage_headers(shared: &Arc<Shared>, params: &Params, headers: &mut HeaderMap) {
    let caller = params.caller.get();
    let account = caller.and_then(|caller| Some((caller, caller.account.as_deref()?)));
    let (request, trace, whole, part, wait) = shared.with(|world| {
        let whole = caller.map_or(0, |caller| {
            let most = world.registry.calls_per_hour.unwrap_or(shared.config.management_calls_per_hour);
            share(world.calls_of(&caller.app_id, None), most)
        });
        // Messages and what belongs to them have no hourly budget, so of theirs nothing is used.
        let counted = account.filter(|(caller, _)| caller.family == MANAGEMENT);
        let part = counted.map_or(0, |(caller, account)| {
            let budget = super::call_budget(world, &shared.config, account);
            share(world.calls_of(&caller.app_id, Some(account)), budget)
        });
        let wait = HOUR - world.now.rem_euclid(HOUR);
        (world.traces.alphanumeric(23), world.traces.alphanumeric(11), whole, part, wait)
    });
    put(headers, "x-fb-request-id", &format!("A{request}"));
    put(headers, "x-fb-trace-id", &trace);
    let app = json!({ "call_count": whole, "total_time": whole, "total_cputime": whole });
    put(headers, "x-app-usage", &app.to_string());
    let Some((caller, account)) = account else { return };
    let business = json!({ (account): [{
        "type": caller.family, "call_count": part, "total_cputime": part, "total_time": part,
        "estimated_time_to_regain_access": if part >= 100 { (wait + MINUTE - 1) / MINUTE } else { 0 },
    }] });
    put(headers, "x-business-use-case-usage", &business.to_string());
}

fn share(used: u32, budget: u32) -> u32 {
    used.saturating_mul(100) / budget.max(1)
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
