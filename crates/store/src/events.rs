//! Domain events, in the order of their commits.

use crate::{Dialect, Error, Reader, Result, Row, Writer, binds, db::Rows};
use model::{
    Timestamp,
    cause::Cause,
    event::{Event, EventCursor, EventKind, NewEvent, Subject},
    id::OrganizationId,
};

static EVENTS: Rows = Rows {
    table: "events",
    into: "INSERT INTO events (organization_id, kind, conversation_id, message_id, contact_id, delivery_id,
               phone_number_id, cause_kind, cause_id, at)",
    columns: 10,
    ending: "",
};

/// Appends an event.
pub fn append(w: &mut Writer<'_>, org: OrganizationId, event: &NewEvent) -> Result<()> {
    let s = event.subject;
    w.add(
        &EVENTS,
        binds![
            org,
            event.kind.as_str(),
            s.conversation,
            s.message,
            s.contact,
            s.delivery,
            s.phone_number,
            event.cause.kind(),
            event.cause.id(),
            event.at
        ],
    )
}

/// On PostgreSQL an event may become visible after one with a higher number; only those of transactions older than
/// every running one are final in their order. SQLite commits in order.
fn settled(r: &Reader<'_>) -> &'static str {
    match r.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => "AND tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
    }
}

/// What [`read`] expects, after the cursor in columns 0 and 1.
const COLUMNS: &str =
    "kind, conversation_id, message_id, contact_id, delivery_id, phone_number_id, cause_kind, cause_id, at";

fn read(row: &Row) -> Result<Event> {
    let (kind, id): (String, Option<String>) = (row.get(8)?, row.get(9)?);
    let cause = Cause::from_parts(&kind, id.as_deref())
        .ok_or_else(|| Error::Database(format!("unknown cause {kind}")))?;
    Ok(Event {
        cursor: cursor(row)?,
        event: NewEvent {
            kind: row.word(2, EventKind::parse)?,
            subject: Subject {
                conversation: row.get(3)?,
                message: row.get(4)?,
                contact: row.get(5)?,
                delivery: row.get(6)?,
                phone_number: row.get(7)?,
            },
            cause,
            at: row.get(10)?,
        },
    })
}

fn cursor(row: &Row) -> Result<EventCursor> {
    Ok(EventCursor { tx: row.get(0)?, number: row.get(1)? })
}

/// Events after a cursor, oldest first.
pub fn after(
    r: &mut Reader<'_>,
    org: OrganizationId,
    cursor: EventCursor,
    limit: usize,
) -> Result<Vec<Event>> {
    let sql = format!(
        "SELECT tx, number, {COLUMNS} FROM events
         WHERE organization_id = $1 AND (tx, number) > ($2, $3) {} ORDER BY tx, number LIMIT $4",
        settled(r)
    );
    r.query(&sql, binds![org, cursor.tx, cursor.number, limit])?.iter().map(read).collect()
}

/// Where the stream ends now, for one who wants only what comes next.
pub fn end(r: &mut Reader<'_>, org: OrganizationId) -> Result<EventCursor> {
    let sql = format!(
        "SELECT tx, number FROM events WHERE organization_id = $1 {} ORDER BY tx DESC, number DESC LIMIT 1",
        settled(r)
    );
    r.first(&sql, binds![org])?.map_or(Ok(EventCursor::default()), |row| cursor(&row))
}

/// What comes after a cursor over all organizations. `tx > 0` is always true on PostgreSQL, and lets it use the index of
/// this order; SQLite has that order in its key, and no transactions to compare.
fn beyond(r: &Reader<'_>) -> String {
    match r.dialect() {
        Dialect::Sqlite => "tx = $1 AND number > $2 ORDER BY number".into(),
        Dialect::Postgres => format!("tx > 0 AND (tx, number) > ($1, $2) {} ORDER BY tx, number", settled(r)),
    }
}

/// Events of every organization after a cursor, oldest first: for who passes the stream on to other systems.
pub fn across(r: &mut Reader<'_>, cursor: EventCursor, limit: usize) -> Result<Vec<(OrganizationId, Event)>> {
    let sql =
        format!("SELECT tx, number, {COLUMNS}, organization_id FROM events WHERE {} LIMIT $3", beyond(r));
    let rows = r.query(&sql, binds![cursor.tx, cursor.number, limit])?;
    rows.iter().map(|row| Ok((row.get(11)?, read(row)?))).collect()
}

/// How many events come after a cursor, counted up to `most`, and the moment of the first of them.
pub fn ahead(r: &mut Reader<'_>, cursor: EventCursor, most: usize) -> Result<(u64, Option<Timestamp>)> {
    let sql = format!(
        "SELECT count(*), min(at) FROM (SELECT at FROM events WHERE {} LIMIT $3) AS waiting",
        beyond(r)
    );
    let row = r.one(&sql, binds![cursor.tx, cursor.number, most])?;
    Ok((row.get(0)?, row.get(1)?))
}

/// Whether an organization has this very event.
pub fn is_known(r: &mut Reader<'_>, org: OrganizationId, cursor: EventCursor, at: Timestamp) -> Result<bool> {
    let known = r.first(
        "SELECT 1 FROM events WHERE number = $3 AND tx = $2 AND organization_id = $1 AND at = $4",
        binds![org, cursor.tx, cursor.number, at],
    )?;
    Ok(known.is_some())
}

/// How far a reader of the whole stream has come; `None` when it never began.
pub fn position(r: &mut Reader<'_>, reader: &str) -> Result<Option<EventCursor>> {
    let row = r.first("SELECT tx, number FROM event_readers WHERE name = $1", binds![reader])?;
    row.as_ref().map(cursor).transpose()
}

/// Notes how far a reader of the whole stream has come.
pub fn set_position(w: &mut Writer<'_>, reader: &str, at: EventCursor, now: Timestamp) -> Result<()> {
    w.run(
        "INSERT INTO event_readers (name, tx, number, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name) DO UPDATE SET tx = excluded.tx, number = excluded.number, at = excluded.at",
        binds![reader, at.tx, at.number, now],
    )
}
