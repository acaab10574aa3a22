//! From a number on paper to one that sends: codes, PINs, registration.

use cloud_api::client::registration::REGIONS;
use serde_json::{Value, json};

use super::checked::success;
use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::{Answer, Call};
use crate::config::Config;
use crate::world::World;
use crate::world::number::{PinRefusal, Verification};

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Number, "request_code", "POST", Scope::Management),
    edge(Kind::Number, "verify_code", "POST", Scope::Management),
    edge(Kind::Number, "register", "POST", Scope::Management),
    edge(Kind::Number, "deregister", "POST", Scope::Management),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let (id, params, config) = (call.id, call.params, call.config());
    call.with(|world| match call.rest.first().copied() {
        Some("request_code") => request_code(world, id, params),
        Some("verify_code") => verify_code(world, config, id, params),
        Some("register") => register(world, config, id, params),
        _ => deregister(world, config, id),
    })
}

/// A code goes to the phone: only the control API can read it.
fn request_code(world: &mut World, id: &str, params: &Params) -> Answer {
    check_code_request(params)?;
    let (now, code) = (world.now, new_code(world));
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    send_code(&mut number.facts.verification, now, code)?;
    world.announce("number", id, "", None);
    Ok(success())
}

pub(super) fn check_code_request(params: &Params) -> Result<(), GraphError> {
    let method = params.text("code_method").ok_or_else(|| GraphError::required("code_method"))?;
    if !["SMS", "VOICE"].contains(&method) {
        return Err(GraphError::parameter("Param code_method must be one of {SMS, VOICE}"));
    }
    let language = params.text("language").ok_or_else(|| GraphError::required("language"))?;
    if !(2..=10).contains(&language.len()) {
        return Err(GraphError::parameter("Param language must be a valid language code"));
    }
    Ok(())
}

pub(super) fn new_code(world: &mut World) -> String {
    world.ids.text(b"0123456789", 6)
}

pub(super) fn send_code(verification: &mut Verification, now: i64, code: String) -> Result<(), GraphError> {
    if verification.is_verified() {
        let why = "The phone number is verified already";
        return Err(GraphError::message(136_024).subcode(2_388_091).details(why));
    }
    if verification.send(now, code) {
        return Ok(());
    }
    Err(GraphError::message(136_024).details("Too many codes were requested. Try again in an hour."))
}

fn verify_code(world: &mut World, config: &Config, id: &str, params: &Params) -> Answer {
    let now = world.now;
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    check_code(&mut number.facts.verification, now, params)?;
    let (waba, moved) = (number.waba_id.clone(), number.facts.migrates.take());
    if let Some(moved) = moved.and_then(|id| world.numbers.get_mut(&id)) {
        moved.registered = false;
        moved.facts.status = Some("MIGRATED".to_owned());
        let (left, display) = (moved.waba_id.clone(), moved.wa_id.clone());
        let value = json!({ "event": "PHONE_NUMBER_REMOVED", "phone_number": display });
        world.notify_management(config, &left, "account_update", value);
    }
    world.record(
        &waba,
        "PHONE_NUMBER_VERIFIED",
        "A phone number was verified",
        json!({ "phone_number_id": id }),
    );
    world.announce("number", id, "", None);
    Ok(json!({ "success": true, "id": id }))
}

pub(super) fn check_code(
    verification: &mut Verification,
    now: i64,
    params: &Params,
) -> Result<(), GraphError> {
    let code = params.plain("code").ok_or_else(|| GraphError::required("code"))?;
    let code: String = code.chars().filter(|c| *c != '-' && *c != ' ').collect();
    if verification.verify(now, &code) {
        return Ok(());
    }
    Err(GraphError::message(136_025).details("The code is wrong, or no longer valid"))
}

fn register(world: &mut World, config: &Config, id: &str, params: &Params) -> Answer {
    product(params)?;
    let pin = checked_pin(&params.plain("pin").ok_or_else(|| GraphError::required("pin"))?)?;
    let region = checked_region(params)?;
    let now = world.now;
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    if !number.facts.verification.is_verified() {
        return Err(GraphError::message(133_006));
    }
    if number.registered && region.is_some() && region != number.facts.region.as_deref() {
        let why = "Deregister the phone number first to change data_localization_region";
        return Err(GraphError::message(100).details(why));
    }
    admit(number.admit_registration(now))?;
    number.try_pin(now, &pin).map_err(|refusal| match refusal {
        PinRefusal::Mismatch => GraphError::message(133_005),
        PinRefusal::TooMany(minutes) => {
            GraphError::message(133_008).details(format!("Try again in {minutes} minutes"))
        }
    })?;
    let fresh = number.pin.replace(pin).is_none();
    if !number.registered {
        number.facts.region = region.map(str::to_owned);
    }
    number.registered = true;
    number.use_new_name();
    let waba = number.waba_id.clone();
    world.unsign_key(id);
    if fresh {
        world.notify_number(config, id, "security", json!({ "event": "PIN_CHANGED" }));
    }
    let details = json!({ "phone_number_id": id });
    world.record(&waba, "PHONE_NUMBER_REGISTERED", "A phone number was registered", details);
    world.announce("number", id, "", None);
    Ok(success())
}

fn checked_region(params: &Params) -> Result<Option<&str>, GraphError> {
    let region = params.text("data_localization_region");
    if region.is_none_or(|region| REGIONS.contains(&region)) {
        return Ok(region);
    }
    let allowed = REGIONS.join(", ");
    Err(GraphError::parameter(format!("Param data_localization_region must be one of {{{allowed}}}")))
}

fn deregister(world: &mut World, config: &Config, id: &str) -> Answer {
    let now = world.now;
    let on_app = world.coexistence.is_on_app(id);
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    if on_app {
        let why =
            "The phone number is used with the WhatsApp Business app, and can be disconnected there only";
        return Err(GraphError::message(100).details(why));
    }
    admit(number.admit_registration(now))?;
    number.registered = false;
    number.facts.region = None;
    let waba = number.waba_id.clone();
    let details = json!({ "phone_number_id": id });
    world.record(&waba, "PHONE_NUMBER_DEREGISTERED", "A phone number was deregistered", details);
    if world.numbers.get(id).is_some_and(|n| n.facts.username.is_some()) {
        // A username stays with a registered number only.
        world.set_username(config, id, "reserved");
    }
    world.announce("number", id, "", None);
    Ok(success())
}

fn admit(admitted: bool) -> Result<(), GraphError> {
    if admitted { Ok(()) } else { Err(GraphError::message(133_016)) }
}

pub(super) fn product(params: &Params) -> Result<(), GraphError> {
    match params.text("messaging_product") {
        Some(product) if product.eq_ignore_ascii_case("whatsapp") => Ok(()),
        _ => Err(GraphError::required("messaging_product")),
    }
}

pub(super) fn checked_pin(pin: &str) -> Result<String, GraphError> {
    if pin.len() == 6 && pin.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(pin.to_owned());
    }
    Err(GraphError::parameter("Param pin must be 6 characters long."))
}

/// A value of an object, without those that are `null`.
pub(super) fn present(value: Value) -> Value {
    match value {
        Value::Object(map) => map.into_iter().filter(|(_, v)| !v.is_null()).collect(),
        other => other,
    }
}
