//! What every request gets: an id, a span, counters, security headers, and an answer even when a handler panics.

use crate::{
    Shared,
    problem::{Kind, Problem, REQUEST_ID},
};
use axum::{
    body::{Body, BodyDataStream, HttpBody},
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use std::{
    any::Any,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tracing::Instrument;

const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Only our own scripts run; pictures may come from memory, for previews; nobody may frame us.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; \
     object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Wraps every route. The span carries ids only: no query, no headers, no bodies.
pub(crate) async fn accompany(State(server): State<Shared>, request: Request, next: Next) -> Response {
    let id = server.ids.next().simple().to_string();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "(no route)".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!(
        "http",
        request.id = %id,
        method = %method,
        route = %route,
        organization.id = tracing::field::Empty,
        caller = tracing::field::Empty,
        delivery.id = tracing::field::Empty,
        otel.name = tracing::field::Empty,
        otel.kind = tracing::field::Empty,
        http.response.status_code = tracing::field::Empty,
    );
    let traced = server.adopt.get();
    if let Some(adopt) = traced {
        adopt(&span, request.headers());
        span.record("otel.name", format!("{method} {route}")).record("otel.kind", "server");
    }
    let began = Instant::now();
    let answer = REQUEST_ID.scope(id.clone(), next.run(request)).instrument(span.clone()).await;
    let took = began.elapsed();
    let status = answer.status().as_u16();
    server.metrics.request(known(&method), &route, status, took);
    if traced.is_some() {
        span.record("http.response.status_code", status);
    }
    span.in_scope(|| {
        tracing::debug!(status, took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX), "answered")
    });
    dressed(answer, &id)
}

/// How much of a body that is too large is still read, in bytes.
const HEARD_OUT: usize = 64 * 1024 * 1024;
/// How long.
const PATIENCE: Duration = Duration::from_secs(5);

/// Before a body is called too large, the rest of it is read and thrown away, within limits: many clients write all
/// they have before they listen, and to them an early answer is a broken pipe.
pub(crate) async fn hear_out(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let ours = Arc::new(Mutex::new(body.into_data_stream()));
    let theirs = Body::from_stream(shared(&ours));
    let answer = next.run(Request::from_parts(parts, theirs)).await;
    if answer.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let mut rest = shared(&ours);
        let mut read = 0;
        let drain = async {
            while let Some(Ok(chunk)) = rest.next().await {
                read += chunk.len();
                if read > HEARD_OUT {
                    break;
                }
            }
        };
        // Whoever takes longer gets the answer as it is.
        drop(tokio::time::timeout(PATIENCE, drain).await);
    }
    answer
}

/// The chunks of a body that two may read, one after the other.
fn shared(
    body: &Arc<Mutex<BodyDataStream>>,
) -> impl stream::Stream<Item = Result<bytes::Bytes, axum::Error>> + Send + Unpin + use<> {
    let body = Arc::clone(body);
    stream::poll_fn(move |cx| body.lock().unwrap_or_else(PoisonError::into_inner).poll_next_unpin(cx))
}

/// The method, when it is one that anybody uses: others would fill the metrics with whatever a stranger thinks up.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn dressed(mut answer: Response, id: &str) -> Response {
    let headers = answer.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID_HEADER, id);
    }
    answer
}

/// The answer when a handler panicked. The panic itself is in the log already, by the hook.
pub(crate) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Problem::new(Kind::Internal, "something went wrong here").into_response()
}
