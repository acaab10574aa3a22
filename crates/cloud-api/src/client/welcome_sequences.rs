//! Welcome message sequences: what a click on an ad begins with. Meta: Ads that click to WhatsApp > Welcome message
//! sequences.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Client;
use crate::error::Error;
use crate::webhook::Id;
use crate::webhook::wire::object;

object! {
    /// What a click on an ad begins with.
    pub struct WelcomeSequence {
        /// Its id, which the ad names as `partner_app_welcome_message_flow_id`.
        sequence_id: Id = "sequence_id",
        /// Its name.
        name: String = "name",
        /// What is shown, as JSON or as JSON in a text.
        welcome_message_sequence: Value = "welcome_message_sequence",
        /// Whether an ad uses it; then it can't be deleted.
        is_used_in_ad: bool = "is_used_in_ad",
    }
}

/// What a click on an ad begins with. Meta: Ads that click to WhatsApp > Welcome message sequences.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WelcomeMessage {
    /// What the business says.
    pub text: String,
    /// What the customer may send at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autofill_message: Option<String>,
    /// Questions the customer may tap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ice_breakers: Vec<String>,
}

impl WelcomeMessage {
    fn json(&self) -> Value {
        let mut json = json!({"text": self.text});
        if let Some(content) = &self.autofill_message {
            json["autofill_message"] = json!({"content": content});
        }
        if !self.ice_breakers.is_empty() {
            json["ice_breakers"] = self.ice_breakers.iter().map(|title| json!({"title": title})).collect();
        }
        json
    }
}

/// Meta shows a bare list; every other edge wraps it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Sequences {
    Bare(Vec<WelcomeSequence>),
    Wrapped { data: Vec<WelcomeSequence> },
}

impl Client {
    /// Makes a welcome message sequence; gives its id.
    ///
    /// Permission B. Meta: Ads that click to WhatsApp > Welcome message sequences.
    ///
    /// # Errors
    /// Code 4027001 for a form Meta doesn't take, 4027010 when something is missing, 4027005 without the right to the
    /// account.
    pub async fn create_welcome_sequence(
        &self,
        waba_id: &str,
        name: &str,
        message: &WelcomeMessage,
    ) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Created {
            sequence_id: Id,
        }
        let body = json!({"name": name, "welcome_message_sequence": message.json()});
        let call = self.post("create_welcome_sequence", &[waba_id, "welcome_message_sequences"]).json(&body);
        let created: Created = call.read().await?;
        Ok(created.sequence_id.into_string())
    }

    /// Changes name or content of a welcome message sequence; what is `None` stays.
    ///
    /// Permission B. Meta: Ads that click to WhatsApp > Welcome message sequences.
    ///
    /// # Errors
    /// Code 4027012 when an active ad uses it, 4027017 when it isn't there.
    pub async fn update_welcome_sequence(
        &self,
        waba_id: &str,
        sequence_id: &str,
        name: Option<&str>,
        message: Option<&WelcomeMessage>,
    ) -> Result<(), Error> {
        let mut body = Map::from_iter([("sequence_id".to_owned(), sequence_id.into())]);
        body.extend(name.map(|name| ("name".to_owned(), name.into())));
        body.extend(message.map(|message| ("welcome_message_sequence".to_owned(), message.json())));
        let call = self.post("update_welcome_sequence", &[waba_id, "welcome_message_sequences"]).json(&body);
        call.idempotent().command().await
    }

    /// The welcome message sequences of an account; only one when its id is given.
    ///
    /// Permission B. Meta: Ads that click to WhatsApp > Welcome message sequences.
    ///
    /// # Errors
    /// As every call.
    pub async fn welcome_sequences(
        &self,
        waba_id: &str,
        sequence_id: Option<&str>,
    ) -> Result<Vec<WelcomeSequence>, Error> {
        let call = self.get("welcome_sequences", &[waba_id, "welcome_message_sequences"]);
        let answer = call.query_some("sequence_id", sequence_id).read().await?;
        let (Sequences::Bare(sequences) | Sequences::Wrapped { data: sequences }) = answer;
        Ok(sequences)
    }

    /// Deletes a welcome message sequence.
    ///
    /// Permission B. Meta: Ads that click to WhatsApp > Welcome message sequences.
    ///
    /// # Errors
    /// As [`Client::update_welcome_sequence`].
    pub async fn delete_welcome_sequence(&self, waba_id: &str, sequence_id: &str) -> Result<(), Error> {
        let call = self.delete("delete_welcome_sequence", &[waba_id, "welcome_message_sequences"]);
        call.query("sequence_id", sequence_id).command().await
    }
}
