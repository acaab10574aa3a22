//! `waypost demo`: Waypost and its emulator in one process, with a shop that has customers and a history.

mod browser;
mod folder;
mod seed;
mod stage;
mod story;

use crate::{
    ambient::{SystemTime, ambient, ids},
    commands,
    config::LogFormat,
    files::{private_database, private_folder},
    serving::{Ending, STOP_WITHIN, listen, local_url},
    telemetry,
};
use anyhow::{Context, anyhow};
use app::{App, Config, Location, Roles, Settings};
use clap::Args;
use emulator::{Emulator, Webhooks};
use folder::{Facts, Folder};
use serde_json::json;
use server::Server;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

/// Flags of `waypost demo`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Port of Waypost; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Port of the emulator with its page of customers' phones; 0 takes a free one
    #[arg(long, default_value_t = 8081)]
    emulator_port: u16,
    /// Folder that is kept between runs; DIR/demo.json tells scripts addresses, ids and keys
    #[arg(long, value_name = "DIR", default_value = "./.waypost/demo")]
    data: PathBuf,
    /// Don't open a browser
    #[arg(long)]
    no_open: bool,
}

/// How long before the present the story of a fresh shop begins, in milliseconds.
const STORY: i64 = 6 * 24 * 3_600_000;

/// Runs until asked to end.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    telemetry::init(LogFormat::Text, "warn");
    let ending = Ending::on_signal(STOP_WITHIN)?;
    let folder = Folder::prepare(&options.data)?;
    let kept = folder.facts()?;
    // A fresh shop lives through its history in fast motion, and so its clock begins in the past.
    let time = SystemTime::ahead_by(if kept.is_some() { 0 } else { -STORY });

    let (phones, phones_at) = listen(on(options.emulator_port)).await?;
    let (door, door_at) = listen(on(options.port)).await?;
    let (url, emulator_url) = (local_url(door_at), local_url(phones_at));
    let emulator = emulated(&folder, &time, &emulator_url);
    let app = opened(&folder, &time, &emulator_url).await?;
    let running = app.start(Roles::default());
    let server = Server::new(app.clone(), server::Options { public_url: url.clone(), ids: ids() });
    let answering = tokio::spawn({
        let (emulator, ending) = (emulator.clone(), ending.clone());
        async move { commands::emulator::serve(&emulator, phones, &ending).await }
    });
    let serving = tokio::spawn({
        let (server, ending) = (server.clone(), ending.clone());
        async move { server.serve(door, ending.wait()).await }
    });

    let demo = Demo { app, emulator, time, url, emulator_url };
    let told = tokio::select! {
        told = demo.furnish(&folder, kept) => told,
        () = ending.wait() => Err(anyhow!("ended before the shop was ready")),
    };
    if let Ok(facts) = &told {
        announce(facts, options.no_open);
        ending.wait().await;
    }
    server.stop();
    running.stop().await;
    demo.emulator.stop();
    let facts = told?;
    tracing::debug!(url = %facts.url, "stopped");
    answering.await?.and(serving.await?).context("failed to serve")
}

fn on(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

fn emulated(folder: &Folder, time: &SystemTime, url: &str) -> Emulator {
    let mut config = emulator::Config::new(time.emulator_clock());
    config.public_url = url.to_owned();
    config.state_file = Some(folder.emulator_state());
    config.webhooks = Webhooks::quick();
    let emulator = Emulator::new(config);
    emulator.start();
    emulator
}

async fn opened(folder: &Folder, time: &SystemTime, emulator_url: &str) -> anyhow::Result<App> {
    private_folder(&folder.media())?;
    private_database(&folder.database())?;
    let mut settings = Settings::new(Location::File(folder.database()), folder.media());
    settings.config = Config { graph_base_url: emulator_url.to_owned(), ..Config::default() };
    App::open(settings, ambient(time)).await.context("failed to open the demo's data")
}

/// The demo at work.
struct Demo {
    app: App,
    emulator: Emulator,
    time: SystemTime,
    url: String,
    emulator_url: String,
}

impl Demo {
    /// Connects both sides, and on the first run makes the shop; tells what scripts and people need.
    async fn furnish(&self, folder: &Folder, kept: Option<Facts>) -> anyhow::Result<Facts> {
        let seed = emulator::SeedWorld::default();
        let callback = format!("{}/webhooks/whatsapp", self.url);
        let webhook = json!({ "url": callback, "verify_token": seed.verify_token });
        let registered = self.emulator.control().set_webhook(&webhook).await;
        registered.map_err(|e| anyhow!("failed to register the webhook: {e}"))?;
        let facts = match kept {
            Some(facts) => facts,
            None => {
                eprintln!("demo: seeding a shop in {}", folder.path().display());
                folder.begin()?;
                seed::shop(self, seed).await.context("failed to seed the shop")?
            }
        };
        let facts = Facts { url: self.url.clone(), emulator_url: self.emulator_url.clone(), ..facts };
        folder.keep(&facts)?;
        Ok(facts)
    }
}

fn announce(facts: &Facts, no_open: bool) {
    println!("ready {}", facts.url);
    println!(
        "sign in as {} with password {} (agent: {}, the same password); customers' phones: {}",
        facts.email,
        facts.password,
        seed::AGENT_EMAIL,
        facts.emulator_url
    );
    if !no_open {
        browser::open(&facts.url);
    }
}
