//! The border: what comes in is parsed here, and what can't be parsed becomes a problem that names the field.

use crate::{page::field_name, problem::Problem};
use axum::extract::{
    FromRequest, FromRequestParts, Path, Request,
    rejection::{BytesRejection, QueryRejection},
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header, request::Parts};
use model::id::IdError;
use serde::de::DeserializeOwned;
use std::str::FromStr;

/// The largest JSON body, in bytes. The largest lawful message, a list of ten sections, stays far below.
pub const JSON_LIMIT: usize = 256 * 1024;

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            let detail = "send the body as application/json";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Problem::invalid("Content-Type", detail).with_status(status));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|error| unread(&error, JSON_LIMIT))?;
        parse(&bytes).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let declared =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let cause = error.inner();
        let message = cause.to_string();
        if cause.is_data() {
            let (said, _) = message.split_once(" at line ").unwrap_or((&message, ""));
            let field = field_name(error.path(), said);
            return Problem::invalid(field, said.to_owned()).with_status(StatusCode::UNPROCESSABLE_ENTITY);
        }
        Problem::invalid("body", format!("not JSON: {message}"))
    })?;
    json.end().map_err(|_| Problem::invalid("body", "there is more than one JSON value"))?;
    Ok(value)
}

/// Why a body could not be read.
pub(crate) fn unread(error: &BytesRejection, limit: usize) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::too_large(limit);
    }
    Problem::invalid("body", "the body ended before it was whole")
}

/// Query parameters.
#[derive(Debug)]
pub(crate) struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read: Result<_, QueryRejection> = axum::extract::Query::from_request_parts(parts, state).await;
        let axum::extract::Query(query) = read.map_err(|error| {
            let text = error.body_text();
            // "Failed to deserialize query string: limit: invalid digit …", or "… duplicate field `limit`".
            let said = text.split_once("query string: ").map_or(text.as_str(), |(_, said)| said).to_owned();
            let field = said.split('`').nth(1).or(said.split(':').next()).unwrap_or("query").to_owned();
            Problem::invalid(field, said)
        })?;
        Ok(Self(query))
    }
}

/// The id at the end, or in the middle, of a path. A text that can't be such an id is not found.
#[derive(Debug)]
pub(crate) struct Id<T>(pub T);

impl<S: Send + Sync, T: FromStr<Err = IdError>> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::invalid("id", "the path has no readable id"))?;
        let wrong = |error: IdError| Problem::invalid("id", error.to_string()).into_not_found();
        text.parse().map(Self).map_err(wrong)
    }
}

/// The longest `Idempotency-Key`, in characters.
pub const IDEMPOTENCY_KEY_LIMIT: usize = 200;

/// The `Idempotency-Key` header: the same key with the same body does its work once.
#[derive(Debug)]
pub(crate) struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let fits = |text: &&str| (1..=IDEMPOTENCY_KEY_LIMIT).contains(&text.chars().count());
        let text = value.to_str().ok().map(str::trim).filter(fits).ok_or_else(|| {
            let detail =
                format!("an idempotency key has 1 to {IDEMPOTENCY_KEY_LIMIT} visible ASCII characters");
            Problem::invalid("Idempotency-Key", detail).with_limit(IDEMPOTENCY_KEY_LIMIT as u64)
        })?;
        Ok(Self(Some(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only its parsing is looked at")]
    struct Form {
        email: String,
        #[serde(default)]
        keywords: Vec<String>,
    }

    fn field(body: &str) -> String {
        let problem = parse::<Form>(body.as_bytes()).unwrap_err();
        format!("{problem:?}").split("field: Some(\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    #[test]
    fn the_field_that_does_not_fit_is_named() {
        assert_eq!(field(r#"{"email": 3}"#), "email");
        assert_eq!(field(r#"{"keywords": []}"#), "email");
        assert_eq!(field(r#"{"email": "a", "keywords": ["x", 2]}"#), "/keywords/1");
        assert_eq!(field(r#"{"email": "#), "body");
        assert_eq!(field(r#"{"email": "a"} {}"#), "body");
        assert_eq!(field("[]"), "body");
    }
}
