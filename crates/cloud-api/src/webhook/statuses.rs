//! What became of our messages. Meta: Webhooks > messages > Status messages.

use serde_json::Value as Json;

use super::errors::WireError;
use super::scalar::{Id, UnixTime};
use super::wire::{object, words};

words! {
    /// How far a message got.
    pub enum StatusKind {
        /// Graph took the message. Never sent by webhook; the beginning of every message's way.
        Accepted = "accepted",
        /// It left WhatsApp's servers.
        Sent = "sent",
        /// It is on the customer's device. Left out when it is read at once.
        Delivered = "delivered",
        /// The customer has seen it; only if they share that.
        Read = "read",
        /// The customer has listened to it.
        Played = "played",
        /// It won't arrive; `errors` say why.
        Failed = "failed",
        /// Legacy.
        Deleted = "deleted",
        /// Legacy.
        Warning = "warning",
        /// Payments.
        Captured = "captured",
        /// Payments.
        Pending = "pending",
        /// Payments.
        New = "new",
    }
}

object! {
    /// A step of a message's way. Steps repeat and overtake each other; combine them with [`advance`].
    pub struct Status {
        /// Our message.
        id: Id = "id",
        /// How far it got.
        status: StatusKind = "status",
        /// When.
        timestamp: UnixTime = "timestamp",
        /// `payment` or `call` when it isn't about delivery.
        kind: String = "type",
        /// Phone number or group; absent when we wrote to a business-scoped user id.
        recipient_id: Id = "recipient_id",
        /// The customer's business-scoped user id.
        recipient_user_id: Id = "recipient_user_id",
        /// The customer's id for a parent portfolio.
        recipient_parent_user_id: Id = "recipient_parent_user_id",
        /// `group` for groups.
        recipient_type: String = "recipient_type",
        /// Groups: who of them, by phone number.
        recipient_participant_id: Id = "recipient_participant_id",
        /// Groups: who of them, by business-scoped user id.
        recipient_participant_user_id: Id = "recipient_participant_user_id",
        /// Another spelling of `recipient_participant_id` in Meta's pages.
        participant_recipient_id: Id = "participant_recipient_id",
        /// The customer's identity key.
        recipient_identity_key_hash: String = "recipient_identity_key_hash",
        /// Given when sending.
        biz_opaque_callback_data: String = "biz_opaque_callback_data",
        /// The conversation it is billed in; only of free entry points since v24.
        conversation: Conversation = "conversation",
        /// What it costs; with `sent`, and with one of `delivered` and `read`.
        pricing: Pricing = "pricing",
        /// Why it failed.
        errors: Vec<WireError> = "errors",
        /// Payments, as JSON.
        payment: Json = "payment",
        /// Direct Send: the template Meta used.
        template_id: Id = "template_id",
    }
}

object! {
    /// The conversation a message is billed in.
    pub struct Conversation {
        /// Its id.
        id: Id = "id",
        /// When it ends.
        expiration_timestamp: UnixTime = "expiration_timestamp",
        /// How it began.
        origin: Origin = "origin",
    }
}

object! {
    /// How a conversation began.
    pub struct Origin {
        /// E.g. `referral_conversion`.
        kind: String = "type",
    }
}

object! {
    /// What a message costs.
    pub struct Pricing {
        /// Deprecated: the same as `type` being `regular`.
        billable: bool = "billable",
        /// `PMP`, per message; `CBP`, per conversation, until 2025.
        pricing_model: String = "pricing_model",
        /// `regular`, or why it is free.
        kind: String = "type",
        /// `marketing`, `utility`, `service`, …
        category: String = "category",
    }
}

impl StatusKind {
    /// Position on the way of a message; `None` for words that aren't about delivery.
    fn rank(&self) -> Option<u8> {
        match self {
            Self::Accepted => Some(0),
            Self::Sent => Some(1),
            // Failure ends a message that was sent, but a message that was delivered has arrived, whatever comes
            // later: with several devices Meta reports both.
            Self::Failed => Some(2),
            Self::Delivered => Some(3),
            Self::Read => Some(4),
            Self::Played => Some(5),
            _ => None,
        }
    }
}

/// How far a message has got, knowing one state and hearing another, in whatever order they come.
///
/// `accepted < sent < failed < delivered < read < played`: the further one wins. Words that aren't about delivery
/// change nothing.
pub fn advance(current: &StatusKind, heard: &StatusKind) -> StatusKind {
    if heard.rank() > current.rank() { heard.clone() } else { current.clone() }
}
