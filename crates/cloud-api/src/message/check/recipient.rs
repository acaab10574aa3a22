//! Who a message goes to.

use crate::judge::{Findings, Node, text};
use crate::violation::Rule;

const ANY: usize = usize::MAX;

pub(super) fn recipient(root: &Node<'_>, findings: &mut Findings) {
    let group = match root.get("recipient_type") {
        None => false,
        Some(_) => findings.one_of(root, "recipient_type", &["individual", "group"]) == Some("group"),
    };
    if root.get("to").is_none() && (group || root.get("recipient").is_none()) {
        findings.required(root.at("to"));
    }
    if let Some(to) = findings.may_have_text(root, "to", text("Recipient", 1, ANY))
        && !to.is_empty()
        && !group
        && !is_phone(to)
    {
        let message = if is_bsuid(to) {
            "Param to must be a phone number; a business-scoped user ID goes into recipient."
        } else {
            "Param to must be a valid phone number."
        };
        findings.add(root.at("to"), Rule::Format, message);
    }
    if let Some(recipient) = findings.may_have_text(root, "recipient", text("Recipient", 1, ANY))
        && !recipient.is_empty()
        && !is_bsuid(recipient)
    {
        let message = "Param recipient must be a valid business-scoped user ID.";
        findings.add(root.at("recipient"), Rule::Format, message);
    } else if root.get("to").is_none() && root.str("category") == Some("authentication") {
        let why = "a message of category authentication needs a phone number in to";
        findings.not_allowed(root, "recipient", why);
    }
}

/// A phone number in any way people write one: digits, and `+`, spaces, brackets, dashes and dots between them.
pub fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (3..=20).contains(&digits)
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '(' | ')' | '-' | '.'))
}

/// A business-scoped user id: `US.13491208655302741918`, or a parent's: `US.ENT.11815799212886844830`.
/// Two capital letters, and up to 128 letters and digits. Meta: Business-scoped user IDs.
pub fn is_bsuid(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else { return false };
    let user = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=128).contains(&user.len())
        && user.bytes().all(|b| b.is_ascii_alphanumeric())
}
