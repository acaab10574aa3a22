//! What a change is about, and its value.

use serde::de::MapAccess;
use serde_json::Value as Json;

use super::account::{AccountAlert, AccountReview, AccountUpdate};
use super::business::{
    BusinessCapability, BusinessUsername, PartnerSolution, PaymentConfiguration, SecurityUpdate,
};
use super::calls::CallsValue;
use super::coexistence::StateSyncValue;
use super::forms::FormUpdate;
use super::groups::GroupsValue;
use super::numbers::{AccountSettings, PhoneNumberUpdate};
use super::people::{AutomaticEventsValue, UserIdValue};
use super::routing::Handover;
use super::templates::TemplateUpdate;
use super::values::MessagesValue;
use super::wire::{Read, Reader, Surprise, SurpriseKind, Wire, from_json, words};

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
        /// Groups joined and left, as the specification spells it.
        GroupParticipantUpdate = "group_participant_update",
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

/// Declares which fields have which value.
macro_rules! values {
    ($($(#[$doc:meta])* $variant:ident($ty:ty) = $($field:ident)|+;)*) => {
        /// What happened, typed by the field it is about.
        #[derive(Debug, Clone, PartialEq, Default)]
        pub enum Value {
            $($(#[$doc])* $variant(Box<$ty>),)*
            /// Undocumented fields, and values that aren't objects: as they came.
            Other(Json),
            /// There is no value.
            #[default]
            Absent,
        }

        impl Value {
            /// Reads the value that comes next, knowing its field.
            pub(super) fn read<'de, A: MapAccess<'de>>(field: &Field, object: &mut A) -> Result<Self, A::Error> {
                let read = match field {
                    $($(Field::$field)|+ => next(object)?.map(Self::$variant),)*
                    _ => next(object)?.map(Self::Other),
                };
                Ok(read.unwrap_or_else(Self::Other))
            }

            /// The same value, read as what its field says.
            pub(super) fn of(self, field: Option<&Field>) -> Self {
                match (&self, field) {
                    $((Self::$variant(_), Some($(Field::$field)|+)))|* => return self,
                    _ => {}
                }
                let Some(json) = self.write() else { return self };
                let read = match field {
                    $(Some($(Field::$field)|+) => from_json(json).map(Self::$variant),)*
                    _ => Err(json),
                };
                read.unwrap_or_else(Self::Other)
            }

            pub(super) fn write(&self) -> Option<Json> {
                match self {
                    $(Self::$variant(value) => Some(value.write()),)*
                    Self::Other(json) => Some(json.clone()),
                    Self::Absent => None,
                }
            }

            pub(super) fn surprises(&self, at: &str, out: &mut Vec<Surprise>) {
                match self {
                    $(Self::$variant(value) => value.surprises(at, out),)*
                    Self::Other(Json::Object(_)) => {}
                    Self::Other(_) => {
                        out.push(Surprise { pointer: at.to_owned(), kind: SurpriseKind::UnexpectedShape });
                    }
                    Self::Absent => out.push(Surprise { pointer: at.to_owned(), kind: SurpriseKind::Missing }),
                }
            }
        }
    };
}

values! {
    /// Fields `messages`, `smb_message_echoes`, `history`, `standby` and `user_preferences`.
    Messages(MessagesValue) = Messages | SmbMessageEchoes | History | Standby | UserPreferences;
    /// Field `calls`.
    Calls(CallsValue) = Calls;
    /// The fields about groups.
    Groups(GroupsValue) =
        GroupLifecycleUpdate | GroupParticipantsUpdate | GroupParticipantUpdate | GroupSettingsUpdate
        | GroupStatusUpdate;
    /// Field `messaging_handovers`.
    Handover(Handover) = MessagingHandovers;
    /// Field `smb_app_state_sync`.
    StateSync(StateSyncValue) = SmbAppStateSync;
    /// Field `automatic_events`.
    AutomaticEvents(AutomaticEventsValue) = AutomaticEvents;
    /// Field `user_id_update`, withdrawn by Meta.
    UserIds(UserIdValue) = UserIdUpdate;
    /// Field `flows`.
    Form(FormUpdate) = Flows;
    /// The fields about templates.
    Template(TemplateUpdate) =
        MessageTemplateStatusUpdate | MessageTemplateQualityUpdate | MessageTemplateComponentsUpdate
        | TemplateCategoryUpdate | TemplateCorrectCategoryDetection;
    /// Fields `phone_number_name_update` and `phone_number_quality_update`.
    PhoneNumber(PhoneNumberUpdate) = PhoneNumberNameUpdate | PhoneNumberQualityUpdate;
    /// Field `account_settings_update`.
    AccountSettings(AccountSettings) = AccountSettingsUpdate;
    /// Field `account_update`.
    Account(AccountUpdate) = AccountUpdate;
    /// Field `account_alerts`.
    AccountAlert(AccountAlert) = AccountAlerts;
    /// Field `account_review_update`.
    AccountReview(AccountReview) = AccountReviewUpdate;
    /// Field `business_capability_update`.
    Capability(BusinessCapability) = BusinessCapabilityUpdate;
    /// Field `security`.
    Security(SecurityUpdate) = Security;
    /// Field `business_username_update`, in both spellings.
    Username(BusinessUsername) = BusinessUsernameUpdate | BusinessUsernameUpdates;
    /// Field `payment_configuration_update`.
    PaymentConfiguration(PaymentConfiguration) = PaymentConfigurationUpdate;
    /// Field `partner_solutions`.
    PartnerSolution(PartnerSolution) = PartnerSolutions;
}

fn next<'de, A: MapAccess<'de>, T: Wire>(object: &mut A) -> Result<Read<T>, A::Error> {
    object.next_value_seed(Reader::<T, true>::new())
}

impl Value {
    /// Messages, statuses, echoes and the like, if this value carries them.
    pub fn as_messages(&self) -> Option<&MessagesValue> {
        match self {
            Self::Messages(value) => Some(value),
            _ => None,
        }
    }
}
