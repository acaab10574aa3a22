//! Errors as `application/problem+json` (RFC 9457). One place turns what went wrong into an answer.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;

tokio::task_local! {
    /// The id of the request that this task answers; set by [`crate::request`].
    pub(crate) static REQUEST_ID: String;
}

/// What a handler gives back.
pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// The kinds of problem, each with its own documentation page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request can't be understood (400) or breaks a limit (422).
    Invalid,
    /// Nobody is signed in.
    Unauthenticated,
    /// Known, but not allowed.
    Forbidden,
    /// No such thing in this organization, or no such path.
    NotFound,
    /// It collides with what is there.
    Conflict,
    /// A rule of WhatsApp or of the house says no.
    RuleViolated,
    /// The body is larger than the endpoint takes.
    TooLarge,
    /// Too many failed tries to sign in.
    Throttled,
    /// Not now; nothing was stored.
    Unavailable,
    /// Our mistake.
    Internal,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Invalid,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Conflict,
        Self::RuleViolated,
        Self::TooLarge,
        Self::Throttled,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The last segment of the problem's `type`.
    pub fn slug(self) -> &'static str {
        self.facts().0
    }

    /// Slug, title, and what it means and asks for.
    pub(crate) fn facts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Invalid => (
                "invalid",
                "Invalid request",
                "The request can't be understood (400), or what it says breaks a limit (422). `field` names the part \
                 that is wrong: a JSON pointer into a message, or the name of a parameter, header or form field; \
                 `limit` is the bound. 405, 415 and 416 are of this kind too: the method, the `Content-Type` or the \
                 `Range` does not fit. Correct the request: the same one will fail again.",
            ),
            Self::Unauthenticated => (
                "unauthenticated",
                "Not signed in",
                "There is no session, no API key, or one that isn't known. Sign in, or send \
                 `Authorization: Bearer wp_…`.",
            ),
            Self::Forbidden => (
                "forbidden",
                "Not allowed",
                "You are known, but not allowed: the role is too small, or a session's request came without its \
                 `X-CSRF-Token`. Ask an admin, or send the token.",
            ),
            Self::NotFound => (
                "not-found",
                "Not found",
                "There is no such path, or no such thing in this organization. What belongs to others looks the same.",
            ),
            Self::Conflict => (
                "conflict",
                "Conflict",
                "The request collides with what is there: set-up done already, an address taken, an idempotency key \
                 used for another body. Read again, decide again.",
            ),
            Self::RuleViolated => (
                "rule-violated",
                "A rule says no",
                "A rule of WhatsApp or of the house says no, such as a closed service window. `detail` names the \
                 rule; a closed window wants a template.",
            ),
            Self::TooLarge => (
                "too-large",
                "Too large",
                "The body is larger than this endpoint takes. `limit` is in bytes. Send less.",
            ),
            Self::Throttled => (
                "throttled",
                "Too many tries",
                "Too many failed tries to sign in with this address from this place. Wait as long as `Retry-After` \
                 says, in seconds.",
            ),
            Self::Unavailable => (
                "unavailable",
                "Not available now",
                "The database is locked, the disk is full, or a node is stopping. Nothing was stored. Try again, \
                 with the same idempotency key.",
            ),
            Self::Internal => {
                ("internal", "Internal error", "Our mistake. Please report it with the `request_id`.")
            }
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Invalid => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict => StatusCode::CONFLICT,
            Self::RuleViolated => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Something that went wrong, on its way to becoming an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    kind: Kind,
    status: StatusCode,
    detail: Cow<'static, str>,
    field: Option<Cow<'static, str>>,
    limit: Option<u64>,
    retry_after: Option<u64>,
}

impl Problem {
    /// A problem of `kind`; `detail` is a sentence fragment for a person.
    pub fn new(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        let status = kind.status();
        Self { kind, status, detail: detail.into(), field: None, limit: None, retry_after: None }
    }

    /// A request that can't be understood because of `field`.
    pub fn invalid(field: impl Into<Cow<'static, str>>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { field: Some(field.into()), ..Self::new(Kind::Invalid, detail) }
    }

    /// Nothing of this name here.
    pub fn not_found(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::NotFound, detail)
    }

    /// A body over `limit` bytes.
    pub fn too_large(limit: usize) -> Self {
        let detail = format!("the body is larger than {limit} bytes");
        Self { limit: u64::try_from(limit).ok(), ..Self::new(Kind::TooLarge, detail) }
    }

    /// Adds the bound that was broken.
    #[must_use]
    pub fn with_limit(self, limit: u64) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// Answers with another status than the kind's usual one.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same field and words, but told as "not found".
    #[must_use]
    pub(crate) fn into_not_found(self) -> Self {
        Self { kind: Kind::NotFound, status: Kind::NotFound.status(), ..self }
    }

    /// Adds `Retry-After`, in seconds.
    #[must_use]
    pub fn with_retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The kind of it.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

impl From<app::Error> for Problem {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::NotFound => Self::not_found("there is no such thing here"),
            app::Error::Invalid { field, message, limit } => Self {
                field: Some(field.into()),
                limit,
                status: StatusCode::UNPROCESSABLE_ENTITY,
                ..Self::new(Kind::Invalid, message)
            },
            app::Error::Unauthenticated => Self::new(Kind::Unauthenticated, "sign in, or send an API key"),
            app::Error::Forbidden => Self::new(Kind::Forbidden, "your role does not allow this"),
            app::Error::Conflict(message) => Self::new(Kind::Conflict, message),
            app::Error::RuleViolated { rule, message } => {
                Self::new(Kind::RuleViolated, format!("{message} ({rule})"))
            }
            app::Error::Unavailable(reason) => {
                tracing::warn!(%reason, "unavailable");
                Self::new(Kind::Unavailable, "not available now; nothing was stored").with_retry_after(1)
            }
            app::Error::Internal(reason) => {
                tracing::error!(%reason, "internal error");
                Self::new(Kind::Internal, "something went wrong here")
            }
        }
    }
}

/// A problem as it is sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemOut {
    /// `/docs/problems/<slug>`: stable, for programs, and a page for people.
    #[serde(rename = "type")]
    kind: String,
    /// What kind of problem it is, in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong this time, for a person.
    detail: Option<String>,
    /// The part of the request that is wrong: a parameter's, header's or field's name, or a JSON pointer.
    field: Option<String>,
    /// The bound that was broken.
    limit: Option<u64>,
    /// Names the request in the log.
    request_id: String,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (slug, title, _) = self.kind.facts();
        let body = ProblemOut {
            kind: format!("/docs/problems/{slug}"),
            title: title.to_owned(),
            status: self.status.as_u16(),
            detail: Some(self.detail.into_owned()),
            field: self.field.map(Cow::into_owned),
            limit: self.limit,
            request_id: REQUEST_ID.try_with(Clone::clone).unwrap_or_default(),
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// What can go wrong with each sort of operation, for the OpenAPI document.
pub(crate) mod documented {
    use super::ProblemOut;
    use std::collections::BTreeMap;
    use utoipa::{
        IntoResponses, PartialSchema, ToSchema,
        openapi::{Content, RefOr, Response, ResponseBuilder, schema::Ref},
    };

    const INVALID: (&str, &str) = ("400", "The request can't be understood; `field` names the part");
    const UNAUTHENTICATED: (&str, &str) = ("401", "No session and no API key, or an unknown one");
    const FORBIDDEN: (&str, &str) = ("403", "Not allowed, or `X-CSRF-Token` is missing");
    const NOT_FOUND: (&str, &str) = ("404", "No such thing in this organization");
    const CONFLICT: (&str, &str) = ("409", "It collides with what is there");
    const TOO_LARGE: (&str, &str) = ("413", "The body is too large; `limit` in bytes");
    const BROKEN_LIMIT: (&str, &str) = ("422", "A limit or a rule is broken; `field` and `limit` name it");
    const THROTTLED: (&str, &str) = ("429", "Too many failed tries; wait as long as `Retry-After` says");
    const UNAVAILABLE: (&str, &str) = ("503", "Not now; nothing was stored. Try again");
    const OTHER: (&str, &str) = ("default", "Any other problem");

    /// Reading without parameters.
    pub(crate) struct OnRead;
    /// Reading a list.
    pub(crate) struct OnList;
    /// Reading one thing.
    pub(crate) struct OnFind;
    /// Making something.
    pub(crate) struct OnCreate;
    /// Changing one thing.
    pub(crate) struct OnChange;
    /// Signing in.
    pub(crate) struct OnSignIn;

    macro_rules! responses {
        ($($name:ident: $($problem:ident)*;)*) => {$(
            impl IntoResponses for $name {
                fn responses() -> BTreeMap<String, RefOr<Response>> {
                    [$($problem),*].into_iter().map(describe).collect()
                }
            }
        )*};
    }
    responses! {
        OnRead: UNAUTHENTICATED UNAVAILABLE OTHER;
        OnList: INVALID UNAUTHENTICATED FORBIDDEN UNAVAILABLE OTHER;
        OnFind: UNAUTHENTICATED FORBIDDEN NOT_FOUND UNAVAILABLE OTHER;
        OnCreate: INVALID UNAUTHENTICATED FORBIDDEN CONFLICT TOO_LARGE BROKEN_LIMIT UNAVAILABLE OTHER;
        OnChange: INVALID UNAUTHENTICATED FORBIDDEN NOT_FOUND CONFLICT TOO_LARGE BROKEN_LIMIT UNAVAILABLE OTHER;
        OnSignIn: INVALID UNAUTHENTICATED CONFLICT BROKEN_LIMIT THROTTLED UNAVAILABLE OTHER;
    }

    fn describe((status, description): (&str, &str)) -> (String, RefOr<Response>) {
        let schema = Ref::from_schema_name("Problem");
        let content = Content::new(Some(schema));
        let response = ResponseBuilder::new()
            .description(description)
            .content("application/problem+json", content)
            .build();
        (status.to_owned(), response.into())
    }

    /// The schema that [`describe`] refers to.
    pub(crate) fn schema() -> (String, RefOr<utoipa::openapi::Schema>) {
        (ProblemOut::name().into_owned(), ProblemOut::schema())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_different() {
        let mut slugs: Vec<_> = Kind::ALL.iter().map(|kind| kind.slug()).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), Kind::ALL.len());
    }

    #[test]
    fn a_broken_limit_names_field_and_limit() {
        let error =
            app::Error::Invalid { field: "/text/body".into(), message: "too long".into(), limit: Some(4096) };
        let problem = Problem::from(error);
        assert_eq!(problem.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!((problem.field.as_deref(), problem.limit), (Some("/text/body"), Some(4096)));
    }
}
