//! `GET /_control/events`: what happens, as it happens, for the phones page.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::sync::broadcast::error::RecvError;

use crate::shared::Shared;

/// Server-sent events with the kind as name. A listener that falls behind gets `resync` and should read everything anew.
pub(super) async fn events(
    State(shared): State<Arc<Shared>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let receiver = shared.feed.subscribe();
    let stop = shared.stop.subscribe();
    let stream = unfold((receiver, stop), |(mut receiver, mut stop)| async move {
        let event = tokio::select! {
            event = receiver.recv() => match event {
                Ok(event) => {
                    let kind = event["kind"].as_str().unwrap_or("message").to_owned();
                    Event::default().event(kind).data(event.to_string())
                }
                Err(RecvError::Lagged(_)) => Event::default().event("resync").data("{\"kind\":\"resync\"}"),
                Err(RecvError::Closed) => return None,
            },
            _ = stop.wait_for(|stopped| *stopped) => return None,
        };
        Some((Ok(event), (receiver, stop)))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
