//! Media by id or link, and locations.

use serde_json::Value;

use crate::judge::{Findings, Node, param, text};
use crate::violation::Rule;

/// Longest caption, in characters. Meta: Messages > Media.
pub const CAPTION_MAX: usize = 1024;

/// The payload of an image, video, audio, document or sticker message.
pub(super) fn media(kind: &str, payload: &Node<'_>, findings: &mut Findings) {
    source(kind, payload, findings);
    if matches!(kind, "audio" | "sticker") {
        findings.not_allowed(payload, "caption", "audio and stickers have no caption");
    } else {
        findings.may_have_text(payload, "caption", text("Caption", 0, CAPTION_MAX));
    }
    if kind != "document" {
        findings.not_allowed(payload, "filename", "only documents have a file name");
    }
    if kind == "audio" {
        findings.boolean(payload, "voice");
    } else {
        findings.not_allowed(payload, "voice", "only audio can be a voice note");
    }
}

/// Exactly one of `id` and `link`, and a document's name.
pub(super) fn source(kind: &str, payload: &Node<'_>, findings: &mut Findings) {
    if kind == "document" {
        findings.may_have_text(payload, "filename", text("Filename", 0, usize::MAX));
    }
    match (payload.get("id"), payload.get("link")) {
        (None, None) => findings.required(payload.at("id")),
        (Some(_), Some(_)) => {
            let message = format!("{kind}: give either id or link, not both.");
            findings.add(payload.at("link"), Rule::NotAllowed, message);
        }
        (Some(Value::Number(_)), None) => {}
        (Some(_), None) => {
            findings.may_have_text(payload, "id", text("Media id", 1, usize::MAX));
        }
        (None, Some(_)) => findings.url(payload, "link"),
    }
}

/// Latitude and longitude, as numbers or as text.
pub(in crate::message) fn location(payload: &Node<'_>, findings: &mut Findings) {
    degrees(payload, "latitude", 90.0, findings);
    degrees(payload, "longitude", 180.0, findings);
    findings.may_have_text(payload, "name", text("Location name", 0, usize::MAX));
    findings.may_have_text(payload, "address", text("Location address", 0, usize::MAX));
}

fn degrees(payload: &Node<'_>, key: &str, most: f64, findings: &mut Findings) {
    let number = match payload.get(key) {
        None => return findings.required(payload.at(key)),
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => return findings.wrong_type(payload.at(key), "a number"),
    };
    if !number.is_some_and(|number| number.is_finite() && number.abs() <= most) {
        let pointer = payload.at(key);
        let message = format!("Param {} must be between -{most} and {most}.", param(&pointer));
        findings.add(pointer, Rule::Value, message);
    }
}
