//! Addresses as Meta writes them.

use cloud_api::message::{is_bsuid, is_phone};
use model::contact::IdentityKind;

/// The digits of a phone number in international form, as Meta's `wa_id` has them.
pub(super) fn phone(text: &str) -> Option<String> {
    let text = text.trim();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    // ITU-T E.164: at most 15 digits; a country code never begins with 0.
    (is_phone(text) && (7..=15).contains(&digits.len()) && !digits.starts_with('0')).then_some(digits)
}

/// Which kind of BSUID a text is.
pub(super) fn bsuid_kind(text: &str) -> Option<IdentityKind> {
    let parent = text.get(2..).is_some_and(|rest| rest.starts_with(".ENT."));
    is_bsuid(text).then_some(if parent { IdentityKind::ParentBsuid } else { IdentityKind::Bsuid })
}
