//! Meta's door: the handshake, and signed deliveries.

use crate::{
    Shared,
    extract::{Query, unread},
    metrics,
    problem::{Kind, Problem, Result},
};
use app::webhook::Refusal;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State, rejection::BytesRejection};
use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use std::time::Instant;
use utoipa::IntoParams;

/// The largest delivery, in bytes (Meta: webhooks carry up to 3 MB).
pub const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// Meta's handshake.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Handshake {
    /// `subscribe`.
    #[serde(rename = "hub.mode")]
    mode: Option<String>,
    /// A verify token of a connected number.
    #[serde(rename = "hub.verify_token")]
    verify_token: Option<String>,
    /// Is answered as it is.
    #[serde(rename = "hub.challenge")]
    challenge: Option<String>,
}

/// Meta's handshake
#[utoipa::path(get, path = "/webhooks/whatsapp", operation_id = "webhook.verify", tag = "events", security(()),
    params(Handshake),
    responses((status = 200, description = "The challenge", content_type = "text/plain", body = String),
        (status = 403, description = "Not the verify token of any number")))]
pub(crate) async fn verify(State(server): State<Shared>, Query(asked): Query<Handshake>) -> Result<String> {
    let mode = asked.mode.unwrap_or_default();
    let token = asked.verify_token.unwrap_or_default();
    if !server.app.verify_webhook(&mode, &token).await? {
        return Err(Problem::new(Kind::Forbidden, "not the verify token of any connected number"));
    }
    Ok(asked.challenge.unwrap_or_default())
}

/// A webhook delivery
///
/// Kept raw before it is answered, whatever is in it. Needs `X-Hub-Signature-256` over the bytes. Up to 4 MiB.
#[utoipa::path(post, path = "/webhooks/whatsapp", operation_id = "webhook.receive", tag = "events", security(()),
    params(("X-Hub-Signature-256" = String, Header, description = "`sha256=` and the HMAC of the body with the app's secret")),
    request_body(content = String, content_type = "application/json", description = "As Meta sends it"),
    responses((status = 200, description = "Kept"), (status = 401, description = "No signature, or a wrong one"),
        (status = 413, description = "Over 4 MiB"), (status = 503, description = "Not kept; send it again")))]
pub(crate) async fn receive(State(server): State<Shared>, request: Request) -> Result<StatusCode> {
    let began = Instant::now();
    let answer = take(&server, request).await;
    metrics::webhook_answered(began.elapsed());
    answer
}

async fn take(server: &Shared, request: Request) -> Result<StatusCode> {
    let signature = request.headers().get("x-hub-signature-256").cloned();
    let body = read(request).await?;
    let signature = signature.as_ref().map(HeaderValue::to_str).transpose().unwrap_or_default();
    match server.app.receive_webhook(signature, body).await {
        Ok(id) => {
            tracing::Span::current().record("delivery.id", tracing::field::display(id));
            tracing::debug!(delivery.id = %id, "delivery kept");
            Ok(StatusCode::OK)
        }
        Err(Refusal::Unsigned) => {
            metrics::webhook_refused("signature");
            Err(Problem::new(Kind::Unauthenticated, "the signature is missing or wrong"))
        }
        Err(Refusal::Unavailable(reason)) => {
            metrics::webhook_refused("unavailable");
            Err(app::Error::Unavailable(reason).into())
        }
    }
}

async fn read(mut request: Request) -> Result<Bytes> {
    DefaultBodyLimit::max(BODY_LIMIT).apply(&mut request);
    let read: Result<Bytes, BytesRejection> = Bytes::from_request(request, &()).await;
    read.map_err(|error| {
        let problem = unread(&error, BODY_LIMIT);
        metrics::webhook_refused(if problem.kind() == Kind::TooLarge { "too_large" } else { "cut_off" });
        problem
    })
}
