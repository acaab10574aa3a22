//! Recovery: the real binary is killed (SIGKILL) with webhooks and messages waiting and sends whose outcome nobody knows, and
//! started again. How long until it is ready, until its first send, until the backlog is worked off; beside the ceiling of the
//! same run: the same backlog after a stop in good order, with nothing unknown. Prints one JSON object; see
//! `docs/benchmarks.md`. `--deliveries` (50,000), `--messages` (20,000), `--in-flight` (500), `BENCH_ROUNDS` (3).
#![expect(clippy::unwrap_used, reason = "a benchmark that can't go on says where")]

mod real;
#[path = "../../server/benches/support/mod.rs"]
mod support;
#[allow(dead_code, reason = "shared with the tests of the binary")]
#[path = "../tests/system/waypost.rs"]
mod waypost;

use real::{Platform, gauges, inbound, meta_number, ms, unix_ms, until};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use support::{databases, flag, median, setting, two};
use testkit::Database;
use waypost::{Api, Setting};

/// The first number gets what people write, the others send: in and out share one number's limit.
const NUMBERS: usize = 4;
const CONTACTS: u64 = 5_000;
const FIRST_CONTACT: u64 = 34_600_000_000;
const AT_ONCE: u64 = 64;
const PATIENCE: Duration = Duration::from_secs(600);
/// As `Setting` starts the binary.
const RESEND_AFTER: u64 = 6;

/// How much waits.
#[derive(Clone, Copy)]
struct Backlog {
    deliveries: u64,
    messages: u64,
    in_flight: u64,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let backlog = Backlog {
        deliveries: flag("--deliveries", 50_000),
        messages: flag("--messages", 20_000),
        in_flight: flag("--in-flight", 500),
    };
    let rounds = setting("BENCH_ROUNDS", 3);
    let mut result = json!({"bench": "recover", "rounds": rounds, "resend_after_s": RESEND_AFTER,
        "deliveries": backlog.deliveries, "messages": backlog.messages, "in_flight": backlog.in_flight});
    for (name, database) in databases() {
        let (mut killed, mut stopped) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            let (Some(one), Some(other)) = (database(), database()) else { break };
            stopped.push(runtime.block_on(run(&one, Backlog { in_flight: 0, ..backlog })));
            killed.push(runtime.block_on(run(&other, backlog)));
            eprintln!(
                "{name}, round {round}: {} beside {}",
                killed[killed.len() - 1],
                stopped[stopped.len() - 1]
            );
        }
        let (killed, stopped) = (medians(&killed), medians(&stopped));
        let ratio =
            |key: &str| two(killed[key].as_f64().unwrap() / stopped[key].as_f64().unwrap().max(0.001));
        result[name] = json!({
            "ratio_deliveries_per_s": ratio("deliveries_per_s"), "ratio_messages_per_s": ratio("messages_per_s"),
            "after_kill_9": killed, "ceiling": stopped,
        });
    }
    println!("{result:#}");
}

fn medians(runs: &[Value]) -> Value {
    let keys = runs[0].as_object().unwrap().keys();
    let of = |key: &String| median(runs.iter().map(|run| run[key].as_f64().unwrap()).collect());
    keys.map(|key| (key.clone(), json!(of(key)))).collect::<serde_json::Map<_, _>>().into()
}

async fn run(database: &Database, backlog: Backlog) -> Value {
    let platform = Platform::start(NUMBERS).await;
    let mut usual = Setting::new(database.folder(), &platform.url);
    usual.database_url = database.postgres_url().await;
    let api = prepare(&platform, &usual, backlog).await;
    leave_unknown(&platform, &usual, backlog.in_flight).await;
    platform.door.open();

    let began = Instant::now();
    let started = usual.start();
    let ready = began.elapsed();
    let course = watch(&platform, &started.url, &api, began).await;
    started.terminate();
    // After a stop in good order nothing is unknown; what was seen then left in the meantime.
    let unknown = if backlog.in_flight > 0 { course.unknown } else { 0.0 };
    let seconds = |moment: Duration| two(moment.as_secs_f64());
    json!({
        "ready_ms": ms(ready),
        "first_send_ms": ms(course.first_send),
        "unknown_at_start": unknown,
        "deliveries_s": seconds(course.deliveries), "messages_s": seconds(course.messages),
        "settled_s": seconds(course.settled),
        "deliveries_per_s": (backlog.deliveries as f64 / course.deliveries.as_secs_f64()).round(),
        "messages_per_s": (backlog.messages as f64 / course.messages.as_secs_f64()).round(),
    })
}

/// Sets up, and lets everything pile up in a process that only answers requests. It ends in good order.
async fn prepare(platform: &Platform, usual: &Setting, backlog: Backlog) -> Api {
    let mut first = usual.start();
    let numbers: Vec<String> = (1..=NUMBERS).map(meta_number).collect();
    let (api, numbers) = first.set_up_with(&numbers.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let hook = json!({"url": format!("{}/webhooks/whatsapp", first.url), "verify_token": "emulator-verify"});
    platform.control.set_webhook(&hook).await.unwrap();
    for number in &numbers {
        let path = format!("/v1/phone-numbers/{number}");
        until("the limits of a number", PATIENCE, async || {
            (api.get(&path).await?["throughput"].as_u64()? == 1_000).then_some(())
        })
        .await;
    }
    end(first).await;
    let taking = Setting { flags: vec!["--roles".into(), "http".into()], ..usual.clone() }.start();
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|caller| tokio::spawn(pile_up(api.clone(), numbers.clone(), caller, backlog)))
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    end(taking).await;
    api
}

async fn pile_up(mut api: Api, numbers: Vec<String>, caller: u64, backlog: Backlog) {
    for n in (caller..backlog.deliveries).step_by(AT_ONCE as usize) {
        let at = unix_ms() / 1_000;
        let body = inbound(&meta_number(1), FIRST_CONTACT + n % CONTACTS, &format!("wamid.IN{n:020}"), at);
        assert_eq!(api.webhook(&body).await, Some(200));
    }
    let content =
        json!({"type": "template", "template": {"name": "hello_world", "language": {"code": "en_US"}}});
    for n in (caller..backlog.messages).step_by(AT_ONCE as usize) {
        api.from.clone_from(&numbers[1 + (n as usize) % (NUMBERS - 1)]);
        let to = format!("+{}", FIRST_CONTACT + n % CONTACTS);
        api.send(&format!("bench-{n}"), &to, &content).await;
    }
}

async fn end(mut process: waypost::Waypost) {
    process.terminate();
    until("the process to end", PATIENCE, async || process.ended()).await;
}

/// Leaves so many sends, or a few more, that were not answered when their process was killed. Half of them were taken; and the
/// process had committed the intent to make others.
async fn leave_unknown(platform: &Platform, usual: &Setting, in_flight: u64) {
    if in_flight == 0 {
        return;
    }
    platform.door.hold();
    let mut sending =
        Setting { flags: vec!["--roles".into(), "http,sender".into()], ..usual.clone() }.start();
    until("enough sends on their way", PATIENCE, async || (platform.door.held() >= in_flight).then_some(()))
        .await;
    sending.kill();
    // What it had written to its sockets still comes; it is none of the next process's sends.
    loop {
        let before = platform.door.held();
        tokio::time::sleep(Duration::from_millis(500)).await;
        if platform.door.held() == before {
            return;
        }
    }
}

/// A webhook twice a second.
async fn trickle(api: Api) {
    for n in 0_u64.. {
        let body = inbound(&meta_number(1), FIRST_CONTACT, &format!("wamid.ON{n:020}"), unix_ms() / 1_000);
        // Not answered by a process that isn't ready yet: the next one will be.
        api.webhook(&body).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// How long after the start things were done.
struct Course {
    /// Sends that were in flight or of unknown outcome when the process was first asked.
    unknown: f64,
    first_send: Duration,
    deliveries: Duration,
    messages: Duration,
    settled: Duration,
}

async fn watch(platform: &Platform, url: &str, api: &Api, began: Instant) -> Course {
    // Webhooks keep flowing, as they do for a business: that is what tells an unknown outcome from silence.
    let flowing = tokio::spawn(trickle(api.clone()));
    let http = real::http();
    let (mut unknown, mut deliveries, mut messages) = (None, None, None);
    let settled = until("everything to be done", PATIENCE, async || {
        let seen = gauges(&http, url).await?;
        let gauge = |name: &str| seen.get(name).copied();
        let at = began.elapsed();
        let left = gauge("waypost_messages_in_flight")? + gauge("waypost_messages_outcome_unknown")?;
        unknown.get_or_insert(left);
        // What waited from before is done when the oldest that waits is younger than this process.
        let new = gauge("waypost_oldest_delivery_seconds")? < at.as_secs_f64();
        if gauge("waypost_deliveries_waiting")? == 0.0 || new {
            deliveries.get_or_insert(at);
        }
        let sent = gauge("waypost_messages_queued")? + gauge("waypost_messages_in_flight")? == 0.0;
        // Those that are sent again come back into the queue: the last time that it is empty counts.
        messages = sent.then(|| messages.unwrap_or(at));
        let open = gauge("waypost_messages_outcome_unknown")? + gauge("waypost_deliveries_waiting")?;
        (sent && open == 0.0).then_some(at)
    })
    .await;
    flowing.abort();
    let first_send = platform.door.first_at().map_or(settled, |first| first.duration_since(began));
    let (unknown, deliveries, messages) = (unknown.unwrap(), deliveries.unwrap(), messages.unwrap());
    Course { unknown, first_send, deliveries, messages, settled }
}
