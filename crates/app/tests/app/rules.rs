use app::{Error, RuleDraft, RulePatch};
use model::{message::Direction, rule::Matching};
use serde_json::json;
use testkit::{World, on_both};

fn greeting() -> RuleDraft {
    let button = |id: &str, title: &str| json!({"type": "reply", "reply": {"id": id, "title": title}});
    RuleDraft {
        name: "Greeting".into(),
        enabled: true,
        keywords: vec!["hola".into(), "hi".into()],
        matching: Matching::Exact,
        reply: json!({"type": "interactive", "interactive": {"type": "button", "body": {"text": "Hi! How can we help?"},
            "action": {"buttons": [button("order", "My order"), button("hours", "Opening hours")]}}}),
    }
}

on_both! {
    async fn hola_is_greeted_with_buttons(database) {
        let mut w = World::new(database).await;
        let rule = w.app.create_rule(&w.caller, greeting()).await.unwrap();
        let ana = w.customer("Ana");
        w.says(&ana, "¡Hola!").await;
        w.run_until_idle().await;
        let answer = w.phone(&ana).pop().unwrap();
        assert_eq!(answer["direction"], "outbound");
        assert_eq!(answer["interactive"]["action"]["buttons"][1]["reply"]["title"], "Opening hours");
        let thread = w.thread(w.inbox().await[0].id).await;
        assert_eq!((thread.len(), thread[1].direction), (2, Direction::Outbound));
        assert_eq!(thread[1].cause, model::cause::Cause::Rule(rule.rule.id));
        assert_eq!(thread[1].author_name.as_deref(), Some("Greeting"));

        // A tap on a button comes back as an answer to our message.
        w.control.tap(&ana.wa_id, &json!({"id": "hours"})).unwrap();
        w.expect_work();
        w.run_until_idle().await;
        let thread = w.thread(w.inbox().await[0].id).await;
        assert_eq!(thread[2].reply_to.as_ref().unwrap().message, Some(thread[1].id));
    }

    async fn a_rule_that_is_off_says_nothing(database) {
        let mut w = World::new(database).await;
        let rule = w.app.create_rule(&w.caller, greeting()).await.unwrap();
        let off = RulePatch { enabled: Some(false), ..RulePatch::default() };
        w.app.update_rule(&w.caller, rule.rule.id, off).await.unwrap();
        let ana = w.customer("Ana");
        w.says(&ana, "hola").await;
        w.run_until_idle().await;
        assert_eq!(w.phone(&ana).len(), 1);
        w.app.delete_rule(&w.caller, rule.rule.id).await.unwrap();
        assert_eq!(w.app.delete_rule(&w.caller, rule.rule.id).await, Err(Error::NotFound));
    }

    async fn a_replayed_webhook_is_not_answered_twice(database) {
        let mut w = World::new(database).await;
        w.app.create_rule(&w.caller, greeting()).await.unwrap();
        let ana = w.customer("Ana");
        w.says(&ana, "hola").await;
        w.run_until_idle().await;
        for delivery in w.app.deliveries(w.org(), None, Default::default()).await.unwrap().data {
            w.app.replay_delivery(&w.caller, delivery.id).await.unwrap();
        }
        w.expect_work();
        w.run_until_idle().await;
        assert_eq!(w.phone(&ana).len(), 2);
    }

    async fn a_rule_whose_answer_meta_would_refuse_is_not_saved(database) {
        let w = World::new(database).await;
        let mut draft = greeting();
        draft.reply["interactive"]["action"]["buttons"][0]["reply"]["title"] = json!("x".repeat(21));
        match w.app.create_rule(&w.caller, draft).await {
            Err(Error::Invalid { field, limit, .. }) => {
                assert_eq!(field, "/reply/interactive/action/buttons/0/reply/title");
                assert_eq!(limit, Some(20));
            }
            other => panic!("{other:?}"),
        }
    }
}
