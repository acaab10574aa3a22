//! Multi-partner solutions: a solution partner and a tech provider who serve clients together. Meta: Solution
//! providers > Multi-partner solutions.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::access::AppData;
use super::node::judged;
use super::query::{asking, fields};
use super::{Client, Listing, Secret};
use crate::error::Error;
use crate::judge::text;
use crate::violation::Violation;
use crate::webhook::wire::{object, words};
use crate::webhook::{Id, UnixTime};

words! {
    /// Where a solution is in its life.
    pub enum SolutionStatus {
        /// Made, and nobody asked.
        Draft = "DRAFT",
        /// The partner was asked.
        Initiated = "INITIATED",
        /// The partner accepted.
        Active = "ACTIVE",
        /// The partner refused.
        Rejected = "REJECTED",
        /// Ended.
        Deactivated = "DEACTIVATED",
    }
}

object! {
    /// A solution. Only what was asked for is there.
    pub struct Solution {
        /// Its id.
        id: Id = "id",
        /// Its name.
        name: String = "name",
        /// Where it is in its life.
        status: SolutionStatus = "status",
        /// `PENDING_ACTIVATION`, `PENDING_DEACTIVATION` or `NONE`.
        status_for_pending_request: String = "status_for_pending_request",
        /// The app that made it.
        owner_app: AppData = "owner_app",
        /// What its owner may do for clients.
        owner_permissions: Vec<String> = "owner_permissions",
        /// What its partner may do for clients.
        partner_permissions: Vec<String> = "partner_permissions",
    }
}

object! {
    /// What became of a request or an answer to it.
    pub struct SolutionReceipt {
        /// The solution.
        solution_id: Id = "solution_id",
        /// Whether it was taken.
        success: bool = "success",
        /// In English.
        message: String = "message",
        /// Where the partner stands: `ACCEPTED`, `REJECTED`, …
        partner_status: String = "partner_status",
        /// Id of a request to end the solution.
        request_id: Id = "request_id",
    }
}

/// A new solution.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct NewSolution {
    /// Its name.
    pub solution_name: String,
    /// The partner's app.
    pub partner_app_id: String,
    /// What its owner may do for clients: `MESSAGING`.
    pub owner_permissions: Vec<String>,
    /// What its partner may do for clients: `MESSAGING`.
    pub partner_permissions: Vec<String>,
}

impl NewSolution {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations: no name, no partner.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |node, findings| {
            findings.needs_text(node, "solution_name", text("Name", 1, usize::MAX));
            findings.needs_text(node, "partner_app_id", text("App id", 1, usize::MAX));
        })
    }
}

/// The token of a solution for one client.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SolutionToken {
    /// The token.
    pub access_token: Secret,
    /// When it ends; 0 for never.
    pub expires_at: Option<UnixTime>,
    /// Everything else Graph said.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Client {
    /// The solutions an account is served by.
    ///
    /// Permission B. Meta: Solution providers > Multi-partner solutions.
    pub fn waba_solutions(&self, waba_id: &str) -> Listing<Solution> {
        self.list("waba_solutions", &[waba_id, "solutions"])
    }

    /// The solutions of an app; `role` is `OWNER` or `PARTNER`, both when `None`.
    ///
    /// Permission B and `business_management`. Meta: Solution providers > Multi-partner solutions.
    pub fn app_solutions(&self, app_id: &str, role: Option<&str>) -> Listing<Solution> {
        let listing = self.list("app_solutions", &[app_id, "whatsapp_business_solutions"]);
        match role {
            Some(role) => listing.with("role", role),
            None => listing,
        }
    }

    /// Makes a solution and asks the partner; gives its id. The webhook `partner_solutions` tells what the partner
    /// said.
    ///
    /// Permission B and `business_management`. Meta: Solution providers > Multi-partner solutions.
    ///
    /// # Errors
    /// [`Error::Refused`] without name or partner; code 100 when the partner's app isn't one that can be asked.
    pub async fn create_solution(&self, app_id: &str, solution: &NewSolution) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(alias = "id")]
            solution_id: Id,
        }
        self.judge(|| solution.validate())?;
        let call = self.post("create_solution", &[app_id, "whatsapp_business_solution"]).json(solution);
        let answer: Answer = call.read().await?;
        Ok(answer.solution_id.into_string())
    }

    /// Reads a solution.
    ///
    /// Permission B and `business_management`. Meta: Solution providers > Multi-partner solutions.
    ///
    /// # Errors
    /// As every call.
    pub async fn solution(&self, solution_id: &str, wanted: &[&str]) -> Result<Solution, Error> {
        asking(self.get("solution", &[solution_id]), &fields(wanted)).read().await
    }

    /// The token a partner uses for a client that the other partner brought.
    ///
    /// Permission B and `business_management`. Meta: Solution providers > Multi-partner solutions.
    ///
    /// # Errors
    /// Code 100 when the client isn't one of this solution.
    pub async fn solution_token(
        &self,
        solution_id: &str,
        client_business_id: &str,
    ) -> Result<SolutionToken, Error> {
        let call = self.get("solution_token", &[solution_id, "access_token"]);
        call.query("business_id", client_business_id).read().await
    }

    /// Accepts to be the partner of a solution.
    ///
    /// Permission B and `business_management`. Meta: Solution providers > Multi-partner solutions.
    ///
    /// # Errors
    /// Code 100 when this app wasn't asked.
    pub async fn accept_solution(
        &self,
        solution_id: &str,
        partner_app_id: &str,
    ) -> Result<SolutionReceipt, Error> {
        let call = self.post("accept_solution", &[solution_id, "accept"]);
        call.json(&json!({"partner_app_id": partner_app_id})).read().await
    }

    /// Refuses to be the partner of a solution.
    ///
    /// Permission B and `business_management`. Meta: Solution providers > Multi-partner solutions.
    ///
    /// # Errors
    /// As [`Client::accept_solution`].
    pub async fn reject_solution(
        &self,
        solution_id: &str,
        reason: Option<&str>,
    ) -> Result<SolutionReceipt, Error> {
        let mut body = json!({"request_type": "PARTNERSHIP_REQUEST"});
        if let Some(reason) = reason {
            body["rejection_reason"] = reason.into();
        }
        self.post("reject_solution", &[solution_id, "reject"]).json(&body).read().await
    }

    /// Asks the other partner to end a solution.
    ///
    /// Permission B and `business_management`. Meta: Solution providers > Multi-partner solutions.
    ///
    /// # Errors
    /// Code 100 when it isn't active.
    pub async fn request_solution_deactivation(
        &self,
        solution_id: &str,
        reason: Option<&str>,
    ) -> Result<SolutionReceipt, Error> {
        let body = reason.map_or_else(|| json!({}), |reason| json!({"reason": reason}));
        let path = [solution_id, "send_deactivation_request"];
        self.post("request_solution_deactivation", &path).json(&body).read().await
    }

    /// Agrees to end a solution.
    ///
    /// Permission B and `business_management`. Meta: Solution providers > Multi-partner solutions.
    ///
    /// # Errors
    /// Code 100 when nobody asked.
    pub async fn accept_solution_deactivation(&self, solution_id: &str) -> Result<Solution, Error> {
        let path = [solution_id, "accept_deactivation_request"];
        self.post("accept_solution_deactivation", &path).json(&json!({})).read().await
    }

    /// Refuses to end a solution.
    ///
    /// Permission B and `business_management`. Meta: Solution providers > Multi-partner solutions.
    ///
    /// # Errors
    /// As [`Client::accept_solution_deactivation`].
    pub async fn reject_solution_deactivation(&self, solution_id: &str) -> Result<Solution, Error> {
        let path = [solution_id, "reject_deactivation_request"];
        let body = json!({"reject_deactivation_request": true});
        self.post("reject_solution_deactivation", &path).json(&body).read().await
    }
}
