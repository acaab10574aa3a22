//! From a number on paper to one that sends: code, registration, and the data of the WhatsApp Business app.
//! Meta: Business phone numbers > Verify, Register; Coexistence.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::node::{formed, judged, six_digits, word};
use super::{Client, Secret};
use crate::error::Error;
use crate::judge::text;
use crate::violation::Violation;
use crate::webhook::Id;
use crate::webhook::wire::words;

/// Countries whose data can be kept inside. Meta: Local storage.
pub const REGIONS: &[&str] =
    &["AU", "ID", "IN", "JP", "SG", "KR", "DE", "CH", "GB", "BR", "BH", "ZA", "AE", "CA"];

words! {
    /// How a verification code arrives.
    pub enum CodeMethod {
        /// By text message.
        Sms = "SMS",
        /// By a call.
        Voice = "VOICE",
    }
}

/// How a number is registered. Meta: Business phone numbers > Register.
#[derive(Debug, Clone, Serialize)]
pub struct Registration {
    /// PIN of two-step verification, six digits: the one that is set, or the one to set.
    #[serde(serialize_with = "Secret::write")]
    pub pin: Secret,
    /// Keeps message data in one of [`REGIONS`]. Can be changed by deregistering and registering only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_localization_region: Option<String>,
    /// What an on-premises server exported, when the number comes from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<Backup>,
}

/// Export of an on-premises server.
#[derive(Debug, Clone, Serialize)]
pub struct Backup {
    /// The exported data.
    #[serde(serialize_with = "Secret::write")]
    pub data: Secret,
    /// The password of the export.
    #[serde(serialize_with = "Secret::write")]
    pub password: Secret,
}

impl Registration {
    /// Registration with a PIN, data wherever Meta keeps it.
    pub fn new(pin: impl Into<Secret>) -> Self {
        Self { pin: pin.into(), data_localization_region: None, backup: None }
    }

    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |root, findings| {
            six_digits(findings, root, "pin");
            word(findings, root, "data_localization_region", REGIONS);
            if let Some(backup) = findings.may_have_object(root, "backup") {
                findings.needs_text(&backup, "data", text("Backup data", 1, usize::MAX));
                findings.needs_text(&backup, "password", text("Backup password", 1, usize::MAX));
            }
        })
    }
}

words! {
    /// What the WhatsApp Business app hands over when it shares its number.
    pub enum AppData {
        /// Contacts; arrive by `smb_app_state_sync` webhooks.
        Contacts = "smb_app_state_sync",
        /// Up to 180 days of messages; arrive by `history` webhooks.
        History = "history",
    }
}

/// Meta has begun to send what the WhatsApp Business app holds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AppDataRequested {
    /// Meta's id of the request.
    pub request_id: Id,
    /// Everything else Graph said.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Client {
    /// Has a code sent to the number, to prove that it is yours. `language` is a code of two letters, or with a country:
    /// `en_US`. Permission B. Meta: Business phone numbers > Verify.
    ///
    /// # Errors
    /// Code 136024 after too many codes: wait; 2388091 and 2388093 when the number isn't eligible.
    pub async fn request_code(
        &self,
        phone_number_id: &str,
        method: &CodeMethod,
        language: &str,
    ) -> Result<(), Error> {
        let body = json!({"code_method": method, "language": language});
        self.judge(|| {
            judged(&body, |root, findings| {
                findings.one_of(root, "code_method", &["SMS", "VOICE"]);
                findings.needs_text(root, "language", text("Language", 2, 10));
            })
        })?;
        self.post("request_code", &[phone_number_id, "request_code"]).json(&body).command().await
    }

    /// Gives the code that arrived, six digits. Permission B. Meta: Business phone numbers > Verify.
    ///
    /// # Errors
    /// [`Error::Refused`] for anything but six digits; code 136025 for the wrong ones.
    pub async fn verify_code(&self, phone_number_id: &str, code: &Secret) -> Result<(), Error> {
        let body = json!({"code": code.expose()});
        self.judge(|| judged(&body, |root, findings| six_digits(findings, root, "code")))?;
        self.post("verify_code", &[phone_number_id, "verify_code"]).json(&body).command().await
    }

    /// Registers a number, so that it can send; also puts a new display name to use. Permissions B and M.
    ///
    /// Within 14 days for numbers that came by Embedded Signup. At most 10 registrations and deregistrations of a number in
    /// 72 hours; the next one locks it for 72 hours (133016), so this is never repeated after an unknown outcome.
    /// Meta: Business phone numbers > Register.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`Registration::validate`]; codes 133005 (wrong PIN), 133006 (verify first), 133008 and 133009
    /// (too many PINs), 133015 (deleted a few minutes ago).
    pub async fn register(&self, phone_number_id: &str, registration: &Registration) -> Result<(), Error> {
        self.judge(|| registration.validate())?;
        let mut body = serde_json::to_value(registration).unwrap_or_default();
        body["messaging_product"] = "whatsapp".into();
        self.post("register", &[phone_number_id, "register"]).json(&body).command().await
    }

    /// Takes a number out of use; it can't send until it is registered again. Counts as in [`Client::register`]. Not for
    /// numbers the WhatsApp Business app uses as well. Permissions B and M. Meta: Business phone numbers > Deregister.
    ///
    /// # Errors
    /// Code 133000 when an earlier attempt was left half done: repeat it. 133016 after too many.
    pub async fn deregister(&self, phone_number_id: &str) -> Result<(), Error> {
        self.post("deregister", &[phone_number_id, "deregister"]).command().await
    }

    /// Asks for what the WhatsApp Business app holds: once each, within 24 hours after onboarding. Permission B.
    /// Meta: Coexistence > Synchronise.
    ///
    /// # Errors
    /// Subcodes 2593107 (asked already) and 2593108 (too late). That the user keeps the history to themselves is told by
    /// webhook (2593109).
    pub async fn request_app_data(
        &self,
        phone_number_id: &str,
        data: &AppData,
    ) -> Result<AppDataRequested, Error> {
        let body = json!({"messaging_product": "whatsapp", "sync_type": data});
        self.judge(|| {
            judged(&body, |root, findings| {
                formed(findings, root, "sync_type", "smb_app_state_sync or history", |kind| {
                    matches!(kind, "smb_app_state_sync" | "history")
                });
            })
        })?;
        self.post("request_app_data", &[phone_number_id, "smb_app_data"]).json(&body).read().await
    }
}
