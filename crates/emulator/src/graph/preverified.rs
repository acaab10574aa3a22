//! A partner's pool of numbers that are verified before a client takes one.

use serde_json::{Value, json};

use super::checked::success;
use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::registration::{check_code, check_code_request, new_code, send_code};
use super::{Answer, Call, businesses, fields, page};
use crate::clock::graph_time;
use crate::phone;
use crate::world::World;
use crate::world::account::DAY;
use crate::world::number::Verification;
use crate::world::registry::Preverified;

/// How long a verification counts.
const LIFETIME: i64 = 90 * DAY;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Business, "add_phone_numbers", "POST", Scope::Management),
    edge(Kind::Business, "preverified_numbers", "GET", Scope::Management),
    edge(Kind::Business, "share_preverified_numbers", "POST", Scope::Management),
    edge(Kind::Preverified, "", "GET DELETE", Scope::Management),
    edge(Kind::Preverified, "partners", "GET", Scope::Management),
    edge(Kind::Preverified, "request_code", "POST", Scope::Management),
    edge(Kind::Preverified, "verify_code", "POST", Scope::Management),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    call.with(|world| {
        if call.kind == Kind::Preverified {
            let number = world.registry.preverified.get(call.id).ok_or_else(|| call.unknown())?;
            let mine = call.token.businesses.contains(&number.business_id);
            let offered = number.partners.iter().any(|partner| call.token.businesses.contains(partner));
            if !(mine || offered && call.verb() == "GET") {
                return Err(call.unknown());
            }
        }
        match (call.kind, call.what()) {
            (Kind::Business, (_, "add_phone_numbers")) => add(world, call),
            (Kind::Business, (_, "preverified_numbers")) => list(world, call),
            (Kind::Business, _) => share(world, call),
            (_, ("GET", "")) => {
                let number = &world.registry.preverified[call.id];
                show(world, call, number, &[&LISTED[..], &["country_prefix", "is_input_id_valid"]].concat())
            }
            (_, (_, "")) => delete(world, call),
            (_, (_, "partners")) => partners(world, call),
            (_, (_, "request_code")) => {
                check_code_request(call.params)?;
                let (now, code) = (world.now, new_code(world));
                change(world, call, |number| send_code(&mut number.verification, now, code))
            }
            _ => {
                let now = world.now;
                change(world, call, |number| {
                    check_code(&mut number.verification, now, call.params)?;
                    number.expires_at = Some(now + LIFETIME);
                    Ok(())
                })
            }
        }
    })
}

fn change(
    world: &mut World,
    call: &Call<'_>,
    work: impl FnOnce(&mut Preverified) -> Result<(), GraphError>,
) -> Answer {
    world.changes += 1;
    let number = world.registry.preverified.get_mut(call.id).ok_or_else(|| call.unknown())?;
    work(number).map(|()| success())
}

fn add(world: &mut World, call: &Call<'_>) -> Answer {
    let written = call.params.plain("phone_number").ok_or_else(|| GraphError::required("phone_number"))?;
    let wa_id = phone::digits(&written)
        .ok_or_else(|| GraphError::message(100).details("phone_number must be a valid phone number"))?;
    let used = world.numbers.values().any(|n| n.wa_id == wa_id && n.status() != "MIGRATED");
    if used || world.registry.preverified.values().any(|p| p.wa_id == wa_id) {
        return Err(GraphError::message(100)
            .subcode(2_388_012)
            .details("The phone number is in use on WhatsApp"));
    }
    let id = world.new_id();
    let number = Preverified {
        id: id.clone(),
        business_id: call.id.to_owned(),
        display_phone_number: phone::display(&wa_id),
        wa_id,
        verification: Verification::default(),
        expires_at: None,
        in_use: false,
        partners: Vec::new(),
    };
    world.registry.preverified.insert(id.clone(), number);
    world.changes += 1;
    Ok(json!({ "id": id }))
}

fn node(world: &World, number: &Preverified) -> Value {
    let expired = number.expires_at.is_some_and(|at| at <= world.now);
    let verified = number.verification.is_verified() && !expired;
    let status = if expired {
        "EXPIRED"
    } else if verified {
        "VERIFIED"
    } else {
        "PENDING"
    };
    let available = if number.in_use {
        "IN_USE"
    } else if verified {
        "AVAILABLE"
    } else {
        "UNAVAILABLE"
    };
    json!({
        "id": number.id, "display_phone_number": number.display_phone_number, "phone_number": number.wa_id,
        "country_prefix": phone::dial_code(&number.wa_id).parse::<u16>().ok(), "country_code": phone::country(&number.wa_id),
        "verification_status": status, "code_verification_status": if verified { "VERIFIED" } else { "NOT_VERIFIED" },
        "verification_expiry_time": number.expires_at.map(graph_time), "availability_status": available,
        "error_msg": Value::Null, "is_input_id_valid": true,
    })
}

/// What an entry of the pool's list has when nothing else is asked for.
const LISTED: [&str; 5] =
    ["id", "display_phone_number", "code_verification_status", "verification_status", "availability_status"];

fn show(world: &World, call: &Call<'_>, number: &Preverified, usual: &[&str]) -> Answer {
    let kind = "WhatsAppBusinessPreVerifiedPhoneNumber";
    fields::select(node(world, number), call.params.text("fields"), usual, kind)
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let fits =
        |node: &Value, name: &str, key: &str| call.params.text(name).is_none_or(|wanted| node[key] == wanted);
    let mine = world.registry.preverified.values().filter(|number| {
        let node = node(world, number);
        (number.business_id == call.id || number.partners.iter().any(|partner| partner == call.id))
            && fits(&node, "verification_status", "verification_status")
            && fits(&node, "code_verification_status", "code_verification_status")
            && fits(&node, "availability_status", "availability_status")
            && fits(&node, "country_code", "country_code")
            && fits(&node, "phone_number", "phone_number")
    });
    let nodes: Result<Vec<Value>, GraphError> =
        mine.map(|number| show(world, call, number, &LISTED)).collect();
    page::page(call.config(), call.params, nodes?)
}

fn share(world: &mut World, call: &Call<'_>) -> Answer {
    let id = call.params.plain("preverified_id").ok_or_else(|| GraphError::required("preverified_id"))?;
    let partner = call.params.plain("partner_business_id");
    let partner = partner.ok_or_else(|| GraphError::required("partner_business_id"))?;
    let known = world.businesses.contains_key(&partner);
    let number = world.registry.preverified.get_mut(&id).filter(|n| n.business_id == call.id);
    let number = number.filter(|n| known && n.verification.is_verified()).ok_or_else(|| {
        GraphError::message(100).details("preverified_id must be a verified number of this business's pool, and partner_business_id a partner")
    })?;
    if !number.partners.contains(&partner) {
        number.partners.push(partner);
    }
    world.changes += 1;
    Ok(success())
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let number = world.registry.preverified.get(call.id).ok_or_else(|| call.unknown())?;
    if number.in_use {
        return Err(GraphError::message(100).details("The phone number is used by a client"));
    }
    world.registry.preverified.remove(call.id);
    world.changes += 1;
    Ok(success())
}

fn partners(world: &World, call: &Call<'_>) -> Answer {
    let number = world.registry.preverified.get(call.id).ok_or_else(|| call.unknown())?;
    let nodes: Result<Vec<Value>, GraphError> = number
        .partners
        .iter()
        .filter_map(|id| businesses::node(world, id))
        .map(|node| fields::select(node, call.params.text("fields"), &["id", "name"], "Business"))
        .collect();
    page::page(call.config(), call.params, nodes?)
}
