//! What can go wrong with a call, and what the caller may do about it.
//!
//! Every documented code is data: [`describe`] says what it means, who can act and what to do, whether it came as an answer
//! (with HTTP status 400 or 429 alike) or by webhook.
//!
//! ```
//! use std::time::Duration;
//!
//! use cloud_api::error::{Actor, Disposition, GraphError, describe};
//!
//! let answer = br#"{"error": {"message": "(#131056) (Business Account, Consumer Account) pair rate limit hit",
//!     "type": "OAuthException", "code": 131056, "fbtrace_id": "A"}}"#;
//! let error = GraphError::from_response(400, answer);
//! assert!(matches!(error.disposition(), Disposition::RetryAfter(wait) if wait > Duration::ZERO));
//!
//! let fact = describe(131_042).expect("documented");
//! assert_eq!((fact.actor, fact.disposition), (Actor::Owner, Disposition::ParkNumber));
//! println!("{}: {}", fact.title, fact.meaning);
//! ```

use std::time::Duration;

use serde_json::Value;

pub use crate::error_table::{Actor, Arrives, ErrorFact, all, describe, describe_with, subcodes};
use crate::violation::Violation;

/// What a caller should do after an error. The one question every error answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// Refused or failed for certain; nothing was sent. Try again after this long, and wait longer each time. What isn't
    /// a message may need a look first (a call that is already going on, a PIN tried too often): see
    /// [`GraphError::is_safe_to_repeat`].
    RetryAfter(Duration),
    /// The message may have been sent. Only of answers, never of what came by webhook. Graph has no idempotency key: don't send again by yourself, wait for a status
    /// webhook that carries your `biz_opaque_callback_data`, or ask a person.
    OutcomeUnknown,
    /// Nothing from this phone number will get through until a person acts (token, permission, registration,
    /// payment, policy). Stop its queue instead of failing message after message.
    ParkNumber,
    /// This request is wrong; the same request will fail again.
    FixRequest,
    /// This message won't reach this recipient, and trying again does harm or nothing.
    Never,
}

/// Failure of a call to the Graph API.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Graph answered with an error.
    #[error("graph error {0}")]
    Graph(Box<GraphError>),
    /// What was given breaks a limit Meta enforces, all of them found at once. It never left.
    #[error("{}", Violation::summary(.0))]
    Refused(Vec<Violation>),
    /// The request can't be made of what was given (a media type or file name no header can hold). It never left, and
    /// never will.
    #[error("the request can't be made: {0}")]
    Invalid(String),
    /// No connection was made (refused, unreachable, DNS, TLS handshake): the request never left. Safe to repeat.
    #[error("the request was not sent: {0}")]
    NotSent(String),
    /// The request left and no complete answer came (time-out, connection cut). It may have been carried out.
    #[error("the outcome is unknown: {0}")]
    Unknown(String),
    /// Graph answered with success and a body that can't be understood. The call was carried out.
    #[error("the answer is not understood: {0}")]
    Decode(String),
}

impl Error {
    /// What to do now, for a call that isn't idempotent (sending a message). A read may simply be repeated.
    pub fn disposition(&self) -> Disposition {
        match self {
            Self::Graph(error) => error.disposition(),
            Self::Refused(_) | Self::Invalid(_) => Disposition::FixRequest,
            Self::NotSent(_) => Disposition::RetryAfter(Duration::from_secs(2)),
            Self::Unknown(_) | Self::Decode(_) => Disposition::OutcomeUnknown,
        }
    }

    /// Whether a program may repeat the call by itself, whatever it does: it was turned away before it was processed
    /// ([`GraphError::is_safe_to_repeat`]), or never left.
    pub fn is_safe_to_repeat(&self) -> bool {
        match self {
            Self::Graph(error) => error.is_safe_to_repeat(),
            Self::NotSent(_) => true,
            Self::Refused(_) | Self::Invalid(_) | Self::Unknown(_) | Self::Decode(_) => false,
        }
    }

    /// The error Graph answered with, if it answered.
    pub fn graph(&self) -> Option<&GraphError> {
        match self {
            Self::Graph(error) => Some(error),
            _ => None,
        }
    }
}

/// An error as Graph words it. Branch on `code` (and `subcode`), never on text. Meta: Cloud API > Error codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphError {
    /// Meta's error code; 0 is a code of its own (authentication).
    pub code: i64,
    /// Finer code, mostly on management calls.
    pub subcode: Option<i64>,
    /// Meta's short name of the error, as in webhooks; for an answer it is the message without its `(#code)`.
    pub title: String,
    /// The message as sent, e.g. `(#131009) Parameter value is not valid`.
    pub message: String,
    /// `error_data.details`: the human explanation, the most useful text there is.
    pub details: Option<String>,
    /// `error_user_title`: for people, in the language of the app's user; management calls only.
    pub user_title: Option<String>,
    /// `error_user_msg`: what a person may do about it; management calls only.
    pub user_message: Option<String>,
    /// Meta support asks for this.
    pub fbtrace_id: Option<String>,
    /// Meta's id of the request (`x-fb-request-id`), when the error is an answer to a [`Client`](crate::client::Client).
    pub request_id: Option<String>,
    /// HTTP status of the answer; 0 when the error arrived by webhook.
    pub http_status: u16,
    /// Meta's own opinion that a repeat may succeed.
    pub is_transient: bool,
    /// A [`Client`](crate::client::Client) was to send from a phone number that doesn't exist or that its token can't see
    /// (code 100, subcode 33). With other calls that code is about what they name: a file, a template.
    pub number_is_missing: bool,
    /// How long the answer's headers ask to wait (`Retry-After`, or the minutes until a spent budget is back).
    pub retry_after: Option<Duration>,
}

impl GraphError {
    /// Reads the error out of an answer. Bodies that aren't Graph's (a proxy's page, an empty body) become an error
    /// with code -1 and the HTTP status as message.
    pub fn from_response(http_status: u16, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        match body.get("error") {
            Some(error @ Value::Object(_)) => Self::from_json(http_status, error),
            _ => Self::foreign(http_status, &body),
        }
    }

    /// Reads one error object: the inside of `{"error": …}`, or an element of a webhook's `errors`
    /// (then `http_status` is 0).
    pub fn from_json(http_status: u16, error: &Value) -> Self {
        let text = |key: &str| error.get(key).and_then(Value::as_str).map(str::to_owned);
        let number = |key: &str| error.get(key).and_then(integer);
        let message = text("message").or_else(|| text("title")).unwrap_or_default();
        Self {
            code: number("code").unwrap_or(NO_CODE),
            subcode: number("error_subcode"),
            title: text("title").unwrap_or_else(|| without_code(&message).to_owned()),
            message,
            details: error.pointer("/error_data/details").and_then(Value::as_str).map(str::to_owned),
            user_title: text("error_user_title"),
            user_message: text("error_user_msg"),
            fbtrace_id: text("fbtrace_id"),
            request_id: None,
            http_status,
            is_transient: error.get("is_transient").and_then(Value::as_bool).unwrap_or(false),
            number_is_missing: false,
            retry_after: None,
        }
    }

    /// An answer that isn't Graph's. Providers in front of it have a form of their own for what they refuse themselves.
    fn foreign(http_status: u16, body: &Value) -> Self {
        let details = body.pointer("/meta/developer_message").and_then(Value::as_str);
        Self {
            code: NO_CODE,
            subcode: None,
            title: format!("HTTP status {http_status}"),
            message: format!("HTTP status {http_status} without a Graph error"),
            details: details.map(str::to_owned),
            user_title: None,
            user_message: None,
            fbtrace_id: None,
            request_id: None,
            http_status,
            is_transient: false,
            number_is_missing: false,
            retry_after: None,
        }
    }

    /// What is known about this code, or about its subcode where that says more: see [`describe_with`]. The same
    /// whether the error is an answer or came by webhook.
    pub fn fact(&self) -> Option<&'static ErrorFact> {
        describe_with(self.code, self.subcode)
    }

    /// What to do now. Known codes are looked up; for unknown ones the HTTP status decides. Throttles are the same
    /// with HTTP status 400 and 429. What came by webhook has failed for certain, and is never
    /// [`Disposition::OutcomeUnknown`]. A wait is at least as long as the answer's headers asked for.
    pub fn disposition(&self) -> Disposition {
        match self.by_code() {
            Disposition::RetryAfter(wait) => {
                Disposition::RetryAfter(wait.max(self.retry_after.unwrap_or_default()))
            }
            other => other,
        }
    }

    fn by_code(&self) -> Disposition {
        let known = self.fact().map(|fact| fact.disposition);
        match (self.http_status, known) {
            // A throttle by its status, whatever general code is inside: refused before it was processed.
            (429, None | Some(Disposition::OutcomeUnknown | Disposition::FixRequest)) => {
                Disposition::RetryAfter(Duration::from_secs(10))
            }
            // Graph's answer to a missing token shares its code with a misspelt path.
            (401, None | Some(Disposition::FixRequest)) if !self.is_about_calls() => Disposition::ParkNumber,
            _ if self.number_is_missing => Disposition::ParkNumber,
            // The status that one would wait for is the one in hand.
            (0, Some(Disposition::OutcomeUnknown)) => Disposition::RetryAfter(Duration::from_secs(60)),
            (_, Some(known)) => known,
            (403, None) => Disposition::ParkNumber,
            (500.., None) => Disposition::OutcomeUnknown,
            // An asynchronous failure is final, and Meta adds codes faster than anybody lists them.
            (0, None) => Disposition::Never,
            (_, None) => Disposition::FixRequest,
        }
    }

    /// Whether Meta turned the call away before it was processed: a throttle or maintenance (4, 80007, 130429, 131056,
    /// 131057, and HTTP status 429). Other errors that pass with time may have done something, or need something done
    /// first: calls (138003, 138004), registrations (133000, 133016), PINs (133008, 133009).
    pub fn is_safe_to_repeat(&self) -> bool {
        self.http_status == 429 || matches!(self.code, 4 | 80_007 | 130_429 | 131_056 | 131_057)
    }

    /// Who can do something about it. For unknown codes the HTTP status decides.
    pub fn actor(&self) -> Actor {
        match (self.fact(), self.http_status) {
            (Some(fact), _) => fact.actor,
            (None, 429) => Actor::Nobody,
            (None, 403) => Actor::Owner,
            (None, 500..) => Actor::Meta,
            (None, _) => Actor::Developer,
        }
    }

    /// Calls answer 401 for what has nothing to do with the token (calling off, no permission of the person's).
    fn is_about_calls(&self) -> bool {
        (138_000..139_000).contains(&self.code)
    }
}

impl std::fmt::Display for GraphError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Meta quotes the token it can't read, and this text goes into logs.
        if let (TOKEN_INVALID, Some(fact)) = (self.code, self.fact()) {
            return write!(f, "{} {}", self.code, fact.title);
        }
        write!(f, "{} {}", self.code, self.title)?;
        match &self.details {
            Some(details) => write!(f, ": {details}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for GraphError {}

/// Code for every fault of an access token.
const TOKEN_INVALID: i64 = 190;

/// Code of an answer that isn't Graph's.
const NO_CODE: i64 = -1;

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn without_code(message: &str) -> &str {
    match message.strip_prefix("(#").and_then(|rest| rest.split_once(") ")) {
        Some((code, title)) if code.bytes().all(|b| b.is_ascii_digit()) => title,
        _ => message,
    }
}
