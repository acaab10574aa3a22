//! The rules of whole templates: names, language, category, time to live, and which parts go together.

use serde_json::Value;

use super::check_components::{Context, components};
use super::language::language;
use super::words::{Category, Enrollment, OtpType, ParameterFormat};
use super::{check_auth, check_buttons};
use crate::judge::{Asked, Findings, Node, text};
use crate::shape::whole;
use crate::violation::{Rule, Violation};

/// Longest name, in characters.
pub const NAME_MAX: usize = 512;
/// Shortest and longest time to live of an authentication template, in seconds; -1 is taken too.
pub const AUTHENTICATION_TTL: [i64; 2] = [30, 900];
/// Shortest and longest time to live of a utility template, in seconds; -1 is taken too.
pub const UTILITY_TTL: [i64; 2] = [30, 43_200];
/// Shortest and longest time to live of a marketing template, in seconds.
pub const MARKETING_TTL: [i64; 2] = [43_200, 2_592_000];

const ANY: usize = usize::MAX;

/// Judges a body for `POST /{WABA}/message_templates`: a template in one language.
///
/// Every rule Meta documents for names, languages, categories, components, variables, examples and buttons is applied,
/// and those that are known from Meta's refusals. What a reviewer decides about the words isn't. Fields this crate
/// doesn't know pass. Lengths are counted in characters (Unicode scalar values). Never panics, whatever the JSON.
/// [`refusal`](super::refusal) says how Graph answers a violation. Meta: Templates > Create.
///
/// # Errors
/// All violations found, in the order of the template, never an empty list. After 1,000 no more are collected.
pub fn check(template: &Value) -> Result<(), Vec<Violation>> {
    judge(template, definition)
}

/// JSON pointers to the fields of a definition that nobody knows: misspelt, most likely. They break no rule; Meta
/// ignores them or refuses them with code 100. Call it for definitions that [`check`] passes.
pub fn unknown_fields(template: &Value) -> Vec<String> {
    let asked = Asked::default();
    if let Some(root) = Node::root_noting(template, &asked) {
        definition(&root, &mut Findings::default());
    }
    asked.unknown(template)
}

fn definition(root: &Node<'_>, findings: &mut Findings) {
    name(root, findings);
    let language = findings.needs_text(root, "language", text("Language code", 1, ANY));
    known_language(language, root.at("language"), findings);
    let category = word(root, "category", Category::KNOWN, true, findings).map(Category::from);
    let format = options(root, category.as_ref(), findings).unwrap_or(ParameterFormat::Positional);
    library(root, findings);
    // A template of the library has its parts there.
    if root.get("library_template_name").is_none() || root.get("components").is_some() {
        let context =
            Context { category, format: Some(format), english: english(language), ..Context::default() };
        components(root, context, findings);
    }
}

/// Judges a body for `POST /{template id}`: what is to be changed. Rules that depend on the category apply when the
/// edit names one. Meta: Templates > Edit.
///
/// # Errors
/// As [`check`].
pub fn check_edit(edit: &Value) -> Result<(), Vec<Violation>> {
    judge(edit, |root, findings| {
        let fields = [
            "components",
            "category",
            "parameter_format",
            "message_send_ttl_seconds",
            "cta_url_link_tracking_opted_out",
        ];
        if root.map.is_empty() || root.map.values().all(Value::is_null) {
            let message = format!("An edit needs at least one of {}.", fields.join(", "));
            findings.add(String::new(), Rule::Required, message);
        }
        let category = word(root, "category", Category::KNOWN, false, findings).map(Category::from);
        let format = options(root, category.as_ref(), findings);
        if root.get("components").is_some() {
            components(root, Context { category, format, ..Context::default() }, findings);
        }
    })
}

/// Judges a body for `POST /{WABA}/upsert_message_templates`: an authentication template in many languages.
/// Meta: Authentication templates > Bulk management.
///
/// # Errors
/// As [`check`].
pub fn check_bulk_authentication(template: &Value) -> Result<(), Vec<Violation>> {
    judge(template, |root, findings| {
        name(root, findings);
        if root.get("languages").is_none() {
            findings.required(root.at("languages"));
        }
        match root.get("languages") {
            Some(Value::Array(languages)) if !languages.is_empty() => {
                for (i, code) in languages.iter().enumerate() {
                    let pointer = format!("{}/{i}", root.at("languages"));
                    match code.as_str() {
                        Some(code) => known_language(Some(code), pointer, findings),
                        None => findings.wrong_type(pointer, "a string"),
                    }
                }
            }
            Some(Value::Array(_)) => {
                let message = "Invalid languages count. Min allowed languages: 1".to_owned();
                findings.add_limit(root.at("languages"), Rule::Count, [1, 0], message);
            }
            Some(_) => findings.wrong_type(root.at("languages"), "an array"),
            None => {}
        }
        word(root, "category", &["AUTHENTICATION"], true, findings);
        let category = Some(Category::Authentication);
        options(root, category.as_ref(), findings);
        components(root, Context { category, ..Context::default() }, findings);
    })
}

fn judge(value: &Value, rules: impl FnOnce(&Node<'_>, &mut Findings)) -> Result<(), Vec<Violation>> {
    let mut findings = Findings::default();
    match Node::root(value) {
        Some(root) => rules(&root, &mut findings),
        None => findings.wrong_type(String::new(), "a JSON object"),
    }
    if findings.0.is_empty() { Ok(()) } else { Err(findings.0) }
}

fn name(root: &Node<'_>, findings: &mut Findings) {
    let Some(name) = findings.needs_text(root, "name", text("Template name", 1, NAME_MAX)) else { return };
    if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        let message = "Param name may have lower-case letters, digits and underscores only.";
        findings.add(root.at("name"), Rule::Format, message);
    }
}

fn known_language(code: Option<&str>, pointer: String, findings: &mut Findings) {
    if code.is_some_and(|code| !code.is_empty() && language(code).is_none()) {
        findings.add(pointer, Rule::Value, "Param language must be one of Meta's language codes.");
    }
}

fn english(language: Option<&str>) -> bool {
    language.is_some_and(|code| code == "en" || code.starts_with("en_"))
}

/// A word in any case. Its place and the words allowed are named if it is another one.
pub(super) fn word<'a>(
    node: &Node<'a>,
    key: &str,
    allowed: &[&str],
    required: bool,
    findings: &mut Findings,
) -> Option<&'a str> {
    let bounds = text("Value", 0, ANY);
    let found = if required {
        findings.needs_text(node, key, bounds)?
    } else {
        findings.may_have_text(node, key, bounds)?
    };
    if allowed.iter().any(|word| word.eq_ignore_ascii_case(found)) {
        return Some(found);
    }
    let message = format!("Param {key} must be one of {{{}}}.", allowed.join(", "));
    findings.add(node.at(key), Rule::Value, message);
    None
}

/// What stands beside the parts. Answers how variables are written, if that is said.
fn options(root: &Node<'_>, category: Option<&Category>, findings: &mut Findings) -> Option<ParameterFormat> {
    findings.may_have_text(root, "sub_category", text("Sub category", 1, ANY));
    let format = word(root, "parameter_format", ParameterFormat::KNOWN, false, findings);
    time_to_live(root, category, findings);
    findings.boolean(root, "cta_url_link_tracking_opted_out");
    findings.boolean(root, "allow_category_change");
    findings.may_have_free_object(root, "optimization_spec");
    if let Some(spec) = findings.may_have_object(root, "degrees_of_freedom_spec")
        && let Some(features) = findings.may_have_object(&spec, "creative_features_spec")
    {
        for key in features.map.keys() {
            if let Some(feature) = findings.may_have_object(&features, key) {
                word(&feature, "enroll_status", Enrollment::KNOWN, true, findings);
            }
        }
    }
    format.map(ParameterFormat::from)
}

fn time_to_live(root: &Node<'_>, category: Option<&Category>, findings: &mut Findings) {
    const KEY: &str = "message_send_ttl_seconds";
    let (range, unlimited) = match category {
        Some(Category::Authentication) => (AUTHENTICATION_TTL, true),
        Some(Category::Utility) => (UTILITY_TTL, true),
        Some(Category::Marketing) => (MARKETING_TTL, false),
        _ => ([AUTHENTICATION_TTL[0], MARKETING_TTL[1]], true),
    };
    if unlimited && root.get(KEY).and_then(whole) == Some(-1) {
        return;
    }
    findings.may_have_whole(root, KEY, range);
}

fn library(root: &Node<'_>, findings: &mut Findings) {
    findings.may_have_text(root, "library_template_name", text("Library template name", 1, NAME_MAX));
    if root.get("library_template_name").is_none() {
        for key in ["library_template_body_inputs", "library_template_button_inputs"] {
            findings.not_allowed(root, key, "it goes with library_template_name");
        }
        return;
    }
    if let Some(body) = findings.may_have_object(root, "library_template_body_inputs") {
        for key in [
            "add_contact_number",
            "add_learn_more_link",
            "add_security_recommendation",
            "add_track_package_link",
        ] {
            findings.boolean(&body, key);
        }
        findings.may_have_whole(&body, "code_expiration_minutes", check_auth::EXPIRATION_MINUTES);
    }
    // Meta's own examples write the inputs as JSON in a string; those pass unjudged.
    if root.str("library_template_button_inputs").is_some() {
        return;
    }
    let bounds = [0, check_buttons::BUTTONS_MAX];
    let inputs = findings.may_have_list(root, "library_template_button_inputs", "buttons", bounds);
    for input in inputs.unwrap_or_default() {
        library_button(&input, findings);
    }
}

fn library_button(input: &Node<'_>, findings: &mut Findings) {
    findings.needs_text(input, "type", text("Button type", 1, ANY));
    if let Some(url) = findings.may_have_object(input, "url") {
        check_buttons::address(&url, "base_url", false, findings);
        findings.may_have_text(&url, "url_suffix_example", text("URL example", 1, ANY));
    }
    if input.get("phone_number").is_some() {
        check_buttons::phone_number(input, findings);
    }
    if input.get("otp_type").is_some() {
        word(input, "otp_type", OtpType::KNOWN, true, findings);
        check_auth::apps(input, findings);
    }
    findings.boolean(input, "zero_tap_terms_accepted");
}
