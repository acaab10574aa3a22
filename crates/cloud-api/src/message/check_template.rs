//! Template messages: which template, in which language, with which values. Whether the values fit the template is
//! for Meta to say: it alone knows the template. Meta: Templates > Sending template messages.

use serde_json::Value;

use super::check_media;
use crate::judge::{Findings, Node, text};
use crate::violation::Rule;

/// Longest coupon code, in characters.
pub const COUPON_CODE_MAX: usize = 20;
/// Longest coupon code of a limited-time offer, in characters.
pub const OFFER_CODE_MAX: usize = 15;
/// Most cards of a carousel.
pub const CAROUSEL_CARDS_MAX: usize = 10;

const ANY: usize = usize::MAX;

pub(super) fn template(payload: &Node<'_>, findings: &mut Findings) {
    findings.needs_text(payload, "name", text("Template name", 1, ANY));
    if let Some(language) = findings.needs_object(payload, "language") {
        findings.needs_text(&language, "code", text("Language code", 1, ANY));
        if language.get("policy").is_some() {
            findings.one_of(&language, "policy", &["deterministic"]);
        }
    }
    let components =
        findings.may_have_list(payload, "components", "components", [0, ANY]).unwrap_or_default();
    let offer = components.iter().any(|component| kind(component).eq_ignore_ascii_case("limited_time_offer"));
    let code_max = if offer { OFFER_CODE_MAX } else { COUPON_CODE_MAX };
    for component in &components {
        self::component(component, code_max, findings);
    }
}

fn kind<'a>(component: &Node<'a>) -> &'a str {
    component.str("type").unwrap_or_default()
}

fn component(component: &Node<'_>, code_max: usize, findings: &mut Findings) {
    let Some(kind) = findings.needs_text(component, "type", text("Component type", 1, ANY)) else { return };
    if kind.eq_ignore_ascii_case("button") {
        findings.needs_text(component, "sub_type", text("Button sub_type", 1, ANY));
        index(component, "index", findings);
    }
    if kind.eq_ignore_ascii_case("carousel") {
        return carousel(component, code_max, findings);
    }
    for parameter in
        findings.may_have_list(component, "parameters", "parameters", [0, ANY]).unwrap_or_default()
    {
        self::parameter(&parameter, code_max, findings);
    }
}

fn carousel(component: &Node<'_>, code_max: usize, findings: &mut Findings) {
    let cards = findings.needs_list(component, "cards", "cards", [1, CAROUSEL_CARDS_MAX]).unwrap_or_default();
    for card in cards {
        index(&card, "card_index", findings);
        for inner in findings.needs_list(&card, "components", "components", [0, ANY]).unwrap_or_default() {
            // A carousel inside a card is no template Meta knows, and would let a message nest without end.
            if kind(&inner).eq_ignore_ascii_case("carousel") {
                findings.add(inner.at("type"), Rule::Value, "A carousel card can't hold a carousel.");
            } else {
                self::component(&inner, code_max, findings);
            }
        }
    }
}

/// A position, as a number or as text.
fn index(node: &Node<'_>, key: &str, findings: &mut Findings) {
    let fine = match node.get(key) {
        None => return findings.required(node.at(key)),
        Some(Value::Number(number)) => number.is_u64(),
        Some(Value::String(text)) => text.parse::<u32>().is_ok(),
        Some(_) => false,
    };
    if !fine {
        findings.wrong_type(node.at(key), "a whole number from 0");
    }
}

fn parameter(parameter: &Node<'_>, code_max: usize, findings: &mut Findings) {
    let Some(kind) = findings.needs_text(parameter, "type", text("Parameter type", 1, ANY)) else { return };
    findings.may_have_text(parameter, "parameter_name", text("Parameter name", 1, ANY));
    match kind {
        "text" => text_value(parameter, findings),
        "payload" => {
            findings.needs_text(parameter, "payload", text("Button payload", 1, ANY));
        }
        "coupon_code" => {
            findings.needs_text(parameter, "coupon_code", text("Coupon code", 1, code_max));
        }
        "image" | "video" | "document" => {
            if let Some(source) = findings.needs_object(parameter, kind) {
                check_media::source(kind, &source, findings);
            }
        }
        // Kinds this crate doesn't know carry their payload under their own name too.
        other => {
            if parameter.get(other).is_none() {
                findings.required(parameter.at(other));
            }
        }
    }
}

fn text_value(parameter: &Node<'_>, findings: &mut Findings) {
    let Some(value) = findings.needs_text(parameter, "text", text("Parameter text", 1, ANY)) else { return };
    if value.contains(['\n', '\r', '\t']) || value.contains("     ") {
        let message = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces";
        findings.add(parameter.at("text"), Rule::ParameterText, message);
    }
}
