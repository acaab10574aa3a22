//! Numbers, contacts, conversations, rules, templates, files, and the process itself.

use crate::Http;
use axum::body::Body;
use http::Method;
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn a_number_shows_no_secret_and_connects_once() {
    let http = Http::new().await;
    let list = http.door.get("/v1/phone-numbers").await;
    assert!(!list.text().contains("EMULATOR-TOKEN") && !list.text().contains("emulator-app-secret"));
    let list = list.expect(200);
    assert_eq!(list["data"][0]["state"], "active");
    assert_eq!(list["data"][0]["parked_reason"], json!(null));
    let again = json!({
        "phone_number_id": "600000000000001", "waba_id": "700000000000001", "display_phone_number": "+1",
        "verified_name": "Again", "access_token": "t", "app_id": "900000000000001", "app_secret": "emulator-app-secret",
        "verify_token": "v",
    });
    http.door.post("/v1/phone-numbers", again.clone()).await.problem(409, "conflict", None);
    let mut wrong = again.clone();
    wrong["waba_id"] = "not digits".into();
    http.door.post("/v1/phone-numbers", wrong).await.problem(422, "invalid", Some("waba_id"));
    let mut mistyped = again;
    mistyped["app_secret"] = "s".into();
    http.door.post("/v1/phone-numbers", mistyped).await.problem(422, "invalid", Some("app_secret"));
}

testkit::on_both! {
    async fn a_conversation_is_taken_put_away_and_read(database) {
        let mut http = Http::over(database).await;
        let id = http.conversation("Ana", "hello").await;
        let me = http.world.caller.user().unwrap().to_string();
        let path = format!("/v1/conversations/{id}");
        let seen = http.door.get(&path).await.expect(200);
        assert_eq!((&seen["state"], &seen["unread_count"]), (&json!("open"), &json!(1)));
        assert_eq!(seen["service_window"]["open"], true);
        assert_eq!(seen["last_message"]["author"]["kind"], "contact");
        assert_eq!(http.door.get("/v1/conversations/counts").await.expect(200)["unassigned"], 1);

        let taken = http.door.patch(&path, json!({ "assignee_id": me })).await.expect(200);
        assert_eq!(taken["assignee"], json!({ "id": me, "name": "Alba" }));
        assert_eq!(
            http.door.get("/v1/conversations?assignee=me").await.expect(200)["data"][0]["id"],
            id.as_str()
        );
        assert_eq!(http.door.get("/v1/conversations?assignee=none").await.expect(200)["data"], json!([]));
        let resolved = http.door.patch(&path, json!({ "state": "resolved" })).await.expect(200);
        assert_eq!((&resolved["state"], &resolved["assignee"]["id"]), (&json!("resolved"), &json!(me)));
        let given = http.door.patch(&path, json!({ "assignee_id": null })).await.expect(200);
        assert_eq!(given["assignee"], json!(null));
        http.door.patch(&path, json!({ "assignee_id": "con_1" })).await.problem(
            400,
            "invalid",
            Some("assignee_id"),
        );
        http.door.patch(&path, json!({ "state": "closed" })).await.problem(422, "invalid", Some("state"));

        http.door.json(Method::POST, &format!("{path}/read"), &json!(null)).await.expect(204);
        assert_eq!(http.door.get(&path).await.expect(200)["unread_count"], 0);
        http.rest().await;
    }
}

testkit::on_both! {
    async fn contacts_are_found_by_any_way_of_writing_their_number(database) {
        let http = Http::over(database).await;
        let made = http
            .door
            .post("/v1/contacts", json!({ "name": "Eva", "phone": "+34 600 111 222" }))
            .await
            .expect(201);
        assert_eq!(made["phone"], "+34600111222");
        for q in ["Eva", "600111", "%2B34%20600%20111"] {
            let found = http.door.get(&format!("/v1/contacts?q={q}")).await.expect(200);
            assert_eq!(found["data"][0]["id"], made["id"], "{q}");
        }
        let path = format!("/v1/contacts/{}", made["id"].as_str().unwrap());
        assert_eq!(http.door.patch(&path, json!({ "name": "Eva P." })).await.expect(200)["name"], "Eva P.");
        http.door.patch(&path, json!({ "name": "x".repeat(1_000) })).await.problem(422, "invalid", Some("name"));
        http.door.post("/v1/contacts", json!({ "phone": "12" })).await.problem(422, "invalid", Some("phone"));
    }
}

testkit::on_both! {
    async fn a_rule_is_made_changed_and_deleted(database) {
        let mut http = Http::over(database).await;
        let rule = json!({ "name": "Hours", "enabled": true, "keywords": ["hours"], "match": "exact",
            "reply": { "type": "text", "text": { "body": "9 to 18" } } });
        let made = http.door.post("/v1/rules", rule.clone()).await.expect(201);
        let path = format!("/v1/rules/{}", made["id"].as_str().unwrap());
        let customer = http.world.customer("Ana");
        http.world.says(&customer, "Hours?").await;
        http.rest().await;
        assert_eq!(http.world.phone_texts(&customer), ["9 to 18"]);
        let changed = http.door.patch(&path, json!({ "enabled": false, "match": "contains" })).await.expect(200);
        assert_eq!(
            (&changed["enabled"], &changed["match"], &changed["name"]),
            (&json!(false), &json!("contains"), &json!("Hours"))
        );

        let mut long = rule;
        long["reply"]["text"]["body"] = "x".repeat(4097).into();
        let problem = http.door.post("/v1/rules", long).await.expect(422);
        assert_eq!(
            (&problem["limit"], problem["field"].as_str().map(|f| f.ends_with("/text/body"))),
            (&json!(4096), Some(true))
        );
        http.door.delete(&path).await.expect(204);
        assert_eq!(http.door.get("/v1/rules").await.expect(200)["data"], json!([]));
    }
}

#[tokio::test]
async fn templates_are_read_from_the_platform() {
    let mut http = Http::new().await;
    let list = http.door.get(&format!("/v1/templates?phone_number={}", http.number())).await.expect(200);
    let hello = list["data"].as_array().unwrap().iter().find(|t| t["name"] == "hello_world").unwrap();
    assert_eq!((&hello["status"], hello["components"].is_array()), (&json!("APPROVED"), true));
    http.door.post("/v1/templates/sync", json!({ "phone_number": http.number() })).await.expect(202);
    http.rest().await;
}

#[tokio::test]
async fn a_file_comes_back_as_it_went_in_and_can_do_nothing() {
    let http = Http::new().await;
    let form = |mime: &str, name: &str, bytes: &str| {
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {mime}\r\n\r\n{bytes}\r\n--b--\r\n"
        )
    };
    let headers = [("content-type", "multipart/form-data; boundary=b")];
    let upload = |body: String| http.door.call(Method::POST, "/v1/media", &headers, Body::from(body));
    let made = upload(form("application/pdf", "Factura ñ.pdf", "%PDF-1.7 bytes")).await.expect(201);
    assert_eq!((&made["mime_type"], &made["size"]), (&json!("application/pdf"), &json!(14)));
    let got = http.door.get(&format!("/v1/media/{}", made["id"].as_str().unwrap())).await;
    assert_eq!((got.text().as_str(), got.header("content-type")), ("%PDF-1.7 bytes", "application/pdf"));
    assert!(got.header("content-security-policy").contains("sandbox"));
    assert!(got.header("content-disposition").ends_with("filename*=UTF-8''Factura%20%C3%B1.pdf"));

    let path = format!("/v1/media/{}", made["id"].as_str().unwrap());
    let part = |range: &'static str| {
        let (door, path) = (&http.door, &path);
        async move { door.call(Method::GET, path, &[("range", range)], Body::empty()).await }
    };
    assert_eq!((got.header("accept-ranges"), got.header("content-length")), ("bytes", "14"));
    for (range, text, told) in [
        ("bytes=0-1", "%P", "bytes 0-1/14"),
        ("bytes=9-", "bytes", "bytes 9-13/14"),
        ("bytes=-3", "tes", "bytes 11-13/14"),
    ] {
        let got = part(range).await;
        assert_eq!((got.status.as_u16(), got.text().as_str()), (206, text));
        assert_eq!((got.header("content-range"), got.header("content-type")), (told, "application/pdf"));
        assert_eq!(got.header("content-length"), text.len().to_string());
    }
    let beyond = part("bytes=14-").await;
    assert_eq!(beyond.header("content-range"), "bytes */14");
    beyond.problem(416, "invalid", Some("Range"));

    let problem = upload("--b--\r\n".into()).await;
    problem.problem(400, "invalid", Some("file"));
    http.door.post("/v1/media", json!({})).await.problem(400, "invalid", Some("file"));
}

#[tokio::test]
async fn the_process_tells_how_it_is() {
    let http = Http::new().await;
    let door = http.door.nobody();
    assert_eq!(door.get("/healthz").await.text(), "ok\n");
    assert_eq!(door.get("/readyz").await.text(), "ready\n");
    let metrics = door.get("/metrics").await;
    assert!(metrics.header("content-type").starts_with("text/plain"));
    let names = [
        "waypost_messages_queued 0",
        "waypost_deliveries_waiting 0",
        "waypost_http_requests_total{",
        "waypost_unknown_outcomes{settled_by=\"person\",sent_again=\"false\"} 0",
    ];
    for name in names {
        assert!(metrics.text().contains(name), "{name} is missing in {}", metrics.text());
    }
}

/// The first column of the page's tables.
fn names_of_the_page() -> BTreeSet<String> {
    let page = include_str!("../../../../docs/operate/metrics.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `waypost_"));
    rows.map(|row| format!("waypost_{}", row.split('`').next().unwrap())).collect()
}

#[tokio::test]
async fn every_figure_is_served_and_every_figure_served_is_documented() {
    let http = Http::new().await;
    let text = http.door.nobody().get("/metrics").await.text();
    let heads = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let served: Vec<String> = heads.map(|head| head.split(' ').next().unwrap().to_owned()).collect();
    let once: BTreeSet<String> = served.iter().cloned().collect();
    assert_eq!(once.len(), served.len(), "each has one head: {served:?}");
    assert_eq!(once, names_of_the_page());
    let samples = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    for sample in samples {
        let name = sample.split(['{', ' ']).next().unwrap();
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
        assert!(once.contains(name) || family.is_some_and(|name| once.contains(name)), "{sample}");
    }
}

#[tokio::test]
async fn a_message_out_and_one_in_are_counted_for_their_number() {
    let mut http = Http::new().await;
    let number = http.number();
    let alba = http.world.customer("Alba");
    http.world.says(&alba, "hola").await;
    http.rest().await;
    http.world.reply("buenas").await.unwrap();
    http.rest().await;
    let text = http.door.nobody().get("/metrics").await.text();
    for (name, labels) in [
        ("waypost_lane_incoming_total", ""),
        ("waypost_lane_sends_total", ",outcome=\"accepted\""),
        ("waypost_lane_statuses_total", ",status=\"delivered\""),
        ("waypost_lane_queued", ""),
    ] {
        let line = format!("{name}{{phone_number_id=\"{number}\"{labels}}} ");
        let value =
            text.lines().find_map(|l| l.strip_prefix(&line)).unwrap_or_else(|| panic!("{line}: {text}"));
        assert_eq!(value == "0", name == "waypost_lane_queued", "{line}{value}");
    }
    for phase in ["delivery_applied", "send_waited", "graph_call", "status_delivered"] {
        let line = format!("waypost_phase_seconds_count{{phase=\"{phase}\"}} ");
        let count =
            text.lines().find_map(|l| l.strip_prefix(&line)).unwrap_or_else(|| panic!("{phase}: {text}"));
        assert_ne!(count, "0", "{phase}");
    }
}
