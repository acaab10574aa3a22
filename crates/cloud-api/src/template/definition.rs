//! Whole templates, as they are created and edited.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::button::SupportedApp;
use super::component::Component;
use super::words::{Category, Enrollment, OtpType, ParameterFormat};
use crate::violation::Violation;

/// Body of `POST /{WABA}/message_templates`: a template in one language. Also reads what `GET` answers, whose other
/// fields are then in `extra`. Meta: Templates > Create.
///
/// ```
/// use cloud_api::template::{Button, Definition};
///
/// let template = Definition::utility("order_shipped", "en_US")
///     .body("Hi {{1}}, your order {{2}} is on its way. Thanks!", ["Ana", "42"])
///     .footer("Acme")
///     .button(Button::url_with("Track", "https://acme.test/t/{{1}}", "42"))
///     .quick_reply("Stop");
/// assert_eq!(template.validate(), Ok(()));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// Lower-case letters, digits and underscores, up to 512. Shared by all languages.
    pub name: String,
    /// One of [`languages`](super::languages), e.g. `en_US`. `en` is another language.
    pub language: String,
    /// All languages of a name share it.
    pub category: Category,
    /// Which kind of its category; usually only read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_category: Option<String>,
    /// How variables are written; Meta assumes positional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter_format: Option<ParameterFormat>,
    /// How long Meta tries to deliver, in seconds; -1 for 30 days. See [`limits`](super::limits).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_send_ttl_seconds: Option<i64>,
    /// True if clicks on link buttons must not be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cta_url_link_tracking_opted_out: Option<bool>,
    /// Which improvements Meta may make. Marketing Messages API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub degrees_of_freedom_spec: Option<DegreesOfFreedom>,
    /// Most to be paid, as JSON. Marketing Messages API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optimization_spec: Option<Value>,
    /// Its parts. Empty when it is taken from Meta's library.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
    /// Which template of Meta's library it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library_template_name: Option<String>,
    /// What the library's body leaves open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library_template_body_inputs: Option<LibraryBodyInputs>,
    /// What the library's buttons leave open, button by button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library_template_button_inputs: Option<Vec<LibraryButtonInput>>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Body of `POST /{template id}`: what is to be changed; at least one field. Components are replaced as a whole.
/// Only approved, rejected and paused templates can be edited, approved ones once a day and ten times in 30 days.
/// Meta: Templates > Edit.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Edit {
    /// All parts, the unchanged ones too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub components: Option<Vec<Component>>,
    /// Not for approved templates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// How variables are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter_format: Option<ParameterFormat>,
    /// How long Meta tries to deliver, in seconds; -1 for 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_send_ttl_seconds: Option<i64>,
    /// True if clicks on link buttons must not be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cta_url_link_tracking_opted_out: Option<bool>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Body of `POST /{WABA}/upsert_message_templates`: an authentication template in many languages at once, created or
/// edited. Meta: Authentication templates > Bulk management.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BulkAuthentication {
    /// Lower-case letters, digits and underscores, up to 512.
    pub name: String,
    /// At least one.
    pub languages: Vec<String>,
    /// Always [`Category::Authentication`].
    pub category: Category,
    /// Parts of an authentication template; the buttons' own labels aren't allowed, as they differ by language.
    pub components: Vec<Component>,
    /// How long Meta tries to deliver, in seconds: 30 to 900, or -1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_send_ttl_seconds: Option<i64>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Which improvements Meta may make to a marketing message.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DegreesOfFreedom {
    /// By name: `image_touchups`, `add_text_overlay`, `product_extensions`, …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub creative_features_spec: BTreeMap<String, CreativeFeature>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One improvement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreativeFeature {
    /// Whether Meta may.
    pub enroll_status: Enrollment,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What the body of a library template leaves open. Meta: Templates > Template library.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LibraryBodyInputs {
    /// Adds your phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_contact_number: Option<bool>,
    /// Adds a link to learn more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_learn_more_link: Option<bool>,
    /// Adds "Do not share this code."
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_security_recommendation: Option<bool>,
    /// Adds a link to follow the package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_track_package_link: Option<bool>,
    /// When the code expires, in minutes: 1 to 90.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_expiration_minutes: Option<u64>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What a button of a library template leaves open.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LibraryButtonInput {
    /// The button's type, e.g. `URL`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Link buttons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<LibraryUrl>,
    /// Buttons that call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Buttons with a one-time code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otp_type: Option<OtpType>,
    /// Zero-tap: that its terms were accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero_tap_terms_accepted: Option<bool>,
    /// The apps the code may go to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supported_apps: Vec<SupportedApp>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The address of a library template's link button.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LibraryUrl {
    /// The address, with `{{1}}` at its end if it has a variable.
    pub base_url: String,
    /// The whole address with an example in place of the variable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url_suffix_example: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Definition {
    /// The JSON that is sent.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Whether Meta would take it. See [`check`](super::check()).
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        super::check(&self.to_json())
    }
}

impl Edit {
    /// New parts for a template.
    pub fn components(components: Vec<Component>) -> Self {
        Self { components: Some(components), ..Self::default() }
    }

    /// The JSON that is sent.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Whether Meta would take it. See [`check_edit`](super::check_edit()).
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        super::check_edit(&self.to_json())
    }
}

impl BulkAuthentication {
    /// The JSON that is sent.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Whether Meta would take it. See [`check_bulk_authentication`](super::check_bulk_authentication()).
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        super::check_bulk_authentication(&self.to_json())
    }
}
