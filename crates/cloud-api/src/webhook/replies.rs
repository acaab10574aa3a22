//! What customers tap in interactive messages.

use super::scalar::UnixTime;
use super::wire::{object, words};

words! {
    /// The `type` of an interactive answer.
    pub enum InteractiveKind {
        /// A reply button.
        ButtonReply = "button_reply",
        /// A row of a list.
        ListReply = "list_reply",
        /// An answered form or address request.
        NfmReply = "nfm_reply",
        /// Yes or no to being called.
        CallPermissionReply = "call_permission_reply",
    }
}

object! {
    /// What the customer tapped. The field named by `kind` is the one that is there.
    pub struct Interactive {
        /// Which answer.
        kind: InteractiveKind = "type",
        /// A reply button.
        button_reply: ButtonReply = "button_reply",
        /// A row of a list.
        list_reply: ListReply = "list_reply",
        /// An answered form or address request.
        nfm_reply: NfmReply = "nfm_reply",
        /// Yes or no to being called.
        call_permission_reply: CallPermissionReply = "call_permission_reply",
    }
}

object! {
    /// A tap on a reply button.
    pub struct ButtonReply {
        /// As given when sending.
        id: String = "id",
        /// What the button says.
        title: String = "title",
    }
}

object! {
    /// A tap on a row of a list.
    pub struct ListReply {
        /// As given when sending.
        id: String = "id",
        /// What the row says.
        title: String = "title",
        /// The row's second line.
        description: String = "description",
    }
}

object! {
    /// An answered form or address request.
    pub struct NfmReply {
        /// `flow` or `address_message`.
        name: String = "name",
        /// `Sent`.
        body: String = "body",
        /// The answers: JSON inside a text.
        response_json: String = "response_json",
    }
}

object! {
    /// Yes or no to being called.
    pub struct CallPermissionReply {
        /// `accept` or `reject`.
        response: String = "response",
        /// For good.
        is_permanent: bool = "is_permanent",
        /// Until then.
        expiration_timestamp: UnixTime = "expiration_timestamp",
        /// `user_action` or `automatic`.
        response_source: String = "response_source",
    }
}
