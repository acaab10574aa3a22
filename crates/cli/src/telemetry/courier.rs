//! Carries traces to their collector, with the HTTP client that the house has already.

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use std::{
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tokio::runtime::Handle;

/// How long one delivery may take. What comes meanwhile waits in a queue that has an end.
const PATIENCE: Duration = Duration::from_secs(5);

/// A client that works on the runtime, whatever thread asks it: the exporter's has none.
#[derive(Debug)]
pub(super) struct Courier {
    http: reqwest::Client,
    runtime: Handle,
    /// Whether the last delivery failed, so that a collector that is away costs the log one line, not one each time.
    away: AtomicBool,
}

impl Courier {
    /// Must be called on the runtime.
    pub(super) fn new() -> anyhow::Result<Self> {
        // Another client may have chosen already.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().timeout(PATIENCE).build()?;
        Ok(Self { http, runtime: Handle::current(), away: AtomicBool::new(false) })
    }

    fn note(&self, error: Option<&HttpError>) {
        let was_away = self.away.swap(error.is_some(), Ordering::Relaxed);
        match error {
            Some(error) if !was_away => {
                tracing::warn!(%error, "traces can't be delivered; they are dropped until they can be");
            }
            None if was_away => tracing::info!("traces are delivered again"),
            _ => {}
        }
    }
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'a>>;

impl HttpClient for Courier {
    fn send_bytes<'s, 'a>(&'s self, request: Request<Bytes>) -> Answer<'a>
    where
        's: 'a,
        Self: 'a,
    {
        Box::pin(async move {
            let http = self.http.clone();
            let answer = self.runtime.spawn(async move { deliver(&http, request).await });
            let answer = answer.await.map_err(HttpError::from).and_then(|answer| answer);
            self.note(answer.as_ref().err());
            answer
        })
    }
}

async fn deliver(http: &reqwest::Client, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    // An address may carry a password, which must not get into the log.
    let answer = http.execute(request.try_into()?).await.map_err(reqwest::Error::without_url)?;
    let answer = answer.error_for_status().map_err(reqwest::Error::without_url)?;
    let status = answer.status();
    let body = answer.bytes().await.map_err(reqwest::Error::without_url)?;
    Ok(Response::builder().status(status).body(body)?)
}
