use crate::{
    home::TestDb,
    shop::{Shop, at},
};
use model::{
    account::{ApiKey, Role, User},
    id::{ApiKeyId, UserId},
};
use store::{
    Error,
    accounts::{self, NewSession},
    retention::{Passing, passing},
};

on_both! {
    nobody_can_sign_in_before_there_is_somebody
    every_organization_is_listed_for_system_jobs
    an_email_address_is_one_person_in_the_whole_installation
    sign_in_finds_person_organization_and_hash_by_email
    people_are_listed_page_by_page_oldest_first
    a_session_lasts_until_its_moment
    a_session_ends_when_asked
    ended_sessions_are_forgotten
    a_key_is_its_organizations_until_revoked
    keys_are_listed_page_by_page_with_their_revocation
    another_organizations_people_and_keys_are_not_found
}

async fn nobody_can_sign_in_before_there_is_somebody(db: TestDb) {
    assert!(!db.read(accounts::any_user).await);
    db.shop(1).await;
    assert!(db.read(accounts::any_user).await);
}

async fn every_organization_is_listed_for_system_jobs(db: TestDb) {
    let (first, second) = (db.shop(1).await, db.shop(2).await);
    assert_eq!(db.read(accounts::organizations).await, [first.organization(), second.organization()]);
}

fn colleague(shop: Shop, k: u128) -> User {
    User {
        id: UserId(shop.id(k)),
        name: format!("Agent {k}"),
        email: format!("agent{k}@shop{}.example", shop.number),
        role: Role::Agent,
        created_at: at(7),
    }
}

async fn an_email_address_is_one_person_in_the_whole_installation(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    let twin = User { email: ours.person().email, ..colleague(theirs, 5) };
    let taken = db.try_write(move |w| accounts::insert_user(w, theirs.org, &twin, "hash")).await;
    assert_eq!(taken, Err(Error::Conflict));
    assert_eq!(db.read(move |r| accounts::user_by_id(r, theirs.org, UserId(theirs.id(5)))).await, None);
}

async fn sign_in_finds_person_organization_and_hash_by_email(db: TestDb) {
    let shop = db.shop(1).await;
    let found = db.read(|r| accounts::credentials(r, "eva@shop1.example")).await;
    assert_eq!(found, Some((shop.person(), shop.organization(), "hash".to_owned())));
    assert_eq!(db.read(|r| accounts::credentials(r, "nobody@shop1.example")).await, None);
}

async fn people_are_listed_page_by_page_oldest_first(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    for k in 1..=4 {
        db.write(move |w| accounts::insert_user(w, shop.org, &colleague(shop, k), "hash")).await;
    }
    let expected: Vec<User> =
        std::iter::once(shop.person()).chain((1..=4).map(|k| colleague(shop, k))).collect();
    for limit in 1..=6 {
        assert_eq!(db.walk(limit, move |r, page| accounts::users(r, shop.org, page)).await, expected);
    }
    assert_eq!(db.walk(2, move |r, page| accounts::users(r, other.org, page)).await, [other.person()]);
    let found = db.read(move |r| accounts::user_by_id(r, shop.org, UserId(shop.id(3)))).await;
    assert_eq!(found, Some(colleague(shop, 3)));
}

fn session(shop: Shop, token: u8, expires_at: i64) -> NewSession {
    NewSession {
        token_hash: vec![token; 32],
        organization_id: shop.org,
        user_id: shop.user,
        csrf_token: format!("csrf {token}"),
        created_at: at(0),
        expires_at: at(expires_at),
    }
}

async fn a_session_lasts_until_its_moment(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| accounts::insert_session(w, &session(shop, 1, 100))).await;
    let signed_in = db.read(|r| accounts::session(r, &[1; 32], at(99))).await.unwrap();
    assert_eq!(signed_in.user, shop.person());
    assert_eq!(signed_in.organization, shop.organization());
    assert_eq!(signed_in.csrf_token, "csrf 1");
    assert_eq!(db.read(|r| accounts::session(r, &[1; 32], at(100))).await, None);
    assert_eq!(db.read(|r| accounts::session(r, &[2; 32], at(0))).await, None);
}

async fn a_session_ends_when_asked(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| accounts::insert_session(w, &session(shop, 1, 100))).await;
    db.write(move |w| accounts::insert_session(w, &session(shop, 2, 100))).await;
    db.write(|w| accounts::delete_session(w, &[1; 32])).await;
    assert_eq!(db.read(|r| accounts::session(r, &[1; 32], at(1))).await, None);
    assert!(db.read(|r| accounts::session(r, &[2; 32], at(1))).await.is_some());
}

async fn ended_sessions_are_forgotten(db: TestDb) {
    let shop = db.shop(1).await;
    for (token, end) in [(1, 10), (2, 20), (3, 30)] {
        db.write(move |w| accounts::insert_session(w, &session(shop, token, end))).await;
    }
    assert_eq!(db.write(|w| passing(w, Passing::Sessions, at(20), 9)).await, 2);
    assert_eq!(db.write(|w| passing(w, Passing::Sessions, at(20), 9)).await, 0);
    assert!(db.read(|r| accounts::session(r, &[3; 32], at(20))).await.is_some());
}

fn key(shop: Shop, k: u8) -> ApiKey {
    ApiKey {
        id: ApiKeyId(shop.id(k.into())),
        name: format!("key {k}"),
        hint: "wp_ab".into(),
        created_at: at(k.into()),
        revoked_at: None,
    }
}

async fn a_key_is_its_organizations_until_revoked(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| accounts::insert_api_key(w, shop.org, &key(shop, 1), &[1; 32])).await;
    let owner = db.read(|r| accounts::api_key_owner(r, &[1; 32])).await;
    assert_eq!(owner, Some((key(shop, 1), shop.organization())));
    assert_eq!(db.read(|r| accounts::api_key_owner(r, &[2; 32])).await, None);
    let twin = db.try_write(move |w| accounts::insert_api_key(w, shop.org, &key(shop, 2), &[1; 32])).await;
    assert_eq!(twin, Err(Error::Conflict));
    let id = key(shop, 1).id;
    assert!(db.write(move |w| accounts::revoke_api_key(w, shop.org, id, at(9))).await);
    assert!(!db.write(move |w| accounts::revoke_api_key(w, shop.org, id, at(10))).await);
    assert_eq!(db.read(|r| accounts::api_key_owner(r, &[1; 32])).await, None);
}

async fn keys_are_listed_page_by_page_with_their_revocation(db: TestDb) {
    let shop = db.shop(1).await;
    for k in 1..=5 {
        db.write(move |w| accounts::insert_api_key(w, shop.org, &key(shop, k), &[k; 32])).await;
    }
    db.write(move |w| accounts::revoke_api_key(w, shop.org, key(shop, 2).id, at(50))).await;
    let mut expected: Vec<ApiKey> = (1..=5).map(|k| key(shop, k)).collect();
    expected[1].revoked_at = Some(at(50));
    for limit in 1..=6 {
        assert_eq!(db.walk(limit, move |r, page| accounts::api_keys(r, shop.org, page)).await, expected);
    }
}

async fn another_organizations_people_and_keys_are_not_found(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    db.write(move |w| accounts::insert_api_key(w, ours.org, &key(ours, 1), &[1; 32])).await;
    assert_eq!(db.read(move |r| accounts::user_by_id(r, theirs.org, ours.user)).await, None);
    assert_eq!(db.walk(5, move |r, page| accounts::api_keys(r, theirs.org, page)).await, []);
    let id = key(ours, 1).id;
    assert!(!db.write(move |w| accounts::revoke_api_key(w, theirs.org, id, at(9))).await);
    assert!(db.read(|r| accounts::api_key_owner(r, &[1; 32])).await.is_some());
    // A session in an organization that the person does not belong to opens nothing.
    let stray = NewSession { organization_id: theirs.org, ..session(ours, 7, 100) };
    db.write(move |w| accounts::insert_session(w, &stray)).await;
    assert_eq!(db.read(|r| accounts::session(r, &[7; 32], at(1))).await, None);
}
