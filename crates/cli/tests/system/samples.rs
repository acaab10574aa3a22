//! Every webhook sample of Meta's pages, posted with a valid signature to the running binary.

use crate::{until, waypost::Setting};
use serde_json::{Value, json};
use std::{path::PathBuf, time::Duration};
use testkit::Database;

/// The number that the samples are about.
const NUMBER: &str = "106540352242922";

fn samples() -> Vec<(String, String)> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    let shared = std::env::var_os("WAYPOST_SHARED").map_or_else(beside, PathBuf::from);
    let Ok(files) = std::fs::read_dir(shared.join("webhook-samples")) else { return Vec::new() };
    let paths = files.map(|file| file.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "json"));
    let mut all: Vec<_> = paths
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_sample_is_answered_200_and_kept_and_messages_are_in_the_inbox() {
    let samples = samples();
    if samples.is_empty() {
        eprintln!("left out: webhook samples (the folder is not here)");
        return;
    }
    let database = Database::sqlite();
    let mut waypost = Setting::new(database.folder(), "http://127.0.0.1:9").start();
    let api = waypost.set_up().await;
    let seed = emulator::SeedWorld::default();
    let number = json!({"phone_number_id": NUMBER, "waba_id": "102290129340398", "display_phone_number": "+1 555-078-3881",
        "verified_name": "Samples", "access_token": "none", "app_id": seed.app_id, "app_secret": seed.app_secret,
        "verify_token": seed.verify_token});
    api.post("/v1/phone-numbers", &number).await;

    let mut expected = Vec::new();
    for (name, text) in &samples {
        // As they are, and once more with ids of their own: the samples share one id, so most are replays of each other.
        assert_eq!(api.webhook(text).await, Some(200), "{name}");
        let mut json: Value = serde_json::from_str(text).unwrap();
        expected.extend(own_ids(name, &mut json));
        assert_eq!(api.webhook(&json.to_string()).await, Some(200), "{name} with ids of its own");
    }
    let handled = async || {
        let waiting = api.get("/v1/deliveries?state=pending&limit=1").await?;
        waiting["data"].as_array()?.is_empty().then_some(())
    };
    until("all deliveries to be handled", Duration::from_secs(30), handled).await;
    let deliveries = api.all("/v1/deliveries").await;
    assert_eq!(deliveries.len(), 2 * samples.len());
    assert!(deliveries.iter().all(|d| d["state"] != "failed" && d["state"] != "malformed"), "{deliveries:?}");

    let mut shown = Vec::new();
    for conversation in api.all("/v1/conversations").await {
        let id = conversation["id"].as_str().unwrap();
        let messages = api.get(&format!("/v1/conversations/{id}/messages?limit=200")).await.unwrap();
        shown.extend(
            messages["data"].as_array().unwrap().iter().map(|m| m["wamid"].as_str().unwrap_or("").to_owned()),
        );
    }
    for (name, wamid) in expected {
        assert!(shown.contains(&wamid), "{name} is not in the inbox");
    }
}

/// Gives the messages of a sample ids of their own, and names those that are bubbles in the inbox.
fn own_ids(name: &str, json: &mut Value) -> Vec<(String, String)> {
    let mut bubbles = Vec::new();
    let changes = json["entry"].as_array_mut().into_iter().flatten();
    for change in changes.flat_map(|entry| entry["changes"].as_array_mut().into_iter().flatten()) {
        if change["field"] != "messages" {
            continue;
        }
        for (i, message) in change["value"]["messages"].as_array_mut().into_iter().flatten().enumerate() {
            let wamid = format!("wamid.{name}.{i}");
            message["id"] = json!(wamid);
            // A reaction shows on its message, and here on one that nobody sent.
            if message["type"] != "reaction" {
                bubbles.push((name.to_owned(), wamid));
            }
        }
    }
    bubbles
}
