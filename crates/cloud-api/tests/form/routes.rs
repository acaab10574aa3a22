//! The ways through a form.

use cloud_api::violation::Rule;
use serde_json::{Value, json};

use super::{accepted, footer, heading, refused, screen, screens, violations};

/// The same ways, declared for an endpoint.
fn routed(ways: &[(&str, &[&str])], model: Value) -> Value {
    let mut form = screens(ways);
    form["data_api_version"] = "3.0".into();
    form["routing_model"] = model;
    form
}

#[track_caller]
fn has(form: &Value, pointer: &str, rule: Rule) {
    let found = violations(form);
    assert!(found.iter().any(|v| v.pointer == pointer && v.rule == rule), "{found:#?}");
}

#[test]
fn a_route_leads_to_a_screen_that_exists() {
    let two: &[(&str, &[&str])] = &[("A", &["B"]), ("B", &[])];
    accepted(&routed(two, json!({"A": ["B"], "B": []})));
    accepted(&routed(two, json!({"A": ["B"]})));
    refused(&routed(two, json!({"A": ["B", "C"], "B": []})), "/routing_model/A/1", Rule::Reference);
    refused(&routed(two, json!({"A": ["B"], "B": [], "C": []})), "/routing_model/C", Rule::Reference);
    refused(&routed(two, json!({"A": ["B"], "B": [7]})), "/routing_model/B/0", Rule::Type);
    refused(&routed(two, json!({"A": ["B"], "B": "A"})), "/routing_model/B", Rule::Type);
    refused(&routed(two, json!([])), "/routing_model", Rule::Type);
}

#[test]
fn a_screen_has_at_most_ten_ways_on() {
    let names = ["B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"];
    let of = |n: usize| {
        let mut list = vec![screen("A", json!([footer()]))];
        list.extend(names[..n].iter().map(|id| screen(id, json!([footer()]))));
        json!({"version": "7.3", "data_api_version": "3.0", "routing_model": {"A": names[..n]}, "screens": list})
    };
    accepted(&of(10));
    refused(&of(11), "/routing_model/A", Rule::Count);
}

#[test]
fn routes_only_lead_forward() {
    let two: &[(&str, &[&str])] = &[("A", &["B"]), ("B", &[])];
    refused(&routed(two, json!({"A": ["B", "A"], "B": []})), "/routing_model/A/1", Rule::Order);
    has(&routed(two, json!({"A": ["B"], "B": ["A"]})), "/routing_model/B", Rule::Order);
    let four: &[(&str, &[&str])] = &[("A", &["B"]), ("B", &["C"]), ("C", &["D"]), ("D", &[])];
    accepted(&routed(four, json!({"A": ["B"], "B": ["C"], "C": ["D"], "D": []})));
    has(
        &routed(four, json!({"A": ["B"], "B": ["C"], "C": ["D", "B"], "D": []})),
        "/routing_model/C",
        Rule::Order,
    );
}

#[test]
fn a_form_begins_somewhere() {
    let two: &[(&str, &[&str])] = &[("A", &["B"]), ("B", &[])];
    has(&routed(two, json!({"A": ["B"], "B": ["A"]})), "/routing_model", Rule::Order);
    has(&screens(&[("A", &["B"]), ("B", &["A"])]), "/screens", Rule::Order);
}

#[test]
fn every_way_ends_at_a_terminal_screen() {
    let mut form =
        routed(&[("A", &["B", "C"]), ("B", &[]), ("C", &[])], json!({"A": ["B", "C"], "B": [], "C": []}));
    form["screens"][2]["terminal"] = false.into();
    form["screens"][2]["layout"]["children"] = json!([heading("Stuck"), {"type": "Footer", "label": "On",
        "on-click-action": {"name": "data_exchange", "payload": {}}}]);
    refused(&form, "/routing_model/C", Rule::Order);

    let mut form = screens(&[("A", &["B"]), ("B", &[])]);
    let mut stuck = screen("C", json!([heading("Stuck")]));
    stuck["terminal"] = false.into();
    form["screens"].as_array_mut().unwrap().push(stuck);
    has(&form, "/screens/2/id", Rule::Order);
}

#[test]
fn every_screen_is_in_the_model_and_connected() {
    let three: &[(&str, &[&str])] = &[("A", &["B"]), ("B", &[]), ("C", &[])];
    refused(&routed(three, json!({"A": ["B"], "B": []})), "/routing_model/C", Rule::Required);
    refused(&routed(three, json!({"A": ["B"], "B": [], "C": []})), "/routing_model/C", Rule::Reference);
    refused(&screens(three), "/screens/2/id", Rule::Reference);
}

#[test]
fn navigation_follows_the_model() {
    let form =
        routed(&[("A", &["B"]), ("B", &["C"]), ("C", &[])], json!({"A": ["C", "B"], "B": ["C"], "C": []}));
    accepted(&form);
    let mut form = form;
    form["routing_model"] = json!({"A": ["C"], "B": ["C"], "C": []});
    refused(&form, "/screens/0/layout/children/0/on-click-action/next/name", Rule::Reference);
}
