use crate::{
    home::TestDb,
    shop::{Shop, at},
};
use model::{
    id::{MetaAppId, NodeId, PhoneNumberId},
    phone_number::{LaneState, PhoneNumber},
};
use store::{
    Error,
    outbound::{self, Priority},
    phone_numbers::{self, Credentials, MetaApp},
};

on_both! {
    an_app_given_again_keeps_its_id_and_takes_the_new_secrets
    a_number_is_connected_once_in_the_whole_installation
    numbers_are_listed_page_by_page_oldest_first
    a_number_is_found_only_through_its_own_app
    credentials_come_from_the_number_and_its_app
    a_lane_is_parked_until_a_moment_and_let_run_again
    numbers_with_anything_to_send_or_to_settle_are_found
    another_organizations_number_is_not_found
}

fn second(shop: Shop) -> PhoneNumber {
    PhoneNumber { id: PhoneNumberId(shop.id(1)), phone_number_id: "601".into(), ..shop.sending_number() }
}

async fn an_app_given_again_keeps_its_id_and_takes_the_new_secrets(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    let again = MetaApp {
        id: MetaAppId(shop.id(9)),
        app_secret: "new secret".into(),
        verify_token: "new token".into(),
        ..shop.meta_app()
    };
    let given = again.clone();
    let id = db.write(move |w| phone_numbers::upsert_app(w, &given, at(1))).await;
    assert_eq!(id, shop.app);
    let all = db.read(phone_numbers::apps).await;
    assert!(all == [MetaApp { id: shop.app, ..again }, other.meta_app()]);
}

async fn a_number_is_connected_once_in_the_whole_installation(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    let stolen = PhoneNumber { phone_number_id: ours.sending_number().phone_number_id, ..second(theirs) };
    let taken = db.try_write(move |w| phone_numbers::insert(w, &stolen, "token")).await;
    assert_eq!(taken, Err(Error::Conflict));
}

async fn numbers_are_listed_page_by_page_oldest_first(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    let expected: Vec<PhoneNumber> = (0..5)
        .map(|k: u8| PhoneNumber {
            id: PhoneNumberId(shop.id(k.into())),
            phone_number_id: if k == 0 { "6001".into() } else { format!("61{k}") },
            ..shop.sending_number()
        })
        .collect();
    for number in expected.clone().into_iter().skip(1) {
        db.write(move |w| phone_numbers::insert(w, &number, "token")).await;
    }
    for limit in 1..=6 {
        assert_eq!(db.walk(limit, move |r, page| phone_numbers::list(r, shop.org, page)).await, expected);
    }
    let theirs = db.walk(2, move |r, page| phone_numbers::list(r, other.org, page)).await;
    assert_eq!(theirs, [other.sending_number()]);
}

async fn a_number_is_found_only_through_its_own_app(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    let found = db.read(move |r| phone_numbers::by_meta_id(r, ours.app, "6001")).await;
    assert_eq!(found, Some(ours.sending_number()));
    assert_eq!(db.read(move |r| phone_numbers::by_meta_id(r, theirs.app, "6001")).await, None);
    assert_eq!(db.read(move |r| phone_numbers::by_meta_id(r, ours.app, "6009")).await, None);
}

async fn credentials_come_from_the_number_and_its_app(db: TestDb) {
    let shop = db.shop(1).await;
    let expected = Credentials {
        phone_number_id: "6001".into(),
        waba_id: "700".into(),
        access_token: "token".into(),
        app_secret: "secret".into(),
        meta_app_id: shop.app,
    };
    let found = db.read(move |r| phone_numbers::credentials(r, shop.org, shop.phone_number)).await;
    assert!(found.as_ref() == Some(&expected));
    let shown = format!("{found:?} {:?}", shop.meta_app());
    assert!(!shown.contains("token") && !shown.contains("secret"), "{shown}");
}

async fn get(db: &TestDb, shop: Shop) -> PhoneNumber {
    db.read(move |r| phone_numbers::get(r, shop.org, shop.phone_number)).await.unwrap()
}

async fn a_lane_is_parked_until_a_moment_and_let_run_again(db: TestDb) {
    let shop = db.shop(1).await;
    assert_eq!(get(&db, shop).await, shop.sending_number());
    db.write(move |w| phone_numbers::park(w, shop.org, shop.phone_number, "190: expired", at(50))).await;
    let parked = LaneState::Parked { reason: "190: expired".into(), until: at(50) };
    assert_eq!(get(&db, shop).await.lane, parked);
    assert!(db.write(move |w| phone_numbers::unpark(w, shop.org, shop.phone_number)).await);
    assert!(!db.write(move |w| phone_numbers::unpark(w, shop.org, shop.phone_number)).await, "it ran");
    assert_eq!(get(&db, shop).await, shop.sending_number());
}

async fn numbers_with_anything_to_send_or_to_settle_are_found(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    let busy = async || {
        let all = db.read(phone_numbers::with_outbound).await;
        all.into_iter().map(|n| n.id).collect::<Vec<_>>()
    };
    assert_eq!(busy().await, []);
    let outgoing = shop.outgoing(1, 1);
    let id = outgoing.message_id;
    db.write(move |w| outbound::insert(w, &outgoing, &Priority::Reply.into(), at(0))).await;
    assert_eq!(busy().await, [shop.phone_number], "queued");
    db.write(move |w| outbound::intend(w, shop.org, &[id], NodeId(shop.id(1)), at(1))).await;
    assert_eq!(busy().await, [shop.phone_number], "in flight");
    db.write(move |w| outbound::mark_unknown(w, shop.org, id, at(2))).await;
    assert_eq!(busy().await, [shop.phone_number], "unknown");
    db.write(move |w| outbound::settle(w, shop.org, id, outbound::SettledBy::Answer, at(3))).await;
    assert_eq!(busy().await, [], "settled");
    let theirs = other.outgoing(1, 1);
    db.write(move |w| outbound::insert(w, &theirs, &Priority::Reply.into(), at(0))).await;
    assert_eq!(busy().await, [other.phone_number], "numbers of every organization");
}

async fn another_organizations_number_is_not_found(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    let (org, id) = (theirs.org, ours.phone_number);
    assert_eq!(db.read(move |r| phone_numbers::get(r, org, id)).await, None);
    assert!(db.read(move |r| phone_numbers::credentials(r, org, id)).await.is_none());
    db.write(move |w| phone_numbers::park(w, org, id, "mallory", at(500))).await;
    assert_eq!(get(&db, ours).await.lane, LaneState::Active);
    db.write(move |w| phone_numbers::park(w, ours.org, id, "190", at(500))).await;
    assert!(!db.write(move |w| phone_numbers::unpark(w, org, id)).await);
    assert_ne!(get(&db, ours).await.lane, LaneState::Active);
}
