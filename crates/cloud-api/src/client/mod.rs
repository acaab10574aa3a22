//! The Graph API, called. Meta: Cloud API > Reference; Graph API > Overview.
//!
//! A [`Client`] holds the credentials of one business and a pool of connections that stay open between calls; clone
//! it freely, and use [`Client::with_credentials`] for the next business. It never retries: only the caller knows
//! whether a message may go out twice. [`Error::disposition`] says what is safe.

mod config;
mod media;
mod messages;
mod numbers;
mod templates;

use std::sync::Arc;

use bytes::Bytes;
use reqwest::{Method, RequestBuilder, Response, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use config::{Config, ConfigError, DEFAULT_BASE_URL, DEFAULT_VERSION, Secret};
pub use media::{Download, MediaInfo};
pub use messages::{Sent, SentContact};
pub use numbers::PhoneNumber;
pub use templates::{Page, TemplateInfo};

use crate::error::{Error, GraphError};
use crate::signature::appsecret_proof;

/// Largest JSON answer that is read, in bytes.
const ANSWER_MAX: usize = 16 * 1024 * 1024;

/// Calls the Graph API with the credentials of one business.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    account: Arc<Account>,
}

struct Account {
    token: Secret,
    /// Proof that the token's user also holds the app secret, when there is one.
    proof: Option<String>,
}

impl Account {
    fn new(token: Secret, app_secret: Option<&Secret>) -> Self {
        let proof = app_secret.map(|secret| appsecret_proof(secret.expose(), token.expose()));
        Self { token, proof }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl Client {
    /// A client with connections of its own. Makes `ring` the process's TLS provider unless there is one already.
    ///
    /// # Errors
    /// [`ConfigError`] when the base URL can't be used, or TLS can't be set up for an `https` one.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let base = config.base()?;
        let http = config.http(&base)?;
        let account = Arc::new(Account::new(config.access_token, config.app_secret.as_ref()));
        Ok(Self { http, base, account })
    }

    /// A client for another business that shares this one's connections.
    #[must_use]
    pub fn with_credentials(&self, access_token: Secret, app_secret: Option<&Secret>) -> Self {
        let account = Arc::new(Account::new(access_token, app_secret));
        Self { http: self.http.clone(), base: self.base.clone(), account }
    }

    /// A request to a node or an edge of it. Ids become one path segment each, whatever is in them.
    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if let Some(proof) = &self.account.proof {
            url.query_pairs_mut().append_pair("appsecret_proof", proof);
        }
        self.http.request(method, url).bearer_auth(self.account.token.expose())
    }
}

/// Sends a request and reads its JSON answer. `operation` and `id` go into the log; nothing else does.
async fn call<T: DeserializeOwned>(
    operation: &'static str,
    id: &str,
    request: RequestBuilder,
) -> Result<T, Error> {
    let body = answer(operation, id, request, ANSWER_MAX).await?.1;
    serde_json::from_slice(&body).map_err(|error| {
        tracing::debug!(operation, id, "graph answered with something else than expected");
        Error::Decode(format!("{operation}: {error}"))
    })
}

/// Sends a request whose answer says `success` and nothing more.
async fn command(operation: &'static str, id: &str, request: RequestBuilder) -> Result<(), Error> {
    let answer: Value = call(operation, id, request).await?;
    match answer.get("success") {
        Some(Value::Bool(true)) => Ok(()),
        // Some edges answer with the text.
        Some(Value::String(text)) if text == "true" => Ok(()),
        _ => Err(Error::Decode(format!("{operation}: the answer doesn't report success"))),
    }
}

/// Sends a request; a successful answer's content type and body, at most `max` bytes.
async fn answer(
    operation: &'static str,
    id: &str,
    request: RequestBuilder,
    max: usize,
) -> Result<(Option<String>, Bytes), Error> {
    let response = request.send().await.map_err(|error| {
        let error = transport(error);
        tracing::debug!(operation, id, %error, "graph did not answer");
        error
    })?;
    let status = response.status();
    let kind = response.headers().get(reqwest::header::CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok()).map(str::to_owned);
    if !status.is_success() {
        // The status alone already says that the call was refused, if the body can't be read.
        let body = read(response, ANSWER_MAX).await.unwrap_or_default();
        let error = GraphError::from_response(status.as_u16(), &body);
        tracing::debug!(
            operation,
            id,
            http.status = status.as_u16(),
            graph.code = error.code,
            graph.fbtrace_id = error.fbtrace_id,
            "graph refused"
        );
        return Err(Error::Graph(error));
    }
    tracing::debug!(operation, id, http.status = status.as_u16(), "graph answered");
    Ok((kind, read(response, max).await?))
}

async fn read(mut response: Response, max: usize) -> Result<Bytes, Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Error::Unknown(describe(error)))? {
        if body.len() + chunk.len() > max {
            return Err(Error::Decode(format!("the answer is longer than {max} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.into())
}

/// What a failure before the answer means for the request.
fn transport(error: reqwest::Error) -> Error {
    let (unmade, unconnected) = (error.is_builder(), error.is_connect());
    let text = describe(error);
    if unmade {
        Error::Invalid(text)
    } else if unconnected {
        Error::NotSent(text)
    } else {
        Error::Unknown(text)
    }
}

/// An error with its causes, and without the URL, which carries a proof of the app secret.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
