//! `waypost doctor`: how the installation is, in plain words.

use crate::{ambient::SystemTime, place::Place};
use app::{
    Config,
    care::{self, Level},
};
use clap::Args;
use std::{process::ExitCode, time::Duration};

/// `waypost doctor`
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// Where the Graph API is
    #[arg(long, env = "WAYPOST_GRAPH_BASE_URL", default_value = "https://graph.facebook.com")]
    graph_base_url: String,
    /// Read whole tables as well, to see that no reference leads nowhere
    #[arg(long)]
    deep: bool,
    /// Print a JSON list
    #[arg(long)]
    json: bool,
}

/// Longer than this nobody waits for a clock.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks, and prints a line a finding; exit code 1 when something doesn't work.
pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let what = care::Examine {
        place: options.place.place()?,
        config: Config {
            graph_base_url: options.graph_base_url.trim_end_matches('/').to_owned(),
            graph_timeout: PATIENCE,
            ..Config::default()
        },
        clock: SystemTime::default().clock(),
        deep: options.deep,
    };
    let findings = care::examine(&what).await;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        for finding in &findings {
            let level = match finding.level {
                Level::Ok => "ok  ",
                Level::Warn => "warn",
                Level::Fail => "FAIL",
            };
            println!("{level}  {}: {}", finding.check, finding.says);
            if let Some(advice) = finding.advice {
                println!("      {advice}");
            }
        }
    }
    let failed = findings.iter().any(|finding| finding.level == Level::Fail);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
