//! A WABA's node, its templates and the apps subscribed to it.

use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::{Answer, Call, analytics, fields, handshake, page, phone_number};
use crate::config::Config;
use crate::world::World;
use crate::world::account::{SubscribedApp, Token, Waba};
use crate::world::template::Template;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Waba, "", "GET", Scope::Management),
    edge(Kind::Waba, "message_templates", "GET", Scope::Management),
    edge(Kind::Waba, "subscribed_apps", "GET POST DELETE", Scope::Management),
    edge(Kind::Template, "", "GET", Scope::Management),
];

pub(super) async fn answer(call: &Call<'_>) -> Answer {
    let (id, params, config) = (call.id, call.params, call.config());
    if call.what() == ("POST", "subscribed_apps")
        && let Some(url) = params.text("override_callback_uri")
    {
        check_override(url)?;
        handshake(call.shared, url, params.text("verify_token").unwrap_or("")).await?;
    }
    call.with(|world| match (call.kind, call.what()) {
        (Kind::Template, _) => template(world, id, params),
        (_, (_, "")) => get(world, id, params),
        (_, (_, "message_templates")) => templates(world, config, id, params),
        (_, ("GET", _)) => subscribed_apps(world, id),
        (_, ("POST", _)) => subscribe(world, id, call.token, params),
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

fn node(world: &World, waba: &Waba) -> Value {
    let mut node = json!({
        "id": waba.id, "name": waba.name, "status": "ACTIVE", "currency": "USD", "country": "US", "timezone_id": "1",
        "message_template_namespace": waba.namespace, "ownership_type": "CLIENT_OWNED",
        "owner_business_info": { "name": waba.name, "id": waba.business_id },
        "on_behalf_of_business_info": { "name": waba.name, "id": waba.business_id, "status": "APPROVED", "type": "SELF" },
        "account_review_status": "APPROVED", "business_verification_status": "verified",
        "is_enabled_for_insights": true, "primary_business_location": "US",
        "whatsapp_business_manager_messaging_limit": world.businesses.get(&waba.business_id).map(|b| b.tier.name()), "marketing_messages_onboarding_status": "ELIGIBLE",
        "disable_marketing_messages_on_cloud_api": false, "auth_international_rate_eligibility": Value::Null,
        "degrees_of_freedom_spec": Value::Null, "analytics": Value::Null, "purchase_order_number": Value::Null,
        "marketing_messages_lite_api_status": "ELIGIBLE",
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
    let mut node = node(world, waba);
    for asked in fields::parse(params.text("fields").unwrap_or(""))? {
        if analytics::FIELDS.contains(&asked.name.as_str()) {
            node[asked.name.as_str()] = analytics::field(world, id, &asked)?;
        }
    }
    fields::select(node, params.text("fields"), DEFAULTS, "WhatsAppBusinessAccount")
}

const TEMPLATE_DEFAULTS: &[&str] =
    &["name", "parameter_format", "components", "language", "status", "category", "sub_category", "id"];

/// `GET /{WABA}/message_templates` with its filters.
fn templates(world: &World, config: &Config, id: &str, params: &Params) -> Result<Value, GraphError> {
    let wanted = |name: &str, value: &str| {
        params.list(name).is_none_or(|wanted| wanted.iter().any(|w| w.eq_ignore_ascii_case(value)))
    };
    let found: Vec<&Template> = world
        .templates
        .values()
        .filter(|t| t.waba_id == id)
        .filter(|t| params.text("name").is_none_or(|name| t.name.contains(name)))
        .filter(|t| params.text("name_or_content").is_none_or(|text| mentions(t, text)))
        .filter(|t| {
            wanted("status", &t.status) && wanted("category", &t.category) && wanted("language", &t.language)
        })
        .collect();
    let total = found.len();
    let nodes: Result<Vec<Value>, GraphError> = found
        .into_iter()
        .map(|t| {
            fields::select(t.to_json(), params.text("fields"), TEMPLATE_DEFAULTS, "WhatsAppMessageTemplate")
        })
        .collect();
    let mut answer = page::page(config, params, nodes?)?;
    if params.text("summary").is_some() {
        answer["summary"] = json!({
            "total_count": total, "message_template_count": total, "message_template_limit": 6000,
            "are_translations_complete": true,
        });
    }
    Ok(answer)
}

fn mentions(template: &Template, text: &str) -> bool {
    let text = text.to_lowercase();
    template.name.contains(&text)
        || template
            .components
            .iter()
            .any(|c| c["text"].as_str().is_some_and(|t| t.to_lowercase().contains(&text)))
}

fn template(world: &World, id: &str, params: &Params) -> Result<Value, GraphError> {
    let template = world.templates.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    fields::select(template.to_json(), params.text("fields"), TEMPLATE_DEFAULTS, "WhatsAppMessageTemplate")
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
