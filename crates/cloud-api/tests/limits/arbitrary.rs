//! Any JSON at all.

use cloud_api::message::{Outbound, check, check_content, check_marketing};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{bodies, message, violations};

/// What happens to one place of a valid message.
#[derive(Debug, Clone)]
enum Damage {
    Drop,
    Replace(Value),
    Lengthen(usize),
    Add(String, Value),
}

fn damage() -> impl Strategy<Value = Damage> {
    let thing = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|f| json!(f)),
        ".{0,40}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!([{"type": "text"}, 1])),
    ];
    prop_oneof![
        Just(Damage::Drop),
        thing.clone().prop_map(Damage::Replace),
        (1_usize..5000).prop_map(Damage::Lengthen),
        ("[a-z_]{1,12}", thing).prop_map(|(key, value)| Damage::Add(key, value)),
    ]
}

/// Every place below the top, as pointers.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    let mut child = |key: String, inner: &Value| {
        let pointer = format!("{at}/{key}");
        places(inner, &pointer, out);
        out.push(pointer);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, inner)| child(key.clone(), inner)),
        Value::Array(list) => list.iter().enumerate().for_each(|(i, inner)| child(i.to_string(), inner)),
        _ => {}
    }
}

fn hurt(body: &mut Value, pointer: &str, damage: Damage) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match (damage, body.pointer_mut(parent)) {
        (Damage::Drop, Some(Value::Object(map))) => {
            map.remove(key);
        }
        (Damage::Drop, Some(Value::Array(list))) => {
            list.pop();
        }
        (Damage::Replace(value), Some(_)) => {
            if let Some(place) = body.pointer_mut(pointer) {
                *place = value;
            }
        }
        (Damage::Lengthen(by), Some(_)) => match body.pointer_mut(pointer) {
            Some(Value::String(text)) => text.push_str(&"ñ".repeat(by)),
            Some(Value::Array(list)) => {
                let more = list.first().cloned().unwrap_or_default();
                list.resize(list.len() + by.min(40), more);
            }
            _ => {}
        },
        (Damage::Add(key, value), Some(_)) => {
            if let Some(Value::Object(map)) = body.pointer_mut(pointer) {
                map.insert(key, value);
            }
        }
        _ => {}
    }
}

/// Whether a message came back: with the defaults it stands for, and without nulls that mean nothing.
fn came_back(written: &Value, mut read: Value) -> bool {
    let map = read.as_object_mut().unwrap();
    for (key, default) in [("recipient_type", "individual"), ("type", "text")] {
        if map.get(key).is_none_or(Value::is_null) {
            map.insert(key.to_owned(), default.into());
        }
    }
    agree(written, &read)
}

fn agree(written: &Value, read: &Value) -> bool {
    match (written, read) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys());
            keys.into_iter().all(|key| match (a.get(key), b.get(key)) {
                (Some(a), Some(b)) => agree(a, b),
                (None, Some(Value::Null)) => true,
                _ => false,
            })
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agree(a, b)),
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => written == read,
    }
}

/// Keys and words of messages.
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
    "category",
    "ttl_seconds",
    "card_index",
    "product",
    "quick_reply",
    "flow",
    "flow_id",
    "flow_action_payload",
    "order",
    "order_details",
    "order_status",
    "items",
    "value",
    "offset",
    "amount",
    "total_amount",
    "subtotal",
    "payment_settings",
    "values",
    "address_message",
    "product_list",
    "catalog_id",
    "product_items",
    "index",
    "sub_type",
    "url",
    "limited_time_offer",
    "parameter_name",
];

/// JSON with the keys of messages, so that every check is reached.
fn messageish() -> impl Strategy<Value = Value> {
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
    fn damaged_messages_are_judged_the_same_every_time_and_read_without_loss(
        which in any::<proptest::sample::Index>(),
        wounds in prop::collection::vec((any::<proptest::sample::Index>(), damage()), 1..4))
    {
        let all = bodies::all();
        let mut body = which.get(&all).clone();
        for (place, damage) in wounds {
            let mut found = Vec::new();
            places(&body, "", &mut found);
            if !found.is_empty() {
                let place: &String = place.get(&found);
                hurt(&mut body, place, damage);
            }
        }
        let first = check(&body);
        prop_assert_eq!(&first, &check(&body));
        if let Err(violations) = &first {
            prop_assert!(!violations.is_empty());
            for violation in violations {
                let parent = violation.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                prop_assert!(body.pointer(parent).is_some(), "{} in {}", violation.pointer, body);
            }
        }
        let _ = (check_content(&body), check_marketing(&body));
        if let Ok(typed) = serde_json::from_value::<Outbound>(body.clone()) {
            prop_assert!(came_back(&typed.to_json(), body.clone()), "{} from {}", typed.to_json(), body);
            prop_assert_eq!(typed.validate().is_ok(), first.is_ok());
        }
    }

    #[test]
    fn checking_any_payload_never_panics_and_points_into_the_message(payload in messageish(), kind in
        proptest::sample::select(&["text", "image", "contacts", "location", "interactive", "template", "reaction", "pin"][..]))
    {
        let mut value = message(json!({"type": kind}));
        value[kind] = payload;
        for violation in violations(&value) {
            let parent = violation.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            prop_assert!(value.pointer(parent).is_some(), "{}", violation.pointer);
        }
    }
}
