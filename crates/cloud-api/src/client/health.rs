//! Whether a phone number, an account, a template or a form can be used to send.

use serde::Deserialize;

use super::Client;
use crate::error::Error;
use crate::webhook::Id;
use crate::webhook::wire::{object, words};

words! {
    /// What a node is able to do.
    pub enum Ability {
        /// Everything.
        Available = "AVAILABLE",
        /// It works, but less than it could.
        Limited = "LIMITED",
        /// Nothing gets through.
        Blocked = "BLOCKED",
    }
}

object! {
    /// Whether messages can be sent through a node: blocked when any of its entities is, else limited when any is.
    pub struct HealthStatus {
        /// Of all entities together.
        can_send_message: Ability = "can_send_message",
        /// The node, its account, its business, the app.
        entities: Vec<HealthEntity> = "entities",
    }
}

object! {
    /// One thing that sending depends on.
    pub struct HealthEntity {
        /// `PHONE_NUMBER`, `MESSAGE_TEMPLATE`, `WABA`, `BUSINESS`, `APP` or `FLOW`.
        entity_type: String = "entity_type",
        /// Its id.
        id: Id = "id",
        /// What it is able to do.
        can_send_message: Ability = "can_send_message",
        /// Numbers with calls over SIP: whether they reach the business.
        can_receive_call_sip: Ability = "can_receive_call_sip",
        /// Remarks in English.
        additional_info: Vec<String> = "additional_info",
        /// What is wrong with it.
        errors: Vec<HealthError> = "errors",
    }
}

object! {
    /// What is wrong with an entity.
    pub struct HealthError {
        /// E.g. 141006 (payment method missing), 141010 (business not verified), 141014 (display name pending).
        error_code: i64 = "error_code",
        /// In English.
        error_description: String = "error_description",
        /// What to do about it, in English.
        possible_solution: String = "possible_solution",
    }
}

impl HealthStatus {
    /// Everything that is wrong, entity by entity.
    pub fn problems(&self) -> impl Iterator<Item = (&HealthEntity, &HealthError)> {
        let entities = self.entities.iter().flatten();
        entities.flat_map(|entity| entity.errors.iter().flatten().map(move |error| (entity, error)))
    }
}

#[derive(Deserialize)]
struct Answer {
    health_status: HealthStatus,
}

impl Client {
    /// Whether a phone number, account, template or form can be used to send, and why not.
    ///
    /// Permission B. Meta: Business Management API > Health status.
    ///
    /// # Errors
    /// Code 100 with subcode 33 for a wrong id; code 100 alone for a node that has no health.
    pub async fn health_status(&self, node_id: &str) -> Result<HealthStatus, Error> {
        let call = self.get("health_status", &[node_id]).query("fields", "health_status");
        let answer: Answer = call.read().await?;
        Ok(answer.health_status)
    }
}
