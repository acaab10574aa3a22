//! Catalogs, products and lists of products.

use cloud_api::message::Rule;
use serde_json::{Value, json};

use super::relatives::interactive;
use super::{bounded, bounded_and_required, needed, passes, refused, refused_at, text_at_will, with};

/// A product list with sections of the given numbers of products.
fn list(sections: &[usize]) -> Value {
    let section = |count: &usize| {
        let item = |i| json!({"product_retailer_id": format!("p{i}")});
        json!({"title": "S", "product_items": (0..*count).map(item).collect::<Vec<_>>()})
    };
    let sections: Vec<Value> = sections.iter().map(section).collect();
    let list = interactive("product_list", json!({"catalog_id": "1948", "sections": sections}));
    with(&list, "/interactive/header", json!({"type": "text", "text": "H"}))
}

#[test]
fn lists_hold_thirty_products_in_ten_sections() {
    passes(&list(&[30]));
    passes(&list(&[10, 20]));
    passes(&list(&[3; 10]));
    for sections in [&[31][..], &[15, 16]] {
        let violation = refused(&list(sections));
        assert_eq!(
            (violation.pointer.as_str(), violation.rule),
            ("/interactive/action/sections", Rule::Count)
        );
        assert_eq!((violation.limit, violation.given), (Some(30), Some(31)));
    }
    let violation = refused(&list(&[1; 11]));
    assert_eq!((violation.limit, violation.given), (Some(10), Some(11)));
    refused_at(&list(&[]), "/interactive/action/sections", Rule::Count);
    refused_at(&list(&[1, 0]), "/interactive/action/sections/1/product_items", Rule::Count);
}

#[test]
fn lists_name_their_catalog_sections_and_products() {
    let one = list(&[1]);
    needed(&one, "/interactive/action/catalog_id");
    needed(&one, "/interactive/action/sections");
    needed(&one, "/interactive/action/sections/0/product_items");
    needed(&one, "/interactive/action/sections/0/product_items/0/product_retailer_id");
    bounded(&one, "/interactive/action/sections/0/title", 24);
    passes(&with(&one, "/interactive/action/sections/0/title", Value::Null));
    bounded_and_required(&list(&[1, 1]), "/interactive/action/sections/1/title", 24);
}

#[test]
fn products_and_catalogs() {
    let product = interactive("product", json!({"catalog_id": "1948", "product_retailer_id": "a"}));
    needed(&product, "/interactive/action/catalog_id");
    needed(&product, "/interactive/action/product_retailer_id");
    passes(&with(&product, "/interactive/action/catalog_id", 1948));
    let catalog = interactive("catalog_message", json!({"name": "catalog_message", "parameters": {}}));
    let thumbnail = "/interactive/action/parameters/thumbnail_product_retailer_id";
    text_at_will(&catalog, thumbnail);
    refused_at(&with(&catalog, thumbnail, ""), thumbnail, Rule::Length);
}
