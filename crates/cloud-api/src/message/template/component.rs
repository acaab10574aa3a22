//! The parts of a template that take values.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::parameter::Parameter;
use crate::message::wire::{Open, each, words};

/// Values for one part of a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Component {
    /// Above the body.
    Header {
        /// One value.
        #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "each")]
        parameters: Vec<Parameter>,
    },
    /// The body.
    Body {
        /// The values, in the order of the variables or by name.
        #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "each")]
        parameters: Vec<Parameter>,
    },
    /// One button.
    Button(Button),
    /// When a limited-time offer ends.
    LimitedTimeOffer {
        /// One [`Parameter::LimitedTimeOffer`].
        #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "each")]
        parameters: Vec<Parameter>,
    },
    /// Cards side by side.
    Carousel {
        /// As many as the template has; up to 10.
        cards: Vec<CarouselCard>,
    },
    /// How an order fares.
    OrderStatus {
        /// One [`Parameter::OrderStatus`].
        #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "each")]
        parameters: Vec<Parameter>,
    },
    /// What the whole message opens when it is tapped.
    TapTargetConfiguration {
        /// One [`Parameter::TapTargetConfiguration`].
        #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "each")]
        parameters: Vec<Parameter>,
    },
    /// A kind this crate has no type for, as JSON.
    #[serde(untagged)]
    Other(Value),
}

/// Values for one button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Button {
    /// What the button does.
    pub sub_type: ButtonKind,
    /// Where it is, from 0 to 9.
    pub index: Position,
    /// Its values: one at most, two for a call.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "each")]
    pub parameters: Vec<Parameter>,
}

words! {
    /// What a template's button does. One-time passwords are sent as [`ButtonKind::Url`].
    pub enum ButtonKind {
        /// Sends words back.
        QuickReply = "quick_reply",
        /// Opens a URL, or copies a one-time password.
        Url = "url",
        /// Copies a coupon code.
        CopyCode = "copy_code",
        /// Opens a form. Meta calls it a Flow.
        Form = "flow",
        /// Opens the catalog.
        Catalog = "catalog",
        /// Opens some products.
        Products = "mpm",
        /// Opens one product.
        Product = "spm",
        /// Calls the business over WhatsApp.
        VoiceCall = "voice_call",
        /// Calls a phone number.
        PhoneNumber = "phone_number",
        /// Opens an order to be paid.
        OrderDetails = "order_details",
    }
}

/// A position from 0. Meta takes numbers and text, and uses both in its examples; which of the two it was is kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Position {
    /// As a number.
    Number(u64),
    /// As text.
    Text(String),
}

/// Values for one card of a carousel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CarouselCard {
    /// Which card, from 0.
    pub card_index: Position,
    /// Header, body and buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "each")]
    pub components: Vec<Component>,
}

impl Open for Component {
    fn other(json: Value) -> Self {
        Self::Other(json)
    }

    fn known(&self) -> bool {
        let unknown_button = matches!(self, Self::Button(Button { sub_type: ButtonKind::Other(_), .. }));
        !unknown_button && !matches!(self, Self::Other(_))
    }
}

impl Component {
    /// Values of the body's variables, in order.
    pub fn body<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::Body { parameters: values.into_iter().map(Parameter::text).collect() }
    }

    /// Values of the body's variables, by name.
    pub fn named_body<K: Into<String>, T: Into<String>>(values: impl IntoIterator<Item = (K, T)>) -> Self {
        Self::Body {
            parameters: values.into_iter().map(|(name, text)| Parameter::named(name, text)).collect(),
        }
    }

    /// The header's value.
    pub fn header(value: Parameter) -> Self {
        Self::Header { parameters: vec![value] }
    }

    /// What the quick-reply button at a position sends back.
    pub fn quick_reply(index: u8, payload: impl Into<String>) -> Self {
        Self::button(ButtonKind::QuickReply, index, [Parameter::Payload { payload: payload.into() }])
    }

    /// What is appended to the URL of the link button at a position.
    pub fn url(index: u8, suffix: impl Into<String>) -> Self {
        Self::button(ButtonKind::Url, index, [Parameter::text(suffix)])
    }

    /// Values of any button.
    pub fn button(kind: ButtonKind, index: u8, values: impl IntoIterator<Item = Parameter>) -> Self {
        let parameters = values.into_iter().collect();
        Self::Button(Button { sub_type: kind, index: index.into(), parameters })
    }
}

impl CarouselCard {
    /// Values for the card at a position.
    pub fn new(card_index: u8, components: impl IntoIterator<Item = Component>) -> Self {
        let card_index = Position::Number(card_index.into());
        Self { card_index, components: components.into_iter().collect() }
    }
}

impl Position {
    /// The position, if it is one.
    pub fn get(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
        }
    }
}

impl From<u8> for Position {
    /// As text, as most of Meta's examples have it for buttons.
    fn from(index: u8) -> Self {
        Self::Text(index.to_string())
    }
}
