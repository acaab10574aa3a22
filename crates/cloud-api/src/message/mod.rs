//! Outbound messages: what `POST /{phone number id}/messages` takes, and every limit it enforces.
//!
//! [`check`] judges the JSON that is about to be sent, whoever wrote it; a message it passes is not refused by Meta
//! for its form. [`Outbound`] builds that JSON from types, and every type judges itself with `validate()`.
//! [`check_media`] judges a file before it is uploaded. Meta: Cloud API > Reference > Messages.

mod check;
mod contact;
mod content;
mod direct_send;
mod interactive;
mod location;
mod marketing;
mod media;
mod order;
mod outbound;
mod receipt;
mod template;
mod wire;

pub use crate::violation::{Rule, Violation};
pub use check::{
    check, check_content, check_marketing, is_bsuid, is_phone, unknown_fields, unknown_marketing_fields,
};
pub use contact::{
    ContactAddress, ContactCard, ContactEmail, ContactName, ContactOrg, ContactPhone, ContactUrl,
};
pub use content::{Content, Pin, PinKind, Reaction, Text};
pub use direct_send::{Category, DirectSend};
pub use interactive::{
    Action, AddressRequest, Card, CardAction, Form, FormAction, FormMode, FormReference, FormScreen, Header,
    Interactive, Product, ProductItem, ProductList, ProductSection, ReplyButton, Row, SavedAddress, Section,
    VoiceCall,
};
pub use location::{Degrees, Location};
pub use marketing::{Marketing, ProductPolicy};
pub use media::{Media, MediaKind, MediaLimit, MediaSource, check_media, media_kind_for};
pub use order::{
    Amount, Boleto, Expiration, GatewayKind, GoodsKind, ImporterAddress, OffsiteCard, Order, OrderDetails,
    OrderItem, OrderProgress, OrderState, OrderStatus, PaymentGateway, PaymentLink, PaymentProgress,
    PaymentSetting, PaymentState, PixCode, UpiIntentLink,
};
pub use outbound::{Outbound, Recipient};
pub use receipt::{ReadReceipt, TypingIndicator, TypingKind};
pub use template::{
    Button, ButtonAction, ButtonKind, CarouselCard, Component, Currency, DateTime, Language,
    LimitedTimeOffer, Parameter, Position, TapTarget, Template,
};

/// The limits [`check`] applies, for those who show them.
pub mod limits {
    pub use super::check::bounds::*;
    pub use super::media::{MEDIA, STILL_STICKER_BYTES_MAX, VOICE_PLAY_BYTES_MAX};
}
