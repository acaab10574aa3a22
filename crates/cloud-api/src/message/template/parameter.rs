//! Values of a template's variables.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::message::interactive::{Product, ProductSection};
use crate::message::location::Location;
use crate::message::media::Media;
use crate::message::order::{OrderDetails, OrderStatus};
use crate::message::wire::Open;

/// One value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Parameter {
    /// Words, without line breaks, tabs or more than four spaces in a row. Header (up to 60 characters), body, and
    /// suffix of a button's URL.
    Text {
        /// The words.
        text: String,
        /// Name of the variable, for templates whose variables have names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parameter_name: Option<String>,
    },
    /// Money in the body. Legacy: the fallback is what is shown.
    Currency {
        /// The amount.
        currency: Currency,
        /// As in [`Parameter::Text`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parameter_name: Option<String>,
    },
    /// A time in the body. Legacy: the fallback is what is shown.
    DateTime {
        /// The time.
        date_time: DateTime,
        /// As in [`Parameter::Text`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parameter_name: Option<String>,
    },
    /// What a quick-reply button sends back, or what comes back with a call.
    Payload {
        /// Yours; the button's text when left out.
        payload: String,
    },
    /// Code of a copy-code button.
    CouponCode {
        /// Up to 20 characters, 15 in a limited-time offer.
        coupon_code: String,
    },
    /// How long a call button works.
    TtlMinutes {
        /// 1 to 43200 minutes.
        ttl_minutes: u32,
    },
    /// A picture in the header.
    Image {
        /// By id or link.
        image: Media,
    },
    /// A video in the header.
    Video {
        /// By id or link.
        video: Media,
    },
    /// A file in the header.
    Document {
        /// By id or link.
        document: Media,
    },
    /// A short video that plays by itself, in the header. Marketing Messages API only.
    Gif {
        /// By id or link.
        gif: Media,
    },
    /// A place in the header.
    Location {
        /// The place.
        location: Location,
    },
    /// A product in the header.
    Product {
        /// The product.
        product: Product,
    },
    /// What a form, catalog, product or order button opens.
    Action {
        /// What.
        action: ButtonAction,
    },
    /// When a limited-time offer ends.
    LimitedTimeOffer {
        /// When.
        limited_time_offer: LimitedTimeOffer,
    },
    /// How an order fares.
    OrderStatus {
        /// How.
        order_status: OrderStatus,
    },
    /// What the whole message opens when it is tapped.
    TapTargetConfiguration {
        /// One target.
        tap_target_configuration: Vec<TapTarget>,
    },
    /// A kind this crate has no type for, as JSON.
    #[serde(untagged)]
    Other(Value),
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Currency {
    /// What is shown.
    pub fallback_value: String,
    /// ISO 4217.
    pub code: String,
    /// In thousandths.
    pub amount_1000: i64,
}

/// A time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateTime {
    /// What is shown.
    pub fallback_value: String,
}

/// When an offer ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitedTimeOffer {
    /// Unix time in milliseconds.
    pub expiration_time_ms: u64,
}

/// What the whole message opens when it is tapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TapTarget {
    /// Where it leads.
    pub url: String,
    /// What it is called.
    pub title: String,
}

/// What a form, catalog, product or order button opens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ButtonAction {
    /// An order to be paid.
    Order {
        /// The order.
        order_details: Box<OrderDetails>,
    },
    /// Some products.
    Products {
        /// The product whose picture is shown.
        thumbnail_product_retailer_id: String,
        /// Up to 10 sections and 30 products in all.
        sections: Vec<ProductSection>,
    },
    /// The catalog.
    Catalog {
        /// The product whose picture is shown.
        thumbnail_product_retailer_id: String,
    },
    /// A form.
    Form {
        /// Yours; comes back with the answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flow_token: Option<String>,
        /// Data of the first screen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flow_action_data: Option<Map<String, Value>>,
    },
}

impl Open for Parameter {
    fn other(json: Value) -> Self {
        Self::Other(json)
    }

    fn known(&self) -> bool {
        !matches!(self, Self::Other(_))
    }
}

impl Parameter {
    /// Words for a variable without a name.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), parameter_name: None }
    }

    /// Words for a variable with a name.
    pub fn named(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), parameter_name: Some(name.into()) }
    }
}
