//! What a form collects.

use cloud_api::form::{Form, Version};
use serde_json::json;

use super::{footer, form, input, with};

#[test]
fn inputs_are_listed_with_what_a_person_sees() {
    let mut json = form(json!([
        with(input("name"), "required", true),
        {"type": "TextBody", "text": "Hi"},
        {"type": "If", "condition": "${form.name} != ''", "then": [
            {"type": "Dropdown", "name": "city", "label": "${data.which}", "data-source":
                [{"id": "m", "title": "Madrid"}, {"id": "b", "title": "Bilbao"}]}]},
        {"type": "PhotoPicker", "name": "photo", "label": "Photo", "min-uploaded-photos": 1}
    ]));
    json["screens"][0]["sensitive"] = json!(["name"]);
    let form = Form::new(json.clone());

    assert_eq!((form.version, form.has_endpoint), (Version::parse("7.3"), false));
    let found: Vec<_> =
        form.fields().map(|(screen, field)| (screen.id.as_str(), field.name.as_str())).collect();
    assert_eq!(found, [("ONLY", "name"), ("ONLY", "city"), ("ONLY", "photo")]);
    let [name, city, photo] = &form.screens[0].fields[..] else { panic!("three fields") };
    assert_eq!(
        (name.component.as_str(), name.label.as_deref(), name.required),
        ("TextInput", Some("Label"), true)
    );
    assert!(name.sensitive && !name.conditional);
    assert_eq!((city.label.as_deref(), city.conditional, city.required), (None, true, false));
    assert_eq!(city.options[1], ("b".to_owned(), "Bilbao".to_owned()));
    assert!(photo.required && !photo.sensitive);
    assert_eq!(form.json, json);
}

#[test]
fn a_form_that_is_not_valid_can_be_looked_at() {
    for json in [
        json!(null),
        json!({"screens": 5}),
        json!({"screens": [{}, 7, {"layout": {"children": [footer(), 5]}}]}),
    ] {
        assert_eq!(Form::new(json).fields().count(), 0);
    }
}
