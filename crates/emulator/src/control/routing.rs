//! Who answers on a number: several apps with their roles, and Meta Business Agent by a script.

use serde_json::{Value, json};

use super::{Answer, Control, ControlError};
use crate::clock::rfc3339;
use crate::world::World;
use crate::world::routing::{AGENT, Agent, Desk, ROLES, Responder};

impl Control {
    /// `GET /_control/phone-numbers/{id}/routing`: who answers, and which thread is whose.
    ///
    /// # Errors
    /// An unknown number.
    pub fn routing(&self, id: &str) -> Answer {
        self.shared.with(|world| {
            number(world, id)?;
            Ok(shown(world, id))
        })
    }

    /// `PUT /_control/phone-numbers/{id}/routing {responders?: [{app_id, role}], agent?}`: several answer on this
    /// number from now on. `agent` is Meta Business Agent: `{answers: [{when?, text?, pass?: {metadata?, summary?}}],
    /// delay_ms?}`, or `null` for none. Threads keep their owners.
    ///
    /// # Errors
    /// An unknown number, app or role, or a script that isn't one.
    pub fn set_routing(&self, id: &str, body: &Value) -> Answer {
        let responders = body.get("responders").map(|list| {
            serde_json::from_value::<Vec<Responder>>(list.clone())
                .map_err(|error| ControlError::invalid("responders", &error.to_string()))
        });
        let responders = responders.transpose()?;
        let agent = body.get("agent").map(|agent| {
            serde_json::from_value::<Option<Agent>>(agent.clone())
                .map_err(|error| ControlError::invalid("agent", &error.to_string()))
        });
        let agent = agent.transpose()?;
        if let Some(role) =
            responders.iter().flatten().map(|r| r.role.as_str()).find(|role| !ROLES.contains(role))
        {
            let problem = format!("{role} is none of {}", ROLES.join(", "));
            return Err(ControlError::invalid("responders.role", &problem));
        }
        self.shared.with(|world| {
            number(world, id)?;
            let mut named = responders.iter().flatten();
            if let Some(unknown) = named.find(|r| !world.apps.contains_key(&r.app_id)) {
                return Err(ControlError::not_found("app", &unknown.app_id));
            }
            let desk = world.routing.numbers.entry(id.to_owned()).or_default();
            if let Some(responders) = responders {
                desk.responders = responders;
            }
            if let Some(agent) = agent {
                desk.agent = agent;
            }
            world.changes += 1;
            Ok(shown(world, id))
        })
    }

    /// `DELETE /_control/phone-numbers/{id}/routing`: everybody hears everything again.
    ///
    /// # Errors
    /// An unknown number.
    pub fn remove_routing(&self, id: &str) -> Answer {
        self.shared.with(|world| {
            number(world, id)?;
            world.changes += 1;
            world.routing.numbers.remove(id);
            Ok(shown(world, id))
        })
    }
}

fn number(world: &World, id: &str) -> Result<(), ControlError> {
    if world.numbers.contains_key(id) { Ok(()) } else { Err(ControlError::not_found("phone number", id)) }
}

fn shown(world: &World, id: &str) -> Value {
    let none = Desk::default();
    let desk = world.routing.numbers.get(id);
    let on = desk.is_some();
    let desk = desk.unwrap_or(&none);
    let threads: Vec<Value> = desk
        .threads
        .iter()
        .map(|(wa_id, thread)| {
            let owner = thread.owner.as_deref();
            json!({
                "wa_id": wa_id, "owner_app_id": owner.filter(|owner| *owner != AGENT),
                "owner_role": owner.and_then(|owner| desk.role(owner)),
                "written_at": rfc3339(thread.written_at), "idle": thread.idle(world.now),
            })
        })
        .collect();
    json!({
        "phone_number_id": id, "enabled": on, "responders": desk.responders, "agent": desk.agent,
        "agent_app_id": AGENT, "threads": threads,
    })
}
