//! Things with an id, as Graph writes them, and how requests about them are judged.

use serde::Serialize;
use serde_json::Value;

use crate::judge::{Findings, Node, text};
use crate::violation::{Rule, Violation};

/// Declares a thing that is useless without its id: as `object!`, with that one field always there.
macro_rules! node {
    ($(#[$meta:meta])* pub struct $name:ident {
        $(#[$id_doc:meta])* $id:ident: $id_ty:ty = $id_key:literal;
        $($(#[$doc:meta])* $field:ident: $ty:ty = $key:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $(#[$id_doc])* pub $id: $id_ty,
            $($(#[$doc])* pub $field: Option<$ty>,)*
            /// Fields this crate doesn't know, and known ones whose value has a form it doesn't know.
            pub extra: ::serde_json::Map<String, ::serde_json::Value>,
        }

        const _: () = {
            $crate::webhook::wire::object! {
                pub struct Wide { $id: $id_ty = $id_key, $($field: $ty = $key,)* }
            }

            impl ::serde::Serialize for $name {
                fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let Self { $id, $($field,)* extra } = self.clone();
                    Wide { $id: Some($id), $($field,)* extra }.serialize(serializer)
                }
            }

            impl<'de> ::serde::Deserialize<'de> for $name {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let Wide { $id, $($field,)* extra } = ::serde::Deserialize::deserialize(deserializer)?;
                    let $id = $id.ok_or_else(|| ::serde::de::Error::missing_field($id_key))?;
                    Ok(Self { $id, $($field,)* extra })
                }
            }
        };
    };
}

pub(super) use node;

/// Judges a request by the JSON it becomes.
pub(super) fn judged(
    request: &impl Serialize,
    judge: impl FnOnce(&Node<'_>, &mut Findings),
) -> Result<(), Vec<Violation>> {
    let json = serde_json::to_value(request).unwrap_or_default();
    let mut findings = Findings::default();
    match Node::root(&json) {
        Some(root) => judge(&root, &mut findings),
        None => findings.wrong_type(String::new(), "a JSON object"),
    }
    if findings.0.is_empty() { Ok(()) } else { Err(findings.0) }
}

/// One of a few words, if it is there.
pub(super) fn word(findings: &mut Findings, node: &Node<'_>, key: &str, allowed: &[&str]) {
    if node.get(key).is_some() {
        findings.one_of(node, key, allowed);
    }
}

/// An absolute URL, if it is there, up to `max` characters.
pub(super) fn url(findings: &mut Findings, node: &Node<'_>, key: &str, max: usize) {
    if node.get(key).is_some() {
        findings.url(node, key);
        findings.may_have_text(node, key, text("URL", 1, max));
    }
}

/// A whole number within bounds, if it is there.
pub(super) fn number(findings: &mut Findings, node: &Node<'_>, key: &str, [min, max]: [i64; 2]) {
    let Some(value) = node.get(key) else { return };
    match value.as_i64() {
        Some(number) if (min..=max).contains(&number) => {}
        Some(_) => {
            findings.add(node.at(key), Rule::Value, format!("{key} must be between {min} and {max}."));
        }
        None => findings.wrong_type(node.at(key), "an integer"),
    }
}

/// A text in a form of its own; `form` completes "must be …".
pub(super) fn formed(
    findings: &mut Findings,
    node: &Node<'_>,
    key: &str,
    form: &str,
    fits: impl Fn(&str) -> bool,
) {
    if node.str(key).is_some_and(|given| !fits(given)) {
        findings.add(node.at(key), Rule::Format, format!("{key} must be {form}."));
    }
}

/// Exactly six digits: PINs and verification codes.
pub(super) fn six_digits(findings: &mut Findings, node: &Node<'_>, key: &str) {
    if node.get(key).is_none() {
        return findings.required(node.at(key));
    }
    formed(findings, node, key, "six digits", |given| {
        given.len() == 6 && given.bytes().all(|byte| byte.is_ascii_digit())
    });
}

/// Texts of a list, each with its pointer. A list that isn't one has none.
pub(super) fn texts<'a>(node: &Node<'a>, key: &str) -> Vec<(String, &'a str)> {
    let items = node.get(key).and_then(Value::as_array).into_iter().flatten().enumerate();
    items.filter_map(|(i, item)| Some((format!("{}/{i}", node.at(key)), item.as_str()?))).collect()
}

/// A list with between `bounds[0]` and `bounds[1]` elements, if it is there.
pub(super) fn count(findings: &mut Findings, node: &Node<'_>, key: &str, [min, max]: [usize; 2]) {
    let Some(value) = node.get(key) else { return };
    let Some(given) = value.as_array().map(Vec::len) else {
        return findings.wrong_type(node.at(key), "an array");
    };
    if given < min || given > max {
        let limit = if given > max { max } else { min };
        let message = format!("Invalid {key} count. Min allowed {key}: {min}, Max allowed {key}: {max}");
        findings.add_limit(node.at(key), Rule::Count, [limit, given], message);
    }
}
