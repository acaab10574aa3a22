//! Any JSON as a template, as an edit of one, and as a message to send by it: no check panics, and all say where.

#![no_main]

use cloud_api::template::{Component, check, check_bulk_authentication, check_edit, check_send};
use cloud_api::violation::Violation;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    let Ok(template) = serde_json::from_slice::<Value>(body) else { return };
    holds(check(&template));
    holds(check_edit(&template));
    holds(check_bulk_authentication(&template));
    let components = template.get("components").cloned().unwrap_or_default();
    if let Ok(components) = serde_json::from_value::<Vec<Component>>(components) {
        holds(check_send(&components, template.get("message").unwrap_or(&template)));
    }
});

fn holds(judged: Result<(), Vec<Violation>>) {
    let Err(violations) = judged else { return };
    assert!(!violations.is_empty());
    for violation in &violations {
        assert!(violation.pointer.is_empty() || violation.pointer.starts_with('/'), "{violation}");
        assert!(!violation.message.is_empty());
        violation.code();
    }
}
