use crate::{
    home::TestDb,
    shop::{Shop, at},
};
use model::id::DeliveryId;
use serde_json::json;
use store::statuses::{self, Early};

on_both! {
    early_statuses_wait_for_their_message_and_are_taken_once
    an_early_status_that_comes_again_is_one
    early_statuses_belong_to_a_number_and_an_organization
}

fn early(shop: Shop, key: &str) -> Early {
    Early {
        status_key: key.to_owned(),
        delivery_id: DeliveryId(shop.id(4)),
        report: json!({"status": key, "errors": [{"code": 131_026}]}),
    }
}

async fn keep(db: &TestDb, shop: Shop, wamid: &'static str, early: Early) {
    db.write(move |w| statuses::keep(w, shop.org, shop.phone_number, wamid, &early, at(1))).await;
}

/// The order means nothing: states are a lattice.
async fn take(db: &TestDb, shop: Shop, wamid: &'static str) -> Vec<Early> {
    let mut all = db.write(move |w| statuses::take(w, shop.org, shop.phone_number, wamid)).await;
    all.sort_by(|a, b| a.status_key.cmp(&b.status_key));
    all
}

async fn early_statuses_wait_for_their_message_and_are_taken_once(db: TestDb) {
    let shop = db.shop(1).await;
    for (wamid, key) in [("wamid.1", "sent"), ("wamid.1", "delivered"), ("wamid.2", "sent")] {
        keep(&db, shop, wamid, early(shop, key)).await;
    }
    assert_eq!(db.read(move |r| statuses::count(r, shop.org)).await, 3);
    assert_eq!(take(&db, shop, "wamid.1").await, [early(shop, "delivered"), early(shop, "sent")]);
    assert_eq!(take(&db, shop, "wamid.1").await, []);
    assert_eq!(db.read(move |r| statuses::count(r, shop.org)).await, 1);
}

async fn an_early_status_that_comes_again_is_one(db: TestDb) {
    let shop = db.shop(1).await;
    keep(&db, shop, "wamid.1", early(shop, "sent")).await;
    let again = Early { delivery_id: DeliveryId(shop.id(5)), ..early(shop, "sent") };
    keep(&db, shop, "wamid.1", again).await;
    assert_eq!(take(&db, shop, "wamid.1").await, [early(shop, "sent")]);
}

async fn early_statuses_belong_to_a_number_and_an_organization(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    keep(&db, ours, "wamid.1", early(ours, "sent")).await;
    assert_eq!(take(&db, theirs, "wamid.1").await, []);
    let foreign = db.write(move |w| statuses::take(w, theirs.org, ours.phone_number, "wamid.1")).await;
    assert_eq!(foreign, []);
    assert_eq!(db.read(move |r| statuses::count(r, theirs.org)).await, 0);
    assert_eq!(take(&db, ours, "wamid.1").await, [early(ours, "sent")]);
}
