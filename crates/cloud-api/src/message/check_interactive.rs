//! Interactive messages: buttons, lists, links and their relatives. Meta: Messages > Interactive.

use std::collections::HashSet;

use super::check_media;
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
/// Longest title of a reply button, label of a link button or of the button that opens a list, in characters.
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

const MEDIA_HEADERS: &[&str] = &["text", "image", "video", "document"];
const TEXT_HEADER: &[&str] = &["text"];
const NO_HEADER: &[&str] = &[];

pub(super) fn interactive(payload: &Node<'_>, findings: &mut Findings) {
    let Some(kind) = findings.needs_text(payload, "type", text("Interactive type", 1, usize::MAX)) else {
        return;
    };
    match kind {
        "button" => {
            frame(payload, MEDIA_HEADERS, BODY_MAX, findings);
            if let Some(action) = findings.needs_object(payload, "action") {
                reply_buttons(&action, findings);
            }
        }
        "list" => {
            frame(payload, TEXT_HEADER, LIST_BODY_MAX, findings);
            if let Some(action) = findings.needs_object(payload, "action") {
                list(&action, findings);
            }
        }
        "cta_url" => {
            frame(payload, MEDIA_HEADERS, BODY_MAX, findings);
            cta_url(payload, findings);
        }
        other => relatives(other, payload, findings),
    }
}

/// Header, body and footer.
fn frame(payload: &Node<'_>, headers: &[&str], body_max: usize, findings: &mut Findings) {
    header(payload, headers, findings);
    body(payload, body_max, true, findings);
    footer(payload, findings);
}

fn header(payload: &Node<'_>, allowed: &[&str], findings: &mut Findings) {
    if allowed.is_empty() {
        return findings.not_allowed(payload, "header", "this interactive message has no header");
    }
    let Some(header) = findings.may_have_object(payload, "header") else { return };
    let Some(kind) = findings.one_of(&header, "type", allowed) else { return };
    match kind {
        "text" => {
            findings.needs_text(&header, "text", text("Header text", 1, HEADER_MAX));
        }
        media if allowed.contains(&media) => {
            if let Some(source) = findings.needs_object(&header, media) {
                check_media::source(media, &source, findings);
            }
        }
        _ => {}
    }
}

fn body(payload: &Node<'_>, max: usize, required: bool, findings: &mut Findings) {
    let body = if required {
        findings.needs_object(payload, "body")
    } else {
        findings.may_have_object(payload, "body")
    };
    if let Some(body) = body {
        findings.needs_text(&body, "text", text("Body text", 1, max));
    }
}

fn footer(payload: &Node<'_>, findings: &mut Findings) {
    if let Some(footer) = findings.may_have_object(payload, "footer") {
        findings.needs_text(&footer, "text", text("Footer text", 1, FOOTER_MAX));
    }
}

fn reply_buttons(action: &Node<'_>, findings: &mut Findings) {
    let buttons = findings.needs_list(action, "buttons", "buttons", [1, BUTTONS_MAX]).unwrap_or_default();
    let (mut ids, mut titles) = (Distinct::default(), Distinct::default());
    for button in buttons {
        findings.one_of(&button, "type", &["reply"]);
        let Some(reply) = findings.needs_object(&button, "reply") else { continue };
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

fn section_title(section: &Node<'_>, required: bool, findings: &mut Findings) {
    if required {
        findings.needs_text(section, "title", text("Section title", 1, ROW_TITLE_MAX));
    } else {
        findings.may_have_text(section, "title", text("Section title", 0, ROW_TITLE_MAX));
    }
}

fn cta_url(payload: &Node<'_>, findings: &mut Findings) {
    let Some(parameters) = action_parameters(payload, "cta_url", findings) else { return };
    findings.needs_text(&parameters, "display_text", text("Button display text", 1, BUTTON_TITLE_MAX));
    findings.url(&parameters, "url");
}

fn action_parameters<'a>(payload: &Node<'a>, name: &str, findings: &mut Findings) -> Option<Node<'a>> {
    let action = findings.needs_object(payload, "action")?;
    findings.one_of(&action, "name", &[name]);
    findings.needs_object(&action, "parameters")
}

/// Kinds that are a frame around an action this crate doesn't build yet: their frame is judged, their action must be
/// there. Kinds nobody has heard of need an action only.
fn relatives(kind: &str, payload: &Node<'_>, findings: &mut Findings) {
    match kind {
        "flow" => frame(payload, MEDIA_HEADERS, BODY_MAX, findings),
        "voice_call" => frame(payload, TEXT_HEADER, BODY_MAX, findings),
        "product_list" => {
            findings.needs_object(payload, "header");
            frame(payload, TEXT_HEADER, BODY_MAX, findings);
        }
        "location_request_message" | "catalog_message" => frame(payload, NO_HEADER, BODY_MAX, findings),
        "contact_request" => body(payload, BODY_MAX, true, findings),
        "product" => {
            header(payload, NO_HEADER, findings);
            body(payload, BODY_MAX, false, findings);
            footer(payload, findings);
        }
        "call_permission_request" => {
            header(payload, NO_HEADER, findings);
            findings.not_allowed(payload, "footer", "this interactive message has no footer");
            body(payload, BODY_MAX, false, findings);
        }
        "carousel" => {
            header(payload, NO_HEADER, findings);
            findings.not_allowed(payload, "footer", "this interactive message has no footer");
            body(payload, BODY_MAX, true, findings);
        }
        _ => {}
    }
    findings.needs_object(payload, "action");
}

/// Texts that may occur only once.
#[derive(Default)]
struct Distinct<'a>(HashSet<&'a str>);

impl<'a> Distinct<'a> {
    fn needs(&mut self, node: &Node<'a>, key: &str, bounds: Text, findings: &mut Findings) {
        let Some(text) = findings.needs_text(node, key, bounds) else { return };
        if !self.0.insert(text) {
            findings.add(node.at(key), Rule::Unique, format!("{} is not unique.", bounds.name));
        }
    }
}
