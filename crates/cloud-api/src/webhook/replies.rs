//! What customers tap in interactive messages.

use serde_json::Value as Json;

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

words! {
    /// What was answered.
    pub enum NfmName {
        /// A form; Meta calls it a Flow.
        Form = "flow",
        /// An address request.
        AddressMessage = "address_message",
    }
}

object! {
    /// An answered form or address request.
    pub struct NfmReply {
        /// Which of them.
        name: NfmName = "name",
        /// `Sent`.
        body: String = "body",
        /// The answers: JSON inside a text.
        response_json: String = "response_json",
    }
}

impl NfmReply {
    /// The answers, out of `response_json`. `None` when there are none.
    ///
    /// # Errors
    /// When the text isn't JSON. The text is what the customer's phone made of the form, so look, don't trust.
    pub fn response(&self) -> Option<Result<Json, serde_json::Error>> {
        self.response_json.as_deref().map(serde_json::from_str)
    }

    /// The `flow_token` given when the form was sent, if the answers carry it.
    pub fn form_token(&self) -> Option<String> {
        let answers = self.response()?.ok()?;
        Some(answers.get("flow_token")?.as_str()?.to_owned())
    }
}

words! {
    /// An answer to being called.
    pub enum CallPermission {
        /// Yes.
        Accept = "accept",
        /// No.
        Reject = "reject",
    }
}

words! {
    /// Who answered.
    pub enum CallPermissionSource {
        /// The customer.
        UserAction = "user_action",
        /// WhatsApp, because the customer called us.
        Automatic = "automatic",
    }
}

object! {
    /// Yes or no to being called.
    pub struct CallPermissionReply {
        /// Which.
        response: CallPermission = "response",
        /// For good.
        is_permanent: bool = "is_permanent",
        /// Until then.
        expiration_timestamp: UnixTime = "expiration_timestamp",
        /// Who said so.
        response_source: CallPermissionSource = "response_source",
    }
}
