//! Forms in the Graph API: made, filled, published, sent.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::desk::*;
use crate::endpoint::*;

const ALL_FIELDS: &str = "id,name,categories,status,validation_errors,json_version,data_api_version,endpoint_uri,\
                          preview.invalidate(false),whatsapp_business_account,application,health_status,updated_at";

async fn upload(desk: &Desk, form: &str, source: &str) -> Answered {
    let file =
        Part::bytes(source.as_bytes().to_vec()).file_name("flow.json").mime_str("application/json").unwrap();
    let parts = Form::new().text("name", "flow.json").text("asset_type", "FLOW_JSON").part("file", file);
    let url = format!("{}/v25.0/{form}/assets", desk.base);
    read(desk.http.post(url).bearer_auth(TOKEN).multipart(parts).send().await.unwrap()).await
}

#[tokio::test]
async fn b28_a_form_is_made_read_changed_and_deleted() {
    let desk = desk_with(|_| {}).await;
    let path = format!("/v25.0/{WABA}/flows");
    let made = desk.call("POST", &path, Some(&json!({ "name": "survey", "categories": ["SURVEY"] }))).await;
    assert_eq!(made.body.as_object().unwrap().len(), 1, "only an id: {}", made.body);
    let id = made.body["id"].as_str().unwrap();
    let again = desk.call("POST", &path, Some(&json!({ "name": "survey", "categories": ["SURVEY"] }))).await;
    assert_eq!((again.code(), again.details()), (100, "Flow name is not unique"));
    for bad in [
        json!({ "name": "x" }),
        json!({ "name": "x", "categories": ["GAMES"] }),
        json!({ "categories": ["SURVEY"] }),
    ] {
        assert_eq!(desk.call("POST", &path, Some(&bad)).await.code(), 100, "{bad}");
    }
    let listed = desk.get(&path).await.body["data"].clone();
    assert_eq!(
        listed,
        json!([{ "id": id, "name": "survey", "status": "DRAFT", "categories": ["SURVEY"], "validation_errors": [] }])
    );

    let changed = json!({ "name": "poll", "categories": ["SURVEY", "OTHER"], "endpoint_uri": "https://acme.test/form", "application_id": APP });
    assert_eq!(
        desk.call("POST", &format!("/v25.0/{id}"), Some(&changed)).await.body,
        json!({ "success": true })
    );
    assert_eq!(
        upload(&desk, id, &survey().to_string()).await.body,
        json!({ "success": true, "validation_errors": [] })
    );
    let node = desk.get(&format!("/v25.0/{id}?fields={ALL_FIELDS}")).await.body;
    assert_eq!((&node["name"], &node["json_version"]), (&json!("poll"), &json!("7.3")));
    assert_eq!(node["endpoint_uri"], "https://acme.test/form");
    assert_eq!(
        (&node["whatsapp_business_account"]["id"], &node["application"]["id"]),
        (&json!(WABA), &json!(APP))
    );
    assert_eq!(node["health_status"]["can_send_message"], "AVAILABLE");
    assert_eq!(node["preview"]["expires_at"], "2026-10-01T00:00:00+0000");
    let preview = node["preview"]["preview_url"].as_str().unwrap();
    assert_eq!(desk.http.get(preview).send().await.unwrap().status(), 200);
    let fresh = desk.get(&format!("/v25.0/{id}?fields=preview.invalidate(true)")).await.body;
    assert_ne!(fresh["preview"]["preview_url"], node["preview"]["preview_url"]);
    assert_eq!(desk.http.get(preview).send().await.unwrap().status(), 404);

    let clone = json!({ "name": "clone", "categories": ["OTHER"], "clone_flow_id": id });
    let clone = desk.call("POST", &path, Some(&clone)).await.body["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.get(&format!("/v25.0/{clone}?fields=json_version")).await.body["json_version"], "7.3");
    assert_eq!(desk.call("DELETE", &format!("/v25.0/{clone}"), None).await.body, json!({ "success": true }));
    assert_eq!(desk.get(&format!("/v25.0/{clone}")).await.body["error"]["error_subcode"], 33);
}

#[tokio::test]
async fn b28_json_with_errors_is_kept_and_says_where_they_are() {
    let desk = desk_with(|_| {}).await;
    let id = desk.form("survey", &survey(), None).await;
    let source = "{\n  \"version\": \"7.3\",\n  \"screens\": [\n    {\"id\": \"1\", \"terminal\": true, \"layout\": {}}\n  ]\n}";
    let uploaded = upload(&desk, &id, source).await.body;
    assert_eq!(uploaded["success"], true);
    let errors = uploaded["validation_errors"].as_array().unwrap();
    let place = errors.iter().find(|error| error["error"] == "PATTERN_MISMATCH").unwrap();
    assert_eq!((&place["line_start"], &place["column_start"]), (&json!(4), &json!(12)), "{uploaded}");
    assert_eq!(place["error_type"], "FLOW_JSON_ERROR");
    let refused = desk.publish(&id).await;
    assert_eq!((refused.code(), refused.details()), (139_002, "Publishing Flow with validation errors"));

    // In a form's field the lines are the sender's, too.
    let fields = [("name", "flow.json"), ("asset_type", "FLOW_JSON"), ("file", source)];
    let url = format!("{}/v25.0/{id}/assets", desk.base);
    let body: String = fields
        .iter()
        .map(|(k, v)| {
            format!(
                "{k}={}&",
                v.replace('%', "%25")
                    .replace('&', "%26")
                    .replace('+', "%2B")
                    .replace('\n', "%0A")
                    .replace('"', "%22")
                    .replace('{', "%7B")
                    .replace('}', "%7D")
                    .replace(' ', "+")
            )
        })
        .collect();
    let sent = desk
        .http
        .post(&url)
        .bearer_auth(TOKEN)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body);
    assert_eq!(read(sent.send().await.unwrap()).await.body, uploaded);
    let broken = upload(&desk, &id, "{\"version\": ").await.body;
    assert_eq!(broken["validation_errors"][0]["error"], "INVALID_FLOW_JSON");

    let assets = desk.get(&format!("/v25.0/{id}/assets")).await.body;
    assert_eq!(
        (&assets["data"][0]["name"], &assets["data"][0]["asset_type"]),
        (&json!("flow.json"), &json!("FLOW_JSON"))
    );
    let url = assets["data"][0]["download_url"].as_str().unwrap();
    let got = desk.http.get(url).send().await.unwrap().text().await.unwrap();
    assert_eq!(got, "{\"version\": ");
    desk.advance(2 * HOUR).await;
    assert_eq!(desk.http.get(url).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn b28_keys_are_signed_until_the_number_is_registered_again() {
    let desk = desk_with(|_| {}).await;
    let path = format!("/v25.0/{NUMBER}/whatsapp_business_encryption");
    let none = desk.get(&path).await.body;
    assert_eq!(none, json!({ "data": [{ "business_public_key_signature_status": "MISMATCH" }] }));
    assert_eq!(desk.get(&format!("{path}?fields=")).await.body, none, "no fields named: the usual ones");
    assert_eq!(desk.call("POST", &path, Some(&json!({ "business_public_key": "abc" }))).await.code(), 100);
    desk.upload_key(FIRST_KEY).await;
    let key = desk.get(&path).await.body["data"][0].clone();
    assert_eq!(key["business_public_key_signature_status"], "VALID");
    assert_eq!(key["business_public_key"], keys(FIRST_KEY).public_pem());
    let register = json!({ "messaging_product": "whatsapp", "pin": "123456" });
    desk.call("POST", &format!("/v25.0/{NUMBER}/register"), Some(&register)).await;
    let status = |body: Value| body["data"][0]["business_public_key_signature_status"].clone();
    assert_eq!(status(desk.get(&path).await.body), "MISMATCH");
    desk.upload_key(FIRST_KEY).await;
    assert_eq!(status(desk.get(&path).await.body), "VALID");
}

#[tokio::test]
async fn b28_publishing_needs_everything_in_its_place() {
    let (desk, endpoint) = (desk_with(|_| {}).await, Endpoint::start().await);
    let id = desk.form("booking", &booking(), None).await;
    let refused = async |details: &str| {
        let refused = desk.publish(&id).await;
        assert_eq!((refused.status, refused.code(), refused.details()), (400, 139_002, details));
    };
    refused("Publishing without specifying endpoint_uri is forbidden").await;
    desk.call("POST", &format!("/v25.0/{id}"), Some(&json!({ "endpoint_uri": endpoint.url }))).await;
    refused("Missing Flows Signed Public Key").await;
    desk.upload_key(SECOND_KEY).await;
    refused("Endpoint Not Available").await;
    desk.upload_key(FIRST_KEY).await;
    endpoint.reply(Reply::Status(500));
    refused("Endpoint Not Available").await;
    desk.control(
        "PUT",
        &format!("/phone-numbers/{NUMBER}/encryption"),
        json!({ "signature_status": "MISMATCH" }),
    )
    .await;
    refused("Missing Flows Signed Public Key").await;
    desk.control(
        "PUT",
        &format!("/phone-numbers/{NUMBER}/encryption"),
        json!({ "signature_status": "VALID" }),
    )
    .await;
    assert_eq!(desk.publish(&id).await.body, json!({ "success": true }));
    assert_eq!(endpoint.last(), json!({ "version": "4.0", "action": "ping" }));
    refused("Publishing Flow in invalid state").await;
    desk.emulator.settle().await;
    assert_eq!(
        desk.flow_events(),
        [
            json!({ "event": "FLOW_STATUS_CHANGE", "flow_id": id, "old_status": "DRAFT", "new_status": "PUBLISHED",
                 "message": "Flow booking changed status from DRAFT to PUBLISHED" })
        ]
    );

    let update = desk.call("POST", &format!("/v25.0/{id}"), Some(&json!({ "name": "other" }))).await;
    assert_eq!(update.code(), 139_001);
    assert_eq!(upload(&desk, &id, &survey().to_string()).await.code(), 139_001);
    assert_eq!(desk.call("DELETE", &format!("/v25.0/{id}"), None).await.code(), 139_004);
    let deprecate = format!("/v25.0/{id}/deprecate");
    assert_eq!(desk.call("POST", &deprecate, None).await.body, json!({ "success": true }));
    assert_eq!(desk.call("POST", &deprecate, None).await.details(), "Flow is already deprecated");
    let draft = desk.form("draft", &survey(), None).await;
    let refused = desk.call("POST", &format!("/v25.0/{draft}/deprecate"), None).await;
    assert_eq!((refused.code(), refused.details()), (139_003, "Can't deprecate unpublished flow"));
}

#[tokio::test]
async fn b28_made_and_published_at_once_or_not_at_all() {
    let desk = desk_with(|_| {}).await;
    let path = format!("/v25.0/{WABA}/flows");
    let mut body = json!({ "name": "survey", "categories": ["SURVEY"], "publish": true });
    assert_eq!(desk.call("POST", &path, Some(&body)).await.code(), 100);
    body["flow_json"] = json!(booking().to_string());
    assert_eq!(desk.call("POST", &path, Some(&body)).await.code(), 139_002);
    assert_eq!(desk.get(&path).await.body["data"], json!([]));
    body["flow_json"] = json!(survey().to_string());
    let made = desk.call("POST", &path, Some(&body)).await.body;
    assert_eq!((&made["success"], &made["validation_errors"]), (&json!(true), &json!([])));
    assert_eq!(desk.get(&path).await.body["data"][0]["status"], "PUBLISHED");
    let old = json!({ "version": "5.0", "screens": survey()["screens"] });
    let old = desk.form("old", &old, None).await;
    assert_eq!(
        desk.publish(&old).await.details(),
        "Versions in Flow JSON file are not available for publishing"
    );
}

#[tokio::test]
async fn b28_only_a_form_that_is_out_is_sent() {
    let desk = desk_with(|_| {}).await;
    desk.ana_writes("hola").await;
    let id = desk.form("survey", &survey(), None).await;
    assert_eq!(desk.try_form(json!({ "flow_id": "4711" })).await.code(), 131_009);
    assert_eq!(desk.try_form(json!({ "flow_name": "nobody" })).await.code(), 131_009);
    assert_eq!(desk.try_form(json!({ "flow_id": id })).await.code(), 131_009);
    assert_eq!(desk.try_form(json!({ "flow_id": id, "mode": "draft" })).await.status, 200);
    desk.publish(&id).await;
    assert_eq!(desk.try_form(json!({ "flow_id": id, "mode": "draft" })).await.code(), 131_009);
    assert_eq!(desk.try_form(json!({ "flow_name": "survey" })).await.status, 200);
    let long = "A label of thirty characters..";
    assert_eq!(desk.try_form(json!({ "flow_id": id, "flow_cta": long })).await.status, 200);
    assert_eq!(desk.try_form(json!({ "flow_id": id, "flow_cta": format!("{long}.") })).await.status, 400);

    let to = async |status: &str| {
        desk.control("PATCH", &format!("/forms/{id}"), json!({ "status": status })).await
    };
    to("BLOCKED").await;
    assert_eq!(desk.try_form(json!({ "flow_id": id })).await.code(), 132_068);
    desk.advance(2 * HOUR).await;
    to("THROTTLED").await;
    for n in 1..=10 {
        assert_eq!(desk.try_form(json!({ "flow_id": id })).await.status, 200, "message {n}");
    }
    assert_eq!(desk.try_form(json!({ "flow_id": id })).await.code(), 132_069);
    desk.advance(HOUR).await;
    assert_eq!(desk.try_form(json!({ "flow_id": id })).await.status, 200);
    to("DEPRECATED").await;
    assert_eq!(desk.try_form(json!({ "flow_id": id })).await.code(), 131_009);
    let changes: Vec<Value> = desk.flow_events().iter().map(|event| event["new_status"].clone()).collect();
    assert_eq!(changes, ["PUBLISHED", "BLOCKED", "THROTTLED", "DEPRECATED"]);
}

#[tokio::test]
async fn b28_a_form_of_another_account_is_unknown_and_can_be_copied() {
    let desk = desk_with(|_| {}).await;
    desk.ana_writes("hola").await;
    let business = "800000000000001";
    let waba = desk.control("PUT", "/wabas", json!({ "business_id": business, "name": "Second" })).await.body
        ["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let made = json!({ "waba_id": waba, "name": "survey", "status": "PUBLISHED", "flow_json": survey() });
    let theirs = desk.control("PUT", "/forms", made).await.body["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.try_form(json!({ "flow_id": theirs })).await.code(), 131_009);
    let path =
        format!("/v25.0/{WABA}/migrate_flows?source_waba_id={waba}&source_flow_names=[\"survey\",\"none\"]");
    let moved = desk.call("POST", &path, None).await.body;
    assert_eq!(
        (&moved["migrated_flows"][0]["source_id"], &moved["failed_flows"][0]["error_code"]),
        (&json!(theirs), &json!("4233041")),
        "{moved}"
    );
    assert_eq!(desk.try_form(json!({ "flow_name": "survey" })).await.status, 200);
    let other = desk.call("POST", &format!("/v25.0/{WABA}/migrate_flows?source_waba_id=4711"), None).await;
    assert_eq!(other.code(), 100);
    desk.control("PUT", "/tokens", json!({ "token": "STRANGER", "wabas": [], "businesses": [] })).await;
    assert_eq!(
        desk.call_as(Some("STRANGER"), "GET", &format!("/v25.0/{theirs}"), None).await.body["error"]["error_subcode"],
        33
    );
}
