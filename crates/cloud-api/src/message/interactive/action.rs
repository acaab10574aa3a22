//! Actions on the wire: which kind has which `action`.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::message::wire::same;

use super::{Action, Header, Interactive, ReplyButton, Section};

#[derive(Serialize, Deserialize)]
pub(super) struct Wire {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "super::read_header")]
    header: Option<Header>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Block>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    footer: Option<Block>,
    action: Value,
}

/// Text in an object of its own.
#[derive(Serialize, Deserialize)]
pub(super) struct Block {
    pub text: String,
}

#[derive(Deserialize)]
struct ListWire {
    button: String,
    sections: Vec<Section>,
}

#[derive(Deserialize)]
struct CtaWire {
    display_text: String,
    url: String,
}

impl From<Interactive> for Wire {
    fn from(message: Interactive) -> Self {
        let block = |text| Block { text };
        let action = message.action.to_json();
        Self {
            kind: message.action.into_kind(),
            header: message.header,
            body: message.body.map(block),
            footer: message.footer.map(block),
            action,
        }
    }
}

impl From<Wire> for Interactive {
    fn from(wire: Wire) -> Self {
        let action = read(&wire.kind, &wire.action).filter(|action| same(&action.to_json(), &wire.action));
        Self {
            header: wire.header,
            body: wire.body.map(|block| block.text),
            footer: wire.footer.map(|block| block.text),
            action: action.unwrap_or(Action::Other { kind: wire.kind, action: wire.action }),
        }
    }
}

impl Action {
    /// The interactive message's `type`.
    pub fn kind(&self) -> &str {
        match self {
            Self::Buttons(_) => "button",
            Self::List { .. } => "list",
            Self::CtaUrl { .. } => "cta_url",
            Self::Form(_) => "flow",
            Self::RequestLocation => "location_request_message",
            Self::RequestContact => "contact_request",
            Self::RequestCallPermission => "call_permission_request",
            Self::VoiceCall(_) => "voice_call",
            Self::Catalog { .. } => "catalog_message",
            Self::Product(_) => "product",
            Self::ProductList(_) => "product_list",
            Self::Carousel(_) => "carousel",
            Self::Address(_) => "address_message",
            Self::OrderDetails(_) => "order_details",
            Self::OrderStatus(_) => "order_status",
            Self::Other { kind, .. } => kind,
        }
    }

    fn into_kind(self) -> String {
        match self {
            Self::Other { kind, .. } => kind,
            known => known.kind().to_owned(),
        }
    }

    /// What stands under `action`.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Buttons(buttons) => json!({"buttons": replies("reply", buttons)}),
            Self::List { button, sections } => json!({"button": button, "sections": sections}),
            Self::CtaUrl { display_text, url } => link(display_text, url),
            Self::Form(form) => named("flow", form),
            Self::RequestLocation => json!({"name": "send_location"}),
            Self::RequestContact => json!({"name": "request_contact_info"}),
            Self::RequestCallPermission => json!({"name": "call_permission_request"}),
            Self::VoiceCall(call) if *call == super::VoiceCall::default() => json!({"name": "voice_call"}),
            Self::VoiceCall(call) => named("voice_call", call),
            Self::Catalog { thumbnail_product_retailer_id: None } => json!({"name": "catalog_message"}),
            Self::Catalog { thumbnail_product_retailer_id } => named(
                "catalog_message",
                json!({"thumbnail_product_retailer_id": thumbnail_product_retailer_id}),
            ),
            Self::Product(product) => json!(product),
            Self::ProductList(list) => json!(list),
            Self::Carousel(cards) => json!({"cards": cards}),
            Self::Address(request) => named("address_message", request),
            Self::OrderDetails(order) => named("review_and_pay", order),
            Self::OrderStatus(status) => named("review_order", status),
            Self::Other { action, .. } => action.clone(),
        }
    }
}

fn named(name: &str, parameters: impl Serialize) -> Value {
    json!({"name": name, "parameters": parameters})
}

pub(super) fn link(display_text: &str, url: &str) -> Value {
    named("cta_url", json!({"display_text": display_text, "url": url}))
}

/// Buttons, each in an object that repeats its type.
pub(super) fn replies(kind: &str, buttons: &[ReplyButton]) -> Vec<Value> {
    buttons
        .iter()
        .map(|button| {
            let mut wire = json!({"type": kind});
            wire[kind] = json!(button);
            wire
        })
        .collect()
}

fn read(kind: &str, action: &Value) -> Option<Action> {
    Some(match kind {
        "button" => Action::Buttons(read_replies("reply", action)?),
        "list" => {
            let ListWire { button, sections } = whole(action)?;
            Action::List { button, sections }
        }
        "cta_url" => {
            let (display_text, url) = read_link(action)?;
            Action::CtaUrl { display_text, url }
        }
        "flow" => Action::Form(parameters(action)?),
        "location_request_message" => Action::RequestLocation,
        "contact_request" => Action::RequestContact,
        "call_permission_request" => Action::RequestCallPermission,
        "voice_call" if action.get("parameters").is_none() => Action::VoiceCall(super::VoiceCall::default()),
        "voice_call" => Action::VoiceCall(parameters(action)?),
        "catalog_message" => {
            let thumbnail = action.pointer("/parameters/thumbnail_product_retailer_id");
            let thumbnail = thumbnail.and_then(Value::as_str).map(str::to_owned);
            Action::Catalog { thumbnail_product_retailer_id: thumbnail }
        }
        "product" => Action::Product(whole(action)?),
        "product_list" => Action::ProductList(whole(action)?),
        "carousel" => Action::Carousel(whole(action.get("cards")?)?),
        "address_message" => Action::Address(parameters(action)?),
        "order_details" => Action::OrderDetails(parameters(action)?),
        "order_status" => Action::OrderStatus(parameters(action)?),
        _ => return None,
    })
}

fn whole<T: DeserializeOwned>(action: &Value) -> Option<T> {
    T::deserialize(action).ok()
}

fn parameters<T: DeserializeOwned>(action: &Value) -> Option<T> {
    whole(action.get("parameters")?)
}

pub(super) fn read_link(action: &Value) -> Option<(String, String)> {
    let CtaWire { display_text, url } = parameters(action)?;
    Some((display_text, url))
}

pub(super) fn read_replies(kind: &str, action: &Value) -> Option<Vec<ReplyButton>> {
    action.get("buttons")?.as_array()?.iter().map(|button| whole(button.get(kind)?)).collect()
}
