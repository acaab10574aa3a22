//! `/{phone number}/settings`: calling, identity check, payload encryption, storage.

use cloud_api::client::settings::{Calling, IdentityCheck, PayloadEncryption, Storage};
use serde_json::{Map, Value, json};

use super::checked::{judge, success, typed};
use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::{Answer, Call};
use crate::config::Config;
use crate::world::World;

pub(super) const EDGES: &[Edge] = &[edge(Kind::Number, "settings", "GET POST", Scope::Management)];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    call.with(|world| match call.verb() {
        "GET" => get(world, call.id, call.params),
        _ => set(world, call.config(), call.id, call.params),
    })
}

/// What a number has that nobody has set anything for.
fn untouched() -> Value {
    json!({
        "calling": { "status": "DISABLED", "call_icon_visibility": "DEFAULT", "callback_permission_status": "DISABLED" },
        "user_identity_change": { "enable_identity_key_check": false },
        "payload_encryption": { "status": "DISABLED" },
        "storage_configuration": { "status": "DEFAULT" },
    })
}

fn get(world: &World, id: &str, params: &Params) -> Answer {
    let number = world.numbers.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    let mut settings = untouched();
    merge(&mut settings, &number.facts.settings);
    let calling = ["RESTRICTED_BUSINESS_INITIATED_CALLING", "RESTRICTED_USER_INITIATED_CALLING"];
    let waba = world.wabas.get(&number.waba_id);
    let in_force = calling.iter().filter_map(|kind| waba?.facts.restriction(kind, world.now));
    let restrictions: Vec<Value> = in_force
        .map(|r| json!({ "type": r.kind, "expiration": r.until.map(|until| until.div_euclid(1_000)) }))
        .collect();
    settings["calling"]["restrictions"] = json!({ "restrictions_list": restrictions });
    let credentials = params.truth("include_sip_credentials") == Some(true);
    let servers = settings.pointer_mut("/calling/sip/servers").and_then(Value::as_array_mut);
    for server in servers.into_iter().flatten().filter(|server| server.is_object()) {
        if credentials {
            let password = crate::dice::fnv(format!("sip:{id}").as_bytes());
            server["sip_user_password"] = Value::from(format!("{password:016x}"));
        }
    }
    Ok(settings)
}

/// One feature per call. What is left out stays, but hours are replaced as a whole.
fn set(world: &mut World, config: &Config, id: &str, params: &Params) -> Answer {
    let features = ["calling", "user_identity_change", "payload_encryption", "storage_configuration"];
    let given = features.iter().filter_map(|feature| Some((*feature, without_nulls(params.get(feature)?))));
    let mut given = given.filter(|(_, value)| !value.is_null());
    let (feature, value) = given.next().ok_or_else(|| GraphError::required("calling"))?;
    if given.next().is_some() {
        return Err(GraphError::message(100).details("Only one setting can be changed in a call"));
    }
    check(world, id, feature, &value)?;
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    let mut update = json!({ (feature): &value });
    if feature == "calling" {
        if let Some(hours) = update["calling"].get("call_hours").cloned() {
            number.facts.settings["calling"]["call_hours"] = Value::Null;
            update["calling"]["call_hours"] = hours;
        }
        merge(&mut number.facts.settings, &update);
    } else {
        number.facts.settings[feature] = value;
    }
    let now = number.facts.settings[feature].clone();
    let changed = json!({
        "messaging_product": "whatsapp", "timestamp": world.now.div_euclid(1_000), "type": "PHONE_NUMBER_SETTINGS",
        "phone_number_settings": { "phone_number_id": id, (feature): without_secrets(now) },
    });
    let waba = world.numbers.get(id).map(|n| n.waba_id.clone()).unwrap_or_default();
    if feature == "calling" {
        world.notify_management(config, &waba, "account_settings_update", changed);
    }
    world.record(
        &waba,
        "PHONE_NUMBER_SETTINGS_CHANGED",
        "Settings were changed",
        json!({ "phone_number_id": id }),
    );
    world.announce("number", id, "", None);
    Ok(success())
}

fn check(world: &World, id: &str, feature: &str, value: &Value) -> Result<(), GraphError> {
    match feature {
        "calling" => {
            judge(typed::<Calling>(value)?.validate())?;
            let business = world.businesses.get(world.business_of(id));
            let small = business.is_some_and(|b| b.tier.people().is_some_and(|people| people < 2_000));
            if value["status"] == "ENABLED" && small {
                return Err(GraphError::message(138_015));
            }
            Ok(())
        }
        "payload_encryption" => judge(typed::<PayloadEncryption>(value)?.validate()),
        "storage_configuration" => judge(typed::<Storage>(value)?.validate()),
        _ => match typed::<IdentityCheck>(value)?.enable_identity_key_check {
            Some(_) => Ok(()),
            None => Err(GraphError::required("enable_identity_key_check")),
        },
    }
}

/// `null` is as good as left out, at every depth.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(key, value)| (key.clone(), without_nulls(value))).collect()
        }
        other => other.clone(),
    }
}

/// Takes over what is new, member by member; lists and plain values are replaced.
fn merge(old: &mut Value, new: &Value) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in new {
                merge(old.entry(key.as_str()).or_insert(Value::Null), value);
            }
        }
        (old, new) => *old = new.clone(),
    }
}

fn without_secrets(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept =
                map.into_iter().filter(|(key, value)| key != "client_encryption_key" && !value.is_null());
            Value::Object(kept.collect::<Map<_, _>>())
        }
        other => other,
    }
}
