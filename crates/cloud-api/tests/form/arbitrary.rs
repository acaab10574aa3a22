//! Forms that somebody broke on purpose.

use cloud_api::form::{Form, check, check_source, validation_errors};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::valid::booking;
use super::{footer, form, input, options, screens};

/// Valid forms to break.
fn samples() -> Vec<Value> {
    let branches = form(json!([
        input("name"),
        {"type": "If", "condition": "${form.name} == 'a' && !(${form.name} == 'b')", "then": [
            {"type": "Switch", "value": "${form.name}", "cases": {"a": [{"type": "TextBody", "text": "`'Hi ' ${form.name}`"}]}}]},
        {"type": "CheckboxGroup", "name": "c", "label": "C", "data-source": options(3), "min-selected-items": 1},
        {"type": "CalendarPicker", "name": "d", "label": {"start-date": "a", "end-date": "b"}, "mode": "range"}
    ]));
    let mut list = screens(&[("A", &["B"]), ("B", &[])]);
    list["screens"][0]["layout"]["children"] = json!([{"type": "NavigationList", "name": "l", "list-items":
        [{"id": "1", "main-content": {"title": "T"}, "tags": ["x"], "start": {"image": "aaaa"}}], "on-click-action":
        {"name": "navigate", "next": {"type": "screen", "name": "B"}, "payload": {}}}]);
    vec![booking(), branches, list]
}

/// Every place in a JSON value.
fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| pointers(item, &format!("{at}/{i}"), out));
        }
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| pointers(value, &format!("{at}/{key}"), out))
        }
        _ => {}
    }
}

fn junk() -> impl Strategy<Value = Value> {
    const TEXTS: &[&str] = &[
        "",
        "`",
        "``",
        "${",
        "${}",
        "${data.}",
        "${screen.}",
        "${screen.A.form.}",
        "`${",
        "`'`",
        "}${",
        "FIRST",
        "SUCCESS",
        "If",
        "Form",
        "Switch",
        "Footer",
        "NavigationList",
        "navigate",
        "7.3",
        "2.1",
        "-",
        "2026-00-00",
        "ñ-ñ-ñ-ñ-",
        "💥",
        "`-`",
        "`!`",
        "`${form.name}`",
        "\u{0}",
        "999999999999999999999999",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(TEXTS).prop_map(Value::from),
        r"[`'${}().|&=!<>+\-*/% a-z0-9ñ]{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(
                proptest::sample::select(
                    &["type", "name", "next", "payload", "children", "then", "cases", "id", "a/b~c", "items"]
                        [..]
                ),
                inner,
                0..4
            )
            .prop_map(|map| Value::Object(map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_broken_form_never_panics_and_every_violation_has_a_place(
        sample in 0_usize..3,
        breaks in prop::collection::vec((any::<prop::sample::Index>(), junk(), 0_usize..4), 1..6),
    ) {
        let mut form = samples().swap_remove(sample);
        for (place, value, how) in breaks {
            let mut places = Vec::new();
            pointers(&form, "", &mut places);
            let at = place.get(&places).clone();
            let Some(target) = form.pointer_mut(&at) else { continue };
            match (how, &mut *target) {
                (0, Value::Object(map)) => { map.insert("novelty".into(), value); }
                (1, Value::Array(items)) => items.push(value),
                (2, Value::Array(items)) => { let copy = items.clone(); items.extend(copy); }
                _ => *target = value,
            }
        }
        let source = serde_json::to_string_pretty(&form).unwrap();
        if let Err(violations) = check(&form) {
            prop_assert!(!violations.is_empty());
            for (violation, entry) in violations.iter().zip(validation_errors(&source, &violations)) {
                let parent = violation.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                prop_assert!(form.pointer(parent).is_some(), "{}", violation.pointer);
                let lines = source.lines().count() as u64;
                prop_assert!(entry.span.line_start >= 1 && entry.span.line_end <= lines);
                prop_assert!(entry.span.column_start >= 1 && entry.span.column_end >= 1);
                prop_assert!(entry.span.line_start <= entry.span.line_end);
            }
        }
        let _ = Form::new(form).fields().count();
    }

    #[test]
    fn text_that_is_hardly_json_never_panics(text in r#"[\[\]{}",:\\\n a-zñ0-9]{0,60}"#, cut in 0_usize..2000) {
        let _ = check_source(&text);
        let source = booking().to_string();
        let cut = cut.min(source.len());
        let _ = check_source(&source[..cut]);
        let violations = check(&json!({})).unwrap_err();
        let _ = validation_errors(&source[..cut], &violations);
        let _ = validation_errors(&text, &violations);
    }
}

#[test]
fn what_is_nested_endlessly_is_cut_off() {
    let mut component = json!({"type": "TextHeading", "text": "Hi"});
    for _ in 0..200 {
        component = json!({"type": "If", "condition": "${form.x}", "then": [component]});
    }
    assert!(check(&form(json!([component]))).is_err());
    let mut component = footer();
    for _ in 0..200 {
        component = json!({"type": "Form", "name": "f", "children": [component]});
    }
    assert!(check(&form(json!([component]))).is_err());
    let mut schema = json!({"type": "string"});
    for _ in 0..200 {
        schema = json!({"type": "array", "items": schema, "__example__": []});
    }
    let mut form = form(json!([]));
    form["screens"][0]["data"] = json!({"deep": schema});
    assert!(check(&form).is_err());
}

#[test]
fn what_is_far_too_large_is_refused_without_delay() {
    let names: Vec<String> = (0..300_u32)
        .map(|i| (0..3).map(|n| char::from(b'A' + u8::try_from(i / 11_u32.pow(n) % 11).unwrap())).collect())
        .collect();
    let all: Value = names.iter().map(|name| json!({"id": name, "layout": {}})).collect();
    let routes: serde_json::Map<_, _> = names.iter().map(|name| (name.clone(), json!(names))).collect();
    let crowded: Value = (0..5_000)
        .map(|i| json!({"type": "If", "condition": "${form.x}", "then": [input(&i.to_string())]}))
        .collect();
    let forms = [
        json!({"version": "7.3", "data_api_version": "3.0", "routing_model": routes, "screens": all}),
        form(crowded),
    ];
    for form in forms {
        let violations = check(&form).unwrap_err();
        let source = form.to_string();
        assert_eq!(validation_errors(&source, &violations).len(), violations.len());
    }
}

/// A valid form whose first screen declares this.
fn declaring(key: &str, schema: &Value) -> Value {
    let mut form = booking();
    form["screens"][0]["data"][key] = schema.clone();
    form
}

#[test]
fn a_long_key_is_not_repeated_for_everything_below_it() {
    let bad: serde_json::Map<_, _> = (0..10_000).map(|i| (format!("p{i}"), json!(i))).collect();
    let bad = json!({"type": "object", "properties": bad, "__example__": {}});
    let numbers = json!({"type": "array", "items": {"type": "string"}, "__example__": vec![1; 30_000]});
    let long = "k".repeat(100_000);
    for schema in [&bad, &numbers] {
        // Under a long key: one violation, of the object that has the key.
        let form = declaring(&long, schema);
        let violations = check(&form).unwrap_err();
        assert_eq!((violations.len(), violations[0].pointer.as_str()), (1, "/screens/0/data"));
        assert_eq!((violations[0].limit, violations[0].given), (Some(1_024), Some(100_016)));
        assert_eq!(check_source(&form.to_string()).unwrap_err().len(), 1);
        // Under an ordinary one: as many as anybody reads.
        let form = declaring("ordinary", schema);
        let violations = check(&form).unwrap_err();
        assert_eq!(violations.len(), 1_000);
        assert_eq!(check_source(&form.to_string()).unwrap_err().len(), 1_000);
    }
    // Keys that are short each, and long together.
    let deep = (0..60).fold(bad, |inner, _| json!({"k".repeat(100): inner}));
    assert_eq!(check(&declaring("deep", &deep)).unwrap_err().len(), 1);
}

#[test]
fn places_in_the_source_are_looked_up_without_a_pointer_for_every_value() {
    // A map of all pointers would hold 500,000 times 100,000 bytes.
    let long = "k".repeat(100_000);
    let source = format!(r#"{{"{long}":[{}1],"version":0}}"#, "1,".repeat(500_000));
    let violations = check(&json!({"version": 0})).unwrap_err();
    let entries = validation_errors(&source, &violations);
    let version = entries.iter().find(|entry| entry.pointers[0].path == "version").unwrap();
    assert_eq!((version.span.line_start, version.span.column_start), (1, 1_100_019));
}

#[test]
fn a_message_that_quotes_a_long_name_is_cut() {
    let name = "A".repeat(100_000);
    let form = json!({"version": "7.3", "data_api_version": "3.0",
        "routing_model": {"A": [&name, name.to_lowercase()]}, "screens": []});
    let violations = check(&form).unwrap_err();
    assert!(violations.iter().any(|violation| violation.message.ends_with('…')));
    assert!(violations.iter().all(|violation| violation.message.len() < 5_000));
}
