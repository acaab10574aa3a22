//! How clients in other languages write the same calls: brackets in forms, JSON in texts, parameters in the query, files
//! before fields, several calls in one. Where Meta's answer to such a call is known from a recording, it is held here.

use serde_json::{Value, json};

use crate::desk::*;

impl Desk {
    async fn post_raw_form(&self, path: &str, body: &str) -> Answered {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(TOKEN);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        read(request.body(body.to_owned()).send().await.unwrap()).await
    }

    async fn batch(&self, calls: &Value) -> Answered {
        let form = [("batch", calls.to_string()), ("include_headers", "false".to_owned())];
        let body: Vec<String> =
            form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.post_raw_form("/", &body.join("&")).await
    }

    /// Sends bytes as a multipart body that was written by hand.
    async fn multipart(&self, path: &str, body: &str) -> Answered {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(TOKEN);
        let request = request.header("content-type", "multipart/form-data; boundary=cut");
        read(request.body(body.replace('\n', "\r\n")).send().await.unwrap()).await
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What a call inside a batch was answered.
fn inner(answered: &Value) -> Value {
    serde_json::from_str(answered["body"].as_str().unwrap_or_else(|| panic!("{answered}"))).unwrap()
}

#[tokio::test]
async fn lists_and_objects_of_forms_may_be_brackets_in_names() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    // Ruby's and PHP's ways to write a list.
    for list in [
        "websites%5B%5D=https%3A%2F%2Fa.test%2F",
        "websites[0]=https://a.test&websites[1]=https://b.test/shop",
    ] {
        let body = format!("messaging_product=whatsapp&vertical=EDU&{list}");
        let set = desk.post_raw_form(&format!("/v19.0/{NUMBER}/whatsapp_business_profile"), &body).await;
        assert_eq!(set.body, json!({ "success": true }));
    }
    let shown =
        desk.get(&format!("/v19.0/{NUMBER}/whatsapp_business_profile?fields=websites,vertical")).await;
    assert_eq!(shown.body["data"][0]["websites"], json!(["https://a.test/", "https://b.test/shop"]));
    let path = format!("/v19.0/{NUMBER}/messages");
    for text in
        ["text[body]=hola #1 <b>", "text={\"body\":\"hola #1 <b>\"}", "text%5Bbody%5D=hola+%231+%3Cb%3E"]
    {
        let sent =
            desk.post_raw_form(&path, &format!("messaging_product=whatsapp&to={ANA}&type=text&{text}")).await;
        assert_eq!(sent.status, 200, "{text}: {}", sent.body);
    }
    desk.advance(SECOND).await;
    let thread = desk.thread().await;
    let bodies = thread["messages"].as_array().unwrap().iter().filter(|m| m["direction"] == "outbound");
    assert_eq!(bodies.filter(|m| m["text"]["body"] == "hola #1 <b>").count(), 3, "{thread}");
}

#[tokio::test]
async fn objects_may_be_json_in_a_text_and_texts_may_look_like_json() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let contacts = json!([{ "name": { "formatted_name": "Eva Luz", "first_name": "Eva" }, "phones": [{ "phone": "1" }] }]);
    let sent = desk.send(json!({ "type": "contacts", "contacts": contacts.to_string() })).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let order = json!({ "order": 17 }).to_string();
    let body = format!(
        "messaging_product=whatsapp&to=%2B{ANA}&type=text&text={}&biz_opaque_callback_data={}",
        encoded(&json!({ "body": "[1]" }).to_string()),
        encoded(&order),
    );
    let sent = desk.post_raw_form(&format!("/v24.0/{NUMBER}/messages"), &body).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    desk.advance(SECOND).await;
    assert!(
        desk.receiver.statuses().iter().any(|status| status["biz_opaque_callback_data"] == order.as_str())
    );
    assert_eq!(desk.thread().await["messages"][1]["contacts"], contacts);
    // A number for a phone, and a type of parameter in capitals, as a recording of Meta has them.
    let parameters = json!([{ "type": "TEXT", "text": "Ana" }, { "type": "text", "text": "17" }]);
    let body = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": ANA.parse::<u64>().unwrap(),
        "type": "template", "template": {
            "name": "order_update", "language": { "code": "en_US" },
            "components": [{ "type": "body", "parameters": parameters }],
        },
    });
    let sent = desk.call("POST", &format!("/v19.0/{NUMBER}/messages"), Some(&body)).await;
    assert_eq!(sent.body["contacts"], json!([{ "input": ANA, "wa_id": ANA }]));
    assert_eq!(sent.body["messages"][0]["message_status"], "accepted");
}

#[tokio::test]
async fn files_come_before_or_after_their_fields_or_beside_a_query() {
    let desk = Desk::new().await;
    let part = |head: &str, body: &str| format!("--cut\nContent-Disposition: form-data; {head}\n\n{body}\n");
    let file = part("name=\"file\"; filename=\"a.txt\"", "hello");
    let (kind, product) =
        (part("name=\"type\"", "text/plain"), part("name=\"messaging_product\"", "whatsapp"));
    let typed = "--cut\nContent-Disposition: form-data; name=\"file\"; filename=\"blob\"\nContent-Type: text/plain\n\nhello\n";
    let mut ids = Vec::new();
    for (query, parts) in [
        ("", format!("{file}{kind}{product}--cut--\n")),
        ("", format!("{product}{kind}{file}--cut--\n")),
        ("?messaging_product=whatsapp", format!("{typed}--cut--\n")),
        ("", format!("{typed}{product}--cut--\n")),
    ] {
        let up = desk.multipart(&format!("/v24.0/{NUMBER}/media{query}"), &parts).await;
        assert_eq!(up.status, 200, "{parts}: {}", up.body);
        ids.push(up.body["id"].as_str().unwrap().to_owned());
    }
    // Without a version, as the Ruby client asks; the size is a number, as a recording of Meta has it.
    let found = desk.get(&format!("/{}", ids[0])).await.body;
    assert_eq!((&found["file_size"], &found["mime_type"]), (&json!(5), &json!("text/plain")));
    assert_eq!(found["messaging_product"], "whatsapp");
    assert_eq!(desk.call("DELETE", &format!("/{}", ids[0]), None).await.body, json!({ "success": true }));
}

#[tokio::test]
async fn qr_codes_are_changed_by_their_path_too_and_formats_have_no_case() {
    let desk = Desk::new().await;
    let path = format!("/v24.0/{NUMBER}/message_qrdls");
    let made = desk
        .post_raw_form(&format!("{path}?generate_qr_image=svg&prefilled_message=Hello%20there"), "")
        .await
        .body;
    assert_eq!(made["prefilled_message"], "Hello there");
    assert!(made["qr_image_url"].as_str().unwrap().ends_with(".svg"), "{made}");
    let code = made["code"].as_str().unwrap();
    let changed = desk.post_raw_form(&format!("{path}/{code}?prefilled_message=Hi"), "").await;
    assert_eq!((&changed.body["code"], &changed.body["prefilled_message"]), (&json!(code), &json!("Hi")));
    let list = desk.get(&format!("{path}/")).await.body;
    assert_eq!(list["data"][0]["prefilled_message"], "Hi");
    assert_eq!(desk.post_raw_form(&format!("{path}/NOTHING?prefilled_message=Hi"), "").await.code(), 100);
}

#[tokio::test]
async fn a_template_that_isnt_there_cant_be_deleted() {
    let desk = Desk::new().await;
    let path = format!("/v19.0/{WABA}/message_templates?name=fake%20name");
    let refused = desk.call("DELETE", &path, None).await;
    assert_eq!((refused.status, refused.code()), (400, 100));
    let error = &refused.body["error"];
    assert_eq!(
        (&error["message"], &error["error_subcode"]),
        (&json!("Invalid parameter"), &json!(2_593_002))
    );
    assert_eq!(error["error_user_title"], "Message Template Not Found");
    assert_eq!(error["error_user_msg"], "The message template fake name wasn't found for this account.");
}

#[tokio::test]
async fn filters_have_single_quotes_and_the_app_is_called_so() {
    let desk = Desk::new().await;
    let filter = "[{'field':'account_mode','operator':'EQUAL','value':'LIVE'}]";
    let found = desk.get(&format!("/v25.0/{WABA}/phone_numbers?filtering={}", encoded(filter))).await;
    assert_eq!(found.body["data"][0]["id"], NUMBER, "{}", found.body);
    let filter = filter.replace("LIVE", "SANDBOX");
    let none = desk.get(&format!("/v25.0/{WABA}/phone_numbers?filtering={}", encoded(&filter))).await;
    assert_eq!(none.body["data"], json!([]));
    let begun =
        desk.post_raw_form("/v25.0/app/uploads/?file_length=5&file_type=image/png&file_name=a.png", "").await;
    assert!(begun.body["id"].as_str().unwrap_or("").starts_with("upload:"), "{}", begun.body);
    assert_eq!(desk.get("/v25.0/app").await.body["id"], APP);
    let begin = desk.get(&format!("/v25.0/{WABA}/phone_numbers?fields=id&after=")).await;
    assert_eq!(begin.body["data"], json!([{ "id": NUMBER }]), "an empty cursor is the beginning");
}

#[tokio::test]
async fn a_form_may_call_itself_json_and_a_whole_upload_needs_no_offset() {
    let desk = Desk::new().await;
    let path = format!("{}/v19.0/{APP}/uploads", desk.base);
    let request = desk.http.post(path).bearer_auth(TOKEN).header("content-type", "application/json");
    let begun = read(request.body("file_length=5&file_type=image%2Fpng").send().await.unwrap()).await;
    let id = begun.body["id"].as_str().unwrap_or_else(|| panic!("{}", begun.body)).to_owned();
    let bytes = desk.http.post(format!("{}/v19.0/{id}", desk.base)).body("hello");
    let done = read(bytes.header("authorization", format!("OAuth {TOKEN}")).send().await.unwrap()).await;
    assert!(done.body["h"].as_str().unwrap_or("").starts_with("4::"), "{}", done.body);
    let broken = desk.http.post(format!("{}/v19.0/{NUMBER}/messages", desk.base)).bearer_auth(TOKEN);
    let broken = read(broken.body("{\"messaging_product\": ").send().await.unwrap()).await;
    assert_eq!((broken.status, broken.code()), (400, 100));
}

#[tokio::test]
async fn an_empty_list_of_metrics_is_all_of_them() {
    let desk = Desk::new().await;
    let enabled = desk.post_raw_form(&format!("/v24.0/{WABA}"), "is_enabled_for_insights=true").await;
    assert_eq!(enabled.status, 200, "{}", enabled.body);
    let start = SEPTEMBER / 1_000;
    let path = format!(
        "/v24.0/{WABA}/template_analytics?start={start}&end={}&granularity=DAILY&template_ids=500000000000003",
        start + 3_600
    );
    let all = desk.get(&path).await.body["data"][0].clone();
    assert_eq!(all["product_type"], "cloud_api");
    assert_eq!(desk.get(&format!("{path}&metric_types=")).await.body["data"][0], all);
    let point = &all["data_points"][0];
    assert!(
        ["sent", "delivered", "read"].iter().all(|name| point[name] == 0) && point["cost"].is_array(),
        "{point}"
    );
    let some =
        desk.get(&format!("{path}&metric_types=SENT,READ")).await.body["data"][0]["data_points"][0].clone();
    assert!(some["read"] == 0 && some.get("delivered").is_none(), "{some}");
}

#[tokio::test]
async fn pages_in_a_browser_may_read_answers() {
    let desk = Desk::new().await;
    for path in ["/v25.0/me", "/v25.0/nothing"] {
        assert_eq!(desk.get(path).await.headers["access-control-allow-origin"], "*");
    }
}

#[tokio::test]
async fn a_batch_is_several_calls_each_with_its_own_answer() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let text = encoded(&json!({ "body": "one of two" }).to_string());
    let body = format!("messaging_product=whatsapp&to={ANA}&type=text&text={text}");
    let calls = json!([
        { "method": "POST", "relative_url": format!("v24.0/{NUMBER}/messages"), "body": body },
        { "method": "GET", "relative_url": format!("/{WABA}?fields=name") },
        { "method": "GET", "relative_url": "4711" },
        { "method": "GET", "relative_url": format!("{NUMBER}?fields=id&access_token=NOBODYS-TOKEN") },
    ]);
    let all = desk.batch(&calls).await;
    assert_eq!(all.status, 200);
    let answers = all.body.as_array().unwrap();
    let codes: Vec<u64> = answers.iter().map(|answer| answer["code"].as_u64().unwrap()).collect();
    assert_eq!(codes, [200, 200, 400, 401]);
    let wamid = inner(&answers[0])["messages"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(inner(&answers[1]), json!({ "id": WABA, "name": "Lucky Shrub" }));
    assert_eq!(inner(&answers[2])["error"]["error_subcode"], 33);
    assert!(answers.iter().all(|answer| answer.get("headers").is_none()));
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.statuses()[0]["id"], wamid.as_str());
    // The log has each of them and the whole, and nobody's token.
    let log = desk.control("GET", "/requests?kind=batch", Value::Null).await.body.to_string();
    assert!(log.contains("access_token=(hidden)") && !log.contains("NOBODYS-TOKEN"), "{log}");
    let sends = desk.control("GET", &format!("/requests?wamid={wamid}"), Value::Null).await.body;
    assert!(sends.to_string().contains(&format!("/v24.0/{NUMBER}/messages")), "{sends}");
}

#[tokio::test]
async fn a_call_in_a_batch_takes_from_an_earlier_ones_answer() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let image = encoded(&json!({ "id": "{result=up:$.id}", "caption": "mine" }).to_string());
    let calls = json!([
        { "method": "POST", "name": "up", "relative_url": format!("{NUMBER}/media"), "attached_files": "picture",
          "body": "messaging_product=whatsapp" },
        { "method": "POST", "relative_url": format!("{NUMBER}/messages"),
          "body": format!("messaging_product=whatsapp&to={ANA}&type=image&image={image}") },
        { "method": "GET", "relative_url": "{result=up:$.id}" },
        { "method": "GET", "name": "lost", "relative_url": "4711" },
        { "method": "GET", "depends_on": "lost", "relative_url": WABA },
    ]);
    let body = format!(
        "--cut\nContent-Disposition: form-data; name=\"batch\"\n\n{calls}\n--cut\nContent-Disposition: form-data; \
         name=\"picture\"; filename=\"a.png\"\nContent-Type: image/png\n\nPNG\n--cut--\n"
    );
    let all = desk.multipart("/v24.0/", &body).await;
    assert_eq!(all.status, 200, "{}", all.body);
    let answers = all.body.as_array().unwrap();
    assert_eq!(answers[0], Value::Null, "what is needed later is left out when it goes well");
    let wamid = inner(&answers[1])["messages"][0]["id"].clone();
    let found = inner(&answers[2]);
    assert_eq!((&found["mime_type"], &found["file_size"]), (&json!("image/png"), &json!(3)));
    assert_eq!(answers[3]["code"], 400);
    assert_eq!(answers[4], Value::Null, "what it depends on has failed");
    let header = |name: &str| {
        let list = answers[1]["headers"].as_array().unwrap();
        list.iter().find(|header| header["name"] == name).unwrap_or_else(|| panic!("{list:?}"))["value"]
            .clone()
    };
    assert_eq!(header("Content-Type"), "application/json; charset=UTF-8");
    assert_eq!(header("Facebook-Api-Version"), "v24.0");
    desk.advance(SECOND).await;
    let thread = desk.thread().await;
    let shown = thread["messages"].as_array().unwrap().iter().find(|m| m["wamid"] == wamid).unwrap();
    assert_eq!(shown["image"]["id"], found["id"]);
}

#[tokio::test]
async fn what_is_no_batch_is_refused_whole() {
    let desk = Desk::new().await;
    let get = json!({ "method": "GET", "relative_url": "me" });
    let refused = |answered: &Answered| {
        assert_eq!((answered.status, &answered.body["error"]["type"]), (400, &json!("GraphBatchException")));
        answered.body["error"]["message"].as_str().unwrap().to_owned()
    };
    let many = desk.batch(&json!(vec![get.clone(); 51])).await;
    assert_eq!(refused(&many), "Too many requests in batch message. Maximum batch size is 50");
    let early = json!([{ "method": "GET", "relative_url": "{result=later:$.id}" }, { "name": "later" }]);
    assert!(refused(&desk.batch(&early).await).contains("can only depend on preceding requests"));
    refused(&desk.batch(&json!({ "method": "GET" })).await);
    refused(&desk.batch(&json!([{ "relative_url": "me" }])).await);
    let nested =
        json!([{ "method": "POST", "relative_url": "/", "body": format!("batch={}", encoded("[]")) }]);
    refused(&desk.batch(&nested).await);
    let body = Some(json!({ "batch": [get] }));
    assert_eq!(desk.call_as(None, "POST", "/", body.as_ref()).await.status, 401);
    assert_eq!(desk.call("POST", "/", body.as_ref()).await.body[0]["code"], 200);
}

#[tokio::test]
async fn faults_meet_the_calls_in_a_batch_one_by_one() {
    let desk = Desk::new().await;
    let cut = json!({ "match": { "path": "/*/message_templates" }, "effect": { "cut": true } });
    desk.control("POST", "/faults", cut).await;
    let templates = format!("{WABA}/message_templates");
    let all = desk
        .batch(&json!([{ "method": "GET", "relative_url": templates }, { "method": "GET", "relative_url": "me" }]))
        .await;
    assert_eq!(all.body[0], Value::Null, "no answer, as of a call that takes too long");
    assert_eq!(all.body[1]["code"], 200);
}
