//! Messages on their way out: queued, in flight, of unknown outcome, settled.

use crate::{Reader, Result, Row, Writer, binds, db::among};
use jiff::SignedDuration;
use model::{
    Timestamp,
    id::{ContactId, MessageId, NodeId, OrganizationId, PhoneNumberId},
};
use serde_json::Value;
use std::collections::HashSet;

/// A message to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Our message.
    pub message_id: MessageId,
    /// Whose.
    pub organization_id: OrganizationId,
    /// Over which number.
    pub phone_number_id: PhoneNumberId,
    /// To whom.
    pub contact_id: ContactId,
    /// The address: also what work on this contact is ordered by.
    pub address: String,
    /// How often it was tried, the coming try included once it is claimed.
    pub attempts: u32,
    /// Whether we write first, outside of a service window.
    pub outreach: bool,
    /// The whole request body for Meta.
    pub body: Value,
}

/// Lower goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// People and programs that answer somebody.
    Reply = 10,
    /// Automation that answers somebody.
    Automatic = 20,
    /// Many messages to many people, such as a campaign: whatever else the number has to say goes first.
    Bulk = 30,
}

/// How a message takes its turn.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// What goes before what.
    pub priority: Priority,
    /// Among bulk messages: whose it is. Sources of one number take turns, however many messages each has.
    pub source: Option<&'a str>,
    /// Not worth sending from this moment on.
    pub send_before: Option<Timestamp>,
}

impl From<Priority> for Turn<'_> {
    fn from(priority: Priority) -> Self {
        Self { priority, source: None, send_before: None }
    }
}

/// Adds a message to its number's lane.
pub fn insert(w: &mut Writer<'_>, o: &Outgoing, turn: &Turn<'_>, now: Timestamp) -> Result<()> {
    let place = match turn.source {
        Some(source) => place(w, o.phone_number_id, source, turn.priority)?,
        None => 0,
    };
    w.run(
        "INSERT INTO outbound (message_id, organization_id, phone_number_id, contact_id, address, state, priority, due_at,
             attempts, body, source, turn, send_before, outreach)
         VALUES ($1, $2, $3, $4, $5, 'queued', $6, $7, 0, $8, $9, $10, $11, $12)",
        binds![
            o.message_id,
            o.organization_id,
            o.phone_number_id,
            o.contact_id,
            &o.address,
            turn.priority as i64,
            now,
            &o.body,
            turn.source,
            place,
            turn.send_before,
            i64::from(o.outreach)
        ],
    )
}

/// The turn after the source's last one, or the one that the lane has come to: who begins later neither waits for those
/// who queued before nor overtakes them by what they have been sent already.
fn place(w: &mut Writer<'_>, number: PhoneNumberId, source: &str, priority: Priority) -> Result<i64> {
    let row = w.one(
        "SELECT (SELECT max(turn) + 1 FROM outbound WHERE phone_number_id = $1 AND source = $2 AND state = 'queued'),
                (SELECT min(turn) FROM outbound
                 WHERE phone_number_id = $1 AND outreach = 0 AND priority = $3 AND state = 'queued'),
                (SELECT min(turn) FROM outbound
                 WHERE phone_number_id = $1 AND outreach = 1 AND priority = $3 AND state = 'queued')",
        binds![number, source, priority as i64],
    )?;
    let (after_own, come_to): (Option<i64>, [Option<i64>; 2]) = (row.get(0)?, [row.get(1)?, row.get(2)?]);
    let come_to = come_to.into_iter().flatten().min();
    Ok(after_own.into_iter().chain(come_to).max().unwrap_or_default())
}

fn outgoing(row: &Row) -> Result<Outgoing> {
    Ok(Outgoing {
        message_id: row.get(0)?,
        organization_id: row.get(1)?,
        phone_number_id: row.get(2)?,
        contact_id: row.get(3)?,
        address: row.get(4)?,
        attempts: row.get(5)?,
        outreach: row.get::<i64>(6)? != 0,
        body: row.json(7)?,
    })
}

const COLUMNS: &str =
    "message_id, organization_id, phone_number_id, contact_id, address, attempts, outreach, body";

/// Which messages of a number are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// Those that answer somebody, or go where the window is open.
    Answers,
    /// Those with which we write first, to anybody.
    Outreach,
    /// The same, but only to contacts whom this portfolio has written to first since a moment: they count already.
    Known(&'a str, Timestamp),
}

/// How long a message of unknown outcome holds up those after it to the same contact: a status settles most of them
/// within seconds.
const UNSETTLED: SignedDuration = SignedDuration::from_mins(2);

/// When a lane looks.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The present moment.
    pub now: Timestamp,
    /// Until when Meta's webhooks were handled before outcomes were last settled: what came later may tell more.
    pub heard_until: Timestamp,
}

/// Messages of one number that may start now, in the order in which they should. Of each contact only the oldest, and
/// none while another to the same contact is in flight or of unknown outcome: that keeps a contact's messages in order.
/// Bulk messages wait in a line of their own, so that an answer overtakes them.
pub fn ready(
    r: &mut Reader<'_>,
    number: PhoneNumberId,
    wanted: Wanted<'_>,
    look: Look,
    limit: usize,
) -> Result<Vec<Ready>> {
    let unsettled = look.heard_until.saturating_sub(UNSETTLED).unwrap_or(Timestamp::MIN);
    let mut binds = binds![number, look.now, limit, i64::from(wanted != Wanted::Answers), unsettled];
    let mut known = "";
    if let Wanted::Known(portfolio, since) = wanted {
        known = "AND EXISTS (SELECT 1 FROM outreach k
                             WHERE k.portfolio = $6 AND k.contact_id = o.contact_id AND k.at > $7)";
        binds.extend(binds![portfolio, since]);
    }
    let bulk = Priority::Bulk as i64;
    r.query(
        &format!(
            "SELECT {COLUMNS}, priority, turn, due_at FROM outbound o
             WHERE o.phone_number_id = $1 AND o.outreach = $4 AND o.state = 'queued' AND o.due_at <= $2 {known}
               AND (o.send_before IS NULL OR o.send_before > $2)
               AND NOT EXISTS (SELECT 1 FROM outbound e WHERE e.phone_number_id = $1 AND e.contact_id = o.contact_id
                               AND e.state IN ('queued', 'in_flight', 'unknown')
                               AND (e.state = 'in_flight'
                                    OR e.state = 'unknown' AND e.resends = 0 AND e.unknown_since > $5
                                    OR e.state = 'queued' AND e.message_id < o.message_id
                                       AND (e.priority >= {bulk}) = (o.priority >= {bulk})))
             ORDER BY o.priority, o.turn, o.message_id LIMIT $3"
        ),
        binds,
    )?
    .iter()
    .map(|row| Ok(Ready { outgoing: outgoing(row)?, place: (row.get(8)?, row.get(9)?), due_at: row.get(10)? }))
    .collect()
}

/// A message that may start.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// The message.
    pub outgoing: Outgoing,
    /// Priority and turn: lower goes first.
    pub place: (i64, i64),
    /// Since when it might have started.
    pub due_at: Timestamp,
}

/// Queued messages that are no longer worth sending, over all organizations: a system job's question.
pub fn expired(r: &mut Reader<'_>, now: Timestamp, limit: usize) -> Result<Vec<Outgoing>> {
    r.query(
        &format!(
            "SELECT {COLUMNS} FROM outbound WHERE state = 'queued' AND send_before IS NOT NULL AND send_before <= $1
             ORDER BY send_before LIMIT $2"
        ),
        binds![now, limit],
    )?
    .iter()
    .map(outgoing)
    .collect()
}

/// Commits the intent to call Meta about messages of one number. Gives those that may be called about now: not one that
/// is no longer queued, and none when the number is parked.
pub fn intend(
    w: &mut Writer<'_>,
    org: OrganizationId,
    ids: &[MessageId],
    node: NodeId,
    now: Timestamp,
) -> Result<HashSet<MessageId>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let mut binds = binds![org, node, now];
    let list = among(&mut binds, ids);
    // The number may have been parked, and a message put back, between two statements of the look that found them.
    let started = w.query(
        &format!(
            "UPDATE outbound SET state = 'in_flight', claimed_by = $2, intent_at = $3, attempts = attempts + 1
             WHERE organization_id = $1 AND message_id IN ({list}) AND state = 'queued'
               AND NOT EXISTS (SELECT 1 FROM phone_numbers p
                               WHERE p.id = outbound.phone_number_id AND p.parked_until > $3)
             RETURNING message_id"
        ),
        binds,
    )?;
    started.iter().map(|row| row.get(0)).collect()
}

/// Puts a message back into its lane, not to start before `due_at`.
pub fn put_off(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: MessageId,
    due_at: Timestamp,
    error: &str,
) -> Result<()> {
    w.run(
        "UPDATE outbound SET state = 'queued', due_at = $3, last_error = $4, claimed_by = NULL, intent_at = NULL,
             unknown_since = NULL
         WHERE organization_id = $1 AND message_id = $2 AND state <> 'settled'",
        binds![org, id, due_at, error],
    )
}

/// Counts that a message of unknown outcome is sent again.
pub fn count_resend(w: &mut Writer<'_>, org: OrganizationId, id: MessageId) -> Result<()> {
    w.run(
        "UPDATE outbound SET resends = resends + 1 WHERE organization_id = $1 AND message_id = $2",
        binds![org, id],
    )
}

/// What ended a message's way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettledBy {
    /// Meta's answer to our call.
    Answer,
    /// A status webhook that carried our id.
    Status,
    /// A person's word.
    Person,
    /// Its own time was over.
    Expiry,
}

impl SettledBy {
    fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Status => "status",
            Self::Person => "person",
            Self::Expiry => "expiry",
        }
    }
}

/// Ends a message's way out, unless it has ended. What ended it first stands.
pub fn settle(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: MessageId,
    by: SettledBy,
    now: Timestamp,
) -> Result<()> {
    w.run(
        "UPDATE outbound SET state = 'settled', settled_at = $3, settled_by = $4, unknown_since = NULL
         WHERE organization_id = $1 AND message_id = $2 AND state <> 'settled'",
        binds![org, id, now, by.as_str()],
    )
}

/// Messages whose outcome was unknown for a while, counted by how that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknowns {
    /// What settled them: `answer`, `status`, `person` or `expiry`; `None` is not settled yet.
    pub settled_by: Option<String>,
    /// Whether they were sent again.
    pub sent_again: bool,
    /// How many.
    pub count: u64,
}

/// How the unknown outcomes ended, over all organizations, as far back as settled sends are kept.
pub fn unknowns(r: &mut Reader<'_>) -> Result<Vec<Unknowns>> {
    r.query(
        "SELECT settled_by, CASE WHEN resends > 0 THEN 1 ELSE 0 END AS again, count(*) FROM outbound WHERE unknowns > 0
         GROUP BY settled_by, again ORDER BY settled_by, again",
        binds![],
    )?
    .iter()
    .map(|row| {
        let sent_again: i64 = row.get(1)?;
        Ok(Unknowns { settled_by: row.get(0)?, sent_again: sent_again != 0, count: row.get(2)? })
    })
    .collect()
}

/// Marks a message whose request left without an answer.
pub fn mark_unknown(w: &mut Writer<'_>, org: OrganizationId, id: MessageId, now: Timestamp) -> Result<bool> {
    let count = w.exec(
        "UPDATE outbound SET state = 'unknown', unknown_since = $3, unknowns = unknowns + 1
         WHERE organization_id = $1 AND message_id = $2 AND state = 'in_flight'",
        binds![org, id, now],
    )?;
    Ok(count > 0)
}

/// Messages of a number whose call to Meta is intended or under way. Those that the holder of the lane knows nothing
/// of were left by an earlier one.
pub fn in_flight(r: &mut Reader<'_>, number: PhoneNumberId) -> Result<Vec<Outgoing>> {
    r.query(
        &format!(
            "SELECT {COLUMNS} FROM outbound WHERE phone_number_id = $1 AND state = 'in_flight' ORDER BY message_id"
        ),
        binds![number],
    )?
    .iter()
    .map(outgoing)
    .collect()
}

/// A message whose outcome is unknown.
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown {
    /// The message.
    pub outgoing: Outgoing,
    /// When the call to Meta was about to start.
    pub intent_at: Timestamp,
    /// Since when the outcome is unknown.
    pub since: Timestamp,
}

/// Messages of a number whose outcome has been unknown since before `before`, oldest first, without those that were
/// sent again once: what stays unknown then is for people to decide.
pub fn unknown(r: &mut Reader<'_>, number: PhoneNumberId, before: Timestamp) -> Result<Vec<Unknown>> {
    r.query(
        &format!(
            "SELECT {COLUMNS}, intent_at, unknown_since FROM outbound
             WHERE phone_number_id = $1 AND state = 'unknown' AND resends = 0 AND unknown_since <= $2
             ORDER BY message_id LIMIT 500"
        ),
        binds![number, before],
    )?
    .iter()
    .map(|row| Ok(Unknown { outgoing: outgoing(row)?, intent_at: row.get(8)?, since: row.get(9)? }))
    .collect()
}

/// A message's row, whatever its state.
pub fn get(r: &mut Reader<'_>, org: OrganizationId, id: MessageId) -> Result<Option<Outgoing>> {
    r.first(
        &format!("SELECT {COLUMNS} FROM outbound WHERE organization_id = $1 AND message_id = $2"),
        binds![org, id],
    )?
    .as_ref()
    .map(outgoing)
    .transpose()
}

/// The state of a message's way out, as stored: `queued`, `in_flight`, `unknown` or `settled`.
pub fn state(r: &mut Reader<'_>, org: OrganizationId, id: MessageId) -> Result<Option<String>> {
    let row = r.first(
        "SELECT state FROM outbound WHERE organization_id = $1 AND message_id = $2",
        binds![org, id],
    )?;
    row.map(|row| row.get(0)).transpose()
}

/// How many messages are in each open state, over all organizations, and when the oldest queued one was due.
pub fn backlog(r: &mut Reader<'_>) -> Result<Backlog> {
    let row = r.one(
        "SELECT count(CASE WHEN state = 'queued' THEN 1 END), count(CASE WHEN state = 'in_flight' THEN 1 END),
                count(CASE WHEN state = 'unknown' THEN 1 END), min(CASE WHEN state = 'queued' THEN due_at END)
         FROM outbound WHERE state IN ('queued', 'in_flight', 'unknown')",
        binds![],
    )?;
    Ok(Backlog {
        queued: row.get(0)?,
        in_flight: row.get(1)?,
        unknown: row.get(2)?,
        oldest_due_at: row.get(3)?,
    })
}

/// How much is on its way out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Waiting for their turn.
    pub queued: u64,
    /// With Meta right now.
    pub in_flight: u64,
    /// Of unknown outcome.
    pub unknown: u64,
    /// When the oldest queued one was due.
    pub oldest_due_at: Option<Timestamp>,
}
