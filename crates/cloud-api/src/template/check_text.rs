//! Header, body and footer: their words, variables and examples.

use std::collections::HashSet;

use serde_json::Value;

use super::check::word;
use super::check_components::{BODY_MAX, CARD_BODY_MAX, Context, OFFER_BODY_MAX};
use super::variable::{Scan, VariableName, distinct, fill, scan, words};
use super::words::{HeaderFormat, ParameterFormat};
use crate::judge::{Findings, Node, text};
use crate::shape::is_emoji;
use crate::violation::Rule;

/// Longest header text, in characters.
pub const HEADER_MAX: usize = 60;
/// Longest footer, in characters.
pub const FOOTER_MAX: usize = 60;

const ANY: usize = usize::MAX;

pub(super) fn header(node: &Node<'_>, context: &Context, findings: &mut Findings) {
    let Some(format) = word(node, "format", HeaderFormat::KNOWN, true, findings) else { return };
    match HeaderFormat::from(format) {
        HeaderFormat::Text => header_text(node, context, findings),
        HeaderFormat::Location | HeaderFormat::Product => {
            findings.not_allowed(node, "text", "the header has no text");
            findings.not_allowed(node, "example", "what the header shows is given when sending");
        }
        _ => {
            findings.not_allowed(node, "text", "the header has no text");
            let Some(example) = findings.needs_object(node, "example") else { return };
            let handles = strings(&example, "header_handle", findings);
            if handles.is_some_and(|handles| handles.is_empty()) {
                let message = "Param header_handle needs the handle of a sample.".to_owned();
                findings.add_limit(example.at("header_handle"), Rule::Count, [1, 0], message);
            }
        }
    }
}

fn header_text(node: &Node<'_>, context: &Context, findings: &mut Findings) {
    let Some(words) = findings.needs_text(node, "text", text("Header text", 1, HEADER_MAX)) else { return };
    let found = scan(words);
    let mut refuse = |message: &str| findings.add(node.at("text"), Rule::HeaderFormat, message);
    if words.contains(['\n', '\r']) {
        refuse("The header can't have line breaks.");
    }
    if words.chars().any(is_emoji) {
        refuse("The header can't have emoji.");
    }
    if has_markup(words) {
        refuse("The header can't have markup or asterisks.");
    }
    if found.variables.len() > 1 {
        refuse("The header can have one variable at most.");
    }
    if variables(node, &found, context, Rule::HeaderFormat, findings) {
        let keys = ["header_text", "header_text_named_params"];
        examples(node, &found, keys, context, findings);
    }
}

pub(super) fn body(node: &Node<'_>, context: &Context, findings: &mut Findings) {
    let max = match context {
        Context { card: true, .. } | Context { single_product: true, .. } => CARD_BODY_MAX,
        Context { offer: true, .. } => OFFER_BODY_MAX,
        _ => BODY_MAX,
    };
    let why = "it belongs to authentication templates";
    findings.not_allowed(node, "add_security_recommendation", why);
    let Some(words) = findings.needs_text(node, "text", text("Body text", 1, max)) else { return };
    white_space(node, words, findings);
    let found = scan(words);
    let readable = variables(node, &found, context, Rule::BodyFormat, findings);
    places(node, words, &found, context, findings);
    if readable {
        examples(node, &found, ["body_text", "body_text_named_params"], context, findings);
    }
}

pub(super) fn footer(node: &Node<'_>, findings: &mut Findings) {
    findings.not_allowed(node, "code_expiration_minutes", "it belongs to authentication templates");
    let Some(words) = findings.needs_text(node, "text", text("Footer text", 1, FOOTER_MAX)) else { return };
    let found = scan(words);
    if found.broken || !found.variables.is_empty() {
        findings.add(node.at("text"), Rule::FooterFormat, "The footer can't have variables.");
    }
}

fn white_space(node: &Node<'_>, words: &str, findings: &mut Findings) {
    let mut refuse = |message: &str| findings.add(node.at("text"), Rule::BodyFormat, message);
    let mut breaks = 0;
    let mut most = 0;
    // A line break may be written as two characters; only one of them counts.
    for c in words.chars().filter(|&c| c != '\r') {
        breaks = if c == '\n' { breaks + 1 } else { 0 };
        most = most.max(breaks);
    }
    if most > 2 {
        refuse("The body can't have more than two line breaks in a row.");
    }
    if words.contains('\t') {
        refuse("The body can't have tabs.");
    }
    if words.contains("     ") {
        refuse("The body can't have more than four spaces in a row.");
    }
}

/// Braces, the one way of naming variables, and numbers from 1 without a gap. False if it can't be told which variables
/// there are, so that examples can't be compared with them.
fn variables(node: &Node<'_>, found: &Scan, context: &Context, rule: Rule, findings: &mut Findings) -> bool {
    let mut refuse = |message: &str| findings.add(node.at("text"), rule, message);
    if found.broken {
        refuse("Variables are written {{1}} or {{first_name}}; a brace can't stand elsewhere.");
    }
    let named = is_named(found, context);
    let odd = |name: &VariableName| matches!(name, VariableName::Name(_)) != named;
    if found.variables.iter().any(|variable| odd(&variable.name)) {
        refuse(if named {
            "With parameter_format NAMED variables need names: {{first_name}}."
        } else {
            "With parameter_format POSITIONAL variables need numbers: {{1}}."
        });
        return false;
    }
    let in_sequence = |(i, name): (usize, &VariableName)| match name {
        VariableName::Position(position) => usize::try_from(*position) == Ok(i + 1),
        VariableName::Name(_) => true,
    };
    if !distinct(&found.variables).iter().enumerate().all(in_sequence) {
        refuse("Variables are numbered from 1 without a gap.");
    }
    !found.broken
}

fn is_named(found: &Scan, context: &Context) -> bool {
    match &context.format {
        Some(format) => *format == ParameterFormat::Named,
        None => matches!(found.variables.first().map(|first| &first.name), Some(VariableName::Name(_))),
    }
}

/// Where variables stand in the body, and whether there are words enough around them.
fn places(node: &Node<'_>, words: &str, found: &Scan, context: &Context, findings: &mut Findings) {
    let pointer = || node.at("text");
    let Some((first, last)) = found.variables.first().zip(found.variables.last()) else { return };
    let before = &words[..first.place.start];
    let after = &words[last.place.end..];
    if before.trim().is_empty() || after.trim().is_empty() {
        let message = "Variables can't be at the start or end of the template.";
        findings.add(pointer(), Rule::VariableAtEdge, message);
    }
    let touching = found
        .variables
        .windows(2)
        .any(|pair| words[pair[0].place.end..pair[1].place.start].trim().is_empty());
    if touching {
        findings.add(
            pointer(),
            Rule::Order,
            "Two variables can't stand next to each other without words between.",
        );
    }
    // Meta's own examples of cards have fewer words.
    if context.card {
        return;
    }
    let needed = found.variables.len().saturating_mul(2).saturating_add(1);
    let given = self::words(words, &found.variables);
    if given < needed {
        let message = "The template has too many variables for its length.".to_owned();
        findings.add_limit(pointer(), Rule::VariableRatio, [needed, given], message);
    }
}

/// An example for every variable: `keys` are those for variables with numbers and with names.
fn examples(node: &Node<'_>, found: &Scan, keys: [&str; 2], context: &Context, findings: &mut Findings) {
    let names = distinct(&found.variables);
    let Some(example) = findings.may_have_object(node, "example") else {
        if node.get("example").is_none() && !names.is_empty() {
            findings.required(node.at("example"));
        }
        return;
    };
    let named = is_named(found, context);
    let key = if named { keys[1] } else { keys[0] };
    if example.get(key).is_none() {
        if !names.is_empty() {
            findings.required(example.at(key));
        }
        return;
    }
    if named {
        return named_examples(&example, key, &names, findings);
    }
    let values =
        if key == "body_text" { inner(&example, key, findings) } else { strings(&example, key, findings) };
    if let Some(values) = values {
        count(&example, key, [names.len(), values.len()], findings);
    }
}

fn named_examples(example: &Node<'_>, key: &str, names: &[VariableName], findings: &mut Findings) {
    let Some(items) = findings.may_have_list(example, key, "examples", [0, ANY]) else { return };
    let known: HashSet<&VariableName> = names.iter().collect();
    let mut given = HashSet::new();
    for item in &items {
        findings.needs_text(item, "example", text("Example", 1, ANY));
        let Some(name) = findings.needs_text(item, "param_name", text("Parameter name", 1, ANY)) else {
            continue;
        };
        if !given.insert(name) {
            findings.add(item.at("param_name"), Rule::Unique, "There is another example of that name.");
        } else if !known.contains(&VariableName::Name(name.to_owned())) {
            findings.add(item.at("param_name"), Rule::Reference, "There is no variable of that name.");
        }
    }
    count(example, key, [names.len(), items.len()], findings);
}

fn count(example: &Node<'_>, key: &str, [wanted, given]: [usize; 2], findings: &mut Findings) {
    if wanted != given {
        let message = format!("Param {key} needs one example for each variable.");
        findings.add_limit(example.at(key), Rule::Count, [wanted, given], message);
    }
}

/// A list of texts that aren't empty.
fn strings<'a>(node: &Node<'a>, key: &str, findings: &mut Findings) -> Option<Vec<&'a str>> {
    match node.get(key) {
        None => findings.required(node.at(key)),
        Some(Value::Array(items)) => return texts(items, &node.at(key), findings),
        Some(_) => findings.wrong_type(node.at(key), "an array"),
    }
    None
}

/// The texts of a list in a list.
fn inner<'a>(node: &Node<'a>, key: &str, findings: &mut Findings) -> Option<Vec<&'a str>> {
    let pointer = node.at(key);
    match node.get(key).and_then(Value::as_array).map(Vec::as_slice) {
        Some([]) => return Some(Vec::new()),
        Some([Value::Array(items)]) => return texts(items, &format!("{pointer}/0"), findings),
        Some([Value::Array(_), ..]) => {
            let given = node.get(key).and_then(Value::as_array).map_or(0, Vec::len);
            let message = format!("Param {key} is a list of one list.");
            findings.add_limit(pointer, Rule::Count, [1, given], message);
        }
        _ => findings.wrong_type(pointer, "an array with an array of strings"),
    }
    None
}

fn texts<'a>(items: &'a [Value], pointer: &str, findings: &mut Findings) -> Option<Vec<&'a str>> {
    let mut texts = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let Some(example) = item.as_str() else {
            findings.wrong_type(format!("{pointer}/{i}"), "a string");
            return None;
        };
        findings.length(format!("{pointer}/{i}"), example, text("Example", 1, ANY));
        texts.push(example);
    }
    Some(texts)
}

/// Asterisks, tildes and backticks anywhere; underscores where they would make italics.
fn has_markup(words: &str) -> bool {
    let plain = fill(words, |_| Some("x".to_owned()));
    let italic = |token: &str| {
        let token = token.trim_matches(|c: char| c.is_ascii_punctuation() && c != '_');
        token.len() > 2 && token.starts_with('_')
    };
    let closes =
        plain.split_whitespace().any(|token| token.trim_end_matches(['.', ',', '!', '?']).ends_with('_'));
    plain.contains(['*', '~', '`']) || (closes && plain.split_whitespace().any(italic))
}
