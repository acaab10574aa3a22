//! Behaviours 7, 8, 13 and 15: service windows, the pair rate, messaging limits that grow.

use serde_json::{Value, json};

use crate::desk::*;

const SECOND_NUMBER: &str = "600000000000009";

impl Desk {
    async fn window_until(&self) -> Option<i64> {
        let until = self.thread().await["service_window"]["expires_at"].clone();
        until.as_str().map(|at| at.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    async fn ana_does(&self, what: &str, body: Value) {
        let done = self.control("POST", &format!("/customers/{ANA}/{what}"), body).await;
        assert!(done.status < 300, "{what}: {}", done.body);
        self.emulator.settle().await;
    }
}

#[tokio::test]
async fn b07_each_number_has_a_window_of_its_own_and_failures_come_later() {
    let desk = Desk::with(SEPTEMBER, |config| config.timing = emulator::Timing::realistic()).await;
    let second = json!({ "id": SECOND_NUMBER, "display_phone_number": "+1 555-010-0009", "verified_name": "Shrub Two" });
    desk.control("PUT", "/phone-numbers", second).await;
    desk.ana_writes("hola").await;
    let body = json!({ "messaging_product": "whatsapp", "to": ANA, "text": { "body": "hi" } });
    let path = format!("/v25.0/{SECOND_NUMBER}/messages");
    let refused = desk.call("POST", &path, Some(&body)).await;
    assert_eq!(refused.status, 200, "accepted all the same");
    desk.advance(499).await;
    assert!(desk.receiver.statuses().is_empty(), "not before half a second");
    desk.advance(2_501).await;
    let status = desk.receiver.statuses()[0].clone();
    assert_eq!((&status["status"], &status["errors"][0]["code"]), (&json!("failed"), &json!(131_047)));
    assert!(status["errors"][0]["error_data"]["details"].as_str().unwrap().contains("24 hours"));
    assert_eq!(status["errors"][0]["message"], "Re-engagement message");
    assert!(status["errors"][0]["href"].as_str().unwrap().starts_with("https://developers.facebook.com/"));
    assert_ne!(desk.failure(&desk.text("the first number's is open").await.wamid()).await, 131_047);
}

#[tokio::test]
async fn b07_a_window_closes_to_the_millisecond() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    desk.advance(24 * HOUR - 1).await;
    let last = desk.text("in time").await.wamid();
    desk.clock.advance(1);
    let late = desk.text("too late").await.wamid();
    assert_eq!((desk.failure(&last).await, desk.failure(&late).await), (0, 131_047));
}

#[tokio::test]
async fn b08_messages_calls_and_taken_calls_open_the_window_for_24_hours() {
    let desk = Desk::new().await;
    let day = |desk: &Desk| Some(desk.clock.now_ms() + 24 * HOUR);
    desk.control("POST", "/customers", json!({ "wa_id": ANA, "name": "Ana" })).await;
    assert_eq!(desk.window_until().await, None);
    let location = json!({ "type": "location", "location": { "latitude": 1, "longitude": 2 } });
    for said in [json!({ "type": "request_welcome" }), location, json!({ "type": "unsupported" })] {
        desk.ana_does("messages", said.clone()).await;
        assert_eq!(desk.window_until().await, day(&desk), "{said}");
        desk.advance(HOUR).await;
    }
    // A call opens it, answered or not.
    desk.ana_does("calls", json!({ "action": "call" })).await;
    assert_eq!(desk.window_until().await, day(&desk));
    desk.advance(HOUR).await;
    // The business's own doings don't: what it writes, its calls that nobody takes.
    let open_until = desk.window_until().await;
    desk.text("hi").await;
    desk.ana_does("calls", json!({ "action": "permission", "response": "accept" })).await;
    let answered = desk.window_until().await;
    assert_eq!(answered, day(&desk), "the permission is a message from her");
    assert!(answered > open_until);
    desk.advance(HOUR).await;
    let sdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
    let dial = json!({ "to": ANA, "action": "connect", "session": { "sdp_type": "offer", "sdp": sdp } });
    let called = desk.number_post("/calls", dial).await;
    assert_eq!(called.status, 200, "{}", called.body);
    desk.advance(SECOND).await;
    assert_eq!(desk.window_until().await, answered, "it rings");
    desk.ana_does("calls", json!({ "action": "accept" })).await;
    assert_eq!(desk.window_until().await, day(&desk), "she takes it");
    // What the platform says of her is no message of hers.
    let open_until = desk.window_until().await;
    desk.advance(HOUR).await;
    desk.ana_does("preferences", json!({ "marketing": "stop" })).await;
    desk.ana_does("read", json!({})).await;
    assert_eq!(desk.window_until().await, open_until);
}

#[tokio::test]
async fn b13_a_pair_borrows_45_messages_and_repays_one_in_six_seconds() {
    let desk = Desk::new().await;
    desk.ana_writes("hola").await;
    for n in 0..45 {
        assert_eq!(desk.text(&n.to_string()).await.status, 200, "{n}");
    }
    let refused = desk.text("46").await;
    assert_eq!((refused.status, refused.code()), (400, 131_056));
    assert_eq!(
        refused.body["error"]["message"],
        "(#131056) (Business Account, Consumer Account) pair rate limit hit"
    );
    let body = json!({ "type": "text", "text": { "body": "another" } });
    assert_eq!(desk.send_to("34600333444", body).await.status, 200, "other people are other pairs");
    desk.advance(6 * SECOND).await;
    assert_eq!(desk.text("one was repaid").await.status, 200);
    assert_eq!(desk.text("no more").await.code(), 131_056);
    desk.advance(20 * 6 * SECOND).await;
    for n in 0..20 {
        assert_eq!(desk.text(&n.to_string()).await.status, 200, "{n}");
    }
    assert_eq!(desk.text("21").await.code(), 131_056);
}

#[tokio::test]
async fn b13_what_the_numbers_rate_refuses_costs_the_pair_nothing() {
    let desk = Desk::with(SEPTEMBER, |config| config.throughput_mps = 2).await;
    desk.ana_writes("hola").await;
    desk.text("one").await;
    let left = async || desk.thread().await["pair_rate"]["left"].clone();
    let before = left().await;
    assert_eq!(desk.text("two").await.code(), 130_429);
    assert_eq!(left().await, before);
}

#[tokio::test]
async fn b15_half_of_a_limit_used_with_good_quality_raises_it_in_six_hours() {
    let desk = Desk::told_all(SEPTEMBER, |config| config.throughput_mps = 10_000).await;
    let business = "800000000000001";
    let limit = async || {
        let field = "whatsapp_business_manager_messaging_limit";
        desk.number_field(field).await.as_str().unwrap().to_owned()
    };
    let reach = async |from: usize, count: usize| {
        for n in from..from + count {
            assert_eq!(desk.template(&format!("346100{n:05}")).await.status, 200);
        }
    };
    desk.control("PUT", "/businesses", json!({ "id": business, "messaging_limit": "TIER_250" })).await;
    reach(0, 124).await;
    desk.advance(7 * HOUR).await;
    assert_eq!(limit().await, "TIER_250", "less than half");
    reach(124, 1).await;
    desk.advance(6 * HOUR - SECOND).await;
    assert_eq!(limit().await, "TIER_250");
    desk.advance(SECOND).await;
    assert_eq!(limit().await, "TIER_2K");
    let told = desk.told("business_capability_update").await.pop().unwrap();
    assert_eq!(told["max_daily_conversations_per_business"], "TIER_2K");
    let told = desk.told("phone_number_quality_update").await.pop().unwrap();
    assert_eq!(told["max_daily_conversations_per_business"], "TIER_2K");
    // Low quality holds it back.
    desk.control("PATCH", &format!("/phone-numbers/{NUMBER}"), json!({ "quality_rating": "YELLOW" })).await;
    reach(1_000, 1_000).await;
    desk.advance(7 * HOUR).await;
    assert_eq!(limit().await, "TIER_2K");
}

#[tokio::test]
async fn b16_marketing_is_not_delivered_in_the_united_states_nor_capped_for_europes_businesses() {
    let desk = Desk::with(SEPTEMBER, |config| config.marketing_cap = Some(1)).await;
    let welcome = |to: &str| {
        let body = json!([{ "type": "body", "parameters": [{ "type": "text", "text": "Ana" }] }]);
        let template = json!({ "name": "welcome_back", "language": { "code": "en_US" }, "components": body });
        json!({ "messaging_product": "whatsapp", "to": to, "type": "template", "template": template })
    };
    let send = async |number: &str, to: &str| {
        let sent = desk.call("POST", &format!("/v25.0/{number}/messages"), Some(&welcome(to))).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
        desk.failure(&sent.wamid()).await
    };
    assert_eq!(send(NUMBER, "16505551234").await, 131_049);
    assert_eq!(desk.failure(&desk.template("16505551234").await.wamid()).await, 0, "utility is");
    assert_eq!(send(NUMBER, "14165550100").await, 0, "Canada has the same calling code");
    let madrid = json!({ "id": SECOND_NUMBER, "display_phone_number": "+34 911 000 999", "verified_name": "Shrub Madrid" });
    desk.control("PUT", "/phone-numbers", madrid).await;
    let india = "919812345678";
    assert_eq!((send(NUMBER, india).await, send(NUMBER, india).await), (0, 131_049));
    assert_eq!((send(SECOND_NUMBER, india).await, send(SECOND_NUMBER, india).await), (0, 0));
}
