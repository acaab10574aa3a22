//! Nodes that other answers name by id, read directly. Seldom used. Meta: Graph API > WhatsApp Business Bot, WhatsApp
//! Business Profile, WhatsApp Account Number.

use serde_json::Value;

use super::Client;
use super::profile::BusinessProfile;
use super::query::{asking, fields};
use crate::error::Error;
use crate::webhook::Id;
use crate::webhook::wire::object;

object! {
    /// The conversational components of a number, by the id that `conversational_automation` names.
    pub struct Bot {
        /// Its id.
        id: Id = "id",
        /// Ice breakers.
        prompts: Vec<String> = "prompts",
        /// Commands: `command_name`, `command_description`.
        commands: Vec<Value> = "commands",
        /// Whether a first chat asks for a welcome.
        enable_welcome_message: bool = "enable_welcome_message",
    }
}

object! {
    /// A phone number, by the id of its account number.
    pub struct AccountNumber {
        /// Its id.
        id: Id = "id",
        /// As people write it.
        display_phone_number: String = "display_phone_number",
        /// The name customers see.
        verified_name: String = "verified_name",
        /// `CONNECTED`, `DISCONNECTED`, `PENDING`, `FLAGGED`, `RESTRICTED`, …
        status: String = "status",
        /// `GREEN`, `YELLOW`, `RED` or `NA`.
        quality_rating: String = "quality_rating",
        /// Two letters.
        country_code: String = "country_code",
        /// Calling code.
        country_dial_code: Id = "country_dial_code",
        /// `VERIFIED` or `UNVERIFIED`.
        code_verification_status: String = "code_verification_status",
        /// `APPROVED`, `DECLINED`, `PENDING_REVIEW`, …
        name_status: String = "name_status",
        /// `LIVE` or `SANDBOX`.
        account_mode: String = "account_mode",
        /// Whether it is an official business account.
        is_official_business_account: bool = "is_official_business_account",
    }
}

impl Client {
    /// Reads the conversational components of a number by their own id.
    ///
    /// Permission B. Meta: Graph API > WhatsApp Business Bot.
    ///
    /// # Errors
    /// As every call.
    pub async fn bot(&self, bot_id: &str, wanted: &[&str]) -> Result<Bot, Error> {
        asking(self.get("bot", &[bot_id]), &fields(wanted)).read().await
    }

    /// Reads a business profile by its own id, which [`Client::business_profile`] doesn't need. Its id and account
    /// name are in `extra`.
    ///
    /// Permission B. Meta: Graph API > WhatsApp Business Profile.
    ///
    /// # Errors
    /// As every call.
    pub async fn profile_node(&self, profile_id: &str, wanted: &[&str]) -> Result<BusinessProfile, Error> {
        asking(self.get("profile_node", &[profile_id]), &fields(wanted)).read().await
    }

    /// Changes a business profile by its own id; fields left `None` stay.
    ///
    /// Permission B. Meta: Graph API > WhatsApp Business Profile.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`BusinessProfile::validate`].
    pub async fn update_profile_node(
        &self,
        profile_id: &str,
        profile: &BusinessProfile,
    ) -> Result<(), Error> {
        self.judge(|| profile.validate())?;
        let mut body = serde_json::to_value(profile).unwrap_or_default();
        body["messaging_product"] = "whatsapp".into();
        self.post("update_profile_node", &[profile_id]).json(&body).idempotent().command().await
    }

    /// Reads a phone number by the id of its account number.
    ///
    /// Permission B. Meta: Graph API > WhatsApp Account Number.
    ///
    /// # Errors
    /// As every call.
    pub async fn account_number(&self, number_id: &str, wanted: &[&str]) -> Result<AccountNumber, Error> {
        asking(self.get("account_number", &[number_id]), &fields(wanted)).read().await
    }
}
