//! Asking for a postal address, in India. Meta: Messages > Interactive > Address.

use serde_json::Value;

use super::interactive::parameters;
use crate::judge::{Findings, Node, param, text};
use crate::violation::Rule;

/// Longest postal code (`in_pin_code`), in characters.
pub const PIN_CODE_MAX: usize = 6;

/// What an address consists of.
const FIELDS: [&str; 11] = [
    "name",
    "phone_number",
    "in_pin_code",
    "house_number",
    "floor_number",
    "tower_number",
    "building_name",
    "address",
    "landmark_area",
    "city",
    "state",
];

const ANY: usize = usize::MAX;

pub(super) fn address(action: &Node<'_>, findings: &mut Findings) {
    let Some(parameters) = parameters(action, "address_message", findings) else { return };
    findings.one_of(&parameters, "country", &["IN"]);
    if let Some(values) = findings.may_have_object(&parameters, "values") {
        fields(&values, findings);
    }
    let saved = findings.may_have_list(&parameters, "saved_addresses", "saved addresses", [0, ANY]);
    for saved in saved.unwrap_or_default() {
        findings.needs_id(&saved, "id", "Saved address id");
        if let Some(value) = findings.needs_object(&saved, "value") {
            fields(&value, findings);
        }
    }
    if let Some(errors) = findings.may_have_object(&parameters, "validation_errors") {
        for field in errors.map.keys() {
            known(&errors, field, findings);
            findings.may_have_text(&errors, field, text("Validation error", 1, ANY));
        }
    }
}

fn fields(values: &Node<'_>, findings: &mut Findings) {
    for (field, value) in values.map {
        known(values, field, findings);
        // Some write postal codes and phone numbers as numbers.
        if matches!(value, Value::Number(_)) {
            continue;
        }
        let max = if field == "in_pin_code" { PIN_CODE_MAX } else { ANY };
        findings.may_have_text(values, field, text("Address field", 0, max));
    }
}

fn known(object: &Node<'_>, field: &str, findings: &mut Findings) {
    if !FIELDS.contains(&field) {
        let pointer = object.at(field);
        let parent = param(&object.pointer);
        let message = format!("Unexpected key in {parent}: it must be one of {{{}}}.", FIELDS.join(", "));
        findings.add(pointer, Rule::NotAllowed, message);
    }
}
