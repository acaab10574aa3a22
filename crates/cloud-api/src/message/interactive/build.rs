//! Interactive messages in one call each.

use super::{
    Action, AddressRequest, Card, Form, Header, Interactive, Product, ProductList, ReplyButton, Section,
    VoiceCall,
};
use crate::message::order::{OrderDetails, OrderStatus};

impl Interactive {
    /// A body and an action, without header and footer.
    pub fn new(body: impl Into<String>, action: Action) -> Self {
        Self { header: None, body: Some(body.into()), footer: None, action }
    }

    /// A body with one to three reply buttons under it.
    pub fn buttons(body: impl Into<String>, buttons: impl IntoIterator<Item = ReplyButton>) -> Self {
        Self::new(body, Action::Buttons(buttons.into_iter().collect()))
    }

    /// A body with a button that opens a list of up to ten rows.
    pub fn list(
        body: impl Into<String>,
        button: impl Into<String>,
        sections: impl IntoIterator<Item = Section>,
    ) -> Self {
        Self::new(body, Action::List { button: button.into(), sections: sections.into_iter().collect() })
    }

    /// A body with a button that opens a URL.
    pub fn cta_url(body: impl Into<String>, label: impl Into<String>, url: impl Into<String>) -> Self {
        Self::new(body, Action::CtaUrl { display_text: label.into(), url: url.into() })
    }

    /// A body with a button that opens a form. Meta calls it a Flow.
    pub fn form(body: impl Into<String>, form: Form) -> Self {
        Self::new(body, Action::Form(form))
    }

    /// A body with a button that asks where somebody is.
    pub fn request_location(body: impl Into<String>) -> Self {
        Self::new(body, Action::RequestLocation)
    }

    /// A body with a button that asks for somebody's contact card; the way to a phone number from a user id.
    pub fn request_contact(body: impl Into<String>) -> Self {
        Self::new(body, Action::RequestContact)
    }

    /// A body with the question whether the business may call.
    pub fn request_call_permission(body: impl Into<String>) -> Self {
        Self::new(body, Action::RequestCallPermission)
    }

    /// A body with a button that calls the business.
    pub fn voice_call(body: impl Into<String>, call: VoiceCall) -> Self {
        Self::new(body, Action::VoiceCall(call))
    }

    /// A body with a button that opens the catalog.
    pub fn catalog(body: impl Into<String>, thumbnail_product_retailer_id: impl Into<String>) -> Self {
        let thumbnail = Some(thumbnail_product_retailer_id.into());
        Self::new(body, Action::Catalog { thumbnail_product_retailer_id: thumbnail })
    }

    /// One product, with words under it or not.
    pub fn product(body: Option<String>, product: Product) -> Self {
        Self { header: None, body, footer: None, action: Action::Product(product) }
    }

    /// Up to 30 products. The header is words, and needed.
    pub fn product_list(header: impl Into<String>, body: impl Into<String>, list: ProductList) -> Self {
        Self::new(body, Action::ProductList(list)).header(Header::text(header))
    }

    /// 2 to 10 cards, numbered in their order.
    pub fn carousel(body: impl Into<String>, cards: impl IntoIterator<Item = Card>) -> Self {
        let mut cards: Vec<Card> = cards.into_iter().collect();
        for (index, card) in (0..).zip(&mut cards) {
            card.card_index = index;
        }
        Self::new(body, Action::Carousel(cards))
    }

    /// A body with a button that asks for a postal address in India.
    pub fn address(body: impl Into<String>, request: AddressRequest) -> Self {
        Self::new(body, Action::Address(request))
    }

    /// An order to be paid.
    pub fn order_details(body: impl Into<String>, order: OrderDetails) -> Self {
        Self::new(body, Action::OrderDetails(Box::new(order)))
    }

    /// How an order fares.
    pub fn order_status(body: impl Into<String>, status: OrderStatus) -> Self {
        Self::new(body, Action::OrderStatus(status))
    }

    /// The same message with something above the body.
    #[must_use]
    pub fn header(mut self, header: Header) -> Self {
        self.header = Some(header);
        self
    }

    /// The same message with small print under the body.
    #[must_use]
    pub fn footer(mut self, footer: impl Into<String>) -> Self {
        self.footer = Some(footer.into());
        self
    }
}
