//! Business portfolios: what they own, what clients share with them, and tokens for what was shared.

use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::{Answer, Call, auth, fields, page, waba};
use crate::clock::graph_time;
use crate::world::World;
use crate::world::account::{DAY, Token, TokenKind, Waba};

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Business, "", "GET", Scope::Portfolio),
    edge(Kind::Business, "owned_whatsapp_business_accounts", "GET", Scope::Management),
    edge(Kind::Business, "client_whatsapp_business_accounts", "GET", Scope::Management),
    edge(Kind::Business, "parent-bsuid-accounts", "GET", Scope::Management),
    edge(Kind::Business, "onboard_partners_to_mm_lite", "POST", Scope::Management),
    edge(Kind::Business, "system_user_access_tokens", "POST", Scope::Portfolio),
    edge(Kind::App, "connected_client_businesses", "GET", Scope::Portfolio),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let id = call.id;
    call.with(|world| match call.what() {
        (_, "") => {
            let node = node(world, id).ok_or_else(|| call.unknown())?;
            fields::select(node, call.params.text("fields"), &["id", "name"], "Business")
        }
        (_, "owned_whatsapp_business_accounts") => wabas(world, call, |waba| waba.business_id == id),
        (_, "client_whatsapp_business_accounts") => {
            wabas(world, call, |waba| waba.facts.partners.iter().any(|partner| partner == id))
        }
        (_, "parent-bsuid-accounts") => parents(world, id),
        (_, "onboard_partners_to_mm_lite") => ask_clients(world, id),
        (_, "system_user_access_tokens") => client_token(world, call),
        _ => clients(world, call),
    })
}

/// The whole node.
pub(super) fn node(world: &World, id: &str) -> Option<Value> {
    let business = world.businesses.get(id)?;
    let created = if business.facts.created_at == 0 { 1_767_225_600_000 } else { business.facts.created_at };
    Some(json!({
        "id": business.id, "name": business.name, "timezone_id": 1,
        "verification_status": business.facts.verification, "created_time": graph_time(created),
        "updated_time": graph_time(created), "business_status": "ACTIVE", "link": Value::Null,
        "vertical": Value::Null, "primary_page": Value::Null, "is_hidden": false,
        "whatsapp_business_manager_messaging_limit": business.tier.name(),
    }))
}

fn wabas(world: &World, call: &Call<'_>, wanted: impl Fn(&Waba) -> bool) -> Answer {
    if !call.token.businesses.iter().any(|business| business == call.id) {
        return Err(call.unknown());
    }
    let found = world.wabas.values().filter(|waba| wanted(waba));
    let nodes: Result<Vec<Value>, GraphError> =
        found.map(|waba| waba::listed(world, waba, call.params, &call.token.app_id)).collect();
    page::page(call.config(), call.params, nodes?)
}

fn parents(world: &World, id: &str) -> Answer {
    let parent = world.businesses.get(id).and_then(|business| business.facts.parent.as_ref());
    let parent = parent.ok_or_else(|| {
        GraphError::message(100).details("The business portfolio is not enrolled in a parent BSUID account")
    })?;
    let enrolled = world.businesses.values().filter(|b| b.facts.parent.as_ref() == Some(parent));
    let enrolled: Vec<Value> = enrolled.map(|b| json!({ "id": b.id, "name": b.name })).collect();
    Ok(json!({ "parent_bsuid_account_id": parent, "enrolled_business_portfolios": enrolled }))
}

fn ask_clients(world: &mut World, id: &str) -> Answer {
    let has_clients =
        world.wabas.values().any(|waba| waba.facts.partners.iter().any(|partner| partner == id));
    let request = world.ids.numeric_id(16);
    let business = world.businesses.get_mut(id).ok_or_else(|| GraphError::unknown_object("post", id))?;
    if business.facts.asked_for_marketing {
        return Err(GraphError::message(1_752_041));
    }
    if !has_clients {
        return Err(GraphError::message(100).details("No client shares an account with this business"));
    }
    business.facts.asked_for_marketing = true;
    Ok(json!({ "request_id": request }))
}

/// The portfolios whose accounts the app was given by Embedded Signup.
fn clients(world: &World, call: &Call<'_>) -> Answer {
    let app = call.id;
    let mut ids: Vec<&String> = world
        .tokens
        .values()
        .filter(|token| token.app_id == app)
        .filter_map(|token| token.client_business_id.as_ref())
        .chain(world.registry.codes.values().filter(|code| code.app_id == app).map(|code| &code.business_id))
        .collect();
    ids.sort();
    ids.dedup();
    let nodes: Result<Vec<Value>, GraphError> = ids
        .into_iter()
        .filter_map(|id| node(world, id))
        .map(|node| fields::select(node, call.params.text("fields"), &["id", "name"], "Business"))
        .collect();
    page::page(call.config(), call.params, nodes?)
}

/// `POST /{client business}/system_user_access_tokens`: a token for what a client shared, without a code.
fn client_token(world: &mut World, call: &Call<'_>) -> Answer {
    let (client, token, params) = (call.id, call.token, call.params);
    let partners = |waba: &&Waba| {
        waba.business_id == client
            && waba.facts.partners.iter().any(|partner| token.businesses.contains(partner))
    };
    let shared: Vec<String> = world.wabas.values().filter(partners).map(|waba| waba.id.clone()).collect();
    if shared.is_empty() {
        return Err(GraphError::message(200).details("The business has shared nothing with this app"));
    }
    if params.truth("fetch_only") == Some(true) {
        let now = world.now;
        let good = |t: &Token| t.revoked.is_none() && t.expires_at.is_none_or(|at| now < at);
        let mine = |t: &Token| t.app_id == token.app_id && t.client_business_id.as_deref() == Some(client);
        let found = world.tokens.iter().find(|(_, t)| mine(t) && good(t)).map(|(name, _)| name.clone());
        if let Some(name) = found {
            return Ok(json!({ "access_token": name, "token_type": "bearer" }));
        }
    }
    let scopes = params.list("scope").unwrap_or_else(crate::world::all_scopes);
    let known = crate::world::all_scopes();
    if let Some(unknown) = scopes.iter().find(|scope| !known.contains(scope)) {
        return Err(GraphError::new(400, 3_962, format!("(#3962) The permission {unknown} does not exist")));
    }
    let wabas = match params.list("asset") {
        Some(assets) => shared.into_iter().filter(|waba| assets.contains(waba)).collect(),
        None => shared,
    };
    let brief = params.truth("set_token_expires_in_60_days") == Some(true);
    let issued = Token {
        app_id: token.app_id.clone(),
        kind: TokenKind::SystemUser,
        scopes,
        wabas,
        businesses: Vec::new(),
        issued_at: world.now,
        expires_at: brief.then_some(world.now + 60 * DAY),
        revoked: None,
        client_business_id: Some(client.to_owned()),
        clients: Vec::new(),
    };
    Ok(auth::issue(world, issued))
}
