//! Requests made of others: those of a batch, those about one of several nodes, those that name their verb.

use std::sync::OnceLock;

use axum::http::Method;
use bytes::Bytes;
use serde_json::{Map, Value};

use super::{File, Params};

impl Params {
    /// A client that can't say `DELETE` says so in a parameter. Whoever asks for the head of an answer gets it.
    pub(super) fn override_method(&mut self) {
        if self.method == Method::HEAD {
            self.method = Method::GET;
        }
        for name in ["method", "_method"] {
            let said = self.text(name).map(str::to_ascii_uppercase);
            if let Some(known) = said.filter(|said| ["GET", "POST", "DELETE"].contains(&said.as_str())) {
                self.method = Method::from_bytes(known.as_bytes()).unwrap_or(Method::GET);
                self.values.remove(name);
            }
        }
    }

    /// A request inside another one, as batches have them: with the token, its proof and the version of the whole where
    /// it says nothing else.
    pub(crate) fn inside(&self, method: Method, url: &str, body: &str, files: Vec<File>) -> Self {
        let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
        let mut inner = Self::bare(method, &format!("/{}", path.trim_start_matches('/')), query);
        if inner.version.is_none() {
            inner.version.clone_from(&self.version);
        }
        if body.trim_start().starts_with('{') {
            inner.read_json(body.as_bytes());
        } else {
            inner.read_form(body.as_bytes());
        }
        inner.files = files;
        inner.bearer = self.token().map(str::to_owned);
        if !inner.values.contains_key("access_token") {
            for name in ["appsecret_proof", "appsecret_time"] {
                if let (Some(given), None) = (self.get(name), inner.get(name)) {
                    inner.values.insert(name.to_owned(), given.clone());
                }
            }
        }
        inner.override_method();
        inner
    }

    /// Calls with another token than the request around it.
    pub(crate) fn use_token(&mut self, token: &str) {
        self.values.insert("access_token".to_owned(), Value::from(token));
        for name in ["appsecret_proof", "appsecret_time"] {
            self.values.remove(name);
        }
    }

    /// The same request about one of the nodes that `ids` names.
    pub(crate) fn of_one(&self, id: &str) -> Self {
        let mut segments = vec![id.to_owned()];
        segments.extend(self.segments.iter().cloned());
        let mut values = self.values.clone();
        values.remove("ids");
        Self {
            method: self.method.clone(),
            raw_path: raw_path(self.version.as_deref(), &segments),
            segments,
            version: self.version.clone(),
            values,
            written: Map::new(),
            files: Vec::new(),
            bearer: self.bearer.clone(),
            unreadable: self.unreadable,
            raw: Bytes::new(),
            file_offset: None,
            caller: OnceLock::new(),
        }
    }
}

fn raw_path(version: Option<&str>, segments: &[String]) -> String {
    let parts: Vec<&str> = version.into_iter().chain(segments.iter().map(String::as_str)).collect();
    format!("/{}", parts.join("/"))
}
