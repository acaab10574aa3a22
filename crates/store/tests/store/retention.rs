use crate::{
    home::TestDb,
    shop::{Shop, at},
};
use model::{
    cause::Cause,
    delivery::DeliveryState,
    event::{EventCursor, EventKind, NewEvent, Subject},
    id::{DeliveryId, JobId},
    page::PageRequest,
};
use serde_json::json;
use store::{
    Dialect, binds, deliveries, events, jobs, outreach,
    retention::{self, DeliveryAges, Passing, passing},
    statuses,
};

on_both! {
    only_so_many_rows_go_at_once
    what_nobody_needs_goes_and_the_rest_stays
    handled_deliveries_go_by_age_and_waiting_ones_never
    the_way_through_old_deliveries_goes_on_where_it_stopped
    old_events_go_and_the_newest_stays
    events_wait_for_who_reads_along
    who_comes_back_too_late_is_told_so
}

async fn delivery(db: &TestDb, shop: Shop, k: u32, received: i64, state: DeliveryState) -> DeliveryId {
    let id = DeliveryId(shop.id(k.into()));
    db.write(move |w| {
        deliveries::insert(w, id, shop.org, shop.app, b"{}", at(received))?;
        match state {
            DeliveryState::Pending => Ok(()),
            state => deliveries::finish(w, shop.org, id, state, None, None, at(received)),
        }
    })
    .await;
    id
}

async fn kept(db: &TestDb, shop: Shop) -> Vec<DeliveryId> {
    let page = PageRequest::new(Some(200), None);
    let mut ids: Vec<_> = db
        .read(move |r| deliveries::list(r, shop.org, None, &page))
        .await
        .data
        .into_iter()
        .map(|d| d.id)
        .collect();
    ids.sort();
    ids
}

async fn only_so_many_rows_go_at_once(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| {
        (0..5).try_for_each(|k| {
            let id = DeliveryId(shop.id(k));
            let early = statuses::Early { status_key: k.to_string(), delivery_id: id, report: json!({}) };
            statuses::keep(w, shop.org, shop.phone_number, "wamid.1", &early, at(1))
        })
    })
    .await;
    let mut gone = Vec::new();
    for _ in 0..3 {
        gone.push(db.write(|w| passing(w, Passing::EarlyStatuses, at(2), 2)).await);
    }
    assert_eq!(gone, [2, 2, 1]);
    assert_eq!(db.read(move |r| statuses::count(r, shop.org)).await, 0);
}

async fn what_nobody_needs_goes_and_the_rest_stays(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| {
        outreach::count(w, shop.org, "p", shop.contact, at(0), at(5))?;
        for (k, failed) in [(1, Some(5)), (2, Some(10)), (3, None)] {
            let job = jobs::NewJob {
                id: JobId(shop.id(k)),
                kind: "media.fetch",
                payload: json!({}),
                dedupe_key: None,
                due_at: at(0),
            };
            jobs::enqueue(w, shop.org, &job, at(0))?;
            if let Some(second) = failed {
                jobs::fail(w, shop.org, job.id, "gone", at(second))?;
            }
        }
        Ok(())
    })
    .await;
    assert_eq!(db.write(|w| passing(w, Passing::FailedJobs, at(10), 9)).await, 1);
    assert_eq!(db.read(jobs::counts).await, (1, 1));
    assert_eq!(db.write(|w| passing(w, Passing::Outreach, at(4), 9)).await, 0);
    assert_eq!(db.write(|w| passing(w, Passing::Outreach, at(5), 9)).await, 1);
    assert_eq!(db.read(|r| outreach::used(r, "p", at(0))).await, 0);
}

async fn handled_deliveries_go_by_age_and_waiting_ones_never(db: TestDb) {
    let shop = db.shop(1).await;
    let old_pending = delivery(&db, shop, 1, 1, DeliveryState::Pending).await;
    for (k, state) in [(2, DeliveryState::Done), (3, DeliveryState::Unrouted), (4, DeliveryState::Malformed)]
    {
        delivery(&db, shop, k, 10, state).await;
    }
    let failed_old = delivery(&db, shop, 5, 15, DeliveryState::Failed).await;
    let failed = delivery(&db, shop, 6, 20, DeliveryState::Failed).await;
    let young = delivery(&db, shop, 7, 30, DeliveryState::Done).await;
    let ages = DeliveryAges { handled: at(30), failed: at(5) };
    assert_eq!(db.write(move |w| retention::deliveries(w, DeliveryId(shop.id(0)), ages, 100)).await, None);
    assert_eq!(kept(&db, shop).await, [old_pending, failed_old, failed, young]);
    let ages = DeliveryAges { handled: at(30), failed: at(20) };
    db.write(move |w| retention::deliveries(w, DeliveryId(shop.id(0)), ages, 100)).await;
    assert_eq!(kept(&db, shop).await, [old_pending, failed, young]);
}

async fn the_way_through_old_deliveries_goes_on_where_it_stopped(db: TestDb) {
    let shop = db.shop(1).await;
    delivery(&db, shop, 1, 1, DeliveryState::Pending).await;
    for k in 2..=5 {
        delivery(&db, shop, k, k.into(), DeliveryState::Done).await;
    }
    let ages = DeliveryAges { handled: at(5), failed: at(5) };
    let (mut after, mut rounds) = (Some(DeliveryId(shop.id(0))), 0);
    while let Some(from) = after {
        after = db.write(move |w| retention::deliveries(w, from, ages, 2)).await;
        rounds += 1;
    }
    assert_eq!(rounds, 3);
    assert_eq!(kept(&db, shop).await, [DeliveryId(shop.id(1)), DeliveryId(shop.id(5))]);
}

async fn events_at(db: &TestDb, shop: Shop, seconds: &'static [i64]) {
    for second in seconds {
        let event = NewEvent {
            kind: EventKind::MessageCreated,
            subject: Subject::default(),
            cause: Cause::System,
            at: at(*second),
        };
        db.write(move |w| events::append(w, shop.org, &event)).await;
    }
}

/// The moments and positions of all events that are kept, whether they are final or not.
async fn stream(db: &TestDb, shop: Shop) -> Vec<(i64, EventCursor)> {
    db.read(move |r| {
        let sql = "SELECT at, tx, number FROM events WHERE organization_id = $1 ORDER BY tx, number";
        r.query(sql, binds![shop.org])?
            .iter()
            .map(|row| {
                let cursor = EventCursor { tx: row.get(1)?, number: row.get(2)? };
                Ok((row.get::<i64>(0)? / 1_000_000, cursor))
            })
            .collect()
    })
    .await
}

async fn moments(db: &TestDb, shop: Shop) -> Vec<i64> {
    stream(db, shop).await.into_iter().map(|(second, _)| second).collect()
}

async fn old_events_go_and_the_newest_stays(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    events_at(&db, shop, &[1, 2, 3, 4]).await;
    events_at(&db, other, &[1]).await;
    assert_eq!(db.write(move |w| retention::events(w, shop.org, at(4), 2)).await, 2);
    assert_eq!(moments(&db, shop).await, [3, 4]);
    assert_eq!(db.write(move |w| retention::events(w, shop.org, at(100), 2)).await, 1);
    assert_eq!(db.write(move |w| retention::events(w, shop.org, at(100), 2)).await, 0);
    assert_eq!(moments(&db, shop).await, [4], "the newest says where the stream is");
    assert_eq!(moments(&db, other).await, [1]);
}

async fn events_wait_for_who_reads_along(db: TestDb) {
    let shop = db.shop(1).await;
    events_at(&db, shop, &[1, 2, 3, 4]).await;
    let read = stream(&db, shop).await[1].1;
    let reader = move |second: i64| {
        move |w: &mut store::Writer<'_>| {
            w.exec("DELETE FROM event_readers", binds![])?;
            let sql = "INSERT INTO event_readers (name, tx, number, at) VALUES ('nats', $1, $2, $3)";
            w.exec(sql, binds![read.tx, read.number, at(second)])
        }
    };
    db.write(reader(60)).await;
    assert_eq!(db.write(move |w| retention::events(w, shop.org, at(50), 9)).await, 2);
    assert_eq!(moments(&db, shop).await, [3, 4]);
    // One that hasn't moved for so long isn't waited for.
    db.write(reader(40)).await;
    assert_eq!(db.write(move |w| retention::events(w, shop.org, at(50), 9)).await, 1);
    assert_eq!(moments(&db, shop).await, [4]);
}

async fn who_comes_back_too_late_is_told_so(db: TestDb) {
    let shop = db.shop(1).await;
    let can_go_on = async |cursor| db.read(move |r| retention::events_resumable(r, shop.org, cursor)).await;
    assert!(can_go_on(EventCursor::default()).await);
    events_at(&db, shop, &[1, 2, 3, 4]).await;
    let all: Vec<EventCursor> = stream(&db, shop).await.into_iter().map(|(_, cursor)| cursor).collect();
    for cursor in [EventCursor::default(), all[0], all[3]] {
        assert!(can_go_on(cursor).await, "nothing was cleared away yet");
    }
    db.write(move |w| retention::events(w, shop.org, at(3), 9)).await;
    assert!(!can_go_on(EventCursor::default()).await);
    assert!(!can_go_on(all[0]).await);
    assert!(can_go_on(all[1]).await, "the last one that is gone had been seen");
    assert!(can_go_on(all[3]).await);
    let ahead = match db.db.dialect() {
        Dialect::Sqlite => EventCursor { number: 1_000, ..all[3] },
        Dialect::Postgres => EventCursor { tx: i64::MAX / 2, number: 1 },
    };
    assert!(!can_go_on(ahead).await, "from another time of the database");
}
