//! Buttons: how many of which type, in which order, and what each needs.

use serde_json::Value;

use super::Button;
use super::check::word;
use super::check_components::{Context, upper};
use super::variable::{VariableName, scan};
use super::words::{FlowAction, FlowIcon, ParameterFormat};
use crate::judge::{Findings, Node, text};
use crate::message::is_phone;
use crate::violation::Rule;

/// Most buttons of a template.
pub const BUTTONS_MAX: usize = 10;
/// Longest label, in characters.
pub const LABEL_MAX: usize = 25;
/// Longest label of a voice-call button, in characters.
pub const CALL_LABEL_MAX: usize = 20;
/// Longest address, in characters.
pub const URL_MAX: usize = 2000;
/// Longest phone number, in characters.
pub const PHONE_MAX: usize = 20;
/// Longest code of a copy-code button, in characters.
pub const CODE_MAX: usize = 20;
/// Longest code of a copy-code button beside a limited-time offer, in characters.
pub const OFFER_CODE_MAX: usize = 15;
/// How long a voice-call button may work, in minutes.
pub const CALL_MINUTES: [i64; 2] = [1440, 43_200];

const ANY: usize = usize::MAX;
/// Buttons Meta names without saying what they hold; they pass unjudged.
const UNJUDGED: &[&str] = &["APP", "POSTBACK", "REMINDER", "SEND_LOCATION", "EXTENSION"];
/// Buttons that stand alone, and their labels.
const ALONE: &[(&str, &str)] = &[("CATALOG", "View catalog"), ("MPM", "View items"), ("SPM", "View")];

pub(super) fn buttons(node: &Node<'_>, context: &Context, findings: &mut Findings) {
    let Some(list) = findings.needs_list(node, "buttons", "buttons", [1, BUTTONS_MAX]) else { return };
    let known: Vec<&str> = Button::TYPES.iter().chain(UNJUDGED).copied().collect();
    let mut kinds = Vec::new();
    for item in &list {
        let Some(kind) = word(item, "type", &known, true, findings) else { continue };
        let kind = kind.to_ascii_uppercase();
        let given = 1 + kinds.iter().filter(|(other, _)| *other == kind).count();
        let max = most(&kind);
        if given == max.saturating_add(1) {
            let message = format!("Invalid {kind} buttons count. Max allowed buttons: {max}");
            findings.add_limit(item.at("type"), Rule::Count, [max, given], message);
        }
        button(&kind, item, context, findings);
        kinds.push((kind, item));
    }
    order(node, &kinds, findings);
    alone(&kinds, findings);
}

fn most(kind: &str) -> usize {
    match kind {
        "QUICK_REPLY" => BUTTONS_MAX,
        "URL" => 2,
        unjudged if UNJUDGED.contains(&unjudged) => BUTTONS_MAX,
        _ => 1,
    }
}

pub(super) fn button(kind: &str, item: &Node<'_>, context: &Context, findings: &mut Findings) {
    match kind {
        "QUICK_REPLY" | "ORDER_DETAILS" => label(item, findings),
        "URL" => url(item, context, findings),
        "PHONE_NUMBER" => {
            label(item, findings);
            phone_number(item, findings);
        }
        "COPY_CODE" => copy_code(item, context, findings),
        "VOICE_CALL" => {
            findings.may_have_text(item, "text", text("Button text", 1, CALL_LABEL_MAX));
            findings.may_have_whole(item, "ttl_minutes", CALL_MINUTES);
        }
        "FLOW" => form(item, findings),
        "REQUEST_CONTACT_INFO" => fixed_label(item, "Share Contact Info", context, findings),
        "OTP" => {
            let message = "An OTP button is allowed in category AUTHENTICATION only.";
            findings.add(item.at("type"), Rule::Conflict, message);
        }
        other => {
            if let Some((_, fixed)) = ALONE.iter().find(|(kind, _)| *kind == other) {
                fixed_label(item, fixed, context, findings);
            }
        }
    }
}

fn label(item: &Node<'_>, findings: &mut Findings) {
    findings.needs_text(item, "text", text("Button text", 1, LABEL_MAX));
}

/// WhatsApp's own label may be left out. In languages other than English it is translated.
fn fixed_label(item: &Node<'_>, fixed: &str, context: &Context, findings: &mut Findings) {
    let Some(given) = findings.may_have_text(item, "text", text("Button text", 1, LABEL_MAX)) else { return };
    if context.english && !given.is_empty() && !given.eq_ignore_ascii_case(fixed) {
        findings.add(item.at("text"), Rule::Value, format!("The label of this button is \"{fixed}\"."));
    }
}

fn url(item: &Node<'_>, context: &Context, findings: &mut Findings) {
    label(item, findings);
    let named = context.format == Some(ParameterFormat::Named);
    let has_variable = address(item, "url", named, findings);
    if has_variable && item.get("example").is_none() {
        findings.required(item.at("example"));
    }
    url_example(item, has_variable, findings);
    if let Some(link) = findings.may_have_object(item, "app_deep_link") {
        for key in ["android_deep_link", "android_fallback_playstore_url"] {
            findings.may_have_text(&link, key, text("Deep link", 1, ANY));
        }
        if link.get("meta_app_id").is_some_and(|id| !id.is_string() && !id.is_u64()) {
            findings.wrong_type(link.at("meta_app_id"), "an id");
        }
    }
}

fn url_example(item: &Node<'_>, has_variable: bool, findings: &mut Findings) {
    let Some(example) = item.get("example") else { return };
    let Some(examples) = example.as_array() else {
        return findings.wrong_type(item.at("example"), "an array");
    };
    if has_variable && examples.len() != 1 {
        let message = "Param example needs one example for each variable.".to_owned();
        findings.add_limit(item.at("example"), Rule::Count, [1, examples.len()], message);
    }
    for (i, example) in examples.iter().enumerate() {
        let pointer = format!("{}/{i}", item.at("example"));
        match example.as_str() {
            Some(example) => findings.length(pointer, example, text("Example", 1, ANY)),
            None => findings.wrong_type(pointer, "a string"),
        }
    }
}

/// An address that may end in one variable. Answers whether it does.
pub(super) fn address(item: &Node<'_>, key: &str, named: bool, findings: &mut Findings) -> bool {
    let Some(url) = findings.needs_text(item, key, text("URL", 1, URL_MAX)) else { return false };
    let found = scan(url);
    let mut refuse = |rule, message: &str| findings.add(item.at(key), rule, message);
    if found.broken {
        refuse(Rule::Format, "The URL's variable is written {{1}}; a brace can't stand elsewhere.");
    }
    if found.variables.len() > 1 {
        refuse(Rule::Format, "The URL can have one variable at most.");
    }
    if let Some(variable) = found.variables.last() {
        if variable.place.end != url.len() {
            refuse(Rule::Order, "The URL's variable must be at its end.");
        }
        // Link buttons are numbered even where the body's variables have names.
        if variable.name != VariableName::Position(1)
            && !(named && matches!(variable.name, VariableName::Name(_)))
        {
            refuse(Rule::Format, "The URL's variable is {{1}}.");
        }
    }
    let plain = found.variables.first().map_or(url, |variable| &url[..variable.place.start]);
    if !url.is_empty() && !is_address(plain) {
        refuse(Rule::Format, "Param url is not a valid URL.");
    }
    !found.variables.is_empty()
}

fn is_address(url: &str) -> bool {
    let scheme = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            .then(|| &url[scheme.len()..])
    };
    let rest = scheme("https://").or_else(|| scheme("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with(['/', '?', '#']) && !rest.contains(char::is_whitespace)
    })
}

pub(super) fn phone_number(item: &Node<'_>, findings: &mut Findings) {
    let bounds = text("Phone number", 1, PHONE_MAX);
    let Some(phone) = findings.needs_text(item, "phone_number", bounds) else { return };
    if !phone.is_empty() && phone.chars().count() <= PHONE_MAX && !is_phone(phone) {
        findings.add(
            item.at("phone_number"),
            Rule::Format,
            "Param phone_number must be a valid phone number.",
        );
    }
}

fn copy_code(item: &Node<'_>, context: &Context, findings: &mut Findings) {
    fixed_label(item, "Copy offer code", context, findings);
    let max = if context.offer { OFFER_CODE_MAX } else { CODE_MAX };
    let bounds = text("Coupon code", 1, max);
    match item.get("example") {
        None => findings.required(item.at("example")),
        Some(Value::String(code)) => findings.length(item.at("example"), code, bounds),
        // As Meta reads it back.
        Some(Value::Array(codes)) => match codes.as_slice() {
            [Value::String(code)] => findings.length(format!("{}/0", item.at("example")), code, bounds),
            _ => findings.wrong_type(item.at("example"), "one string"),
        },
        Some(_) => findings.wrong_type(item.at("example"), "a string"),
    }
}

fn form(item: &Node<'_>, findings: &mut Findings) {
    label(item, findings);
    form_source(item, findings);
    if item.get("flow_id").is_some_and(|id| !id.is_u64()) {
        findings.may_have_text(item, "flow_id", text("Flow id", 1, ANY));
    }
    findings.may_have_text(item, "flow_name", text("Flow name", 1, ANY));
    if let Some(json) = findings.may_have_text(item, "flow_json", text("Flow JSON", 1, ANY))
        && !json.is_empty()
        && !serde_json::from_str::<Value>(json).is_ok_and(|json| json.is_object())
    {
        findings.add(
            item.at("flow_json"),
            Rule::Format,
            "Param flow_json must be a JSON object in a string.",
        );
    }
    let action = word(item, "flow_action", FlowAction::KNOWN, false, findings).map(FlowAction::from);
    findings.may_have_text(item, "navigate_screen", text("Screen", 1, ANY));
    match action {
        Some(FlowAction::Navigate) if item.get("navigate_screen").is_none() => {
            findings.required(item.at("navigate_screen"));
        }
        Some(FlowAction::DataExchange) => {
            findings.not_allowed(item, "navigate_screen", "the endpoint names the first screen");
        }
        _ => {}
    }
    word(item, "icon", FlowIcon::KNOWN, false, findings);
}

/// The form is named in exactly one way.
fn form_source(item: &Node<'_>, findings: &mut Findings) {
    let sources: Vec<&str> =
        ["flow_id", "flow_name", "flow_json"].into_iter().filter(|key| item.get(key).is_some()).collect();
    match sources.as_slice() {
        [] => findings.required(item.at("flow_id")),
        [_] => {}
        [_, more @ ..] => {
            for key in more {
                let message = "A FLOW button takes exactly one of flow_id, flow_name and flow_json.";
                findings.add(item.at(key), Rule::Conflict, message);
            }
        }
    }
}

/// Quick replies stand together, before all others or after them.
fn order(node: &Node<'_>, kinds: &[(String, &Node<'_>)], findings: &mut Findings) {
    let changes =
        kinds.windows(2).filter(|pair| (pair[0].0 == "QUICK_REPLY") != (pair[1].0 == "QUICK_REPLY"));
    if changes.count() > 1 {
        let message = "Quick replies must stand together, before all other buttons or after them.";
        findings.add(node.at("buttons"), Rule::Order, message);
    }
}

fn alone(kinds: &[(String, &Node<'_>)], findings: &mut Findings) {
    if kinds.len() < 2 {
        return;
    }
    for (kind, item) in kinds {
        if ALONE.iter().any(|(alone, _)| alone == kind) {
            findings.add(
                item.at("type"),
                Rule::Conflict,
                format!("A button of type {kind} must be the only one."),
            );
        }
    }
}

/// Beside a limited-time offer: a button that copies the code, first, and one that opens a page.
pub(super) fn beside_offer(
    root: &Node<'_>,
    offer: &Node<'_>,
    buttons: Option<&Node<'_>>,
    findings: &mut Findings,
) {
    let expires = offer.get("limited_time_offer").and_then(|offer| offer.get("has_expiration"));
    let expires = expires.and_then(Value::as_bool).unwrap_or(false);
    let list = buttons.and_then(|node| node.get("buttons")?.as_array());
    let objects = list.into_iter().flatten().enumerate().filter_map(|(i, item)| {
        let pointer = format!("{}/{i}", buttons.map(|node| node.at("buttons"))?);
        Some(buttons?.inside(item.as_object()?, pointer))
    });
    let kinds: Vec<(String, Node<'_>)> = objects.map(|item| (upper(&item, "type"), item)).collect();
    for (i, (kind, item)) in kinds.iter().enumerate() {
        let second_link = kind == "URL" && kinds[..i].iter().any(|(before, _)| before == "URL");
        if !["COPY_CODE", "URL"].contains(&kind.as_str()) || second_link {
            let message = "A limited-time offer takes one COPY_CODE and one URL button.";
            findings.add(item.at("type"), Rule::Conflict, message);
        } else if kind == "COPY_CODE" && i > 0 {
            findings.add(
                item.at("type"),
                Rule::Order,
                "A limited-time offer's COPY_CODE button must be the first.",
            );
        }
    }
    if expires && !kinds.iter().any(|(kind, _)| kind == "COPY_CODE") {
        let pointer = buttons.map_or_else(|| root.at("components"), |node| node.at("buttons"));
        findings.add(pointer, Rule::Required, "A limited-time offer that expires needs a COPY_CODE button.");
    }
}
