//! Every rule of template definitions at its bound and beyond, and what must be sent with a template.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod arbitrary;
mod authentication;
mod buttons;
mod combinations;
mod definition;
mod round_trip;
mod sending;
mod texts;

use cloud_api::message::{Rule, Violation};
use cloud_api::template::{check, subcode};
use serde_json::{Value, json};

/// A utility template of the given parts.
fn utility(components: Value) -> Value {
    json!({"name": "order_update", "language": "en_US", "category": "UTILITY", "components": components})
}

/// A marketing template of the given parts.
fn marketing(components: Value) -> Value {
    json!({"name": "summer", "language": "en_US", "category": "MARKETING", "components": components})
}

fn body() -> Value {
    json!({"type": "BODY", "text": "Your order is on its way."})
}

fn with_buttons(buttons: Value) -> Value {
    utility(json!([body(), {"type": "BUTTONS", "buttons": buttons}]))
}

fn violations(template: &Value) -> Vec<Violation> {
    check(template).err().unwrap_or_default()
}

#[track_caller]
fn passes(template: &Value) {
    assert_eq!(violations(template), [], "{template}");
}

/// The one violation of a template.
#[track_caller]
fn refused(template: &Value) -> Violation {
    let found = violations(template);
    assert_eq!(found.len(), 1, "{template}: {found:?}");
    found.into_iter().next().unwrap()
}

#[track_caller]
fn refused_at(template: &Value, pointer: &str, rule: Rule) {
    let violation = refused(template);
    assert_eq!((violation.pointer.as_str(), violation.rule), (pointer, rule), "{violation:?}");
}

/// Expects one violation with Meta's subcode.
#[track_caller]
fn refused_with(template: &Value, rule: Rule, code: i64) {
    let violation = refused(template);
    assert_eq!((violation.rule, subcode(&violation)), (rule, Some(code)), "{violation:?}");
}

/// The template with another value at a place.
#[track_caller]
fn but(template: &Value, pointer: &str, value: impl Into<Value>) -> Value {
    let mut template = template.clone();
    match template.pointer_mut(pointer) {
        Some(place) => *place = value.into(),
        None => {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            template.pointer_mut(parent).unwrap()[key] = value.into();
        }
    }
    template
}

/// The template without the field at a place.
#[track_caller]
fn without(template: &Value, pointer: &str) -> Value {
    let mut template = template.clone();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    template.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key).unwrap();
    template
}

/// The field must be there.
#[track_caller]
fn needed(template: &Value, pointer: &str) {
    refused_at(&without(template, pointer), pointer, Rule::Required);
}

/// Text of so many characters, each of several bytes: limits count characters.
fn long(characters: usize) -> String {
    "ñ".repeat(characters)
}

/// A text of `max` characters passes, one more is refused with Meta's subcode, and none is refused.
#[track_caller]
fn bounded(template: &Value, pointer: &str, max: usize) {
    passes(&but(template, pointer, long(max)));
    let violation = refused(&but(template, pointer, long(max + 1)));
    assert_eq!((violation.pointer.as_str(), violation.rule), (pointer, Rule::Length));
    assert_eq!((violation.limit, violation.given), (Some(max as u64), Some(max as u64 + 1)));
    assert_eq!(subcode(&violation), Some(2_388_040));
    refused_at(&but(template, pointer, ""), pointer, Rule::Length);
    refused_at(&but(template, pointer, 5), pointer, Rule::Type);
}
