//! The stream of events in NATS is the table of events: all of them, in order, once, whatever is killed meanwhile.

use crate::{
    kill::{self, PATIENCE},
    live::{Event, Live},
    platform::Platform,
    text, until,
    waypost::{Api, Setting, Waypost},
};
use async_nats::jetstream::{self, consumer::pull};
use futures_util::{StreamExt, TryStreamExt};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use testkit::{Database, Nats};

const DOCUMENT: &str = include_str!("../../../../docs/events/asyncapi.yaml");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_is_published_once_and_in_order_on_sqlite() {
    let database = Database::sqlite();
    if let Some(nats) = Nats::start(database.folder()) {
        publish(database, nats).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_is_published_once_and_in_order_on_postgres() {
    let Some(database) = Database::postgres() else { return };
    if let Some(nats) = Nats::start(database.folder()) {
        publish(database, nats).await;
    }
}

/// Traffic, while the server of the stream is killed and started, and the processes that publish are, too.
async fn publish(database: Database, mut nats: Nats) {
    let platform = Arc::new(Platform::start().await);
    let mut setting = Setting::new(database.folder(), &platform.url);
    setting.database_url = database.postgres_url().await;
    setting.flags = vec!["--nats-url".into(), nats.url()];
    let mut front = setting.start();
    let api = front.set_up().await;
    let webhook =
        json!({"url": format!("{}/webhooks/whatsapp", front.url), "verify_token": "emulator-verify"});
    platform.control.set_webhook(&webhook).await.unwrap();
    let other = setting.another(&["--roles", "publisher"]);
    let mut others = Vec::new();
    if setting.database_url.is_some() {
        others.push(other.start());
    }
    let customers = kill::greet(&platform, &api).await;
    let writing = tokio::spawn(kill::write_all(Arc::clone(&platform), customers.clone()));
    let answering = tokio::spawn(kill::answer_all(api.clone(), customers.clone()));
    let reached = async |many| {
        let some = async || (kill::accepted(&platform).len() >= many).then_some(());
        until("the middle of the work", PATIENCE, some).await;
    };
    reached(80).await;
    restart(&mut front, &setting);
    reached(160).await;
    nats.stop();
    reached(240).await;
    others.iter_mut().for_each(|node| restart(node, &other));
    nats.start_again();
    reached(320).await;
    restart(&mut front, &setting);
    writing.await.unwrap();
    answering.await.unwrap();
    kill::all_is_read(&platform, &api, &customers[0]).await;
    compare(&api, &nats).await;
}

fn restart(node: &mut Waypost, setting: &Setting) {
    node.kill();
    *node = setting.start();
}

/// The stream, read by a program that knows nothing but its address, against what the API tells.
async fn compare(api: &Api, nats: &Nats) {
    until("everything to be published", PATIENCE, async || {
        (api.gauge("waypost_events_unpublished").await? == 0.0).then_some(())
    })
    .await;
    let client = async_nats::connect(nats.url()).await.unwrap();
    let published = replay(&client).await;
    let mut live = Live::open(api, Some("0.0")).await;
    let validators = validators();
    for (place, entry) in published.iter().enumerate() {
        let told = live.next().await;
        assert_eq!(entry.body["cursor"], told.id.as_str(), "entry {place} of {}", published.len());
        agree(entry, &told);
        let kind = told.kind.as_str();
        let (_, validator) = validators.iter().find(|(known, _)| known == kind).expect("a described kind");
        let wrong: Vec<String> = validator.iter_errors(&entry.body).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{:#}: {wrong:?}", entry.body);
    }
    let again = replay(&client).await;
    assert!(published == again, "a second consumer gets the same from the beginning");
    let kept = published.len();
    assert!(kept > 4 * kill::CUSTOMERS * kill::EACH, "{kept} events of so much traffic");
    println!("{kept} events in the stream, each once, in the order of the table, as the document says");
}

#[derive(Debug, PartialEq)]
struct Entry {
    id: String,
    subject: String,
    body: Value,
}

/// Everything in the stream, as a new consumer reads it.
async fn replay(client: &async_nats::Client) -> Vec<Entry> {
    let context = jetstream::new(client.clone());
    let stream = context.get_stream("WAYPOST_EVENTS").await.unwrap();
    let many = stream.get_info().await.unwrap().state.messages;
    let consumer = stream.create_consumer(pull::OrderedConfig::default()).await.unwrap();
    let messages = consumer.messages().await.unwrap().take(usize::try_from(many).unwrap());
    let entries = messages.map_ok(|message| Entry {
        id: message.headers.as_ref().and_then(|h| h.get("Nats-Msg-Id")).unwrap().as_str().to_owned(),
        subject: message.subject.to_string(),
        body: serde_json::from_slice(&message.payload).unwrap(),
    });
    tokio::time::timeout(Duration::from_secs(60), entries.try_collect()).await.expect("in time").unwrap()
}

/// One event, told in two ways.
fn agree(entry: &Entry, told: &Event) {
    let Entry { id, subject, body } = entry;
    let organization = body["data"]["organization_id"].as_str().unwrap();
    assert_eq!(body["id"], id.as_str());
    assert_eq!(*subject, format!("waypost.v1.{organization}.{}", told.kind));
    assert_eq!(body["type"], format!("waypost.v1.{}", told.kind));
    assert_eq!(body["time"], told.data["at"]);
    for key in ["conversation_id", "message_id", "contact_id", "delivery_id", "phone_number_id"] {
        assert_eq!(body["data"][key], told.data[key], "{key}");
    }
}

/// For each kind, what the document says of it.
fn validators() -> Vec<(String, jsonschema::Validator)> {
    let document: Value = yaml_serde::from_str(DOCUMENT).unwrap();
    let messages = document["components"]["messages"].as_object().unwrap();
    let validators = messages.iter().map(|(kind, message)| {
        let schema = json!({"allOf": [message["payload"]], "components": document["components"]});
        (kind.clone(), jsonschema::validator_for(&schema).unwrap())
    });
    validators.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_nats_at_the_start_everything_goes_on_and_is_published_later() {
    let database = Database::sqlite();
    let Some(mut nats) = Nats::start(database.folder()) else { return };
    nats.stop();
    let platform = Platform::start().await;
    let mut setting = Setting::new(database.folder(), &platform.url);
    setting.flags = vec!["--nats-url".into(), nats.url()];
    let mut waypost = setting.start();
    let api = waypost.set_up().await;
    let webhook =
        json!({"url": format!("{}/webhooks/whatsapp", waypost.url), "verify_token": "emulator-verify"});
    platform.control.set_webhook(&webhook).await.unwrap();
    let made = platform.control.add_customer(&json!({"name": "Ana"})).unwrap();
    platform.control.send(made["wa_id"].as_str().unwrap(), &text("hello")).unwrap();
    until("the message", PATIENCE, async || {
        let page = api.get("/v1/messages").await?;
        (page["data"].as_array()?.len() == 1).then_some(())
    })
    .await;
    let behind = api.gauge("waypost_events_unpublished").await.unwrap();
    assert!(behind > 0.0);
    nats.start_again();
    until("everything to be published", PATIENCE, async || {
        (api.gauge("waypost_events_unpublished").await? == 0.0).then_some(())
    })
    .await;
    let client = async_nats::connect(nats.url()).await.unwrap();
    let published = replay(&client).await;
    assert!(published.iter().any(|entry| entry.subject.ends_with(".message.created")));
}
