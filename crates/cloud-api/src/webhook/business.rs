//! Limits, usernames, gateways, solutions and PINs. Meta: Webhooks > `business_capability_update`,
//! `business_username_update`, `payment_configuration_update`, `partner_solutions`, `security`.

use std::borrow::Cow;

use serde_json::{Number, Value as Json};

use super::scalar::{Id, UnixTime};
use super::wire::{Read, Surprise, Wire, object, serde_by_wire, words};

words! {
    /// How many customers may be written to first in a day.
    pub enum LimitTier {
        /// 50.
        Tier50 = "TIER_50",
        /// 250.
        Tier250 = "TIER_250",
        /// 1,000.
        Tier1K = "TIER_1K",
        /// 2,000.
        Tier2K = "TIER_2K",
        /// 10,000.
        Tier10K = "TIER_10K",
        /// 100,000.
        Tier100K = "TIER_100K",
        /// No bound.
        Unlimited = "TIER_UNLIMITED",
        /// Not known to Meta either.
        NotSet = "TIER_NOT_SET",
    }
}

/// How many customers may be written to first in 24 hours: Meta writes a number (-1 for no bound) or a tier.
#[derive(Debug, Clone, PartialEq)]
pub enum DailyLimit {
    /// A number; -1 for no bound.
    Customers(i64),
    /// A tier.
    Tier(LimitTier),
}

impl DailyLimit {
    /// Whether there is no bound.
    pub fn is_unlimited(&self) -> bool {
        matches!(self, Self::Customers(-1) | Self::Tier(LimitTier::Unlimited))
    }

    /// The bound in customers; `None` without a bound, and when it isn't known.
    pub fn customers(&self) -> Option<u64> {
        match self {
            Self::Customers(number) => u64::try_from(*number).ok(),
            Self::Tier(LimitTier::Tier50) => Some(50),
            Self::Tier(LimitTier::Tier250) => Some(250),
            Self::Tier(LimitTier::Tier1K) => Some(1_000),
            Self::Tier(LimitTier::Tier2K) => Some(2_000),
            Self::Tier(LimitTier::Tier10K) => Some(10_000),
            Self::Tier(LimitTier::Tier100K) => Some(100_000),
            Self::Tier(_) => None,
        }
    }
}

impl Wire for DailyLimit {
    fn text(text: Cow<'_, str>) -> Read<Self> {
        Ok(Self::Tier(LimitTier::from(&*text)))
    }
    fn number(number: Number) -> Read<Self> {
        number.as_i64().map(Self::Customers).ok_or(Json::Number(number))
    }
    fn write(&self) -> Json {
        match self {
            Self::Customers(number) => Json::from(*number),
            Self::Tier(tier) => tier.write(),
        }
    }
    fn surprises(&self, at: &str, out: &mut Vec<Surprise>) {
        if let Self::Tier(tier) = self {
            tier.surprises(at, out);
        }
    }
}

serde_by_wire!(DailyLimit);

object! {
    /// Value of the field `business_capability_update`.
    pub struct BusinessCapability {
        /// Customers the portfolio may write to first per day.
        max_daily_conversations_per_business: DailyLimit = "max_daily_conversations_per_business",
        /// The same until 2025.
        max_daily_conversation_per_phone: DailyLimit = "max_daily_conversation_per_phone",
        /// Numbers an account may have.
        max_phone_numbers_per_waba: i64 = "max_phone_numbers_per_waba",
        /// Numbers the portfolio may have.
        max_phone_numbers_per_business: i64 = "max_phone_numbers_per_business",
    }
}

words! {
    /// How a business's username stands.
    pub enum UsernameStatus {
        /// In use.
        Approved = "approved",
        /// Kept for the business, not yet in use.
        Reserved = "reserved",
        /// Gone.
        Deleted = "deleted",
    }
}

object! {
    /// Value of the field `business_username_update`, spelled `business_username_updates` on one page.
    pub struct BusinessUsername {
        /// The number it belongs to.
        display_phone_number: Id = "display_phone_number",
        /// The name; absent when it is gone.
        username: String = "username",
        /// How it stands.
        status: UsernameStatus = "status",
    }
}

words! {
    /// How a payment gateway stands.
    pub enum PaymentConfigurationStatus {
        /// In use.
        Active = "Active",
        /// Not connected.
        NeedsConnecting = "Needs Connecting",
        /// Connected, not tested.
        NeedsTesting = "Needs Testing",
    }
}

object! {
    /// Value of the field `payment_configuration_update`.
    pub struct PaymentConfiguration {
        /// Your name for it.
        configuration_name: String = "configuration_name",
        /// The gateway, e.g. `razorpay`.
        provider_name: String = "provider_name",
        /// Your account there.
        provider_mid: Id = "provider_mid",
        /// How it stands.
        status: PaymentConfigurationStatus = "status",
        /// When it was made.
        created_timestamp: UnixTime = "created_timestamp",
        /// When it last changed.
        updated_timestamp: UnixTime = "updated_timestamp",
    }
}

words! {
    /// What happened to a multi-partner solution.
    pub enum SolutionEvent {
        /// It was made.
        Created = "SOLUTION_CREATED",
        /// It changed.
        Updated = "SOLUTION_UPDATED",
    }
}

words! {
    /// How a multi-partner solution stands.
    pub enum SolutionStatus {
        /// In use.
        Active = "ACTIVE",
        /// Ended.
        Deactivated = "DEACTIVATED",
        /// Not offered yet.
        Draft = "DRAFT",
        /// Offered to the partner.
        Initiated = "INITIATED",
        /// One partner wishes to end it.
        PendingDeactivation = "PENDING_DEACTIVATION",
        /// The partner said no.
        Rejected = "REJECTED",
    }
}

object! {
    /// Value of the field `partner_solutions`. The entry's id is the business portfolio.
    pub struct PartnerSolution {
        /// What happened.
        event: SolutionEvent = "event",
        /// The solution.
        solution_id: Id = "solution_id",
        /// How it stands.
        solution_status: SolutionStatus = "solution_status",
    }
}

words! {
    /// What happened to a number's two-step PIN.
    pub enum SecurityEvent {
        /// It changed.
        PinChanged = "PIN_CHANGED",
        /// Somebody asks to switch it off.
        PinResetRequest = "PIN_RESET_REQUEST",
        /// It was switched off.
        PinResetSuccess = "PIN_RESET_SUCCESS",
        /// The same as Meta's page spells it.
        PinRequestSuccess = "PIN_REQUEST_SUCCESS",
    }
}

object! {
    /// Value of the field `security`.
    pub struct SecurityUpdate {
        /// The number.
        display_phone_number: Id = "display_phone_number",
        /// What happened.
        event: SecurityEvent = "event",
        /// Who asks, with a request.
        requester: Id = "requester",
    }
}
