//! The sender: claims what may start, number by number, and starts it (house walk "outbound").

use super::{lanes::Lanes, send};
use crate::{App, Result};
use model::{
    Timestamp,
    id::{MessageId, PhoneNumberId},
    phone_number::{LaneState, PhoneNumber},
};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use store::{
    Lane,
    outbound::{self, Outgoing},
    phone_numbers,
};
use tokio::task::JoinSet;

/// The sending lanes that this node runs.
pub(crate) struct Sender {
    app: App,
    lanes: Lanes,
    /// Calls under way per number, ended by their tasks.
    under_way: HashMap<PhoneNumberId, Arc<UnderWay>>,
    tasks: JoinSet<()>,
}

/// The messages of a number that this node is calling Meta about. What is in flight and not among them was left by
/// somebody else, or by a claim of ours whose answer was lost.
#[derive(Default)]
pub(super) struct UnderWay(Mutex<HashSet<MessageId>>);

impl UnderWay {
    fn set(&self) -> MutexGuard<'_, HashSet<MessageId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(self: &Arc<Self>, id: MessageId) -> Mark {
        self.set().insert(id);
        Mark { under_way: Arc::clone(self), id }
    }

    fn count(&self) -> usize {
        self.set().len()
    }

    pub(super) fn contains(&self, id: MessageId) -> bool {
        self.set().contains(&id)
    }
}

/// Holds a message as under way. Dropped however its call ends, also by a panic: then the message is found as left
/// behind instead of waiting for a restart.
struct Mark {
    under_way: Arc<UnderWay>,
    id: MessageId,
}

impl Drop for Mark {
    fn drop(&mut self) {
        self.under_way.set().remove(&self.id);
    }
}

impl Sender {
    pub(crate) fn new(app: App) -> Self {
        Self { app, lanes: Lanes::default(), under_way: HashMap::new(), tasks: JoinSet::new() }
    }

    /// Starts what may start; answers whether anything did.
    pub(crate) async fn work(&mut self) -> Result<bool> {
        while self.tasks.try_join_next().is_some() {}
        let numbers = self.app.read(|r| Ok(phone_numbers::with_outbound(r)?)).await?;
        let mut any = false;
        for number in numbers {
            let under_way = Arc::clone(self.under_way.entry(number.id).or_default());
            if self.lanes.hold(&self.app, &number, &under_way).await? {
                any |= self.run_lane(&number).await?;
            }
        }
        Ok(any)
    }

    /// Waits for the calls that are under way; nothing new starts.
    pub(crate) async fn drain(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }

    async fn run_lane(&mut self, number: &PhoneNumber) -> Result<bool> {
        let now = self.app.now();
        let under_way = Arc::clone(self.under_way.entry(number.id).or_default());
        let busy = under_way.count();
        let free = self.app.inner.config.sends_at_once.saturating_sub(busy);
        let free = match &number.lane {
            LaneState::Active => free,
            LaneState::Parked { until, .. } if now < *until => 0,
            // One message, alone, tries whether the number is mended.
            LaneState::Parked { .. } => usize::from(busy == 0),
        };
        if free == 0 {
            return Ok(false);
        }
        let id = number.id;
        let ready = self.app.read(move |r| Ok(outbound::ready(r, id, now, free)?)).await?;
        let paced = self.lanes.pace(number.id, ready, now);
        let claimed = self.claim(number.id, paced.start, paced.wait, now).await?;
        let any = !claimed.is_empty();
        for outgoing in claimed {
            let (app, mark) = (self.app.clone(), under_way.begin(outgoing.message_id));
            self.tasks.spawn(async move {
                send::send(&app, outgoing).await;
                drop(mark);
                app.inner.wake.outbound();
            });
        }
        Ok(any)
    }

    /// Commits the intent to send; only what was still queued is started.
    async fn claim(
        &self,
        number: PhoneNumberId,
        start: Vec<Outgoing>,
        wait: Vec<(Outgoing, Timestamp)>,
        now: Timestamp,
    ) -> Result<Vec<Outgoing>> {
        if start.is_empty() && wait.is_empty() {
            return Ok(Vec::new());
        }
        let node = self.app.inner.node;
        let claimed = self.app.write(Lane::id(number.0), move |w| {
            for (outgoing, until) in &wait {
                let why = "waits: one message per 6 s to the same contact, after a burst of 45";
                outbound::put_off(w, outgoing.organization_id, outgoing.message_id, *until, why)?;
            }
            let mut claimed = Vec::with_capacity(start.len());
            for outgoing in &start {
                if outbound::intend(w, outgoing, node, now)? {
                    claimed.push(Outgoing { attempts: outgoing.attempts + 1, ..outgoing.clone() });
                }
            }
            Ok(claimed)
        });
        claimed.await
    }
}
