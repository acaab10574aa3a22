use crate::{
    home::TestDb,
    shop::{Shop, at},
};
use model::id::{MessageId, NodeId};
use std::collections::HashSet;
use store::{
    outbound::{self, Backlog, Look, Outgoing, Priority, SettledBy, Still, Wanted},
    phone_numbers,
    retention::{Passing, passing},
};

on_both! {
    a_message_is_ready_with_its_whole_request_once_it_is_due
    of_each_contact_only_the_oldest_message_is_ready
    a_contacts_messages_go_one_after_the_other
    answers_of_people_go_before_automatic_ones
    a_number_only_sends_its_own_messages
    an_intent_is_committed_once
    nothing_is_intended_while_the_number_is_parked
    a_message_put_off_keeps_its_place_and_its_successors_waiting
    a_message_is_settled_once_and_stays_so
    a_change_is_made_only_where_the_message_still_is
    what_was_called_about_just_now_is_counted
    a_first_word_to_somebody_who_wrote_is_an_answer
    a_lost_answer_is_unknown_and_holds_up_its_contact_for_two_minutes
    a_lost_answer_holds_up_its_contact_for_longer_while_webhooks_wait
    an_unknown_message_sent_again_waits_for_one_that_went_ahead
    what_is_in_flight_is_found
    the_backlog_counts_every_open_state
    settled_messages_are_forgotten_after_a_while
    another_organizations_message_is_not_touched
}

const NODE: NodeId = NodeId(uuid::Uuid::from_u128(1));

/// Message `k` to `contact`, queued at second 0.
async fn add(db: &TestDb, shop: Shop, k: u32, contact: u128, priority: Priority) -> Outgoing {
    let outgoing = shop.outgoing(k, contact);
    let inserted = outgoing.clone();
    db.write(move |w| outbound::insert(w, &inserted, &priority.into(), at(0))).await;
    outgoing
}

async fn reply(db: &TestDb, shop: Shop, k: u32, contact: u128) -> Outgoing {
    add(db, shop, k, contact, Priority::Reply).await
}

/// All that came until then was handled.
fn moment(now: i64) -> Look {
    Look { now: at(now), heard_until: at(now) }
}

async fn ready(db: &TestDb, shop: Shop, now: i64) -> Vec<u128> {
    wanted(db, shop, Wanted::Answers, now).await
}

async fn wanted(db: &TestDb, shop: Shop, wanted: Wanted<'static>, now: i64) -> Vec<u128> {
    let look = moment(now);
    let all = db.read(move |r| outbound::ready(r, shop.phone_number, wanted, look, 100)).await;
    all.iter().map(|r| r.outgoing.message_id.0.as_u128() - shop.id(0).as_u128()).collect()
}

/// The same, while webhooks are handled only until then.
async fn heard(db: &TestDb, shop: Shop, now: i64, until: i64) -> Vec<u128> {
    let look = Look { now: at(now), heard_until: at(until) };
    let all = db.read(move |r| outbound::ready(r, shop.phone_number, Wanted::Answers, look, 100)).await;
    all.iter().map(|r| r.outgoing.message_id.0.as_u128() - shop.id(0).as_u128()).collect()
}

async fn intend(db: &TestDb, outgoing: &Outgoing, now: i64) -> bool {
    let outgoing = outgoing.clone();
    let (org, id) = (outgoing.organization_id, outgoing.message_id);
    db.write(move |w| outbound::intend(w, org, &[id], NODE, at(now))).await == HashSet::from([id])
}

async fn put_off(db: &TestDb, o: &Outgoing, still: Still, due: i64) -> bool {
    let o = o.clone();
    db.write(move |w| outbound::put_off(w, &o, still, at(due), "busy")).await
}

async fn settle_if(db: &TestDb, o: &Outgoing, still: Still, now: i64) -> bool {
    let o = o.clone();
    db.write(move |w| outbound::settle_if(w, &o, still, SettledBy::Expiry, at(now))).await
}

async fn settle(db: &TestDb, o: &Outgoing, now: i64) {
    let (org, id) = (o.organization_id, o.message_id);
    db.write(move |w| outbound::settle(w, org, id, SettledBy::Answer, at(now))).await;
}

async fn mark_unknown(db: &TestDb, o: &Outgoing, now: i64) -> bool {
    let (org, id) = (o.organization_id, o.message_id);
    db.write(move |w| outbound::mark_unknown(w, org, id, at(now))).await
}

async fn state(db: &TestDb, o: &Outgoing) -> Option<String> {
    let (org, id) = (o.organization_id, o.message_id);
    db.read(move |r| outbound::state(r, org, id)).await
}

async fn a_message_is_ready_with_its_whole_request_once_it_is_due(db: TestDb) {
    let shop = db.shop(1).await;
    let outgoing = shop.outgoing(1, 1);
    let inserted = outgoing.clone();
    db.write(move |w| outbound::insert(w, &inserted, &Priority::Reply.into(), at(10))).await;
    assert_eq!(ready(&db, shop, 9).await, []);
    let mut all =
        db.read(move |r| outbound::ready(r, shop.phone_number, Wanted::Answers, moment(10), 100)).await;
    assert_eq!(all.len(), 1);
    assert_eq!(all.remove(0).outgoing, outgoing);
    let id = outgoing.message_id;
    assert_eq!(db.read(move |r| outbound::get(r, shop.org, id)).await.as_ref(), Some(&outgoing));
    assert_eq!(state(&db, &outgoing).await.as_deref(), Some("queued"));
    let none = MessageId(shop.id(9));
    assert_eq!(db.read(move |r| outbound::get(r, shop.org, none)).await, None);
    assert_eq!(db.read(move |r| outbound::state(r, shop.org, none)).await, None);
}

async fn of_each_contact_only_the_oldest_message_is_ready(db: TestDb) {
    let shop = db.shop(1).await;
    for (k, contact) in [(1, 1), (2, 2), (3, 1), (4, 2), (5, 3)] {
        reply(&db, shop, k, contact).await;
    }
    assert_eq!(ready(&db, shop, 0).await, [1, 2, 5]);
    let two = db.read(move |r| outbound::ready(r, shop.phone_number, Wanted::Answers, moment(0), 2)).await;
    assert_eq!(two.len(), 2);
}

async fn a_contacts_messages_go_one_after_the_other(db: TestDb) {
    let shop = db.shop(1).await;
    let first = reply(&db, shop, 1, 1).await;
    let second = reply(&db, shop, 2, 1).await;
    let other = reply(&db, shop, 3, 2).await;
    assert!(intend(&db, &first, 0).await);
    assert_eq!(ready(&db, shop, 0).await, [3], "one to the same contact is in flight");
    settle(&db, &first, 1).await;
    assert_eq!(ready(&db, shop, 1).await, [2, 3]);
    settle(&db, &second, 1).await;
    settle(&db, &other, 1).await;
    assert_eq!(ready(&db, shop, 1).await, []);
}

async fn answers_of_people_go_before_automatic_ones(db: TestDb) {
    let shop = db.shop(1).await;
    add(&db, shop, 1, 1, Priority::Automatic).await;
    add(&db, shop, 2, 2, Priority::Reply).await;
    add(&db, shop, 3, 3, Priority::Automatic).await;
    add(&db, shop, 4, 4, Priority::Reply).await;
    // To one contact the order of writing counts, not the priority.
    add(&db, shop, 5, 1, Priority::Reply).await;
    assert_eq!(ready(&db, shop, 0).await, [2, 4, 1, 3]);
}

async fn a_number_only_sends_its_own_messages(db: TestDb) {
    let (first, second) = (db.shop(1).await, db.shop(2).await);
    reply(&db, first, 1, 1).await;
    reply(&db, second, 2, 1).await;
    assert_eq!(ready(&db, first, 0).await, [1]);
    assert_eq!(ready(&db, second, 0).await, [2]);
}

async fn an_intent_is_committed_once(db: TestDb) {
    let shop = db.shop(1).await;
    let outgoing = reply(&db, shop, 1, 1).await;
    assert!(intend(&db, &outgoing, 5).await);
    assert!(!intend(&db, &outgoing, 6).await);
    assert_eq!(state(&db, &outgoing).await.as_deref(), Some("in_flight"));
    let kept = db.read(move |r| outbound::get(r, shop.org, MessageId(shop.id(1)))).await.unwrap();
    assert_eq!(kept.attempts, 1);
    settle(&db, &outgoing, 7).await;
    assert!(!intend(&db, &outgoing, 8).await);
}

async fn a_message_put_off_keeps_its_place_and_its_successors_waiting(db: TestDb) {
    let shop = db.shop(1).await;
    let first = reply(&db, shop, 1, 1).await;
    reply(&db, shop, 2, 1).await;
    intend(&db, &first, 0).await;
    assert!(put_off(&db, &first, Still::Tried(1), 50).await);
    assert_eq!(state(&db, &first).await.as_deref(), Some("queued"));
    assert_eq!(ready(&db, shop, 49).await, [], "the second must not overtake the first");
    assert_eq!(ready(&db, shop, 50).await, [1]);
    intend(&db, &first, 50).await;
    let kept = db.read(move |r| outbound::get(r, shop.org, MessageId(shop.id(1)))).await.unwrap();
    assert_eq!(kept.attempts, 2);
}

async fn nothing_is_intended_while_the_number_is_parked(db: TestDb) {
    let shop = db.shop(1).await;
    let outgoing = reply(&db, shop, 1, 1).await;
    db.write(move |w| phone_numbers::park(w, shop.org, shop.phone_number, "token", at(60))).await;
    assert!(!intend(&db, &outgoing, 59).await);
    assert!(intend(&db, &outgoing, 60).await, "one tries whether it is mended");
}

async fn a_message_is_settled_once_and_stays_so(db: TestDb) {
    let shop = db.shop(1).await;
    let outgoing = reply(&db, shop, 1, 1).await;
    settle(&db, &outgoing, 1).await;
    settle(&db, &outgoing, 2).await;
    assert!(!put_off(&db, &outgoing, Still::Tried(0), 0).await);
    assert!(!mark_unknown(&db, &outgoing, 3).await);
    assert_eq!(state(&db, &outgoing).await.as_deref(), Some("settled"));
}

async fn a_change_is_made_only_where_the_message_still_is(db: TestDb) {
    let shop = db.shop(1).await;
    let outgoing = reply(&db, shop, 1, 1).await;
    assert!(!put_off(&db, &outgoing, Still::Tried(1), 9).await, "nobody has tried it");
    assert!(!settle_if(&db, &outgoing, Still::Unknown, 9).await);
    intend(&db, &outgoing, 0).await;
    assert!(!settle_if(&db, &outgoing, Still::Queued, 9).await, "a lane was quicker than its expiry");
    mark_unknown(&db, &outgoing, 1).await;
    assert!(put_off(&db, &outgoing, Still::Unknown, 2).await);
    intend(&db, &outgoing, 2).await;
    assert!(!put_off(&db, &outgoing, Still::Tried(1), 9).await, "another node tries it by now");
    assert!(!settle_if(&db, &outgoing, Still::Tried(1), 9).await);
    assert!(!put_off(&db, &outgoing, Still::Unknown, 9).await);
    assert_eq!(state(&db, &outgoing).await.as_deref(), Some("in_flight"));
    assert!(settle_if(&db, &outgoing, Still::Tried(2), 9).await);
    assert_eq!(state(&db, &outgoing).await.as_deref(), Some("settled"));
}

async fn what_was_called_about_just_now_is_counted(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    let mut sent = Vec::new();
    for k in 1..=4 {
        sent.push(reply(&db, shop, k, k.into()).await);
    }
    for (k, moment) in [(0, 10), (1, 20), (2, 20)] {
        intend(&db, &sent[k], moment).await;
    }
    settle(&db, &sent[0], 12).await;
    settle(&db, &sent[1], 21).await;
    let called = async |shop: Shop, since| {
        db.read(move |r| outbound::called_since(r, shop.phone_number, at(since))).await
    };
    assert_eq!((called(shop, 9).await, called(shop, 15).await, called(shop, 30).await), (3, 2, 0));
    assert_eq!(called(other, 0).await, 0);
}

async fn a_first_word_to_somebody_who_wrote_is_an_answer(db: TestDb) {
    let shop = db.shop(1).await;
    for (k, contact) in [(1, 1), (2, 2)] {
        let first_word = Outgoing { outreach: true, ..shop.outgoing(k, contact) };
        db.write(move |w| outbound::insert(w, &first_word, &Priority::Reply.into(), at(0))).await;
    }
    assert_eq!(ready(&db, shop, 1).await, []);
    let contact = shop.outgoing(1, 1).contact_id;
    db.write(move |w| outbound::window_opened(w, shop.phone_number, contact)).await;
    assert_eq!(ready(&db, shop, 1).await, [1]);
}

async fn unknown(db: &TestDb, shop: Shop, before: i64) -> Vec<(MessageId, i64, i64)> {
    let all = db.read(move |r| outbound::unknown(r, shop.phone_number, at(before))).await;
    all.iter().map(|u| (u.outgoing.message_id, u.intent_at.as_second(), u.since.as_second())).collect()
}

async fn a_lost_answer_is_unknown_and_holds_up_its_contact_for_two_minutes(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    let first = reply(&db, shop, 1, 1).await;
    reply(&db, shop, 2, 1).await;
    assert!(!mark_unknown(&db, &first, 5).await, "nothing left yet");
    intend(&db, &first, 5).await;
    assert!(mark_unknown(&db, &first, 8).await);
    assert!(!mark_unknown(&db, &first, 9).await);
    assert_eq!(state(&db, &first).await.as_deref(), Some("unknown"));
    assert_eq!(unknown(&db, shop, 7).await, []);
    assert_eq!(unknown(&db, shop, 8).await, [(first.message_id, 5, 8)]);
    assert_eq!(unknown(&db, other, 8).await, []);
    reply(&db, shop, 3, 2).await;
    assert_eq!(ready(&db, shop, 8).await, [3], "another contact's message goes");
    assert_eq!(ready(&db, shop, 127).await, [3]);
    assert_eq!(ready(&db, shop, 128).await, [2, 3], "nobody waits for ever");
    settle(&db, &first, 9).await;
    assert_eq!(ready(&db, shop, 9).await, [2, 3]);
    assert_eq!(unknown(&db, shop, 100).await, []);
}

async fn a_lost_answer_holds_up_its_contact_for_longer_while_webhooks_wait(db: TestDb) {
    let shop = db.shop(1).await;
    let first = reply(&db, shop, 1, 1).await;
    reply(&db, shop, 2, 1).await;
    intend(&db, &first, 5).await;
    mark_unknown(&db, &first, 8).await;
    assert_eq!(heard(&db, shop, 500, 127).await, [], "what came later may tell of it");
    assert_eq!(heard(&db, shop, 500, 128).await, [2]);
}

async fn an_unknown_message_sent_again_waits_for_one_that_went_ahead(db: TestDb) {
    let shop = db.shop(1).await;
    let first = reply(&db, shop, 1, 1).await;
    let second = reply(&db, shop, 2, 1).await;
    intend(&db, &first, 0).await;
    mark_unknown(&db, &first, 1).await;
    intend(&db, &second, 2).await;
    assert!(put_off(&db, &first, Still::Unknown, 3).await);
    assert_eq!(unknown(&db, shop, 100).await, []);
    assert_eq!(ready(&db, shop, 3).await, [], "another to the same contact is in flight");
    settle(&db, &second, 4).await;
    assert_eq!(ready(&db, shop, 4).await, [1]);
}

async fn what_is_in_flight_is_found(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    let mut sent = Vec::new();
    for (k, contact) in [(1, 1), (2, 2), (3, 3)] {
        sent.push(reply(&db, shop, k, contact).await);
    }
    intend(&db, &sent[1], 0).await;
    intend(&db, &sent[0], 0).await;
    let in_flight = async |shop: Shop| {
        let all = db.read(move |r| outbound::in_flight(r, shop.phone_number)).await;
        all.into_iter().map(|o| o.message_id).collect::<Vec<_>>()
    };
    assert_eq!(in_flight(shop).await, [sent[0].message_id, sent[1].message_id]);
    assert_eq!(in_flight(other).await, []);
    mark_unknown(&db, &sent[0], 1).await;
    assert!(put_off(&db, &sent[1], Still::Tried(1), 1).await);
    assert_eq!(in_flight(shop).await, []);
}

async fn the_backlog_counts_every_open_state(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    assert_eq!(db.read(outbound::backlog).await, Backlog::default());
    let mut sent = Vec::new();
    for k in 1..=4 {
        sent.push(reply(&db, shop, k, k.into()).await);
    }
    let foreign = reply(&db, other, 1, 1).await;
    assert!(put_off(&db, &foreign, Still::Queued, 30).await);
    assert!(put_off(&db, &sent[3], Still::Queued, 20).await);
    intend(&db, &sent[0], 1).await;
    intend(&db, &sent[1], 1).await;
    mark_unknown(&db, &sent[1], 2).await;
    settle(&db, &sent[2], 3).await;
    let expected = Backlog { queued: 2, in_flight: 1, unknown: 1, oldest_due_at: Some(at(20)) };
    assert_eq!(db.read(outbound::backlog).await, expected);
}

async fn settled_messages_are_forgotten_after_a_while(db: TestDb) {
    let shop = db.shop(1).await;
    let mut sent = Vec::new();
    for k in 1..=3 {
        sent.push(reply(&db, shop, k, k.into()).await);
    }
    settle(&db, &sent[0], 10).await;
    settle(&db, &sent[1], 20).await;
    assert_eq!(db.write(|w| passing(w, Passing::Sends, at(20), 9)).await, 1);
    assert_eq!(state(&db, &sent[0]).await, None);
    assert_eq!(state(&db, &sent[1]).await.as_deref(), Some("settled"));
    assert_eq!(state(&db, &sent[2]).await.as_deref(), Some("queued"));
}

async fn another_organizations_message_is_not_touched(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    let outgoing = reply(&db, ours, 1, 1).await;
    let (org, message) = (theirs.org, outgoing.message_id);
    let foreign = Outgoing { organization_id: org, ..outgoing.clone() };
    assert!(!intend(&db, &foreign, 0).await);
    settle(&db, &foreign, 0).await;
    for still in [Still::Queued, Still::Unknown, Still::Tried(0)] {
        assert!(!put_off(&db, &foreign, still, 500).await);
        assert!(!settle_if(&db, &foreign, still, 500).await);
    }
    assert_eq!(db.read(move |r| outbound::get(r, org, message)).await, None);
    assert_eq!(state(&db, &foreign).await, None);
    assert_eq!(ready(&db, ours, 0).await, [1]);
    intend(&db, &outgoing, 0).await;
    assert!(!mark_unknown(&db, &foreign, 0).await);
    assert_eq!(state(&db, &outgoing).await.as_deref(), Some("in_flight"));
}
