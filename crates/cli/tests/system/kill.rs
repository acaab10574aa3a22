//! `kill -9` in the middle of the work, again and again: every message exactly once on both sides.

use crate::{
    platform::Platform,
    text, until,
    waypost::{Api, Setting},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use testkit::Database;

pub const CUSTOMERS: usize = 25;
pub const EACH: usize = 20;
pub const PATIENCE: Duration = Duration::from_secs(100);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_is_there_exactly_once_after_kill_9_on_sqlite() {
    survive(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_is_there_exactly_once_after_kill_9_on_postgres() {
    if let Some(database) = Database::postgres() {
        survive(database).await;
    }
}

async fn survive(database: Database) {
    let platform = Arc::new(Platform::start().await);
    let mut setting = Setting::new(database.folder(), &platform.url);
    setting.database_url = database.postgres_url().await;
    let mut waypost = setting.start();
    let api = waypost.set_up().await;
    let webhook =
        json!({"url": format!("{}/webhooks/whatsapp", waypost.url), "verify_token": "emulator-verify"});
    platform.control.set_webhook(&webhook).await.unwrap();
    let customers = greet(&platform, &api).await;

    let writing = tokio::spawn(write_all(Arc::clone(&platform), customers.clone()));
    let answering = tokio::spawn(answer_all(api.clone(), customers.clone()));
    for enough in [120, 280] {
        until("the middle of the work", PATIENCE, async || {
            (accepted(&platform).len() >= enough).then_some(())
        })
        .await;
        waypost.kill();
        waypost = setting.start();
    }
    writing.await.unwrap();
    answering.await.unwrap();

    all_is_read(&platform, &api, &customers[0]).await;
    check(&platform, &api).await;
    waypost.kill();
}

/// Waits until every answer is on its phone and was read there.
pub async fn all_is_read(platform: &Platform, api: &Api, customer: &str) {
    let expected = CUSTOMERS * EACH;
    until("all answers on the phones", PATIENCE, async || {
        // Webhooks keep flowing, as they do for a business: that is what tells an unknown outcome from silence.
        platform.control.send(customer, &text("ping")).unwrap();
        tokio::time::sleep(Duration::from_millis(500)).await;
        (accepted(platform).len() >= expected).then_some(())
    })
    .await;
    until("all ticks", PATIENCE, async || {
        let messages = api.all("/v1/messages").await;
        let ours: Vec<_> = messages.iter().filter(|m| m["direction"] == "outbound").collect();
        (ours.len() == expected && ours.iter().all(|m| m["state"] == "read")).then_some(())
    })
    .await;
}

/// Customers who have written, so that they may be answered.
pub async fn greet(platform: &Platform, api: &Api) -> Vec<String> {
    let customers: Vec<String> = (0..CUSTOMERS)
        .map(|i| {
            let made = platform.control.add_customer(&json!({"name": format!("Customer {i}")})).unwrap();
            let wa_id = made["wa_id"].as_str().unwrap().to_owned();
            platform.control.send(&wa_id, &text("hello")).unwrap();
            wa_id
        })
        .collect();
    until("all conversations", PATIENCE, async || {
        let page = api.get("/v1/conversations?limit=200").await?;
        (page["data"].as_array()?.len() == CUSTOMERS).then_some(())
    })
    .await;
    customers
}

pub async fn write_all(platform: Arc<Platform>, customers: Vec<String>) {
    for number in 0..EACH {
        for (i, customer) in customers.iter().enumerate() {
            platform.control.send(customer, &text(&format!("in {i}.{number}"))).unwrap();
        }
        // Spread over the time that the answers take, so that kills meet both.
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

pub async fn answer_all(api: Api, customers: Vec<String>) {
    let mut under_way = tokio::task::JoinSet::new();
    for (i, customer) in customers.into_iter().enumerate() {
        let api = api.clone();
        under_way.spawn(async move {
            for number in 0..EACH {
                let body = format!("out {i}.{number}");
                api.send(&body, &customer, &text(&body)).await;
            }
        });
    }
    while let Some(done) = under_way.join_next().await {
        done.unwrap();
    }
}

/// What the platform took from us.
pub fn accepted(platform: &Platform) -> Vec<Value> {
    let query = emulator::MessageQuery { limit: Some(100_000), ..Default::default() };
    platform.control.messages(&query)["data"].as_array().unwrap().clone()
}

fn count(texts: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    texts.for_each(|t| *counts.entry(t).or_default() += 1);
    counts
}

pub async fn check(platform: &Platform, api: &Api) {
    let sent = count(accepted(platform).iter().map(|m| {
        m["content"]["body"].as_str().or(m["content"]["text"]["body"].as_str()).unwrap_or("?").to_owned()
    }));
    let messages = api.all("/v1/messages").await;
    let body = |m: &Value| m["content"]["text"]["body"].as_str().unwrap_or("?").to_owned();
    let of = |direction: &str| count(messages.iter().filter(|m| m["direction"] == direction).map(body));
    let (kept, ours) = (of("inbound"), of("outbound"));
    for i in 0..CUSTOMERS {
        for number in 0..EACH {
            let (inbound, outbound) = (format!("in {i}.{number}"), format!("out {i}.{number}"));
            assert_eq!(kept.get(&inbound), Some(&1), "{inbound} in Waypost");
            assert_eq!(ours.get(&outbound), Some(&1), "{outbound} in Waypost");
            assert_eq!(sent.get(&outbound), Some(&1), "{outbound} on the phone");
        }
    }
    println!("{} inbound and {} outbound messages, each exactly once", kept.len(), sent.len());
}
