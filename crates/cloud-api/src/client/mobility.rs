//! Moving an account from one partner to another. Meta: Solution providers > Migrate between partners.

use serde::Serialize;
use serde_json::{Map, Value};

use super::node::judged;
use super::solutions::Solution;
use super::waba::{Party, Waba};
use super::{Client, Listing};
use crate::error::Error;
use crate::judge::text;
use crate::violation::Violation;
use crate::webhook::Id;
use crate::webhook::wire::object;

object! {
    /// A request to run an account on behalf of its business.
    pub struct OnBehalfRequest {
        /// Its id.
        id: Id = "id",
        /// `APPROVE`, `DECLINE`, `IN_PROGRESS`, `EXPIRED`, `PENDING`, `CANCELED` or `INVALID`.
        status: String = "status",
        /// What it is about.
        business_owned_object: String = "business_owned_object",
        /// Who was asked.
        receiving_business: Party = "receiving_business",
        /// Who asked.
        requesting_business: Party = "requesting_business",
    }
}

object! {
    /// An intent to move an account to another solution.
    pub struct MigrationIntent {
        /// Its id.
        id: Id = "id",
        /// `INITIATED`, `ACCEPTED`, `REJECTED` or `COMPLETED`.
        status: String = "status",
    }
}

object! {
    /// An intent to give an account that is run on behalf of its business to that business.
    pub struct MobilityIntent {
        /// Its id.
        id: Id = "id",
        /// The account.
        waba: Box<Waba> = "waba",
        /// Where it goes.
        solution: Solution = "solution",
        /// `PENDING`, `ACTIVE`, `COMPLETED`, `CANCELLED` or `FAILED`.
        status: String = "status",
        /// ISO 8601.
        created_time: String = "created_time",
        /// ISO 8601.
        updated_time: String = "updated_time",
    }
}

object! {
    /// What became of an intent.
    pub struct IntentReceipt {
        /// Whether it was taken.
        success: bool = "success",
        /// Id of an intent for [`Client::migration_intent`].
        migration_intent_id: Id = "migration_intent_id",
        /// Id of an intent for [`Client::mobility_intent`].
        mobility_intent_id: Id = "mobility_intent_id",
        /// Id of an intent for [`Client::mobility_intent`], as the older edge names it.
        intent_id: Id = "intent_id",
        /// `PENDING`, `APPROVED`, `REJECTED`, `SCHEDULED`, …
        status: String = "status",
        /// Whether the business must agree.
        approval_required: bool = "approval_required",
        /// What to do, in English.
        next_steps: Vec<String> = "next_steps",
        /// ISO 8601.
        estimated_completion_time: String = "estimated_completion_time",
        /// What went wrong, in English.
        error_msg: String = "error_msg",
    }
}

/// An intent to move an account to another solution.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SolutionMigration {
    /// The solution.
    pub solution_id: String,
    /// `INITIATE_MIGRATION`, `CANCEL_MIGRATION`, `CONFIRM_MIGRATION` or `SCHEDULE_MIGRATION`.
    pub migration_intent: String,
    /// Anything else: `target_solution_id`, `migration_reason`, `scheduled_migration_time`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An intent to give an account to the business it is run for.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Mobility {
    /// The solution.
    pub solution_id: String,
    /// `INITIATE_TRANSFER`, `CONFIRM_TRANSFER`, `CANCEL_TRANSFER`, `REQUEST_HANDOVER`, `APPROVE_HANDOVER` or
    /// `REJECT_HANDOVER`.
    pub intent_type: String,
    /// Anything else: `target_solution_id`, `mobility_reason`, `scheduled_execution_time`, `metadata`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl SolutionMigration {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations: no solution, an unknown intent.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        const INTENTS: [&str; 4] =
            ["INITIATE_MIGRATION", "CANCEL_MIGRATION", "CONFIRM_MIGRATION", "SCHEDULE_MIGRATION"];
        judged(self, |node, findings| {
            findings.needs_text(node, "solution_id", text("Solution id", 1, usize::MAX));
            findings.one_of(node, "migration_intent", &INTENTS);
        })
    }
}

impl Mobility {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations: no solution, an unknown intent.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        const INTENTS: [&str; 6] = [
            "INITIATE_TRANSFER",
            "CONFIRM_TRANSFER",
            "CANCEL_TRANSFER",
            "REQUEST_HANDOVER",
            "APPROVE_HANDOVER",
            "REJECT_HANDOVER",
        ];
        judged(self, |node, findings| {
            findings.needs_text(node, "solution_id", text("Solution id", 1, usize::MAX));
            findings.one_of(node, "intent_type", &INTENTS);
        })
    }
}

impl Client {
    /// Starts, confirms or cancels the move of an account to another solution.
    ///
    /// Permission B and `business_management`. Meta: WhatsApp Business Account > Set solution migration intent.
    ///
    /// # Errors
    /// [`Error::Refused`] for an unknown intent; code 100 when the solution can't take the account.
    pub async fn set_solution_migration_intent(
        &self,
        waba_id: &str,
        intent: &SolutionMigration,
    ) -> Result<IntentReceipt, Error> {
        self.judge(|| intent.validate())?;
        let path = [waba_id, "set_solution_migration_intent"];
        self.post("set_solution_migration_intent", &path).json(intent).read().await
    }

    /// Where the move of an account to another solution stands.
    ///
    /// Permission B. Meta: Graph API > Migration intent.
    ///
    /// # Errors
    /// As every call.
    pub async fn migration_intent(&self, intent_id: &str) -> Result<MigrationIntent, Error> {
        self.get("migration_intent", &[intent_id]).read().await
    }

    /// Starts, confirms or cancels the transfer of an account that a partner runs on behalf of its business (OBO).
    ///
    /// Permission B and `business_management`. Meta: WhatsApp Business Account > OBO mobility intent.
    ///
    /// # Errors
    /// [`Error::Refused`] for an unknown intent; code 2593085 when the account isn't run on behalf of a business.
    pub async fn create_mobility_intent(
        &self,
        waba_id: &str,
        intent: &Mobility,
    ) -> Result<IntentReceipt, Error> {
        self.judge(|| intent.validate())?;
        self.post("create_mobility_intent", &[waba_id, "obo_mobility_intent"]).json(intent).read().await
    }

    /// Offers the business of an account that is run on its behalf (OBO) to take it, within a solution if one is
    /// given. The business confirms in its own settings.
    ///
    /// Permission B and `business_management`. Meta: WhatsApp Business Account > Set OBO mobility intent.
    ///
    /// # Errors
    /// As [`Client::create_mobility_intent`].
    pub async fn set_mobility_intent(
        &self,
        waba_id: &str,
        solution_id: Option<&str>,
    ) -> Result<IntentReceipt, Error> {
        let mut body = Map::from_iter([("waba_id".to_owned(), waba_id.into())]);
        body.extend(solution_id.map(|id| ("solution_id".to_owned(), id.into())));
        self.post("set_mobility_intent", &[waba_id, "set_obo_mobility_intent"]).json(&body).read().await
    }

    /// Where the transfer of an account to its business stands.
    ///
    /// Permission B. Meta: Graph API > OBO mobility intent.
    ///
    /// # Errors
    /// As every call.
    pub async fn mobility_intent(&self, intent_id: &str) -> Result<MobilityIntent, Error> {
        self.get("mobility_intent", &[intent_id]).read().await
    }

    /// Open requests to run an account on behalf of its business.
    ///
    /// Permission B. Meta: WhatsApp Business Account > In-progress on-behalf requests.
    pub fn on_behalf_requests(&self, waba_id: &str) -> Listing<OnBehalfRequest> {
        self.list("on_behalf_requests", &[waba_id, "in_progress_onbehalf_request"])
    }
}
