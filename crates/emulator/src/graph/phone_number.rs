//! A phone number's node, the list of an account's numbers, and what `POST` to either changes.

use cloud_api::client::numbers::NewPhoneNumber;
use serde_json::{Value, json};

use super::checked::{judge, success};
use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::registration::checked_pin;
use super::waba::check_override;
use super::{Answer, Call, fields, handshake, page};
use crate::clock::graph_time;
use crate::config::{Config, Delay};
use crate::phone;
use crate::world::World;
use crate::world::account::Number;
use crate::world::number::{NameReview, NumberFacts, Verification};
use crate::world::registry::Aspect;
use crate::world::standing::AccountDue;

/// How long names and usernames are reviewed.
pub(super) const REVIEW: Delay = Delay::Between(5_000, 60_000);

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Number, "", "GET POST", Scope::Management),
    edge(Kind::AccountNumber, "", "GET", Scope::Management),
    edge(Kind::Waba, "phone_numbers", "GET POST", Scope::Management),
];

pub(super) async fn answer(call: &Call<'_>) -> Answer {
    let (id, params) = (call.id, call.params);
    if call.kind == Kind::Number && call.verb() == "POST" {
        check_callback(call).await?;
    }
    call.with(|world| match (call.kind, call.verb()) {
        (Kind::Number, "GET") => get(world, id, call),
        (Kind::AccountNumber, _) => {
            let number = world.number_of(Aspect::AccountNumber, id).ok_or_else(|| call.unknown())?;
            let node = node(world, number, &call.token.app_id);
            fields::select(node, params.text("fields"), ACCOUNT_NUMBER, KIND).map(|mut node| {
                node["id"] = Value::from(id);
                node
            })
        }
        (Kind::Number, _) => change(world, call.config(), id, params),
        (_, "GET") => page::page(call.config(), params, list(world, call)?),
        _ => add(world, id, params),
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

/// The same of its account number, which is a node of another kind.
const ACCOUNT_NUMBER: &[&str] = &[
    "id",
    "display_phone_number",
    "verified_name",
    "status",
    "quality_rating",
    "country_code",
    "country_dial_code",
    "code_verification_status",
    "name_status",
    "account_mode",
    "is_official_business_account",
];

const KIND: &str = "WhatsAppBusinessPhoneNumber";

/// The whole node; what is `null` is a field that exists and has no value.
pub(crate) fn node(world: &World, number: &Number, app_id: &str) -> Value {
    let facts = &number.facts;
    let tier = world.businesses.get(world.business_of(&number.id)).map(|business| business.tier.name());
    let level = if number.throughput_mps > 80 { "HIGH" } else { "STANDARD" };
    let onboarded = if facts.onboarded_at == 0 { 1_767_225_600_000 } else { facts.onboarded_at };
    let certificate = |name: &str| super::pictures::base64(format!("{}:{name}", number.id).as_bytes());
    let named = facts.name.status == "APPROVED";
    let next = facts.name.asked.as_deref().filter(|_| facts.name.asked_status == "APPROVED");
    json!({
        "id": number.id, "display_phone_number": number.display_phone_number, "verified_name": number.verified_name,
        "quality_rating": facts.quality, "quality_score": { "score": facts.quality },
        "code_verification_status": facts.verification.status,
        "platform_type": if number.registered { "CLOUD_API" } else { "NOT_APPLICABLE" },
        "throughput": { "level": if number.registered { level } else { "NOT_APPLICABLE" } },
        "webhook_configuration": webhook_configuration(world, number, app_id),
        "last_onboarded_time": graph_time(onboarded), "status": number.status(),
        "name_status": facts.name.status, "new_name_status": facts.name.asked_status,
        "new_display_name": facts.name.asked, "is_pin_enabled": number.pin.is_some(),
        "is_official_business_account": facts.official.as_deref() == Some("APPROVED"),
        "is_on_biz_app": world.coexistence.is_on_app(&number.id), "is_preverified_number": facts.preverified,
        "account_mode": if facts.test_recipients.is_some() { "SANDBOX" } else { "LIVE" },
        "certificate": named.then(|| certificate(&number.verified_name)), "new_certificate": next.map(certificate),
        "search_visibility": facts.search_visibility,
        "whatsapp_business_manager_messaging_limit": tier, "messaging_limit_tier": tier,
        "country_code": phone::country(&number.wa_id), "country_dial_code": phone::dial_code(&number.wa_id),
        "eligibility_for_api_business_global_search": Value::Null, "host_platform": Value::Null,
        "unified_cert_status": Value::Null, "user_identity_change": facts.settings.get("user_identity_change"),
        "username": facts.username.as_ref().map(|username| username.name.as_str()),
        "conversational_automation": super::profile::automation(number),
        "health_status": world.health(&number.waba_id, Some(number), app_id),
    })
}

fn webhook_configuration(world: &World, number: &Number, app_id: &str) -> Value {
    let waba = world.wabas.get(&number.waba_id);
    let mut subscribed = waba.into_iter().flat_map(|waba| &waba.subscribed_apps);
    let subscribed = subscribed.find(|s| app_id.is_empty() || s.app_id == app_id);
    let callback =
        subscribed.and_then(|s| world.apps.get(&s.app_id)?.subscriptions.get("whatsapp_business_account"));
    let mut out = json!({});
    if let Some(subscription) = callback {
        out["application"] = Value::from(subscription.callback_url.as_str());
    }
    if let Some(url) = subscribed.and_then(|s| s.override_callback_uri.as_deref()) {
        out["whatsapp_business_account"] = Value::from(url);
    }
    if let Some(url) = &number.override_callback_uri {
        out["phone_number"] = Value::from(url.as_str());
    }
    out
}

fn get(world: &World, id: &str, call: &Call<'_>) -> Answer {
    let number = world.numbers.get(id).ok_or_else(|| call.unknown())?;
    fields::select(node(world, number, &call.token.app_id), call.params.text("fields"), DEFAULTS, KIND)
}

/// `GET /{WABA}/phone_numbers` with `filtering` and `sort`.
fn list(world: &World, call: &Call<'_>) -> Result<Vec<Value>, GraphError> {
    let params = call.params;
    let numbers = world.numbers.values().filter(|n| n.waba_id == call.id);
    let mut nodes: Vec<Value> = numbers.map(|n| node(world, n, &call.token.app_id)).collect();
    let filters = match params.get("filtering") {
        Some(_) => params
            .array("filtering")
            .ok_or_else(|| GraphError::parameter("Param filtering must be an array"))?,
        None => Vec::new(),
    };
    for filter in filters {
        let field = filter["field"].as_str().ok_or_else(|| GraphError::required("filtering[field]"))?;
        nodes.retain(|node| {
            fits(&node[field], filter["operator"].as_str().unwrap_or("EQUAL"), &filter["value"])
        });
    }
    if let Some(sort) = params.list("sort").and_then(|sort| sort.into_iter().next()) {
        let field = sort.trim_end_matches("_ascending").trim_end_matches("_descending").to_owned();
        nodes.sort_by_key(|node| node[field.as_str()].to_string());
        if sort.ends_with("_descending") {
            nodes.reverse();
        }
    }
    let asked = params.text("fields");
    nodes.into_iter().map(|node| fields::select(node, asked, DEFAULTS, KIND)).collect()
}

fn fits(value: &Value, operator: &str, wanted: &Value) -> bool {
    let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    match operator {
        "NOT_EQUAL" => text(value) != text(wanted),
        "IN" => wanted.as_array().is_some_and(|list| list.iter().any(|w| text(w) == text(value))),
        "CONTAIN" => text(value).contains(&text(wanted)),
        _ => text(value) == text(wanted),
    }
}

/// `POST /{phone number id}`: one concern per call.
fn change(world: &mut World, config: &Config, id: &str, params: &Params) -> Answer {
    let number = world.numbers.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    if let Some(pin) = params.plain("pin") {
        number.pin = Some(checked_pin(&pin)?);
        world.notify_number(config, id, "security", json!({ "event": "PIN_CHANGED" }));
    } else if let Some(name) = params.text("new_display_name") {
        return ask_name(world, id, name);
    } else if let Some(webhook) = params.get("webhook_configuration") {
        let url = webhook["override_callback_uri"].as_str().filter(|u| !u.is_empty());
        number.override_callback_uri = url.map(str::to_owned);
    } else if let Some(visibility) = params.text("search_visibility") {
        if !["VISIBLE", "HIDDEN"].contains(&visibility) {
            return Err(GraphError::parameter("Param search_visibility must be one of {VISIBLE, HIDDEN}"));
        }
        number.facts.search_visibility = visibility.to_owned();
    } else {
        return Err(GraphError::required("pin"));
    }
    world.announce("number", id, "", None);
    Ok(success())
}

/// A display name is reviewed, and in use once the number registers again.
fn ask_name(world: &mut World, id: &str, name: &str) -> Answer {
    if !(2..=75).contains(&name.chars().count()) {
        return Err(GraphError::message(100).details("new_display_name has 2 to 75 characters"));
    }
    let Some(number) = world.numbers.get_mut(id) else { return Err(GraphError::unknown_object("post", id)) };
    number.facts.name.asked = Some(name.to_owned());
    number.facts.name.asked_status = "PENDING_REVIEW".to_owned();
    let at = world.now + REVIEW.sample(&mut world.delays);
    world.account_later(at, AccountDue::Name { number: id.to_owned() });
    world.announce("number", id, "", None);
    Ok(success())
}

/// Numbers of a portfolio before it is verified, and after.
const NUMBERS_MAX: (usize, usize) = (2, 20);

/// `POST /{WABA}/phone_numbers`.
fn add(world: &mut World, waba_id: &str, params: &Params) -> Answer {
    let new = NewPhoneNumber {
        country_code: params.plain("cc").unwrap_or_default(),
        phone_number: params.plain("phone_number").unwrap_or_default(),
        verified_name: params.plain("verified_name").unwrap_or_default(),
        migrate_phone_number: params.truth("migrate_phone_number"),
        preverified_id: params.plain("preverified_id"),
    };
    judge(new.validate())?;
    may_add(world, waba_id)?;
    let written = format!("{}{}", new.country_code, new.phone_number);
    let wa_id = phone::digits(&written)
        .ok_or_else(|| GraphError::message(100).details("phone_number must be a valid phone number"))?;
    let migrates = taken(world, waba_id, &wa_id, new.migrate_phone_number == Some(true))?;
    let preverified = take_preverified(world, waba_id, new.preverified_id.as_deref(), &wa_id)?;
    let id = world.new_id();
    let facts = NumberFacts {
        verification: if preverified { Verification::verified() } else { Verification::default() },
        onboarded_at: world.now,
        name: NameReview { status: "PENDING_REVIEW".to_owned(), ..NameReview::default() },
        quality: "UNKNOWN".to_owned(),
        preverified,
        migrates,
        ..NumberFacts::default()
    };
    let number = Number::fresh(&id, waba_id, &wa_id, &new.verified_name, facts);
    let details = json!({ "phone_number": number.display_phone_number });
    world.numbers.insert(id.clone(), number);
    world.record(waba_id, "PHONE_NUMBER_ADDED", "A phone number was added", details);
    let at = world.now + REVIEW.sample(&mut world.delays);
    world.account_later(at, AccountDue::Name { number: id.clone() });
    world.announce("number", &id, "", None);
    Ok(json!({ "id": id }))
}

fn may_add(world: &World, waba_id: &str) -> Result<(), GraphError> {
    let waba = world.wabas.get(waba_id).ok_or_else(|| GraphError::unknown_object("post", waba_id))?;
    if waba.facts.restriction("RESTRICTED_ADD_PHONE_NUMBER_ACTION", world.now).is_some() {
        return Err(GraphError::message(368));
    }
    let business = world.businesses.get(&waba.business_id);
    let grown = business.is_some_and(|b| {
        b.facts.verification == "verified" || b.tier.people().is_none_or(|people| people >= 2_000)
    });
    let most = if grown { NUMBERS_MAX.1 } else { NUMBERS_MAX.0 };
    let has = world.numbers.keys().filter(|id| world.business_of(id) == waba.business_id).count();
    if has >= most {
        let details = format!("The business has reached its limit of {most} phone numbers");
        return Err(GraphError::message(100).subcode(2_388_103).details(details));
    }
    Ok(())
}

/// The number of another account that is to move here; refuses one that is in use and does not.
fn taken(world: &World, waba_id: &str, wa_id: &str, moves: bool) -> Result<Option<String>, GraphError> {
    let live = |n: &&Number| n.wa_id == wa_id && !matches!(n.status(), "MIGRATED" | "DELETED");
    let Some(number) = world.numbers.values().find(live) else { return Ok(None) };
    let refusal = |subcode, details: &str| Err(GraphError::message(100).subcode(subcode).details(details));
    if number.waba_id == waba_id || !moves {
        return refusal(2_388_012, "The phone number is already registered to a WhatsApp Business Account");
    }
    if number.pin.is_some() {
        return refusal(
            2_388_103,
            "Two-step verification must be off before the phone number can be migrated",
        );
    }
    Ok(Some(number.id.clone()))
}

/// Whether the number comes verified from a pool; takes it out of there.
fn take_preverified(
    world: &mut World,
    waba_id: &str,
    id: Option<&str>,
    wa_id: &str,
) -> Result<bool, GraphError> {
    let Some(id) = id else { return Ok(false) };
    let waba_partners = world.wabas.get(waba_id).map(|w| w.facts.partners.clone()).unwrap_or_default();
    let business = world.wabas.get(waba_id).map(|w| w.business_id.clone()).unwrap_or_default();
    let now = world.now;
    let usable = world.registry.preverified.get_mut(id).filter(|p| {
        let offered =
            waba_partners.iter().chain([&business]).any(|b| *b == p.business_id || p.partners.contains(b));
        offered
            && p.wa_id == wa_id
            && p.verification.is_verified()
            && !p.in_use
            && p.expires_at.is_none_or(|at| now < at)
    });
    let number = usable.ok_or_else(|| {
        GraphError::message(100)
            .details("preverified_id is not a verified and free number of a partner's pool")
    })?;
    number.in_use = true;
    Ok(true)
}
