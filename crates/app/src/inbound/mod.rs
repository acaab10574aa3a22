//! What Meta told us: deliveries are claimed in order, split by contact, and applied (house walk "inbound").

mod apply;
mod message;
mod status;
mod translate;

use crate::{App, Error, Result};
pub(crate) use status::merge_early;

use apply::Step;
use futures_util::future::join_all;
use jiff::SignedDuration;
use model::{
    Timestamp,
    cause::Cause,
    delivery::DeliveryState,
    event::{EventKind, Subject},
};
use std::collections::VecDeque;
use store::{
    Lane,
    deliveries::{self, Waiting},
};
use translate::{Parsed, Update};

/// Deliveries handled at once: enough to share commits.
const BATCH: usize = 128;
/// Bytes of them, more or less: one delivery may have 4 MiB.
const BATCH_BYTES: usize = 16 * 1024 * 1024;
/// After so many failed tries a delivery is set aside, visible and replayable, so that it can't block or burn CPU.
const TRIES: u32 = 8;

/// Handles the oldest that wait. Answers whether there were any: then there may be more.
pub(crate) async fn work(app: &App) -> Result<bool> {
    let now = app.now();
    let batch = app.read(move |r| Ok(deliveries::waiting(r, now, BATCH, BATCH_BYTES)?)).await?;
    let any = !batch.is_empty();
    handle(app, batch).await?;
    Ok(any)
}

/// Hands every update of the batch to its contact's lane, in order, and then waits for all of them.
async fn handle(app: &App, batch: Vec<Waiting>) -> Result<()> {
    let under_way: Vec<_> = batch.into_iter().map(|delivery| start(app, delivery)).collect();
    let ended = join_all(under_way).await;
    app.inner.wake.all();
    ended.into_iter().collect()
}

fn start(app: &App, delivery: Waiting) -> impl Future<Output = Result<()>> + use<> {
    let app = app.clone();
    let (steps, summary, malformed) = match translate::read(&delivery.body) {
        Ok(Parsed { updates, summary }) => (by_lane(updates), summary, None),
        Err(why) => (VecDeque::new(), String::new(), Some(why)),
    };
    let steps: Vec<_> =
        steps.into_iter().map(|(lane, updates)| submit(&app, &delivery, lane, updates)).collect();
    async move {
        if let Some(why) = malformed {
            return finish(&app, &delivery, DeliveryState::Malformed, None, Some(why)).await;
        }
        let mut unrouted = Vec::new();
        for ended in join_all(steps).await {
            match ended {
                Ok(step) => unrouted.extend(step.unrouted),
                Err(error) => return put_off(&app, &delivery, &error).await,
            }
        }
        unrouted.sort();
        unrouted.dedup();
        let (state, why) = match unrouted.as_slice() {
            [] => (DeliveryState::Done, None),
            numbers => (DeliveryState::Unrouted, Some(format!("not connected here: {}", numbers.join(", ")))),
        };
        finish(&app, &delivery, state, Some(summary), why).await
    }
}

/// Neighbouring updates of one contact, together; the order of the delivery is kept.
fn by_lane(updates: Vec<Update>) -> VecDeque<(Lane, Vec<Update>)> {
    let mut groups: VecDeque<(Lane, Vec<Update>)> = VecDeque::new();
    for update in updates {
        let lane = update.lane().map_or(Lane::Any, Lane::contact);
        match groups.back_mut() {
            Some((last, group)) if *last == lane && group.len() < 50 => group.push(update),
            _ => groups.push_back((lane, vec![update])),
        }
    }
    groups
}

fn submit(
    app: &App,
    delivery: &Waiting,
    lane: Lane,
    updates: Vec<Update>,
) -> impl Future<Output = Result<Step>> + use<> {
    let context = apply::Context::new(app, delivery);
    app.write(lane, move |w| apply::updates(w, &context, &updates))
}

async fn finish(
    app: &App,
    delivery: &Waiting,
    state: DeliveryState,
    summary: Option<String>,
    why: Option<String>,
) -> Result<()> {
    let (org, id, now) = (delivery.organization_id, delivery.id, app.now());
    let written = app.write(Lane::Any, move |w| {
        deliveries::finish(w, org, id, state, summary.as_deref(), why.as_deref(), now)?;
        if state == DeliveryState::Done {
            return Ok(());
        }
        let subject = Subject { delivery: Some(id), ..Subject::default() };
        crate::events::tell(w, org, EventKind::DeliveryUpdated, subject, Cause::Delivery(id), now)
    });
    written.await
}

/// After a failed try: later again, or set aside. A database that can't be used fails nothing: everything waits.
async fn put_off(app: &App, delivery: &Waiting, error: &Error) -> Result<()> {
    if let Error::Unavailable(_) = error {
        return Err(error.clone());
    }
    tracing::error!(delivery.id = %delivery.id, attempts = delivery.attempts + 1, %error, "delivery could not be handled");
    if delivery.attempts + 1 >= TRIES {
        return finish(app, delivery, DeliveryState::Failed, None, Some(error.to_string())).await;
    }
    let (org, id, why) = (delivery.organization_id, delivery.id, error.to_string());
    let due_at = later(app.now(), delivery.attempts);
    app.write(Lane::Any, move |w| Ok(deliveries::put_off(w, org, id, due_at, &why)?)).await
}

fn later(now: Timestamp, attempts: u32) -> Timestamp {
    let wait = SignedDuration::from_secs(1 << attempts.min(8));
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}
