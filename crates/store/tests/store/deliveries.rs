use crate::{
    home::TestDb,
    shop::{Shop, at},
};
use model::{
    Timestamp,
    delivery::{Delivery, DeliveryState},
    id::DeliveryId,
};
use store::deliveries::{self, Waiting};

on_both! {
    a_delivery_waits_with_its_bytes_as_they_came
    the_oldest_due_deliveries_of_an_app_come_first
    a_handled_delivery_waits_no_longer
    deliveries_handled_together_end_together
    a_delivery_put_off_waits_until_its_moment
    a_replayed_delivery_is_as_if_it_had_just_come
    deliveries_are_listed_page_by_page_newest_first
    the_backlog_tells_how_many_wait_and_since_when
    the_oldest_waiting_delivery_of_an_app_tells_how_far_it_was_heard
    webhooks_flow_when_a_later_one_is_handled_and_none_before_it_waits
    a_waiting_delivery_behind_many_newer_ones_is_not_overlooked
    another_organizations_delivery_is_not_found
}

const BODY: &[u8] = b"\x00{\"object\":\xff}";

async fn add(db: &TestDb, shop: Shop, k: u32, received: i64) -> DeliveryId {
    let id = DeliveryId(shop.id(k.into()));
    db.write(move |w| deliveries::insert(w, id, shop.org, shop.app, BODY, at(received))).await;
    id
}

async fn finish(db: &TestDb, shop: Shop, id: DeliveryId, state: DeliveryState) {
    db.write(move |w| deliveries::finish(w, shop.org, id, state, Some("messages: 1"), None, at(900))).await;
}

async fn waiting(db: &TestDb, now: i64, limit: usize, bytes: usize) -> Vec<Waiting> {
    let waiting = db.read(move |r| {
        let apps = deliveries::apps_waiting(r, at(now))?;
        let of = |app| deliveries::waiting(r, app, at(now), limit, bytes);
        Ok(apps.into_iter().map(of).collect::<Result<Vec<_>, _>>()?.concat())
    });
    waiting.await
}

async fn ids(db: &TestDb, now: i64) -> Vec<DeliveryId> {
    waiting(db, now, 100, 1_000_000).await.into_iter().map(|w| w.id).collect()
}

async fn stored(db: &TestDb, shop: Shop, id: DeliveryId) -> Delivery {
    db.read(move |r| deliveries::get(r, shop.org, id)).await.unwrap().0
}

async fn a_delivery_waits_with_its_bytes_as_they_came(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, 1, 10).await;
    let expected = Waiting {
        id,
        organization_id: shop.org,
        meta_app_id: shop.app,
        received_at: at(10),
        attempts: 0,
        body: BODY.to_vec(),
    };
    assert_eq!(waiting(&db, 10, 5, 1_000_000).await, [expected]);
    let (delivery, body) = db.read(move |r| deliveries::get(r, shop.org, id)).await.unwrap();
    assert_eq!(body, BODY);
    let expected = Delivery {
        id,
        state: DeliveryState::Pending,
        received_at: at(10),
        processed_at: None,
        attempts: 0,
        error: None,
        summary: None,
        size: BODY.len() as u64,
    };
    assert_eq!(delivery, expected);
}

async fn the_oldest_due_deliveries_of_an_app_come_first(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    let a = add(&db, shop, 1, 11).await;
    let b = add(&db, shop, 2, 10).await;
    let c = add(&db, shop, 3, 12).await;
    assert_eq!(ids(&db, 12).await, [a, b, c]);
    assert_eq!(ids(&db, 11).await, [a, b], "what comes later is not due yet");
    let two: Vec<_> = waiting(&db, 12, 2, 1_000_000).await.into_iter().map(|w| w.id).collect();
    assert_eq!(two, [a, b]);
    for (bytes, many) in [(1, 1), (BODY.len(), 1), (BODY.len() + 1, 2), (3 * BODY.len(), 3)] {
        assert_eq!(
            waiting(&db, 12, 5, bytes).await.len(),
            many,
            "{bytes} bytes bring {many}, and never none"
        );
    }
    let apps = async |now| db.read(move |r| deliveries::apps_waiting(r, at(now))).await;
    assert_eq!(apps(9).await, []);
    assert_eq!(apps(10).await, [shop.app]);
    let d = add(&db, other, 1, 10).await;
    assert_eq!(apps(10).await.len(), 2);
    let theirs = db.read(move |r| deliveries::waiting(r, other.app, at(12), 10, 1_000_000)).await;
    assert_eq!(theirs.into_iter().map(|w| w.id).collect::<Vec<_>>(), [d], "only the app's own");
}

async fn a_handled_delivery_waits_no_longer(db: TestDb) {
    let shop = db.shop(1).await;
    let states =
        [DeliveryState::Done, DeliveryState::Unrouted, DeliveryState::Malformed, DeliveryState::Failed];
    for (k, state) in (1..).zip(states) {
        let id = add(&db, shop, k, 10).await;
        db.write(move |w| {
            deliveries::finish(w, shop.org, id, state, Some("statuses: 1"), Some("why"), at(20))
        })
        .await;
        let kept = stored(&db, shop, id).await;
        assert_eq!((kept.state, kept.attempts, kept.processed_at), (state, 1, Some(at(20))));
        assert_eq!((kept.summary.as_deref(), kept.error.as_deref()), (Some("statuses: 1"), Some("why")));
    }
    assert_eq!(ids(&db, 1_000).await, []);
}

async fn deliveries_handled_together_end_together(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    let mut ours = Vec::new();
    for k in 1..=5 {
        ours.push(add(&db, shop, k, k.into()).await);
    }
    let theirs = add(&db, other, 1, 1).await;
    let all: Vec<DeliveryId> = ours[..3].iter().copied().chain([theirs]).collect();
    db.write(move |w| {
        deliveries::finish_all(w, shop.org, &[], "nothing", at(9))?;
        deliveries::finish_all(w, shop.org, &all, "read: 1", at(9))
    })
    .await;
    assert_eq!(ids(&db, 100).await, [&ours[3..], &[theirs]].concat(), "neither the rest nor another's");
    let done = stored(&db, shop, ours[0]).await;
    assert_eq!((done.state, done.summary.as_deref()), (DeliveryState::Done, Some("read: 1")));
    assert_eq!((done.processed_at, done.attempts), (Some(at(9)), 1));
}

async fn a_delivery_put_off_waits_until_its_moment(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, 1, 10).await;
    db.write(move |w| deliveries::put_off(w, shop.org, id, at(50), "locked")).await;
    assert_eq!(ids(&db, 49).await, []);
    let again = waiting(&db, 50, 5, 1_000_000).await;
    assert_eq!(again.iter().map(|w| (w.id, w.attempts)).collect::<Vec<_>>(), [(id, 1)]);
    let kept = stored(&db, shop, id).await;
    assert_eq!((kept.state, kept.error.as_deref()), (DeliveryState::Pending, Some("locked")));
}

async fn a_replayed_delivery_is_as_if_it_had_just_come(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, 1, 10).await;
    db.write(move |w| deliveries::put_off(w, shop.org, id, at(50), "locked")).await;
    finish(&db, shop, id, DeliveryState::Failed).await;
    assert!(db.write(move |w| deliveries::replay(w, shop.org, id, at(1_000))).await);
    assert_eq!(ids(&db, 999).await, []);
    assert_eq!(ids(&db, 1_000).await, [id]);
    let kept = stored(&db, shop, id).await;
    assert_eq!((kept.state, kept.attempts), (DeliveryState::Pending, 0));
    assert_eq!((kept.error, kept.processed_at, kept.received_at), (None, None, at(10)));
    let none = db.write(move |w| deliveries::replay(w, shop.org, DeliveryId(shop.id(9)), at(1_000))).await;
    assert!(!none);
}

async fn deliveries_are_listed_page_by_page_newest_first(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    add(&db, other, 1, 10).await;
    for k in 1..=7 {
        let id = add(&db, shop, k, 10).await;
        if k % 2 == 0 {
            finish(&db, shop, id, DeliveryState::Done).await;
        }
    }
    let expect = |ks: &[u128]| ks.iter().map(|k| DeliveryId(shop.id(*k))).collect::<Vec<_>>();
    for limit in 1..=8 {
        for (state, ks) in [
            (None, expect(&[7, 6, 5, 4, 3, 2, 1])),
            (Some(DeliveryState::Done), expect(&[6, 4, 2])),
            (Some(DeliveryState::Failed), vec![]),
        ] {
            let all = db.walk(limit, move |r, page| deliveries::list(r, shop.org, state, page)).await;
            assert_eq!(all.iter().map(|d| d.id).collect::<Vec<_>>(), ks);
            assert!(all.iter().all(|d| d.size == BODY.len() as u64));
        }
    }
}

async fn the_backlog_tells_how_many_wait_and_since_when(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    assert_eq!(db.read(deliveries::backlog).await, (0, None));
    let oldest = add(&db, shop, 1, 10).await;
    add(&db, shop, 2, 20).await;
    add(&db, other, 1, 30).await;
    assert_eq!(db.read(deliveries::backlog).await, (3, Some(at(10))));
    finish(&db, shop, oldest, DeliveryState::Done).await;
    assert_eq!(db.read(deliveries::backlog).await, (2, Some(at(20))));
}

async fn flowed(db: &TestDb, shop: Shop, since: i64) -> bool {
    db.read(move |r| deliveries::flowed_since(r, shop.org, shop.app, at(since))).await
}

async fn the_oldest_waiting_delivery_of_an_app_tells_how_far_it_was_heard(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    let oldest = async || db.read(move |r| deliveries::oldest_waiting(r, shop.app)).await;
    add(&db, other, 1, 1).await;
    assert_eq!(oldest().await, None);
    let first = add(&db, shop, 1, 5).await;
    add(&db, shop, 2, 6).await;
    assert_eq!(oldest().await, Some(at(5)));
    finish(&db, shop, first, DeliveryState::Done).await;
    assert_eq!(oldest().await, Some(at(6)));
}

async fn webhooks_flow_when_a_later_one_is_handled_and_none_before_it_waits(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    assert!(!flowed(&db, shop, 0).await, "nothing came");
    let first = add(&db, shop, 1, 10).await;
    assert!(!flowed(&db, shop, 5).await, "it waits");
    finish(&db, shop, first, DeliveryState::Done).await;
    assert!(flowed(&db, shop, 5).await);
    assert!(!flowed(&db, shop, 10).await, "it came no later");
    let another_app = model::id::MetaAppId(uuid::Uuid::from_u128(77));
    let through_it = db.read(move |r| deliveries::flowed_since(r, shop.org, another_app, at(5))).await;
    assert!(!through_it, "another app's webhooks tell nothing");
    assert!(!flowed(&db, other, 5).await, "another organization's webhooks tell nothing");

    let second = add(&db, shop, 2, 20).await;
    let third = add(&db, shop, 3, 30).await;
    finish(&db, shop, third, DeliveryState::Done).await;
    assert!(!flowed(&db, shop, 15).await, "one that came before the handled one waits");
    finish(&db, shop, second, DeliveryState::Failed).await;
    assert!(!flowed(&db, shop, 15).await, "one that was set aside may hold what is looked for");
    assert!(db.write(move |w| deliveries::replay(w, shop.org, second, at(31))).await);
    finish(&db, shop, second, DeliveryState::Done).await;
    assert!(flowed(&db, shop, 15).await);
    add(&db, shop, 4, 40).await;
    assert!(flowed(&db, shop, 15).await, "under steady load the newest always waits");
    assert!(!flowed(&db, shop, 30).await);
}

async fn a_waiting_delivery_behind_many_newer_ones_is_not_overlooked(db: TestDb) {
    let shop = db.shop(1).await;
    let stuck = add(&db, shop, 1, 10).await;
    db.write(move |w| {
        for k in 2..=300 {
            let id = DeliveryId(shop.id(k));
            deliveries::insert(w, id, shop.org, shop.app, BODY, at(20))?;
            deliveries::finish(w, shop.org, id, DeliveryState::Done, None, None, at(21))?;
        }
        Ok(())
    })
    .await;
    assert!(!flowed(&db, shop, 5).await);
    finish(&db, shop, stuck, DeliveryState::Done).await;
    assert!(flowed(&db, shop, 5).await);
}

async fn another_organizations_delivery_is_not_found(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    let id = add(&db, ours, 1, 10).await;
    let before = stored(&db, ours, id).await;
    let org = theirs.org;
    assert_eq!(db.read(move |r| deliveries::get(r, org, id)).await, None);
    db.write(move |w| deliveries::finish(w, org, id, DeliveryState::Done, None, None, at(20))).await;
    db.write(move |w| deliveries::put_off(w, org, id, Timestamp::MAX, "mallory")).await;
    assert!(!db.write(move |w| deliveries::replay(w, org, id, at(20))).await);
    assert_eq!(stored(&db, ours, id).await, before);
    assert_eq!(ids(&db, 10).await, [id]);
}
