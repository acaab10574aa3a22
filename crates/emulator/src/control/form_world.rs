//! Forms without Meta's rules: made in any state, held throttled or blocked, pinged, and their alerts raised at will.

use serde_json::{Value, json};

use super::{Answer, Control, ControlError};
use crate::clock::rfc3339;
use crate::form_endpoint;
use crate::world::World;
use crate::world::forms::{Form, Status};

/// What can be said of a form by webhook, and the members it is said with.
const EVENTS: &[(&str, &[&str])] = &[
    ("CLIENT_ERROR_RATE", &["message", "error_rate", "threshold", "alert_state", "errors"]),
    ("ENDPOINT_ERROR_RATE", &["message", "error_rate", "threshold", "alert_state", "errors"]),
    (
        "ENDPOINT_LATENCY",
        &["message", "p90_latency", "p50_latency", "requests_count", "threshold", "alert_state"],
    ),
    ("ENDPOINT_AVAILABILITY", &["message", "availability", "threshold", "alert_state"]),
    ("FLOW_VERSION_EXPIRY_WARNING", &["warning"]),
];

impl Control {
    /// `GET /_control/forms`: all forms, without their JSON and exchanges.
    pub fn forms(&self) -> Value {
        self.shared.with(|world| {
            let list: Vec<Value> = world.forms.all.values().map(short).collect();
            json!({ "data": list })
        })
    }

    /// `GET /_control/forms/{id}`: one form with its JSON, what its endpoint was asked lately, and its health.
    ///
    /// # Errors
    /// No form has this id.
    pub fn form(&self, id: &str) -> Answer {
        self.shared.with(|world| {
            let form = known(world, id)?;
            let mut out = short(form);
            out["json"] = form.json();
            out["health"] = form.health.to_json();
            out["exchanges"] = form.exchanges.iter().map(|exchange| exchange.to_json()).collect();
            Ok(out)
        })
    }

    /// `PUT /_control/forms {id?, waba_id?, name?, categories?, flow_json?, endpoint_uri?, application_id?, status?}`:
    /// adds a form or changes it, whatever its state, without the conditions of publishing and without webhooks.
    ///
    /// # Errors
    /// A new form without a name, an unknown WABA, or a status that isn't one.
    pub fn put_form(&self, body: &Value) -> Answer {
        let status = status(body)?;
        let seed = &self.shared.config.seed_world;
        self.shared.with(|world| {
            let id = match body["id"].as_str().filter(|id| world.forms.all.contains_key(*id)) {
                Some(id) => id.to_owned(),
                None => add(world, body, &seed.waba_id, &seed.app_id)?,
            };
            let now = world.now;
            let form = world.forms.all.get_mut(&id).ok_or_else(|| ControlError::not_found("form", &id))?;
            let text = |name: &str| body[name].as_str().map(str::to_owned);
            form.name = text("name").unwrap_or(std::mem::take(&mut form.name));
            form.endpoint_uri = text("endpoint_uri").or(form.endpoint_uri.take());
            form.application_id = text("application_id").or(form.application_id.take());
            form.status = status.unwrap_or(form.status);
            form.updated_at = now;
            if let Some(list) = body["categories"].as_array() {
                form.categories = list.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect();
            }
            match &body["flow_json"] {
                Value::String(source) => form.source = Some(source.clone()),
                object @ Value::Object(_) => form.source = Some(object.to_string()),
                _ => {}
            }
            let answer = short(form);
            world.announce_form(&id);
            Ok(answer)
        })
    }

    /// `PATCH /_control/forms/{id} {status}`: moves a form to another status, as Meta would, with its webhook. THROTTLED and
    /// BLOCKED stay, whatever its health, until PUBLISHED is set.
    ///
    /// # Errors
    /// No form has this id, or no such status.
    pub fn change_form(&self, id: &str, body: &Value) -> Answer {
        let wanted = status(body)?.ok_or_else(|| ControlError::invalid("status", "is required"))?;
        self.shared.with(|world| {
            known(world, id)?;
            world.set_form_status(&self.shared.config, id, wanted);
            if let Some(form) = world.forms.all.get_mut(id) {
                form.held = matches!(wanted, Status::Throttled | Status::Blocked);
            }
            known(world, id).map(short)
        })
    }

    /// `POST /_control/forms/{id}/ping`: Meta's health check of the form's endpoint, now.
    ///
    /// # Errors
    /// No form has this id.
    pub async fn ping_form(&self, id: &str) -> Answer {
        self.shared.with(|world| known(world, id).map(|_| ()))?;
        let passed = form_endpoint::ping(&self.shared, id).await;
        self.shared.with(|world| {
            let form = known(world, id)?;
            let exchange = form.exchanges.back().map(|exchange| exchange.to_json());
            Ok(json!({ "passed": passed, "status": form.status.name(), "exchange": exchange }))
        })
    }

    /// `POST /_control/forms/{id}/events {event, …}`: sends a webhook of the field `flows`, with the numbers given.
    ///
    /// # Errors
    /// No form has this id, Meta has no such event, or a member of another type.
    pub fn form_event(&self, id: &str, body: &Value) -> Answer {
        let event = body["event"].as_str().unwrap_or("");
        let Some((event, members)) = EVENTS.iter().find(|(known, _)| *known == event) else {
            let events: Vec<&str> = EVENTS.iter().map(|(event, _)| *event).collect();
            return Err(ControlError::invalid("event", &format!("is one of {}", events.join(", "))));
        };
        self.shared.with(|world| {
            let form = known(world, id)?;
            let mut value = json!({ "event": event, "flow_id": id });
            for member in *members {
                let given = body.get(*member).filter(|given| !given.is_null()).cloned();
                if given.as_ref().is_some_and(|given| !fits(member, given)) {
                    return Err(ControlError::invalid(member, "is not what Meta sends there"));
                }
                if let Some(given) = given.or_else(|| usual(event, member, form)) {
                    value[*member] = given;
                }
            }
            let waba_id = form.waba_id.clone();
            world.notify_management(&self.shared.config, &waba_id, "flows", value.clone());
            Ok(value)
        })
    }

    /// `PUT /_control/phone-numbers/{id}/encryption {signature_status}`: VALID, or MISMATCH as after the number was
    /// registered again.
    ///
    /// # Errors
    /// A number without a key (404), or another word.
    pub fn sign_key(&self, phone_number_id: &str, body: &Value) -> Answer {
        let signed = match body["signature_status"].as_str() {
            Some("VALID") => true,
            Some("MISMATCH") => false,
            _ => return Err(ControlError::invalid("signature_status", "is VALID or MISMATCH")),
        };
        self.shared.with(|world| {
            let key = world.forms.keys.get_mut(phone_number_id);
            let key = key.ok_or_else(|| ControlError::not_found("key of phone number", phone_number_id))?;
            key.signed = signed;
            world.changes += 1;
            Ok(json!({ "signature_status": body["signature_status"] }))
        })
    }
}

fn fits(member: &str, given: &Value) -> bool {
    match member {
        "message" | "warning" => given.is_string(),
        "alert_state" => given == "ACTIVATED" || given == "DEACTIVATED",
        "errors" => given.as_array().is_some_and(|list| list.iter().all(Value::is_object)),
        "requests_count" => given.is_u64(),
        _ => given.is_number(),
    }
}

/// What an event says when the caller doesn't.
fn usual(event: &str, member: &str, form: &Form) -> Option<Value> {
    Some(match (event, member) {
        (_, "alert_state") => json!("ACTIVATED"),
        ("ENDPOINT_LATENCY", "threshold") => json!(7_000),
        ("ENDPOINT_LATENCY", "p90_latency") => json!(8_000),
        ("ENDPOINT_LATENCY", "p50_latency") => json!(500),
        ("ENDPOINT_LATENCY", "requests_count") => json!(3_400),
        ("ENDPOINT_LATENCY", "message") => json!("Flow endpoint latency has reached the p90 threshold"),
        ("ENDPOINT_AVAILABILITY", "threshold") => json!(90),
        ("ENDPOINT_AVAILABILITY", "availability") => json!(75),
        ("ENDPOINT_AVAILABILITY", "message") => {
            json!("Flow endpoint availability has breached the 90% threshold")
        }
        (_, "threshold") => json!(10),
        (_, "error_rate") => json!(14.28),
        ("CLIENT_ERROR_RATE", "message") => json!("The client error rate has reached the threshold"),
        ("ENDPOINT_ERROR_RATE", "message") => json!("The endpoint error rate has reached the threshold"),
        (_, "warning") => {
            let version = form.version().map(|version| version.to_string()).unwrap_or_default();
            json!(format!("Flow JSON version {version} expires soon"))
        }
        _ => return None,
    })
}

fn known<'w>(world: &'w World, id: &str) -> Result<&'w Form, ControlError> {
    world.forms.all.get(id).ok_or_else(|| ControlError::not_found("form", id))
}

fn add(world: &mut World, body: &Value, waba_id: &str, app_id: &str) -> Result<String, ControlError> {
    let name = body["name"].as_str().ok_or_else(|| ControlError::invalid("name", "is required"))?;
    let waba_id = body["waba_id"].as_str().unwrap_or(waba_id);
    if !world.wabas.contains_key(waba_id) {
        return Err(ControlError::not_found("WABA", waba_id));
    }
    if world.form_named(waba_id, name).is_some() {
        return Err(ControlError::conflict("name", "another form of the WABA has this name"));
    }
    let mut form = Form::new(String::new(), waba_id, name, world.now);
    form.application_id = Some(app_id.to_owned());
    form.id = match body["id"].as_str() {
        Some(id) if world.node(id).is_some() => {
            return Err(ControlError::conflict("id", "something else has this id"));
        }
        Some(id) => id.to_owned(),
        None => world.ids.numeric_id(16),
    };
    let id = form.id.clone();
    world.forms.all.insert(id.clone(), form);
    Ok(id)
}

fn status(body: &Value) -> Result<Option<Status>, ControlError> {
    let Some(word) = body["status"].as_str() else { return Ok(None) };
    let known = Status::ALL.map(Status::name).join(", ");
    Status::named(word)
        .map(Some)
        .ok_or_else(|| ControlError::invalid("status", &format!("is one of {known}")))
}

fn short(form: &Form) -> Value {
    json!({
        "id": form.id, "waba_id": form.waba_id, "name": form.name, "categories": form.categories,
        "status": form.status.name(), "held": form.held, "endpoint_uri": form.endpoint(),
        "application_id": form.application_id, "has_endpoint": form.has_endpoint(),
        "validation_errors": form.validation_errors(), "updated_at": rfc3339(form.updated_at),
    })
}
