//! Header, body and footer: words, variables, examples.

use cloud_api::message::Rule;
use cloud_api::template::{VariableName, is_for_review, subcode, variables};
use serde_json::{Value, json};

use super::{
    body, bounded, but, long, marketing, needed, passes, refused, refused_at, refused_with, utility,
    violations,
};

fn header(text: &str) -> Value {
    utility(json!([{"type": "HEADER", "format": "TEXT", "text": text}, body()]))
}

/// A body with numbered examples.
fn text(text: &str, examples: &[&str]) -> Value {
    utility(json!([{"type": "BODY", "text": text, "example": {"body_text": [examples]}}]))
}

fn named(text: &str, names: &[&str]) -> Value {
    let examples: Vec<Value> = names.iter().map(|name| json!({"param_name": name, "example": "x"})).collect();
    let body = json!({"type": "BODY", "text": text, "example": {"body_text_named_params": examples}});
    but(&utility(json!([body])), "/parameter_format", "NAMED")
}

#[test]
fn header_texts() {
    let plain = header("Order");
    bounded(&plain, "/components/0/text", 60);
    needed(&plain, "/components/0/text");
    needed(&plain, "/components/0/format");
    refused_at(&but(&plain, "/components/0/format", "AUDIO"), "/components/0/format", Rule::Value);
    for odd in
        ["a\nb", "Sale 🎉", "Sale ☀", "*Sale*", "Sale *", "_Sale_ now", "~Sale~", "`Sale`", "Order {{1"]
    {
        refused_with(&header(odd), Rule::HeaderFormat, 2_388_047);
    }
    for fine in ["Sale ™", "Sale ✓", "order_id is new", "50% off!", "¡Hola, señor!"] {
        passes(&header(fine));
    }
}

#[test]
fn a_header_has_one_variable_at_most_and_an_example_for_it() {
    let with = |text: &str, example: Value| {
        utility(json!([{"type": "HEADER", "format": "TEXT", "text": text, "example": example}, body()]))
    };
    passes(&with("Order {{1}}", json!({"header_text": ["42"]})));
    passes(&with("{{1}}", json!({"header_text": ["42"]})));
    refused_with(&header("Order {{1}}"), Rule::Required, 2_388_043);
    refused_with(&with("Order {{1}}", json!({})), Rule::Required, 2_388_043);
    refused_with(&with("Order {{1}}", json!({"header_text": ["1", "2"]})), Rule::Count, 2_388_043);
    refused_with(&with("Order {{1}}", json!({"header_text": []})), Rule::Count, 2_388_043);
    refused_with(&with("Order {{1}}", json!({"header_text": [""]})), Rule::Length, 2_388_043);
    refused_at(
        &with("Order {{1}}", json!({"header_text": "42"})),
        "/components/0/example/header_text",
        Rule::Type,
    );
    refused_with(&with("{{1}} and {{2}}", json!({"header_text": ["1", "2"]})), Rule::HeaderFormat, 2_388_047);
    refused_with(&with("Order {{2}}", json!({"header_text": ["1"]})), Rule::HeaderFormat, 2_388_047);
    refused_at(
        &with("Order {{id}}", json!({"header_text": ["1"]})),
        "/components/0/text",
        Rule::HeaderFormat,
    );
    let example = json!({"header_text_named_params": [{"param_name": "order_id", "example": "42"}]});
    let named = but(&with("Order {{order_id}}", example), "/parameter_format", "NAMED");
    passes(&named);
    let name = "/components/0/example/header_text_named_params/0/param_name";
    refused_with(&but(&named, name, "other"), Rule::Reference, 2_388_043);
}

#[test]
fn media_headers_need_a_sample() {
    let media = |format: &str| {
        let example = json!({"header_handle": ["4::aW1hZ2U="]});
        marketing(json!([{"type": "HEADER", "format": format, "example": example}, body()]))
    };
    for format in ["IMAGE", "VIDEO", "DOCUMENT", "GIF", "image"] {
        let template = media(format);
        passes(&template);
        needed(&template, "/components/0/example");
        needed(&template, "/components/0/example/header_handle");
        refused_at(
            &but(&template, "/components/0/example/header_handle", json!([])),
            "/components/0/example/header_handle",
            Rule::Count,
        );
        refused_at(&but(&template, "/components/0/text", "x"), "/components/0/text", Rule::NotAllowed);
    }
    let gif = but(&media("GIF"), "/category", "UTILITY");
    refused_at(&gif, "/components/0/format", Rule::Conflict);
    let location = utility(json!([{"type": "HEADER", "format": "LOCATION"}, body()]));
    passes(&location);
    passes(&but(&location, "/category", "MARKETING"));
    refused_at(
        &but(&location, "/components/0/example", json!({})),
        "/components/0/example",
        Rule::NotAllowed,
    );
}

#[test]
fn body_lengths() {
    let plain = utility(json!([body()]));
    bounded(&plain, "/components/0/text", 1024);
    needed(&plain, "/components/0/text");
}

#[test]
fn white_space_in_the_body() {
    for fine in ["a\n\nb", "a    b", "a\r\n\r\nb"] {
        passes(&text(fine, &[]));
    }
    for odd in ["a\n\n\nb", "a\tb", "a     b", "a\r\n\r\n\r\nb"] {
        refused_with(&utility(json!([{"type": "BODY", "text": odd}])), Rule::BodyFormat, 2_388_072);
    }
}

#[test]
fn braces_and_names_of_variables() {
    for odd in [
        "Hi {{1, your order is here",
        "Hi 1}}, your order is here",
        "Hi {1}, your order is here",
        "Hi {{#}}, your order is here",
        "Hi {{a$b}}, your order is here",
        "Hi {{ 1 }}, your order is here",
        "Hi {{}}, your order is here",
        "Hi {{01}}, your order is here",
        "Hi {{0x}}, your order is here",
        "Hi {{Name}}, your order is here",
        "Hi {{99999999999}}, your order is here",
    ] {
        refused_with(&utility(json!([{"type": "BODY", "text": odd}])), Rule::BodyFormat, 2_388_072);
    }
    let found = variables("{{{1}}} {{a_2}}");
    let names: Vec<_> = found.into_iter().map(|variable| variable.name).collect();
    assert_eq!(names, [VariableName::Position(1), VariableName::Name("a_2".into())]);
}

#[test]
fn numbers_are_sequential_from_one() {
    passes(&text("Hi {{1}}, your order {{2}} is on its way", &["a", "b"]));
    // Translations may change the order, and a value may be repeated.
    passes(&text("Your order {{2}} is on its way to you, {{1}} from Acme", &["a", "b"]));
    passes(&text("Hi {{1}}, it is {{1}} who we are waiting for", &["a"]));
    for (odd, count) in [
        ("Hi {{1}}, your order {{3}} is on its way", 2),
        ("Hi {{2}}, your order is on its way", 1),
        ("Hi {{0}}, your order is on its way", 0),
    ] {
        let violation = refused(&text(odd, &["a", "b"][..count]));
        assert_eq!((violation.rule, subcode(&violation)), (Rule::BodyFormat, Some(2_388_072)));
    }
}

#[test]
fn numbers_and_names_dont_mix() {
    passes(&named("Hi {{name}}, your order {{order_id2}} is on its way", &["name", "order_id2"]));
    let at = "/components/0/text";
    refused_at(&named("Hi {{name}}, your order {{1}} is on its way", &["name", "x"]), at, Rule::BodyFormat);
    refused_at(&named("Hi {{1}}, your order is on its way", &["x"]), at, Rule::BodyFormat);
    refused_at(&text("Hi {{name}}, your order is on its way", &["x"]), at, Rule::BodyFormat);
}

#[test]
fn variables_need_words_around_them() {
    for odd in
        ["{{1}}, your order is on its way", "Your order is on its way, {{1}}", " {{1}}\nyour order is here "]
    {
        refused_with(&text(odd, &["a"]), Rule::VariableAtEdge, 2_388_299);
    }
    passes(&text("Your order is on its way, {{1}}.", &["a"]));
    for odd in ["Hi there {{1}} {{2}}, your order is here", "Hi there {{1}}{{2}}, your order is here"] {
        let violation = refused(&text(odd, &["a", "b"]));
        assert_eq!((violation.rule, subcode(&violation)), (Rule::Order, None));
        assert!(is_for_review(&violation));
    }
}

#[test]
fn words_are_twice_the_variables_and_one_more() {
    passes(&text("Hi {{1}} and welcome", &["a"]));
    let violation = refused(&text("Hi {{1}} welcome", &["a"]));
    assert_eq!((violation.limit, violation.given), (Some(3), Some(2)));
    assert_eq!((violation.rule, subcode(&violation)), (Rule::VariableRatio, Some(2_388_293)));
    passes(&text("Hi {{1}} and {{2}} our new friends", &["a", "b"]));
    refused_with(&text("Hi {{1}} and {{2}} new friends", &["a", "b"]), Rule::VariableRatio, 2_388_293);
    // Punctuation is no word; scripts without spaces count characters.
    refused_with(&text("Hi {{1}} , - welcome", &["a"]), Rule::VariableRatio, 2_388_293);
    passes(&text("您好{{1}}，欢迎", &["a"]));
    passes(&text("สวัสดี{{1}}ครับ", &["a"]));
}

#[test]
fn every_variable_of_the_body_has_an_example() {
    let template = text("Hi {{1}}, your order {{2}} is on its way", &["a", "b"]);
    needed(&template, "/components/0/example");
    needed(&template, "/components/0/example/body_text");
    let examples = "/components/0/example/body_text";
    for (odd, rule) in [
        (json!([["a"]]), Rule::Count),
        (json!([["a", "b", "c"]]), Rule::Count),
        (json!([]), Rule::Count),
        (json!([["a", "b"], ["c", "d"]]), Rule::Count),
    ] {
        refused_with(&but(&template, examples, odd), rule, 2_388_043);
    }
    for odd in [json!(["a", "b"]), json!("a"), json!([["a", 2]])] {
        assert_eq!(refused(&but(&template, examples, odd)).rule, Rule::Type);
    }
    refused_at(
        &but(&template, examples, json!([["a", ""]])),
        "/components/0/example/body_text/0/1",
        Rule::Length,
    );
    let named_template = named("Hi {{name}}, your order is on its way", &["name"]);
    needed(&named_template, "/components/0/example/body_text_named_params");
    needed(&named_template, "/components/0/example/body_text_named_params/0/param_name");
    needed(&named_template, "/components/0/example/body_text_named_params/0/example");
    refused_with(&named("Hi {{name}}, your order is on its way", &["nome"]), Rule::Reference, 2_388_043);
    refused_with(&named("Hi {{name}}, your order is on its way", &[]), Rule::Count, 2_388_043);
    let twice = violations(&named("Hi {{a}}, your order {{b}} is on its way", &["a", "a"]));
    assert_eq!(twice.iter().map(|violation| violation.rule).collect::<Vec<_>>(), [Rule::Unique]);
}

#[test]
fn footers_have_no_variables() {
    let footer = utility(json!([body(), {"type": "FOOTER", "text": "Acme"}]));
    bounded(&footer, "/components/1/text", 60);
    needed(&footer, "/components/1/text");
    for odd in ["Acme {{1}}", "{{name}}", "Acme {{"] {
        refused_with(&but(&footer, "/components/1/text", odd), Rule::FooterFormat, 2_388_073);
    }
    refused_at(
        &but(&footer, "/components/1/code_expiration_minutes", 5),
        "/components/1/code_expiration_minutes",
        Rule::NotAllowed,
    );
}

#[test]
fn all_violations_are_named_in_the_order_of_the_template() {
    let template = json!({"name": "Bad Name", "language": "xx", "category": "NONE", "components": [
        {"type": "HEADER", "format": "TEXT", "text": long(61)}, {"type": "FOOTER", "text": "{{1}}"}]});
    let pointers: Vec<_> = violations(&template).into_iter().map(|violation| violation.pointer).collect();
    let expected =
        ["/name", "/language", "/category", "/components/0/text", "/components/1/text", "/components"];
    assert_eq!(pointers, expected);
}
