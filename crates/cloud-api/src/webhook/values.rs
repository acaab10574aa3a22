//! The value that carries messages: live ones, echoes, standby and histories.

use super::coexistence::HistoryChunk;
use super::contacts::{Contact, Metadata};
use super::errors::WireError;
use super::messages::Message;
use super::people::{UserAction, UserPreference};
use super::routing::{ConversationContext, Standby};
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
        /// Clicks in marketing messages.
        user_actions: Vec<UserAction> = "user_actions",
        /// What another responder learned.
        conversation_context: ConversationContext = "conversation_context",
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

    /// The customer who wrote a message, found by business-scoped user id, then by phone number. Searches the contacts
    /// each time; Meta sends one, or a few.
    pub fn sender_of(&self, message: &Message) -> Option<&Contact> {
        let by_user =
            self.contacts().iter().find(|c| c.user_id.is_some() && c.user_id == message.from_user_id);
        by_user.or_else(|| self.contacts().iter().find(|c| c.wa_id.is_some() && c.wa_id == message.from))
    }
}
