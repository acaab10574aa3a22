//! A number's groups: making, changing and deleting them, their invite link, who asks to join and who must leave.
//! Most of it is answered with a `request_id`, and its outcome told by webhook.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::{File, Params};
use super::{Answer, Call, fields, page};
use crate::config::Config;
use crate::world::World;
use crate::world::group_requests::{Asked, GroupWork, Picture, Settings};
use crate::world::groups::{Group, MAX_PARTICIPANTS};

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Number, "groups", "GET POST", Scope::Messaging),
    edge(Kind::Group, "", "GET POST DELETE", Scope::Messaging),
    edge(Kind::Group, "invite_link", "GET POST DELETE", Scope::Messaging),
    edge(Kind::Group, "join_requests", "GET POST DELETE", Scope::Messaging),
    edge(Kind::Group, "participants", "POST DELETE", Scope::Messaging),
];

/// Longest subject and description, in characters.
const SUBJECT_MAX: usize = 128;
const DESCRIPTION_MAX: usize = 2_048;
/// Largest photo, and the fewest pixels of a side.
const PICTURE_MAX: usize = 5 * 1024 * 1024;
const PICTURE_SIDE: u32 = 192;

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let (id, params, config) = (call.id, call.params, call.config());
    call.with(|world| match (call.kind, call.what()) {
        (Kind::Number, ("GET", _)) => list(world, config, id, params),
        (Kind::Number, _) => create(world, config, id, params),
        (_, ("GET", "")) => get(world, id, params),
        (_, ("POST", "")) => change(world, config, id, params),
        (_, (_, "")) => Ok(asked(world, config, GroupWork::Delete { group_id: id.to_owned() })),
        (_, (verb, "invite_link")) => invite_link(world, id, verb, params),
        (_, ("GET", "join_requests")) => join_requests(world, config, id, params),
        (_, ("POST", "join_requests")) => approve(world, config, id, params),
        (_, (_, "join_requests")) => reject(world, id, params),
        (_, ("DELETE", _)) => remove(world, config, id, params),
        // Nobody can be put into a group: people join by its link.
        _ => Err(GraphError::message(131_055).details("Participants join a group by its invite link")),
    })
}

/// Plans the work and answers under which id its outcome will be told.
fn asked(world: &mut World, config: &Config, work: GroupWork) -> Value {
    json!({ "messaging_product": "whatsapp", "request_id": world.ask_group(config, work) })
}

fn product(params: &Params) -> Result<(), GraphError> {
    match params.text("messaging_product") {
        Some("whatsapp") => Ok(()),
        _ => Err(GraphError::required("messaging_product")),
    }
}

/// A text of at most so many characters, without blanks around it.
fn short(params: &Params, name: &str, most: usize) -> Result<Option<String>, GraphError> {
    let Some(text) = params.plain(name).map(|text| text.trim().to_owned()) else { return Ok(None) };
    if text.chars().count() > most {
        return Err(GraphError::parameter(format!("Param {name} must be at most {most} characters long.")));
    }
    Ok(Some(text))
}

fn subject(params: &Params) -> Result<Option<String>, GraphError> {
    match short(params, "subject", SUBJECT_MAX)? {
        Some(empty) if empty.is_empty() => {
            Err(GraphError::parameter("Param subject must be a non-empty string."))
        }
        subject => Ok(subject),
    }
}

fn create(world: &mut World, config: &Config, number: &str, params: &Params) -> Answer {
    product(params)?;
    let subject = subject(params)?.ok_or_else(|| GraphError::required("subject"))?;
    let description = short(params, "description", DESCRIPTION_MAX)?.filter(|text| !text.is_empty());
    let approval_required = match params.text("join_approval_mode") {
        None | Some("auto_approve") => false,
        Some("approval_required") => true,
        Some(other) => {
            return Err(GraphError::parameter(format!(
                "Param join_approval_mode must be one of {{APPROVAL_REQUIRED, AUTO_APPROVE}} - got \"{other}\"."
            )));
        }
    };
    if !world.numbers.get(number).is_some_and(|number| number.registered) {
        return Err(GraphError::message(133_010));
    }
    world.may_create_group(number)?;
    let phone_number_id = number.to_owned();
    let work = GroupWork::Create(Asked { phone_number_id, subject, description, approval_required });
    Ok(asked(world, config, work))
}

fn list(world: &World, config: &Config, number: &str, params: &Params) -> Answer {
    let groups = world.groups.of_number(number).into_iter().map(|group| {
        let created_at = group.created_at.div_euclid(1_000).to_string();
        json!({ "id": group.id, "subject": group.subject, "created_at": created_at })
    });
    let mut answer = paged(config, params, groups.collect())?;
    let groups = answer["data"].take();
    answer["data"] = json!({ "groups": groups });
    Ok(answer)
}

/// Lists about groups have a code of their own for a cursor that isn't one.
fn paged(config: &Config, params: &Params, items: Vec<Value>) -> Answer {
    page::page(config, params, items).map_err(|error| match error.code {
        131_009 => GraphError::message(131_059),
        _ => error,
    })
}

fn group<'a>(world: &'a World, id: &str) -> Result<&'a Group, GraphError> {
    world.groups.get(id).ok_or_else(|| GraphError::unknown_object("get", id))
}

const DEFAULTS: &[&str] = &[
    "messaging_product",
    "id",
    "subject",
    "creation_timestamp",
    "suspended",
    "description",
    "total_participant_count",
    "participants",
    "join_approval_mode",
];

fn get(world: &World, id: &str, params: &Params) -> Answer {
    let group = group(world, id)?;
    let people = group.participants.iter().filter_map(|p| world.customers.get(&p.wa_id));
    let participants: Vec<Value> = people.map(|c| world.person(&group.phone_number_id, c)).collect();
    let node = json!({
        "messaging_product": "whatsapp", "id": group.id, "subject": group.subject, "description": group.description,
        "suspended": group.suspended, "creation_timestamp": group.created_at.div_euclid(1_000),
        "total_participant_count": participants.len(), "participants": participants,
        "join_approval_mode": group.approval_mode(),
    });
    let asked = params.text("fields").map(|asked| format!("messaging_product,{asked}"));
    fields::select(node, asked.as_deref(), DEFAULTS, "WhatsAppBusinessGroup")
}

fn change(world: &mut World, config: &Config, id: &str, params: &Params) -> Answer {
    product(params)?;
    let settings = Settings {
        subject: subject(params)?,
        description: short(params, "description", DESCRIPTION_MAX)?,
        picture: params.files.first().map(picture).transpose()?,
    };
    if settings.subject.is_none() && settings.description.is_none() && settings.picture.is_none() {
        return Err(GraphError::message(131_008)
            .details("One of subject, description and profile_picture_file is required"));
    }
    Ok(asked(world, config, GroupWork::Change { group_id: id.to_owned(), settings }))
}

/// Type and size are judged at once, the picture itself when it is set.
fn picture(file: &File) -> Result<Picture, GraphError> {
    if !file.bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return Err(GraphError::message(131_053).details("A group's photo is a JPEG file"));
    }
    if file.bytes.len() > PICTURE_MAX {
        return Err(GraphError::message(131_053).details("A group's photo has at most 5 MB"));
    }
    let refused = match jpeg_size(&file.bytes) {
        Some((width, height)) if width != height => Some(131_209),
        Some((side, _)) if side < PICTURE_SIDE => Some(131_210),
        _ => None,
    };
    Ok(Picture { sha256: STANDARD.encode(Sha256::digest(&file.bytes)), refused })
}

/// Width and height of a JPEG file, from its frame header.
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let segment = bytes.get(at..at + 4)?;
        let length = usize::from(u16::from_be_bytes([segment[2], segment[3]]));
        match segment[1] {
            // Frame headers, but not the tables that share their range.
            0xC0..=0xCF if ![0xC4, 0xC8, 0xCC].contains(&segment[1]) => {
                let size = bytes.get(at + 5..at + 9)?;
                let side = |i: usize| u32::from(u16::from_be_bytes([size[i], size[i + 1]]));
                return Some((side(2), side(0)));
            }
            _ if segment[0] != 0xFF => return None,
            _ => at += 2 + length,
        }
    }
}

/// Looks the link up, replaces it, or deletes it.
fn invite_link(world: &mut World, id: &str, verb: &str, params: &Params) -> Answer {
    if verb != "GET" {
        product(params)?;
        let fresh = (verb == "POST").then(|| world.ids.alphanumeric(22));
        let group = world.groups.get_mut(id).ok_or_else(|| GraphError::unknown_object(verb, id))?;
        group.invite_code = fresh;
        world.changes += 1;
    }
    if verb == "DELETE" {
        return Ok(json!({ "messaging_product": "whatsapp", "success": true }));
    }
    let link = group(world, id)?.invite_link();
    let link = link.ok_or_else(|| {
        GraphError::message(131_009).details("The group's invite link was deleted; reset it to get a new one")
    })?;
    Ok(json!({ "messaging_product": "whatsapp", "invite_link": link }))
}

fn join_requests(world: &World, config: &Config, id: &str, params: &Params) -> Answer {
    let group = group(world, id)?;
    let mut requests = Vec::new();
    for request in &group.requests {
        let customer = world.customers.get(&request.wa_id);
        let mut entry = customer.map_or_else(|| json!({}), |c| world.person(&group.phone_number_id, c));
        entry["join_request_id"] = Value::from(request.id.as_str());
        entry["creation_timestamp"] = Value::from(request.at.div_euclid(1_000));
        requests.push(entry);
    }
    paged(config, params, requests)
}

fn named_requests(params: &Params) -> Result<Vec<String>, GraphError> {
    product(params)?;
    let ids = params.list("join_requests").filter(|ids| !ids.is_empty());
    ids.ok_or_else(|| GraphError::required("join_requests"))
}

/// Those who are let in come in together, as long as there is room.
fn approve(world: &mut World, config: &Config, id: &str, params: &Params) -> Answer {
    let (mut approved, mut failed, mut people) = (Vec::new(), Vec::new(), Vec::new());
    let asked = named_requests(params)?;
    let group = group(world, id)?;
    for request_id in asked {
        let request = group.requests.iter().find(|request| request.id == request_id);
        match request {
            Some(request) if people.contains(&request.wa_id) => {}
            Some(_) if group.participants.len() + people.len() >= MAX_PARTICIPANTS => {
                failed.push(failure(&request_id, 131_204));
            }
            Some(request) => {
                people.push(request.wa_id.clone());
                approved.push(request_id);
            }
            None => failed.push(failure(&request_id, 131_213)),
        }
    }
    if !people.is_empty() {
        world.let_in(config, id, &people, "join_request_approved");
    }
    Ok(decided(world, "approved_join_requests", approved, failed))
}

fn reject(world: &mut World, id: &str, params: &Params) -> Answer {
    let (mut rejected, mut failed) = (Vec::new(), Vec::new());
    let asked = named_requests(params)?;
    let group = world.groups.get_mut(id).ok_or_else(|| GraphError::unknown_object("delete", id))?;
    for request_id in asked {
        match group.requests.iter().position(|request| request.id == request_id) {
            Some(at) => {
                group.requests.remove(at);
                rejected.push(request_id);
            }
            None => failed.push(failure(&request_id, 131_213)),
        }
    }
    world.changes += 1;
    Ok(decided(world, "rejected_join_requests", rejected, failed))
}

/// Decided at once; some clients look for a `request_id` all the same, as every other change of a group has one.
fn decided(world: &mut World, name: &str, done: Vec<String>, failed: Vec<Value>) -> Value {
    let request_id = world.ids.numeric_id(15);
    let mut answer = json!({ "messaging_product": "whatsapp", "request_id": request_id, (name): done });
    if !failed.is_empty() {
        answer["failed_join_requests"] = Value::from(failed);
    }
    answer
}

fn failure(request_id: &str, code: i64) -> Value {
    let error = crate::world::group_webhooks::error_without_link(code);
    json!({ "join_request_id": request_id, "errors": [error] })
}

fn remove(world: &mut World, config: &Config, id: &str, params: &Params) -> Answer {
    product(params)?;
    let list = params.array("participants").ok_or_else(|| GraphError::required("participants"))?;
    if list.is_empty() || list.len() > MAX_PARTICIPANTS {
        return Err(GraphError::parameter("Param participants must have 1 to 8 elements."));
    }
    let mut inputs: Vec<String> = Vec::new();
    for (at, participant) in list.iter().enumerate() {
        let input = participant["user"].as_str().or(participant["user_id"].as_str());
        let input = input.ok_or_else(|| GraphError::required(&format!("participants[{at}]['user']")))?;
        if inputs.iter().any(|known| known == input) {
            return Err(GraphError::message(131_202));
        }
        inputs.push(input.to_owned());
    }
    Ok(asked(world, config, GroupWork::Remove { group_id: id.to_owned(), inputs }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_measured_by_its_frame_header() {
        let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC2, 0, 11, 8, 0, 200, 1, 0, 3];
        assert_eq!(jpeg_size(&jpeg), Some((256, 200)));
        jpeg.truncate(12);
        assert_eq!(jpeg_size(&jpeg), None);
        assert_eq!(jpeg_size(&[0xFF, 0xD8, 0xFF]), None);
    }
}
