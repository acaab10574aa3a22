//! From our drafts to Meta's wire, and from Meta's errors to what the sender does.

use super::{Links, circuit::Told};
use crate::{Error, Result};
use cloud_api::{
    error::{Disposition, Error as CallError},
    message::{Violation, check, check_content},
};
use model::{
    contact::Address,
    id::{MediaId, MessageId},
    message::MessageError,
};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Keys of the envelope that Waypost fills in itself.
const OURS: [&str; 5] =
    ["to", "recipient", "recipient_type", "messaging_product", "biz_opaque_callback_data"];

/// The content of a draft: an object with a type, without the parts of the envelope that are ours.
pub(crate) fn normal(content: &Value) -> Result<Value> {
    let Value::Object(map) = content else { return Err(Error::invalid("", "a message is a JSON object")) };
    let mut map: Map<String, Value> = map.clone();
    if map.contains_key("biz_opaque_callback_data") {
        return Err(Error::invalid(
            "/biz_opaque_callback_data",
            "is used by Waypost to recognise its messages",
        ));
    }
    map.retain(|key, _| !OURS.contains(&key.as_str()));
    map.entry("type").or_insert_with(|| json!("text"));
    Ok(Value::Object(map))
}

/// The id in `context`, ours or Meta's.
pub(crate) fn quoted(content: &Value) -> Option<&str> {
    content["context"]["message_id"].as_str()
}

/// Target and emoji of a reaction.
pub(crate) fn reaction(content: &Value) -> Option<(&str, &str)> {
    if content["type"] != "reaction" {
        return None;
    }
    let reaction = &content["reaction"];
    Some((reaction["message_id"].as_str()?, reaction["emoji"].as_str().unwrap_or_default()))
}

/// Every file of ours that a message names, with the place where it does.
pub(crate) fn files(content: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(content, String::new(), &mut |pointer, id| found.push((pointer.to_owned(), id.to_owned())));
    found
}

/// Objects whose `id` names a file; a button's id may look the same and does not.
const FILES: [&str; 5] = ["image", "video", "audio", "document", "sticker"];

fn walk(value: &Value, pointer: String, found: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let pointer = format!("{pointer}/{key}");
                let id = inner["id"].as_str().filter(|id| id.starts_with(MediaId::PREFIX));
                match id {
                    Some(id) if FILES.contains(&key.as_str()) => found(&format!("{pointer}/id"), id),
                    _ => walk(inner, pointer, found),
                }
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                walk(inner, format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// The whole request body, checked against every limit of Meta's. Files of ours are still named by our ids; the sender
/// uploads them.
pub(crate) fn wire(content: &Value, address: &Address, id: MessageId, links: &Links) -> Result<Value> {
    let mut body = content.clone();
    body["messaging_product"] = json!("whatsapp");
    body["recipient_type"] = json!("individual");
    match address {
        Address::Phone(phone) => body["to"] = json!(format!("+{phone}")),
        Address::Bsuid(bsuid) => body["recipient"] = json!(bsuid),
    }
    if let Some((_, wamid)) = &links.quoted {
        body["context"] = json!({"message_id": wamid});
    }
    if let Some(wamid) = &links.reaction_wamid {
        body["reaction"]["message_id"] = json!(wamid);
    }
    check(&with_files(body.clone(), |_| Some("1".into()))).map_err(refusal)?;
    body["biz_opaque_callback_data"] = json!(id.to_string());
    Ok(body)
}

/// The body with every file's id replaced by Meta's; ids that `meta_id` doesn't know stay.
pub(crate) fn with_files(mut body: Value, meta_id: impl Fn(&str) -> Option<String>) -> Value {
    for (pointer, id) in files(&body) {
        if let (Some(place), Some(meta_id)) = (body.pointer_mut(&pointer), meta_id(&id)) {
            *place = Value::String(meta_id);
        }
    }
    body
}

/// Checks a message that is not addressed yet, such as a rule's answer.
pub(crate) fn check_reply(content: &Value) -> Result<()> {
    let content = normal(content)?;
    if content.get("context").is_some() || content["type"] == "reaction" {
        return Err(Error::invalid("/type", "a ready answer can neither quote nor react"));
    }
    check_limits(&content)
}

/// Checks a draft's content against Meta's limits, before anybody asks whether it may be sent: a message that is too
/// long is too long whatever the service window.
pub(crate) fn check_limits(content: &Value) -> Result<()> {
    check_content(&with_files(content.clone(), |_| Some("1".into()))).map_err(refusal)
}

fn refusal(violations: Vec<Violation>) -> Error {
    match violations.into_iter().next() {
        Some(v) => Error::Invalid { field: v.pointer, message: v.message, limit: v.limit },
        None => Error::Internal("a message was refused without a reason".into()),
    }
}

/// What the sender does after a call that failed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// Nothing was sent: again, not before this long.
    Later(Duration),
    /// It may have been sent.
    Unknown,
    /// The number can't send at all for now.
    Park,
    /// It will never be sent.
    Fail(MessageError),
}

pub(crate) fn verdict(error: &CallError) -> Verdict {
    match error.disposition() {
        Disposition::RetryAfter(wait) => Verdict::Later(wait),
        Disposition::OutcomeUnknown => Verdict::Unknown,
        Disposition::ParkNumber => Verdict::Park,
        Disposition::FixRequest | Disposition::Never => Verdict::Fail(message_error(error)),
    }
}

/// What the failure of a call says of the way to Meta.
pub(crate) fn told(error: &CallError) -> Told {
    match error {
        CallError::NotSent(_) | CallError::Unknown(_) => Told::Nothing,
        CallError::Graph(graph) => match graph.disposition() {
            Disposition::OutcomeUnknown => Told::Nothing,
            Disposition::RetryAfter(wait) if graph.is_safe_to_repeat() && graph.code != PAIR_RATE => {
                Told::TooFast(wait)
            }
            _ => Told::Answered,
        },
        CallError::Refused(_) | CallError::Invalid(_) => Told::NotCalled,
        CallError::Decode(_) => Told::Answered,
    }
}

/// Too many messages to one person: the number itself may go on.
const PAIR_RATE: i64 = 131_056;

/// How long Meta wants to be left alone after this.
pub(crate) fn asked_to_wait(error: &CallError) -> Option<Duration> {
    match error.disposition() {
        Disposition::RetryAfter(wait) => Some(wait),
        _ => None,
    }
}

/// Whether a repeatable call, such as reading a file, fails the same way for ever.
pub(crate) fn never_again(error: &CallError) -> bool {
    match error {
        CallError::Invalid(_) => true,
        CallError::Graph(graph) => {
            matches!(graph.disposition(), Disposition::FixRequest | Disposition::Never)
        }
        _ => false,
    }
}

/// The error, in the form that is kept with a message.
pub(crate) fn message_error(error: &CallError) -> MessageError {
    match error.graph() {
        Some(graph) => MessageError {
            code: Some(graph.code),
            title: graph.title.clone(),
            detail: graph.details.clone().or_else(|| Some(graph.message.clone())),
        },
        None => MessageError {
            code: None,
            title: "the call to WhatsApp failed".into(),
            detail: Some(error.to_string()),
        },
    }
}

/// What a code of Meta's means, in plain words.
pub(crate) fn meaning(code: i64) -> Option<&'static str> {
    cloud_api::error::describe(code).map(|fact| fact.meaning)
}

/// Whether sending the same again can help after this code.
pub(crate) fn may_help_again(code: i64) -> bool {
    cloud_api::error::describe(code).is_none_or(|fact| fact.disposition != Disposition::Never)
}
