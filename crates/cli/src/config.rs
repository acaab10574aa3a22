//! What `waypost serve` is told, by flags or by the environment.

use crate::{
    files::{private_database, private_folder},
    place::Place,
    telemetry::{self, Traces},
};
use app::{Config, Location, Roles, Settings, care::Retention};
use clap::{Args, ValueEnum};
use std::{net::SocketAddr, time::Duration};

/// Flags of `waypost serve`. Each may stand in the environment as well; a flag wins.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address to listen on
    #[arg(long, env = "WAYPOST_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    #[command(flatten)]
    pub place: Place,
    /// NATS servers, nats://…, separated by commas: events are published there, and nodes wake each other over it
    #[arg(long, env = "WAYPOST_NATS_URL", hide_env_values = true)]
    pub nats_url: Option<String>,
    /// Where people and Meta reach Waypost; with https, cookies go over TLS only [default: http://LISTEN]
    #[arg(long, env = "WAYPOST_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Where the Graph API is; an emulator's address for trying things out
    #[arg(long, env = "WAYPOST_GRAPH_BASE_URL", default_value = "https://graph.facebook.com")]
    pub graph_base_url: String,
    /// Version of the Graph API
    #[arg(long, env = "WAYPOST_GRAPH_VERSION", default_value = "v25.0")]
    pub graph_version: String,
    /// What this process does, separated by commas
    #[arg(
        long,
        env = "WAYPOST_ROLES",
        value_enum,
        value_delimiter = ',',
        default_value = "http,inbound,sender,jobs,scheduler,publisher"
    )]
    pub roles: Vec<Role>,
    /// Seconds to wait for news of a message that left without an answer, before it is sent again
    #[arg(long, env = "WAYPOST_RESEND_AFTER", default_value_t = 60, value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub resend_after: u64,
    /// For tests: `off` drops every wake-up, so that all work is found by looking
    #[arg(long, env = "WAYPOST_WAKE_UPS", value_enum, default_value_t = WakeUps::On, hide = true)]
    pub wake_ups: WakeUps,
    /// Asked to end, fail /readyz for so many seconds before refusing connections, so that a load balancer notices
    #[arg(long, env = "WAYPOST_UNREADY_FOR", default_value_t = 0, value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(0..=300))]
    pub unready_for: u64,
    /// Asked to end, be gone so many seconds after that, whatever is still under way
    #[arg(long, env = "WAYPOST_STOP_WITHIN", default_value_t = 30, value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(5..=600))]
    pub stop_within: u64,
    #[command(flatten)]
    pub keep: Keep,
    /// Collector that traces are sent to, by OTLP over HTTP, such as http://127.0.0.1:4318 [default: no traces]
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL", hide_env_values = true)]
    pub otlp_endpoint: Option<String>,
    /// How the log is written, to standard error; RUST_LOG says how much
    #[arg(long, env = "WAYPOST_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// How long things are kept.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Keep {
    /// Days for which handled webhook deliveries are kept and can be replayed
    #[arg(long, env = "WAYPOST_KEEP_DELIVERIES", default_value_t = Retention::default().deliveries,
        value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub keep_deliveries: u32,
    /// Days for which deliveries and jobs are kept that were set aside
    #[arg(long, env = "WAYPOST_KEEP_FAILED", default_value_t = Retention::default().failed, value_name = "DAYS",
        value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub keep_failed: u32,
    /// Days for which events are kept for those who follow the stream
    #[arg(long, env = "WAYPOST_KEEP_EVENTS", default_value_t = Retention::default().events, value_name = "DAYS",
        value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub keep_events: u32,
    /// Days for which it is kept how a message went out, try by try
    #[arg(long, env = "WAYPOST_KEEP_SENDS", default_value_t = Retention::default().sends, value_name = "DAYS",
        value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub keep_sends: u32,
}

impl From<Keep> for Retention {
    fn from(keep: Keep) -> Self {
        Self {
            deliveries: keep.keep_deliveries,
            failed: keep.keep_failed,
            events: keep.keep_events,
            sends: keep.keep_sends,
        }
    }
}

/// A role of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Answers requests
    Http,
    /// Handles webhook deliveries
    Inbound,
    /// Sends messages
    Sender,
    /// Does jobs
    Jobs,
    /// Clears away what is out of date
    Scheduler,
    /// Publishes events to NATS, where there is one
    Publisher,
}

/// Whether idle loops are woken; they are hints, so everything must happen without them too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WakeUps {
    /// As always
    On,
    /// For tests
    Off,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// For machines, a JSON object a line
    Json,
}

impl Serve {
    /// Begins logging, and tracing where a collector is named.
    pub(crate) fn begin_telling(&self) -> anyhow::Result<Option<Traces>> {
        let endpoint = self.otlp_endpoint.as_deref().filter(|url| !url.trim().is_empty());
        match endpoint {
            Some(endpoint) => telemetry::init_traced(self.log_format, "info", endpoint).map(Some),
            None => {
                telemetry::init(self.log_format, "info");
                Ok(None)
            }
        }
    }

    /// Which roles run.
    pub(crate) fn roles(&self) -> Roles {
        let has = |role| self.roles.contains(&role);
        Roles {
            http: has(Role::Http),
            inbound: has(Role::Inbound),
            sender: has(Role::Sender),
            jobs: has(Role::Jobs),
            scheduler: has(Role::Scheduler),
            publisher: has(Role::Publisher),
        }
    }

    /// What the product is opened with.
    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        let place = self.place.place()?;
        let mut settings = Settings::new(place.database, place.media);
        settings.config = Config {
            graph_base_url: self.graph_base_url.trim_end_matches('/').to_owned(),
            graph_version: self.graph_version.clone(),
            resend_after: Duration::from_secs(self.resend_after),
            wake_ups: self.wake_ups == WakeUps::On,
            nats_url: self.nats_url.clone(),
            // The rest is for the ends themselves: leases, and the other nodes.
            drain: Duration::from_secs(self.stop_within - 4),
            retention: self.keep.into(),
            ..Config::default()
        };
        Ok(settings)
    }

    /// Makes what is missing on disk, readable by the owner alone.
    pub(crate) fn prepare(&self, settings: &Settings) -> anyhow::Result<()> {
        private_folder(&self.place.data)?;
        private_folder(&settings.media_dir)?;
        match &settings.database {
            Location::File(path) => private_database(path),
            Location::Postgres(_) => Ok(()),
        }
    }
}
