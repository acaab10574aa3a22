//! What can't be understood is told with the field that is wrong; nothing is half done.

use crate::Http;
use axum::body::Body;
use http::Method;
use serde_json::json;

#[tokio::test]
async fn unknown_paths_methods_and_ids_are_told_apart() {
    let http = Http::new().await;
    let door = &http.door;
    door.get("/v1/campaigns").await.problem(404, "not-found", None);
    door.get("/webhooks/elsewhere").await.problem(404, "not-found", None);
    door.call(Method::PUT, "/v1/contacts", &[], Body::empty()).await.problem(405, "invalid", Some("method"));
    door.get("/v1/messages/con_1").await.problem(404, "not-found", Some("id"));
    door.get("/v1/messages/msg_00000000000000000000000000000000").await.problem(404, "not-found", None);
}

#[tokio::test]
async fn parameters_are_named() {
    let http = Http::new().await;
    for (path, field) in [
        ("/v1/conversations?limit=0", "limit"),
        ("/v1/conversations?limit=201", "limit"),
        ("/v1/conversations?limit=many", "limit"),
        ("/v1/conversations?state=closed", "state"),
        ("/v1/conversations?assignee=everybody", "assignee"),
        ("/v1/conversations?phone_number=600000000000001", "phone_number"),
        ("/v1/conversations?state=open&state=open", "state"),
        ("/v1/messages?state=lost", "state"),
        ("/v1/messages?conversation=con_1", "conversation"),
        ("/v1/templates?phone_number=x", "phone_number"),
        ("/v1/deliveries?state=x", "state"),
        ("/v1/messages?after=elsewhere", "after"),
        ("/v1/messages?after=con_0199c0ffee0070008000000000000001", "after"),
        ("/v1/contacts?after=1", "after"),
        ("/v1/conversations?after=12.x", "after"),
        ("/v1/deliveries?after=x", "after"),
        ("/v1/templates?after=x", "after"),
        ("/v1/rules?after=x", "after"),
        ("/v1/users?after=x", "after"),
        ("/v1/api-keys?after=x", "after"),
        ("/v1/phone-numbers?after=x", "after"),
        ("/v1/conversations/cnv_0199c0ffee0070008000000000000001/messages?before=x", "before"),
    ] {
        http.door.get(path).await.problem(400, "invalid", Some(field));
    }
    let problem = http.door.get("/v1/contacts?limit=201").await.problem(400, "invalid", Some("limit"));
    assert_eq!(problem["limit"], 200);
}

#[tokio::test]
async fn bodies_are_json_of_the_right_shape_and_size() {
    let http = Http::new().await;
    let json_type = [("content-type", "application/json")];
    let post = |headers: &'static [(&'static str, &'static str)], body: &'static str| {
        http.door.call(Method::POST, "/v1/contacts", headers, Body::from(body))
    };
    post(&[("content-type", "application/json")], "{\"name\": ").await.problem(400, "invalid", Some("body"));
    post(&[("content-type", "application/json")], "{\"name\": 3}").await.problem(
        422,
        "invalid",
        Some("name"),
    );
    post(&[("content-type", "text/plain")], "{}").await.problem(415, "invalid", Some("Content-Type"));
    post(&[], "{}").await.problem(415, "invalid", Some("Content-Type"));
    let large = Body::from(vec![b' '; server::JSON_LIMIT + 1]);
    let problem =
        http.door.call(Method::POST, "/v1/contacts", &json_type, large).await.problem(413, "too-large", None);
    assert_eq!(problem["limit"], server::JSON_LIMIT);

    let rule =
        json!({ "name": "Hours", "enabled": true, "keywords": ["hours", 3], "match": "exact", "reply": {} });
    http.door.post("/v1/rules", rule).await.problem(422, "invalid", Some("/keywords/1"));
    let rule =
        json!({ "name": "Hours", "enabled": true, "keywords": ["hours"], "match": "near", "reply": {} });
    http.door.post("/v1/rules", rule).await.problem(422, "invalid", Some("match"));
}

#[tokio::test]
async fn every_answer_carries_a_request_id_and_security_headers() {
    let http = Http::new().await;
    for path in ["/v1/session", "/v1/nothing", "/healthz", "/docs/problems/invalid"] {
        let answer = http.door.get(path).await;
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
    }
}
