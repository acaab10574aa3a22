//! Contact cards.

use crate::judge::{Findings, Node, text};
use crate::shape::is_date;
use crate::violation::Rule;

/// Most cards in one message. Meta: Messages > Contacts.
pub const CARDS_MAX: usize = 257;

const ANY: usize = usize::MAX;
const NAME_PARTS: [&str; 5] = ["first_name", "last_name", "middle_name", "suffix", "prefix"];
const ADDRESS_FIELDS: [&str; 7] = ["street", "city", "state", "zip", "country", "country_code", "type"];

pub(super) fn contacts(root: &Node<'_>, findings: &mut Findings) {
    let cards = findings.needs_list(root, "contacts", "contacts", [1, CARDS_MAX]);
    for card in cards.unwrap_or_default() {
        self::card(&card, findings);
    }
}

/// One card.
pub(in crate::message) fn card(card: &Node<'_>, findings: &mut Findings) {
    name(card, findings);
    for (key, field) in [("phones", "phone"), ("emails", "email"), ("urls", "url")] {
        for entry in findings.may_have_list(card, key, key, [0, ANY]).unwrap_or_default() {
            findings.needs_text(&entry, field, text("Contact field", 1, ANY));
            findings.may_have_texts(&entry, &["type", "wa_id"]);
        }
    }
    for address in findings.may_have_list(card, "addresses", "addresses", [0, ANY]).unwrap_or_default() {
        findings.may_have_texts(&address, &ADDRESS_FIELDS);
    }
    if let Some(org) = findings.may_have_object(card, "org") {
        findings.may_have_texts(&org, &["company", "department", "title"]);
    }
    birthday(card, findings);
}

fn name(card: &Node<'_>, findings: &mut Findings) {
    let Some(name) = findings.needs_object(card, "name") else { return };
    findings.needs_text(&name, "formatted_name", text("Contact formatted name", 1, ANY));
    let mut parts = 0;
    for part in NAME_PARTS {
        let given = findings.may_have_text(&name, part, text("Contact name part", 0, ANY));
        parts += usize::from(given.is_some_and(|text| !text.is_empty()));
    }
    if parts == 0 {
        let message = "A contact's name needs formatted_name and at least one other part.";
        findings.add(name.at("first_name"), Rule::Required, message);
    }
}

fn birthday(card: &Node<'_>, findings: &mut Findings) {
    let bounds = text("Contact birthday", 0, ANY);
    let Some(birthday) = findings.may_have_text(card, "birthday", bounds) else { return };
    if !is_date(birthday) {
        findings.add(card.at("birthday"), Rule::Format, "Contact birthday must have the format YYYY-MM-DD.");
    }
}
