//! Forms that Meta takes.

use serde_json::{Value, json};

use super::{
    accepted, component_accepted, footer, form, heading, input, navigate, options, screen, screens, with,
};

/// The two screens that Meta's protocol description is about: a slot is chosen, the endpoint says what comes next.
pub fn booking() -> Value {
    json!({"version": "7.3", "data_api_version": "4.0", "routing_model": {"FIRST": ["LAST"], "LAST": []}, "screens": [
        {"id": "FIRST", "title": "Book", "refresh_on_back": false,
         "data": {"slots": {"type": "array",
            "items": {"type": "object", "properties": {"id": {"type": "string"}, "title": {"type": "string"}}},
            "__example__": [{"id": "1", "title": "9:00"}]}},
         "layout": {"type": "SingleColumnLayout", "children": [{"type": "Form", "name": "f", "children": [
            {"type": "Dropdown", "name": "slot", "label": "Slot", "required": true, "data-source": "${data.slots}"},
            {"type": "Footer", "label": "Next", "on-click-action":
                {"name": "data_exchange", "payload": {"slot": "${form.slot}"}}}]}]}},
        {"id": "LAST", "title": "Done", "terminal": true, "success": true, "data": {},
         "layout": {"type": "SingleColumnLayout", "children": [
            {"type": "TextHeading", "text": "Thanks"},
            {"type": "Footer", "label": "Close", "on-click-action":
                {"name": "complete", "payload": {"slot": "${screen.FIRST.form.slot}"}}}]}}]})
}

/// One of each input that needs nothing else.
fn inputs() -> Value {
    json!([
        {"type": "TextInput", "name": "name", "label": "Name", "input-type": "text", "required": true,
         "min-chars": 2, "max-chars": "40", "helper-text": "As in your passport", "init-value": "Ana"},
        {"type": "TextInput", "name": "code", "label": "Code", "input-type": "passcode", "pattern": "^[0-9]{4}$",
         "helper-text": "Four digits", "label-variant": "large"},
        {"type": "TextArea", "name": "notes", "label": "Notes", "max-length": 600, "enabled": true},
        {"type": "CheckboxGroup", "name": "days", "label": "Days", "data-source": options(20),
         "min-selected-items": 1, "max-selected-items": 3, "init-value": ["1"]},
        {"type": "RadioButtonsGroup", "name": "size", "label": "Size", "description": "Of the table",
         "data-source": [{"id": "s", "title": "Small", "description": "Two people", "metadata": "€ 5",
            "enabled": false, "image": "iVBORw0KGgo=", "alt-text": "A small table", "color": "00ff7f"}]},
        {"type": "ChipsSelector", "name": "likes", "label": "Likes", "data-source": options(2)},
        {"type": "Dropdown", "name": "city", "label": "City", "data-source": options(200)},
        {"type": "OptIn", "name": "agreed", "label": "I agree", "required": true, "on-click-action":
            {"name": "open_url", "url": "https://example.com/terms"}},
        {"type": "DatePicker", "name": "day", "label": "Day", "min-date": "2026-01-01", "max-date": "2026-12-31",
         "unavailable-dates": ["2026-12-25", "2028-02-29"]},
        {"type": "CalendarPicker", "name": "stay", "mode": "range", "title": "Your stay", "description": "Nights",
         "label": {"start-date": "From", "end-date": "To"}, "required": {"start-date": true, "end-date": false},
         "min-days": 1, "max-days": 14, "include-days": ["Mon", "Tue"]}
    ])
}

#[test]
fn an_endpoint_form_from_the_protocol_description() {
    accepted(&booking());
}

#[test]
fn every_input_with_its_properties() {
    accepted(&form(inputs()));
}

#[test]
fn every_input_inside_a_form() {
    let mut children = inputs();
    for child in children.as_array_mut().unwrap() {
        child.as_object_mut().unwrap().remove("init-value");
    }
    children.as_array_mut().unwrap().push(footer());
    let children = json!([{"type": "Form", "name": "f", "init-values": {"name": "Ana", "days": ["1"]},
        "error-messages": {"name": "Too short"}, "children": children}]);
    accepted(&json!({"version": "7.3", "screens": [screen("ONLY", children)]}));
}

#[test]
fn every_text() {
    accepted(&form(json!([
        heading("Heading"),
        {"type": "TextSubheading", "text": "Subheading", "visible": true},
        {"type": "TextBody", "text": ["**Bold**", "and more"], "markdown": true, "font-weight": "bold"},
        {"type": "TextCaption", "text": "Small print", "strikethrough": false},
        {"type": "Image", "src": "iVBORw0KGgo=", "height": 100, "scale-type": "cover", "aspect-ratio": 1.5,
         "alt-text": "Shop"},
        {"type": "ImageCarousel", "aspect-ratio": "16:9", "scale-type": "contain",
         "images": [{"src": "iVBORw0KGgo=", "alt-text": "One"}]},
        {"type": "EmbeddedLink", "text": "More", "on-click-action":
            {"name": "open_url", "url": "https://example.com"}},
    ])));
}

#[test]
fn rich_text_with_a_footer() {
    component_accepted(json!({"type": "RichText", "text": ["# Terms", "1. Be kind"]}));
}

#[test]
fn a_navigation_list_that_leads_to_each_screen() {
    let list = json!({"type": "NavigationList", "name": "menu", "label": "Menu", "list-items": [
        {"id": "1", "main-content": {"title": "Home", "description": "Houses", "metadata": "From € 10"},
         "start": {"image": "iVBORw0KGgo=", "alt-text": "House"}, "end": {"title": "€ 10"}, "badge": "New",
         "tags": ["cheap"],
         "on-click-action": {"name": "navigate", "next": {"type": "screen", "name": "HOME"}, "payload": {}}},
        {"id": "2", "main-content": {"title": "Car"},
         "on-click-action": {"name": "navigate", "next": {"type": "screen", "name": "CAR"}, "payload": {}}}]});
    let mut first = screen("MENU", json!([list]));
    first["terminal"] = false.into();
    accepted(&json!({"version": "7.3", "screens":
        [first, screen("HOME", json!([footer()])), screen("CAR", json!([footer()]))]}));
}

#[test]
fn files_to_upload() {
    component_accepted(
        json!({"type": "PhotoPicker", "name": "photo", "label": "Photo", "photo-source": "camera",
        "max-file-size-kb": 25600, "min-uploaded-photos": 0, "max-uploaded-photos": 30, "description": "Of the damage"}),
    );
    component_accepted(json!({"type": "DocumentPicker", "name": "papers", "label": "Papers",
        "max-uploaded-documents": 1, "allowed-mime-types": ["application/pdf"], "error-message": "Too large"}));
}

#[test]
fn conditions_within_conditions() {
    let inner = |then: Value| json!({"type": "If", "condition": "${form.agreed} && (${form.name} != '')", "then": [then]});
    accepted(&form(json!([
        input("name"),
        {"type": "OptIn", "name": "agreed", "label": "I agree"},
        inner(inner(inner(heading("Deep")))),
        {"type": "Switch", "value": "${form.name}", "cases": {"Ana": [heading("Hi")], "Eva": [input("age")]}}
    ])));
}

#[test]
fn a_footer_in_every_branch() {
    let branches = json!([
        {"type": "OptIn", "name": "agreed", "label": "I agree"},
        {"type": "If", "condition": "${form.agreed}", "then": [footer()], "else": [footer()]}]);
    accepted(&json!({"version": "7.3", "screens": [screen("ONLY", branches)]}));
    let cases = json!([
        input("way"),
        {"type": "Switch", "value": "${form.way}", "cases": {"a": [footer()], "b": [heading("B"), footer()]}}]);
    accepted(&json!({"version": "7.3", "screens": [screen("ONLY", cases)]}));
}

#[test]
fn each_branch_may_have_its_share() {
    let pictures: Value = (0..3).map(|_| json!({"type": "Image", "src": "iVBORw0KGgo="})).collect();
    accepted(&form(json!([
        {"type": "OptIn", "name": "on", "label": "Pictures"},
        {"type": "If", "condition": "${form.on}", "then": pictures, "else": pictures}
    ])));
}

#[test]
fn data_of_every_type_where_it_fits() {
    let mut only = screen(
        "ONLY",
        json!([
            {"type": "TextHeading", "text": "${data.title}", "visible": "${data.on}"},
            {"type": "TextBody", "text": "${data.lines}"},
            {"type": "TextCaption", "text": "`'For ' ${data.person.name} ', ' ${data.count} + 1`"},
            {"type": "TextInput", "name": "n", "label": "${data.title}", "max-chars": "${data.count}",
             "init-value": "${data.person.name}", "required": "`${data.count} > 2`"},
            {"type": "Dropdown", "name": "d", "label": "Which", "data-source": "${screen.ONLY.data.choices}"},
            footer()
        ]),
    );
    only["title"] = "${data.title}".into();
    only["data"] = json!({
        "title": {"type": "string", "__example__": "Title"},
        "on": {"type": "boolean", "__example__": true},
        "count": {"type": "number", "__example__": 3.5},
        "lines": {"type": "array", "items": {"type": "string"}, "__example__": ["a", "b"]},
        "person": {"type": "object", "properties": {"name": {"type": "string"}}, "__example__": {"name": "Ana"}},
        "choices": {"type": "array", "items": {"type": "object", "properties":
            {"id": {"type": "string"}, "title": {"type": "string"}}}, "__example__": []}
    });
    accepted(&json!({"version": "7.3", "screens": [only]}));
}

#[test]
fn what_is_handed_over_is_what_the_next_screen_declares() {
    let mut form = screens(&[("FIRST", &["LAST"]), ("LAST", &[])]);
    form["screens"][0]["layout"]["children"] = json!([input("name"), navigate("LAST")]);
    form["screens"][0]["layout"]["children"][1]["on-click-action"]["payload"] =
        json!({"name": "${form.name}", "adult": true});
    form["screens"][1]["data"] = json!({
        "name": {"type": "string", "__example__": "Ana"}, "adult": {"type": "boolean", "__example__": true}});
    accepted(&form);
}

#[test]
fn a_choice_that_changes_the_screen() {
    let mut form = form(json!([{"type": "Dropdown", "name": "land", "label": "Country", "data-source": [
        {"id": "es", "title": "Spain", "on-select-action":
            {"name": "update_data", "payload": {"cities": [{"id": "m", "title": "Madrid"}]}}}]},
        {"type": "Dropdown", "name": "city", "label": "City", "data-source": "${data.cities}"}]));
    form["screens"][0]["data"] = json!({"cities": {"type": "array", "items": {"type": "object", "properties":
        {"id": {"type": "string"}, "title": {"type": "string"}}}, "__example__": []}});
    accepted(&form);
}

#[test]
fn terms_that_one_reads_and_goes_back_from() {
    let mut terms = screen("TERMS", json!([{"type": "TextBody", "text": "Be kind."}]));
    terms["terminal"] = false.into();
    let agree = json!({"type": "OptIn", "name": "agreed", "label": "I agree", "on-click-action":
        {"name": "navigate", "next": {"type": "screen", "name": "TERMS"}, "payload": {}}});
    let mut form = form(json!([agree]));
    form["screens"].as_array_mut().unwrap().push(terms);
    accepted(&form);
    form["data_api_version"] = "3.0".into();
    form["routing_model"] = json!({"ONLY": ["TERMS"], "TERMS": []});
    accepted(&form);
}

#[test]
fn old_versions_with_what_they_had() {
    let old = json!({"version": "2.1", "data_api_version": "3.0", "data_channel_uri": "https://example.com/form",
        "routing_model": {}, "screens": [screen("ONLY", json!([{"type": "Form", "name": "f", "children": [
            {"type": "RadioButtonsGroup", "name": "r", "data-source": options(2)},
            {"type": "DatePicker", "name": "d", "label": "Day", "min-date": "1710958020000"},
            {"type": "TextBody", "text": "`not an expression yet"},
            footer()]}]))]});
    accepted(&old);
    for version in ["3.0", "3.1"] {
        let mut form = old.clone();
        form["version"] = version.into();
        form.as_object_mut().unwrap().remove("data_channel_uri");
        accepted(&form);
    }
}

#[test]
fn a_fork_that_joins_again() {
    accepted(&screens(&[("A", &["B", "C"]), ("B", &["D"]), ("C", &["D"]), ("D", &[])]));
    let mut form = screens(&[("A", &["B", "C"]), ("B", &["D"]), ("C", &["D"]), ("D", &[])]);
    form["data_api_version"] = "3.0".into();
    form["routing_model"] = json!({"A": ["B", "C"], "B": ["D"], "C": ["D"], "D": []});
    accepted(&form);
}

#[test]
fn limits_are_reached_without_being_crossed() {
    accepted(&form(json!([
        heading(&super::long(80)),
        {"type": "TextBody", "text": super::long(4096)},
        {"type": "OptIn", "name": "o", "label": super::long(300)},
        {"type": "EmbeddedLink", "text": super::long(25), "on-click-action":
            {"name": "open_url", "url": "https://example.com"}},
        with(input("t"), "label", super::long(20)),
    ])));
    accepted(&form((0..49).map(|i| heading(&i.to_string())).collect()));
}

#[test]
fn sensitive_fields_that_exist() {
    let mut form = form(json!([input("secret")]));
    form["screens"][0]["sensitive"] = json!(["secret"]);
    accepted(&form);
}
