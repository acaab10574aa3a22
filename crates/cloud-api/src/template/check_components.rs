//! Which parts a template may have, and which go together.

use serde_json::Value;

use super::check::word;
use super::words::{Category, HeaderFormat, ParameterFormat};
use super::{check_auth, check_buttons, check_carousel, check_text};
use crate::judge::{Findings, Node, text};
use crate::violation::Rule;

/// Longest body, in characters.
pub const BODY_MAX: usize = 1024;
/// Longest body beside a limited-time offer, in characters.
pub const OFFER_BODY_MAX: usize = 600;
/// Longest body of a card, and above a single-product button, in characters.
pub const CARD_BODY_MAX: usize = 160;
/// Longest title of a limited-time offer, in characters.
pub const OFFER_TEXT_MAX: usize = 16;

/// Parts Meta names without saying what they hold; they pass unjudged.
const UNJUDGED: &[&str] = &["TAP_TARGET_CONFIGURATION", "ORDER_STATUS"];

/// What the rules of a part depend on.
#[derive(Clone, Default)]
pub(super) struct Context {
    /// Unknown in an edit that doesn't change it.
    pub category: Option<Category>,
    /// Unknown in an edit that doesn't change it; then the first variable tells.
    pub format: Option<ParameterFormat>,
    /// WhatsApp's fixed labels are known in English only.
    pub english: bool,
    /// There is a limited-time offer.
    pub offer: bool,
    /// There is a single-product button.
    pub single_product: bool,
    /// It is a card of a carousel.
    pub card: bool,
}

impl Context {
    pub fn is(&self, category: &Category) -> bool {
        self.category.as_ref() == Some(category)
    }

    /// A category that is known, and none of those.
    fn is_none_of(&self, categories: &[Category]) -> bool {
        self.category.as_ref().is_some_and(|category| !categories.contains(category))
    }
}

/// A part with its type in upper case.
pub(super) struct Part<'a> {
    pub kind: String,
    pub node: Node<'a>,
}

impl Part<'_> {
    pub fn kind_pointer(&self) -> String {
        self.node.at("type")
    }
}

/// A text field in upper case, if it is one.
pub(super) fn upper(node: &Node<'_>, key: &str) -> String {
    node.str(key).unwrap_or_default().to_ascii_uppercase()
}

pub(super) fn components(root: &Node<'_>, mut context: Context, findings: &mut Findings) {
    let bounds = [1, usize::MAX];
    let Some(nodes) = findings.needs_list(root, "components", "components", bounds) else { return };
    let given = !nodes.is_empty();
    let parts = parts(nodes, findings);
    let button_kinds = button_kinds(&parts);
    let has = |kind: &str| button_kinds.iter().any(|button| button == kind);
    context.offer = parts.iter().any(|part| part.kind == "LIMITED_TIME_OFFER");
    context.single_product = has("SPM");
    if context.category.is_none() && has("OTP") {
        context.category = Some(Category::Authentication);
    }
    for part in &parts {
        if context.is(&Category::Authentication) {
            check_auth::part(part, findings);
        } else {
            self::part(part, &context, findings);
        }
    }
    if given && !parts.iter().any(|part| part.kind == "BODY") {
        findings.add(root.at("components"), Rule::Required, "A template needs a component of type BODY.");
    }
    if context.is(&Category::Authentication) {
        check_auth::whole(root, &parts, findings);
    } else {
        combinations(root, &parts, &context, findings);
    }
}

/// The parts whose type is known, each type once.
pub(super) fn parts<'a>(nodes: Vec<Node<'a>>, findings: &mut Findings) -> Vec<Part<'a>> {
    let mut parts: Vec<Part<'a>> = Vec::new();
    for node in nodes {
        let known: Vec<&str> = super::Component::TYPES.iter().chain(UNJUDGED).copied().collect();
        let Some(kind) = word(&node, "type", &known, true, findings) else { continue };
        let kind = kind.to_ascii_uppercase();
        if parts.iter().any(|part| part.kind == kind) {
            findings.add(
                node.at("type"),
                Rule::Unique,
                format!("There can be only one component of type {kind}."),
            );
            continue;
        }
        parts.push(Part { kind, node });
    }
    parts
}

fn button_kinds(parts: &[Part<'_>]) -> Vec<String> {
    let buttons = parts.iter().filter(|part| part.kind == "BUTTONS");
    let lists = buttons.filter_map(|part| part.node.get("buttons")?.as_array());
    let kinds = lists.flatten().filter_map(|button| button.get("type").and_then(Value::as_str));
    kinds.map(str::to_ascii_uppercase).collect()
}

pub(super) fn part(part: &Part<'_>, context: &Context, findings: &mut Findings) {
    let node = &part.node;
    match part.kind.as_str() {
        "HEADER" => check_text::header(node, context, findings),
        "BODY" => check_text::body(node, context, findings),
        "FOOTER" => check_text::footer(node, findings),
        "BUTTONS" => check_buttons::buttons(node, context, findings),
        "CAROUSEL" => check_carousel::carousel(node, context, findings),
        "LIMITED_TIME_OFFER" => offer(node, findings),
        _ => {}
    }
}

fn offer(node: &Node<'_>, findings: &mut Findings) {
    if let Some(offer) = findings.needs_object(node, "limited_time_offer") {
        findings.needs_text(&offer, "text", text("Limited-time offer text", 1, OFFER_TEXT_MAX));
        findings.boolean(&offer, "has_expiration");
    }
}

fn combinations(root: &Node<'_>, parts: &[Part<'_>], context: &Context, findings: &mut Findings) {
    let find = |kind: &str| parts.iter().find(|part| part.kind == kind);
    let marketing = [Category::Marketing];
    if let Some(header) = find("HEADER") {
        header_category(&header.node, context, findings);
        let product = upper(&header.node, "format") == HeaderFormat::Product.as_str();
        if product && !context.single_product {
            let message = "A PRODUCT header goes with an SPM button.";
            findings.add(header.node.at("format"), Rule::Conflict, message);
        }
    }
    if context.single_product
        && find("HEADER").is_none_or(|header| upper(&header.node, "format") != HeaderFormat::Product.as_str())
    {
        findings.add(root.at("components"), Rule::Required, "An SPM button needs a PRODUCT header.");
    }
    if let Some(carousel) = find("CAROUSEL") {
        only_in(carousel, &marketing, context, findings);
        exclude(parts, carousel, &["HEADER", "FOOTER", "BUTTONS", "LIMITED_TIME_OFFER"], findings);
    }
    if let Some(request) = find("CALL_PERMISSION_REQUEST") {
        only_in(request, &[Category::Marketing, Category::Utility], context, findings);
        exclude(parts, request, &["BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER"], findings);
    }
    if let Some(offer) = find("LIMITED_TIME_OFFER") {
        only_in(offer, &marketing, context, findings);
        exclude(parts, offer, &["FOOTER"], findings);
        offer_header(find("HEADER"), findings);
        let buttons = find("BUTTONS").map(|part| &part.node);
        check_buttons::beside_offer(root, &offer.node, buttons, findings);
    }
}

fn only_in(part: &Part<'_>, categories: &[Category], context: &Context, findings: &mut Findings) {
    if context.is_none_of(categories) {
        let names: Vec<&str> = categories.iter().map(Category::as_str).collect();
        let message = format!("{} is allowed in category {} only.", part.kind, names.join(" and "));
        findings.add(part.kind_pointer(), Rule::Conflict, message);
    }
}

fn exclude(parts: &[Part<'_>], part: &Part<'_>, others: &[&str], findings: &mut Findings) {
    for other in parts.iter().filter(|other| others.contains(&other.kind.as_str())) {
        let message = format!("{} can't stand beside {}.", other.kind, part.kind);
        findings.add(other.kind_pointer(), Rule::Conflict, message);
    }
}

fn header_category(header: &Node<'_>, context: &Context, findings: &mut Findings) {
    let format = upper(header, "format");
    if format == HeaderFormat::Gif.as_str() && context.is_none_of(&[Category::Marketing]) {
        let message = "A GIF header is allowed in category MARKETING only.";
        findings.add(header.at("format"), Rule::Conflict, message);
    }
}

fn offer_header(header: Option<&Part<'_>>, findings: &mut Findings) {
    let Some(header) = header else { return };
    let format = upper(&header.node, "format");
    if !["IMAGE", "VIDEO"].contains(&format.as_str()) {
        let message = "A limited-time offer takes an IMAGE or VIDEO header, or none.";
        findings.add(header.node.at("format"), Rule::Conflict, message);
    }
}
