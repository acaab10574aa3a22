//! Business portfolios: what they own, what is shared with them, who pays. Meta: Solution providers > Manage
//! accounts; Graph API > Business.

use serde::Deserialize;
use serde_json::{Number, json};

pub use super::mobility::{
    IntentReceipt, MigrationIntent, Mobility, MobilityIntent, OnBehalfRequest, SolutionMigration,
};
use super::node::judged;
pub use super::preverified::{PreverifiedFilter, PreverifiedNumber};
pub use super::solutions::{NewSolution, Solution, SolutionReceipt, SolutionStatus, SolutionToken};

use super::query::{asking, fields, filtered};
use super::waba::{Party, Waba};
use super::{Client, Listing};
use crate::error::Error;
use crate::judge::text;
use crate::webhook::Id;
use crate::webhook::wire::object;

object! {
    /// A business portfolio. Only what was asked for is there.
    pub struct Portfolio {
        /// Its id.
        id: Id = "id",
        /// Its name.
        name: String = "name",
        /// Meta's number of a time zone.
        timezone_id: Number = "timezone_id",
        /// `verified`, `not_verified`, `pending`, …
        verification_status: String = "verification_status",
        /// When it was made, ISO 8601.
        created_time: String = "created_time",
        /// `ACTIVE`, `INACTIVE`, `SUSPENDED`, …
        business_status: String = "business_status",
    }
}

object! {
    /// A credit line of a partner.
    pub struct CreditLine {
        /// Its id.
        id: Id = "id",
        /// Who pays.
        legal_entity_name: String = "legal_entity_name",
    }
}

object! {
    /// A credit line attached to an account.
    pub struct CreditShare {
        /// Id of the sharing; [`Client::credit_sharing`] reads it, [`Client::revoke_credit_line`] ends it.
        allocation_config_id: Id = "allocation_config_id",
        /// The account.
        waba_id: Id = "waba_id",
    }
}

object! {
    /// A sharing of a credit line.
    pub struct CreditSharing {
        /// Its id.
        id: Id = "id",
        /// The business that may use the line.
        receiving_business: Party = "receiving_business",
        /// What the business pays with.
        receiving_credential: Party = "receiving_credential",
        /// `DELETED` when it was revoked.
        request_status: String = "request_status",
    }
}

object! {
    /// The portfolios whose users share ids.
    pub struct ParentBsuidAccount {
        /// Id of the account that gives parent ids (parent BSUID).
        parent_bsuid_account_id: Id = "parent_bsuid_account_id",
        /// Portfolios in it.
        enrolled_business_portfolios: Vec<serde_json::Value> = "enrolled_business_portfolios",
    }
}

#[derive(Deserialize)]
struct Created {
    id: Id,
}

impl Client {
    /// Reads a business portfolio.
    ///
    /// Permission `business_management`. Meta: Graph API > Business.
    ///
    /// # Errors
    /// As every call.
    pub async fn business(&self, business_id: &str, wanted: &[&str]) -> Result<Portfolio, Error> {
        asking(self.get("business", &[business_id]), &fields(wanted)).read().await
    }

    /// The accounts a business owns. `wanted` may be [`WABA_FIELDS`](super::waba::WABA_FIELDS).
    ///
    /// Permission B and `business_management`. Meta: Solution providers > Manage accounts.
    pub fn owned_wabas(&self, business_id: &str, wanted: &[&str]) -> Listing<Waba> {
        let listing = self.list("owned_wabas", &[business_id, "owned_whatsapp_business_accounts"]);
        filtered(listing, fields(wanted))
    }

    /// The accounts that clients share with a business, for partners.
    ///
    /// Permission B and `business_management`. Meta: Solution providers > Manage accounts.
    pub fn client_wabas(&self, business_id: &str, wanted: &[&str]) -> Listing<Waba> {
        let listing = self.list("client_wabas", &[business_id, "client_whatsapp_business_accounts"]);
        filtered(listing, fields(wanted))
    }

    /// The businesses that use an app, for partners.
    ///
    /// Permission `business_management`. Meta: Graph API > Application > Connected client businesses.
    pub fn connected_client_businesses(&self, app_id: &str) -> Listing<Portfolio> {
        self.list("connected_client_businesses", &[app_id, "connected_client_businesses"])
    }

    /// Puts a number into a partner's pool of pre-verified numbers; gives its id. Then
    /// [`Client::request_preverified_code`] and [`Client::verify_preverified_code`].
    ///
    /// Permission B. Meta: Embedded Signup > Pre-verified phone numbers.
    ///
    /// # Errors
    /// [`Error::Refused`] without a number; code 100 when it is in use on WhatsApp.
    pub async fn add_preverified_number(
        &self,
        business_id: &str,
        phone_number: &str,
    ) -> Result<String, Error> {
        let body = json!({"phone_number": phone_number});
        self.judge(|| {
            judged(&body, |node, findings| {
                findings.needs_text(node, "phone_number", text("Phone number", 1, usize::MAX));
            })
        })?;
        let call = self.post("add_preverified_number", &[business_id, "add_phone_numbers"]).json(&body);
        let created: Created = call.read().await?;
        Ok(created.id.into_string())
    }

    /// Asks the clients of a partner to let it use the Marketing Messages API for them.
    ///
    /// Permission B and `business_management`. Gives the id of the request; the webhook `account_update` tells
    /// who accepted. Meta: Marketing Messages API > Onboard business customers.
    ///
    /// # Errors
    /// Code 1752041 when they were asked already; code 100 when there is nobody to ask.
    pub async fn onboard_partners_to_marketing_messages(
        &self,
        business_id: &str,
        solution_id: Option<&str>,
    ) -> Result<Option<String>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            request_id: Option<Id>,
        }
        let call = self
            .post("onboard_partners_to_marketing_messages", &[business_id, "onboard_partners_to_mm_lite"]);
        let answer: Answer = call.query_some("solution_id", solution_id).read().await?;
        Ok(answer.request_id.map(Id::into_string))
    }

    /// The credit lines of a partner.
    ///
    /// Permission `business_management`, and the token's user must be an admin or financial editor. 5,000 calls an
    /// hour. Meta: Solution providers > Share and revoke credit lines.
    pub fn credit_lines(&self, business_id: &str) -> Listing<CreditLine> {
        self.list("credit_lines", &[business_id, "extendedcredits"]).with("fields", "id,legal_entity_name")
    }

    /// Lets a client's account use a partner's credit line, which then pays for it. `currency` is one of `AUD`,
    /// `EUR`, `GBP`, `IDR`, `INR`, `USD`, and stays.
    ///
    /// Permission B and `business_management`, rights as [`Client::credit_lines`]. Meta: Solution providers >
    /// Share and revoke credit lines.
    ///
    /// # Errors
    /// Code 100 when the account isn't shared with the partner or has a way to pay.
    pub async fn share_credit_line(
        &self,
        credit_line_id: &str,
        waba_id: &str,
        currency: &str,
    ) -> Result<CreditShare, Error> {
        let path = [credit_line_id, "whatsapp_credit_sharing_and_attach"];
        let call = self.post("share_credit_line", &path).query("waba_id", waba_id);
        call.query("waba_currency", currency).read().await
    }

    /// Reads a sharing of a credit line: who may use it, and whether it was revoked.
    ///
    /// Rights as [`Client::credit_lines`]. Meta: Solution providers > Share and revoke credit lines.
    ///
    /// # Errors
    /// As every call.
    pub async fn credit_sharing(&self, allocation_config_id: &str) -> Result<CreditSharing, Error> {
        let call = self.get("credit_sharing", &[allocation_config_id]);
        call.query("fields", "receiving_business,receiving_credential,request_status").read().await
    }

    /// Ends the sharing of a credit line. The client can't send what costs anything until it pays by itself.
    ///
    /// Rights as [`Client::credit_lines`]. Meta: Solution providers > Share and revoke credit lines.
    ///
    /// # Errors
    /// As every call.
    pub async fn revoke_credit_line(&self, allocation_config_id: &str) -> Result<(), Error> {
        self.delete("revoke_credit_line", &[allocation_config_id]).command().await
    }

    /// The account whose parent ids (parent BSUID) a portfolio uses.
    ///
    /// Permission B. Meta: Business-scoped user ids > Parent BSUIDs.
    ///
    /// # Errors
    /// As every call; code 100 when the portfolio isn't enrolled.
    pub async fn parent_bsuid_accounts(&self, business_id: &str) -> Result<ParentBsuidAccount, Error> {
        self.get("parent_bsuid_accounts", &[business_id, "parent-bsuid-accounts"]).read().await
    }
}
