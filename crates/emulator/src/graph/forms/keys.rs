//! `whatsapp_business_encryption`: the public key that phones encrypt for when they ask a form's endpoint.

use cloud_api::form::endpoint::{Action, Request, client};
use serde_json::json;

use super::super::Answer;
use super::super::error::GraphError;
use super::super::params::Params;
use crate::world::World;
use crate::world::forms::Key;

/// The platform says MISMATCH also when there is no key at all.
pub(super) fn get(world: &World, number: &str, params: &Params) -> Answer {
    let key = world.forms.keys.get(number);
    let status = if key.is_some_and(|key| key.signed) { "VALID" } else { "MISMATCH" };
    let mut info = json!({ "business_public_key_signature_status": status });
    if let Some(key) = key {
        info["business_public_key"] = json!(key.pem);
    }
    let asked = params.list("fields").filter(|asked| !asked.is_empty());
    if let (Some(asked), Some(info)) = (asked, info.as_object_mut()) {
        info.retain(|name, _| asked.iter().any(|field| field == name));
    }
    Ok(json!({ "data": [info] }))
}

/// Takes a key and signs it.
pub(super) fn set(world: &mut World, number: &str, params: &Params) -> Answer {
    let pem =
        params.text("business_public_key").ok_or_else(|| GraphError::required("business_public_key"))?;
    // Whether it is one is seen by encrypting something.
    let probe = client::seal_request(pem, &Request::new(Action::Ping), &[0; 16], &[0; 16]);
    if probe.is_err() {
        return Err(GraphError::parameter(
            "Param business_public_key must be a 2048-bit RSA public key in PEM format.",
        ));
    }
    world.forms.keys.insert(number.to_owned(), Key { pem: pem.trim().to_owned() + "\n", signed: true });
    world.changes += 1;
    Ok(json!({ "success": true }))
}
