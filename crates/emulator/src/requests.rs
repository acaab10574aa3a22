//! Every Graph request and what it was answered, the newest kept: what the inspector shows. Tokens and secrets are
//! taken out before anything is kept.

use std::collections::VecDeque;

use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, Response, header};
use serde_json::{Value, json};

use crate::clock::rfc3339;
use crate::faults::{Effect, When};
use crate::graph::params::Params;
use crate::phone;
use crate::shared::Shared;
use crate::world::World;

/// A longer body is not kept, only its size.
const BODY_KEPT: usize = 256 * 1024;
/// All bodies together, in bytes.
const LOG_KEPT: usize = 16 * 1024 * 1024;
/// A shorter token is hidden where it stands by name, but not looked for in other texts.
const LOOKED_FOR: usize = 8;
/// What stands where a secret stood.
const HIDDEN: &str = "(hidden)";

/// Parameters that nobody should read over a developer's shoulder.
const SECRETS: [&str; 9] = [
    "access_token",
    "app_secret",
    "appsecret_proof",
    "client_secret",
    "fb_exchange_token",
    "hub.verify_token",
    "input_token",
    "pin",
    "verify_token",
];

/// One request with its answer.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub id: u64,
    pub at: i64,
    pub method: String,
    /// With the version, without the query.
    pub path: String,
    /// What faults call it: `send`, `read`, `media`…
    pub kind: &'static str,
    pub authorized: bool,
    pub app_id: Option<String>,
    pub phone_number_id: Option<String>,
    /// The customer it is about.
    pub wa_id: Option<String>,
    /// Messages that it made, or that it names.
    pub wamids: Vec<String>,
    /// `None` when the connection was cut.
    pub status: Option<u16>,
    /// Meta's error code.
    pub code: Option<i64>,
    pub duration_ms: u64,
    pub trace_id: Option<String>,
    pub fault: Option<String>,
    /// Query and body in one, as JSON.
    pub request: String,
    pub files: Vec<Value>,
    /// JSON; empty when there was none, or it was a file.
    pub response: String,
    pub response_size: Option<u64>,
}

impl Record {
    pub(crate) fn to_json(&self, public_url: &str) -> Value {
        let parse = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
        let request: Value = parse(&self.request);
        json!({
            "id": self.id, "at": rfc3339(self.at), "method": self.method, "path": self.path, "kind": self.kind,
            "app_id": self.app_id, "phone_number_id": self.phone_number_id, "wa_id": self.wa_id,
            "wamids": self.wamids, "status": self.status, "code": self.code, "duration_ms": self.duration_ms,
            "trace_id": self.trace_id, "fault": self.fault, "curl": self.curl(public_url, &request),
            "request": request, "files": self.files, "response": parse(&self.response),
            "response_size": self.response_size,
        })
    }

    /// The same call for a shell. The token stays in the reader's own environment.
    fn curl(&self, public_url: &str, request: &Value) -> String {
        let fields = request.as_object().filter(|fields| !fields.is_empty());
        let in_query = matches!(self.method.as_str(), "GET" | "DELETE");
        let query: Vec<String> = match fields {
            Some(fields) if in_query => {
                fields.iter().map(|(k, v)| format!("{}={}", encoded(k), encoded(&plain(v)))).collect()
            }
            _ => Vec::new(),
        };
        let mark = if query.is_empty() { "" } else { "?" };
        let url = format!("{public_url}{}{mark}{}", self.path, query.join("&"));
        let mut parts = vec![format!("curl -X {} {}", self.method, quoted(&url))];
        if self.authorized {
            parts.push("-H \"Authorization: Bearer $ACCESS_TOKEN\"".to_owned());
        }
        if !self.files.is_empty() {
            for (name, value) in fields.into_iter().flatten() {
                parts.push(format!("-F {}", quoted(&format!("{name}={}", plain(value)))));
            }
            for file in &self.files {
                let name = file["filename"].as_str().unwrap_or("file");
                let kind = file["content_type"].as_str().map(|t| format!(";type={t}")).unwrap_or_default();
                parts.push(format!("-F {}", quoted(&format!("file=@{name}{kind}"))));
            }
        } else if let (Some(_), false) = (fields, in_query) {
            parts.push("-H 'Content-Type: application/json'".to_owned());
            parts.push(format!("-d {}", quoted(&request.to_string())));
        }
        parts.join(" \\\n  ")
    }

    fn size(&self) -> usize {
        self.request.len() + self.response.len()
    }
}

/// The newest requests, oldest first.
#[derive(Default)]
pub(crate) struct RequestLog {
    next: u64,
    bytes: usize,
    kept: VecDeque<Record>,
}

impl RequestLog {
    /// Keeps a request, and forgets the oldest beyond `limit`; its id.
    pub(crate) fn keep(&mut self, mut record: Record, limit: usize) -> u64 {
        self.next += 1;
        record.id = self.next;
        self.bytes += record.size();
        self.kept.push_back(record);
        while self.kept.len() > limit || self.bytes > LOG_KEPT {
            let Some(oldest) = self.kept.pop_front() else { break };
            self.bytes -= oldest.size();
        }
        self.next
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Record> {
        self.kept.iter()
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Record> {
        self.kept.iter().find(|record| record.id == id)
    }
}

/// Marks an answer that is never finished, for the log.
#[derive(Clone, Copy)]
pub(crate) struct Cut;

/// What a request met on its way.
pub(crate) struct Course {
    pub kind: &'static str,
    pub fault: Effect,
    pub duration_ms: u64,
}

/// Writes a request down and passes its answer on.
pub(crate) async fn note(
    shared: &Shared,
    params: &Params,
    course: Course,
    response: Response<Body>,
) -> Response<Body> {
    let limit = shared.config.request_log;
    if limit == 0 {
        return response;
    }
    let (parts, body) = response.into_parts();
    let size = body.size_hint().exact();
    let is_json = parts.headers.get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().ends_with(b"UTF-8"));
    let small = size.is_some_and(|size| size <= BODY_KEPT as u64);
    let (text, body) = if is_json && small {
        match axum::body::to_bytes(body, BODY_KEPT).await {
            Ok(bytes) => (String::from_utf8_lossy(&bytes).into_owned(), Body::from(bytes)),
            Err(_) => (String::new(), Body::empty()),
        }
    } else {
        (String::new(), body)
    };
    let cut = parts.extensions.get::<Cut>().is_some();
    let answered = Answered {
        status: (!cut).then(|| parts.status.as_u16()),
        text,
        size: size.filter(|_| !cut),
        trace_id: trace_id(&parts.headers),
    };
    let mut record = record(params, course, answered, &secrets(shared, params));
    shared.with(|world| {
        record.place(world, params);
        let mut event = json!({
            "kind": "request", "at": rfc3339(world.now), "method": record.method, "path": record.path,
            "status": record.status, "wa_id": record.wa_id, "phone_number_id": record.phone_number_id,
        });
        event["request_id"] = Value::from(world.requests.keep(record, limit));
        world.effects.feed.push(event);
    });
    Response::from_parts(parts, body)
}

struct Answered {
    status: Option<u16>,
    text: String,
    size: Option<u64>,
    trace_id: Option<String>,
}

/// What must not be kept: the token that came, and every app's secret.
fn secrets(shared: &Shared, params: &Params) -> Vec<String> {
    let mut secrets: Vec<String> =
        shared.with(|world| world.apps.values().map(|app| app.secret.clone()).collect());
    secrets.extend(params.token().map(str::to_owned));
    secrets.retain(|secret| secret.len() >= LOOKED_FOR);
    secrets
}

/// All that can be said without the world, which is locked while it is looked at.
fn record(params: &Params, course: Course, answered: Answered, secrets: &[String]) -> Record {
    let mut request = params.body();
    hide(&mut request, secrets);
    let mut response: Value = serde_json::from_str(&answered.text).unwrap_or(Value::Null);
    hide(&mut response, secrets);
    let error = &response["error"];
    let request_text = request.to_string();
    Record {
        id: 0,
        at: 0,
        method: params.method.as_str().to_owned(),
        path: without(&params.raw_path, secrets),
        kind: course.kind,
        authorized: params.token().is_some(),
        app_id: None,
        phone_number_id: None,
        wa_id: None,
        wamids: wamids(&request, &response),
        status: answered.status,
        code: error["code"].as_i64(),
        duration_ms: course.duration_ms,
        trace_id: error["fbtrace_id"].as_str().map(str::to_owned).or(answered.trace_id),
        fault: words(&course.fault),
        files: params.files.iter().map(file).collect(),
        request: if request_text.len() > BODY_KEPT { String::new() } else { request_text },
        response: if response.is_null() { String::new() } else { response.to_string() },
        response_size: answered.size,
    }
}

impl Record {
    /// Adds whose it is: the token's app, the number, the customer.
    fn place(&mut self, world: &World, params: &Params) {
        self.at = world.now;
        self.app_id = params.token().and_then(|t| world.tokens.get(t)).map(|t| t.app_id.clone());
        self.phone_number_id = params.segments.first().filter(|id| world.numbers.contains_key(*id)).cloned();
        self.wa_id = customer(world, params, &self.wamids);
    }
}

fn file(file: &crate::graph::params::File) -> Value {
    json!({ "filename": file.filename, "content_type": file.content_type, "size": file.bytes.len() })
}

/// Takes out what is secret by its name, or because it is the token or an app's secret.
fn hide(value: &mut Value, secrets: &[String]) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map.iter_mut() {
                if SECRETS.contains(&name.as_str()) && !inner.is_object() {
                    *inner = Value::from(HIDDEN);
                } else {
                    hide(inner, secrets);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, secrets)),
        Value::String(text) => {
            if secrets.iter().any(|s| text.contains(s.as_str())) {
                *text = without(text, secrets);
            }
            if let Some(hidden) = without_tokens(text) {
                *text = hidden;
            }
        }
        _ => {}
    }
}

fn without(text: &str, secrets: &[String]) -> String {
    let mut out = text.to_owned();
    for secret in secrets {
        out = out.replace(secret.as_str(), HIDDEN);
    }
    out
}

/// Addresses may carry a token of their own: those of a batch's calls, and those that lead to a next page.
fn without_tokens(text: &str) -> Option<String> {
    const MARK: &str = "access_token=";
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(MARK) {
        out.push_str(before);
        out.push_str(MARK);
        out.push_str(HIDDEN);
        rest = after.trim_start_matches(|c: char| !matches!(c, '&' | '"' | '#' | ' '));
    }
    (rest.len() < text.len()).then(|| out + rest)
}

/// The message made, then those named: read, reacted to, quoted.
fn wamids(request: &Value, response: &Value) -> Vec<String> {
    let made = response["messages"].as_array().into_iter().flatten().map(|m| &m["id"]);
    let named = [
        &request["message_id"],
        &request["reaction"]["message_id"],
        &request["context"]["message_id"],
        &request["pin"]["message_id"],
    ];
    made.chain(named).filter_map(|id| id.as_str().map(str::to_owned)).collect()
}

fn customer(world: &World, params: &Params, wamids: &[String]) -> Option<String> {
    let to = params.text("to").and_then(phone::digits);
    if let Some(digits) = to {
        return Some(if world.customers.contains_key(&digits) { digits } else { phone::wa_id(&digits) });
    }
    let by_user_id = params.text("recipient").and_then(|id| world.user_ids.get(id));
    if let Some((_, wa_id)) = by_user_id {
        return Some(wa_id.clone());
    }
    wamids.iter().find_map(|id| world.messages.get(id)).map(|m| m.wa_id.clone())
}

fn trace_id(headers: &HeaderMap) -> Option<String> {
    headers.get("x-fb-trace-id").and_then(|v| v.to_str().ok()).map(str::to_owned)
}

fn words(fault: &Effect) -> Option<String> {
    let when =
        if fault.when == When::After { "after it was carried out" } else { "before anything happened" };
    let parts: Vec<String> = [
        fault.latency_ms.map(|ms| format!("waited {ms} ms")),
        fault.error.map(|code| format!("refused with {code}")),
        fault.status.map(|status| format!("HTTP {status} {when}")),
        fault.cut.then(|| format!("cut {when}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A word for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b',' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_by_name_and_by_value() {
        let mut value = json!({
            "access_token": "T", "to": "1", "deep": [{ "text": "my T0KEN here", "client_secret": "x" }],
        });
        hide(&mut value, &["T0KEN".to_owned()]);
        let hidden = json!({
            "access_token": HIDDEN, "to": "1",
            "deep": [{ "text": "my (hidden) here", "client_secret": HIDDEN }],
        });
        assert_eq!(value, hidden);
    }

    #[test]
    fn tokens_in_addresses_are_hidden_whoever_they_belong_to() {
        let mut value =
            json!({ "relative_url": "me?access_token=SOMEBODYS&limit=1", "text": "access_token" });
        hide(&mut value, &[]);
        assert_eq!(
            value,
            json!({ "relative_url": "me?access_token=(hidden)&limit=1", "text": "access_token" })
        );
    }

    #[test]
    fn words_of_a_shell_are_quoted() {
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(encoded("a b&c"), "a%20b%26c");
    }
}
