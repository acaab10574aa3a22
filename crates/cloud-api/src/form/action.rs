//! What happens on a click or a choice. Meta: WhatsApp Flows > Reference > Flow JSON > Actions.

use serde_json::{Map, Value};

use super::check::Judge;
use super::component::Place;
use super::reference;
use super::version::Version;
use crate::judge::{Findings, Node, text};
use crate::violation::Rule;

/// Judges an action that must be one of those allowed where it stands.
pub(super) fn judge<'a>(
    judge: &mut Judge<'a>,
    value: &'a Value,
    pointer: &str,
    allowed: &[&str],
    place: &Place<'a>,
) {
    let Some(map) = value.as_object() else {
        return judge.findings.wrong_type(pointer.to_owned(), "a JSON object");
    };
    let node = Node::new(map, pointer.to_owned());
    let Some(name) = judge.findings.needs_text(&node, "name", text("Action name", 1, usize::MAX)) else {
        return;
    };
    if !allowed.contains(&name) {
        let message = format!("Value should be one of: [{}].", allowed.join(", "));
        return judge.findings.add(node.at("name"), Rule::Value, message);
    }
    let known: &[&str] = match name {
        "navigate" => &["name", "next", "payload"],
        "open_url" => &["name", "url"],
        _ => &["name", "payload"],
    };
    judge.known_keys(&node, known, &format!("the action {name}"));
    if matches!(name, "open_url" | "update_data") && judge.whole.version < Version::new(6, 0) {
        judge.too_new(node.at("name"), &format!("Action {name}"), Version::new(6, 0));
    }
    if name == "open_url" {
        return url(&mut judge.findings, &node);
    }
    let payload = judge.findings.needs_object(&node, "payload");
    match name {
        "navigate" => navigate(judge, &node, payload.as_ref(), place),
        "complete" => complete(judge, &node, place),
        "data_exchange" => data_exchange(judge, &node),
        "update_data" => update_data(judge, payload.as_ref(), place),
        _ => {}
    }
}

fn url(findings: &mut Findings, node: &Node<'_>) {
    if node.str("url").is_some_and(|url| url.contains("${")) {
        return;
    }
    findings.url(node, "url");
}

fn complete(judge: &mut Judge<'_>, node: &Node<'_>, place: &Place<'_>) {
    if !place.terminal {
        let message = "On-click-action 'complete' can only be configured on a terminal screen.";
        judge.findings.add(node.at("name"), Rule::NotAllowed, message);
    }
}

fn data_exchange(judge: &mut Judge<'_>, node: &Node<'_>) {
    if !judge.whole.endpoint {
        let message = "The property 'data_api_version' is required for data_exchange action.";
        judge.findings.add(node.at("name"), Rule::NotAllowed, message);
    }
}

/// It sets declared data of its own screen.
fn update_data(judge: &mut Judge<'_>, payload: Option<&Node<'_>>, place: &Place<'_>) {
    let data = judge.whole.screens.get(place.screen).and_then(|screen| screen.data);
    let Some(payload) = payload else { return };
    for key in payload.map.keys().filter(|key| data.is_none_or(|data| !data.contains_key(*key))) {
        let message = format!("The property {key} does not exist in the screen data model.");
        judge.findings.add(payload.at(key), Rule::Reference, message);
    }
}

fn navigate<'a>(judge: &mut Judge<'a>, node: &Node<'a>, payload: Option<&Node<'a>>, place: &Place<'a>) {
    let Some(next) = judge.findings.needs_object(node, "next") else { return };
    judge.known_keys(&next, &["type", "name"], "the next of an action");
    if judge.findings.one_of(&next, "type", &["screen", "plugin"]) == Some("plugin") {
        return;
    }
    if place.terminal && place.component == "Footer" {
        let message = "The Footer of a terminal screen must not navigate, the form could never be completed.";
        judge.findings.add(node.at("name"), Rule::NotAllowed, message);
    }
    let Some(target) = judge.findings.needs_text(&next, "name", text("Screen id", 1, usize::MAX)) else {
        return;
    };
    if target.is_empty() {
        return;
    }
    if target == place.screen {
        let message = "Same screen navigation is not allowed.";
        return judge.findings.add(next.at("name"), Rule::Reference, message);
    }
    let Some(declared) = judge.whole.screens.get(target) else {
        let message = format!("Unknown screen ids found: [{target}].");
        return judge.findings.add(next.at("name"), Rule::Reference, message);
    };
    let data = declared.data;
    if let Some(routing) = judge.whole.routing {
        let routes = routing.get(place.screen).and_then(Value::as_array);
        if routes.is_none_or(|routes| !routes.iter().any(|route| route.as_str() == Some(target))) {
            let message = format!(
                "Missing direct route from screen '{}' to screen '{target}' in the routing model.",
                place.screen
            );
            judge.findings.add(next.at("name"), Rule::Reference, message);
        }
    }
    if let Some(payload) = payload {
        files(judge, payload, place);
        if !judge.whole.endpoint {
            handed_over(judge, payload, data);
        }
    }
}

/// Uploaded files stay on their screen: another one refers to them.
fn files(judge: &mut Judge<'_>, payload: &Node<'_>, place: &Place<'_>) {
    for (key, value) in payload.map {
        let Some(inner) = value.as_str().and_then(reference::only) else { continue };
        let mut path = inner.trim().rsplit('.');
        let (Some(name), Some("form")) = (path.next(), path.next()) else { continue };
        let owner = match path.next() {
            Some(screen) => judge.whole.screens.get(screen),
            None => judge.whole.screens.get(place.screen),
        };
        let kind = owner.and_then(|screen| screen.inputs.get(name)).copied();
        if let Some(kind @ ("PhotoPicker" | "DocumentPicker")) = kind {
            let message =
                format!("The {kind} component's value is not allowed in the payload of the navigate action.");
            judge.findings.add(payload.at(key), Rule::NotAllowed, message);
        }
    }
}

/// Without an endpoint, what the next screen declares is exactly what it is handed.
fn handed_over(judge: &mut Judge<'_>, payload: &Node<'_>, data: Option<&Map<String, Value>>) {
    for (key, value) in payload.map {
        let Some(schema) = data.and_then(|data| data.get(key)) else {
            let message = format!("The field {key} is missing in the next screen's data model.");
            judge.findings.add(payload.at(key), Rule::Reference, message);
            continue;
        };
        let wanted = schema.get("type").and_then(Value::as_str).unwrap_or_default();
        let fits = match value {
            Value::Bool(_) => wanted == "boolean",
            Value::Number(_) => matches!(wanted, "number" | "integer"),
            Value::Array(_) => wanted == "array",
            Value::Object(_) => wanted == "object",
            // A text may be a reference.
            Value::String(_) | Value::Null => true,
        };
        if !fits {
            let message = format!("Property is expecting '{wanted}' in the next screen's data model.");
            judge.findings.add(payload.at(key), Rule::Type, message);
        }
    }
    for key in data.into_iter().flat_map(Map::keys).filter(|key| !payload.map.contains_key(*key)) {
        let message =
            format!("The field {key} is expected in the next screen's data model but missing in payload.");
        judge.findings.add(payload.at(key), Rule::Required, message);
    }
}
