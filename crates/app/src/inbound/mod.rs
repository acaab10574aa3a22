//! What Meta told us: deliveries are claimed in order, split by contact, and applied (house walk "inbound").

mod apply;
mod batch;
mod message;
mod numbers;
mod status;
mod translate;

use crate::{App, Error, Result, roles::Hold};
pub(crate) use apply::Heard;
pub(crate) use numbers::Numbers;
pub(crate) use status::merge_early;

use jiff::SignedDuration;
use model::{Timestamp, delivery::DeliveryState, id::MetaAppId};
use std::collections::HashMap;
use store::{
    Lane,
    deliveries::{self, Waiting},
};

/// Deliveries handled at once: enough to share commits.
const BATCH: usize = 256;
/// Of them at least so many of each app, however many apps have something waiting.
const SHARE: usize = 8;
/// Bytes of a batch, more or less: one delivery may have 4 MiB.
const BATCH_BYTES: usize = 16 * 1024 * 1024;
/// After so many failed tries a delivery is set aside, visible and replayable, so that it can't block or burn CPU.
const TRIES: u32 = 8;

/// Handles deliveries. An app's are handled by one node at a time, because the order per contact is kept inside of a
/// node; different apps may be with different nodes.
pub(crate) struct Inbound {
    app: App,
    holds: HashMap<MetaAppId, Hold>,
}

impl Inbound {
    pub(crate) fn new(app: App) -> Self {
        Self { app, holds: HashMap::new() }
    }

    /// Handles the oldest that wait. Answers whether there were any: then there may be more.
    pub(crate) async fn work(&mut self) -> Result<bool> {
        let now = self.app.now();
        let apps = self.app.read(move |r| Ok(deliveries::apps_waiting(r, now)?)).await?;
        let mut ours = Vec::new();
        for app in apps {
            // Looked at before every batch, so that a long backlog doesn't outlast it.
            let hold = self.holds.entry(app).or_insert_with(|| Hold::new(format!("inbound:{app}")));
            if hold.ours(&self.app).await? {
                ours.push(app);
            }
        }
        if ours.is_empty() {
            return Ok(false);
        }
        let share = (BATCH / ours.len()).max(SHARE);
        let bytes = BATCH_BYTES / ours.len();
        let waiting = self.app.read(move |r| {
            let mut all = Vec::new();
            for app in &ours {
                all.extend(deliveries::waiting(r, *app, now, share, bytes)?);
            }
            Ok(all)
        });
        let batch = waiting.await?;
        let any = !batch.is_empty();
        batch::handle(&self.app, batch).await?;
        Ok(any)
    }
}

/// After a failed try: later again, or set aside. A database that can't be used fails nothing: everything waits.
async fn put_off(app: &App, delivery: &Waiting, error: &Error) -> Result<()> {
    if let Error::Unavailable(_) = error {
        return Err(error.clone());
    }
    tracing::error!(delivery.id = %delivery.id, attempts = delivery.attempts + 1, %error, "delivery could not be handled");
    let (org, id, why, now) = (delivery.organization_id, delivery.id, error.to_string(), app.now());
    let give_up = delivery.attempts + 1 >= TRIES;
    let due_at = later(now, delivery.attempts);
    let written = app.write(Lane::Any, move |w| {
        if give_up {
            let end = batch::End { state: DeliveryState::Failed, summary: None, why: Some(why.clone()) };
            return batch::finish(w, org, id, &end, now);
        }
        Ok(deliveries::put_off(w, org, id, due_at, &why)?)
    });
    written.await
}

fn later(now: Timestamp, attempts: u32) -> Timestamp {
    let wait = SignedDuration::from_secs(1 << attempts.min(8));
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}
