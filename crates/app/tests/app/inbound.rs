use crate::{fault, text};
use bytes::Bytes;
use model::{
    conversation::ConversationState,
    delivery::DeliveryState,
    media::MediaState,
    message::{Direction, MessageState},
    page::PageRequest,
};
use serde_json::json;
use std::time::Duration;
use testkit::{World, on_both};

on_both! {
    async fn a_customers_message_is_in_the_inbox(database) {
        let mut w = World::new(database).await;
        let ana = w.customer("Ana");
        let wamid = w.says(&ana, "Does it come in another color?").await;
        w.run_until_idle().await;

        let inbox = w.inbox().await;
        assert_eq!(inbox.len(), 1);
        let conversation = &inbox[0];
        assert_eq!(conversation.contact.name, "Ana");
        assert_eq!(conversation.contact.identities.len(), 2, "phone and BSUID");
        assert_eq!(conversation.state, ConversationState::Open);
        assert_eq!(conversation.unread_count, 1);
        assert!(conversation.window.is_open(w.app.now()));
        let last = conversation.last_message.as_ref().unwrap();
        assert_eq!(last.preview, "Does it come in another color?");

        let messages = w.thread(conversation.id).await;
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].wamid.as_deref(), Some(wamid.as_str()));
        assert_eq!((messages[0].direction, messages[0].state), (Direction::Inbound, MessageState::Received));
        assert_eq!(messages[0].cause.kind(), "delivery");
    }

    async fn a_delivery_that_comes_three_times_is_one_message(database) {
        let mut w = World::new(database).await;
        let ana = w.customer("Ana");
        fault(&w, json!({"match": {"kind": "webhook.message"}, "effect": {"webhook": "duplicate"}}));
        w.says(&ana, "hello").await;
        w.run_until_idle().await;
        let newest = w.control.webhooks(&Default::default())["data"][0]["id"].as_u64().unwrap();
        w.control.redeliver(newest).unwrap();
        w.expect_work();
        w.run_until_idle().await;

        assert!(w.door.knocks() >= 3, "{} deliveries came", w.door.knocks());
        let inbox = w.inbox().await;
        assert_eq!((inbox.len(), inbox[0].unread_count), (1, 1));
        assert_eq!(w.thread(inbox[0].id).await.len(), 1);
    }

    async fn a_customer_without_a_phone_number_is_a_contact_and_can_be_answered(database) {
        let mut w = World::new(database).await;
        let ana = w.customer_with_username("Ana", "ana.writes");
        w.says(&ana, "hello").await;
        w.run_until_idle().await;
        let contact = &w.inbox().await[0].contact;
        use model::contact::IdentityKind;
        assert_eq!(contact.identity(IdentityKind::Phone), None);
        assert_eq!(contact.identity(IdentityKind::Bsuid), Some(ana.bsuid.as_str()));
        assert_eq!(contact.identity(IdentityKind::Username), Some("ana.writes"));

        w.reply("hello Ana").await.unwrap();
        w.run_until_idle().await;
        assert_eq!(w.phone_texts(&ana), ["hello Ana"]);
        let messages = w.thread(w.inbox().await[0].id).await;
        assert_eq!(messages[1].state, MessageState::Read);
    }

    async fn a_contact_keeps_its_order_whatever_the_load(database) {
        let mut w = World::new(database).await;
        let people: Vec<_> = (0..5).map(|i| w.customer(&format!("Customer {i}"))).collect();
        for number in 0..20 {
            for person in &people {
                w.says(person, &format!("{number}")).await;
            }
        }
        w.run_until_idle().await;
        let inbox = w.inbox().await;
        assert_eq!(inbox.len(), 5);
        for conversation in inbox {
            let texts: Vec<_> = w.thread(conversation.id).await.iter()
                .map(|m| m.content["text"]["body"].as_str().unwrap().to_owned()).collect();
            assert_eq!(texts, (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
        }
    }

    async fn a_picture_is_fetched_before_the_platform_forgets_it(database) {
        let mut w = World::new(database).await;
        let ana = w.customer("Ana");
        let file = emulator::SentFile {
            bytes: Bytes::from_static(b"\x89PNG\r\n\x1a\n0000"),
            mime_type: "image/png".into(),
            filename: None,
        };
        let body = json!({"type": "image", "caption": "my roof"});
        w.control.send_file(&ana.wa_id, &body, file.clone()).await.unwrap();
        w.expect_work();
        w.run_until_idle().await;
        let conversation = w.inbox().await[0].clone();
        let message = w.thread(conversation.id).await.remove(0);
        let media = message.media.unwrap();
        assert_eq!((media.state, media.mime_type.as_str()), (MediaState::Ready, "image/png"));
        let (_, path) = w.app.media_file(w.org(), media.id).await.unwrap();
        assert_eq!(std::fs::read(path).unwrap(), file.bytes);
        assert_eq!(conversation.last_message.unwrap().preview, "my roof");
    }

    async fn a_reaction_sits_on_its_message_and_goes_again(database) {
        let mut w = World::new(database).await;
        let ana = w.customer("Ana");
        w.says(&ana, "hello").await;
        w.run_until_idle().await;
        let sent = w.reply("hello Ana").await.unwrap();
        w.run_until_idle().await;
        let wamid = w.app.message(w.org(), sent.id).await.unwrap().0.wamid.unwrap();
        w.sends(&ana, &json!({"type": "reaction", "reaction": {"message_id": wamid, "emoji": "👍"}})).await;
        w.run_until_idle().await;
        let conversation = w.inbox().await[0].clone();
        let thread = w.thread(conversation.id).await;
        assert_eq!(thread.len(), 2, "a reaction is no bubble");
        assert_eq!(thread[1].reactions[0].emoji, "👍");
        w.sends(&ana, &json!({"type": "reaction", "reaction": {"message_id": wamid, "emoji": ""}})).await;
        w.run_until_idle().await;
        assert!(w.thread(conversation.id).await[1].reactions.is_empty());
    }

    async fn a_resolved_conversation_opens_when_the_customer_writes(database) {
        let mut w = World::new(database).await;
        let ana = w.customer("Ana");
        w.says(&ana, "hello").await;
        w.run_until_idle().await;
        let id = w.inbox().await[0].id;
        let patch = app::ConversationPatch { state: Some(ConversationState::Resolved), assignee: None };
        w.app.update_conversation(&w.caller, id, patch).await.unwrap();
        assert_eq!(w.inbox().await[0].state, ConversationState::Resolved);
        w.says(&ana, "one more thing").await;
        w.run_until_idle().await;
        assert_eq!(w.inbox().await[0].state, ConversationState::Open);
    }

    async fn reading_a_conversation_shows_the_customer_blue_ticks(database) {
        let mut w = World::new(database).await;
        let ana = w.customer("Ana");
        w.says(&ana, "hello").await;
        w.run_until_idle().await;
        assert_ne!(w.phone(&ana)[0]["state"], "read");
        let id = w.inbox().await[0].id;
        w.app.mark_read(&w.caller, id).await.unwrap();
        w.expect_work();
        w.run_until_idle().await;
        assert_eq!(w.inbox().await[0].unread_count, 0);
        assert_eq!(w.phone(&ana)[0]["state"], "read");
    }

    async fn what_names_an_unknown_number_is_kept_as_unrouted(database) {
        let mut w = World::new(database).await;
        let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages",
            "value": {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "999", "display_phone_number": "1"},
                "messages": [{"from": "34600", "id": "wamid.x", "timestamp": "1793523600", "type": "text", "text": {"body": "?"}}]}}]}]});
        deliver(&mut w, body.to_string().as_bytes()).await;
        assert!(w.inbox().await.is_empty());
        let kept = w.app.deliveries(w.org(), Some(DeliveryState::Unrouted), PageRequest::default()).await.unwrap();
        assert_eq!(kept.data.len(), 1);
        assert!(kept.data[0].error.as_ref().unwrap().contains("999"), "{:?}", kept.data[0]);

        // Once the number is connected, a replay brings the message in.
        let number = app::NewPhoneNumber { phone_number_id: "999".into(), ..testkit::published_number() };
        w.app.connect_phone_number(&w.caller, number).await.unwrap();
        w.app.replay_delivery(&w.caller, kept.data[0].id).await.unwrap();
        w.expect_work();
        w.run_until_idle().await;
        assert_eq!(w.inbox().await.len(), 1);
    }

    async fn signed_nonsense_is_kept_and_marked(database) {
        let mut w = World::new(database).await;
        deliver(&mut w, b"{\"object\": nonsense").await;
        let kept = w.app.deliveries(w.org(), Some(DeliveryState::Malformed), PageRequest::default()).await.unwrap();
        assert_eq!(kept.data.len(), 1);
        let (_, bytes) = w.app.delivery(w.org(), kept.data[0].id).await.unwrap();
        assert_eq!(bytes, b"{\"object\": nonsense");
    }

    async fn nothing_unsigned_is_kept(database) {
        let w = World::new(database).await;
        let body = Bytes::from_static(b"{}");
        let wrong = cloud_api::signature::sign("another secret", &body);
        let before = w.app.deliveries(w.org(), None, PageRequest::default()).await.unwrap().data.len();
        for signature in [None, Some(""), Some("sha256=00"), Some(wrong.as_str())] {
            let refused = w.app.receive_webhook(signature, body.clone()).await;
            assert_eq!(refused, Err(app::webhook::Refusal::Unsigned));
        }
        let after = w.app.deliveries(w.org(), None, PageRequest::default()).await.unwrap().data.len();
        assert_eq!(before, after);
    }

    async fn webhooks_missed_while_the_server_was_away_arrive_later(database) {
        let mut w = World::new(database).await;
        let ana = w.customer("Ana");
        w.door.shut();
        for i in 0..10 {
            w.says(&ana, &format!("{i}")).await;
        }
        w.advance(Duration::from_secs(3));
        w.emulator.settle().await;
        assert!(w.inbox().await.is_empty());
        w.door.unshut();
        w.run_until_idle().await;
        let conversation = w.inbox().await[0].clone();
        assert_eq!(w.thread(conversation.id).await.len(), 10);
    }

    async fn an_echo_of_the_business_app_stands_in_the_thread_as_ours(database) {
        let mut w = World::new(database).await;
        let number = &w.number.phone_number_id;
        let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "smb_message_echoes",
            "value": {"messaging_product": "whatsapp", "metadata": {"phone_number_id": number, "display_phone_number": "1"},
                "message_echoes": [{"from": "15550100001", "to": "34600000001", "to_user_id": "ES.1", "id": "wamid.echo",
                    "timestamp": "1793523600", "type": "text", "text": {"body": "from the app"}}]}}]}]});
        deliver(&mut w, body.to_string().as_bytes()).await;
        let conversation = w.inbox().await[0].clone();
        let message = w.thread(conversation.id).await.remove(0);
        assert_eq!((message.direction, message.state), (Direction::Outbound, MessageState::Sent));
        assert!(!conversation.window.is_open(w.app.now()), "only the customer's own message opens the window");
    }

    async fn every_wake_up_may_be_lost(database) {
        let options = testkit::Options { wake_ups: false, ..Default::default() };
        let mut w = World::with(database, options).await;
        let ana = w.customer("Ana");
        w.says(&ana, "hello").await;
        w.run_until_idle().await;
        let id = w.inbox().await[0].id;
        w.reply_with(id, text("hello Ana")).await.unwrap();
        w.app.mark_read(&w.caller, id).await.unwrap();
        w.run_until_idle().await;
        assert_eq!(w.phone_texts(&ana), ["hello Ana"]);
        assert_eq!(w.thread(id).await[1].state, MessageState::Read);
    }
}

/// Posts a signed body as the platform would, and lets it be handled.
pub(crate) async fn deliver(w: &mut World, body: &[u8]) {
    let signature = cloud_api::signature::sign("emulator-app-secret", body);
    w.app.receive_webhook(Some(&signature), Bytes::copy_from_slice(body)).await.expect("it is kept");
    w.expect_work();
    w.run_until_idle().await;
}
