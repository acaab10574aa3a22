//! Sending: how many messages per second go from the outbound table to the emulator and are recorded as accepted, beside
//! the ceiling of the same run: the same client, as many calls at once, against the same emulator, with no database.
//! Prints one JSON object; see `docs/benchmarks.md`. `BENCH_ROUNDS` (5) says how often.

mod support;

use app::{NewSend, Roles};
use axum::{Router, http::StatusCode, routing::post};
use cloud_api::client::{Client, Config, Secret};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};
use support::{Product, Time, databases, median, platform, setting, two, until};
use testkit::Database;

const NUMBERS: usize = 8;
const MESSAGES: u64 = 10_000;
const CONTACTS: u64 = 5_000;
/// Calls at once of the ceiling.
const AT_ONCE: u64 = 64;

fn main() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let rounds = setting("BENCH_ROUNDS", 5);
    let mut result = json!({"bench": "send", "messages_each": MESSAGES, "rounds": rounds});
    for (name, database) in databases() {
        let (mut product, mut ceiling) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            ceiling.push(runtime.block_on(bare()));
            let Some(database) = database() else { break };
            product.push(runtime.block_on(sender(&database)));
            eprintln!(
                "{name}, round {round}: {:.0} of {:.0} per second",
                product[product.len() - 1],
                ceiling[ceiling.len() - 1]
            );
        }
        let (product, ceiling) = (median(product), median(ceiling));
        result[name] = json!({"per_s": product.round(), "ceiling_per_s": ceiling.round(), "ratio": two(product / ceiling)});
    }
    println!("{result:#}");
}

/// Takes webhooks and only answers, so that the emulator does the same work in both cases.
async fn receiver() -> String {
    let (url, _) = support::serve(Router::new().route("/hook", post(async || StatusCode::OK))).await;
    format!("{url}/hook")
}

fn body(count: u64) -> Value {
    json!({"type": "template", "template": {"name": "hello_world", "language": {"code": "en_US"}},
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": format!("+{}", 34_600_000_000 + count % CONTACTS),
        "biz_opaque_callback_data": format!("msg_{count:032}")})
}

/// The client alone.
async fn bare() -> f64 {
    let (emulator, graph) = platform(Time::new(), NUMBERS).await;
    let hook = json!({"url": receiver().await});
    emulator.control().set_webhook(&hook).await.expect("the webhook is set");
    let seed = emulator::SeedWorld::default();
    let client = Client::new(Config { base_url: graph, ..Config::new(Secret::new(seed.access_token)) })
        .expect("a client");
    let next = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let tasks = (0..AT_ONCE).map(|_| {
        let (client, next) = (client.clone(), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let count = next.fetch_add(1, Ordering::Relaxed);
                if count >= MESSAGES {
                    return;
                }
                let number = format!("6000000000000{:02}", 1 + count % NUMBERS as u64);
                client.send_message(&number, &body(count)).await.expect("the message is taken");
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("a caller ends");
    }
    let per_s = MESSAGES as f64 / began.elapsed().as_secs_f64();
    emulator.stop();
    per_s
}

/// The product: everything is enqueued first, then the sender begins.
async fn sender(database: &Database) -> f64 {
    let time = Time::new();
    let (emulator, graph) = platform(time, NUMBERS).await;
    let product = Product::open(database, time, &graph, NUMBERS).await;
    let jobs_only =
        Roles { http: false, inbound: false, sender: false, jobs: true, scheduler: false, publisher: false };
    let jobs = product.app.start(jobs_only);
    product.know_limits().await;
    jobs.stop().await;
    let hook = json!({"url": receiver().await});
    emulator.control().set_webhook(&hook).await.expect("the webhook is set");
    enqueue(&product).await;
    let began = Instant::now();
    let running = product.app.start(Roles { jobs: false, sender: true, ..jobs_only });
    until("the last message to be accepted", async || {
        let stats = product.app.stats().await.expect("the database answers");
        (stats.queued + stats.in_flight + stats.unknown == 0).then_some(())
    })
    .await;
    let per_s = MESSAGES as f64 / began.elapsed().as_secs_f64();
    running.stop().await;
    emulator.stop();
    per_s
}

async fn enqueue(product: &Product) {
    let tasks = (0..AT_ONCE).map(|writer| {
        let (app, caller) = (product.app.clone(), product.caller.clone());
        let numbers: Vec<_> = product.numbers.iter().map(|number| number.id).collect();
        tokio::spawn(async move {
            for count in (writer..MESSAGES).step_by(AT_ONCE as usize) {
                let from = numbers[(count % numbers.len() as u64) as usize];
                let body = body(count);
                let to = body["to"].as_str().unwrap_or_default().to_owned();
                let content = json!({"type": "template", "template": body["template"]});
                app.send(&caller, NewSend::new(from, to, content), None).await.expect("enqueued");
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("a writer ends");
    }
}
