//! The parts of a template. Meta: Templates > Components.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::button::Button;
use super::tagged::tagged;
use super::words::HeaderFormat;

tagged! {
    /// A part of a template, as it is created and as Meta reads it back.
    pub enum Component {
        /// Above the body.
        Header(Header) = "HEADER",
        /// The words; every template has exactly one.
        Body(Body) = "BODY",
        /// Small words under the body.
        Footer(Footer) = "FOOTER",
        /// Up to ten buttons.
        Buttons(Buttons) = "BUTTONS",
        /// Two to ten cards side by side; marketing only.
        Carousel(Carousel) = "CAROUSEL",
        /// An offer that runs out; marketing only.
        LimitedTimeOffer(LimitedTimeOffer) = "LIMITED_TIME_OFFER",
        /// Asks whether the business may call; utility and marketing only.
        CallPermissionRequest(CallPermissionRequest) = "CALL_PERMISSION_REQUEST",
    }
}

/// What stands above the body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// What kind.
    pub format: HeaderFormat,
    /// Text only: up to 60 characters, at most one variable, no line breaks, emoji or markup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A value for the variable, or a sample of the media.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Example>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The words.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Body {
    /// Up to 1,024 characters: 600 beside a limited-time offer, 160 in a card or above a single-product button.
    /// Authentication templates have Meta's words and none here when they are created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Values for the variables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Example>,
    /// Authentication only: adds "For your security, do not share this code."
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_security_recommendation: Option<bool>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Small words under the body.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Footer {
    /// Up to 60 characters, no variables. Authentication templates have Meta's words instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Authentication only: says that the code expires in 1 to 90 minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_expiration_minutes: Option<u64>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The buttons.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Buttons {
    /// One to ten, in the order they are shown.
    pub buttons: Vec<Button>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Cards side by side.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Carousel {
    /// Two to ten, all of the same build.
    pub cards: Vec<Card>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One card: a header (picture, video or product), a body of up to 160 characters if wanted, one or two buttons.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Card {
    /// Its parts.
    pub components: Vec<Component>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An offer that runs out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LimitedTimeOffer {
    /// What is said about it.
    pub limited_time_offer: Offer,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What is said about an offer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Offer {
    /// Up to 16 characters.
    pub text: String,
    /// Whether it shows a countdown; the end is given when sending. Needs a button that copies a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_expiration: Option<bool>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Asks whether the business may call. Has nothing to set.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CallPermissionRequest {
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What a reviewer sees in place of variables and media.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Example {
    /// The header's variable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_text: Option<Vec<String>>,
    /// The header's variable, where variables have names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_text_named_params: Option<Vec<NamedExample>>,
    /// The header's media: a handle from a resumable upload when creating, a URL when read back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_handle: Option<Vec<String>>,
    /// The body's variables, in a list of one list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_text: Option<Vec<Vec<String>>>,
    /// The body's variables, where they have names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_text_named_params: Option<Vec<NamedExample>>,
    /// Everything else, also what is known but has another form, as some old templates have.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An example for a variable with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedExample {
    /// The variable's name.
    pub param_name: String,
    /// What it may look like.
    pub example: String,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl<'de> Deserialize<'de> for Example {
    /// An odd example must not hide the header or body it belongs to, so it stays as it is.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut extra = Map::deserialize(deserializer)?;
        Ok(Self {
            header_text: take(&mut extra, "header_text"),
            header_text_named_params: take(&mut extra, "header_text_named_params"),
            header_handle: take(&mut extra, "header_handle"),
            body_text: take(&mut extra, "body_text"),
            body_text_named_params: take(&mut extra, "body_text_named_params"),
            extra,
        })
    }
}

/// Takes a field out if it has the form we know.
fn take<T: DeserializeOwned>(map: &mut Map<String, Value>, key: &str) -> Option<T> {
    let value = serde_json::from_value(map.get(key)?.clone()).ok()?;
    map.remove(key);
    Some(value)
}

impl Header {
    /// A text without variable.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::of(HeaderFormat::Text) }
    }

    /// A picture, video, document or animation, by the handle of a sample from a resumable upload.
    pub fn media(format: HeaderFormat, handle: impl Into<String>) -> Self {
        let example = Example { header_handle: Some(vec![handle.into()]), ..Example::default() };
        Self { example: Some(example), ..Self::of(format) }
    }

    /// A place or a product, given when sending.
    pub fn of(format: HeaderFormat) -> Self {
        Self { format, text: None, example: None, extra: Map::new() }
    }
}

impl Body {
    /// Words without variables.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::default() }
    }
}

impl NamedExample {
    /// An example for the variable of that name.
    pub fn new(param_name: impl Into<String>, example: impl Into<String>) -> Self {
        Self { param_name: param_name.into(), example: example.into(), extra: Map::new() }
    }
}
