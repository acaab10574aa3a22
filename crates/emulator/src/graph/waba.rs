//! A WABA's node and the apps subscribed to it.

use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::{Answer, Call, analytics, fields, handshake, phone_number};
use crate::world::World;
use crate::world::account::{SubscribedApp, Token, Waba};

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Waba, "", "GET", Scope::Management),
    edge(Kind::Waba, "subscribed_apps", "GET POST DELETE", Scope::Management),
];

pub(super) async fn answer(call: &Call<'_>) -> Answer {
    let (id, params) = (call.id, call.params);
    if call.what() == ("POST", "subscribed_apps")
        && let Some(url) = params.text("override_callback_uri")
    {
        check_override(url)?;
        handshake(call.shared, url, params.text("verify_token").unwrap_or("")).await?;
    }
    call.with(|world| match call.what() {
        (_, "") => get(world, call),
        ("GET", _) => subscribed_apps(world, id),
        ("POST", _) => subscribe(world, id, call.token, params),
        _ => unsubscribe(world, id, call.token),
    })
}

/// A callback beside the app's own is 200 characters long at most.
pub(super) fn check_override(url: &str) -> Result<(), GraphError> {
    if url.chars().count() <= 200 {
        return Ok(());
    }
    Err(GraphError::parameter("Param override_callback_uri must be at most 200 characters long."))
}

const DEFAULTS: &[&str] = &["id", "name", "timezone_id", "message_template_namespace"];

pub(super) fn node(world: &World, waba: &Waba, app_id: &str) -> Value {
    let (facts, business) = (&waba.facts, world.businesses.get(&waba.business_id));
    let owner =
        json!({ "name": business.map_or(waba.name.as_str(), |b| b.name.as_str()), "id": waba.business_id });
    let mut on_behalf = owner.clone();
    on_behalf["status"] = Value::from("APPROVED");
    on_behalf["type"] = Value::from("SELF");
    let restricted = facts.restrictions.iter().any(|r| r.until.is_none_or(|until| world.now < until));
    let status = if facts.disabled {
        "DISABLED"
    } else if restricted {
        "RESTRICTED"
    } else {
        "ACTIVE"
    };
    let mut node = json!({
        "id": waba.id, "name": waba.name, "status": status, "currency": facts.currency, "country": facts.country,
        "timezone_id": facts.timezone_id, "message_template_namespace": waba.namespace,
        "ownership_type": facts.ownership, "owner_business_info": owner, "owner_business": owner,
        "on_behalf_of_business_info": on_behalf, "account_review_status": facts.review,
        "business_verification_status": business.map(|b| b.facts.verification.as_str()),
        "is_enabled_for_insights": waba.settings.insights, "primary_business_location": facts.country,
        "whatsapp_business_manager_messaging_limit": business.map(|b| b.tier.name()),
        "marketing_messages_onboarding_status": waba.settings.marketing_onboarding,
        "marketing_messages_lite_api_status": waba.settings.marketing_onboarding,
        "disable_marketing_messages_on_cloud_api": waba.settings.no_marketing_on_cloud_api,
        "auth_international_rate_eligibility": Value::Null, "degrees_of_freedom_spec": waba.settings.degrees_of_freedom_spec,
        "analytics": Value::Null, "purchase_order_number": Value::Null, "creation_time": Value::Null,
        "health_status": world.health(&waba.id, None, app_id),
    });
    // Edges may be asked for as fields.
    node["subscribed_apps"] = subscribed_apps(world, &waba.id).unwrap_or_default();
    let numbers = world.numbers.values().filter(|n| n.waba_id == waba.id);
    let numbers: Vec<Value> = numbers.map(|n| phone_number::node(world, n, app_id)).collect();
    node["phone_numbers"] = json!({ "data": numbers });
    node
}

/// A node of a list of accounts.
pub(super) fn listed(world: &World, waba: &Waba, params: &Params, app_id: &str) -> Result<Value, GraphError> {
    let mut node = node(world, waba, app_id);
    for asked in fields::parse(params.text("fields").unwrap_or(""))? {
        if analytics::FIELDS.contains(&asked.name.as_str()) {
            node[asked.name.as_str()] = analytics::field(world, &waba.id, &asked)?;
        }
    }
    fields::select(node, params.text("fields"), DEFAULTS, "WhatsAppBusinessAccount")
}

fn get(world: &World, call: &Call<'_>) -> Result<Value, GraphError> {
    let waba = world.wabas.get(call.id).ok_or_else(|| call.unknown())?;
    listed(world, waba, call.params, &call.token.app_id)
}

fn subscribed_apps(world: &World, id: &str) -> Result<Value, GraphError> {
    let waba = world.wabas.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    let data: Vec<Value> = waba
        .subscribed_apps
        .iter()
        .map(|s| {
            let name = world.apps.get(&s.app_id).map_or("", |a| a.name.as_str());
            let mut entry = json!({ "whatsapp_business_api_data": {
                "link": format!("https://www.facebook.com/games/?app_id={}", s.app_id), "name": name, "id": s.app_id,
            } });
            if let Some(url) = &s.override_callback_uri {
                entry["override_callback_uri"] = Value::from(url.as_str());
            }
            entry
        })
        .collect();
    Ok(json!({ "data": data }))
}

/// Subscribes the token's app, with or without a callback of its own; the handshake has been made already.
fn subscribe(world: &mut World, id: &str, token: &Token, params: &Params) -> Result<Value, GraphError> {
    let waba = world.wabas.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    let entry = SubscribedApp {
        app_id: token.app_id.clone(),
        override_callback_uri: params.text("override_callback_uri").map(str::to_owned),
    };
    waba.subscribed_apps.retain(|s| s.app_id != token.app_id);
    waba.subscribed_apps.push(entry);
    world.changes += 1;
    Ok(json!({ "success": true }))
}

fn unsubscribe(world: &mut World, id: &str, token: &Token) -> Result<Value, GraphError> {
    let waba = world.wabas.get_mut(id).ok_or_else(|| GraphError::unknown_object("delete", id))?;
    waba.subscribed_apps.retain(|s| s.app_id != token.app_id);
    world.changes += 1;
    Ok(json!({ "success": true }))
}
