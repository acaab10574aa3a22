//! Phone numbers, and the subscription to an account's webhooks.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Client, Listing};
use crate::error::Error;
use crate::webhook::Id;

/// A phone number of the business. Meta: Graph API > WhatsApp Business Phone Number.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PhoneNumber {
    /// The id used in calls.
    pub id: Id,
    /// As people write it.
    pub display_phone_number: Option<String>,
    /// The name customers see.
    pub verified_name: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    pub quality_rating: Option<String>,
    /// Everything else Graph said.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Client {
    /// Looks a phone number up; also the cheapest way to see whether a token is good for it.
    ///
    /// # Errors
    /// As every call; code 190 for a bad token, code 100 with subcode 33 for a wrong id.
    pub async fn phone_number(&self, phone_number_id: &str) -> Result<PhoneNumber, Error> {
        self.get("phone_number", &[phone_number_id]).read().await
    }

    /// The phone numbers of an account.
    pub fn phone_numbers(&self, waba_id: &str) -> Listing<PhoneNumber> {
        self.list("phone_numbers", &[waba_id, "phone_numbers"])
    }

    /// Subscribes the token's app to the webhooks of an account. Doing it twice is harmless.
    ///
    /// # Errors
    /// As every call.
    pub async fn subscribe_app(&self, waba_id: &str) -> Result<(), Error> {
        self.post("subscribe_app", &[waba_id, "subscribed_apps"]).idempotent().command().await
    }
}
