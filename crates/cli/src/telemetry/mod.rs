//! The log, to standard error, so that standard output is for what scripts read; and traces, for who wants them.

mod courier;
mod traces;

use crate::config::LogFormat;
use std::io::IsTerminal;
pub(crate) use traces::Traces;
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer, layer::SubscriberExt, registry::LookupSpan, util::SubscriberInitExt,
};

/// Begins logging. `RUST_LOG` says how much; without it, `usual`.
pub(crate) fn init(format: LogFormat, usual: &str) {
    tracing_subscriber::registry().with(log(format)).with(filter(usual)).init();
}

/// The same, and sends traces to the collector at `endpoint`.
///
/// # Errors
/// When the address is none. A collector that isn't there is no error.
pub(crate) fn init_traced(format: LogFormat, usual: &str, endpoint: &str) -> anyhow::Result<Traces> {
    let (traces, layer) = Traces::to(endpoint)?;
    // Each with a filter of its own: what is traced must not fill the log.
    tracing_subscriber::registry().with(layer).with(log(format).with_filter(filter(usual))).init();
    Ok(traces)
}

fn filter(usual: &str) -> EnvFilter {
    EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual))
}

fn log<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => log.json().flatten_event(true).boxed(),
    }
}
