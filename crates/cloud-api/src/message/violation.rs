//! One reason why Meta would refuse a message.

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
    /// A template's text value with a line break, a tab or more than four spaces in a row.
    ParameterText,
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
            Self::ParameterText => "parameter_text",
        }
    }
}

/// One reason why Meta would refuse a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Where, as a JSON pointer into the message: `/interactive/action/buttons/0/reply/title`.
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
    /// The error code Graph answers with for this: 131008 for a missing field, 132018 for a template's text value,
    /// 100 for a wrong type or an unexpected field, 131009 for everything else.
    pub fn code(&self) -> i64 {
        match self.rule {
            Rule::Required if self.pointer == "/messaging_product" => 100,
            Rule::Required => 131_008,
            Rule::ParameterText => 132_018,
            Rule::Type | Rule::NotAllowed => 100,
            Rule::Length | Rule::Count | Rule::Unique | Rule::Format | Rule::Value => 131_009,
        }
    }
}
