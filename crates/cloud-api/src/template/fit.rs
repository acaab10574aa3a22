//! Whether a template message fits its template. Meta: Error codes 131008, 132000, 132005, 132012, 132018.

use std::collections::HashSet;

use serde_json::Value;

use super::check_auth::OTP_CODE_MAX;
use super::check_components::{BODY_MAX, CARD_BODY_MAX, OFFER_BODY_MAX};
use super::check_text::HEADER_MAX;
use super::component::{Carousel, Component};
use super::fit_buttons::{Part, given, missing};
use super::fit_values::Given;
use super::needed::{Needed, NeededHeader, hands_over_a_code, parameters_needed};
use super::variable::fill;
use super::words::HeaderFormat;
use super::{Button, sent};
use crate::judge::{Findings, text};
use crate::violation::{Rule, Violation};

/// Whether a message fits the template it names: `components` are the template's parts as Meta reads them back (or as
/// they were created), `message` is the object under `template` in the message. Counts, kinds and names of the values
/// are compared, and the length of the texts once the values are in. Limits that don't depend on the template are
/// [`message::check`](crate::message::check())'s. Pointers start at `message`. Never panics, whatever the JSON.
///
/// ```
/// use cloud_api::template::{Definition, check_send, send_code};
/// use serde_json::json;
///
/// let template = Definition::utility("visit", "en").body("Hi {{1}}, we see you tomorrow.", ["Ana"]);
/// let message = json!({"name": "visit", "language": {"code": "en"}});
/// let violations = check_send(&template.components, &message).unwrap_err();
/// assert_eq!(send_code(&violations[0]), 132_000);
/// ```
///
/// # Errors
/// All violations found, never an empty list. [`send_code`] says with which code Meta refuses each.
pub fn check_send(components: &[Component], message: &Value) -> Result<(), Vec<Violation>> {
    let mut findings = Findings::default();
    let sent: &[Value] = match message.as_object().map(|message| message.get("components")) {
        Some(None | Some(Value::Null)) => &[],
        Some(Some(Value::Array(sent))) => sent,
        Some(Some(_)) => {
            findings.wrong_type("/components".to_owned(), "an array");
            &[]
        }
        None => {
            findings.wrong_type(String::new(), "a JSON object");
            return Err(findings.0);
        }
    };
    let place = Place { sent, at: "/components".to_owned(), card: false };
    place.fits(components, &mut findings);
    if findings.0.is_empty() { Ok(()) } else { Err(findings.0) }
}

/// The code `POST …/messages` answers with when a message doesn't fit its template: 132000 for a wrong number of
/// values, 131008 for a button's missing value, 132005 for a text that gets too long, 132012 for a value of another kind or
/// name, and 132018 for everything else.
pub fn send_code(violation: &Violation) -> i64 {
    match violation.rule {
        Rule::Count => 132_000,
        Rule::Required => 131_008,
        Rule::Length => 132_005,
        Rule::Format | Rule::Reference | Rule::Type => 132_012,
        _ => 132_018,
    }
}

/// A list of components in the message: its own, or a card's.
struct Place<'a> {
    sent: &'a [Value],
    at: String,
    card: bool,
}

impl<'a> Place<'a> {
    fn fits(&self, components: &[Component], findings: &mut Findings) {
        let needed = parameters_needed(components);
        self.once(findings);
        self.header(components, &needed, findings);
        self.body(components, &needed, findings);
        self.offer(&needed, findings);
        self.buttons(components, &needed, findings);
        if !self.card {
            self.carousel(components, findings);
        }
    }

    fn given(&self, kind: &str) -> Given<'a> {
        let found = sent::component(self.sent, kind);
        let at = found.map_or_else(|| self.at.clone(), |(i, _)| format!("{}/{i}", self.at));
        Given { parameters: found.map(|(_, one)| sent::list(one, "parameters")).unwrap_or_default(), at }
    }

    fn once(&self, findings: &mut Findings) {
        for kind in ["header", "body", "limited_time_offer", "carousel"] {
            for (i, _) in sent::of_kind(self.sent, kind).skip(1) {
                let message = format!("There can be only one component of type {kind}.");
                findings.add(format!("{}/{i}/type", self.at), Rule::Unique, message);
            }
        }
    }

    fn header(&self, components: &[Component], needed: &Needed, findings: &mut Findings) {
        let given = self.given("header");
        match &needed.header {
            None => given.count("header", 0, findings),
            Some(NeededHeader::Text(name)) => {
                if !given.texts("header", std::slice::from_ref(name), findings) {
                    return;
                }
                let words = components.iter().find_map(|component| match component {
                    Component::Header(header) => header.text.as_deref(),
                    _ => None,
                });
                let value = given.parameters.first().and_then(sent::text).unwrap_or_default();
                let seen = fill(words.unwrap_or_default(), |_| Some(value.to_owned()));
                findings.length(given.at, &seen, text("Header text", 0, HEADER_MAX));
            }
            Some(NeededHeader::Value(format)) => given.media(format, findings),
        }
    }

    fn body(&self, components: &[Component], needed: &Needed, findings: &mut Findings) {
        let given = self.given("body");
        if !given.texts("body", &needed.body, findings) {
            return;
        }
        let words = components.iter().find_map(|component| match component {
            Component::Body(body) => body.text.as_deref(),
            _ => None,
        });
        let seen = fill(words.unwrap_or_default(), |name| sent::value(given.parameters, name));
        let bounds = text("Body text", 0, self.body_max(components));
        findings.length(given.at.clone(), &seen, bounds);
        if hands_over_a_code(components) {
            self.code(&given, findings);
        }
    }

    fn body_max(&self, components: &[Component]) -> usize {
        let is_offer = |component: &Component| matches!(component, Component::LimitedTimeOffer(_));
        let is_single = |component: &Component| match component {
            Component::Buttons(buttons) => buttons.buttons.iter().any(|one| matches!(one, Button::Spm(_))),
            _ => false,
        };
        if self.card || components.iter().any(is_single) {
            CARD_BODY_MAX
        } else if components.iter().any(is_offer) {
            OFFER_BODY_MAX
        } else {
            BODY_MAX
        }
    }

    /// A one-time code: short, and the same in body and button.
    fn code(&self, body: &Given<'_>, findings: &mut Findings) {
        let Some(code) = body.parameters.first().and_then(sent::text) else { return };
        if code.chars().count() > OTP_CODE_MAX {
            let message = format!("A one-time code can have {OTP_CODE_MAX} characters at most.");
            findings.add(format!("{}/parameters/0/text", body.at), Rule::Value, message);
        }
        for (i, button) in sent::of_kind(self.sent, "button") {
            let other = sent::list(button, "parameters").first().and_then(sent::text);
            if other.is_some_and(|other| other != code) {
                let message = "The code must be the same in the body and in the button.";
                findings.add(format!("{}/{i}/parameters/0/text", self.at), Rule::Conflict, message);
            }
        }
    }

    fn offer(&self, needed: &Needed, findings: &mut Findings) {
        let given = self.given("limited_time_offer");
        if !needed.offer_expiration {
            return;
        }
        let end = given.parameters.first().and_then(|parameter| {
            let end = parameter.get("limited_time_offer")?.get("expiration_time_ms")?;
            end.as_i64().or_else(|| end.as_str()?.parse().ok())
        });
        if end.is_none() {
            let message = "The template needs limited_time_offer['expiration_time_ms'].";
            findings.add(given.at, Rule::Required, message);
        }
    }

    fn buttons(&self, components: &[Component], needed: &Needed, findings: &mut Findings) {
        let mut seen = HashSet::new();
        for (i, button) in sent::of_kind(self.sent, "button") {
            let at = format!("{}/{i}", self.at);
            let Some(index) = sent::index(button, "index") else {
                findings.required(format!("{at}/index"));
                continue;
            };
            if !seen.insert(index) {
                findings.add(format!("{at}/index"), Rule::Unique, "The button's value is given twice.");
                continue;
            }
            let parameters = sent::list(button, "parameters");
            match needed.buttons.iter().find(|one| one.index == index) {
                Some(needed) => given(components, needed, &Part { given: button, at: &at }, findings),
                None if parameters.is_empty() && index < button_count(components) => {}
                None => {
                    let message = format!("Button at index {index} doesn't take a value.");
                    findings.add(format!("{at}/index"), Rule::NotAllowed, message);
                }
            }
        }
        for needed in needed.buttons.iter().filter(|one| one.required && !seen.contains(&one.index)) {
            missing(needed, self.at.clone(), findings);
        }
    }

    fn carousel(&self, components: &[Component], findings: &mut Findings) {
        let found = sent::component(self.sent, "carousel");
        let carousel = components.iter().find_map(|component| match component {
            Component::Carousel(carousel) => Some(carousel),
            _ => None,
        });
        match (carousel, found) {
            (None, None) => {}
            (None, Some((i, _))) => {
                let message = "The template has no carousel.";
                findings.add(format!("{}/{i}/type", self.at), Rule::NotAllowed, message);
            }
            (Some(carousel), found) => {
                let at = found.map_or_else(|| self.at.clone(), |(i, _)| format!("{}/{i}/cards", self.at));
                let given = found.map(|(_, given)| sent::list(given, "cards")).unwrap_or_default();
                cards(carousel, given, &at, findings);
            }
        }
    }
}

fn button_count(components: &[Component]) -> usize {
    let counts = components.iter().map(|component| match component {
        Component::Buttons(buttons) => buttons.buttons.len(),
        _ => 0,
    });
    counts.sum()
}

/// Cards with pictures or videos as many as the template has; with products two to ten, all built like the first.
fn cards(carousel: &Carousel, given: &[Value], at: &str, findings: &mut Findings) {
    let products = carousel.cards.first().is_some_and(|card| {
        let product = |one: &Component| match one {
            Component::Header(header) => header.format == HeaderFormat::Product,
            _ => false,
        };
        card.components.iter().any(product)
    });
    let [min, max] = if products { super::check_carousel::CARDS } else { [carousel.cards.len(); 2] };
    if given.len() < min || given.len() > max {
        let limit = if given.len() > max { max } else { min };
        let message = format!("Invalid cards count. Min allowed cards: {min}, Max allowed cards: {max}");
        findings.add_limit(at.to_owned(), Rule::Count, [limit, given.len()], message);
        return;
    }
    let mut seen = HashSet::new();
    for (i, card) in given.iter().enumerate() {
        let at = format!("{at}/{i}");
        let Some(card) = card.as_object() else {
            findings.wrong_type(at, "a JSON object");
            continue;
        };
        let Some(index) = sent::index(card, "card_index").filter(|&index| index < max && seen.insert(index))
        else {
            let message =
                format!("Param card_index must be a number from 0 to {}, each once.", max.saturating_sub(1));
            findings.add(format!("{at}/card_index"), Rule::Reference, message);
            continue;
        };
        let built = carousel.cards.get(index).or_else(|| carousel.cards.first().filter(|_| products));
        if let Some(built) = built {
            let sent = sent::list(card, "components");
            let place = Place { sent, at: format!("{at}/components"), card: true };
            place.fits(&built.components, findings);
        }
    }
}
