//! Template messages, typed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::content::Media;

/// Payload of a template message. Meta: Templates > Sending template messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// Name of the template, lowercase.
    pub name: String,
    /// Which translation.
    pub language: Language,
    /// Values for the header, the body and the buttons that have variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
}

/// A translation of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Language {
    /// E.g. `en_US`.
    pub code: String,
    /// Always `deterministic`, if given at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

/// Values for one part of a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// `header`, `body`, `button`, `carousel`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Buttons only: `quick_reply`, `url`, `copy_code`, `flow`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_type: Option<String>,
    /// Buttons only: position from 0, as number or text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<Value>,
    /// The values, in the order of the variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    /// Anything else, e.g. a carousel's `cards`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Parameter {
    /// Words, without line breaks, tabs or more than four spaces in a row.
    Text {
        /// The words.
        text: String,
        /// Name of the variable, for templates whose variables have names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parameter_name: Option<String>,
    },
    /// What a quick-reply button sends back.
    Payload {
        /// Yours; the button's text when left out.
        payload: String,
    },
    /// Code of a copy-code button.
    CouponCode {
        /// Up to 20 characters, 15 in a limited-time offer.
        coupon_code: String,
    },
    /// A picture in the header.
    Image {
        /// By id or link.
        image: Media,
    },
    /// A video in the header.
    Video {
        /// By id or link.
        video: Media,
    },
    /// A file in the header.
    Document {
        /// By id or link.
        document: Media,
    },
    /// A kind this crate has no type for, as JSON.
    #[serde(untagged)]
    Other(Value),
}

impl Template {
    /// A template without values.
    pub fn new(name: impl Into<String>, language: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            language: Language { code: language.into(), policy: None },
            components: Vec::new(),
        }
    }

    /// The same template with values for one more part.
    #[must_use]
    pub fn with(mut self, component: Component) -> Self {
        self.components.push(component);
        self
    }
}

impl Component {
    /// Values of the body's variables, in order.
    pub fn body<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::part("body", values.into_iter().map(Parameter::text).collect())
    }

    /// The header's value.
    pub fn header(value: Parameter) -> Self {
        Self::part("header", vec![value])
    }

    /// What the quick-reply button at a position sends back.
    pub fn quick_reply(index: u8, payload: impl Into<String>) -> Self {
        Self::button("quick_reply", index, Parameter::Payload { payload: payload.into() })
    }

    /// What is appended to the URL of the link button at a position.
    pub fn url(index: u8, suffix: impl Into<String>) -> Self {
        Self::button("url", index, Parameter::text(suffix))
    }

    fn part(kind: &str, parameters: Vec<Parameter>) -> Self {
        Self { kind: kind.to_owned(), sub_type: None, index: None, parameters, extra: Map::new() }
    }

    fn button(sub_type: &str, index: u8, parameter: Parameter) -> Self {
        Self {
            sub_type: Some(sub_type.to_owned()),
            // Meta's examples write the position as text.
            index: Some(Value::String(index.to_string())),
            ..Self::part("button", vec![parameter])
        }
    }
}

impl Parameter {
    /// Words for a variable without a name.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), parameter_name: None }
    }
}
