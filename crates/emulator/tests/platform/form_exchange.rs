//! Customers in forms: the developer's endpoint is asked as Meta's phones ask it.

use cloud_api::form::endpoint::{Response, Upload, open_media};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::desk::*;
use crate::endpoint::*;

#[tokio::test]
async fn b28_a_form_goes_from_the_button_through_the_endpoint_to_the_answer() {
    let (desk, endpoint, form, wamid) = table(|_| {}).await;
    let opened = desk.open_form(&wamid).await;
    assert_eq!((opened.status, &opened.body["screen"]), (201, &json!("BOOK")), "{}", opened.body);
    assert_eq!(opened.body["resolved"]["layout"]["children"][0]["text"], "Hello Ana");
    assert_eq!(opened.body["resolved"]["layout"]["children"][1]["data-source"][0]["title"], "Monday");
    let init = endpoint.last();
    assert_eq!(
        (&init["action"], &init["version"], &init["flow_token"]),
        (&json!("INIT"), &json!("4.0"), &json!("tok-1"))
    );
    assert!(init.get("screen").is_none() && init["flow_token_signature"].is_string());

    let missing = desk.submit_form(&wamid, json!({ "screen": "BOOK", "data": {} })).await;
    assert_eq!((missing.status, &missing.body["error"]["field"]), (400, &json!("data.date")));
    let times = desk.submit_form(&wamid, json!({ "screen": "BOOK", "data": { "date": "mon" } })).await;
    assert_eq!(
        (&times.body["screen"], &times.body["history"]),
        (&json!("TIME"), &json!(["BOOK"])),
        "{}",
        times.body
    );
    assert_eq!(
        (&endpoint.last()["screen"], &endpoint.last()["data"]),
        (&json!("BOOK"), &json!({ "date": "mon" }))
    );
    endpoint.reply(Reply::Say(Response::error("TIME", "Just taken")));
    let taken = desk.submit_form(&wamid, json!({ "data": { "time": "9" } })).await.body;
    assert_eq!((&taken["notice"], &taken["screen"]), (&json!("Just taken"), &json!("TIME")));
    assert_eq!(taken["data"]["times"].as_array().unwrap().len(), 2, "the screen keeps its data");
    let done = desk.submit_form(&wamid, json!({ "data": { "time": "10" } })).await.body;
    assert_eq!(done["state"], "completed", "{done}");
    assert_eq!(endpoint.last()["data"], json!({ "time": "10", "date": "mon" }));

    let message = desk.receiver.messages().pop().unwrap();
    assert_eq!(message["context"]["id"], wamid);
    let reply = &message["interactive"]["nfm_reply"];
    assert_eq!((&reply["name"], &reply["body"]), (&json!("flow"), &json!("Sent")));
    let response: Value = serde_json::from_str(reply["response_json"].as_str().unwrap()).unwrap();
    assert_eq!(response, json!({ "flow_token": "tok-1", "time": "10", "date": "mon" }));
    assert_eq!(done["reply"], message["id"]);
    let seen: Vec<Value> = endpoint.seen().iter().map(|request| request["action"].clone()).collect();
    assert_eq!(seen, ["ping", "INIT", "data_exchange", "data_exchange", "data_exchange"]);
    let bubbles = desk.thread().await["messages"].clone();
    let bubble = bubbles.as_array().unwrap().iter().find(|b| b["wamid"] == wamid.as_str()).unwrap().clone();
    assert_eq!((&bubble["form"]["state"], &bubble["form"]["form_id"]), (&json!("completed"), &json!(form)));
    assert_eq!(desk.submit_form(&wamid, json!({})).await.status, 409);
    desk.flow_events();
}

#[tokio::test]
async fn b28_back_asks_the_endpoint_where_the_screen_says_so() {
    let (desk, endpoint, _, wamid) = table(|_| {}).await;
    desk.open_form(&wamid).await;
    desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await;
    let back = desk.submit_form(&wamid, json!({ "action": "BACK" })).await.body;
    assert_eq!(
        (&endpoint.last()["action"], &back["screen"], &back["history"]),
        (&json!("BACK"), &json!("BOOK"), &json!([]))
    );
    assert_eq!(back["values"], json!({ "date": "mon" }), "what was entered is still there");
    let left = desk.submit_form(&wamid, json!({ "action": "BACK" })).await.body;
    assert_eq!(left["state"], "closed");
    assert_eq!(desk.open_form(&wamid).await.body["state"], "open");
}

#[tokio::test]
async fn b28_a_phone_with_an_old_key_fetches_the_new_one_after_421() {
    let (desk, endpoint, form, wamid) = table(|_| {}).await;
    desk.open_form(&wamid).await;
    *endpoint.keys.lock().unwrap() = keys(SECOND_KEY);
    // The endpoint has a new key that nobody uploaded: fetching it anew doesn't help.
    let stuck = desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await.body;
    assert_eq!(
        (&stuck["error"]["error"], &stuck["screen"]),
        (&json!("business-decryption-error"), &json!("BOOK"))
    );
    desk.upload_key(SECOND_KEY).await;
    let before = desk.control("GET", &format!("/forms/{form}"), Value::Null).await.body["exchanges"]
        .as_array()
        .unwrap()
        .len();
    let healed = desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await.body;
    assert_eq!((&healed["screen"], &healed["error"]), (&json!("TIME"), &Value::Null), "{healed}");
    let exchanges =
        desk.control("GET", &format!("/forms/{form}"), Value::Null).await.body["exchanges"].clone();
    let statuses: Vec<&Value> =
        exchanges.as_array().unwrap()[before..].iter().map(|e| &e["status"]).collect();
    assert_eq!(statuses, [421, 200]);
}

#[tokio::test]
async fn b28_427_closes_the_form_and_disables_its_button() {
    let (desk, endpoint, _, wamid) = table(|_| {}).await;
    desk.open_form(&wamid).await;
    endpoint.reply(Reply::Ended("The order has already been placed"));
    let ended = desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await.body;
    assert_eq!((&ended["state"], &ended["disabled"]), (&json!("closed"), &json!(true)));
    assert_eq!(ended["error"]["message"], "The order has already been placed");
    assert_eq!(desk.open_form(&wamid).await.status, 409);
    assert_eq!(desk.receiver.messages().len(), 1, "nothing but Ana's own message");
}

#[tokio::test]
async fn b28_the_text_of_a_427_may_be_sealed_too() {
    let (desk, endpoint, _, wamid) = table(|_| {}).await;
    desk.open_form(&wamid).await;
    endpoint.reply(Reply::EndedSealed("The order has already been placed"));
    let ended = desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await.body;
    let error = json!({ "error": "flow_token_invalid", "message": "The order has already been placed" });
    assert_eq!((&ended["state"], &ended["error"]), (&json!("closed"), &error));
}

#[tokio::test]
async fn b28_what_the_phone_cannot_use_is_told_to_the_endpoint() {
    let (desk, endpoint, _, wamid) = table(|_| {}).await;
    desk.open_form(&wamid).await;
    let wrong = Response::screen("BOOK", object(json!({ "dates": "monday" })));
    for (reply, error) in [
        (Reply::Tampered(times()), "response-decryption-error"),
        (
            Reply::Say(Response::screen("DONE", object(json!({ "when": "9:00" })))),
            "invalid-screen-transition",
        ),
        (Reply::Say(Response::screen("NOWHERE", object(json!({})))), "invalid-screen-transition"),
        (Reply::Say(wrong), "payload-schema-error"),
    ] {
        endpoint.reply(reply);
        let failed = desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await.body;
        assert_eq!(
            (&failed["error"]["error"], &failed["screen"], &failed["state"]),
            (&json!(error), &json!("BOOK"), &json!("open"))
        );
        let told = endpoint.last();
        assert_eq!((&told["data"]["error"], &told["action"]), (&json!(error), &json!("data_exchange")));
        assert!(told["data"]["error_message"].is_string());
    }
    for (status, error) in [(500, "unexpected_http_status_code"), (432, "unexpected_http_status_code")] {
        endpoint.reply(Reply::Status(status));
        let asked = endpoint.seen().len();
        let failed = desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await.body;
        assert_eq!(failed["error"]["error"], error);
        assert_eq!(endpoint.seen().len(), asked + 1, "an endpoint that fails is not told so");
    }
    assert_eq!(desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await.body["screen"], "TIME");
}

#[tokio::test]
async fn b28_a_form_without_endpoint_runs_on_the_phone_alone() {
    let desk = desk_with(|_| {}).await;
    desk.ana_writes("hola").await;
    let form = desk.form("survey", &survey(), None).await;
    desk.publish(&form).await;
    let payload = json!({ "screen": "NAME", "data": { "guess": "Ana" } });
    let wamid = desk.send_form(json!({ "flow_id": form, "flow_action_payload": payload })).await;
    let opened = desk.open_form(&wamid).await.body;
    assert_eq!((&opened["screen"], &opened["flow_token"]), (&json!("NAME"), &json!("unused")));
    let unknown = desk.submit_form(&wamid, json!({ "data": { "nombre": "Ana" } })).await;
    assert_eq!(unknown.status, 400);
    let next = desk.submit_form(&wamid, json!({ "data": { "age": "42" } })).await.body;
    assert_eq!((&next["screen"], &next["data"]), (&json!("SURE"), &json!({ "name": "Ana" })));
    assert_eq!(desk.submit_form(&wamid, json!({ "screen": "NAME" })).await.status, 409);
    let back = desk.submit_form(&wamid, json!({ "action": "BACK" })).await.body;
    assert_eq!((&back["screen"], &back["values"]["age"]), (&json!("NAME"), &json!("42")));
    desk.submit_form(&wamid, json!({ "data": { "name": "Eva" } })).await;
    let done = desk.submit_form(&wamid, json!({})).await.body;
    assert_eq!(
        done["response"],
        json!({ "name": "Eva", "age": "42", "adult": true, "flow_token": "unused" })
    );
    let wrong = json!({ "screen": "ELSEWHERE" });
    let wamid = desk.send_form(json!({ "flow_id": form, "flow_action_payload": wrong })).await;
    let failed = desk.open_form(&wamid).await.body;
    assert_eq!(
        (&failed["state"], &failed["error"]["error"]),
        (&json!("failed"), &json!("invalid-screen-transition"))
    );
    desk.flow_events();
}

#[tokio::test]
async fn b28_a_templates_button_opens_its_form() {
    let desk = desk_with(|_| {}).await;
    let form = desk.form("survey", &survey(), None).await;
    let button = json!({ "type": "FLOW", "text": "Answer", "flow_id": form, "flow_action": "navigate", "navigate_screen": "NAME" });
    let template = json!({ "name": "ask", "language": "en_US", "components": [
        { "type": "BODY", "text": "How was it?" }, { "type": "BUTTONS", "buttons": [button] } ] });
    desk.control("PUT", "/templates", template).await;
    let message = json!({ "type": "template", "template": { "name": "ask", "language": { "code": "en_US" }, "components": [
        { "type": "button", "sub_type": "flow", "index": "0", "parameters": [{ "type": "action",
            "action": { "flow_token": "tok-7", "flow_action_data": { "guess": "Ana" } } }] } ] } });
    assert_eq!(desk.send(message.clone()).await.code(), 131_009, "a draft");
    desk.publish(&form).await;
    let wamid = desk.send(message).await.wamid();
    desk.advance(SECOND).await;
    let opened = desk.open_form(&wamid).await.body;
    assert_eq!(
        (&opened["screen"], &opened["flow_token"], &opened["data"]["guess"]),
        (&json!("NAME"), &json!("tok-7"), &json!("Ana")),
        "{opened}"
    );
    desk.submit_form(&wamid, json!({})).await;
    assert_eq!(desk.submit_form(&wamid, json!({})).await.body["state"], "completed");
    assert_eq!(desk.receiver.messages()[0]["context"]["id"], wamid);
}

#[tokio::test]
async fn b28_photos_reach_the_endpoint_encrypted_and_the_business_as_media() {
    let (desk, endpoint) = (desk_with(|_| {}).await, Endpoint::start().await);
    desk.upload_key(FIRST_KEY).await;
    let picker =
        json!({ "type": "PhotoPicker", "name": "photos", "label": "Photos", "min-uploaded-photos": 1 });
    let screen = |id: &str, terminal: bool, action: Value| {
        json!({ "id": id, "title": "Photo", "terminal": terminal, "layout": { "type": "SingleColumnLayout", "children": [
            picker, { "type": "Footer", "label": "Send", "on-click-action": action } ] } })
    };
    let pay = json!({ "photos": "${form.photos}" });
    let json = json!({ "version": "7.3", "data_api_version": "4.0", "routing_model": { "SHOW": ["LAST"], "LAST": [] }, "screens": [
        screen("SHOW", false, json!({ "name": "data_exchange", "payload": pay })),
        screen("LAST", true, json!({ "name": "complete", "payload": pay })) ] });
    let form = desk.form("photos", &json, Some(&endpoint.url)).await;
    assert_eq!(desk.publish(&form).await.status, 200);
    desk.ana_writes("hola").await;
    let wamid = desk
        .send_form(json!({ "flow_id": form, "flow_token": "t", "flow_action_payload": { "screen": "SHOW" } }))
        .await;
    desk.open_form(&wamid).await;
    let photo = b"\xff\xd8 a photo".to_vec();
    let part = Part::bytes(photo.clone()).file_name("IMG.jpg").mime_str("image/jpeg").unwrap();
    let url = format!("{}/_control/customers/{ANA}/forms/files", desk.base);
    let file =
        read(desk.http.post(url).multipart(Form::new().part("file", part)).send().await.unwrap()).await;
    let id = file.body["id"].clone();
    endpoint.reply(Reply::Say(Response::screen("LAST", object(json!({})))));
    let next = desk.submit_form(&wamid, json!({ "data": { "photos": [id] } })).await.body;
    assert_eq!(next["screen"], "LAST", "{next}");
    let upload: Upload = serde_json::from_value(endpoint.last()["data"]["photos"][0].clone()).unwrap();
    let cdn = desk.http.get(&upload.cdn_url).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(open_media(&upload.encryption_metadata, &cdn).unwrap(), photo);

    let done = desk.submit_form(&wamid, json!({ "data": { "photos": [id] } })).await.body;
    let sent = &done["response"]["photos"][0];
    assert_eq!(
        (&sent["id"], &sent["file_name"], &sent["mime_type"]),
        (&id, &json!("IMG.jpg"), &json!("image/jpeg"))
    );
    assert_eq!(desk.get(&format!("/v25.0/{}", id.as_str().unwrap())).await.status, 200);
    desk.flow_events();
}

#[tokio::test]
async fn b28_choices_change_the_screen_and_only_its_own_actions_are_taken() {
    let (desk, endpoint) = (desk_with(|_| {}).await, Endpoint::start().await);
    desk.upload_key(FIRST_KEY).await;
    let update = json!({ "name": "update_data", "payload": { "hint": "`'You chose ' ${form.city}`" } });
    let ask = json!({ "name": "data_exchange", "payload": { "street": "${form.street}" } });
    let option = |id: &str| json!({ "id": id, "title": id });
    let json = json!({ "version": "7.3", "data_api_version": "3.0", "routing_model": { "CITY": [] }, "screens": [
        { "id": "CITY", "title": "City", "terminal": true, "data": { "hint": { "type": "string", "__example__": "" } },
          "layout": { "type": "SingleColumnLayout", "children": [
            { "type": "TextBody", "text": "${data.hint}" },
            { "type": "Dropdown", "name": "city", "label": "City", "data-source": [option("Baeza"), option("Jaen")], "on-select-action": update },
            { "type": "Dropdown", "name": "street", "label": "Street", "data-source": [option("Real")], "on-select-action": ask },
            { "type": "Footer", "label": "Send", "on-click-action": { "name": "complete", "payload": { "city": "${form.city}" } } } ] } }] });
    let form = desk.form("city", &json, Some(&endpoint.url)).await;
    assert_eq!(desk.publish(&form).await.status, 200);
    desk.ana_writes("hola").await;
    let wamid = desk.send_form(json!({ "flow_id": form })).await;
    desk.open_form(&wamid).await;
    let chosen =
        desk.submit_form(&wamid, json!({ "component": "city", "data": { "city": "Baeza" } })).await.body;
    assert_eq!(
        (&chosen["data"]["hint"], &chosen["screen"]),
        (&json!("You chose Baeza"), &json!("CITY")),
        "{chosen}"
    );
    let none = desk.submit_form(&wamid, json!({ "component": "city", "data": { "city": "Rome" } })).await;
    assert_eq!((none.status, &none.body["error"]["field"]), (400, &json!("data.city")));
    endpoint.reply(Reply::Say(Response::screen("CITY", object(json!({ "hint": "A fine street" })))));
    let asked = desk.submit_form(&wamid, json!({ "action": ask, "data": { "street": "Real" } })).await.body;
    assert_eq!(asked["data"]["hint"], "A fine street", "{asked}");
    let request = endpoint.last();
    assert_eq!((&request["version"], &request["data"]), (&json!("3.0"), &json!({ "street": "Real" })));
    assert!(request.get("flow_token_signature").is_none(), "only since 4.0");
    let foreign = json!({ "name": "complete", "payload": { "admin": true } });
    assert_eq!(desk.submit_form(&wamid, json!({ "action": foreign })).await.status, 400);
    let done = desk.submit_form(&wamid, json!({})).await.body;
    assert_eq!(done["response"], json!({ "city": "Baeza", "flow_token": "unused" }));
}

#[tokio::test]
async fn b28_items_that_came_as_data_lead_where_they_say() {
    let (desk, endpoint) = (desk_with(|_| {}).await, Endpoint::start().await);
    desk.upload_key(FIRST_KEY).await;
    let ask = |id: &str| json!({ "name": "data_exchange", "payload": { "shop": id } });
    let item = |id: &str| json!({ "id": id, "main-content": { "title": id }, "on-click-action": ask(id) });
    let declared = json!({ "type": "array", "items": { "type": "object", "properties": { "id": { "type": "string" },
        "main-content": { "type": "object", "properties": { "title": { "type": "string" } } },
        "on-click-action": { "type": "object", "properties": { "name": { "type": "string" },
            "payload": { "type": "object", "properties": { "shop": { "type": "string" } } } } } } },
        "__example__": [item("Baeza")] });
    let pay = json!({ "name": "complete", "payload": { "shop": "${data.shop}" } });
    let json = json!({ "version": "7.3", "data_api_version": "3.0", "routing_model": { "SHOPS": ["DONE"], "DONE": [] }, "screens": [
        { "id": "SHOPS", "title": "Shops", "data": { "shops": declared },
          "layout": { "type": "SingleColumnLayout", "children": [
            { "type": "NavigationList", "name": "shops", "list-items": "${data.shops}" } ] } },
        { "id": "DONE", "title": "Done", "terminal": true, "data": { "shop": { "type": "string", "__example__": "x" } },
          "layout": { "type": "SingleColumnLayout", "children": [
            { "type": "Footer", "label": "Send", "on-click-action": pay } ] } } ] });
    let form = desk.form("shops", &json, Some(&endpoint.url)).await;
    assert_eq!(desk.publish(&form).await.status, 200);
    desk.ana_writes("hola").await;
    let shops = json!({ "shops": [item("Jaen"), item("Ubeda")] });
    let wamid = desk
        .send_form(json!({ "flow_id": form, "flow_action_payload": { "screen": "SHOPS", "data": shops } }))
        .await;
    desk.open_form(&wamid).await;
    assert_eq!(desk.submit_form(&wamid, json!({ "action": ask("Baeza") })).await.status, 400, "not offered");
    endpoint.reply(Reply::Say(Response::screen("DONE", object(json!({ "shop": "Ubeda" })))));
    let next = desk.submit_form(&wamid, json!({ "action": ask("Ubeda") })).await.body;
    assert_eq!(
        (&next["screen"], &endpoint.last()["data"]),
        (&json!("DONE"), &json!({ "shop": "Ubeda" })),
        "{next}"
    );
    // The footer as the page has it, with what is known filled in.
    let shown = next["resolved"]["layout"]["children"][0]["on-click-action"].clone();
    assert_eq!(shown["payload"]["shop"], "Ubeda");
    let done = desk.submit_form(&wamid, json!({ "action": shown })).await.body;
    assert_eq!(done["response"]["shop"], "Ubeda", "{done}");
}
