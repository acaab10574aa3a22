//! Interactive messages, typed. Meta: Messages > Interactive.

mod action;
mod address;
mod build;
mod carousel;
mod form;
mod product;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::check;
use super::media::Media;
use super::order::{OrderDetails, OrderStatus};
use super::wire::{self, Open};
use crate::violation::Violation;

pub use address::{AddressRequest, SavedAddress};
pub use carousel::{Card, CardAction};
pub use form::{Form, FormAction, FormMode, FormReference, FormScreen};
pub use product::{Product, ProductItem, ProductList, ProductSection};

/// Payload of an interactive message.
///
/// ```
/// use cloud_api::message::{Header, Interactive, Media};
///
/// let link = Interactive::cta_url("Tap below", "See dates", "https://acme.test?d=1")
///     .header(Header::image(Media::link("https://acme.test/a.png")))
///     .footer("Subject to change");
/// assert_eq!(link.validate(), Ok(()));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "action::Wire", from = "action::Wire")]
pub struct Interactive {
    /// Lists and product lists take a text header only, `order_details` a picture only; carousels, products and
    /// requests take none.
    pub header: Option<Header>,
    /// Up to 1024 characters, 4096 for a list. Nearly every kind needs one.
    pub body: Option<String>,
    /// Up to 60 characters.
    pub footer: Option<String>,
    /// What can be tapped.
    pub action: Action,
}

/// What stands above the body, or on a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Header {
    /// Words.
    Text {
        /// 1 to 60 characters.
        text: String,
    },
    /// A picture.
    Image {
        /// By id or link.
        image: Media,
    },
    /// A video.
    Video {
        /// By id or link.
        video: Media,
    },
    /// A file.
    Document {
        /// By id or link.
        document: Media,
    },
    /// A kind this crate has no type for, as JSON.
    #[serde(untagged)]
    Other(Value),
}

/// What can be tapped.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// One to three reply buttons (`button`).
    Buttons(Vec<ReplyButton>),
    /// A button that opens a list (`list`).
    List {
        /// Label of the button, 1 to 20 characters.
        button: String,
        /// 1 to 10 sections with 10 rows in all.
        sections: Vec<Section>,
    },
    /// A button that opens a URL (`cta_url`).
    CtaUrl {
        /// Label of the button, 1 to 20 characters.
        display_text: String,
        /// Where it leads.
        url: String,
    },
    /// A button that opens a form (`flow`; Meta calls it a Flow).
    Form(Form),
    /// A button that asks for the person's place (`location_request_message`). A `location` message comes back.
    RequestLocation,
    /// A button that asks for the person's contact card (`contact_request`; some of Meta's pages have
    /// `request_contact_info`, which is judged the same). A `contacts` message with `origin: contact_request` comes back.
    RequestContact,
    /// A question whether the business may call (`call_permission_request`).
    RequestCallPermission,
    /// A button that calls the business (`voice_call`).
    VoiceCall(VoiceCall),
    /// A button that opens the catalog (`catalog_message`).
    Catalog {
        /// The product whose picture is shown.
        thumbnail_product_retailer_id: Option<String>,
    },
    /// One product (`product`).
    Product(Product),
    /// Up to 30 products (`product_list`).
    ProductList(ProductList),
    /// 2 to 10 cards side by side (`carousel`).
    Carousel(Vec<Card>),
    /// Asks for a postal address in India (`address_message`).
    Address(AddressRequest),
    /// An order to be paid (`order_details`).
    OrderDetails(Box<OrderDetails>),
    /// How an order fares (`order_status`).
    OrderStatus(OrderStatus),
    /// A kind this crate has no type for, or an action that its kind's type can't hold without loss.
    Other {
        /// The interactive message's `type`.
        kind: String,
        /// Its `action`, as JSON.
        action: Value,
    },
}

/// A button whose tap comes back as a `button_reply`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyButton {
    /// 1 to 256 characters, different from the other buttons'.
    pub id: String,
    /// 1 to 20 characters, different from the other buttons'.
    pub title: String,
}

/// Rows of a list under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Up to 24 characters; may be missing when there is one section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// At least one.
    pub rows: Vec<Row>,
}

/// A choice whose tap comes back as a `list_reply`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// 1 to 200 characters, different from every other row's.
    pub id: String,
    /// 1 to 24 characters.
    pub title: String,
    /// Up to 72 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A button that calls the business. Meta: Calling API > Call button messages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VoiceCall {
    /// Label of the button, 1 to 20 characters; `Call Now` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_text: Option<String>,
    /// How long the button works, 1 to 43200 minutes; 10080 (7 days) when left out.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "wire::whole")]
    pub ttl_minutes: Option<u32>,
    /// Yours; comes back with the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
}

impl Interactive {
    /// Whether Meta would take it. See [`check`](super::check()).
    ///
    /// # Errors
    /// All violations found, with pointers into the payload.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        check::judge_typed(self, check::interactive)
    }
}

impl Header {
    /// Words above the body.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// A picture above the body.
    pub fn image(image: Media) -> Self {
        Self::Image { image }
    }

    /// A video above the body.
    pub fn video(video: Media) -> Self {
        Self::Video { video }
    }

    /// A file above the body.
    pub fn document(document: Media) -> Self {
        Self::Document { document }
    }
}

impl Open for Header {
    fn other(json: Value) -> Self {
        Self::Other(json)
    }

    fn known(&self) -> bool {
        !matches!(self, Self::Other(_))
    }
}

impl ReplyButton {
    /// A button.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into() }
    }
}

impl Section {
    /// Rows under a heading.
    pub fn new(title: impl Into<String>, rows: impl IntoIterator<Item = Row>) -> Self {
        Self { title: Some(title.into()), rows: rows.into_iter().collect() }
    }
}

impl Row {
    /// A row without a description.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), description: None }
    }

    /// The same row with a description.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// Reads a header for `deserialize_with`.
fn read_header<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Header>, D::Error> {
    wire::one(deserializer)
}
