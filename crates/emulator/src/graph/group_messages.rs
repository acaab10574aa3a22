//! `POST /{phone number id}/messages` to a group: what may be sent there, and to whom.

use cloud_api::template::Category;
use serde_json::{Value, json};

use super::error::GraphError;
use super::messages::{Recipient, check_media, compose};
use crate::config::Config;
use crate::world::World;
use crate::world::message::{MEDIA_KINDS, State};
use crate::world::template::Template;
use crate::world::template::send::{Via, shown};

/// Buttons and parts of a template that have no place in a group.
const NOT_IN_GROUPS: [&str; 7] =
    ["OTP", "VOICE_CALL", "CALL_PERMISSION_REQUEST", "CATALOG", "MPM", "SPM", "ORDER_DETAILS"];

/// Accepts a message to a group.
pub(super) fn send(
    world: &mut World,
    config: &Config,
    phone_number_id: &str,
    body: &Value,
) -> Result<Value, GraphError> {
    let group_id = body["to"].as_str().unwrap_or("");
    check_group(world, phone_number_id, group_id)?;
    let kind = body["type"].as_str().unwrap_or("text");
    if !["text", "template", "pin"].contains(&kind) && !MEDIA_KINDS.contains(&kind) {
        return Err(unsupported(&format!("Messages of type {kind} can't be sent to groups")));
    }
    let template = if kind == "template" {
        let template = world.template_to_send(config, phone_number_id, Via::CloudApi, &body["template"])?;
        check_category(template)?;
        Some(shown(template, &body["template"]))
    } else {
        None
    };
    if kind == "pin" {
        check_pin(world, phone_number_id, group_id, &body["pin"])?;
    }
    let media_id = check_media(world, phone_number_id, body)?;
    check_throughput(world, phone_number_id)?;
    let recipient = Recipient { wa_id: group_id.to_owned(), input: group_id.to_owned(), by_phone: true };
    let mut message = compose(world, phone_number_id, body, &recipient);
    message.rendered = template;
    message.media_id = media_id;
    message.group = world.recipients_in(group_id);
    let mut accepted = json!({ "id": message.wamid, "group_id": group_id });
    if message.kind == "template" {
        accepted["message_status"] = Value::from("accepted");
    }
    world.accept_in_group(config, message);
    Ok(json!({
        "messaging_product": "whatsapp", "contacts": [{ "input": group_id, "wa_id": group_id }], "messages": [accepted],
    }))
}

/// A message to a group counts once. There is no pair rate: that is about two.
fn check_throughput(world: &mut World, phone_number_id: &str) -> Result<(), GraphError> {
    let now = world.now;
    let Some(number) = world.numbers.get_mut(phone_number_id) else { return Ok(()) };
    let per_second = number.throughput_mps;
    if number.throughput.admit(now, per_second) { Ok(()) } else { Err(GraphError::message(130_429)) }
}

/// The group must be the number's own, alive, and somebody must be in it.
fn check_group(world: &World, phone_number_id: &str, group_id: &str) -> Result<(), GraphError> {
    if !world.groups.enabled(phone_number_id) {
        return Err(GraphError::message(131_215));
    }
    let group = world.groups.get(group_id).filter(|group| group.phone_number_id == phone_number_id);
    let group = group.ok_or_else(|| GraphError::message(131_041))?;
    if group.suspended {
        return Err(GraphError::message(131_207));
    }
    if group.participants.is_empty() {
        return Err(GraphError::message(131_020));
    }
    Ok(())
}

fn check_category(template: &Template) -> Result<(), GraphError> {
    if template.category == Category::Authentication {
        return Err(unsupported("Authentication templates can't be sent to groups"));
    }
    let buttons = template.components.iter().flat_map(|c| c["buttons"].as_array().into_iter().flatten());
    let mut kinds = template.components.iter().chain(buttons).filter_map(|part| part["type"].as_str());
    match kinds.find(|kind| NOT_IN_GROUPS.contains(&kind.to_ascii_uppercase().as_str())) {
        Some(kind) => Err(unsupported(&format!("Templates with {kind} can't be sent to groups"))),
        None => Ok(()),
    }
}

/// Only what was said in the group, and arrived, can be pinned.
fn check_pin(world: &World, number: &str, group_id: &str, pin: &Value) -> Result<(), GraphError> {
    let target = pin["message_id"].as_str().and_then(|id| world.messages.get(id));
    let said = target.is_some_and(|message| {
        message.phone_number_id == number
            && message.chat_key() == group_id
            && !["pin", "reaction"].contains(&message.kind.as_str())
            && message.state != State::Failed
    });
    if said {
        return Ok(());
    }
    Err(GraphError::message(131_009).details("Param pin['message_id'] is not a message of this group"))
}

fn unsupported(details: &str) -> GraphError {
    GraphError::message(131_051).details(details)
}
