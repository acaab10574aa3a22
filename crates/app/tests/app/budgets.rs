//! Meta's hourly budgets of calls that are no sends: planned for by what its answers tell, not found by refusals.

use crate::text;
use emulator::RequestQuery;
use model::message::MessageState;
use serde_json::json;
use std::time::Duration;
use testkit::{World, on_both};

const ACCOUNT: &str = "700000000000001";

/// Requests that the platform refused because a budget is used up.
fn refused(w: &World) -> usize {
    let of = |code| {
        let query = RequestQuery { code: Some(code), ..RequestQuery::default() };
        w.control.requests(&query)["data"].as_array().unwrap().len()
    };
    of(4) + of(80_007) + of(130_429)
}

/// Calls of this hour that the platform has counted.
fn counted(w: &World) -> u64 {
    let budgets = w.control.perform("GET", "/budgets", &json!(null)).unwrap();
    let used = budgets["used"].as_object().unwrap();
    used.iter().filter(|(whose, _)| whose.ends_with(ACCOUNT)).filter_map(|(_, calls)| calls.as_u64()).sum()
}

fn budget(w: &World, body: serde_json::Value) {
    w.control.perform("PUT", "/budgets", &body).unwrap();
}

async fn jobs_waiting(w: &World) -> u64 {
    w.app.stats().await.unwrap().jobs_waiting
}

/// Waits, without moving time, until the jobs that are there were done or put off until later.
async fn looked_at(w: &World) {
    wait_until(async || w.app.stats().await.unwrap().next_job_at.is_none_or(|at| at > w.app.now())).await;
}

async fn wait_until(mut there: impl AsyncFnMut() -> bool) {
    for _ in 0..1_000 {
        if there().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited in vain");
}

/// Moves time to the next job, until there is none or the time is over.
async fn work_for(w: &mut World, seconds: i64) {
    let end = w.app.now().as_second() + seconds;
    loop {
        looked_at(w).await;
        match w.app.stats().await.unwrap().next_job_at {
            Some(at) if at.as_second() < end => {
                let wait = at.duration_since(w.app.now()).max(jiff::SignedDuration::ZERO);
                w.advance(Duration::try_from(wait).unwrap() + Duration::from_millis(1));
            }
            _ => return,
        }
    }
}

on_both! {
    async fn reading_slows_down_before_the_hours_budget_is_used_up(database) {
        let mut w = World::new(database).await;
        // The emulator counts by the hour of the clock; the world begins with one.
        budget(&w, json!({"calls_per_hour": 200}));
        let began = w.app.now();
        let mut done = 0;
        // Somebody has the templates read as often as they can.
        while w.app.now().duration_since(began).as_secs() < 50 * 60 {
            if jobs_waiting(&w).await == 0 {
                w.app.sync_templates(&w.caller, w.number.id).await.unwrap();
                done += 1;
            }
            work_for(&mut w, 60).await;
            if jobs_waiting(&w).await > 0 {
                w.advance(Duration::from_secs(60));
            }
        }
        assert_eq!(refused(&w), 0);
        let counted = counted(&w);
        assert!((150..200).contains(&counted), "{counted} of 200 calls were made, for {done} readings");
        // Sends are not counted there, and go on at once.
        let ana = w.customer("Ana");
        w.says(&ana, "hello").await;
        w.run_until_idle().await;
        let sent = w.reply("at once").await.unwrap();
        let before = w.app.now();
        w.run_until_idle().await;
        let (sent, _) = w.app.message(w.org(), sent.id).await.unwrap();
        assert_eq!(sent.state, MessageState::Read);
        assert!(sent.accepted_at.unwrap().duration_since(before).as_secs() < 2);
        w.run_until_idle().await;
    }

    async fn a_budget_that_somebody_else_used_up_is_waited_for_and_the_call_made_again(database) {
        let mut w = World::new(database).await;
        let fields = ["messages", "phone_number_quality_update"];
        let webhook = json!({"url": w.door.url(), "fields": fields, "verify_token": "emulator-verify"});
        w.control.set_webhook(&webhook).await.unwrap();
        w.advance(Duration::from_secs(20 * 60));
        w.run_until_idle().await;
        // Another program of the same app: nothing told us.
        budget(&w, json!({"use": {"account": ACCOUNT, "calls": 5_000}}));
        let before = w.app.templates(w.org(), None, model::page::PageRequest::new(None, None)).await.unwrap();
        w.app.sync_templates(&w.caller, w.number.id).await.unwrap();
        looked_at(&w).await;
        assert_eq!((refused(&w), jobs_waiting(&w).await), (1, 1));
        // It waits until access is regained, at the end of the hour in minutes rounded up.
        let due = w.app.stats().await.unwrap().next_job_at.unwrap();
        assert!(due.as_second() % 3_600 <= 60 && due > w.app.now(), "{due}");
        // What comes new waits as well, without a call.
        let upgrade = json!({"maintenance_seconds": 5});
        w.control.perform("POST", "/phone-numbers/600000000000001/throughput", &upgrade).unwrap();
        w.advance(Duration::from_secs(10));
        wait_until(async || jobs_waiting(&w).await == 2).await;
        looked_at(&w).await;
        assert_eq!((refused(&w), jobs_waiting(&w).await), (1, 2));
        w.advance(Duration::from_secs(41 * 60));
        w.run_until_idle().await;
        assert_eq!((refused(&w), jobs_waiting(&w).await), (1, 0));
        let after = w.app.templates(w.org(), None, model::page::PageRequest::new(None, None)).await.unwrap();
        assert!(after.data[0].synced_at > before.data[0].synced_at);
    }

    async fn sends_go_on_while_the_budget_of_other_calls_is_used_up(database) {
        let mut w = World::new(database).await;
        let ana = w.customer("Ana");
        w.says(&ana, "hello").await;
        w.run_until_idle().await;
        budget(&w, json!({"use": {"account": ACCOUNT, "calls": 5_000}}));
        w.app.sync_templates(&w.caller, w.number.id).await.unwrap();
        looked_at(&w).await;
        w.reply_with(w.inbox().await[0].id, text("still here")).await.unwrap();
        w.run_until_idle().await;
        assert_eq!(w.phone_texts(&ana), ["still here"]);
        assert_eq!(jobs_waiting(&w).await, 1);
    }
}
