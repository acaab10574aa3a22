//! Sending messages and read receipts.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Client;
use crate::error::Error;
use crate::message;

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
    /// Sends a message: an [`Outbound`](crate::message::Outbound) or JSON of the same form. Permission M.
    ///
    /// A number sends 80 messages a second (130429 beyond), and one every 6 seconds to the same person, with a few in
    /// advance (131056). Meta: Cloud API > Reference > Messages.
    ///
    /// # Errors
    /// [`Error::Refused`] when [`message::check`](crate::message::check()) finds anything; it never leaves then. Otherwise
    /// look at [`Error::disposition`] before trying again: there is no idempotency key, and after [`Error::Unknown`] or
    /// [`Error::Decode`] the message may be on its way.
    pub async fn send_message(
        &self,
        phone_number_id: &str,
        message: &(impl Serialize + ?Sized + Sync),
    ) -> Result<Sent, Error> {
        self.send("send_message", &[phone_number_id, "messages"], message).await
    }

    /// Sends a message to an edge that takes messages.
    async fn send(
        &self,
        operation: &'static str,
        path: &[&str; 2],
        message: &(impl Serialize + ?Sized + Sync),
    ) -> Result<Sent, Error> {
        let message = serde_json::to_value(message).map_err(|error| Error::Invalid(error.to_string()))?;
        self.judge(|| message::check(&message))?;
        let answer: Answer = self.post(operation, path).json(&message).read().await?;
        let Some(sent) = answer.messages.into_iter().next() else {
            return Err(Error::Decode(format!("{operation}: the answer names no message")));
        };
        let phone_number_id = path[0];
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
        self.judge(|| message::check(&body))?;
        self.post("mark_read", &[phone_number_id, "messages"]).json(&body).idempotent().command().await
    }
}
