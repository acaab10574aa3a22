//! Every webhook that the emulator sends, held against the samples of its kind.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::desk::*;

/// Kind of a change, to the kinds of values at each path.
type Shapes = BTreeMap<String, BTreeMap<String, BTreeSet<&'static str>>>;

/// Keys that samples of the kind lack and Meta's pages name, and why.
const KNOWN: &[(&str, &str)] = &[
    // The samples are of people without a username; the pages on user ids have it in every contact.
    ("", "/contacts/*/profile/username"),
    // Said by the page on handovers; the samples are of one direction each.
    ("messaging_handovers", "/control_passed/new_owner_app_id"),
    ("messaging_handovers", "/control_taken/new_owner_app_id"),
    ("messaging_handovers", "/control_taken/previous_owner_app_id"),
    ("messaging_handovers", "/control_taken/previous_owner_app_role"),
    // In every contact, where the number checks identities.
    ("", "/contacts/*/identity_key_hash"),
    // Said of the end of a call too: it adds to what its beginning says.
    ("calls terminate", "/calls/*/biz_opaque_callback_data"),
    // Of a template that was paused and is approved again.
    ("message_template_status_update APPROVED", "/other_info"),
    ("message_template_status_update APPROVED", "/other_info/title"),
    ("message_template_status_update APPROVED", "/other_info/description"),
    // Null in the sample, of a name that was approved.
    ("phone_number_name_update", "/rejection_reason"),
    // A number in the sample; the pages also have the words of tiers, as phone_number_quality_update.
    ("business_capability_update", "/max_daily_conversations_per_business"),
];

/// Kinds that Meta's pages name without a sample.
const WITHOUT_SAMPLE: [&str; 1] = ["message_template_status_update UNARCHIVED"];

fn samples() -> Option<Vec<Value>> {
    let shared = std::env::var_os("WAYPOST_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let shared = [shared, PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../shared"))];
    let Some(files) = shared.iter().find_map(|dir| std::fs::read_dir(dir.join("webhook-samples")).ok())
    else {
        eprintln!("left out: webhook samples (the folder is not here)");
        return None;
    };
    let read = files.filter_map(|file| {
        let path = file.ok()?.path();
        let json = path.extension().is_some_and(|extension| extension == "json");
        json.then(|| serde_json::from_slice(&std::fs::read(&path).ok()?).ok())?
    });
    Some(read.collect())
}

/// A change's field and, in the messages family, the type of what is in it.
fn kind(change: &Value) -> String {
    let field = change["field"].as_str().unwrap_or("");
    let value = &change["value"];
    match field {
        "messages" if value["statuses"].is_array() => "status".to_owned(),
        "messages" => format!("messages {}", value["messages"][0]["type"].as_str().unwrap_or("")),
        "history" if value["messages"].is_array() => "history media".to_owned(),
        "account_update" | "flows" | "message_template_status_update" => {
            format!("{field} {}", value["event"].as_str().unwrap_or(""))
        }
        "calls" if value["statuses"].is_array() => "calls status".to_owned(),
        "calls" => format!("calls {}", value["calls"][0]["event"].as_str().unwrap_or("")),
        _ => field.to_owned(),
    }
}

/// What stands inside of other things and is of a kind of its own: kind, path, value.
type Parts = Vec<(String, &'static str, Value)>;

fn walk(value: &Value, path: &str, shapes: &mut BTreeMap<String, BTreeSet<&'static str>>, parts: &mut Parts) {
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    shapes.entry(path.to_owned()).or_default().insert(name);
    match value {
        Value::Array(items) => {
            for item in items {
                if path == "/standby/statuses" {
                    parts.push(("status".to_owned(), "/statuses/*", item.clone()));
                } else {
                    walk(item, &format!("{path}/*"), shapes, parts);
                }
            }
        }
        // What was sent is repeated word for word.
        Value::Object(_) if path.ends_with("message_echoes/*/message") => {}
        Value::Object(map) => {
            let message =
                ["messages/*", "message_echoes/*", "edit/message"].iter().any(|end| path.ends_with(end));
            for (key, value) in map {
                // Wherever a photo stands, it is a photo.
                if message && map.get("type").is_some_and(|kind| kind == key.as_str()) {
                    parts.push((format!("part {key}"), "", value.clone()));
                } else {
                    walk(value, &format!("{path}/{key}"), shapes, parts);
                }
            }
        }
        _ => {}
    }
}

fn collect(bodies: &[Value]) -> Shapes {
    let mut shapes = Shapes::new();
    let mut parts = Parts::new();
    for entry in bodies.iter().flat_map(|body| body["entry"].as_array().into_iter().flatten()) {
        for change in entry["changes"].as_array().into_iter().flatten() {
            let known = shapes.entry(kind(change)).or_default();
            walk(&change["value"], "", known, &mut parts);
            let mut envelope = entry.clone();
            envelope["changes"] = Value::Null;
            walk(&envelope, "entry", known, &mut parts);
        }
    }
    // Parts may have parts: a changed photo.
    while let Some((kind, path, value)) = parts.pop() {
        let known = shapes.entry(kind.clone()).or_default();
        if kind == "part edit" {
            let inner = json!({ "edit": value });
            walk(&inner, path, known, &mut parts);
        } else {
            walk(&value, path, known, &mut parts);
        }
    }
    shapes
}

/// Something of everything.
async fn everything() -> Vec<Value> {
    let desk = Desk::with(NOVEMBER, |config| config.link_media = emulator::LinkMedia::Trust).await;
    let fields = json!([
        "messages",
        "calls",
        "user_preferences",
        "history",
        "smb_app_state_sync",
        "smb_message_echoes",
        "standby",
        "messaging_handovers",
        "group_lifecycle_update",
        "group_participants_update",
        "group_settings_update",
        "group_status_update",
        "business_capability_update",
        "phone_number_quality_update"
    ]);
    desk.control("PUT", "/webhook", json!({ "url": desk.hook_url, "fields": fields })).await;
    let ana = desk.ana_writes("hola").await;
    let says = async |body: Value| {
        let said = desk.control("POST", &format!("/customers/{ANA}/messages"), body).await;
        assert_eq!(said.status, 201, "{}", said.body);
        desk.emulator.settle().await;
    };
    let buttons = json!({ "type": "interactive", "interactive": { "type": "button", "body": { "text": "?" },
        "action": { "buttons": [{ "type": "reply", "reply": { "id": "a", "title": "A" } }] } } });
    let ours = desk.send(buttons).await.wamid();
    desk.text("text").await;
    desk.send(json!({ "type": "audio", "audio": { "link": "https://a.test/v.ogg", "voice": true } })).await;
    let order = json!([{ "type": "body", "parameters": [{ "type": "text", "text": "Ana" }, { "type": "text", "text": "1" }] }]);
    desk.send(json!({ "type": "template", "template": { "name": "order_update", "language": { "code": "en_US" }, "components": order } })).await;
    desk.advance(MINUTE).await;
    says(json!({ "type": "interactive", "interactive": { "type": "button_reply", "button_reply": { "id": "a" } } })).await;
    says(json!({ "type": "button", "button": { "text": "Track order" } })).await;
    says(json!({ "type": "reaction", "reaction": { "message_id": ours, "emoji": "👍" } })).await;
    says(json!({ "type": "text", "text": { "body": "quoting" }, "context": { "message_id": ours } })).await;
    says(json!({ "type": "location", "location": { "latitude": 1.5, "longitude": 2.5, "name": "Home", "address": "Street" } })).await;
    for mime_type in ["image/jpeg", "video/mp4", "audio/ogg; codecs=opus", "application/pdf", "image/webp"] {
        let bytes = vec![0xFF, 0xD8, 0xFF, 0xE0].into();
        let file =
            emulator::SentFile { bytes, mime_type: mime_type.to_owned(), filename: Some("file".to_owned()) };
        desk.emulator.control().send_file(ANA, &json!({}), file).await.unwrap();
    }
    says(json!({ "type": "contacts", "contacts": [{ "name": { "formatted_name": "Ben", "first_name": "Ben" }, "phones": [{ "phone": "+34600333444", "type": "CELL", "wa_id": "34600333444" }] }] })).await;
    says(json!({ "type": "order", "order": { "catalog_id": "1", "text": "please", "product_items": [{ "product_retailer_id": "a", "quantity": 1, "item_price": 7.5, "currency": "USD" }] } })).await;
    says(json!({ "type": "text", "text": { "body": "from the ad" }, "referral": { "source_url": "https://fb.me/1", "source_id": "1", "source_type": "ad", "body": "b", "headline": "h", "media_type": "image", "image_url": "https://a.test/i.png", "ctwa_clid": "A" } })).await;
    says(json!({ "type": "request_welcome" })).await;
    desk.control(
        "POST",
        "/customers",
        json!({ "wa_id": "34600333444", "name": "Ben", "username": "ben.plants" }),
    )
    .await;
    desk.control(
        "POST",
        "/customers/34600333444/messages",
        json!({ "type": "text", "text": { "body": "hidden" } }),
    )
    .await;
    desk.send_to("34600999888", json!({ "type": "text", "text": { "body": "no window" } })).await;
    desk.advance(MINUTE).await;
    says(json!({ "type": "unsupported" })).await;
    desk.control("POST", &format!("/customers/{ANA}/tap"), json!({ "index": 0 })).await;
    for marketing in ["stop", "resume"] {
        desk.control("POST", &format!("/customers/{ANA}/preferences"), json!({ "marketing": marketing }))
            .await;
    }
    for action in ["call", "hang_up"] {
        desk.control("POST", &format!("/customers/{ANA}/calls"), json!({ "action": action })).await;
    }
    desk.control("PUT", "/businesses", json!({ "id": "800000000000001", "messaging_limit": "TIER_2K" }))
        .await;
    desk.control("PUT", "/phone-numbers", json!({ "id": NUMBER, "is_on_biz_app": true })).await;
    for kind in ["history", "smb_app_state_sync"] {
        let body = json!({ "messaging_product": "whatsapp", "sync_type": kind });
        desk.call("POST", &format!("/v25.0/{NUMBER}/smb_app_data"), Some(&body)).await;
    }
    let path = format!("/phone-numbers/{NUMBER}/app-messages");
    desk.control("POST", &path, json!({ "to": ANA, "type": "text", "text": { "body": "app" } })).await;
    let wamid = desk.ana_writes("typo").await;
    let _ = ana;
    for action in ["edit", "revoke"] {
        let wamid = wamid.replace('=', "%3D").replace('/', "%2F").replace('+', "%2B");
        desk.control(
            "POST",
            &format!("/customers/{ANA}/messages/{wamid}/{action}"),
            json!({ "text": { "body": "x" } }),
        )
        .await;
    }
    let group = json!({ "messaging_product": "whatsapp", "subject": "Garden", "description": "d" });
    desk.call("POST", &format!("/v25.0/{NUMBER}/groups"), Some(&group)).await;
    desk.advance(MINUTE).await;
    let group = desk.control("GET", "/groups", Value::Null).await.body["data"][0].clone();
    desk.control(
        "POST",
        &format!("/customers/{ANA}/groups/join"),
        json!({ "invite_link": group["invite_link"] }),
    )
    .await;
    says(json!({ "type": "text", "text": { "body": "all" }, "group_id": group["id"] })).await;
    desk.send_to(
        group["id"].as_str().unwrap(),
        json!({ "recipient_type": "group", "type": "text", "text": { "body": "x" } }),
    )
    .await;
    desk.advance(MINUTE).await;
    let agent = json!({ "answers": [{ "text": "agent", "pass": { "metadata": "m", "summary": "s" } }] });
    let routing = json!({ "responders": [{ "app_id": APP, "role": "escalation" }], "agent": agent });
    desk.control("PUT", &format!("/phone-numbers/{NUMBER}/routing"), routing).await;
    desk.ana_writes("agent?").await;
    desk.advance(MINUTE).await;
    desk.ana_writes("people!").await;
    desk.advance(MINUTE).await;
    let got = desk.receiver.got.lock().unwrap().clone();
    for received in &got {
        let parsed = cloud_api::webhook::parse(&received.body).unwrap();
        assert!(parsed.surprises().is_empty(), "{:?} in {}", parsed.surprises(), received.json());
    }
    got.iter().map(Received::json).collect()
}

#[tokio::test]
async fn b25_no_webhook_has_a_key_or_a_type_that_the_samples_of_its_kind_lack() {
    let mut bodies = everything().await;
    bodies.extend(crate::fidelity_news::everything_else().await);
    let sent = collect(&bodies);
    let Some(samples) = samples() else { return };
    let samples = collect(&samples);
    let mut found = Vec::new();
    for (kind, shapes) in &sent {
        let Some(known) = samples.get(kind) else {
            if !WITHOUT_SAMPLE.contains(&kind.as_str()) {
                found.push(format!("{kind}: no sample of it"));
            }
            continue;
        };
        for (path, types) in shapes {
            let excused = KNOWN.iter().any(|(of, at)| (of.is_empty() || of == kind) && at == path);
            let new = known.get(path).is_none_or(|known| !types.is_subset(known));
            if new && !excused {
                found.push(format!("{kind}: {path} is {types:?}, in the samples {:?}", known.get(path)));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(sent.len() >= 40, "{:?}", sent.keys());
}
