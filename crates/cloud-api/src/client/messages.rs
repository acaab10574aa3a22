//! Sending messages and read receipts.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Client, call, command};
use crate::error::Error;

/// Graph took a message. That isn't sent yet: statuses by webhook say what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The message's id, `wamid.…`.
    pub wamid: String,
    /// The recipient, as Meta knows them.
    pub contact: Option<SentContact>,
    /// Templates only: `accepted`, `held_for_quality_assessment` or `paused`.
    pub message_status: Option<String>,
    /// Messages to a group.
    pub group_id: Option<String>,
}

/// The recipient of a message, as Meta knows them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SentContact {
    /// What was given as recipient.
    pub input: Option<String>,
    /// The phone number as WhatsApp spells it; may differ from what was given (Brazil, Mexico, Argentina).
    pub wa_id: Option<String>,
    /// The business-scoped user id, if that was given.
    pub user_id: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    contacts: Vec<SentContact>,
    messages: Vec<AnswerMessage>,
}

#[derive(Deserialize)]
struct AnswerMessage {
    id: String,
    message_status: Option<String>,
    group_id: Option<String>,
}

impl Client {
    /// Sends a message: an [`Outbound`](crate::message::Outbound) or JSON of the same form. It isn't checked here.
    ///
    /// # Errors
    /// Look at [`Error::disposition`] before trying again: there is no idempotency key, and after
    /// [`Error::Unknown`] or [`Error::Decode`] the message may be on its way.
    pub async fn send_message(
        &self,
        phone_number_id: &str,
        message: &(impl Serialize + ?Sized + Sync),
    ) -> Result<Sent, Error> {
        let request = self.request(Method::POST, &[phone_number_id, "messages"]).json(message);
        let answer: Answer = call("send_message", phone_number_id, request).await?;
        let Some(sent) = answer.messages.into_iter().next() else {
            return Err(Error::Decode("send_message: the answer names no message".to_owned()));
        };
        tracing::debug!(phone_number.id = phone_number_id, wamid = sent.id, "message accepted");
        Ok(Sent {
            wamid: sent.id,
            contact: answer.contacts.into_iter().next(),
            message_status: sent.message_status,
            group_id: sent.group_id,
        })
    }

    /// Tells the customer that a message, and all before it, was read; with `typing` also shows for up to 25 seconds
    /// that an answer is being written.
    ///
    /// # Errors
    /// As every call. Doing it twice is harmless.
    pub async fn mark_read(&self, phone_number_id: &str, wamid: &str, typing: bool) -> Result<(), Error> {
        let mut body = json!({"messaging_product": "whatsapp", "status": "read", "message_id": wamid});
        if typing {
            body["typing_indicator"] = json!({"type": "text"});
        }
        let request = self.request(Method::POST, &[phone_number_id, "messages"]).json(&body);
        command("mark_read", phone_number_id, request).await
    }
}
