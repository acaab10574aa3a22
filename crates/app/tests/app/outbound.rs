use crate::{fault, text};
use app::{Error, NewSend, Roles, SettleChoice};
use model::{
    message::{Message, MessageState},
    phone_number::LaneState,
};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Customer, Options, World, on_both};

/// A world in which Ana has just written.
async fn with_ana(database: testkit::Database, options: Options) -> (World, Customer) {
    let mut w = World::with(database, options).await;
    let ana = w.customer("Ana");
    w.says(&ana, "hello").await;
    w.run_until_idle().await;
    (w, ana)
}

async fn state(w: &World, message: &Message) -> MessageState {
    w.app.message(w.org(), message.id).await.unwrap().0.state
}

fn template() -> Value {
    json!({"type": "template", "template": {"name": "hello_world", "language": {"code": "en_US"}}})
}

on_both! {
    async fn an_answer_reaches_the_phone_and_its_ticks_come_back(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        let sent = w.reply("hello Ana").await.unwrap();
        assert_eq!(sent.state, MessageState::Queued);
        w.run_until_idle().await;
        assert_eq!(w.phone_texts(&ana), ["hello Ana"]);
        let (message, story) = w.app.message(w.org(), sent.id).await.unwrap();
        assert_eq!(message.state, MessageState::Read);
        let states: Vec<_> = story.iter().map(|t| t.state.as_str()).collect();
        assert_eq!(states, ["queued", "accepted", "sent", "delivered", "read"]);
        let causes: Vec<_> = story.iter().map(|t| t.cause.kind()).collect();
        assert_eq!(causes, ["agent", "sender", "delivery", "delivery", "delivery"]);
        assert!(message.sent_at.is_some() && message.delivered_at.is_some() && message.read_at.is_some());
    }

    async fn a_free_form_message_outside_of_the_window_is_refused_here(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        w.advance(Duration::from_secs(24 * 3600 + 1));
        let refused = w.reply("too late").await.unwrap_err();
        assert!(matches!(refused, Error::RuleViolated { rule: "window-closed", .. }), "{refused:?}");
        let conversation = w.inbox().await[0].id;
        w.reply_with(conversation, template()).await.unwrap();
        w.run_until_idle().await;
        let phone = w.phone(&ana);
        assert_eq!(phone.last().unwrap()["type"], "template");
        assert_eq!(phone.iter().filter(|m| m["direction"] == "outbound").count(), 1);
    }

    async fn an_answer_lost_after_it_was_taken_is_settled_by_its_status(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        fault(&w, json!({"match": {"kind": "send"}, "effect": {"status": 500, "when": "after"}, "times": 1}));
        let sent = w.reply("once").await.unwrap();
        w.run_until_idle().await;
        assert_eq!(w.phone_texts(&ana), ["once"]);
        assert_eq!(state(&w, &sent).await, MessageState::Read);
        let (message, _) = w.app.message(w.org(), sent.id).await.unwrap();
        assert_eq!(message.unknown_since, None);
        assert!(message.wamid.is_some());
    }

    async fn a_connection_cut_after_it_was_taken_sends_nothing_twice(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        fault(&w, json!({"match": {"kind": "send"}, "effect": {"cut": true, "when": "after"}, "times": 3}));
        let first = w.reply("one").await.unwrap();
        let second = w.reply("two").await.unwrap();
        w.run_until_idle().await;
        // Webhooks flow for an hour more, and nothing is sent again.
        for _ in 0..6 {
            w.advance(Duration::from_secs(600));
            w.says(&ana, "still here").await;
            w.run_until_idle().await;
        }
        let mut texts = w.phone_texts(&ana);
        texts.sort();
        assert_eq!(texts, ["one", "two"]);
        assert_eq!((state(&w, &first).await, state(&w, &second).await), (MessageState::Read, MessageState::Read));
    }

    async fn an_unknown_outcome_is_sent_again_only_when_other_webhooks_flow(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        fault(&w, json!({"match": {"kind": "send"}, "effect": {"status": 500, "when": "before"}, "times": 1}));
        let sent = w.reply("once").await.unwrap();
        w.run_until_idle().await;
        w.advance(Duration::from_secs(600));
        w.run_until_idle().await;
        assert!(w.phone_texts(&ana).is_empty(), "no webhook came: nobody knows, so nothing is sent");
        let (message, _) = w.app.message(w.org(), sent.id).await.unwrap();
        assert!(message.unknown_since.is_some());

        w.says(&ana, "are you there?").await;
        w.run_until_idle().await;
        w.advance(Duration::from_secs(61));
        w.run_until_idle().await;
        assert_eq!(w.phone_texts(&ana), ["once"]);
        assert_eq!(state(&w, &sent).await, MessageState::Read);
    }

    async fn an_unknown_outcome_is_not_overtaken_while_its_status_waits_to_be_handled(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        w.restart(Roles { inbound: false, ..Roles::default() }).await;
        fault(&w, json!({"match": {"kind": "send"}, "effect": {"status": 500, "when": "before"}, "times": 1}));
        let first = w.reply("one").await.unwrap();
        w.reply("two").await.unwrap();
        while w.app.message(w.org(), first.id).await.unwrap().0.unknown_since.is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        w.says(&ana, "hello?").await;
        for _ in 0..40 {
            w.advance(Duration::from_secs(10));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(w.phone_texts(&ana).is_empty(), "webhooks wait, and one of them might tell");
        w.restart(Roles::default()).await;
        w.says(&ana, "are you there?").await;
        w.run_until_idle().await;
        assert_eq!(w.phone_texts(&ana), ["one", "two"]);
    }

    async fn a_second_unknown_outcome_is_left_to_people(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        fault(&w, json!({"match": {"kind": "send"}, "effect": {"status": 500, "when": "before"}}));
        let sent = w.reply("again and again?").await.unwrap();
        w.run_until_idle().await;
        for _ in 0..5 {
            w.advance(Duration::from_secs(61));
            w.says(&ana, "hello?").await;
            w.run_until_idle().await;
        }
        let (message, story) = w.app.message(w.org(), sent.id).await.unwrap();
        assert!(message.unknown_since.is_some());
        let tries = story.iter().filter(|t| t.detail.as_deref().is_some_and(|d| d.starts_with("nobody knows"))).count();
        assert_eq!(tries, 2, "{story:?}");
    }

    async fn a_person_settles_what_nobody_knows(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        fault(&w, json!({"match": {"kind": "send"}, "effect": {"status": 500, "when": "before"}, "times": 2}));
        let first = w.reply("one").await.unwrap();
        let second = w.reply("two").await.unwrap();
        w.run_until_idle().await;
        w.app.settle_message(&w.caller, first.id, SettleChoice::SendAgain).await.unwrap();
        w.app.settle_message(&w.caller, second.id, SettleChoice::Sent).await.unwrap();
        w.expect_work();
        w.run_until_idle().await;
        assert_eq!(w.phone_texts(&ana), ["one"]);
        assert_eq!(state(&w, &second).await, MessageState::Sent);
        let again = w.app.settle_message(&w.caller, second.id, SettleChoice::Sent).await.unwrap_err();
        assert!(matches!(again, Error::RuleViolated { rule: "outcome-known", .. }));
    }

    async fn a_passing_refusal_is_tried_again(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        fault(&w, json!({"match": {"kind": "send"}, "effect": {"error": 130429}, "times": 3}));
        let sent = w.reply("patience").await.unwrap();
        w.run_until_idle().await;
        assert_eq!(w.phone_texts(&ana), ["patience"]);
        let (_, story) = w.app.message(w.org(), sent.id).await.unwrap();
        assert_eq!(story.iter().filter(|t| t.detail.as_deref().is_some_and(|d| d.contains("130429"))).count(), 3);
    }

    async fn a_final_refusal_fails_with_metas_code_and_can_be_retried(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        fault(&w, json!({"match": {"kind": "send"}, "effect": {"error": 131009}, "times": 1}));
        let sent = w.reply("wrong").await.unwrap();
        w.run_until_idle().await;
        let (message, _) = w.app.message(w.org(), sent.id).await.unwrap();
        assert_eq!(message.state, MessageState::Failed);
        assert_eq!(message.error.as_ref().unwrap().code, Some(131009));
        assert!(app::explain(131009).is_some());
        let again = w.app.retry_message(&w.caller, sent.id).await.unwrap();
        let pressed_twice = w.app.retry_message(&w.caller, sent.id).await.unwrap();
        assert_eq!(again.id, pressed_twice.id);
        w.expect_work();
        w.run_until_idle().await;
        assert_eq!(state(&w, &again).await, MessageState::Read);
        assert_eq!(w.phone_texts(&ana), ["wrong"]);
        assert!(w.app.retry_message(&w.caller, again.id).await.is_err(), "only what failed can be retried");
    }

    async fn a_message_that_fails_later_says_why(database) {
        let (mut w, _) = with_ana(database, Options::default()).await;
        fault(&w, json!({"match": {"kind": "send"}, "effect": {"fail": 131026}, "times": 1}));
        let sent = w.reply("into the void").await.unwrap();
        w.run_until_idle().await;
        let (message, story) = w.app.message(w.org(), sent.id).await.unwrap();
        assert_eq!(message.state, MessageState::Failed);
        assert_eq!(message.error.unwrap().code, Some(131026));
        assert_eq!(story.last().unwrap().cause.kind(), "delivery");
    }

    async fn an_expired_token_parks_the_number_and_loses_nothing(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        w.control.put_token(&json!({"token": "EMULATOR-TOKEN", "revoked": 463})).unwrap();
        w.restart(Roles { jobs: false, ..Roles::default() }).await;
        let sent = w.reply("when the token is mended").await.unwrap();
        for _ in 0..100 {
            if matches!(lane(&w).await, LaneState::Parked { .. }) { break }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(matches!(lane(&w).await, LaneState::Parked { .. }));
        assert_eq!(state(&w, &sent).await, MessageState::Queued);
        w.control.put_token(&json!({"token": "EMULATOR-TOKEN", "revoked": null})).unwrap();
        w.advance(Duration::from_secs(61));
        w.run_until_idle().await;
        assert_eq!(w.phone_texts(&ana), ["when the token is mended"]);
        assert_eq!(lane(&w).await, LaneState::Active);
    }

    async fn a_burst_to_one_contact_waits_for_the_pair_rate_and_keeps_its_order(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        let conversation = w.inbox().await[0].id;
        for number in 0..50 {
            w.reply_with(conversation, text(&number.to_string())).await.unwrap();
        }
        w.run_until_idle().await;
        assert_eq!(w.phone_texts(&ana), (0..50).map(|n| n.to_string()).collect::<Vec<_>>());
        let refused = w.control.webhooks(&Default::default()).to_string().contains("131056");
        assert!(!refused, "the pair rate was kept here, not found by errors");
    }

    async fn statuses_in_any_order_end_in_the_same_state(database) {
        let (mut w, _) = with_ana(database, Options::default()).await;
        fault(&w, json!({"match": {"kind": "webhook.status"}, "effect": {"webhook": "reorder"}, "probability": 0.5}));
        fault(&w, json!({"match": {"kind": "webhook.status"}, "effect": {"webhook": "duplicate"}, "probability": 0.5}));
        let mut all = Vec::new();
        for number in 0..20 {
            all.push(w.reply(&number.to_string()).await.unwrap());
        }
        w.run_until_idle().await;
        for message in all {
            let (message, story) = w.app.message(w.org(), message.id).await.unwrap();
            assert_eq!(message.state, MessageState::Read);
            assert_eq!(story.len(), 5, "{story:?}");
        }
    }

    async fn the_same_idempotency_key_is_the_same_message(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        let send = |body: &str| NewSend::new(w.number.id, format!("+{}", ana.wa_id), text(body));
        let key = Some("order-1".to_owned());
        let first = w.app.send(&w.caller, send("paid"), key.clone()).await.unwrap();
        let second = w.app.send(&w.caller, send("paid"), key.clone()).await.unwrap();
        assert_eq!(first.id, second.id);
        let other = w.app.send(&w.caller, send("something else"), key).await.unwrap_err();
        assert!(matches!(other, Error::Conflict(_)));
        w.expect_work();
        w.run_until_idle().await;
        assert_eq!(w.phone_texts(&ana), ["paid"]);
    }

    async fn a_template_may_open_a_conversation_with_somebody_new(database) {
        let mut w = World::new(database).await;
        let send = NewSend::new(w.number.id, "+34 600 000 123", template());
        let sent = w.app.send(&w.caller, send, None).await.unwrap();
        w.expect_work();
        w.run_until_idle().await;
        assert_eq!(state(&w, &sent).await, MessageState::Read);
        assert_eq!(w.inbox().await[0].contact.identity(model::contact::IdentityKind::Phone), Some("34600000123"));
        let free = NewSend::new(w.number.id, "+34600000124", text("hi"));
        let refused = w.app.send(&w.caller, free, None).await.unwrap_err();
        assert!(matches!(refused, Error::RuleViolated { rule: "window-closed", .. }));
    }

    async fn an_uploaded_picture_is_sent_with_a_quote(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        let bytes = bytes::Bytes::from_static(b"\x89PNG\r\n\x1a\n1111");
        let media = w.app.upload_media(&w.caller, "image/png", Some("plan.png"), bytes).await.unwrap();
        let conversation = w.inbox().await[0].id;
        let question = w.thread(conversation).await.remove(0);
        let content = json!({"type": "image", "image": {"id": media.id.to_string(), "caption": "the plan"},
            "context": {"message_id": question.id.to_string()}});
        let sent = w.reply_with(conversation, content).await.unwrap();
        w.run_until_idle().await;
        let (message, _) = w.app.message(w.org(), sent.id).await.unwrap();
        assert_eq!(message.state, MessageState::Read);
        assert_eq!(message.reply_to.unwrap().message, Some(question.id));
        let shown = w.phone(&ana).pop().unwrap();
        assert_eq!(shown["image"]["caption"], "the plan");
        assert_eq!(shown["context"]["wamid"].as_str(), question.wamid.as_deref());
    }

    async fn two_messages_to_one_contact_never_overtake_each_other(database) {
        let (mut w, ana) = with_ana(database, Options::default()).await;
        fault(&w, json!({"match": {"kind": "send"}, "effect": {"error": 130429}, "probability": 0.4}));
        let conversation = w.inbox().await[0].id;
        for number in 0..15 {
            w.reply_with(conversation, text(&number.to_string())).await.unwrap();
        }
        w.run_until_idle().await;
        assert_eq!(w.phone_texts(&ana), (0..15).map(|n| n.to_string()).collect::<Vec<_>>());
    }
}

async fn lane(w: &World) -> LaneState {
    w.app.phone_number(w.org(), w.number.id).await.unwrap().lane
}
