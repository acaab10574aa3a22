//! Messages on their way out: queued, in flight, of unknown outcome, settled.

use crate::{Reader, Result, Row, Writer, binds};
use model::{
    Timestamp,
    id::{ContactId, MessageId, NodeId, OrganizationId, PhoneNumberId},
};
use serde_json::Value;

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
}

/// Adds a message to its number's lane.
pub fn insert(w: &mut Writer<'_>, o: &Outgoing, priority: Priority, now: Timestamp) -> Result<()> {
    w.run(
        "INSERT INTO outbound (message_id, organization_id, phone_number_id, contact_id, address, state, priority, due_at,
             attempts, body) VALUES ($1, $2, $3, $4, $5, 'queued', $6, $7, 0, $8)",
        binds![
            o.message_id,
            o.organization_id,
            o.phone_number_id,
            o.contact_id,
            &o.address,
            priority as i64,
            now,
            &o.body
        ],
    )
}

fn outgoing(row: &Row) -> Result<Outgoing> {
    Ok(Outgoing {
        message_id: row.get(0)?,
        organization_id: row.get(1)?,
        phone_number_id: row.get(2)?,
        contact_id: row.get(3)?,
        address: row.get(4)?,
        attempts: row.get(5)?,
        body: row.json(6)?,
    })
}

const COLUMNS: &str = "message_id, organization_id, phone_number_id, contact_id, address, attempts, body";

/// Messages of one number that may start now, in the order in which they should. Of each contact only the oldest, and
/// none while another to the same contact is in flight: that keeps a contact's messages in order.
pub fn ready(
    r: &mut Reader<'_>,
    number: PhoneNumberId,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Outgoing>> {
    r.query(
        &format!(
            "SELECT {COLUMNS} FROM outbound o WHERE o.phone_number_id = $1 AND o.state = 'queued' AND o.due_at <= $2
               AND NOT EXISTS (SELECT 1 FROM outbound e WHERE e.phone_number_id = $1 AND e.contact_id = o.contact_id
                               AND e.state IN ('queued', 'in_flight')
                               AND (e.message_id < o.message_id OR e.state = 'in_flight'))
             ORDER BY o.priority, o.message_id LIMIT $3"
        ),
        binds![number, now, limit],
    )?
    .iter()
    .map(outgoing)
    .collect()
}

/// Commits the intent to call Meta about a message; `false` when it is no longer queued.
pub fn intend(w: &mut Writer<'_>, o: &Outgoing, node: NodeId, now: Timestamp) -> Result<bool> {
    let count = w.exec(
        "UPDATE outbound SET state = 'in_flight', claimed_by = $3, intent_at = $4, attempts = attempts + 1
         WHERE organization_id = $1 AND message_id = $2 AND state = 'queued'",
        binds![o.organization_id, o.message_id, node, now],
    )?;
    Ok(count > 0)
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

/// Ends a message's way out; `false` when it had ended.
pub fn settle(w: &mut Writer<'_>, org: OrganizationId, id: MessageId, now: Timestamp) -> Result<bool> {
    let count = w.exec(
        "UPDATE outbound SET state = 'settled', settled_at = $3, unknown_since = NULL
         WHERE organization_id = $1 AND message_id = $2 AND state <> 'settled'",
        binds![org, id, now],
    )?;
    Ok(count > 0)
}

/// Marks a message whose request left without an answer.
pub fn mark_unknown(w: &mut Writer<'_>, org: OrganizationId, id: MessageId, now: Timestamp) -> Result<bool> {
    let count = w.exec(
        "UPDATE outbound SET state = 'unknown', unknown_since = $3
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
    .map(|row| Ok(Unknown { outgoing: outgoing(row)?, intent_at: row.get(7)?, since: row.get(8)? }))
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

/// Forgets messages that were settled before `before`; their story stays with the message.
pub fn prune(w: &mut Writer<'_>, before: Timestamp) -> Result<u64> {
    w.exec("DELETE FROM outbound WHERE state = 'settled' AND settled_at < $1", binds![before])
}
