//! The door of the Graph API: every request comes in here, meets the faults that wait for it, and is written down.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header};

use super::error::GraphError;
use super::params::Params;
use super::{answer, edges, reply};
use crate::faults::{Effect, When};
use crate::phone;
use crate::requests::{self, Course};
use crate::shared::Shared;

/// Answers any request that is not the control API's or the phones page's.
pub(crate) async fn handle(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response<Body> {
    if request.method() == Method::OPTIONS {
        return preflight(request.headers());
    }
    let params = Params::read(request).await;
    enter(&shared, &params).await
}

/// One request, also one inside of another.
pub(super) async fn enter(shared: &Arc<Shared>, params: &Params) -> Response<Body> {
    let recipient = params.plain("to").as_deref().and_then(phone::digits).map(|d| phone::wa_id(&d));
    let kind = edges::kind(params);
    let fault = shared.with(|world| world.faults.on_request(&params.raw_path, kind, recipient.as_deref()));
    let started = tokio::time::Instant::now();
    let response = respond(shared, params, &fault).await;
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    requests::note(shared, params, Course { kind, fault, duration_ms }, response).await
}

/// What a browser asks before it calls from another page: everything is allowed, as Graph allows it.
fn preflight(asked: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    let mut set =
        |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE, OPTIONS");
    set(header::ACCESS_CONTROL_MAX_AGE, "86400");
    let wanted = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let wanted = wanted.unwrap_or(HeaderValue::from_static("*"));
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted);
    response
}

/// The answer, with whatever goes wrong on purpose.
async fn respond(shared: &Arc<Shared>, params: &Params, fault: &Effect) -> Response<Body> {
    if let Some(ms) = fault.latency_ms {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    if let Some(code) = fault.error {
        return reply::error(shared, params, &GraphError::message(code));
    }
    let broken = || match fault.status {
        Some(status) => Some(reply::server_error(shared, params, status)),
        None => fault.cut.then(reply::cut),
    };
    if fault.when == When::Before
        && let Some(response) = broken()
    {
        return response;
    }
    let response = answer(shared, params).await;
    if fault.when == When::After
        && let Some(broken) = broken()
    {
        return broken;
    }
    response
}
