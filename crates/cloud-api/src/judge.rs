//! A place in the JSON under judgement, and the findings so far. Shared by messages, templates and forms.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::violation::{Rule, Violation};

/// A JSON object, and where it is in the whole.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    pub map: &'a Map<String, Value>,
    pub pointer: String,
    asked: Option<&'a Asked>,
}

/// The objects that a check looked into and the fields it asked them for. A field that nobody asks for is one that
/// nobody knows.
#[derive(Default)]
pub(crate) struct Asked(RefCell<BTreeMap<String, BTreeSet<String>>>);

impl Asked {
    /// Pointers to the fields of `body` that weren't asked for, in its order. What stands in an object that wasn't looked
    /// into is the sender's own business.
    pub fn unknown(&self, body: &Value) -> Vec<String> {
        let mut unknown = Vec::new();
        self.look(body, "", &mut unknown);
        unknown
    }

    fn look(&self, value: &Value, at: &str, unknown: &mut Vec<String>) {
        let inside = |key: &str| format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        match value {
            Value::Object(map) => {
                let asked = self.0.borrow().get(at).cloned();
                for (key, value) in map.iter().filter(|(_, value)| !value.is_null()) {
                    match &asked {
                        Some(asked) if !asked.contains(key) => unknown.push(inside(key)),
                        _ => self.look(value, &inside(key), unknown),
                    }
                }
            }
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.look(item, &format!("{at}/{i}"), unknown);
                }
            }
            _ => {}
        }
    }
}

/// Bounds of a text, and the name Meta calls it by.
#[derive(Clone, Copy)]
pub(crate) struct Text {
    pub name: &'static str,
    pub min: usize,
    pub max: usize,
}

pub(crate) const fn text(name: &'static str, min: usize, max: usize) -> Text {
    Text { name, min, max }
}

/// Everything wrong so far.
#[derive(Default)]
pub(crate) struct Findings(pub Vec<Violation>);

impl<'a> Node<'a> {
    pub fn root(value: &'a Value) -> Option<Self> {
        value.as_object().map(|map| Self::new(map, String::new()))
    }

    /// The whole, noting what it and everything in it is asked for.
    pub fn root_noting(value: &'a Value, asked: &'a Asked) -> Option<Self> {
        let root = Self { asked: Some(asked), ..Self::root(value)? };
        Some(root.inside(root.map, String::new()))
    }

    pub fn new(map: &'a Map<String, Value>, pointer: String) -> Self {
        Self { map, pointer, asked: None }
    }

    /// An object further in.
    pub fn inside(&self, map: &'a Map<String, Value>, pointer: String) -> Self {
        if let Some(asked) = self.asked {
            asked.0.borrow_mut().entry(pointer.clone()).or_default();
        }
        Self { map, pointer, asked: self.asked }
    }

    /// A field; an explicit null counts as absent, as it does for Meta.
    pub fn get(&self, key: &str) -> Option<&'a Value> {
        if let Some(asked) = self.asked {
            asked.0.borrow_mut().entry(self.pointer.clone()).or_default().insert(key.to_owned());
        }
        self.map.get(key).filter(|value| !value.is_null())
    }

    pub fn at(&self, key: &str) -> String {
        format!("{}/{}", self.pointer, key.replace('~', "~0").replace('/', "~1"))
    }

    /// A text field, if it is one. Doesn't report anything.
    pub fn str(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Value::as_str)
    }
}

impl Findings {
    pub fn add(&mut self, pointer: String, rule: Rule, message: impl Into<String>) {
        self.0.push(Violation { pointer, rule, limit: None, given: None, message: message.into() });
    }

    pub fn add_limit(&mut self, pointer: String, rule: Rule, bounds: [usize; 2], message: String) {
        let [limit, given] = bounds.map(|n| u64::try_from(n).ok());
        self.0.push(Violation { pointer, rule, limit, given, message });
    }

    pub fn required(&mut self, pointer: String) {
        let message = format!("The parameter {} is required.", param(&pointer));
        self.add(pointer, Rule::Required, message);
    }

    pub fn wrong_type(&mut self, pointer: String, wanted: &str) {
        let message = format!("Param {} must be {wanted}.", param(&pointer));
        self.add(pointer, Rule::Type, message);
    }

    /// A text that must be there and within its bounds.
    pub fn needs_text<'a>(&mut self, node: &Node<'a>, key: &str, bounds: Text) -> Option<&'a str> {
        if node.get(key).is_none() {
            self.required(node.at(key));
            return None;
        }
        self.may_have_text(node, key, bounds)
    }

    /// A text that may be absent, but is within its bounds when it is there.
    pub fn may_have_text<'a>(&mut self, node: &Node<'a>, key: &str, bounds: Text) -> Option<&'a str> {
        let value = node.get(key)?;
        let Some(text) = value.as_str() else {
            self.wrong_type(node.at(key), "a string");
            return None;
        };
        self.length(node.at(key), text, bounds);
        Some(text)
    }

    pub fn length(&mut self, pointer: String, text: &str, bounds: Text) {
        let Text { name, min, max } = bounds;
        let given = text.chars().count();
        if given >= min && given <= max {
            return;
        }
        let limit = if given > max { max } else { min };
        let message = if max == usize::MAX {
            format!("{name} length invalid. Min length: {min}")
        } else {
            format!("{name} length invalid. Min length: {min}, Max length: {max}")
        };
        self.add_limit(pointer, Rule::Length, [limit, given], message);
    }

    pub fn needs_object<'a>(&mut self, node: &Node<'a>, key: &str) -> Option<Node<'a>> {
        if node.get(key).is_none() {
            self.required(node.at(key));
        }
        self.may_have_object(node, key)
    }

    pub fn may_have_object<'a>(&mut self, node: &Node<'a>, key: &str) -> Option<Node<'a>> {
        let value = node.get(key)?;
        let Some(map) = value.as_object() else {
            self.wrong_type(node.at(key), "a JSON object");
            return None;
        };
        Some(node.inside(map, node.at(key)))
    }

    /// An object whose fields are the sender's to choose.
    pub fn may_have_free_object<'a>(&mut self, node: &Node<'a>, key: &str) -> Option<&'a Map<String, Value>> {
        let value = node.get(key)?;
        if !value.is_object() {
            self.wrong_type(node.at(key), "a JSON object");
        }
        value.as_object()
    }

    /// A list of objects with between `bounds[0]` and `bounds[1]` elements. `name` is Meta's word for the elements.
    pub fn needs_list<'a>(
        &mut self,
        node: &Node<'a>,
        key: &str,
        name: &str,
        bounds: [usize; 2],
    ) -> Option<Vec<Node<'a>>> {
        if node.get(key).is_none() {
            self.required(node.at(key));
        }
        self.may_have_list(node, key, name, bounds)
    }

    pub fn may_have_list<'a>(
        &mut self,
        node: &Node<'a>,
        key: &str,
        name: &str,
        [min, max]: [usize; 2],
    ) -> Option<Vec<Node<'a>>> {
        let value = node.get(key)?;
        let pointer = node.at(key);
        let Some(items) = value.as_array() else {
            self.wrong_type(pointer, "an array");
            return None;
        };
        let given = items.len();
        if given < min || given > max {
            let limit = if given > max { max } else { min };
            let message =
                format!("Invalid {name} count. Min allowed {name}: {min}, Max allowed {name}: {max}");
            self.add_limit(pointer.clone(), Rule::Count, [limit, given], message);
        }
        // A list far beyond its bound is refused as a whole; judging every element would only repeat that.
        let judged = items.iter().enumerate().take(max.saturating_add(1));
        Some(judged.filter_map(|(i, item)| self.object(node, item, format!("{pointer}/{i}"))).collect())
    }

    fn object<'a>(&mut self, parent: &Node<'a>, value: &'a Value, pointer: String) -> Option<Node<'a>> {
        let Some(map) = value.as_object() else {
            self.wrong_type(pointer, "a JSON object");
            return None;
        };
        Some(parent.inside(map, pointer))
    }

    /// A text that must be one of a few.
    pub fn one_of<'a>(&mut self, node: &Node<'a>, key: &str, allowed: &[&str]) -> Option<&'a str> {
        let text = self.needs_text(node, key, text("Value", 0, usize::MAX))?;
        if !allowed.contains(&text) {
            let pointer = node.at(key);
            let message = format!("Param {} must be one of {{{}}}.", param(&pointer), allowed.join(", "));
            self.add(pointer, Rule::Value, message);
        }
        Some(text)
    }

    pub fn not_allowed(&mut self, node: &Node<'_>, key: &str, why: &str) {
        if node.get(key).is_some() {
            let pointer = node.at(key);
            let message = format!("Unexpected key \"{key}\": {why}.");
            self.add(pointer, Rule::NotAllowed, message);
        }
    }

    pub fn boolean(&mut self, node: &Node<'_>, key: &str) {
        if node.get(key).is_some_and(|value| !value.is_boolean()) {
            self.wrong_type(node.at(key), "a boolean");
        }
    }

    pub fn url(&mut self, node: &Node<'_>, key: &str) {
        let Some(url) = self.needs_text(node, key, text("URL", 1, usize::MAX)) else { return };
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let fine = rest.is_some_and(|rest| {
            !rest.is_empty() && !rest.starts_with('/') && !rest.contains(|c: char| c.is_whitespace())
        });
        if !url.is_empty() && !fine {
            let pointer = node.at(key);
            let message = format!("Param {} is not a valid URL.", param(&pointer));
            self.add(pointer, Rule::Format, message);
        }
    }
}

/// `/text/body` as Meta writes it: `text['body']`.
pub(crate) fn param(pointer: &str) -> String {
    let mut parts = pointer.split('/').skip(1);
    let mut out = parts.next().unwrap_or("message").to_owned();
    for part in parts {
        out.push_str("['");
        out.push_str(part);
        out.push_str("']");
    }
    out
}
