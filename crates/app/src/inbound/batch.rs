//! A batch of deliveries: all that concerns one contact is applied in one go, in the order in which it came.

use super::{
    apply::{self, Context, Step},
    put_off, status,
    translate::{self, Parsed, Update},
};
use crate::{
    App, Error, Result,
    events::tell,
    figures::{Phase, between},
};
use futures_util::future::join_all;
use model::{
    Timestamp,
    cause::Cause,
    delivery::DeliveryState,
    event::{EventKind, Subject},
    id::{DeliveryId, OrganizationId},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Instant,
};
use store::{
    Lane, Writer,
    deliveries::{self, Waiting},
};

/// Updates in one transaction at most: more would keep others waiting.
const TOGETHER: usize = 50;

/// Pieces of work handed over together: a batch may have tens of thousands, and webhooks that are to be kept and sends
/// that are to be recorded must get in between.
const AT_ONCE: usize = 1_000;

/// What becomes of a delivery.
#[derive(Debug, Clone)]
pub(super) struct End {
    pub(super) state: DeliveryState,
    pub(super) summary: Option<String>,
    pub(super) why: Option<String>,
}

/// A delivery of the batch.
struct Item {
    waiting: Waiting,
    summary: String,
    /// Why it isn't a webhook at all.
    malformed: Option<String>,
}

/// What of one delivery one contact is concerned by.
#[derive(Clone)]
struct Part {
    item: usize,
    context: Arc<Context>,
    updates: Arc<Vec<Update>>,
}

/// Work on one contact, done in one transaction.
struct Piece {
    lane: Lane,
    parts: Vec<Part>,
}

/// Handles the deliveries. Pieces are handed over in order, so that a contact's are done in order, and then waited for.
pub(super) async fn handle(app: &App, batch: Vec<Waiting>) -> Result<()> {
    let (many, began, now) = (batch.len(), Instant::now(), app.now());
    for waiting in &batch {
        Phase::DeliveryWaited.took(between(waiting.received_at, now));
    }
    let _spans: Vec<_> = batch.iter().map(span).collect();
    let (items, pieces) = split(app, batch);
    let mut outcomes: Vec<Outcome> = items.iter().map(|_| Outcome::default()).collect();
    for pieces in pieces.chunks(AT_ONCE) {
        let under_way: Vec<_> =
            pieces.iter().map(|piece| submit(app, piece.lane, piece.parts.clone())).collect();
        let ended = join_all(under_way).await;
        for (piece, ended) in pieces.iter().zip(ended) {
            match ended {
                Ok(steps) => note(app, &piece.parts, steps, &mut outcomes),
                Err(Error::Unavailable(why)) => return Err(Error::Unavailable(why)),
                Err(_) => one_by_one(app, piece, &mut outcomes).await?,
            }
        }
    }
    close(app, items, outcomes).await?;
    Phase::DeliveryApplied.took_each(began.elapsed(), many);
    app.inner.wake.all();
    Ok(())
}

/// A delivery, taken up and applied: it ends with its batch. In a trace, ids alone.
fn span(waiting: &Waiting) -> tracing::Span {
    tracing::debug_span!(
        "delivery",
        delivery.id = %waiting.id,
        organization.id = %waiting.organization_id,
        attempts = waiting.attempts + 1,
    )
}

/// What applying a delivery came to.
#[derive(Default)]
struct Outcome {
    unrouted: Vec<String>,
    error: Option<Error>,
}

/// Reads every delivery and sorts its updates by contact.
fn split(app: &App, batch: Vec<Waiting>) -> (Vec<Item>, Vec<Piece>) {
    let (mut items, mut pieces) = (Vec::with_capacity(batch.len()), Vec::<Piece>::new());
    let mut newest: HashMap<Lane, usize> = HashMap::new();
    for (index, waiting) in batch.into_iter().enumerate() {
        let context = Arc::new(Context::new(app, &waiting));
        let (groups, summary, malformed) = match translate::read(&waiting.body) {
            Ok(Parsed { updates, summary }) => (by_lane(updates), summary, None),
            Err(why) => (Vec::new(), String::new(), Some(why)),
        };
        items.push(Item { waiting, summary, malformed });
        for (lane, updates) in groups {
            let many = updates.len();
            let part = Part { item: index, context: Arc::clone(&context), updates: Arc::new(updates) };
            let joins = newest.get(&lane).copied().filter(|_| lane != Lane::Any);
            let joins = joins.filter(|at| pieces[*at].size() + many <= TOGETHER);
            match joins {
                Some(at) => pieces[at].parts.push(part),
                None => {
                    newest.insert(lane, pieces.len());
                    pieces.push(Piece { lane, parts: vec![part] });
                }
            }
        }
    }
    (items, pieces)
}

impl Piece {
    fn size(&self) -> usize {
        self.parts.iter().map(|part| part.updates.len()).sum()
    }
}

/// A delivery's updates by contact, each contact's in order and no more together than one transaction takes.
fn by_lane(updates: Vec<Update>) -> Vec<(Lane, Vec<Update>)> {
    let mut groups: Vec<(Lane, Vec<Update>)> = Vec::new();
    let mut newest: HashMap<Lane, usize> = HashMap::new();
    for update in updates {
        let lane = update.lane().map_or(Lane::Any, Lane::contact);
        match newest.get(&lane).copied().filter(|at| groups[*at].1.len() < TOGETHER) {
            Some(at) => groups[at].1.push(update),
            None => {
                newest.insert(lane, groups.len());
                groups.push((lane, vec![update]));
            }
        }
    }
    groups
}

/// Applies the parts.
fn submit(app: &App, lane: Lane, parts: Vec<Part>) -> impl Future<Output = Result<Vec<Step>>> + use<> {
    let shared = app.clone();
    app.write(lane, move |w| {
        let mut told = status::Last::default();
        let apply =
            |part: &Part| apply::updates(w, &shared.inner.numbers, &part.context, &part.updates, &mut told);
        parts.iter().map(apply).collect()
    })
}

fn note(app: &App, parts: &[Part], steps: Vec<Step>, outcomes: &mut [Outcome]) {
    for (part, step) in parts.iter().zip(steps) {
        outcomes[part.item].unrouted.extend(step.unrouted);
        for (number, many) in step.came_in {
            app.inner.traffic.add(number, many, app.now());
            app.inner.figures.number(number).incoming(many);
        }
        app.inner.figures.heard(&step.statuses, app.now());
    }
}

/// One part of the piece can't be applied: each by itself, so that only its own delivery suffers.
async fn one_by_one(app: &App, piece: &Piece, outcomes: &mut [Outcome]) -> Result<()> {
    for part in &piece.parts {
        match submit(app, piece.lane, vec![part.clone()]).await {
            Ok(steps) => note(app, std::slice::from_ref(part), steps, outcomes),
            Err(Error::Unavailable(why)) => return Err(Error::Unavailable(why)),
            Err(error) => drop(outcomes[part.item].error.get_or_insert(error)),
        }
    }
    Ok(())
}

/// Writes down what became of the deliveries. A process that ends before applies them once more when it comes back, which
/// changes nothing: all that a webhook brings is told from what is there by Meta's own ids.
async fn close(app: &App, items: Vec<Item>, outcomes: Vec<Outcome>) -> Result<()> {
    let mut done: BTreeMap<(OrganizationId, String), Vec<DeliveryId>> = BTreeMap::new();
    let mut others = Vec::new();
    for (item, outcome) in items.into_iter().zip(outcomes) {
        let (org, id) = (item.waiting.organization_id, item.waiting.id);
        match (outcome.error, item.malformed) {
            (Some(error), _) => put_off(app, &item.waiting, &error).await?,
            (None, Some(why)) => {
                others.push((
                    org,
                    id,
                    End { state: DeliveryState::Malformed, summary: None, why: Some(why) },
                ));
            }
            (None, None) if outcome.unrouted.is_empty() => {
                done.entry((org, item.summary)).or_default().push(id);
            }
            (None, None) => others.push((org, id, unrouted(item.summary, outcome.unrouted))),
        }
    }
    let now = app.now();
    let written = app.write(Lane::Any, move |w| {
        for ((org, summary), ids) in &done {
            deliveries::finish_all(w, *org, ids, summary, now)?;
        }
        others.iter().try_for_each(|(org, id, end)| finish(w, *org, *id, end, now))
    });
    written.await
}

fn unrouted(summary: String, mut numbers: Vec<String>) -> End {
    numbers.sort();
    numbers.dedup();
    let why = format!("not connected here: {}", numbers.join(", "));
    End { state: DeliveryState::Unrouted, summary: Some(summary), why: Some(why) }
}

/// Ends a delivery that didn't end as it should, and tells people.
pub(super) fn finish(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: DeliveryId,
    end: &End,
    now: Timestamp,
) -> Result<()> {
    deliveries::finish(w, org, id, end.state, end.summary.as_deref(), end.why.as_deref(), now)?;
    let subject = Subject { delivery: Some(id), ..Subject::default() };
    tell(w, org, EventKind::DeliveryUpdated, subject, Cause::Delivery(id), now)
}
