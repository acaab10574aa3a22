//! `waypost emulator`: WhatsApp's Cloud API on your desk, for whoever writes software for it.

use crate::{
    ambient::SystemTime,
    config::LogFormat,
    serving::{Ending, listen, local_url},
    telemetry,
};
use anyhow::{Context, anyhow};
use clap::{Args, ValueEnum};
use emulator::{Config, Emulator, Webhooks};
use serde_json::json;
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

/// Flags of `waypost emulator`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 8081)]
    port: u16,
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    listen: IpAddr,
    /// Where clients reach it, when that is not the address it listens on
    #[arg(long)]
    public_url: Option<String>,
    /// The same seed and the same calls give the same webhooks
    #[arg(long, default_value_t = 1)]
    seed: u64,
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
    telemetry::init(options.log_format, "warn");
    let (listener, address) = listen(SocketAddr::new(options.listen, options.port)).await?;
    let url = local_url(address);
    let emulator = Emulator::new(configured(&options, &url));
    emulator.start();
    if let Some(url) = &options.webhook_url {
        let webhook = json!({ "url": url, "verify_token": options.verify_token });
        emulator
            .control()
            .set_webhook(&webhook)
            .await
            .map_err(|e| anyhow!("failed to register the webhook: {e}"))?;
    }
    println!("ready {url}");
    let ending = Ending::on_signal()?;
    serve(&emulator, listener, &ending).await.context("failed to serve")
}

fn configured(options: &Options, url: &str) -> Config {
    let mut config = Config::new(SystemTime::default().emulator_clock());
    config.seed = options.seed;
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
