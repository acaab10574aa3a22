//! Whether a number may send at all: bans, restrictions, maintenance, allow-lists. Answered before anything is accepted.

use serde_json::Value;

use super::error::GraphError;
use crate::world::World;

/// Refuses what the standing of the number and its account doesn't allow.
pub(super) fn check(
    world: &World,
    phone_number_id: &str,
    body: &Value,
    wa_id: &str,
) -> Result<(), GraphError> {
    let Some(number) = world.numbers.get(phone_number_id) else { return Ok(()) };
    if world.now < number.facts.maintenance_until {
        return Err(GraphError::message(131_057));
    }
    let Some(waba) = world.wabas.get(&number.waba_id) else { return Ok(()) };
    if waba.facts.disabled || matches!(number.status(), "BANNED" | "DELETED" | "MIGRATED") {
        return Err(GraphError::message(131_031));
    }
    if number.wa_id.starts_with("1555") && number.facts.name.status != "APPROVED" {
        // Numbers that the platform provides need an approved name first.
        return Err(GraphError::message(131_037));
    }
    if let Some(allowed) = &number.facts.test_recipients
        && !allowed.iter().any(|id| id == wa_id)
    {
        return Err(GraphError::message(131_030)
            .details("Recipient phone number not in allowed list: Add recipient phone number to recipient list and try again."));
    }
    // Templates and Direct Send begin conversations; everything else answers one.
    let begins = body["type"] == "template" || body.get("category").is_some();
    let kind =
        if begins { "RESTRICTED_BIZ_INITIATED_MESSAGING" } else { "RESTRICTED_CUSTOMER_INITIATED_MESSAGING" };
    match waba.facts.restriction(kind, world.now) {
        Some(restriction) if restriction.until.is_some() => return Err(GraphError::message(368)),
        Some(_) => return Err(GraphError::message(131_031)),
        None => {}
    }
    if begins { check_category(world, phone_number_id, body) } else { Ok(()) }
}

/// Categories that the account may not send, or not by this API.
fn check_category(world: &World, phone_number_id: &str, body: &Value) -> Result<(), GraphError> {
    let waba = world.numbers.get(phone_number_id).and_then(|number| world.wabas.get(&number.waba_id));
    let Some(waba) = waba else { return Ok(()) };
    let name = body["template"]["name"].as_str().unwrap_or("");
    let template = world.templates.values().find(|t| t.waba_id == waba.id && t.name == name);
    let category = body["category"].as_str().or(template.map(|t| t.category.as_str())).unwrap_or("");
    let utility = category.eq_ignore_ascii_case("utility");
    let kind = if body.get("category").is_some() {
        "RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES"
    } else {
        "RESTRICTED_UTILITY_TEMPLATES"
    };
    if utility && waba.facts.restriction(kind, world.now).is_some() {
        return Err(GraphError::message(131_064));
    }
    Ok(())
}
