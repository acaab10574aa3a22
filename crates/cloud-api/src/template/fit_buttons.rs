//! The values of a template message's buttons, against what the template's buttons want.

use serde_json::{Map, Value};

use super::check_buttons::{CODE_MAX, OFFER_CODE_MAX, URL_MAX};
use super::component::Component;
use super::needed::NeededButton;
use super::render::link;
use super::{Button, sent};
use crate::judge::{Findings, text};
use crate::violation::Rule;

/// A button of the message, and where it is.
pub(super) struct Part<'a> {
    pub given: &'a Map<String, Value>,
    pub at: &'a str,
}

/// Judges what is given for a button that takes a value.
pub(super) fn given(
    components: &[Component],
    needed: &NeededButton,
    part: &Part<'_>,
    findings: &mut Findings,
) {
    let Part { given, at } = part;
    let index = needed.index;
    if !sent::is(given, "sub_type", &needed.sub_type) {
        let message = format!("Button at index {index} has sub_type {}.", needed.sub_type);
        return findings.add(format!("{at}/sub_type"), Rule::Format, message);
    }
    let parameters = sent::list(given, "parameters");
    let Some(parameter) = parameters.first() else {
        if needed.required {
            missing(needed, (*at).to_owned(), findings);
        }
        return;
    };
    // A voice call takes how long it is valid, what it sends back, or both.
    let Some(kind) = parameter_kind(&needed.sub_type) else { return };
    if parameters.len() > 1 {
        let message = format!("Button at index {index} takes one parameter.");
        findings.add_limit(format!("{at}/parameters"), Rule::Count, [1, parameters.len()], message);
    }
    let at = format!("{at}/parameters/0");
    if sent::kind(parameter).as_deref() != Some(kind) {
        let message = format!("Button at index {index} takes a parameter of type {kind}.");
        return findings.add(format!("{at}/type"), Rule::Format, message);
    }
    match parameter.get(kind) {
        None | Some(Value::Null) => findings.required(format!("{at}/{kind}")),
        Some(Value::String(text)) if text.is_empty() => findings.required(format!("{at}/{kind}")),
        Some(given) => value(components, needed, given, &at, findings),
    }
}

fn value(components: &[Component], needed: &NeededButton, given: &Value, at: &str, findings: &mut Findings) {
    match needed.sub_type.as_str() {
        "url" => {
            let suffix = given.as_str().unwrap_or_default();
            if suffix.contains(['\n', '\r', '\t']) || suffix.contains("     ") {
                let message =
                    "Param text cannot have new-line/tab characters or more than 4 consecutive spaces";
                findings.add(format!("{at}/text"), Rule::ParameterText, message);
            }
            let buttons = components.iter().find_map(|component| match component {
                Component::Buttons(buttons) => Some(&buttons.buttons),
                _ => None,
            });
            if let Some(Button::Url(button)) = buttons.and_then(|buttons| buttons.get(needed.index)) {
                let seen = link(&button.url, suffix);
                findings.length(format!("{at}/text"), &seen, text("URL", 0, URL_MAX));
            }
        }
        "copy_code" => {
            let offer = components.iter().any(|one| matches!(one, Component::LimitedTimeOffer(_)));
            let max = if offer { OFFER_CODE_MAX } else { CODE_MAX };
            let code = given.as_str().unwrap_or_default();
            findings.length(format!("{at}/coupon_code"), code, text("Coupon code", 1, max));
        }
        "mpm" if given.get("sections").is_none() => findings.required(format!("{at}/action/sections")),
        "order_details" if given.get("order_details").is_none() => {
            findings.required(format!("{at}/action/order_details"));
        }
        _ => {}
    }
}

pub(super) fn missing(needed: &NeededButton, at: String, findings: &mut Findings) {
    let message =
        format!("Button at index {} of type {} requires a parameter", needed.index, needed.sub_type);
    findings.add(at, Rule::Required, message);
}

fn parameter_kind(sub_type: &str) -> Option<&'static str> {
    match sub_type {
        "url" => Some("text"),
        "quick_reply" => Some("payload"),
        "copy_code" => Some("coupon_code"),
        "voice_call" => None,
        _ => Some("action"),
    }
}
