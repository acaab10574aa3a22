//! News of templates. Meta: Webhooks > `message_template_*`, `template_category_update`,
//! `template_correct_category_detection`.

use super::scalar::{Id, UnixTime};
use super::wire::{object, words};

words! {
    /// What happened to a template.
    pub enum TemplateEvent {
        /// It may be sent.
        Approved = "APPROVED",
        /// It may not be sent: `reason` and `rejection_info` say why.
        Rejected = "REJECTED",
        /// Under review.
        Pending = "PENDING",
        /// Not sent for a while, for low quality: `other_info`.
        Paused = "PAUSED",
        /// Never sent again, for low quality.
        Disabled = "DISABLED",
        /// Its quality is low.
        Flagged = "FLAGGED",
        /// Its decision is appealed.
        InAppeal = "IN_APPEAL",
        /// Its appeal was granted.
        Reinstated = "REINSTATED",
        /// It will be deleted in 30 days.
        PendingDeletion = "PENDING_DELETION",
        /// It was deleted.
        Deleted = "DELETED",
        /// It wasn't used for long.
        Archived = "ARCHIVED",
        /// It is used again.
        Unarchived = "UNARCHIVED",
        /// It can't be changed.
        Locked = "LOCKED",
        /// It can be changed again.
        Unlocked = "UNLOCKED",
        /// There are too many.
        LimitExceeded = "LIMIT_EXCEEDED",
    }
}

words! {
    /// A template's category.
    pub enum TemplateCategory {
        /// Codes.
        Authentication = "AUTHENTICATION",
        /// Offers.
        Marketing = "MARKETING",
        /// What customers asked for.
        Utility = "UTILITY",
        /// Legacy, until 2023.
        Transactional = "TRANSACTIONAL",
        /// Legacy, until 2023.
        Otp = "OTP",
    }
}

words! {
    /// How customers like a template.
    pub enum QualityScore {
        /// Well.
        Green = "GREEN",
        /// Less.
        Yellow = "YELLOW",
        /// Not.
        Red = "RED",
        /// Not known yet.
        Unknown = "UNKNOWN",
    }
}

object! {
    /// A template's status, quality, content or category changed; the change's field says which.
    pub struct TemplateUpdate {
        /// What happened to its status.
        event: TemplateEvent = "event",
        /// Comes as a number.
        message_template_id: Id = "message_template_id",
        /// Its name.
        message_template_name: String = "message_template_name",
        /// Its language.
        message_template_language: String = "message_template_language",
        /// Its category, with a status.
        message_template_category: TemplateCategory = "message_template_category",
        /// Why it was rejected, e.g. `INVALID_FORMAT`; null or `NONE` when it wasn't.
        reason: String = "reason",
        /// When it was disabled.
        disable_info: DisableInfo = "disable_info",
        /// Why it was paused, locked, …
        other_info: OtherInfo = "other_info",
        /// Why it was rejected and what helps.
        rejection_info: RejectionInfo = "rejection_info",
        /// Quality until now.
        previous_quality_score: QualityScore = "previous_quality_score",
        /// Quality from now on.
        new_quality_score: QualityScore = "new_quality_score",
        /// Its body.
        message_template_element: String = "message_template_element",
        /// Its header.
        message_template_title: String = "message_template_title",
        /// Its footer.
        message_template_footer: String = "message_template_footer",
        /// Its buttons.
        message_template_buttons: Vec<TemplateButton> = "message_template_buttons",
        /// Category until now, when the change is done.
        previous_category: TemplateCategory = "previous_category",
        /// Category from now on; in a notice, the one it still has.
        new_category: TemplateCategory = "new_category",
        /// The category Meta thinks right.
        correct_category: TemplateCategory = "correct_category",
        /// The category it was sent in.
        category: TemplateCategory = "category",
        /// When the category will change.
        category_update_timestamp: UnixTime = "category_update_timestamp",
    }
}

object! {
    /// When a template was disabled.
    pub struct DisableInfo {
        /// When.
        disable_date: UnixTime = "disable_date",
    }
}

object! {
    /// Why a template was paused, locked, …
    pub struct OtherInfo {
        /// `FIRST_PAUSE`, `SECOND_PAUSE`, `RATE_LIMITING_PAUSE`, `DISABLED`, …
        title: String = "title",
        /// In words.
        description: String = "description",
    }
}

object! {
    /// Why a template was rejected and what helps.
    pub struct RejectionInfo {
        /// In words.
        reason: String = "reason",
        /// In words.
        recommendation: String = "recommendation",
    }
}

words! {
    /// A template's button.
    pub enum TemplateButtonKind {
        /// Opens a page.
        Url = "URL",
        /// Calls a number.
        PhoneNumber = "PHONE_NUMBER",
        /// Answers with its text.
        QuickReply = "QUICK_REPLY",
        /// Copies a code.
        CopyCode = "COPY_CODE",
        /// Gives a one-time code.
        Otp = "OTP",
        /// Opens a form.
        Form = "FLOW",
        /// Opens the catalogue.
        Catalog = "CATALOG",
        /// Opens several products.
        Mpm = "MPM",
        /// Opens one product.
        Spm = "SPM",
        /// Calls us on WhatsApp.
        VoiceCall = "VOICE_CALL",
        /// Opens an app.
        App = "APP",
        /// Asks for the customer's number.
        RequestContactInfo = "REQUEST_CONTACT_INFO",
    }
}

object! {
    /// A template's button.
    pub struct TemplateButton {
        /// What it does.
        kind: TemplateButtonKind = "message_template_button_type",
        /// What it says.
        text: String = "message_template_button_text",
        /// The page it opens.
        url: String = "message_template_button_url",
        /// The number it calls.
        phone_number: String = "message_template_button_phone_number",
    }
}
