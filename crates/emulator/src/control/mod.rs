//! The control API: customers, time, faults and everything a test or a person at the phones page does to the
//! emulated world. The same operations in process ([`Control`]) and over HTTP (`/_control`, see `CONTROL.md`).

mod accounts;
pub(crate) mod bubble;
mod budgets;
mod business;
mod calls;
mod coexistence;
mod customers;
mod engine;
pub(crate) mod error;
mod events;
mod form_world;
mod forms;
mod groups;
mod http;
mod identity;
mod money;
mod numbers;
mod observe;
mod open_questions;
mod people;
mod perform;
mod requests;
mod routing;
mod scenarios;
mod signup;
mod state;
mod talk;
mod templates;
mod tenants;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::clock::rfc3339;
use crate::faults::{self, Fault};
use crate::shared::Shared;
use crate::world::World;
pub use calls::CallQuery;
pub use customers::SentFile;
pub use error::ControlError;
pub use groups::GroupThreadQuery;
pub use money::MoneyQuery;
pub use observe::{MessageQuery, ThreadQuery, WebhookQuery};
pub use people::CustomerQuery;
pub use requests::RequestQuery;

pub(crate) use http::router;

/// What every operation answers: JSON as `CONTROL.md` describes it.
pub type Answer = Result<Value, ControlError>;

/// The operations of `/_control`, in process. Cheap to clone.
///
/// Bodies and answers are JSON exactly as over HTTP. Times are RFC 3339 in the emulator's own (virtual) time.
#[derive(Clone)]
pub struct Control {
    pub(crate) shared: Arc<Shared>,
}

impl Control {
    /// `GET /_control/clock`: what time it is, and what is still to come.
    pub fn clock(&self) -> Value {
        let clock = &self.shared.config.clock;
        let (now, next, planned) =
            self.shared.with(|world| (world.now, world.schedule.next_at(), world.schedule.len()));
        json!({
            "now": rfc3339(now), "offset_seconds": clock.offset_ms() as f64 / 1_000.0,
            "next_due_at": next.map(rfc3339), "planned": planned,
        })
    }

    /// `POST /_control/clock/advance`: moves virtual time forward; everything that falls due happens, each thing at
    /// its own moment.
    pub fn advance(&self, ms: i64) -> Value {
        self.shared.config.clock.advance(ms);
        self.shared.with(|world| {
            let event = json!({ "kind": "clock", "at": rfc3339(world.now) });
            world.effects.feed.push(event);
        });
        self.clock()
    }

    /// Moves time by `{"seconds": …}` or `{"ms": …}`.
    ///
    /// # Errors
    /// Without one of the two, or with a negative number.
    pub fn advance_by(&self, body: &Value) -> Answer {
        let ms = match (body["seconds"].as_f64(), body["ms"].as_i64()) {
            (Some(seconds), _) => (seconds * 1_000.0) as i64,
            (None, Some(ms)) => ms,
            (None, None) => return Err(ControlError::invalid("seconds", "say how far: seconds, or ms")),
        };
        if ms < 0 {
            return Err(ControlError::invalid("seconds", "time only goes forward"));
        }
        Ok(self.advance(ms))
    }

    /// `POST /_control/faults`: adds a rule.
    ///
    /// # Errors
    /// An effect that says nothing, an impossible status or probability.
    pub fn add_fault(&self, fault: Fault) -> Answer {
        if let Some((field, problem)) = fault.effect.problem() {
            return Err(ControlError::invalid(field, problem));
        }
        if !(0.0..=1.0).contains(&fault.probability) {
            return Err(ControlError::invalid("probability", "a probability is between 0 and 1"));
        }
        Ok(self.shared.with(|world| {
            world.changes += 1;
            faults::to_json(world.faults.add(fault))
        }))
    }

    /// `GET /_control/faults`: the rules in force, with how often each has struck.
    pub fn faults(&self) -> Value {
        self.shared.with(|world| {
            let rules: Vec<Value> = world.faults.list().iter().map(faults::to_json).collect();
            json!({ "data": rules })
        })
    }

    /// `DELETE /_control/faults/{id}`, or all of them.
    ///
    /// # Errors
    /// An id that no rule has.
    pub fn remove_faults(&self, id: Option<u64>) -> Answer {
        let gone = self.shared.with(|world| {
            world.changes += 1;
            world.faults.remove(id)
        });
        match id {
            Some(id) if gone == 0 => Err(ControlError::not_found("fault", &id.to_string())),
            _ => Ok(json!({ "removed": gone })),
        }
    }

    /// `POST /_control/reset`: the world as it was at the beginning, with the same seed. Webhook callbacks stay where
    /// they are registered unless `everything`; the clock is not moved back.
    pub fn reset(&self, everything: bool) -> Value {
        let config = &self.shared.config;
        self.shared.with(|world| {
            let mut fresh = World::new(config);
            if !everything {
                for (id, app) in &mut fresh.apps {
                    if let Some(before) = world.apps.get(id) {
                        app.subscriptions.clone_from(&before.subscriptions);
                    }
                }
            }
            fresh.generation = world.generation + 1;
            fresh.changes = world.changes + 1;
            fresh.now = world.now;
            fresh.effects.feed.push(json!({ "kind": "reset", "at": rfc3339(world.now) }));
            *world = fresh;
            json!({ "reset": true })
        })
    }
}
