//! Template messages, typed. Meta: Templates > Sending template messages.

mod build;
mod component;
mod parameter;

use serde::{Deserialize, Serialize};

use super::check;
use super::wire::each;
use crate::violation::Violation;

pub use component::{Button, ButtonKind, CarouselCard, Component, Position};
pub use parameter::{ButtonAction, Currency, DateTime, LimitedTimeOffer, Parameter, TapTarget};

/// Payload of a template message.
///
/// ```
/// use cloud_api::message::{Media, Template};
///
/// let template = Template::new("promo", "en_US")
///     .header_image(Media::link("https://acme.test/h.png"))
///     .body(["Ana"])
///     .url_button(0, "summer")
///     .quick_reply_button(1, "stop");
/// assert_eq!(template.validate(), Ok(()));
///
/// let code = Template::otp("login_code", "en_US", "493817");
/// assert_eq!(code.components.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// Name of the template, lowercase.
    pub name: String,
    /// Which translation.
    pub language: Language,
    /// Values for the header, the body and the buttons that have variables.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "each")]
    pub components: Vec<Component>,
}

/// A translation of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Language {
    /// E.g. `en_US`; not the same as `en`.
    pub code: String,
    /// Always `deterministic`, if given at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
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

    /// Whether Meta would take it, as far as can be told without knowing the template. See
    /// [`check`](super::check()).
    ///
    /// # Errors
    /// All violations found, with pointers into the payload.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        check::judge_typed(self, check::template)
    }
}
