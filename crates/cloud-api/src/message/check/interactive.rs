//! Interactive messages: buttons, lists, links and their relatives. Meta: Messages > Interactive.

use std::collections::HashSet;

use super::{address, carousel, form, media, order, products};
use crate::judge::{Findings, Node, Text, text};
use crate::violation::Rule;

/// Longest body of every interactive message but a list, in characters.
pub const BODY_MAX: usize = 1024;
/// Longest body of a list message, in characters.
pub const LIST_BODY_MAX: usize = 4096;
/// Longest footer, in characters.
pub const FOOTER_MAX: usize = 60;
/// Longest text header, in characters.
pub const HEADER_MAX: usize = 60;
/// Most reply buttons.
pub const BUTTONS_MAX: usize = 3;
/// Longest id of a reply button, in characters.
pub const BUTTON_ID_MAX: usize = 256;
/// Longest title of a reply button, label of a link or call button or of the button that opens a list, in characters.
pub const BUTTON_TITLE_MAX: usize = 20;
/// Most sections of a list.
pub const SECTIONS_MAX: usize = 10;
/// Most rows of a list, all sections together.
pub const ROWS_MAX: usize = 10;
/// Longest title of a section or row, in characters.
pub const ROW_TITLE_MAX: usize = 24;
/// Longest id of a row, in characters.
pub const ROW_ID_MAX: usize = 200;
/// Longest description of a row, in characters.
pub const ROW_DESCRIPTION_MAX: usize = 72;
/// Shortest and longest time a call button works, in minutes. Meta: Calling API > Call button messages.
pub const CALL_TTL_MINUTES: [i64; 2] = [1, 43_200];

const ANY_HEADER: &[&str] = &["text", "image", "video", "document"];
const TEXT_HEADER: &[&str] = &["text"];
const IMAGE_HEADER: &[&str] = &["image"];
const NO_HEADER: &[&str] = &[];

/// What may stand around an action.
struct Frame {
    headers: &'static [&'static str],
    header_required: bool,
    body_max: usize,
    body_required: bool,
    footer: bool,
}

impl Frame {
    const fn new(headers: &'static [&'static str]) -> Self {
        Self { headers, header_required: false, body_max: BODY_MAX, body_required: true, footer: true }
    }
}

/// Nothing for a type nobody has heard of.
fn frame_of(kind: &str) -> Option<Frame> {
    Some(match kind {
        "button" | "cta_url" | "flow" | "voice_call" | "address_message" => Frame::new(ANY_HEADER),
        "list" => Frame { body_max: LIST_BODY_MAX, ..Frame::new(TEXT_HEADER) },
        "product_list" => Frame { header_required: true, ..Frame::new(TEXT_HEADER) },
        "order_details" => Frame::new(IMAGE_HEADER),
        "catalog_message" | "order_status" => Frame::new(NO_HEADER),
        "product" => Frame { body_required: false, ..Frame::new(NO_HEADER) },
        "call_permission_request" => Frame { body_required: false, footer: false, ..Frame::new(NO_HEADER) },
        "location_request_message" | "contact_request" | "request_contact_info" | "carousel" => {
            Frame { footer: false, ..Frame::new(NO_HEADER) }
        }
        _ => return None,
    })
}

pub(in crate::message) fn interactive(payload: &Node<'_>, findings: &mut Findings) {
    let Some(kind) = findings.needs_text(payload, "type", text("Interactive type", 1, usize::MAX)) else {
        return;
    };
    if let Some(frame) = frame_of(kind) {
        around(payload, &frame, findings);
    }
    let Some(action) = findings.needs_object(payload, "action") else { return };
    match kind {
        "button" => reply_buttons(&action, "reply", findings),
        "list" => list(&action, findings),
        "cta_url" => link(&action, findings),
        "flow" => form::form(&action, findings),
        "location_request_message" => named(&action, "send_location", findings),
        // Meta's pages have both names for it.
        "contact_request" | "request_contact_info" => named(&action, "request_contact_info", findings),
        "call_permission_request" => named(&action, "call_permission_request", findings),
        "voice_call" => voice_call(&action, findings),
        "catalog_message" => products::catalog(&action, findings),
        "product" => products::product(&action, findings),
        "product_list" => products::product_list(&action, findings),
        "carousel" => carousel::carousel(&action, findings),
        "address_message" => address::address(&action, findings),
        "order_details" => {
            if let Some(parameters) = parameters(&action, "review_and_pay", findings) {
                order::order_details(&parameters, findings);
            }
        }
        "order_status" => {
            if let Some(parameters) = parameters(&action, "review_order", findings) {
                order::order_status(&parameters, findings);
            }
        }
        _ => {}
    }
}

/// Header, body and footer.
fn around(payload: &Node<'_>, frame: &Frame, findings: &mut Findings) {
    if frame.header_required && payload.get("header").is_none() {
        findings.required(payload.at("header"));
    }
    header(payload, frame.headers, findings);
    let body = if frame.body_required {
        findings.needs_object(payload, "body")
    } else {
        findings.may_have_object(payload, "body")
    };
    if let Some(body) = body {
        findings.needs_text(&body, "text", text("Body text", 1, frame.body_max));
    }
    if !frame.footer {
        findings.not_allowed(payload, "footer", "this interactive message has no footer");
    } else if let Some(footer) = findings.may_have_object(payload, "footer") {
        findings.needs_text(&footer, "text", text("Footer text", 1, FOOTER_MAX));
    }
}

pub(super) fn header(payload: &Node<'_>, allowed: &[&str], findings: &mut Findings) {
    if allowed.is_empty() {
        return findings.not_allowed(payload, "header", "this interactive message has no header");
    }
    let Some(header) = findings.may_have_object(payload, "header") else { return };
    let Some(kind) = findings.one_of(&header, "type", allowed) else { return };
    match kind {
        "text" if allowed.contains(&kind) => {
            findings.needs_text(&header, "text", text("Header text", 1, HEADER_MAX));
        }
        media if allowed.contains(&media) => {
            if let Some(source) = findings.needs_object(&header, media) {
                media::source(media, &source, findings);
            }
        }
        _ => {}
    }
}

/// One to three buttons of a type, each with a distinct id and title.
pub(super) fn reply_buttons(action: &Node<'_>, kind: &str, findings: &mut Findings) {
    let buttons = findings.needs_list(action, "buttons", "buttons", [1, BUTTONS_MAX]).unwrap_or_default();
    let (mut ids, mut titles) = (Distinct::default(), Distinct::default());
    for button in buttons {
        findings.one_of(&button, "type", &[kind]);
        let Some(reply) = findings.needs_object(&button, kind) else { continue };
        ids.needs(&reply, "id", text("Button id", 1, BUTTON_ID_MAX), findings);
        titles.needs(&reply, "title", text("Button title", 1, BUTTON_TITLE_MAX), findings);
    }
}

fn list(action: &Node<'_>, findings: &mut Findings) {
    findings.needs_text(action, "button", text("Button label", 1, BUTTON_TITLE_MAX));
    let Some(sections) = findings.needs_list(action, "sections", "sections", [1, SECTIONS_MAX]) else {
        return;
    };
    let several = sections.len() > 1;
    let mut ids = Distinct::default();
    let mut total = 0;
    for section in &sections {
        section_title(section, several, findings);
        let rows = findings.needs_list(section, "rows", "rows", [1, usize::MAX]).unwrap_or_default();
        total += rows.len();
        for row in rows.iter().take(ROWS_MAX + 1) {
            ids.needs(row, "id", text("Row id", 1, ROW_ID_MAX), findings);
            findings.needs_text(row, "title", text("Row title", 1, ROW_TITLE_MAX));
            findings.may_have_text(row, "description", text("Row description", 0, ROW_DESCRIPTION_MAX));
        }
    }
    if total > ROWS_MAX {
        let message = format!("Total row count exceed max allowed count: {ROWS_MAX}");
        findings.add_limit(action.at("sections"), Rule::Count, [ROWS_MAX, total], message);
    }
}

/// The heading of a section; where there are several, each has one.
pub(super) fn section_title(section: &Node<'_>, required: bool, findings: &mut Findings) {
    if required {
        findings.needs_text(section, "title", text("Section title", 1, ROW_TITLE_MAX));
    } else {
        findings.may_have_text(section, "title", text("Section title", 0, ROW_TITLE_MAX));
    }
}

/// A button that opens a URL.
pub(super) fn link(action: &Node<'_>, findings: &mut Findings) {
    let Some(parameters) = parameters(action, "cta_url", findings) else { return };
    findings.needs_text(&parameters, "display_text", text("Button display text", 1, BUTTON_TITLE_MAX));
    findings.url(&parameters, "url");
}

fn voice_call(action: &Node<'_>, findings: &mut Findings) {
    named(action, "voice_call", findings);
    let Some(parameters) = findings.may_have_object(action, "parameters") else { return };
    findings.may_have_text(&parameters, "display_text", text("Button display text", 1, BUTTON_TITLE_MAX));
    findings.may_have_whole(&parameters, "ttl_minutes", CALL_TTL_MINUTES);
    findings.may_have_texts(&parameters, &["payload"]);
}

fn named(action: &Node<'_>, name: &str, findings: &mut Findings) {
    findings.one_of(action, "name", &[name]);
}

/// The parameters of an action with a given name.
pub(super) fn parameters<'a>(action: &Node<'a>, name: &str, findings: &mut Findings) -> Option<Node<'a>> {
    named(action, name, findings);
    findings.needs_object(action, "parameters")
}

/// Texts that may occur only once.
#[derive(Default)]
pub(super) struct Distinct<'a>(HashSet<&'a str>);

impl<'a> Distinct<'a> {
    pub(super) fn needs(&mut self, node: &Node<'a>, key: &str, bounds: Text, findings: &mut Findings) {
        let Some(text) = findings.needs_text(node, key, bounds) else { return };
        if !self.0.insert(text) {
            findings.add(node.at(key), Rule::Unique, format!("{} is not unique.", bounds.name));
        }
    }
}
