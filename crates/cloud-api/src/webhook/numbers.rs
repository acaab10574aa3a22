//! Names, limits and settings of phone numbers. Meta: Webhooks > `phone_number_name_update`,
//! `phone_number_quality_update`, `account_settings_update`.

use serde_json::Value as Json;

use super::account::Decision;
use super::business::DailyLimit;
use super::scalar::{Id, UnixTime};
use super::wire::{object, words};

words! {
    /// What happened to a number's limits.
    pub enum PhoneNumberEvent {
        /// It is new.
        Onboarding = "ONBOARDING",
        /// It may send faster.
        ThroughputUpgrade = "THROUGHPUT_UPGRADE",
        /// Its quality is low.
        Flagged = "FLAGGED",
        /// Its quality is good again.
        Unflagged = "UNFLAGGED",
        /// It may write to more customers.
        Upgrade = "UPGRADE",
        /// It may write to fewer customers.
        Downgrade = "DOWNGRADE",
    }
}

words! {
    /// Why a display name was refused.
    pub enum NameRejection {
        /// It names an employee.
        Employee = "NAME_EMPLOYEE_ISSUE",
        /// It isn't the end client's.
        EndClient = "NAME_ENDCLIENT_NOTRELATED",
        /// Its form isn't allowed.
        Format = "NAME_FORMAT_UNACCEPTABLE",
        /// It names a person.
        Individual = "NAME_INDIVIDUAL_ISSUE",
        /// It isn't the business's elsewhere.
        NotConsistent = "NAME_NOT_CONSISTENT",
        /// Meta doesn't say.
        Unknown = "UNKNOWN",
    }
}

object! {
    /// A phone number's name or limits changed.
    pub struct PhoneNumberUpdate {
        /// The number.
        display_phone_number: Id = "display_phone_number",
        /// What happened to its limits.
        event: PhoneNumberEvent = "event",
        /// Customers the portfolio may write to first per day.
        max_daily_conversations_per_business: DailyLimit = "max_daily_conversations_per_business",
        /// Gone since 2026.
        old_limit: DailyLimit = "old_limit",
        /// Gone since 2026.
        current_limit: DailyLimit = "current_limit",
        /// What was decided about its name.
        decision: Decision = "decision",
        /// The name asked for.
        requested_verified_name: String = "requested_verified_name",
        /// Why not; null when it was approved.
        rejection_reason: NameRejection = "rejection_reason",
    }
}

words! {
    /// Which settings changed.
    pub enum AccountSettingsKind {
        /// A phone number's.
        PhoneNumber = "PHONE_NUMBER_SETTINGS",
    }
}

object! {
    /// Value of the field `account_settings_update`.
    pub struct AccountSettings {
        /// `whatsapp`.
        messaging_product: String = "messaging_product",
        /// When.
        timestamp: UnixTime = "timestamp",
        /// Which.
        kind: AccountSettingsKind = "type",
        /// The settings from now on.
        phone_number_settings: PhoneNumberSettings = "phone_number_settings",
    }
}

object! {
    /// A phone number's settings.
    pub struct PhoneNumberSettings {
        /// The number.
        phone_number_id: Id = "phone_number_id",
        /// Calls.
        calling: CallingSettings = "calling",
        /// The others, in the form of `GET /{phone number id}/settings`.
        user_identity_change: Json = "user_identity_change",
        /// The others, in the form of `GET /{phone number id}/settings`.
        payload_encryption: Json = "payload_encryption",
        /// The others, in the form of `GET /{phone number id}/settings`.
        storage_configuration: Json = "storage_configuration",
    }
}

words! {
    /// Whether something is on.
    pub enum Toggle {
        /// It is.
        Enabled = "ENABLED",
        /// It isn't.
        Disabled = "DISABLED",
    }
}

words! {
    /// Who sees the call button.
    pub enum CallIconVisibility {
        /// Everybody.
        Default = "DEFAULT",
        /// Nobody.
        DisableAll = "DISABLE_ALL",
    }
}

object! {
    /// Settings of calls.
    pub struct CallingSettings {
        /// Whether customers can call.
        status: Toggle = "status",
        /// Who sees the button.
        call_icon_visibility: CallIconVisibility = "call_icon_visibility",
        /// Where the button is seen.
        call_icons: CallIcons = "call_icons",
        /// When customers can call.
        call_hours: CallHours = "call_hours",
        /// Whether a customer who calls may be called back.
        callback_permission_status: Toggle = "callback_permission_status",
        /// Calls by SIP.
        sip: SipSettings = "sip",
        /// Codecs.
        audio: CallAudio = "audio",
        /// Voicemail.
        voicemail: VoicemailSettings = "voicemail",
        /// `DTLS` or `SDES`.
        srtp_key_exchange_protocol: String = "srtp_key_exchange_protocol",
        /// What Meta doesn't allow for a while.
        restrictions: CallRestrictions = "restrictions",
    }
}

object! {
    /// Where the call button is seen.
    pub struct CallIcons {
        /// Countries, ISO 3166; all when absent.
        restrict_to_user_countries: Vec<String> = "restrict_to_user_countries",
    }
}

object! {
    /// When customers can call.
    pub struct CallHours {
        /// Whether hours apply.
        status: Toggle = "status",
        /// IANA name, e.g. `America/Manaus`.
        timezone_id: String = "timezone_id",
        /// At most two a day.
        weekly_operating_hours: Vec<OperatingHours> = "weekly_operating_hours",
        /// At most 20 days.
        holiday_schedule: Vec<Holiday> = "holiday_schedule",
    }
}

words! {
    /// A day of the week.
    pub enum DayOfWeek {
        /// Monday.
        Monday = "MONDAY",
        /// Tuesday.
        Tuesday = "TUESDAY",
        /// Wednesday.
        Wednesday = "WEDNESDAY",
        /// Thursday.
        Thursday = "THURSDAY",
        /// Friday.
        Friday = "FRIDAY",
        /// Saturday.
        Saturday = "SATURDAY",
        /// Sunday.
        Sunday = "SUNDAY",
    }
}

object! {
    /// Hours of a weekday, as `HHMM`.
    pub struct OperatingHours {
        /// The day.
        day_of_week: DayOfWeek = "day_of_week",
        /// From.
        open_time: String = "open_time",
        /// To.
        close_time: String = "close_time",
    }
}

object! {
    /// Hours of one day, as `HHMM`. Meta's pages spell the hours in two ways.
    pub struct Holiday {
        /// `YYYY-MM-DD`.
        date: String = "date",
        /// From.
        start_time: String = "start_time",
        /// To.
        end_time: String = "end_time",
        /// From, as another page spells it.
        open_time: String = "open_time",
        /// To, as another page spells it.
        close_time: String = "close_time",
    }
}

object! {
    /// Calls by SIP.
    pub struct SipSettings {
        /// Whether calls go by SIP; then the calling endpoints are off.
        status: Toggle = "status",
        /// Whether webhooks come as well.
        webhook_delivery: Toggle = "webhook_delivery",
        /// Where to; one per number.
        servers: Vec<SipServer> = "servers",
    }
}

object! {
    /// A SIP server.
    pub struct SipServer {
        /// Its name.
        hostname: String = "hostname",
        /// Its port.
        port: i64 = "port",
        /// Your own keys and texts, added to the request's address.
        request_uri_user_params: Json = "request_uri_user_params",
    }
}

object! {
    /// Codecs besides Opus.
    pub struct CallAudio {
        /// `PCMU`, `PCMA`.
        additional_codecs: Vec<String> = "additional_codecs",
    }
}

object! {
    /// Voicemail.
    pub struct VoicemailSettings {
        /// Whether it is on.
        status: Toggle = "status",
        /// Seconds until it answers; at most 30.
        timeout_seconds: i64 = "timeout_seconds",
    }
}

object! {
    /// What Meta doesn't allow for a while.
    pub struct CallRestrictions {
        /// The restrictions, as JSON: their form isn't documented.
        restrictions_list: Vec<Json> = "restrictions_list",
    }
}
