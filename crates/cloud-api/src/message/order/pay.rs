//! Ways to pay for an order.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::message::wire::{Open, words};

/// A way to pay. India: payment gateways, UPI and links; Brazil: Pix, Boleto, links and cards on file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PaymentSetting {
    /// Through a gateway, inside WhatsApp.
    PaymentGateway {
        /// Which, and how.
        payment_gateway: PaymentGateway,
    },
    /// Through any UPI app.
    UpiIntentLink {
        /// Where to.
        upi_intent_link: UpiIntentLink,
    },
    /// With a Pix code.
    PixDynamicCode {
        /// The code.
        pix_dynamic_code: PixCode,
    },
    /// With a Boleto.
    Boleto {
        /// Its number.
        boleto: Boleto,
    },
    /// On a page.
    PaymentLink {
        /// Which.
        payment_link: PaymentLink,
    },
    /// With a card the business knows already.
    OffsiteCardPay {
        /// Which.
        offsite_card_pay: OffsiteCard,
    },
    /// A kind this crate has no type for, as JSON.
    #[serde(untagged)]
    Other(Value),
}

/// A payment gateway with a configuration made in WhatsApp Manager.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentGateway {
    /// Which.
    #[serde(rename = "type")]
    pub kind: GatewayKind,
    /// The configuration's name.
    pub configuration_name: String,
    /// What the gateway gets, under its own name, e.g. `razorpay: {receipt, notes}`.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

words! {
    /// A payment gateway.
    pub enum GatewayKind {
        /// BillDesk.
        Billdesk = "billdesk",
        /// Razorpay.
        Razorpay = "razorpay",
        /// PayU.
        Payu = "payu",
        /// Zaakpay.
        Zaakpay = "zaakpay",
    }
}

/// A link that opens a UPI app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpiIntentLink {
    /// `upi://pay?…`.
    pub link: String,
}

/// A Pix code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PixCode {
    /// The code to copy.
    pub code: String,
    /// Who is paid.
    pub merchant_name: String,
    /// Their Pix key.
    pub key: String,
    /// `CPF`, `CNPJ`, `EMAIL`, `PHONE` or `EVP`.
    pub key_type: String,
}

/// A Boleto.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boleto {
    /// Its number, to copy.
    pub digitable_line: String,
}

/// A page to pay on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentLink {
    /// Its URL.
    pub uri: String,
}

/// A card the business knows already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffsiteCard {
    /// The last four digits, shown.
    pub last_four_digits: String,
    /// Yours; comes back when the person agrees.
    pub credential_id: String,
}

impl Open for PaymentSetting {
    fn other(json: Value) -> Self {
        Self::Other(json)
    }

    fn known(&self) -> bool {
        !matches!(self, Self::Other(_))
    }
}

impl PaymentSetting {
    /// Through a gateway. `details` is what the gateway gets, or null.
    pub fn gateway(kind: GatewayKind, configuration_name: impl Into<String>, details: Value) -> Self {
        let given = (!details.is_null()).then(|| (kind.as_str().to_owned(), details));
        let details = given.into_iter().collect();
        let configuration_name = configuration_name.into();
        Self::PaymentGateway { payment_gateway: PaymentGateway { kind, configuration_name, details } }
    }

    /// Through any UPI app.
    pub fn upi_intent(link: impl Into<String>) -> Self {
        Self::UpiIntentLink { upi_intent_link: UpiIntentLink { link: link.into() } }
    }

    /// With a Pix code.
    pub fn pix(code: PixCode) -> Self {
        Self::PixDynamicCode { pix_dynamic_code: code }
    }

    /// With a Boleto.
    pub fn boleto(digitable_line: impl Into<String>) -> Self {
        Self::Boleto { boleto: Boleto { digitable_line: digitable_line.into() } }
    }

    /// On a page.
    pub fn payment_link(uri: impl Into<String>) -> Self {
        Self::PaymentLink { payment_link: PaymentLink { uri: uri.into() } }
    }

    /// With a card the business knows already.
    pub fn offsite_card(last_four_digits: impl Into<String>, credential_id: impl Into<String>) -> Self {
        let (last_four_digits, credential_id) = (last_four_digits.into(), credential_id.into());
        Self::OffsiteCardPay { offsite_card_pay: OffsiteCard { last_four_digits, credential_id } }
    }
}
