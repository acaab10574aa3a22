//! Our sending numbers.

use super::page_of;
use jiff::Timestamp;
use model::phone_number::{LaneState, PhoneNumber};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PhoneNumberState {
    /// Sends go out.
    Active,
    /// Sends wait: Meta refused for a reason that concerns the number or its token.
    Parked,
}

/// A number of ours at Meta, without its secrets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PhoneNumber)]
pub(crate) struct PhoneNumberOut {
    #[schema(example = "pho_0199c0ffee0070008000000000000001")]
    id: String,
    /// Meta's id.
    phone_number_id: String,
    waba_id: String,
    display_phone_number: String,
    verified_name: String,
    #[schema(inline)]
    state: PhoneNumberState,
    #[schema(required = true)]
    parked_reason: Option<String>,
    /// Messages per second that Meta lets through, in and out together.
    throughput: u32,
    /// Contacts that the number's portfolio may write to first in 24 hours; null is no limit, or not known yet.
    #[schema(required = true)]
    messaging_limit: Option<u32>,
    created_at: Timestamp,
}

impl From<PhoneNumber> for PhoneNumberOut {
    fn from(number: PhoneNumber) -> Self {
        let (state, parked_reason) = match number.lane {
            LaneState::Active => (PhoneNumberState::Active, None),
            LaneState::Parked { reason, .. } => (PhoneNumberState::Parked, Some(reason)),
        };
        Self {
            id: number.id.to_string(),
            phone_number_id: number.phone_number_id,
            waba_id: number.waba_id,
            display_phone_number: number.display_phone_number,
            verified_name: number.verified_name,
            state,
            parked_reason,
            throughput: number.throughput,
            messaging_limit: number.portfolio.and_then(|p| p.messaging_limit),
            created_at: number.created_at,
        }
    }
}

page_of!(PhoneNumberPage, PhoneNumberOut);

/// A number to connect. The secrets are never shown again.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewPhoneNumber)]
pub(crate) struct NewPhoneNumberIn {
    /// Meta's id, digits.
    #[schema(example = "600000000000001")]
    pub phone_number_id: String,
    #[schema(example = "700000000000001")]
    pub waba_id: String,
    #[schema(example = "+1 555-010-0001")]
    pub display_phone_number: String,
    pub verified_name: String,
    /// A system user's token, with `whatsapp_business_messaging` and `whatsapp_business_management`.
    pub access_token: String,
    pub app_id: String,
    /// Signs webhooks and proves calls.
    pub app_secret: String,
    /// What Meta shows in the webhook handshake.
    pub verify_token: String,
}
