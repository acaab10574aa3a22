//! Several apps and Meta Business Agent on one number: who owns a thread, and what the others see.

use serde_json::{Value, json};

use crate::desk::*;

pub const PEOPLE: &str = "PEOPLE-TOKEN";

pub struct Responders {
    pub desk: Desk,
    pub people: String,
}

/// Meta Business Agent and two apps: customer service (the first), and the people behind the agent.
pub async fn responders(agent: Value) -> Responders {
    let desk = Desk::new().await;
    let app = desk.control("PUT", "/apps", json!({ "name": "People", "secret": "people-secret" })).await.body;
    let people = app["id"].as_str().unwrap().to_owned();
    desk.control("PUT", "/wabas", json!({ "id": WABA, "subscribed_apps": [APP, people] })).await;
    desk.control("PUT", "/tokens", json!({ "token": PEOPLE, "app_id": people })).await;
    for app in [APP, people.as_str()] {
        let fields = ["messages", "standby", "messaging_handovers"];
        let hook = json!({ "url": format!("{}?{app}", desk.hook_url), "fields": fields, "app_id": app });
        desk.emulator.control().set_webhook(&hook).await.unwrap();
    }
    let routing = json!({ "agent": agent, "responders": [
        { "app_id": APP, "role": "customer_service" }, { "app_id": people, "role": "escalation" }] });
    let set = desk.control("PUT", &format!("/phone-numbers/{NUMBER}/routing"), routing).await;
    assert_eq!(set.status, 200, "{}", set.body);
    Responders { desk, people }
}

impl Responders {
    /// App and change of every webhook since the last look, in order of their beginning.
    pub async fn told(&self) -> Vec<(String, Value)> {
        let log = self.desk.control("GET", "/webhooks?state=delivered", Value::Null).await.body;
        let seen = self.desk.receiver.got.lock().unwrap().len();
        assert_eq!(log["data"].as_array().unwrap().len(), seen);
        for received in self.desk.receiver.got.lock().unwrap().iter() {
            let parsed = cloud_api::webhook::parse(&received.body).unwrap();
            assert!(parsed.surprises().is_empty(), "{:?} in {}", parsed.surprises(), received.json());
        }
        let list = log["data"].as_array().unwrap().iter().rev();
        list.map(|d| {
            let body: Value = serde_json::from_str(d["body"].as_str().unwrap()).unwrap();
            (d["app_id"].as_str().unwrap().to_owned(), body["entry"][0]["changes"][0].clone())
        })
        .collect()
    }

    /// Which app got which field, of the webhooks after the first `skip`.
    async fn fields(&self, skip: usize) -> Vec<(String, String)> {
        let told = self.told().await.into_iter().skip(skip);
        told.map(|(app, change)| (app, change["field"].as_str().unwrap().to_owned())).collect()
    }

    pub async fn owner(&self) -> Value {
        let routing =
            self.desk.control("GET", &format!("/phone-numbers/{NUMBER}/routing"), Value::Null).await;
        routing.body["threads"][0]["owner_role"].clone()
    }

    async fn control(&self, token: &str, body: Value) -> Answered {
        let mut body = body;
        body["messaging_product"] = json!("whatsapp");
        body["to"] = json!(ANA);
        let path = format!("/v25.0/{NUMBER}/thread_control");
        let answer = self.desk.call_as(Some(token), "POST", &path, Some(&body)).await;
        self.desk.emulator.settle().await;
        answer
    }

    pub async fn write(&self, token: &str, body: Value) -> Answered {
        let mut body = body;
        body["messaging_product"] = json!("whatsapp");
        body["to"] = json!(ANA);
        let path = format!("/v25.0/{NUMBER}/messages");
        let answer = self.desk.call_as(Some(token), "POST", &path, Some(&body)).await;
        self.desk.emulator.settle().await;
        answer
    }
}

fn text(body: &str) -> Value {
    json!({ "type": "text", "text": { "body": body } })
}

#[tokio::test]
async fn b32_the_owner_gets_messages_and_the_others_stand_by() {
    let r = responders(Value::Null).await;
    r.desk.ana_writes("hola").await;
    let own = |app: &str, field: &str| (app.to_owned(), field.to_owned());
    let mut fields = r.fields(0).await;
    fields.sort();
    let mut expected = vec![own(APP, "messages"), own(&r.people, "standby")];
    expected.sort();
    assert_eq!(fields, expected);
    assert_eq!(r.owner().await, "customer_service");
    let sent = r.write(TOKEN, text("hi")).await;
    r.desk.advance(SECOND).await;
    let told = r.told().await;
    let echo = told.iter().find(|(_, c)| c["value"]["standby"]["message_echoes"].is_array()).unwrap();
    assert_eq!(echo.0, r.people);
    let echo = &echo.1["value"]["standby"]["message_echoes"][0];
    assert_eq!((&echo["id"], &echo["message"]["text"]["body"]), (&json!(sent.wamid()), &json!("hi")));
    let statuses =
        |app: &str| told.iter().filter(|(a, c)| a == app && c["value"]["statuses"].is_array()).count();
    let standing = |app: &str| {
        told.iter().filter(|(a, c)| a == app && c["value"]["standby"]["statuses"].is_array()).count()
    };
    assert_eq!((statuses(APP), standing(APP), statuses(&r.people), standing(&r.people)), (3, 0, 0, 3));
    // A template needs no thread; what is said with it stays with its sender.
    let template =
        json!({ "type": "template", "template": { "name": "hello_world", "language": { "code": "en_US" } } });
    assert_eq!(r.write(PEOPLE, template).await.status, 200);
    let told = r.told().await;
    let echo = told.iter().rev().find(|(_, c)| c["value"]["standby"]["message_echoes"].is_array()).unwrap();
    assert_eq!(
        (echo.0.as_str(), &echo.1["value"]["standby"]["message_echoes"][0]["template"]["name"]),
        (APP, &json!("hello_world"))
    );
    assert_eq!(r.owner().await, "customer_service");
}

#[tokio::test]
async fn b32_the_agent_passes_a_thread_with_a_summary() {
    let answers = json!([
        { "when": "human", "text": "One moment", "pass": { "metadata": "asked for a human", "summary": "A refund" } },
        { "text": "How can I help?" }]);
    let r = responders(json!({ "answers": answers, "delay_ms": 1_000 })).await;
    r.desk.ana_writes("a HUMAN please").await;
    r.desk.advance(SECOND).await;
    let told = r.told().await;
    let passed = told.iter().find(|(_, c)| c["field"] == "messaging_handovers").unwrap().1["value"].clone();
    let control = &passed["control_passed"];
    assert_eq!(control["previous_owner_app_role"], "meta_business_agent");
    assert_eq!(
        (&control["metadata"], &control["new_owner_role"]),
        (&json!("asked for a human"), &json!("escalation"))
    );
    assert_eq!(control["conversation_context"]["summary"]["text"], "A refund");
    let before = r.told().await.len();
    r.desk.ana_writes("hello?").await;
    let told = r.told().await;
    let mine = told.iter().skip(before).find(|(_, c)| c["field"] == "messages").unwrap();
    assert_eq!(
        (&mine.0, &mine.1["value"]["conversation_context"]["summary"]["text"]),
        (&r.people, &json!("A refund"))
    );
}

#[tokio::test]
async fn b32_threads_are_passed_released_and_taken() {
    let r = responders(json!({ "answers": [] })).await;
    r.desk.ana_writes("hola").await;
    let refused = r.control(TOKEN, json!({ "action": "take" })).await;
    assert_eq!((refused.status, &refused.body["error"]["error_subcode"]), (400, &json!(2_494_191)));
    assert_eq!(r.control(TOKEN, json!({ "action": "pass" })).await.status, 400);
    let taken = r.control(PEOPLE, json!({ "action": "take", "metadata": "mine" })).await;
    assert_eq!((taken.status, &taken.body["messaging_product"]), (200, &json!("whatsapp")));
    assert_eq!(r.owner().await, "escalation");
    let back = json!({ "action": "pass", "control_pass": { "target_role": "ai_agent" } });
    assert_eq!(r.control(PEOPLE, back).await.status, 200);
    assert_eq!(r.owner().await, "ai_agent");
    r.control(PEOPLE, json!({ "action": "take" })).await;
    let before = r.told().await.len();
    assert_eq!(r.control(PEOPLE, json!({ "action": "release" })).await.status, 200);
    assert_eq!(r.told().await.len(), before, "a release is not told");
    assert_eq!(r.owner().await, Value::Null);
    let long = json!({ "action": "take", "metadata": "x".repeat(2_001) });
    assert_eq!(r.control(PEOPLE, long).await.code(), 131_009);
    assert_eq!(r.control(PEOPLE, json!({ "action": "steal" })).await.code(), 131_009);
    // Where one app answers there is nothing to control.
    r.desk.control("DELETE", &format!("/phone-numbers/{NUMBER}/routing"), Value::Null).await;
    assert_eq!(r.control(PEOPLE, json!({ "action": "take" })).await.status, 400);
}

#[tokio::test]
async fn b32_people_take_a_thread_from_the_agent_by_writing() {
    let r = responders(json!({ "answers": [{ "text": "I am an agent" }] })).await;
    r.desk.ana_writes("hola").await;
    r.desk.advance(SECOND).await;
    assert_eq!(r.owner().await, "ai_agent");
    let told = r.told().await;
    assert!(told.iter().all(|(_, c)| c["field"] == "standby"), "{told:?}");
    assert_eq!(r.desk.thread().await["messages"][1]["text"]["body"], "I am an agent");
    let refused = r.write(TOKEN, text("me first")).await;
    assert_eq!((refused.status, &refused.body["error"]["error_subcode"]), (400, &json!(2_494_191)));
    let before = told.len();
    assert_eq!(r.write(PEOPLE, text("a human")).await.status, 200);
    let told = r.told().await;
    let taken = told.iter().skip(before).find(|(_, c)| c["field"] == "messaging_handovers").unwrap();
    let value = &taken.1["value"];
    assert_eq!(value["type"], "control_taken");
    assert_eq!(value["control_taken"]["previous_owner_role"], "ai_agent");
    assert_eq!(value["control_taken"]["new_owner_role"], "escalation");
    assert_eq!(value["control_taken"]["metadata"], "Control taken via service message");
    assert_eq!(r.owner().await, "escalation");
    let before = r.told().await.len();
    r.desk.ana_writes("thanks").await;
    let fields = r.fields(before).await;
    assert!(fields.contains(&(r.people.clone(), "messages".to_owned())), "{fields:?}");
    // After a day without a word the thread begins anew.
    r.desk.advance(25 * HOUR).await;
    r.desk.ana_writes("and again").await;
    assert_eq!(r.owner().await, "ai_agent");
}
