//! `POST /{phone number id}/thread_control`, and what sending means where several answer on a number.

use cloud_api::client::users::{ThreadAction, ThreadControl as Asked};
use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::{Answer, Call};
use crate::phone;
use crate::world::World;
use crate::world::routing::ThreadControl;

pub(super) const EDGES: &[Edge] = &[edge(Kind::Number, "thread_control", "POST", Scope::Messaging)];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let body = call.params.body();
    if body["messaging_product"] != "whatsapp" {
        return Err(GraphError::required("messaging_product"));
    }
    let text = |key: &str| body[key].as_str().map(str::to_owned);
    let asked = Asked {
        to: text("to"),
        recipient: text("recipient"),
        action: ThreadAction::from(body["action"].as_str().unwrap_or("")),
        metadata: text("metadata"),
        control_pass: body.get("control_pass").cloned(),
    };
    asked.validate().map_err(|violations| {
        let first = violations.first().map(|v| v.message.clone()).unwrap_or_default();
        GraphError::message(131_009).details(first)
    })?;
    call.with(|world| {
        let wa_id = customer(world, call.id, &body)
            .ok_or_else(|| GraphError::message(131_009).details("The recipient is not a WhatsApp user"))?;
        let control = ThreadControl {
            phone_number_id: call.id,
            wa_id: &wa_id,
            app_id: &call.token.app_id,
            action: body["action"].as_str().unwrap_or(""),
            metadata: asked.metadata.as_deref(),
            to_agent: body["control_pass"]["target_role"] == "ai_agent",
        };
        world.control_thread(call.config(), &control)?;
        world.changes += 1;
        Ok(json!({ "messaging_product": "whatsapp", "success": true }))
    })
}

/// Whom a body means, if it is somebody there is.
fn customer(world: &World, number: &str, body: &Value) -> Option<String> {
    if let Some(user_id) = body["recipient"].as_str().filter(|_| body["to"].is_null()) {
        return world.who(world.business_of(number), user_id).map(str::to_owned);
    }
    let to =
        body["to"].as_str().map(str::to_owned).or_else(|| body["to"].as_u64().map(|to| to.to_string()))?;
    let digits = phone::digits(&to)?;
    let wa_id = if world.customers.contains_key(&digits) { digits } else { phone::wa_id(&digits) };
    world.customers.contains_key(&wa_id).then_some(wa_id)
}

/// Whether the app may write to this customer now. Read receipts are anybody's.
pub(super) fn before_sending(world: &World, call: &Call<'_>, body: &Value) -> Result<(), GraphError> {
    if body.get("status").is_some() || !world.routing.numbers.contains_key(call.id) {
        return Ok(());
    }
    match customer(world, call.id, body) {
        Some(wa_id) => world.may_answer(call.id, &wa_id, &call.token.app_id, body),
        None => Ok(()),
    }
}

/// An app has written: its message is its own, and perhaps the thread.
pub(super) fn after_sending(world: &mut World, call: &Call<'_>, body: &Value, answer: &Value) {
    if world.routing.numbers.contains_key(call.id)
        && let Some(wamid) = answer["messages"][0]["id"].as_str()
    {
        world.answered(call.config(), wamid, &call.token.app_id, body);
    }
}
