use crate::{
    home::TestDb,
    shop::{Shop, at, bsuid, phone, username},
};
use model::{
    contact::{Contact, Identity, IdentityKind, Sighting},
    id::ContactId,
};
use std::collections::HashSet;
use store::contacts::{self, Sighted};

on_both! {
    an_old_sighting_brings_back_no_old_name
    an_unknown_person_becomes_a_contact_with_every_identity
    a_known_person_seen_again_changes_nothing
    a_bsuid_decides_before_a_phone_number
    a_person_known_by_phone_is_known_by_bsuid_afterwards
    a_person_who_hides_the_phone_number_is_still_the_same_person
    a_parent_bsuid_finds_the_person
    a_username_never_tells_who_somebody_is
    a_changed_username_replaces_the_old_one
    a_username_moves_to_the_person_who_has_it_now
    an_identity_without_value_is_no_identity
    the_profile_name_is_followed_until_an_agent_writes_another
    the_same_phone_number_is_another_contact_in_another_organization
    an_identity_is_taken_in_one_organization_only
    another_organizations_contact_is_not_found
    a_name_with_the_letter_nul_is_kept_without_it
}

async fn sight(db: &TestDb, shop: Shop, identities: &[Identity], name: Option<&str>, new: u32) -> Sighted {
    let sighting = Sighting { identities: identities.to_vec(), name: name.map(str::to_owned), at: None };
    db.write(move |w| contacts::sight(w, shop.org, &sighting, ContactId(shop.id(new.into())), at(new.into())))
        .await
}

async fn stored(db: &TestDb, shop: Shop, id: ContactId) -> Contact {
    db.read(move |r| contacts::get(r, shop.org, id)).await.unwrap()
}

fn identities(contact: &Contact) -> HashSet<Identity> {
    let all: HashSet<_> = contact.identities.iter().cloned().collect();
    assert_eq!(all.len(), contact.identities.len(), "an identity is there twice");
    all
}

fn set<const N: usize>(identities: [Identity; N]) -> HashSet<Identity> {
    HashSet::from(identities)
}

async fn an_unknown_person_becomes_a_contact_with_every_identity(db: TestDb) {
    let shop = db.shop(1).await;
    let shown = [bsuid("ES.1"), phone("34611"), username("bea")];
    let seen = sight(&db, shop, &shown, Some("Bea"), 5).await;
    assert!(seen.changed);
    assert_eq!(seen.contact.id, ContactId(shop.id(5)));
    let contact = stored(&db, shop, seen.contact.id).await;
    assert_eq!((contact.name.as_str(), contact.created_at, contact.updated_at), ("Bea", at(5), at(5)));
    assert_eq!(identities(&contact), HashSet::from(shown));
    assert_eq!(identities(&seen.contact), identities(&contact));
}

async fn a_known_person_seen_again_changes_nothing(db: TestDb) {
    let shop = db.shop(1).await;
    let shown = [bsuid("ES.1"), phone("34611"), username("bea")];
    let first = sight(&db, shop, &shown, Some("Bea"), 5).await;
    let again = sight(&db, shop, &shown, Some("Bea"), 6).await;
    assert!(!again.changed);
    assert_eq!(again.contact, stored(&db, shop, first.contact.id).await);
    assert_eq!(again.contact.updated_at, at(5));
}

async fn a_bsuid_decides_before_a_phone_number(db: TestDb) {
    let shop = db.shop(1).await;
    let bea = sight(&db, shop, &[bsuid("ES.1")], Some("Bea"), 5).await.contact;
    let carl = sight(&db, shop, &[phone("34622")], Some("Carl"), 6).await.contact;
    // Bea now shows the number that we know as Carl's: she stays herself, and the number stays where it is.
    let seen = sight(&db, shop, &[phone("34622"), bsuid("ES.1")], Some("Bea"), 7).await;
    assert_eq!(seen.contact.id, bea.id);
    assert!(!seen.changed);
    assert_eq!(identities(&stored(&db, shop, bea.id).await), set([bsuid("ES.1")]));
    assert_eq!(identities(&stored(&db, shop, carl.id).await), set([phone("34622")]));
}

async fn a_person_known_by_phone_is_known_by_bsuid_afterwards(db: TestDb) {
    let shop = db.shop(1).await;
    let seen = sight(&db, shop, &[phone("34600000001"), bsuid("ES.9")], None, 5).await;
    assert!(seen.changed);
    assert_eq!(seen.contact.id, shop.contact);
    let contact = stored(&db, shop, shop.contact).await;
    assert_eq!(identities(&contact), set([phone("34600000001"), bsuid("ES.9")]));
    assert_eq!(contact.updated_at, at(5), "a learned identity is a change");
    let found = db.read(move |r| contacts::by_identity(r, shop.org, &bsuid("ES.9"))).await;
    assert_eq!(found, Some(contact));
}

async fn a_person_who_hides_the_phone_number_is_still_the_same_person(db: TestDb) {
    let shop = db.shop(1).await;
    let before = sight(&db, shop, &[bsuid("ES.1"), phone("34611")], Some("Bea"), 5).await.contact;
    let hidden = sight(&db, shop, &[bsuid("ES.1"), username("bea")], Some("Bea"), 6).await.contact;
    assert_eq!(hidden.id, before.id);
    let known = identities(&stored(&db, shop, before.id).await);
    assert_eq!(known, set([bsuid("ES.1"), phone("34611"), username("bea")]));
}

async fn a_parent_bsuid_finds_the_person(db: TestDb) {
    let shop = db.shop(1).await;
    let parent = Identity::new(IdentityKind::ParentBsuid, "ES.ENT.1");
    let first = sight(&db, shop, &[bsuid("ES.1"), parent.clone()], None, 5).await.contact;
    let seen = sight(&db, shop, &[bsuid("ES.2"), parent.clone()], None, 6).await;
    assert_eq!(seen.contact.id, first.id);
    let known = identities(&stored(&db, shop, first.id).await);
    assert_eq!(known, set([bsuid("ES.1"), bsuid("ES.2"), parent]));
}

async fn a_username_never_tells_who_somebody_is(db: TestDb) {
    let shop = db.shop(1).await;
    let first = sight(&db, shop, &[bsuid("ES.1"), username("bea")], None, 5).await.contact;
    let second = sight(&db, shop, &[bsuid("ES.2"), username("bea")], None, 6).await.contact;
    assert_ne!(first.id, second.id);
}

async fn a_changed_username_replaces_the_old_one(db: TestDb) {
    let shop = db.shop(1).await;
    let bea = sight(&db, shop, &[bsuid("ES.1"), username("bea")], None, 5).await.contact;
    let seen = sight(&db, shop, &[bsuid("ES.1"), username("bea.b")], None, 6).await;
    assert!(seen.changed);
    assert_eq!(identities(&seen.contact), set([bsuid("ES.1"), username("bea.b")]));
    assert_eq!(identities(&stored(&db, shop, bea.id).await), identities(&seen.contact));
}

async fn a_username_moves_to_the_person_who_has_it_now(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    let theirs = sight(&db, other, &[bsuid("ES.1"), username("bea")], None, 5).await.contact;
    let before = sight(&db, shop, &[bsuid("ES.1"), username("bea")], None, 5).await.contact;
    let now = sight(&db, shop, &[bsuid("ES.2"), username("bea")], None, 6).await.contact;
    assert_eq!(identities(&stored(&db, shop, before.id).await), set([bsuid("ES.1")]));
    assert_eq!(identities(&stored(&db, shop, now.id).await), set([bsuid("ES.2"), username("bea")]));
    let elsewhere = identities(&stored(&db, other, theirs.id).await);
    assert_eq!(
        elsewhere,
        set([bsuid("ES.1"), username("bea")]),
        "another organization's contact lost its username"
    );
}

async fn an_identity_without_value_is_no_identity(db: TestDb) {
    let shop = db.shop(1).await;
    let seen = sight(&db, shop, &[bsuid("ES.1"), phone("")], None, 5).await.contact;
    assert_eq!(identities(&stored(&db, shop, seen.id).await), set([bsuid("ES.1")]));
    assert_eq!(db.read(move |r| contacts::by_identity(r, shop.org, &phone(""))).await, None);
}

async fn the_profile_name_is_followed_until_an_agent_writes_another(db: TestDb) {
    let shop = db.shop(1).await;
    let shown = [phone("34600000001")];
    let renamed = sight(&db, shop, &shown, Some("Ana María"), 5).await;
    assert!(renamed.changed);
    assert_eq!(renamed.contact, stored(&db, shop, shop.contact).await);
    assert_eq!(renamed.contact.name, "Ana María");
    assert!(!sight(&db, shop, &shown, Some(""), 6).await.changed);
    assert!(!sight(&db, shop, &shown, None, 6).await.changed);

    assert!(db.write(move |w| contacts::rename(w, shop.org, shop.contact, "Ana (VIP)", at(7))).await);
    let seen = sight(&db, shop, &shown, Some("Anita"), 8).await;
    assert!(!seen.changed);
    let contact = stored(&db, shop, shop.contact).await;
    assert_eq!((contact.name.as_str(), contact.updated_at), ("Ana (VIP)", at(7)));
}

async fn the_same_phone_number_is_another_contact_in_another_organization(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    for shop in [ours, theirs] {
        let found =
            db.read(move |r| contacts::by_identity(r, shop.org, &phone("34600000001"))).await.unwrap();
        assert_eq!(found.id, shop.contact);
    }
    let seen = sight(&db, theirs, &[phone("34600000001")], Some("Ana T."), 5).await.contact;
    assert_eq!(seen.id, theirs.contact);
    assert_eq!(stored(&db, ours, ours.contact).await.name, "Ana");
}

async fn an_identity_is_taken_in_one_organization_only(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    sight(&db, ours, &[bsuid("ES.1")], None, 1).await;
    let taken =
        async |shop: Shop, identity| db.read(move |r| contacts::is_taken(r, shop.org, &identity)).await;
    assert!(taken(ours, bsuid("ES.1")).await);
    assert!(!taken(ours, bsuid("ES.2")).await);
    assert!(!taken(ours, phone("ES.1")).await, "of another kind");
    assert!(!taken(theirs, bsuid("ES.1")).await);
}

async fn another_organizations_contact_is_not_found(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    sight(&db, ours, &[bsuid("ES.1")], None, 5).await;
    assert_eq!(db.read(move |r| contacts::get(r, theirs.org, ours.contact)).await, None);
    assert_eq!(db.read(move |r| contacts::by_identity(r, theirs.org, &bsuid("ES.1"))).await, None);
    assert!(!db.write(move |w| contacts::rename(w, theirs.org, ours.contact, "Mallory", at(9))).await);
    assert_eq!(stored(&db, ours, ours.contact).await.name, "Ana");
}

async fn a_name_with_the_letter_nul_is_kept_without_it(db: TestDb) {
    let shop = db.shop(1).await;
    let seen = sight(&db, shop, &[bsuid("ES.1")], Some("B\0ea"), 5).await.contact;
    assert_eq!(stored(&db, shop, seen.id).await.name, "B\u{FFFD}ea");
}

async fn an_old_sighting_brings_back_no_old_name(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| store::messages::insert(w, shop.org, &shop.inbound(20))).await;
    let told = move |name: &'static str, known_as: &'static str, second: i64| {
        let sighting = Sighting {
            identities: vec![phone("34600000001"), username(known_as)],
            name: Some(name.into()),
            at: Some(at(second)),
        };
        move |w: &mut store::Writer<'_>| {
            contacts::sight(w, shop.org, &sighting, ContactId(shop.id(9)), at(30))
        }
    };
    let late = db.write(told("Anita", "anita", 19)).await;
    assert!(!late.changed, "the contact has written since");
    assert_eq!((late.contact.name.as_str(), late.contact.identities.len()), ("Ana", 1));
    let newest = db.write(told("Ana Belén", "ana.b", 20)).await;
    assert!(newest.changed);
    assert_eq!(newest.contact.name, "Ana Belén");
    assert!(newest.contact.identities.contains(&username("ana.b")));
}
