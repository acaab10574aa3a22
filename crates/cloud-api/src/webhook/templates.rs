//! News of templates and phone numbers. Meta: Webhooks > message_template_*, phone_number_*.

use serde_json::Value as Json;

use super::scalar::{Id, UnixTime};
use super::wire::object;

object! {
    /// A template's status, quality, content or category changed; the change's field says which.
    pub struct TemplateUpdate {
        /// Status: `APPROVED`, `REJECTED`, `PAUSED`, `DISABLED`, `PENDING_DELETION`, `ARCHIVED`, …
        event: String = "event",
        /// Comes as a number.
        message_template_id: Id = "message_template_id",
        /// Its name.
        message_template_name: String = "message_template_name",
        /// Its language.
        message_template_language: String = "message_template_language",
        /// Its category, with a status.
        message_template_category: String = "message_template_category",
        /// Why it was rejected; null or `NONE` when it wasn't.
        reason: String = "reason",
        /// When it was disabled, as JSON.
        disable_info: Json = "disable_info",
        /// Why it was paused, as JSON.
        other_info: Json = "other_info",
        /// Why it was rejected and what helps, as JSON.
        rejection_info: Json = "rejection_info",
        /// Quality until now.
        previous_quality_score: String = "previous_quality_score",
        /// Quality from now on.
        new_quality_score: String = "new_quality_score",
        /// Its body.
        message_template_element: String = "message_template_element",
        /// Its header.
        message_template_title: String = "message_template_title",
        /// Its footer.
        message_template_footer: String = "message_template_footer",
        /// Its buttons, as JSON.
        message_template_buttons: Json = "message_template_buttons",
        /// Category until now, when the change is done.
        previous_category: String = "previous_category",
        /// Category from now on; in a notice, the one it still has.
        new_category: String = "new_category",
        /// The category Meta thinks right.
        correct_category: String = "correct_category",
        /// The category it was sent in.
        category: String = "category",
        /// When the category will change.
        category_update_timestamp: UnixTime = "category_update_timestamp",
    }
}

object! {
    /// A phone number's name or limits changed.
    pub struct PhoneNumberUpdate {
        /// The number.
        display_phone_number: String = "display_phone_number",
        /// What happened to its limits: `ONBOARDING`, `THROUGHPUT_UPGRADE`, `FLAGGED`, …
        event: String = "event",
        /// Customers it may start to write to per day; a number or `TIER_…`.
        max_daily_conversations_per_business: Json = "max_daily_conversations_per_business",
        /// Gone since 2026.
        old_limit: String = "old_limit",
        /// Gone since 2026.
        current_limit: String = "current_limit",
        /// What was decided about its name.
        decision: String = "decision",
        /// The name asked for.
        requested_verified_name: String = "requested_verified_name",
        /// Why not; null when it was approved.
        rejection_reason: String = "rejection_reason",
    }
}
