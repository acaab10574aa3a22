//! A phone number's node, profile and registration.

use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::waba::check_override;
use super::{Answer, Call, fields, handshake, page};
use crate::phone;
use crate::world::World;
use crate::world::account::Number;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Number, "", "GET POST", Scope::Management),
    edge(Kind::Number, "register", "POST", Scope::Management),
    edge(Kind::Number, "deregister", "POST", Scope::Management),
    edge(Kind::Number, "whatsapp_business_profile", "GET POST", Scope::Management),
    edge(Kind::Waba, "phone_numbers", "GET", Scope::Management),
];

pub(super) async fn answer(call: &Call<'_>) -> Answer {
    let (id, params) = (call.id, call.params);
    if call.what() == ("POST", "") {
        check_callback(call).await?;
    }
    call.with(|world| match call.what() {
        ("GET", "") => get(world, id, params),
        (_, "") => change(world, id, params),
        (_, "register") => register(world, id, params),
        (_, "deregister") => deregister(world, id),
        ("GET", "whatsapp_business_profile") => profile(world, id, params),
        (_, "whatsapp_business_profile") => set_profile(world, id, params),
        _ => page::page(call.config(), params, list(world, id, params)?),
    })
}

/// A callback of the number's own must answer the handshake; an empty one takes it back.
async fn check_callback(call: &Call<'_>) -> Result<(), GraphError> {
    let Some(asked) = call.params.get("webhook_configuration") else { return Ok(()) };
    match asked["override_callback_uri"].as_str() {
        Some(url) if !url.is_empty() => {
            check_override(url)?;
            handshake(call.shared, url, asked["verify_token"].as_str().unwrap_or("")).await
        }
        _ => Ok(()),
    }
}

const DEFAULTS: &[&str] = &[
    "id",
    "verified_name",
    "code_verification_status",
    "display_phone_number",
    "quality_rating",
    "platform_type",
    "throughput",
    "webhook_configuration",
    "last_onboarded_time",
];

pub(crate) fn node(world: &World, number: &Number) -> Value {
    let app = world.wabas.get(&number.waba_id).and_then(|w| w.subscribed_apps.first());
    let callback =
        app.and_then(|a| world.apps.get(&a.app_id)?.subscriptions.get("whatsapp_business_account"));
    let tier = world.businesses.get(world.business_of(&number.id)).map(|business| business.tier.name());
    let level = if number.throughput_mps > 80 { "HIGH" } else { "STANDARD" };
    json!({
        "id": number.id, "display_phone_number": number.display_phone_number, "verified_name": number.verified_name,
        "quality_rating": "GREEN", "quality_score": { "score": "GREEN" }, "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API", "throughput": { "level": level },
        "webhook_configuration": webhook_configuration(number, callback.map(|s| s.callback_url.as_str())),
        "last_onboarded_time": "2026-01-01T00:00:00+0000",
        "status": if number.registered { "CONNECTED" } else { "PENDING" }, "name_status": "APPROVED",
        "new_name_status": "NONE", "is_pin_enabled": number.pin.is_some(), "is_official_business_account": false,
        "is_on_biz_app": world.coexistence.is_on_app(&number.id), "is_preverified_number": false, "account_mode": "LIVE", "certificate": Value::Null,
        "new_certificate": Value::Null, "new_display_name": Value::Null, "search_visibility": "NON_VISIBLE",
        "whatsapp_business_manager_messaging_limit": tier, "messaging_limit_tier": tier,
        "country_code": phone::country(&number.wa_id), "country_dial_code": phone::dial_code(&number.wa_id),
        "eligibility_for_api_business_global_search": Value::Null, "host_platform": Value::Null,
        "unified_cert_status": Value::Null, "user_identity_change": Value::Null, "username": Value::Null, "conversational_automation": Value::Null,
        "health_status": { "can_send_message": "AVAILABLE", "entities": [
            { "entity_type": "PHONE_NUMBER", "id": number.id, "can_send_message": "AVAILABLE" },
        ] },
    })
}

fn webhook_configuration(number: &Number, app_callback: Option<&str>) -> Value {
    let mut out = json!({});
    if let Some(url) = app_callback {
        out["application"] = Value::from(url);
    }
    if let Some(url) = &number.override_callback_uri {
        out["phone_number"] = Value::from(url.as_str());
    }
    out
}

fn get(world: &World, id: &str, params: &Params) -> Result<Value, GraphError> {
    let number = world.numbers.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    fields::select(node(world, number), params.text("fields"), DEFAULTS, "WhatsAppBusinessPhoneNumber")
}

fn list(world: &World, waba_id: &str, params: &Params) -> Result<Vec<Value>, GraphError> {
    let numbers = world.numbers.values().filter(|n| n.waba_id == waba_id);
    numbers
        .map(|n| {
            fields::select(node(world, n), params.text("fields"), DEFAULTS, "WhatsAppBusinessPhoneNumber")
        })
        .collect()
}

const PROFILE_FIELDS: &[&str] = &[
    "about",
    "address",
    "description",
    "email",
    "profile_picture_url",
    "websites",
    "vertical",
    "messaging_product",
];

fn profile(world: &World, id: &str, params: &Params) -> Result<Value, GraphError> {
    let number = world.numbers.get(id).ok_or_else(|| GraphError::unknown_object("get", id))?;
    let mut profile = number.profile.clone();
    profile["messaging_product"] = Value::from("whatsapp");
    for field in PROFILE_FIELDS {
        if profile.get(*field).is_none() {
            profile[*field] = Value::Null;
        }
    }
    // Without `fields` the platform answers all that is set; `messaging_product` is always there.
    let asked = params.text("fields").map(|f| format!("{f},messaging_product"));
    let kind = "WhatsAppBusinessProfile";
    Ok(json!({ "data": [fields::select(profile, asked.as_deref(), PROFILE_FIELDS, kind)?] }))
}

const VERTICALS: [&str; 22] = [
    "OTHER",
    "AUTO",
    "BEAUTY",
    "APPAREL",
    "EDU",
    "ENTERTAIN",
    "EVENT_PLAN",
    "FINANCE",
    "GROCERY",
    "GOVT",
    "HOTEL",
    "HEALTH",
    "NONPROFIT",
    "PROF_SERVICES",
    "RETAIL",
    "TRAVEL",
    "RESTAURANT",
    "ALCOHOL",
    "ONLINE_GAMBLING",
    "PHYSICAL_GAMBLING",
    "OTC_DRUGS",
    "UNDEFINED",
];

fn set_profile(world: &mut World, id: &str, params: &Params) -> Result<Value, GraphError> {
    if params.text("messaging_product") != Some("whatsapp") {
        return Err(GraphError::required("messaging_product"));
    }
    for (field, limit) in [("about", 139), ("address", 256), ("description", 512), ("email", 128)] {
        if params.text(field).is_some_and(|text| text.chars().count() > limit) {
            return Err(GraphError::parameter(format!(
                "Param {field} must be at most {limit} characters long."
            )));
        }
    }
    if params.text("vertical").is_some_and(|v| !VERTICALS.contains(&v)) {
        return Err(GraphError::parameter(format!(
            "Param vertical must be one of {{{}}}",
            VERTICALS.join(", ")
        )));
    }
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    for field in ["about", "address", "description", "email", "vertical"] {
        if let Some(text) = params.text(field) {
            number.profile[field] = Value::from(text);
        }
    }
    if let Some(websites) = params.list("websites") {
        if websites.len() > 2 || websites.iter().any(|w| w.chars().count() > 256) {
            return Err(GraphError::parameter(
                "Param websites must have at most 2 elements of 256 characters.",
            ));
        }
        number.profile["websites"] = json!(websites);
    }
    world.changes += 1;
    Ok(json!({ "success": true }))
}

/// `POST /{phone number id}`: two-step PIN, or an override of the webhook's address.
fn change(world: &mut World, id: &str, params: &Params) -> Result<Value, GraphError> {
    let pin = params.plain("pin");
    let overriding =
        params.get("webhook_configuration").map(|c| c["override_callback_uri"].as_str().map(str::to_owned));
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    match (pin, overriding) {
        (Some(pin), _) => number.pin = Some(checked_pin(&pin)?),
        (None, Some(url)) => number.override_callback_uri = url.filter(|u| !u.is_empty()),
        (None, None) => return Err(GraphError::required("pin")),
    }
    world.changes += 1;
    Ok(json!({ "success": true }))
}

fn register(world: &mut World, id: &str, params: &Params) -> Result<Value, GraphError> {
    if params.text("messaging_product") != Some("whatsapp") {
        return Err(GraphError::required("messaging_product"));
    }
    let pin = checked_pin(&params.plain("pin").ok_or_else(|| GraphError::required("pin"))?)?;
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    if number.pin.as_ref().is_some_and(|set| *set != pin) {
        return Err(GraphError::message(133_005));
    }
    number.pin = Some(pin);
    number.registered = true;
    world.changes += 1;
    Ok(json!({ "success": true }))
}

fn deregister(world: &mut World, id: &str) -> Result<Value, GraphError> {
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    number.registered = false;
    world.changes += 1;
    Ok(json!({ "success": true }))
}

fn checked_pin(pin: &str) -> Result<String, GraphError> {
    if pin.len() == 6 && pin.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(pin.to_owned());
    }
    Err(GraphError::parameter("Param pin must be 6 characters long."))
}
