//! Templates: what `POST /{WABA}/message_templates` and `POST /{template id}` take, and every rule they must keep.
//!
//! [`Definition`] builds a template from parts, [`check`] judges one that somebody else wrote, and [`refusal`] says
//! how Graph answers a broken rule. For sending, [`parameters_needed`] lists what a message must bring along, [`check_send`]
//! says whether it does, and [`render`] shows what the customer will read.
//! Meta: WhatsApp Business Platform > Templates.

mod build;
mod button;
mod check;
mod check_auth;
mod check_buttons;
mod check_carousel;
mod check_components;
mod check_text;
mod component;
mod definition;
mod fit;
mod fit_buttons;
mod fit_values;
mod language;
mod needed;
mod refusal;
mod render;
mod sent;
mod tagged;
mod variable;
mod words;

pub use button::{
    AppDeepLink, Button, CopyCodeButton, FormButton, Labelled, OtpButton, PhoneButton, Sample, SupportedApp,
    UrlButton, VoiceCallButton,
};
pub use check::{check, check_bulk_authentication, check_edit, unknown_fields};
pub use component::{
    Body, Buttons, CallPermissionRequest, Card, Carousel, Component, Example, Footer, Header,
    LimitedTimeOffer, NamedExample, Offer,
};
pub use definition::{
    BulkAuthentication, CreativeFeature, Definition, DegreesOfFreedom, Edit, LibraryBodyInputs,
    LibraryButtonInput, LibraryUrl,
};
pub use fit::{check_send, send_code};
pub use language::{Language, language, languages};
pub use needed::{Needed, NeededButton, NeededHeader, parameters_needed};
pub use refusal::{Refusal, is_for_review, refusal, subcode};
pub use render::{Rendered, RenderedButton, RenderedHeader, render};
pub use variable::{Variable, VariableName, variables};
pub use words::{Category, Enrollment, FlowAction, FlowIcon, HeaderFormat, OtpType, ParameterFormat};

/// The limits [`check`] applies, for those who show them.
pub mod limits {
    pub use super::check::{AUTHENTICATION_TTL, MARKETING_TTL, NAME_MAX, UTILITY_TTL};
    pub use super::check_auth::{APPS_MAX, EXPIRATION_MINUTES, OTP_CODE_MAX, PACKAGE_MAX, SIGNATURE_HASH};
    pub use super::check_buttons::{
        BUTTONS_MAX, CALL_LABEL_MAX, CALL_MINUTES, CODE_MAX, LABEL_MAX, OFFER_CODE_MAX, PHONE_MAX, URL_MAX,
    };
    pub use super::check_carousel::{CARD_BUTTONS_MAX, CARDS};
    pub use super::check_components::{BODY_MAX, CARD_BODY_MAX, OFFER_BODY_MAX, OFFER_TEXT_MAX};
    pub use super::check_text::{FOOTER_MAX, HEADER_MAX};
}
