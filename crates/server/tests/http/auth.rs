//! Who may ask for what.

use crate::{Credentials, Door, EMAIL, Http, PASSWORD, options_of};
use http::Method;
use serde_json::json;

#[tokio::test]
async fn nobody_gets_in_without_a_session_or_a_key() {
    let http = Http::new().await;
    let door = http.door.nobody();
    door.get("/v1/conversations").await.problem(401, "unauthenticated", None);
    door.get("/v1/session").await.problem(401, "unauthenticated", None);
    door.with_key("wp_guessed").get("/v1/conversations").await.problem(401, "unauthenticated", None);
    let basic = [("authorization", "Basic YTpi")];
    let answer = door.call(Method::GET, "/v1/conversations", &basic, axum::body::Body::empty()).await;
    answer.problem(401, "unauthenticated", None);
    let stale = Credentials { cookie: Some("waypost_session=stale".into()), ..Credentials::default() };
    door.with(stale).get("/v1/conversations").await.problem(401, "unauthenticated", None);
}

#[tokio::test]
async fn a_session_changes_nothing_without_its_csrf_token() {
    let http = Http::new().await;
    let own = http.door.shown.clone();
    let contact = json!({ "name": "Eva", "phone": "+34600111222" });
    for csrf in [None, Some("wrong".to_owned())] {
        let door = http.door.with(Credentials { csrf, ..own.clone() });
        door.get("/v1/contacts").await.expect(200);
        door.post("/v1/contacts", contact.clone()).await.problem(403, "forbidden", None);
        door.delete("/v1/session").await.problem(403, "forbidden", None);
    }
    http.door.post("/v1/contacts", contact).await.expect(201);
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let http = Http::new().await;
    let answer = http.door.delete("/v1/session").await;
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    answer.expect(204);
    http.door.get("/v1/session").await.problem(401, "unauthenticated", None);
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_guessing_slows_down() {
    let mut http = Http::new().await;
    let wrong = json!({ "email": EMAIL, "password": "not the password" });
    let door = http.door.nobody();
    for _ in 0..5 {
        door.post("/v1/session", wrong.clone()).await.problem(401, "unauthenticated", None);
    }
    let throttled = door.post("/v1/session", wrong).await;
    assert_eq!(throttled.header("retry-after"), "3");
    throttled.problem(429, "throttled", None);
    // Even the right password has to wait; another address has not.
    http.door.sign_in(EMAIL, PASSWORD).await.problem(429, "throttled", None);
    http.door.sign_in(&"x".repeat(255), PASSWORD).await.problem(422, "invalid", Some("email"));
    http.door.sign_in("nobody@example.test", PASSWORD).await.problem(401, "unauthenticated", None);
    http.world.control.advance(3_000);
    http.door.sign_in(EMAIL, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn an_agent_works_in_the_inbox_and_changes_no_people_keys_numbers_or_rules() {
    let http = Http::new().await;
    let new =
        json!({ "name": "Luis", "email": "luis@example.test", "password": "long enough", "role": "agent" });
    let made = http.door.post("/v1/users", new.clone()).await.expect(201);
    assert_eq!(made["role"], "agent");
    http.door.post("/v1/users", new.clone()).await.problem(409, "conflict", None);

    let mut luis = http.door.clone();
    luis.sign_in("luis@example.test", "long enough").await.expect(200);
    luis.get("/v1/conversations").await.expect(200);
    luis.get("/v1/users").await.expect(200);
    luis.get("/v1/rules").await.expect(200);
    luis.get("/v1/api-keys").await.problem(403, "forbidden", None);
    luis.post("/v1/users", new).await.problem(403, "forbidden", None);
    luis.post("/v1/api-keys", json!({ "name": "mine" })).await.problem(403, "forbidden", None);
    luis.post("/v1/phone-numbers", json!({})).await.problem(403, "forbidden", None);
    luis.post("/v1/rules", json!({})).await.problem(403, "forbidden", None);
}

#[tokio::test]
async fn a_key_works_without_csrf_until_it_is_revoked() {
    let http = Http::new().await;
    let made = http.door.post("/v1/api-keys", json!({ "name": "Scripts" })).await.expect(201);
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("wp_"));
    let script = http.door.with_key(key);
    script.post("/v1/contacts", json!({ "name": "Eva", "phone": "+34600111222" })).await.expect(201);
    script.get("/v1/session").await.problem(401, "unauthenticated", None);
    let shouted = format!("BEARER {key}");
    let headers = [("authorization", shouted.as_str())];
    http.door
        .nobody()
        .call(Method::GET, "/v1/contacts", &headers, axum::body::Body::empty())
        .await
        .expect(200);
    script.get("/v1/conversations?assignee=me").await.problem(400, "invalid", Some("assignee"));

    let listed = http.door.get("/v1/api-keys").await.expect(200);
    assert_eq!(listed["data"][0]["name"], "Scripts");
    assert!(!listed.to_string().contains(key), "the key is shown once");
    let path = format!("/v1/api-keys/{}", made["id"].as_str().unwrap());
    http.door.delete(&path).await.expect(204);
    script.get("/v1/contacts").await.problem(401, "unauthenticated", None);
    http.door.delete(&path).await.problem(404, "not-found", None);
}

#[tokio::test]
async fn guesses_side_by_side_count_too() {
    let http = Http::new().await;
    let wrong = json!({ "email": EMAIL, "password": "not the password" });
    let guesses = (0..12).map(|_| {
        let (door, wrong) = (http.door.nobody(), wrong.clone());
        async move { door.post("/v1/session", wrong).await.status.as_u16() }
    });
    let answers = futures_util::future::join_all(guesses).await;
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 7, "{answers:?}");
}

#[tokio::test]
async fn two_on_one_machine_keep_their_sessions_apart() {
    let http = Http::new().await;
    let server = server::Server::new(http.world.app.clone(), options_of("http://127.0.0.1:8080"));
    let mut door = Door::new(server);
    let answer = door.sign_in(EMAIL, PASSWORD).await;
    assert!(answer.header("set-cookie").starts_with("waypost_session_8080="));
    door.get("/v1/session").await.expect(200);
    http.door.with(answer.credentials()).get("/v1/session").await.problem(401, "unauthenticated", None);
}
