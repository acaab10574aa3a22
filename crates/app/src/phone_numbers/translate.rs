//! From what Meta says of a number to what its lane needs to know.

use cloud_api::client::{PhoneNumber, Waba, numbers::MessagingLimit};
use model::pacing::{APP_PER_SECOND, HIGH_PER_SECOND, STANDARD_PER_SECOND};
use store::phone_numbers::Facts;

/// What is asked of a number.
pub(super) const NUMBER_FIELDS: &[&str] =
    &["id", "throughput", "is_on_biz_app", "whatsapp_business_manager_messaging_limit"];
/// What is asked of its account.
pub(super) const WABA_FIELDS: &[&str] = &["id", "owner_business_info"];

/// A number's limits. Without its owner's id the account stands for the portfolio: never too much is sent then.
pub(super) fn facts(number: &PhoneNumber, waba: Option<&Waba>, waba_id: &str) -> Facts {
    let level = number.throughput.as_ref().and_then(|t| t.level.as_deref());
    let throughput = match level {
        _ if number.is_on_biz_app == Some(true) => APP_PER_SECOND,
        Some("HIGH") => HIGH_PER_SECOND,
        _ => STANDARD_PER_SECOND,
    };
    let owner = waba.and_then(|waba| waba.owner_business_info.as_ref()?.id.as_ref());
    Facts {
        throughput,
        portfolio: Some(owner.map_or_else(|| waba_id.to_owned(), ToString::to_string)),
        messaging_limit: number.messaging_limit.as_ref().and_then(limit),
    }
}

/// Contacts that may be written to first in 24 hours. Meta: Messaging limits.
fn limit(tier: &MessagingLimit) -> Option<u32> {
    match tier {
        MessagingLimit::Tier250 => Some(250),
        MessagingLimit::Tier2K => Some(2_000),
        MessagingLimit::Tier10K => Some(10_000),
        MessagingLimit::Tier100K => Some(100_000),
        // No limit, or a step that nobody knows yet: Meta has the last word.
        _ => None,
    }
}
