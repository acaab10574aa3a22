//! Any bytes as the JSON of a form: no check panics, and a text that passes is one that was read.

#![no_main]

use cloud_api::form::{check, check_source};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    let Ok(source) = std::str::from_utf8(body) else { return };
    let judged = check_source(source);
    let Ok(form) = serde_json::from_str::<Value>(source) else {
        assert!(judged.is_err_and(|entries| entries.len() == 1));
        return;
    };
    match check(&form) {
        Ok(()) => assert_eq!(judged.ok(), Some(form)),
        Err(violations) => {
            assert!(!violations.is_empty());
            for violation in &violations {
                assert!(violation.pointer.is_empty() || violation.pointer.starts_with('/'), "{violation}");
                assert!(!violation.message.is_empty());
            }
            let entries = judged.expect_err("the same judge");
            assert_eq!(entries.len(), violations.len());
            for entry in entries {
                assert!(entry.span.line_start <= entry.span.line_end);
            }
        }
    }
});
