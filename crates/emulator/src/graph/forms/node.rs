//! A form's fields.

use serde_json::{Value, json};

use super::super::error::GraphError;
use super::super::{Answer, Call, fields};
use crate::clock::graph_time;
use crate::world::World;
use crate::world::account::DAY;
use crate::world::forms::metrics::{GRANULARITIES, NAMES, Question};
use crate::world::forms::{Form, Status};

const DEFAULTS: &[&str] = &["id", "name", "status", "categories", "validation_errors"];

pub(super) fn get(world: &mut World, call: &Call<'_>) -> Answer {
    selected(world, call, call.id)
}

/// The fields of a form that this call asks for.
pub(super) fn selected(world: &mut World, call: &Call<'_>, id: &str) -> Answer {
    let asked = call.params.text("fields");
    let wanted = |name: &str| {
        asked.is_some_and(|asked| {
            asked.split(',').any(|field| field.trim().split(['.', '{']).next() == Some(name))
        })
    };
    let form = world.forms.all.get(id).ok_or_else(|| call.unknown())?;
    let mut node = node(world, form);
    if wanted("preview") {
        let fresh = modifier(asked, "preview", "invalidate") == Some("true");
        node["preview"] = preview(world, call, id, fresh);
    }
    if wanted("metric") {
        node["metric"] = metric(world, call, id)?;
    }
    fields::select(node, asked, DEFAULTS, "WhatsAppFlow")
}

fn node(world: &World, form: &Form) -> Value {
    let json = form.json();
    let app = form.application_id.as_ref().and_then(|id| world.apps.get(id));
    let waba = world.wabas.get(&form.waba_id);
    json!({
        "id": form.id, "name": form.name, "status": form.status.name(), "categories": form.categories,
        "validation_errors": form.validation_errors(), "json_version": json["version"],
        "data_api_version": json["data_api_version"], "data_channel_uri": json["data_channel_uri"],
        "endpoint_uri": form.endpoint_uri, "updated_at": graph_time(form.updated_at), "preview": Value::Null,
        "metric": Value::Null, "health_status": health_status(world, form),
        "whatsapp_business_account": waba.map(|waba| json!({
            "id": waba.id, "name": waba.name, "timezone_id": "1", "business_type": "ent",
            "message_template_namespace": waba.namespace,
        })),
        "application": app.map(|app| json!({
            "id": app.id, "name": app.name, "link": format!("https://www.facebook.com/games/?app_id={}", app.id),
        })),
    })
}

fn health_status(world: &World, form: &Form) -> Value {
    let unsigned = form.has_endpoint() && !world.has_signed_key(&form.waba_id);
    let (can, why) = match form.status {
        Status::Blocked => ("BLOCKED", Some("The Flow is blocked because its endpoint is not healthy.")),
        Status::Deprecated => ("BLOCKED", Some("The Flow is deprecated.")),
        _ if unsigned => ("BLOCKED", Some("The public key of the Flow's endpoint is missing or not signed.")),
        Status::Throttled => ("LIMITED", Some("The Flow is throttled because its endpoint is not healthy.")),
        Status::Draft | Status::Published => ("AVAILABLE", None),
    };
    let mut flow = json!({ "entity_type": "FLOW", "id": form.id, "can_send_message": can });
    if let Some(why) = why {
        flow["additional_info"] = json!([why]);
    }
    let fine =
        |kind: &str, id: &str| json!({ "entity_type": kind, "id": id, "can_send_message": "AVAILABLE" });
    let mut entities = vec![flow, fine("WABA", &form.waba_id)];
    entities.extend(world.wabas.get(&form.waba_id).map(|waba| fine("BUSINESS", &waba.business_id)));
    entities.extend(form.application_id.as_ref().map(|app| fine("APP", app)));
    json!({ "can_send_message": can, "entities": entities })
}

fn preview(world: &mut World, call: &Call<'_>, id: &str, fresh: bool) -> Value {
    let (now, token) = (world.now, world.traces.alphanumeric(32));
    let Some(form) = world.forms.all.get_mut(id) else { return Value::Null };
    let preview = form.preview(fresh, token, now);
    let url = format!("{}/wa/manage/flows/{id}/preview/?token={}", call.config().public_url, preview.token);
    json!({ "preview_url": url, "expires_at": graph_time(preview.expires_at) })
}

/// `metric.name(…).granularity(…).since(…).until(…)`.
fn metric(world: &World, call: &Call<'_>, id: &str) -> Answer {
    let asked = call.params.text("fields");
    let part = |name: &str| modifier(asked, "metric", name);
    let form = world.forms.all.get(id).ok_or_else(|| call.unknown())?;
    let name = part("name").ok_or_else(|| GraphError::required("name"))?;
    let granularity = part("granularity").ok_or_else(|| GraphError::required("granularity"))?;
    for (what, word, known) in [("name", name, &NAMES[..]), ("granularity", granularity, &GRANULARITIES[..])]
    {
        if !known.contains(&word) {
            let known = known.join(", ");
            return Err(GraphError::parameter(format!(
                "Param {what} must be one of {{{known}}} - got \"{word}\"."
            )));
        }
    }
    if form.health.requests() < call.config().forms.metrics_least_requests {
        return Err(GraphError::new(400, 139_006, "(#139006) Metrics threshold is not reached")
            .details("Not enough data to provide flow metrics"));
    }
    let moment = |name: &str, otherwise: i64| part(name).map_or(Ok(otherwise), day);
    let span = [moment("since", 0)?, moment("until", world.now)?.saturating_add(DAY)];
    Ok(form.health.metric(&Question { name, granularity, span }))
}

/// The beginning of a day written `2026-01-28`.
fn day(written: &str) -> Result<i64, GraphError> {
    let moment = format!("{written}T00:00:00Z").parse::<jiff::Timestamp>();
    moment.map(|moment| moment.as_millisecond()).map_err(|_| {
        GraphError::parameter(format!("Param must be a date of the form YYYY-MM-DD - got \"{written}\"."))
    })
}

/// The argument of `.name(…)` behind a field.
fn modifier<'a>(asked: Option<&'a str>, field: &str, name: &str) -> Option<&'a str> {
    let (_, after) = asked?.split_once(&format!("{field}."))?;
    let (_, after) = format_find(after, name)?;
    after.split_once(')').map(|(value, _)| value.trim())
}

fn format_find<'a>(text: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let at = text.find(&format!("{name}("))?;
    // Of the field itself, not of the next one in the list.
    let before = &text[..at];
    (!before.contains(',')).then(|| (before, &text[at + name.len() + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modifiers_belong_to_their_field() {
        let asked = Some("id,preview.invalidate(false),metric.name(A).granularity(DAY)");
        assert_eq!(modifier(asked, "preview", "invalidate"), Some("false"));
        assert_eq!(modifier(asked, "metric", "granularity"), Some("DAY"));
        assert_eq!(modifier(asked, "preview", "granularity"), None);
    }
}
