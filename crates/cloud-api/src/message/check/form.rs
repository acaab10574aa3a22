//! A button that opens a form. Meta calls it a Flow: Flows > Sending a Flow.

use crate::judge::{Findings, Node, param, text};
use crate::shape::is_emoji;
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
