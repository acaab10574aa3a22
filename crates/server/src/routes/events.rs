//! Live events.

use crate::{
    auth::Signed,
    problem::{Result, documented::OnList},
    sse,
    views::event::EventOut,
};
use axum::response::{IntoResponse, Sse};
use http::{HeaderMap, header};

/// Live events
///
/// A stream of server-sent events. `event` is the kind and `data` a `LiveEvent`; `ping` comes every 15 s. It resumes
/// after the event whose id `Last-Event-ID` names, and otherwise begins now. Events are kept for two weeks, unless the
/// installation says otherwise; to who was away for longer `resync` says first that events are missing: read again what you
/// show.
#[utoipa::path(get, path = "/v1/events", operation_id = "events.stream", tag = "events",
    params(("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event that was seen.")),
    responses((status = 200, description = "The stream", content_type = "text/event-stream", body = EventOut), OnList))]
pub(crate) async fn stream(signed: Signed, headers: HeaderMap) -> Result<impl IntoResponse> {
    let from = sse::resume_point(&headers)?;
    let events = sse::listen(signed, from).await?;
    // Proxies that buffer would hold events back.
    Ok((
        [(header::CACHE_CONTROL, "no-cache"), (header::HeaderName::from_static("x-accel-buffering"), "no")],
        Sse::new(events),
    ))
}
