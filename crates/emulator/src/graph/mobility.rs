//! Moving an account from one partner to another: intents, thin but with a state of their own.

use cloud_api::client::business::{Mobility, SolutionMigration};
use serde_json::{Map, Value, json};

use super::checked::judge;
use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::{Answer, Call, fields, page};
use crate::clock::graph_time;
use crate::world::World;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Waba, "set_solution_migration_intent", "POST", Scope::Management),
    edge(Kind::Waba, "obo_mobility_intent", "POST", Scope::Management),
    edge(Kind::Waba, "set_obo_mobility_intent", "POST", Scope::Management),
    edge(Kind::Waba, "in_progress_onbehalf_request", "GET", Scope::Management),
    edge(Kind::Intent, "", "GET", Scope::Management),
];

/// From one solution to another, and from whoever ran the account to its business: two kinds of intent.
const MIGRATION: &str = "migration";
const MOBILITY: &str = "mobility";

const BRIEF: &[&str] = &["id", "status"];
const WHOLE: &[&str] = &["id", "waba", "solution", "status", "created_time", "updated_time"];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let text = |name: &str| call.params.plain(name).unwrap_or_default();
    call.with(|world| match (call.kind, call.rest.first().copied()) {
        (Kind::Intent, _) => {
            let intent = world.registry.intents.get(call.id).ok_or_else(|| call.unknown())?;
            let (usual, kind) = if intent["moves"] == MOBILITY {
                (WHOLE, "WhatsAppBusinessAccountOBOMobilityIntent")
            } else {
                (BRIEF, "WhatsAppBusinessAccountMigrationIntent")
            };
            fields::select(intent.clone(), call.params.text("fields"), usual, kind)
        }
        (_, Some("set_solution_migration_intent")) => {
            let asked = SolutionMigration {
                solution_id: text("solution_id"),
                migration_intent: text("migration_intent"),
                extra: Map::new(),
            };
            judge(asked.validate())?;
            let status = match asked.migration_intent.as_str() {
                "CANCEL_MIGRATION" => "REJECTED",
                "CONFIRM_MIGRATION" => "ACCEPTED",
                _ => "INITIATED",
            };
            let id = intent(world, call, MIGRATION, &asked.solution_id, status)?;
            Ok(json!({ "success": true, "migration_intent_id": id, "status": "PENDING", "approval_required": true }))
        }
        (_, Some("obo_mobility_intent")) => {
            let asked =
                Mobility { solution_id: text("solution_id"), intent_type: text("intent_type"), extra: Map::new() };
            judge(asked.validate())?;
            on_behalf(world, call)?;
            let id = intent(world, call, MOBILITY, &asked.solution_id, "PENDING")?;
            Ok(json!({ "success": true, "mobility_intent_id": id, "status": "PENDING", "approval_required": true }))
        }
        (_, Some("set_obo_mobility_intent")) => {
            on_behalf(world, call)?;
            let solution = text("solution_id");
            let id = intent(world, call, MOBILITY, &solution, "PENDING")?;
            Ok(json!({ "success": true, "intent_id": id, "status": "PENDING" }))
        }
        _ => page::page(call.config(), call.params, Vec::new()),
    })
}

/// Only accounts that a partner runs on behalf of their business can be given back.
fn on_behalf(world: &World, call: &Call<'_>) -> Result<(), GraphError> {
    let run = world.wabas.get(call.id).is_some_and(|waba| waba.facts.ownership == "ON_BEHALF_OF");
    if run {
        return Ok(());
    }
    let why = "The account is not run on behalf of another business";
    Err(GraphError::message(100).subcode(2_593_085).details(why))
}

/// The intent of this account and solution, made or moved on.
fn intent(
    world: &mut World,
    call: &Call<'_>,
    moves: &str,
    solution: &str,
    status: &str,
) -> Result<String, GraphError> {
    let app = call.token.app_id.as_str();
    let mine =
        world.registry.solutions.get(solution).is_some_and(|s| s.owner_app == app || s.partner_app == app);
    if !solution.is_empty() && !mine {
        return Err(GraphError::message(100).details("solution_id is not a solution of this app"));
    }
    let same = |i: &Value| i["moves"] == moves && i["waba_id"] == call.id && i["solution"]["id"] == solution;
    let before = world.registry.intents.iter().find(|(_, i)| same(i)).map(|(id, _)| id.clone());
    let id = before.unwrap_or_else(|| world.new_id());
    let now = graph_time(world.now);
    let node = world.registry.intents.entry(id.clone()).or_insert_with(|| {
        json!({
            "id": id, "moves": moves, "waba_id": call.id, "waba": { "id": call.id }, "solution": { "id": solution },
            "created_time": now,
        })
    });
    node["status"] = Value::from(status);
    node["updated_time"] = Value::from(now);
    world.changes += 1;
    Ok(id)
}
