//! Who was last heard of: the customers that a screen has room for, of however many there are.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use super::customers::with_chats;
use crate::world::World;
use crate::world::customer::Customer;

/// Which customers to list.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct CustomerQuery {
    /// Part of the name, the number or the username; case does not matter.
    pub text: Option<String>,
    /// At most so many, those with the newest messages first. Everybody, by number, when left out.
    pub limit: Option<usize>,
}

impl CustomerQuery {
    fn fits(&self, customer: &Customer) -> bool {
        let Some(text) = &self.text else { return true };
        let text = text.trim_start_matches(['@', '+']).to_lowercase();
        let username = customer.username.as_deref().unwrap_or("");
        customer.name.to_lowercase().contains(&text)
            || customer.wa_id.contains(&text)
            || username.contains(&text)
    }
}

impl Control {
    /// `GET /_control/customers?text=&limit=`: those that fit, with their chats, and how many there are of them.
    pub fn customers_like(&self, query: &CustomerQuery) -> Value {
        self.shared.with(|world| {
            let mut found: Vec<&Customer> = world.customers.values().filter(|c| query.fits(c)).collect();
            let total = found.len();
            if let Some(limit) = query.limit {
                let heard = last_heard(world);
                found.sort_by_key(|c| {
                    std::cmp::Reverse(heard.get(c.wa_id.as_str()).copied().unwrap_or(c.created_at))
                });
                found.truncate(limit);
            }
            let list: Vec<Value> =
                found.into_iter().map(|c| with_chats(world, c.to_json(world.now))).collect();
            json!({ "data": list, "total": total })
        })
    }
}

/// When each customer's newest message was sent or accepted.
fn last_heard(world: &World) -> HashMap<&str, i64> {
    let mut heard = HashMap::new();
    for (wa_id, chat) in world.chats.values().flatten() {
        let newest = chat.messages.back().and_then(|wamid| world.messages.get(wamid));
        if let Some(at) = newest.and_then(|m| m.at.accepted.or(m.at.sent)) {
            let best = heard.entry(wa_id.as_str()).or_insert(at);
            *best = at.max(*best);
        }
    }
    heard
}
