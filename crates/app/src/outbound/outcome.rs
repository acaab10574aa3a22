//! What became of a send: accepted, later, parked, failed, or unknown until a status settles it.

use super::{
    course::Course,
    translate::{self, Verdict},
};
use crate::{
    App, Error, Result,
    events::tell,
    inbound,
    meta::{CallError, Sent},
};
use futures_util::future::join_all;
use jiff::SignedDuration;
use model::{
    Timestamp,
    cause::Cause,
    contact::{Identity, IdentityKind},
    event::{EventKind, Subject},
    message::{MessageError, MessageState, Transition},
    phone_number::PhoneNumber,
};
use std::time::Duration;
use store::{
    Lane, Writer, contacts, deliveries,
    messages::{self, Located},
    outbound::{self, Outgoing, SettledBy, Still, Unknown},
    phone_numbers, statuses,
};
use uuid::Uuid;

/// The longest wait between two tries of one message.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_secs(60);
/// How long a parked number rests before one message tries it again.
const PARKED: SignedDuration = SignedDuration::from_secs(60);

/// The longest pause between two tries to write an outcome down.
const RECORD_AGAIN: Duration = Duration::from_secs(10);
/// Meta brings a status that it could not deliver again after pauses that grow this much each time (Meta: webhooks, retries).
const GROWS: i32 = 6;

fn lane(outgoing: &Outgoing) -> Lane {
    Lane::contact(&outgoing.address)
}

/// Meta took the message. With `trial` it was the one that tried whether a parked number is mended.
async fn accepted(app: &App, outgoing: &Outgoing, sent: Sent, trial: bool) -> Result<()> {
    let (now, ids, o) = (app.now(), app.inner.ids.clone(), outgoing.clone());
    let recorded = app.write(lane(outgoing), move |w| {
        let org = o.organization_id;
        outbound::settle(w, org, o.message_id, SettledBy::Answer, now)?;
        let taken = messages::accept(w, org, o.message_id, &sent.wamid, now)?;
        let line =
            Line { state: MessageState::Accepted, key: Some("accepted"), detail: None, row: ids.next() };
        line.write(w, &o, taken.map(|taken| taken.message), Cause::Sender(o.message_id), now)?;
        learn(w, &o, &sent, now)?;
        if trial && phone_numbers::unpark(w, org, o.phone_number_id)? {
            number_changed(w, &o, now)?;
        }
        let Some(taken) = taken.filter(|taken| taken.told_early) else { return Ok(()) };
        let early = statuses::take(w, org, o.phone_number_id, &sent.wamid)?;
        inbound::merge_early(w, org, taken.message, early, now, || ids.next())
    });
    recorded.await?;
    app.inner.wake.events();
    Ok(())
}

/// Meta knows the contact under identities that we may not know yet.
fn learn(w: &mut Writer<'_>, o: &Outgoing, sent: &Sent, now: Timestamp) -> Result<()> {
    let Some(known) = &sent.contact else { return Ok(()) };
    let shown = [(IdentityKind::Phone, &known.wa_id), (IdentityKind::Bsuid, &known.user_id)];
    let mut new = Vec::new();
    for (kind, value) in shown {
        let identity = value.as_ref().map(|value| Identity::new(kind, value.as_str()));
        if let Some(identity) = identity.filter(|identity| identity.value != o.address)
            && !contacts::is_taken(w, o.organization_id, &identity)?
        {
            new.push(identity);
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    if let Some(mut contact) = contacts::get(w, o.organization_id, o.contact_id)? {
        contacts::learn(w, o.organization_id, &mut contact, &new, now)?;
    }
    Ok(())
}

/// The call failed, or its answer never came.
async fn failed(app: &App, outgoing: &Outgoing, error: &CallError) -> Result<()> {
    let code = error.graph().map(|g| g.code);
    tracing::info!(message.id = %outgoing.message_id, attempts = outgoing.attempts, code, "send did not succeed");
    match translate::verdict(error) {
        Verdict::Unknown => unknown(app, outgoing, &error.to_string()).await,
        other => decide(app, outgoing, other, error).await,
    }
}

/// A call that had to come before the message's own failed: whatever it was, the message was not sent.
async fn not_sent(app: &App, outgoing: &Outgoing, error: &CallError) -> Result<()> {
    match translate::verdict(error) {
        Verdict::Unknown => put_off(app, outgoing, &error.to_string()).await,
        other => decide(app, outgoing, other, error).await,
    }
}

async fn decide(app: &App, outgoing: &Outgoing, verdict: Verdict, error: &CallError) -> Result<()> {
    match verdict {
        Verdict::Later(wait) => later(app, outgoing, wait, &error.to_string()).await,
        Verdict::Park => park(app, outgoing, &error.to_string()).await,
        Verdict::Fail(reason) => fail(app, outgoing, reason).await,
        Verdict::Unknown => unknown(app, outgoing, &error.to_string()).await,
    }
}

/// Back into the lane, because something of ours is missing for now.
async fn put_off(app: &App, outgoing: &Outgoing, why: &str) -> Result<()> {
    later(app, outgoing, Duration::from_secs(2), why).await
}

async fn later(app: &App, outgoing: &Outgoing, wait: Duration, why: &str) -> Result<()> {
    let (now, o, why, row) = (app.now(), outgoing.clone(), why.to_owned(), app.inner.ids.next());
    let due_at = now.saturating_add(backoff(wait, &o)).unwrap_or(Timestamp::MAX);
    let recorded = app.write(lane(outgoing), move |w| {
        if !outbound::put_off(w, &o, Still::Tried(o.attempts), due_at, &why)? {
            return Ok(());
        }
        note(w, &o, format!("try {} came to nothing, next at {due_at}: {why}", o.attempts), row, now)
    });
    recorded.await
}

/// Twice as long after every try, up to a minute, and up to a quarter more, by the message's own id, so that the
/// messages that an outage held back don't all come at once.
fn backoff(first: Duration, outgoing: &Outgoing) -> SignedDuration {
    let first = SignedDuration::try_from(first).unwrap_or(LONGEST_WAIT);
    let doubled = first.saturating_mul(1 << outgoing.attempts.saturating_sub(1).min(10));
    let wait = doubled.min(LONGEST_WAIT.max(first));
    let share = i32::from(outgoing.message_id.0.as_bytes()[15]);
    wait.saturating_add(wait.saturating_mul(share) / 1024)
}

/// The number can't send: its lane stops, and the message stays at its head.
async fn park(app: &App, outgoing: &Outgoing, why: &str) -> Result<()> {
    let (now, o, why, row) = (app.now(), outgoing.clone(), why.to_owned(), app.inner.ids.next());
    tracing::error!(phone_number.id = %o.phone_number_id, "sending over this number is parked");
    let until = now.saturating_add(PARKED).unwrap_or(Timestamp::MAX);
    let recorded = app.write(lane(outgoing), move |w| {
        let back = outbound::put_off(w, &o, Still::Tried(o.attempts), now, &why)?;
        phone_numbers::park(w, o.organization_id, o.phone_number_id, &why, until)?;
        number_changed(w, &o, now)?;
        if !back {
            return Ok(());
        }
        note(w, &o, format!("the number is parked until {until}: {why}"), row, now)
    });
    recorded.await?;
    app.inner.wake.events();
    Ok(())
}

/// It will never be sent.
async fn fail(app: &App, outgoing: &Outgoing, reason: MessageError) -> Result<()> {
    end(app, outgoing, reason, Still::Tried(outgoing.attempts), SettledBy::Answer).await
}

/// Its time was over before its turn came.
pub(super) async fn expired(app: &App, outgoing: &Outgoing) -> Result<()> {
    let detail = "it was to be sent before a moment that has passed".to_owned();
    let reason = MessageError { code: None, title: "too late to send".into(), detail: Some(detail) };
    end(app, outgoing, reason, Still::Queued, SettledBy::Expiry).await
}

async fn end(
    app: &App,
    outgoing: &Outgoing,
    reason: MessageError,
    still: Still,
    by: SettledBy,
) -> Result<()> {
    let (now, o, row) = (app.now(), outgoing.clone(), app.inner.ids.next());
    let recorded = app.write(lane(outgoing), move |w| {
        // A lane, another node or a status may have been quicker.
        if !outbound::settle_if(w, &o, still, by, now)? {
            return Ok(());
        }
        step(w, &o, MessageState::Failed, Some(&reason), row, now)
    });
    recorded.await?;
    app.inner.wake.events();
    Ok(())
}

/// The request left and no answer came: a status webhook will tell, or a person.
async fn unknown(app: &App, outgoing: &Outgoing, why: &str) -> Result<()> {
    let (now, o, why, row) = (app.now(), outgoing.clone(), why.to_owned(), app.inner.ids.next());
    let recorded = app.write(lane(outgoing), move |w| mark_unknown(w, &o, &why, row, now));
    recorded.await?;
    app.inner.wake.events();
    Ok(())
}

fn mark_unknown(w: &mut Writer<'_>, o: &Outgoing, why: &str, row: Uuid, now: Timestamp) -> Result<()> {
    if !outbound::mark_unknown(w, o.organization_id, o.message_id, now)? {
        return Ok(());
    }
    messages::set_unknown(w, o.organization_id, o.message_id, Some(now))?;
    note(w, o, format!("nobody knows whether WhatsApp took it: {why}"), row, now)
}

/// What a call, or what had to come before it, came to.
pub(super) enum Outcome {
    /// Meta took the message.
    Accepted(Sent),
    /// The call failed, or its answer never came.
    Failed(CallError),
    /// A call that had to come first failed.
    NotSent(CallError),
    /// What it needs is gone.
    Gone(MessageError),
    /// Something of ours is missing for now.
    NotReady(String),
}

/// Writes down an outcome, again and again while the database can't be used: until then the message stays in flight, and is
/// treated as abandoned should this process end. What Meta answered is not forgotten meanwhile. One that the database
/// refuses, such as a wamid that another message has, won't be taken later either: it becomes unknown, for a status or a
/// person to settle. With `trial` it tells whether a parked number is mended.
pub(super) async fn record(app: &App, outgoing: &Outgoing, outcome: &Outcome, trial: bool) {
    let mut wait = Duration::from_millis(200);
    let mut refused: Option<String> = None;
    loop {
        let recorded = match (&refused, outcome) {
            (Some(why), _) => unknown(app, outgoing, why).await,
            (None, Outcome::Accepted(sent)) => accepted(app, outgoing, sent.clone(), trial).await,
            (None, Outcome::Failed(error)) => failed(app, outgoing, error).await,
            (None, Outcome::NotSent(error)) => not_sent(app, outgoing, error).await,
            (None, Outcome::Gone(reason)) => fail(app, outgoing, reason.clone()).await,
            (None, Outcome::NotReady(why)) => put_off(app, outgoing, why).await,
        };
        let Err(error) = recorded else { return };
        tracing::error!(message.id = %outgoing.message_id, %error, "outcome of a send could not be recorded");
        if !matches!(error, Error::Unavailable(_)) {
            refused = Some(format!("the outcome could not be recorded: {error}"));
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(RECORD_AGAIN);
    }
}

/// What is in flight on a lane of ours, and not under way here, is of unknown outcome.
pub(super) async fn adopt(app: &App, number: &PhoneNumber, course: &Course) -> Result<()> {
    let id = number.id;
    let in_flight = app.read(move |r| Ok(outbound::in_flight(r, id)?)).await?;
    let left: Vec<_> = in_flight.into_iter().filter(|o| !course.contains(o.message_id)).collect();
    // Together, so that they share commits: one after the other, hundreds would outlast the lane's lease.
    let marked = left.iter().map(|outgoing| unknown(app, outgoing, "the node that sent it ended"));
    join_all(marked).await.into_iter().collect()
}

/// Sends again, once, what no status has settled although Meta's webhooks do flow. A second unknown outcome is left to
/// people: something between us and Meta takes messages and tells us nothing.
///
/// The wait is at least six times as long as the time between the call and the moment from which we could hear of it
/// again: a status that Meta could not deliver meanwhile comes back later the longer that took.
pub(super) async fn settle_unknown(app: &App, number: &PhoneNumber) -> Result<()> {
    let now = app.now();
    let patience = SignedDuration::try_from(app.inner.config.resend_after).unwrap_or(SignedDuration::MAX);
    let (id, org, meta_app) = (number.id, number.organization_id, number.meta_app_id);
    let before = now.saturating_sub(patience).unwrap_or(Timestamp::MIN);
    let ripe = app.read(move |r| {
        let unknown = outbound::unknown(r, id, before)?;
        let ripe = |u: &Unknown| {
            let unheard = u.since.duration_since(u.intent_at).saturating_mul(GROWS);
            now.duration_since(u.since) >= patience.max(unheard)
        };
        let mut ripe: Vec<_> = unknown.into_iter().filter(ripe).collect();
        let newest = ripe.iter().map(|u| u.since).max();
        if let Some(since) = newest
            && !deliveries::flowed_since(r, org, meta_app, since)?
        {
            ripe.clear();
        }
        Ok(ripe)
    });
    let again = ripe.await?.into_iter().map(|unknown| send_again(app, unknown.outgoing, Cause::System));
    join_all(again).await.into_iter().collect()
}

/// Puts a message of unknown outcome back into its lane.
pub(super) async fn send_again(app: &App, outgoing: Outgoing, cause: Cause) -> Result<()> {
    let (now, row) = (app.now(), app.inner.ids.next());
    let recorded = app.write(lane(&outgoing), move |w| {
        let o = &outgoing;
        // A status or a person may have settled it while we looked.
        if !outbound::put_off(w, o, Still::Unknown, now, "sent again: no status came")? {
            return Ok(());
        }
        outbound::count_resend(w, o.organization_id, o.message_id)?;
        messages::set_unknown(w, o.organization_id, o.message_id, None)?;
        let detail = "sent again: no status settled it although webhooks flow";
        Line::told(detail, row).tell(w, o, cause, now)
    });
    recorded.await?;
    app.inner.wake.outbound();
    Ok(())
}

/// Moves a message on, with its line and event.
fn step(
    w: &mut Writer<'_>,
    o: &Outgoing,
    reported: MessageState,
    error: Option<&MessageError>,
    row: Uuid,
    now: Timestamp,
) -> Result<()> {
    let located = messages::locate_ours(w, o.organization_id, o.phone_number_id, o.message_id)?;
    let state = located.map_or(reported, |m| m.state.advance(reported));
    messages::set_state(w, o.organization_id, o.message_id, state, (reported, now), error)?;
    let detail = error.map(|e| e.detail.clone().unwrap_or_else(|| e.title.clone()));
    let line = Line { state: reported, key: Some(reported.as_str()), detail, row };
    line.write(w, o, located, Cause::Sender(o.message_id), now)
}

/// A line without a move.
fn note(w: &mut Writer<'_>, o: &Outgoing, detail: String, row: Uuid, now: Timestamp) -> Result<()> {
    Line::told(detail, row).tell(w, o, Cause::Sender(o.message_id), now)
}

/// A line of a message's story, with the event that tells of it.
struct Line {
    state: MessageState,
    /// What makes it the same line when it comes again.
    key: Option<&'static str>,
    detail: Option<String>,
    row: Uuid,
}

impl Line {
    /// Words about a message that stays where it is.
    fn told(detail: impl Into<String>, row: Uuid) -> Self {
        Self { state: MessageState::Queued, key: None, detail: Some(detail.into()), row }
    }

    fn tell(self, w: &mut Writer<'_>, o: &Outgoing, cause: Cause, now: Timestamp) -> Result<()> {
        let located = messages::locate_ours(w, o.organization_id, o.phone_number_id, o.message_id)?;
        self.write(w, o, located, cause, now)
    }

    fn write(
        self,
        w: &mut Writer<'_>,
        o: &Outgoing,
        located: Option<Located>,
        cause: Cause,
        now: Timestamp,
    ) -> Result<()> {
        let transition =
            Transition { state: self.state, at: now, recorded_at: now, cause, detail: self.detail };
        messages::add_transition(w, o.organization_id, o.message_id, self.row, self.key, &transition)?;
        let subject = Subject {
            conversation: located.map(|m| m.conversation_id),
            message: Some(o.message_id),
            contact: Some(o.contact_id),
            phone_number: Some(o.phone_number_id),
            ..Subject::default()
        };
        tell(w, o.organization_id, EventKind::MessageUpdated, subject, cause, now)
    }
}

fn number_changed(w: &mut Writer<'_>, o: &Outgoing, now: Timestamp) -> Result<()> {
    let subject = Subject { phone_number: Some(o.phone_number_id), ..Subject::default() };
    tell(w, o.organization_id, EventKind::PhoneNumberUpdated, subject, Cause::Sender(o.message_id), now)
}

/// What a person decided about a message of unknown outcome.
pub(crate) fn settle_by_hand(
    w: &mut Writer<'_>,
    o: &Outgoing,
    sent: bool,
    cause: Cause,
    row: Uuid,
    now: Timestamp,
) -> Result<()> {
    messages::set_unknown(w, o.organization_id, o.message_id, None)?;
    if sent {
        outbound::settle(w, o.organization_id, o.message_id, SettledBy::Person, now)?;
        let reported = MessageState::Sent;
        let known = messages::locate_ours(w, o.organization_id, o.phone_number_id, o.message_id)?;
        let state = known.map_or(reported, |m| m.state.advance(reported));
        messages::set_state(w, o.organization_id, o.message_id, state, (reported, now), None)?;
        let line = Line { state: reported, ..Line::told("marked as sent by hand", row) };
        return line.write(w, o, known, cause, now);
    }
    if !outbound::put_off(w, o, Still::Unknown, now, "sent again by hand")? {
        return Ok(());
    }
    Line::told("sent again by hand", row).tell(w, o, cause, now)
}
