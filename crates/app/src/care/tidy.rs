//! What is out of date is cleared away in small pieces, a transaction each, so that nobody waits behind it.

use crate::{App, Result};
use jiff::SignedDuration;
use model::{
    Timestamp,
    id::{DeliveryId, OrganizationId},
};
use std::collections::VecDeque;
use store::{
    Lane, accounts,
    retention::{self, DeliveryAges, Passing},
};
use uuid::Uuid;

/// Rows in one transaction: a few milliseconds.
const BATCH: usize = 250;

/// How many days things are kept, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Webhook deliveries that were handled; as far back they can be replayed.
    pub deliveries: u32,
    /// Deliveries and jobs that were set aside.
    pub failed: u32,
    /// Events: who follows the stream may be away so long and miss nothing.
    pub events: u32,
    /// How messages went out, try by try. What became of them stays with the message.
    pub sends: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { deliveries: 30, failed: 90, events: 14, sends: 2 }
    }
}

/// Idempotency keys are honoured for a week.
const KEYS: u32 = 7;
/// A status waits a month for its message.
const STATUSES: u32 = 30;
/// Whom a portfolio wrote to first counts for a day.
const OUTREACH: u32 = 1;

/// A piece of work that is done in batches.
#[derive(Debug, Clone, Copy)]
enum Chore {
    Passing(Passing, Timestamp),
    Deliveries(DeliveryId, DeliveryAges),
    Events(OrganizationId, Timestamp),
}

/// One round of clearing away.
pub(crate) struct Tidy {
    chores: VecDeque<Chore>,
}

impl Tidy {
    /// Everything that there is to look at now.
    pub(crate) async fn begin(app: &App) -> Result<Self> {
        let (now, keep) = (app.now(), app.inner.config.retention);
        let before = |days: u32| {
            let hours = SignedDuration::from_hours(24 * i64::from(days.max(1)));
            now.saturating_sub(hours).unwrap_or(Timestamp::MIN)
        };
        let ages = DeliveryAges { handled: before(keep.deliveries), failed: before(keep.failed) };
        let mut chores = VecDeque::from([
            Chore::Passing(Passing::Sessions, now),
            Chore::Passing(Passing::IdempotencyKeys, before(KEYS)),
            Chore::Passing(Passing::Sends, before(keep.sends)),
            Chore::Passing(Passing::EarlyStatuses, before(STATUSES)),
            Chore::Passing(Passing::Outreach, before(OUTREACH)),
            Chore::Passing(Passing::FailedJobs, before(keep.failed)),
            Chore::Deliveries(DeliveryId(Uuid::nil()), ages),
        ]);
        let organizations = app.read(|r| Ok(accounts::organizations(r)?)).await?;
        chores.extend(organizations.into_iter().map(|o| Chore::Events(o.id, before(keep.events))));
        Ok(Self { chores })
    }

    /// Does one batch; `false` when the round is over.
    pub(crate) async fn step(&mut self, app: &App) -> Result<bool> {
        let Some(chore) = self.chores.front().copied() else { return Ok(false) };
        let rest = app.write(Lane::Any, move |w| {
            Ok(match chore {
                Chore::Passing(what, before) => {
                    let gone = retention::passing(w, what, before, BATCH)?;
                    (gone == BATCH as u64).then_some(chore)
                }
                Chore::Deliveries(after, ages) => {
                    let next = retention::deliveries(w, after, ages, BATCH)?;
                    next.map(|after| Chore::Deliveries(after, ages))
                }
                Chore::Events(org, before) => {
                    let gone = retention::events(w, org, before, BATCH)?;
                    (gone == BATCH).then_some(chore)
                }
            })
        });
        match rest.await? {
            Some(rest) => self.chores[0] = rest,
            None => drop(self.chores.pop_front()),
        }
        Ok(true)
    }
}
