//! What a change is about, and its value.

use serde_json::Value as Json;

use super::templates::{PhoneNumberUpdate, TemplateUpdate};
use super::values::MessagesValue;
use super::wire::{Surprise, SurpriseKind, Wire, words};

words! {
    /// The fields an app can subscribe to.
    pub enum Field {
        /// Messages, statuses and errors.
        Messages = "messages",
        /// Undocumented.
        MessageEchoes = "message_echoes",
        /// Conversations another responder handles.
        Standby = "standby",
        /// Who owns a conversation.
        MessagingHandovers = "messaging_handovers",
        /// Calls.
        Calls = "calls",
        /// Forms.
        Flows = "flows",
        /// Chats from before, when the WhatsApp Business app stays in use.
        History = "history",
        /// Contacts of the WhatsApp Business app.
        SmbAppStateSync = "smb_app_state_sync",
        /// What we write in the WhatsApp Business app.
        SmbMessageEchoes = "smb_message_echoes",
        /// Who wants marketing.
        UserPreferences = "user_preferences",
        /// Leads and purchases Meta noticed.
        AutomaticEvents = "automatic_events",
        /// Groups made and deleted.
        GroupLifecycleUpdate = "group_lifecycle_update",
        /// Groups joined and left.
        GroupParticipantsUpdate = "group_participants_update",
        /// Groups renamed.
        GroupSettingsUpdate = "group_settings_update",
        /// Groups suspended.
        GroupStatusUpdate = "group_status_update",
        /// Templates approved, rejected, paused.
        MessageTemplateStatusUpdate = "message_template_status_update",
        /// Templates liked or not.
        MessageTemplateQualityUpdate = "message_template_quality_update",
        /// Templates edited.
        MessageTemplateComponentsUpdate = "message_template_components_update",
        /// Templates moved to another category.
        TemplateCategoryUpdate = "template_category_update",
        /// Direct Send in the wrong category.
        TemplateCorrectCategoryDetection = "template_correct_category_detection",
        /// Display names decided.
        PhoneNumberNameUpdate = "phone_number_name_update",
        /// Limits changed.
        PhoneNumberQualityUpdate = "phone_number_quality_update",
        /// Settings of a number.
        AccountSettingsUpdate = "account_settings_update",
        /// The account's fate.
        AccountUpdate = "account_update",
        /// Warnings.
        AccountAlerts = "account_alerts",
        /// The account's review.
        AccountReviewUpdate = "account_review_update",
        /// Limits of the business.
        BusinessCapabilityUpdate = "business_capability_update",
        /// Two-step PIN.
        Security = "security",
        /// The business's username.
        BusinessUsernameUpdate = "business_username_update",
        /// The business's username, as the page spells it.
        BusinessUsernameUpdates = "business_username_updates",
        /// Payment gateways.
        PaymentConfigurationUpdate = "payment_configuration_update",
        /// Multi-partner solutions.
        PartnerSolutions = "partner_solutions",
        /// Withdrawn by Meta in 2026.
        UserIdUpdate = "user_id_update",
        /// Undocumented.
        TrackingEvents = "tracking_events",
        /// Undocumented.
        ConsumerProfile = "consumer_profile",
    }
}

/// What happened, typed for the fields this crate works with.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Fields `messages`, `smb_message_echoes`, `history`, `standby` and `user_preferences`.
    Messages(Box<MessagesValue>),
    /// The fields about templates.
    Template(Box<TemplateUpdate>),
    /// Fields `phone_number_name_update` and `phone_number_quality_update`.
    PhoneNumber(Box<PhoneNumberUpdate>),
    /// Every other field, and values that aren't objects: as they came.
    Other(Json),
    /// There is no value.
    #[default]
    Absent,
}

impl Value {
    pub(super) fn read(field: Option<&Field>, json: Json) -> Self {
        let typed = match field {
            Some(
                Field::Messages
                | Field::SmbMessageEchoes
                | Field::History
                | Field::Standby
                | Field::UserPreferences,
            ) => Wire::read(json).map(Self::Messages),
            Some(
                Field::MessageTemplateStatusUpdate
                | Field::MessageTemplateQualityUpdate
                | Field::MessageTemplateComponentsUpdate
                | Field::TemplateCategoryUpdate
                | Field::TemplateCorrectCategoryDetection,
            ) => Wire::read(json).map(Self::Template),
            Some(Field::PhoneNumberNameUpdate | Field::PhoneNumberQualityUpdate) => {
                Wire::read(json).map(Self::PhoneNumber)
            }
            _ => Ok(Self::Other(json)),
        };
        typed.unwrap_or_else(Self::Other)
    }

    pub(super) fn write(&self) -> Option<Json> {
        match self {
            Self::Messages(value) => Some(value.write()),
            Self::Template(value) => Some(value.write()),
            Self::PhoneNumber(value) => Some(value.write()),
            Self::Other(json) => Some(json.clone()),
            Self::Absent => None,
        }
    }

    pub(super) fn surprises(&self, at: &str, out: &mut Vec<Surprise>) {
        match self {
            Self::Messages(value) => value.surprises(at, out),
            Self::Template(value) => value.surprises(at, out),
            Self::PhoneNumber(value) => value.surprises(at, out),
            Self::Other(Json::Object(_)) => {}
            Self::Other(_) => {
                out.push(Surprise { pointer: at.to_owned(), kind: SurpriseKind::UnexpectedShape });
            }
            Self::Absent => out.push(Surprise { pointer: at.to_owned(), kind: SurpriseKind::Missing }),
        }
    }

    /// Messages, statuses, echoes and the like, if this value carries them.
    pub fn as_messages(&self) -> Option<&MessagesValue> {
        match self {
            Self::Messages(value) => Some(value),
            _ => None,
        }
    }
}
