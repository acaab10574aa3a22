//! One run: start everything, offer load, make trouble, wait for rest, compare.

use crate::{
    cluster::{Api, Cluster, Setting},
    evidence::{self, Evidence},
    inbound::{Counts, Offerer},
    judge::judge,
    nats::Nats,
    outbound::Callers,
    plan::{Plan, Where},
    platform::{Person, Platform},
    postgres::Postgres,
    trouble::{self, Done, Trouble},
    until, watch,
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use testkit::Database;
use tokio::sync::mpsc;

/// How long a run may take to come to rest, beside what the load took: a slow machine has a backlog then.
const PATIENCE: Duration = Duration::from_secs(240);

/// Runs the plan and panics with what is wrong.
pub async fn run(plan: Plan) {
    let plan = plan.told();
    let began = Instant::now();
    let (database, postgres) = match plan.database {
        Where::Sqlite => (Database::sqlite(), None),
        Where::Postgres => match Database::postgres() {
            Some(database) => (database, None),
            None => return,
        },
        Where::Nodes => match Postgres::start().await {
            Some(postgres) => (Database::sqlite(), Some(postgres)),
            None => return,
        },
    };
    println!("{} with CHAOS_SEED={}: {plan:?}", plan.database.name(), plan.seed);
    let nats = match plan.database {
        Where::Nodes => Nats::start(database.folder()).await,
        _ => Err("not part of this run"),
    };
    let nats_said = nats.as_ref().map_or_else(|why| (*why).to_owned(), |_| "on".to_owned());
    println!("NATS: {nats_said}");
    let platform = Arc::new(Platform::start(plan.seed, plan.numbers()).await);
    let setting = Setting {
        folder: database.folder().to_owned(),
        database_url: match &postgres {
            Some(postgres) => Some(postgres.url()),
            None => database.postgres_url().await,
        },
        nats_url: nats.as_ref().ok().map(Nats::url),
        graph_url: platform.url.clone(),
        wake_ups: plan.wake_ups,
        resend_after: plan.resend_after,
    };
    let (cluster, api) = Cluster::start(setting, plan.nodes(), &platform).await;
    let webhook =
        json!({"url": format!("{}/webhooks/whatsapp", cluster.url()), "verify_token": "emulator-verify"});
    platform.control.set_webhook(&webhook).await.unwrap();
    let people = platform.people(plan.contacts());
    until("all greetings", PATIENCE, async || quiet(&api, &platform).await.then_some(())).await;

    trouble::standing_faults(&platform);
    let trouble = Trouble {
        plan: plan.clone(),
        cluster: Arc::clone(&cluster),
        platform: Arc::clone(&platform),
        postgres,
        nats: nats.ok(),
    };
    let load = Load::begin(&plan, &api, &people, &platform);
    let (done, standing) = trouble.run().await;
    let (evidence, offerer, sends_again) = load.end(&platform).await;
    println!("{:>6.1} s: the load is over", began.elapsed().as_secs_f64());
    let written = settle(&api, &platform, &people[0], PATIENCE + 8 * plan.load).await;
    println!("{:>6.1} s: everything rests", began.elapsed().as_secs_f64());
    let mut evidence = evidence;
    evidence.written.extend(written);
    evidence.written.extend((0..people.len()).map(|i| format!("greeting {i}")));
    let evidence = evidence.gather(&api, &platform).await;
    let summary = summary(&plan, &evidence, &offerer.counts, done, &platform);
    let violations = judge(&evidence);
    let mut summary = summary;
    summary["nats"] = json!(nats_said);
    summary["sends_asked_again"] = json!(sends_again);
    summary["took_s"] = json!(began.elapsed().as_secs());
    summary["violations"] = json!(violations.len());
    println!("{summary}");
    let complaints = cluster.complaints();
    for (many, line) in complaints.iter().take(12) {
        println!("logged {many} times: {line}");
    }
    assert_eq!(cluster.ended(), 0, "no node ends by itself");
    assert!(!complaints.iter().any(|(_, line)| line.contains("panicked")), "nothing panics");
    let shown: Vec<String> = violations.iter().take(30).map(|v| format!("{}: {}", v.kind, v.what)).collect();
    assert!(
        violations.is_empty(),
        "{} violations, CHAOS_SEED={}:\n{}",
        violations.len(),
        plan.seed,
        shown.join("\n")
    );
    assert!(done.kills > 0, "the load was over before the first kill");
    drop((standing, cluster));
}

/// What is offered.
struct Load {
    offerer: Arc<Offerer>,
    callers: Arc<Callers>,
    inbound: tokio::task::JoinHandle<crate::inbound::Brought>,
    outbound: tokio::task::JoinHandle<(Vec<crate::outbound::Enqueued>, Vec<String>)>,
    written: tokio::task::JoinHandle<Vec<String>>,
    watch: tokio::task::JoinHandle<watch::Seen>,
}

impl Load {
    fn begin(plan: &Plan, api: &Api, people: &[Person], platform: &Arc<Platform>) -> Self {
        let (ids, watched) = mpsc::unbounded_channel();
        let offerer = Offerer::new(api.clone(), people.to_vec());
        let callers = Callers::new(api.clone(), people.to_vec(), ids);
        Self {
            inbound: tokio::spawn(Arc::clone(&offerer).run(plan.rate, plan.load, plan.seed)),
            outbound: tokio::spawn(Arc::clone(&callers).run(plan.sends, plan.load, plan.seed)),
            written: tokio::spawn(write(Arc::clone(platform), people.to_vec(), plan.load)),
            watch: tokio::spawn(watch::watch(api.clone(), watched)),
            offerer,
            callers,
        }
    }

    /// Waits until all that was offered was taken, and takes the faults away.
    async fn end(self, platform: &Platform) -> (Evidence, Arc<Offerer>, u64) {
        let brought = self.inbound.await.unwrap();
        let (enqueued, refused) = self.outbound.await.unwrap();
        let written = self.written.await.unwrap();
        platform.control.remove_faults(None).unwrap();
        let again = self.callers.again.load(Ordering::Relaxed);
        // The watcher ends with the last one who names messages.
        drop(self.callers);
        let seen = self.watch.await.unwrap();
        let acknowledged = self.offerer.counts.acknowledged.load(Ordering::Relaxed);
        let evidence =
            Evidence { brought, enqueued, refused, written, seen, acknowledged, ..Evidence::default() };
        (evidence, self.offerer, again)
    }
}

/// People write on their phones too: the platform brings that, and again as it sees fit.
async fn write(platform: Arc<Platform>, people: Vec<Person>, load: Duration) -> Vec<String> {
    let began = Instant::now();
    let mut written = Vec::new();
    while began.elapsed() < load {
        let person = &people[written.len() * 7 % people.len()];
        let text = format!("written {}", written.len());
        platform.write(&person.wa_id, &person.number, &text);
        written.push(text);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    written
}

static PINGS: AtomicU64 = AtomicU64::new(0);

/// Waits until nothing is under way. Somebody writes meanwhile: that webhooks flow tells an unknown outcome from silence.
async fn settle(api: &Api, platform: &Platform, person: &Person, patience: Duration) -> Vec<String> {
    let mut written = Vec::new();
    let began = Instant::now();
    loop {
        let text = format!("ping {}", PINGS.fetch_add(1, Ordering::Relaxed));
        platform.write(&person.wa_id, &person.number, &text);
        written.push(text);
        tokio::time::sleep(Duration::from_millis(500)).await;
        let waiting = waiting(api).await;
        let for_people = evidence::unknowns(api).await.map_or(0, |all| {
            all.iter().filter(|u| u.settled_by == "open" && u.sent_again).map(|u| u.count).sum::<u64>()
        });
        // What was sent again once and is unknown again waits for people: the judge sees that.
        if waiting
            .as_ref()
            .is_some_and(|w| w["queued"] == 0 && w["in_flight"] == 0 && w["unknown"] == for_people)
        {
            break;
        }
        assert!(began.elapsed() < patience, "no rest after {patience:?}: {waiting:?}");
    }
    // Quiet for a while: between two looks a webhook may be on its way, or a status be about to be said.
    let mut still = 0;
    until("the last statuses", patience, async || {
        still = if quiet(api, platform).await { still + 1 } else { 0 };
        tokio::time::sleep(Duration::from_millis(300)).await;
        (still >= 8).then_some(())
    })
    .await;
    written
}

/// Whether the platform has said all, and all of it is handled.
async fn quiet(api: &Api, platform: &Platform) -> bool {
    platform.has_said_all()
        && waiting(api).await.is_some_and(|w| w["deliveries"] == 0 && w["jobs"] == 0)
        && platform.has_said_all()
}

/// How much waits in Waypost.
async fn waiting(api: &Api) -> Option<Value> {
    let gauges = api.metrics().await?;
    let of = |name: &str| gauges.iter().find(|(n, _)| n == name).map(|(_, value)| *value as u64);
    Some(json!({
        "deliveries": of("waypost_deliveries_waiting")?, "queued": of("waypost_messages_queued")?,
        "in_flight": of("waypost_messages_in_flight")?, "unknown": of("waypost_messages_outcome_unknown")?,
        "jobs": of("waypost_jobs_waiting")?,
    }))
}

fn summary(plan: &Plan, evidence: &Evidence, counts: &Counts, done: Done, platform: &Platform) -> Value {
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let unknown = |fits: &dyn Fn(&evidence::Unknowns) -> bool| {
        evidence.unknowns.iter().filter(|u| fits(u)).map(|u| u.count).sum::<u64>()
    };
    json!({
        "database": plan.database.name(), "nodes": plan.nodes(), "wake_ups": plan.wake_ups, "seed": plan.seed,
        "seconds": plan.load.as_secs(), "contacts": plan.contacts(), "numbers": plan.numbers(),
        "kills": done.kills, "postgres_restarts": done.postgres_restarts, "nats_stops": done.nats_stops,
        "webhooks": {
            "offered": of(&counts.offered), "duplicates": of(&counts.duplicates), "reordered": of(&counts.reordered),
            "forged": of(&counts.forged), "acknowledged": of(&counts.acknowledged), "brought_again": of(&counts.again),
            "kept": evidence.deliveries.values().sum::<u64>(),
        },
        "inbound": evidence.messages.iter().filter(|m| m.inbound).count(),
        "sends": evidence.enqueued.len(), "on_phones": evidence.phones.len(), "looks_at_states": evidence.seen.looks,
        "unknown_outcomes": {
            "arisen": unknown(&|_| true),
            "settled_by_status": unknown(&|u| u.settled_by == "status" && !u.sent_again),
            "sent_again": unknown(&|u| u.sent_again && u.settled_by != "open"),
            "settled_by_late_answer": unknown(&|u| u.settled_by == "answer" && !u.sent_again),
            "left_to_people": unknown(&|u| matches!(u.settled_by.as_str(), "open" | "person")),
        },
        // The one or two that the faults made themselves are among them.
        "refused_as_too_fast": {"130429": platform.refused(130_429), "131056": platform.refused(131_056)},
    })
}
