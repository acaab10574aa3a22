use crate::{
    home::TestDb,
    shop::{Shop, at},
};
use model::{id::TemplateId, template::Template};
use serde_json::json;
use store::templates;

on_both! {
    a_template_read_again_keeps_its_id_and_takes_what_is_new
    one_name_in_two_languages_is_two_templates
    templates_that_meta_no_longer_shows_are_forgotten
    templates_are_listed_page_by_page
    another_organizations_templates_are_not_found
}

fn template(shop: Shop, k: u32) -> Template {
    Template {
        id: TemplateId(shop.id(k.into())),
        waba_id: "700".into(),
        meta_id: format!("80{k}"),
        name: format!("hello_{k}"),
        language: "en_US".into(),
        category: "UTILITY".into(),
        status: "APPROVED".into(),
        components: json!([{"type": "BODY", "text": "Hi {{1}}"}]),
        synced_at: at(1),
    }
}

async fn add(db: &TestDb, shop: Shop, template: Template) {
    db.write(move |w| templates::upsert(w, shop.org, &template)).await;
}

async fn all(db: &TestDb, shop: Shop, waba: Option<&'static str>) -> Vec<Template> {
    db.walk(2, move |r, page| templates::list(r, shop.org, waba, page)).await
}

async fn a_template_read_again_keeps_its_id_and_takes_what_is_new(db: TestDb) {
    let shop = db.shop(1).await;
    add(&db, shop, template(shop, 1)).await;
    let again = Template {
        meta_id: "999".into(),
        category: "MARKETING".into(),
        status: "PAUSED".into(),
        components: json!([]),
        synced_at: at(2),
        ..template(shop, 1)
    };
    add(&db, shop, Template { id: TemplateId(shop.id(9)), ..again.clone() }).await;
    assert_eq!(all(&db, shop, None).await, [again]);
}

async fn one_name_in_two_languages_is_two_templates(db: TestDb) {
    let shop = db.shop(1).await;
    let spanish = Template { id: TemplateId(shop.id(2)), language: "es".into(), ..template(shop, 1) };
    add(&db, shop, template(shop, 1)).await;
    add(&db, shop, spanish.clone()).await;
    assert_eq!(all(&db, shop, None).await, [template(shop, 1), spanish]);
}

async fn templates_that_meta_no_longer_shows_are_forgotten(db: TestDb) {
    let (shop, other) = (db.shop(1).await, db.shop(2).await);
    let elsewhere = Template { waba_id: "701".into(), ..template(shop, 3) };
    add(&db, shop, template(shop, 1)).await;
    add(&db, shop, Template { synced_at: at(5), ..template(shop, 2) }).await;
    add(&db, shop, elsewhere.clone()).await;
    add(&db, other, template(other, 1)).await;
    assert_eq!(db.write(move |w| templates::forget_older(w, shop.org, "700", at(5))).await, 1);
    assert_eq!(all(&db, shop, None).await, [Template { synced_at: at(5), ..template(shop, 2) }, elsewhere]);
    assert_eq!(all(&db, other, None).await.len(), 1);
}

async fn templates_are_listed_page_by_page(db: TestDb) {
    let shop = db.shop(1).await;
    let waba = |k: u32| if k.is_multiple_of(3) { "701" } else { "700" };
    let made: Vec<_> = (1..=7).map(|k| Template { waba_id: waba(k).into(), ..template(shop, k) }).collect();
    for template in made.clone() {
        add(&db, shop, template).await;
    }
    for limit in 1..=8 {
        let list = async |waba| db.walk(limit, move |r, page| templates::list(r, shop.org, waba, page)).await;
        assert_eq!(list(None).await, made);
        let some: Vec<_> = made.iter().filter(|t| t.waba_id == "701").cloned().collect();
        assert_eq!(list(Some("701")).await, some);
        assert_eq!(list(Some("702")).await, []);
    }
}

async fn another_organizations_templates_are_not_found(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    add(&db, ours, template(ours, 1)).await;
    assert_eq!(all(&db, theirs, None).await, []);
    assert_eq!(all(&db, theirs, Some("700")).await, []);
    // The same template under another organization is another one.
    let twin = Template { status: "REJECTED".into(), ..template(theirs, 1) };
    add(&db, theirs, twin.clone()).await;
    assert_eq!(all(&db, ours, None).await, [template(ours, 1)]);
    assert_eq!(all(&db, theirs, None).await, [twin]);
    assert_eq!(db.write(move |w| templates::forget_older(w, theirs.org, "700", at(9))).await, 1);
    assert_eq!(all(&db, ours, None).await.len(), 1);
}
