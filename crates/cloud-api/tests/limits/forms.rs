//! Buttons that open a form (Meta's Flows).

use cloud_api::message::Rule;
use serde_json::{Value, json};

use super::relatives::interactive;
use super::{bounded_and_required, needed, passes, refused_at, text_at_will, with, words};

fn form() -> Value {
    interactive(
        "flow",
        json!({"name": "flow", "parameters": {"flow_message_version": "3", "flow_id": "123", "flow_cta": "Book",
            "flow_action": "navigate", "flow_action_payload": {"screen": "FIRST", "data": {"k": "v"}}}}),
    )
}

fn at(key: &str) -> String {
    format!("/interactive/action/parameters/{key}")
}

#[test]
fn labels_are_short_and_without_emoji() {
    bounded_and_required(&form(), &at("flow_cta"), 20);
    for label in ["Book 📅", "✅ Go", "I ❤️ it", "☀"] {
        refused_at(&with(&form(), &at("flow_cta"), label), &at("flow_cta"), Rule::Format);
    }
    for label in ["Réserver", "預約", "A → B", "50 % ™", "✓ Go"] {
        passes(&with(&form(), &at("flow_cta"), label));
    }
}

#[test]
fn a_form_is_named_once() {
    needed(&form(), &at("flow_id"));
    let by_name = with(&with(&form(), &at("flow_id"), Value::Null), &at("flow_name"), "booking");
    passes(&by_name);
    passes(&with(&form(), &at("flow_id"), 123));
    refused_at(&with(&form(), &at("flow_name"), "booking"), &at("flow_name"), Rule::Conflict);
    refused_at(&with(&by_name, &at("flow_name"), ""), &at("flow_name"), Rule::Length);
    refused_at(&with(&form(), &at("flow_id"), ""), &at("flow_id"), Rule::Length);
    needed(&form(), &at("flow_message_version"));
    words(&form(), &at("flow_message_version"), &["3"]);
}

#[test]
fn options() {
    words(&form(), &at("mode"), &["draft", "published"]);
    text_at_will(&form(), &at("flow_token"));
    refused_at(&with(&form(), &at("flow_token"), ""), &at("flow_token"), Rule::Length);
}

#[test]
fn only_a_form_that_navigates_has_a_first_screen() {
    refused_at(&with(&form(), &at("flow_action"), "dance"), &at("flow_action"), Rule::Value);
    let endpoint = with(&form(), &at("flow_action"), "data_exchange");
    refused_at(&endpoint, &at("flow_action_payload"), Rule::NotAllowed);
    passes(&with(&endpoint, &at("flow_action_payload"), Value::Null));
    passes(&with(&form(), &at("flow_action_payload"), Value::Null));
    // Navigating is what happens unless said otherwise.
    passes(&with(&form(), &at("flow_action"), Value::Null));
    needed(&form(), &at("flow_action_payload/screen"));
    let data = at("flow_action_payload/data");
    passes(&with(&form(), &data, Value::Null));
    refused_at(&with(&form(), &data, json!({})), &data, Rule::Count);
    refused_at(&with(&form(), &data, json!("x")), &data, Rule::Type);
}
