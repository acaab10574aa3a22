//! Template messages: which template, in which language, with which values. Whether the values fit the template is
//! for Meta to say: it alone knows the template. Meta: Templates > Sending template messages.

use std::collections::HashSet;

use serde_json::Value;

use super::parameter::{self, Place};
use crate::judge::{Findings, Node, param, text};
use crate::shape::whole;
use crate::template::limits;
use crate::violation::Rule;

/// Longest name of a template, in characters.
pub const TEMPLATE_NAME_MAX: usize = limits::NAME_MAX;
/// Most cards of a carousel, in a template or an interactive message.
pub const CAROUSEL_CARDS_MAX: usize = limits::CARDS[1];
/// Position of the last button a template can have.
pub const BUTTON_INDEX_MAX: u32 = 9;

const ANY: usize = usize::MAX;
const COMPONENTS: [&str; 7] = [
    "header",
    "body",
    "button",
    "carousel",
    "limited_time_offer",
    "order_status",
    "tap_target_configuration",
];
const CARD_COMPONENTS: [&str; 3] = ["header", "body", "button"];

/// What the components around one say about it.
#[derive(Clone, Copy)]
pub(super) struct Around {
    /// It is a limited-time offer.
    pub offer: bool,
    /// It is a card of a carousel.
    pub card: bool,
    /// The only component is a body.
    pub body_alone: bool,
}

pub(in crate::message) fn template(payload: &Node<'_>, findings: &mut Findings) {
    findings.needs_text(payload, "name", text("Template name", 1, TEMPLATE_NAME_MAX));
    if let Some(language) = findings.needs_object(payload, "language") {
        findings.needs_text(&language, "code", text("Language code", 1, ANY));
        if language.get("policy").is_some() {
            findings.one_of(&language, "policy", &["deterministic"]);
        }
    }
    let components =
        findings.may_have_list(payload, "components", "components", [0, ANY]).unwrap_or_default();
    let offer = components.iter().any(|component| is(component, "limited_time_offer"));
    let around = Around { offer, card: false, body_alone: components.len() == 1 };
    self::components(&components, &COMPONENTS, around, findings);
}

fn is(component: &Node<'_>, kind: &str) -> bool {
    component.str("type").is_some_and(|given| given.eq_ignore_ascii_case(kind))
}

/// Every part of a template or of a card: each kind once, except buttons, which differ by position.
fn components(components: &[Node<'_>], allowed: &[&'static str], around: Around, findings: &mut Findings) {
    let mut seen = HashSet::new();
    let mut positions = HashSet::new();
    for component in components {
        let Some(kind) = findings.one_of_any_case(component, "type", allowed) else { continue };
        if kind == "button" {
            let position = index(component, "index", BUTTON_INDEX_MAX, findings);
            if position.is_some_and(|position| !positions.insert(position)) {
                findings.add(component.at("index"), Rule::Unique, "Button index is not unique.");
            }
        } else if !seen.insert(kind) {
            findings.add(
                component.at("type"),
                Rule::Unique,
                format!("There is more than one {kind} component."),
            );
        }
        match kind {
            "carousel" => carousel(component, around, findings),
            "button" => button(component, around, findings),
            _ => parameter::parameters(component, place(kind), around, findings),
        }
    }
}

fn place(kind: &str) -> Place {
    match kind {
        "header" => Place::Header,
        "limited_time_offer" => Place::Offer,
        "order_status" => Place::OrderStatus,
        "tap_target_configuration" => Place::TapTarget,
        _ => Place::Body,
    }
}

fn button(component: &Node<'_>, around: Around, findings: &mut Findings) {
    if let Some(sub_type) = findings.one_of_any_case(component, "sub_type", &parameter::SUB_TYPES) {
        parameter::parameters(component, Place::Button(sub_type), around, findings);
    }
}

fn carousel(component: &Node<'_>, around: Around, findings: &mut Findings) {
    let cards = findings.needs_list(component, "cards", "cards", [1, CAROUSEL_CARDS_MAX]).unwrap_or_default();
    let mut positions = HashSet::new();
    // Those beyond the bound are refused as a whole.
    for card in cards.into_iter().take(CAROUSEL_CARDS_MAX) {
        let last = u32::try_from(CAROUSEL_CARDS_MAX - 1).unwrap_or(u32::MAX);
        let position = index(&card, "card_index", last, findings);
        if position.is_some_and(|position| !positions.insert(position)) {
            findings.add(card.at("card_index"), Rule::Unique, "Card index is not unique.");
        }
        let inner = findings.needs_list(&card, "components", "components", [0, ANY]).unwrap_or_default();
        components(&inner, &CARD_COMPONENTS, Around { card: true, body_alone: false, ..around }, findings);
    }
}

/// A position, as a number or as text.
fn index(node: &Node<'_>, key: &str, last: u32, findings: &mut Findings) -> Option<u32> {
    let pointer = node.at(key);
    let position = match node.get(key) {
        None => {
            findings.required(pointer);
            return None;
        }
        Some(Value::String(text)) => text.parse::<u32>().ok(),
        Some(other) => whole(other).and_then(|position| u32::try_from(position).ok()),
    };
    match position {
        None => findings.wrong_type(pointer, "a whole number from 0"),
        Some(position) if position > last => {
            let message = format!("Param {} must be between 0 and {last}.", param(&pointer));
            let bounds = [last, position].map(|n| usize::try_from(n).unwrap_or(usize::MAX));
            findings.add_limit(pointer, Rule::Value, bounds, message);
        }
        Some(_) => {}
    }
    position
}
