//! What the customer will see.

use serde::Serialize;
use serde_json::Value;

use super::button::{Button, Labelled};
use super::component::{Body, Carousel, Component, Header};
use super::needed::CODE_ADDRESS;
use super::sent;
use super::variable::fill;
use super::words::{HeaderFormat, OtpType};

/// A template message as the customer sees it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Rendered {
    /// What stands above the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<RenderedHeader>,
    /// Title of a limited-time offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<String>,
    /// The words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Small words under the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// The buttons, in the order they are shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<RenderedButton>,
    /// The cards of a carousel.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Self>,
}

/// What stands above the body.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RenderedHeader {
    /// What kind.
    pub format: HeaderFormat,
    /// Text headers: the words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Other headers: the picture, video, file, place or product that was given, as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

/// A button as the customer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RenderedButton {
    /// Its type: `QUICK_REPLY`, `URL`, …
    pub kind: String,
    /// Its label. WhatsApp's own labels are given in English.
    pub text: String,
    /// Link buttons: where it leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Buttons that call: which number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Buttons that hand over a code: which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// What the customer sees when a template of these parts is sent with the values of a template message: `message` is
/// the object under `template` in the message. Variables without a value stay as they are, so that a preview can be
/// shown before everything is known. Never fails; [`check_send`](super::check_send) says whether the values fit.
///
/// ```
/// use cloud_api::template::{Definition, render};
/// use serde_json::json;
///
/// let template = Definition::utility("visit", "en").body("Hi {{1}}, we see you at {{2}} tomorrow.", ["Ana", "10:30"]);
/// let message = json!({"name": "visit", "language": {"code": "en"}, "components": [
///     {"type": "body", "parameters": [{"type": "text", "text": "Bea"}]}]});
/// let seen = render(&template.components, &message);
/// assert_eq!(seen.body.as_deref(), Some("Hi Bea, we see you at {{2}} tomorrow."));
/// ```
pub fn render(components: &[Component], message: &Value) -> Rendered {
    let sent = message.as_object().map(|message| sent::list(message, "components")).unwrap_or_default();
    parts(components, sent)
}

fn parts(components: &[Component], sent: &[Value]) -> Rendered {
    let mut rendered = Rendered::default();
    for component in components {
        match component {
            Component::Header(header) => {
                rendered.header = Some(self::header(header, parameters(sent, "header")))
            }
            Component::Body(body) => rendered.body = Some(self::body(body, parameters(sent, "body"))),
            Component::Footer(footer) => {
                let expires = |minutes| format!("This code expires in {minutes} minutes.");
                rendered.footer = footer.text.clone().or_else(|| footer.code_expiration_minutes.map(expires));
            }
            Component::Buttons(buttons) => {
                let buttons = buttons.buttons.iter().enumerate();
                rendered.buttons = buttons.map(|(i, button)| self::button(button, given(sent, i))).collect();
            }
            Component::LimitedTimeOffer(offer) => {
                rendered.offer = Some(offer.limited_time_offer.text.clone())
            }
            Component::Carousel(carousel) => rendered.cards = cards(carousel, sent),
            Component::CallPermissionRequest(_) | Component::Other(_) => {}
        }
    }
    rendered
}

fn cards(carousel: &Carousel, sent: &[Value]) -> Vec<Rendered> {
    let given = sent::component(sent, "carousel").map(|(_, carousel)| sent::list(carousel, "cards"));
    let given = given.unwrap_or_default();
    let of = |index: usize| {
        let objects = given.iter().filter_map(Value::as_object);
        let mut card = objects.filter(|card| sent::index(card, "card_index") == Some(index));
        card.next().map(|card| sent::list(card, "components")).unwrap_or_default()
    };
    let cards = carousel.cards.iter().enumerate();
    cards
        .map(|(i, card)| {
            let flat = card.components.iter().filter(|part| !matches!(part, Component::Carousel(_)));
            parts(&flat.cloned().collect::<Vec<_>>(), of(i))
        })
        .collect()
}

fn parameters<'a>(sent: &'a [Value], kind: &str) -> &'a [Value] {
    sent::component(sent, kind).map(|(_, component)| sent::list(component, "parameters")).unwrap_or_default()
}

/// The first parameter of the button at a position.
fn given(sent: &[Value], index: usize) -> Option<&Value> {
    let mut buttons = sent::of_kind(sent, "button");
    let button = buttons.find(|(_, button)| sent::index(button, "index") == Some(index));
    button.and_then(|(_, button)| sent::list(button, "parameters").first())
}

fn header(header: &Header, parameters: &[Value]) -> RenderedHeader {
    let format = header.format.clone();
    if format == HeaderFormat::Text {
        return RenderedHeader {
            format,
            text: header.text.as_deref().map(|text| text_of(text, parameters)),
            value: None,
        };
    }
    let kind = format.as_str().to_ascii_lowercase();
    let value = parameters.first().and_then(|parameter| parameter.get(&kind)).cloned();
    RenderedHeader { format, text: None, value }
}

/// A header's one variable takes the one value, whatever its number or name.
fn text_of(text: &str, parameters: &[Value]) -> String {
    fill(text, |_| parameters.first().and_then(sent::text).map(str::to_owned))
}

fn body(body: &Body, parameters: &[Value]) -> String {
    let metas = || {
        let warning = " For your security, do not share this code.";
        let warning = if body.add_security_recommendation == Some(true) { warning } else { "" };
        format!("*{{{{1}}}}* is your verification code.{warning}")
    };
    let text = body.text.clone().unwrap_or_else(metas);
    fill(&text, |name| sent::value(parameters, name))
}

/// An address with its variable filled in.
pub(super) fn link(url: &str, value: &str) -> String {
    fill(url, |_| Some(value.to_owned()))
}

fn button(button: &Button, parameter: Option<&Value>) -> RenderedButton {
    let label = |labelled: &Labelled, fixed: &str| labelled.text.clone().unwrap_or_else(|| fixed.to_owned());
    let value = || parameter.and_then(sent::text).map(str::to_owned);
    let (text, url, phone_number, code) = match button {
        Button::QuickReply(reply) => (label(reply, ""), None, None, None),
        Button::Url(url) if url.url.starts_with(CODE_ADDRESS) => (url.text.clone(), None, None, value()),
        Button::Url(url) => (
            url.text.clone(),
            Some(value().map_or_else(|| url.url.clone(), |value| link(&url.url, &value))),
            None,
            None,
        ),
        Button::PhoneNumber(phone) => (phone.text.clone(), None, Some(phone.phone_number.clone()), None),
        Button::CopyCode(_) => ("Copy offer code".to_owned(), None, None, value()),
        Button::VoiceCall(call) => (call.text.clone().unwrap_or_default(), None, None, None),
        Button::Flow(form) => (form.text.clone(), None, None, None),
        Button::Catalog(catalog) => (label(catalog, "View catalog"), None, None, None),
        Button::Mpm(products) => (label(products, "View items"), None, None, None),
        Button::Spm(product) => (label(product, "View"), None, None, None),
        Button::Otp(otp) => {
            let (own, metas) = match otp.otp_type {
                OtpType::OneTap | OtpType::ZeroTap => (&otp.autofill_text, "Autofill"),
                _ => (&otp.text, "Copy code"),
            };
            (own.clone().unwrap_or_else(|| metas.to_owned()), None, None, value())
        }
        Button::OrderDetails(order) => (label(order, ""), None, None, None),
        Button::RequestContactInfo(request) => (label(request, "Share Contact Info"), None, None, None),
        Button::Other(json) => {
            let text = json.get("text").and_then(Value::as_str).unwrap_or_default();
            (text.to_owned(), None, None, None)
        }
    };
    RenderedButton { kind: button.kind().to_ascii_uppercase(), text, url, phone_number, code }
}
