//! What comes when a number stays in use in the WhatsApp Business app. Meta: Embedded Signup > Onboarding business app
//! users.

use super::contacts::{Contact, Metadata};
use super::errors::WireError;
use super::messages::Message;
use super::scalar::{Id, UnixTime};
use super::wire::{object, words};

object! {
    /// Part of the chats from before.
    pub struct HistoryChunk {
        /// Which part.
        metadata: HistoryMetadata = "metadata",
        /// The chats.
        threads: Vec<Thread> = "threads",
        /// Why there is nothing, e.g. 2593109: the business declined.
        errors: Vec<WireError> = "errors",
    }
}

object! {
    /// Which part of the chats from before.
    pub struct HistoryMetadata {
        /// 0: the last day; 1: up to 90 days; 2: up to 180 days.
        phase: i64 = "phase",
        /// Its place; chunks may overtake each other.
        chunk_order: i64 = "chunk_order",
        /// Percent; 100 is the end.
        progress: i64 = "progress",
    }
}

object! {
    /// One chat from before.
    pub struct Thread {
        /// The customer's phone number, if shared.
        id: Id = "id",
        /// The customer's identities.
        context: ThreadContext = "context",
        /// What was written.
        messages: Vec<Message> = "messages",
    }
}

object! {
    /// Who a chat from before is with.
    pub struct ThreadContext {
        /// Phone number, if shared.
        wa_id: Id = "wa_id",
        /// Business-scoped user id.
        user_id: Id = "user_id",
        /// Id for a parent portfolio.
        parent_user_id: Id = "parent_user_id",
        /// With or without a leading `@`.
        username: String = "username",
    }
}

object! {
    /// Value of the field `smb_app_state_sync`.
    pub struct StateSyncValue {
        /// `whatsapp`.
        messaging_product: String = "messaging_product",
        /// Our phone number.
        metadata: Metadata = "metadata",
        /// The customers.
        contacts: Vec<Contact> = "contacts",
        /// What changed in the app.
        state_sync: Vec<StateSync> = "state_sync",
        /// Errors that belong to no change.
        errors: Vec<WireError> = "errors",
    }
}

words! {
    /// What changed in the WhatsApp Business app.
    pub enum StateSyncKind {
        /// A contact of its phone book.
        Contact = "contact",
    }
}

words! {
    /// How it changed.
    pub enum StateSyncAction {
        /// New, or changed.
        Add = "add",
        /// Gone.
        Remove = "remove",
    }
}

object! {
    /// One change in the WhatsApp Business app.
    pub struct StateSync {
        /// What changed.
        kind: StateSyncKind = "type",
        /// The contact.
        contact: SyncedContact = "contact",
        /// How it changed.
        action: StateSyncAction = "action",
        /// When.
        metadata: StateSyncMetadata = "metadata",
    }
}

object! {
    /// A contact of the phone book. Without its names when it was removed.
    pub struct SyncedContact {
        /// Whole name.
        full_name: String = "full_name",
        /// First name.
        first_name: String = "first_name",
        /// Phone number, if shared.
        phone_number: Id = "phone_number",
        /// Business-scoped user id.
        user_id: Id = "user_id",
        /// Id for a parent portfolio.
        parent_user_id: Id = "parent_user_id",
        /// With or without a leading `@`.
        username: String = "username",
    }
}

object! {
    /// When something changed.
    pub struct StateSyncMetadata {
        /// When.
        timestamp: UnixTime = "timestamp",
        /// Undocumented.
        version: i64 = "version",
    }
}
