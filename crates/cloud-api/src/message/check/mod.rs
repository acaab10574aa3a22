//! The envelope: who it goes to, what kind it is, what it answers.

mod address;
mod carousel;
mod contacts;
mod direct_send;
mod form;
mod interactive;
mod media;
mod numbers;
mod order;
mod parameter;
mod products;
mod recipient;
mod template;

use serde::Serialize;
use serde_json::Value;

use crate::judge::{Asked, Findings, Node, text};
use crate::violation::{Rule, Violation};

pub(super) use contacts::card as contact_card;
pub(super) use interactive::interactive;
pub(super) use media::location;
pub(super) use order::{order_details, order_status};
pub use recipient::{is_bsuid, is_phone};
pub(super) use template::template;

/// The numbers that [`limits`](super::limits) shows.
pub(super) mod bounds {
    pub use super::address::PIN_CODE_MAX;
    pub use super::carousel::{CARD_BODY_LINE_BREAKS_MAX, CARD_BODY_MAX, CAROUSEL_CARDS_MIN};
    pub use super::contacts::CARDS_MAX;
    pub use super::direct_send::{
        AUTHENTICATION_TTL_SECONDS, CATEGORIES, DIRECT_SEND_TEXT_MAX, UTILITY_TTL_SECONDS,
    };
    pub use super::form::FORM_LABEL_MAX;
    pub use super::interactive::{
        BODY_MAX, BUTTON_ID_MAX, BUTTON_TITLE_MAX, BUTTONS_MAX, CALL_TTL_MINUTES, FOOTER_MAX, HEADER_MAX,
        LIST_BODY_MAX, ROW_DESCRIPTION_MAX, ROW_ID_MAX, ROW_TITLE_MAX, ROWS_MAX, SECTIONS_MAX,
    };
    pub use super::media::CAPTION_MAX;
    pub use super::order::{AMOUNT_OFFSET, ORDER_DESCRIPTION_MAX, ORDER_STATUSES, REFERENCE_ID_MAX};
    pub use super::parameter::{
        BODY_ALONE_VALUE_MAX, BODY_VALUE_MAX, COUPON_CODE_MAX, HEADER_VALUE_MAX, OFFER_CODE_MAX,
        URL_SUFFIX_MAX,
    };
    pub use super::products::{PRODUCT_SECTIONS_MAX, PRODUCTS_MAX};
    pub use super::template::{BUTTON_INDEX_MAX, CAROUSEL_CARDS_MAX, TEMPLATE_NAME_MAX};
    pub use super::{CALLBACK_DATA_MAX, GROUP_KINDS, KINDS, PIN_DAYS_MAX, TEXT_MAX};
}

/// Longest `biz_opaque_callback_data`, in characters. Meta: Messages > Request.
pub const CALLBACK_DATA_MAX: usize = 512;
/// Longest text message, in characters. Meta: Messages > Text.
pub const TEXT_MAX: usize = 4096;
/// Longest time a message stays pinned, in days. Meta: Groups API > Pin.
pub const PIN_DAYS_MAX: u64 = 30;
/// Every message `type` that Meta knows. Meta: Cloud API > Reference > Messages.
pub const KINDS: [&str; 12] = [
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "reaction",
    "interactive",
    "template",
    "pin",
];
/// The types that can be sent to a group. Meta: Groups API > Group messaging.
pub const GROUP_KINDS: [&str; 8] =
    ["text", "image", "video", "audio", "document", "sticker", "template", "pin"];

const ANY: usize = usize::MAX;

/// Judges a body for `POST /{phone number id}/messages`: a message, or a read receipt with or without typing.
///
/// Every limit that Meta documents for the kinds in [`limits::KINDS`](super::limits::KINDS) is applied, also where
/// one part excludes another. Lengths are counted in characters (Unicode scalar values), not bytes. An interactive
/// message of a type this crate doesn't know passes when it has an `action`. Never panics, whatever the JSON.
///
/// ```
/// use cloud_api::message::{Rule, check};
/// use serde_json::json;
///
/// let body = json!({"messaging_product": "whatsapp", "to": "+1 650 555 1234", "type": "text", "text": {"body": ""}});
/// let violations = check(&body).expect_err("an empty text is refused");
/// assert_eq!((violations[0].pointer.as_str(), violations[0].rule), ("/text/body", Rule::Length));
/// ```
///
/// # Errors
/// All violations found, in the order of the message, never an empty list.
pub fn check(message: &Value) -> Result<(), Vec<Violation>> {
    judge(message, whole)
}

fn whole(root: &Node<'_>, findings: &mut Findings) {
    if root.get("status").is_some() {
        read_receipt(root, findings);
    } else {
        envelope(root, findings);
    }
}

/// Judges a message's type and payload alone, without recipient and envelope: for a message that isn't addressed yet.
///
/// # Errors
/// As [`check`].
pub fn check_content(message: &Value) -> Result<(), Vec<Violation>> {
    judge(message, options_and_content)
}

/// Judges a body for `POST /{phone number id}/marketing_messages`: everything [`check`] judges, and that it is a
/// template with the options of that endpoint. Whether the template is one of category marketing Meta alone knows
/// (134100, 131055). Meta: Marketing Messages API for WhatsApp > Sending messages.
///
/// # Errors
/// As [`check`].
pub fn check_marketing(message: &Value) -> Result<(), Vec<Violation>> {
    judge(message, marketing)
}

/// JSON pointers to the fields of a body for `messages` that Meta doesn't know: misspelt, most likely. They break no
/// limit; Meta ignores them or refuses them with code 100. Call it for bodies that [`check`] passes.
pub fn unknown_fields(message: &Value) -> Vec<String> {
    unknown(message, whole)
}

/// As [`unknown_fields`], for a body for `marketing_messages`.
pub fn unknown_marketing_fields(message: &Value) -> Vec<String> {
    unknown(message, marketing)
}

fn unknown(value: &Value, rules: impl FnOnce(&Node<'_>, &mut Findings)) -> Vec<String> {
    let asked = Asked::default();
    if let Some(root) = Node::root_noting(value, &asked) {
        rules(&root, &mut Findings::default());
    }
    asked.unknown(value)
}

fn marketing(root: &Node<'_>, findings: &mut Findings) {
    product(root, findings);
    recipient::recipient(root, findings);
    if findings.one_of(root, "type", &["template"]) == Some("template") {
        options(root, "template", findings);
        content(root, "template", findings);
    }
    if root.get("product_policy").is_some() {
        findings.one_of(root, "product_policy", &["CLOUD_API_FALLBACK", "STRICT"]);
    }
    findings.boolean(root, "message_activity_sharing");
}

/// Runs one check over a JSON object.
pub(super) fn judge(
    value: &Value,
    check: impl FnOnce(&Node<'_>, &mut Findings),
) -> Result<(), Vec<Violation>> {
    let mut findings = Findings::default();
    match Node::root(value) {
        Some(root) => check(&root, &mut findings),
        None => findings.wrong_type(String::new(), "a JSON object"),
    }
    if findings.0.is_empty() { Ok(()) } else { Err(findings.0) }
}

/// Runs one check over what a typed object looks like on the wire.
pub(super) fn judge_typed(
    object: &impl Serialize,
    check: impl FnOnce(&Node<'_>, &mut Findings),
) -> Result<(), Vec<Violation>> {
    judge(&serde_json::to_value(object).unwrap_or_default(), check)
}

fn envelope(root: &Node<'_>, findings: &mut Findings) {
    product(root, findings);
    recipient::recipient(root, findings);
    let before = findings.0.len();
    options_and_content(root, findings);
    let kind = root.str("type").unwrap_or("text");
    let refused = findings.0[before..].iter().any(|violation| violation.pointer == "/type");
    if root.str("recipient_type") == Some("group") && !refused && !GROUP_KINDS.contains(&kind) {
        let message = format!("Messages of type {kind} can't be sent to a group.");
        findings.add(root.at("type"), Rule::NotAllowed, message);
    }
}

fn options_and_content(root: &Node<'_>, findings: &mut Findings) {
    let kind = match root.get("type") {
        None => "text",
        Some(Value::String(kind)) if !kind.is_empty() => kind,
        Some(Value::String(_)) => return findings.required(root.at("type")),
        Some(_) => return findings.wrong_type(root.at("type"), "a string"),
    };
    options(root, kind, findings);
    content(root, kind, findings);
}

pub(super) fn read_receipt(root: &Node<'_>, findings: &mut Findings) {
    product(root, findings);
    findings.one_of(root, "status", &["read"]);
    findings.needs_text(root, "message_id", text("Message id", 1, ANY));
    if let Some(typing) = findings.may_have_object(root, "typing_indicator") {
        findings.one_of(&typing, "type", &["text"]);
    }
}

fn product(root: &Node<'_>, findings: &mut Findings) {
    findings.one_of(root, "messaging_product", &["whatsapp"]);
}

fn options(root: &Node<'_>, kind: &str, findings: &mut Findings) {
    if kind == "reaction" {
        findings.not_allowed(root, "context", "a reaction can't quote a message");
    } else if let Some(context) = findings.may_have_object(root, "context") {
        findings.needs_text(&context, "message_id", text("Context message id", 1, ANY));
    }
    let data = text("biz_opaque_callback_data", 0, CALLBACK_DATA_MAX);
    findings.may_have_text(root, "biz_opaque_callback_data", data);
    findings.may_have_text(root, "recipient_identity_key_hash", text("Identity key hash", 1, ANY));
    direct_send::direct_send(root, kind, findings);
}

fn content(root: &Node<'_>, kind: &str, findings: &mut Findings) {
    if kind == "contacts" {
        return contacts::contacts(root, findings);
    }
    if !KINDS.contains(&kind) {
        return findings.not_one_of(root, "type", &KINDS);
    }
    let Some(payload) = findings.needs_object(root, kind) else { return };
    match kind {
        "text" => text_message(root, &payload, findings),
        "location" => location(&payload, findings),
        "reaction" => reaction(&payload, findings),
        "interactive" => interactive(&payload, findings),
        "template" => template(&payload, findings),
        "pin" => pin(root, &payload, findings),
        media => media::media(media, &payload, findings),
    }
}

fn text_message(root: &Node<'_>, payload: &Node<'_>, findings: &mut Findings) {
    let direct_send = matches!(root.str("category"), Some("utility" | "authentication"));
    let max = if direct_send { direct_send::DIRECT_SEND_TEXT_MAX } else { TEXT_MAX };
    findings.needs_text(payload, "body", text("Text body", 1, max));
    findings.boolean(payload, "preview_url");
}

fn reaction(payload: &Node<'_>, findings: &mut Findings) {
    findings.needs_text(payload, "message_id", text("Reaction message id", 1, ANY));
    // An empty emoji is the way to take a reaction back.
    let Some(emoji) = findings.needs_text(payload, "emoji", text("Reaction emoji", 0, ANY)) else { return };
    // No emoji is plain ASCII: a keycap has at least its enclosing mark.
    if !emoji.is_empty() && emoji.is_ascii() {
        findings.add(payload.at("emoji"), Rule::Format, "Param reaction['emoji'] must be an emoji.");
    }
}

fn pin(root: &Node<'_>, payload: &Node<'_>, findings: &mut Findings) {
    if root.str("recipient_type") != Some("group") {
        findings.add(root.at("recipient_type"), Rule::Value, "Only messages in a group can be pinned.");
    }
    let pinning = findings.one_of(payload, "type", &["pin", "unpin"]) == Some("pin");
    findings.needs_text(payload, "message_id", text("Pin message id", 1, ANY));
    match payload.get("expiration_days").map(Value::as_u64) {
        Some(Some(1..=PIN_DAYS_MAX)) => {}
        None if !pinning => {}
        None => findings.required(payload.at("expiration_days")),
        Some(_) => {
            let message = format!("Param pin['expiration_days'] must be between 1 and {PIN_DAYS_MAX}.");
            findings.add(payload.at("expiration_days"), Rule::Value, message);
        }
    }
}
