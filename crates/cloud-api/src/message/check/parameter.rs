//! The values of a template's variables, and which of them go where.

use std::collections::HashSet;

use super::template::Around;
use super::{media, order, products};
use crate::judge::{Findings, Node, text};
use crate::template::limits;
use crate::violation::Rule;

/// Longest coupon code, in characters.
pub const COUPON_CODE_MAX: usize = limits::CODE_MAX;
/// Longest coupon code of a limited-time offer, in characters.
pub const OFFER_CODE_MAX: usize = limits::OFFER_CODE_MAX;
/// Longest value of a header's variable, in characters: that of the header itself.
pub const HEADER_VALUE_MAX: usize = limits::HEADER_MAX;
/// Longest value of a body's variable, in characters, in a template with other components.
pub const BODY_VALUE_MAX: usize = limits::BODY_MAX;
/// Longest value of a body's variable, in characters, in a template that is a body alone.
pub const BODY_ALONE_VALUE_MAX: usize = 32_768;
/// Longest text that is appended to a button's URL, in characters: that of the URL itself.
pub const URL_SUFFIX_MAX: usize = limits::URL_MAX;

/// The buttons that take values, or may be named without any.
pub(super) const SUB_TYPES: [&str; 10] = [
    "quick_reply",
    "url",
    "copy_code",
    "flow",
    "catalog",
    "mpm",
    "spm",
    "voice_call",
    "phone_number",
    "order_details",
];

const ANY: usize = usize::MAX;

/// Where a value stands.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Header,
    Body,
    Offer,
    OrderStatus,
    TapTarget,
    Button(&'static str),
}

impl Place {
    /// The values that go here.
    fn takes(self, card: bool) -> &'static [&'static str] {
        match self {
            Self::Header if card => &["image", "video", "product"],
            Self::Header => &["text", "image", "video", "document", "gif", "location", "product"],
            Self::Body => &["text", "currency", "date_time"],
            Self::Offer => &["limited_time_offer"],
            Self::OrderStatus => &["order_status"],
            Self::TapTarget => &["tap_target_configuration"],
            Self::Button("url") => &["text"],
            Self::Button("quick_reply") => &["payload"],
            Self::Button("copy_code") => &["coupon_code"],
            Self::Button("flow" | "catalog" | "mpm" | "order_details") => &["action"],
            Self::Button("voice_call") => &["ttl_minutes", "payload"],
            Self::Button(_) => &[],
        }
    }

    /// How many.
    fn counts(self) -> [usize; 2] {
        match self {
            Self::Body => [0, ANY],
            Self::Offer | Self::OrderStatus | Self::TapTarget => [1, 1],
            Self::Button("copy_code" | "mpm" | "order_details") => [1, 1],
            Self::Button("voice_call") => [0, 2],
            Self::Button("spm" | "phone_number") => [0, 0],
            Self::Header | Self::Button(_) => [0, 1],
        }
    }
}

pub(super) fn parameters(component: &Node<'_>, place: Place, around: Around, findings: &mut Findings) {
    let [min, max] = place.counts();
    if min > 0 && component.get("parameters").is_none() {
        return findings.required(component.at("parameters"));
    }
    let given = findings.may_have_list(component, "parameters", "parameters", [min, max]).unwrap_or_default();
    names(&given, findings);
    for parameter in given.iter().take(max) {
        value(parameter, place, around, findings);
    }
}

/// Variables have names or they don't; a name occurs once.
fn names(parameters: &[Node<'_>], findings: &mut Findings) {
    let named = parameters.iter().any(|parameter| parameter.get("parameter_name").is_some());
    let mut seen = HashSet::new();
    for parameter in parameters.iter().filter(|_| named) {
        let pointer = parameter.at("parameter_name");
        if parameter.get("parameter_name").is_none() {
            let message = "Parameters with and without parameter_name can't be mixed.";
            findings.add(pointer, Rule::Conflict, message);
        } else if let Some(name) =
            findings.needs_text(parameter, "parameter_name", text("Parameter name", 1, ANY))
            && !seen.insert(name)
        {
            findings.add(pointer, Rule::Unique, "Parameter name is not unique.");
        }
    }
}

fn value(parameter: &Node<'_>, place: Place, around: Around, findings: &mut Findings) {
    let allowed = place.takes(around.card);
    let Some(kind) = findings.one_of_any_case(parameter, "type", allowed) else { return };
    match kind {
        "text" => text_value(parameter, longest(place, around), findings),
        "payload" => {
            findings.needs_text(parameter, "payload", text("Button payload", 1, ANY));
        }
        "coupon_code" => {
            let max = if around.offer { OFFER_CODE_MAX } else { COUPON_CODE_MAX };
            findings.needs_text(parameter, "coupon_code", text("Coupon code", 1, max));
        }
        "ttl_minutes" => {
            findings.needs_whole(parameter, "ttl_minutes", super::interactive::CALL_TTL_MINUTES);
        }
        "tap_target_configuration" => tap_targets(parameter, findings),
        object => {
            if let Some(payload) = findings.needs_object(parameter, object) {
                object_value(object, &payload, place, findings);
            }
        }
    }
    if around.offer && matches!(place, Place::Header) && !matches!(kind, "image" | "video") {
        let message = "The header of a limited-time offer is an image or a video.";
        findings.add(parameter.at("type"), Rule::Conflict, message);
    }
}

fn longest(place: Place, around: Around) -> usize {
    match place {
        Place::Header => HEADER_VALUE_MAX,
        Place::Button(_) => URL_SUFFIX_MAX,
        _ if around.body_alone => BODY_ALONE_VALUE_MAX,
        _ => BODY_VALUE_MAX,
    }
}

fn text_value(parameter: &Node<'_>, max: usize, findings: &mut Findings) {
    let Some(value) = findings.needs_text(parameter, "text", text("Parameter text", 1, max)) else { return };
    if value.contains(['\n', '\r', '\t']) || value.contains("     ") {
        let message = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces";
        findings.add(parameter.at("text"), Rule::ParameterText, message);
    }
}

fn object_value(kind: &str, payload: &Node<'_>, place: Place, findings: &mut Findings) {
    match kind {
        "image" | "video" | "document" | "gif" => media::source(kind, payload, findings),
        "location" => media::location(payload, findings),
        "product" => products::product(payload, findings),
        "currency" => {
            findings.needs_text(payload, "fallback_value", text("Fallback value", 1, ANY));
            order::currency(payload, "code", findings);
            findings.needs_whole(payload, "amount_1000", [i64::MIN, i64::MAX]);
        }
        "date_time" => {
            findings.needs_text(payload, "fallback_value", text("Fallback value", 1, ANY));
        }
        "limited_time_offer" => {
            findings.needs_whole(payload, "expiration_time_ms", [1, i64::MAX]);
        }
        "order_status" => order::order_status(payload, findings),
        _ => action(payload, place, findings),
    }
}

/// What a button does, beyond its label.
fn action(action: &Node<'_>, place: Place, findings: &mut Findings) {
    let Place::Button(button) = place else { return };
    let thumbnail = text("Product retailer id", 1, ANY);
    match button {
        "flow" => {
            findings.may_have_text(action, "flow_token", text("Flow token", 1, ANY));
            findings.may_have_free_object(action, "flow_action_data");
        }
        "catalog" => {
            findings.may_have_text(action, "thumbnail_product_retailer_id", thumbnail);
        }
        "mpm" => {
            findings.needs_text(action, "thumbnail_product_retailer_id", thumbnail);
            products::sections(action, findings);
        }
        _ => {
            if let Some(details) = findings.needs_object(action, "order_details") {
                order::order_details(&details, findings);
            }
        }
    }
}

fn tap_targets(parameter: &Node<'_>, findings: &mut Findings) {
    let targets = findings.needs_list(parameter, "tap_target_configuration", "tap targets", [1, ANY]);
    for target in targets.unwrap_or_default() {
        findings.url(&target, "url");
        findings.needs_text(&target, "title", text("Tap target title", 1, ANY));
    }
}
