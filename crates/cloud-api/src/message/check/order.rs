//! Orders to be paid inside WhatsApp, and how they fare. Meta: Payments API > India, Brazil.

use serde_json::Value;

use crate::judge::{Findings, Node, text};
use crate::shape::whole;
use crate::violation::{Rule, Violation};

/// Longest `reference_id`, in characters.
pub const REFERENCE_ID_MAX: usize = 35;
/// Longest description of an order's status, in characters.
pub const ORDER_DESCRIPTION_MAX: usize = 120;
/// What every amount is multiplied by: 12.34 is written as a value of 1234 with this offset.
pub const AMOUNT_OFFSET: i64 = 100;
/// The states of an order.
pub const ORDER_STATUSES: [&str; 6] =
    ["pending", "processing", "partially_shipped", "shipped", "completed", "canceled"];

const ANY: usize = usize::MAX;
const MONEY: [i64; 2] = [0, i64::MAX];
const GATEWAYS: [&str; 4] = ["billdesk", "razorpay", "payu", "zaakpay"];
const SETTINGS: [&str; 6] =
    ["payment_gateway", "upi_intent_link", "pix_dynamic_code", "boleto", "payment_link", "offsite_card_pay"];

/// The parameters of an `order_details` message, or the object of that name in a template's button.
pub(in crate::message) fn order_details(parameters: &Node<'_>, findings: &mut Findings) {
    reference(parameters, findings);
    findings.one_of(parameters, "type", &["digital-goods", "physical-goods"]);
    findings.may_have_text(parameters, "payment_type", text("Payment type", 1, ANY));
    let settings = findings.may_have_list(parameters, "payment_settings", "payment settings", [1, ANY]);
    for setting in settings.unwrap_or_default() {
        payment_setting(&setting, findings);
    }
    currency(parameters, "currency", findings);
    let total = needs_amount(parameters, "total_amount", findings);
    let Some(order) = findings.needs_object(parameters, "order") else { return };
    let expected = self::order(&order, findings);
    if let (Some(total), Some(expected)) = (total, expected)
        && i128::from(total) != expected
    {
        let message = "Param total_amount['value'] must be subtotal + tax + shipping - discount.".to_owned();
        let pointer = format!("{}/value", parameters.at("total_amount"));
        let [limit, given] = [expected, total.into()].map(|sum| u64::try_from(sum).ok());
        findings.push(Violation { pointer, rule: Rule::Value, limit, given, message });
    }
}

fn reference(parameters: &Node<'_>, findings: &mut Findings) {
    findings.needs_text(parameters, "reference_id", text("Reference id", 1, REFERENCE_ID_MAX));
}

/// Three capital letters.
pub(super) fn currency(node: &Node<'_>, key: &str, findings: &mut Findings) {
    let Some(code) = findings.needs_text(node, key, text("Currency", 1, ANY)) else { return };
    // An empty one is told above.
    if !matches!(code.len(), 0 | 3) || code.bytes().any(|b| !b.is_ascii_uppercase()) {
        findings.add(
            node.at(key),
            Rule::Format,
            "Currency must be an ISO 4217 code of three capital letters.",
        );
    }
}

fn payment_setting(setting: &Node<'_>, findings: &mut Findings) {
    let Some(kind) = findings.one_of(setting, "type", &SETTINGS) else { return };
    if !SETTINGS.contains(&kind) {
        return;
    }
    let Some(details) = findings.needs_object(setting, kind) else { return };
    let needed: &[&str] = match kind {
        "payment_gateway" => return payment_gateway(&details, findings),
        "payment_link" => return findings.url(&details, "uri"),
        "offsite_card_pay" => return card(&details, findings),
        "upi_intent_link" => &["link"],
        "pix_dynamic_code" => &["code", "merchant_name", "key", "key_type"],
        "boleto" => &["digitable_line"],
        _ => &[],
    };
    for key in needed {
        findings.needs_text(&details, key, text("Payment setting", 1, ANY));
    }
}

fn payment_gateway(gateway: &Node<'_>, findings: &mut Findings) {
    let kind = findings.one_of(gateway, "type", &GATEWAYS);
    findings.needs_text(gateway, "configuration_name", text("Payment configuration name", 1, ANY));
    if let Some(kind) = kind {
        // What stands in there is between the gateway and the business.
        findings.may_have_free_object(gateway, kind);
    }
}

fn card(details: &Node<'_>, findings: &mut Findings) {
    let digits = findings.needs_text(details, "last_four_digits", text("Last four digits", 1, ANY));
    if digits.is_some_and(|digits| !digits.is_empty() && !is_four_digits(digits)) {
        findings.add(
            details.at("last_four_digits"),
            Rule::Format,
            "Param last_four_digits must be four digits.",
        );
    }
    findings.needs_id(details, "credential_id", "Credential id");
}

fn is_four_digits(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())
}

/// What the total has to be, if it can be told.
fn order(order: &Node<'_>, findings: &mut Findings) -> Option<i128> {
    findings.one_of(order, "status", &ORDER_STATUSES);
    if order.get("catalog_id").is_some() {
        findings.needs_id(order, "catalog_id", "Catalog id");
    }
    if let Some(expiration) = findings.may_have_object(order, "expiration") {
        timestamp(&expiration, findings);
        findings.may_have_texts(&expiration, &["description"]);
    }
    for item in findings.needs_list(order, "items", "items", [1, ANY]).unwrap_or_default() {
        self::item(&item, findings);
    }
    let subtotal = needs_amount(order, "subtotal", findings);
    let mut sum = i128::from(subtotal?);
    for (key, sign) in [("tax", 1), ("shipping", 1), ("discount", -1)] {
        if order.get(key).is_some() {
            sum += sign * i128::from(needs_amount(order, key, findings)?);
        }
    }
    Some(sum)
}

fn item(item: &Node<'_>, findings: &mut Findings) {
    if item.get("retailer_id").is_some() {
        findings.needs_id(item, "retailer_id", "Retailer id");
    }
    findings.needs_text(item, "name", text("Item name", 1, ANY));
    needs_amount(item, "amount", findings);
    findings.needs_whole(item, "quantity", [1, i64::MAX]);
    if item.get("sale_amount").is_some() {
        needs_amount(item, "sale_amount", findings);
    }
    findings.may_have_texts(item, &["country_of_origin", "importer_name"]);
    if let Some(address) = findings.may_have_object(item, "importer_address") {
        let lines = ["address_line1", "address_line2", "city", "zone_code", "postal_code", "country_code"];
        findings.may_have_texts(&address, &lines);
    }
}

/// An amount in hundredths of the currency.
fn needs_amount(node: &Node<'_>, key: &str, findings: &mut Findings) -> Option<i64> {
    let amount = findings.needs_object(node, key)?;
    let value = findings.needs_whole(&amount, "value", MONEY);
    findings.needs_whole(&amount, "offset", [AMOUNT_OFFSET, AMOUNT_OFFSET]);
    findings.may_have_texts(&amount, &["description", "discount_program_name"]);
    value
}

/// Seconds since 1970, as text or as a number.
fn timestamp(node: &Node<'_>, findings: &mut Findings) {
    let fine = match node.get("timestamp") {
        None => return findings.required(node.at("timestamp")),
        Some(Value::String(text)) => !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()),
        Some(other) => whole(other).is_some_and(|seconds| seconds >= 0),
    };
    if !fine {
        findings.wrong_type(node.at("timestamp"), "a Unix time in seconds");
    }
}

/// The parameters of an `order_status` message or template.
pub(in crate::message) fn order_status(parameters: &Node<'_>, findings: &mut Findings) {
    reference(parameters, findings);
    if let Some(order) = findings.needs_object(parameters, "order") {
        findings.one_of(&order, "status", &ORDER_STATUSES);
        let description = text("Order description", 0, ORDER_DESCRIPTION_MAX);
        findings.may_have_text(&order, "description", description);
    }
    if let Some(payment) = findings.may_have_object(parameters, "payment") {
        findings.one_of(&payment, "status", &["pending", "captured", "failed"]);
        if payment.get("timestamp").is_some() {
            timestamp(&payment, findings);
        }
    }
}
