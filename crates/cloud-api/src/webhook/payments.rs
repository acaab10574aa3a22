//! Payments, in statuses of type `payment`. Meta: Cloud API > Payments > India, Brazil.

use serde_json::Value as Json;

use super::scalar::{Id, UnixTime};
use super::wire::{object, words};

object! {
    /// What became of a payment.
    pub struct Payment {
        /// Given with the order.
        reference_id: Id = "reference_id",
        /// How much.
        amount: PaymentAmount = "amount",
        /// ISO 4217.
        currency: String = "currency",
        /// The try to pay.
        transaction: Transaction = "transaction",
        /// Given with the order.
        receipt: String = "receipt",
        /// Given with the order: your own keys and texts.
        notes: Json = "notes",
        /// Given with the order.
        udf1: String = "udf1",
        /// Given with the order.
        udf2: String = "udf2",
        /// Given with the order.
        udf3: String = "udf3",
        /// Given with the order.
        udf4: String = "udf4",
    }
}

object! {
    /// An amount: `value / offset` units of the currency.
    pub struct PaymentAmount {
        /// In parts.
        value: i64 = "value",
        /// Parts per unit.
        offset: i64 = "offset",
    }
}

words! {
    /// How a try to pay stands.
    pub enum TransactionStatus {
        /// Not decided yet.
        Pending = "pending",
        /// Paid.
        Success = "success",
        /// Not paid.
        Failed = "failed",
    }
}

object! {
    /// One try to pay.
    pub struct Transaction {
        /// WhatsApp's id.
        id: Id = "id",
        /// The gateway's id.
        pg_transaction_id: Id = "pg_transaction_id",
        /// The gateway, e.g. `razorpay`.
        kind: String = "type",
        /// How it stands.
        status: TransactionStatus = "status",
        /// When it began.
        created_timestamp: UnixTime = "created_timestamp",
        /// When it last changed.
        updated_timestamp: UnixTime = "updated_timestamp",
        /// What it was paid with.
        method: PaymentMethod = "method",
        /// Why it failed.
        error: PaymentError = "error",
    }
}

object! {
    /// What was paid with.
    pub struct PaymentMethod {
        /// E.g. `upi`.
        kind: String = "type",
    }
}

object! {
    /// Why a try to pay failed, in the gateway's words.
    pub struct PaymentError {
        /// Its code.
        code: String = "code",
        /// Its reason.
        reason: String = "reason",
    }
}
