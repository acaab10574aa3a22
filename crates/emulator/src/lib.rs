//! A faithful local Cloud API: Meta's WhatsApp Business Platform on your desk.
//!
//! An [`Emulator`] answers the Graph API, sends signed webhooks, and lets customers with phones talk to the business:
//! through [`Control`] (in process, or `/_control` over HTTP, described in `CONTROL.md`) and on a page that shows their
//! phones. Time is a [`Clock`] that can be moved, randomness is seeded: the same seed and script give the same webhooks.
//!
//! It knows nothing of Waypost. Whatever speaks to `graph.facebook.com` can speak to it by changing base URL and token.

mod clock;
mod config;
mod control;
mod coverage;
mod dice;
mod faults;
mod form_endpoint;
mod form_phone;
mod graph;
mod inbound;
mod link;
mod open_questions;
mod page;
mod phone;
mod pipeline;
mod private;
mod requests;
mod scenario;
mod shared;
mod state;
mod vault;
mod wamid;
mod webhooks;
mod world;

use std::sync::Arc;

use axum::Router;

pub use clock::Clock;
pub use config::{
    Batch, Config, Delay, FormRules, LinkMedia, OverrideScope, SeedWorld, Timing, UnknownRecipients, Webhooks,
};
pub use control::{
    Answer, CallQuery, Control, ControlError, CustomerQuery, GroupThreadQuery, MessageQuery, MoneyQuery,
    RequestQuery, SentFile, ThreadQuery, WebhookQuery,
};
pub use coverage::coverage;
pub use faults::{Effect, Fault, FaultMatch, WebhookFault, When};
pub use open_questions::{
    BusinessUsernameField, CallStatusCase, FreeServicePricing, GroupParticipantKey, OpenQuestions,
    StaleUserId,
};
pub use scenario::{Scenario, ScenarioError};
use shared::Shared;

/// One emulated platform. Clones are the same one; it stops, and is saved, when the last clone is dropped.
#[derive(Clone)]
pub struct Emulator {
    shared: Arc<Shared>,
    _end: Arc<End>,
}

/// Stops the tasks and saves the state when the last handle goes.
struct End {
    shared: Arc<Shared>,
}

impl Drop for End {
    fn drop(&mut self) {
        stop(&self.shared);
    }
}

fn stop(shared: &Shared) {
    shared.stop.send_replace(true);
    if let Err(error) = state::save(shared, u64::MAX) {
        tracing::warn!(%error, "failed to save the emulator's state");
    }
}

/// A path of the Graph API that is answered: one line of the table that requests are routed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphPath {
    /// What the id in front of it is: `Waba`, `Number`, …; `Root` when there is none.
    pub node: String,
    /// What follows the id, `*` for a part that varies; empty for the node itself.
    pub path: &'static str,
    /// The verbs it takes.
    pub verbs: Vec<&'static str>,
}

/// Every path of the Graph API that is answered; all others are unknown, as Meta answers unknown paths.
pub fn graph_paths() -> Vec<GraphPath> {
    let edges = graph::Room::ALL.iter().flat_map(|room| room.edges());
    let line = |edge: &graph::edges::Edge| GraphPath {
        node: format!("{:?}", edge.kind),
        path: edge.path,
        verbs: edge.verbs.split(' ').collect(),
    };
    edges.map(line).collect()
}

impl Emulator {
    /// The world of `config.state_file` if there is one, else the published beginning. Nothing runs by itself before
    /// [`Emulator::start`].
    pub fn new(config: Config) -> Self {
        let world = state::load(&config);
        let shared = Shared::new(config, world);
        Self { _end: Arc::new(End { shared: Arc::clone(&shared) }), shared }
    }

    /// Everything over HTTP: the Graph API at any version, `/_control`, and the phones page at `/`.
    pub fn router(&self) -> Router {
        Router::new()
            .nest("/_control", control::router())
            // Graph has paths of its own where the pages are: `POST /` is a batch.
            .merge(page::router().method_not_allowed_fallback(graph::handle))
            .fallback(graph::handle)
            .with_state(Arc::clone(&self.shared))
    }

    /// Starts the scheduler, the senders of webhooks and the saving of state on the current Tokio runtime. Further
    /// calls do nothing.
    pub fn start(&self) {
        let Some(receivers) = self.shared.take_receivers() else { return };
        webhooks::sender::start(&self.shared, receivers);
        if self.shared.config.state_file.is_some() {
            let saving = state::keep_saving(Arc::clone(&self.shared));
            tokio::spawn(webhooks::sender::until_stopped(Arc::clone(&self.shared), saving));
        }
    }

    /// The operations of `/_control`, in process.
    pub fn control(&self) -> Control {
        Control::new(&self.shared)
    }

    /// Carries out what is due and waits until every webhook and every fetch that was begun has ended. Needs
    /// [`Emulator::start`]. What is planned for later stays planned: advance the clock first.
    pub async fn settle(&self) {
        self.shared.settle().await;
    }

    /// Whether nothing is due and nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.shared.is_idle()
    }

    /// Stops sending webhooks and saves the state, for a graceful end. The router keeps answering.
    pub fn stop(&self) {
        stop(&self.shared);
    }
}
