//! What the benchmarks of the spine share: the product over a database of its own, the emulator beside it, and how
//! figures are told.

#![allow(dead_code, reason = "each benchmark uses its part")]

use app::{Ambient, App, Caller, Config, NewPhoneNumber, Secrets, SetUp, Settings, Who};
use axum::Router;
use emulator::{Clock as EmulatorClock, Config as EmulatorConfig, Emulator};
use model::{
    Timestamp,
    phone_number::PhoneNumber,
    time::{Clock, Ids},
};
use serde_json::json;
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};
use testkit::Database;
use tokio::{net::TcpListener, task::JoinHandle};
use uuid::Uuid;

/// 22 November 2026, Unix ms: where the clock of every benchmark starts.
pub const START_MS: i64 = 1_795_305_600_000;

/// What makes a database of a run's own, or says that there is none to be had.
pub type Make = fn() -> Option<Database>;

/// The databases to measure: SQLite, and PostgreSQL where the environment names one.
pub fn databases() -> Vec<(&'static str, Make)> {
    let mut all: Vec<(&str, Make)> = vec![("sqlite", || Some(Database::sqlite()))];
    if Database::postgres().is_some() {
        all.push(("postgres", Database::postgres));
    }
    all
}

/// Time that runs from [`START_MS`] on, the same for the product and the emulator.
#[derive(Clone, Copy)]
pub struct Time(Instant);

impl Time {
    pub fn new() -> Self {
        Self(Instant::now())
    }

    pub fn now_ms(self) -> i64 {
        START_MS + i64::try_from(self.0.elapsed().as_millis()).unwrap_or(0)
    }

    fn ambient(self) -> Ambient {
        let secret = AtomicU64::new(0);
        let count = AtomicU64::new(1);
        Ambient {
            clock: Clock::new(move || Timestamp::from_millisecond(self.now_ms()).expect("a moment")),
            ids: Ids::new(move || id(self.now_ms(), count.fetch_add(1, Ordering::Relaxed))),
            secrets: Secrets::new(move |bytes| {
                bytes.fill_with(|| (secret.fetch_add(7, Ordering::Relaxed) % 251) as u8);
            }),
        }
    }
}

/// An id that sorts by time and count.
pub fn id(now_ms: i64, count: u64) -> Uuid {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&count.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(now_ms.unsigned_abs(), &bytes).into_uuid()
}

/// The emulator in load mode: it limits nothing, and every number has Meta's top speed.
pub async fn platform(time: Time, numbers: usize) -> (Emulator, String) {
    let mut config = EmulatorConfig::new(EmulatorClock::new(move || time.now_ms()));
    config.load = true;
    let emulator = Emulator::new(config);
    emulator.start();
    let control = emulator.control();
    let set = |path: &str, body| {
        control.perform("PUT", path, &body).unwrap_or_else(|e| panic!("{path}: {e}"));
    };
    let seed = emulator::SeedWorld::default();
    set("/businesses", json!({"id": seed.business_id, "messaging_limit": "TIER_UNLIMITED"}));
    for number in 1..=numbers {
        set(
            "/phone-numbers",
            json!({"id": meta_number(number), "display_phone_number": format!("+1 555-010-00{number:02}"),
                "verified_name": "Bench", "waba_id": seed.waba_id, "throughput_mps": 1_000}),
        );
    }
    let (url, _) = serve(emulator.router()).await;
    (emulator, url)
}

fn meta_number(number: usize) -> String {
    format!("6000000000000{number:02}")
}

/// The product, set up, with its numbers connected.
pub struct Product {
    pub app: App,
    pub caller: Caller,
    pub numbers: Vec<PhoneNumber>,
}

impl Product {
    pub async fn open(database: &Database, time: Time, graph: &str, numbers: usize) -> Self {
        let mut settings = Settings::new(database.location().await, database.folder().join("media"));
        settings.config = Config { graph_base_url: graph.to_owned(), ..Config::default() };
        let app = App::open(settings, time.ambient()).await.expect("the product opens");
        let setup = SetUp {
            token: app.setup_token().to_owned(),
            organization_name: "Bench".into(),
            name: "Bench".into(),
            email: "bench@example.test".into(),
            password: "a long password".into(),
        };
        let session = app.setup(setup).await.expect("set-up");
        let user = session.signed_in.user;
        let who = Who::Agent { id: user.id, name: user.name, role: user.role };
        let caller = Caller { organization: session.signed_in.organization.id, who };
        let mut connected = Vec::new();
        for number in 1..=numbers {
            let new = new_number(&meta_number(number));
            connected.push(app.connect_phone_number(&caller, new).await.expect("the number connects"));
        }
        Self { app, caller, numbers: connected }
    }

    /// Waits until Meta's limits of every number are known.
    pub async fn know_limits(&self) {
        for number in &self.numbers {
            until("the limits of a number", async || {
                let known = self.app.phone_number(self.caller.organization, number.id).await.ok()?;
                known.portfolio.map(drop)
            })
            .await;
        }
    }

    /// The product's own HTTP server, for webhooks.
    pub async fn serve(&self) -> (String, JoinHandle<()>) {
        let ids = Ids::new({
            let count = AtomicU64::new(1);
            move || id(START_MS, count.fetch_add(1, Ordering::Relaxed))
        });
        let options = server::Options { public_url: "http://127.0.0.1".into(), ids };
        let (url, task) = serve(server::Server::new(self.app.clone(), options).router()).await;
        (format!("{url}/webhooks/whatsapp"), task)
    }
}

fn new_number(phone_number_id: &str) -> NewPhoneNumber {
    let seed = emulator::SeedWorld::default();
    NewPhoneNumber {
        phone_number_id: phone_number_id.into(),
        waba_id: seed.waba_id,
        display_phone_number: "+1 555".into(),
        verified_name: "Bench".into(),
        access_token: seed.access_token,
        app_id: seed.app_id,
        app_secret: seed.app_secret,
        verify_token: seed.verify_token,
    }
}

pub async fn serve(router: Router) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("the server runs") });
    (url, server)
}

/// Waits for something, with a generous deadline: a benchmark that hangs is worse than one that fails.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

pub fn two(figure: f64) -> f64 {
    (figure * 100.0).round() / 100.0
}

/// What this process has used of the processor, in seconds; in the system's clock ticks of 10 ms.
pub fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// A number from the command line: `--name 1000`.
pub fn flag(name: &str, usual: u64) -> u64 {
    let mut words = std::env::args();
    let Some(_) = words.find(|word| word == name) else { return usual };
    let told = words.next().and_then(|text| text.parse().ok());
    told.unwrap_or_else(|| panic!("{name} takes a number"))
}

/// A number from the environment, such as how many seconds to run.
pub fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
