//! Direct Send: free-form content outside the service window, for which Meta makes the template. Meta: Direct Send.

use crate::judge::{Findings, Node, text};
use crate::violation::Rule;

use super::KINDS;
use super::template::TEMPLATE_NAME_MAX;

/// Longest text of a message sent without a template outside the service window. Meta: Direct Send.
pub const DIRECT_SEND_TEXT_MAX: usize = 1024;
/// The categories; `service` is a message as any other.
pub const CATEGORIES: [&str; 3] = ["utility", "authentication", "service"];
/// Shortest and longest `ttl_seconds` of category utility.
pub const UTILITY_TTL_SECONDS: [i64; 2] = [30, 43_200];
/// Shortest and longest `ttl_seconds` of category authentication.
pub const AUTHENTICATION_TTL_SECONDS: [i64; 2] = [30, 900];

pub(super) fn direct_send(root: &Node<'_>, kind: &str, findings: &mut Findings) {
    let category = match root.get("category") {
        None => None,
        Some(_) => match findings.one_of(root, "category", &CATEGORIES) {
            // What the rest may be depends on the category: nothing more to say about an unknown one.
            Some(category) if CATEGORIES.contains(&category) => Some(category),
            _ => return,
        },
    };
    let bounds = match category {
        Some("utility") => UTILITY_TTL_SECONDS,
        Some("authentication") => AUTHENTICATION_TTL_SECONDS,
        _ => {
            let why = "only with category utility or authentication";
            findings.not_allowed(root, "ttl_seconds", why);
            return findings.not_allowed(root, "direct_send_config", why);
        }
    };
    findings.may_have_whole(root, "ttl_seconds", bounds);
    if let Some(config) = findings.may_have_object(root, "direct_send_config") {
        findings.may_have_text(&config, "template_name", text("Template name", 1, TEMPLATE_NAME_MAX));
    }
    takes(root, kind, findings);
}

/// Text, reply buttons and a link button, nothing else.
fn takes(root: &Node<'_>, kind: &str, findings: &mut Findings) {
    const WHAT: &str = "Direct Send takes text, reply buttons and cta_url messages only.";
    match kind {
        "text" => {}
        "interactive" => {
            let inner = root.get("interactive").and_then(|payload| payload.get("type")?.as_str());
            if inner.is_some_and(|inner| !matches!(inner, "button" | "cta_url")) {
                findings.add("/interactive/type".to_owned(), Rule::NotAllowed, WHAT);
            }
        }
        // A type that nobody knows is refused for that already.
        known if KINDS.contains(&known) => findings.add(root.at("type"), Rule::NotAllowed, WHAT),
        _ => {}
    }
}
