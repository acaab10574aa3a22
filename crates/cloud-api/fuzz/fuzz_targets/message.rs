//! Any JSON as an outbound message: the check never panics and always says where.

#![no_main]

use cloud_api::message::check;
use cloud_api::violation::Violation;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    let Ok(message) = serde_json::from_slice::<Value>(body) else { return };
    let Err(violations) = check(&message) else { return };
    assert!(!violations.is_empty());
    for violation in &violations {
        assert!(violation.pointer.is_empty() || violation.pointer.starts_with('/'), "{violation}");
        assert!(!violation.message.is_empty());
        violation.code();
    }
    Violation::summary(&violations);
});
