//! Use cases of the product over a real database and a real platform in process, each on both databases.
#![expect(clippy::unwrap_used, reason = "a test that can't go on says where")]

mod accounts;
mod bad_input;
mod budgets;
mod care;
mod errors;
mod inbound;
mod nodes;
mod outbound;
mod pacing;
mod rules;
mod samples;

use serde_json::{Value, json};
use testkit::World;

/// A text message.
fn text(body: &str) -> Value {
    json!({"type": "text", "text": {"body": body}})
}

/// Makes the platform misbehave.
fn fault(w: &World, rule: Value) {
    w.control.add_fault(serde_json::from_value(rule).expect("a fault")).expect("the fault is taken");
}
