use crate::{
    home::TestDb,
    shop::{Shop, at},
};
use model::{
    id::RuleId,
    rule::{Matching, Rule},
};
use serde_json::json;
use store::rules::{self, Stored};

on_both! {
    a_rule_comes_back_as_it_was_written
    a_rule_is_changed_and_taken_away
    rules_are_listed_page_by_page_oldest_first
    only_enabled_rules_are_asked_in_their_order
    another_organizations_rule_is_not_found
}

fn rule(shop: Shop, k: u128) -> Rule {
    Rule {
        id: RuleId(shop.id(k)),
        name: format!("Rule {k}"),
        enabled: true,
        keywords: vec!["hola".into(), "\"quoted\" ñ".into()],
        matching: Matching::Contains,
        reply: json!({"type": "text", "text": {"body": "¡Hola! 'x' \\ \u{1F44B}"}}),
    }
}

async fn add(db: &TestDb, shop: Shop, rule: Rule) -> RuleId {
    let id = rule.id;
    db.write(move |w| rules::insert(w, shop.org, &rule, at(3))).await;
    id
}

async fn get(db: &TestDb, shop: Shop, id: RuleId) -> Option<Stored> {
    db.read(move |r| rules::get(r, shop.org, id)).await
}

async fn a_rule_comes_back_as_it_was_written(db: TestDb) {
    let shop = db.shop(1).await;
    let off = Rule { enabled: false, matching: Matching::Exact, keywords: vec![], ..rule(shop, 2) };
    for rule in [rule(shop, 1), off] {
        let id = add(&db, shop, rule.clone()).await;
        assert_eq!(get(&db, shop, id).await, Some(Stored { rule, created_at: at(3) }));
    }
}

async fn a_rule_is_changed_and_taken_away(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, rule(shop, 1)).await;
    let changed = Rule {
        name: "Renamed".into(),
        enabled: false,
        keywords: vec!["adiós".into()],
        matching: Matching::Exact,
        reply: json!({"type": "text", "text": {"body": "bye"}}),
        ..rule(shop, 1)
    };
    let new = changed.clone();
    assert!(db.write(move |w| rules::update(w, shop.org, &new)).await);
    assert_eq!(get(&db, shop, id).await, Some(Stored { rule: changed, created_at: at(3) }));
    assert!(db.write(move |w| rules::delete(w, shop.org, id)).await);
    assert!(!db.write(move |w| rules::delete(w, shop.org, id)).await);
    assert!(!db.write(move |w| rules::update(w, shop.org, &rule(shop, 1))).await);
    assert_eq!(get(&db, shop, id).await, None);
}

async fn rules_are_listed_page_by_page_oldest_first(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    add(&db, other, rule(other, 1)).await;
    for k in [3, 1, 5, 2, 4] {
        add(&db, shop, rule(shop, k)).await;
    }
    for limit in 1..=6 {
        let all = db.walk(limit, move |r, page| rules::list(r, shop.org, page)).await;
        assert_eq!(
            all.into_iter().map(|s| s.rule).collect::<Vec<_>>(),
            [1, 2, 3, 4, 5].map(|k| rule(shop, k))
        );
    }
}

async fn only_enabled_rules_are_asked_in_their_order(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    add(&db, other, rule(other, 1)).await;
    add(&db, shop, rule(shop, 3)).await;
    add(&db, shop, rule(shop, 1)).await;
    add(&db, shop, Rule { enabled: false, ..rule(shop, 2) }).await;
    assert_eq!(db.read(move |r| rules::enabled(r, shop.org)).await, [rule(shop, 1), rule(shop, 3)]);
}

async fn another_organizations_rule_is_not_found(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    let id = add(&db, ours, rule(ours, 1)).await;
    assert_eq!(get(&db, theirs, id).await, None);
    let stolen = Rule { name: "mallory".into(), ..rule(ours, 1) };
    assert!(!db.write(move |w| rules::update(w, theirs.org, &stolen)).await);
    assert!(!db.write(move |w| rules::delete(w, theirs.org, id)).await);
    assert_eq!(get(&db, ours, id).await.unwrap().rule, rule(ours, 1));
}
