//! What Meta answers, with lines and columns.

use cloud_api::form::{ValidationError, check, check_source, validation_errors};
use serde_json::{Value, json};

use super::without;

const SOURCE: &str = r#"{
  "version": "7.3",
  "screens": [
    {
      "id": "FIRST", "title": "¿Qué tal?", "terminal": true, "extra": [],
      "layout": {
        "type": "SingleColumnLayout",
        "children": [
          {"type": "TextHeading", "text": "ñandú"},
          {
            "type": "Marquee"
          },
          {"type": "TextInput", "name": "n"},
          {"type": "Footer", "label": "Send", "on-click-action": {"name": "complete", "payload": {"a/b": "${form.x}"}}}
        ]
      }
    }
  ]
}
"#;

fn entries() -> Vec<ValidationError> {
    check_source(SOURCE).unwrap_err()
}

fn entry(path: &str) -> ValidationError {
    let found = entries();
    found
        .iter()
        .find(|entry| entry.pointers[0].path == path)
        .unwrap_or_else(|| panic!("{path} in {found:#?}"))
        .clone()
}

/// The characters between the columns of a place on one line.
fn marked(entry: &ValidationError) -> String {
    let span = entry.span;
    assert_eq!(span.line_start, span.line_end);
    let line = SOURCE.lines().nth(span.line_start as usize - 1).unwrap();
    line.chars()
        .skip(span.column_start as usize - 1)
        .take((span.column_end + 1 - span.column_start) as usize)
        .collect()
}

#[test]
fn a_wrong_value_is_marked() {
    let entry = entry("screens[0].layout.children[1].type");
    assert_eq!(
        (entry.error.as_str(), entry.error_type.as_str()),
        ("INVALID_PROPERTY_VALUE", "FLOW_JSON_ERROR")
    );
    assert_eq!(marked(&entry), r#""Marquee""#);
    assert_eq!(entry.span.line_start, 11);
}

#[test]
fn a_key_that_is_not_allowed_is_marked_itself() {
    let entry = entry("screens[0].extra");
    assert_eq!(entry.error, "INVALID_PROPERTY_KEY");
    assert_eq!(marked(&entry), r#""extra""#);
}

#[test]
fn where_something_is_missing_its_surroundings_are_marked() {
    let entry = entry("screens[0].layout.children[2].label");
    assert_eq!(entry.error, "MISSING_REQUIRED_PROPERTY");
    assert_eq!(marked(&entry), r#"{"type": "TextInput", "name": "n"}"#);
}

#[test]
fn keys_with_slashes_are_found() {
    let entry = entry("screens[0].layout.children[3].on-click-action.payload.a/b");
    assert_eq!(entry.error, "INVALID_ON_CLICK_ACTION_PAYLOAD");
    assert_eq!(marked(&entry), r#""${form.x}""#);
}

#[test]
fn something_over_several_lines_is_marked_whole() {
    let form: Value = serde_json::from_str(SOURCE).unwrap();
    let mut violation = check(&form).unwrap_err()[0].clone();
    violation.pointer = "/screens/0/layout/children/1".into();
    let span = validation_errors(SOURCE, &[violation])[0].span;
    assert_eq!((span.line_start, span.line_end, span.column_start, span.column_end), (10, 12, 11, 11));
}

#[test]
fn an_entry_reads_as_meta_writes_it() {
    let json = serde_json::to_value(entry("screens[0].layout.children[1].type")).unwrap();
    assert_eq!(
        json,
        json!({
            "error": "INVALID_PROPERTY_VALUE", "error_type": "FLOW_JSON_ERROR",
            "message": "Invalid value found for property 'type': there is no such component.",
            "line_start": 11, "line_end": 11, "column_start": 21, "column_end": 29,
            "pointers": [{"line_start": 11, "line_end": 11, "column_start": 21, "column_end": 29,
                "path": "screens[0].layout.children[1].type"}]
        })
    );
    let back: ValidationError = serde_json::from_value(json).unwrap();
    assert_eq!(back, entry("screens[0].layout.children[1].type"));
}

#[test]
fn what_is_no_json_is_one_entry() {
    let found = check_source("{\n  \"version\": \"7.3\",,\n}").unwrap_err();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].error.as_str(), found[0].span.line_start), ("INVALID_FLOW_JSON", 2));
    assert_eq!(found[0].span.column_start, 20);
    assert!(check_source("").is_err());
}

#[test]
fn a_form_that_passes_is_handed_back() {
    let form = super::valid::booking();
    assert_eq!(check_source(&form.to_string()), Ok(form));
}

#[test]
fn every_kind_of_fault_has_a_name_of_metas() {
    let mut form = super::valid::booking();
    form["version"] = "9.9".into();
    form["routing_model"] = json!({"FIRST": ["NOWHERE"]});
    form["screens"][0]["data"]["slots"] = json!({"type": "array"});
    form["screens"][1]["id"] = "SUCCESS".into();
    let source = serde_json::to_string_pretty(&form).unwrap();
    let names: Vec<_> = check_source(&source).unwrap_err().into_iter().map(|entry| entry.error).collect();
    for name in [
        "INVALID_FLOW_JSON_VERSION",
        "INVALID_ROUTING_MODEL",
        "INVALID_SCREEN_DATA",
        "SCREEN_ID_IS_RESERVED_KEYWORD",
    ] {
        assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
    }
}

#[test]
fn an_action_that_may_not_be_here_is_marked_by_its_name() {
    let mut form = super::screens(&[("A", &["B"]), ("B", &[])]);
    form["screens"][0]["layout"]["children"] = json!([super::footer()]);
    let found = check_source(&form.to_string()).unwrap_err();
    let names: Vec<_> = found.iter().map(|entry| entry.error.as_str()).collect();
    assert!(names.contains(&"INVALID_COMPLETE_ACTION"), "{names:?}");

    let form = without(without(super::valid::booking(), "data_api_version"), "routing_model");
    let found = check_source(&form.to_string()).unwrap_err();
    let missing = found.iter().find(|entry| entry.error == "MISSING_REQUIRED_PROPERTY").unwrap();
    assert!(missing.message.contains("data_api_version"));
}

#[test]
fn columns_count_characters_on_long_lines_too() {
    let mut form = super::form(json!([super::heading(&"ñ🙂".repeat(35))]));
    form["colour"] = "ñ".into();
    let source = form.to_string();
    let found = check_source(&source).unwrap_err();
    let span = found[0].span;
    let marked: String = source
        .chars()
        .skip(span.column_start as usize - 1)
        .take((span.column_end + 1 - span.column_start) as usize)
        .collect();
    assert_eq!((marked.as_str(), span.line_start), (r#""colour""#, 1));
    form.as_object_mut().unwrap().remove("colour");
    form["screens"][0]["layout"]["children"][1]["label"] = "ñ".repeat(36).into();
    let source = form.to_string();
    let span = check_source(&source).unwrap_err()[0].span;
    assert_eq!(span.column_end + 1 - span.column_start, 38);
    assert_eq!(source.chars().nth(span.column_start as usize).unwrap(), 'ñ');
}
