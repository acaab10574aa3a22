//! Forms: what passes, what doesn't, and the endpoint behind them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod arbitrary;
mod components;
mod endpoint;
mod errors;
mod expressions;
mod fields;
mod routes;
mod rules;
mod valid;

use cloud_api::form;
use cloud_api::violation::{Rule, Violation};
use serde_json::{Value, json};

/// The violations of a form; none when it passes.
fn violations(form: &Value) -> Vec<Violation> {
    form::check(form).err().unwrap_or_default()
}

/// A form of one terminal screen with these components and a Footer that completes.
fn form(components: Value) -> Value {
    let mut children = components.as_array().expect("components are a list").clone();
    children.push(footer());
    json!({"version": "7.3", "screens": [screen("ONLY", children.into())]})
}

/// A terminal screen.
fn screen(id: &str, children: Value) -> Value {
    json!({"id": id, "title": "Title", "terminal": true,
        "layout": {"type": "SingleColumnLayout", "children": children}})
}

fn footer() -> Value {
    json!({"type": "Footer", "label": "Send", "on-click-action": {"name": "complete", "payload": {}}})
}

fn navigate(to: &str) -> Value {
    json!({"type": "Footer", "label": "On", "on-click-action":
        {"name": "navigate", "next": {"type": "screen", "name": to}, "payload": {}}})
}

fn heading(text: &str) -> Value {
    json!({"type": "TextHeading", "text": text})
}

fn input(name: &str) -> Value {
    json!({"type": "TextInput", "name": name, "label": "Label"})
}

/// A form without an endpoint whose screens lead to each other: `("A", ["B"])`. One without a target is terminal.
fn screens(ways: &[(&str, &[&str])]) -> Value {
    let screens: Vec<_> = ways
        .iter()
        .map(|(id, targets)| match targets {
            [] => screen(id, json!([footer()])),
            [first, others @ ..] => {
                let mut children: Vec<_> = others
                    .iter()
                    .map(|other| {
                        let mut link = navigate(other);
                        link["type"] = "EmbeddedLink".into();
                        link["text"] = "There".into();
                        link.as_object_mut().expect("a link is an object").remove("label");
                        link
                    })
                    .collect();
                children.push(navigate(first));
                let mut screen = screen(id, children.into());
                screen["terminal"] = false.into();
                screen
            }
        })
        .collect();
    json!({"version": "7.3", "screens": screens})
}

/// The form has this violation at this place, and none elsewhere.
#[track_caller]
fn refused(form: &Value, pointer: &str, rule: Rule) -> Violation {
    let found = violations(form);
    assert!(!found.is_empty(), "passes, but {pointer} should break {rule:?}");
    for violation in &found {
        assert_eq!((violation.pointer.as_str(), violation.rule), (pointer, rule), "{found:#?}");
    }
    found[0].clone()
}

#[track_caller]
fn accepted(form: &Value) {
    assert_eq!(violations(form), [], "{form:#}");
}

/// What `component` breaks, at this place below it.
#[track_caller]
fn component_refused(component: Value, below: &str, rule: Rule) -> Violation {
    refused(&form(json!([component])), &format!("/screens/0/layout/children/0{below}"), rule)
}

#[track_caller]
fn component_accepted(component: Value) {
    accepted(&form(json!([component])));
}

fn with(mut component: Value, key: &str, value: impl Into<Value>) -> Value {
    component[key] = value.into();
    component
}

fn without(mut value: Value, key: &str) -> Value {
    value.as_object_mut().expect("an object").remove(key);
    value
}

fn long(n: usize) -> String {
    "ñ".repeat(n)
}

fn options(n: usize) -> Value {
    (0..n).map(|i| json!({"id": i.to_string(), "title": format!("Option {i}")})).collect()
}
