//! A screen as a tree: how many components, and which of them a user can see at once.

use serde_json::{Map, Value};

use super::check::Judge;
use super::facts::DEPTH_MAX;
use super::version::Version;
use crate::judge::Node;
use crate::violation::Rule;

/// Most carousels of a form. Meta: WhatsApp Flows > Reference > Components > Image Carousel.
const CAROUSELS_MAX: usize = 3;

/// How many of a kind a screen may have. Meta: WhatsApp Flows > Reference > Components.
const PER_SCREEN: &[(&[&str], usize)] = &[
    (&["EmbeddedLink"], 2),
    (&["Image"], 3),
    (&["OptIn"], 5),
    (&["NavigationList"], 2),
    (&["ImageCarousel"], 2),
    (&["PhotoPicker", "DocumentPicker"], 1),
];

/// Every component below a list, in order, each before what it contains.
pub(super) fn all<'a>(list: &'a Value, pointer: &str) -> Vec<Node<'a>> {
    let mut found = Vec::new();
    gather(list, pointer, 0, &mut found);
    found
}

fn gather<'a>(list: &'a Value, pointer: &str, depth: usize, found: &mut Vec<Node<'a>>) {
    if depth > DEPTH_MAX {
        return;
    }
    for (i, item) in list.as_array().into_iter().flatten().enumerate() {
        let Some(map) = item.as_object() else { continue };
        let node = Node::new(map, format!("{pointer}/{i}"));
        found.push(node.clone());
        for (key, inner) in inner_lists(&node) {
            gather(inner, &key, depth + 1, found);
        }
    }
}

/// The lists of components inside a component, with their pointers.
fn inner_lists<'a>(node: &Node<'a>) -> Vec<(String, &'a Value)> {
    let mut lists: Vec<_> =
        ["children", "then", "else"].iter().filter_map(|key| Some((node.at(key), node.get(key)?))).collect();
    if let Some(map) = node.get("cases").and_then(Value::as_object) {
        let cases = Node::new(map, node.at("cases"));
        lists.extend(map.iter().map(|(key, list)| (cases.at(key), list)));
    }
    lists
}

/// All components below a list, whatever their branch.
pub(super) fn count(list: &Value) -> usize {
    all(list, "").len()
}

/// The most components of these kinds that can be seen at once: of branches, the fullest counts.
fn visible(list: &Value, kinds: &[&str], depth: usize) -> usize {
    if depth > DEPTH_MAX {
        return 0;
    }
    let one = |item: &Value| {
        let kind = item.get("type").and_then(Value::as_str).unwrap_or_default();
        let below = |key| item.get(key).map_or(0, |list| visible(list, kinds, depth + 1));
        let cases = item.get("cases").and_then(Value::as_object).into_iter().flat_map(Map::values);
        let fullest = cases.map(|list| visible(list, kinds, depth + 1)).max().unwrap_or(0);
        usize::from(kinds.contains(&kind)) + below("children") + below("then").max(below("else")) + fullest
    };
    list.as_array().into_iter().flatten().map(one).sum()
}

/// Judges how many of a kind a screen has, and what may stand beside what.
pub(super) fn judge<'a>(judge: &mut Judge<'a>, list: &'a Value, pointer: &str, terminal: bool) {
    for (kinds, max) in PER_SCREEN {
        let given = visible(list, kinds, 0);
        if given > *max {
            let name = kinds.join(" and ");
            let message = format!("Maximum number of {name} allowed per screen is {max} but found {given}.");
            judge.findings.add_limit(pointer.to_owned(), Rule::Count, [*max, given], message);
        }
    }
    let components = all(list, pointer);
    carousels(judge, &components);
    alone(judge, &components, terminal);
    footer(judge, list, pointer, terminal);
    for node in &components {
        footer_in_branches(judge, node, &components);
    }
}

fn carousels(judge: &mut Judge<'_>, components: &[Node<'_>]) {
    for node in components.iter().filter(|node| node.str("type") == Some("ImageCarousel")) {
        judge.carousels += 1;
        let given = judge.carousels;
        if given > CAROUSELS_MAX {
            let message = format!("Maximum number of ImageCarousel allowed per Flow is {CAROUSELS_MAX}.");
            judge.findings.add_limit(node.at("type"), Rule::Count, [CAROUSELS_MAX, given], message);
        }
    }
}

/// Rich text and navigation lists want the screen for themselves.
fn alone(judge: &mut Judge<'_>, components: &[Node<'_>], terminal: bool) {
    let has = |kind: &str| components.iter().any(|node| node.str("type") == Some(kind));
    let beside_rich_text = |kind: &str| kind == "RichText" || kind == "Footer";
    for node in components {
        let Some(kind) = node.str("type") else { continue };
        if has("NavigationList") && kind != "NavigationList" {
            let message = "A NavigationList cannot be used with other components on the same screen.";
            judge.findings.add(node.at("type"), Rule::Conflict, message);
        } else if has("RichText") && !beside_rich_text(kind) {
            let message = "RichText can only be used alone on a screen, or with a Footer.";
            judge.findings.add(node.at("type"), Rule::Conflict, message);
        }
        if kind == "RichText" && has("Footer") && judge.whole.version < Version::new(6, 3) && !terminal {
            judge.too_new(node.at("type"), "RichText with a Footer", Version::new(6, 3));
        }
        if kind == "NavigationList" && terminal {
            let message = "A NavigationList cannot be used on a terminal screen.";
            judge.findings.add(node.at("type"), Rule::NotAllowed, message);
        }
    }
}

fn footer(judge: &mut Judge<'_>, list: &Value, pointer: &str, terminal: bool) {
    let given = visible(list, &["Footer"], 0);
    if given > 1 {
        let message = "Maximum number of Footer component allowed per screen is 1.".to_owned();
        judge.findings.add_limit(pointer.to_owned(), Rule::Count, [1, given], message);
    }
    if terminal && given == 0 && list.is_array() {
        let message = "Footer component is missing on a terminal screen.";
        judge.findings.add(pointer.to_owned(), Rule::Required, message);
    }
}

/// A Footer in one branch must be in all of them, and only in branches of the first level.
fn footer_in_branches(judge: &mut Judge<'_>, node: &Node<'_>, components: &[Node<'_>]) {
    let branching = match node.str("type") {
        Some("If") => "If",
        Some("Switch") => "Switch",
        _ => return,
    };
    let mut branches = inner_lists(node);
    if branching == "If" && node.get("else").is_none() {
        branches.push((node.at("else"), &Value::Null));
    }
    let with = branches.iter().filter(|(_, list)| visible(list, &["Footer"], 0) > 0).count();
    if with == 0 {
        return;
    }
    for (pointer, list) in &branches {
        if visible(list, &["Footer"], 0) == 0 {
            let message = format!(
                "Footer component must be present in all branches of {branching} if it exists in any one."
            );
            judge.findings.add(pointer.clone(), Rule::Required, message);
        }
    }
    let outer = components.iter().any(|other| {
        matches!(other.str("type"), Some("If" | "Switch"))
            && node.pointer.starts_with(&format!("{}/", other.pointer))
    });
    let directly = |list: &Value| {
        let mut items = list.as_array().into_iter().flatten();
        items.any(|item| item.get("type").and_then(Value::as_str) == Some("Footer"))
    };
    if outer && branches.iter().any(|(_, list)| directly(list)) {
        let message = format!("A Footer is not allowed inside a nested {branching}.");
        judge.findings.add(node.at("type"), Rule::NotAllowed, message);
    }
}
