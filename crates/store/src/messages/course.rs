//! How far messages came: states, stories, failures, reactions.

use super::{LOCATED, Located, cause, located};
use crate::{Bind, Reader, Result, Writer, binds, db::Rows};
use model::{
    Timestamp,
    id::{ContactId, MessageId, OrganizationId, PhoneNumberId},
    message::{Direction, MessageError, MessageState, Transition},
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Writes down how far a message came: its state (unless it is further already), the moment of that state (unless an
/// earlier one stands) and, when it failed, why.
pub fn set_state(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: MessageId,
    state: MessageState,
    reported: (MessageState, Timestamp),
    error: Option<&MessageError>,
) -> Result<()> {
    let column = match reported.0 {
        MessageState::Accepted => "accepted_at",
        MessageState::Sent => "sent_at",
        MessageState::Delivered => "delivered_at",
        MessageState::Read => "read_at",
        MessageState::Failed => "failed_at",
        MessageState::Queued | MessageState::Received => "created_at",
    };
    // The state that the caller saw may be behind: on PostgreSQL another transaction may have moved it since. The row
    // itself knows, under its lock, so that no state ever goes back.
    let (stored, given) = (rank("state"), rank("$3"));
    w.run(
        &format!(
            "UPDATE messages SET state = CASE WHEN {stored} < {given} THEN $3 ELSE state END,
                 {column} = coalesce({column}, $4), unknown_since = NULL,
                 error_code = coalesce($5, error_code), error_title = coalesce($6, error_title),
                 error_detail = coalesce($7, error_detail)
             WHERE organization_id = $1 AND id = $2"
        ),
        binds![
            org,
            id,
            state.as_str(),
            reported.1,
            error.and_then(|e| e.code),
            error.map(|e| &e.title),
            error.and_then(|e| e.detail.as_ref())
        ],
    )
}

/// How far the state is that `text` holds, as a number in SQL.
fn rank(text: &str) -> String {
    let steps = MessageState::ALL.iter().enumerate();
    let steps: String = steps.map(|(far, state)| format!(" WHEN '{}' THEN {far}", state.as_str())).collect();
    format!("CASE {text}{steps} ELSE -1 END")
}

/// Meta took a message and gave it an id: its state moves on unless it is further already. `None` when there is no such
/// message.
pub fn accept(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: MessageId,
    wamid: &str,
    now: Timestamp,
) -> Result<Option<Accepted>> {
    let (stored, accepted) = (rank("state"), rank("'accepted'"));
    let row = w.first(
        &format!(
            "UPDATE messages SET state = CASE WHEN {stored} < {accepted} THEN 'accepted' ELSE state END,
                 wamid = coalesce(wamid, $3), accepted_at = coalesce(accepted_at, $4), unknown_since = NULL
             WHERE organization_id = $1 AND id = $2
             RETURNING {LOCATED}, CASE WHEN EXISTS (SELECT 1 FROM early_statuses e
                 WHERE e.phone_number_id = messages.phone_number_id AND e.wamid = $3) THEN 1 ELSE 0 END"
        ),
        binds![org, id, wamid, now],
    )?;
    row.map(|row| {
        let early: i64 = row.get(5)?;
        Ok(Accepted { message: located(&row)?, told_early: early != 0 })
    })
    .transpose()
}

/// A message that Meta took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// The message as it is now.
    pub message: Located,
    /// Whether statuses of it came before, and were kept.
    pub told_early: bool,
}

/// Ties a message to the id that Meta gave it, unless it has one.
pub fn set_wamid(w: &mut Writer<'_>, org: OrganizationId, id: MessageId, wamid: &str) -> Result<()> {
    w.run(
        "UPDATE messages SET wamid = coalesce(wamid, $3) WHERE organization_id = $1 AND id = $2",
        binds![org, id, wamid],
    )
}

/// Marks that nobody knows whether Meta took the message, or, with `None`, that this is over.
pub fn set_unknown(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: MessageId,
    since: Option<Timestamp>,
) -> Result<()> {
    w.run(
        "UPDATE messages SET unknown_since = $3 WHERE organization_id = $1 AND id = $2",
        binds![org, id, since],
    )
}

/// Adds a line to a message's story; `false` when the same status was recorded before.
pub fn insert_transition(
    w: &mut Writer<'_>,
    org: OrganizationId,
    message: MessageId,
    row_id: Uuid,
    status_key: Option<&str>,
    transition: &Transition,
) -> Result<bool> {
    let binds = transition_binds(org, message, row_id, status_key, transition);
    let added = w.exec(
        "INSERT INTO message_transitions (id, organization_id, message_id, status_key, state, at, recorded_at, cause_kind,
             cause_id, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (message_id, status_key) DO NOTHING",
        binds,
    )?;
    Ok(added > 0)
}

/// The same for who doesn't ask whether it was recorded before; on PostgreSQL it goes with the commit.
pub fn add_transition(
    w: &mut Writer<'_>,
    org: OrganizationId,
    message: MessageId,
    row_id: Uuid,
    status_key: Option<&str>,
    transition: &Transition,
) -> Result<()> {
    w.add(&TRANSITIONS, transition_binds(org, message, row_id, status_key, transition))
}

static TRANSITIONS: Rows = Rows {
    table: "message_transitions",
    into:
        "INSERT INTO message_transitions (id, organization_id, message_id, status_key, state, at, recorded_at,
               cause_kind, cause_id, detail)",
    columns: 10,
    ending: "ON CONFLICT (message_id, status_key) DO NOTHING",
};

fn transition_binds(
    org: OrganizationId,
    message: MessageId,
    row_id: Uuid,
    status_key: Option<&str>,
    transition: &Transition,
) -> Vec<Bind> {
    binds![
        row_id,
        org,
        message,
        status_key,
        transition.state.as_str(),
        transition.at,
        transition.recorded_at,
        transition.cause.kind(),
        transition.cause.id(),
        transition.detail.as_ref()
    ]
}

/// Which failed messages; each part that is given narrows it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Failed {
    /// Meta's code.
    pub code: Option<i64>,
    /// Over this number.
    pub number: Option<PhoneNumberId>,
    /// Failed at this moment or later.
    pub since: Option<Timestamp>,
    /// Failed before this moment.
    pub until: Option<Timestamp>,
}

/// Messages of ours that failed and were not sent again yet, with Meta's code, oldest first.
pub fn failed(
    r: &mut Reader<'_>,
    org: OrganizationId,
    failed: &Failed,
    limit: usize,
) -> Result<Vec<(MessageId, Option<i64>)>> {
    r.query(
        "SELECT m.id, m.error_code FROM messages m
         WHERE m.organization_id = $1 AND m.state = 'failed' AND m.direction = 'outbound'
           AND m.error_code IS NOT DISTINCT FROM coalesce($2, m.error_code)
           AND m.phone_number_id = coalesce($3, m.phone_number_id)
           AND m.failed_at IS NOT NULL AND m.failed_at >= $4 AND m.failed_at < $5 AND m.retried_at IS NULL ORDER BY m.id LIMIT $6",
        binds![
            org,
            failed.code,
            failed.number,
            failed.since.unwrap_or(Timestamp::UNIX_EPOCH),
            failed.until.unwrap_or(Timestamp::MAX),
            limit
        ],
    )?
    .iter()
    .map(|row| Ok((row.get(0)?, row.get(1)?)))
    .collect()
}

/// Notes that a failed message was sent again, as another one.
pub fn set_retried(w: &mut Writer<'_>, org: OrganizationId, id: MessageId, now: Timestamp) -> Result<()> {
    w.run("UPDATE messages SET retried_at = $3 WHERE organization_id = $1 AND id = $2", binds![org, id, now])
}

/// How many messages of an organization are in each state.
pub fn counts(r: &mut Reader<'_>, org: OrganizationId) -> Result<BTreeMap<String, u64>> {
    r.query("SELECT state, count(*) FROM messages WHERE organization_id = $1 GROUP BY state", binds![org])?
        .iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?)))
        .collect()
}

/// When the newest of our messages to a contact over a number were taken by Meta since `since`, oldest first.
pub fn sent_since(
    r: &mut Reader<'_>,
    number: PhoneNumberId,
    contact: ContactId,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<Timestamp>> {
    let rows = r.query(
        "SELECT m.accepted_at FROM conversations c JOIN messages m ON m.conversation_id = c.id
         WHERE c.phone_number_id = $1 AND c.contact_id = $2 AND m.direction = 'outbound' AND m.accepted_at > $3
         ORDER BY m.id DESC LIMIT $4",
        binds![number, contact, since, limit],
    )?;
    let mut moments: Vec<Timestamp> = rows.iter().map(|row| row.get(0)).collect::<Result<_>>()?;
    moments.sort();
    Ok(moments)
}

/// A message's story, in the order in which we learned of it.
pub fn transitions(r: &mut Reader<'_>, org: OrganizationId, message: MessageId) -> Result<Vec<Transition>> {
    r.query(
        "SELECT state, at, recorded_at, cause_kind, cause_id, detail FROM message_transitions
         WHERE organization_id = $1 AND message_id = $2 ORDER BY recorded_at, id",
        binds![org, message],
    )?
    .iter()
    .map(|row| {
        let (kind, id): (String, Option<String>) = (row.get(3)?, row.get(4)?);
        Ok(Transition {
            state: row.word(0, MessageState::parse)?,
            at: row.get(1)?,
            recorded_at: row.get(2)?,
            cause: cause(&kind, id.as_deref())?,
            detail: row.get(5)?,
        })
    })
    .collect()
}

/// Puts a reaction on a message, or takes it away when `emoji` is empty. An older reaction never replaces a newer one.
pub fn react(
    w: &mut Writer<'_>,
    org: OrganizationId,
    message: MessageId,
    direction: Direction,
    emoji: &str,
    at: Timestamp,
) -> Result<()> {
    // One that was taken away stays as an empty row: an older one that comes late must find it.
    w.run(
        "INSERT INTO reactions (message_id, direction, organization_id, emoji, at)
         SELECT id, $3, organization_id, $4, $5 FROM messages WHERE organization_id = $1 AND id = $2
         ON CONFLICT (message_id, direction) DO UPDATE SET emoji = excluded.emoji, at = excluded.at
         WHERE reactions.at <= excluded.at",
        binds![org, message, direction.as_str(), emoji, at],
    )
}
