//! Figures for Prometheus: counted as things happen, and read from the product when `/metrics` is asked.
//!
//! Every name is in [`catalogue::ALL`] and in `docs/operate/metrics.md`; a test compares them.

mod catalogue;
mod page;
mod readings;

use crate::{Shared, problem::Result};
use axum::{extract::State, response::IntoResponse};
use http::header;
use metrics::{counter, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use page::Page;
use std::{sync::OnceLock, time::Duration};

const BUCKETS: [f64; 11] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];
/// A status can be minutes away, and after an outage a delivery, too.
const PHASE_BUCKETS: [f64; 15] =
    [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0, 120.0, 600.0];

/// The process's counters. There is one recorder in a process, however many servers run in it.
#[derive(Clone)]
pub(crate) struct Metrics(PrometheusHandle);

impl Metrics {
    /// Installs the recorder on first use.
    pub(crate) fn of_process() -> Self {
        static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
        Self(HANDLE.get_or_init(install).clone())
    }

    pub(crate) fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels =
            [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
        counter!("waypost_http_requests_total", &labels).increment(1);
        histogram!("waypost_http_request_seconds", "route" => route.to_owned()).record(took);
    }
}

/// A webhook delivery was answered, well or not, after so long.
pub(crate) fn webhook_answered(took: Duration) {
    histogram!("waypost_phase_seconds", "phase" => "webhook_answered").record(took);
}

/// A webhook delivery was not taken.
pub(crate) fn webhook_refused(reason: &'static str) {
    counter!("waypost_webhook_refused_total", "reason" => reason).increment(1);
}

fn install() -> PrometheusHandle {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&BUCKETS)
        .and_then(|builder| {
            builder.set_buckets_for_metric(Matcher::Full("waypost_phase_seconds".into()), &PHASE_BUCKETS)
        })
        .expect("neither list of buckets is empty")
        .build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("another metrics recorder is installed; /metrics shows gauges only");
    }
    for figure in catalogue::ALL {
        match figure.kind {
            catalogue::Kind::Counter => metrics::describe_counter!(figure.name, figure.help),
            catalogue::Kind::Histogram => metrics::describe_histogram!(figure.name, figure.help),
            // Written by `readings`.
            catalogue::Kind::Gauge | catalogue::Kind::Sum => {}
        }
    }
    handle
}

/// `GET /metrics`
pub(crate) async fn scrape(State(server): State<Shared>) -> Result<impl IntoResponse> {
    let overview = server.app.overview().await?;
    let unknowns = server.app.unknown_outcomes().await?;
    let lag = server.app.publisher_lag().await?;
    // Drains histograms that nobody scraped meanwhile, too.
    server.metrics.0.run_upkeep();
    let mut page = Page::new(server.metrics.0.render());
    readings::write(&mut page, &overview, &unknowns, lag.as_ref());
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page.finish()))
}
