//! The publisher passes every event on to NATS JetStream, in order and once (`docs/events/README.md`).
//!
//! Events are rows already, written beside what they tell of; the publisher reads on from where it stopped. Where that
//! is, the stream itself knows best: its last entry carries the id of an event. So a crash between an entry and the note
//! about it, a second publisher, and a late copy of an entry all come to the same stream
//! (`docs/adr/0005-events-are-published-from-their-table.md`).

mod envelope;

use crate::{App, Error, Result, roles::Hold};
use model::{
    Timestamp,
    event::{Event, EventCursor},
    id::OrganizationId,
};
use std::time::Duration;
use store::{Lane, events, leases};
use stream::{Appended, Entry, Kept, Settings, Wire};
use tokio::sync::watch;

/// The name of the lease, and of the reader in the table of readers.
const NAME: &str = "publisher";
/// The name of the stream.
const STREAM: &str = "WAYPOST_EVENTS";
/// Events under way at once: enough to fill the pipe to the server.
const BATCH: usize = 500;
/// The least pause between two looks, so that what comes one by one goes out together.
const BREATH: Duration = Duration::from_millis(20);
/// How long a node that can't publish leaves it to the others.
const REST: Duration = Duration::from_secs(2);
/// Waiting events are counted up to here; more is "a lot".
const COUNTED: usize = 100_000;

/// How far the stream is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublisherLag {
    /// Events that are not in the stream yet, counted up to 100,000.
    pub waiting: u64,
    /// When the first of them happened.
    pub oldest_at: Option<Timestamp>,
}

impl App {
    /// How far the stream of events is behind what happened; `None` when this node publishes nowhere.
    ///
    /// # Errors
    /// The database's.
    pub async fn publisher_lag(&self) -> Result<Option<PublisherLag>> {
        if self.inner.wire.is_none() {
            return Ok(None);
        }
        let read = self.read(|r| {
            let position = events::position(r, NAME)?.unwrap_or_default();
            let (waiting, oldest_at) = events::ahead(r, position, COUNTED)?;
            Ok(Some(PublisherLag { waiting, oldest_at }))
        });
        read.await
    }
}

/// Publishes until told to stop. One node at a time does; without NATS none.
pub(crate) async fn publish(app: App, mut stopped: watch::Receiver<bool>) {
    let Some(wire) = app.inner.wire.clone() else { return };
    let mut written = app.inner.wake.subscribe();
    let mut publisher = Publisher { wire, hold: Hold::new(NAME), place: None, app };
    while !*stopped.borrow() {
        written.mark_unchanged();
        let pause = match publisher.work().await {
            Ok(true) => BREATH,
            Ok(false) => publisher.app.inner.config.poll,
            Err(error) => {
                tracing::warn!(%error, "events wait to be published");
                publisher.let_others_try().await;
                REST
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = written.changed(), if pause != REST => tokio::time::sleep(BREATH).await,
            _ = stopped.changed() => {}
        }
    }
}

struct Publisher {
    app: App,
    wire: Wire,
    hold: Hold,
    /// Where we are, while nothing speaks against it.
    place: Option<Place>,
}

/// A place in the stream, and the same place in the table.
struct Place {
    stream: Kept,
    sequence: u64,
    cursor: EventCursor,
}

impl Publisher {
    /// Publishes the next events; answers whether there may be more.
    async fn work(&mut self) -> Result<bool> {
        if !self.hold.ours(&self.app).await? {
            self.place = None;
            return Ok(false);
        }
        let place = match self.place.take() {
            Some(place) => place,
            None => self.find_place().await?,
        };
        let cursor = place.cursor;
        let next = self.app.read(move |r| Ok(events::across(r, cursor, BATCH)?)).await?;
        if next.is_empty() {
            self.place = Some(place);
            return Ok(false);
        }
        let entries = next.iter().map(|(org, event)| entry(*org, event)).collect();
        let Appended { taken, sequence, error } = place.stream.append(place.sequence, entries).await;
        let cursor = next[..taken].last().map_or(cursor, |(_, event)| event.cursor);
        if taken > 0 {
            self.note(cursor).await?;
        }
        match error {
            None => {
                self.place = Some(Place { cursor, sequence, ..place });
                Ok(next.len() == BATCH)
            }
            // The place is looked for again.
            Some(stream::Error::Overtaken) => Ok(true),
            Some(error) => Err(error.into()),
        }
    }

    /// Where to go on: behind the event that the stream's last entry is of. A stream that is new gets everything that
    /// the table still has. Where the last entry says nothing to us (gone for its age, or of a database before it was
    /// set back), the note in the table counts.
    async fn find_place(&self) -> Result<Place> {
        let stream = self.wire.stream(&settings()).await?;
        let end = stream.end().await?;
        let last = end.id.as_deref().and_then(envelope::read_id);
        let new = end.sequence == 0;
        let cursor = self.app.read(move |r| {
            if let Some((org, cursor, at)) = last
                && events::is_known(r, org, cursor, at)?
            {
                return Ok(cursor);
            }
            let noted = if new { None } else { events::position(r, NAME)? };
            Ok(noted.unwrap_or_default())
        });
        let cursor = cursor.await?;
        tracing::info!(%cursor, sequence = end.sequence, "publishing events");
        self.note(cursor).await?;
        Ok(Place { stream, sequence: end.sequence, cursor })
    }

    async fn note(&self, cursor: EventCursor) -> Result<()> {
        let now = self.app.now();
        self.app.write(Lane::Any, move |w| Ok(events::set_position(w, NAME, cursor, now)?)).await
    }

    /// Another node may reach the server that this one doesn't.
    async fn let_others_try(&mut self) {
        self.place = None;
        self.hold = Hold::new(NAME);
        let node = self.app.inner.node;
        // When it can't be given back it runs out.
        let given: Result<()> = self.app.write(Lane::Any, move |w| Ok(leases::release(w, NAME, node)?)).await;
        drop(given);
    }
}

fn settings() -> Settings {
    let description =
        "What happens in Waypost, in order; docs/events/asyncapi.yaml says how it reads.".into();
    Settings { description, ..Settings::new(STREAM, envelope::SUBJECTS) }
}

fn entry(org: OrganizationId, event: &Event) -> Entry {
    Entry {
        id: envelope::id(org, event),
        subject: envelope::subject(org, event.event.kind),
        payload: envelope::envelope(org, event).to_string().into(),
    }
}

impl From<stream::Error> for Error {
    fn from(error: stream::Error) -> Self {
        match error {
            stream::Error::Address(_) => Self::invalid("nats_url", error.to_string()),
            stream::Error::Unavailable(_) | stream::Error::Overtaken => Self::Unavailable(error.to_string()),
        }
    }
}
