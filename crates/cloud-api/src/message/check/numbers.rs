//! Numbers, flags of text, and words whose case doesn't matter: what messages need beyond the common judge.

use serde_json::Value;

use crate::judge::{Findings, Node, param, text};
use crate::violation::Rule;

impl Findings {
    /// A whole number within bounds that must be there.
    pub(super) fn needs_whole(&mut self, node: &Node<'_>, key: &str, bounds: [i64; 2]) -> Option<i64> {
        if node.get(key).is_none() {
            self.required(node.at(key));
        }
        self.may_have_whole(node, key, bounds)
    }

    /// One of a few words, in any case. The word as listed, if it is one of them.
    pub(super) fn one_of_any_case(
        &mut self,
        node: &Node<'_>,
        key: &str,
        allowed: &[&'static str],
    ) -> Option<&'static str> {
        let given = self.needs_text(node, key, text("Value", 0, usize::MAX))?;
        let found = allowed.iter().find(|word| word.eq_ignore_ascii_case(given)).copied();
        if found.is_none() {
            self.not_one_of(node, key, allowed);
        }
        found
    }

    pub(super) fn not_one_of(&mut self, node: &Node<'_>, key: &str, allowed: &[&str]) {
        let pointer = node.at(key);
        let message = format!("Param {} must be one of {{{}}}.", param(&pointer), allowed.join(", "));
        self.add(pointer, Rule::Value, message);
    }

    /// An id: text, or a number as some write it.
    pub(super) fn needs_id(&mut self, node: &Node<'_>, key: &str, name: &'static str) {
        if !matches!(node.get(key), Some(Value::Number(_))) {
            self.needs_text(node, key, text(name, 1, usize::MAX));
        }
    }

    /// Text fields that may be absent and have no bounds.
    pub(super) fn may_have_texts(&mut self, node: &Node<'_>, keys: &[&str]) {
        for key in keys {
            self.may_have_text(node, key, text("Value", 0, usize::MAX));
        }
    }
}
