//! Batches: `POST /` takes up to fifty calls, and answers each as if it had come alone. A later one may name an earlier
//! one and take from its answer by JSONPath: `{result=first:$.id}`.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Response};
use serde_json::{Value, json};

use super::error::GraphError;
use super::params::Params;
use super::{Answer, auth, check_version, door, reply};
use crate::requests::Cut;
use crate::shared::Shared;

/// Most calls in a batch.
const MOST: usize = 50;
/// Largest answer that is put into a batch's.
const LARGEST: usize = 16 * 1024 * 1024;

pub(super) fn is_one(params: &Params) -> bool {
    params.segments.is_empty() && params.method == Method::POST && params.get("batch").is_some()
}

pub(super) async fn answer(shared: &Arc<Shared>, params: &Params) -> Response<Body> {
    match run(shared, params).await {
        Ok(answers) => reply::ok(shared, params, &answers),
        Err(error) => reply::error(shared, params, &error),
    }
}

/// One call of a batch.
struct Operation {
    params: Params,
    name: Option<String>,
    /// Names of the earlier calls that it needs.
    needs: BTreeSet<String>,
    /// Whether its answer is left out when it succeeds; unless said, when a later one needs it.
    omitted: Option<bool>,
}

async fn run(shared: &Arc<Shared>, params: &Params) -> Answer {
    check_version(params)?;
    shared.with(|world| auth::authenticate(world, params))?;
    params.readable()?;
    let operations = operations(params)?;
    let with_headers = params.truth("include_headers").unwrap_or(true);
    let needed: BTreeSet<String> = operations.iter().flat_map(|op| op.needs.clone()).collect();
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    let mut answers = Vec::with_capacity(operations.len());
    for Operation { mut params, name, needs, omitted } in operations {
        if !needs.iter().all(|name| known.contains_key(name)) {
            // What it needs has failed, so it isn't carried out at all.
            answers.push(Value::Null);
            continue;
        }
        params.rewrite(&mut |text| {
            if let Some(filled) = fill(text, &mut |name, path| pick(known.get(name), path)) {
                *text = filled;
            }
        });
        let Some(answered) = told(alone(shared, &params).await, with_headers).await else {
            answers.push(Value::Null);
            continue;
        };
        let good = answered["code"].as_u64().is_some_and(|code| code < 400);
        let needed = name.as_ref().is_some_and(|name| needed.contains(name));
        if let (Some(name), true) = (name, good) {
            let body = answered["body"].as_str().and_then(|body| serde_json::from_str(body).ok());
            known.insert(name, body.unwrap_or(Value::Null));
        }
        answers.push(if good && omitted.unwrap_or(needed) { Value::Null } else { answered });
    }
    Ok(Value::Array(answers))
}

/// A call on its own way through faults, the answer and the log.
fn alone<'a>(
    shared: &'a Arc<Shared>,
    params: &'a Params,
) -> Pin<Box<dyn Future<Output = Response<Body>> + Send + 'a>> {
    Box::pin(door::enter(shared, params))
}

/// `None` when the connection was cut: the platform has no answer for a call that takes too long.
async fn told(response: Response<Body>, with_headers: bool) -> Option<Value> {
    let (parts, body) = response.into_parts();
    if parts.extensions.get::<Cut>().is_some() {
        return None;
    }
    let bytes = axum::body::to_bytes(body, LARGEST).await.ok()?;
    let mut told = json!({ "code": parts.status.as_u16(), "body": String::from_utf8_lossy(&bytes) });
    if with_headers {
        told["headers"] = headers(&parts.headers);
    }
    Some(told)
}

fn headers(headers: &HeaderMap) -> Value {
    let entry = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        let parts = name.as_str().split('-').map(|part| match part.split_at_checked(1) {
            Some((first, rest)) => first.to_ascii_uppercase() + rest,
            None => part.to_owned(),
        });
        json!({ "name": parts.collect::<Vec<_>>().join("-"), "value": value.to_str().unwrap_or("") })
    };
    headers.iter().map(entry).collect()
}

fn operations(params: &Params) -> Result<Vec<Operation>, GraphError> {
    let list = params
        .array("batch")
        .ok_or_else(|| GraphError::batch("Invalid batch: it must be a list of requests, written as JSON"))?;
    if list.len() > MOST {
        return Err(GraphError::batch(format!(
            "Too many requests in batch message. Maximum batch size is {MOST}"
        )));
    }
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut operations = Vec::with_capacity(list.len());
    for (index, item) in list.iter().enumerate() {
        let operation = operation(params, item, index)?;
        if let Some(missing) = operation.needs.iter().find(|name| !names.contains(*name)) {
            return Err(GraphError::batch(format!(
                "Request {index} cannot depend on an  unresolved request with  name {missing}. Requests can only depend \
                 on preceding requests"
            )));
        }
        names.extend(operation.name.clone());
        operations.push(operation);
    }
    Ok(operations)
}

fn operation(params: &Params, item: &Value, index: usize) -> Result<Operation, GraphError> {
    let text = |name: &str| item[name].as_str();
    let missing = |name: &str| GraphError::batch(format!("Request {index} has no {name}"));
    let method = text("method").ok_or_else(|| missing("method"))?.to_ascii_uppercase();
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| missing("method"))?;
    let url = text("relative_url").ok_or_else(|| missing("relative_url"))?;
    let wanted: Vec<&str> = text("attached_files").unwrap_or("").split(',').map(str::trim).collect();
    let files = params.files.iter().filter(|file| wanted.contains(&file.name.as_str())).cloned().collect();
    let mut inner = params.inside(method, url, text("body").unwrap_or(""), files);
    if is_one(&inner) {
        return Err(GraphError::batch(format!("Request {index} is a batch itself")));
    }
    if let Some(token) = text("access_token") {
        inner.use_token(token);
    }
    let mut needs: BTreeSet<String> = text("depends_on").map(str::to_owned).into_iter().collect();
    inner.rewrite(&mut |text| {
        fill(text, &mut |name, _| {
            needs.insert(name.to_owned());
            String::new()
        });
    });
    let omitted = item["omit_response_on_success"].as_bool();
    Ok(Operation { params: inner, name: text("name").map(str::to_owned), needs, omitted })
}

/// The text with every `{result=name:path}` replaced; `None` when there is none.
fn fill(text: &str, find: &mut dyn FnMut(&str, &str) -> String) -> Option<String> {
    const MARK: &str = "{result=";
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(MARK) {
        let Some((name, path, after)) = after.split_once('}').and_then(|(reference, after)| {
            let (name, path) = reference.split_once(':')?;
            Some((name, path, after))
        }) else {
            break;
        };
        out.push_str(before);
        out.push_str(&find(name, path));
        rest = after;
    }
    (rest.len() < text.len()).then(|| out + rest)
}

/// What a JSONPath finds, joined by commas: members, `[3]`, `['x']` and `*`.
fn pick(answer: Option<&Value>, path: &str) -> String {
    let mut found: Vec<&Value> = answer.into_iter().collect();
    for step in path.trim_start_matches('$').split(['.', '[']).filter(|step| !step.is_empty()) {
        let key = step.trim_end_matches(']').trim_matches(['\'', '"']);
        found = found.into_iter().flat_map(|value| members(value, key)).collect();
    }
    let text = |value: &&Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    found.iter().map(text).collect::<Vec<_>>().join(",")
}

fn members<'a>(value: &'a Value, key: &str) -> Vec<&'a Value> {
    match (value, key) {
        (Value::Array(items), "*") => items.iter().collect(),
        (Value::Object(map), "*") => map.values().collect(),
        (Value::Array(items), index) => {
            index.parse::<usize>().ok().and_then(|index| items.get(index)).into_iter().collect()
        }
        (Value::Object(map), name) => map.get(name).into_iter().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_wherever_they_stand() {
        let mut seen = Vec::new();
        let filled = fill("a{result=one:$.id}b{result=two:$.x}c", &mut |name, path| {
            seen.push(format!("{name} {path}"));
            name.to_uppercase()
        });
        assert_eq!(filled.as_deref(), Some("aONEbTWOc"));
        assert_eq!(seen, ["one $.id", "two $.x"]);
        assert_eq!(fill("{result=one}", &mut |_, _| String::new()), None);
        assert_eq!(fill("{\"result\":1}", &mut |_, _| String::new()), None);
    }

    #[test]
    fn paths_pick_members_items_and_all_of_them() {
        let answer = json!({ "id": 7, "data": [{ "id": "a" }, { "id": "b" }] });
        assert_eq!(pick(Some(&answer), "$.id"), "7");
        assert_eq!(pick(Some(&answer), "$.data[1].id"), "b");
        assert_eq!(pick(Some(&answer), "$.data.*.id"), "a,b");
        assert_eq!(pick(Some(&answer), "$.data[*]['id']"), "a,b");
        assert_eq!(pick(Some(&answer), "$.nothing"), "");
    }
}
