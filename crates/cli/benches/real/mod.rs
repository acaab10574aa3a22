//! What the benchmarks of the real binary share: the platform on the wall clock, and what the system says of a process.

#![allow(dead_code, reason = "each benchmark uses its part")]

use axum::{
    Router,
    extract::{Request, State},
    http::Method,
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use emulator::{Clock, Config, Control, Emulator, SeedWorld, Webhooks};
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// Meta's id of a number, counted from 1; the first is the emulator's published one.
pub fn meta_number(number: usize) -> String {
    format!("6000000000000{number:02}")
}

/// The emulator in load mode, on the wall clock that the binary uses too, with a door that may hold answers back.
pub struct Platform {
    pub control: Control,
    pub url: String,
    pub door: Arc<Door>,
    emulator: Emulator,
    server: JoinHandle<()>,
}

/// Where sends come in.
#[derive(Default)]
pub struct Door {
    hold: AtomicBool,
    held: AtomicU64,
    first: Mutex<Option<Instant>>,
}

impl Door {
    /// From now on no send is answered; every second one is taken all the same.
    pub fn hold(&self) {
        self.hold.store(true, Ordering::SeqCst);
    }

    /// How many sends came and were not answered.
    pub fn held(&self) -> u64 {
        self.held.load(Ordering::SeqCst)
    }

    /// Answers again, and looks for the first send from now on.
    pub fn open(&self) {
        self.hold.store(false, Ordering::SeqCst);
        *self.first() = None;
    }

    /// When the first send came.
    pub fn first_at(&self) -> Option<Instant> {
        *self.first()
    }

    fn first(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.first.lock().expect("nobody panics with it")
    }
}

async fn pass(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.uri().path().ends_with("/messages") {
        return next.run(request).await;
    }
    door.first().get_or_insert_with(Instant::now);
    if !door.hold.load(Ordering::SeqCst) {
        return next.run(request).await;
    }
    if door.held.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
        drop(next.run(request).await);
    }
    std::future::pending().await
}

impl Platform {
    /// With so many numbers of Meta's top speed, in a portfolio without a limit.
    pub async fn start(numbers: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let emulator = Emulator::new(Config {
            webhooks: Webhooks::quick(),
            public_url: url.clone(),
            load: true,
            ..Config::new(Clock::new(unix_ms))
        });
        emulator.start();
        let control = emulator.control();
        let set = |path: &str, body| drop(control.perform("PUT", path, &body).expect("the world is built"));
        let seed = SeedWorld::default();
        set("/businesses", json!({"id": seed.business_id, "messaging_limit": "TIER_UNLIMITED"}));
        for number in 1..=numbers {
            let id = meta_number(number);
            let shown = format!("+1 555-010-00{number:02}");
            set(
                "/phone-numbers",
                json!({"id": id, "display_phone_number": shown, "verified_name": "Bench", "waba_id": seed.waba_id,
                    "throughput_mps": 1_000}),
            );
        }
        let door = Arc::<Door>::default();
        let router: Router = emulator.router().layer(from_fn_with_state(Arc::clone(&door), pass));
        let server =
            tokio::spawn(async move { axum::serve(listener, router).await.expect("the server runs") });
        Self { control, url, door, emulator, server }
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.emulator.stop();
        self.server.abort();
    }
}

/// Looks until `found` gives something.
pub async fn until<T>(what: &str, patience: Duration, mut found: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(value) = found().await {
            return value;
        }
        assert!(began.elapsed() < patience, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Every gauge without labels that a process shows.
pub async fn gauges(http: &reqwest::Client, url: &str) -> Option<BTreeMap<String, f64>> {
    let text = http.get(format!("{url}/metrics")).send().await.ok()?.text().await.ok()?;
    let pair = |line: &str| {
        let (name, value) = line.split_once(' ')?;
        Some((name.to_owned(), value.trim().parse().ok()?))
    };
    Some(text.lines().filter(|line| !line.starts_with('#')).filter_map(pair).collect())
}

/// What a process holds in memory, in MB of a million bytes.
pub fn resident_mb(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has memory");
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number of KiB");
    (kib * 1.024 / 10.0).round() / 100.0
}

pub fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 100_000.0).round() / 100.0
}

/// A client that keeps its connections.
pub fn http() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().expect("a client")
}

/// A signed text from a person.
pub fn inbound(number: &str, wa_id: u64, wamid: &str, at: i64) -> String {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp", "metadata": {"display_phone_number": "15550100001", "phone_number_id": number},
        "contacts": [{"profile": {"name": format!("Person {wa_id}")}, "wa_id": wa_id.to_string(),
            "user_id": format!("ES.{wa_id}")}],
        "messages": [{"from": wa_id.to_string(), "from_user_id": format!("ES.{wa_id}"), "id": wamid,
            "timestamp": at.to_string(), "type": "text",
            "text": {"body": "Does it come in another color? ".repeat(12)}}]}}]}]})
    .to_string()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the binary that is measured lives in real time, so its platform must"
)]
pub fn unix_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_millis()).unwrap_or(0)
}
