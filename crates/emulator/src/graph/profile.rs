//! What customers see of a business: its profile, catalogue switches, ice breakers and commands.

use cloud_api::client::automation::Automation;
use cloud_api::client::profile::BusinessProfile;
use serde_json::{Value, json};

use super::checked::{judge, success, typed};
use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::registration::{present, product};
use super::{Answer, Call, fields};
use crate::config::Config;
use crate::world::World;
use crate::world::account::Number;
use crate::world::registry::Aspect;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Number, "whatsapp_business_profile", "GET POST", Scope::Management),
    edge(Kind::Profile, "", "GET POST", Scope::Management),
    edge(Kind::Number, "whatsapp_commerce_settings", "GET POST", Scope::Management),
    edge(Kind::Number, "conversational_automation", "POST", Scope::Management),
    edge(Kind::Bot, "", "GET", Scope::Management),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let (id, params) = (call.id, call.params);
    call.with(|world| match (call.kind, call.what()) {
        (Kind::Profile, (verb, _)) => {
            let number = world.number_of(Aspect::Profile, id).ok_or_else(|| call.unknown())?.id.clone();
            if verb == "GET" {
                node(world, &number, params)
            } else {
                set(world, call.config(), &number, params)
            }
        }
        (Kind::Bot, _) => {
            let number = world.number_of(Aspect::Bot, id).ok_or_else(|| call.unknown())?;
            let defaults = ["id", "prompts", "commands", "enable_welcome_message"];
            fields::select(bot(number), params.text("fields"), &defaults, "WhatsAppBusinessBot")
        }
        (_, ("GET", "whatsapp_business_profile")) => get(world, id, params),
        (_, (_, "whatsapp_business_profile")) => {
            product(params)?;
            set(world, call.config(), id, params)
        }
        (_, ("GET", _)) => commerce(world, id),
        (_, (_, "whatsapp_commerce_settings")) => set_commerce(world, id, params),
        _ => set_automation(world, id, params),
    })
}

const FIELDS: &[&str] = &[
    "about",
    "address",
    "description",
    "email",
    "profile_picture_url",
    "websites",
    "vertical",
    "messaging_product",
];

fn whole(number: &Number) -> Value {
    let mut profile = number.profile.clone();
    profile["messaging_product"] = Value::from("whatsapp");
    for field in FIELDS {
        if profile.get(*field).is_none() {
            profile[*field] = Value::Null;
        }
    }
    profile
}

fn get(world: &World, id: &str, params: &Params) -> Answer {
    let number = world.numbers.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    // Without `fields` the platform answers all that is set; `messaging_product` is always there.
    let asked = params.text("fields").map(|f| format!("{f},messaging_product"));
    let mut profile = whole(number);
    if asked.as_deref().is_some_and(|asked| asked.split(',').any(|f| f.trim() == "id")) {
        profile["id"] = Value::from(number.aspect(Aspect::Profile));
    }
    Ok(json!({ "data": [fields::select(profile, asked.as_deref(), FIELDS, "WhatsAppBusinessProfile")?] }))
}

/// The profile as a node of its own.
fn node(world: &World, number_id: &str, params: &Params) -> Answer {
    let number = world.numbers.get(number_id).ok_or_else(|| GraphError::unknown_object("get", number_id))?;
    let mut profile = whole(number);
    profile["id"] = Value::from(number.aspect(Aspect::Profile));
    profile["account_name"] = Value::from(number.verified_name.as_str());
    fields::select(profile, params.text("fields"), FIELDS, "WhatsAppBusinessProfile")
}

fn set(world: &mut World, config: &Config, id: &str, params: &Params) -> Answer {
    let mut body = params.body();
    let websites = params.list("websites");
    if let Some(websites) = &websites {
        body["websites"] = json!(websites);
    }
    let profile: BusinessProfile = typed(&body)?;
    judge(profile.validate())?;
    let picture = match &profile.profile_picture_handle {
        Some(handle) => Some(super::pictures::of_handle(world, config, handle)?),
        None => None,
    };
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    for field in ["about", "address", "description", "email", "vertical"] {
        if let Some(text) = params.text(field) {
            number.profile[field] = if text.is_empty() { Value::Null } else { Value::from(text) };
        }
    }
    if let Some(websites) = websites {
        number.profile["websites"] = websites.iter().map(|url| address(url)).collect();
    }
    if let Some(url) = picture {
        number.profile["profile_picture_url"] = Value::from(url);
    }
    world.announce("number", id, "", None);
    Ok(success())
}

/// An address as it is kept: that of a host ends in a slash.
fn address(url: &str) -> String {
    let bare = url.split_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?', '#']));
    if bare { format!("{url}/") } else { url.to_owned() }
}

fn commerce(world: &World, id: &str) -> Answer {
    let number = world.numbers.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    Ok(json!({ "data": [{
        "id": number.aspect(Aspect::Catalog), "is_cart_enabled": number.facts.cart_enabled,
        "is_catalog_visible": number.facts.catalog_visible,
    }] }))
}

fn set_commerce(world: &mut World, id: &str, params: &Params) -> Answer {
    let (cart, catalog) = (params.truth("is_cart_enabled"), params.truth("is_catalog_visible"));
    if cart.is_none() && catalog.is_none() {
        return Err(GraphError::required("is_cart_enabled"));
    }
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    number.facts.cart_enabled = cart.unwrap_or(number.facts.cart_enabled);
    number.facts.catalog_visible = catalog.unwrap_or(number.facts.catalog_visible);
    world.announce("number", id, "", None);
    Ok(success())
}

/// `conversational_automation` as a field: what was never set is left out.
pub(super) fn automation(number: &Number) -> Value {
    present(bot(number))
}

/// The same as a node, where it is known but empty.
fn bot(number: &Number) -> Value {
    let set = &number.facts.automation;
    json!({
        "id": number.aspect(Aspect::Bot), "enable_welcome_message": set.get("enable_welcome_message"),
        "prompts": set.get("prompts").cloned().unwrap_or_else(|| json!([])),
        "commands": set.get("commands").cloned().unwrap_or_else(|| json!([])),
    })
}

/// What is given replaces what was there.
fn set_automation(world: &mut World, id: &str, params: &Params) -> Answer {
    let body = params.body();
    let mut asked = json!({});
    for key in ["prompts", "commands"] {
        if let Some(value) = body.get(key) {
            // Lists may be JSON in a string, as Graph takes every parameter.
            asked[key] = params.array(key).map_or_else(|| value.clone(), Value::from);
        }
    }
    if let Some(welcome) = params.truth("enable_welcome_message") {
        asked["enable_welcome_message"] = Value::from(welcome);
    }
    judge(typed::<Automation>(&asked)?.validate())?;
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    for (key, value) in asked.as_object().into_iter().flatten() {
        number.facts.automation[key.as_str()] = value.clone();
    }
    world.announce("number", id, "", None);
    Ok(success())
}
