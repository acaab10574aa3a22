//! One phone number's lane: what may start, in which order, and how fast.

use super::{
    course::Course,
    outcome,
    send::{self, Way},
};
use crate::{
    App, Result,
    figures::{Phase, between},
    roles::breath,
};
use jiff::SignedDuration;
use model::{
    Timestamp,
    breaker::Allowed,
    id::{ContactId, MessageId, OrganizationId, PhoneNumberId},
    pacing::{self, OUTREACH_DAY},
    phone_number::{LaneState, PhoneNumber, Portfolio},
};
use std::{collections::HashMap, sync::Arc, time::Duration};
use store::{
    Lane as DbLane, Reader, deliveries,
    leases::{self, Lease},
    messages,
    outbound::{self, Look, Outgoing, Ready, Still, Wanted},
    outreach, phone_numbers,
};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
};
use tracing::Instrument;

/// A lane without renewal for this long belongs to nobody; a dead node's lanes move within it.
const LEASE: SignedDuration = SignedDuration::from_secs(5);
/// How often a lane is renewed and its unsettled messages are looked at.
const RENEW: SignedDuration = SignedDuration::from_secs(1);
/// How long a lane rests after a failure of ours, so that a full disk or a lost database fills no log.
const FAILED: Duration = Duration::from_secs(1);
/// How often a lane that ends is renewed while its calls are waited for.
const KEPT: Duration = Duration::from_secs(1);
/// A contact's debt is paid off after so long, so that nobody needs to know what was sent before.
const DEBT: SignedDuration = SignedDuration::from_secs(6 * 45);
/// How often contacts who count already are looked for while the portfolio's limit is used up.
const KNOWN: SignedDuration = SignedDuration::from_secs(5);
/// With fewer than so many left of the portfolio's limit, they are counted anew before every batch.
const NEARLY: u32 = 1_000;

/// A lane, run by its own task.
pub(super) struct Lane {
    app: App,
    id: PhoneNumberId,
    org: OrganizationId,
    course: Arc<Course>,
    held: Option<Held>,
    outreach: Outreach,
    calls: JoinSet<()>,
}

/// What was true when the lane was last renewed.
struct Held {
    at: Timestamp,
    way: Option<Arc<Way>>,
    /// Since when this node has run the lane without a break.
    since: Timestamp,
    /// What had been given back by then, see `Wake::freed`.
    freed: u64,
    /// Until when webhooks were handled, before outcomes were settled; see [`outbound::Look`].
    heard_until: Timestamp,
}

/// What is known of the portfolio's limit.
#[derive(Clone, Copy, Default)]
struct Outreach {
    looked_at: Option<Timestamp>,
    left: u32,
}

/// When to look again.
enum Next {
    /// More may start at once.
    Soon,
    /// At this moment, or when a call ends.
    At(Timestamp),
    /// When a call ends, or something is enqueued.
    Later,
}

impl Lane {
    pub(super) fn new(app: App, number: &PhoneNumber) -> Self {
        Self {
            course: Course::new(&app, number.id, number.throughput),
            id: number.id,
            org: number.organization_id,
            held: None,
            outreach: Outreach::default(),
            calls: JoinSet::new(),
            app,
        }
    }

    /// Runs until told to stop; calls under way are waited for.
    pub(super) async fn run(
        mut self,
        work: Arc<Notify>,
        mut stopped: watch::Receiver<bool>,
    ) -> PhoneNumberId {
        let course = Arc::clone(&self.course);
        let mut breath = breath();
        while !*stopped.borrow() {
            breath.tick().await;
            let pause = match self.turn().await {
                Ok(Next::Soon) => continue,
                Ok(next) => self.pause(&next),
                Err(error) => {
                    tracing::error!(phone_number.id = %self.id, %error, "a sending lane rests after a failure");
                    tokio::time::sleep(FAILED).await;
                    continue;
                }
            };
            tokio::select! {
                () = sleep(pause) => {}
                () = work.notified() => {}
                () = course.ended.notified() => {}
                _ = stopped.changed() => {}
            }
        }
        self.drain().await;
        self.id
    }

    /// Waits for the calls under way, and keeps the lane meanwhile: another node would take them for abandoned.
    async fn drain(&mut self) {
        loop {
            tokio::select! {
                ended = self.calls.join_next() => if ended.is_none() { return },
                () = tokio::time::sleep(KEPT) => {
                    if let Err(error) = self.hold().await {
                        tracing::warn!(phone_number.id = %self.id, %error, "a lane that ends could not be renewed");
                    }
                }
            }
        }
    }

    /// How long to wait, by the wall clock; `None` until something happens. Time may stand still or jump, so a lane with
    /// something to wait for looks again every now and then.
    fn pause(&self, next: &Next) -> Option<Duration> {
        match next {
            Next::At(at) => {
                let wait = at.duration_since(self.app.now()).max(SignedDuration::ZERO);
                Some(Duration::try_from(wait).unwrap_or_default().min(self.app.inner.config.poll))
            }
            Next::Soon | Next::Later if self.course.under_way() > 0 => Some(self.app.inner.config.poll),
            Next::Soon | Next::Later => None,
        }
    }

    /// Starts what may start.
    async fn turn(&mut self) -> Result<Next> {
        while self.calls.try_join_next().is_some() {}
        let Some(way) = self.hold().await? else { return Ok(Next::Later) };
        let now = self.app.now();
        let at_once = match self.app.inner.circuits.messages.both(self.course.allowed(now), now) {
            Allowed::All => self.app.inner.config.sends_at_once,
            Allowed::One => 1,
            Allowed::Trial => {
                self.try_the_way(way);
                return Ok(Next::Later);
            }
            Allowed::Nothing(until) => return Ok(until.map_or(Next::Later, Next::At)),
        };
        let most = at_once.saturating_sub(self.course.under_way());
        if most == 0 {
            return Ok(Next::Later);
        }
        let Some((number, ready)) = self.look(most, now).await? else { return Ok(Next::Later) };
        self.course.came_in(self.app.inner.traffic.take(self.id, now), now);
        let (room, next) = self.course.room(number.throughput, now);
        if ready.is_empty() {
            return Ok(Next::Later);
        }
        let room = match &number.lane {
            LaneState::Active => room,
            LaneState::Parked { until, .. } if now < *until => return Ok(Next::At(*until)),
            // One message, alone, tries whether the number is mended.
            LaneState::Parked { .. } => usize::from(self.course.under_way() == 0).min(room),
        };
        if room == 0 {
            return Ok(next.map_or(Next::Later, Next::At));
        }
        let started = self.start(&number, ready, room, &way, now).await?;
        Ok(if started > 0 { Next::Soon } else { Next::Later })
    }

    /// Whether the lane is ours to run, and the way to Meta. Renews the lease, and settles what is in flight without
    /// being under way here: what a holder before us left, and what a claim of ours left whose answer was lost.
    async fn hold(&mut self) -> Result<Option<Arc<Way>>> {
        let (now, freed) = (self.app.now(), self.app.inner.wake.freed());
        // Compared both ways: a clock that was set back must not keep a lane for ever.
        if let Some(held) = &self.held
            && now.duration_since(held.at).abs() < RENEW
            && (held.way.is_some() || held.freed == freed)
        {
            return Ok(held.way.clone());
        }
        let (id, org, node) = (self.id, self.org, self.app.inner.node);
        let until = now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
        let lease = self
            .app
            .write(DbLane::id(id.0), move |w| Ok(leases::hold(w, &lease_name(id), node, now, until)?));
        let lease = lease.await?;
        if lease == Lease::Elsewhere {
            self.held = Some(Held { at: now, way: None, since: now, freed, heard_until: now });
            return Ok(None);
        }
        if lease == Lease::Taken {
            self.take_over(now).await?;
        }
        let known = self
            .app
            .read(move |r| Ok((phone_numbers::get(r, org, id)?, phone_numbers::credentials(r, org, id)?)));
        let (Some(number), Some(credentials)) = known.await? else {
            self.held = Some(Held { at: now, way: None, since: now, freed, heard_until: now });
            return Ok(None);
        };
        outcome::adopt(&self.app, &number, &self.course).await?;
        let meta_app = number.meta_app_id;
        let oldest = self.app.read(move |r| Ok(deliveries::oldest_waiting(r, meta_app)?)).await?;
        outcome::settle_unknown(&self.app, &number).await?;
        let since = self.held.as_ref().filter(|h| h.way.is_some()).map_or(now, |h| h.since);
        let way = Arc::new(Way::new(&self.app, id, &credentials));
        self.held = Some(Held {
            at: now,
            way: Some(Arc::clone(&way)),
            since,
            freed,
            heard_until: oldest.map_or(now, |oldest| oldest.min(now)),
        });
        Ok(Some(way))
    }

    /// The lane was somebody else's, or nobody's: what they sent in the last second and to whom counts on.
    async fn take_over(&mut self, now: Timestamp) -> Result<()> {
        let (id, since) =
            (self.id, now.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(Timestamp::MIN));
        let called = self.app.read(move |r| Ok(outbound::called_since(r, id, since)?)).await?;
        self.course.taken_over(called, now);
        self.held = None;
        Ok(())
    }

    /// The number as it is now and the messages that may start, the first first. `None` when the number is gone.
    async fn look(&mut self, most: usize, now: Timestamp) -> Result<Option<(PhoneNumber, Vec<Ready>)>> {
        let (id, org, outreach) = (self.id, self.org, self.outreach);
        let when = Look { now, heard_until: self.held.as_ref().map_or(now, |held| held.heard_until) };
        let read = self.app.read(move |r| {
            let Some(number) = phone_numbers::get(r, org, id)? else { return Ok(None) };
            let mut ready = outbound::ready(r, id, Wanted::Answers, when, most)?;
            let (first_words, outreach) = first_words(r, &number, outreach, when, most)?;
            ready.extend(first_words);
            ready.sort_by_key(|ready| (ready.place, ready.outgoing.message_id));
            ready.truncate(most);
            Ok(Some((number, ready, outreach)))
        });
        let Some((number, ready, outreach)) = read.await? else { return Ok(None) };
        self.outreach = outreach;
        Ok(Some((number, ready)))
    }

    async fn start(
        &mut self,
        number: &PhoneNumber,
        ready: Vec<Ready>,
        room: usize,
        way: &Arc<Way>,
        now: Timestamp,
    ) -> Result<usize> {
        let ready: Vec<Ready> = ready.into_iter().take(room).collect();
        let due: HashMap<MessageId, Timestamp> =
            ready.iter().map(|ready| (ready.outgoing.message_id, ready.due_at)).collect();
        let ready: Vec<Outgoing> = ready.into_iter().map(|ready| ready.outgoing).collect();
        self.recall(&ready, now).await?;
        let paced = self.course.pace(ready, now);
        let claimed = self.claim(number.portfolio.as_ref(), paced.start, paced.wait, now).await?;
        let started = claimed.len();
        let trial = number.lane != LaneState::Active;
        for outgoing in claimed {
            let mark = self.course.begin(&self.app, outgoing.message_id, trial);
            if let Some(due_at) = due.get(&outgoing.message_id) {
                Phase::SendWaited.took(between(*due_at, now));
            }
            let span = send::span(&outgoing);
            let (app, course, way) = (self.app.clone(), Arc::clone(&self.course), Arc::clone(way));
            self.calls.spawn(send::run(app, course, way, outgoing, mark).instrument(span));
        }
        Ok(started)
    }

    /// After a change of hands: what contacts were sent by the node before us counts against their rate.
    async fn recall(&self, ready: &[Outgoing], now: Timestamp) -> Result<()> {
        if self.held.as_ref().is_none_or(|held| now.duration_since(held.since) > DEBT) {
            return Ok(());
        }
        let strangers: Vec<ContactId> = self.course.strangers(ready);
        if strangers.is_empty() {
            return Ok(());
        }
        let (id, since) = (self.id, now.saturating_sub(DEBT).unwrap_or(Timestamp::MIN));
        let sent = self.app.read(move |r| {
            let sent =
                |contact| Ok((contact, messages::sent_since(r, id, contact, since, pacing::PAIR_BURST)?));
            strangers.clone().into_iter().map(sent).collect::<Result<Vec<_>>>()
        });
        for (contact, sent_at) in sent.await? {
            self.course.recall(contact, sent_at);
        }
        Ok(())
    }

    /// Commits the intent to send; only what was still queued is started.
    async fn claim(
        &self,
        portfolio: Option<&Portfolio>,
        start: Vec<Outgoing>,
        wait: Vec<(Outgoing, Timestamp)>,
        now: Timestamp,
    ) -> Result<Vec<Outgoing>> {
        if start.is_empty() && wait.is_empty() {
            return Ok(Vec::new());
        }
        let (org, node) = (self.org, self.app.inner.node);
        let portfolio = portfolio.filter(|p| p.messaging_limit.is_some()).map(|p| p.id.clone());
        let since = now.saturating_sub(OUTREACH_DAY).unwrap_or(Timestamp::MIN);
        let name = lease_name(self.id);
        let claimed = self.app.write(DbLane::id(self.id.0), move |w| {
            // A node that was frozen since it looked may have lost the lane.
            if !leases::is_held(w, &name, node, now)? {
                return Ok(Vec::new());
            }
            for (outgoing, until) in &wait {
                let why = "waits: one message per 6 s to the same contact, after a burst of 45";
                outbound::put_off(w, outgoing, Still::Queued, *until, why)?;
            }
            let ids: Vec<_> = start.iter().map(|outgoing| outgoing.message_id).collect();
            let intended = outbound::intend(w, org, &ids, node, now)?;
            let mut claimed = Vec::with_capacity(start.len());
            for outgoing in start.iter().filter(|outgoing| intended.contains(&outgoing.message_id)) {
                if let (true, Some(portfolio)) = (outgoing.outreach, &portfolio) {
                    outreach::count(w, org, portfolio, outgoing.contact_id, since, now)?;
                }
                claimed.push(Outgoing { attempts: outgoing.attempts + 1, ..outgoing.clone() });
            }
            Ok(claimed)
        });
        claimed.await
    }

    /// Asks Meta something harmless, to learn whether anybody answers again: a message could be taken without an answer.
    fn try_the_way(&mut self, way: Arc<Way>) {
        let now = self.app.now();
        self.course.trying(now);
        self.app.inner.circuits.messages.trying(now);
        let (app, course) = (self.app.clone(), Arc::clone(&self.course));
        self.calls.spawn(async move {
            let well = way.answers().await;
            let now = app.now();
            course.tried(well, now);
            app.inner.circuits.messages.tried(well, now);
            course.ended.notify_one();
        });
    }
}

/// The messages with which we would write first, as far as the portfolio's limit reaches.
fn first_words(
    r: &mut Reader<'_>,
    number: &PhoneNumber,
    before: Outreach,
    when: Look,
    most: usize,
) -> Result<(Vec<Ready>, Outreach)> {
    let now = when.now;
    let limited = number.portfolio.as_ref().and_then(|p| Some((&p.id, p.messaging_limit?)));
    let Some((portfolio, limit)) = limited else {
        return Ok((outbound::ready(r, number.id, Wanted::Outreach, when, most)?, before));
    };
    let since = now.saturating_sub(OUTREACH_DAY).unwrap_or(Timestamp::MIN);
    let rest = match before.left {
        0 => KNOWN,
        left if left < NEARLY => SignedDuration::ZERO,
        _ => RENEW,
    };
    let mut outreach = before;
    if before.looked_at.is_none_or(|at| now.duration_since(at).abs() >= rest) {
        outreach = Outreach {
            looked_at: Some(now),
            left: limit.saturating_sub(outreach::used(r, portfolio, since)?),
        };
    } else if before.left == 0 {
        return Ok((Vec::new(), before));
    }
    let reach = usize::try_from(outreach.left).unwrap_or(usize::MAX).min(most);
    if reach > 0 {
        let ready = outbound::ready(r, number.id, Wanted::Outreach, when, reach)?;
        outreach.left = outreach.left.saturating_sub(u32::try_from(ready.len()).unwrap_or(u32::MAX));
        return Ok((ready, outreach));
    }
    // Nothing is left but for contacts who count already, and those are searched for among all that waits.
    Ok((outbound::ready(r, number.id, Wanted::Known(portfolio, since), when, most)?, outreach))
}

fn lease_name(id: PhoneNumberId) -> String {
    format!("lane:{id}")
}

async fn sleep(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}
