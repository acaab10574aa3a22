//! Our sending numbers.

use crate::{
    Timestamp,
    id::{MetaAppId, OrganizationId, PhoneNumberId},
};

/// A number of ours at Meta, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumber {
    /// Our id.
    pub id: PhoneNumberId,
    /// The organization that owns it.
    pub organization_id: OrganizationId,
    /// The app at Meta through which it is connected.
    pub meta_app_id: MetaAppId,
    /// Meta's `phone_number_id`, a numeric string.
    pub phone_number_id: String,
    /// Meta's id of the WhatsApp Business Account.
    pub waba_id: String,
    /// As people read it.
    pub display_phone_number: String,
    /// The name that contacts see.
    pub verified_name: String,
    /// Messages per second that Meta lets through, in and out together: 80, 1,000 after an upgrade, 20 beside the app.
    pub throughput: u32,
    /// The portfolio that owns it, once Meta has told.
    pub portfolio: Option<Portfolio>,
    /// Whether its sending lane runs.
    pub lane: LaneState,
    /// When it was connected.
    pub created_at: Timestamp,
}

/// A business portfolio at Meta; all its numbers share one messaging limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portfolio {
    /// Meta's id, a numeric string.
    pub id: String,
    /// Contacts that it may write to first, outside of their service windows, within 24 hours. `None`: no limit.
    pub messaging_limit: Option<u32>,
}

/// Whether a number's sending lane runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaneState {
    /// Sends go out.
    Active,
    /// Sends wait: Meta refused for a reason that concerns the number or its token. One send is tried at `until`.
    Parked {
        /// Why, in words, with Meta's code.
        reason: String,
        /// When one send is tried again.
        until: Timestamp,
    },
}
