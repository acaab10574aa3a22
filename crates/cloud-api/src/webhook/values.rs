//! The values that carry messages: live ones, echoes, standby and histories.

use serde_json::Value as Json;

use super::contacts::{Contact, Metadata};
use super::errors::WireError;
use super::messages::Message;
use super::scalar::{Id, UnixTime};
use super::statuses::Status;
use super::wire::object;

object! {
    /// Value of the fields `messages`, `smb_message_echoes`, `history`, `standby` and `user_preferences`: the same
    /// object, of which each field uses its part.
    pub struct MessagesValue {
        /// `whatsapp`.
        messaging_product: String = "messaging_product",
        /// Our phone number.
        metadata: Metadata = "metadata",
        /// The customers.
        contacts: Vec<Contact> = "contacts",
        /// What customers wrote.
        messages: Vec<Message> = "messages",
        /// What became of our messages.
        statuses: Vec<Status> = "statuses",
        /// Errors that belong to no message.
        errors: Vec<WireError> = "errors",
        /// `smb_message_echoes`: what we wrote in the WhatsApp Business app.
        message_echoes: Vec<Message> = "message_echoes",
        /// `history`: chats from before.
        history: Vec<HistoryChunk> = "history",
        /// `standby`: what another responder of this number sees.
        standby: Standby = "standby",
        /// `user_preferences`: who wants marketing and who doesn't.
        user_preferences: Vec<UserPreference> = "user_preferences",
        /// Clicks in marketing messages, as JSON.
        user_actions: Vec<Json> = "user_actions",
        /// Summary of what another responder learned, as JSON.
        conversation_context: Json = "conversation_context",
    }
}

object! {
    /// What another responder of this number sees.
    pub struct Standby {
        /// The customers.
        contacts: Vec<Contact> = "contacts",
        /// What they wrote.
        messages: Vec<Message> = "messages",
        /// What was written to them.
        message_echoes: Vec<StandbyEcho> = "message_echoes",
        /// What became of it.
        statuses: Vec<Status> = "statuses",
    }
}

object! {
    /// A message another responder of this number wrote.
    pub struct StandbyEcho {
        /// `wamid`.
        id: Id = "id",
        /// When it was sent.
        timestamp: UnixTime = "timestamp",
        /// The body as it was sent, as JSON.
        message: Json = "message",
        /// The whole template, when it was one, as JSON.
        template: Json = "template",
        /// The whole form, when it was one, as JSON.
        flow: Json = "flow",
    }
}

object! {
    /// Part of the chats from before.
    pub struct HistoryChunk {
        /// Which part, as JSON: `phase`, `chunk_order`, `progress` in percent.
        metadata: Json = "metadata",
        /// The chats.
        threads: Vec<Thread> = "threads",
        /// Why there is nothing, e.g. 2593109: the business declined.
        errors: Vec<WireError> = "errors",
    }
}

object! {
    /// One chat from before.
    pub struct Thread {
        /// The customer's phone number.
        id: Id = "id",
        /// The customer's identities, as JSON.
        context: Json = "context",
        /// What was written.
        messages: Vec<Message> = "messages",
    }
}

object! {
    /// Whether a customer wants marketing.
    pub struct UserPreference {
        /// Phone number, if shared.
        wa_id: Id = "wa_id",
        /// Business-scoped user id.
        user_id: Id = "user_id",
        /// Id for a parent portfolio.
        parent_user_id: Id = "parent_user_id",
        /// In words.
        detail: String = "detail",
        /// `marketing_messages`.
        category: String = "category",
        /// `stop`, `resume` or `signup`.
        value: String = "value",
        /// With a sign-up.
        signup_id: Id = "signup_id",
        /// When.
        timestamp: UnixTime = "timestamp",
    }
}

impl MessagesValue {
    /// The id of our phone number.
    pub fn phone_number_id(&self) -> Option<&str> {
        self.metadata.as_ref()?.phone_number_id.as_deref()
    }

    /// What customers wrote; empty when there is nothing.
    pub fn messages(&self) -> &[Message] {
        self.messages.as_deref().unwrap_or_default()
    }

    /// What became of our messages; empty when there is nothing.
    pub fn statuses(&self) -> &[Status] {
        self.statuses.as_deref().unwrap_or_default()
    }

    /// What we wrote in the WhatsApp Business app; empty when there is nothing.
    pub fn message_echoes(&self) -> &[Message] {
        self.message_echoes.as_deref().unwrap_or_default()
    }

    /// The customers; empty when there are none.
    pub fn contacts(&self) -> &[Contact] {
        self.contacts.as_deref().unwrap_or_default()
    }

    /// The customer who wrote a message, found by business-scoped user id, then by phone number.
    pub fn sender_of(&self, message: &Message) -> Option<&Contact> {
        let by_user =
            self.contacts().iter().find(|c| c.user_id.is_some() && c.user_id == message.from_user_id);
        by_user.or_else(|| self.contacts().iter().find(|c| c.wa_id.is_some() && c.wa_id == message.from))
    }
}
