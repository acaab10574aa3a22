//! Sends accepted per second, each with its three signed status webhooks delivered to a receiver that keeps up, beside a
//! bare axum server that reads the same requests and only answers. Both in one run, by turns, on as many threads.
//! Also what 100,000 simulated customers need. Prints one JSON object.
//!
//! `cargo bench -p emulator --bench sends [-- --report]`; fails below the bound unless it only reports.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use emulator::{Clock, Config, Emulator};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const PATH: &str = "/v25.0/600000000000001/messages";
/// Sends per second that must be accepted on two cores.
const SENDS: f64 = 2_000.0;
const CONNECTIONS: u64 = 32;
const RECIPIENTS: u64 = 5_000;
const TURNS: usize = 3;
/// Sends in one turn.
const BATCH: u64 = 10_000;
/// One in so many webhooks has its signature checked.
const CHECKED: u64 = 100;
/// 22 November 2026, Unix ms.
const START: i64 = 1_795_305_600_000;

fn main() -> ExitCode {
    let report_only = std::env::args().any(|argument| argument == "--report");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let at_rest = memory_mb();
    let crowd = crowd();
    let (sends, bare, cpu) = runtime.expect("a runtime starts").block_on(measure());
    println!(
        "{:#}",
        json!({
            "bench": "sends", "turns": TURNS, "batch": BATCH, "connections": CONNECTIONS,
            "sends_per_second": sends.round(), "webhooks_per_second": (sends * 3.0).round(),
            "bare_requests_per_second": bare.round(), "ratio": (bare / sends * 100.0).round() / 100.0,
            "cpu_us_per_send": cpu.map(f64::round),
            "memory_mb": { "at_rest": at_rest, "after": memory_mb() }, "crowd": crowd,
        })
    );
    if sends >= SENDS || report_only {
        return ExitCode::SUCCESS;
    }
    eprintln!("below the bound of {SENDS} sends per second");
    ExitCode::FAILURE
}

/// A hundred thousand people of whom 6,000 a minute begin a conversation, for ten minutes of virtual time.
fn crowd() -> serde_json::Value {
    let before = memory_mb();
    let clock = Clock::manual(START);
    let emulator = Emulator::new(Config::new(clock));
    let begun = Instant::now();
    let script = json!({
        "customers": 100_000, "per_minute": 6_000, "says": ["hola", "hi"], "waits": "5m",
        "reads": { "after": ["1s", "30s"] },
    });
    emulator.control().add_crowd(&script).expect("the crowd comes");
    let (appeared, people) = (begun.elapsed(), memory_mb());
    let begun = Instant::now();
    emulator.control().advance(600_000);
    let talked = begun.elapsed();
    json!({
        "customers": 100_000, "appear_ms": appeared.as_millis(), "ten_minutes_of_talk_ms": talked.as_millis(),
        "begun": emulator.control().crowds()["data"][0]["counts"]["begun"],
        "memory_mb": { "before": before, "with_them": people, "after_talking": memory_mb() },
    })
}

/// Medians of both rates, and the processor's microseconds per send of the last turn: client, receiver and all.
async fn measure() -> (f64, f64, Option<f64>) {
    let told = Arc::new(AtomicU64::new(0));
    let hook = receiver(Arc::clone(&told)).await;
    let emulator = emulator();
    let body = json!({ "url": format!("http://{hook}/hook") });
    emulator.control().set_webhook(&body).await.expect("the webhook is registered");
    emulator.start();
    let platform = listen(emulator.router()).await;
    let bare = listen(Router::new().route(PATH, post(only_answer))).await;
    let (mut sends, mut answers, mut cpu) = (Vec::new(), Vec::new(), None);
    for turn in 0..TURNS {
        let begun = Instant::now();
        batch(&bare, turn).await;
        answers.push(BATCH as f64 / begun.elapsed().as_secs_f64());
        let (begun, before, used) = (Instant::now(), told.load(Ordering::Relaxed), cpu_seconds());
        batch(&platform, turn).await;
        while told.load(Ordering::Relaxed) < before + 3 * BATCH {
            assert!(begun.elapsed() < Duration::from_secs(120), "webhooks are missing");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        sends.push(BATCH as f64 / begun.elapsed().as_secs_f64());
        cpu = cpu_seconds().zip(used).map(|(after, before)| (after - before) / BATCH as f64 * 1e6);
    }
    (median(sends), median(answers), cpu)
}

fn emulator() -> Emulator {
    let begun = Instant::now();
    let clock = Clock::new(move || START + i64::try_from(begun.elapsed().as_millis()).unwrap_or(0));
    let mut config = Config::new(clock);
    config.load = true;
    Emulator::new(config)
}

/// Sends one batch over all connections and waits for all answers.
async fn batch(address: &str, turn: usize) {
    let tasks = (0..CONNECTIONS).map(|connection| tokio::spawn(send(address.to_owned(), connection, turn)));
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("every send is accepted");
    }
}

/// The share of one connection, over plain HTTP/1.1, so that the client costs little.
async fn send(address: String, connection: u64, turn: usize) {
    let mut stream = TcpStream::connect(&address).await.expect("the server listens");
    stream.set_nodelay(true).expect("a socket takes this");
    let mut buffer = vec![0; 16 * 1024];
    let mut sent = connection;
    while sent < BATCH {
        let to = 34_600_000_000 + sent % RECIPIENTS;
        let body = format!(
            r#"{{"messaging_product":"whatsapp","to":"{to}","type":"template","template":{{"name":"hello_world","language":{{"code":"es"}}}},"biz_opaque_callback_data":"{turn}-{sent}"}}"#
        );
        let request = format!(
            "POST {PATH} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer EMULATOR-TOKEN\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.expect("the server reads");
        read_answer(&mut stream, &mut buffer).await;
        sent += CONNECTIONS;
    }
}

async fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await.expect("the server answers");
        assert!(read > 0, "the server hung up");
        filled += read;
        let text = std::str::from_utf8(&buffer[..filled]).unwrap_or("");
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        assert!(head.starts_with("HTTP/1.1 200"), "refused: {text}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if length.and_then(|length| length.parse().ok()).is_some_and(|length: usize| body.len() >= length) {
            return;
        }
    }
}

async fn only_answer(_: Bytes) -> &'static str {
    r#"{"messaging_product":"whatsapp","contacts":[{"input":"34600111222","wa_id":"34600111222"}],"messages":[{"id":"wamid.x"}]}"#
}

/// Counts webhooks, and checks some.
async fn receiver(told: Arc<AtomicU64>) -> String {
    let hook = move |headers: HeaderMap, body: Bytes| {
        let told = Arc::clone(&told);
        async move {
            let signature = headers.get(cloud_api::signature::HEADER).and_then(|value| value.to_str().ok());
            let number = told.fetch_add(1, Ordering::Relaxed);
            if number.is_multiple_of(CHECKED) {
                let checked = cloud_api::signature::verify(&["emulator-app-secret"], signature, &body);
                assert!(checked.is_ok(), "a webhook is not signed");
            }
            StatusCode::OK
        }
    };
    listen(Router::new().route("/hook", post(hook))).await
}

async fn listen(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound").to_string();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// What this process has used of the processor, where the system tells; in its clock ticks of 10 ms.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// What this process holds in memory, where the system tells.
fn memory_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()? / 1_024)
}
