//! Violations as Meta answers them: `validation_errors`, with the place in the source.
//!
//! Meta: WhatsApp Flows > Reference > Flows API > Updating a Flow's Flow JSON, and > Error codes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::check::check;
use super::source::{Source, Span};
use crate::violation::{Rule, Violation};

/// What every entry says in `error_type`.
const ERROR_TYPE: &str = "FLOW_JSON_ERROR";

/// One entry of `validation_errors`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidationError {
    /// Meta's name of the fault, e.g. `INVALID_PROPERTY_VALUE`.
    pub error: String,
    /// `FLOW_JSON_ERROR`.
    pub error_type: String,
    /// What is wrong, for a person.
    pub message: String,
    /// Where, in the source.
    #[serde(flatten)]
    pub span: Span,
    /// Where again, with the path. A fault has one place in this crate; Meta sometimes names several.
    pub pointers: Vec<Pointer>,
}

/// A place in the JSON of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// Where, in the source.
    #[serde(flatten)]
    pub span: Span,
    /// The same as a path: `screens[0].layout.children[2].label`.
    pub path: String,
}

/// The entries Meta would answer with for violations that [`check`] found in this source.
///
/// The position is that of the value; of the key, when the key is what is wrong; and of the object around it, when
/// something is missing. A pointer that isn't in the source gets the position of what is nearest around it.
pub fn validation_errors(source: &str, violations: &[Violation]) -> Vec<ValidationError> {
    let source = Source::new(source, violations.iter().map(|violation| violation.pointer.as_str()));
    violations.iter().map(|violation| entry(&source, violation)).collect()
}

/// Judges a form as it is uploaded: as text. What isn't JSON is one entry, `INVALID_FLOW_JSON`.
///
/// # Errors
/// All entries, in the order of the source, never an empty list and never more than [`check`] has violations: 1,000.
pub fn check_source(source: &str) -> Result<Value, Vec<ValidationError>> {
    match serde_json::from_str::<Value>(source) {
        Ok(form) => match check(&form) {
            Ok(()) => Ok(form),
            Err(violations) => Err(validation_errors(source, &violations)),
        },
        Err(error) => {
            let [line, column] =
                [error.line(), error.column()].map(|n| u64::try_from(n).unwrap_or(u64::MAX).max(1));
            let span = Span { line_start: line, line_end: line, column_start: column, column_end: column };
            Err(vec![ValidationError {
                error: "INVALID_FLOW_JSON".into(),
                error_type: ERROR_TYPE.into(),
                message: "Flow JSON is not valid.".into(),
                span,
                pointers: vec![Pointer { span, path: String::new() }],
            }])
        }
    }
}

fn entry(source: &Source<'_>, violation: &Violation) -> ValidationError {
    let range = source.nearest(&violation.pointer).map(|(found, exact)| match found.key {
        // Of a known property it is the value that may not be so.
        Some(key) if exact && violation.rule == Rule::NotAllowed && !ends_in_name(&violation.pointer) => key,
        _ => found.value,
    });
    let span = source.span(range.unwrap_or((0, 0)));
    let value = source.nearest(&violation.pointer).map_or("", |(found, _)| source.text(found.value));
    ValidationError {
        error: name(violation, value).into(),
        error_type: ERROR_TYPE.into(),
        message: violation.message.clone(),
        span,
        pointers: vec![Pointer { span, path: path(&violation.pointer) }],
    }
}

fn ends_in_name(pointer: &str) -> bool {
    ["/name", "/type", "/id"].iter().any(|end| pointer.ends_with(end))
}

/// `/screens/0/layout` as Meta writes it: `screens[0].layout`.
fn path(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            path.push_str(&format!("[{part}]"));
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&part);
        }
    }
    path
}

/// Meta's name for a fault, by its kind, its place and what stands there. For a text that is too long Meta documents
/// none; it is named as its neighbours are.
fn name(violation: &Violation, value: &str) -> &'static str {
    let pointer = violation.pointer.as_str();
    let ends = |end: &str| pointer.ends_with(end);
    if pointer.starts_with("/routing_model") && violation.rule != Rule::Type && !is_missing_model(violation) {
        return "INVALID_ROUTING_MODEL";
    }
    if pointer == "/version" {
        return match violation.rule {
            Rule::Required => "MISSING_FLOW_JSON_VERSION",
            _ => "INVALID_FLOW_JSON_VERSION",
        };
    }
    if is_in_data_model(pointer) {
        return "INVALID_SCREEN_DATA";
    }
    let more = violation.given > violation.limit;
    match violation.rule {
        Rule::Required if pointer == "/screens" => "MISSING_TERMINAL_SCREEN",
        Rule::Required if ends("/children") => "MISSING_FOOTER_ON_TERMINAL_SCREEN",
        Rule::Required if ends("/type") => "MISSING_REQUIRED_TYPE_PROPERTY",
        Rule::Required => "MISSING_REQUIRED_PROPERTY",
        Rule::Type => "INVALID_PROPERTY_TYPE",
        Rule::Length if more => "MAX_CHARS_EXCEEDED",
        Rule::Length => "MIN_CHARS_REQUIRED",
        Rule::Count if pointer == "/screens" && more => "MAX_SCREENS_NUMBER",
        Rule::Count if ends("/layout/children") => "MAX_ALLOWED_COMPONENTS_PER_SCREEN",
        Rule::Count if more => "MAX_ITEMS_REQUIRED",
        Rule::Count => "MIN_ITEMS_REQUIRED",
        Rule::Unique if is_screen_id(pointer) => "DUPLICATE_SCREEN_IDS",
        Rule::Unique if ends("/id") => "INVALID_PROPERTY_VALUE",
        Rule::Unique => "DUPLICATE_FORM_COMPONENT_NAMES",
        Rule::Format => "PATTERN_MISMATCH",
        Rule::Value => "INVALID_PROPERTY_VALUE",
        Rule::NotAllowed if is_screen_id(pointer) => "SCREEN_ID_IS_RESERVED_KEYWORD",
        Rule::NotAllowed if ends("-action/name") => match value {
            r#""complete""# => "INVALID_COMPLETE_ACTION",
            r#""data_exchange""# => "MISSING_REQUIRED_PROPERTY",
            _ => "INVALID_ENUM_VALUE",
        },
        Rule::NotAllowed if ends("/type") => "INVALID_COMPONENT_PLACEMENT",
        Rule::NotAllowed => "INVALID_PROPERTY_KEY",
        Rule::Order => "INVALID_ROUTING_MODEL",
        Rule::Reference if ends("/next/name") => "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME",
        Rule::Reference if pointer.contains("/payload/") => "INVALID_ON_CLICK_ACTION_PAYLOAD",
        Rule::Reference => "INVALID_SCREEN_DYNAMIC_DATA",
        Rule::Conflict => "NOT_KEYWORD_SCHEMA_VALIDATION_FAILED",
        // Rules of other bodies than forms.
        Rule::ParameterText
        | Rule::HeaderFormat
        | Rule::BodyFormat
        | Rule::FooterFormat
        | Rule::VariableRatio
        | Rule::VariableAtEdge => "INVALID_PROPERTY_VALUE",
    }
}

fn is_missing_model(violation: &Violation) -> bool {
    violation.pointer == "/routing_model" && violation.rule == Rule::Required
}

/// `/screens/<n>/<field>…` without `/screens/<n>`.
fn in_screen(pointer: &str) -> Option<&str> {
    let (_, rest) = pointer.strip_prefix("/screens/")?.split_once('/')?;
    Some(rest)
}

fn is_screen_id(pointer: &str) -> bool {
    in_screen(pointer) == Some("id")
}

fn is_in_data_model(pointer: &str) -> bool {
    in_screen(pointer).is_some_and(|rest| rest == "data" || rest.starts_with("data/"))
}
