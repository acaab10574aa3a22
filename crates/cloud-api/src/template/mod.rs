//! Templates: what `POST /{WABA}/message_templates` and `POST /{template id}` take, and every rule they must keep.
//!
//! [`Definition`] builds a template from parts, [`check`] judges one that somebody else wrote.
//! Meta: WhatsApp Business Platform > Templates.

mod build;
mod button;
mod check;
mod component;
mod definition;
mod tagged;
mod words;

pub use button::{
    AppDeepLink, Button, CopyCodeButton, FormButton, Labelled, OtpButton, PhoneButton, Sample, SupportedApp,
    UrlButton, VoiceCallButton,
};
pub use check::{check, check_bulk_authentication, check_edit};
pub use component::{
    Body, Buttons, CallPermissionRequest, Card, Carousel, Component, Example, Footer, Header,
    LimitedTimeOffer, NamedExample, Offer,
};
pub use definition::{
    BulkAuthentication, CreativeFeature, Definition, DegreesOfFreedom, Edit, LibraryBodyInputs,
    LibraryButtonInput, LibraryUrl,
};
pub use words::{Category, Enrollment, FlowAction, FlowIcon, HeaderFormat, OtpType, ParameterFormat};
