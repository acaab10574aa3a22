//! The values of properties: fixed ones within their limits, dynamic ones of the right type.

use serde_json::Value;

use super::check::Judge;
use super::component::{self, Place};
use super::facts::Whole;
use super::parts::Kind;
use super::reference::{self, Type};
use super::version::Version;
use super::{action, expression, lists};
use crate::judge::{Node, Text, text};
use crate::violation::Rule;

/// It is a reference, or an expression in backticks.
pub(super) fn is_dynamic(text: &str, version: Version) -> bool {
    let trimmed = text.trim();
    (trimmed.starts_with("${") && trimmed.ends_with('}'))
        || (version >= Version::new(6, 0) && expression::quoted(text).is_some())
}

/// The types of references, as an expression on `screen` sees them.
pub(super) fn types<'w>(whole: &'w Whole<'_>, screen: &'w str) -> impl Fn(&str) -> Type + 'w {
    move |inner| reference::resolve(whole, screen, inner).unwrap_or(Type::Unknown)
}

/// A whole number, written as one or as digits.
pub(super) fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// `YYYY-MM-DD`, a day that exists in some year.
pub(super) fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return false;
    }
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        let part = text.get(range)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

pub(super) fn judge<'a>(
    judge: &mut Judge<'a>,
    value: &'a Value,
    pointer: &str,
    kind: &Kind,
    place: &Place<'a>,
) {
    if let Value::String(text) = value
        && kind.may_be_dynamic()
        && is_dynamic(text, judge.whole.version)
    {
        return dynamic(judge, text, pointer, kind, place.screen);
    }
    match kind {
        Kind::Children => {
            let place = Place { in_form: true, ..place.clone() };
            component::children(judge, value, pointer, &place);
        }
        Kind::Branch => branch(judge, value, pointer, place),
        Kind::Cases => cases(judge, value, pointer, place),
        Kind::Condition => condition(judge, value, pointer, place.screen),
        Kind::Subject => subject(judge, value, pointer),
        Kind::Action(allowed) => action::judge(judge, value, pointer, allowed, place),
        Kind::Options(least, most) => lists::options(judge, value, pointer, [*least, *most], place),
        Kind::Items => lists::items(judge, value, pointer, place),
        Kind::Pictures => lists::pictures(judge, value, pointer),
        Kind::Range(each) => range(judge, value, pointer, each, place),
        _ => simple(judge, value, pointer, kind),
    }
}

fn branch<'a>(judge: &mut Judge<'a>, value: &'a Value, pointer: &str, place: &Place<'a>) {
    if pointer.ends_with("/then") && value.as_array().is_some_and(Vec::is_empty) {
        let message = "Expected array to contain at least one component.".to_owned();
        judge.findings.add_limit(pointer.to_owned(), Rule::Count, [1, 0], message);
    }
    let place = Place { branches: place.branches + 1, ..place.clone() };
    component::children(judge, value, pointer, &place);
}

fn cases<'a>(judge: &mut Judge<'a>, value: &'a Value, pointer: &str, place: &Place<'a>) {
    let Some(map) = value.as_object() else {
        return judge.findings.wrong_type(pointer.to_owned(), "a JSON object");
    };
    if map.is_empty() {
        let message = "A Switch needs at least one case.".to_owned();
        judge.findings.add_limit(pointer.to_owned(), Rule::Count, [1, 0], message);
    }
    let node = Node::new(map, pointer.to_owned());
    for (key, children) in map {
        branch(judge, children, &node.at(key), place);
    }
}

fn condition(judge: &mut Judge<'_>, value: &Value, pointer: &str, screen: &str) {
    let Some(text) = value.as_str() else {
        return judge.findings.wrong_type(pointer.to_owned(), "a string");
    };
    let inner = expression::quoted(text).unwrap_or(Ok(text));
    let fault = match inner.and_then(|inner| expression::parse(inner, &types(&judge.whole, screen))) {
        Err(fault) => fault.0,
        Ok(meaning) if !meaning.dynamic => "A condition must refer to data or to an input.".to_owned(),
        Ok(meaning) if !matches!(meaning.kind, Type::Bool | Type::Unknown) => {
            format!("A condition must be a boolean, not a {}.", meaning.kind.name())
        }
        Ok(_) => return,
    };
    judge.findings.add(pointer.to_owned(), Rule::Format, fault);
}

fn subject(judge: &mut Judge<'_>, value: &Value, pointer: &str) {
    match value.as_str() {
        None => judge.findings.wrong_type(pointer.to_owned(), "a string"),
        Some(text) if !is_dynamic(text, judge.whole.version) => {
            let message = "A Switch needs a reference of the form ${data.your_value} or ${form.your_value}.";
            judge.findings.add(pointer.to_owned(), Rule::Format, message);
        }
        Some(_) => {}
    }
}

fn range<'a>(judge_: &mut Judge<'a>, value: &'a Value, pointer: &str, each: &Kind, place: &Place<'a>) {
    let Some(map) = value.as_object() else { return judge(judge_, value, pointer, each, place) };
    if matches!(each, Kind::Action(_)) && map.contains_key("name") {
        return judge(judge_, value, pointer, each, place);
    }
    let node = Node::new(map, pointer.to_owned());
    judge_.known_keys(&node, &["start-date", "end-date"], "a range of dates");
    for key in ["start-date", "end-date"] {
        match node.get(key) {
            Some(value) => judge(judge_, value, &node.at(key), each, place),
            None if matches!(each, Kind::Text("Label", _)) => judge_.findings.required(node.at(key)),
            None => {}
        }
    }
}

/// A dynamic value whose declared type can't fit.
fn dynamic(judge: &mut Judge<'_>, text: &str, pointer: &str, kind: &Kind, screen: &str) {
    let found = match reference::only(text) {
        Some(inner) => reference::resolve(&judge.whole, screen, inner).unwrap_or(Type::Unknown),
        None => return,
    };
    let fits: &[Type] = match kind {
        Kind::Text(..) | Kind::Word(_) | Kind::Picture(_) => &[Type::Text, Type::Number],
        Kind::Lines(..) => &[Type::Text, Type::Number, Type::Array],
        Kind::Bool => &[Type::Bool],
        Kind::Whole(..) | Kind::Number => &[Type::Number, Type::Text],
        Kind::Date => &[Type::Text],
        Kind::Options(..) | Kind::Items | Kind::Pictures | Kind::Dates | Kind::Words(_) | Kind::Strings => {
            &[Type::Array]
        }
        Kind::PerField => &[Type::Object],
        _ => return,
    };
    if found != Type::Unknown && !fits.contains(&found) {
        let message =
            format!("Expected the data to be of type {}, but it is {}.", fits[0].name(), found.name());
        judge.findings.add(pointer.to_owned(), Rule::Type, message);
    }
    if matches!(kind, Kind::Options(..)) {
        lists::declared_options(judge, text, pointer, screen);
    }
}

fn simple(judge: &mut Judge<'_>, value: &Value, pointer: &str, kind: &Kind) {
    let pointer = pointer.to_owned();
    match kind {
        Kind::Name => fixed_text(judge, value, pointer, text("Name", 1, usize::MAX)),
        Kind::Pattern => fixed_text(judge, value, pointer, text("Pattern", 1, usize::MAX)),
        Kind::Text(name, max) => fixed_text(judge, value, pointer, text(name, 1, *max)),
        Kind::Lines(name, max) => lines(judge, value, pointer, text(name, 1, *max)),
        Kind::Bool | Kind::Fixed if !value.is_boolean() => judge.findings.wrong_type(pointer, "a boolean"),
        Kind::Number
            if !value.is_number() && value.as_str().is_none_or(|text| text.parse::<f64>().is_err()) =>
        {
            judge.findings.wrong_type(pointer, "a number");
        }
        Kind::Whole(least, most) => bounded(judge, value, pointer, *least, *most),
        Kind::Word(words) => word(judge, value, pointer, words),
        Kind::Words(words) => {
            each(judge, value, &pointer, |judge, item, at| word(judge, item, at, words));
        }
        Kind::Strings => each(judge, value, &pointer, |judge, item, at| {
            fixed_text(judge, item, at, text("Value", 1, usize::MAX));
        }),
        Kind::Initial if value.is_null() || value.is_number() => {
            judge.findings.wrong_type(pointer, "a string, an array of strings, a boolean or an object");
        }
        Kind::Date => date(judge, value, pointer),
        Kind::Dates => each(judge, value, &pointer, date),
        Kind::Picture(max) => picture(judge, value, pointer, *max),
        Kind::PerField if !value.is_object() => judge.findings.wrong_type(pointer, "a JSON object"),
        _ => {}
    }
}

fn each(judge: &mut Judge<'_>, value: &Value, pointer: &str, one: impl Fn(&mut Judge<'_>, &Value, String)) {
    let Some(items) = value.as_array() else {
        return judge.findings.wrong_type(pointer.to_owned(), "an array");
    };
    for (i, item) in items.iter().enumerate() {
        one(judge, item, format!("{pointer}/{i}"));
    }
}

pub(super) fn fixed_text(judge: &mut Judge<'_>, value: &Value, pointer: String, bounds: Text) {
    let Some(given) = value.as_str() else { return judge.findings.wrong_type(pointer, "a string") };
    if !given.is_empty() && given.trim().is_empty() {
        let message = format!("{} must not be blank.", bounds.name);
        return judge.findings.add(pointer, Rule::Required, message);
    }
    judge.findings.length(pointer, given, bounds);
}

fn lines(judge: &mut Judge<'_>, value: &Value, pointer: String, bounds: Text) {
    let Some(items) = value.as_array() else { return fixed_text(judge, value, pointer, bounds) };
    let version = judge.whole.version;
    let mut all = String::new();
    for (i, item) in items.iter().enumerate() {
        match item.as_str() {
            Some(line) if is_dynamic(line, version) => all.push('x'),
            Some(line) => all.push_str(line),
            None => judge.findings.wrong_type(format!("{pointer}/{i}"), "a string"),
        }
    }
    judge.findings.length(pointer, &all, bounds);
}

fn bounded(judge: &mut Judge<'_>, value: &Value, pointer: String, least: u64, most: u64) {
    let Some(given) = whole(value) else {
        if value.as_i64().is_some() {
            let message = format!("The minimum value allowed is {least}.");
            return judge.findings.add(pointer, Rule::Value, message);
        }
        return judge.findings.wrong_type(pointer, "a whole number");
    };
    if given < least || given > most {
        let limit = if given < least { least } else { most };
        let which = if given < least { "minimum" } else { "maximum" };
        judge.findings.add(pointer, Rule::Value, format!("The {which} value allowed is {limit}."));
        if let Some(last) = judge.findings.0.last_mut() {
            last.limit = Some(limit);
            last.given = Some(given);
        }
    }
}

pub(super) fn word(judge: &mut Judge<'_>, value: &Value, pointer: String, words: &[&str]) {
    match value.as_str() {
        None => judge.findings.wrong_type(pointer, "a string"),
        Some(given) if !words.contains(&given) => {
            let message = format!("Value should be one of: [{}].", words.join(", "));
            judge.findings.add(pointer, Rule::Value, message);
        }
        Some(_) => {}
    }
}

fn date(judge: &mut Judge<'_>, value: &Value, pointer: String) {
    let day_only = judge.whole.version >= Version::new(5, 0);
    match value {
        Value::String(text) if is_day(text) => {}
        Value::String(text) if !day_only && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {}
        Value::String(text) if is_dynamic(text, judge.whole.version) => {}
        Value::String(_) => {
            judge.findings.add(pointer, Rule::Format, "A date should have the format YYYY-MM-DD.");
        }
        _ => judge.findings.wrong_type(pointer, "a string"),
    }
}

/// Base64, perhaps as a data URI. Only its size can be judged, and that it isn't a link.
pub(super) fn picture(judge: &mut Judge<'_>, value: &Value, pointer: String, max: usize) {
    let Some(given) = value.as_str() else { return judge.findings.wrong_type(pointer, "a string") };
    if given.trim().is_empty() {
        return judge.findings.add(pointer, Rule::Required, "An image must not be empty.");
    }
    if given.starts_with("http://") || given.starts_with("https://") {
        return judge.findings.add(pointer, Rule::Format, "An image must be base64, not a link.");
    }
    let encoded = given.split_once(";base64,").map_or(given, |(_, encoded)| encoded).trim_end_matches('=');
    let bytes = encoded.len() / 4 * 3 + (encoded.len() % 4) * 3 / 4;
    if bytes > max {
        let message = format!("An image must not be larger than {} KB.", max / 1024);
        judge.findings.add_limit(pointer, Rule::Length, [max, bytes], message);
    }
}
