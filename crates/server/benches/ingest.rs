//! Durable webhooks: how many signed deliveries the product acknowledges per second, with every role at work and with the
//! role `http` alone, beside the ceiling of the same run: the same HTTP stack, signature check and parse, and one
//! group-committed insert. Prints one JSON object; see `docs/benchmarks.md`.

use app::{Ambient, App, Caller, Location, Roles, Secrets, SetUp, Settings, Tuning, Who};
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, http::StatusCode, routing::post};
use model::{
    Timestamp,
    id::{DeliveryId, MetaAppId, OrganizationId},
    time::{Clock, Ids},
};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use store::{Db, Lane, deliveries};
use tokio::{net::TcpListener, task::JoinHandle};
use uuid::Uuid;

const CONNECTIONS: [usize; 3] = [1, 16, 64];
const ROUNDS: usize = 3;
const SECONDS: Duration = Duration::from_secs(3);
const PEOPLE: u64 = 1_000;
const SECRET: &str = "bench-secret";
const NUMBER: &str = "106540352242922";

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    drop(rustls::crypto::ring::default_provider().install_default());
    let folder = std::env::temp_dir().join(format!("waypost-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut result = json!({"bench": "ingest", "seconds_each": SECONDS.as_secs(), "rounds": ROUNDS});
    result["sqlite"] = runtime.block_on(database(&folder, None));
    match std::env::var("WAYPOST_TEST_POSTGRES_URL") {
        Ok(url) => result["postgres"] = runtime.block_on(database(&folder, Some(url))),
        Err(_) => eprintln!("left out: PostgreSQL (WAYPOST_TEST_POSTGRES_URL is not set)"),
    }
    println!("{result:#}");
    std::fs::remove_dir_all(folder).expect("the folder goes");
}

async fn database(folder: &Path, postgres: Option<String>) -> Value {
    let mut rows = Vec::new();
    for connections in CONNECTIONS {
        let (mut all_roles, mut http_only, mut ceiling) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let place = |what: &str| folder.join(format!("{what}-{connections}-{round}"));
            ceiling.push(Ceiling::measure(&place("ceiling"), postgres.as_deref(), connections).await);
            let keep_only =
                Roles { inbound: false, sender: false, jobs: false, scheduler: false, ..Roles::default() };
            http_only
                .push(measure_product(&place("http"), postgres.as_deref(), connections, keep_only).await);
            let roles = Roles::default();
            all_roles.push(measure_product(&place("all"), postgres.as_deref(), connections, roles).await);
        }
        let (all_roles, http_only, ceiling) = (median(all_roles), median(http_only), median(ceiling));
        let ratio = |run: &Run| (run.per_s / ceiling.per_s * 100.0).round() / 100.0;
        rows.push(json!({
            "connections": connections,
            "ratio_all_roles": ratio(&all_roles),
            "ratio_http_only": ratio(&http_only),
            "all_roles": all_roles.json(),
            "http_only": http_only.json(),
            "ceiling": ceiling.json(),
        }));
    }
    Value::from(rows)
}

/// What one run came to.
#[derive(Clone)]
struct Run {
    per_s: f64,
    p50: Duration,
    p99: Duration,
    /// Deliveries handled to the end per second, from the first to the last; the ceiling handles none.
    handled_per_s: Option<f64>,
}

impl Run {
    fn json(&self) -> Value {
        let ms = |d: Duration| (d.as_secs_f64() * 100_000.0).round() / 100.0;
        let mut json = json!({"per_s": self.per_s.round(), "p50_ms": ms(self.p50), "p99_ms": ms(self.p99)});
        if let Some(handled) = self.handled_per_s {
            json["handled_per_s"] = json!(handled.round());
        }
        json
    }
}

fn median(mut runs: Vec<Run>) -> Run {
    runs.sort_by(|a, b| a.per_s.total_cmp(&b.per_s));
    runs.swap_remove(runs.len() / 2)
}

/// The least that could be called a durable webhook.
#[derive(Clone)]
struct Ceiling {
    db: Db,
    count: Arc<AtomicU64>,
}

impl Ceiling {
    async fn measure(folder: &Path, postgres: Option<&str>, connections: usize) -> Run {
        let location = location(folder, postgres).await;
        let open = move || Db::open(&location, Tuning::default(), now());
        let db = tokio::task::spawn_blocking(open).await.expect("the task ends").expect("the database opens");
        let shared = Self { db, count: Arc::default() };
        let router = Router::new().route("/webhooks/whatsapp", post(take)).with_state(shared);
        let (url, server) = serve(router).await;
        let run = load(&url, connections).await;
        server.abort();
        run
    }
}

async fn take(State(shared): State<Ceiling>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers.get("x-hub-signature-256").and_then(|v| v.to_str().ok());
    if cloud_api::signature::verify(&[SECRET], signature, &body).is_err()
        || cloud_api::webhook::parse(&body).is_err()
    {
        return StatusCode::UNAUTHORIZED;
    }
    let id = DeliveryId(id(shared.count.fetch_add(1, Ordering::Relaxed)));
    let (org, app) = (OrganizationId(Uuid::nil()), MetaAppId(Uuid::nil()));
    let kept = shared.db.write(Lane::Urgent, move |w| deliveries::insert(w, id, org, app, &body, now()));
    if kept.await.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// The product itself. With the role that handles deliveries, until the last one is handled.
async fn measure_product(folder: &Path, postgres: Option<&str>, connections: usize, roles: Roles) -> Run {
    let app = open(folder, location(folder, postgres).await).await;
    let running = app.start(roles);
    let options = server::Options { public_url: "http://127.0.0.1".into(), ids: ids() };
    let router = server::Server::new(app.clone(), options).router();
    let (url, server) = serve(router).await;
    let began = Instant::now();
    let mut run = load(&url, connections).await;
    let taken = run.per_s * SECONDS.as_secs_f64();
    if roles.inbound {
        while app.stats().await.expect("the database answers").deliveries_waiting > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        run.handled_per_s = Some(taken / began.elapsed().as_secs_f64());
    }
    server.abort();
    running.stop().await;
    run
}

async fn open(folder: &Path, location: Location) -> App {
    let secret = AtomicU64::new(0);
    let secrets = Secrets::new(move |bytes| {
        bytes.fill_with(|| (secret.fetch_add(7, Ordering::Relaxed) % 251) as u8);
    });
    let ambient = Ambient { clock: Clock::new(now), ids: ids(), secrets };
    let app =
        App::open(Settings::new(location, folder.join("media")), ambient).await.expect("the product opens");
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
    let number = app::NewPhoneNumber {
        phone_number_id: NUMBER.into(),
        waba_id: "1".into(),
        display_phone_number: "+1 555".into(),
        verified_name: "Bench".into(),
        access_token: "none".into(),
        app_id: "1".into(),
        app_secret: SECRET.into(),
        verify_token: "none".into(),
    };
    app.connect_phone_number(&caller, number).await.expect("the number connects");
    app
}

/// A place of the run's own: a file, or a database of that name.
async fn location(folder: &Path, postgres: Option<&str>) -> Location {
    std::fs::create_dir_all(folder).expect("a folder");
    let Some(url) = postgres else { return Location::File(PathBuf::from(folder).join("waypost.db")) };
    let name = folder.file_name().expect("a name").to_string_lossy().replace('-', "_");
    let name = format!("bench_{}_{name}", std::process::id());
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("the server");
    tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("a database");
    let (base, _) = url.rsplit_once('/').expect("the address ends in a database");
    Location::Postgres(format!("{base}/{name}"))
}

async fn serve(router: Router) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/webhooks/whatsapp", listener.local_addr().expect("an address"));
    let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("the server runs") });
    (url, server)
}

/// Posts signed deliveries of about 1 KiB over so many connections, each waiting for its answer.
async fn load(url: &str, connections: usize) -> Run {
    let stop = Arc::new(AtomicBool::new(false));
    let count = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let (url, stop, count) = (url.to_owned(), Arc::clone(&stop), Arc::clone(&count));
            let client =
                reqwest::Client::builder().no_proxy().pool_max_idle_per_host(1).build().expect("a client");
            tokio::spawn(async move {
                let mut times = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let body = delivery(count.fetch_add(1, Ordering::Relaxed));
                    let signature = cloud_api::signature::sign(SECRET, body.as_bytes());
                    let asked = Instant::now();
                    let request = client.post(&url).header("x-hub-signature-256", signature).body(body);
                    let answer = request.send().await.expect("an answer");
                    assert_eq!(answer.status(), 200);
                    times.push(asked.elapsed());
                }
                times
            })
        })
        .collect();
    tokio::time::sleep(SECONDS).await;
    stop.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a connection ends"));
    }
    let per_s = times.len() as f64 / began.elapsed().as_secs_f64();
    times.sort();
    let at = |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)];
    Run { per_s, p50: at(0.5), p99: at(0.99), handled_per_s: None }
}

fn delivery(number: u64) -> String {
    let person = number % PEOPLE;
    let filler = "Does it come in another color? ".repeat(12);
    json!({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": NUMBER},
        "contacts": [{"profile": {"name": format!("Person {person}")}, "wa_id": format!("1650555{person:04}"),
            "user_id": format!("US.13491208655{person:04}")}],
        "messages": [{"from": format!("1650555{person:04}"), "from_user_id": format!("US.13491208655{person:04}"),
            "id": format!("wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTRB{number:012}"), "timestamp": "1793523600", "type": "text",
            "text": {"body": filler}}]}}]}]}).to_string()
}

fn now() -> Timestamp {
    Timestamp::from_second(1_793_523_600).expect("a moment")
}

fn ids() -> Ids {
    let count = AtomicU64::new(1);
    Ids::new(move || id(count.fetch_add(1, Ordering::Relaxed)))
}

fn id(count: u64) -> Uuid {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&count.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(1_793_523_600_000, &bytes).into_uuid()
}
