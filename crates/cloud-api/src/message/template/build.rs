//! Template messages, part by part.

use serde_json::{Map, Value};

use super::Template;
use super::component::{ButtonKind, CarouselCard, Component};
use super::parameter::{ButtonAction, LimitedTimeOffer, Parameter, TapTarget};
use crate::message::interactive::{Product, ProductSection};
use crate::message::location::Location;
use crate::message::media::Media;
use crate::message::order::{OrderDetails, OrderStatus};

impl Template {
    /// A template with a one-time password: the code goes into the body and into the button that copies it, which is
    /// what Meta wants. Up to 15 characters; not for recipients known by user id alone.
    pub fn otp(name: impl Into<String>, language: impl Into<String>, code: &str) -> Self {
        Self::new(name, language).body([code]).url_button(0, code)
    }

    /// Values of the body's variables, in order.
    #[must_use]
    pub fn body<T: Into<String>>(self, values: impl IntoIterator<Item = T>) -> Self {
        self.with(Component::body(values))
    }

    /// Values of the body's variables, by name.
    #[must_use]
    pub fn named_body<K: Into<String>, T: Into<String>>(
        self,
        values: impl IntoIterator<Item = (K, T)>,
    ) -> Self {
        self.with(Component::named_body(values))
    }

    /// Words for the variable in the header.
    #[must_use]
    pub fn header_text(self, text: impl Into<String>) -> Self {
        self.with(Component::header(Parameter::text(text)))
    }

    /// A picture in the header.
    #[must_use]
    pub fn header_image(self, image: Media) -> Self {
        self.with(Component::header(Parameter::Image { image }))
    }

    /// A video in the header.
    #[must_use]
    pub fn header_video(self, video: Media) -> Self {
        self.with(Component::header(Parameter::Video { video }))
    }

    /// A file in the header.
    #[must_use]
    pub fn header_document(self, document: Media) -> Self {
        self.with(Component::header(Parameter::Document { document }))
    }

    /// A place in the header.
    #[must_use]
    pub fn header_location(self, location: Location) -> Self {
        self.with(Component::header(Parameter::Location { location }))
    }

    /// A product in the header.
    #[must_use]
    pub fn header_product(self, product: Product) -> Self {
        self.with(Component::header(Parameter::Product { product }))
    }

    /// What is appended to the URL of the button at a position.
    #[must_use]
    pub fn url_button(self, index: u8, suffix: impl Into<String>) -> Self {
        self.with(Component::url(index, suffix))
    }

    /// What the quick-reply button at a position sends back.
    #[must_use]
    pub fn quick_reply_button(self, index: u8, payload: impl Into<String>) -> Self {
        self.with(Component::quick_reply(index, payload))
    }

    /// The coupon code that the button at a position copies.
    #[must_use]
    pub fn copy_code_button(self, index: u8, code: impl Into<String>) -> Self {
        let code = Parameter::CouponCode { coupon_code: code.into() };
        self.with(Component::button(ButtonKind::CopyCode, index, [code]))
    }

    /// Token, and data of the first screen, of the form that the button at a position opens.
    #[must_use]
    pub fn form_button(self, index: u8, token: impl Into<String>, data: Option<Map<String, Value>>) -> Self {
        let action = ButtonAction::Form { flow_token: Some(token.into()), flow_action_data: data };
        self.action_button(ButtonKind::Form, index, action)
    }

    /// The product whose picture stands for the catalog that the button at a position opens.
    #[must_use]
    pub fn catalog_button(self, index: u8, thumbnail: impl Into<String>) -> Self {
        let action = ButtonAction::Catalog { thumbnail_product_retailer_id: thumbnail.into() };
        self.action_button(ButtonKind::Catalog, index, action)
    }

    /// The products that the button at a position opens, and the one whose picture is shown.
    #[must_use]
    pub fn products_button(
        self,
        index: u8,
        thumbnail: impl Into<String>,
        sections: impl IntoIterator<Item = ProductSection>,
    ) -> Self {
        let thumbnail_product_retailer_id = thumbnail.into();
        let sections = sections.into_iter().collect();
        let action = ButtonAction::Products { thumbnail_product_retailer_id, sections };
        self.action_button(ButtonKind::Products, index, action)
    }

    /// The order that the button at a position opens.
    #[must_use]
    pub fn order_button(self, index: u8, order: OrderDetails) -> Self {
        let action = ButtonAction::Order { order_details: Box::new(order) };
        self.action_button(ButtonKind::OrderDetails, index, action)
    }

    /// How long the call button at a position works, and what comes back with the call.
    #[must_use]
    pub fn voice_call_button(self, index: u8, ttl_minutes: u32, payload: impl Into<String>) -> Self {
        let values = [Parameter::TtlMinutes { ttl_minutes }, Parameter::Payload { payload: payload.into() }];
        self.with(Component::button(ButtonKind::VoiceCall, index, values))
    }

    /// When the limited-time offer ends, in Unix time with milliseconds.
    #[must_use]
    pub fn limited_time_offer(self, expiration_time_ms: u64) -> Self {
        let limited_time_offer = LimitedTimeOffer { expiration_time_ms };
        self.with(Component::LimitedTimeOffer {
            parameters: vec![Parameter::LimitedTimeOffer { limited_time_offer }],
        })
    }

    /// Values for the cards.
    #[must_use]
    pub fn carousel(self, cards: impl IntoIterator<Item = CarouselCard>) -> Self {
        self.with(Component::Carousel { cards: cards.into_iter().collect() })
    }

    /// How the order fares.
    #[must_use]
    pub fn order_status(self, order_status: OrderStatus) -> Self {
        self.with(Component::OrderStatus { parameters: vec![Parameter::OrderStatus { order_status }] })
    }

    /// What the whole message opens when it is tapped.
    #[must_use]
    pub fn tap_target(self, url: impl Into<String>, title: impl Into<String>) -> Self {
        let tap_target_configuration = vec![TapTarget { url: url.into(), title: title.into() }];
        let parameters = vec![Parameter::TapTargetConfiguration { tap_target_configuration }];
        self.with(Component::TapTargetConfiguration { parameters })
    }

    fn action_button(self, kind: ButtonKind, index: u8, action: ButtonAction) -> Self {
        self.with(Component::button(kind, index, [Parameter::Action { action }]))
    }
}
