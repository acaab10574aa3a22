//! Orders to be paid inside WhatsApp, and how they fare. Meta: Payments API > India, Brazil.

mod pay;

use serde::{Deserialize, Serialize};

use super::check;
use super::wire::{each, words};
use crate::violation::Violation;

pub use pay::{
    Boleto, GatewayKind, OffsiteCard, PaymentGateway, PaymentLink, PaymentSetting, PixCode, UpiIntentLink,
};

/// An order to be paid: of an interactive message, or of a template's button. Amounts are in hundredths.
///
/// The total is kept right by [`OrderDetails::new`], `tax`, `shipping` and `discount`; Meta refuses any other than
/// subtotal + tax + shipping - discount.
///
/// ```
/// use cloud_api::message::{GoodsKind, Interactive, OrderDetails, OrderItem, PaymentSetting};
///
/// let order = OrderDetails::new("ref-1", GoodsKind::Digital, "BRL", [OrderItem::new("Cake", 2_500, 2)])
///     .tax(500)
///     .discount(1_000)
///     .pay_by(PaymentSetting::payment_link("https://acme.test/pay/1"));
/// assert_eq!(order.total_amount.value, 4_500);
/// assert_eq!(Interactive::order_details("Your order", order).validate(), Ok(()));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderDetails {
    /// Yours, 1 to 35 characters, never used before.
    pub reference_id: String,
    /// What is sold.
    #[serde(rename = "type")]
    pub kind: GoodsKind,
    /// `br` in Brazil, `upi` in India.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_type: Option<String>,
    /// Ways to pay.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "each")]
    pub payment_settings: Vec<PaymentSetting>,
    /// ISO 4217: `INR`, `BRL`.
    pub currency: String,
    /// Subtotal + tax + shipping - discount.
    pub total_amount: Amount,
    /// What was ordered.
    pub order: Order,
}

words! {
    /// What is sold.
    pub enum GoodsKind {
        /// Nothing to ship.
        Digital = "digital-goods",
        /// To be shipped.
        Physical = "physical-goods",
    }
}

/// What was ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Pending, in an order to be paid.
    pub status: OrderState,
    /// The catalog the items are of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog_id: Option<String>,
    /// Until when it can be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration: Option<Expiration>,
    /// At least one.
    pub items: Vec<OrderItem>,
    /// Of all items.
    pub subtotal: Amount,
    /// Added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Amount>,
    /// Added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Amount>,
    /// Taken off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Amount>,
}

words! {
    /// How far an order is.
    pub enum OrderState {
        /// Not paid, or not begun.
        Pending = "pending",
        /// Being prepared.
        Processing = "processing",
        /// Some of it is on its way.
        PartiallyShipped = "partially_shipped",
        /// On its way.
        Shipped = "shipped",
        /// Done.
        Completed = "completed",
        /// Will not be.
        Canceled = "canceled",
    }
}

/// An amount of money: 12.34 is a value of 1234 with an offset of 100.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// In hundredths.
    pub value: i64,
    /// Always 100.
    pub offset: u32,
    /// What it is for: tax, shipping and discount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Discount only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_program_name: Option<String>,
}

/// Until when an order can be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expiration {
    /// Unix time in seconds, as text.
    pub timestamp: String,
    /// Shown when it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderItem {
    /// Its id in the catalog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retailer_id: Option<String>,
    /// As shown.
    pub name: String,
    /// For one.
    pub amount: Amount,
    /// How many, from 1.
    pub quantity: u32,
    /// For one, when it is on sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale_amount: Option<Amount>,
    /// ISO 3166 code. India: for goods without a catalog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_of_origin: Option<String>,
    /// India: for goods without a catalog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importer_name: Option<String>,
    /// India: for goods without a catalog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importer_address: Option<ImporterAddress>,
}

/// Where an importer is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImporterAddress {
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_line1: Option<String>,
    /// More of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_line2: Option<String>,
    /// City.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State, e.g. `DL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone_code: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// ISO 3166 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
}

/// How an order fares: of an interactive message or of a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderStatus {
    /// That of the order, 1 to 35 characters.
    pub reference_id: String,
    /// How far it is.
    pub order: OrderProgress,
    /// How the payment fares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentProgress>,
}

/// How far an order is, and a word about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderProgress {
    /// How far.
    pub status: OrderState,
    /// Up to 120 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// How a payment fares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentProgress {
    /// How far.
    pub status: PaymentState,
    /// Unix time in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<u64>,
}

words! {
    /// How far a payment is.
    pub enum PaymentState {
        /// Not yet.
        Pending = "pending",
        /// Paid.
        Captured = "captured",
        /// Will not be.
        Failed = "failed",
    }
}

impl OrderDetails {
    /// An order whose subtotal and total are those of its items.
    pub fn new(
        reference_id: impl Into<String>,
        kind: GoodsKind,
        currency: impl Into<String>,
        items: impl IntoIterator<Item = OrderItem>,
    ) -> Self {
        let items: Vec<OrderItem> = items.into_iter().collect();
        let subtotal = items.iter().fold(0_i64, |sum, item| sum.saturating_add(item.total()));
        let order = Order {
            status: OrderState::Pending,
            catalog_id: None,
            expiration: None,
            items,
            subtotal: Amount::new(subtotal),
            tax: None,
            shipping: None,
            discount: None,
        };
        Self {
            reference_id: reference_id.into(),
            kind,
            payment_type: None,
            payment_settings: Vec::new(),
            currency: currency.into(),
            total_amount: Amount::new(subtotal),
            order,
        }
    }

    /// The same order with tax, in hundredths.
    #[must_use]
    pub fn tax(mut self, value: i64) -> Self {
        self.order.tax = Some(Amount::new(value));
        self.summed()
    }

    /// The same order with shipping, in hundredths.
    #[must_use]
    pub fn shipping(mut self, value: i64) -> Self {
        self.order.shipping = Some(Amount::new(value));
        self.summed()
    }

    /// The same order with a discount, in hundredths.
    #[must_use]
    pub fn discount(mut self, value: i64) -> Self {
        self.order.discount = Some(Amount::new(value));
        self.summed()
    }

    /// The same order with one more way to pay.
    #[must_use]
    pub fn pay_by(mut self, setting: PaymentSetting) -> Self {
        self.payment_settings.push(setting);
        self
    }

    /// The same order with the total its parts make.
    #[must_use]
    pub fn summed(mut self) -> Self {
        let value = |amount: &Option<Amount>| amount.as_ref().map_or(0, |amount| amount.value);
        let Order { subtotal, tax, shipping, discount, .. } = &self.order;
        let added = subtotal.value.saturating_add(value(tax)).saturating_add(value(shipping));
        self.total_amount.value = added.saturating_sub(value(discount));
        self
    }

    /// Whether Meta would take it. See [`check`](super::check()).
    ///
    /// # Errors
    /// All violations found, with pointers into the order.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        check::judge_typed(self, check::order_details)
    }
}

impl Amount {
    /// An amount in hundredths.
    pub fn new(value: i64) -> Self {
        Self { value, offset: 100, description: None, discount_program_name: None }
    }
}

impl OrderItem {
    /// So many of something, each for so many hundredths.
    pub fn new(name: impl Into<String>, amount: i64, quantity: u32) -> Self {
        Self {
            retailer_id: None,
            name: name.into(),
            amount: Amount::new(amount),
            quantity,
            sale_amount: None,
            country_of_origin: None,
            importer_name: None,
            importer_address: None,
        }
    }

    fn total(&self) -> i64 {
        let one = self.sale_amount.as_ref().unwrap_or(&self.amount);
        one.value.saturating_mul(i64::from(self.quantity))
    }
}

impl OrderStatus {
    /// How an order fares.
    pub fn new(reference_id: impl Into<String>, status: OrderState) -> Self {
        let order = OrderProgress { status, description: None };
        Self { reference_id: reference_id.into(), order, payment: None }
    }

    /// The same with a word about it, up to 120 characters.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.order.description = Some(description.into());
        self
    }

    /// Whether Meta would take it. See [`check`](super::check()).
    ///
    /// # Errors
    /// All violations found, with pointers into the parameters.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        check::judge_typed(self, check::order_status)
    }
}
