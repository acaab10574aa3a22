//! The envelope: who it goes to, what kind it is, what it answers.

use serde_json::Value;

use super::{check_contacts, check_interactive, check_media, check_template};
use crate::judge::{Findings, Node, text};
use crate::violation::{Rule, Violation};

/// Longest `biz_opaque_callback_data`, in characters. Meta: Messages > Request.
pub const CALLBACK_DATA_MAX: usize = 512;
/// Longest text message, in characters. Meta: Messages > Text.
pub const TEXT_MAX: usize = 4096;
/// Longest text of a message sent without a template outside the service window. Meta: Direct Send.
pub const DIRECT_SEND_TEXT_MAX: usize = 1024;

/// Judges a body for `POST /{phone number id}/messages`: a message, or a read receipt with or without typing.
///
/// Every limit that Meta documents for text, media, sticker, location, contacts, reaction, interactive and template
/// messages is applied. Kinds this crate doesn't know pass when their payload is there. Lengths are counted in
/// characters (Unicode scalar values), not bytes. Never panics, whatever the JSON.
///
/// # Errors
/// All violations found, in the order of the message, never an empty list.
pub fn check(message: &Value) -> Result<(), Vec<Violation>> {
    let mut findings = Findings::default();
    match Node::root(message) {
        Some(root) if root.get("status").is_some() => read_receipt(&root, &mut findings),
        Some(root) => envelope(&root, &mut findings),
        None => findings.wrong_type(String::new(), "a JSON object"),
    }
    if findings.0.is_empty() { Ok(()) } else { Err(findings.0) }
}

/// Judges a message's type and payload alone, without recipient and envelope: for a message that isn't addressed yet.
///
/// # Errors
/// As [`check`].
pub fn check_content(message: &Value) -> Result<(), Vec<Violation>> {
    let mut findings = Findings::default();
    match Node::root(message) {
        Some(root) => options_and_content(&root, &mut findings),
        None => findings.wrong_type(String::new(), "a JSON object"),
    }
    if findings.0.is_empty() { Ok(()) } else { Err(findings.0) }
}

fn envelope(root: &Node<'_>, findings: &mut Findings) {
    product(root, findings);
    recipient(root, findings);
    options_and_content(root, findings);
}

fn options_and_content(root: &Node<'_>, findings: &mut Findings) {
    let kind = match root.get("type") {
        None => "text",
        Some(Value::String(kind)) if !kind.is_empty() => kind,
        Some(Value::String(_)) => return findings.required(root.at("type")),
        Some(_) => return findings.wrong_type(root.at("type"), "a string"),
    };
    options(root, kind, findings);
    content(root, kind, findings);
}

fn read_receipt(root: &Node<'_>, findings: &mut Findings) {
    product(root, findings);
    findings.one_of(root, "status", &["read"]);
    findings.needs_text(root, "message_id", text("Message id", 1, usize::MAX));
    if let Some(typing) = findings.may_have_object(root, "typing_indicator") {
        findings.one_of(&typing, "type", &["text"]);
    }
}

fn product(root: &Node<'_>, findings: &mut Findings) {
    findings.one_of(root, "messaging_product", &["whatsapp"]);
}

fn recipient(root: &Node<'_>, findings: &mut Findings) {
    let group = match root.get("recipient_type") {
        None => false,
        Some(_) => findings.one_of(root, "recipient_type", &["individual", "group"]) == Some("group"),
    };
    if root.get("to").is_none() && (group || root.get("recipient").is_none()) {
        findings.required(root.at("to"));
    }
    if let Some(to) = findings.may_have_text(root, "to", text("Recipient", 1, usize::MAX))
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
    if let Some(recipient) = findings.may_have_text(root, "recipient", text("Recipient", 1, usize::MAX))
        && !recipient.is_empty()
        && !is_bsuid(recipient)
    {
        findings.add(
            root.at("recipient"),
            Rule::Format,
            "Param recipient must be a valid business-scoped user ID.",
        );
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

fn options(root: &Node<'_>, kind: &str, findings: &mut Findings) {
    if kind == "reaction" {
        findings.not_allowed(root, "context", "a reaction can't quote a message");
    } else if let Some(context) = findings.may_have_object(root, "context") {
        findings.needs_text(&context, "message_id", text("Context message id", 1, usize::MAX));
    }
    let data = text("biz_opaque_callback_data", 0, CALLBACK_DATA_MAX);
    findings.may_have_text(root, "biz_opaque_callback_data", data);
    findings.may_have_text(root, "recipient_identity_key_hash", text("Identity key hash", 1, usize::MAX));
}

fn content(root: &Node<'_>, kind: &str, findings: &mut Findings) {
    if kind == "contacts" {
        return check_contacts::contacts(root, findings);
    }
    let known = matches!(
        kind,
        "text"
            | "image"
            | "video"
            | "audio"
            | "document"
            | "sticker"
            | "location"
            | "reaction"
            | "interactive"
            | "template"
            | "pin"
    );
    if !known {
        return unknown_kind(root, kind, findings);
    }
    let Some(payload) = findings.needs_object(root, kind) else { return };
    match kind {
        "text" => text_message(root, &payload, findings),
        "location" => check_media::location(&payload, findings),
        "reaction" => reaction(&payload, findings),
        "interactive" => check_interactive::interactive(&payload, findings),
        "template" => check_template::template(&payload, findings),
        "pin" => pin(root, &payload, findings),
        media => check_media::media(media, &payload, findings),
    }
}

fn unknown_kind(root: &Node<'_>, kind: &str, findings: &mut Findings) {
    match root.get(kind) {
        None => findings.required(root.at(kind)),
        Some(Value::Object(_) | Value::Array(_)) => {}
        Some(_) => findings.wrong_type(root.at(kind), "a JSON object"),
    }
}

fn text_message(root: &Node<'_>, payload: &Node<'_>, findings: &mut Findings) {
    let direct_send = matches!(root.str("category"), Some("utility" | "authentication"));
    let max = if direct_send { DIRECT_SEND_TEXT_MAX } else { TEXT_MAX };
    findings.needs_text(payload, "body", text("Text body", 1, max));
    findings.boolean(payload, "preview_url");
}

fn reaction(payload: &Node<'_>, findings: &mut Findings) {
    findings.needs_text(payload, "message_id", text("Reaction message id", 1, usize::MAX));
    // An empty emoji is the way to take a reaction back.
    findings.needs_text(payload, "emoji", text("Reaction emoji", 0, usize::MAX));
}

fn pin(root: &Node<'_>, payload: &Node<'_>, findings: &mut Findings) {
    if root.str("recipient_type") != Some("group") {
        findings.add(root.at("recipient_type"), Rule::Value, "Only messages in a group can be pinned.");
    }
    findings.needs_text(payload, "message_id", text("Pin message id", 1, usize::MAX));
    let pinning = findings.one_of(payload, "type", &["pin", "unpin"]) == Some("pin");
    match payload.get("expiration_days").map(Value::as_u64) {
        Some(Some(1..=30)) => {}
        None if !pinning => {}
        None => findings.required(payload.at("expiration_days")),
        Some(_) => {
            let message = "Param pin['expiration_days'] must be between 1 and 30.";
            findings.add(payload.at("expiration_days"), Rule::Value, message);
        }
    }
}
