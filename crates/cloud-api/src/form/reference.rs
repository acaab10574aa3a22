//! `${data.x}`, `${form.x}`, `${screen.S.data.x}`, `${screen.S.form.x}`: does it point at something?
//!
//! Meta: WhatsApp Flows > Reference > Flow JSON > Dynamic properties, and > Global dynamic and form properties.

use serde_json::{Map, Value};

use super::facts::{Declared, Whole};

/// A type that an expression or a property can be judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Number,
    Bool,
    Object,
    Array,
    /// Only the phone knows.
    Unknown,
}

impl Type {
    pub fn named(name: &str) -> Self {
        match name {
            "string" => Self::Text,
            "number" | "integer" => Self::Number,
            "boolean" => Self::Bool,
            "object" => Self::Object,
            "array" => Self::Array,
            _ => Self::Unknown,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Number => "number",
            Self::Bool => "boolean",
            Self::Object => "object",
            Self::Array => "array",
            Self::Unknown => "unknown",
        }
    }
}

/// The insides of every `${…}` in a text. One that isn't closed ends the search.
pub(super) fn all_in(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once("${")?;
        let (inner, after) = after.split_once('}')?;
        rest = after;
        Some(inner)
    })
}

/// The inside of a text that is one reference and nothing else.
pub(super) fn only(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix("${")?.strip_suffix('}')?;
    (!inner.contains(['{', '}'])).then_some(inner)
}

/// It starts as a reference does; anything else in `${…}` is text.
pub(super) fn looks_like_one(inner: &str) -> bool {
    ["data.", "form.", "screen."].iter().any(|root| inner.trim_start().starts_with(root))
}

/// What a reference on `screen` points at: its type, or in words what is missing.
pub(super) fn resolve(whole: &Whole<'_>, screen: &str, inner: &str) -> Result<Type, String> {
    let mut path = inner.trim().split('.');
    let found = match path.next() {
        Some("screen") => {
            let name = path.next().unwrap_or_default();
            let Some(declared) = whole.screens.get(name) else {
                return Err(format!("There is no screen {name}, which ${{{inner}}} refers to."));
            };
            let storage = path.next().unwrap_or_default();
            in_storage(declared, storage, path)
        }
        Some(storage) => whole.screens.get(screen).and_then(|declared| in_storage(declared, storage, path)),
        None => None,
    };
    found.ok_or_else(|| {
        format!("${{{inner}}} refers to something that is neither an input nor declared data.")
    })
}

/// The schema of declared data that a reference points at.
pub(super) fn schema<'a>(whole: &Whole<'a>, screen: &str, inner: &str) -> Option<&'a Map<String, Value>> {
    let mut path: Vec<&str> = inner.trim().split('.').collect();
    let mut owner = screen;
    if path.first() == Some(&"screen") && path.len() > 2 {
        owner = path[1];
        path.drain(..2);
    }
    if path.first() != Some(&"data") || path.len() != 2 {
        return None;
    }
    whole.screens.get(owner)?.data?.get(path[1])?.as_object()
}

fn in_storage<'p>(
    declared: &Declared<'_>,
    storage: &str,
    mut path: impl Iterator<Item = &'p str>,
) -> Option<Type> {
    let field = path.next().filter(|field| !field.is_empty())?;
    match storage {
        "form" => declared.inputs.get(field).map(|kind| input_type(kind)),
        "data" => {
            let mut schema = declared.data?.get(field)?;
            for step in path {
                match schema.get("properties") {
                    Some(properties) => schema = properties.get(step)?,
                    None => return Some(Type::Unknown),
                }
            }
            Some(schema.get("type").and_then(Value::as_str).map_or(Type::Unknown, Type::named))
        }
        _ => None,
    }
}

/// Only an opt-in is sure: what a text input gives depends on its kind of keyboard.
fn input_type(component: &str) -> Type {
    if component == "OptIn" { Type::Bool } else { Type::Unknown }
}
