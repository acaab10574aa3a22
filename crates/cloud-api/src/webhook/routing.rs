//! Who answers a conversation: handovers, and what the others see meanwhile. Meta: Cloud API > Conversation routing.

use serde_json::Value as Json;

use super::contacts::{Contact, Metadata};
use super::errors::WireError;
use super::messages::Message;
use super::scalar::{Id, UnixTime};
use super::statuses::Status;
use super::wire::{object, words};

words! {
    /// What happened to the control of a conversation.
    pub enum HandoverKind {
        /// Its owner gave it to another.
        Passed = "control_passed",
        /// Another took it.
        Taken = "control_taken",
    }
}

words! {
    /// What a responder is there for.
    pub enum ResponderRole {
        /// Customer service.
        CustomerService = "customer_service",
        /// Answers to marketing.
        Marketing = "marketing",
        /// Answers to utility messages.
        Utility = "utility",
        /// Chats that began with an advertisement.
        Ctwa = "ctwa",
        /// Meta Business Agent.
        AiAgent = "ai_agent",
        /// People behind the Business Agent.
        Escalation = "escalation",
    }
}

words! {
    /// What an app that owned a conversation is.
    pub enum OwnerAppRole {
        /// Meta Business Agent.
        MetaBusinessAgent = "meta_business_agent",
    }
}

words! {
    /// How a conversation is told to the next responder.
    pub enum ConversationContextKind {
        /// In a few sentences.
        Summary = "summary",
    }
}

object! {
    /// Value of the field `messaging_handovers`.
    pub struct Handover {
        /// `whatsapp`.
        messaging_product: String = "messaging_product",
        /// Our phone number, where the pages show it.
        metadata: Metadata = "metadata",
        /// The customer.
        sender: HandoverSender = "sender",
        /// Our phone number.
        recipient: Metadata = "recipient",
        /// What happened.
        kind: HandoverKind = "type",
        /// When.
        timestamp: UnixTime = "timestamp",
        /// From whom to whom, when it was given.
        control_passed: ControlChange = "control_passed",
        /// From whom to whom, when it was taken.
        control_taken: ControlChange = "control_taken",
    }
}

object! {
    /// The customer of a conversation that changes hands.
    pub struct HandoverSender {
        /// Phone number, if shared.
        phone_number: Id = "phone_number",
        /// Business-scoped user id; not documented so far.
        user_id: Id = "user_id",
    }
}

object! {
    /// From whom to whom a conversation went.
    pub struct ControlChange {
        /// What the owner until now is there for.
        previous_owner_role: ResponderRole = "previous_owner_role",
        /// The app of the owner until now.
        previous_owner_app_id: Id = "previous_owner_app_id",
        /// What that app is.
        previous_owner_app_role: OwnerAppRole = "previous_owner_app_role",
        /// What the new owner is there for.
        new_owner_role: ResponderRole = "new_owner_role",
        /// The app of the new owner.
        new_owner_app_id: Id = "new_owner_app_id",
        /// Free text of who passed it, at most 2,000 characters.
        metadata: String = "metadata",
        /// What was said so far.
        conversation_context: ConversationContext = "conversation_context",
    }
}

object! {
    /// What another responder learned in the conversation.
    pub struct ConversationContext {
        /// In which form.
        kind: ConversationContextKind = "type",
        /// In a few sentences.
        summary: ConversationSummary = "summary",
    }
}

object! {
    /// A conversation in a few sentences.
    pub struct ConversationSummary {
        /// The sentences.
        text: String = "text",
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
        /// Errors that belong to no message.
        errors: Vec<WireError> = "errors",
    }
}

object! {
    /// A message another responder of this number wrote.
    pub struct StandbyEcho {
        /// `wamid`.
        id: Id = "id",
        /// When it was sent.
        timestamp: UnixTime = "timestamp",
        /// The body as it was sent, as JSON: the shapes of [`message`](crate::message).
        message: Json = "message",
        /// The whole template, when it was one, as JSON.
        template: Json = "template",
        /// The whole form, when it was one, as JSON.
        flow: Json = "flow",
    }
}

impl Handover {
    /// From whom to whom, given or taken.
    pub fn change(&self) -> Option<&ControlChange> {
        self.control_passed.as_ref().or(self.control_taken.as_ref())
    }
}

impl StandbyEcho {
    /// The `type` of what was sent, e.g. `template`.
    pub fn kind(&self) -> Option<&str> {
        self.message.as_ref()?.get("type")?.as_str()
    }

    /// To whom it was sent: a phone number or a business-scoped user id.
    pub fn recipient(&self) -> Option<&str> {
        let message = self.message.as_ref()?;
        message.get("to").or_else(|| message.get("recipient"))?.as_str()
    }
}
