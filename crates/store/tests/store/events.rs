use crate::{
    home::{TestDb, eventually},
    shop::{Shop, at, id},
};
use model::{
    cause::Cause,
    event::{Event, EventCursor, EventKind, NewEvent, Subject},
    id::{ContactId, ConversationId, DeliveryId, MessageId, OrganizationId, PhoneNumberId, RuleId},
};
use store::{Dialect, events};

on_both! {
    events_are_kept_whole_and_in_order
    a_reader_goes_on_where_it_stopped_and_sees_each_event_once
    the_end_is_after_the_last_event
    events_of_one_commit_keep_the_order_of_their_writing
    another_organizations_events_are_not_seen
    the_whole_stream_is_read_over_all_organizations_in_order
    what_is_ahead_of_a_reader_is_counted
    an_event_is_known_by_all_that_it_is
    a_readers_place_is_kept
}

fn event(kind: EventKind, second: i64) -> NewEvent {
    NewEvent { kind, subject: Subject::default(), cause: Cause::System, at: at(second) }
}

async fn append(db: &TestDb, shop: Shop, event: NewEvent) {
    db.write(move |w| events::append(w, shop.org, &event)).await;
}

/// The first `count` events after a cursor. On PostgreSQL they show once every older transaction of the whole server has
/// ended, other tests' included.
async fn after(db: &TestDb, shop: Shop, cursor: EventCursor, count: usize) -> Vec<Event> {
    eventually("the events show", async || {
        let found = db.read(move |r| events::after(r, shop.org, cursor, count)).await;
        (found.len() == count).then_some(found)
    })
    .await
}

async fn events_are_kept_whole_and_in_order(db: TestDb) {
    let shop = db.shop(1).await;
    let subject = Subject {
        conversation: Some(ConversationId(id(1))),
        message: Some(MessageId(id(2))),
        contact: Some(ContactId(id(3))),
        delivery: Some(DeliveryId(id(4))),
        phone_number: Some(PhoneNumberId(id(5))),
    };
    let cause = Cause::Rule(RuleId(id(6)));
    let mut expected: Vec<_> = EventKind::ALL.iter().map(|kind| event(*kind, 3)).collect();
    expected.push(NewEvent { subject, cause, ..event(EventKind::MessageCreated, 2) });
    for event in expected.clone() {
        append(&db, shop, event).await;
    }
    let found = after(&db, shop, EventCursor::default(), expected.len()).await;
    assert_eq!(found.iter().map(|e| e.event).collect::<Vec<_>>(), expected);
}

async fn a_reader_goes_on_where_it_stopped_and_sees_each_event_once(db: TestDb) {
    let shop = db.shop(1).await;
    for second in 0..7 {
        append(&db, shop, event(EventKind::MessageCreated, second)).await;
    }
    after(&db, shop, EventCursor::default(), 7).await;
    let (mut cursor, mut seen) = (EventCursor::default(), Vec::new());
    loop {
        let some = db.read(move |r| events::after(r, shop.org, cursor, 3)).await;
        let Some(last) = some.last() else { break };
        assert!(some.len() <= 3 && last.cursor > cursor);
        cursor = EventCursor::parse(&last.cursor.to_string()).unwrap();
        seen.extend(some.iter().map(|e| e.event.at.as_second()));
    }
    assert_eq!(seen, (0..7).collect::<Vec<_>>());
}

async fn the_end_is_after_the_last_event(db: TestDb) {
    let shop = db.shop(1).await;
    let end = move |r: &mut store::Reader<'_>| events::end(r, shop.org);
    assert_eq!(db.read(end).await, EventCursor::default());
    append(&db, shop, event(EventKind::MessageCreated, 1)).await;
    let last = after(&db, shop, EventCursor::default(), 1).await[0].cursor;
    let cursor = db.read(end).await;
    assert_eq!(cursor, last);
    assert_eq!(db.read(move |r| events::after(r, shop.org, cursor, 9)).await, []);
    append(&db, shop, event(EventKind::ContactUpdated, 2)).await;
    assert_eq!(after(&db, shop, cursor, 1).await[0].event, event(EventKind::ContactUpdated, 2));
}

async fn events_of_one_commit_keep_the_order_of_their_writing(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| {
        (0..100).try_for_each(|second| events::append(w, shop.org, &event(EventKind::MessageCreated, second)))
    })
    .await;
    let found = after(&db, shop, EventCursor::default(), 100).await;
    assert_eq!(
        found.iter().map(|e| e.event.at.as_second()).collect::<Vec<_>>(),
        (0..100).collect::<Vec<_>>()
    );
    let one_writer = db.db.dialect() == Dialect::Sqlite;
    assert!(found.iter().all(|e| e.cursor.tx == found[0].cursor.tx && (e.cursor.tx == 0) == one_writer));
}

async fn another_organizations_events_are_not_seen(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    append(&db, ours, event(EventKind::MessageCreated, 1)).await;
    append(&db, theirs, event(EventKind::ContactUpdated, 2)).await;
    // Theirs is the newer one: when it shows, ours does, too.
    let found = after(&db, theirs, EventCursor::default(), 1).await;
    assert_eq!(found[0].event, event(EventKind::ContactUpdated, 2));
    let all = db.read(move |r| events::after(r, theirs.org, EventCursor::default(), 9)).await;
    assert_eq!(all.len(), 1);
    let end = db.read(move |r| events::end(r, ours.org)).await;
    assert!(end < found[0].cursor);
}

/// The first `count` events of all organizations after a cursor; see [`after`].
async fn across(db: &TestDb, cursor: EventCursor, count: usize) -> Vec<(OrganizationId, Event)> {
    eventually("the events show", async || {
        let found = db.read(move |r| events::across(r, cursor, count)).await;
        (found.len() == count).then_some(found)
    })
    .await
}

async fn the_whole_stream_is_read_over_all_organizations_in_order(db: TestDb) {
    let shops = [db.shop(1).await, db.shop(2).await];
    for second in 0..6 {
        append(&db, shops[usize::from(second % 2 == 1)], event(EventKind::MessageCreated, second)).await;
    }
    across(&db, EventCursor::default(), 6).await;
    let (mut cursor, mut seen) = (EventCursor::default(), Vec::new());
    loop {
        let some = db.read(move |r| events::across(r, cursor, 4)).await;
        let Some((_, last)) = some.last() else { break };
        assert!(some.len() <= 4 && last.cursor > cursor);
        cursor = last.cursor;
        seen.extend(some.iter().map(|(org, e)| (*org, e.event.at.as_second())));
    }
    let expected: Vec<_> =
        (0..6).map(|second| (shops[second % 2].org, at(second as i64).as_second())).collect();
    assert_eq!(seen, expected);
}

async fn what_is_ahead_of_a_reader_is_counted(db: TestDb) {
    let shop = db.shop(1).await;
    let ahead = async |cursor, most| db.read(move |r| events::ahead(r, cursor, most)).await;
    assert_eq!(ahead(EventCursor::default(), 9).await, (0, None));
    for second in 1..=4 {
        append(&db, shop, event(EventKind::MessageCreated, second)).await;
    }
    let all = across(&db, EventCursor::default(), 4).await;
    assert_eq!(ahead(EventCursor::default(), 9).await, (4, Some(at(1))));
    assert_eq!(ahead(EventCursor::default(), 2).await, (2, Some(at(1))));
    assert_eq!(ahead(all[2].1.cursor, 9).await, (1, Some(at(4))));
    assert_eq!(ahead(all[3].1.cursor, 9).await, (0, None));
}

async fn an_event_is_known_by_all_that_it_is(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    append(&db, shop, event(EventKind::MessageCreated, 1)).await;
    let cursor = across(&db, EventCursor::default(), 1).await[0].1.cursor;
    let known =
        async |org, cursor, second| db.read(move |r| events::is_known(r, org, cursor, at(second))).await;
    assert!(known(shop.org, cursor, 1).await);
    assert!(!known(other.org, cursor, 1).await);
    assert!(!known(shop.org, cursor, 2).await);
    assert!(!known(shop.org, EventCursor { number: cursor.number + 1, ..cursor }, 1).await);
}

async fn a_readers_place_is_kept(db: TestDb) {
    let position = async |name: &'static str| db.read(move |r| events::position(r, name)).await;
    assert_eq!(position("publisher").await, None);
    for number in [7, 8] {
        let place = EventCursor { tx: 3, number };
        db.write(move |w| events::set_position(w, "publisher", place, at(number))).await;
        assert_eq!(position("publisher").await, Some(place));
    }
    assert_eq!(position("somebody else").await, None);
}

const INSERT: &str = "INSERT INTO events (organization_id, kind, cause_kind, at)
    VALUES ($1, 'message.created', 'system', $2) RETURNING number";

/// What the concurrent transactions below leave for a reader, who must neither skip an event nor see one twice.
async fn read_to_the_end(db: &TestDb, shop: Shop, from: EventCursor) -> Vec<i64> {
    after(db, shop, from, 2).await.iter().map(|e| e.event.at.as_microsecond()).collect()
}

#[tokio::test]
async fn an_event_that_commits_late_is_not_skipped() {
    let Some(db) = TestDb::postgres() else { return };
    let shop = db.shop(1).await;
    let (mut first, mut second) = (db.raw_postgres().await, db.raw_postgres().await);
    let slow = first.transaction().await.unwrap();
    let quick = second.transaction().await.unwrap();
    let low: i64 = slow.query_one(INSERT, &[&shop.org.0, &1_i64]).await.unwrap().get(0);
    let high: i64 = quick.query_one(INSERT, &[&shop.org.0, &2_i64]).await.unwrap().get(0);
    assert!(low < high);
    quick.commit().await.unwrap();
    let early = db.read(move |r| events::after(r, shop.org, EventCursor::default(), 9)).await;
    assert_eq!(early, [], "the later event must not be shown before the earlier one is decided");
    assert_eq!(db.read(move |r| events::end(r, shop.org)).await, EventCursor::default());
    slow.commit().await.unwrap();
    assert_eq!(read_to_the_end(&db, shop, EventCursor::default()).await, [1, 2]);
}

#[tokio::test]
async fn an_event_with_a_higher_number_in_an_older_transaction_is_not_skipped() {
    let Some(db) = TestDb::postgres() else { return };
    let shop = db.shop(1).await;
    let (mut first, mut second) = (db.raw_postgres().await, db.raw_postgres().await);
    let older = first.transaction().await.unwrap();
    older.query_one("SELECT pg_current_xact_id()::text", &[]).await.unwrap();
    let younger = second.transaction().await.unwrap();
    younger.query_one(INSERT, &[&shop.org.0, &2_i64]).await.unwrap();
    older.query_one(INSERT, &[&shop.org.0, &1_i64]).await.unwrap();
    older.commit().await.unwrap();
    // The older one is final when no older transaction runs; a reader that stops there goes on with the younger one.
    let seen = after(&db, shop, EventCursor::default(), 1).await;
    assert_eq!(seen[0].event.at.as_microsecond(), 1);
    younger.commit().await.unwrap();
    let rest = after(&db, shop, seen[0].cursor, 1).await;
    assert_eq!(rest[0].event.at.as_microsecond(), 2);
    assert_eq!(read_to_the_end(&db, shop, EventCursor::default()).await, [1, 2]);
}

#[tokio::test]
async fn an_event_of_a_transaction_that_is_rolled_back_holds_nobody_up() {
    let Some(db) = TestDb::postgres() else { return };
    let shop = db.shop(1).await;
    let mut raw = db.raw_postgres().await;
    let lost = raw.transaction().await.unwrap();
    lost.query_one(INSERT, &[&shop.org.0, &1_i64]).await.unwrap();
    append(&db, shop, event(EventKind::ContactUpdated, 2)).await;
    lost.rollback().await.unwrap();
    assert_eq!(
        after(&db, shop, EventCursor::default(), 1).await[0].event,
        event(EventKind::ContactUpdated, 2)
    );
}
