//! Several requests in one: `POST /` with `batch`. Later ones may use what earlier ones answered.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Response};
use serde_json::{Value, json};

use super::error::GraphError;
use super::params::Params;
use super::{door, reply};
use crate::shared::Shared;

/// Requests in one batch.
const MOST: usize = 50;
/// Longest answer inside of another, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;

pub(super) fn is_one(params: &Params) -> bool {
    params.method == Method::POST && params.segments.is_empty() && params.get("batch").is_some()
}

/// One entry for each request: status, headers and the body as text; `null` for those left out.
pub(super) async fn answer(shared: &Arc<Shared>, params: &Params) -> Response<Body> {
    match run(shared, params).await {
        Ok(answers) => reply::ok(shared, params, &Value::from(answers)),
        Err(error) => reply::error(shared, params, &error),
    }
}

async fn run(shared: &Arc<Shared>, params: &Params) -> Result<Vec<Value>, GraphError> {
    params.readable()?;
    let batch =
        params.array("batch").ok_or_else(|| GraphError::parameter("Param batch must be an array."))?;
    if batch.len() > MOST {
        let message = format!("Too many requests in batch message. Maximum batch size is {MOST}");
        return Err(GraphError::parameter(message));
    }
    let with_headers = params.truth("include_headers") != Some(false);
    let all = Value::from(batch.clone()).to_string();
    let mut named = BTreeMap::new();
    let mut answers = Vec::new();
    for one in &batch {
        let answer = perform(shared, params, one, &named).await;
        let name = one["name"].as_str();
        let succeeded = answer["code"] == 200;
        if let Some(name) = name {
            let body = answer["body"].as_str().filter(|_| succeeded);
            named.insert(name.to_owned(), body.and_then(|body| serde_json::from_str(body).ok()));
        }
        // What others build upon is left out, unless it was asked for.
        let used = name.is_some_and(|name| all.contains(&format!("{{result={name}:")));
        let omit = one["omit_response_on_success"].as_bool().unwrap_or(used);
        answers.push(if succeeded && omit { Value::Null } else { shown(answer, with_headers) });
    }
    Ok(answers)
}

fn shown(mut answer: Value, with_headers: bool) -> Value {
    if !with_headers && let Some(answer) = answer.as_object_mut() {
        answer.remove("headers");
    }
    answer
}

/// What earlier requests answered, by their names; `None` for those that failed.
type Named = BTreeMap<String, Option<Value>>;

async fn perform(shared: &Arc<Shared>, params: &Params, one: &Value, named: &Named) -> Value {
    let fill = |text: &str| filled(text, named);
    let method = one["method"].as_str().unwrap_or("GET").to_ascii_uppercase();
    let (Ok(method), Some(url)) = (Method::from_bytes(method.as_bytes()), one["relative_url"].as_str())
    else {
        return refused("Param batch: each request needs a method and a relative_url");
    };
    let earlier_failed =
        one["depends_on"].as_str().is_some_and(|name| !matches!(named.get(name), Some(Some(_))));
    let (Some(url), Some(body), false) =
        (fill(url), fill(one["body"].as_str().unwrap_or("")), earlier_failed)
    else {
        return Value::Null;
    };
    let mut inner = params.inner(method, &url, &body);
    if let Some(token) = one["access_token"].as_str() {
        inner.use_token(token);
    }
    if is_one(&inner) {
        return refused("A batch can't be part of a batch");
    }
    let response = Box::pin(door::enter(shared, &inner)).await;
    let (parts, body) = response.into_parts();
    match axum::body::to_bytes(body, LONGEST).await {
        Ok(bytes) => json!({
            "code": parts.status.as_u16(), "headers": headers(&parts.headers),
            "body": String::from_utf8_lossy(&bytes),
        }),
        // The connection was cut.
        Err(_) => Value::Null,
    }
}

fn refused(message: &str) -> Value {
    let error = GraphError::parameter(message).to_json("");
    json!({ "code": 400, "headers": [], "body": error.to_string() })
}

fn headers(headers: &HeaderMap) -> Vec<Value> {
    let pairs = headers.iter().filter_map(|(name, value)| Some((name, value.to_str().ok()?)));
    pairs.map(|(name, value)| json!({ "name": name.as_str(), "value": value })).collect()
}

/// Puts parts of earlier answers in the place of `{result=name:$.path}`; `None` when one isn't there.
fn filled(text: &str, named: &Named) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{result=") {
        out.push_str(&rest[..at]);
        let inner = &rest[at + "{result=".len()..];
        let end = inner.find('}')?;
        let (name, path) = inner[..end].split_once(':')?;
        out.push_str(&part(named.get(name)?.as_ref()?, path)?);
        rest = &inner[end + 1..];
    }
    out.push_str(rest);
    Some(out)
}

/// `$.data.*.id`, `$.data[0].id`: the values there, separated by commas.
fn part(value: &Value, path: &str) -> Option<String> {
    let mut found = vec![value];
    let path = path.strip_prefix('$')?.replace('[', ".").replace(']', "");
    for step in path.split('.').filter(|step| !step.is_empty()) {
        found = found
            .into_iter()
            .flat_map(|value| match (step, value) {
                ("*", Value::Array(items)) => items.iter().collect::<Vec<_>>(),
                (index, Value::Array(items)) => {
                    index.parse().ok().and_then(|at: usize| items.get(at)).into_iter().collect()
                }
                (name, value) => value.get(name).into_iter().collect(),
            })
            .collect();
    }
    let text = |value: &&Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    (!found.is_empty()).then(|| found.iter().map(text).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_earlier_answers_are_filled_in() {
        let mut named = Named::new();
        named.insert("all".to_owned(), Some(json!({ "data": [{ "id": "1" }, { "id": "2" }], "n": 3 })));
        named.insert("failed".to_owned(), None);
        assert_eq!(filled("?ids={result=all:$.data.*.id}&x", &named).as_deref(), Some("?ids=1,2&x"));
        assert_eq!(filled("{result=all:$.data[1].id}-{result=all:$.n}", &named).as_deref(), Some("2-3"));
        assert_eq!(filled("{result=failed:$.id}", &named), None);
        assert_eq!(filled("{result=all:$.nothing}", &named), None);
        assert_eq!(filled("plain", &named).as_deref(), Some("plain"));
    }
}
