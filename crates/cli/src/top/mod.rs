//! `waypost top`: how a running Waypost is doing, from its `/metrics`, in the terminal.

mod live;
mod sample;
mod screen;
mod table;
mod view;

use anyhow::Context;
use clap::Args;
use sample::Sample;
use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
    time::Duration,
};
use view::{Past, View};

/// How long one look may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How wide a table for scripts may be.
const WIDE: usize = 200;

/// Flags of `waypost top`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Where Waypost listens
    #[arg(long, env = "WAYPOST_URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// Print one look and end
    #[arg(long)]
    once: bool,
    /// Print one look as JSON and end; rates that need two looks are null
    #[arg(long)]
    json: bool,
    /// Seconds between two looks
    #[arg(long, default_value_t = 1, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=60))]
    every: u64,
}

/// Looks once where a script asks, and again and again where a person does.
pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let door = Door::to(&options.url)?;
    let person = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
    if !options.once && !options.json && person {
        live::watch(&door, Duration::from_secs(options.every)).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let sample = door.look().await.with_context(|| format!("failed to read {}", door.url))?;
    let view = View::of(&sample, &Past::default());
    let text = if options.json {
        serde_json::to_string(&view)? + "\n"
    } else {
        screen::lines(&view, screen::Sort::default(), WIDE)
            .into_iter()
            .map(|line| line.text.trim_end().to_owned() + "\n")
            .collect()
    };
    // Whoever reads may have read enough.
    drop(std::io::stdout().write_all(text.as_bytes()));
    Ok(ExitCode::SUCCESS)
}

/// The way to `/metrics`.
pub(crate) struct Door {
    http: reqwest::Client,
    url: String,
}

impl Door {
    fn to(base: &str) -> anyhow::Result<Self> {
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().timeout(PATIENCE).build()?;
        Ok(Self { http, url: format!("{}/metrics", base.trim_end_matches('/')) })
    }

    async fn look(&self) -> anyhow::Result<Sample> {
        let answer = self.http.get(&self.url).send().await.map_err(reqwest::Error::without_url)?;
        let text = answer.error_for_status().map_err(reqwest::Error::without_url)?.text().await?;
        let sample = Sample::read(&text);
        anyhow::ensure!(sample.is_ours(), "the answer has no figures of Waypost");
        Ok(sample)
    }
}
