//! One reason why Meta would refuse a message, a template, a form or a setting.

use serde::Serialize;

/// The kind of limit that was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A field that must be there isn't, or is empty.
    Required,
    /// A field has another JSON type.
    Type,
    /// A text is too short or too long. Counted in characters (Unicode scalar values).
    Length,
    /// A list has too few or too many elements.
    Count,
    /// Two elements that must differ are equal.
    Unique,
    /// A text hasn't the form it needs (phone number, URL, date, id).
    Format,
    /// A value outside the allowed ones, or outside its range.
    Value,
    /// A field that may not be used here.
    NotAllowed,
    /// Elements in an order that isn't allowed, or a variable where none may stand.
    Order,
    /// A name that refers to something that isn't there (a screen, a field, a variable).
    Reference,
    /// Two fields or elements that exclude each other.
    Conflict,
    /// A template's text value with a line break, a tab or more than four spaces in a row.
    ParameterText,
    /// A template's header with a line break, emoji, markup, a broken variable or more than one.
    HeaderFormat,
    /// A template's body with too much white space, a broken variable, or variables out of sequence.
    BodyFormat,
    /// A template's footer with a variable.
    FooterFormat,
    /// A template's body with too many variables for its words.
    VariableRatio,
    /// A template's body that begins or ends with a variable.
    VariableAtEdge,
}

impl Rule {
    /// Stable name for logs and answers, e.g. `length`.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Type => "type",
            Self::Length => "length",
            Self::Count => "count",
            Self::Unique => "unique",
            Self::Format => "format",
            Self::Value => "value",
            Self::NotAllowed => "not_allowed",
            Self::Order => "order",
            Self::Reference => "reference",
            Self::Conflict => "conflict",
            Self::ParameterText => "parameter_text",
            Self::HeaderFormat => "header_format",
            Self::BodyFormat => "body_format",
            Self::FooterFormat => "footer_format",
            Self::VariableRatio => "variable_ratio",
            Self::VariableAtEdge => "variable_at_edge",
        }
    }
}

/// One reason why Meta would refuse what is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Where, as a JSON pointer (RFC 6901) into the body: `/interactive/action/buttons/0/reply/title`.
    pub pointer: String,
    /// Which kind of limit.
    pub rule: Rule,
    /// The bound that was crossed, where there is one.
    pub limit: Option<u64>,
    /// What was found: a length or a count, in the unit of `limit`.
    pub given: Option<u64>,
    /// Meta's wording, e.g. `Button title length invalid. Min length: 1, Max length: 20`. Never quotes the message.
    pub message: String,
}

impl Violation {
    /// One line for several: the first in full, with its place, and how many more there are.
    pub fn summary(violations: &[Self]) -> String {
        let Some(first) = violations.first() else { return "no violation".to_owned() };
        match violations.len() {
            1 => first.to_string(),
            n => format!("{first} (and {} more)", n - 1),
        }
    }

    /// The error code `POST …/messages` answers with for this: 131008 for a missing field, 132018 for a template's text value,
    /// 100 for a wrong type, an unexpected field or an unknown message type, 131051 for a type that a group (or one person)
    /// can't be sent, 131062 for a business-scoped user ID where only a phone number will do, 131053 for a file, 131009 for
    /// everything else.
    pub fn code(&self) -> i64 {
        match self.rule {
            _ if self.pointer == "/file" => 131_053,
            Rule::Required if self.pointer == "/messaging_product" => 100,
            Rule::Value if matches!(self.pointer.as_str(), "/messaging_product" | "/type") => 100,
            Rule::NotAllowed if self.pointer == "/recipient" => 131_062,
            Rule::NotAllowed if self.pointer == "/type" => 131_051,
            Rule::Required => 131_008,
            Rule::ParameterText => 132_018,
            Rule::Type | Rule::NotAllowed => 100,
            Rule::Length
            | Rule::Count
            | Rule::Unique
            | Rule::Format
            | Rule::Value
            | Rule::Order
            | Rule::Reference
            | Rule::Conflict => 131_009,
            // These are about definitions, which aren't sent as messages; see `template::refusal`.
            Rule::HeaderFormat
            | Rule::BodyFormat
            | Rule::FooterFormat
            | Rule::VariableRatio
            | Rule::VariableAtEdge => 100,
        }
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{place}: {}", self.message)
    }
}
