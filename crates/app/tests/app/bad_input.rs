use crate::text;
use app::Error;
use serde_json::{Value, json};
use testkit::{World, on_both};

/// What a request is refused with: field and limit.
async fn refused(w: &mut World, content: Value) -> (String, Option<u64>) {
    let conversation = w.inbox().await[0].id;
    match w.reply_with(conversation, content).await {
        Err(Error::Invalid { field, limit, .. }) => (field, limit),
        other => panic!("expected a refusal that names a field, got {other:?}"),
    }
}

on_both! {
    async fn limits_are_named_here_and_never_by_meta(database) {
        let mut w = World::new(database).await;
        let ana = w.customer("Ana");
        w.says(&ana, "hello").await;
        w.run_until_idle().await;

        assert_eq!(refused(&mut w, text(&"x".repeat(4097))).await, ("/text/body".into(), Some(4096)));
        let button = |id: &str, title: &str| json!({"type": "reply", "reply": {"id": id, "title": title}});
        let buttons = |list: Vec<Value>| json!({"type": "interactive", "interactive": {"type": "button",
            "body": {"text": "Pick"}, "action": {"buttons": list}}});
        let four = buttons((0..4).map(|i| button(&i.to_string(), &i.to_string())).collect());
        assert_eq!(refused(&mut w, four).await, ("/interactive/action/buttons".into(), Some(3)));
        let long = buttons(vec![button("a", &"x".repeat(21))]);
        assert_eq!(refused(&mut w, long).await, ("/interactive/action/buttons/0/reply/title".into(), Some(20)));
        let nothing = refused(&mut w, json!({"type": "text"})).await;
        assert!(nothing.0.starts_with("/text"), "{nothing:?}");
        let quote = refused(&mut w, json!({"type": "text", "text": {"body": "x"}, "context": {"message_id": "msg_0"}})).await;
        assert_eq!(quote.0, "/context/message_id");
        let file = refused(&mut w, json!({"type": "image", "image": {"id": "med_00000000000000000000000000000000"}})).await;
        assert_eq!(file.0, "/image/id");

        w.run_until_idle().await;
        assert!(w.phone_texts(&ana).is_empty());
        assert_eq!(w.control.messages(&Default::default())["data"].as_array().unwrap().len(), 0);
    }

    async fn a_wrong_address_names_its_field(database) {
        let w = World::new(database).await;
        let send = |to: Option<&str>, recipient: Option<&str>| app::NewSend {
            to: to.map(Into::into), recipient: recipient.map(Into::into), ..app::NewSend::new(w.number.id, "", text("x"))
        };
        for (to, recipient, field) in [
            (None, None, "to"), (Some("call me"), None, "to"), (Some("0034600"), None, "to"), (Some("123"), None, "to"),
            (None, Some("nonsense"), "recipient"),
        ] {
            match w.app.send(&w.caller, send(to, recipient), None).await {
                Err(Error::Invalid { field: named, .. }) => assert_eq!(named, field, "{to:?} {recipient:?}"),
                other => panic!("{to:?} {recipient:?}: {other:?}"),
            }
        }
    }

    async fn another_organizations_things_are_not_there(database) {
        let w = World::new(database).await;
        let other = model::id::OrganizationId(uuid::Uuid::from_u128(1));
        assert!(matches!(w.app.phone_number(other, w.number.id).await, Err(Error::NotFound)));
        let caller = app::Caller { organization: other, ..w.caller.clone() };
        let send = app::NewSend::new(w.number.id, "+34600000000", text("x"));
        assert!(matches!(w.app.send(&caller, send, None).await, Err(Error::Invalid { field, .. }) if field == "from"));
    }
}
