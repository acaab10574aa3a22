//! Outbound messages: what `POST /{phone number id}/messages` takes, and every limit it enforces.
//!
//! [`check`] judges the JSON that is about to be sent, whoever wrote it; a message it passes is not refused by Meta
//! for its form. [`Outbound`] builds that JSON from types. Meta: Cloud API > Reference > Messages.

mod check;
mod check_contacts;
mod check_interactive;
mod check_media;
mod check_template;
mod content;
mod interactive;
mod outbound;
mod template;

pub use crate::violation::{Rule, Violation};
pub use check::{check, check_content, is_bsuid, is_phone};
pub use content::{Content, Location, Media, MediaSource, Reaction, Text};
pub use interactive::{Action, Header, Interactive, ReplyButton, Row, Section};
pub use outbound::{Outbound, Recipient};
pub use template::{Component, Language, Parameter, Template};

/// The limits [`check`] applies, for those who show them.
pub mod limits {
    pub use super::check::{CALLBACK_DATA_MAX, DIRECT_SEND_TEXT_MAX, TEXT_MAX};
    pub use super::check_contacts::CARDS_MAX;
    pub use super::check_interactive::{
        BODY_MAX, BUTTON_ID_MAX, BUTTON_TITLE_MAX, BUTTONS_MAX, FOOTER_MAX, HEADER_MAX, LIST_BODY_MAX,
        ROW_DESCRIPTION_MAX, ROW_ID_MAX, ROW_TITLE_MAX, ROWS_MAX, SECTIONS_MAX,
    };
    pub use super::check_media::CAPTION_MAX;
    pub use super::check_template::{CAROUSEL_CARDS_MAX, COUPON_CODE_MAX, OFFER_CODE_MAX};
}
