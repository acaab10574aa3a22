//! Messages on their way out: queued, in flight, of unknown outcome, settled.

mod ready;

pub use ready::*;

use crate::{Reader, Result, Row, Writer, binds, db::among};
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

/// Where a message must still be for a change to be made: what the change was decided by may be out of date, because
/// another node, a status or a person was quicker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Still {
    /// Nobody has taken it.
    Queued,
    /// Its outcome is unknown.
    Unknown,
    /// It was tried so often and not since: in flight, or of unknown outcome.
    Tried(u32),
}

impl Still {
    /// A condition, and the value of its `$5`.
    fn condition(self) -> (&'static str, u32) {
        match self {
            Self::Queued => ("state = 'queued' AND attempts >= $5", 0),
            Self::Unknown => ("state = 'unknown' AND attempts >= $5", 0),
            Self::Tried(attempts) => ("state IN ('in_flight', 'unknown') AND attempts = $5", attempts),
        }
    }
}

/// Puts a message back into its lane, not to start before `due_at`; `false` when it is no longer where it was.
pub fn put_off(
    w: &mut Writer<'_>,
    o: &Outgoing,
    still: Still,
    due_at: Timestamp,
    error: &str,
) -> Result<bool> {
    let (condition, attempts) = still.condition();
    let count = w.exec(
        &format!(
            "UPDATE outbound SET state = 'queued', due_at = $3, last_error = $4, claimed_by = NULL, intent_at = NULL,
                 unknown_since = NULL
             WHERE organization_id = $1 AND message_id = $2 AND {condition}"
        ),
        binds![o.organization_id, o.message_id, due_at, error, attempts],
    )?;
    Ok(count > 0)
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

/// Ends a message's way out if it is still where it was; `false` when it isn't.
pub fn settle_if(
    w: &mut Writer<'_>,
    o: &Outgoing,
    still: Still,
    by: SettledBy,
    now: Timestamp,
) -> Result<bool> {
    let (condition, attempts) = still.condition();
    let count = w.exec(
        &format!(
            "UPDATE outbound SET state = 'settled', settled_at = $3, settled_by = $4, unknown_since = NULL
             WHERE organization_id = $1 AND message_id = $2 AND {condition}"
        ),
        binds![o.organization_id, o.message_id, now, by.as_str(), attempts],
    )?;
    Ok(count > 0)
}

/// How many messages of a number were called about since a moment, or may have been: a system question, for a lane that
/// changes hands.
pub fn called_since(r: &mut Reader<'_>, number: PhoneNumberId, since: Timestamp) -> Result<u32> {
    r.one(
        "SELECT (SELECT count(*) FROM outbound WHERE state = 'settled' AND settled_at > $2 AND phone_number_id = $1
                 AND attempts > 0)
              + (SELECT count(*) FROM outbound WHERE phone_number_id = $1 AND state IN ('in_flight', 'unknown')
                 AND intent_at > $2)",
        binds![number, since],
    )?
    .get(0)
}

/// What waits as a first word to a contact who has written since is an answer now, and needs no limit.
pub fn window_opened(w: &mut Writer<'_>, number: PhoneNumberId, contact: ContactId) -> Result<()> {
    w.run(
        "UPDATE outbound SET outreach = 0
         WHERE phone_number_id = $1 AND contact_id = $2 AND state = 'queued' AND outreach = 1",
        binds![number, contact],
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
