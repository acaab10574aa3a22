//! The rules of whole templates.

use serde_json::Value;

use crate::judge::{Findings, Node};
use crate::violation::Violation;

/// Judges a body for `POST /{WABA}/message_templates`.
///
/// # Errors
/// All violations found, in the order of the template, never an empty list.
pub fn check(template: &Value) -> Result<(), Vec<Violation>> {
    judge(template, |root, findings| {
        findings.needs_text(root, "name", crate::judge::text("Template name", 1, 512));
    })
}

/// Judges a body for `POST /{template id}`.
///
/// # Errors
/// As [`check`].
pub fn check_edit(edit: &Value) -> Result<(), Vec<Violation>> {
    judge(edit, |_, _| {})
}

/// Judges a body for `POST /{WABA}/upsert_message_templates`.
///
/// # Errors
/// As [`check`].
pub fn check_bulk_authentication(template: &Value) -> Result<(), Vec<Violation>> {
    judge(template, |_, _| {})
}

fn judge(value: &Value, rules: impl FnOnce(&Node<'_>, &mut Findings)) -> Result<(), Vec<Violation>> {
    let mut findings = Findings::default();
    match Node::root(value) {
        Some(root) => rules(&root, &mut findings),
        None => findings.wrong_type(String::new(), "a JSON object"),
    }
    if findings.0.is_empty() { Ok(()) } else { Err(findings.0) }
}
