//! What became of our messages. Meta: Webhooks > messages > Status messages.

use super::errors::WireError;
use super::payments::Payment;
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

words! {
    /// What a status is about when it isn't about delivery.
    pub enum StatusType {
        /// A payment; `payment` says more.
        Payment = "payment",
        /// A call.
        Call = "call",
    }
}

words! {
    /// Whom we wrote to.
    pub enum RecipientType {
        /// A person.
        Individual = "individual",
        /// A group.
        Group = "group",
    }
}

object! {
    /// A step of a message's way. Steps repeat and overtake each other; combine them with [`advance`], as far as they are
    /// about delivery ([`Status::delivery`]): a payment can fail where its message doesn't.
    pub struct Status {
        /// Our message.
        id: Id = "id",
        /// How far it got.
        status: StatusKind = "status",
        /// When.
        timestamp: UnixTime = "timestamp",
        /// Present when it isn't about delivery.
        kind: StatusType = "type",
        /// Phone number or group; absent when we wrote to a business-scoped user id.
        recipient_id: Id = "recipient_id",
        /// The customer's business-scoped user id.
        recipient_user_id: Id = "recipient_user_id",
        /// The customer's id for a parent portfolio.
        recipient_parent_user_id: Id = "recipient_parent_user_id",
        /// Whether we wrote to a person or to a group.
        recipient_type: RecipientType = "recipient_type",
        /// Groups: who of them, by phone number.
        recipient_participant_id: Id = "recipient_participant_id",
        /// Groups: who of them, by business-scoped user id.
        recipient_participant_user_id: Id = "recipient_participant_user_id",
        /// Groups: who of them, by id for a parent portfolio.
        recipient_participant_parent_user_id: Id = "recipient_participant_parent_user_id",
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
        /// The payment.
        payment: Payment = "payment",
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

words! {
    /// Who or what began a conversation: the category of our first message, or the customer.
    pub enum OriginKind {
        /// A code of ours.
        Authentication = "authentication",
        /// An offer of ours.
        Marketing = "marketing",
        /// A marketing message by the Marketing Messages API.
        MarketingLite = "marketing_lite",
        /// A utility message of ours.
        Utility = "utility",
        /// The customer.
        Service = "service",
        /// An advertisement: a free entry point.
        ReferralConversion = "referral_conversion",
        /// Legacy.
        UserInitiated = "user_initiated",
        /// Legacy.
        BusinessInitiated = "business_initiated",
    }
}

object! {
    /// How a conversation began.
    pub struct Origin {
        /// Who or what began it.
        kind: OriginKind = "type",
    }
}

words! {
    /// What is priced.
    pub enum PricingModel {
        /// Every message.
        PerMessage = "PMP",
        /// Conversations, until 2025.
        PerConversation = "CBP",
    }
}

words! {
    /// Whether a message is billed, or why it is free.
    pub enum PricingKind {
        /// Billed.
        Regular = "regular",
        /// Free: within a service window.
        FreeCustomerService = "free_customer_service",
        /// Free: after an advertisement.
        FreeEntryPoint = "free_entry_point",
        /// Free: within a group's service window.
        FreeGroupCustomerService = "free_group_customer_service",
    }
}

words! {
    /// Which price applies.
    pub enum PricingCategory {
        /// Codes.
        Authentication = "authentication",
        /// Codes to another country.
        AuthenticationInternational = "authentication-international",
        /// The same in another spelling of Meta's pages.
        AuthenticationInternationalUnderscore = "authentication_international",
        /// Offers.
        Marketing = "marketing",
        /// Offers by the Marketing Messages API.
        MarketingLite = "marketing_lite",
        /// What customers asked for.
        Utility = "utility",
        /// Answers.
        Service = "service",
        /// After an advertisement.
        ReferralConversion = "referral_conversion",
        /// Offers in groups.
        GroupMarketing = "group_marketing",
        /// What people in groups asked for.
        GroupUtility = "group_utility",
        /// Answers in groups.
        GroupService = "group_service",
        /// Assistants of AI providers.
        GeneralPurposeAi = "general_purpose_ai",
    }
}

object! {
    /// What a message costs.
    pub struct Pricing {
        /// Deprecated: the same as `type` being `regular`.
        billable: bool = "billable",
        /// Per message or per conversation.
        pricing_model: PricingModel = "pricing_model",
        /// Billed, or why it is free.
        kind: PricingKind = "type",
        /// Which price applies.
        category: PricingCategory = "category",
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

impl Status {
    /// How far the message got; `None` when the status is about something else, such as a payment. Only this goes into
    /// [`advance`].
    pub fn delivery(&self) -> Option<&StatusKind> {
        self.status.as_ref().filter(|_| self.kind.is_none())
    }

    /// Who of a group this is about, by phone number, in either spelling of Meta's pages.
    pub fn participant(&self) -> Option<&Id> {
        self.recipient_participant_id.as_ref().or(self.participant_recipient_id.as_ref())
    }
}

/// How far a message has got, knowing one state and hearing another, in whatever order they come. Hear only what
/// [`Status::delivery`] gives: the `failed` of a payment is not the message's.
///
/// `accepted < sent < failed < delivered < read < played`: the further one wins. Words that aren't about delivery lose
/// against those that are; of two such words the one later in the alphabet wins, which means nothing, but makes the
/// answer the same in every order: this is the join of a lattice, commutative, associative and idempotent.
///
/// ```
/// use cloud_api::webhook::{StatusKind, advance};
///
/// let heard = [StatusKind::Read, StatusKind::Sent, StatusKind::Delivered];
/// let state = heard.iter().fold(StatusKind::Accepted, |state, heard| advance(&state, heard));
/// assert_eq!(state, StatusKind::Read);
/// ```
pub fn advance(current: &StatusKind, heard: &StatusKind) -> StatusKind {
    // An `Other` that spells a known word, made by hand, must not win over that word.
    let place =
        |kind: &StatusKind| (kind.rank(), kind.as_str().to_owned(), !matches!(kind, StatusKind::Other(_)));
    if place(heard) > place(current) { heard.clone() } else { current.clone() }
}
