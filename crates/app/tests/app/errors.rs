//! What is done about each of Meta's error codes, over the whole table: what passes is tried again, what stops the number
//! parks it, what is wrong fails with its code, and what nobody knows is settled. The facts are cloud-api's, row by row.

use crate::fault;
use app::{NewSend, can_retry, explain};
use jiff::SignedDuration;
use model::{
    Timestamp,
    message::{Message, MessageState, Transition},
    phone_number::LaneState,
};
use serde_json::json;
use std::time::Duration;
use testkit::{World, on_both};

const FACTS: &str = include_str!("../../../cloud-api/tests/error-facts.csv");

/// What the facts say is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Wait(i64),
    Unknown,
    Park,
    Fix,
    Never,
}

/// Codes that come as an answer, or by webhook, with what is to be done then.
fn codes(by_webhook: bool) -> Vec<(i64, Action)> {
    let comes = if by_webhook { "webhook" } else { "answer" };
    let rows = FACTS.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.filter_map(|line| {
        let [code, _, arrives, answer, webhook] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let action = match if by_webhook { webhook } else { answer } {
            "unknown" => Action::Unknown,
            "park" => Action::Park,
            "fix" => Action::Fix,
            "never" => Action::Never,
            wait => Action::Wait(wait.strip_prefix("wait ").unwrap().parse().unwrap()),
        };
        (arrives == comes || arrives == "both").then(|| (code.parse().unwrap(), action))
    })
    .collect()
}

/// A template to somebody of the code's own, and the fault that strikes them once.
async fn send_into(w: &mut World, code: i64, effect: &str) -> Message {
    let wa_id = wa_id(code);
    fault(w, json!({"match": {"kind": "send", "wa_id": wa_id}, "effect": {(effect): code}, "times": 1}));
    let content =
        json!({"type": "template", "template": {"name": "hello_world", "language": {"code": "en_US"}}});
    w.expect_work();
    w.app.send(&w.caller, NewSend::new(w.number.id, format!("+{wa_id}"), content), None).await.unwrap()
}

fn wa_id(code: i64) -> String {
    format!("3460{code:07}")
}

/// How often the code's person has it on their phone.
fn on_phone(w: &World, code: i64) -> usize {
    let query = emulator::MessageQuery { wa_id: Some(wa_id(code)), ..Default::default() };
    let taken = w.control.messages(&query);
    taken["data"].as_array().unwrap().iter().filter(|m| m["state"] == "read").count()
}

async fn look(w: &World, message: &Message) -> (Message, Vec<Transition>) {
    w.app.message(w.org(), message.id).await.unwrap()
}

/// Waits until a message's story has a line with these words, without moving time.
async fn told(w: &World, message: &Message, words: &str) -> Transition {
    for _ in 0..1_000 {
        let (_, story) = look(w, message).await;
        if let Some(line) = story.into_iter().find(|t| t.detail.as_deref().is_some_and(|d| d.contains(words)))
        {
            return line;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("waited in vain for {words:?}: {:?}", look(w, message).await);
}

fn failed_with(message: &Message, code: i64, action: Action) {
    assert_eq!(message.state, MessageState::Failed, "{code}");
    assert_eq!(message.error.as_ref().unwrap().code, Some(code), "the code is kept");
    assert!(explain(code).is_some_and(|meaning| meaning.len() > 10), "{code} is explained");
    assert_eq!(can_retry(message), action != Action::Never, "{code}");
}

async fn lane(w: &World) -> LaneState {
    w.app.phone_number(w.org(), w.number.id).await.unwrap().lane
}

on_both! {
    async fn what_is_wrong_or_hopeless_fails_with_its_code(database) {
        let mut w = World::new(database).await;
        let mut all = Vec::new();
        for (code, action) in codes(false) {
            // 131201 comes with HTTP status 206, beside the results of a call about groups, and never to a send.
            if matches!(action, Action::Fix | Action::Never) && code != 131_201 {
                all.push((code, action, send_into(&mut w, code, "error").await));
            }
        }
        assert!(all.len() > 100, "{}", all.len());
        w.run_until_idle().await;
        for (code, action, message) in all {
            failed_with(&look(&w, &message).await.0, code, action);
            assert_eq!(on_phone(&w, code), 0, "{code}");
        }
        assert_eq!(lane(&w).await, LaneState::Active);
        assert!(!w.app.stats().await.unwrap().circuit_open, "a refusal is an answer");
    }

    async fn what_passes_is_tried_again_no_sooner_than_it_passes(database) {
        let mut w = World::new(database).await;
        let mut all = Vec::new();
        for (code, action) in codes(false) {
            if let Action::Wait(seconds) = action {
                all.push((code, seconds, send_into(&mut w, code, "error").await));
            }
        }
        assert!(all.len() > 20, "{}", all.len());
        w.run_until_idle().await;
        for (code, seconds, message) in &all {
            let line = told(&w, message, "try 1 came to nothing").await;
            let detail = line.detail.unwrap();
            assert!(detail.contains(&code.to_string()), "{detail}");
            let next = detail.split("next at ").nth(1).unwrap().split(": ").next().unwrap();
            let wait = next.parse::<Timestamp>().unwrap().duration_since(line.recorded_at);
            let (least, most) = (SignedDuration::from_secs(*seconds), SignedDuration::from_secs(seconds * 5 / 4 + 1));
            assert!(least <= wait && wait <= most, "{code}: {wait} and not {least}");
        }
        // The longest wait of all is three days.
        w.advance(Duration::from_secs(4 * 24 * 3_600));
        w.run_until_idle().await;
        for (code, _, message) in &all {
            let (message, story) = look(&w, message).await;
            assert_eq!((message.state, on_phone(&w, *code)), (MessageState::Read, 1), "{code}: {story:?}");
        }
    }

    async fn what_stops_the_number_parks_it_and_it_resumes_by_itself(database) {
        let mut w = World::new(database).await;
        for (code, _) in codes(false).into_iter().filter(|(_, action)| *action == Action::Park) {
            let message = send_into(&mut w, code, "error").await;
            told(&w, &message, "the number is parked").await;
            let LaneState::Parked { reason, until } = lane(&w).await else { panic!("{code} doesn't park") };
            assert!(reason.contains(&code.to_string()), "{reason}");
            assert!(until > w.app.now(), "{code}");
            assert_eq!(look(&w, &message).await.0.state, MessageState::Queued, "{code}: nothing is lost");
            assert_eq!(on_phone(&w, code), 0, "{code}");
            w.advance(Duration::from_secs(61));
            w.run_until_idle().await;
            assert_eq!((look(&w, &message).await.0.state, on_phone(&w, code)), (MessageState::Read, 1), "{code}");
            assert_eq!(lane(&w).await, LaneState::Active, "{code}");
        }
    }

    async fn what_nobody_knows_is_sent_again_when_silence_has_answered(database) {
        let mut w = World::new(database).await;
        let ana = w.customer("Ana");
        w.says(&ana, "hello").await;
        w.run_until_idle().await;
        for (code, _) in codes(false).into_iter().filter(|(_, action)| *action == Action::Unknown) {
            let message = send_into(&mut w, code, "error").await;
            told(&w, &message, "nobody knows whether WhatsApp took it").await;
            assert!(look(&w, &message).await.0.unknown_since.is_some(), "{code}");
            w.advance(Duration::from_secs(30));
            w.says(&ana, "webhooks flow").await;
            w.run_until_idle().await;
            assert_eq!(on_phone(&w, code), 0, "{code}: a status might still come");
            w.advance(Duration::from_secs(31));
            told(&w, &message, "sent again: no status settled it").await;
            w.expect_work();
            w.run_until_idle().await;
            let (message, story) = look(&w, &message).await;
            assert_eq!((message.state, on_phone(&w, code)), (MessageState::Read, 1), "{code}: {story:?}");
            assert_eq!(message.unknown_since, None, "{code}");
        }
        let settled = w.app.unknown_outcomes().await.unwrap();
        assert!(settled.iter().all(|u| u.sent_again && u.settled_by.as_deref() == Some("answer")), "{settled:?}");
    }

    async fn what_fails_by_webhook_fails_with_its_code_and_is_explained(database) {
        let mut w = World::new(database).await;
        let mut all = Vec::new();
        for (code, action) in codes(true) {
            all.push((code, action, send_into(&mut w, code, "fail").await));
        }
        assert!(all.len() > 40, "{}", all.len());
        w.run_until_idle().await;
        for (code, action, message) in all {
            let (message, story) = look(&w, &message).await;
            failed_with(&message, code, action);
            assert_eq!(story.last().unwrap().cause.kind(), "delivery", "{code}");
            assert_eq!(on_phone(&w, code), 0, "{code}");
        }
    }
}
