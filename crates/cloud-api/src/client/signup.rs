//! What the browser says during Embedded Signup. Meta: Embedded Signup > Implementation > Session logging.
//!
//! Meta's window posts messages to the page it was opened from. A page passes their text on; this reads it. Never trust it
//! without [`Client::debug_token`](super::Client::debug_token): anybody can post such a message. Messages from an origin that
//! doesn't end in `facebook.com` aren't Meta's.

use serde_json::Value;

use crate::webhook::Id;
use crate::webhook::wire::{object, words};

/// `type` of Embedded Signup's messages.
const KIND: &str = "WA_EMBEDDED_SIGNUP";

words! {
    /// How a signup ended.
    pub enum SignupEvent {
        /// With an account and a number.
        Finish = "FINISH",
        /// With an account, without a number.
        FinishOnlyWaba = "FINISH_ONLY_WABA",
        /// With the number of a WhatsApp Business app, which stays in use (coexistence). Don't register it.
        FinishBusinessApp = "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING",
        /// With a right to an account the client had.
        FinishObo = "FINISH_OBO_MIGRATION",
        /// With a right to an account that another partner keeps.
        FinishGrantOnly = "FINISH_GRANT_ONLY_API_ACCESS",
        /// Not: the client left, or reported an error.
        Cancel = "CANCEL",
        /// Not: something failed.
        Error = "ERROR",
    }
}

object! {
    /// A message of Embedded Signup to the page.
    pub struct SignupMessage {
        /// `WA_EMBEDDED_SIGNUP`.
        kind: String = "type",
        /// How it ended.
        event: SignupEvent = "event",
        /// What came out.
        data: SignupData = "data",
        /// Version of the message: 3.
        version: Id = "version",
    }
}

object! {
    /// What came out of a signup.
    pub struct SignupData {
        /// The number.
        phone_number_id: Id = "phone_number_id",
        /// The account.
        waba_id: Id = "waba_id",
        /// Several accounts, when the client shared more than one.
        waba_ids: Vec<Id> = "waba_ids",
        /// The client's portfolio.
        business_id: Id = "business_id",
        /// Ad accounts that were shared.
        ad_account_ids: Vec<Id> = "ad_account_ids",
        /// Pages that were shared.
        page_ids: Vec<Id> = "page_ids",
        /// Data sets that were shared.
        dataset_ids: Vec<Id> = "dataset_ids",
        /// Catalogs that were shared.
        catalog_ids: Vec<Id> = "catalog_ids",
        /// Where the client left, e.g. `PHONE_NUMBER_SETUP`.
        current_step: String = "current_step",
        /// What the client was told.
        error_message: String = "error_message",
        /// Meta's number of the error.
        error_id: Id = "error_id",
        /// As error messages of version 2 name it.
        error_code: Id = "error_code",
        /// Meta's support asks for it.
        session_id: Id = "session_id",
        /// When, in seconds since 1970.
        timestamp: Id = "timestamp",
    }
}

impl SignupMessage {
    /// Reads the text of a message; `None` for messages that aren't Embedded Signup's.
    ///
    /// ```
    /// use cloud_api::client::tokens::{SignupEvent, SignupMessage};
    ///
    /// let text = r#"{"type":"WA_EMBEDDED_SIGNUP","event":"FINISH","data":{"phone_number_id":"106540352242922",
    ///     "waba_id":"102290129340398","business_id":"506914307656634"},"version":"3"}"#;
    /// let message = SignupMessage::parse(text).ok_or("not Embedded Signup's")?;
    /// assert_eq!(message.event, Some(SignupEvent::Finish));
    /// assert!(message.finished());
    /// assert_eq!(SignupMessage::parse("cb=f1"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let json: Value = serde_json::from_str(text).ok()?;
        let message: Self = serde_json::from_value(json).ok()?;
        (message.kind.as_deref() == Some(KIND)).then_some(message)
    }

    /// Whether the client shared something. Words this crate doesn't know count by how they begin.
    pub fn finished(&self) -> bool {
        self.event.as_ref().is_some_and(|event| event.as_str().starts_with("FINISH"))
    }

    /// Whether the number must be registered now ([`FINISH`](SignupEvent::Finish) with a number): not for coexistence, where
    /// the app has it.
    pub fn needs_registration(&self) -> bool {
        let number = self.data.as_ref().and_then(|data| data.phone_number_id.as_ref());
        self.event == Some(SignupEvent::Finish) && number.is_some()
    }
}
