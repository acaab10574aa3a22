use crate::{home::TestDb, shop::at};
use model::id::MessageId;
use store::{
    Error,
    idempotency::{self, Seen},
    retention::{Passing, passing},
};

on_both! {
    a_repeated_key_finds_what_the_first_request_made
    a_key_is_used_once
    a_key_belongs_to_its_organization
    old_keys_are_forgotten
}

fn seen(k: u128) -> Seen {
    Seen { request_hash: vec![7; 32], message: MessageId(crate::shop::id(k)) }
}

async fn a_repeated_key_finds_what_the_first_request_made(db: TestDb) {
    let shop = db.shop(1).await;
    assert_eq!(db.read(move |r| idempotency::find(r, shop.org, "a")).await, None);
    db.write(move |w| idempotency::insert(w, shop.org, "a", &seen(1), at(1))).await;
    assert_eq!(db.read(move |r| idempotency::find(r, shop.org, "a")).await, Some(seen(1)));
    assert_eq!(db.read(move |r| idempotency::find(r, shop.org, "A")).await, None, "a key is taken literally");
}

async fn a_key_is_used_once(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| idempotency::insert(w, shop.org, "a", &seen(1), at(1))).await;
    let again = db.try_write(move |w| idempotency::insert(w, shop.org, "a", &seen(2), at(2))).await;
    assert_eq!(again, Err(Error::Conflict));
    assert_eq!(db.read(move |r| idempotency::find(r, shop.org, "a")).await, Some(seen(1)));
}

async fn a_key_belongs_to_its_organization(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    db.write(move |w| idempotency::insert(w, ours.org, "a", &seen(1), at(1))).await;
    assert_eq!(db.read(move |r| idempotency::find(r, theirs.org, "a")).await, None);
    db.write(move |w| idempotency::insert(w, theirs.org, "a", &seen(2), at(1))).await;
    assert_eq!(db.read(move |r| idempotency::find(r, ours.org, "a")).await, Some(seen(1)));
}

async fn old_keys_are_forgotten(db: TestDb) {
    let shop = db.shop(1).await;
    for (key, second) in [("a", 1), ("b", 2), ("c", 3)] {
        db.write(move |w| idempotency::insert(w, shop.org, key, &seen(1), at(second))).await;
    }
    assert_eq!(db.write(|w| passing(w, Passing::IdempotencyKeys, at(3), 9)).await, 2);
    assert_eq!(db.read(move |r| idempotency::find(r, shop.org, "a")).await, None);
    assert_eq!(db.read(move |r| idempotency::find(r, shop.org, "c")).await, Some(seen(1)));
}
