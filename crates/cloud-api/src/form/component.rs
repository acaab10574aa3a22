//! Components: known, new enough, in a place where they may stand, with the properties they need.

use std::collections::BTreeSet;

use serde_json::Value;

use super::check::{COMPONENTS_MAX, Judge};
use super::facts::DEPTH_MAX;
use super::parts::{Need, Part, part};
use super::version::Version;
use super::{branches, expression, lists, reference, values};
use crate::judge::{Findings, Node, text};
use crate::violation::Rule;

/// How deep `If` and `Switch` may be nested. Meta: WhatsApp Flows > Reference > Components > If.
const NESTING_MAX: usize = 3;

/// Where a component stands.
#[derive(Clone, Default)]
pub(super) struct Place<'a> {
    pub screen: &'a str,
    pub terminal: bool,
    /// The component whose properties are judged.
    pub component: &'static str,
    pub in_form: bool,
    /// How many `If` and `Switch` are around it.
    pub branches: usize,
    /// How many components of any kind are around it.
    pub depth: usize,
}

/// Judges a list of components.
pub(super) fn children<'a>(judge: &mut Judge<'a>, value: &'a Value, pointer: &str, place: &Place<'a>) {
    let Some(items) = value.as_array() else {
        return judge.findings.wrong_type(pointer.to_owned(), "an array");
    };
    if place.depth > DEPTH_MAX {
        return;
    }
    let place = &Place { depth: place.depth + 1, ..place.clone() };
    let form_here = items.iter().any(|item| item.get("type").and_then(Value::as_str) == Some("Form"));
    for (i, item) in items.iter().enumerate().take(COMPONENTS_MAX + 1) {
        let pointer = format!("{pointer}/{i}");
        let Some(map) = item.as_object() else {
            judge.findings.wrong_type(pointer, "a JSON object");
            continue;
        };
        component(judge, &Node::new(map, pointer), place, form_here);
    }
}

fn component<'a>(judge: &mut Judge<'a>, node: &Node<'a>, place: &Place<'a>, form_here: bool) {
    let Some(kind) = judge.findings.needs_text(node, "type", text("Component type", 1, usize::MAX)) else {
        return;
    };
    let Some(part) = part(kind) else {
        if !kind.is_empty() {
            let message = "Invalid value found for property 'type': there is no such component.";
            judge.findings.add(node.at("type"), Rule::Value, message);
        }
        return;
    };
    if judge.whole.version < part.since {
        judge.too_new(node.at("type"), &format!("Component {}", part.name), part.since);
    }
    standing(judge, node, part, place, form_here);
    properties(judge, node, part, &Place { component: part.name, ..place.clone() });
    together(judge, node, part);
}

/// May it stand here?
fn standing(judge: &mut Judge<'_>, node: &Node<'_>, part: &Part, place: &Place<'_>, form_here: bool) {
    let version = judge.whole.version;
    let mut refuse = |message: String| judge.findings.add(node.at("type"), Rule::NotAllowed, message);
    let name = part.name;
    if place.branches > 0 && part.in_branches.is_none_or(|since| version < since) {
        refuse(format!("Component {name} is not allowed inside If and Switch."));
    }
    if name == "Form" && place.in_form {
        refuse("A Form is not allowed inside a Form.".into());
    }
    if part.input && !place.in_form {
        if version < Version::new(4, 0) {
            refuse(format!("Component {name} must be inside a Form before version 4.0."));
        } else if form_here {
            refuse(format!("Component {name} is not allowed outside Form when a Form is present."));
        }
    }
    if matches!(name, "If" | "Switch") && place.branches >= NESTING_MAX {
        let message = format!("It is allowed to nest up to {NESTING_MAX} If and Switch components.");
        judge.findings.add_limit(node.at("type"), Rule::Count, [NESTING_MAX, place.branches + 1], message);
    }
}

fn properties<'a>(judge: &mut Judge<'a>, node: &Node<'a>, part: &Part, place: &Place<'a>) {
    let version = judge.whole.version;
    for key in node.map.keys().filter(|key| key.as_str() != "type") {
        let Some(property) = part.properties.iter().find(|property| property.key == key) else {
            let message = format!("Property '{key}' cannot be specified at {}.", part.name);
            judge.findings.add(node.at(key), Rule::NotAllowed, message);
            continue;
        };
        if property.since > version && part.since <= version {
            judge.too_new(node.at(key), &format!("Property '{key}'"), property.since);
        }
        if property.need == Need::OutsideForm && place.in_form {
            let why = "inside a Form, the Form's init-values and error-messages say it";
            judge.findings.not_allowed(node, key, why);
        }
    }
    for property in part.properties {
        let must = match property.need {
            Need::Must => true,
            Need::MustSinceFour => version >= Version::new(4, 0),
            Need::May | Need::OutsideForm => false,
        };
        match node.get(property.key) {
            Some(value) => values::judge(judge, value, &node.at(property.key), &property.kind, place),
            None if must => judge.findings.required(node.at(property.key)),
            None => {}
        }
    }
}

/// Properties that depend on each other.
fn together<'a>(judge: &mut Judge<'a>, node: &Node<'a>, part: &Part) {
    let findings = &mut judge.findings;
    for (least, most) in [
        ("min-chars", "max-chars"),
        ("min-selected-items", "max-selected-items"),
        ("min-uploaded-photos", "max-uploaded-photos"),
        ("min-uploaded-documents", "max-uploaded-documents"),
        ("min-days", "max-days"),
    ] {
        let [low, high] = [least, most].map(|key| node.get(key).and_then(values::whole));
        if low.zip(high).is_some_and(|(low, high)| low > high) {
            findings.add(node.at(least), Rule::Value, format!("{least} cannot be greater than {most}."));
        }
    }
    let [first, last] = ["min-date", "max-date"].map(|key| node.str(key).filter(|date| values::is_day(date)));
    if first.zip(last).is_some_and(|(first, last)| first > last) {
        findings.add(node.at("min-date"), Rule::Value, "min-date cannot be after max-date.");
    }
    match part.name {
        "Footer" => captions(findings, node),
        "TextInput" => pattern(findings, node),
        "CalendarPicker" => calendar(findings, node),
        "NavigationList" => lists::navigation(judge, node),
        _ => {}
    }
}

fn captions(findings: &mut Findings, node: &Node<'_>) {
    let [left, center, right] =
        ["left-caption", "center-caption", "right-caption"].map(|key| node.get(key).is_some());
    for (here, there, missing) in [(left, right, "right-caption"), (right, left, "left-caption")] {
        if here && !there {
            let message = format!("Footer should have property {missing} when the other side has a caption.");
            findings.add(node.at(missing), Rule::Required, message);
        }
    }
    if center && (left || right) {
        let message = "A Footer has a center caption, or captions left and right, not both.";
        findings.add(node.at("center-caption"), Rule::Conflict, message);
    }
}

fn pattern(findings: &mut Findings, node: &Node<'_>) {
    if node.get("pattern").is_none() {
        return;
    }
    if node.get("helper-text").is_none() {
        let message = "A TextInput with a pattern needs helper-text, which says what is expected.";
        findings.add(node.at("helper-text"), Rule::Required, message);
    }
    if matches!(node.str("input-type"), Some("email" | "phone")) {
        let message = "A pattern goes with the input types text, number, password and passcode.";
        findings.add(node.at("pattern"), Rule::Conflict, message);
    }
}

fn calendar(findings: &mut Findings, node: &Node<'_>) {
    match node.str("mode") {
        Some("range") => {
            for key in ["label", "helper-text", "required", "init-value", "error-message"] {
                let fixed = match node.get(key) {
                    Some(Value::String(text)) => !values::is_dynamic(text, Version::new(6, 1)),
                    Some(Value::Bool(_)) => true,
                    _ => false,
                };
                if fixed {
                    findings.wrong_type(node.at(key), "an object with start-date and end-date in range mode");
                }
            }
        }
        None | Some("single") => {
            for key in ["title", "description", "min-days", "max-days"] {
                findings.not_allowed(node, key, "only range mode has it");
            }
            for key in ["label", "helper-text", "required", "error-message"] {
                if node.get(key).is_some_and(Value::is_object) {
                    findings.wrong_type(node.at(key), "one value in single mode");
                }
            }
        }
        Some(_) => {}
    }
}

/// Names are unique on a screen, whatever the branch.
pub(super) fn names<'a>(judge: &mut Judge<'a>, list: &'a Value, pointer: &str) {
    let mut seen = BTreeSet::new();
    for node in branches::all(list, pointer) {
        if let Some(name) = node.str("name")
            && !name.is_empty()
            && !seen.insert(name)
        {
            judge.findings.add(node.at("name"), Rule::Unique, "Duplicate name found on the screen.");
        }
    }
}

/// Every reference and expression below a screen's layout and in its title.
pub(super) fn references<'a>(judge: &mut Judge<'a>, screen: &Node<'a>, id: &str) {
    for key in ["title", "layout"] {
        if let Some(value) = screen.get(key) {
            walk(judge, value, &screen.at(key), id, 0);
        }
    }
}

fn walk(judge: &mut Judge<'_>, value: &Value, pointer: &str, screen: &str, depth: usize) {
    // Form, branches, components and a payload: nothing that is accepted is deeper.
    if depth > 8 * DEPTH_MAX {
        return;
    }
    match value {
        Value::String(text) => one_text(judge, text, pointer, screen),
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                walk(judge, item, &format!("{pointer}/{i}"), screen, depth + 1);
            }
        }
        Value::Object(map) => {
            let node = Node::new(map, pointer.to_owned());
            for (key, value) in map.iter().filter(|(key, _)| !matches!(key.as_str(), "type" | "pattern")) {
                walk(judge, value, &node.at(key), screen, depth + 1);
            }
        }
        _ => {}
    }
}

fn one_text(judge: &mut Judge<'_>, text: &str, pointer: &str, screen: &str) {
    let alone = reference::only(text).is_some();
    for inner in reference::all_in(text).filter(|inner| alone || reference::looks_like_one(inner)) {
        if inner.trim_start().starts_with("screen.") && judge.whole.version < Version::new(4, 0) {
            judge.too_new(pointer.to_owned(), "A reference to another screen", Version::new(4, 0));
        }
        if let Err(message) = reference::resolve(&judge.whole, screen, inner) {
            judge.findings.add(pointer.to_owned(), Rule::Reference, message);
        }
    }
    if judge.whole.version < Version::new(6, 0) {
        return;
    }
    if let Some(quoted) = expression::quoted(text) {
        // A condition in backticks is judged as a condition.
        if pointer.ends_with("/condition") {
            return;
        }
        let read = quoted.and_then(|inner| expression::parse(inner, &values::types(&judge.whole, screen)));
        if let Err(fault) = read {
            judge.findings.add(pointer.to_owned(), Rule::Format, fault.0);
        }
    }
}
