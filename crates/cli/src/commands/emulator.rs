//! `waypost emulator`: WhatsApp's Cloud API on your desk, for whoever writes software for it.

use crate::{
    ambient::SystemTime,
    config::LogFormat,
    serving::{Ending, STOP_WITHIN, listen, local_url},
    telemetry,
};
use anyhow::{Context, anyhow};
use clap::{Args, Subcommand, ValueEnum};
use emulator::{Config, Emulator, Scenario, Webhooks};
use serde_json::json;
use std::{
    io::IsTerminal,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

/// Flags of `waypost emulator`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    print: Option<Print>,
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 8081)]
    port: u16,
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    listen: IpAddr,
    /// Where clients reach it, when that is not the address it listens on
    #[arg(long)]
    public_url: Option<String>,
    /// The same seed and the same calls give the same webhooks: a number, or a scenario file that makes the world at
    /// the beginning and brings its own
    #[arg(long, value_name = "NUMBER|FILE", default_value = "1")]
    seed: String,
    /// Run a scenario: one that comes with the emulator (see GET /_control/scenarios), or a file
    #[arg(long, value_name = "NAME|FILE")]
    scenario: Option<String>,
    /// Accept as fast as it can: no rate limits, no events for the page, short memories
    #[arg(long)]
    load: bool,
    /// Keep the world in this file between runs
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// How fast messages travel and webhooks are tried again
    #[arg(long, value_enum, default_value_t = Timing::Quick)]
    timing: Timing,
    /// Send webhooks here
    #[arg(long, value_name = "URL")]
    webhook_url: Option<String>,
    /// What the receiver of webhooks expects in the handshake
    #[arg(long, requires = "webhook_url")]
    verify_token: Option<String>,
    /// How the log is written, to standard error; RUST_LOG says how much
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

/// What it says about itself instead of running.
#[derive(Debug, Clone, Copy, Subcommand)]
enum Print {
    /// Print which of Meta's paths the emulator answers, as Markdown
    Coverage,
}

/// How fast things go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Timing {
    /// Delivered and read in less than half a second
    Quick,
    /// As on the platform
    Realistic,
}

/// Answers until asked to end.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    if let Some(Print::Coverage) = options.print {
        print!("{}", emulator::coverage());
        return Ok(());
    }
    telemetry::init(options.log_format, "warn");
    let (listener, address) = listen(SocketAddr::new(options.listen, options.port)).await?;
    let url = local_url(address);
    let seed = Seed::read(&options.seed)?;
    let scenario = options.scenario.as_deref().map(scenario).transpose()?;
    let emulator = Emulator::new(configured(&options, &url, seed.number()));
    emulator.start();
    if let Some(url) = &options.webhook_url {
        let webhook = json!({ "url": url, "verify_token": options.verify_token });
        emulator
            .control()
            .set_webhook(&webhook)
            .await
            .map_err(|e| anyhow!("failed to register the webhook: {e}"))?;
    }
    for scenario in seed.scenario().into_iter().chain(&scenario) {
        let run = emulator.control().begin(scenario);
        let refused = run["steps"].as_array().into_iter().flatten().filter(|step| step["state"] == "failed");
        for step in refused {
            tracing::warn!(scenario = scenario.name, step = %step["do"], error = %step["error"], "failed to carry out a step");
        }
    }
    println!("ready {url}");
    if std::io::stdout().is_terminal() {
        println!("{}", hints(&url));
    }
    let ending = Ending::on_signal(STOP_WITHIN)?;
    serve(&emulator, listener, &ending).await.context("failed to serve")
}

/// For whoever started it by hand; programs read the first line alone.
fn hints(url: &str) -> String {
    let world = emulator::SeedWorld::default();
    format!(
        "\n  phones       {url}/\n  Graph API    {url}/v25.0/{}/messages   token {}\n  control API  {url}/_control/openapi.json",
        world.phone_number_id, world.access_token
    )
}

/// What `--seed` says.
enum Seed {
    Number(u64),
    File(Scenario),
}

impl Seed {
    fn read(text: &str) -> anyhow::Result<Self> {
        match text.parse() {
            Ok(number) => Ok(Self::Number(number)),
            Err(_) => {
                let read = std::fs::read_to_string(text).with_context(|| {
                    format!("--seed {text} is neither a number nor a file that can be read")
                })?;
                Ok(Self::File(parse(text, &read)?))
            }
        }
    }

    fn number(&self) -> u64 {
        match self {
            Self::Number(number) => *number,
            Self::File(scenario) => scenario.seed.unwrap_or(1),
        }
    }

    fn scenario(&self) -> Option<&Scenario> {
        match self {
            Self::Number(_) => None,
            Self::File(scenario) => Some(scenario),
        }
    }
}

/// One that comes with the emulator, or a file.
fn scenario(name: &str) -> anyhow::Result<Scenario> {
    Scenario::ready(name).map_or_else(|| file(name), Ok)
}

fn file(path: &str) -> anyhow::Result<Scenario> {
    let text = std::fs::read_to_string(path).with_context(|| {
        let ready: Vec<&str> = Scenario::names().collect();
        format!("{path} is neither a file that can be read nor one of {}", ready.join(", "))
    })?;
    parse(path, &text)
}

fn parse(path: &str, text: &str) -> anyhow::Result<Scenario> {
    Scenario::parse(text).with_context(|| format!("{path} is not a scenario"))
}

fn configured(options: &Options, url: &str, seed: u64) -> Config {
    let mut config = Config::new(SystemTime::default().emulator_clock());
    config.seed = seed;
    config.load = options.load;
    config.public_url = options.public_url.as_deref().unwrap_or(url).trim_end_matches('/').to_owned();
    config.state_file.clone_from(&options.state);
    if options.timing == Timing::Realistic {
        config.timing = emulator::Timing::realistic();
    } else {
        config.webhooks = Webhooks::quick();
    }
    config
}

/// Answers until asked to end; open streams of the phones page are cut then.
pub(crate) async fn serve(
    emulator: &Emulator,
    listener: tokio::net::TcpListener,
    ending: &Ending,
) -> std::io::Result<()> {
    let served = tokio::select! {
        served = axum::serve(listener, emulator.router()).into_future() => served,
        () = ending.wait() => Ok(()),
    };
    emulator.stop();
    served
}
