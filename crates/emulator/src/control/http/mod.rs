//! The control API over HTTP: each handler translates and calls [`Control`](super::Control). A file of handlers has beside
//! it the part of the OpenAPI document that describes them; [`document`] puts the parts together.

mod accounts;
mod calls;
mod customers;
mod document;
mod forms;
mod groups;
mod numbers;
mod templates;
mod traffic;
mod world;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::customers::SentFile;
use super::{Answer, ControlError};
use crate::shared::Shared;

/// Longest body, in bytes: the largest file that a customer may send, and what surrounds it.
const MAX_UPLOAD: usize = 105 * 1024 * 1024;

type Shares = State<Arc<Shared>>;

pub(crate) fn router() -> Router<Arc<Shared>> {
    routes().router.fallback(unknown).layer(DefaultBodyLimit::max(MAX_UPLOAD))
}

fn routes() -> Routes {
    let empty = Routes { router: Router::new(), table: Vec::new() };
    let rooms = [
        customers::routes,
        groups::routes,
        calls::routes,
        forms::routes,
        numbers::routes,
        accounts::routes,
        templates::routes,
        traffic::routes,
        world::routes,
        document::routes,
    ];
    rooms.into_iter().fold(empty, |routes, room| room(routes))
}

/// A router that remembers what it answers, so that its description can be compared with it.
struct Routes {
    router: Router<Arc<Shared>>,
    /// Method and path, as `("GET", "/customers/{id}")`.
    table: Vec<(&'static str, &'static str)>,
}

impl Routes {
    fn get<T: 'static>(self, path: &'static str, handler: impl Handler<T, Arc<Shared>>) -> Self {
        self.on("GET", MethodFilter::GET, path, handler)
    }

    fn post<T: 'static>(self, path: &'static str, handler: impl Handler<T, Arc<Shared>>) -> Self {
        self.on("POST", MethodFilter::POST, path, handler)
    }

    fn put<T: 'static>(self, path: &'static str, handler: impl Handler<T, Arc<Shared>>) -> Self {
        self.on("PUT", MethodFilter::PUT, path, handler)
    }

    fn patch<T: 'static>(self, path: &'static str, handler: impl Handler<T, Arc<Shared>>) -> Self {
        self.on("PATCH", MethodFilter::PATCH, path, handler)
    }

    fn delete<T: 'static>(self, path: &'static str, handler: impl Handler<T, Arc<Shared>>) -> Self {
        self.on("DELETE", MethodFilter::DELETE, path, handler)
    }

    fn on<T: 'static>(
        mut self,
        verb: &'static str,
        filter: MethodFilter,
        path: &'static str,
        handler: impl Handler<T, Arc<Shared>>,
    ) -> Self {
        self.table.push((verb, path));
        self.router = self.router.route(path, on(filter, handler));
        self
    }
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
    ControlError::failed(
        404,
        "the control API has no such path; GET /_control/openapi.json lists all of them".to_owned(),
    )
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
