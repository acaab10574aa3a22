//! Domain events, in the order of their commits.

use crate::{Dialect, Error, Reader, Result, Writer, binds};
use model::{
    cause::Cause,
    event::{Event, EventCursor, EventKind, NewEvent, Subject},
    id::OrganizationId,
};

/// Appends an event.
pub fn append(w: &mut Writer<'_>, org: OrganizationId, event: &NewEvent) -> Result<()> {
    let s = event.subject;
    w.run(
        "INSERT INTO events (organization_id, kind, conversation_id, message_id, contact_id, delivery_id, phone_number_id,
             cause_kind, cause_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
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

/// Events after a cursor, oldest first.
pub fn after(
    r: &mut Reader<'_>,
    org: OrganizationId,
    cursor: EventCursor,
    limit: usize,
) -> Result<Vec<Event>> {
    let sql = format!(
        "SELECT tx, number, kind, conversation_id, message_id, contact_id, delivery_id, phone_number_id, cause_kind,
             cause_id, at FROM events
         WHERE organization_id = $1 AND (tx, number) > ($2, $3) {} ORDER BY tx, number LIMIT $4",
        settled(r)
    );
    r.query(&sql, binds![org, cursor.tx, cursor.number, limit])?
        .iter()
        .map(|row| {
            let (kind, id): (String, Option<String>) = (row.get(8)?, row.get(9)?);
            let cause = Cause::from_parts(&kind, id.as_deref())
                .ok_or_else(|| Error::Database(format!("unknown cause {kind}")))?;
            Ok(Event {
                cursor: EventCursor { tx: row.get(0)?, number: row.get(1)? },
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
        })
        .collect()
}

/// Where the stream ends now, for one who wants only what comes next.
pub fn end(r: &mut Reader<'_>, org: OrganizationId) -> Result<EventCursor> {
    let sql = format!(
        "SELECT tx, number FROM events WHERE organization_id = $1 {} ORDER BY tx DESC, number DESC LIMIT 1",
        settled(r)
    );
    let row = r.first(&sql, binds![org])?;
    row.map_or(Ok(EventCursor::default()), |row| Ok(EventCursor { tx: row.get(0)?, number: row.get(1)? }))
}
