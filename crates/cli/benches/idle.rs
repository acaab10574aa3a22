//! What Waypost costs at rest, and whether years of messages change that: the real binary, from start to ready and in memory,
//! over an empty SQLite database and over one with many contacts and messages; and how long a durable webhook takes in both
//! at a steady rate. Prints one JSON object with the aims beside the figures; see `docs/benchmarks.md`. `--contacts`
//! (1,000,000), `--messages` (5,000,000), `--rate` (1,000 webhooks/s), `BENCH_ROUNDS` (5), `BENCH_SECONDS` (60, of load on
//! each database, in as many turns as there are rounds).
#![expect(clippy::unwrap_used, reason = "a benchmark that can't go on says where")]

mod real;
#[path = "../../server/benches/support/mod.rs"]
mod support;
#[allow(dead_code, reason = "shared with the tests of the binary")]
#[path = "../tests/system/waypost.rs"]
mod waypost;

use real::{Platform, inbound, meta_number, ms, resident_mb, unix_ms, until};
use serde_json::{Value, json};
use std::{
    process::{Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};
use support::{flag, median, setting, two};
use testkit::Database;
use tokio::task::JoinSet;
use waypost::{Api, Setting, Waypost};

/// The people that write, spread over all that there are. As in `store`'s `fill`, the first has this `wa_id`.
const PEOPLE: u64 = 10_000;
const FIRST_PHONE: u64 = 34_600_000_000;
/// How long a started process is left alone before its memory is read.
const REST: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(60);
/// Counts webhooks over the whole run, so that each brings a new message.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// What is measured, how much, and how long.
#[derive(Clone, Copy)]
struct Plan {
    rounds: u64,
    seconds: u64,
    rate: u64,
    contacts: u64,
    messages: u64,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let plan = Plan {
        rounds: setting("BENCH_ROUNDS", 5),
        seconds: setting("BENCH_SECONDS", 60),
        rate: flag("--rate", 1_000),
        contacts: flag("--contacts", 1_000_000),
        messages: flag("--messages", 5_000_000),
    };
    println!("{:#}", runtime.block_on(run(plan)));
}

async fn run(plan: Plan) -> Value {
    let platform = Platform::start(1).await;
    let (mut empty, mut full) = (House::build(&platform).await, House::build(&platform).await);
    let filled = full.fill(plan);
    eprintln!("filled: {filled}");
    for _ in 0..plan.rounds {
        empty.start_once().await;
        full.start_once().await;
    }
    // Both run, and the load goes to one and to the other by turns, so that a noisy minute meets both.
    let (one, other) = (empty.setting.start(), full.setting.start());
    let turn = Duration::from_secs_f64(plan.seconds as f64 / plan.rounds as f64);
    let warm = Duration::from_secs(PEOPLE / plan.rate + 1);
    for round in 0..=plan.rounds {
        for house in [&mut empty, &mut full] {
            let load = load(&house.api, plan, if round == 0 { warm } else { turn }).await;
            eprintln!("round {round}: p50 {} ms, p99 {} ms", ms(load.p50), ms(load.p99));
            // The first turn only meets the people for the first time.
            if round > 0 {
                house.loads.push(load);
            }
        }
    }
    let (empty, full) = (empty.told(&one), full.told(&other));
    let ratio = full["ingest_p99_ms"].as_f64().unwrap() / empty["ingest_p99_ms"].as_f64().unwrap();
    json!({
        "bench": "idle", "rounds": plan.rounds, "seconds_of_load_each": plan.seconds, "offered_per_s": plan.rate,
        "filled": filled, "empty": empty, "full": full, "ratio_ingest_p99": two(ratio),
        "aims": {
            "empty": {"ready_ms": 300, "rss_mb": 80}, "full": {"ready_ms": 300, "rss_mb": 300, "rss_after_load_mb": 300},
            "ratio_ingest_p99": 1.5,
        },
    })
}

/// An installation and what was seen of it.
struct House {
    database: Database,
    setting: Setting,
    api: Api,
    ready: Vec<f64>,
    resident: Vec<f64>,
    loads: Vec<Load>,
}

impl House {
    /// Set up, with one number, and stopped.
    async fn build(platform: &Platform) -> Self {
        let database = Database::sqlite();
        let setting = Setting::new(database.folder(), &platform.url);
        let mut first = setting.start();
        let api = first.set_up().await;
        end(first).await;
        Self { database, setting, api, ready: Vec::new(), resident: Vec::new(), loads: Vec::new() }
    }

    /// Fills the database, by the program that knows its tables.
    fn fill(&self, plan: Plan) -> Value {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut fill = Command::new(cargo);
        fill.args(["bench", "--quiet", "--package", "store", "--bench", "fill", "--"]);
        fill.arg(self.database.folder().join("waypost.db"));
        fill.args([plan.contacts.to_string(), plan.messages.to_string()]);
        let done = fill.stderr(Stdio::inherit()).output().unwrap();
        assert!(done.status.success(), "the database was not filled");
        serde_json::from_slice(&done.stdout).unwrap()
    }

    async fn start_once(&mut self) {
        let began = Instant::now();
        let process = self.setting.start();
        self.ready.push(ms(began.elapsed()));
        tokio::time::sleep(REST).await;
        self.resident.push(resident_mb(process.process()));
        end(process).await;
    }

    fn told(self, process: &Waypost) -> Value {
        let of = |pick: fn(&Load) -> Duration| median(self.loads.iter().map(|load| ms(pick(load))).collect());
        json!({
            "ready_ms": median(self.ready.clone()), "rss_mb": median(self.resident.clone()),
            "rss_after_load_mb": resident_mb(process.process()),
            "ingest_p50_ms": of(|load| load.p50), "ingest_p99_ms": of(|load| load.p99),
            "taken_per_s": median(self.loads.iter().map(|load| load.per_s.round()).collect()),
        })
    }
}

async fn end(mut process: Waypost) {
    process.terminate();
    until("the process to end", PATIENCE, async || process.ended()).await;
}

/// What one turn came to.
struct Load {
    per_s: f64,
    p50: Duration,
    p99: Duration,
}

/// Offers webhooks at a steady rate, whether or not they are answered. Each counts from when it was due, so that what waits
/// behind a slow one counts as slow, too.
async fn load(api: &Api, plan: Plan, length: Duration) -> Load {
    let stride = (plan.contacts / PEOPLE).max(1);
    let began = Instant::now();
    let mut under_way = JoinSet::new();
    let mut times = Vec::new();
    let all = (length.as_secs_f64() * plan.rate as f64) as u64;
    for n in 0..all {
        let due = began + Duration::from_secs_f64(n as f64 / plan.rate as f64);
        tokio::time::sleep_until(due.into()).await;
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let person = FIRST_PHONE + (count % PEOPLE) * stride;
        let body = inbound(&meta_number(1), person, &format!("wamid.LOAD{count:020}"), unix_ms() / 1_000);
        let api = api.clone();
        under_way.spawn(async move {
            assert_eq!(api.webhook(&body).await, Some(200));
            due.elapsed()
        });
        while let Some(ended) = under_way.try_join_next() {
            times.push(ended.unwrap());
        }
    }
    while let Some(ended) = under_way.join_next().await {
        times.push(ended.unwrap());
    }
    let per_s = times.len() as f64 / began.elapsed().as_secs_f64();
    times.sort();
    let at = |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)];
    Load { per_s, p50: at(0.5), p99: at(0.99) }
}
