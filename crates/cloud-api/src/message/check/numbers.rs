//! Numbers, flags of text, and words whose case doesn't matter: what messages need beyond the common judge.

use serde_json::Value;

use crate::judge::{Findings, Node, param, text};
use crate::violation::{Rule, Violation};

/// A whole number; `4320.0` is one too, since some languages write it so.
pub(super) fn whole(value: &Value) -> Option<i64> {
    if let Some(number) = value.as_i64() {
        return Some(number);
    }
    let float = value.as_f64()?;
    #[expect(clippy::cast_possible_truncation, reason = "whole and far inside i64, as just checked")]
    (float.fract() == 0.0 && float.abs() < 9e15).then_some(float as i64)
}

impl Findings {
    /// A whole number within bounds that may be absent.
    pub(super) fn may_have_whole(&mut self, node: &Node<'_>, key: &str, [min, max]: [i64; 2]) -> Option<i64> {
        let value = node.get(key)?;
        let pointer = node.at(key);
        let Some(number) = whole(value) else {
            self.wrong_type(pointer, "a whole number");
            return None;
        };
        if number < min || number > max {
            let limit = if number > max { max } else { min };
            let message = format!("Param {} must be between {min} and {max}.", param(&pointer));
            let [limit, given] = [limit, number].map(|n| u64::try_from(n).ok());
            self.0.push(Violation { pointer, rule: Rule::Value, limit, given, message });
        }
        Some(number)
    }

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
