//! Lists of contacts: pages and search.

use crate::{
    home::TestDb,
    shop::{Shop, at, bsuid, phone, username},
};
use model::{contact::Identity, id::ContactId};
use store::contacts;

on_both! {
    contacts_are_listed_page_by_page_newest_first
    search_looks_into_names_and_identities
    search_knows_capital_letters_of_every_alphabet
    search_takes_wildcards_for_the_letters_they_are
    search_follows_a_new_name
    search_stays_within_the_organization
}

async fn add(db: &TestDb, shop: Shop, k: u128, name: &str, identities: Vec<Identity>) -> ContactId {
    let (id, name) = (ContactId(shop.id(k)), name.to_owned());
    db.write(move |w| {
        let mut contact = contacts::insert(w, shop.org, id, &name, "profile", at(0))?;
        contacts::learn(w, shop.org, &mut contact, &identities, at(0))?;
        Ok(id)
    })
    .await
}

async fn find(db: &TestDb, shop: Shop, search: &str) -> Vec<String> {
    let search = search.to_owned();
    let found = db.walk(7, move |r, page| contacts::list(r, shop.org, Some(&search), page)).await;
    found.into_iter().map(|c| c.name).collect()
}

async fn contacts_are_listed_page_by_page_newest_first(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    for k in 1..=6 {
        add(&db, shop, k, &format!("Contact {k}"), vec![phone(&format!("3461{k}"))]).await;
    }
    let expected: Vec<ContactId> = (0..=6).rev().map(|k| ContactId(shop.id(k))).collect();
    for limit in 1..=8 {
        let all = db.walk(limit, move |r, page| contacts::list(r, shop.org, None, page)).await;
        assert_eq!(all.iter().map(|c| c.id).collect::<Vec<_>>(), expected);
        assert!(all.iter().all(|c| c.identities.len() == 1));
        let some = db.walk(limit, move |r, page| contacts::list(r, shop.org, Some("3461"), page)).await;
        assert_eq!(some.iter().map(|c| c.id).collect::<Vec<_>>(), expected[..6]);
    }
    let theirs = db.walk(3, move |r, page| contacts::list(r, other.org, None, page)).await;
    assert_eq!(theirs.iter().map(|c| c.id).collect::<Vec<_>>(), [other.contact]);
}

async fn search_looks_into_names_and_identities(db: TestDb) {
    let shop = db.shop(1).await;
    add(&db, shop, 1, "Bea Ruiz", vec![phone("34611222333"), username("bea.r"), bsuid("ES.AbC9")]).await;
    for text in ["bea", "RUIZ", "a r", "11222", "+34611222333", "@bea.r", " bea ", "es.abc9"] {
        assert_eq!(find(&db, shop, text).await, ["Bea Ruiz"], "{text:?}");
    }
    assert_eq!(find(&db, shop, "zoe").await, [""; 0]);
    assert_eq!(find(&db, shop, "").await, ["Bea Ruiz", "Ana"]);
}

async fn search_knows_capital_letters_of_every_alphabet(db: TestDb) {
    let shop = db.shop(1).await;
    for (k, name) in [(1, "Álvaro ÑANDÚ"), (2, "Юлия"), (3, "ΣΟΦΙΑ")] {
        add(&db, shop, k, name, vec![]).await;
    }
    for text in ["álvaro", "ÁLVARO", "ñandú", "Ñand"] {
        assert_eq!(find(&db, shop, text).await, ["Álvaro ÑANDÚ"], "{text:?}");
    }
    assert_eq!(find(&db, shop, "юлИЯ").await, ["Юлия"]);
    assert_eq!(find(&db, shop, "σοφ").await, ["ΣΟΦΙΑ"]);
}

async fn search_takes_wildcards_for_the_letters_they_are(db: TestDb) {
    let shop = db.shop(1).await;
    let letters = ["a", "%", "_", "\\"];
    let pairs: Vec<String> = letters.iter().flat_map(|x| letters.map(|y| format!("{x}{y}"))).collect();
    let names: Vec<String> = pairs.iter().flat_map(|p| letters.map(|l| format!("<{p}{l}>"))).collect();
    for (k, name) in names.iter().enumerate() {
        add(&db, shop, k as u128 + 1, name, vec![]).await;
    }
    for text in letters.iter().map(|l| (*l).to_owned()).chain(pairs) {
        let mut expected: Vec<&String> = names.iter().filter(|n| n.contains(&text)).collect();
        expected.reverse();
        let mut found = find(&db, shop, &text).await;
        found.retain(|name| name != "Ana");
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{text:?}");
    }
}

async fn search_follows_a_new_name(db: TestDb) {
    let shop = db.shop(1).await;
    db.write(move |w| contacts::rename(w, shop.org, shop.contact, "Úrsula", at(1))).await;
    assert_eq!(find(&db, shop, "úrsula").await, ["Úrsula"]);
    assert_eq!(find(&db, shop, "ana").await, [""; 0]);
}

async fn search_stays_within_the_organization(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    add(&db, theirs, 1, "Bea", vec![phone("34699")]).await;
    assert_eq!(find(&db, ours, "bea").await, [""; 0]);
    assert_eq!(find(&db, ours, "34699").await, [""; 0]);
}
