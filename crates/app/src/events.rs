//! Events for live screens.

use crate::{App, Result};
use model::{
    cause::Cause,
    event::{Event, EventCursor, EventKind, NewEvent, Subject},
    id::OrganizationId,
};
use store::Writer;
use tokio::sync::watch;

impl App {
    /// Events of an organization after a cursor, oldest first, `limit` of them at most.
    ///
    /// # Errors
    /// The database's.
    pub async fn events_after(
        &self,
        org: OrganizationId,
        cursor: EventCursor,
        limit: usize,
    ) -> Result<Vec<Event>> {
        self.read(move |r| Ok(store::events::after(r, org, cursor, limit)?)).await
    }

    /// Whether nothing after a cursor has been cleared away or lost, so that a reader can go on from there.
    ///
    /// # Errors
    /// The database's.
    pub async fn events_resumable(&self, org: OrganizationId, cursor: EventCursor) -> Result<bool> {
        self.read(move |r| Ok(store::retention::events_resumable(r, org, cursor)?)).await
    }

    /// Where the stream of an organization ends now.
    ///
    /// # Errors
    /// The database's.
    pub async fn events_end(&self, org: OrganizationId) -> Result<EventCursor> {
        self.read(move |r| Ok(store::events::end(r, org)?)).await
    }

    /// Changes when events may have been written. A hint: readers look by themselves every now and then.
    pub fn events_wake(&self) -> watch::Receiver<u64> {
        self.inner.wake.subscribe()
    }
}

/// Writes an event beside the change that it tells of.
pub(crate) fn tell(
    w: &mut Writer<'_>,
    org: OrganizationId,
    kind: EventKind,
    subject: Subject,
    cause: Cause,
    at: model::Timestamp,
) -> Result<()> {
    Ok(store::events::append(w, org, &NewEvent { kind, subject, cause, at })?)
}
