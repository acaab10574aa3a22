//! Several processes on one PostgreSQL, one with HTTP alone and two that do the work.

use crate::{
    kill::{self, PATIENCE},
    live::Live,
    platform::Platform,
    text, until,
    waypost::{Api, Setting, Waypost},
};
use serde_json::json;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use testkit::{Database, Nats};

const WORK: &[&str] = &["--roles", "inbound,sender,jobs,scheduler,publisher"];

/// A front door that does nothing else, and the platform that knows it.
struct Stage {
    platform: Arc<Platform>,
    setting: Setting,
    api: Api,
    _front: Waypost,
    // Last, so that everything that uses them ends before.
    _nats: Option<Nats>,
    _database: Database,
}

impl Stage {
    async fn new(database: Database, nats: Option<Nats>) -> Self {
        let platform = Arc::new(Platform::start().await);
        let mut setting = Setting::new(database.folder(), &platform.url);
        setting.database_url = database.postgres_url().await;
        if let Some(nats) = &nats {
            setting.flags = vec!["--nats-url".into(), nats.url()];
        }
        let mut front = setting.another(&["--roles", "http"]).start();
        let api = front.set_up().await;
        let webhook =
            json!({"url": format!("{}/webhooks/whatsapp", front.url), "verify_token": "emulator-verify"});
        platform.control.set_webhook(&webhook).await.unwrap();
        Self { platform, setting, api, _front: front, _nats: nats, _database: database }
    }

    /// A customer writes and is answered; says how long that took.
    async fn round(&self, customer: &str, body: &str) -> Duration {
        let began = Instant::now();
        self.platform.control.send(customer, &text(&format!("{body}?"))).unwrap();
        self.api.send(body, customer, &text(body)).await;
        until("a message in and a message out", PATIENCE, async || {
            let out = self.on_phones(body);
            let messages = self.api.get("/v1/messages?limit=50").await?;
            let question = format!("{body}?");
            let came = messages["data"]
                .as_array()?
                .iter()
                .any(|m| m["content"]["text"]["body"] == question.as_str());
            (out == 1 && came).then_some(())
        })
        .await;
        began.elapsed()
    }

    /// How often a text of ours is on the phones.
    fn on_phones(&self, body: &str) -> usize {
        let of = |m: &serde_json::Value| {
            m["content"]["body"].as_str().or(m["content"]["text"]["body"].as_str()) == Some(body)
        };
        kill::accepted(&self.platform).iter().filter(|m| of(m)).count()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_moves_when_a_node_is_killed() {
    if let Some(database) = Database::postgres() {
        work_moves(Stage::new(database, None).await, "LISTEN/NOTIFY").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_moves_when_a_node_is_killed_with_nats() {
    let Some(database) = Database::postgres() else { return };
    if let Some(nats) = Nats::start(database.folder()) {
        work_moves(Stage::new(database, Some(nats)).await, "NATS").await;
    }
}

async fn work_moves(stage: Stage, way: &str) {
    let (platform, api) = (Arc::clone(&stage.platform), stage.api.clone());
    let mut first = stage.setting.another(WORK).start();
    let customers = kill::greet(&platform, &api).await;
    // What the first worker wrote is told by the front door.
    let mut live = Live::open(&api, None).await;
    let began = Instant::now();
    platform.control.send(&customers[0], &text("anybody there?")).unwrap();
    while live.next().await.kind != "message.created" {}
    println!("{way}: a live event crossed nodes {} ms after its customer wrote", began.elapsed().as_millis());

    let mut second = stage.setting.another(WORK).start();
    let writing = tokio::spawn(kill::write_all(Arc::clone(&platform), customers.clone()));
    let answering = tokio::spawn(kill::answer_all(api.clone(), customers.clone()));
    for (enough, number) in [(120, 1), (280, 2)] {
        let some = async || (kill::accepted(&platform).len() >= enough).then_some(());
        until("the middle of the work", PATIENCE, some).await;
        let worker = if number == 1 { &mut first } else { &mut second };
        worker.kill();
        let pause = longest_pause(&platform).await;
        println!("{way}: after kill -9 of worker {number}, sending paused for {} ms", pause.as_millis());
        *worker = stage.setting.another(WORK).start();
    }
    writing.await.unwrap();
    answering.await.unwrap();
    kill::all_is_read(&platform, &api, &customers[0]).await;
    kill::check(&platform, &api).await;
    for mut worker in [first, second] {
        worker.kill();
    }
}

/// The longest time in which nothing was sent, until 60 more messages were: what was under way at the moment of the kill is
/// among them.
async fn longest_pause(platform: &Platform) -> Duration {
    let first = kill::accepted(platform).len();
    let (mut many, mut since, mut longest) = (first, Instant::now(), Duration::ZERO);
    until("the other to go on", PATIENCE, async || {
        let now = kill::accepted(platform).len();
        longest = longest.max(since.elapsed());
        if now > many {
            (many, since) = (now, Instant::now());
        }
        (now >= first + 60).then_some(())
    })
    .await;
    longest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_hands_over() {
    let Some(database) = Database::postgres() else { return };
    let stage = Stage::new(database, None).await;
    let mut first = stage.setting.another(WORK).start();
    let made = stage.platform.control.add_customer(&json!({"name": "Ana"})).unwrap();
    let ana = made["wa_id"].as_str().unwrap().to_owned();
    stage.platform.control.send(&ana, &text("hello")).unwrap();
    until("the conversation", PATIENCE, async || {
        let page = stage.api.get("/v1/conversations").await?;
        (page["data"].as_array()?.len() == 1).then_some(())
    })
    .await;
    println!("with one worker, a message in and one out: {} ms", stage.round(&ana, "one").await.as_millis());
    let mut second = stage.setting.another(WORK).start();
    first.terminate();
    let ended = until("the first worker's end", PATIENCE, async || first.ended()).await;
    assert!(ended.success(), "it ended by itself: {ended}");
    println!("right after a graceful stop: {} ms", stage.round(&ana, "two").await.as_millis());
    second.terminate();
    let mut third = stage.setting.another(WORK).start();
    println!("while the next one stops: {} ms", stage.round(&ana, "three").await.as_millis());
    assert!(until("the second worker's end", PATIENCE, async || second.ended()).await.success());
    for body in ["one", "two", "three"] {
        assert_eq!(stage.on_phones(body), 1, "{body}");
    }
    third.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_to_end_says_so_before_it_closes_and_a_second_time_ends_it() {
    let database = Database::sqlite();
    let setting = Setting::new(database.folder(), "http://127.0.0.1:9");
    let mut waypost = setting.another(&["--unready-for", "300", "--stop-within", "600"]).start();
    let api = waypost.set_up().await;
    assert_eq!(api.status("/readyz").await, Some(200));
    waypost.terminate();
    until("it to say that it ends", PATIENCE, async || (api.status("/readyz").await? == 503).then_some(()))
        .await;
    assert_eq!(api.status("/healthz").await, Some(200), "requests are answered meanwhile");
    assert!(api.get("/v1/messages").await.is_some());
    assert!(waypost.ended().is_none());
    waypost.terminate();
    let ended = until("its end", PATIENCE, async || waypost.ended()).await;
    assert_eq!(ended.code(), Some(130));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_end_in_time_is_ended() {
    let database = Database::sqlite();
    // A platform that takes connections and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let setting = Setting::new(database.folder(), &format!("http://{}", silent.local_addr().unwrap()));
    let mut waypost = setting.another(&["--stop-within", "5"]).start();
    let api = waypost.set_up().await;
    let template =
        json!({"type": "template", "template": {"name": "hello_world", "language": {"code": "en_US"}}});
    let sent = api.send("one", "+34600000001", &template).await;
    until("the call", PATIENCE, async || {
        (api.gauge("waypost_messages_in_flight").await? > 0.0).then_some(())
    })
    .await;
    waypost.terminate();
    let ended = until("its end", PATIENCE, async || waypost.ended()).await;
    assert!(ended.success(), "the call was cut off, the rest ended as it should: {ended}");
    let waypost = setting.another(&[]).start();
    let api = api.at(&waypost.url);
    let path = format!("/v1/messages/{}", sent["id"].as_str().unwrap());
    until("the next process to see that nobody knows", PATIENCE, async || {
        api.get(&path).await?["outcome_unknown_since"].as_str().map(drop)
    })
    .await;
}
