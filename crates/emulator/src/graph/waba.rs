//! A WABA's node and the apps subscribed to it.

use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::{Answer, Call, fields, handshake, phone_number};
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
        handshake(call.shared, url, params.text("verify_token").unwrap_or("")).await?;
    }
    call.with(|world| match call.what() {
        (_, "") => get(world, id, params),
        ("GET", _) => subscribed_apps(world, id),
        ("POST", _) => subscribe(world, id, call.token, params),
        _ => unsubscribe(world, id, call.token),
    })
}

const DEFAULTS: &[&str] = &["id", "name", "timezone_id", "message_template_namespace"];

fn node(world: &World, waba: &Waba) -> Value {
    let mut node = json!({
        "id": waba.id, "name": waba.name, "status": "ACTIVE", "currency": "USD", "country": "US", "timezone_id": "1",
        "message_template_namespace": waba.namespace, "ownership_type": "CLIENT_OWNED",
        "owner_business_info": { "name": waba.name, "id": waba.business_id },
        "on_behalf_of_business_info": { "name": waba.name, "id": waba.business_id, "status": "APPROVED", "type": "SELF" },
        "account_review_status": "APPROVED", "business_verification_status": "verified",
        "is_enabled_for_insights": waba.settings.insights, "primary_business_location": "US",
        "whatsapp_business_manager_messaging_limit": world.businesses.get(&waba.business_id).map(|b| b.tier.name()), "marketing_messages_onboarding_status": waba.settings.marketing_onboarding,
        "disable_marketing_messages_on_cloud_api": waba.settings.no_marketing_on_cloud_api, "auth_international_rate_eligibility": Value::Null,
        "degrees_of_freedom_spec": waba.settings.degrees_of_freedom_spec, "analytics": Value::Null, "purchase_order_number": Value::Null,
        "marketing_messages_lite_api_status": waba.settings.marketing_onboarding,
        "health_status": { "can_send_message": "AVAILABLE", "entities": [
            { "entity_type": "WABA", "id": waba.id, "can_send_message": "AVAILABLE" },
        ] },
    });
    // Edges may be asked for as fields.
    node["subscribed_apps"] = subscribed_apps(world, &waba.id).unwrap_or_default();
    let numbers = world.numbers.values().filter(|n| n.waba_id == waba.id);
    let numbers: Vec<Value> = numbers.map(|n| phone_number::node(world, n)).collect();
    node["phone_numbers"] = json!({ "data": numbers });
    node
}

fn get(world: &World, id: &str, params: &Params) -> Result<Value, GraphError> {
    let waba = world.wabas.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    fields::select(node(world, waba), params.text("fields"), DEFAULTS, "WhatsAppBusinessAccount")
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
