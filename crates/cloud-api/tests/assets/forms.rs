use bytes::Bytes;
use cloud_api::client::forms::{
    FORM_FIELDS, FormCategory, FormMetricGranularity, FormMetricName, FormPreview, FormStatus, FormUpdate,
    InteractivePreview, NewForm,
};
use serde_json::{Value, json};

use crate::server::Graph;

#[tokio::test]
async fn a_form_is_made_read_and_changed() {
    let graph = Graph::start().await;
    graph
        .told(
            "POST /102/flows",
            json!({"name": "f", "categories": ["SIGN_UP"], "flow_json": "{}", "publish": false}),
            json!({"id": "123", "success": true, "validation_errors": []}),
            async |client| {
                let form = NewForm {
                    flow_json: Some("{}".into()),
                    publish: Some(false),
                    ..NewForm::new("f", FormCategory::SignUp)
                };
                client.create_form("102", &form).await
            },
        )
        .await;
    let line = format!("GET /123?fields={}", FORM_FIELDS.join(","));
    let form = graph
        .told(
            &line,
            Value::Null,
            json!({"id": "123", "name": "f", "status": "DRAFT", "categories": ["SIGN_UP", "OTHER"], "validation_errors": [],
                "json_version": "7.3", "data_api_version": "4.0", "endpoint_uri": "https://acme.test/flow",
                "preview": {"preview_url": "https://business.facebook.com/wa/manage/flows/123/preview/?token=b",
                    "expires_at": "2026-12-01T11:18:09+0000"},
                "whatsapp_business_account": {"id": "102"}, "application": {"id": "634"},
                "health_status": {"can_send_message": "AVAILABLE", "entities": []}}),
            async |client| client.form("123", FORM_FIELDS).await,
        )
        .await;
    assert_eq!(form.status, Some(FormStatus::Draft));
    assert_eq!(form.categories, Some(vec![FormCategory::SignUp, FormCategory::Miscellaneous]));
    let listed = json!({"data": [{"id": "123", "name": "f", "status": "THROTTLED", "categories": [], "validation_errors": []}]});
    graph.told("GET /102/flows", Value::Null, listed, async |client| client.forms("102").all().await).await;
    graph
        .does("POST /123", json!({"name": "g", "application_id": "634"}), async |client| {
            let update = FormUpdate {
                name: Some("g".into()),
                application_id: Some("634".into()),
                ..FormUpdate::default()
            };
            client.update_form("123", &update).await
        })
        .await;
    graph.does("POST /123/publish", Value::Null, async |client| client.publish_form("123").await).await;
    graph.does("POST /123/deprecate", Value::Null, async |client| client.deprecate_form("123").await).await;
    graph.does("DELETE /123", Value::Null, async |client| client.delete_form("123").await).await;
}

#[tokio::test]
async fn the_json_of_a_form_goes_up_as_a_file_and_its_errors_come_back() {
    let graph = Graph::start().await;
    let answer = json!({"success": true, "validation_errors": [{"error": "INVALID_PROPERTY_VALUE", "error_type": "FLOW_JSON_ERROR",
        "message": "Invalid value", "line_start": 10, "line_end": 10, "column_start": 21, "column_end": 34,
        "pointers": [{"line_start": 10, "path": "screens[0]"}]}]});
    graph.plays(200, answer.clone());
    let receipt =
        graph.client.upload_form_json("123", Bytes::from_static(b"{\"version\":\"7.3\"}")).await.unwrap();
    assert_eq!(serde_json::to_value(&receipt).unwrap(), answer);
    assert_eq!(receipt.validation_errors.unwrap()[0].line_start, Some(10));
    let seen = graph.last();
    assert_eq!(seen.line, "POST /v25.0/123/assets");
    assert!(seen.header("content-type").unwrap().starts_with("multipart/form-data; boundary="));
    let body = String::from_utf8(seen.body.to_vec()).unwrap();
    for part in [
        "name=\"name\"\r\n\r\nflow.json\r\n",
        "name=\"asset_type\"\r\n\r\nFLOW_JSON\r\n",
        "name=\"file\"; filename=\"flow.json\"\r\nContent-Type: application/json\r\n\r\n{\"version\":\"7.3\"}\r\n",
    ] {
        assert!(body.contains(part), "{part} not in {body}");
    }
    let assets = json!({"data": [{"name": "flow.json", "asset_type": "FLOW_JSON", "download_url": "https://x.test/1"}]});
    graph
        .told("GET /123/assets", Value::Null, assets, async |client| client.form_assets("123").all().await)
        .await;
}

#[tokio::test]
async fn a_form_larger_than_ten_megabytes_stays_here() {
    let graph = Graph::start().await;
    let large = Bytes::from(vec![b' '; 10 * 1024 * 1024 + 1]);
    assert!(graph.client.upload_form_json("123", large).await.is_err());
    assert!(graph.seen().is_empty());
}

#[tokio::test]
async fn forms_are_migrated_by_name() {
    let graph = Graph::start().await;
    graph
        .told(
            r#"POST /102/migrate_flows?source_waba_id=101&source_flow_names=["a","b"]"#,
            Value::Null,
            json!({"migrated_flows": [{"source_name": "a", "source_id": "1", "migrated_id": "2"}],
                "failed_flows": [{"source_name": "b", "error_code": "4233041", "error_message": "exists"}]}),
            async |client| client.migrate_forms("102", "101", &["a", "b"]).await,
        )
        .await;
    graph
        .asked("POST /102/migrate_flows?source_waba_id=101", Value::Null, json!({}), async |client| {
            client.migrate_forms("102", "101", &[""; 0]).await
        })
        .await;
}

#[tokio::test]
async fn a_preview_can_be_used_like_the_form() {
    let graph = Graph::start().await;
    let answer = json!({"id": "123", "preview": {"preview_url": "https://business.facebook.com/p/?token=b9",
        "expires_at": "2026-12-01T11:18:09+0000"}});
    let preview = graph
        .asked("GET /123?fields=preview.invalidate(true)", Value::Null, answer, async |client| {
            client.form_preview("123", true).await
        })
        .await;
    let how = InteractivePreview {
        flow_token: Some("t 1".into()),
        flow_action: Some("navigate".into()),
        flow_action_payload: Some(json!({"screen": "A"})),
        phone_number: Some("106".into()),
        debug: Some(true),
    };
    let url = preview.interactive(&how).unwrap();
    let url = reqwest::Url::parse(&url).unwrap();
    let pairs: Vec<String> = url.query_pairs().map(|(key, value)| format!("{key}={value}")).collect();
    let expected = "token=b9 interactive=true flow_token=t 1 flow_action=navigate flow_action_payload={\"screen\":\"A\"} \
        phone_number=106 debug=true";
    assert_eq!(pairs.join(" "), expected);
    let plain = preview.interactive(&InteractivePreview::default()).unwrap();
    assert!(plain.ends_with("?token=b9&interactive=true"));
    assert_eq!(FormPreview::default().interactive(&how), None);
}

#[tokio::test]
async fn a_forms_endpoint_is_measured() {
    let graph = Graph::start().await;
    let metric = json!({"granularity": "DAY", "name": "ENDPOINT_REQUEST_ERROR", "data_points": [
        {"timestamp": "2026-01-28T08:00:00+0000", "data": [{"key": "timeout_error", "value": 5}, {"key": "rate", "value": 0.24}]}]});
    let line = "GET /123?fields=metric.name(ENDPOINT_REQUEST_ERROR).granularity(DAY).since(2026-01-28).until(2026-01-30)";
    let found = graph
        .asked(line, Value::Null, json!({"id": "123", "metric": metric}), async |client| {
            let (name, granularity) = (FormMetricName::RequestError, FormMetricGranularity::Day);
            client.form_metric("123", &name, &granularity, Some(["2026-01-28", "2026-01-30"])).await
        })
        .await;
    assert_eq!(serde_json::to_value(&found).unwrap(), metric);
    graph
        .asked(
            "GET /123?fields=metric.name(ENDPOINT_AVAILABILITY).granularity(LIFETIME)",
            Value::Null,
            json!({"metric": {}}),
            async |client| {
                let (name, granularity) = (FormMetricName::Availability, FormMetricGranularity::Lifetime);
                client.form_metric("123", &name, &granularity, None).await
            },
        )
        .await;
}
