//! Multi-partner solutions: two apps that serve clients together.

use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::{Answer, Call, auth, fields, page};
use crate::config::Config;
use crate::world::World;
use crate::world::account::{Token, TokenKind};
use crate::world::registry::Solution;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::App, "whatsapp_business_solutions", "GET", Scope::Portfolio),
    edge(Kind::App, "whatsapp_business_solution", "POST", Scope::Portfolio),
    edge(Kind::Waba, "solutions", "GET", Scope::Management),
    edge(Kind::Solution, "", "GET", Scope::Portfolio),
    edge(Kind::Solution, "access_token", "GET", Scope::Portfolio),
    edge(Kind::Solution, "accept", "POST", Scope::Portfolio),
    edge(Kind::Solution, "reject", "POST", Scope::Portfolio),
    edge(Kind::Solution, "send_deactivation_request", "POST", Scope::Portfolio),
    edge(Kind::Solution, "accept_deactivation_request", "POST", Scope::Portfolio),
    edge(Kind::Solution, "reject_deactivation_request", "POST", Scope::Portfolio),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    call.with(|world| {
        let app = call.token.app_id.as_str();
        if call.kind == Kind::Solution {
            let solution = world.registry.solutions.get(call.id);
            solution.filter(|s| s.owner_app == app || s.partner_app == app).ok_or_else(|| call.unknown())?;
        }
        match (call.kind, call.what()) {
            (Kind::App, ("GET", _)) => {
                let role = call.params.text("role");
                list(world, call, |s| {
                    (role != Some("PARTNER") && s.owner_app == call.id)
                        || (role != Some("OWNER") && s.partner_app == call.id)
                })
            }
            (Kind::App, _) => create(world, call),
            (Kind::Waba, _) => {
                let ids = world.wabas.get(call.id).map(|w| w.facts.solutions.clone()).unwrap_or_default();
                list(world, call, |s| ids.contains(&s.id))
            }
            (_, (_, "")) => show(world, call, &world.registry.solutions[call.id]),
            (_, (_, "access_token")) => token(world, call),
            (_, (_, step)) => step_on(world, call, step),
        }
    })
}

fn show(world: &World, call: &Call<'_>, solution: &Solution) -> Answer {
    let app = |id: &str| json!({ "id": id, "name": world.apps.get(id).map(|app| app.name.as_str()) });
    let pending = match solution.status.as_str() {
        "INITIATED" => "PENDING_ACTIVATION",
        "PENDING_DEACTIVATION" => "PENDING_DEACTIVATION",
        _ => "NONE",
    };
    let status = if solution.status == "PENDING_DEACTIVATION" { "ACTIVE" } else { solution.status.as_str() };
    let node = json!({
        "id": solution.id, "name": solution.name, "status": status, "status_for_pending_request": pending,
        "owner_app": app(&solution.owner_app), "partner_app": app(&solution.partner_app),
        "owner_permissions": solution.owner_permissions, "partner_permissions": solution.partner_permissions,
    });
    let usual = ["id", "name", "status", "status_for_pending_request"];
    fields::select(node, call.params.text("fields"), &usual, "WhatsAppBusinessSolution")
}

fn list(world: &World, call: &Call<'_>, wanted: impl Fn(&Solution) -> bool) -> Answer {
    let found = world.registry.solutions.values().filter(|solution| wanted(solution));
    let nodes: Result<Vec<Value>, GraphError> = found.map(|solution| show(world, call, solution)).collect();
    page::page(call.config(), call.params, nodes?)
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let params = call.params;
    let name = params.text("solution_name").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| GraphError::required("solution_name"))?.to_owned();
    let partner = params.plain("partner_app_id").ok_or_else(|| GraphError::required("partner_app_id"))?;
    if !world.apps.contains_key(&partner) || partner == call.id {
        return Err(GraphError::message(100).details("partner_app_id is not an app that can be asked"));
    }
    let id = world.new_id();
    let usual = || vec!["MESSAGING".to_owned()];
    let solution = Solution {
        id: id.clone(),
        name,
        owner_app: call.id.to_owned(),
        partner_app: partner,
        owner_permissions: params.list("owner_permissions").unwrap_or_else(usual),
        partner_permissions: params.list("partner_permissions").unwrap_or_else(usual),
        status: "INITIATED".to_owned(),
        ending: None,
    };
    world.registry.solutions.insert(id.clone(), solution);
    tell(world, call.config(), &id, "SOLUTION_CREATED");
    Ok(json!({ "solution_id": id }))
}

/// Both portfolios hear what became of a solution.
fn tell(world: &mut World, config: &Config, id: &str, event: &str) {
    world.changes += 1;
    let Some(solution) = world.registry.solutions.get(id).cloned() else { return };
    let both = [&solution.owner_app, &solution.partner_app];
    let mut businesses: Vec<String> =
        both.iter().filter_map(|app| world.business_of_app(app).map(str::to_owned)).collect();
    businesses.dedup();
    let value = json!({ "event": event, "solution_id": id, "solution_status": solution.status });
    for business in businesses {
        world.notify_management(config, &business, "partner_solutions", value.clone());
    }
}

fn step_on(world: &mut World, call: &Call<'_>, step: &str) -> Answer {
    let app = call.token.app_id.clone();
    let request = world.ids.numeric_id(16);
    let solution = world.registry.solutions.get_mut(call.id).ok_or_else(|| call.unknown())?;
    let partner = solution.partner_app == app;
    let asked = solution.ending.as_ref().is_some_and(|asker| *asker != app);
    let mut answer = json!({ "success": true, "solution_id": call.id });
    let status = match (step, solution.status.as_str()) {
        ("accept", "INITIATED") if partner => {
            answer["partner_status"] = Value::from("ACCEPTED");
            "ACTIVE"
        }
        ("reject", "INITIATED") if partner => {
            answer["partner_status"] = Value::from("REJECTED");
            answer["rejected_request_type"] = Value::from("PARTNERSHIP_REQUEST");
            "REJECTED"
        }
        ("send_deactivation_request", "ACTIVE") => {
            solution.ending = Some(app);
            answer["request_id"] = Value::from(request);
            answer["message"] = Value::from("Deactivation request submitted successfully");
            "PENDING_DEACTIVATION"
        }
        ("accept_deactivation_request", "PENDING_DEACTIVATION") if asked => "DEACTIVATED",
        ("reject_deactivation_request", "PENDING_DEACTIVATION") if asked => {
            solution.ending = None;
            "ACTIVE"
        }
        _ => return Err(GraphError::message(100).details("The solution is not in a state for this request")),
    };
    solution.status = status.to_owned();
    tell(world, call.config(), call.id, "SOLUTION_UPDATED");
    // Whoever decides about the end is answered with the solution as it is then.
    if step.ends_with("_deactivation_request") && step != "send_deactivation_request" {
        let solution = world.registry.solutions.get(call.id).ok_or_else(|| call.unknown())?;
        return show(world, call, solution);
    }
    Ok(answer)
}

/// The token of a solution for a client that uses it.
fn token(world: &mut World, call: &Call<'_>) -> Answer {
    let client = call.params.plain("business_id").ok_or_else(|| GraphError::required("business_id"))?;
    let wabas = world
        .wabas
        .values()
        .filter(|w| w.business_id == client && w.facts.solutions.iter().any(|s| s == call.id));
    let wabas: Vec<String> = wabas.map(|waba| waba.id.clone()).collect();
    if wabas.is_empty() {
        return Err(GraphError::message(100).details("The business is not a client of this solution"));
    }
    let issued = Token {
        app_id: call.token.app_id.clone(),
        kind: TokenKind::SystemUser,
        scopes: crate::world::all_scopes(),
        wabas,
        businesses: Vec::new(),
        issued_at: world.now,
        expires_at: None,
        revoked: None,
        client_business_id: Some(client),
        clients: Vec::new(),
    };
    let mut answer = auth::issue(world, issued);
    answer["expires_at"] = Value::from(0);
    Ok(answer)
}
