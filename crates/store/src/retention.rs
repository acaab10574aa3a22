//! What is kept for a time only is cleared away here, a few rows at a time: so many that it keeps up, so few that nobody
//! waits behind it.

use crate::{Dialect, Reader, Result, Writer, binds};
use model::{
    Timestamp,
    event::EventCursor,
    id::{DeliveryId, OrganizationId},
};

/// Rows that are of no more use after a moment, over all organizations: a system job's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// Sessions that ended by then.
    Sessions,
    /// Keys of requests that were made before.
    IdempotencyKeys,
    /// Messages on their way out that were settled before; their story stays with the message.
    Sends,
    /// Statuses that came before, and that no message was found for: other programs may send over our numbers.
    EarlyStatuses,
    /// Contacts that a portfolio wrote to first before then.
    Outreach,
    /// Jobs that were given up before.
    FailedJobs,
}

impl Passing {
    /// Table, its key, and which rows.
    fn rows(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Sessions => ("sessions", "token_hash", "expires_at <= $1"),
            Self::IdempotencyKeys => ("idempotency_keys", "organization_id, key", "created_at < $1"),
            Self::Sends => ("outbound", "message_id", "state = 'settled' AND settled_at < $1"),
            Self::EarlyStatuses => {
                ("early_statuses", "phone_number_id, wamid, status_key", "received_at < $1")
            }
            Self::Outreach => ("outreach", "portfolio, contact_id", "at <= $1"),
            Self::FailedJobs => ("jobs", "id", "failed_at < $1"),
        }
    }
}

/// Clears away up to `limit` rows that are of no more use since `before`, and says how many.
pub fn passing(w: &mut Writer<'_>, what: Passing, before: Timestamp, limit: usize) -> Result<u64> {
    let (table, key, which) = what.rows();
    let sql =
        format!("DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {which} LIMIT $2)");
    w.exec(&sql, binds![before, limit])
}

/// Until when deliveries are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryAges {
    /// Those that were handled: stored before this, they go.
    pub handled: Timestamp,
    /// Those that were set aside, for which somebody may still want to do something.
    pub failed: Timestamp,
}

/// Looks at up to `limit` deliveries after `after`, the oldest first, and clears away those that are older than `ages`
/// allow; never one that still waits. Gives where to go on, or `None` when all that follow are too young.
pub fn deliveries(
    w: &mut Writer<'_>,
    after: DeliveryId,
    ages: DeliveryAges,
    limit: usize,
) -> Result<Option<DeliveryId>> {
    // By id, which is the order in which they came: no index has to be kept for what happens once.
    let page = w.query(
        "SELECT id, received_at FROM webhook_deliveries WHERE id > $1 ORDER BY id LIMIT $2",
        binds![after, limit],
    )?;
    let Some(last) = page.last() else { return Ok(None) };
    let (last, received_at): (DeliveryId, Timestamp) = (last.get(0)?, last.get(1)?);
    w.run(
        "DELETE FROM webhook_deliveries WHERE id > $1 AND id <= $2
         AND (state IN ('done', 'unrouted', 'malformed') AND received_at < $3
              OR state = 'failed' AND received_at < $4)",
        binds![after, last, ages.handled, ages.failed],
    )?;
    Ok((page.len() == limit && received_at < ages.handled.max(ages.failed)).then_some(last))
}

/// Clears away up to `limit` of an organization's events from before `before`, oldest first, and says how many. The newest
/// event stays, and so does what somebody who reads along has not read yet, unless that reader hasn't moved since then.
pub fn events(w: &mut Writer<'_>, org: OrganizationId, before: Timestamp, limit: usize) -> Result<usize> {
    let unread = unread(w, before)?;
    let page = w.query(
        "SELECT tx, number, at FROM events WHERE organization_id = $1 ORDER BY tx, number LIMIT $2",
        binds![org, limit + 1],
    )?;
    let (mut last, mut old) = (None, 0);
    // Without the page's last one: it may be the newest that there is.
    for row in page.iter().take(page.len().saturating_sub(1)) {
        let (cursor, at) = (EventCursor { tx: row.get(0)?, number: row.get(1)? }, row.get::<Timestamp>(2)?);
        if at >= before || unread.is_some_and(|read| place(cursor) > place(read)) {
            break;
        }
        (last, old) = (Some(cursor), old + 1);
    }
    let Some(last) = last else { return Ok(0) };
    w.run(
        "DELETE FROM events WHERE organization_id = $1 AND (tx, number) <= ($2, $3)",
        binds![org, last.tx, last.number],
    )?;
    w.run(
        "INSERT INTO events_pruned (organization_id, tx, number) VALUES ($1, $2, $3)
         ON CONFLICT (organization_id) DO UPDATE SET tx = excluded.tx, number = excluded.number",
        binds![org, last.tx, last.number],
    )?;
    Ok(old)
}

fn place(cursor: EventCursor) -> (i64, i64) {
    (cursor.tx, cursor.number)
}

/// Up to where everybody has read who reads along and has moved since `since`.
fn unread(r: &mut Reader<'_>, since: Timestamp) -> Result<Option<EventCursor>> {
    let row = r.first(
        "SELECT tx, number FROM event_readers WHERE at >= $1 ORDER BY tx, number LIMIT 1",
        binds![since],
    )?;
    row.map(|row| Ok(EventCursor { tx: row.get(0)?, number: row.get(1)? })).transpose()
}

/// Whether everything after a cursor is still there. It isn't when events after it were cleared away, or when the stream
/// has not come so far: then the cursor is from another time of this database, which was restored since.
pub fn events_resumable(r: &mut Reader<'_>, org: OrganizationId, cursor: EventCursor) -> Result<bool> {
    let pruned = r.first(
        "SELECT 1 FROM events_pruned WHERE organization_id = $1 AND (tx, number) > ($2, $3)",
        binds![org, cursor.tx, cursor.number],
    )?;
    // SQLite counts its events; PostgreSQL its transactions, and a cursor names one that has ended.
    let begun = match r.dialect() {
        Dialect::Sqlite => "SELECT 1 FROM sqlite_sequence WHERE name = 'events' AND seq >= $1",
        Dialect::Postgres => "SELECT 1 WHERE pg_snapshot_xmax(pg_current_snapshot())::text::bigint > $1",
    };
    let reached = match r.dialect() {
        Dialect::Sqlite => cursor.number == 0 || r.first(begun, binds![cursor.number])?.is_some(),
        Dialect::Postgres => r.first(begun, binds![cursor.tx])?.is_some(),
    };
    Ok(pruned.is_none() && reached)
}
