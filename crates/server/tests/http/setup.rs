//! The first run.

use crate::{Door, options_of};
use app::{Ambient, App, Location, Secrets, Settings};
use model::{
    Timestamp,
    time::{Clock, Ids},
};
use serde_json::json;
use server::Server;
use std::sync::atomic::{AtomicU64, Ordering};
use testkit::Database;
use uuid::Uuid;

async fn fresh(database: &Database, public_url: &str) -> (App, Door) {
    let (count, secret) = (AtomicU64::new(1), AtomicU64::new(0));
    let ambient = Ambient {
        clock: Clock::new(|| Timestamp::from_second(1_793_523_600).unwrap()),
        ids: Ids::new(move || Uuid::from_u128(u128::from(count.fetch_add(1, Ordering::Relaxed)))),
        secrets: Secrets::new(move |bytes| {
            bytes.fill_with(|| secret.fetch_add(7, Ordering::Relaxed).to_le_bytes()[0]);
        }),
    };
    let folder = database.folder();
    let settings = Settings::new(Location::File(folder.join("fresh.db")), folder.join("media"));
    let app = App::open(settings, ambient).await.unwrap();
    (app.clone(), Door::new(Server::new(app, options_of(public_url))))
}

#[tokio::test]
async fn the_first_admin_is_made_once_with_the_printed_token() {
    let database = Database::sqlite();
    let (app, door) = fresh(&database, "https://waypost.test").await;
    assert_eq!(door.get("/v1/setup").await.expect(200), json!({ "needed": true }));
    let mut form = json!({
        "token": "guessed", "organization_name": "Lucky Shrub", "name": "Ana", "email": "Ana@Example.test",
        "password": "long enough",
    });
    door.post("/v1/setup", form.clone()).await.problem(422, "invalid", Some("token"));
    form["token"] = app.setup_token().into();

    let made = door.post("/v1/setup", form.clone()).await;
    let cookie = made.header("set-cookie").to_owned();
    let signed = door.with(made.credentials());
    let session = made.expect(201);
    assert_eq!(session["user"]["email"], "ana@example.test");
    assert_eq!(session["user"]["role"], "admin");
    for part in ["waypost_session=", "HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
        assert!(cookie.contains(part), "{cookie} lacks {part}");
    }
    assert_eq!(signed.get("/v1/session").await.expect(200)["organization"]["name"], "Lucky Shrub");
    assert_eq!(door.get("/v1/setup").await.expect(200), json!({ "needed": false }));
    form["email"] = "mallory@example.test".into();
    door.post("/v1/setup", form).await.problem(409, "conflict", None);
}

#[tokio::test]
async fn the_field_that_is_wrong_is_named() {
    let database = Database::sqlite();
    let (app, door) = fresh(&database, "http://waypost.test").await;
    let form = json!({
        "token": app.setup_token(), "organization_name": "Lucky Shrub", "name": "Ana", "email": "ana@example.test",
        "password": "long enough",
    });
    for (field, value) in
        [("organization_name", json!(" ")), ("name", json!("x".repeat(101))), ("email", json!("ana"))]
    {
        let mut wrong = form.clone();
        wrong[field] = value;
        door.post("/v1/setup", wrong).await.problem(422, "invalid", Some(field));
    }
    let mut short = form.clone();
    short["password"] = "too short".into();
    let problem = door.post("/v1/setup", short).await.problem(422, "invalid", Some("password"));
    assert_eq!(problem["limit"], 10);
    let mut missing = form;
    missing.as_object_mut().unwrap().remove("email");
    door.post("/v1/setup", missing).await.problem(422, "invalid", Some("email"));
}
