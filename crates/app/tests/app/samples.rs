//! Every webhook sample that Meta's pages show is kept, and what is a message is in the inbox.

use crate::inbound::deliver;
use model::{delivery::DeliveryState, page::PageRequest};
use serde_json::Value;
use std::path::PathBuf;
use testkit::{World, on_both};

fn samples() -> Option<Vec<(String, String)>> {
    let shared = std::env::var_os("WAYPOST_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let Ok(files) = std::fs::read_dir(shared.join("webhook-samples")) else {
        eprintln!("left out: webhook samples (the folder is not here)");
        return None;
    };
    let mut samples: Vec<_> = files
        .filter_map(|file| {
            let path = file.ok()?.path();
            let name = path.file_name()?.to_string_lossy().into_owned();
            name.ends_with(".json").then(|| std::fs::read_to_string(&path).ok().map(|text| (name, text)))?
        })
        .collect();
    samples.sort();
    Some(samples)
}

/// The samples share their ids, which would make most of them replays of the first: each gets its own.
fn with_own_ids(name: &str, text: &str) -> String {
    let mut json: Value = serde_json::from_str(text).expect("a sample is JSON");
    fn walk(value: &mut Value, name: &str) {
        match value {
            Value::Object(map) => {
                for (key, inner) in map {
                    if key == "messages" || key == "message_echoes" {
                        for (i, message) in inner.as_array_mut().into_iter().flatten().enumerate() {
                            message["id"] = Value::from(format!("wamid.{name}.{i}"));
                        }
                    } else {
                        walk(inner, name);
                    }
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|v| walk(v, name)),
            _ => {}
        }
    }
    walk(&mut json, name);
    json.to_string()
}

on_both! {
    async fn every_sample_is_kept_and_its_messages_are_visible(database) {
        let Some(samples) = samples() else { return };
        assert!(samples.len() > 100);
        let mut w = World::new(database).await;
        let number = app::NewPhoneNumber { phone_number_id: "106540352242922".into(), ..testkit::published_number() };
        w.app.connect_phone_number(&w.caller, number).await.unwrap();
        w.run_until_idle().await;
        let mut expected = Vec::new();
        for (name, text) in &samples {
            let text = with_own_ids(name, text);
            let signature = cloud_api::signature::sign("emulator-app-secret", text.as_bytes());
            w.app.receive_webhook(Some(&signature), text.clone().into_bytes().into()).await.expect("it is kept");
            let json: Value = serde_json::from_str(&text).unwrap();
            for change in json["entry"].as_array().into_iter().flatten().flat_map(|e| e["changes"].as_array().into_iter().flatten()) {
                if matches!(change["field"].as_str(), Some("messages" | "smb_message_echoes")) {
                    for list in ["messages", "message_echoes"] {
                        let ids = change["value"][list].as_array().into_iter().flatten();
                        expected.extend(ids.map(|m| (name.clone(), m["type"].as_str().unwrap_or("").to_owned(), m["id"].as_str().unwrap().to_owned())));
                    }
                }
            }
        }
        w.expect_work();
        w.run_until_idle().await;
        let failed = w.app.deliveries(w.org(), Some(DeliveryState::Failed), PageRequest::default()).await.unwrap();
        assert!(failed.data.is_empty(), "{:?}", failed.data);
        let mut kept = 0;
        let mut page = PageRequest::new(Some(200), None);
        loop {
            let found = w.app.deliveries(w.org(), None, page).await.unwrap();
            kept += found.data.len();
            let Some(next) = found.next else { break };
            page = PageRequest::new(Some(200), Some(next));
        }
        assert!(kept >= samples.len());
        let mut shown = Vec::new();
        for conversation in w.inbox().await {
            shown.extend(w.thread(conversation.id).await.into_iter().filter_map(|m| m.wamid));
        }
        for (name, kind, id) in expected {
            // A reaction shows on its message; these samples react to messages that nobody sent.
            assert!(kind == "reaction" || shown.contains(&id), "{name}: {kind} is not in the inbox");
        }
    }

    async fn the_samples_as_they_are_do_no_harm(database) {
        let Some(samples) = samples() else { return };
        let mut w = World::new(database).await;
        for (_, text) in &samples {
            let signature = cloud_api::signature::sign("emulator-app-secret", text.as_bytes());
            w.app.receive_webhook(Some(&signature), text.clone().into_bytes().into()).await.expect("it is kept");
        }
        deliver(&mut w, b"[]").await;
        let failed = w.app.deliveries(w.org(), Some(DeliveryState::Failed), PageRequest::default()).await.unwrap();
        assert!(failed.data.is_empty(), "{:?}", failed.data);
    }
}
