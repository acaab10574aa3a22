//! Asking for a postal address.

use cloud_api::message::Rule;
use serde_json::{Value, json};

use super::relatives::interactive;
use super::{bounded, needed, passes, refused_at, with, words};

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

fn address() -> Value {
    interactive(
        "address_message",
        json!({"name": "address_message", "parameters": {"country": "IN", "values": {},
            "saved_addresses": [{"id": "1", "value": {}}], "validation_errors": {}}}),
    )
}

fn at(rest: &str) -> String {
    format!("/interactive/action/parameters/{rest}")
}

#[test]
fn only_in_india() {
    needed(&address(), &at("country"));
    words(&address(), &at("country"), &["IN"]);
    needed(&address(), "/interactive/action/parameters");
}

#[test]
fn fields_have_names_that_meta_knows() {
    for place in ["values", "saved_addresses/0/value", "validation_errors"] {
        for field in FIELDS {
            passes(&with(&address(), &at(&format!("{place}/{field}")), "x"));
            let pointer = at(&format!("{place}/{field}"));
            refused_at(&with(&address(), &pointer, true), &pointer, Rule::Type);
        }
        let pointer = at(&format!("{place}/zip"));
        refused_at(&with(&address(), &pointer, "1"), &pointer, Rule::NotAllowed);
    }
    for place in ["values", "saved_addresses/0/value"] {
        bounded(
            &with(&address(), &at(&format!("{place}/in_pin_code")), "1"),
            &at(&format!("{place}/in_pin_code")),
            6,
        );
    }
}

#[test]
fn saved_addresses_can_be_chosen() {
    needed(&address(), &at("saved_addresses/0/id"));
    needed(&address(), &at("saved_addresses/0/value"));
    for place in ["values", "validation_errors"] {
        refused_at(&with(&address(), &at(place), "x"), &at(place), Rule::Type);
    }
    refused_at(&with(&address(), &at("saved_addresses"), json!({})), &at("saved_addresses"), Rule::Type);
}
