//! Numbers for Prometheus: counted as requests pass, and read from the product when `/metrics` is asked.

use crate::{Shared, problem::Result};
use axum::{extract::State, response::IntoResponse};
use http::header;
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::{collections::HashMap, sync::OnceLock, time::Duration};

const BUCKETS: [f64; 11] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

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

/// A webhook delivery was not taken.
pub(crate) fn webhook_refused(reason: &'static str) {
    counter!("waypost_webhook_refused_total", "reason" => reason).increment(1);
}

fn install() -> PrometheusHandle {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&BUCKETS)
        .expect("the list of buckets is not empty")
        .build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("another metrics recorder is installed; /metrics shows gauges only");
    }
    metrics::describe_counter!("waypost_http_requests_total", "HTTP requests answered");
    metrics::describe_histogram!("waypost_http_request_seconds", "Time to answer, in seconds");
    metrics::describe_counter!("waypost_webhook_refused_total", "Webhook deliveries that were not taken");
    metrics::describe_gauge!("waypost_deliveries_waiting", "Webhook deliveries kept and not handled yet");
    metrics::describe_gauge!("waypost_oldest_delivery_seconds", "Age of the oldest delivery that waits");
    metrics::describe_gauge!("waypost_messages_queued", "Messages that wait to be sent");
    metrics::describe_gauge!("waypost_messages_in_flight", "Messages on their way to Meta");
    metrics::describe_gauge!("waypost_messages_outcome_unknown", "Sends whose outcome nobody knows yet");
    metrics::describe_gauge!(
        "waypost_unknown_outcomes",
        "Sends of the last day whose outcome was unknown for a while, by what settled them (open: nothing yet)"
    );
    metrics::describe_gauge!("waypost_oldest_due_seconds", "How late the oldest message that is due is");
    metrics::describe_gauge!("waypost_jobs_waiting", "Jobs that wait");
    metrics::describe_gauge!("waypost_jobs_failed", "Jobs given up");
    metrics::describe_gauge!("waypost_database_waiting", "Transactions that wait for a writer");
    metrics::describe_gauge!("waypost_events_unpublished", "Events not in NATS yet, counted up to 100,000");
    metrics::describe_gauge!("waypost_oldest_unpublished_event_seconds", "Age of the first of them");
    metrics::describe_gauge!("waypost_circuit_open", "1 while sends wait because nobody answers");
    handle
}

/// `GET /metrics`
pub(crate) async fn scrape(State(server): State<Shared>) -> Result<impl IntoResponse> {
    let stats = server.app.stats().await?;
    let now = server.app.now();
    let age =
        |at: Option<jiff::Timestamp>| at.map_or(0.0, |at| now.duration_since(at).as_secs_f64().max(0.0));
    let gauges = [
        ("waypost_deliveries_waiting", stats.deliveries_waiting as f64),
        ("waypost_oldest_delivery_seconds", age(stats.oldest_delivery_at)),
        ("waypost_messages_queued", stats.queued as f64),
        ("waypost_messages_in_flight", stats.in_flight as f64),
        ("waypost_messages_outcome_unknown", stats.unknown as f64),
        ("waypost_oldest_due_seconds", age(stats.oldest_due_at)),
        ("waypost_jobs_waiting", stats.jobs_waiting as f64),
        ("waypost_jobs_failed", stats.jobs_failed as f64),
        ("waypost_database_waiting", stats.database_waiting as f64),
        ("waypost_circuit_open", f64::from(u8::from(stats.circuit_open))),
    ];
    for (name, value) in gauges {
        gauge!(name).set(value);
    }
    let ended: HashMap<_, _> = server
        .app
        .unknown_outcomes()
        .await?
        .into_iter()
        .map(|unknowns| ((unknowns.settled_by, unknowns.sent_again), unknowns.count))
        .collect();
    // All of them every time: what is no longer there must not stay as it was.
    for settled_by in ["", "answer", "status", "person", "expiry"] {
        for sent_again in [false, true] {
            let key = (Some(settled_by.to_owned()).filter(|word| !word.is_empty()), sent_again);
            let count = ended.get(&key).copied().unwrap_or_default();
            let settled_by = if settled_by.is_empty() { "open" } else { settled_by };
            let labels = [("settled_by", settled_by.to_owned()), ("sent_again", sent_again.to_string())];
            gauge!("waypost_unknown_outcomes", &labels).set(count as f64);
        }
    }
    if let Some(lag) = server.app.publisher_lag().await? {
        gauge!("waypost_events_unpublished").set(lag.waiting as f64);
        gauge!("waypost_oldest_unpublished_event_seconds").set(age(lag.oldest_at));
    }
    // Drains histograms that nobody scraped meanwhile, too.
    server.metrics.0.run_upkeep();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], server.metrics.0.render()))
}
