//! One call: put together, sent, perhaps repeated, its answer read.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::multipart::Form;
use reqwest::{Method, RequestBuilder, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::exchange::{Exchange, Usage, request_id, trace_id};
use super::transport::{read, transport};
use super::{Auth, Client};
use crate::error::{Error, GraphError};

/// Largest JSON answer that is read, in bytes.
const ANSWER_MAX: usize = 16 * 1024 * 1024;
/// Longest id that goes into the log.
const LOGGED_ID_MAX: usize = 64;

/// A call being put together: for what this crate has no method for. Made by [`Client::call`]; ends with [`Call::read`] or
/// [`Call::command`]. Errors, retries, observer and log work as for every other call; nothing is judged.
///
/// ```no_run
/// # async fn show(client: &cloud_api::client::Client) -> Result<(), cloud_api::error::Error> {
/// use cloud_api::client::Method;
/// use serde_json::{Value, json};
///
/// let call = client.call("brand_new", Method::POST, &["106540352242922", "brand_new"]);
/// let answer: Value = call.query("dry", "true").json(&json!({"messaging_product": "whatsapp"})).read().await?;
/// # Ok(()) }
/// ```
#[must_use = "a call is made by read() or command()"]
pub struct Call<'c> {
    client: &'c Client,
    operation: &'static str,
    /// First segment of the path, if it may be logged.
    id: String,
    method: Method,
    url: Url,
    scheme: Scheme,
    headers: Vec<(&'static str, String)>,
    body: Body,
    timeout: Option<Duration>,
    repeatable: bool,
    from_number: bool,
    accepted: Option<i64>,
    max: usize,
}

/// How the access token goes along.
enum Scheme {
    Configured,
    /// As configured, without the app's proof: a media URL is signed by itself and takes no parameter of ours.
    Unproven,
    OAuth,
    None,
}

enum Body {
    Empty,
    Json(Result<Bytes, String>),
    Bytes(Bytes),
    /// A form can be sent once, so every attempt makes its own.
    Form(Box<dyn Fn() -> Result<Form, Error> + Send + Sync>),
}

/// An answer that reports success, or an error its caller wants to read as an answer.
pub(crate) struct Answer {
    pub kind: Option<String>,
    pub body: Bytes,
}

impl<'c> Call<'c> {
    pub(super) fn new(
        client: &'c Client,
        base: &Url,
        operation: &'static str,
        method: Method,
        path: &[&str],
    ) -> Self {
        let mut url = base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.iter().filter(|segment| !segment.is_empty()));
        }
        let repeatable = method == Method::GET;
        let id = loggable(path.first().copied().unwrap_or_default());
        Self::at(client, url, operation, method, repeatable, id)
    }

    /// A GET of a whole URL, with the token only for those trusted with it.
    pub(super) fn fetch(client: &'c Client, operation: &'static str, url: Url, trusted: bool) -> Self {
        let call = Self::at(client, url, operation, Method::GET, true, String::new());
        Self { scheme: if trusted { Scheme::Unproven } else { Scheme::None }, ..call }
    }

    fn at(
        client: &'c Client,
        url: Url,
        operation: &'static str,
        method: Method,
        repeatable: bool,
        id: String,
    ) -> Self {
        let (scheme, body, max) = (Scheme::Configured, Body::Empty, ANSWER_MAX);
        let (headers, timeout, accepted) = (Vec::new(), None, None);
        let from_number = false;
        Self {
            client,
            operation,
            id,
            method,
            url,
            scheme,
            headers,
            body,
            timeout,
            repeatable,
            from_number,
            accepted,
            max,
        }
    }

    /// A parameter of the query. It is never logged.
    pub fn query(mut self, key: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(key, value);
        self
    }

    /// A parameter of the query that may be absent.
    pub fn query_some(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.query(key, value),
            None => self,
        }
    }

    /// A JSON body.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        let json = serde_json::to_vec(body).map(Bytes::from).map_err(|error| error.to_string());
        self.body = Body::Json(json);
        self
    }

    /// A form, made anew for every attempt.
    pub(crate) fn multipart(
        mut self,
        form: impl Fn() -> Result<Form, Error> + Send + Sync + 'static,
    ) -> Self {
        self.body = Body::Form(Box::new(form));
        self
    }

    /// Raw bytes as they are; give their kind with [`Call::header`].
    pub fn raw_bytes(mut self, bytes: Bytes) -> Self {
        self.body = Body::Bytes(bytes);
        self
    }

    /// A header. It is never logged.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Says that repeating it after an unknown outcome does no harm, and that a repeat succeeds as the first would. A GET
    /// counts as repeatable anyway. See [`Retries`](super::Retries).
    pub fn idempotent(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Sends from the phone number it is addressed to: without that, nothing can be sent.
    pub(super) fn on_number(mut self) -> Self {
        self.from_number = true;
        self
    }

    /// Though it is a GET, the second time it would fail: a code that works once.
    pub(super) fn once(mut self) -> Self {
        self.repeatable = false;
        self
    }

    /// The token goes along as `Authorization: OAuth`, which resumable uploads want.
    pub fn oauth(mut self) -> Self {
        self.scheme = Scheme::OAuth;
        self
    }

    /// Neither token nor proof go along.
    pub fn anonymous(mut self) -> Self {
        self.scheme = Scheme::None;
        self
    }

    /// For a transfer that may take longer than an ordinary call.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Largest answer that is read, in bytes.
    pub(crate) fn at_most(mut self, max: usize) -> Self {
        self.max = max;
        self
    }

    /// An error with this code is an answer to read: Meta reports partial success so.
    pub(crate) fn accepting(mut self, code: i64) -> Self {
        self.accepted = Some(code);
        self
    }

    /// Sends it and reads its JSON answer.
    ///
    /// # Errors
    /// As every call; [`Error::Decode`] when the answer isn't a `T` (`serde_json::Value` always fits).
    pub async fn read<T: DeserializeOwned>(self) -> Result<T, Error> {
        let answer = self.bytes().await?;
        serde_json::from_slice(&answer.body).map_err(|error| {
            let operation = self.operation;
            tracing::debug!(operation, id = self.id, "graph answered with something else than expected");
            Error::Decode(format!("{operation}: {error}"))
        })
    }

    /// Sends what is answered with `success` and nothing more.
    ///
    /// # Errors
    /// As every call; [`Error::Decode`] when the answer doesn't report success.
    pub async fn command(self) -> Result<(), Error> {
        let operation = self.operation;
        let answer: Value = self.read().await?;
        match answer.get("success") {
            Some(Value::Bool(true)) => Ok(()),
            // Some edges answer with the text.
            Some(Value::String(text)) if text == "true" => Ok(()),
            _ => Err(Error::Decode(format!("{operation}: the answer doesn't report success"))),
        }
    }

    /// Sends it, and repeats it as far as the client's [`Retries`](super::Retries) allow.
    pub(crate) async fn bytes(&self) -> Result<Answer, Error> {
        let mut attempt = 1;
        loop {
            let error = match self.attempt().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let retries = self.client.retries.as_ref();
            let Some((retries, wait)) =
                retries.and_then(|all| Some((all, all.wait(&error, self.repeatable, attempt)?)))
            else {
                return Err(error);
            };
            let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            tracing::debug!(
                operation = self.operation,
                id = self.id,
                attempt,
                wait_ms,
                "call will be repeated"
            );
            retries.sleep(wait).await;
            attempt += 1;
        }
    }

    async fn attempt(&self) -> Result<Answer, Error> {
        let response = self.answered().await?;
        let headers = response.headers().clone();
        let result = self.judge(response).await;
        self.tell(Some(result.0), Some(&headers), result.1.as_ref().err());
        result.1
    }

    /// Sends it once; the answer may be a refusal.
    pub(super) async fn answered(&self) -> Result<Response, Error> {
        let error = match self.request()?.send().await {
            Ok(response) => return Ok(response),
            Err(error) => transport(error),
        };
        tracing::debug!(operation = self.operation, id = self.id, %error, "graph did not answer");
        self.tell(None, None, Some(&error));
        Err(error)
    }

    /// What an answer means: its status, and its body or an error.
    pub(super) async fn judge(&self, response: Response) -> (u16, Result<Answer, Error>) {
        let (operation, id) = (self.operation, self.id.as_str());
        let status = response.status();
        let code = status.as_u16();
        let (request, trace) = (request_id(response.headers()), trace_id(response.headers()));
        let retry_after = if status.is_success() { None } else { asked(response.headers()) };
        let kind =
            response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned);
        if status.is_success() {
            tracing::debug!(
                operation,
                id,
                http.status = code,
                graph.request_id = request,
                graph.trace_id = trace,
                "graph answered"
            );
            return (code, read(response, self.max).await.map(|body| Answer { kind, body }));
        }
        // The status alone already says that the call was refused, if the body can't be read.
        let body = read(response, ANSWER_MAX).await.unwrap_or_default();
        let mut error = GraphError::from_response(code, &body);
        tracing::debug!(
            operation,
            id,
            http.status = code,
            graph.code = error.code,
            graph.fbtrace_id = error.fbtrace_id,
            graph.request_id = request,
            graph.trace_id = trace,
            "graph refused"
        );
        if self.accepted == Some(error.code) {
            return (code, Ok(Answer { kind, body }));
        }
        (error.request_id, error.retry_after) = (request, retry_after);
        error.number_is_missing = self.from_number && (error.code, error.subcode) == (100, Some(33));
        (code, Err(Error::Graph(Box::new(error))))
    }

    fn request(&self) -> Result<RequestBuilder, Error> {
        let account = &self.client.account;
        let mut url = self.url.clone();
        let proven = matches!(self.scheme, Scheme::Configured | Scheme::OAuth);
        if let (true, Some(proof)) = (proven, &account.proof) {
            url.query_pairs_mut().append_pair("appsecret_proof", proof);
            if let Some(time) = account.proof_time {
                url.query_pairs_mut().append_pair("appsecret_time", &time.to_string());
            }
        }
        let mut request = self.client.http.request(self.method.clone(), url);
        if let Some((name, value)) = self.credentials() {
            let mut value = HeaderValue::try_from(value)
                .map_err(|_| Error::Invalid("the access token can't be written in a header".to_owned()))?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(timeout) = self.timeout {
            request = request.timeout(timeout);
        }
        Ok(match &self.body {
            Body::Empty => request,
            Body::Bytes(bytes) => request.body(bytes.clone()),
            Body::Form(form) => request.multipart(form()?),
            Body::Json(Ok(json)) => request.header(CONTENT_TYPE, "application/json").body(json.clone()),
            Body::Json(Err(error)) => return Err(Error::Invalid(error.clone())),
        })
    }

    fn credentials(&self) -> Option<(&str, String)> {
        let token = self.client.account.token.expose();
        match (&self.scheme, &self.client.place.auth) {
            (Scheme::None, _) => None,
            (Scheme::OAuth, Auth::Bearer) => Some(("authorization", format!("OAuth {token}"))),
            (Scheme::Configured | Scheme::Unproven, Auth::Bearer) => {
                Some(("authorization", format!("Bearer {token}")))
            }
            (_, Auth::Header(name)) => Some((name, token.to_owned())),
        }
    }

    pub(super) fn tell(&self, status: Option<u16>, headers: Option<&HeaderMap>, error: Option<&Error>) {
        let Some(observer) = &self.client.place.on_answer else { return };
        let usage = headers.and_then(Usage::read);
        let request_id = headers.and_then(request_id);
        observer.tell(&Exchange {
            operation: self.operation,
            id: &self.id,
            status,
            request_id: request_id.as_deref(),
            usage: usage.as_ref(),
            error,
        });
    }
}

/// The wait that headers ask for.
fn asked(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get("retry-after").and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let regained = Usage::read(headers).and_then(|usage| usage.regained_in());
    seconds.map(Duration::from_secs).max(regained)
}

/// Ids of nodes are logged; ids that are really signed addresses (uploads) aren't.
fn loggable(id: &str) -> String {
    let plain = id.len() <= LOGGED_ID_MAX
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'='));
    if plain { id.to_owned() } else { String::new() }
}
