//! Any bytes as the body of a webhook: nothing panics, nothing is lost, and the ways to look at it agree.

#![no_main]

use cloud_api::webhook::{SurpriseKind, inspect, parse};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const LIBRARY: &[u8] = b"$serde_json";

fuzz_target!(|body: &[u8]| {
    let report = inspect(body);
    let Ok(envelope) = parse(body) else {
        assert!(report.problem.is_some_and(|problem| !problem.reason.is_empty()));
        return;
    };
    assert_eq!(report.problem, None);
    // serde_json's own reader of values takes such keys for messages from itself; ours doesn't.
    if body.windows(LIBRARY.len()).any(|part| part == LIBRARY) {
        return;
    }
    let before: Value = serde_json::from_slice(body).expect("parse has read it");
    assert_eq!(serde_json::to_value(&envelope).expect("it is JSON"), before);
    let written = serde_json::to_vec(&envelope).expect("it is JSON");
    assert_eq!(parse(&written).expect("it was read before"), envelope);
    let surprises = envelope.surprises();
    assert_eq!(report.is_understood(), surprises.is_empty());
    for surprise in surprises {
        let found = before.pointer(&surprise.pointer);
        assert_eq!(found.is_none(), surprise.kind == SurpriseKind::Missing, "{surprise}");
    }
    for event in &report.events {
        assert!(before.pointer(&event.pointer).is_some(), "{}", event.pointer);
        assert!(!event.kind.is_empty() && !event.summary.contains('\n'));
    }
});
