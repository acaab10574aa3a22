//! Forms whose endpoints fail, are slow or have no key; what is measured of them, and what stays the same.

use serde_json::{Value, json};

use crate::desk::*;
use crate::endpoint::*;

#[tokio::test]
async fn b28_an_endpoint_that_never_answers_times_out() {
    let (desk, endpoint, form, wamid) = table(|config| config.forms.endpoint_timeout_ms = 200).await;
    endpoint.reply(Reply::Never);
    let failed = desk.open_form(&wamid).await.body;
    assert_eq!((&failed["state"], &failed["error"]["error"]), (&json!("failed"), &json!("timeout_error")));
    assert_eq!(desk.open_form(&wamid).await.body["screen"], "BOOK");
    let gone =
        desk.control("PUT", "/forms", json!({ "id": form, "endpoint_uri": "http://127.0.0.1:9/form" })).await;
    assert_eq!(gone.status, 200);
    let failed = desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await.body;
    assert_eq!(failed["error"]["error"], "no_http_response_error");
}

#[tokio::test]
async fn b28_health_raises_alerts_throttles_and_recovers() {
    let (desk, endpoint, form, wamid) = table(|config| config.forms.alert_least_requests = 2).await;
    desk.open_form(&wamid).await;
    for _ in 0..2 {
        endpoint.reply(Reply::Status(500));
        desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await;
    }
    let events = desk.flow_events();
    let alert = events.iter().find(|event| event["event"] == "ENDPOINT_ERROR_RATE").unwrap();
    assert_eq!(
        (&alert["error_rate"], &alert["threshold"], &alert["alert_state"]),
        (&json!(50), &json!(50), &json!("ACTIVATED"))
    );
    assert_eq!(
        alert["errors"],
        json!([{ "error_type": "UNEXPECTED_HTTP_STATUS_CODE", "error_rate": 100, "error_count": 1 }])
    );
    assert_eq!(events.last().unwrap()["new_status"], "THROTTLED");
    let health = desk.get(&format!("/v25.0/{form}?fields=health_status")).await.body;
    assert_eq!(health["health_status"]["can_send_message"], "LIMITED");

    for _ in 0..3 {
        endpoint.reply(Reply::Status(503));
        let ping = desk.control("POST", &format!("/forms/{form}/ping"), Value::Null).await.body;
        assert_eq!(ping["passed"], false);
    }
    desk.emulator.settle().await;
    let events = desk.flow_events();
    let down = events.iter().rev().find(|event| event["event"] == "ENDPOINT_AVAILABILITY").unwrap();
    assert_eq!((&down["threshold"], &down["alert_state"]), (&json!(90), &json!("ACTIVATED")));
    assert_eq!(events.last().unwrap()["new_status"], "BLOCKED", "three in a row");
    desk.advance(HOUR).await;
    let events = desk.flow_events();
    let ended = events.iter().filter(|event| event["alert_state"] == "DEACTIVATED").count();
    assert_eq!((ended, &events.last().unwrap()["new_status"]), (2, &json!("PUBLISHED")), "{events:#?}");
    for event in
        ["CLIENT_ERROR_RATE", "ENDPOINT_LATENCY", "ENDPOINT_AVAILABILITY", "FLOW_VERSION_EXPIRY_WARNING"]
    {
        let raised = desk.control("POST", &format!("/forms/{form}/events"), json!({ "event": event })).await;
        assert_eq!(raised.status, 200);
    }
    desk.emulator.settle().await;
    assert_eq!(desk.flow_events().last().unwrap()["warning"], "Flow JSON version 7.3 expires soon");
}

#[tokio::test]
async fn b28_metrics_come_once_there_is_enough_to_measure() {
    let (desk, endpoint, form, wamid) = table(|config| config.forms.metrics_least_requests = 3).await;
    let metric = |name: &str| format!("/v25.0/{form}?fields=metric.name({name}).granularity(DAY)");
    assert_eq!(desk.get(&metric("ENDPOINT_REQUEST_COUNT")).await.code(), 139_006);
    desk.open_form(&wamid).await;
    endpoint.reply(Reply::Status(500));
    desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await;
    let count = desk.get(&metric("ENDPOINT_REQUEST_COUNT")).await.body;
    let point =
        json!([{ "timestamp": "2026-09-01T00:00:00+0000", "data": [{ "key": "value", "value": 3 }] }]);
    assert_eq!(count["metric"]["data_points"], point);
    let errors =
        desk.get(&metric("ENDPOINT_REQUEST_ERROR")).await.body["metric"]["data_points"][0]["data"].clone();
    assert_eq!(errors, json!([{ "key": "unexpected_http_status_code", "value": 1 }]));
    let pings =
        desk.get(&metric("ENDPOINT_AVAILABILITY")).await.body["metric"]["data_points"][0]["data"].clone();
    assert_eq!(pings[0], json!({ "key": "succeeded", "value": 1 }));
    assert_eq!(desk.get(&metric("NOISE")).await.code(), 100);
}

#[tokio::test]
async fn b28_a_number_without_signed_key_sends_no_form_with_an_endpoint() {
    let (desk, _endpoint, form, wamid) = table(|_| {}).await;
    let sign = async |status: &str| {
        desk.control(
            "PUT",
            &format!("/phone-numbers/{NUMBER}/encryption"),
            json!({ "signature_status": status }),
        )
        .await
    };
    sign("MISMATCH").await;
    assert_eq!(desk.try_form(json!({ "flow_id": form })).await.code(), 132_068);
    let failed = desk.open_form(&wamid).await.body;
    assert_eq!(failed["error"]["error"], "public-key-signature-verification");
    sign("VALID").await;
    assert_eq!(desk.open_form(&wamid).await.body["screen"], "BOOK");
}

#[tokio::test]
async fn b28_the_same_script_gives_the_same_webhooks() {
    let script = async || {
        let (desk, endpoint, _, wamid) = table(|config| config.forms.alert_least_requests = 2).await;
        desk.open_form(&wamid).await;
        for _ in 0..2 {
            endpoint.reply(Reply::Status(500));
            desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await;
        }
        desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await;
        desk.submit_form(&wamid, json!({ "data": { "time": "9" } })).await;
        desk.advance(HOUR).await;
        // Lanes are posted side by side: what is the same is each webhook, not the order of arrival.
        let mut bodies: Vec<String> =
            desk.receiver.got.lock().unwrap().iter().map(|r| r.json().to_string()).collect();
        bodies.sort();
        bodies
    };
    let first = script().await;
    assert!(
        first.iter().any(|body| body.contains("nfm_reply"))
            && first.iter().any(|body| body.contains("THROTTLED"))
    );
    assert_eq!(first, script().await);
}

#[tokio::test]
async fn b28_an_open_form_survives_a_restart() {
    let dir = std::env::temp_dir().join(format!("emulator-forms-{}", std::process::id()));
    let file = dir.join("state.json");
    let (desk, endpoint, form, wamid) = table(|config| config.state_file = Some(file.clone())).await;
    desk.open_form(&wamid).await;
    desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await;
    desk.emulator.stop();
    let again = desk_with(|config| config.state_file = Some(file.clone())).await;
    let session = again.control("GET", &format!("/customers/{ANA}/forms/{wamid}"), Value::Null).await.body;
    assert_eq!((&session["screen"], &session["history"]), (&json!("TIME"), &json!(["BOOK"])), "{session}");
    let done = again.submit_form(&wamid, json!({ "data": { "time": "9" } })).await.body;
    assert_eq!(done["state"], "completed", "{done}");
    assert_eq!(endpoint.last()["data"]["date"], "mon");
    assert_eq!(again.get(&format!("/v25.0/{form}")).await.body["status"], "PUBLISHED");
    again.emulator.stop();
    std::fs::remove_dir_all(dir).unwrap();
}
