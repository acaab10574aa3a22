//! Live events as a stream of server-sent events, resumable where it was cut.

use crate::{
    auth::Signed,
    problem::{Problem, Result},
    views::event::EventOut,
};
use axum::response::sse::Event as Frame;
use futures_util::{Stream, stream};
use http::HeaderMap;
use model::event::{Event, EventCursor};
use std::{collections::VecDeque, convert::Infallible, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// A line this often, so that both sides notice a dead connection.
const PING: Duration = Duration::from_secs(15);
/// Wake-ups are hints: without any, an event is late by this much.
const POLL: Duration = Duration::from_secs(1);
/// Events read at once.
const BATCH: usize = 200;

/// Where the listener was cut off, by `Last-Event-ID`.
pub(crate) fn resume_point(headers: &HeaderMap) -> Result<Option<EventCursor>> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || Problem::invalid("Last-Event-ID", "it is not an id that this stream gave out");
    EventCursor::parse(text).map(Some).ok_or_else(wrong)
}

/// The organization's events after `from`, or from now on. Begins with a ping that carries the position, so that even
/// a listener who saw no event can resume; ends when the credential falls or the server stops. Who was away for so long
/// that events are missing is told so by a `resync`, and hears what happens from now on.
pub(crate) async fn listen(
    signed: Signed,
    from: Option<EventCursor>,
) -> Result<impl Stream<Item = Result<Frame, Infallible>> + Send> {
    let (app, organization) = (signed.app(), signed.organization());
    let (cursor, resync) = match from {
        Some(cursor) if app.events_resumable(organization, cursor).await? => (cursor, false),
        from => (app.events_end(organization).await?, from.is_some()),
    };
    let wake = signed.app().events_wake();
    let stopping = signed.server().stopping.clone();
    let listener = Listener {
        signed,
        cursor,
        resync,
        waiting: VecDeque::new(),
        wake,
        stopping,
        ping_at: Instant::now(),
    };
    Ok(stream::unfold(listener, |mut listener| async move {
        let frame = listener.next().await?;
        Some((Ok(frame), listener))
    }))
}

struct Listener {
    signed: Signed,
    cursor: EventCursor,
    /// Whether the listener is still to be told that events are missing.
    resync: bool,
    waiting: VecDeque<Event>,
    wake: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    ping_at: Instant,
}

impl Listener {
    async fn next(&mut self) -> Option<Frame> {
        loop {
            if *self.stopping.borrow() {
                return None;
            }
            if self.resync {
                self.resync = false;
                return Some(self.note("resync"));
            }
            if self.ping_at <= Instant::now() {
                return self.ping().await;
            }
            if let Some(event) = self.waiting.pop_front() {
                self.cursor = event.cursor;
                return Some(frame(&event));
            }
            self.wake.mark_unchanged();
            self.read().await;
            if self.waiting.is_empty() {
                self.idle().await;
            }
        }
    }

    async fn ping(&mut self) -> Option<Frame> {
        if !self.signed.still_stands().await {
            return None;
        }
        self.ping_at = Instant::now() + PING;
        Some(self.note("ping"))
    }

    /// A word about the stream itself, with its position.
    fn note(&self, kind: &str) -> Frame {
        let at = self.signed.app().now();
        Frame::default().event(kind).id(self.cursor.to_string()).data(format!("{{\"at\":\"{at}\"}}"))
    }

    /// Reads on. A failure is no reason to end the stream: the next look finds what this one missed.
    async fn read(&mut self) {
        match self.signed.app().events_after(self.signed.organization(), self.cursor, BATCH).await {
            Ok(events) => self.waiting.extend(events),
            Err(error) => tracing::warn!(%error, "failed to read events"),
        }
    }

    async fn idle(&mut self) {
        let until = self.ping_at.min(Instant::now() + POLL);
        tokio::select! {
            woken = self.wake.changed() => {
                if woken.is_err() {
                    sleep_until(until).await;
                }
            }
            _ = self.stopping.changed() => {}
            () = sleep_until(until) => {}
        }
    }
}

fn frame(event: &Event) -> Frame {
    let out = EventOut::from(event.event);
    // The view is a struct of strings, which always serialises; an empty frame would be the worst that can happen.
    let data = serde_json::to_string(&out).unwrap_or_default();
    Frame::default().event(event.event.kind.as_str()).id(event.cursor.to_string()).data(data)
}
