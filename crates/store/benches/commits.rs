//! What sharing commits is worth: the same four-statement use case from 64 callers, once with a commit each and once
//! sharing them, fully synced, in one run. Prints one JSON object; see `docs/benchmarks.md`.

use model::{
    Timestamp,
    cause::Cause,
    conversation::ServiceWindow,
    event::{EventKind, NewEvent, Subject},
    id::{ContactId, ConversationId, MessageId, OrganizationId, PhoneNumberId},
    message::{Direction, MessageState},
};
use serde_json::{Value, json};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use store::{Db, Error, Lane, Location, Tuning, Writer, conversations, events, messages};
use uuid::Uuid;

const CALLERS: u64 = 64;
const PEOPLE: u64 = 1_000;
const SECONDS: Duration = Duration::from_secs(4);
const ROUNDS: usize = 3;
/// Runs so far: every run's ids differ, although PostgreSQL keeps the rows of the runs before.
static RUN: AtomicU64 = AtomicU64::new(1);

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = std::env::temp_dir().join(format!("waypost-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut result = json!({"bench": "commits", "callers": CALLERS, "statements": 4, "rounds": ROUNDS});
    result["sqlite"] = runtime.block_on(compare(|n| Location::File(folder.join(format!("{n}.db")))));
    match std::env::var("WAYPOST_TEST_POSTGRES_URL") {
        Ok(url) => result["postgres"] = runtime.block_on(compare(|_| Location::Postgres(url.clone()))),
        Err(_) => eprintln!("left out: PostgreSQL (WAYPOST_TEST_POSTGRES_URL is not set)"),
    }
    println!("{result:#}");
    std::fs::remove_dir_all(folder).expect("the folder goes");
}

/// Medians of rounds that take turns, so that a noisy minute meets both ways.
async fn compare(location: impl Fn(usize) -> Location) -> Value {
    let (mut alone, mut shared, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // PostgreSQL's way without sharing: as many connections as the pool of an ordinary server.
        let alone_each = Tuning { share: 1, writers: 16, readers: 1 };
        alone.push(measure(location(3 * round), alone_each, false).await);
        let sharing = Tuning { readers: 1, ..Tuning::default() };
        shared.push(measure(location(3 * round + 1), sharing, false).await);
        told.push(measure(location(3 * round + 2), sharing, true).await);
    }
    let (alone, shared, told) = (median(alone), median(shared), median(told));
    let round2 = |x: f64| (x * 100.0).round() / 100.0;
    json!({
        "commit_each": {"per_s": alone.0.round(), "client_cpu_us": alone.1.round()},
        "shared_commits": {"per_s": shared.0.round(), "client_cpu_us": shared.1.round()},
        "shared_commits_while_other_nodes_are_told": {"per_s": told.0.round(), "client_cpu_us": told.1.round()},
        "ratio": round2(shared.0 / alone.0),
        "told_ratio": round2(told.0 / shared.0),
    })
}

/// Says as many words to other processes as a busy node does, where there is a line.
async fn speak(db: Db, stop: Arc<AtomicBool>) {
    let Some(signals) = db.signals() else { return };
    let (speaker, mut listener) =
        (signals.open().await.expect("a line"), signals.open().await.expect("another line"));
    tokio::spawn(async move { while listener.hear().await.is_some() {} });
    while !stop.load(Ordering::Relaxed) {
        speaker.say("node inbound outbound events").await.expect("a word is said");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn median(mut runs: Vec<(f64, f64)>) -> (f64, f64) {
    runs.sort_by(|a, b| a.0.total_cmp(&b.0));
    runs[runs.len() / 2]
}

/// Use cases per second, and microseconds of this process's CPU for each.
async fn measure(location: Location, tuning: Tuning, words: bool) -> (f64, f64) {
    let db = tokio::task::spawn_blocking(move || Db::open(&location, tuning, Timestamp::UNIX_EPOCH)).await;
    let db = db.expect("the task ends").expect("the database opens");
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    if words {
        tokio::spawn(speak(db.clone(), Arc::clone(&stop)));
    }
    let (began, cpu) = (Instant::now(), cpu_ticks());
    let run = u128::from(std::process::id()) << 96 | u128::from(RUN.fetch_add(1, Ordering::Relaxed)) << 64;
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (db, stop, done) = (db.clone(), Arc::clone(&stop), Arc::clone(&done));
            tokio::spawn(async move {
                let mut number = 0;
                while !stop.load(Ordering::Relaxed) {
                    number += 1;
                    let person = (caller * 7 + number * 31) % PEOPLE;
                    let id = Uuid::from_u128(run | u128::from(caller << 40 | number));
                    let lane = Lane::contact(&person.to_string());
                    db.write(lane, move |w| use_case(w, person, id)).await.expect("the use case is kept");
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    tokio::time::sleep(SECONDS).await;
    stop.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.expect("a caller ends");
    }
    let (many, seconds) = (done.load(Ordering::Relaxed) as f64, began.elapsed().as_secs_f64());
    (many / seconds, (cpu_ticks() - cpu) * 10_000.0 / many)
}

/// A contact's message: find the thread, add the message, move the window, append the event.
fn use_case(w: &mut Writer<'_>, person: u64, id: Uuid) -> Result<(), Error> {
    let org = OrganizationId(Uuid::from_u128(1));
    let of_person = |kind: u128| Uuid::from_u128(kind << 96 | u128::from(person));
    let (number, contact) = (PhoneNumberId(Uuid::from_u128(2)), ContactId(of_person(3)));
    let now = Timestamp::from_second(1_793_523_600).expect("a moment");
    let mut thread = conversations::open_thread(w, org, number, contact, ConversationId(of_person(4)), now)?;
    let mut message = messages::New {
        id: MessageId(id),
        thread,
        direction: Direction::Inbound,
        state: MessageState::Received,
        content: json!({"type": "text", "text": {"body": "Does it come in another color?"}}),
        cause: Cause::System,
        created_at: now,
    }
    .into_message();
    message.wamid = Some(format!("wamid.{id}"));
    messages::insert(w, org, &message)?;
    thread.window = ServiceWindow::default().opened_by(now);
    conversations::contact_wrote(w, org, &thread, now)?;
    let subject = Subject { message: Some(message.id), ..Subject::default() };
    events::append(
        w,
        org,
        &NewEvent { kind: EventKind::MessageCreated, subject, cause: Cause::System, at: now },
    )
}

/// CPU time of this process in ticks of 10 ms (proc(5), fields 14 and 15).
fn cpu_ticks() -> f64 {
    let stat = std::fs::read_to_string(PathBuf::from("/proc/self/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let of = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or_default();
    of(11) + of(12)
}
