//! Traces by OpenTelemetry: spans of ours go to a collector over OTLP, as protobuf over HTTP.
//!
//! The SDK's own variables hold beside ours, such as `OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS`,
//! `OTEL_BSP_MAX_QUEUE_SIZE` and `OTEL_RESOURCE_ATTRIBUTES`.

use super::courier::Courier;
use anyhow::{Context, ensure};
use http::HeaderMap;
use opentelemetry::{propagation::TextMapPropagator, trace::TracerProvider};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use std::time::Duration;
use tracing::{Metadata, Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

/// How long what is queued may take to be delivered at the end.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Where OTLP over HTTP takes traces, below a collector's address.
const PATH: &str = "/v1/traces";

/// The way of traces out of the process.
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// A way to `endpoint`, and the layer that puts spans on it. Spans wait in a queue that has an end and are sent by a
    /// thread of its own: nobody waits for a collector.
    pub(super) fn to<S>(endpoint: &str) -> anyhow::Result<(Self, impl Layer<S> + use<S>)>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Courier::new()?)
            .with_endpoint(address(endpoint)?)
            .build()
            .context("failed to make ready the export of traces")?;
        let resource = Resource::builder()
            .with_service_name(std::env::var("OTEL_SERVICE_NAME").unwrap_or_else(|_| "waypost".into()))
            .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
        let layer = tracing_opentelemetry::layer()
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_tracer(provider.tracer("waypost"))
            .with_filter(filter_fn(is_ours));
        Ok((Self(provider), layer))
    }

    /// Ties a request's span to its caller's trace (W3C Trace Context).
    pub(crate) fn adopt(span: &Span, headers: &HeaderMap) {
        if headers.contains_key("traceparent") {
            let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
            // Where nobody records this span there is nothing to tie.
            drop(span.set_parent(parent));
        }
    }

    /// Sends what is queued, for a moment at most.
    pub(crate) async fn end(self) {
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST_WORDS));
        if !matches!(ended.await, Ok(Ok(()))) {
            tracing::warn!("the last traces could not be delivered");
        }
    }
}

/// Spans of our rooms, without events: an error's words may tell more than a trace should.
fn is_ours(metadata: &Metadata<'_>) -> bool {
    let room = metadata.target().split("::").next().unwrap_or_default();
    metadata.is_span() && ["server", "app", "store", "waypost"].contains(&room)
}

fn address(endpoint: &str) -> anyhow::Result<String> {
    let endpoint = endpoint.trim().trim_end_matches('/');
    let known = endpoint.starts_with("http://") || endpoint.starts_with("https://");
    ensure!(known, "the OTLP endpoint is an http:// or https:// address, such as http://127.0.0.1:4318");
    Ok(if endpoint.ends_with(PATH) { endpoint.to_owned() } else { format!("{endpoint}{PATH}") })
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_endpoint_is_a_base_or_the_whole_address() {
        let address = |endpoint| super::address(endpoint).unwrap();
        assert_eq!(address("http://127.0.0.1:4318"), "http://127.0.0.1:4318/v1/traces");
        assert_eq!(address("https://c.example/otlp/"), "https://c.example/otlp/v1/traces");
        assert_eq!(address("http://127.0.0.1:4318/v1/traces"), "http://127.0.0.1:4318/v1/traces");
        assert!(super::address("127.0.0.1:4317").is_err());
    }
}
