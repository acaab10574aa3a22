//! `/{phone number id}/calls` and `/call_permissions`: the business's side of the signalling.

use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::messages::recipient;
use super::params::Params;
use super::{Answer, Call as GraphCall};
use crate::config::Config;
use crate::phone;
use crate::world::World;
use crate::world::call_webhooks::is_sdp;
use crate::world::calls::{Call, CallState, Caller, Dialed};

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Number, "calls", "POST", Scope::Messaging),
    edge(Kind::Number, "call_permissions", "GET", Scope::Messaging),
];

/// Longest `biz_opaque_callback_data`, in characters.
const CALLBACK_DATA_MAX: usize = 512;

pub(super) fn answer(call: &GraphCall<'_>) -> Answer {
    let (id, params) = (call.id, call.params);
    call.with(|world| match call.what() {
        (_, "call_permissions") => permissions(world, id, params),
        _ => act(world, call.config(), id, params),
    })
}

/// What the business may do about calling somebody. Nobody appears by being asked about.
fn permissions(world: &World, number: &str, params: &Params) -> Answer {
    if !world.calls.enabled(number) {
        return Err(GraphError::message(138_000));
    }
    if let Some(phone) = params.plain("user_wa_id") {
        let digits = phone::digits(&phone).ok_or_else(|| {
            GraphError::message(131_009).details("Param user_wa_id must be a valid phone number")
        })?;
        let wa_id = if world.customers.contains_key(&digits) { digits } else { phone::wa_id(&digits) };
        return Ok(world.permission_json(number, Some(&wa_id)));
    }
    let user_id = params.text("recipient").ok_or_else(|| GraphError::required("user_wa_id"))?;
    Ok(world.permission_json(number, world.who(world.business_of(number), user_id)))
}

fn act(world: &mut World, config: &Config, number: &str, params: &Params) -> Answer {
    if params.text("messaging_product") != Some("whatsapp") {
        return Err(GraphError::required("messaging_product"));
    }
    if !world.numbers.get(number).is_some_and(|number| number.registered) {
        return Err(GraphError::message(133_010));
    }
    if !world.calls.enabled(number) {
        return Err(GraphError::message(138_000));
    }
    let action = params.text("action").ok_or_else(|| GraphError::required("action"))?;
    match action {
        "connect" => return connect(world, config, number, params),
        "pre_accept" | "accept" => {
            let call = going_on(world, number, params)?;
            check_takeable(call, action)?;
            let (id, sdp, data) = (call.id.clone(), session(params, "answer")?, callback_data(params)?);
            world.business_answers(&id, sdp, action == "accept");
            if let (Some(data), Some(call)) = (data, world.calls.all.get_mut(&id)) {
                call.callback_data = Some(data);
            }
        }
        "reject" | "terminate" => {
            let call = going_on(world, number, params)?;
            if action == "reject" {
                check_takeable(call, action)?;
            }
            let id = call.id.clone();
            world.end_call(config, &id, None);
        }
        other => {
            return Err(GraphError::parameter(format!(
                "Param action must be one of {{CONNECT, PRE_ACCEPT, ACCEPT, REJECT, TERMINATE}} - got \"{other}\"."
            )));
        }
    }
    Ok(json!({ "messaging_product": "whatsapp", "success": true }))
}

fn connect(world: &mut World, config: &Config, number: &str, params: &Params) -> Answer {
    let offer = session(params, "offer")?;
    let callback_data = callback_data(params)?;
    let mut body = params.body();
    if let Some(to) = params.plain("to") {
        body["to"] = Value::from(to);
    } else if params.text("recipient").is_none() {
        return Err(GraphError::required("to"));
    }
    let who = recipient(world, config, number, &body)?;
    world.may_call(number, &who.wa_id)?;
    if who.by_phone {
        world.phone_met(number, &who.wa_id);
    }
    let dialed = Dialed {
        by: Caller::Business,
        by_phone: who.by_phone,
        offer: Some(offer),
        callback_data,
        cta_payload: None,
        deeplink_payload: None,
    };
    let id = world.business_calls(config, number, &who.wa_id, dialed);
    Ok(json!({ "messaging_product": "whatsapp", "calls": [{ "id": id }], "success": true }))
}

/// What the webhooks of a call bring back, from those of its start or, when it is the customer's, its end.
fn callback_data(params: &Params) -> Result<Option<String>, GraphError> {
    let data = params.text("biz_opaque_callback_data").map(str::to_owned);
    if data.as_ref().is_some_and(|data| data.chars().count() > CALLBACK_DATA_MAX) {
        let details = "biz_opaque_callback_data length invalid. Max length: 512";
        return Err(GraphError::message(131_009).details(details));
    }
    Ok(data)
}

/// The number's call with the given id, which must not have ended.
fn going_on<'a>(world: &'a World, number: &str, params: &Params) -> Result<&'a Call, GraphError> {
    let id = params.text("call_id").ok_or_else(|| GraphError::required("call_id"))?;
    let call = world.calls.all.get(id).filter(|call| call.phone_number_id == number);
    let call = call.ok_or_else(|| GraphError::message(131_009).details("Param call_id is not a call"))?;
    if call.is_live() {
        return Ok(call);
    }
    Err(GraphError::message(131_009).details("The call has ended already"))
}

/// Only a customer's call that still rings can be taken or turned down, and prepared only once.
fn check_takeable(call: &Call, action: &str) -> Result<(), GraphError> {
    let why = if call.by == Caller::Business {
        "The call was made by the business"
    } else if call.state != CallState::Ringing {
        "The call has been accepted already"
    } else if action == "pre_accept" && call.pre_accepted {
        "The call has been pre-accepted already"
    } else {
        return Ok(());
    };
    Err(GraphError::message(131_009).details(format!("{why}; it can't be handled with {action}")))
}

/// The session description of the business's side.
fn session(params: &Params, kind: &str) -> Result<String, GraphError> {
    let session = params.get("session").ok_or_else(|| GraphError::required("session"))?;
    if session["sdp_type"] != kind {
        return Err(GraphError::parameter(format!("Param session['sdp_type'] must be \"{kind}\".")));
    }
    let sdp = session["sdp"].as_str().unwrap_or("");
    if is_sdp(sdp) {
        return Ok(sdp.to_owned());
    }
    Err(GraphError::message(100)
        .details("SDP Validation error: session['sdp'] is not a session description with audio"))
}
