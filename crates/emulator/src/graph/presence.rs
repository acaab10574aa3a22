//! How a business stands before its customers: username, official badge, and who is behind it.

use cloud_api::client::compliance::{ComplianceInfo, OfficialAccountRequest};
use cloud_api::client::username::check_username;
use serde_json::{Value, json};

use super::checked::{judge, success, typed};
use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::phone_number::REVIEW;
use super::registration::product;
use super::{Answer, Call, fields};
use crate::config::Config;
use crate::world::World;
use crate::world::number::BusinessUsername;
use crate::world::standing::AccountDue;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Number, "username", "GET POST DELETE", Scope::Management),
    edge(Kind::Number, "username_suggestions", "GET", Scope::Management),
    edge(Kind::Number, "business_compliance_info", "GET POST", Scope::Management),
    edge(Kind::Number, "official_business_account", "GET POST", Scope::Management),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let (id, params, config) = (call.id, call.params, call.config());
    call.with(|world| match call.what() {
        ("GET", "username") => username(world, id),
        ("POST", "username") => set_username(world, config, id, params),
        (_, "username") => delete_username(world, config, id),
        (_, "username_suggestions") => suggestions(world, id),
        ("GET", "business_compliance_info") => compliance(world, id, params),
        (_, "business_compliance_info") => set_compliance(world, id, params),
        ("GET", _) => official(world, id, params),
        _ => ask_official(world, id, params),
    })
}

fn username(world: &World, id: &str) -> Answer {
    let number = world.numbers.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    Ok(match &number.facts.username {
        Some(username) => json!({ "username": username.name, "status": username.status }),
        None => json!({}),
    })
}

/// Names are reserved at once and approved after a review.
fn set_username(world: &mut World, config: &Config, id: &str, params: &Params) -> Answer {
    let name = params.text("username").ok_or_else(|| GraphError::required("username"))?.to_ascii_lowercase();
    judge(check_username(&name))?;
    let number = world.numbers.get(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    if !number.registered {
        return Err(GraphError::message(133_010));
    }
    let held = world.numbers.values().find(|n| n.facts.username.as_ref().is_some_and(|u| u.name == name));
    let person = world.customers.values().any(|c| c.username.as_deref() == Some(name.as_str()));
    match held.map(|n| (n.id.clone(), world.business_of(&n.id) == world.business_of(id))) {
        Some((holder, _)) if holder == id => {}
        Some((holder, true)) if params.get("transfer_action").is_some() => {
            world.set_username(config, &holder, "deleted");
        }
        None if !person => {}
        _ => return Err(GraphError::message(147_001)),
    }
    let approved = {
        let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
        let before = number.facts.username.take().filter(|before| before.name == name);
        let approved = before.is_some_and(|before| before.status == "approved");
        let status = if approved { "approved" } else { "reserved" };
        number.facts.username = Some(BusinessUsername { name, status: status.to_owned() });
        approved
    };
    if !approved {
        world.set_username(config, id, "reserved");
        let at = world.now + REVIEW.sample(&mut world.delays);
        world.account_later(at, AccountDue::Username { number: id.to_owned() });
    }
    Ok(json!({ "status": if approved { "approved" } else { "reserved" } }))
}

fn delete_username(world: &mut World, config: &Config, id: &str) -> Answer {
    let number = world.numbers.get(id).ok_or_else(|| GraphError::unknown_object("delete", id))?;
    if number.facts.username.is_none() {
        return Err(GraphError::message(33).details("The phone number has no username"));
    }
    world.set_username(config, id, "deleted");
    Ok(success())
}

/// Names made of the verified name that nobody has.
fn suggestions(world: &World, id: &str) -> Answer {
    let number = world.numbers.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    let name = number.verified_name.to_ascii_lowercase();
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let candidates = [
        words.concat(),
        words.join("_"),
        words.join("."),
        format!("{}_official", words.concat()),
        format!("the{}", words.concat()),
    ];
    let free = |name: &&String| {
        check_username(name).is_ok()
            && !world.numbers.values().any(|n| n.facts.username.as_ref().is_some_and(|u| u.name == **name))
            && !world.customers.values().any(|c| c.username.as_ref() == Some(*name))
    };
    let mut names: Vec<&String> = candidates.iter().filter(free).collect();
    names.dedup();
    Ok(json!({ "data": [{ "username_suggestions": names }] }))
}

fn compliance(world: &World, id: &str, params: &Params) -> Answer {
    let number = world.numbers.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    let Some(info) = &number.facts.compliance else { return Ok(json!({ "data": [] })) };
    let known =
        ["entity_name", "entity_type", "is_registered", "grievance_officer_details", "customer_care_details"];
    let mut info = info.clone();
    info["messaging_product"] = Value::from("whatsapp");
    for key in known.iter().chain(&["entity_type_custom"]) {
        if info.get(*key).is_none() {
            info[*key] = Value::Null;
        }
    }
    let usual = [&known[..], &["entity_type_custom", "messaging_product"]].concat();
    let info = fields::select(info, params.text("fields"), &usual, "WhatsAppBusinessComplianceInfo")?;
    Ok(json!({ "data": [info] }))
}

fn set_compliance(world: &mut World, id: &str, params: &Params) -> Answer {
    product(params)?;
    let mut body = params.body();
    if let Some(body) = body.as_object_mut() {
        body.remove("messaging_product");
    }
    judge(typed::<ComplianceInfo>(&body)?.validate())?;
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    number.facts.compliance = Some(body);
    world.announce("number", id, "", None);
    Ok(success())
}

fn official(world: &World, id: &str, params: &Params) -> Answer {
    let number = world.numbers.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    let (status, message) = match number.facts.official.as_deref() {
        Some("APPROVED") => ("APPROVED", "Your Official Business Account has been approved"),
        Some("REJECTED") => ("REJECTED", "Your Official Business Account application was rejected"),
        Some(_) => ("PENDING", "Your Official Business Account application is under review"),
        None => ("NOT_STARTED", "No application for an Official Business Account was made"),
    };
    let node = json!({ "id": id, "oba_status": status, "status_message": message });
    fields::select(
        node,
        params.text("fields"),
        &["oba_status", "status_message"],
        "OfficialBusinessAccountStatus",
    )
}

/// Decided by the control API.
fn ask_official(world: &mut World, id: &str, params: &Params) -> Answer {
    judge(typed::<OfficialAccountRequest>(&params.body())?.validate())?;
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    if matches!(number.facts.official.as_deref(), Some("PENDING" | "APPROVED")) {
        return Err(GraphError::message(100).details("The phone number has an application already"));
    }
    number.facts.official = Some("PENDING".to_owned());
    world.announce("number", id, "", None);
    Ok(success())
}
