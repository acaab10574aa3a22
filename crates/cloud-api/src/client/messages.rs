//! Sending messages and read receipts.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Client;
use super::node::{formed, judged};
use crate::error::Error;
use crate::message::{self, Marketing};
use crate::webhook::Id;
use crate::webhook::wire::object;

/// Graph took a message. That isn't sent yet: statuses by webhook say what becomes of it.
/// Meta: Cloud API > Reference > Messages > Response.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The message's id, `wamid.…`.
    pub wamid: String,
    /// The recipient, as Meta knows them.
    pub contact: Option<SentContact>,
    /// Templates only: `accepted`, `held_for_quality_assessment` or `paused`.
    pub message_status: Option<String>,
    /// Messages to a group.
    pub group_id: Option<Id>,
    /// Everything else Graph said, of the message and around it.
    pub extra: Map<String, Value>,
}

object! {
    /// The recipient of a message, as Meta knows them.
    pub struct SentContact {
        /// What was given as recipient.
        input: Id = "input",
        /// The phone number as WhatsApp spells it; may differ from what was given (Brazil, Mexico, Argentina).
        wa_id: Id = "wa_id",
        /// The business-scoped user id, if that was given.
        user_id: Id = "user_id",
        /// The same person's id across the businesses of a portfolio.
        parent_user_id: Id = "parent_user_id",
    }
}

object! {
    /// What `messages` answers. Read without demands: once the message is out, an oddity must not hide its id.
    pub struct Answer {
        messaging_product: Value = "messaging_product",
        contacts: Vec<SentContact> = "contacts",
        messages: Vec<AnswerMessage> = "messages",
    }
}

object! {
    /// The message in it.
    pub struct AnswerMessage {
        id: Id = "id",
        message_status: String = "message_status",
        group_id: Id = "group_id",
    }
}

impl Answer {
    fn sent(self) -> Option<Sent> {
        let message = self.messages.into_iter().flatten().find(|message| message.id.is_some())?;
        let mut extra = self.extra;
        extra.extend(message.extra);
        Some(Sent {
            wamid: message.id?.into_string(),
            contact: self.contacts.into_iter().flatten().next(),
            message_status: message.message_status,
            group_id: message.group_id,
            extra,
        })
    }
}

#[derive(Deserialize)]
struct Encrypted {
    encrypted_contents: String,
}

/// Header, encrypted key, initialisation vector, content and tag, none of them empty.
fn is_jwe(text: &str) -> bool {
    let base64url = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    text.split('.').count() == 5 && text.split('.').all(base64url)
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
        let message = serde_json::to_value(message).map_err(|error| Error::Invalid(error.to_string()))?;
        self.judge(|| message::check(&message))?;
        self.send("send_message", &[phone_number_id, "messages"], &message).await
    }

    /// Sends a marketing template through the Marketing Messages API, which chooses whom to deliver to by how likely they are
    /// to care. Permission M. Meta: Marketing Messages API for WhatsApp > Send.
    ///
    /// # Errors
    /// As [`Client::send_message`], judged by [`message::check_marketing`](crate::message::check_marketing()); codes 134100
    /// (not a marketing template), 134101 (the template isn't synchronised yet, about ten minutes), 134102, 131055.
    pub async fn send_marketing_message(
        &self,
        phone_number_id: &str,
        message: &Marketing,
    ) -> Result<Sent, Error> {
        let message = message.to_json();
        self.judge(|| message::check_marketing(&message))?;
        self.send("send_marketing_message", &[phone_number_id, "marketing_messages"], &message).await
    }

    /// Sends a message that was judged to an edge that takes messages.
    async fn send(&self, operation: &'static str, path: &[&str; 2], message: &Value) -> Result<Sent, Error> {
        let answer: Answer = self.post(operation, path).on_number().json(message).read().await?;
        let Some(sent) = answer.sent() else {
            return Err(Error::Decode(format!("{operation}: the answer names no message")));
        };
        let phone_number_id = path[0];
        tracing::debug!(phone_number.id = phone_number_id, wamid = sent.wamid, "message accepted");
        Ok(sent)
    }

    /// Sends a message you have encrypted, and gives the encrypted answer; Meta's edge decrypts instead of its web
    /// servers. Permission M.
    ///
    /// Both are compact JWE (RFC 7516) and pass through as they are: the business holds the keys, the algorithms are its
    /// choice, and a library that saw the clear text would undo the point. `jwe` holds the body `send_message` takes, keyed
    /// with RSA-OAEP for Meta's public key, content A256GCM; the answer comes keyed for yours. Check the body with
    /// [`message::check`](crate::message::check()) before encrypting. Must be switched on first:
    /// [`Client::set_payload_encryption`]. Meta: Cloud API > Payload encryption.
    ///
    /// # Errors
    /// [`Error::Refused`] for what isn't five base64url parts. Meta's errors come back in clear text.
    pub async fn send_encrypted(&self, phone_number_id: &str, jwe: &str) -> Result<String, Error> {
        let body = json!({"messaging_product": "whatsapp", "encrypted_contents": jwe});
        self.judge(|| {
            judged(&body, |root, findings| {
                formed(findings, root, "encrypted_contents", "a compact JWE", is_jwe)
            })
        })?;
        let call = self.post("send_encrypted", &[phone_number_id, "messages_encrypted"]).on_number();
        let answer: Encrypted = call.json(&body).read().await?;
        Ok(answer.encrypted_contents)
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
