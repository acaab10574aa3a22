//! Expressions in properties and conditions. The grammar has its own tests beside it.

use cloud_api::violation::Rule;
use serde_json::{Value, json};

use super::{accepted, form, heading, input, refused, with};

/// A heading shown by an expression, beside an input, an opt-in and data.
fn shown(visible: &str) -> Value {
    let mut form = form(json!([
        with(heading("Hi"), "visible", visible),
        input("name"),
        {"type": "OptIn", "name": "agreed", "label": "x"}
    ]));
    form["screens"][0]["data"] = json!({
        "count": {"type": "number", "__example__": 1}, "city": {"type": "string", "__example__": "x"}});
    form
}

fn on_condition(condition: &str) -> Value {
    let mut form = shown("${form.agreed}");
    form["screens"][0]["layout"]["children"][0] =
        json!({"type": "If", "condition": condition, "then": [heading("Hi")]});
    form
}

#[test]
fn an_expression_is_read_to_its_end() {
    for expression in
        ["`${form.name} == 'b'`", "`!${form.agreed}`", "`(${data.count} % 2) == 0 || ${form.agreed}`"]
    {
        accepted(&shown(expression));
    }
    for expression in [
        "`${form.name} == 'b'",
        "`${form.name} == `",
        "`(${form.name} == 'b'`",
        "`${form.name} == 'b`",
        "`${form.name} === 'b'`",
        "``",
        "`${data.city} > 5`",
        "`${form.agreed} == 'yes'`",
    ] {
        refused(&shown(expression), "/screens/0/layout/children/0/visible", Rule::Format);
    }
}

#[test]
fn a_condition_is_a_boolean_about_something() {
    for condition in ["${form.agreed}", "${form.name} == 'b'", "`${data.count} > 3`", "((${form.agreed}))"] {
        accepted(&on_condition(condition));
    }
    for condition in
        [" ", "true", "1 == 1", "( )", "${data.city}", "${data.count} + 1", "'a' ${form.name}", "))((", "a"]
    {
        refused(&on_condition(condition), "/screens/0/layout/children/0/condition", Rule::Format);
    }
    let mut form = on_condition("true");
    form["screens"][0]["layout"]["children"][0]["condition"] = true.into();
    refused(&form, "/screens/0/layout/children/0/condition", Rule::Type);
}

#[test]
fn an_expression_refers_to_what_exists() {
    refused(&shown("`${form.nmae} == 'b'`"), "/screens/0/layout/children/0/visible", Rule::Reference);
    refused(&on_condition("${data.absent} == 5"), "/screens/0/layout/children/0/condition", Rule::Reference);
}
