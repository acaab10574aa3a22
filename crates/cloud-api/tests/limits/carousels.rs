//! Cards side by side in a free-form message.

use cloud_api::message::Rule;
use serde_json::{Value, json};

use super::relatives::interactive;
use super::{bounded_and_required, needed, passes, refused, refused_at, violations, with};

fn carousel(count: usize, card: impl Fn(usize) -> Value) -> Value {
    interactive("carousel", json!({"cards": (0..count).map(card).collect::<Vec<_>>()}))
}

fn link(i: usize) -> Value {
    json!({"card_index": i, "type": "cta_url", "header": {"type": "image", "image": {"link": "https://acme.test/1.png"}},
        "body": {"text": "One"},
        "action": {"name": "cta_url", "parameters": {"display_text": "Buy", "url": "https://acme.test/1"}}})
}

fn replies(i: usize) -> Value {
    let button = |b: usize| json!({"type": "quick_reply", "quick_reply": {"id": format!("{b}"), "title": format!("{b}")}});
    with(&link(i), "/action", json!({"buttons": [button(1), button(2), button(3)]}))
}

fn product(i: usize) -> Value {
    json!({"card_index": i, "type": "product", "action": {"product_retailer_id": "a", "catalog_id": "1948"}})
}

fn at(card: usize, rest: &str) -> String {
    format!("/interactive/action/cards/{card}/{rest}")
}

#[test]
fn two_to_ten_cards() {
    for card in [link, replies, product] {
        passes(&carousel(2, card));
        passes(&carousel(10, card));
        let too_few = refused(&carousel(1, card));
        assert_eq!((too_few.rule, too_few.limit, too_few.given), (Rule::Count, Some(2), Some(1)));
        let too_many = refused(&carousel(11, card));
        assert_eq!((too_many.rule, too_many.limit, too_many.given), (Rule::Count, Some(10), Some(11)));
    }
    needed(&carousel(2, link), "/interactive/action/cards");
}

#[test]
fn cards_are_numbered_from_zero_in_order() {
    let cards = carousel(3, link);
    needed(&cards, &at(1, "card_index"));
    for odd in [json!(2), json!(0), json!(-1), json!(9)] {
        refused_at(&with(&cards, &at(1, "card_index"), odd), &at(1, "card_index"), Rule::Order);
    }
    refused_at(&with(&cards, &at(1, "card_index"), "first"), &at(1, "card_index"), Rule::Type);
}

#[test]
fn cards_have_one_kind_of_action() {
    let mixed = with(&carousel(3, link), "/interactive/action/cards/1", replies(1));
    refused_at(&mixed, &at(1, "action"), Rule::Conflict);
    let mixed = with(&carousel(3, product), "/interactive/action/cards/2", link(2));
    refused_at(&mixed, &at(2, "action"), Rule::Conflict);
    let catalogs = with(&carousel(2, product), &at(1, "action/catalog_id"), "1949");
    refused_at(&catalogs, &at(1, "action/catalog_id"), Rule::Conflict);
    refused_at(&with(&carousel(2, link), &at(0, "type"), "hologram"), &at(0, "type"), Rule::Value);
    needed(&carousel(2, link), &at(0, "type"));
}

#[test]
fn cards_have_a_picture_or_video_and_a_short_body() {
    let cards = carousel(2, link);
    needed(&cards, &at(0, "header"));
    needed(&cards, &at(0, "action"));
    passes(&with(&cards, &at(0, "header"), json!({"type": "video", "video": {"id": "1"}})));
    let words = json!({"type": "text", "text": "H"});
    refused_at(&with(&cards, &at(0, "header"), words), &at(0, "header/type"), Rule::Value);
    bounded_and_required(&cards, &at(0, "body/text"), 160);
    passes(&with(&cards, &at(0, "body/text"), "a\nb\nc"));
    let violation = refused(&with(&cards, &at(0, "body/text"), "a\nb\nc\nd"));
    assert_eq!((violation.rule, violation.limit, violation.given), (Rule::Count, Some(2), Some(3)));
    refused_at(&with(&cards, &at(0, "footer"), json!({"text": "F"})), &at(0, "footer"), Rule::NotAllowed);
}

#[test]
fn card_buttons_have_the_limits_of_other_buttons() {
    let cards = carousel(2, link);
    bounded_and_required(&cards, &at(1, "action/parameters/display_text"), 20);
    needed(&cards, &at(1, "action/parameters/url"));
    let cards = carousel(2, replies);
    bounded_and_required(&cards, &at(1, "action/buttons/0/quick_reply/id"), 256);
    bounded_and_required(&cards, &at(1, "action/buttons/0/quick_reply/title"), 20);
    refused_at(
        &with(&cards, &at(1, "action/buttons/0/type"), "reply"),
        &at(1, "action/buttons/0/type"),
        Rule::Value,
    );
    refused_at(
        &with(&cards, &at(1, "action/buttons/1/quick_reply/id"), "1"),
        &at(1, "action/buttons/1/quick_reply/id"),
        Rule::Unique,
    );
    let mut four = cards.clone();
    let button = four.pointer(&at(0, "action/buttons/0")).unwrap().clone();
    let more = with(&with(&button, "/quick_reply/id", "4"), "/quick_reply/title", "4");
    four.pointer_mut(&at(0, "action/buttons")).unwrap().as_array_mut().unwrap().push(more);
    let found: Vec<_> = violations(&four).into_iter().map(|v| (v.pointer, v.rule)).collect();
    assert_eq!(found[0], (at(0, "action/buttons"), Rule::Count));
    needed(&carousel(2, product), &at(0, "action/product_retailer_id"));
    assert_eq!(violations(&with(&carousel(2, product), &at(0, "action/catalog_id"), Value::Null)).len(), 1);
}

#[test]
fn cards_have_the_same_number_of_buttons() {
    let mut cards = carousel(3, replies);
    cards.pointer_mut(&at(1, "action/buttons")).unwrap().as_array_mut().unwrap().pop();
    let violation = refused(&cards);
    assert_eq!((violation.pointer, violation.rule), (at(1, "action/buttons"), Rule::Conflict));
    assert_eq!((violation.limit, violation.given), (Some(3), Some(2)));
}
