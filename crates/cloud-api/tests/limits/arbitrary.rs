//! Any JSON at all.

use cloud_api::message::check;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{message, violations};

/// JSON with the keys of messages, so that every check is reached.
fn messageish() -> impl Strategy<Value = Value> {
    const WORDS: &[&str] = &[
        "messaging_product",
        "to",
        "recipient",
        "recipient_type",
        "type",
        "text",
        "body",
        "image",
        "audio",
        "id",
        "link",
        "caption",
        "location",
        "latitude",
        "contacts",
        "name",
        "reaction",
        "interactive",
        "header",
        "footer",
        "action",
        "buttons",
        "reply",
        "title",
        "list",
        "button",
        "sections",
        "rows",
        "cta_url",
        "parameters",
        "template",
        "components",
        "cards",
        "carousel",
        "language",
        "context",
        "status",
        "typing_indicator",
        "pin",
        "whatsapp",
    ];
    let word = || proptest::sample::select(WORDS).prop_map(str::to_owned);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word().prop_map(Value::from),
        ".{0,30}".prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 128, 8, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            4 => prop::collection::vec((word(), inner), 0..8)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn checking_never_panics(value in messageish()) {
        let _ = check(&value);
    }

    #[test]
    fn checking_any_payload_never_panics_and_points_into_the_message(payload in messageish(), kind in
        proptest::sample::select(&["text", "image", "contacts", "location", "interactive", "template", "reaction"][..]))
    {
        let mut value = message(json!({"type": kind}));
        value[kind] = payload;
        for violation in violations(&value) {
            let parent = violation.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            prop_assert!(value.pointer(parent).is_some(), "{}", violation.pointer);
        }
    }
}
