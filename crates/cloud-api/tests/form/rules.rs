//! One violation at a time, where it is and of which kind.

use cloud_api::form::check;
use cloud_api::violation::Rule;
use serde_json::{Value, json};

use super::valid::booking;
use super::{
    component_refused, footer, form, heading, input, navigate, options, refused, screen, screens, violations,
    with, without,
};

const FIRST: &str = "/screens/0/layout/children/0";
const CHILDREN: &str = "/screens/0/layout/children";

#[test]
fn a_form_is_an_object() {
    for value in [json!(null), json!([]), json!("form"), json!(7)] {
        refused(&value, "", Rule::Type);
    }
}

#[test]
fn its_version_is_one_that_can_be_sent() {
    refused(&without(form(json!([])), "version"), "/version", Rule::Required);
    for version in ["2.0", "5.2", "7.4", "100.0", "seven", "7", "7.3.1", "+7.3"] {
        refused(&with(form(json!([])), "version", version), "/version", Rule::Value);
    }
    refused(&with(form(json!([])), "version", 7.3), "/version", Rule::Type);
}

#[test]
fn versions_know_what_may_be_published() {
    use cloud_api::form::{Version, Versions};
    let may = |text: &str| Version::parse(text).map(|v| (Versions::may_send(v), Versions::may_publish(v)));
    assert_eq!(may("2.1"), Some((true, false)));
    assert_eq!(may("5.0"), Some((true, false)));
    assert_eq!(may("5.1"), Some((true, true)));
    assert_eq!(may("7.3"), Some((true, true)));
    assert_eq!(may("8.0"), Some((false, false)));
    assert_eq!(may("7"), None);
    assert_eq!(Versions::RECOMMENDED.to_string(), "7.3");
}

#[test]
fn it_has_screens() {
    refused(&json!({"version": "7.3"}), "/screens", Rule::Required);
    refused(&json!({"version": "7.3", "screens": {}}), "/screens", Rule::Type);
    let found = violations(&json!({"version": "7.3", "screens": []}));
    assert_eq!(
        (found[0].pointer.as_str(), found[0].rule, found[0].limit),
        ("/screens", Rule::Count, Some(1))
    );
    let letters = |i: usize| ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K"][i];
    let many: Vec<_> = (0..101)
        .map(|i| screen(&format!("{}_{}", letters(i / 10), letters(i % 10)), json!([footer()])))
        .collect();
    let found = violations(&json!({"version": "7.3", "screens": many}));
    assert!(found.iter().any(|v| v.pointer == "/screens" && v.rule == Rule::Count), "{found:?}");
}

#[test]
fn screen_ids_are_letters_and_unique() {
    for (id, rule) in [("FIRST_1", Rule::Format), ("MI PANTALLA", Rule::Format), ("AÑO", Rule::Format)] {
        let mut it = form(json!([]));
        it["screens"][0]["id"] = id.into();
        refused(&it, "/screens/0/id", rule);
    }
    for id in ["SUCCESS", "success"] {
        let mut it = form(json!([]));
        it["screens"][0]["id"] = id.into();
        refused(&it, "/screens/0/id", Rule::NotAllowed);
    }
    let mut it = form(json!([]));
    it["screens"][0].as_object_mut().unwrap().remove("id");
    refused(&it, "/screens/0/id", Rule::Required);
    let mut it = form(json!([]));
    it["screens"] = json!([screen("A", json!([footer()])), screen("A", json!([footer()]))]);
    refused(&it, "/screens/1/id", Rule::Unique);
}

#[test]
fn a_form_ends_somewhere_and_ends_well() {
    let mut it = form(json!([]));
    it["screens"][0]["terminal"] = false.into();
    let found = violations(&it);
    assert!(found.iter().any(|v| v.pointer == "/screens" && v.rule == Rule::Required), "{found:?}");

    let only_text = json!({"version": "7.3", "screens": [screen("ONLY", json!([heading("Hi")]))]});
    refused(&only_text, CHILDREN, Rule::Required);

    let mut it = form(json!([]));
    it["screens"][0]["success"] = false.into();
    refused(&it, "/screens/0/success", Rule::Value);

    let mut it = screens(&[("A", &["B"]), ("B", &[])]);
    it["screens"][0]["success"] = true.into();
    refused(&it, "/screens/0/success", Rule::NotAllowed);

    let mut it = screens(&[("A", &["B"]), ("B", &[])]);
    it["screens"][0]["layout"]["children"] = json!([footer()]);
    let found = violations(&it);
    let pointer = format!("{FIRST}/on-click-action/name");
    assert!(found.iter().any(|v| v.pointer == pointer && v.rule == Rule::NotAllowed), "{found:?}");
}

#[test]
fn the_footer_of_a_terminal_screen_ends_the_form() {
    let mut it = screens(&[("A", &["B"]), ("B", &[])]);
    it["screens"][0]["terminal"] = true.into();
    refused(&it, &format!("{FIRST}/on-click-action/name"), Rule::NotAllowed);
}

#[test]
fn sensitive_names_exist() {
    let mut it = form(json!([input("name")]));
    it["screens"][0]["sensitive"] = json!(["nmae"]);
    refused(&it, "/screens/0/sensitive/0", Rule::Reference);
    it["screens"][0]["sensitive"] = json!("name");
    refused(&it, "/screens/0/sensitive", Rule::Type);
    let mut it = with(form(json!([input("name")])), "version", "5.0");
    it["screens"][0]["sensitive"] = json!(["name"]);
    refused(&it, "/screens/0/sensitive", Rule::NotAllowed);
}

#[test]
fn refreshing_and_exchanging_need_an_endpoint() {
    let mut it = form(json!([]));
    it["screens"][0]["refresh_on_back"] = true.into();
    refused(&it, "/screens/0/refresh_on_back", Rule::Value);

    let it = without(without(booking(), "data_api_version"), "routing_model");
    let found = violations(&it);
    let pointer = format!("{FIRST}/children/1/on-click-action/name");
    assert!(found.iter().any(|v| v.pointer == pointer && v.rule == Rule::NotAllowed), "{found:?}");

    refused(&without(booking(), "routing_model"), "/routing_model", Rule::Required);
    refused(&with(booking(), "data_api_version", "5.0"), "/data_api_version", Rule::Value);
    refused(
        &with(booking(), "data_channel_uri", "https://example.com"),
        "/data_channel_uri",
        Rule::NotAllowed,
    );
}

#[test]
fn the_layout_is_one_column() {
    let mut it = form(json!([]));
    it["screens"][0]["layout"]["type"] = "TwoColumnLayout".into();
    refused(&it, "/screens/0/layout/type", Rule::Value);
    let mut it = form(json!([]));
    it["screens"][0].as_object_mut().unwrap().remove("layout");
    refused(&it, "/screens/0/layout", Rule::Required);
    let mut it = form(json!([]));
    it["screens"][0]["layout"].as_object_mut().unwrap().remove("children");
    refused(&it, CHILDREN, Rule::Required);
    let mut it = form(json!([]));
    it["screens"][0]["layout"]["children"] = "none".into();
    refused(&it, CHILDREN, Rule::Type);
}

#[test]
fn a_screen_has_so_many_components() {
    let many: Value = (0..50).map(|i| heading(&i.to_string())).collect();
    let found = refused(&form(many), CHILDREN, Rule::Count);
    assert_eq!((found.limit, found.given), (Some(50), Some(51)));
    let one = |component: Value, n: usize| form((0..n).map(|_| component.clone()).collect());
    let picture = json!({"type": "Image", "src": "iVBORw0KGgo="});
    let link = json!({"type": "EmbeddedLink", "text": "More", "on-click-action":
        {"name": "open_url", "url": "https://example.com"}});
    let carousel = json!({"type": "ImageCarousel", "images": [{"src": "iVBORw0KGgo=", "alt-text": "x"}]});
    for (component, max) in [(picture, 3), (link, 2), (carousel, 2)] {
        assert_eq!(check(&one(component.clone(), max)), Ok(()));
        refused(&one(component, max + 1), CHILDREN, Rule::Count);
    }
    let consents = |n: usize| {
        form((0..n).map(|i| json!({"type": "OptIn", "name": format!("o{i}"), "label": "Yes"})).collect())
    };
    assert_eq!(check(&consents(5)), Ok(()));
    refused(&consents(6), CHILDREN, Rule::Count);
    refused(&form(json!([footer()])), CHILDREN, Rule::Count);
    refused(
        &form(json!([
            {"type": "PhotoPicker", "name": "a", "label": "A"},
            {"type": "DocumentPicker", "name": "b", "label": "B"}
        ])),
        CHILDREN,
        Rule::Count,
    );
}

#[test]
fn a_form_has_three_carousels() {
    let carousel = json!({"type": "ImageCarousel", "images": [{"src": "iVBORw0KGgo=", "alt-text": "x"}]});
    let mut it = screens(&[("A", &["B"]), ("B", &[])]);
    it["screens"][0]["layout"]["children"] = json!([carousel, carousel, navigate("B")]);
    it["screens"][1]["layout"]["children"] = json!([carousel, carousel, footer()]);
    refused(&it, "/screens/1/layout/children/1/type", Rule::Count);
}

#[test]
fn inputs_stand_inside_the_form_if_there_is_one() {
    let framed = json!({"type": "Form", "name": "f", "children": [input("a")]});
    let it = form(json!([framed, input("b")]));
    refused(&it, "/screens/0/layout/children/1/type", Rule::NotAllowed);
    let it = with(form(json!([input("a")])), "version", "3.1");
    refused(&it, &format!("{FIRST}/type"), Rule::NotAllowed);
    let nested =
        json!({"type": "Form", "name": "f", "children": [{"type": "Form", "name": "g", "children": []}]});
    component_refused(nested, "/children/0/type", Rule::NotAllowed);
    let valued = json!({"type": "Form", "name": "f", "children": [with(input("a"), "init-value", "x")]});
    component_refused(valued, "/children/0/init-value", Rule::NotAllowed);
    component_refused(json!({"type": "Form", "children": []}), "/name", Rule::Required);
    component_refused(json!({"type": "Form", "name": "f"}), "/children", Rule::Required);
}

#[test]
fn names_are_unique_on_a_screen() {
    let it = form(json!([input("a"), input("a")]));
    refused(&it, "/screens/0/layout/children/1/name", Rule::Unique);
    let it = form(json!([
        {"type": "OptIn", "name": "o", "label": "x"},
        {"type": "If", "condition": "${form.o}", "then": [input("a")], "else": [input("a")]}
    ]));
    refused(&it, "/screens/0/layout/children/1/else/0/name", Rule::Unique);
}

#[test]
fn branches_are_not_too_deep_and_not_empty() {
    let consent = json!({"type": "OptIn", "name": "o", "label": "x"});
    let around = |inner: Value| json!({"type": "If", "condition": "${form.o}", "then": [inner]});
    let deep = around(around(around(around(heading("Hi")))));
    let it = form(json!([deep, consent]));
    refused(&it, &format!("{FIRST}/then/0/then/0/then/0/type"), Rule::Count);
    let it = form(json!([{"type": "If", "condition": "${form.o}", "then": []}, consent]));
    refused(&it, &format!("{FIRST}/then"), Rule::Count);
    let it = form(json!([{"type": "Switch", "value": "${form.o}", "cases": {}}, consent]));
    refused(&it, &format!("{FIRST}/cases"), Rule::Count);
    let it = form(json!([{"type": "Switch", "value": "o", "cases": {"a": [heading("A")]}}, consent]));
    refused(&it, &format!("{FIRST}/value"), Rule::Format);
    let picker = json!({"type": "PhotoPicker", "name": "p", "label": "x"});
    let it = form(json!([around(picker), consent]));
    refused(&it, &format!("{FIRST}/then/0/type"), Rule::NotAllowed);
}

#[test]
fn a_footer_is_in_all_branches_or_in_none() {
    let consent = json!({"type": "OptIn", "name": "o", "label": "x"});
    let of = |branching: Value| json!({"version": "7.3", "screens": [screen("ONLY", json!([branching, consent]))]});
    let one = json!({"type": "If", "condition": "${form.o}", "then": [footer()]});
    refused(&of(one.clone()), &format!("{FIRST}/else"), Rule::Required);
    let other = with(one, "else", json!([heading("No")]));
    refused(&of(other), &format!("{FIRST}/else"), Rule::Required);
    let cases =
        json!({"type": "Switch", "value": "${form.o}", "cases": {"a": [footer()], "b": [heading("B")]}});
    refused(&of(cases), &format!("{FIRST}/cases/b"), Rule::Required);
    let both = json!({"type": "If", "condition": "${form.o}", "then": [footer()], "else": [footer()]});
    refused(&form(json!([both.clone(), consent])), CHILDREN, Rule::Count);
    let nested = json!({"type": "If", "condition": "${form.o}", "then": [both], "else": [footer()]});
    refused(&of(nested), &format!("{FIRST}/then/0/type"), Rule::NotAllowed);
}

#[test]
fn actions_have_what_they_need() {
    let of = |action: Value| json!({"type": "EmbeddedLink", "text": "x", "on-click-action": action});
    component_refused(of(json!("navigate")), "/on-click-action", Rule::Type);
    component_refused(of(json!({})), "/on-click-action/name", Rule::Required);
    component_refused(of(json!({"name": "teleport"})), "/on-click-action/name", Rule::Value);
    component_refused(of(json!({"name": "complete", "payload": {}})), "/on-click-action/name", Rule::Value);
    component_refused(of(json!({"name": "open_url"})), "/on-click-action/url", Rule::Required);
    component_refused(
        of(json!({"name": "open_url", "url": "mailto:a"})),
        "/on-click-action/url",
        Rule::Format,
    );
    component_refused(
        of(json!({"name": "open_url", "url": "https://example.com", "payload": {}})),
        "/on-click-action/payload",
        Rule::NotAllowed,
    );
    component_refused(
        of(json!({"name": "navigate", "payload": {}})),
        "/on-click-action/next",
        Rule::Required,
    );
    component_refused(
        of(json!({"name": "navigate", "next": {"type": "screen"}, "payload": {}})),
        "/on-click-action/next/name",
        Rule::Required,
    );
    component_refused(
        of(json!({"name": "navigate", "next": {"type": "screen", "name": "ONLY"}, "payload": {}})),
        "/on-click-action/next/name",
        Rule::Reference,
    );
    component_refused(
        of(json!({"name": "navigate", "next": {"type": "screen", "name": "ELSEWHERE"}, "payload": {}})),
        "/on-click-action/next/name",
        Rule::Reference,
    );
}

#[test]
fn a_payload_is_an_object() {
    let mut it = form(json!([]));
    it["screens"][0]["layout"]["children"][0]["on-click-action"] = json!({"name": "complete"});
    refused(&it, &format!("{FIRST}/on-click-action/payload"), Rule::Required);
    it["screens"][0]["layout"]["children"][0]["on-click-action"]["payload"] = json!([]);
    refused(&it, &format!("{FIRST}/on-click-action/payload"), Rule::Type);
}

#[test]
fn what_is_updated_is_declared() {
    let it = json!({"type": "Dropdown", "name": "d", "label": "x", "data-source": options(1), "on-select-action":
        {"name": "update_data", "payload": {"cities": []}}});
    component_refused(it, "/on-select-action/payload/cities", Rule::Reference);
}

#[test]
fn files_are_not_handed_over() {
    let mut it = screens(&[("A", &["B"]), ("B", &[])]);
    it["screens"][0]["layout"]["children"] =
        json!([{"type": "PhotoPicker", "name": "p", "label": "x"}, navigate("B")]);
    it["screens"][0]["layout"]["children"][1]["on-click-action"]["payload"] = json!({"p": "${form.p}"});
    it["screens"][1]["data"] = json!({"p": {"type": "string", "__example__": ""}});
    refused(&it, "/screens/0/layout/children/1/on-click-action/payload/p", Rule::NotAllowed);
}

#[test]
fn data_are_schemas_with_examples() {
    let of = |model: Value| {
        let mut it = form(json!([]));
        it["screens"][0]["data"] = model;
        it
    };
    let at = |below: &str| format!("/screens/0/data{below}");
    refused(&of(json!([])), &at(""), Rule::Type);
    refused(&of(json!({"a": "string"})), &at("/a"), Rule::Type);
    refused(&of(json!({"a": {"type": "string"}})), &at("/a/__example__"), Rule::Required);
    refused(&of(json!({"a": {"__example__": 1}})), &at("/a/type"), Rule::Required);
    refused(&of(json!({"a": {"type": "text", "__example__": "x"}})), &at("/a/type"), Rule::Value);
    refused(&of(json!({"a": {"type": "number", "__example__": "1"}})), &at("/a/__example__"), Rule::Type);
    refused(&of(json!({"a": {"type": "array", "__example__": []}})), &at("/a/items"), Rule::Required);
    refused(
        &of(json!({"a": {"type": "array", "items": "string", "__example__": []}})),
        &at("/a/items"),
        Rule::Type,
    );
    refused(
        &of(json!({"a": {"type": "array", "items": {"type": "string"}, "__example__": ["x", 2]}})),
        &at("/a/__example__/1"),
        Rule::Type,
    );
    refused(
        &of(json!({"a": {"type": "object", "properties": {"b": {"type": "boolean", "__example__": true}},
            "__example__": {}}})),
        &at("/a/properties/b/__example__"),
        Rule::NotAllowed,
    );
}

#[test]
fn references_point_at_something() {
    for (text, fine) in [
        ("${data.there}", true),
        ("${form.name}", true),
        ("${screen.ONLY.form.name}", true),
        ("${screen.ONLY.data.there}", true),
        ("${data.person.name}", true),
        ("Costs ${ 5 } or ${x}", true),
        ("${data.absent}", false),
        ("${form.absent}", false),
        ("${form.f}", false),
        ("${data.person.age}", false),
        ("${screen.NOWHERE.data.there}", false),
        ("${screen.ONLY.form.absent}", false),
        ("${screen.ONLY.files.name}", false),
        ("${screen}", false),
        ("${there}", false),
        ("${}", false),
        ("${data.}", false),
        ("Dear ${data.absent}", false),
        ("`'Dear ' ${data.absent}`", false),
    ] {
        let mut it = form(json!([heading(text), {"type": "Form", "name": "f", "children": [input("name")]}]));
        it["screens"][0]["data"] = json!({"there": {"type": "string", "__example__": "x"}, "person":
            {"type": "object", "properties": {"name": {"type": "string"}}, "__example__": {}}});
        if fine {
            super::accepted(&it);
        } else {
            refused(&it, &format!("{FIRST}/text"), Rule::Reference);
        }
    }
}

#[test]
fn data_are_of_the_type_their_place_needs() {
    let of = |component: Value, schema: Value| {
        let mut it = form(json!([component]));
        it["screens"][0]["data"] = json!({"x": schema});
        it
    };
    let flag = json!({"type": "boolean", "__example__": true});
    let text = json!({"type": "string", "__example__": "x"});
    refused(&of(heading("${data.x}"), flag), &format!("{FIRST}/text"), Rule::Type);
    refused(
        &of(with(heading("x"), "visible", "${data.x}"), text.clone()),
        &format!("{FIRST}/visible"),
        Rule::Type,
    );
    let list = json!({"type": "Dropdown", "name": "d", "label": "x", "data-source": "${data.x}"});
    refused(&of(list.clone(), text), &format!("{FIRST}/data-source"), Rule::Type);
    let half = json!({"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}},
        "__example__": []});
    refused(&of(list, half), &format!("{FIRST}/data-source"), Rule::Reference);
}

#[test]
fn what_is_handed_over_fits() {
    let of = |payload: Value, model: Value| {
        let mut it = screens(&[("A", &["B"]), ("B", &[])]);
        it["screens"][0]["layout"]["children"][0]["on-click-action"]["payload"] = payload;
        it["screens"][1]["data"] = model;
        it
    };
    let model = json!({"name": {"type": "string", "__example__": "x"}});
    let at = format!("{FIRST}/on-click-action/payload/name");
    refused(&of(json!({"name": "x"}), json!({})), &at, Rule::Reference);
    refused(&of(json!({}), model.clone()), &at, Rule::Required);
    refused(&of(json!({"name": 5}), model), &at, Rule::Type);
}

#[test]
fn all_violations_are_found_in_the_order_of_the_form() {
    let mut it = form((0..12).map(|_| heading("")).collect());
    it["screens"][0]["id"] = "1".into();
    it["version"] = "9.9".into();
    let found: Vec<_> = violations(&it).into_iter().map(|v| v.pointer).collect();
    let mut expected = vec!["/screens/0/id".to_owned()];
    expected.extend((0..12).map(|i| format!("{CHILDREN}/{i}/text")));
    expected.push("/version".to_owned());
    assert_eq!(found, expected);
}
