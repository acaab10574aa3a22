//! What is accepted and then not delivered, and what messages cost.

use serde_json::{Value, json};

use crate::desk::{ANA, Desk, HOUR, MINUTE, NOVEMBER, NUMBER, SEPTEMBER};

const BUSINESS: &str = "800000000000001";

fn template(name: &str) -> Value {
    let body = json!({ "type": "body", "parameters": [{ "type": "text", "text": "Ana" }] });
    let components = if name == "hello_world" { json!([]) } else { json!([body]) };
    json!({ "type": "template", "template": { "name": name, "language": { "code": "en_US" }, "components": components } })
}

impl Desk {
    /// Sends a template and waits: the names of its statuses, and the code it failed with.
    async fn template_to(&self, to: &str, name: &str) -> (Vec<String>, i64) {
        let sent = self.send_to(to, template(name)).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
        self.advance(5_000).await;
        self.fate(&sent.wamid())
    }

    fn fate(&self, wamid: &str) -> (Vec<String>, i64) {
        let mine: Vec<Value> = self.receiver.statuses().into_iter().filter(|s| s["id"] == wamid).collect();
        let code = mine.iter().find_map(|s| s["errors"][0]["code"].as_i64()).unwrap_or(0);
        (mine.iter().map(|s| s["status"].as_str().unwrap().to_owned()).collect(), code)
    }

    fn notices(&self, field: &str) -> Vec<Value> {
        let all = self.receiver.got.lock().unwrap();
        let changes = all.iter().map(|got| got.json()["entry"][0]["changes"][0].clone());
        changes.filter(|change| change["field"] == field).map(|change| change["value"].clone()).collect()
    }

    async fn subscribe(&self, fields: &[&str]) {
        let body = json!({ "url": self.hook_url, "fields": fields });
        self.emulator.control().set_webhook(&body).await.unwrap();
    }
}

#[tokio::test]
async fn b15_beyond_the_messaging_limit_new_people_get_no_template() {
    let desk = Desk::new().await;
    desk.subscribe(&["messages", "business_capability_update", "phone_number_quality_update"]).await;
    let limit = json!({ "id": BUSINESS, "messaging_limit": "TIER_250" });
    desk.control("PUT", "/businesses", limit).await;
    desk.emulator.settle().await;
    assert_eq!(
        desk.notices("business_capability_update")[0]["max_daily_conversations_per_business"],
        "TIER_250"
    );
    assert_eq!(desk.notices("phone_number_quality_update").len(), 1);
    for n in 0..250 {
        let sent = desk.send_to(&format!("3460020{n:04}"), template("hello_world")).await;
        assert_eq!(sent.status, 200);
        desk.clock.advance(20);
    }
    assert_eq!(desk.template_to("34600209999", "hello_world").await, (vec!["failed".to_owned()], 131_048));
    // Whoever was written to already counts once; the next day the budget is there again.
    assert_eq!(desk.template_to("34600200000", "hello_world").await.1, 0);
    desk.advance(25 * HOUR).await;
    assert_eq!(desk.template_to("34600209999", "hello_world").await.1, 0);
}

#[tokio::test]
async fn b16_marketing_is_capped_per_person_and_not_in_europe() {
    let desk = Desk::with(SEPTEMBER, |config| config.marketing_cap = Some(1)).await;
    let (india, spain) = ("919812345678", "34600111222");
    assert_eq!(desk.template_to(india, "welcome_back").await.1, 0);
    assert_eq!(desk.template_to(india, "welcome_back").await.1, 131_049);
    assert_eq!(desk.template_to(india, "hello_world").await.1, 0, "utility isn't capped");
    assert_eq!(desk.template_to(spain, "welcome_back").await.1, 0);
    assert_eq!(desk.template_to(spain, "welcome_back").await.1, 0);
    desk.advance(25 * HOUR).await;
    assert_eq!(desk.template_to(india, "welcome_back").await.1, 0);
}

#[tokio::test]
async fn b16_l_whoever_stops_marketing_gets_none_until_they_resume() {
    let desk = Desk::new().await;
    desk.subscribe(&["messages", "user_preferences"]).await;
    desk.ana_writes("hola").await;
    let prefer = async |word: &str| {
        let path = format!("/customers/{ANA}/preferences");
        let answer = desk.control("POST", &path, json!({ "marketing": word })).await;
        desk.emulator.settle().await;
        answer
    };
    assert_eq!(prefer("stop").await.body["opted_out"], json!([BUSINESS]));
    let told = &desk.notices("user_preferences")[0]["user_preferences"][0];
    assert_eq!(
        (&told["value"], &told["category"], &told["wa_id"]),
        (&json!("stop"), &json!("marketing_messages"), &json!(ANA))
    );
    assert_eq!(desk.template_to(ANA, "welcome_back").await.1, 131_050);
    assert_eq!(desk.template_to(ANA, "hello_world").await.1, 0);
    prefer("resume").await;
    assert_eq!(desk.template_to(ANA, "welcome_back").await.1, 0);
    assert_eq!(prefer("maybe").await.status, 400);
}

#[tokio::test]
async fn b17_people_of_banned_countries_are_never_reached() {
    let desk = Desk::new().await;
    assert_eq!(desk.template_to("5351234567", "hello_world").await.1, 130_497);
}

#[tokio::test]
async fn b10_a_phone_that_is_off_gets_its_messages_when_it_is_on() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    desk.control("PATCH", &format!("/customers/{ANA}"), json!({ "offline_seconds": 600 })).await;
    let sent = desk.text("are you there?").await.wamid();
    desk.advance(9 * MINUTE).await;
    assert_eq!(desk.fate(&sent).0, ["sent"]);
    desk.advance(2 * MINUTE).await;
    assert_eq!(desk.fate(&sent).0, ["sent", "delivered", "read"]);
}

#[tokio::test]
async fn b33_n_an_advertisement_opens_72_free_hours_once_the_business_answers() {
    let desk = Desk::with(NOVEMBER, |_| {}).await;
    desk.control("POST", "/customers", json!({ "wa_id": ANA, "name": "Ana" })).await;
    let hello = json!({ "type": "text", "text": { "body": "hi" }, "referral": { "source_type": "ad", "source_id": "1" } });
    desk.control("POST", &format!("/customers/{ANA}/messages"), hello).await;
    let pricing = |desk: &Desk, wamid: &str| {
        let all = desk.receiver.statuses();
        all.iter().find(|s| s["id"] == wamid && s["status"] == "delivered").unwrap()["pricing"].clone()
    };
    let answer = desk.text("hello!").await.wamid();
    desk.advance(5_000).await;
    let free = json!({ "billable": false, "pricing_model": "PMP", "type": "free_entry_point", "category": "referral_conversion" });
    assert_eq!(pricing(&desk, &answer), free);
    desk.advance(48 * HOUR).await;
    let later = desk.send(template("welcome_back")).await.wamid();
    desk.advance(5_000).await;
    assert_eq!(pricing(&desk, &later), free);
    desk.advance(24 * HOUR).await;
    let last = desk.send(template("welcome_back")).await.wamid();
    desk.advance(5_000).await;
    assert_eq!(pricing(&desk, &last)["type"], "regular");
    let messages = desk.control("GET", "/messages", Value::Null).await.body;
    let costs: Vec<&Value> = messages["data"].as_array().unwrap().iter().map(|m| &m["cost_usd"]).collect();
    assert_eq!(
        costs,
        [&json!("0.0000"), &json!("0.0000"), &json!("0.0707")],
        "Spain, marketing: the card of October 2026"
    );
    assert_eq!(messages["data"][2]["phone_number_id"], NUMBER);
}

#[tokio::test]
async fn b17_a_customer_who_blocked_the_business_gets_nothing() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    desk.control("POST", &format!("/customers/{ANA}/block"), Value::Null).await;
    desk.text("still there?").await;
    desk.advance(1_000).await;
    assert_eq!(desk.receiver.statuses()[0]["errors"][0]["code"], 131_026);
    desk.control("DELETE", &format!("/customers/{ANA}/block"), Value::Null).await;
    desk.text("welcome back").await;
    desk.advance(1_000).await;
    assert!(desk.receiver.status_names().contains(&"read".to_owned()));
}
