//! Graph's manners towards clients of every kind: other verbs by parameter, several nodes or requests in one, browsers.

use serde_json::{Value, json};

use crate::desk::*;

async fn batch(desk: &Desk, requests: Value, more: &[(&str, &str)]) -> Vec<Value> {
    let requests = requests.to_string();
    let mut form = vec![("batch", requests.as_str()), ("access_token", TOKEN)];
    form.extend(more);
    let answered = desk.post_form("/v25.0/", &form).await;
    assert_eq!(answered.status, 200, "{}", answered.body);
    answered.body.as_array().unwrap().clone()
}

fn inner(answer: &Value) -> Value {
    serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn b03_a_batch_carries_out_each_request_and_answers_all() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let text =
        format!("messaging_product=whatsapp&to={ANA}&type=text&text=%7B%22body%22%3A%22from+a+batch%22%7D");
    let requests = json!([
        { "method": "GET", "relative_url": format!("{NUMBER}?fields=verified_name") },
        { "method": "POST", "relative_url": format!("v24.0/{NUMBER}/messages"), "body": text },
        { "method": "GET", "relative_url": "123" },
        { "method": "GET", "relative_url": format!("{NUMBER}"), "access_token": "garbage" },
    ]);
    let answers = batch(&desk, requests.clone(), &[]).await;
    let codes: Vec<&Value> = answers.iter().map(|answer| &answer["code"]).collect();
    assert_eq!(codes, [200, 200, 400, 401]);
    assert_eq!(inner(&answers[0]), json!({ "verified_name": "Lucky Shrub", "id": NUMBER }));
    assert!(inner(&answers[1])["messages"][0]["id"].as_str().unwrap().starts_with("wamid."));
    assert_eq!(inner(&answers[2])["error"]["error_subcode"], 33);
    let version = |answer: &Value| {
        let headers = answer["headers"].as_array().unwrap();
        let named =
            |header: &&Value| header["name"].as_str().unwrap().eq_ignore_ascii_case("facebook-api-version");
        headers.iter().find(named).unwrap()["value"].clone()
    };
    assert_eq!((version(&answers[0]), version(&answers[1])), (json!("v25.0"), json!("v24.0")));
    desk.advance(SECOND).await;
    assert_eq!(desk.thread().await["messages"][1]["text"]["body"], "from a batch");
    let bare = batch(&desk, requests, &[("include_headers", "false")]).await;
    assert!(bare.iter().all(|answer| answer.get("headers").is_none()));
}

#[tokio::test]
async fn b03_a_batch_may_use_what_it_was_answered_before() {
    let desk = Desk::new().await;
    let requests = json!([
        { "method": "GET", "name": "numbers", "relative_url": format!("{WABA}/phone_numbers?fields=id") },
        { "method": "GET", "relative_url": "?ids={result=numbers:$.data.*.id}&fields=verified_name" },
        { "method": "GET", "name": "nothing", "relative_url": "123" },
        { "method": "GET", "depends_on": "nothing", "relative_url": NUMBER },
    ]);
    let answers = batch(&desk, requests, &[]).await;
    assert_eq!(answers[0], Value::Null, "left out, as others build upon it");
    assert_eq!(inner(&answers[1])[NUMBER]["verified_name"], "Lucky Shrub");
    assert_eq!((&answers[2]["code"], &answers[3]), (&json!(400), &Value::Null));

    let many = Value::from(vec![json!({ "method": "GET", "relative_url": NUMBER }); 51]);
    let body = json!({ "batch": many });
    assert_eq!(desk.call("POST", "/v25.0/", Some(&body)).await.code(), 100);
    assert_eq!(desk.call("POST", "/", Some(&json!({ "batch": "[" }))).await.code(), 100);
    let nested = json!([{ "method": "POST", "relative_url": "", "body": "batch=%5B%5D" }]);
    assert_eq!(desk.call("POST", "/", Some(&json!({ "batch": nested }))).await.status, 400);
}

#[tokio::test]
async fn b03_several_nodes_or_their_edges_are_asked_for_at_once() {
    let desk = Desk::new().await;
    let both = desk.get(&format!("/v25.0/?ids={NUMBER},{WABA}&fields=id")).await;
    assert_eq!(both.body, json!({ NUMBER: { "id": NUMBER }, WABA: { "id": WABA } }));
    let edges = desk.get(&format!("/v25.0/phone_numbers?ids={WABA}&fields=id")).await.body;
    assert_eq!(edges[WABA]["data"], json!([{ "id": NUMBER }]));
    let unknown = desk.get(&format!("/v25.0/?ids={NUMBER},123")).await;
    assert_eq!((unknown.status, &unknown.body["error"]["error_subcode"]), (400, &json!(33)));
    assert_eq!(desk.get("/v25.0/?ids=").await.code(), 100);
    let many = vec![NUMBER; 51].join(",");
    let refused = desk.get(&format!("/v25.0/?ids={many}")).await;
    assert_eq!(refused.body["error"]["message"], "(#100) Too many IDs. Maximum: 50. Provided: 51.");
    assert_eq!(desk.call_as(None, "GET", &format!("/v25.0/?ids={NUMBER}"), None).await.status, 401);
}

#[tokio::test]
async fn b03_a_parameter_may_name_the_verb() {
    let desk = Desk::new().await;
    let form = [("method", "get"), ("access_token", TOKEN), ("fields", "verified_name")];
    assert_eq!(desk.post_form(&format!("/v25.0/{NUMBER}"), &form).await.body["verified_name"], "Lucky Shrub");
    let made = desk.number_post("/message_qrdls", json!({ "prefilled_message": "hi" })).await.body;
    let path = format!("/v25.0/{NUMBER}/message_qrdls/{}", made["code"].as_str().unwrap());
    assert_eq!(
        desk.call("POST", &format!("{path}?_method=DELETE"), None).await.body,
        json!({ "success": true })
    );
    assert_eq!(desk.get(&format!("/v25.0/{NUMBER}/message_qrdls")).await.body["data"], json!([]));
}

#[tokio::test]
async fn b03_versions_and_paths_may_be_written_carelessly() {
    let desk = Desk::new().await;
    for path in [
        format!("/V25.0/{NUMBER}"),
        format!("/v25.0/{NUMBER}/"),
        format!("//v25.0//{NUMBER}"),
        format!("/{NUMBER}"),
    ] {
        let answered = desk.get(&path).await;
        assert_eq!((answered.status, &answered.body["id"]), (200, &json!(NUMBER)), "{path}");
        assert_eq!(answered.headers["facebook-api-version"], "v25.0");
    }
    let head = desk.call("HEAD", &format!("/v25.0/{NUMBER}"), None).await;
    assert_eq!((head.status, head.body), (200, Value::Null));
    assert!(head.headers["content-type"].to_str().unwrap().starts_with("application/json"));
    assert_eq!(desk.call("HEAD", "/v25.0/123", None).await.status, 400);
    assert_eq!(desk.call("PUT", &format!("/v25.0/{NUMBER}"), None).await.code(), 100);
}

#[tokio::test]
async fn b03_browsers_may_call_from_any_page() {
    let desk = Desk::new().await;
    let url = format!("{}/v25.0/{NUMBER}/messages", desk.base);
    let asked = desk.http.request(reqwest::Method::OPTIONS, &url);
    let asked = asked
        .header("origin", "https://a.test")
        .header("access-control-request-headers", "authorization,content-type");
    let allowed = asked.send().await.unwrap();
    assert_eq!(allowed.status(), 200);
    assert_eq!(allowed.headers()["access-control-allow-origin"], "*");
    assert_eq!(allowed.headers()["access-control-allow-headers"], "authorization,content-type");
    assert!(allowed.headers()["access-control-allow-methods"].to_str().unwrap().contains("DELETE"));
    assert_eq!(desk.get(&format!("/v25.0/{NUMBER}")).await.headers["access-control-allow-origin"], "*");
    assert_eq!(desk.get("/v25.0/1").await.headers["access-control-allow-origin"], "*", "errors too");
}
