//! Full round trips: a message is enqueued, paced, sent to the emulator, accepted, and its three signed status webhooks
//! are taken and applied. So many per second sustained, with every queue bounded, on the same cores as the emulator.
//! Prints one JSON object; see `docs/benchmarks.md`. `BENCH_SECONDS` (60) and `BENCH_ROUNDS` (5) say how long.

mod support;

use app::{NewSend, Roles};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use support::{Product, Time, databases, median, platform, setting, two, until};
use testkit::Database;

/// Two numbers, since Meta lets one send 1,000 a second and not a message more.
const NUMBERS: usize = 2;
/// Who writes at the same time.
const WRITERS: u64 = 32;
/// Messages that may wait for their turn and deliveries that may wait to be handled, together; who wants more sent waits.
const WAITING_MAX: u64 = 2_000;
const CONTACTS: u64 = 20_000;

fn main() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let (seconds, rounds) = (setting("BENCH_SECONDS", 60), setting("BENCH_ROUNDS", 5));
    let mut result = json!({"bench": "roundtrip", "seconds_each": seconds, "rounds": rounds});
    for (name, database) in databases() {
        let mut runs = Vec::new();
        for round in 0..rounds {
            let Some(database) = database() else { break };
            let run = runtime.block_on(run(&database, Duration::from_secs(seconds)));
            eprintln!("{name}, round {round}: {run}");
            runs.push(run);
        }
        let of = |key: &str| median(runs.iter().map(|run| run[key].as_f64().unwrap_or(0.0)).collect());
        result[name] = json!({
            "per_s": of("per_s").round(),
            "cpu_us_per_message": of("cpu_us_per_message").round(),
            "most_queued": of("most_queued"), "most_deliveries_waiting": of("most_deliveries_waiting"),
            "runs_per_s": runs.iter().map(|run| run["per_s"].clone()).collect::<Vec<_>>(),
        });
    }
    println!("{result:#}");
}

async fn run(database: &Database, length: Duration) -> Value {
    let time = Time::new();
    let (emulator, graph) = platform(time, NUMBERS).await;
    let product = Product::open(database, time, &graph, NUMBERS).await;
    let (hook, server) = product.serve().await;
    let token = emulator::SeedWorld::default().verify_token;
    emulator
        .control()
        .set_webhook(&json!({"url": hook, "verify_token": token}))
        .await
        .expect("the handshake");
    let running = product.app.start(Roles::default());
    product.know_limits().await;

    let writers = Writers::start(&product);
    let (began, used) = (Instant::now(), support::cpu_seconds());
    let (mut most_queued, mut most_waiting) = (0, 0);
    while began.elapsed() < length {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let stats = product.app.stats().await.expect("the database answers");
        writers.waiting.store(stats.queued + stats.deliveries_waiting, Ordering::Relaxed);
        most_queued = most_queued.max(stats.queued);
        most_waiting = most_waiting.max(stats.deliveries_waiting);
    }
    let sent = writers.stop().await;
    let org = product.caller.organization;
    until("the last tick", async || {
        // To count them all is work that must not disturb what is measured.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let states = product.app.message_counts(org).await.expect("the database answers");
        (states.get("read").copied() == Some(sent)).then_some(())
    })
    .await;
    let (took, cpu) =
        (began.elapsed(), support::cpu_seconds().zip(used).map(|(after, before)| after - before));
    running.stop().await;
    server.abort();
    emulator.stop();
    json!({
        "messages": sent, "seconds": two(took.as_secs_f64()), "per_s": (sent as f64 / took.as_secs_f64()).round(),
        "cpu_us_per_message": cpu.map(|s| (s * 1e6 / sent as f64).round()),
        "most_queued": most_queued, "most_deliveries_waiting": most_waiting,
    })
}

/// Programs that enqueue as fast as the queue's bound lets them.
struct Writers {
    stop: Arc<AtomicBool>,
    waiting: Arc<AtomicU64>,
    tasks: Vec<tokio::task::JoinHandle<u64>>,
}

impl Writers {
    fn start(product: &Product) -> Self {
        let (stop, waiting) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let tasks = (0..WRITERS)
            .map(|writer| {
                let (stop, waiting) = (Arc::clone(&stop), Arc::clone(&waiting));
                let (app, caller) = (product.app.clone(), product.caller.clone());
                let numbers: Vec<_> = product.numbers.iter().map(|number| number.id).collect();
                tokio::spawn(async move {
                    let mut sent = 0;
                    while !stop.load(Ordering::Relaxed) {
                        if waiting.load(Ordering::Relaxed) > WAITING_MAX {
                            tokio::time::sleep(Duration::from_millis(5)).await;
                            continue;
                        }
                        let count = sent * WRITERS + writer;
                        let from = numbers[(count % numbers.len() as u64) as usize];
                        let to = format!("+{}", 34_600_000_000 + count % CONTACTS);
                        let content = json!({"type": "template",
                            "template": {"name": "hello_world", "language": {"code": "en_US"}}});
                        let new = NewSend { bulk: true, ..NewSend::new(from, to, content) };
                        app.send(&caller, new, None).await.expect("the message is enqueued");
                        sent += 1;
                    }
                    sent
                })
            })
            .collect();
        Self { stop, waiting, tasks }
    }

    async fn stop(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        let mut sent = 0;
        for task in self.tasks {
            sent += task.await.expect("a writer ends");
        }
        sent
    }
}
