//! Cards side by side: each like a small template, all of the same build.

use super::check_buttons;
use super::check_components::{Context, Part, part, parts, upper};
use crate::judge::{Findings, Node};
use crate::violation::Rule;

/// Fewest and most cards.
pub const CARDS: [usize; 2] = [2, 10];
/// Most buttons of a card.
pub const CARD_BUTTONS_MAX: usize = 2;

pub(super) fn carousel(node: &Node<'_>, context: &Context, findings: &mut Findings) {
    let Some(cards) = findings.needs_list(node, "cards", "cards", CARDS) else { return };
    let context = Context { card: true, offer: false, single_product: false, ..context.clone() };
    let mut first: Option<Vec<String>> = None;
    for card in &cards {
        let Some(build) = self::card(card, &context, findings) else { continue };
        match &first {
            None => first = Some(build),
            Some(first) if *first != build => {
                let message =
                    "All cards need the same components, header format and buttons, in the same order.";
                findings.add(card.at("components"), Rule::Conflict, message);
            }
            Some(_) => {}
        }
    }
}

/// Judges a card, and tells how it is built.
fn card(card: &Node<'_>, context: &Context, findings: &mut Findings) -> Option<Vec<String>> {
    let nodes = findings.needs_list(card, "components", "components", [1, usize::MAX])?;
    let parts = parts(nodes, findings);
    let header = parts.iter().find(|part| part.kind == "HEADER");
    let product = header.is_some_and(|header| upper(&header.node, "format") == "PRODUCT");
    let mut build = Vec::new();
    for one in &parts {
        match one.kind.as_str() {
            "HEADER" => {
                header_format(&one.node, findings);
                build.push(upper(&one.node, "format"));
                part(one, context, findings);
            }
            "BODY" => {
                build.push("BODY".to_owned());
                part(one, context, findings);
            }
            "BUTTONS" => {
                part(one, context, findings);
                buttons(one, product, &mut build, findings);
            }
            other => {
                let message = format!("A card can't have a component of type {other}.");
                findings.add(one.kind_pointer(), Rule::Conflict, message);
            }
        }
    }
    for (kind, present) in [("HEADER", header.is_some()), ("BUTTONS", parts.iter().any(is_buttons))] {
        if !present && !parts.is_empty() {
            let message = format!("A card needs a component of type {kind}.");
            findings.add(card.at("components"), Rule::Required, message);
        }
    }
    Some(build)
}

fn is_buttons(part: &Part<'_>) -> bool {
    part.kind == "BUTTONS"
}

fn header_format(header: &Node<'_>, findings: &mut Findings) {
    let format = upper(header, "format");
    // Formats that are none at all are refused as such.
    if super::HeaderFormat::KNOWN.contains(&format.as_str())
        && !["IMAGE", "VIDEO", "PRODUCT"].contains(&format.as_str())
    {
        let message = "A card's header is IMAGE, VIDEO or PRODUCT.";
        findings.add(header.at("format"), Rule::Value, message);
    }
}

fn buttons(part: &Part<'_>, product: bool, build: &mut Vec<String>, findings: &mut Findings) {
    let Some(list) = part.node.get("buttons").and_then(serde_json::Value::as_array) else { return };
    let pointer = part.node.at("buttons");
    // More than a template may have is refused as that.
    if list.len() > CARD_BUTTONS_MAX && list.len() <= check_buttons::BUTTONS_MAX {
        let max = CARD_BUTTONS_MAX;
        let message = format!("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: {max}");
        findings.add_limit(pointer.clone(), Rule::Count, [max, list.len()], message);
    }
    for (i, item) in list.iter().enumerate().take(check_buttons::BUTTONS_MAX) {
        let Some(map) = item.as_object() else { continue };
        let item = part.node.inside(map, format!("{pointer}/{i}"));
        let kind = upper(&item, "type");
        let allowed =
            matches!(kind.as_str(), "QUICK_REPLY" | "URL" | "PHONE_NUMBER") || (product && kind == "SPM");
        let known = super::Button::TYPES.contains(&kind.as_str());
        if known && !allowed && kind != "OTP" {
            let message = "A card's buttons are QUICK_REPLY, URL and PHONE_NUMBER.";
            findings.add(item.at("type"), Rule::Conflict, message);
        }
        build.push(kind);
    }
}
