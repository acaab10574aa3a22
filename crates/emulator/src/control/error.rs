//! Refusals of the control API: `{"error": {"message": …, "field": …}}`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why the control API refused something.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct ControlError {
    /// HTTP status: 400 or 404, 409 for a conflict, 502 when a callback refused the handshake.
    pub status: u16,
    /// What is wrong, for people.
    pub message: String,
    /// The field to blame, as a dotted path into the body.
    pub field: Option<String>,
}

impl ControlError {
    pub(crate) fn invalid(field: &str, message: &str) -> Self {
        let field = (!field.is_empty()).then(|| field.to_owned());
        Self { status: 400, message: message.to_owned(), field }
    }

    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self { status: 404, message: format!("there is no {what} {id}"), field: None }
    }

    pub(crate) fn conflict(field: &str, message: &str) -> Self {
        Self { status: 409, ..Self::invalid(field, message) }
    }

    pub(crate) fn failed(status: u16, message: String) -> Self {
        Self { status, message, field: None }
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let body = json!({ "error": { "message": self.message, "field": self.field } });
        (status, Json(body)).into_response()
    }
}
