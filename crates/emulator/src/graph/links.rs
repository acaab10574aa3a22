//! Signup links (people opt in to marketing within WhatsApp) and welcome message sequences of advertisements.

use cloud_api::client::waba::{NewSignupLink, SignupLinkUpdate, SignupPolicy};
use serde_json::{Value, json};

use super::checked::{judge, success, typed};
use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::registration::present;
use super::{Answer, Call, page};
use crate::world::World;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Waba, "signups", "GET POST", Scope::Management),
    edge(Kind::Root, "signups/*", "GET POST", Scope::Management),
    edge(Kind::Waba, "welcome_message_sequences", "GET POST DELETE", Scope::Management),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let (id, params) = (call.id, call.params);
    call.with(|world| match (call.kind, call.what()) {
        (Kind::Root, (verb, _)) => {
            let link = call.rest.get(1).copied().unwrap_or("");
            if verb == "GET" {
                find(world, call, link).map(|(_, link)| link)
            } else {
                update(world, call, link)
            }
        }
        (_, ("GET", "signups")) => {
            let waba = world.wabas.get(id).ok_or_else(|| call.unknown())?;
            page::page(call.config(), params, waba.facts.signup_links.clone())
        }
        (_, (_, "signups")) => create(world, id, params),
        (_, ("GET", _)) => {
            let waba = world.wabas.get(id).ok_or_else(|| call.unknown())?;
            let wanted = params.plain("sequence_id");
            let found = waba.facts.sequences.iter();
            let found = found.filter(|s| wanted.as_deref().is_none_or(|wanted| s["sequence_id"] == wanted));
            page::page(call.config(), params, found.cloned().collect())
        }
        (_, ("POST", _)) => put_sequence(world, id, params),
        _ => {
            let wanted = params.plain("sequence_id").ok_or_else(|| GraphError::required("sequence_id"))?;
            let waba = world.wabas.get_mut(id).ok_or_else(|| call.unknown())?;
            let before = waba.facts.sequences.len();
            waba.facts.sequences.retain(|s| s["sequence_id"] != wanted.as_str());
            let gone = waba.facts.sequences.len() < before;
            world.changes += 1;
            if gone { Ok(success()) } else { Err(no_sequence()) }
        }
    })
}

/// A link and its account, when the token reaches it.
fn find(world: &World, call: &Call<'_>, id: &str) -> Result<(String, Value), GraphError> {
    let reached = |waba_id: &str, business: &String| {
        call.token.wabas.iter().any(|w| w == waba_id) || call.token.businesses.contains(business)
    };
    let mut wabas = world.wabas.values().filter(|waba| reached(&waba.id, &waba.business_id));
    let found = wabas.find_map(|waba| {
        let link = waba.facts.signup_links.iter().find(|link| link["id"] == id)?;
        Some((waba.id.clone(), link.clone()))
    });
    found
        .ok_or_else(|| GraphError::message(100).subcode(2_494_164).details("There is no signup with this id"))
}

fn create(world: &mut World, waba_id: &str, params: &Params) -> Answer {
    let text = |name: &str| params.text(name).map(str::to_owned);
    let policy = params.get("policy").map(typed::<SignupPolicy>).transpose()?;
    let new = NewSignupLink {
        signup_message: text("signup_message").unwrap_or_default(),
        confirmation_message: text("confirmation_message").unwrap_or_default(),
        privacy_policy_url: text("privacy_policy_url").unwrap_or_default(),
        website_url: text("website_url"),
        promo_code: text("promo_code"),
        display_name: text("display_name"),
        policy: None,
    };
    judge(new.validate())?;
    let id = world.new_id();
    let waba = world.wabas.get_mut(waba_id).ok_or_else(|| GraphError::unknown_object("post", waba_id))?;
    let accepted = policy.is_some_and(|policy| policy.accepted);
    match (waba.facts.signup_links.is_empty(), accepted) {
        (true, false) => {
            let why = "The first signup of an account must accept the terms";
            return Err(GraphError::message(100).subcode(2_494_168).details(why));
        }
        (false, true) => {
            let why = "The terms were accepted already";
            return Err(GraphError::message(100).subcode(2_494_176).details(why));
        }
        _ => {}
    }
    let mut link = serde_json::to_value(&new).unwrap_or_default();
    link["id"] = Value::from(id.as_str());
    link["waba_id"] = Value::from(waba_id);
    link["status"] = Value::from("ACTIVE");
    waba.facts.signup_links.push(present(link));
    world.changes += 1;
    Ok(json!({ "id": id }))
}

fn update(world: &mut World, call: &Call<'_>, id: &str) -> Answer {
    let (waba_id, _) = find(world, call, id)?;
    let text = |name: &str| call.params.text(name).map(str::to_owned);
    let update = SignupLinkUpdate {
        status: text("status"),
        signup_message: text("signup_message"),
        confirmation_message: text("confirmation_message"),
        website_url: text("website_url"),
        promo_code: text("promo_code"),
        display_name: text("display_name"),
    };
    judge(update.validate())?;
    let changed = serde_json::to_value(&update).unwrap_or_default();
    let links = world.wabas.get_mut(&waba_id).map(|waba| &mut waba.facts.signup_links);
    if let Some(link) = links.into_iter().flatten().find(|link| link["id"] == id) {
        for (key, value) in changed.as_object().into_iter().flatten() {
            link[key.as_str()] = value.clone();
        }
    }
    world.changes += 1;
    Ok(json!({ "success": true, "id": id }))
}

fn no_sequence() -> GraphError {
    GraphError::new(400, 4_027_017, "(#4027017) Welcome message sequence not found")
}

/// Makes a sequence, or with `sequence_id` changes one.
fn put_sequence(world: &mut World, waba_id: &str, params: &Params) -> Answer {
    let content = match params.get("welcome_message_sequence") {
        Some(Value::String(text)) => serde_json::from_str(text).ok(),
        other => other.cloned(),
    };
    let whole = content.as_ref().is_none_or(|content| content["text"].is_string());
    let missing = || GraphError::new(400, 4_027_010, "(#4027010) Required parameter is missing");
    if !whole {
        return Err(GraphError::new(400, 4_027_001, "(#4027001) Invalid welcome message sequence"));
    }
    let id = world.new_id();
    let waba = world.wabas.get_mut(waba_id).ok_or_else(|| GraphError::unknown_object("post", waba_id))?;
    world.changes += 1;
    if let Some(asked) = params.plain("sequence_id") {
        let found = waba.facts.sequences.iter_mut().find(|s| s["sequence_id"] == asked.as_str());
        let sequence = found.ok_or_else(no_sequence)?;
        if let Some(name) = params.text("name") {
            sequence["name"] = Value::from(name);
        }
        if let Some(content) = content {
            sequence["welcome_message_sequence"] = content;
        }
        return Ok(success());
    }
    let name = params.text("name").ok_or_else(missing)?;
    let content = content.ok_or_else(missing)?;
    waba.facts.sequences.push(json!({
        "sequence_id": id, "name": name, "welcome_message_sequence": content, "is_used_in_ad": false,
    }));
    Ok(json!({ "sequence_id": id }))
}
