//! Groups from the outside: what customers do with them, what WhatsApp does to them, and what their phones show.

use serde::Deserialize;
use serde_json::{Value, json};

use super::bubble::{bubble, last};
use super::customers::{known, number};
use super::{Answer, Control, ControlError};
use crate::clock::rfc3339;
use crate::world::World;
use crate::world::groups::{Group, Joined};
use crate::world::message::{Direction, Message};

/// Which part of a group's thread to show.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct GroupThreadQuery {
    /// As this participant's phone shows it; the whole group's when left out.
    pub customer: Option<String>,
    /// The newest so many bubbles (200 when left out).
    pub limit: Option<usize>,
    /// Only bubbles before this wamid.
    pub before: Option<String>,
    /// Also what has reached nobody: on its way, or failed.
    #[serde(default)]
    pub all: bool,
}

impl Control {
    /// `GET /_control/groups?phone_number_id=`: the groups of a number (of all numbers when left out).
    ///
    /// # Errors
    /// An unknown number.
    pub fn groups(&self, phone_number_id: Option<&str>) -> Answer {
        self.shared.with(|world| {
            let only = phone_number_id.map(|id| number(world, Some(id))).transpose()?;
            let mine = |g: &&Group| only.as_ref().is_none_or(|id| *id == g.phone_number_id);
            let list: Vec<Value> = world.groups.all.values().filter(mine).map(|g| shown(world, g)).collect();
            Ok(json!({ "data": list }))
        })
    }

    /// `GET /_control/groups/{id}`: also after it was deleted.
    ///
    /// # Errors
    /// No group ever had this id.
    pub fn group(&self, id: &str) -> Answer {
        self.shared.with(|world| Ok(shown(world, any(world, id)?)))
    }

    /// `PATCH /_control/groups/{id} {suspended?, fail_settings?}`: WhatsApp suspends the group or lifts that;
    /// `fail_settings` names the parts of its next change of settings that fail, each with its code:
    /// `{"description": 131000}` (also `subject` and `profile_picture`).
    ///
    /// # Errors
    /// No such group, or a part that isn't one.
    pub fn change_group(&self, id: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        let mut failing = Vec::new();
        for (part, code) in body["fail_settings"].as_object().into_iter().flatten() {
            let code = code
                .as_i64()
                .filter(|_| ["subject", "description", "profile_picture"].contains(&part.as_str()));
            let code = code.ok_or_else(|| {
                ControlError::invalid(
                    "fail_settings",
                    "a part is subject, description or profile_picture, its code a number",
                )
            })?;
            failing.push((part.clone(), code));
        }
        self.shared.with(|world| {
            let group = world.groups.get_mut(id).ok_or_else(|| ControlError::not_found("group", id))?;
            group.fail_settings.extend(failing);
            if let Some(suspended) = body["suspended"].as_bool() {
                world.suspend_group(config, id, suspended);
            }
            world.changes += 1;
            Ok(shown(world, any(world, id)?))
        })
    }

    /// `POST /_control/customers/{id}/groups/{action}`: `join {invite_link}` (in, or waiting for approval), `leave`,
    /// `withdraw` (the request to join) or `read` (all the phone shows) with `{group_id}`.
    ///
    /// # Errors
    /// An unknown customer, group, link or action; a full or suspended group, or one they are in already (409).
    pub fn act_in_group(&self, id: &str, action: &str, body: &Value) -> Answer {
        let config = &self.shared.config;
        let named = |field: &str| {
            body[field].as_str().map(str::to_owned).ok_or_else(|| ControlError::invalid(field, "is required"))
        };
        self.shared.with(|world| {
            let wa_id = known(world, id)?;
            world.changes += 1;
            match action {
                "join" => match world.join_group(config, &wa_id, &named("invite_link")?)? {
                    (group_id, Joined::In) => Ok(json!({ "group_id": group_id, "joined": true })),
                    (group_id, Joined::Asked { join_request_id }) => Ok(json!({
                        "group_id": group_id, "joined": false, "join_request_id": join_request_id,
                    })),
                },
                "leave" => {
                    let group_id = named("group_id")?;
                    world.leave_group(config, &wa_id, &group_id)?;
                    Ok(json!({ "group_id": group_id, "left": true }))
                }
                "withdraw" => {
                    let group_id = named("group_id")?;
                    world.withdraw_join_request(config, &wa_id, &group_id)?;
                    Ok(json!({ "group_id": group_id, "withdrawn": true }))
                }
                "read" => {
                    let group_id = named("group_id")?;
                    any(world, &group_id)?;
                    Ok(json!({ "group_id": group_id, "read": world.read_group(config, &group_id, &wa_id) }))
                }
                other => Err(ControlError::not_found("action", other)),
            }
        })
    }

    /// `GET /_control/groups/{id}/thread`: what was said in a group, oldest first.
    ///
    /// # Errors
    /// An unknown group, or a customer who is not in it.
    pub fn group_thread(&self, id: &str, query: &GroupThreadQuery) -> Answer {
        self.shared.with(|world| {
            let group = any(world, id)?;
            let viewer = query.customer.as_deref().map(|customer| known(world, customer)).transpose()?;
            if viewer.as_ref().is_some_and(|wa_id| !group.has(wa_id)) {
                return Err(ControlError::invalid("customer", "the customer is not in this group"));
            }
            let business = &world.numbers[&group.phone_number_id];
            let chat = world.chat_if_any(&group.phone_number_id, id);
            Ok(json!({
                "group": shown(world, group),
                "phone_number": {
                    "id": business.id, "display_phone_number": business.display_phone_number,
                    "verified_name": business.verified_name,
                },
                "service_window": {
                    "open": chat.is_some_and(|c| c.window_open(world.now)),
                    "expires_at": chat.and_then(|c| c.window_until).map(rfc3339),
                },
                "unread": viewer.as_ref().map_or(0, |wa_id| unread(group, wa_id)),
                "now": rfc3339(world.now),
                "messages": bubbles(world, group, viewer.as_deref(), query),
            }))
        })
    }
}

fn any<'a>(world: &'a World, id: &str) -> Result<&'a Group, ControlError> {
    world.groups.all.get(id).ok_or_else(|| ControlError::not_found("group", id))
}

/// A group as the control API shows it.
fn shown(world: &World, group: &Group) -> Value {
    let name = |wa_id: &str| world.customers.get(wa_id).map(|customer| customer.name.clone());
    json!({
        "id": group.id, "phone_number_id": group.phone_number_id, "subject": group.subject,
        "description": group.description, "join_approval_mode": group.approval_mode(),
        "invite_link": group.invite_link(), "suspended": group.suspended, "picture_sha256": group.picture,
        "created_at": rfc3339(group.created_at), "deleted_at": group.deleted_at.map(rfc3339),
        "participants": group.participants.iter().map(|p| json!({
            "wa_id": p.wa_id, "name": name(&p.wa_id), "joined_at": rfc3339(p.joined_at), "unread": p.unread.len(),
        })).collect::<Vec<_>>(),
        "join_requests": group.requests.iter().map(|r| json!({
            "id": r.id, "wa_id": r.wa_id, "name": name(&r.wa_id), "at": rfc3339(r.at),
        })).collect::<Vec<_>>(),
        "pins": group.pinned(world.now).map(|pin| json!({
            "wamid": pin.wamid, "at": rfc3339(pin.at), "expires_at": rfc3339(pin.until),
        })).collect::<Vec<_>>(),
    })
}

fn unread(group: &Group, wa_id: &str) -> usize {
    group.participants.iter().find(|p| p.wa_id == wa_id).map_or(0, |p| p.unread.len())
}

/// The groups a customer is in, as their chat list shows them.
pub(super) fn of_customer(world: &World, wa_id: &str) -> Vec<Value> {
    let mine = world.groups.all.values().filter(|group| group.has(wa_id));
    mine.map(|group| {
        let chat = world.chat_if_any(&group.phone_number_id, &group.id);
        let newest = chat.into_iter().flat_map(|chat| chat.messages.iter().rev());
        let newest = newest.filter_map(|wamid| world.messages.get(wamid));
        let last_shown = newest.filter(|m| shows(m, group, wa_id)).map(last).next();
        json!({
            "group_id": group.id, "phone_number_id": group.phone_number_id, "subject": group.subject,
            "unread": unread(group, wa_id), "last": last_shown,
        })
    })
    .collect()
}

/// Whether a participant's phone shows a message: what was said since they came, as far as it has reached them.
fn shows(message: &Message, group: &Group, wa_id: &str) -> bool {
    if message.kind == "reaction" || message.kind == "pin" {
        return false;
    }
    match (message.direction, &message.group) {
        (Direction::Inbound, _) => {
            let joined = group.participants.iter().find(|p| p.wa_id == wa_id).map(|p| p.joined_at);
            joined.is_some_and(|joined| message.at.sent.is_some_and(|at| at >= joined))
        }
        (Direction::Outbound, Some(in_group)) => {
            let mut mine = in_group.receipts.iter().filter(|receipt| receipt.wa_id == wa_id);
            mine.any(|receipt| receipt.at.delivered.is_some() || receipt.at.read.is_some())
        }
        (Direction::Outbound, None) => false,
    }
}

fn bubbles(world: &World, group: &Group, viewer: Option<&str>, query: &GroupThreadQuery) -> Vec<Value> {
    let Some(chat) = world.chat_if_any(&group.phone_number_id, &group.id) else { return Vec::new() };
    let before = query.before.as_ref().and_then(|before| chat.messages.iter().position(|w| w == before));
    let mut newest_first: Vec<Value> = chat
        .messages
        .iter()
        .take(before.unwrap_or(chat.messages.len()))
        .rev()
        .filter_map(|wamid| world.messages.get(wamid))
        .filter(|message| match viewer {
            Some(wa_id) => shows(message, group, wa_id),
            None => message.kind != "reaction" && (query.all || message.on_phone()),
        })
        .take(query.limit.unwrap_or(200))
        .map(|message| {
            let mut bubble = bubble(world, message);
            bubble["pinned"] = Value::from(group.pinned(world.now).any(|pin| pin.wamid == message.wamid));
            bubble["own"] = Value::from(viewer.is_some_and(|wa_id| wa_id == message.wa_id));
            bubble
        })
        .collect();
    newest_first.reverse();
    newest_first
}
