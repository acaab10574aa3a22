//! Options, items of navigation lists, and images of carousels.

use std::collections::BTreeSet;

use serde_json::Value;

use super::check::Judge;
use super::component::Place;
use super::parts::Kind;
use super::reference;
use super::values;
use super::version::Version;
use crate::judge::{Node, text};
use crate::violation::Rule;

/// Most options of a dropdown when one has an image.
const WITH_IMAGES_MAX: usize = 100;
/// Most items of a navigation list.
const ITEMS_MAX: usize = 20;
/// Most images of a carousel.
const PICTURES_MAX: usize = 3;
/// Most tags of an item of a navigation list.
const TAGS_MAX: usize = 3;
const ACTIONS: &[&str] = &["update_data", "data_exchange"];

/// A field, what it holds, and since when.
type Field = (&'static str, Kind, Version);

/// An object inside a component.
struct Shape {
    fields: &'static [Field],
    /// Fields that are judged elsewhere.
    others: &'static [&'static str],
    needed: &'static [&'static str],
}

const ALWAYS: Version = Version::new(2, 1);
const ID: Field = ("id", Kind::Text("Id", usize::MAX), ALWAYS);
const ALT: Field = ("alt-text", Kind::Text("Alternative text", usize::MAX), ALWAYS);

const OPTION: Shape = Shape {
    fields: &[
        ID,
        ("title", Kind::Text("Title", 30), ALWAYS),
        ("description", Kind::Text("Description", 300), ALWAYS),
        ("metadata", Kind::Text("Metadata", 20), ALWAYS),
        ("enabled", Kind::Bool, ALWAYS),
        ("image", Kind::Picture(300 * 1024), Version::new(5, 0)),
        ("alt-text", Kind::Text("Alternative text", usize::MAX), Version::new(5, 0)),
        ("color", Kind::Text("Color", 7), Version::new(5, 0)),
        ("on-select-action", Kind::Action(ACTIONS), Version::new(6, 0)),
        ("on-unselect-action", Kind::Action(ACTIONS), Version::new(6, 0)),
    ],
    others: &[],
    needed: &["id", "title"],
};

const ITEM: Shape = Shape {
    fields: &[
        ID,
        ("badge", Kind::Text("Badge", 15), ALWAYS),
        ("on-click-action", Kind::Action(&["data_exchange", "navigate"]), ALWAYS),
    ],
    others: &["main-content", "start", "end", "tags"],
    needed: &["id"],
};

const MAIN: Shape = Shape {
    fields: &[
        ("title", Kind::Text("Title", 30), ALWAYS),
        ("description", Kind::Text("Description", 20), ALWAYS),
        ("metadata", Kind::Text("Metadata", 80), ALWAYS),
    ],
    others: &[],
    needed: &["title"],
};

const END: Shape = Shape {
    fields: &[
        ("title", Kind::Text("Title", 10), ALWAYS),
        ("description", Kind::Text("Description", 10), ALWAYS),
        ("metadata", Kind::Text("Metadata", 10), ALWAYS),
    ],
    others: &[],
    needed: &[],
};

const START: Shape =
    Shape { fields: &[("image", Kind::Picture(100 * 1024), ALWAYS), ALT], others: &[], needed: &["image"] };

const PICTURE: Shape = Shape {
    fields: &[("src", Kind::Picture(300 * 1024), ALWAYS), ALT],
    others: &[],
    needed: &["src", "alt-text"],
};

/// Judges a fixed list of options.
pub(super) fn options<'a>(
    judge: &mut Judge<'a>,
    value: &'a Value,
    pointer: &str,
    [least, most]: [usize; 2],
    place: &Place<'a>,
) {
    let with_image = value.as_array().into_iter().flatten().any(|option| option.get("image").is_some());
    let most = if with_image { most.min(WITH_IMAGES_MAX) } else { most };
    let mut ids = BTreeSet::new();
    for node in counted(judge, value, pointer, "options", [least, most]) {
        fields(judge, &node, &OPTION, place);
        if let Some(id) = node.str("id")
            && !ids.insert(id)
        {
            judge.findings.add(node.at("id"), Rule::Unique, "Duplicate option id found.");
        }
        let color = node.str("color").filter(|color| !values::is_dynamic(color, judge.whole.version));
        if color.is_some_and(|color| !is_color(color)) {
            judge.findings.add(node.at("color"), Rule::Format, "A color has six hexadecimal digits.");
        }
    }
}

fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or(text);
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The schema of options that come as data must declare what an option needs.
pub(super) fn declared_options(judge: &mut Judge<'_>, text: &str, pointer: &str, screen: &str) {
    let schema = reference::only(text).and_then(|inner| reference::schema(&judge.whole, screen, inner));
    let Some(properties) = schema
        .and_then(|schema| schema.get("items"))
        .and_then(|items| items.get("properties"))
        .and_then(Value::as_object)
    else {
        return;
    };
    for key in ["id", "title"].into_iter().filter(|key| !properties.contains_key(*key)) {
        let message = format!("Data model schema is invalid for options. Missing schema for {key}.");
        judge.findings.add(pointer.to_owned(), Rule::Reference, message);
    }
}

/// Judges the items of a navigation list.
pub(super) fn items<'a>(judge: &mut Judge<'a>, value: &'a Value, pointer: &str, place: &Place<'a>) {
    for node in counted(judge, value, pointer, "items", [1, ITEMS_MAX]) {
        fields(judge, &node, &ITEM, place);
        if let Some(main) = judge.findings.needs_object(&node, "main-content") {
            fields(judge, &main, &MAIN, place);
        }
        if let Some(start) = judge.findings.may_have_object(&node, "start") {
            fields(judge, &start, &START, place);
        }
        if let Some(end) = judge.findings.may_have_object(&node, "end") {
            fields(judge, &end, &END, place);
        }
        tags(judge, &node);
    }
}

fn tags(judge: &mut Judge<'_>, node: &Node<'_>) {
    let Some(value) = node.get("tags") else { return };
    let pointer = node.at("tags");
    let Some(tags) = value.as_array() else {
        if value.as_str().is_none_or(|text| !values::is_dynamic(text, judge.whole.version)) {
            judge.findings.wrong_type(pointer, "an array");
        }
        return;
    };
    if tags.len() > TAGS_MAX {
        let message = format!("An item has at most {TAGS_MAX} tags.");
        judge.findings.add_limit(pointer.clone(), Rule::Count, [TAGS_MAX, tags.len()], message);
    }
    for (i, tag) in tags.iter().enumerate() {
        values::fixed_text(judge, tag, format!("{pointer}/{i}"), text("Tag", 1, 15));
    }
}

/// What a navigation list and its items must agree on.
pub(super) fn navigation(judge: &mut Judge<'_>, node: &Node<'_>) {
    let Some(items) = node.get("list-items").and_then(Value::as_array) else { return };
    let whole = node.get("on-click-action").is_some();
    let mut badge = false;
    for (i, item) in items.iter().enumerate() {
        let Some(map) = item.as_object() else { continue };
        let item = Node::new(map, format!("{}/{i}", node.at("list-items")));
        match (whole, item.get("on-click-action").is_some()) {
            (true, true) => {
                let message = "on-click-action is defined for the list, so an item can't have its own.";
                judge.findings.add(item.at("on-click-action"), Rule::Conflict, message);
            }
            (false, false) => judge.findings.required(item.at("on-click-action")),
            _ => {}
        }
        if item.get("badge").is_some() && std::mem::replace(&mut badge, true) {
            let message = "There can be only one item with a badge per list.";
            judge.findings.add(item.at("badge"), Rule::Conflict, message);
        }
        if item.get("end").is_some() && node.str("media-size") == Some("large") {
            let message = "The end of an item cannot be used with media-size large.";
            judge.findings.add(item.at("end"), Rule::Conflict, message);
        }
    }
}

/// Judges the images of a carousel.
pub(super) fn pictures<'a>(judge: &mut Judge<'a>, value: &'a Value, pointer: &str) {
    for node in counted(judge, value, pointer, "images", [1, PICTURES_MAX]) {
        fields(judge, &node, &PICTURE, &Place::default());
    }
}

/// The objects of a list with so many elements.
fn counted<'a>(
    judge: &mut Judge<'a>,
    value: &'a Value,
    pointer: &str,
    name: &str,
    [least, most]: [usize; 2],
) -> Vec<Node<'a>> {
    let Some(items) = value.as_array() else {
        judge.findings.wrong_type(pointer.to_owned(), "an array");
        return Vec::new();
    };
    let given = items.len();
    if given < least || given > most {
        let limit = if given < least { least } else { most };
        let message =
            format!("Invalid {name} count. Min allowed {name}: {least}, Max allowed {name}: {most}");
        judge.findings.add_limit(pointer.to_owned(), Rule::Count, [limit, given], message);
    }
    let mut nodes = Vec::new();
    for (i, item) in items.iter().enumerate().take(most.saturating_add(1)) {
        let pointer = format!("{pointer}/{i}");
        match item.as_object() {
            Some(map) => nodes.push(Node::new(map, pointer)),
            None => judge.findings.wrong_type(pointer, "a JSON object"),
        }
    }
    nodes
}

/// Judges an object by its shape.
fn fields<'a>(judge: &mut Judge<'a>, node: &Node<'a>, shape: &Shape, place: &Place<'a>) {
    for key in node.map.keys().map(String::as_str).filter(|key| !shape.others.contains(key)) {
        let Some((_, kind, since)) = shape.fields.iter().find(|(name, ..)| *name == key) else {
            let message = format!("Property '{key}' cannot be specified here.");
            judge.findings.add(node.at(key), Rule::NotAllowed, message);
            continue;
        };
        if judge.whole.version < *since {
            judge.too_new(node.at(key), &format!("Property '{key}'"), *since);
        }
        if let Some(value) = node.get(key) {
            values::judge(judge, value, &node.at(key), kind, place);
        }
    }
    for key in shape.needed.iter().filter(|key| node.get(key).is_none()) {
        judge.findings.required(node.at(key));
    }
}
