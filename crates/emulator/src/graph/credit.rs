//! Credit lines of partners, and the accounts that they pay for.

use serde_json::{Value, json};

use super::checked::success;
use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::{Answer, Call, fields, page};
use crate::world::World;
use crate::world::registry::Allocation;

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Business, "extendedcredits", "GET", Scope::Portfolio),
    edge(Kind::CreditLine, "", "GET", Scope::Portfolio),
    edge(Kind::CreditLine, "whatsapp_credit_sharing_and_attach", "POST", Scope::Portfolio),
    edge(Kind::Allocation, "", "GET DELETE", Scope::Portfolio),
];

/// Currencies that accounts on a credit line are billed in.
const CURRENCIES: [&str; 6] = ["AUD", "EUR", "GBP", "IDR", "INR", "USD"];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    call.with(|world| match (call.kind, call.verb()) {
        (Kind::Business, _) => {
            let mine = world.registry.credit_lines.iter().filter(|(_, business)| *business == call.id);
            let nodes: Result<Vec<Value>, GraphError> =
                mine.map(|(id, business)| line(world, call, id, business)).collect();
            page::page(call.config(), call.params, nodes?)
        }
        (Kind::CreditLine, "GET") => {
            let business = world.registry.credit_lines.get(call.id).ok_or_else(|| call.unknown())?;
            line(world, call, call.id, business)
        }
        (Kind::CreditLine, _) => attach(world, call),
        (_, "GET") => allocation(world, call),
        _ => revoke(world, call),
    })
}

fn line(world: &World, call: &Call<'_>, id: &str, business: &str) -> Answer {
    let name = world.businesses.get(business).map(|business| business.name.as_str());
    let node = json!({ "id": id, "legal_entity_name": name });
    fields::select(node, call.params.text("fields"), &["id", "legal_entity_name"], "ExtendedCredit")
}

fn attach(world: &mut World, call: &Call<'_>) -> Answer {
    let waba_id = call.params.plain("waba_id").ok_or_else(|| GraphError::required("waba_id"))?;
    let currency = call.params.text("waba_currency").ok_or_else(|| GraphError::required("waba_currency"))?;
    if !CURRENCIES.contains(&currency) {
        return Err(GraphError::parameter(format!(
            "Param waba_currency must be one of {{{}}}",
            CURRENCIES.join(", ")
        )));
    }
    let partner = world.registry.credit_lines.get(call.id).cloned().ok_or_else(|| call.unknown())?;
    let id = world.new_id();
    let shared = world.wabas.get_mut(&waba_id);
    let shared = shared.filter(|w| w.business_id == partner || w.facts.partners.contains(&partner));
    let waba = shared.ok_or_else(|| {
        GraphError::message(100).details("waba_id is not an account that is shared with this business")
    })?;
    waba.facts.pays = true;
    waba.facts.currency = currency.to_owned();
    let allocation =
        Allocation { id: id.clone(), business_id: partner, waba_id: waba_id.clone(), deleted: false };
    world.registry.allocations.insert(id.clone(), allocation);
    world.announce("account", "", "", None);
    Ok(json!({ "success": true, "allocation_config_id": id, "waba_id": waba_id }))
}

fn allocation(world: &World, call: &Call<'_>) -> Answer {
    let found = world.registry.allocations.get(call.id).ok_or_else(|| call.unknown())?;
    let client = world.wabas.get(&found.waba_id).and_then(|waba| world.businesses.get(&waba.business_id));
    let node = json!({
        "id": found.id, "request_status": found.deleted.then_some("DELETED"),
        "receiving_business": client.map(|client| json!({ "id": client.id, "name": client.name })),
        "receiving_credential": { "id": found.waba_id },
    });
    let usual = ["id", "receiving_business"];
    fields::select(node, call.params.text("fields"), &usual, "ExtendedCreditAllocationConfig")
}

/// The account can't send what costs anything until somebody pays again.
fn revoke(world: &mut World, call: &Call<'_>) -> Answer {
    let found = world.registry.allocations.get_mut(call.id).ok_or_else(|| call.unknown())?;
    found.deleted = true;
    let waba_id = found.waba_id.clone();
    if let Some(waba) = world.wabas.get_mut(&waba_id) {
        waba.facts.pays = false;
    }
    world.announce("account", "", "", None);
    Ok(success())
}
