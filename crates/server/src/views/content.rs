//! Cloud-API-shaped JSON, which is passed on as it is: its rules are Meta's, and `app` checks them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema,
        schema::{AdditionalProperties, ArrayBuilder, SchemaType, Type},
    },
};

/// A message without its address: `{"type": "text", "text": {"body": "…"}}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Content(pub Map<String, Value>);

impl Content {
    pub(crate) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

impl PartialSchema for Content {
    fn schema() -> RefOr<Schema> {
        open("A message in the Cloud API's shape, without its address. Unknown fields are kept. Media go by our id, `med_…`.")
            .property("type", text("text, image, video, audio, document, sticker, interactive, template, reaction, …"))
            .required("type")
            .property("context", open("What it answers: `message_id` is ours, `msg_…`, or Meta's wamid."))
            .examples([json!({"type": "text", "text": {"body": "Hola, how can we help?"}})])
            .into()
    }
}

impl ToSchema for Content {
    fn name() -> Cow<'static, str> {
        "Content".into()
    }
}

/// A message with both ends of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub(crate) struct NewMessage(pub Map<String, Value>);

impl PartialSchema for NewMessage {
    fn schema() -> RefOr<Schema> {
        open("A message in the Cloud API's shape, with `from`. Either `to` or `recipient` names who gets it.")
            .property("from", text("Our phone number: `pho_…`, or Meta's `phone_number_id` of it."))
            .property("to", text("A phone number in international form, `+34…`."))
            .property("recipient", text("A BSUID, for who shows no number: `ES.…`."))
            .property(
                "type",
                text("text, image, video, audio, document, sticker, interactive, template, reaction, …"),
            )
            .property("context", open("What it answers: `message_id` is ours, `msg_…`, or Meta's wamid."))
            .property(
                "bulk",
                ObjectBuilder::new().schema_type(SchemaType::Type(Type::Boolean)).description(Some(
                    "Whether it is one of many, such as a newsletter: answers go first. False when left out.",
                )),
            )
            .property(
                "send_before",
                text("A moment (RFC 3339) from which on it isn't worth sending; it fails then."),
            )
            .required("from")
            .required("type")
            .examples([
                json!({"from": "pho_0199c0ffee0070008000000000000001", "to": "+34600111222", "type": "text",
                              "text": {"body": "Your order has left."}}),
            ])
            .into()
    }
}

impl ToSchema for NewMessage {
    fn name() -> Cow<'static, str> {
        "NewMessage".into()
    }
}

fn open(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .description(Some(description))
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(true)))
}

fn text(description: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).description(Some(description))
}

/// Schema of an object with whatever fields.
pub(crate) fn open_object() -> Schema {
    ObjectBuilder::new().additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(true))).into()
}

/// Schema of a list of such objects.
pub(crate) fn open_objects() -> Schema {
    ArrayBuilder::new().items(RefOr::T(open_object())).into()
}
