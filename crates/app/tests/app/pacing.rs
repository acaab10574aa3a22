//! How fast, in which order, and when not at all: every limit of the platform is kept here, not found by its errors.

use crate::{fault, text};
use app::{NewSend, RetryFilter, Roles};
use emulator::RequestQuery;
use model::message::{Message, MessageState};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Customer, Options, World, on_both};

fn template() -> Value {
    json!({"type": "template", "template": {"name": "hello_world", "language": {"code": "en_US"}}})
}

/// Requests that the platform refused with this code.
fn refused(w: &World, code: i64) -> usize {
    let query = RequestQuery { code: Some(code), ..RequestQuery::default() };
    w.control.requests(&query)["data"].as_array().unwrap().len()
}

async fn known(w: &mut World, name: &str) -> Customer {
    let customer = w.customer(name);
    w.says(&customer, "hello").await;
    customer
}

async fn send(w: &World, to: &str, content: Value, bulk: bool) -> Message {
    w.app
        .send(&w.caller, NewSend { bulk, ..NewSend::new(w.number.id, format!("+{to}"), content) }, None)
        .await
        .unwrap()
}

/// The platform changes the portfolio's messaging limit and tells of it.
async fn limit(w: &mut World, tier: &str) {
    w.control
        .perform("PUT", "/businesses", &json!({"id": "800000000000001", "messaging_limit": tier}))
        .unwrap();
    tell_of(w, "business_capability_update").await;
    let event = json!({"event": "CAPABILITY", "max_daily_conversations_per_business": 250});
    w.control.perform("POST", "/wabas/700000000000001/enforce", &event).unwrap();
    w.expect_work();
    w.run_until_idle().await;
}

/// Subscribes to another field beside the messages.
async fn tell_of(w: &World, field: &str) {
    let webhook =
        json!({"url": w.door.url(), "fields": ["messages", field], "verify_token": "emulator-verify"});
    w.control.set_webhook(&webhook).await.unwrap();
}

/// Waits until what customers wrote is in the inbox, without moving time.
async fn handled(w: &World) {
    for _ in 0..500 {
        w.emulator.settle().await;
        if w.app.stats().await.unwrap().deliveries_waiting == 0 && w.emulator.is_idle() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("deliveries still wait");
}

on_both! {
    async fn a_number_sends_at_full_speed_and_is_never_too_fast(database) {
        let mut w = World::new(database).await;
        let mut people = Vec::new();
        for i in 0..40 { people.push(known(&mut w, &format!("Customer {i}")).await); }
        w.run_until_idle().await;
        for round in 0..8 {
            for person in &people { send(&w, &person.wa_id, text(&format!("{round}")), false).await; }
        }
        w.expect_work();
        let began = w.app.now();
        w.run_until_idle().await;
        assert_eq!((refused(&w, 130_429), refused(&w, 131_056)), (0, 0));
        let moments: Vec<i64> = w.control.messages(&emulator::MessageQuery { limit: Some(1_000), ..Default::default() })
            ["data"].as_array().unwrap().iter()
            .map(|m| m["accepted_at"].as_str().unwrap().parse::<model::Timestamp>().unwrap().as_millisecond()).collect();
        assert_eq!(moments.len(), 320);
        let took = moments.iter().max().unwrap() - began.as_millisecond();
        assert!(took >= 3_000, "320 messages at 80 a second take more than three seconds, not {took} ms");
    }

    async fn what_comes_in_counts_as_well(database) {
        let mut w = World::new(database).await;
        let mut people = Vec::new();
        for i in 0..60 { people.push(known(&mut w, &format!("Customer {i}")).await); }
        w.run_until_idle().await;
        for _ in 0..3 {
            for person in &people { w.says(person, "more").await; }
            handled(&w).await;
            for person in &people { send(&w, &person.wa_id, text("answer"), false).await; }
            w.run_until_idle().await;
        }
        assert_eq!(refused(&w, 130_429), 0);
    }

    async fn an_upgrade_is_learned_from_the_platform(database) {
        let mut w = World::new(database).await;
        assert_eq!(w.app.phone_number(w.org(), w.number.id).await.unwrap().throughput, 80);
        w.control.perform("POST", "/phone-numbers/600000000000001/throughput", &json!({"maintenance_seconds": 5})).unwrap();
        tell_of(&w, "phone_number_quality_update").await;
        w.advance(Duration::from_secs(10));
        w.run_until_idle().await;
        assert_eq!(w.app.phone_number(w.org(), w.number.id).await.unwrap().throughput, 1_000);
    }

    async fn answers_overtake_many_messages_of_the_same_number(database) {
        let mut w = World::new(database).await;
        let ana = known(&mut w, "Ana").await;
        w.run_until_idle().await;
        w.restart(Roles { sender: false, ..Roles::default() }).await;
        let mut people = Vec::new();
        for i in 0..200 { people.push(w.customer(&format!("Customer {i}"))); }
        for person in &people { send(&w, &person.wa_id, template(), true).await; }
        // Ana gets the newsletter too; her answer waits for neither the others nor for it.
        send(&w, &ana.wa_id, template(), true).await;
        send(&w, &ana.wa_id, text("your answer"), false).await;
        w.restart(Roles::default()).await;
        w.expect_work();
        w.run_until_idle().await;
        let query = emulator::MessageQuery { limit: Some(1_000), ..Default::default() };
        let all = w.control.messages(&query)["data"].as_array().unwrap().clone();
        assert_eq!(all.len(), 202);
        let place = all.iter().position(|m| m["type"] == "text").unwrap();
        // It starts first of all; what starts in the same second may overtake it on the way.
        assert!(place < 80, "the answer was number {place}");
    }

    async fn senders_of_many_messages_take_turns(database) {
        let mut w = World::new(database).await;
        w.run_until_idle().await;
        w.restart(Roles { sender: false, ..Roles::default() }).await;
        let key = |name: &str, id: u128| app::Caller {
            organization: w.org(),
            who: app::Who::Key { id: model::id::ApiKeyId(uuid::Uuid::from_u128(id)), name: name.into() },
        };
        let (large, small) = (key("large", 1), key("small", 2));
        let body = |name: &str| json!({"type": "template", "template": {"name": "order_update", "language": {"code": "en_US"},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": name}, {"type": "text", "text": "17"}]}]}});
        let order = async |caller: &app::Caller, to: u64, name: &str| {
            let new = NewSend { bulk: true, ..NewSend::new(w.number.id, format!("+3460{to:07}"), body(name)) };
            w.app.send(caller, new, None).await.unwrap();
        };
        for i in 0..200 { order(&large, i, "large").await; }
        for i in 0..20 { order(&small, 1_000 + i, "small").await; }
        w.restart(Roles::default()).await;
        w.expect_work();
        w.run_until_idle().await;
        let query = emulator::MessageQuery { limit: Some(1_000), ..Default::default() };
        let all = w.control.messages(&query)["data"].as_array().unwrap().clone();
        assert_eq!(all.len(), 220);
        let last_small = all.iter().rposition(|m| m.to_string().contains("small")).unwrap();
        assert!(last_small < 80, "twenty are through in the first second, not after {last_small} messages");
    }

    async fn first_words_stop_at_the_portfolios_limit_and_go_on_a_day_later(database) {
        let mut w = World::new(database).await;
        limit(&mut w, "TIER_250").await;
        let ana = known(&mut w, "Ana").await;
        w.run_until_idle().await;
        for i in 0..260 { send(&w, &format!("3460{i:07}"), template(), true).await; }
        // Somebody who counts already costs nothing, and an answer is no first word.
        send(&w, "34600000003", template(), true).await;
        send(&w, &ana.wa_id, text("answer"), false).await;
        w.expect_work();
        for _ in 0..20 { w.advance(Duration::from_secs(2)); tokio::time::sleep(Duration::from_millis(100)).await; }
        let accepted = taken_count(&w);
        assert_eq!(accepted, 252, "250 people, one of them twice, and Ana");
        let stats = w.app.stats().await.unwrap();
        assert_eq!((stats.queued, stats.in_flight), (10, 0), "the others wait and nothing failed");
        w.advance(Duration::from_secs(24 * 3600));
        w.expect_work();
        w.run_until_idle().await;
        assert_eq!(taken_count(&w), 262);
        let failed = w.app.message_counts(w.org()).await.unwrap();
        assert_eq!(failed.get("failed"), None);
    }

    async fn a_message_whose_time_is_over_is_not_sent(database) {
        let mut w = World::new(database).await;
        let ana = known(&mut w, "Ana").await;
        w.run_until_idle().await;
        w.restart(Roles { sender: false, ..Roles::default() }).await;
        let until = w.app.now() + jiff::SignedDuration::from_mins(10);
        let new = NewSend { send_before: Some(until), ..NewSend::new(w.number.id, format!("+{}", ana.wa_id), text("today only")) };
        let late = w.app.send(&w.caller, new.clone(), None).await.unwrap();
        w.advance(Duration::from_secs(601));
        w.restart(Roles::default()).await;
        w.expect_work();
        w.run_until_idle().await;
        let (message, _) = w.app.message(w.org(), late.id).await.unwrap();
        assert_eq!(message.state, MessageState::Failed);
        assert_eq!(message.error.unwrap().title, "too late to send");
        assert!(w.phone_texts(&ana).is_empty());
        let again = w.app.send(&w.caller, new, None).await.unwrap_err();
        assert!(matches!(again, app::Error::Invalid { ref field, .. } if field == "send_before"), "{again:?}");
    }

    async fn failed_messages_are_sent_again_by_filter_and_never_twice(database) {
        let mut w = World::new(database).await;
        let ana = known(&mut w, "Ana").await;
        w.run_until_idle().await;
        fault(&w, json!({"match": {"kind": "send"}, "effect": {"error": 131009}, "times": 3}));
        fault(&w, json!({"match": {"kind": "send"}, "effect": {"fail": 131026}, "times": 1}));
        for number in 0..5 { send(&w, &ana.wa_id, text(&number.to_string()), false).await; }
        w.expect_work();
        w.run_until_idle().await;
        let filter = RetryFilter { code: Some(131_009), ..RetryFilter::default() };
        let first = w.app.retry_messages(&w.caller, filter.clone()).await.unwrap();
        assert_eq!((first.sent_again, first.refused, first.more), (3, 0, false));
        let second = w.app.retry_messages(&w.caller, filter).await.unwrap();
        assert_eq!(second.sent_again, 0);
        let hopeless = w.app.retry_messages(&w.caller, RetryFilter::default()).await.unwrap();
        assert_eq!(hopeless.sent_again, 0, "131026 can't be helped by sending again");
        w.expect_work();
        w.run_until_idle().await;
        let mut texts = w.phone_texts(&ana);
        texts.sort();
        assert_eq!(texts, ["0", "1", "2", "4"]);
    }

    async fn an_hour_without_answers_opens_the_circuit_and_its_end_brings_no_storm(database) {
        hour_of(database, json!({"cut": true, "when": "before"})).await;
    }

    async fn an_hour_of_lost_answers_sends_nothing_twice_and_brings_no_storm(database) {
        hour_of(database, json!({"status": 503, "when": "after"})).await;
    }
}

/// An hour in which every call to the platform ends so; before and after it the number sends as fast as it may.
async fn hour_of(database: testkit::Database, effect: Value) {
    let mut w =
        World::with(database, Options { graph_timeout: Duration::from_secs(2), ..Options::default() }).await;
    let mut people = Vec::new();
    for i in 0..30 {
        people.push(known(&mut w, &format!("Customer {i}")).await);
    }
    w.run_until_idle().await;
    say_to_all(&w, &people, 0..5).await;
    w.expect_work();
    w.run_until_idle().await;
    let usual = most_in_a_second(&sends(&w, 0));
    let before = sends(&w, 0).len();

    let outage = w.control.add_fault(serde_json::from_value(json!({ "effect": effect })).unwrap()).unwrap();
    let outage = outage["id"].as_u64().unwrap();
    say_to_all(&w, &people, 5..15).await;
    for _ in 0..240 {
        w.advance(Duration::from_secs(15));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let during = sends(&w, before).len();
    assert!(during <= 30, "an hour without answers took {during} sends to notice");
    w.control.remove_faults(Some(outage)).unwrap();
    w.expect_work();
    for _ in 0..4 {
        w.says(&people[0], "hello?").await;
        w.advance(Duration::from_secs(61));
        w.run_until_idle().await;
    }
    let after = most_in_a_second(&sends(&w, before + during));
    assert!(after * 10 <= usual * 11, "{after} in a second after the outage, {usual} before");
    assert_eq!((refused(&w, 130_429), refused(&w, 131_056)), (0, 0));
    for person in &people {
        let mut rounds: Vec<u32> = w.phone_texts(person).iter().map(|text| text.parse().unwrap()).collect();
        // What nobody knew about for longer than two minutes was overtaken by those behind it.
        rounds.sort_unstable();
        assert_eq!(rounds, (0..15).collect::<Vec<_>>(), "nothing lost, nothing twice");
    }
}

async fn say_to_all(w: &World, people: &[Customer], rounds: std::ops::Range<u32>) {
    for round in rounds {
        for person in people {
            send(w, &person.wa_id, text(&round.to_string()), false).await;
        }
    }
}

/// When the platform was asked to send, in milliseconds, whatever came of it: all but the first `skip` times.
fn sends(w: &World, skip: usize) -> Vec<i64> {
    let query = RequestQuery { kind: Some("send".into()), limit: Some(2_000), ..Default::default() };
    let requests = w.control.requests(&query);
    let at = |request: &Value| {
        request["at"].as_str().unwrap().parse::<model::Timestamp>().unwrap().as_millisecond()
    };
    let mut moments: Vec<i64> = requests["data"].as_array().unwrap().iter().map(at).collect();
    moments.sort_unstable();
    moments.split_off(skip)
}

/// The most of the moments that lie within any second.
fn most_in_a_second(moments: &[i64]) -> usize {
    let within = |first: &i64| moments.iter().filter(|at| (*first..first + 1_000).contains(at)).count();
    moments.iter().map(within).max().unwrap_or_default()
}

fn taken_count(w: &World) -> usize {
    let query = emulator::MessageQuery { limit: Some(10_000), ..Default::default() };
    w.control.messages(&query)["data"].as_array().unwrap().len()
}
