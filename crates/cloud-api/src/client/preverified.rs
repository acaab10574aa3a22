//! A partner's pool of numbers that are verified before a client takes one. Meta: Embedded Signup > Pre-verified
//! phone numbers.

use serde_json::json;

use super::business::Portfolio;
use super::node::judged;
use super::query::{Query, asking, fields, filtered, give};
use super::{Client, Listing};
use crate::error::Error;
use crate::judge::text;
use crate::webhook::Id;
use crate::webhook::wire::object;

/// Which pre-verified numbers are wanted; what is `None` doesn't matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PreverifiedFilter {
    /// `VERIFIED`, `PENDING`, `FAILED` or `EXPIRED`.
    pub verification_status: Option<String>,
    /// `AVAILABLE`, `IN_USE`, `RESERVED` or `UNAVAILABLE`.
    pub availability_status: Option<String>,
    /// Two letters.
    pub country_code: Option<String>,
}

object! {
    /// A pre-verified number.
    pub struct PreverifiedNumber {
        /// Its id; Embedded Signup takes it in `extras.setup.preVerifiedPhone.ids`.
        id: Id = "id",
        /// As people write it.
        display_phone_number: String = "display_phone_number",
        /// Calling code.
        country_prefix: Id = "country_prefix",
        /// Two letters.
        country_code: String = "country_code",
        /// `VERIFIED`, `PENDING`, `FAILED` or `EXPIRED`.
        verification_status: String = "verification_status",
        /// `VERIFIED` or `NOT_VERIFIED`, as single numbers say it.
        code_verification_status: String = "code_verification_status",
        /// Until when the verification counts (90 days), as Graph writes it.
        verification_expiry_time: serde_json::Value = "verification_expiry_time",
        /// `AVAILABLE`, `IN_USE`, `RESERVED` or `UNAVAILABLE`.
        availability_status: String = "availability_status",
        /// What is wrong with the number, in English.
        error_msg: String = "error_msg",
        /// Whether the id is one of a number.
        is_input_id_valid: bool = "is_input_id_valid",
    }
}

impl Client {
    /// A partner's pre-verified numbers.
    ///
    /// Permission B and `business_management`. Meta: Embedded Signup > Pre-verified phone numbers.
    pub fn preverified_numbers(
        &self,
        business_id: &str,
        filter: &PreverifiedFilter,
    ) -> Listing<PreverifiedNumber> {
        let mut query = Query::new();
        give(&mut query, "verification_status", filter.verification_status.as_ref());
        give(&mut query, "availability_status", filter.availability_status.as_ref());
        give(&mut query, "country_code", filter.country_code.as_ref());
        filtered(self.list("preverified_numbers", &[business_id, "preverified_numbers"]), query)
    }

    /// Lets another partner offer a pre-verified number.
    ///
    /// Permission B and `business_management`. Meta: Embedded Signup > Pre-verified phone numbers.
    ///
    /// # Errors
    /// Code 100 when the number isn't verified or the partner isn't one.
    pub async fn share_preverified_number(
        &self,
        business_id: &str,
        preverified_id: &str,
        partner_business_id: &str,
    ) -> Result<(), Error> {
        let body = json!({"preverified_id": preverified_id, "partner_business_id": partner_business_id});
        let call = self.post("share_preverified_number", &[business_id, "share_preverified_numbers"]);
        call.json(&body).idempotent().command().await
    }

    /// Reads a pre-verified number.
    ///
    /// Permission B. Meta: Embedded Signup > Pre-verified phone numbers.
    ///
    /// # Errors
    /// As every call.
    pub async fn preverified_number(
        &self,
        preverified_id: &str,
        wanted: &[&str],
    ) -> Result<PreverifiedNumber, Error> {
        asking(self.get("preverified_number", &[preverified_id]), &fields(wanted)).read().await
    }

    /// Takes a number out of the pool.
    ///
    /// Permission B. Meta: Embedded Signup > Pre-verified phone numbers.
    ///
    /// # Errors
    /// Code 100 when a client uses it.
    pub async fn delete_preverified_number(&self, preverified_id: &str) -> Result<(), Error> {
        self.delete("delete_preverified_number", &[preverified_id]).command().await
    }

    /// The partners that may offer a pre-verified number.
    ///
    /// Permission B and `business_management`. Meta: Embedded Signup > Pre-verified phone numbers.
    pub fn preverified_number_partners(&self, preverified_id: &str) -> Listing<Portfolio> {
        self.list("preverified_number_partners", &[preverified_id, "partners"])
    }

    /// Has a code sent to a number of the pool; `method` is `SMS` or `VOICE`, `language` e.g. `en_US`.
    ///
    /// Permission B. Meta: Embedded Signup > Pre-verified phone numbers.
    ///
    /// # Errors
    /// [`Error::Refused`] for another method; code 136024 when codes were asked for too often.
    pub async fn request_preverified_code(
        &self,
        preverified_id: &str,
        method: &str,
        language: &str,
    ) -> Result<(), Error> {
        let body = json!({"code_method": method, "language": language});
        self.judge(|| {
            judged(&body, |node, findings| {
                findings.one_of(node, "code_method", &["SMS", "VOICE"]);
                findings.needs_text(node, "language", text("Language", 1, usize::MAX));
            })
        })?;
        self.post("request_preverified_code", &[preverified_id, "request_code"]).json(&body).command().await
    }

    /// Verifies a number of the pool with the code that came. The verification counts for 90 days.
    ///
    /// Permission B. Meta: Embedded Signup > Pre-verified phone numbers.
    ///
    /// # Errors
    /// [`Error::Refused`] for an empty code; code 136025 for a wrong one.
    pub async fn verify_preverified_code(&self, preverified_id: &str, code: &str) -> Result<(), Error> {
        let body = json!({"code": code});
        self.judge(|| {
            judged(&body, |node, findings| {
                findings.needs_text(node, "code", text("Code", 1, usize::MAX));
            })
        })?;
        self.post("verify_preverified_code", &[preverified_id, "verify_code"]).json(&body).command().await
    }
}
