//! Authentication templates, whose words are Meta's. Meta: Authentication templates.

use super::check::word;
use super::check_buttons::LABEL_MAX;
use super::check_components::Part;
use super::words::OtpType;
use crate::judge::{Findings, Node, text};
use crate::shape::is_emoji;
use crate::violation::Rule;

/// When a code may expire, in minutes.
pub const EXPIRATION_MINUTES: [i64; 2] = [1, 90];
/// Most apps a code may go to.
pub const APPS_MAX: usize = 5;
/// Longest package name, in characters.
pub const PACKAGE_MAX: usize = 224;
/// Length of a signature hash, in characters.
pub const SIGNATURE_HASH: usize = 11;
/// Longest one-time code, in characters.
pub const OTP_CODE_MAX: usize = 15;

const WORDS_ARE_METAS: &str = "the words of authentication templates are Meta's";

pub(super) fn part(part: &Part<'_>, findings: &mut Findings) {
    let node = &part.node;
    match part.kind.as_str() {
        "BODY" => {
            findings.not_allowed(node, "text", WORDS_ARE_METAS);
            findings.not_allowed(node, "example", WORDS_ARE_METAS);
            findings.boolean(node, "add_security_recommendation");
        }
        "FOOTER" => {
            findings.not_allowed(node, "text", WORDS_ARE_METAS);
            if node.get("code_expiration_minutes").is_none() && node.get("text").is_none() {
                findings.required(node.at("code_expiration_minutes"));
            }
            findings.may_have_whole(node, "code_expiration_minutes", EXPIRATION_MINUTES);
        }
        "BUTTONS" => buttons(node, findings),
        other => {
            let message = format!("{other} isn't allowed in category AUTHENTICATION.");
            findings.add(part.kind_pointer(), Rule::Conflict, message);
        }
    }
}

/// What an authentication template must have beside its body.
pub(super) fn whole(root: &Node<'_>, parts: &[Part<'_>], findings: &mut Findings) {
    if !parts.is_empty() && !parts.iter().any(|part| part.kind == "BUTTONS") {
        let message = "An authentication template needs an OTP button.";
        findings.add(root.at("components"), Rule::Required, message);
    }
}

fn buttons(node: &Node<'_>, findings: &mut Findings) {
    for button in findings.needs_list(node, "buttons", "buttons", [1, 1]).unwrap_or_default() {
        if word(&button, "type", &["OTP"], true, findings).is_some() {
            otp(&button, findings);
        }
    }
}

fn otp(button: &Node<'_>, findings: &mut Findings) {
    let kind = word(button, "otp_type", OtpType::KNOWN, true, findings).map(OtpType::from);
    label(button, "text", findings);
    label(button, "autofill_text", findings);
    findings.boolean(button, "zero_tap_terms_accepted");
    if kind == Some(OtpType::ZeroTap) {
        match button.get("zero_tap_terms_accepted") {
            None => findings.required(button.at("zero_tap_terms_accepted")),
            Some(serde_json::Value::Bool(false)) => {
                let message = "Param zero_tap_terms_accepted must be true for ZERO_TAP.";
                findings.add(button.at("zero_tap_terms_accepted"), Rule::Value, message);
            }
            Some(_) => {}
        }
    }
    let to_app = matches!(kind, Some(OtpType::OneTap | OtpType::ZeroTap));
    // Older templates name their one app in the button itself.
    let own = ["package_name", "signature_hash"].iter().any(|key| button.get(key).is_some());
    if own {
        app(button, findings);
    } else if to_app && button.get("supported_apps").is_none() {
        findings.required(button.at("supported_apps"));
    }
    apps(button, findings);
}

fn label(button: &Node<'_>, key: &str, findings: &mut Findings) {
    let Some(label) = findings.may_have_text(button, key, text("Button text", 1, LABEL_MAX)) else { return };
    if label.contains("://") || label.chars().any(is_emoji) {
        let message = "Authentication templates can't have links or emoji.";
        findings.add(button.at(key), Rule::Format, message);
    }
}

pub(super) fn apps(node: &Node<'_>, findings: &mut Findings) {
    let apps = findings.may_have_list(node, "supported_apps", "supported_apps", [1, APPS_MAX]);
    for app in apps.unwrap_or_default() {
        self::app(&app, findings);
    }
}

fn app(app: &Node<'_>, findings: &mut Findings) {
    if let Some(name) = findings.needs_text(app, "package_name", text("Package name", 1, PACKAGE_MAX))
        && !name.is_empty()
        && !is_package(name)
    {
        let message =
            "Param package_name needs two parts or more: a letter, then letters, digits or underscores.";
        findings.add(app.at("package_name"), Rule::Format, message);
    }
    let bounds = text("Signature hash", SIGNATURE_HASH, SIGNATURE_HASH);
    let Some(hash) = findings.needs_text(app, "signature_hash", bounds) else { return };
    if !hash.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')) {
        let message = "Param signature_hash may have letters, digits, +, / and = only.";
        findings.add(app.at("signature_hash"), Rule::Format, message);
    }
}

fn is_package(name: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    name.contains('.') && name.split('.').all(part)
}
