//! Several nodes on one database, on a clock that stands still: what moves from one to another moves because it was given
//! back or said, and not because time went by.

use crate::text;
use app::Roles;
use serde_json::Value;
use std::time::{Duration, Instant};
use testkit::{Customer, Database, Nats, Options, World};

/// Looks are so rare that only a word from another node can explain what happens.
const RARELY: Duration = Duration::from_secs(3600);
const PATIENCE: Duration = Duration::from_secs(30);
const NONE: Roles =
    Roles { http: false, inbound: false, sender: false, jobs: false, scheduler: false, publisher: false };

async fn until<T>(what: &str, mut found: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(value) = found().await {
            return value;
        }
        assert!(began.elapsed() < PATIENCE, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A world with a customer who has written.
async fn with_ana(database: Database, options: Options) -> (World, Customer) {
    let mut w = World::with(database, options).await;
    let ana = w.customer("Ana");
    w.says(&ana, "hola").await;
    until("a conversation", async || {
        w.emulator.settle().await;
        w.inbox().await.first().map(drop)
    })
    .await;
    (w, ana)
}

/// How often the platform took a text from us; phones show it when time goes by.
fn taken(w: &World, body: &str) -> usize {
    let of =
        |m: &&Value| m["content"]["body"].as_str().or(m["content"]["text"]["body"].as_str()) == Some(body);
    w.control.messages(&Default::default())["data"].as_array().unwrap().iter().filter(of).count()
}

async fn sent(w: &World, body: &str) {
    until(body, async || (taken(w, body) == 1).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_over_postgres_moves_work_to_another_node() {
    let Some(database) = Database::postgres() else { return };
    a_word_moves_work(database, None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_over_nats_moves_work_to_another_node() {
    let Some(database) = Database::postgres() else { return };
    let Some(nats) = Nats::start(database.folder()) else { return };
    a_word_moves_work(database, Some(nats.url())).await;
}

async fn a_word_moves_work(database: Database, nats_url: Option<String>) {
    let roles = Roles { sender: false, publisher: false, ..Roles::default() };
    let (mut w, _) =
        with_ana(database, Options { roles, poll: RARELY, nats_url, ..Options::default() }).await;
    let listener = w.another_node(NONE).await;
    let mut news = listener.app.events_wake();
    until("news of an event", async || {
        // Again and again, because the first may be said before the other one listens.
        w.reply("anybody there?").await.unwrap();
        tokio::time::timeout(Duration::from_millis(100), news.changed()).await.ok()
    })
    .await
    .unwrap();
    let sender = w.another_node(Roles { sender: true, ..NONE }).await;
    until("a message sent by the other node", async || {
        w.reply("now").await.unwrap();
        (taken(&w, "now") > 0).then_some(())
    })
    .await;
    w.leave_undone();
    listener.stop().await;
    sender.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_ends_hands_its_lanes_over_at_once() {
    let Some(database) = Database::postgres() else { return };
    let (mut w, ana) = with_ana(database, Options::default()).await;
    w.reply("one").await.unwrap();
    sent(&w, "one").await;
    let other = w.another_node(Roles::default()).await;
    let began = w.app.now();
    w.stop().await;
    w.reply("two").await.unwrap();
    sent(&w, "two").await;
    w.says(&ana, "gracias").await;
    until("the customer's message", async || {
        w.emulator.settle().await;
        let thread = w.thread(w.inbox().await[0].id).await;
        thread.iter().any(|m| m.content == text("gracias")).then_some(())
    })
    .await;
    assert_eq!(w.app.now(), began, "no lease ran out: time stood still");
    other.stop().await;
    w.leave_undone();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_nodes_lanes_move_when_their_leases_run_out() {
    let Some(database) = Database::postgres() else { return };
    let (mut w, ana) = with_ana(database, Options::default()).await;
    w.reply("one").await.unwrap();
    sent(&w, "one").await;
    let other = w.another_node(Roles::default()).await;
    w.die();
    w.reply("two").await.unwrap();
    w.says(&ana, "gracias").await;
    w.advance(Duration::from_secs(5));
    sent(&w, "two").await;
    w.run_until_idle().await;
    assert_eq!(w.phone_texts(&ana), ["one", "two"]);
    assert_eq!(w.thread(w.inbox().await[0].id).await.len(), 4);
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_are_listed_while_they_live() {
    let Some(database) = Database::postgres() else { return };
    let mut w = World::new(database).await;
    let (ends, dies) = (w.another_node(NONE).await, w.another_node(Roles { jobs: true, ..NONE }).await);
    let listed = async |w: &World| w.app.nodes().await.unwrap();
    let roles = async |w: &World| listed(w).await.into_iter().map(|node| node.roles).collect::<Vec<_>>();
    let all = Roles::default().to_string();
    until("three nodes", async || {
        let mut roles = roles(&w).await;
        roles.sort();
        (roles == [String::new(), all.clone(), "jobs".to_owned()]).then_some(())
    })
    .await;
    assert!(listed(&w).await.iter().all(|node| node.version == env!("CARGO_PKG_VERSION")));
    ends.stop().await;
    assert_eq!(roles(&w).await.len(), 2, "who ends well says so");
    dies.die();
    w.advance(Duration::from_secs(16));
    until("the dead one to be taken off", async || (roles(&w).await == [all.clone()]).then_some(())).await;
    w.leave_undone();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_publisher_says_how_far_it_is_behind() {
    let database = Database::sqlite();
    let Some(mut nats) = Nats::start(database.folder()) else { return };
    let options = Options { nats_url: Some(nats.url()), ..Options::default() };
    let (mut w, _) = with_ana(database, options).await;
    let lag = async |w: &World| w.app.publisher_lag().await.unwrap().expect("it publishes");
    until("everything to be published", async || (lag(&w).await.waiting == 0).then_some(())).await;
    nats.stop();
    w.reply("while it is away").await.unwrap();
    w.run_until_idle().await;
    let behind = lag(&w).await;
    assert!(behind.waiting > 0 && behind.oldest_at.is_some(), "{behind:?}");
    nats.start_again();
    until("the rest to be published", async || (lag(&w).await.waiting == 0).then_some(())).await;
}
