//! Cards side by side, each with a picture and buttons, or with a product. Meta: Messages > Interactive > Carousel.

use super::interactive::{header, link, reply_buttons};
use super::products;
use super::template::CAROUSEL_CARDS_MAX;
use crate::judge::{Findings, Node, param, text};
use crate::shape::whole;
use crate::violation::Rule;

/// Fewest cards of an interactive message's carousel; a template's may have one.
pub const CAROUSEL_CARDS_MIN: usize = 2;
/// Longest body of a card, in characters.
pub const CARD_BODY_MAX: usize = 160;
/// Most line breaks in the body of a card.
pub const CARD_BODY_LINE_BREAKS_MAX: usize = 2;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Link,
    Replies,
    Product,
}

pub(super) fn carousel(action: &Node<'_>, findings: &mut Findings) {
    let Some(cards) = findings.needs_list(action, "cards", "cards", [CAROUSEL_CARDS_MIN, CAROUSEL_CARDS_MAX])
    else {
        return;
    };
    let first = cards.first().map(kind);
    let catalog = cards.first().and_then(catalog);
    for (position, card) in cards.iter().enumerate() {
        index(card, position, findings);
        findings.one_of(card, "type", &["cta_url", "quick_reply", "product"]);
        let kind = kind(card);
        if first.is_some_and(|first| first != kind) {
            let message = "Every card of a carousel must have the same kind of action.";
            findings.add(card.at("action"), Rule::Conflict, message);
        } else if kind == Kind::Product
            && self::catalog(card).is_some_and(|id| catalog.is_some_and(|c| c != id))
        {
            let message = "All products of a carousel must be in one catalog.";
            findings.add(format!("{}/catalog_id", card.at("action")), Rule::Conflict, message);
        }
        content(card, kind, findings);
        if let (Some(wanted), Some(given)) = (cards.first().and_then(buttons), buttons(card))
            && wanted != given
        {
            let message = "Every card of a carousel must have the same number of buttons.".to_owned();
            let pointer = format!("{}/buttons", card.at("action"));
            findings.add_limit(pointer, Rule::Conflict, [wanted, given], message);
        }
    }
}

/// How many buttons bring a tap back.
fn buttons(card: &Node<'_>) -> Option<usize> {
    Some(card.get("action")?.get("buttons")?.as_array()?.len())
}

fn kind(card: &Node<'_>) -> Kind {
    let action = card.get("action");
    match card.str("type") {
        Some("product") => Kind::Product,
        Some("quick_reply") => Kind::Replies,
        _ if action.is_some_and(|action| action.get("buttons").is_some()) => Kind::Replies,
        _ => Kind::Link,
    }
}

fn catalog<'a>(card: &Node<'a>) -> Option<&'a str> {
    card.get("action")?.get("catalog_id")?.as_str()
}

/// Cards are numbered from 0, in order.
fn index(card: &Node<'_>, position: usize, findings: &mut Findings) {
    let pointer = card.at("card_index");
    match card.get("card_index") {
        None => findings.required(pointer),
        Some(value) => match whole(value) {
            None => findings.wrong_type(pointer, "a whole number"),
            Some(given) if usize::try_from(given) == Ok(position) => {}
            Some(_) => {
                let message =
                    format!("Param {} must be {position}: cards are numbered from 0.", param(&pointer));
                findings.add(pointer, Rule::Order, message);
            }
        },
    }
}

fn content(card: &Node<'_>, kind: Kind, findings: &mut Findings) {
    if kind != Kind::Product {
        if card.get("header").is_none() {
            findings.required(card.at("header"));
        }
        header(card, &["image", "video"], findings);
        body(card, findings);
    }
    findings.not_allowed(card, "footer", "a card has no footer");
    let Some(action) = findings.needs_object(card, "action") else { return };
    match kind {
        Kind::Link => link(&action, findings),
        Kind::Replies => reply_buttons(&action, "quick_reply", findings),
        Kind::Product => products::product(&action, findings),
    }
}

fn body(card: &Node<'_>, findings: &mut Findings) {
    let Some(body) = findings.may_have_object(card, "body") else { return };
    let Some(words) = findings.needs_text(&body, "text", text("Card body text", 1, CARD_BODY_MAX)) else {
        return;
    };
    let breaks = words.matches('\n').count();
    if breaks > CARD_BODY_LINE_BREAKS_MAX {
        let message = format!("Card body text can have at most {CARD_BODY_LINE_BREAKS_MAX} line breaks.");
        findings.add_limit(body.at("text"), Rule::Count, [CARD_BODY_LINE_BREAKS_MAX, breaks], message);
    }
}
