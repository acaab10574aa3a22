//! `/{phone number}/message_qrdls`: QR codes and links that open a chat with a text already written.

use serde_json::{Value, json};

use super::checked::success;
use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::{Answer, Call, fields, page, pictures};
use crate::config::Config;
use crate::world::World;
use crate::world::number::QrCode;

/// QR codes of a number.
const MOST: usize = 2_000;
/// Characters of the text.
const TEXT_MAX: usize = 140;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Number, "message_qrdls", "GET POST", Scope::Management),
    edge(Kind::Number, "message_qrdls/*", "GET POST DELETE", Scope::Management),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let (id, params, config) = (call.id, call.params, call.config());
    let code = call.rest.get(1).copied();
    call.with(|world| match (call.verb(), code) {
        ("GET", None) => list(world, config, id, params),
        ("GET", Some(code)) => {
            let number = world.numbers.get(id).ok_or_else(|| call.unknown())?;
            // A list of one, or of none: a code that isn't there is no error.
            let found = number.facts.qr_codes.iter().filter(|qr| qr.code == code);
            let nodes: Result<Vec<Value>, GraphError> = found.map(|qr| show(config, params, qr)).collect();
            Ok(json!({ "data": nodes? }))
        }
        // Older clients name the code to change in the path.
        ("POST", code) => set(world, config, id, params, code.or(params.text("code"))),
        (_, code) => {
            let number = world.numbers.get_mut(id).ok_or_else(|| call.unknown())?;
            let before = number.facts.qr_codes.len();
            number.facts.qr_codes.retain(|qr| Some(qr.code.as_str()) != code);
            let gone = number.facts.qr_codes.len() < before;
            world.announce("number", id, "", None);
            if gone { Ok(success()) } else { Err(call.unknown()) }
        }
    })
}

const DEFAULTS: &[&str] = &["code", "prefilled_message", "deep_link_url"];

fn show(config: &Config, params: &Params, qr: &QrCode) -> Answer {
    let asked = params.text("fields").unwrap_or("");
    let format = fields::modifier(asked, "qr_image_url", "format")?;
    let format = format.as_deref().unwrap_or("SVG");
    fields::select(node(config, qr, Some(format)), params.text("fields"), DEFAULTS, "WhatsAppBusinessQRDL")
}

fn node(config: &Config, qr: &QrCode, format: Option<&str>) -> Value {
    let mut node = json!({
        "code": qr.code, "prefilled_message": qr.message,
        "deep_link_url": format!("https://wa.me/message/{}", qr.code),
    });
    if let Some(format) = format {
        node["qr_image_url"] = Value::from(pictures::qr_url(config, &qr.code, format));
    }
    node
}

fn list(world: &World, config: &Config, id: &str, params: &Params) -> Answer {
    let number = world.numbers.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    let code = params.text("code");
    let found = number.facts.qr_codes.iter().filter(|qr| code.is_none_or(|code| qr.code == code));
    let nodes: Result<Vec<Value>, GraphError> = found.map(|qr| show(config, params, qr)).collect();
    page::page(config, params, nodes?)
}

/// Makes a code, or changes the text of one.
fn set(world: &mut World, config: &Config, id: &str, params: &Params, code: Option<&str>) -> Answer {
    let message =
        params.text("prefilled_message").ok_or_else(|| GraphError::required("prefilled_message"))?;
    if !(1..=TEXT_MAX).contains(&message.chars().count()) {
        let details = format!(
            "prefilled_message: Prefilled message length invalid. Min length: 1, Max length: {TEXT_MAX}"
        );
        return Err(GraphError::message(100).details(details));
    }
    let format = params.text("generate_qr_image").map(str::to_ascii_uppercase);
    let format = format.as_deref();
    if format.is_some_and(|format| !["PNG", "SVG"].contains(&format)) {
        return Err(GraphError::parameter("Param generate_qr_image must be one of {PNG, SVG}"));
    }
    let fresh = world.ids.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 14);
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    let codes = &mut number.facts.qr_codes;
    let at = match code {
        Some(code) => codes
            .iter()
            .position(|qr| qr.code == code)
            .ok_or_else(|| GraphError::unknown_object("post", code))?,
        None if codes.len() >= MOST => {
            let details = format!("A phone number has at most {MOST} QR codes");
            return Err(GraphError::message(100).details(details));
        }
        None => {
            codes.push(QrCode { code: fresh, message: String::new() });
            codes.len() - 1
        }
    };
    codes[at].message = message.to_owned();
    let node = node(config, &codes[at], format);
    world.announce("number", id, "", None);
    Ok(node)
}
