use crate::{
    home::TestDb,
    shop::{Shop, at},
};
use model::{
    cause::Cause,
    id::{DeliveryId, MediaId, MessageId, PhoneNumberId},
    media::{Media, MediaState},
    message::{Direction, Message, MessageError, MessageFilter, MessageState, ReplyTo, Transition},
};
use serde_json::json;
use store::{
    Error, media,
    messages::{self, Located},
    statuses::{self, Early},
};

on_both! {
    a_message_comes_back_as_it_went_in
    a_replayed_message_is_silent
    messages_without_a_wamid_are_all_different
    one_wamid_may_be_on_two_numbers
    a_message_is_found_by_metas_id_and_by_ours
    a_conversation_is_read_page_by_page_newest_first_without_reactions
    an_organizations_messages_are_listed_page_by_page_by_state
    a_state_keeps_the_moment_it_was_first_reported
    a_failure_keeps_what_meta_said
    a_wamid_is_given_once
    an_unknown_outcome_is_marked_until_it_is_known
    what_meta_takes_has_its_id_and_is_accepted_once
    a_message_further_than_accepted_stays_there
    a_status_is_recorded_once
    a_line_that_nobody_asks_about_is_written_once
    a_story_is_told_in_the_order_in_which_we_learned_of_it
    another_organizations_message_is_not_found
}

async fn add(db: &TestDb, shop: Shop, message: Message) -> MessageId {
    let id = message.id;
    assert!(db.write(move |w| messages::insert(w, shop.org, &message)).await);
    id
}

async fn get(db: &TestDb, shop: Shop, id: MessageId) -> Message {
    db.read(move |r| messages::get(r, shop.org, id)).await.unwrap()
}

async fn a_message_comes_back_as_it_went_in(db: TestDb) {
    let shop = db.shop(1).await;
    let quoted = add(&db, shop, shop.inbound(1)).await;
    let file = Media {
        id: MediaId(shop.id(7)),
        state: MediaState::Pending,
        mime_type: "image/jpeg".into(),
        filename: Some("roof.jpg".into()),
        size: Some(12),
        meta_media_id: Some("555".into()),
        created_at: at(2),
    };
    let inserted = file.clone();
    db.write(move |w| media::insert(w, shop.org, &inserted)).await;
    let whole = Message {
        kind: "image".into(),
        content: json!({"type": "image", "image": {"id": "555", "caption": "el \u{0} tejado 🏠"}}),
        reply_to: Some(ReplyTo { wamid: "wamid.1".into(), message: Some(quoted) }),
        client_id: Some("client-1".into()),
        media: Some(file.clone()),
        ..shop.outbound(2)
    };
    let unknown_quote = Message {
        reply_to: Some(ReplyTo { wamid: "wamid.before-us".into(), message: None }),
        ..shop.inbound(3)
    };
    for message in [whole, unknown_quote] {
        let id = add(&db, shop, message.clone()).await;
        assert_eq!(get(&db, shop, id).await, message);
    }
    let carrying = db.read(move |r| messages::with_media(r, shop.org, file.id)).await;
    assert_eq!(carrying.iter().map(|m| m.id).collect::<Vec<_>>(), [MessageId(shop.id(2))]);
    let none = db.read(move |r| messages::with_media(r, shop.org, MediaId(shop.id(8)))).await;
    assert_eq!(none, []);
}

async fn a_replayed_message_is_silent(db: TestDb) {
    let shop = db.shop(1).await;
    let first = add(&db, shop, shop.inbound(1)).await;
    let replay = Message { id: MessageId(shop.id(2)), content: json!({"type": "text"}), ..shop.inbound(1) };
    assert!(!db.write(move |w| messages::insert(w, shop.org, &replay)).await);
    assert_eq!(get(&db, shop, first).await, shop.inbound(1));
    let all = db.walk(5, move |r, page| messages::list(r, shop.org, &MessageFilter::default(), page)).await;
    assert_eq!(all.len(), 1);
    // The same id of ours is no replay of Meta's, but a fault.
    let twin = Message { wamid: Some("wamid.other".into()), ..shop.inbound(1) };
    let conflict = db.try_write(move |w| messages::insert(w, shop.org, &twin)).await;
    assert_eq!(conflict, Err(Error::Conflict));
}

async fn messages_without_a_wamid_are_all_different(db: TestDb) {
    let shop = db.shop(1).await;
    for k in 1..=3 {
        add(&db, shop, shop.outbound(k)).await;
    }
    assert_eq!(
        db.walk(5, move |r, page| messages::list(r, shop.org, &MessageFilter::default(), page)).await.len(),
        3
    );
}

async fn one_wamid_may_be_on_two_numbers(db: TestDb) {
    let (first, second) = (db.shop(1).await, db.shop(2).await);
    for shop in [first, second] {
        add(&db, shop, shop.inbound(1)).await;
    }
    for shop in [first, second] {
        let found = db.read(move |r| messages::by_wamid(r, shop.org, shop.phone_number, "wamid.1")).await;
        assert_eq!(found, Some(shop.inbound(1)));
    }
}

async fn a_message_is_found_by_metas_id_and_by_ours(db: TestDb) {
    let shop = db.shop(1).await;
    let theirs = add(&db, shop, shop.inbound(1)).await;
    let ours = add(&db, shop, shop.outbound(2)).await;
    let (org, number) = (shop.org, shop.phone_number);
    let located = |id, state, has_wamid| Located {
        id,
        conversation_id: shop.conversation,
        contact_id: shop.contact,
        state,
        has_wamid,
    };
    let by_wamid = db.read(move |r| messages::locate(r, org, number, "wamid.1")).await;
    assert_eq!(by_wamid, Some(located(theirs, MessageState::Received, true)));
    assert_eq!(db.read(move |r| messages::locate(r, org, number, "wamid.9")).await, None);
    let by_id = db.read(move |r| messages::locate_ours(r, org, number, ours)).await;
    assert_eq!(by_id, Some(located(ours, MessageState::Queued, false)));
    assert_eq!(db.read(move |r| messages::locate_ours(r, org, number, theirs)).await, None, "it is not ours");
    let other = PhoneNumberId(shop.id(5));
    assert_eq!(db.read(move |r| messages::locate_ours(r, org, other, ours)).await, None);
    assert_eq!(db.read(move |r| messages::locate(r, org, other, "wamid.1")).await, None);
}

async fn a_conversation_is_read_page_by_page_newest_first_without_reactions(db: TestDb) {
    let shop = db.shop(1).await;
    for k in 1..=7 {
        add(&db, shop, shop.inbound(k)).await;
    }
    let reaction = json!({"type": "reaction", "reaction": {"emoji": "👍"}});
    add(&db, shop, Message { kind: "reaction".into(), content: reaction, ..shop.inbound(8) }).await;
    let expected: Vec<Message> = (1..=7).rev().map(|k| shop.inbound(k)).collect();
    for limit in 1..=8 {
        let all = db.walk(limit, move |r, page| messages::thread(r, shop.org, shop.conversation, page)).await;
        assert_eq!(all, expected);
    }
}

async fn an_organizations_messages_are_listed_page_by_page_by_state(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    add(&db, other, other.inbound(1)).await;
    for k in 1..=6 {
        let message = if k % 2 == 0 { shop.inbound(k) } else { shop.outbound(k) };
        add(&db, shop, message).await;
    }
    let expect = |ks: &[u128]| ks.iter().map(|k| MessageId(shop.id(*k))).collect::<Vec<_>>();
    for limit in 1..=7 {
        for (state, ks) in [
            (None, expect(&[6, 5, 4, 3, 2, 1])),
            (Some(MessageState::Queued), expect(&[5, 3, 1])),
            (Some(MessageState::Received), expect(&[6, 4, 2])),
            (Some(MessageState::Read), vec![]),
        ] {
            let all = db
                .walk(limit, move |r, page| {
                    messages::list(r, shop.org, &MessageFilter { state, ..MessageFilter::default() }, page)
                })
                .await;
            assert_eq!(all.iter().map(|m| m.id).collect::<Vec<_>>(), ks);
        }
    }
}

async fn set_state(db: &TestDb, shop: Shop, state: MessageState, reported: (MessageState, i64)) {
    let (id, reported) = (MessageId(shop.id(1)), (reported.0, at(reported.1)));
    db.write(move |w| messages::set_state(w, shop.org, id, state, reported, None)).await;
}

async fn a_state_keeps_the_moment_it_was_first_reported(db: TestDb) {
    use MessageState::{Accepted, Delivered, Failed, Queued, Read, Sent};
    let shop = db.shop(1).await;
    let id = add(&db, shop, shop.outbound(1)).await;
    // The order of arrival is not the order of what happened; the caller says how far the message is by now.
    set_state(&db, shop, Accepted, (Accepted, 10)).await;
    set_state(&db, shop, Read, (Read, 40)).await;
    set_state(&db, shop, Read, (Sent, 20)).await;
    set_state(&db, shop, Read, (Delivered, 30)).await;
    set_state(&db, shop, Read, (Delivered, 99)).await;
    let message = get(&db, shop, id).await;
    assert_eq!(message.state, Read);
    assert_eq!((message.accepted_at, message.sent_at), (Some(at(10)), Some(at(20))));
    assert_eq!((message.delivered_at, message.read_at), (Some(at(30)), Some(at(40))));
    assert_eq!((message.failed_at, message.error), (None, None));
    // A caller that saw the message before another moved it can't take it back, whatever it says.
    set_state(&db, shop, Failed, (Failed, 50)).await;
    set_state(&db, shop, Queued, (Queued, 60)).await;
    let message = get(&db, shop, id).await;
    assert_eq!((message.state, message.failed_at, message.created_at), (Read, Some(at(50)), at(1)));
}

async fn a_failure_keeps_what_meta_said(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, shop.outbound(1)).await;
    let error = MessageError {
        code: Some(131_047),
        title: "Re-engagement message".into(),
        detail: Some("More than 24 hours have passed".into()),
    };
    let (said, failed) = (error.clone(), MessageState::Failed);
    db.write(move |w| messages::set_state(w, shop.org, id, failed, (failed, at(5)), Some(&said))).await;
    assert_eq!(get(&db, shop, id).await.error, Some(error));
    set_state(&db, shop, MessageState::Delivered, (MessageState::Delivered, 6)).await;
    assert_eq!(get(&db, shop, id).await.error, None, "what arrived after all has not failed");
}

async fn a_wamid_is_given_once(db: TestDb) {
    let shop = db.shop(1).await;
    add(&db, shop, shop.inbound(9)).await;
    let id = add(&db, shop, shop.outbound(1)).await;
    for wamid in ["wamid.a", "wamid.b"] {
        db.write(move |w| messages::set_wamid(w, shop.org, id, wamid)).await;
        assert_eq!(get(&db, shop, id).await.wamid.as_deref(), Some("wamid.a"));
    }
    let other = add(&db, shop, shop.outbound(2)).await;
    let taken = db.try_write(move |w| messages::set_wamid(w, shop.org, other, "wamid.9")).await;
    assert_eq!(taken, Err(Error::Conflict));
    assert_eq!(get(&db, shop, other).await.wamid, None);
}

async fn an_unknown_outcome_is_marked_until_it_is_known(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, shop.outbound(1)).await;
    let mark = async |since| db.write(move |w| messages::set_unknown(w, shop.org, id, since)).await;
    mark(Some(at(5))).await;
    assert_eq!(get(&db, shop, id).await.unknown_since, Some(at(5)));
    mark(None).await;
    assert_eq!(get(&db, shop, id).await.unknown_since, None);
    mark(Some(at(6))).await;
    set_state(&db, shop, MessageState::Sent, (MessageState::Sent, 7)).await;
    assert_eq!(get(&db, shop, id).await.unknown_since, None, "any state settles it");
}

async fn accept(db: &TestDb, shop: Shop, wamid: &'static str, now: i64) -> Option<messages::Accepted> {
    let id = MessageId(shop.id(1));
    db.write(move |w| messages::accept(w, shop.org, id, wamid, at(now))).await
}

async fn what_meta_takes_has_its_id_and_is_accepted_once(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    let message = shop.outbound(1);
    let id = message.id;
    db.write(move |w| messages::add(w, shop.org, &message)).await;
    db.write(move |w| messages::set_unknown(w, shop.org, id, Some(at(4)))).await;
    let taken = accept(&db, shop, "wamid.A", 5).await.unwrap();
    assert_eq!((taken.message.id, taken.message.state), (id, MessageState::Accepted));
    assert!(taken.message.has_wamid && !taken.told_early);
    let stored = get(&db, shop, id).await;
    assert_eq!((stored.wamid.as_deref(), stored.accepted_at), (Some("wamid.A"), Some(at(5))));
    assert_eq!(stored.unknown_since, None);
    let early = Early { status_key: "sent".into(), delivery_id: DeliveryId(shop.id(9)), report: json!({}) };
    db.write(move |w| statuses::keep(w, shop.org, shop.phone_number, "wamid.A", &early, at(6))).await;
    assert!(accept(&db, shop, "wamid.A", 7).await.unwrap().told_early, "a status waits for it");
    assert_eq!(get(&db, shop, id).await.accepted_at, Some(at(5)), "the first answer stands");
    assert_eq!(accept(&db, other, "wamid.B", 8).await, None, "there is no such message");
    let foreign = db.write(move |w| messages::accept(w, other.org, id, "wamid.C", at(9))).await;
    assert_eq!(foreign, None, "nor is it another organization's");
}

async fn a_message_further_than_accepted_stays_there(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, shop.outbound(1)).await;
    set_state(&db, shop, MessageState::Delivered, (MessageState::Delivered, 3)).await;
    let taken = accept(&db, shop, "wamid.A", 5).await.unwrap();
    assert_eq!(taken.message.state, MessageState::Delivered);
    let stored = get(&db, shop, id).await;
    assert_eq!((stored.state, stored.accepted_at), (MessageState::Delivered, Some(at(5))));
}

async fn a_line_that_nobody_asks_about_is_written_once(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, shop.outbound(1)).await;
    let accepted = transition(MessageState::Accepted, 5, 6);
    let told = accepted.clone();
    db.write(move |w| {
        for k in 1..=5 {
            messages::add_transition(w, shop.org, id, shop.id(k), Some("accepted"), &told)?;
        }
        messages::add_transition(w, shop.org, id, shop.id(6), None, &told)
    })
    .await;
    let story = db.read(move |r| messages::transitions(r, shop.org, id)).await;
    assert_eq!(story, [accepted.clone(), accepted]);
}

fn transition(state: MessageState, happened: i64, recorded: i64) -> Transition {
    Transition { state, at: at(happened), recorded_at: at(recorded), cause: Cause::System, detail: None }
}

async fn record(
    db: &TestDb,
    shop: Shop,
    k: u128,
    key: Option<&'static str>,
    transition: &Transition,
) -> bool {
    let (id, transition) = (MessageId(shop.id(1)), transition.clone());
    db.write(move |w| messages::insert_transition(w, shop.org, id, shop.id(k), key, &transition)).await
}

async fn a_status_is_recorded_once(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, shop.outbound(1)).await;
    let sent = transition(MessageState::Sent, 5, 6);
    assert!(record(&db, shop, 1, Some("sent"), &sent).await);
    assert!(!record(&db, shop, 2, Some("sent"), &transition(MessageState::Sent, 7, 8)).await);
    assert!(record(&db, shop, 3, Some("delivered"), &transition(MessageState::Delivered, 9, 9)).await);
    let note = Transition { detail: Some("retry".into()), ..transition(MessageState::Queued, 10, 10) };
    assert!(record(&db, shop, 4, None, &note).await);
    assert!(record(&db, shop, 5, None, &note).await, "notes of our own may repeat");
    let story = db.read(move |r| messages::transitions(r, shop.org, id)).await;
    assert_eq!(story.len(), 4);
    assert_eq!((&story[0], &story[3]), (&sent, &note));
}

async fn a_story_is_told_in_the_order_in_which_we_learned_of_it(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, shop.outbound(1)).await;
    let cause = Cause::Agent(shop.user);
    let told = [
        (9, Transition { cause, ..transition(MessageState::Queued, 1, 1) }),
        (5, transition(MessageState::Read, 30, 40)),
        (6, transition(MessageState::Sent, 10, 40)),
    ];
    for (k, transition) in [&told[2], &told[0], &told[1]] {
        record(&db, shop, *k, None, transition).await;
    }
    let story = db.read(move |r| messages::transitions(r, shop.org, id)).await;
    assert_eq!(story, told.map(|(_, transition)| transition));
}

async fn another_organizations_message_is_not_found(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    let file = Media {
        id: MediaId(ours.id(7)),
        state: MediaState::Ready,
        mime_type: "image/jpeg".into(),
        filename: None,
        size: None,
        meta_media_id: None,
        created_at: at(2),
    };
    let stored = file.clone();
    db.write(move |w| media::insert(w, ours.org, &stored)).await;
    let message = Message { media: Some(file.clone()), ..ours.outbound(1) };
    let id = add(&db, ours, message.clone()).await;
    add(&db, ours, ours.inbound(2)).await;
    let (org, number, failed) = (theirs.org, ours.phone_number, MessageState::Failed);
    assert_eq!(db.read(move |r| messages::get(r, org, id)).await, None);
    assert_eq!(db.read(move |r| messages::by_wamid(r, org, number, "wamid.2")).await, None);
    assert_eq!(db.read(move |r| messages::locate(r, org, number, "wamid.2")).await, None);
    assert_eq!(db.read(move |r| messages::locate_ours(r, org, number, id)).await, None);
    assert_eq!(db.read(move |r| messages::with_media(r, org, file.id)).await, []);
    assert_eq!(db.walk(5, move |r, page| messages::thread(r, org, ours.conversation, page)).await, []);
    assert_eq!(db.walk(5, move |r, page| messages::list(r, org, &MessageFilter::default(), page)).await, []);
    db.write(move |w| {
        messages::set_state(w, org, id, failed, (failed, at(9)), None)?;
        messages::set_wamid(w, org, id, "wamid.stolen")?;
        messages::set_unknown(w, org, id, Some(at(9)))?;
        messages::react(w, org, id, Direction::Inbound, "👍", at(9))
    })
    .await;
    assert_eq!(get(&db, ours, id).await, message);
    let note = transition(failed, 9, 9);
    db.write(move |w| messages::insert_transition(w, org, id, theirs.id(1), None, &note)).await;
    assert_eq!(db.read(move |r| messages::transitions(r, ours.org, id)).await, []);
    record(&db, ours, 1, Some("queued"), &transition(MessageState::Queued, 1, 1)).await;
    let stray = db.read(move |r| messages::transitions(r, org, id)).await;
    assert!(stray.iter().all(|t| t.state == failed));
}
