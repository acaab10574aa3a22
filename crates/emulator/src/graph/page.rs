//! List edges: `{"data": […], "paging": {…}}` with opaque cursors.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::error::GraphError;
use super::params::Params;
use crate::config::Config;

const DEFAULT: usize = 25;
const MOST: usize = 1_000;

/// One page of `items`.
pub(crate) fn page(config: &Config, params: &Params, items: Vec<Value>) -> Result<Value, GraphError> {
    let limit = match params.plain("limit") {
        Some(limit) => limit
            .parse::<usize>()
            .ok()
            .filter(|n| *n > 0)
            .map(|n| n.min(MOST))
            .ok_or_else(|| GraphError::parameter("Param limit must be a positive integer"))?,
        None => DEFAULT,
    };
    // An empty cursor is none: some clients begin with it.
    let given = |name: &str| params.text(name).filter(|cursor| !cursor.is_empty());
    let start = match (given("after"), given("before")) {
        (Some(after), _) => position(after)?.saturating_add(1),
        (None, Some(before)) => position(before)?.saturating_sub(limit),
        (None, None) => 0,
    };
    let total = items.len();
    let data: Vec<Value> = items.into_iter().skip(start).take(limit).collect();
    if data.is_empty() {
        return Ok(json!({ "data": data }));
    }
    let last = start + data.len() - 1;
    let mut paging = json!({ "cursors": { "before": cursor(start), "after": cursor(last) } });
    if last + 1 < total {
        paging["next"] = Value::from(link(config, params, limit, "after", &cursor(last)));
    }
    if start > 0 {
        paging["previous"] = Value::from(link(config, params, limit, "before", &cursor(start)));
    }
    Ok(json!({ "data": data, "paging": paging }))
}

fn cursor(position: usize) -> String {
    STANDARD.encode(format!("p{position}"))
}

fn position(cursor: &str) -> Result<usize, GraphError> {
    let bytes = STANDARD.decode(cursor).ok();
    let text = bytes.and_then(|b| String::from_utf8(b).ok());
    text.and_then(|t| t.strip_prefix('p')?.parse().ok())
        .ok_or_else(|| GraphError::message(131_009).details("Invalid cursor"))
}

/// The same call again for another page: every filter stays, and the token is part of it, as Graph does it.
fn link(config: &Config, params: &Params, limit: usize, direction: &str, cursor: &str) -> String {
    let mut url = format!("{}{}?limit={limit}", config.public_url, params.raw_path);
    if let Some(token) = params.token() {
        url.push_str(&format!("&access_token={}", encode(token)));
    }
    for (name, value) in params.again() {
        if !["limit", "after", "before", "access_token", "appsecret_proof", "appsecret_time"].contains(&name)
        {
            url.push_str(&format!("&{}={}", encode(name), encode(&value)));
        }
    }
    format!("{url}&{direction}={}", encode(cursor))
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}
