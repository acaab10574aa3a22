//! What stands under a template's body. Meta: Templates > Components > Buttons.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::tagged::tagged;
use super::words::{FlowAction, FlowIcon, OtpType};
use crate::webhook::Id;

tagged! {
    /// A button.
    pub enum Button {
        /// Sends its text back. Up to ten, next to each other.
        QuickReply(Labelled) = "QUICK_REPLY",
        /// Opens a page. Up to two.
        Url(UrlButton) = "URL",
        /// Calls a phone number. One.
        PhoneNumber(PhoneButton) = "PHONE_NUMBER",
        /// Copies a code. One; WhatsApp labels it "Copy offer code".
        CopyCode(CopyCodeButton) = "COPY_CODE",
        /// Calls the business on WhatsApp. One.
        VoiceCall(VoiceCallButton) = "VOICE_CALL",
        /// Opens a form (Meta calls it a Flow). One.
        Flow(FormButton) = "FLOW",
        /// Opens the catalog. One, alone; labelled "View catalog".
        Catalog(Labelled) = "CATALOG",
        /// Opens a list of products chosen when sending. One, alone; labelled "View items".
        Mpm(Labelled) = "MPM",
        /// Opens the product in the header. One, alone; labelled "View".
        Spm(Labelled) = "SPM",
        /// Hands over a one-time code. One, authentication templates only.
        Otp(OtpButton) = "OTP",
        /// Shows an order to be paid. One.
        OrderDetails(Labelled) = "ORDER_DETAILS",
        /// Asks for the customer's phone number. One; labelled "Share Contact Info".
        RequestContactInfo(Labelled) = "REQUEST_CONTACT_INFO",
    }
}

/// A button that has a label and nothing else to set.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Labelled {
    /// Up to 25 characters. Leave it out where WhatsApp's own label is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A button that opens a page.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct UrlButton {
    /// Up to 25 characters.
    pub text: String,
    /// Up to 2,000 characters; may end in one variable, `{{1}}`.
    pub url: String,
    /// What the variable may look like, alone or as the whole URL; needed if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Sample>,
    /// Opens an app instead, where it is installed. Marketing Messages API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_deep_link: Option<AppDeepLink>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The app a link button opens.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AppDeepLink {
    /// The app at Meta.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta_app_id: Option<Id>,
    /// What it opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub android_deep_link: Option<String>,
    /// Where to get it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub android_fallback_playstore_url: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A button that calls a phone number.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PhoneButton {
    /// Up to 25 characters.
    pub text: String,
    /// Up to 20 characters.
    pub phone_number: String,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A button that copies a code.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CopyCodeButton {
    /// A code as it may be sent, up to 20 characters, 15 in a limited-time offer. Meta reads it back in a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Sample>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A button that calls the business on WhatsApp.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct VoiceCallButton {
    /// Up to 20 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How long it can be tapped, in minutes: 1,440 (a day) to 43,200 (30 days).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_minutes: Option<u64>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A button that opens a form. Names it in exactly one of three ways.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FormButton {
    /// Up to 25 characters.
    pub text: String,
    /// The form's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_id: Option<Id>,
    /// The form's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_name: Option<String>,
    /// The form itself, as JSON in a text; Meta creates it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_json: Option<String>,
    /// Meta assumes `navigate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_action: Option<FlowAction>,
    /// First screen; with `navigate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub navigate_screen: Option<String>,
    /// The picture on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<FlowIcon>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A button that hands over a one-time code. Meta reads it back as a link button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OtpButton {
    /// How the code is handed over.
    pub otp_type: OtpType,
    /// Label for copying, up to 25 characters; Meta has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Label for filling in, up to 25 characters; Meta has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autofill_text: Option<String>,
    /// Zero-tap only: that its terms were accepted; must be true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero_tap_terms_accepted: Option<bool>,
    /// The apps the code may go to, up to five; not for copying.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supported_apps: Vec<SupportedApp>,
    /// Everything else, e.g. a single app's `package_name` and `signature_hash` as older templates have them.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An Android app a one-time code may go to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SupportedApp {
    /// E.g. `com.acme.app`, up to 224 characters.
    pub package_name: String,
    /// Hash of the app's signing key, 11 characters.
    pub signature_hash: String,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An example, alone or in a list; Meta writes both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Sample {
    /// Alone.
    One(String),
    /// In a list, usually of one.
    Many(Vec<String>),
}

impl Sample {
    /// The example, or the first of several.
    pub fn first(&self) -> Option<&str> {
        match self {
            Self::One(text) => Some(text),
            Self::Many(texts) => texts.first().map(String::as_str),
        }
    }
}

impl Labelled {
    /// A button with a label.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), extra: Map::new() }
    }
}

impl Button {
    /// Sends its text back.
    pub fn quick_reply(text: impl Into<String>) -> Self {
        Self::QuickReply(Labelled::new(text))
    }

    /// Opens always the same page.
    pub fn url(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self::Url(UrlButton { text: text.into(), url: url.into(), ..UrlButton::default() })
    }

    /// Opens a page whose address ends in a variable: `https://acme.test/t/{{1}}`.
    pub fn url_with(text: impl Into<String>, url: impl Into<String>, example: impl Into<String>) -> Self {
        let example = Some(Sample::Many(vec![example.into()]));
        Self::Url(UrlButton { text: text.into(), url: url.into(), example, ..UrlButton::default() })
    }

    /// Calls a phone number.
    pub fn phone(text: impl Into<String>, phone_number: impl Into<String>) -> Self {
        let (text, phone_number) = (text.into(), phone_number.into());
        Self::PhoneNumber(PhoneButton { text, phone_number, extra: Map::new() })
    }

    /// Copies a code.
    pub fn copy_code(example: impl Into<String>) -> Self {
        Self::CopyCode(CopyCodeButton { example: Some(Sample::One(example.into())), extra: Map::new() })
    }

    /// Calls the business on WhatsApp, for so many minutes (1,440 to 43,200).
    pub fn voice_call(text: impl Into<String>, ttl_minutes: u64) -> Self {
        let text = Some(text.into());
        Self::VoiceCall(VoiceCallButton { text, ttl_minutes: Some(ttl_minutes), extra: Map::new() })
    }

    /// Opens a form at one of its screens.
    pub fn form(text: impl Into<String>, flow_id: impl Into<Id>, screen: impl Into<String>) -> Self {
        Self::Flow(FormButton {
            text: text.into(),
            flow_id: Some(flow_id.into()),
            flow_action: Some(FlowAction::Navigate),
            navigate_screen: Some(screen.into()),
            ..FormButton::default()
        })
    }

    /// Hands over a one-time code by copying.
    pub fn otp_copy_code() -> Self {
        Self::Otp(OtpButton::new(OtpType::CopyCode))
    }

    /// Fills a one-time code into an app with a tap.
    pub fn otp_one_tap(apps: impl IntoIterator<Item = SupportedApp>) -> Self {
        let supported_apps = apps.into_iter().collect();
        Self::Otp(OtpButton { supported_apps, ..OtpButton::new(OtpType::OneTap) })
    }

    /// Fills a one-time code into an app without a tap. Only for those who accepted Meta's terms for it.
    pub fn otp_zero_tap(apps: impl IntoIterator<Item = SupportedApp>) -> Self {
        Self::Otp(OtpButton {
            supported_apps: apps.into_iter().collect(),
            zero_tap_terms_accepted: Some(true),
            ..OtpButton::new(OtpType::ZeroTap)
        })
    }
}

impl OtpButton {
    fn new(otp_type: OtpType) -> Self {
        Self {
            otp_type,
            text: None,
            autofill_text: None,
            zero_tap_terms_accepted: None,
            supported_apps: Vec::new(),
            extra: Map::new(),
        }
    }
}

impl SupportedApp {
    /// An app by its package name and signature hash.
    pub fn new(package_name: impl Into<String>, signature_hash: impl Into<String>) -> Self {
        Self { package_name: package_name.into(), signature_hash: signature_hash.into(), extra: Map::new() }
    }
}
