//! What a message must bring along for its template. Meta: Templates > Sending template messages.

use serde::Serialize;

use super::button::Button;
use super::component::{Card, Component, Header};
use super::variable::{VariableName, distinct, variables};
use super::words::HeaderFormat;

/// Where the link begins that a button for one-time codes is read back as.
pub(super) const CODE_ADDRESS: &str = "https://www.whatsapp.com/otp/code/";

/// What must be given when a template is sent.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Needed {
    /// The header's value; `None` if nothing is to be given.
    pub header: Option<NeededHeader>,
    /// The body's variables, in the order of the values.
    pub body: Vec<VariableName>,
    /// Whether the end of a limited-time offer must be given.
    pub offer_expiration: bool,
    /// The buttons that take a value, in the order they are shown.
    pub buttons: Vec<NeededButton>,
    /// What each card of a carousel needs.
    pub cards: Vec<Self>,
}

/// What a header needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NeededHeader {
    /// A value for the variable of a text.
    Text(VariableName),
    /// A picture, video, file, animation, place or product.
    Value(HeaderFormat),
}

/// What a button needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeededButton {
    /// Its position from 0.
    pub index: usize,
    /// What goes into `sub_type`: `url`, `quick_reply`, `copy_code`, `flow`, `catalog`, `mpm`, `order_details` or
    /// `voice_call`. A button for one-time codes is a `url`.
    pub sub_type: String,
    /// Whether the template can't be sent without. The payload of a quick reply, the thumbnail of a catalog and the
    /// validity of a voice call can be left out.
    pub required: bool,
}

/// What must be given when a template of these parts is sent: the parts as they were created, or as Meta reads them
/// back.
///
/// ```
/// use cloud_api::template::{Button, Definition, NeededHeader, HeaderFormat, parameters_needed};
///
/// let template = Definition::utility("order", "en_US")
///     .header_image("4::aW1hZ2U=")
///     .body("Hi {{1}}, your order has been shipped today.", ["Ana"])
///     .button(Button::url_with("Track", "https://acme.test/t/{{1}}", "42"));
/// let needed = parameters_needed(&template.components);
/// assert_eq!(needed.header, Some(NeededHeader::Value(HeaderFormat::Image)));
/// assert_eq!(needed.body.len(), 1);
/// assert_eq!((needed.buttons[0].index, needed.buttons[0].sub_type.as_str()), (0, "url"));
/// ```
pub fn parameters_needed(components: &[Component]) -> Needed {
    let mut needed = Needed::default();
    for component in components {
        match component {
            Component::Header(header) => needed.header = self::header(header),
            Component::Body(body) => needed.body = names(body.text.as_deref().unwrap_or_default()),
            Component::Buttons(buttons) => {
                let buttons = buttons.buttons.iter().enumerate();
                needed.buttons = buttons.filter_map(|(index, button)| self::button(index, button)).collect();
            }
            Component::LimitedTimeOffer(offer) => {
                needed.offer_expiration = offer.limited_time_offer.has_expiration == Some(true);
            }
            Component::Carousel(carousel) => needed.cards = carousel.cards.iter().map(card).collect(),
            Component::Footer(_) | Component::CallPermissionRequest(_) | Component::Other(_) => {}
        }
    }
    // An authentication template as it is created has no words yet; Meta's have one variable, the code.
    if needed.body.is_empty() && hands_over_a_code(components) {
        needed.body = vec![VariableName::Position(1)];
    }
    needed
}

/// A card can't hold a carousel, so this doesn't go deeper.
fn card(card: &Card) -> Needed {
    let is_flat = |component: &&Component| !matches!(component, Component::Carousel(_));
    let parts: Vec<Component> = card.components.iter().filter(is_flat).cloned().collect();
    parameters_needed(&parts)
}

fn names(text: &str) -> Vec<VariableName> {
    distinct(&variables(text))
}

fn header(header: &Header) -> Option<NeededHeader> {
    match &header.format {
        HeaderFormat::Text => {
            let first = names(header.text.as_deref().unwrap_or_default()).into_iter().next();
            first.map(NeededHeader::Text)
        }
        format => Some(NeededHeader::Value(format.clone())),
    }
}

fn button(index: usize, button: &Button) -> Option<NeededButton> {
    let (sub_type, required) = match button {
        Button::Url(link) if variables(&link.url).is_empty() => return None,
        Button::Url(_) | Button::Otp(_) => ("url", true),
        Button::QuickReply(_) => ("quick_reply", false),
        Button::CopyCode(_) => ("copy_code", true),
        Button::Flow(_) => ("flow", true),
        Button::Catalog(_) => ("catalog", false),
        Button::Mpm(_) => ("mpm", true),
        Button::OrderDetails(_) => ("order_details", true),
        Button::VoiceCall(_) => ("voice_call", false),
        Button::PhoneNumber(_) | Button::Spm(_) | Button::RequestContactInfo(_) | Button::Other(_) => {
            return None;
        }
    };
    Some(NeededButton { index, sub_type: sub_type.to_owned(), required })
}

/// Whether it is an authentication template, as it is created or as Meta reads it back.
pub(super) fn hands_over_a_code(components: &[Component]) -> bool {
    let buttons = components.iter().filter_map(|component| match component {
        Component::Buttons(buttons) => Some(&buttons.buttons),
        _ => None,
    });
    buttons.flatten().any(|button| match button {
        Button::Otp(_) => true,
        Button::Url(link) => link.url.starts_with(CODE_ADDRESS),
        _ => false,
    })
}
