//! Operations by their names, as scenario files write them: the same door as over HTTP, without a socket.

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use futures_util::FutureExt;
use serde_json::Value;
use tower::ServiceExt;

use super::{Answer, Control, ControlError};

/// Longest answer, in bytes.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

impl Control {
    /// Any operation of `/_control` by its method, its path (without `/_control`, with its query if it has one) and its
    /// body (`null` for none).
    ///
    /// # Errors
    /// Those of the operation; 404 for one that doesn't exist; 501 for one that waits for something outside: an upload,
    /// the handshake of a callback, the stream of events.
    pub fn perform(&self, method: &str, path: &str, body: &Value) -> Answer {
        let content = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(content)
            .map_err(|_| ControlError::invalid("", "this is neither a method nor a path"))?;
        let waits = || ControlError::failed(501, "this operation waits for something outside".to_owned());
        let router = super::router().with_state(std::sync::Arc::clone(&self.shared));
        // Nothing here waits but for the outside, so asking once is enough.
        let Ok(response) = router.oneshot(request).now_or_never().ok_or_else(waits)?;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), MAX_ANSWER).now_or_never().ok_or_else(waits)?;
        let value = bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(value);
        }
        let error = &value["error"];
        Err(ControlError {
            status: status.as_u16(),
            message: error["message"].as_str().unwrap_or("refused").to_owned(),
            field: error["field"].as_str().map(str::to_owned),
        })
    }
}
