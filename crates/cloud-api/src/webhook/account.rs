//! The account's fate. Meta: Webhooks > `account_update`, `account_alerts`, `account_review_update`.

use super::scalar::{Id, UnixTime};
use super::wire::{object, words};

words! {
    /// What happened to an account.
    pub enum AccountEvent {
        /// It was deleted.
        Deleted = "ACCOUNT_DELETED",
        /// It may do less for a while: `restriction_info`.
        Restriction = "ACCOUNT_RESTRICTION",
        /// It broke a rule: `violation_info`.
        Violation = "ACCOUNT_VIOLATION",
        /// An advertising account was linked.
        AdAccountLinked = "AD_ACCOUNT_LINKED",
        /// International authentication prices apply, or will.
        AuthIntlPriceEligibility = "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE",
        /// The business's country changed.
        PrimaryLocation = "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE",
        /// It was banned, will be, or no longer is: `ban_info`.
        Disabled = "DISABLED_UPDATE",
        /// The terms of the Marketing Messages API were signed.
        MmLiteTermsSigned = "MM_LITE_TERMS_SIGNED",
        /// It was shared with us.
        PartnerAdded = "PARTNER_ADDED",
        /// It is no longer shared with us.
        PartnerRemoved = "PARTNER_REMOVED",
        /// A partner's app was installed.
        PartnerAppInstalled = "PARTNER_APP_INSTALLED",
        /// A partner's app was removed.
        PartnerAppUninstalled = "PARTNER_APP_UNINSTALLED",
        /// A client's certification was decided.
        PartnerClientCertification = "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE",
        /// A client needs a certification.
        PartnerClientCertificationNeeded = "PARTNER_CLIENT_CERTIFICATION_NEEDED",
        /// Messages became cheaper or dearer by volume.
        VolumeTier = "VOLUME_BASED_PRICING_TIER_UPDATE",
        /// A number left the Cloud API for the app.
        Offboarded = "ACCOUNT_OFFBOARDED",
        /// A number came back.
        Reconnected = "ACCOUNT_RECONNECTED",
        /// It was verified.
        Verified = "VERIFIED_ACCOUNT",
        /// A number was taken away. Seen, not documented.
        PhoneNumberRemoved = "PHONE_NUMBER_REMOVED",
    }
}

object! {
    /// Value of the field `account_update`. The entry's id is the business portfolio for `PARTNER_…`.
    pub struct AccountUpdate {
        /// What happened.
        event: AccountEvent = "event",
        /// The number it is about, if it is about one.
        phone_number: Id = "phone_number",
        /// The business's new country, ISO 3166.
        country: String = "country",
        /// Which account, and whose.
        waba_info: WabaInfo = "waba_info",
        /// What it may not do.
        restriction_info: Vec<Restriction> = "restriction_info",
        /// Which rule it broke.
        violation_info: ViolationInfo = "violation_info",
        /// Its ban.
        ban_info: BanInfo = "ban_info",
        /// Why a number left, and who wished so.
        disconnection_info: DisconnectionInfo = "disconnection_info",
        /// Since when international authentication prices apply.
        auth_international_rate_eligibility: AuthInternational = "auth_international_rate_eligibility",
        /// The price tier.
        volume_tier_info: VolumeTier = "volume_tier_info",
        /// A client's certification.
        partner_client_certification_info: Certification = "partner_client_certification_info",
    }
}

object! {
    /// Which account, and whose.
    pub struct WabaInfo {
        /// The account.
        waba_id: Id = "waba_id",
        /// The portfolio that owns it.
        owner_business_id: Id = "owner_business_id",
        /// The advertising account.
        ad_account_linked: Id = "ad_account_linked",
        /// The partner's app.
        partner_app_id: Id = "partner_app_id",
        /// The multi-partner solution.
        solution_id: Id = "solution_id",
        /// Who else is in the solution.
        solution_partner_business_ids: Vec<Id> = "solution_partner_business_ids",
    }
}

words! {
    /// What an account may not do.
    pub enum RestrictionKind {
        /// Add numbers.
        AddPhoneNumber = "RESTRICTED_ADD_PHONE_NUMBER_ACTION",
        /// Begin conversations.
        BizInitiatedMessaging = "RESTRICTED_BIZ_INITIATED_MESSAGING",
        /// Answer customers.
        CustomerInitiatedMessaging = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING",
        /// Call customers.
        BusinessInitiatedCalling = "RESTRICTED_BUSINESS_INITIATED_CALLING",
        /// Be called.
        UserInitiatedCalling = "RESTRICTED_USER_INITIATED_CALLING",
        /// Be called: the button is hidden.
        UserInitiatedCallingHidden = "RESTRICTED_USER_INITIATED_CALLING_CALL_BUTTON_HIDDEN",
        /// Call and be called.
        Calling = "RESTRICTED_BIZ_INITIATED_AND_USER_INITIATED_CALLING",
        /// Send utility templates.
        UtilityTemplates = "RESTRICTED_UTILITY_TEMPLATES",
        /// Send utility messages by Direct Send.
        DirectSendUtility = "RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES",
    }
}

object! {
    /// Something an account may not do for a while.
    pub struct Restriction {
        /// What.
        restriction_type: RestrictionKind = "restriction_type",
        /// Until when.
        expiration: UnixTime = "expiration",
        /// What would help.
        remediation: String = "remediation",
    }
}

object! {
    /// A broken rule.
    pub struct ViolationInfo {
        /// Which, e.g. `ADULT`, `SPAM`, `USER_INITIATED_CALLS_LOW_PICKUP_RATE`.
        violation_type: String = "violation_type",
        /// What would help.
        remediation: String = "remediation",
    }
}

words! {
    /// How an account's ban stands.
    pub enum BanState {
        /// It will be banned.
        Scheduled = "SCHEDULE_FOR_DISABLE",
        /// It is banned.
        Disabled = "DISABLE",
        /// It no longer is.
        Reinstated = "REINSTATE",
    }
}

object! {
    /// An account's ban.
    pub struct BanInfo {
        /// How it stands.
        waba_ban_state: BanState = "waba_ban_state",
        /// A day in English words: `April 17, 2025`.
        waba_ban_date: String = "waba_ban_date",
    }
}

words! {
    /// Why a number left the Cloud API.
    pub enum DisconnectionReason {
        /// Disconnected in the app.
        AccountDisconnected = "ACCOUNT_DISCONNECTED",
        /// Moved to the consumer app.
        BusinessDowngrade = "BUSINESS_DOWNGRADE",
        /// Another number.
        ChangeNumber = "CHANGE_NUMBER",
        /// The Cloud API wasn't used for about 30 days.
        CompanionInactivity = "COMPANION_INACTIVITY",
        /// The app wasn't used for about 14 days.
        PrimaryInactivity = "PRIMARY_INACTIVITY",
        /// Registered anew.
        UserReRegistered = "USER_RE_REGISTERED",
    }
}

words! {
    /// Who made a number leave.
    pub enum DisconnectionInitiator {
        /// The business.
        User = "USER",
        /// Meta.
        System = "SYSTEM",
    }
}

object! {
    /// Why a number left, and who wished so.
    pub struct DisconnectionInfo {
        /// Why.
        reason: DisconnectionReason = "reason",
        /// Who.
        initiated_by: DisconnectionInitiator = "initiated_by",
    }
}

object! {
    /// Since when international authentication prices apply.
    pub struct AuthInternational {
        /// Since when.
        start_time: UnixTime = "start_time",
        /// Countries with another day.
        exception_countries: Vec<AuthInternationalCountry> = "exception_countries",
    }
}

object! {
    /// Since when they apply in one country.
    pub struct AuthInternationalCountry {
        /// ISO 3166.
        country_code: String = "country_code",
        /// Since when.
        start_time: UnixTime = "start_time",
    }
}

object! {
    /// A price tier by volume.
    pub struct VolumeTier {
        /// When it was reached.
        tier_update_time: UnixTime = "tier_update_time",
        /// `UTILITY` or `AUTHENTICATION`.
        pricing_category: String = "pricing_category",
        /// Lower and upper bound in messages: `25000001:50000000`.
        tier: String = "tier",
        /// `2025-11`.
        effective_month: String = "effective_month",
        /// The market, e.g. `India`.
        region: String = "region",
    }
}

object! {
    /// A client's certification.
    pub struct Certification {
        /// The client.
        client_business_id: Id = "client_business_id",
        /// `APPROVED`, `FAILED`, `PENDING`, …
        status: String = "status",
        /// Why not; `NONE` when there is nothing.
        rejection_reasons: Vec<String> = "rejection_reasons",
    }
}

words! {
    /// What an alert is about.
    pub enum AlertEntity {
        /// The business.
        Business = "BUSINESS",
        /// A phone number.
        PhoneNumber = "PHONE_NUMBER",
        /// As Meta's page spells it.
        CurrentStatusId = "CURRENT_STATUS_ID",
    }
}

words! {
    /// How bad it is.
    pub enum AlertSeverity {
        /// Act now.
        Critical = "CRITICAL",
        /// Act.
        Warning = "WARNING",
        /// Know.
        Informational = "INFORMATIONAL",
    }
}

words! {
    /// Whether an alert stands.
    pub enum AlertStatus {
        /// It stands.
        Active = "ACTIVE",
        /// Nothing stands.
        None = "NONE",
    }
}

words! {
    /// What an alert says.
    pub enum AlertKind {
        /// The account became an official one.
        ObaApproved = "OBA_APPROVED",
        /// The account didn't become an official one.
        ObaRejected = "OBA_REJECTED",
        /// Higher limits: not yet.
        CapabilitiesDeferred = "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED",
        /// Higher limits: no.
        CapabilitiesFailed = "INCREASED_CAPABILITIES_ELIGIBILITY_FAILED",
        /// Higher limits: Meta wants to know more.
        CapabilitiesNeedMoreInfo = "INCREASED_CAPABILITIES_ELIGIBILITY_NEED_MORE_INFO",
        /// The picture of the profile is gone.
        ProfilePictureLost = "PROFILE_PICTURE_LOST",
    }
}

object! {
    /// Value of the field `account_alerts`.
    pub struct AccountAlert {
        /// What it is about.
        entity_type: AlertEntity = "entity_type",
        /// Its id.
        entity_id: Id = "entity_id",
        /// The alert.
        alert_info: AlertInfo = "alert_info",
    }
}

object! {
    /// An alert.
    pub struct AlertInfo {
        /// How bad it is.
        alert_severity: AlertSeverity = "alert_severity",
        /// Whether it stands.
        alert_status: AlertStatus = "alert_status",
        /// What it says.
        alert_type: AlertKind = "alert_type",
        /// In words.
        alert_description: String = "alert_description",
    }
}

words! {
    /// How a review or a name was decided.
    pub enum Decision {
        /// Yes.
        Approved = "APPROVED",
        /// No.
        Rejected = "REJECTED",
        /// Not decided.
        Pending = "PENDING",
        /// Put off.
        Deferred = "DEFERRED",
    }
}

object! {
    /// Value of the field `account_review_update`.
    pub struct AccountReview {
        /// How it was decided.
        decision: Decision = "decision",
    }
}
