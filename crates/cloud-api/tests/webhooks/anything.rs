//! Any JSON at all, and known webhooks with anything put into them.

use std::sync::LazyLock;

use cloud_api::webhook::{SurpriseKind, inspect, parse};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::bodies;
use super::samples::samples;

/// JSON whose keys and words are those of webhooks, so that typed code is reached.
fn webhookish() -> impl Strategy<Value = Json> {
    let word = prop_oneof![
        Just("text".to_owned()),
        Just("type".to_owned()),
        Just("messages".to_owned()),
        Just("statuses".to_owned()),
        Just("interactive".to_owned()),
        Just("edit".to_owned()),
        Just("errors".to_owned()),
        "[a-z/~]{0,6}",
    ];
    let keys = prop_oneof![
        4 => proptest::sample::select(vec!["entry", "changes", "field", "value", "messages", "statuses", "contacts",
            "type", "text", "id", "timestamp", "interactive", "edit", "message", "errors", "code", "from", "status"])
            .prop_map(str::to_owned),
        1 => word.clone(),
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        (-1e9..1e9f64).prop_map(Json::from),
        word.prop_map(Json::from),
    ];
    leaf.prop_recursive(8, 64, 6, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            3 => prop::collection::vec((keys.clone(), inner), 0..6)
                .prop_map(|pairs| Json::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parsing_never_panics_on_bytes(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&body);
    }

    #[test]
    fn any_value_survives(value in webhookish(), field in webhookish()) {
        for field in [field, Json::from("messages"), Json::from("message_template_status_update")] {
            let body = json!({"entry": [{"changes": [{"field": field, "value": value}]}]});
            let envelope = parse(body.to_string().as_bytes()).unwrap();
            let _ = envelope.surprises();
            prop_assert_eq!(serde_json::to_value(&envelope).unwrap(), body);
        }
    }

    #[test]
    fn any_message_survives(message in webhookish()) {
        let body = json!({"entry": [{"changes": [{"field": "messages", "value": {"messages": [message]}}]}]});
        let envelope = parse(body.to_string().as_bytes()).unwrap();
        let _ = envelope.surprises();
        prop_assert_eq!(serde_json::to_value(&envelope).unwrap(), body);
    }

    #[test]
    fn any_envelope_survives(body in webhookish()) {
        if let Ok(envelope) = parse(body.to_string().as_bytes()) {
            let _ = envelope.surprises();
            prop_assert_eq!(serde_json::to_value(&envelope).unwrap(), body);
        }
    }
}

/// Fields whose value is the caller's own JSON: nothing in there is unknown.
const FREE: [&str; 7] =
    ["notes", "request_uri_user_params", "message", "template", "flow", "restrictions_list", "vcard"];

/// Every pointer of a JSON, except those under the keys given.
fn pointers(json: &Json, at: &str, without: &[&str], out: &mut Vec<String>) {
    out.push(at.to_owned());
    match json {
        Json::Object(map) => {
            for (key, value) in map.iter().filter(|(key, _)| !without.contains(&key.as_str())) {
                pointers(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), without, out);
            }
        }
        Json::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{i}"), without, out);
            }
        }
        _ => {}
    }
}

/// The bodies written here and, where they are at hand, the shared samples.
static BODIES: LazyLock<Vec<Json>> = LazyLock::new(|| {
    let shared = samples().into_iter().map(|(_, body)| serde_json::from_slice(&body).unwrap());
    bodies::all().into_iter().map(|body| body.json).chain(shared).collect()
});

/// Anything that may be put in a place where something else stood.
fn anything() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        Just(json!(u64::MAX)),
        Just(json!(-1.5e300)),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Json::from),
        ".{0,12}".prop_map(Json::from),
        Just(json!("-0")),
        Just(json!("0001")),
        Just(json!([])),
        Just(json!({})),
        Just(json!([null, 1, {"id": 1}, "x"])),
        (1..60_usize).prop_map(|depth| (0..depth).fold(json!("deep"), |inner, _| json!([inner]))),
        (1..60_usize).prop_map(|depth| (0..depth).fold(json!(1), |inner, _| json!({"message": inner}))),
        webhookish(),
    ]
}

/// One thing done to a body, at a place chosen by `place` among all there are.
#[derive(Debug, Clone)]
enum Change {
    Replace(Json),
    Insert(String, Json),
    Push(Json),
    Remove,
    Twice,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => anything().prop_map(Change::Replace),
        2 => ("[a-z/~\"]{0,8}", anything()).prop_map(|(key, json)| Change::Insert(key, json)),
        1 => anything().prop_map(Change::Push),
        1 => Just(Change::Remove),
        1 => Just(Change::Twice),
    ]
}

fn apply(body: &mut Json, place: prop::sample::Index, change: Change) {
    let mut places = Vec::new();
    pointers(body, "", &[], &mut places);
    // The envelope itself stays one: an object with a list of objects.
    let envelope = |pointer: &String| pointer.matches('/').count() > 2;
    let places: Vec<String> = places.into_iter().filter(envelope).collect();
    let Some(pointer) = (!places.is_empty()).then(|| place.get(&places)) else { return };
    let target = body.pointer_mut(pointer).unwrap();
    match (change, target) {
        (Change::Insert(key, json), Json::Object(map)) => {
            map.insert(key, json);
        }
        (Change::Push(json), Json::Array(items)) => items.push(json),
        (Change::Twice, Json::Array(items)) => items.extend(items.clone()),
        (Change::Remove, Json::Object(map)) => {
            let first = map.keys().next().cloned();
            first.map(|key| map.remove(&key));
        }
        (Change::Remove, Json::Array(items)) => {
            items.pop();
        }
        (Change::Replace(json), target) => *target = json,
        _ => {}
    }
}

fn depth(json: &Json) -> usize {
    match json {
        Json::Object(map) => 1 + map.values().map(depth).max().unwrap_or_default(),
        Json::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn nothing_put_into_a_webhook_is_lost_or_refused(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 1..6),
    ) {
        let mut body = which.get(&BODIES).clone();
        for (place, change) in changes {
            let before = body.clone();
            apply(&mut body, place, change);
            if depth(&body) > 120 {
                body = before;
            }
        }
        let bytes = body.to_string();
        let envelope = parse(bytes.as_bytes()).unwrap();
        prop_assert_eq!(serde_json::to_value(&envelope).unwrap(), body.clone());
        prop_assert_eq!(&parse(&serde_json::to_vec(&envelope).unwrap()).unwrap(), &envelope);
        let surprises = envelope.surprises();
        for surprise in &surprises {
            let found = body.pointer(&surprise.pointer).is_some();
            prop_assert_eq!(found, surprise.kind != SurpriseKind::Missing, "{}", surprise);
        }
        let report = inspect(bytes.as_bytes());
        prop_assert_eq!(&report.problem, &None);
        prop_assert_eq!(report.events.len(), super::inspected::count(&body));
        prop_assert_eq!(report.surprises.len(), surprises.len());
        for event in &report.events {
            prop_assert!(body.pointer(&event.pointer).is_some(), "{}", event.pointer);
            prop_assert!(!event.kind.is_empty() && !event.summary.contains('\n'));
        }
    }

    #[test]
    fn an_unknown_field_anywhere_is_named(
        which in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), json in anything(),
    ) {
        let mut body = which.get(&BODIES).clone();
        let mut places = Vec::new();
        pointers(&body, "", &FREE, &mut places);
        let objects: Vec<_> = places.into_iter().filter(|at| body.pointer(at).unwrap().is_object()).collect();
        let at = place.get(&objects).clone();
        let put_in = body.pointer_mut(&at).unwrap();
        put_in["no/such~field"] = json;
        let envelope = parse(body.to_string().as_bytes()).unwrap();
        prop_assert_eq!(serde_json::to_value(&envelope).unwrap(), body);
        let named: Vec<_> = envelope.surprises().into_iter().map(|s| (s.pointer, s.kind)).collect();
        prop_assert_eq!(named, [(format!("{at}/no~1such~0field"), SurpriseKind::UnknownField)]);
    }

    #[test]
    fn an_unknown_word_anywhere_is_named(which in any::<prop::sample::Index>(), place in any::<prop::sample::Index>()) {
        let bodies = bodies::all();
        let body = which.get(&bodies);
        let at = place.get(&body.words);
        let mut json = body.json.clone();
        *json.pointer_mut(at).unwrap() = json!("no such word");
        let envelope = parse(json.to_string().as_bytes()).unwrap();
        prop_assert_eq!(serde_json::to_value(&envelope).unwrap(), json);
        let found = envelope.surprises().into_iter().any(|surprise| {
            surprise.pointer == *at && surprise.kind == SurpriseKind::UnknownWord("no such word".to_owned())
        });
        prop_assert!(found, "{}: {:?}", at, envelope.surprises());
    }

    #[test]
    fn a_known_field_of_another_type_is_named_or_kept(
        which in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(),
    ) {
        let bodies = bodies::all();
        let mut json = which.get(&bodies).json.clone();
        let mut places = Vec::new();
        pointers(&json, "", &FREE, &mut places);
        let places: Vec<_> = places.into_iter().filter(|at| at.matches('/').count() > 2).collect();
        let at = place.get(&places).clone();
        let null = json.pointer(&at).unwrap().is_null();
        // No field of a webhook is a list of booleans.
        *json.pointer_mut(&at).unwrap() = json!([true]);
        let envelope = parse(json.to_string().as_bytes()).unwrap();
        prop_assert_eq!(serde_json::to_value(&envelope).unwrap(), json);
        // An odd element makes the list odd that it stands in.
        let named = envelope.surprises().into_iter().any(|surprise| at.starts_with(&surprise.pointer)
            || surprise.pointer.starts_with(&at));
        prop_assert!(named || null, "{}: {:?}", at, envelope.surprises());
    }
}

#[test]
fn bodies_written_here_cover_every_family_and_surprise_nobody() {
    let bodies = bodies::all();
    assert!(bodies.len() >= 25, "{}", bodies.len());
    for body in bodies {
        let envelope = parse(body.json.to_string().as_bytes()).unwrap();
        assert_eq!(envelope.surprises(), [], "{}", body.json);
        assert_eq!(serde_json::to_value(&envelope).unwrap(), body.json);
        for word in &body.words {
            assert!(body.json.pointer(word).is_some(), "{word}");
        }
    }
}

#[test]
fn nesting_beyond_what_a_stack_holds_is_no_json_and_no_crash() {
    for (open, close) in [("[", "]"), ("{\"message\":", "}"), ("{\"edit\":{\"message\":", "}}")] {
        for depth in [60, 200, 100_000] {
            let value = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            for field in ["messages", "telepathy"] {
                let body = format!(r#"{{"entry":[{{"changes":[{{"value":{value},"field":"{field}"}}]}}]}}"#);
                let parsed = parse(body.as_bytes());
                if depth > 128 {
                    assert!(matches!(parsed, Err(cloud_api::webhook::ParseError::NotJson(_))));
                    let problem = inspect(body.as_bytes()).problem.unwrap();
                    assert!(problem.reason.contains("recursion limit"), "{}", problem.reason);
                } else if open.len() < 15 {
                    assert!(parsed.is_ok());
                }
            }
        }
    }
}

/// `serde_json` takes these keys for messages from itself when it reads a `Value`; in a body they are keys like any.
#[test]
fn keys_that_the_json_library_uses_for_itself_are_only_keys() {
    for key in ["$serde_json::private::RawValue", "$serde_json::private::Number"] {
        for thing in ["5", "\"5\"", "\"nonsense\"", "{}", "null"] {
            for object in [format!(r#"{{"{key}":{thing}}}"#), format!(r#"{{"a":1,"{key}":{thing}}}"#)] {
                for place in [
                    format!(r#""messages":[{{"text":{object},"type":"text"}}]"#),
                    format!(r#""messages":[{object}],"statuses":{object}"#),
                    format!(r#""id":{object},"groups":[{{"wa_id":{object}}}]"#),
                ] {
                    for field in ["messages", "group_status_update", "telepathy"] {
                        let body = format!(
                            r#"{{"entry":[{{"changes":[{{"value":{{{place}}},"field":"{field}"}}]}}]}}"#
                        );
                        let envelope = parse(body.as_bytes()).unwrap();
                        let written = serde_json::to_string(&envelope).unwrap();
                        assert_eq!(parse(written.as_bytes()).unwrap(), envelope, "{body}");
                        // The same fields in another order.
                        assert_eq!(written.len(), body.len(), "{body}");
                        assert_eq!(inspect(body.as_bytes()).problem, None);
                    }
                }
            }
        }
    }
}
