//! Orders to be paid, and how they fare.

use cloud_api::message::Rule;
use serde_json::{Value, json};

use super::relatives::interactive;
use super::{bounded, bounded_and_required, needed, passes, refused, refused_at, text_at_will, with, words};

fn amount(value: i64) -> Value {
    json!({"value": value, "offset": 100})
}

fn order() -> Value {
    interactive(
        "order_details",
        json!({"name": "review_and_pay", "parameters": {"reference_id": "ref-1", "type": "digital-goods",
            "currency": "INR", "total_amount": amount(20_000), "order": {"status": "pending",
                "items": [{"name": "Bread", "amount": amount(10_000), "quantity": 2}], "subtotal": amount(20_000)}}}),
    )
}

fn at(rest: &str) -> String {
    format!("/interactive/action/parameters/{rest}")
}

#[test]
fn what_an_order_needs() {
    bounded_and_required(&order(), &at("reference_id"), 35);
    words(&order(), &at("type"), &["digital-goods", "physical-goods"]);
    text_at_will(&order(), &at("payment_type"));
    for place in
        ["type", "currency", "total_amount", "order", "order/status", "order/items", "order/subtotal"]
    {
        needed(&order(), &at(place));
    }
    words(
        &order(),
        &at("order/status"),
        &["pending", "processing", "partially_shipped", "shipped", "completed", "canceled"],
    );
    passes(&with(&order(), &at("currency"), "BRL"));
    for odd in ["inr", "RUPEE", "₹", "IN"] {
        refused_at(&with(&order(), &at("currency"), odd), &at("currency"), Rule::Format);
    }
    refused_at(&with(&order(), &at("order/items"), json!([])), &at("order/items"), Rule::Count);
}

#[test]
fn the_total_is_that_of_its_parts() {
    let with_parts = |total: i64| {
        let mut order = order();
        for (key, value) in [("tax", 1_000), ("shipping", 500), ("discount", 300)] {
            order = with(&order, &at(&format!("order/{key}")), amount(value));
        }
        with(&order, &at("total_amount/value"), total)
    };
    passes(&with_parts(21_200));
    for wrong in [21_199, 21_201, 20_000] {
        let violation = refused(&with_parts(wrong));
        assert_eq!((violation.pointer, violation.rule), (at("total_amount/value"), Rule::Value));
        assert_eq!((violation.limit, violation.given), (Some(21_200), Some(wrong.unsigned_abs())));
    }
    refused_at(&with(&order(), &at("total_amount/value"), 19_999), &at("total_amount/value"), Rule::Value);
    // Sums beyond any number don't matter, as long as nothing panics.
    let huge =
        with(&with(&order(), &at("order/subtotal/value"), i64::MAX), &at("order/tax"), amount(i64::MAX));
    refused_at(&huge, &at("total_amount/value"), Rule::Value);
}

#[test]
fn amounts_are_whole_hundredths() {
    let places =
        ["total_amount", "order/subtotal", "order/items/0/amount", "order/items/0/sale_amount", "order/tax"];
    for place in places {
        let base =
            with(&order(), &at(place), if place.ends_with("tax") { amount(0) } else { amount(20_000) });
        passes(&base);
        needed(&base, &at(&format!("{place}/value")));
        needed(&base, &at(&format!("{place}/offset")));
        for (odd, rule) in [(json!(1000), Rule::Value), (json!(1), Rule::Value), (json!("100"), Rule::Type)] {
            refused_at(
                &with(&base, &at(&format!("{place}/offset")), odd),
                &at(&format!("{place}/offset")),
                rule,
            );
        }
        let value = at(&format!("{place}/value"));
        refused_at(&with(&base, &value, 1.5), &value, Rule::Type);
        refused_at(&with(&base, &value, "20000"), &value, Rule::Type);
    }
    let item = at("order/items/0/amount/value");
    refused_at(&with(&order(), &item, -1), &item, Rule::Value);
}

#[test]
fn items() {
    for field in ["name", "amount", "quantity"] {
        needed(&order(), &at(&format!("order/items/0/{field}")));
    }
    for odd in [0, -1] {
        let quantity = at("order/items/0/quantity");
        refused_at(&with(&order(), &quantity, odd), &quantity, Rule::Value);
    }
    for field in ["country_of_origin", "importer_name"] {
        text_at_will(&order(), &at(&format!("order/items/0/{field}")));
    }
    let address = at("order/items/0/importer_address");
    passes(&with(&order(), &address, json!({"city": "Delhi"})));
    refused_at(&with(&order(), &address, "Delhi"), &address, Rule::Type);
}

#[test]
fn ways_to_pay() {
    let pay = |kind: &str, details: Value| {
        let mut setting = json!({"type": kind});
        setting[kind] = details;
        with(&order(), &at("payment_settings"), json!([setting]))
    };
    let ways = [
        ("payment_gateway", json!({"type": "razorpay", "configuration_name": "cfg"})),
        ("upi_intent_link", json!({"link": "upi://pay?pa=acme"})),
        (
            "pix_dynamic_code",
            json!({"code": "0002", "merchant_name": "Acme", "key": "1", "key_type": "CNPJ"}),
        ),
        ("boleto", json!({"digitable_line": "0339"})),
        ("payment_link", json!({"uri": "https://acme.test/pay"})),
        ("offsite_card_pay", json!({"last_four_digits": "5235", "credential_id": "1"})),
    ];
    for (kind, details) in ways {
        let message = pay(kind, details.clone());
        needed(&message, &at(&format!("payment_settings/0/{kind}")));
        for key in details.as_object().unwrap().keys() {
            needed(&message, &at(&format!("payment_settings/0/{kind}/{key}")));
        }
    }
    refused_at(&pay("shells", json!({})), &at("payment_settings/0/type"), Rule::Value);
    refused_at(&with(&order(), &at("payment_settings"), json!([])), &at("payment_settings"), Rule::Count);
    let gateway =
        pay("payment_gateway", json!({"type": "payu", "configuration_name": "c", "payu": {"udf1": "x"}}));
    let kind = at("payment_settings/0/payment_gateway/type");
    words(
        &with(&gateway, &at("payment_settings/0/payment_gateway/payu"), Value::Null),
        &kind,
        &["billdesk", "razorpay", "payu", "zaakpay"],
    );
    for digits in ["523", "52350", "abcd"] {
        let card = pay("offsite_card_pay", json!({"last_four_digits": digits, "credential_id": "1"}));
        refused_at(&card, &at("payment_settings/0/offsite_card_pay/last_four_digits"), Rule::Format);
    }
    let link = pay("payment_link", json!({"uri": "acme.test"}));
    refused_at(&link, &at("payment_settings/0/payment_link/uri"), Rule::Format);
}

#[test]
fn orders_expire_at_a_time() {
    let time = at("order/expiration/timestamp");
    let order = with(&order(), &at("order/expiration"), json!({"timestamp": "1722445231"}));
    needed(&order, &time);
    passes(&with(&order, &time, 1_722_445_231));
    for odd in [json!("soon"), json!(""), json!(-1), json!(1.5), json!([])] {
        refused_at(&with(&order, &time, odd), &time, Rule::Type);
    }
}

#[test]
fn how_an_order_fares() {
    let status = interactive(
        "order_status",
        json!({"name": "review_order", "parameters": {"reference_id": "ref-1", "order": {"status": "shipped",
            "description": "On its way"}, "payment": {"status": "captured", "timestamp": 1_722_445_231}}}),
    );
    bounded_and_required(&status, &at("reference_id"), 35);
    bounded(&status, &at("order/description"), 120);
    needed(&status, &at("order"));
    needed(&status, &at("order/status"));
    needed(&status, &at("payment/status"));
    words(
        &status,
        &at("order/status"),
        &["pending", "processing", "partially_shipped", "shipped", "completed", "canceled"],
    );
    words(&status, &at("payment/status"), &["pending", "captured", "failed"]);
    passes(&with(&status, &at("payment"), Value::Null));
    refused_at(&with(&status, &at("payment/timestamp"), "soon"), &at("payment/timestamp"), Rule::Type);
}
