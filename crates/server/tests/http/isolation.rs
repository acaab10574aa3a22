//! Invariant I9, generated: every operation with an id in its path is asked for another organization's thing.
//!
//! The operations come from the OpenAPI document, so a new one is in the test the day it is written.

use crate::{Credentials, Door, Http};
use axum::body::Body;
use http::Method;
use model::{
    Timestamp,
    account::{ApiKey, Organization},
    id::{ApiKeyId, OrganizationId},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::{Db, Lane, Location, Tuning, accounts};
use testkit::Database;
use uuid::Uuid;

const OTHERS_KEY: &str = "wp_the-other-organization's-key";

/// Puts a second organization with an API key into the database before the product opens it: there is no use case yet
/// that makes one.
async fn another_organization(database: &Database) {
    let now = Timestamp::from_second(1_793_000_000).unwrap();
    let location = Location::File(database.folder().join("waypost.db"));
    let db = tokio::task::spawn_blocking(move || Db::open(&location, Tuning::default(), now))
        .await
        .unwrap()
        .unwrap();
    let organization = Organization { id: OrganizationId(Uuid::from_u128(1)), name: "Sour Cactus".into() };
    let key = ApiKey {
        id: ApiKeyId(Uuid::from_u128(2)),
        name: "Theirs".into(),
        hint: "wp_the".into(),
        created_at: now,
        revoked_at: None,
    };
    let hash = Sha256::digest(OTHERS_KEY).to_vec();
    let written = db.write(Lane::Any, move |w| {
        accounts::insert_organization(w, &organization, now)?;
        accounts::insert_api_key(w, organization.id, &key, &hash)
    });
    written.await.unwrap();
    drop(db);
    // The threads of the database end by themselves, and with them their lock on the file.
    let lock = std::fs::File::open(database.folder().join("waypost.db.lock")).unwrap();
    tokio::task::spawn_blocking(move || lock.lock()).await.unwrap().unwrap();
}

/// One thing of each kind that belongs to the first organization, by the segment of its path.
async fn things(http: &mut Http) -> BTreeMap<&'static str, String> {
    let conversation = http.conversation("Ana", "hello").await;
    let first = |list: Value| list["data"][0]["id"].as_str().expect("there is one").to_owned();
    let made = |thing: Value| thing["id"].as_str().expect("it was made").to_owned();
    let door = http.door.clone();
    let rule = json!({ "name": "Hours", "enabled": true, "keywords": ["hours"], "match": "exact",
        "reply": { "type": "text", "text": { "body": "9 to 18" } } });
    let file = "--b\r\nContent-Disposition: form-data; name=\"file\"\r\nContent-Type: image/png\r\n\r\nbytes\r\n--b--\r\n";
    let form = [("content-type", "multipart/form-data; boundary=b")];
    BTreeMap::from([
        ("conversations", conversation),
        ("messages", first(door.get("/v1/messages").await.expect(200))),
        ("contacts", first(door.get("/v1/contacts").await.expect(200))),
        ("phone-numbers", first(door.get("/v1/phone-numbers").await.expect(200))),
        ("deliveries", first(door.get("/v1/deliveries").await.expect(200))),
        ("rules", made(door.post("/v1/rules", rule).await.expect(201))),
        ("api-keys", made(door.post("/v1/api-keys", json!({ "name": "Ours" })).await.expect(201))),
        ("media", made(door.call(Method::POST, "/v1/media", &form, Body::from(file)).await.expect(201))),
    ])
}

/// A lawful body for each operation that takes one.
fn body(operation: &str) -> Value {
    match operation {
        "conversations.update" => json!({ "state": "pending" }),
        "conversations.reply" => json!({ "type": "text", "text": { "body": "Hola" } }),
        "messages.settle" => json!({ "choice": "sent" }),
        "contacts.update" => json!({ "name": "Renamed" }),
        "rules.update" => json!({ "enabled": false }),
        other => panic!("teach this test a lawful body for {other}"),
    }
}

struct Operation {
    id: String,
    method: Method,
    path: String,
    body: Option<Value>,
}

/// Every operation with an id in its path, deletions last.
fn operations(things: &BTreeMap<&'static str, String>) -> Vec<Operation> {
    let document = serde_json::to_value(server::openapi()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some((before, _)) = path.split_once("/{id}") else {
            assert!(!path.contains('{'), "teach this test the parameter in {path}");
            continue;
        };
        let kind = before.rsplit('/').next().unwrap();
        let thing = things.get(kind).unwrap_or_else(|| panic!("teach this test to make one of {kind}"));
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            let body = operation.get("requestBody").map(|_| body(&id));
            let method: Method = method.to_uppercase().parse().unwrap();
            operations.push(Operation { id, method, path: path.replace("{id}", thing), body });
        }
    }
    operations.sort_by_key(|operation| operation.method == Method::DELETE);
    operations
}

async fn ask(door: &Door, operation: &Operation) -> crate::Answer {
    match &operation.body {
        Some(body) => door.json(operation.method.clone(), &operation.path, body).await,
        None => door.call(operation.method.clone(), &operation.path, &[], Body::empty()).await,
    }
}

async fn two_organizations() -> (Http, Door) {
    let database = Database::sqlite();
    another_organization(&database).await;
    let http = Http::over(database).await;
    let theirs = http.door.with_key(OTHERS_KEY);
    theirs.get("/v1/contacts").await.expect(200);
    (http, theirs)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_organizations_things_are_not_there() {
    let (mut http, theirs) = two_organizations().await;
    let things = things(&mut http).await;
    let operations = operations(&things);
    assert!(operations.len() >= 15, "only {} operations with ids were found", operations.len());
    for operation in &operations {
        let answer = ask(&theirs, operation).await;
        assert_eq!(answer.status, 404, "{} for another organization: {}", operation.id, answer.text());
        let answer = ask(&http.door.with(Credentials::default()), operation).await;
        assert_eq!(answer.status, 401, "{} for nobody: {}", operation.id, answer.text());
    }
    // The ids are real: their owner finds every one of them.
    for operation in &operations {
        let answer = ask(&http.door, operation).await;
        assert_ne!(answer.status, 404, "{} for the owner: {}", operation.id, answer.text());
        assert!(!answer.status.is_server_error(), "{}: {}", operation.id, answer.text());
    }
    http.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_organizations_ids_in_bodies_and_filters_lead_nowhere() {
    let (mut http, theirs) = two_organizations().await;
    let things = things(&mut http).await;
    for list in
        ["users", "api-keys", "phone-numbers", "conversations", "messages", "contacts", "templates", "rules"]
    {
        let rows = theirs.get(&format!("/v1/{list}")).await.expect(200);
        let own = if list == "api-keys" { 1 } else { 0 };
        assert_eq!(rows["data"].as_array().unwrap().len(), own, "{list}: {rows}");
    }
    let (number, contact) = (&things["phone-numbers"], &things["contacts"]);
    for path in [
        format!("/v1/conversations?phone_number={number}"),
        format!("/v1/conversations?contact={contact}"),
        format!("/v1/messages?conversation={}", things["conversations"]),
    ] {
        assert_eq!(theirs.get(&path).await.expect(200)["data"], json!([]), "{path}");
    }
    theirs.get(&format!("/v1/templates?phone_number={number}")).await.problem(404, "not-found", None);
    theirs.post("/v1/templates/sync", json!({ "phone_number": number })).await.problem(
        404,
        "not-found",
        None,
    );
    let message = json!({ "from": number, "to": "+34600111222", "type": "template",
        "template": { "name": "hello_world", "language": { "code": "en_US" } } });
    theirs.post("/v1/messages", message.clone()).await.problem(422, "invalid", Some("from"));
    let mut by_meta_id = message;
    by_meta_id["from"] = "600000000000001".into();
    theirs.post("/v1/messages", by_meta_id).await.problem(422, "invalid", Some("from"));
    theirs.get("/v1/phone-numbers/600000000000001").await.problem(404, "not-found", None);
}
