//! What a WABA sent and what it cost, asked as edges: the arguments of the fields of the same name are parameters here. Meta's pages
//! show the fields, its own SDKs ask the edges.

use super::edges::{Edge, Kind, Scope, edge};
use super::fields::Field;
use super::{Answer, Call, analytics};

pub(super) const EDGES: &[Edge] = &[
    edge(Kind::Waba, "call_analytics", "GET", Scope::Management),
    edge(Kind::Waba, "conversation_analytics", "GET", Scope::Management),
    edge(Kind::Waba, "group_analytics", "GET", Scope::Management),
    edge(Kind::Waba, "pricing_analytics", "GET", Scope::Management),
];

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let name = call.rest.first().copied().unwrap_or("");
    if name == "group_analytics" {
        return analytics::groups(call);
    }
    let args = call.params.again().map(|(name, text)| (name.to_owned(), text)).collect();
    let asked = Field { name: name.to_owned(), args, fields: Vec::new() };
    call.with(|world| analytics::field(world, call.id, &asked))
}
