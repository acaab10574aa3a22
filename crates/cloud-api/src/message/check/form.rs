//! A button that opens a form. Meta calls it a Flow: Flows > Sending a Flow.

use crate::judge::{Findings, Node, param, text};
use crate::violation::Rule;

use super::interactive::parameters;

/// Longest label of the button that opens a form, in characters. Meta's pages say 20, its OpenAPI file says 30.
pub const FORM_LABEL_MAX: usize = 20;

const ANY: usize = usize::MAX;

pub(super) fn form(action: &Node<'_>, findings: &mut Findings) {
    let Some(parameters) = parameters(action, "flow", findings) else { return };
    findings.one_of(&parameters, "flow_message_version", &["3"]);
    which(&parameters, findings);
    label(&parameters, findings);
    findings.may_have_text(&parameters, "flow_token", text("Flow token", 1, ANY));
    if parameters.get("mode").is_some() {
        findings.one_of(&parameters, "mode", &["draft", "published"]);
    }
    let action = match parameters.get("flow_action") {
        None => Some("navigate"),
        Some(_) => findings.one_of(&parameters, "flow_action", &["navigate", "data_exchange"]),
    };
    if action == Some("data_exchange") {
        findings.not_allowed(&parameters, "flow_action_payload", "only with flow_action navigate");
    } else {
        payload(&parameters, findings);
    }
}

/// Exactly one of id and name.
fn which(parameters: &Node<'_>, findings: &mut Findings) {
    match (parameters.get("flow_id"), parameters.get("flow_name")) {
        (None, Some(_)) => {
            findings.may_have_text(parameters, "flow_name", text("Flow name", 1, ANY));
        }
        (id, name) => {
            findings.needs_id(parameters, "flow_id", "Flow id");
            if id.is_some() && name.is_some() {
                let message = "Give either flow_id or flow_name, not both.";
                findings.add(parameters.at("flow_name"), Rule::Conflict, message);
            }
        }
    }
}

fn label(parameters: &Node<'_>, findings: &mut Findings) {
    let bounds = text("Flow button label", 1, FORM_LABEL_MAX);
    let label = findings.needs_text(parameters, "flow_cta", bounds);
    if label.is_some_and(|label| label.chars().any(is_emoji)) {
        let pointer = parameters.at("flow_cta");
        let message = format!("Param {} can't have an emoji.", param(&pointer));
        findings.add(pointer, Rule::Format, message);
    }
}

fn payload(parameters: &Node<'_>, findings: &mut Findings) {
    let Some(payload) = findings.may_have_object(parameters, "flow_action_payload") else { return };
    findings.needs_text(&payload, "screen", text("Flow screen", 1, ANY));
    if let Some(data) = findings.may_have_free_object(&payload, "data")
        && data.is_empty()
    {
        let message = "Param flow_action_payload['data'] can't be empty; leave it out.";
        findings.add_limit(payload.at("data"), Rule::Count, [1, 0], message.to_owned());
    }
}

/// A character that is drawn as an emoji by itself, or the mark that makes the one before it so.
fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{1F000}'..='\u{1FAFF}' | '\u{FE0F}' | '\u{231A}'..='\u{231B}' | '\u{23E9}'..='\u{23EC}' | '\u{23F0}'
        | '\u{23F3}' | '\u{25FD}'..='\u{25FE}' | '\u{2614}'..='\u{2615}' | '\u{2648}'..='\u{2653}' | '\u{267F}'
        | '\u{2693}' | '\u{26A1}' | '\u{26AA}'..='\u{26AB}' | '\u{26BD}'..='\u{26BE}' | '\u{26C4}'..='\u{26C5}'
        | '\u{26CE}' | '\u{26D4}' | '\u{26EA}' | '\u{26F2}'..='\u{26F3}' | '\u{26F5}' | '\u{26FA}' | '\u{26FD}'
        | '\u{2705}' | '\u{270A}'..='\u{270B}' | '\u{2728}' | '\u{274C}' | '\u{274E}' | '\u{2753}'..='\u{2755}'
        | '\u{2757}' | '\u{2764}' | '\u{2795}'..='\u{2797}' | '\u{27B0}' | '\u{27BF}' | '\u{2B1B}'..='\u{2B1C}'
        | '\u{2B50}' | '\u{2B55}')
}
