//! Cards of a carousel. Meta: Messages > Interactive > Carousel.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::action::{Block, link, read_link, read_replies, replies};
use super::{Header, Product, ReplyButton};
use crate::message::media::Media;
use crate::message::wire::exact;

/// A card. All cards of a carousel have the same kind of action, and as many buttons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "Wire", try_from = "Wire")]
pub struct Card {
    /// Position, from 0. [`Interactive::carousel`](super::Interactive::carousel) numbers the cards.
    pub card_index: u32,
    /// A picture or a video; not for products.
    pub header: Option<Header>,
    /// Up to 160 characters and two line breaks; not for products.
    pub body: Option<String>,
    /// What can be tapped.
    pub action: CardAction,
}

/// What can be tapped on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardAction {
    /// A button that opens a URL.
    CtaUrl {
        /// Label of the button, 1 to 20 characters.
        display_text: String,
        /// Where it leads.
        url: String,
    },
    /// One to three buttons whose tap comes back.
    QuickReplies(Vec<ReplyButton>),
    /// A product; all of one catalog.
    Product(Product),
}

impl Card {
    /// A picture with words and a button that opens a URL.
    pub fn cta_url(
        header: Header,
        body: impl Into<String>,
        display_text: impl Into<String>,
        url: impl Into<String>,
    ) -> Self {
        let action = CardAction::CtaUrl { display_text: display_text.into(), url: url.into() };
        Self { card_index: 0, header: Some(header), body: Some(body.into()), action }
    }

    /// A picture with words and up to three buttons whose tap comes back.
    pub fn quick_replies(
        header: Header,
        body: impl Into<String>,
        buttons: impl IntoIterator<Item = ReplyButton>,
    ) -> Self {
        let action = CardAction::QuickReplies(buttons.into_iter().collect());
        Self { card_index: 0, header: Some(header), body: Some(body.into()), action }
    }

    /// A product.
    pub fn product(product: Product) -> Self {
        Self { card_index: 0, header: None, body: None, action: CardAction::Product(product) }
    }

    /// A picture by link, the usual header of a card.
    pub fn picture(link: impl Into<String>) -> Header {
        Header::image(Media::link(link))
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    card_index: u32,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "super::read_header")]
    header: Option<Header>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Block>,
    action: Value,
}

impl From<Card> for Wire {
    fn from(card: Card) -> Self {
        // Meta names both kinds of buttons by the first.
        let (kind, action) = match &card.action {
            CardAction::CtaUrl { display_text, url } => ("cta_url", link(display_text, url)),
            CardAction::QuickReplies(buttons) => {
                ("cta_url", json!({"buttons": replies("quick_reply", buttons)}))
            }
            CardAction::Product(product) => ("product", json!(product)),
        };
        let body = card.body.map(|text| Block { text });
        Self { card_index: card.card_index, kind: kind.to_owned(), header: card.header, body, action }
    }
}

impl TryFrom<Wire> for Card {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        let action = match wire.kind.as_str() {
            "product" => exact(&wire.action).map(CardAction::Product),
            _ if wire.action.get("buttons").is_some() => {
                read_replies("quick_reply", &wire.action).map(CardAction::QuickReplies)
            }
            _ => read_link(&wire.action).map(|(display_text, url)| CardAction::CtaUrl { display_text, url }),
        };
        let action = action.ok_or("a card's action has a form nobody knows")?;
        let body = wire.body.map(|block| block.text);
        Ok(Self { card_index: wire.card_index, header: wire.header, body, action })
    }
}
