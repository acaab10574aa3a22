//! A Graph request, however it was written: query, JSON, form or multipart, all in one set of parameters.

mod inner;

use std::sync::OnceLock;

use axum::body::Body;
use axum::extract::{FromRequest, Multipart};
use axum::http::{Method, Request, header};
use bytes::Bytes;
use serde_json::{Map, Value};

use super::error::GraphError;
use super::form;

/// Largest request: a document of 100 MB and its frame.
const MAX_BODY: usize = 105 * 1024 * 1024;

/// Parameters of a message that are texts.
const TEXTS: [&str; 8] = [
    "biz_opaque_callback_data",
    "message_id",
    "messaging_product",
    "recipient",
    "recipient_type",
    "status",
    "to",
    "type",
];

pub(crate) struct Params {
    pub method: Method,
    /// The path as it came, for faults.
    pub raw_path: String,
    /// Without the version.
    pub segments: Vec<String>,
    pub version: Option<String>,
    values: Map<String, Value>,
    /// As they came: texts of forms that were read as JSON.
    written: Map<String, Value>,
    pub files: Vec<File>,
    bearer: Option<String>,
    /// The body was not what its type says.
    pub unreadable: bool,
    /// The bytes of an upload, which aren't parameters.
    pub raw: Bytes,
    /// Where an upload goes on, from the header `file_offset`.
    pub file_offset: Option<u64>,
    /// Who calls and about which account, once that is known: for the headers of the answer.
    pub caller: OnceLock<Caller>,
}

/// Who makes a call, and which account it is about.
#[derive(Debug)]
pub(crate) struct Caller {
    pub app_id: String,
    /// A WABA or a portfolio.
    pub account: Option<String>,
    /// Which family of calls: `whatsapp` or `whatsapp_business_management`.
    pub family: &'static str,
}

#[derive(Clone)]
pub(crate) struct File {
    /// The part's name: `file`, or what a batch calls it.
    pub name: String,
    pub filename: Option<String>,
    pub content_type: Option<String>,
    pub bytes: Bytes,
}

impl Params {
    pub(crate) async fn read(request: Request<Body>) -> Self {
        let mut params = Self::as_written(request).await;
        params.override_method();
        params
    }

    async fn as_written(request: Request<Body>) -> Self {
        let (parts, body) = request.into_parts();
        let bearer =
            parts.headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(credentials);
        let mut params = Self::bare(parts.method.clone(), parts.uri.path(), parts.uri.query());
        params.bearer = bearer;
        params.file_offset =
            parts.headers.get("file_offset").and_then(|v| v.to_str().ok()?.trim().parse().ok());
        let kind =
            parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
        if kind.starts_with("multipart/") {
            params.read_multipart(Request::from_parts(parts, body)).await;
            return params;
        }
        let upload = params.segments.first().is_some_and(|first| first.starts_with("upload:"));
        match axum::body::to_bytes(body, MAX_BODY).await {
            Ok(bytes) if upload => params.raw = bytes,
            Ok(bytes) if bytes.is_empty() => {}
            Ok(bytes) if kind.starts_with("application/x-www-form-urlencoded") => params.read_form(&bytes),
            Ok(bytes) => params.read_json(&bytes),
            Err(_) => params.unreadable = true,
        }
        params
    }

    /// A call without a body yet.
    fn bare(method: Method, path: &str, query: Option<&str>) -> Self {
        let (version, segments) = split(path);
        let mut params = Self {
            raw_path: path.to_owned(),
            segments,
            version,
            values: Map::new(),
            written: Map::new(),
            files: Vec::new(),
            bearer: None,
            unreadable: false,
            raw: Bytes::new(),
            file_offset: None,
            caller: OnceLock::new(),
            method,
        };
        for (name, text) in form::pairs(query.unwrap_or("")) {
            // What is posted may stand in the query as well as in a form.
            if params.method == Method::POST {
                params.keep(&name, text);
            } else {
                form::insert(&mut params.values, &name, Value::String(text));
            }
        }
        params
    }

    /// Every text that a part of a batch can take from an earlier part's answer.
    pub(crate) fn rewrite(&mut self, change: &mut dyn FnMut(&mut String)) {
        change(&mut self.raw_path);
        self.segments.iter_mut().for_each(&mut *change);
        for value in self.values.values_mut().chain(self.written.values_mut()) {
            form::texts(value, change);
        }
    }

    fn read_json(&mut self, bytes: &[u8]) {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(map)) => self.values.extend(map),
            // Some clients send a form under the name of JSON, and are understood.
            Err(_) if !bytes.trim_ascii_start().starts_with(b"{") => self.read_form(bytes),
            _ => self.unreadable = true,
        }
    }

    fn read_form(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        for (name, value) in form::pairs(&text) {
            self.keep(&name, value);
        }
    }

    async fn read_multipart(&mut self, request: Request<Body>) {
        let Ok(mut form) = Multipart::from_request(request, &()).await else {
            self.unreadable = true;
            return;
        };
        loop {
            let field = match form.next_field().await {
                Ok(Some(field)) => field,
                Ok(None) => return,
                Err(_) => {
                    self.unreadable = true;
                    return;
                }
            };
            let name = field.name().unwrap_or("").to_owned();
            let filename = field.file_name().map(str::to_owned);
            let content_type = field.content_type().map(str::to_owned);
            let Ok(bytes) = field.bytes().await else {
                self.unreadable = true;
                return;
            };
            if filename.is_some() || name == "file" {
                self.files.push(File { name, filename, content_type, bytes });
            } else {
                self.keep(&name, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }

    fn keep(&mut self, name: &str, text: String) {
        let value = form::from_text(text.clone());
        if !value.is_string() {
            self.written.insert(name.to_owned(), Value::String(text));
        }
        form::insert(&mut self.values, name, value);
    }

    /// A parameter that is JSON itself, as it was written, so that lines and columns are the sender's.
    pub(crate) fn source(&self, name: &str) -> Option<String> {
        let value = self.written.get(name).or_else(|| self.values.get(name))?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }

    /// The token: the parameter `access_token` outranks the header.
    pub(crate) fn token(&self) -> Option<&str> {
        self.text("access_token").filter(|t| !t.is_empty()).or(self.bearer.as_deref())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Value::as_str)
    }

    /// A parameter as text, also when it came as a number or a truth value.
    pub(crate) fn plain(&self, name: &str) -> Option<String> {
        match self.values.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }

    /// A truth value, however it was written.
    pub(crate) fn truth(&self, name: &str) -> Option<bool> {
        match self.plain(name)?.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    /// Every parameter as text, for links that must say the same again.
    pub(crate) fn again(&self) -> impl Iterator<Item = (&str, String)> {
        self.values.iter().map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name.as_str(), text)
        })
    }

    /// A list given as JSON, as JSON in a string, or separated by commas.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<String>> {
        let text =
            |v: &Value| v.as_str().map(str::to_owned).or_else(|| v["name"].as_str().map(str::to_owned));
        match self.values.get(name)? {
            Value::Array(items) => Some(items.iter().filter_map(text).collect()),
            Value::String(all) => match serde_json::from_str(all) {
                Ok(Value::Array(items)) => Some(items.iter().filter_map(text).collect()),
                _ => Some(all.split(',').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()),
            },
            _ => None,
        }
    }

    /// A list of ids, as [`Params::list`]; they may be numbers.
    pub(crate) fn ids(&self, name: &str) -> Option<Vec<String>> {
        let text = |value: &Value| match value {
            Value::Number(number) => number.to_string(),
            other => other.as_str().unwrap_or("").to_owned(),
        };
        let list = match self.values.get(name)? {
            Value::Array(list) => list.clone(),
            Value::String(written) => match serde_json::from_str(written) {
                Ok(Value::Array(list)) => list,
                _ => written.split(',').map(|id| Value::from(id.trim())).collect(),
            },
            number => vec![number.clone()],
        };
        Some(list.iter().map(text).filter(|id| !id.is_empty()).collect())
    }

    /// A list of anything, given as JSON or as JSON in a string, there also with the single quotes of Meta's pages.
    pub(crate) fn array(&self, name: &str) -> Option<Vec<Value>> {
        match self.values.get(name)? {
            Value::Array(items) => Some(items.clone()),
            Value::String(all) => {
                let quoted = || serde_json::from_str(&all.replace('\'', "\""));
                serde_json::from_str(all).or_else(|_| quoted()).ok()
            }
            _ => None,
        }
    }

    /// All parameters as one object, without the token: a message body.
    pub(crate) fn body(&self) -> Value {
        let mut map = self.values.clone();
        for name in ["access_token", "appsecret_proof", "appsecret_time"] {
            map.remove(name);
        }
        Value::Object(map)
    }

    /// The body of a message. Graph reads an object or a list also from JSON in a text, in JSON as in forms; what is a
    /// text stays one, whatever it looks like.
    pub(crate) fn message(&self) -> Value {
        let mut body = self.body();
        for (name, value) in body.as_object_mut().into_iter().flatten() {
            let is_text = TEXTS.contains(&name.as_str());
            if is_text && (value.is_object() || value.is_array()) {
                *value = self.written.get(name).cloned().unwrap_or(Value::Null);
            } else if let (false, Value::String(text)) = (is_text, &*value) {
                *value = form::from_text(text.clone());
            }
        }
        body
    }

    /// Refuses bodies that could not be read.
    pub(crate) fn readable(&self) -> Result<(), GraphError> {
        if self.unreadable {
            return Err(
                GraphError::parameter("Invalid parameter").details("The request body could not be parsed")
            );
        }
        Ok(())
    }
}

fn credentials(header: &str) -> Option<String> {
    let (scheme, token) = header.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
    (known && !token.trim().is_empty()).then(|| token.trim().to_owned())
}

/// Version and the rest of the path.
fn split(path: &str) -> (Option<String>, Vec<String>) {
    let mut segments: Vec<String> = path.split('/').filter(|s| !s.is_empty()).map(decode).collect();
    let versioned = segments.first().is_some_and(|s| is_version(&s.to_ascii_lowercase()));
    let version = versioned.then(|| segments.remove(0).to_ascii_lowercase());
    (version, segments)
}

fn is_version(segment: &str) -> bool {
    let Some((major, minor)) = segment.strip_prefix('v').and_then(|v| v.split_once('.')) else {
        return false;
    };
    major.parse::<u32>().is_ok() && minor.parse::<u32>().is_ok()
}

fn decode(segment: &str) -> String {
    form::decode(&segment.replace('+', "%2B"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_optional() {
        assert_eq!(split("/v25.0/1/messages"), (Some("v25.0".into()), vec!["1".into(), "messages".into()]));
        assert_eq!(split("/1/messages/"), (None, vec!["1".into(), "messages".into()]));
        assert_eq!(split("/vx/1").0, None);
        assert_eq!(split("/V25.0/1").0, Some("v25.0".into()));
        assert_eq!(split("/a%7Cb").1, vec!["a|b".to_owned()]);
    }
}
