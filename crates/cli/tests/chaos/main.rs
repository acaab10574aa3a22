//! The chaos test: real processes under load are killed, cut off and lied to, and in the end every message is there
//! exactly once and in its order (docs/chaos.md). Without a word from the environment these are the suite's short forms;
//! `cargo xtask chaos` makes them long.
#![expect(clippy::unwrap_used, reason = "a test that can't go on says where")]

mod balancer;
mod cluster;
mod dice;
mod evidence;
mod inbound;
mod judge;
mod judged;
mod nats;
mod outbound;
mod plan;
mod platform;
mod postgres;
mod run;
mod trouble;
mod watch;

use plan::{Plan, Where};
use std::time::{Duration, Instant};

/// Looks until `found` gives something.
async fn until<T>(what: &str, patience: Duration, mut found: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(value) = found().await {
            return value;
        }
        assert!(began.elapsed() < patience, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_survives_chaos() {
    run::run(Plan::short(Where::Sqlite)).await;
}

/// With every wake-up dropped: they are hints.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_survives_chaos_without_wake_ups() {
    run::run(Plan { wake_ups: false, ..Plan::short(Where::Postgres) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_survive_chaos() {
    run::run(Plan::short(Where::Nodes)).await;
}
