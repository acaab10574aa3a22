//! The life of a form: published when everything is in place, deprecated, copied to another account.

use std::sync::Arc;

use cloud_api::form::Versions;
use serde_json::{Value, json};

use super::super::error::GraphError;
use super::super::{Answer, Call};
use super::Kind;
use crate::config::Config;
use crate::form_endpoint;
use crate::shared::Shared;
use crate::world::World;
use crate::world::forms::Status;

/// Most forms that are copied by name at once.
const MIGRATE_MAX: usize = 100;
/// Error codes of copies that fail.
const NOT_FOUND: &str = "4233041";

/// `POST /{form}/publish`: all conditions, the last being that the endpoint answers a ping.
pub(crate) async fn publish(shared: &Arc<Shared>, id: &str) -> Answer {
    if shared.with(|world| ready(world, id))? && !form_endpoint::ping(shared, id).await {
        return Err(failed("Endpoint Not Available"));
    }
    shared.with(|world| {
        // Things may have changed while the endpoint was asked.
        ready(world, id)?;
        world.set_form_status(&shared.config, id, Status::Published);
        Ok(json!({ "success": true }))
    })
}

/// Whether an endpoint has to be asked; the first condition that isn't met otherwise.
fn ready(world: &World, id: &str) -> Result<bool, GraphError> {
    let form = world.forms.all.get(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    if form.status != Status::Draft {
        return Err(failed("Publishing Flow in invalid state"));
    }
    if form.source.is_none() || !form.validation_errors().is_empty() {
        return Err(failed("Publishing Flow with validation errors"));
    }
    if !form.version().is_some_and(Versions::may_publish) {
        return Err(failed("Versions in Flow JSON file are not available for publishing"));
    }
    if !form.has_endpoint() {
        return Ok(false);
    }
    if form.endpoint().is_none() {
        return Err(failed("Publishing without specifying endpoint_uri is forbidden"));
    }
    if !world.numbers.values().any(|number| number.waba_id == form.waba_id) {
        return Err(failed("No Phone Number connected to WhatsApp Business Account"));
    }
    if !world.has_signed_key(&form.waba_id) {
        return Err(failed("Missing Flows Signed Public Key"));
    }
    if form.application_id.is_none() {
        return Err(failed("No Application Connected to the Flow"));
    }
    Ok(true)
}

fn failed(details: &str) -> GraphError {
    GraphError::message(139_002).details(details)
}

/// `POST /{form}/deprecate`.
pub(super) fn deprecate(world: &mut World, config: &Config, id: &str) -> Answer {
    let form = world.forms.all.get(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    let refused = |details: &str| Err(GraphError::message(139_003).details(details));
    match form.status {
        Status::Draft => refused("Can't deprecate unpublished flow"),
        Status::Deprecated => refused("Flow is already deprecated"),
        Status::Published | Status::Throttled | Status::Blocked => {
            world.set_form_status(config, id, Status::Deprecated);
            Ok(json!({ "success": true }))
        }
    }
}

/// `POST /{WABA}/migrate_flows`: copies of another account's forms, with the same names.
pub(super) fn migrate(world: &mut World, call: &Call<'_>) -> Answer {
    let params = call.params;
    let source = params.plain("source_waba_id").ok_or_else(|| GraphError::required("source_waba_id"))?;
    let node = world.node(&source).filter(|node| node.kind == Kind::Waba && call.token.reaches(node));
    let own = world.node(call.id).and_then(|node| node.business_id);
    if node.as_ref().is_none_or(|node| node.business_id != own) || source == call.id {
        return Err(GraphError::parameter("Invalid parameter").details(
            "The source and destination accounts must be different and belong to the same business",
        ));
    }
    let names = params.list("source_flow_names").filter(|names| !names.is_empty());
    if names.as_ref().is_some_and(|names| names.len() > MIGRATE_MAX) {
        return Err(GraphError::parameter("Param source_flow_names must have at most 100 elements."));
    }
    let names = names.unwrap_or_else(|| {
        let forms = world.forms.all.values();
        let forms = forms.filter(|form| form.waba_id == source && form.status != Status::Deprecated);
        forms.map(|form| form.name.clone()).collect()
    });
    let (mut migrated, mut failed) = (Vec::new(), Vec::new());
    for name in names {
        match copy(world, &source, call.id, &name) {
            Ok(value) => migrated.push(value),
            Err(value) => failed.push(value),
        }
    }
    Ok(json!({ "migrated_flows": migrated, "failed_flows": failed }))
}

fn copy(world: &mut World, source: &str, to: &str, name: &str) -> Result<Value, Value> {
    let original = world.form_named(source, name).filter(|form| form.status != Status::Deprecated).cloned();
    let failure = |message: &str| {
        let message = format!("Flows Migration Error: {message}");
        json!({ "source_name": name, "error_code": NOT_FOUND, "error_message": message })
    };
    let original = original.ok_or_else(|| failure("Flow name not found in source WABA."))?;
    if world.form_named(to, name).is_some() {
        return Err(failure("Flow name is not unique in destination WABA."));
    }
    let copy = world.add_form(to, name);
    copy.categories = original.categories;
    copy.source = original.source;
    copy.endpoint_uri = original.endpoint_uri;
    copy.application_id = original.application_id;
    copy.status = if original.status.is_out() { Status::Published } else { original.status };
    let id = copy.id.clone();
    world.announce_form(&id);
    Ok(json!({ "source_name": name, "source_id": original.id, "migrated_id": id }))
}
