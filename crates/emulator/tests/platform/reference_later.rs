//! The reference scenarios K to X, by their letters.

use serde_json::{Value, json};

use crate::desk::*;
use crate::endpoint;
use crate::template_desk::*;

fn template(name: &str) -> Value {
    let body = json!([{ "type": "body", "parameters": [{ "type": "text", "text": "Ana" }] }]);
    let components = if name == "hello_world" { json!([]) } else { body };
    json!({ "type": "template", "template": { "name": name, "language": { "code": "en_US" }, "components": components } })
}

#[tokio::test]
async fn scenario_k_read_comes_before_delivered_or_delivered_never() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let late =
        json!({ "match": { "kind": "webhook.status" }, "effect": { "webhook": "reorder" }, "times": 1 });
    let first = desk.text("one").await.wamid();
    desk.advance(100).await;
    desk.control("POST", "/faults", late).await;
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.status_names(), ["sent", "read", "delivered"]);
    let statuses = desk.receiver.statuses();
    let at = |n: usize| statuses[n]["timestamp"].as_str().unwrap().parse::<i64>().unwrap();
    assert!(at(2) <= at(1) && statuses.iter().all(|s| s["id"] == first));

    let desk = Desk::with(SEPTEMBER, |config| config.timing.skip_delivered_percent = 100).await;
    desk.ana_writes("hola").await;
    desk.text("one").await;
    desk.advance(MINUTE).await;
    assert_eq!(desk.receiver.status_names(), ["sent", "read"]);
    let told: Vec<bool> = desk.receiver.statuses().iter().map(|s| s["pricing"].is_object()).collect();
    assert_eq!(told, [true, true], "on sent, and on one of delivered and read");
}

#[tokio::test]
async fn scenario_l_whoever_stops_marketing_gets_utility_alone() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    desk.ana_writes("hola").await;
    desk.control("POST", &format!("/customers/{ANA}/preferences"), json!({ "marketing": "stop" })).await;
    let told = desk.told("user_preferences").await[0]["user_preferences"][0].clone();
    assert_eq!((&told["value"], &told["category"]), (&json!("stop"), &json!("marketing_messages")));
    assert_eq!((&told["wa_id"], &told["timestamp"]), (&json!(ANA), &json!(SEPTEMBER / 1_000)));
    let marketing = desk.send(template("welcome_back")).await;
    assert_eq!(marketing.status, 200);
    assert_eq!(desk.failure(&marketing.wamid()).await, 131_050);
    let utility = desk.send(template("hello_world")).await.wamid();
    assert_eq!(desk.failure(&utility).await, 0);
}

#[tokio::test]
async fn scenario_m_a_category_changes_after_a_days_notice_and_the_price_with_it() {
    let desk = Desk::new().await;
    listening(&desk).await;
    let id = approved(&desk, delivery("soap")).await;
    desk.send(message("soap", "en_US", "Ana")).await;
    act(&desk, &id, "recategorize", json!({ "category": "MARKETING" })).await;
    let notice = news(&desk, "template_category_update").pop().unwrap();
    assert_eq!(
        (&notice["new_category"], &notice["correct_category"]),
        (&json!("UTILITY"), &json!("MARKETING"))
    );
    assert_eq!(notice["category_update_timestamp"], (SEPTEMBER + SECOND + 24 * HOUR) / 1_000);
    desk.advance(24 * HOUR).await;
    let done = news(&desk, "template_category_update").pop().unwrap();
    assert_eq!((&done["previous_category"], &done["new_category"]), (&json!("UTILITY"), &json!("MARKETING")));
    desk.send(message("soap", "en_US", "Ana")).await;
    desk.advance(SECOND).await;
    let sent: Vec<Value> = desk.receiver.statuses().into_iter().filter(|s| s["status"] == "sent").collect();
    let categories: Vec<&Value> = sent.iter().map(|s| &s["pricing"]["category"]).collect();
    assert_eq!(categories, ["utility", "marketing"]);
}

#[tokio::test]
async fn scenario_n_an_advertisement_opens_72_free_hours_from_the_reply() {
    let desk = Desk::with(NOVEMBER, |config| config.free_service_messages = 0).await;
    desk.control("POST", "/customers", json!({ "wa_id": ANA, "name": "Ana" })).await;
    let click = json!({ "type": "text", "text": { "body": "hi" },
        "referral": { "source_url": "https://fb.me/1", "source_type": "ad", "source_id": "1", "ctwa_clid": "A" } });
    desk.control("POST", &format!("/customers/{ANA}/messages"), click).await;
    desk.advance(23 * HOUR).await;
    let free = json!({ "billable": false, "pricing_model": "PMP", "type": "free_entry_point", "category": "referral_conversion" });
    let price = async |wamid: &str| {
        desk.advance(SECOND).await;
        let mine =
            desk.receiver.statuses().into_iter().find(|s| s["id"] == wamid && s["status"] == "delivered");
        mine.unwrap()
    };
    let reply = desk.text("hello!").await.wamid();
    let told = price(&reply).await;
    assert_eq!(told["pricing"], free);
    assert_eq!(told["conversation"]["origin"]["type"], "referral_conversion");
    let until = told["conversation"]["expiration_timestamp"].as_str().unwrap().parse::<i64>().unwrap();
    assert_eq!(until, (NOVEMBER + (23 + 72) * HOUR) / 1_000);
    desk.advance(71 * HOUR).await;
    let marketing = desk.send(template("welcome_back")).await.wamid();
    assert_eq!(price(&marketing).await["pricing"], free, "the window is closed, the entry point isn't");
    desk.advance(HOUR).await;
    let later = desk.send(template("welcome_back")).await.wamid();
    assert_eq!(price(&later).await["pricing"]["type"], "regular");
}

#[tokio::test]
async fn scenario_o_whom_the_business_blocks_is_neither_written_to_nor_heard() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    let path = format!("/v25.0/{NUMBER}/block_users");
    let block = json!({ "messaging_product": "whatsapp", "block_users": [{ "user": ANA }] });
    let blocked = desk.call("POST", &path, Some(&block)).await;
    assert_eq!(blocked.body["block_users"]["added_users"][0]["wa_id"], ANA, "{}", blocked.body);
    let sent = desk.text("hello?").await;
    assert_eq!(desk.failure(&sent.wamid()).await, 130_403);
    desk.ana_writes("do you hear me?").await;
    assert_eq!(desk.receiver.messages().len(), 1, "what she says isn't delivered");
    let call = desk.control("POST", &format!("/customers/{ANA}/calls"), json!({ "action": "call" })).await;
    assert_eq!(call.status, 409, "nor does her call ring");
    desk.call("DELETE", &path, Some(&block)).await;
    desk.ana_writes("and now?").await;
    assert_eq!(desk.receiver.messages().len(), 2);
}

#[tokio::test]
async fn scenario_p_a_form_is_pinged_opened_filled_in_and_answered() {
    let (desk, endpoint, _, wamid) = endpoint::table(|_| {}).await;
    desk.open_form(&wamid).await;
    desk.submit_form(&wamid, json!({ "data": { "date": "mon" } })).await;
    let done = desk.submit_form(&wamid, json!({ "data": { "time": "10" } })).await.body;
    assert_eq!(done["state"], "completed", "{done}");
    let asked: Vec<Value> = endpoint.seen().iter().map(|request| request["action"].clone()).collect();
    assert_eq!(asked, ["ping", "INIT", "data_exchange", "data_exchange"]);
    let answer = desk.receiver.messages().pop().unwrap();
    assert_eq!(answer["context"]["id"], wamid);
    let reply = &answer["interactive"]["nfm_reply"];
    assert_eq!((&reply["name"], &reply["body"]), (&json!("flow"), &json!("Sent")));
    let said: Value = serde_json::from_str(reply["response_json"].as_str().unwrap()).unwrap();
    assert_eq!(said, json!({ "flow_token": "tok-1", "time": "10", "date": "mon" }));
}

#[tokio::test]
async fn scenario_q_a_call_is_taken_ends_with_its_duration_and_opens_the_window() {
    let desk = Desk::unsubscribed(SEPTEMBER, |_| {}).await;
    let hook = json!({ "url": desk.hook_url, "fields": ["messages", "calls"] });
    desk.emulator.control().set_webhook(&hook).await.unwrap();
    desk.control("POST", "/customers", json!({ "wa_id": ANA, "name": "Ana" })).await;
    let does = async |action: &str| {
        desk.control("POST", &format!("/customers/{ANA}/calls"), json!({ "action": action })).await;
        desk.emulator.settle().await;
        desk.receiver.values().pop().unwrap()["calls"][0].clone()
    };
    let connect = does("call").await;
    assert_eq!((&connect["event"], &connect["direction"]), (&json!("connect"), &json!("USER_INITIATED")));
    let sdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
    let accept = json!({ "call_id": connect["id"], "action": "accept", "session": { "sdp_type": "answer", "sdp": sdp } });
    assert_eq!(desk.number_post("/calls", accept).await.body["success"], true);
    desk.advance(100 * SECOND).await;
    let ended = does("hang_up").await;
    assert_eq!((&ended["event"], &ended["status"]), (&json!("terminate"), &json!("COMPLETED")));
    assert_eq!(ended["duration"], 100);
    let sent = desk.text("Thanks for calling").await.wamid();
    assert_eq!(desk.failure(&sent).await, 0);
}

#[tokio::test]
async fn scenario_r_a_group_is_made_joined_and_written_to() {
    let desk = Desk::unsubscribed(NOVEMBER, |_| {}).await;
    let fields = ["messages", "group_lifecycle_update", "group_participants_update"];
    let hook = json!({ "url": desk.hook_url, "fields": fields });
    desk.emulator.control().set_webhook(&hook).await.unwrap();
    let told = async || {
        desk.advance(SECOND).await;
        desk.receiver.values().pop().unwrap()
    };
    let asked = desk.number_post("/groups", json!({ "subject": "Garden" })).await.body;
    let made = told().await["groups"][0].clone();
    assert_eq!((&made["type"], &made["request_id"]), (&json!("group_create"), &asked["request_id"]));
    let ben = "34600333444";
    for who in [ANA, ben] {
        desk.control("POST", "/customers", json!({ "wa_id": who })).await;
        let link = json!({ "invite_link": made["invite_link"] });
        assert_eq!(desk.control("POST", &format!("/customers/{who}/groups/join"), link).await.status, 200);
        let joined = told().await["groups"][0].clone();
        assert_eq!(joined["type"], "group_participants_add");
        assert_eq!(
            (&joined["reason"], &joined["added_participants"][0]["wa_id"]),
            (&json!("invite_link"), &json!(who))
        );
    }
    let mut body = template("welcome_back");
    body["recipient_type"] = json!("group");
    let sent = desk.send_to(made["group_id"].as_str().unwrap(), body).await.wamid();
    desk.advance(SECOND).await;
    let values = desk.receiver.values();
    let delivered = values.iter().find(|v| v["statuses"][0]["status"] == "delivered").unwrap();
    let statuses = delivered["statuses"].as_array().unwrap();
    assert_eq!(statuses.len(), 2, "of both in one webhook");
    for (status, who) in statuses.iter().zip([ANA, ben]) {
        assert_eq!((&status["id"], &status["recipient_id"]), (&json!(sent), &made["group_id"]));
        assert_eq!(status["recipient_participant_id"], who);
        assert_eq!(status["pricing"]["category"], "group_marketing", "each is a charge of its own");
    }
}

#[tokio::test]
async fn scenario_s_a_revoked_token_opens_nothing_and_webhooks_go_on() {
    let desk = Desk::new().await;
    desk.control("PUT", "/tokens", json!({ "token": TOKEN, "revoked": 467 })).await;
    for path in
        [format!("/v25.0/{NUMBER}"), format!("/v25.0/{WABA}/message_templates"), "/v25.0/me".to_owned()]
    {
        let refused = desk.get(&path).await;
        assert_eq!((refused.status, refused.code()), (401, 190), "{path}");
        assert_eq!(refused.body["error"]["error_subcode"], 467);
    }
    assert_eq!(desk.text("hi").await.code(), 190);
    desk.ana_writes("hola").await;
    assert_eq!(desk.receiver.messages().len(), 1);
}

#[tokio::test]
async fn scenario_t_a_restriction_stops_templates_while_replies_go_on() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    desk.ana_writes("hola").await;
    let enforce = async |body: Value| desk.control("POST", &format!("/wabas/{WABA}/enforce"), body).await;
    let kinds = json!(["RESTRICTED_BIZ_INITIATED_MESSAGING"]);
    enforce(json!({ "event": "ACCOUNT_RESTRICTION", "restrictions": kinds, "seconds": 86_400 })).await;
    let told = desk.told("account_update").await.pop().unwrap();
    assert_eq!(told["event"], "ACCOUNT_RESTRICTION");
    assert_eq!(told["restriction_info"][0]["restriction_type"], "RESTRICTED_BIZ_INITIATED_MESSAGING");
    let refused = desk.template(ANA).await;
    assert_eq!((refused.status, refused.code()), (403, 368));
    let reply = desk.text("a reply").await.wamid();
    assert_eq!(desk.failure(&reply).await, 0);
    enforce(json!({ "event": "ACCOUNT_RESTRICTION", "restrictions": kinds })).await;
    assert_eq!(desk.template(ANA).await.code(), 131_031, "without an end");
}

#[tokio::test]
async fn scenario_u_eighty_messages_a_second_and_a_thousand_after_an_upgrade() {
    let desk = Desk::told_all(SEPTEMBER, |config| config.pair_burst = 0).await;
    desk.ana_writes("hola").await;
    desk.advance(SECOND).await;
    for _ in 0..80 {
        assert_eq!(desk.text("quick").await.status, 200);
    }
    let refused = desk.text("81st").await;
    assert_eq!((refused.status, refused.code()), (400, 130_429));
    desk.control("POST", &format!("/phone-numbers/{NUMBER}/throughput"), json!({})).await;
    desk.advance(59 * SECOND).await;
    let maintenance = desk.text("wait").await;
    assert_eq!((maintenance.status, maintenance.code()), (500, 131_057));
    desk.advance(SECOND).await;
    for _ in 0..1_000 {
        assert_eq!(desk.text("quicker").await.status, 200);
    }
    assert_eq!(desk.text("1,001st").await.code(), 130_429);
    assert_eq!(desk.told("phone_number_quality_update").await[0]["event"], "THROUGHPUT_UPGRADE");
}

#[tokio::test]
async fn scenario_v_people_take_a_thread_from_metas_agent_by_writing() {
    let r = crate::routing::responders(json!({ "answers": [{ "text": "I am an agent" }] })).await;
    r.desk.ana_writes("hola").await;
    r.desk.advance(SECOND).await;
    assert_eq!(r.owner().await, "ai_agent");
    let told = r.told().await;
    let standing = |app: &str| told.iter().any(|(to, change)| to == app && change["field"] == "standby");
    assert!(standing(APP) && standing(&r.people), "copies for both apps");
    assert!(told.iter().all(|(_, change)| change["field"] == "standby"), "{told:?}");
    assert_eq!(
        r.write(crate::routing::PEOPLE, json!({ "type": "text", "text": { "body": "a human" } }))
            .await
            .status,
        200
    );
    let after: Vec<(String, Value)> = r.told().await.into_iter().skip(told.len()).collect();
    let taken = after.iter().find(|(_, change)| change["field"] == "messaging_handovers").unwrap();
    assert_eq!(taken.1["value"]["type"], "control_taken");
    let how = &taken.1["value"]["control_taken"];
    assert_eq!(
        (&how["previous_owner_role"], &how["new_owner_role"]),
        (&json!("ai_agent"), &json!("escalation"))
    );
    assert_eq!(how["metadata"], "Control taken via service message");
    assert_eq!(r.owner().await, "escalation");
}

#[tokio::test]
async fn scenario_w_a_template_that_is_not_delivered_in_time_is_never_heard_of_again() {
    let desk = Desk::new().await;
    let mut soap = delivery("soap");
    soap["message_send_ttl_seconds"] = json!(60);
    approved(&desk, soap).await;
    desk.control("POST", "/customers", json!({ "wa_id": ANA, "name": "Ana" })).await;
    desk.control("PATCH", &format!("/customers/{ANA}"), json!({ "offline_seconds": 120 })).await;
    desk.send(message("soap", "en_US", "Ana")).await;
    desk.advance(2 * 24 * HOUR).await;
    assert_eq!(desk.receiver.status_names(), ["sent"]);
    assert_eq!(desk.thread().await["messages"], json!([]));
}

#[tokio::test]
async fn scenario_x_a_voice_message_is_delivered_read_and_played() {
    let desk = Desk::with(SEPTEMBER, |c| c.link_media = emulator::LinkMedia::Trust).await;
    desk.ana_writes("hola").await;
    desk.send(json!({ "type": "audio", "audio": { "link": "https://acme.test/a.ogg", "voice": true } }))
        .await;
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.status_names(), ["sent", "delivered", "read", "played"]);
    assert!(desk.receiver.statuses()[3].get("pricing").is_none());
    // Without `voice` it is a file like any other.
    desk.send(json!({ "type": "audio", "audio": { "link": "https://acme.test/b.ogg" } })).await;
    desk.advance(SECOND).await;
    assert_eq!(desk.receiver.status_names()[4..], ["sent", "delivered", "read"]);
}
