//! Phone numbers of the business. Meta: Business Management API > Phone numbers; Graph API > WhatsApp Business Phone
//! Number.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::health::HealthStatus;
use super::node::{formed, judged, node, six_digits, url};
use super::{Client, Listing, Secret};
use crate::error::Error;
use crate::judge::{Findings, Node, text};
use crate::violation::{Rule, Violation};
use crate::webhook::Id;
use crate::webhook::wire::{object, words};

/// Longest display name, in characters.
pub const DISPLAY_NAME_MAX: usize = 75;
/// Longest callback URL of a webhook, in characters.
pub const CALLBACK_URL_MAX: usize = 200;
/// Everything [`PhoneNumber`] knows, for [`Client::phone_number_with`]. Graph gives a few of them when not asked.
pub const PHONE_NUMBER_FIELDS: &[&str] = &[
    "id",
    "display_phone_number",
    "verified_name",
    "quality_rating",
    "quality_score",
    "code_verification_status",
    "platform_type",
    "throughput",
    "webhook_configuration",
    "last_onboarded_time",
    "status",
    "name_status",
    "new_name_status",
    "new_display_name",
    "is_pin_enabled",
    "is_official_business_account",
    "is_on_biz_app",
    "is_preverified_number",
    "account_mode",
    "search_visibility",
    "health_status",
    "whatsapp_business_manager_messaging_limit",
    "country_dial_code",
    "username",
];

node! {
    /// A phone number of the business.
    pub struct PhoneNumber {
        /// The id used in calls.
        id: Id = "id";
        /// As people write it.
        display_phone_number: String = "display_phone_number",
        /// The name customers see.
        verified_name: String = "verified_name",
        /// How its messages are received, by the last seven days.
        quality_rating: Quality = "quality_rating",
        /// The same with more behind it: `{"score": "GREEN"}`.
        quality_score: Value = "quality_score",
        /// Whether its owner proved to hold it: `VERIFIED`, `NOT_VERIFIED` or `EXPIRED`.
        code_verification_status: String = "code_verification_status",
        /// `CLOUD_API`, `ON_PREMISE` or `NOT_APPLICABLE`.
        platform_type: String = "platform_type",
        /// How fast it may send.
        throughput: Throughput = "throughput",
        /// Where its webhooks go.
        webhook_configuration: WebhookConfiguration = "webhook_configuration",
        /// When it came to this account, as Meta writes it.
        last_onboarded_time: Value = "last_onboarded_time",
        /// Whether it can send. On request.
        status: NumberStatus = "status",
        /// What became of the display name: `APPROVED`, `PENDING_REVIEW`, `DECLINED`, … On request.
        name_status: String = "name_status",
        /// The same for a name asked for but not in use yet. On request.
        new_name_status: String = "new_name_status",
        /// A name asked for but not in use yet; [`Client::register`] again once it is approved. On request.
        new_display_name: String = "new_display_name",
        /// Whether two-step verification is on. On request.
        is_pin_enabled: bool = "is_pin_enabled",
        /// Whether it carries the badge. On request.
        is_official_business_account: bool = "is_official_business_account",
        /// Whether the WhatsApp Business app uses it as well. On request.
        is_on_biz_app: bool = "is_on_biz_app",
        /// Whether it comes from a pool of verified numbers. On request.
        is_preverified_number: bool = "is_preverified_number",
        /// `SANDBOX` or `LIVE`. On request.
        account_mode: String = "account_mode",
        /// `VISIBLE` or `HIDDEN` in WhatsApp's search. On request.
        search_visibility: SearchVisibility = "search_visibility",
        /// What keeps it from sending. On request; see also [`Client::health_status`].
        health_status: HealthStatus = "health_status",
        /// How many people the portfolio may write to in 24 hours outside service windows. On request.
        messaging_limit: MessagingLimit = "whatsapp_business_manager_messaging_limit",
        /// E.g. `1`. On request.
        country_dial_code: Id = "country_dial_code",
        /// Its username. On request.
        username: String = "username",
        /// Welcome message, ice breakers and commands. On request; see [`Client::automation`].
        conversational_automation: super::automation::Automation = "conversational_automation",
    }
}

words! {
    /// How messages are received. Meta: Messaging > Quality rating.
    pub enum Quality {
        /// Well.
        Green = "GREEN",
        /// Not so well.
        Yellow = "YELLOW",
        /// Badly: the messaging limit won't rise.
        Red = "RED",
        /// Not known yet.
        Unknown = "UNKNOWN",
        /// Not rated.
        NotAvailable = "NA",
    }
}

words! {
    /// Whether a number can send.
    pub enum NumberStatus {
        /// It can.
        Connected = "CONNECTED",
        /// It isn't registered yet.
        Pending = "PENDING",
        /// It isn't connected.
        Offline = "OFFLINE",
        /// It isn't connected any more.
        Disconnected = "DISCONNECTED",
        /// Disabled for good, for breaking a policy.
        Banned = "BANNED",
        /// It has used up its messaging limit.
        Restricted = "RESTRICTED",
        /// It has sent too fast.
        RateLimited = "RATE_LIMITED",
        /// Its quality is low.
        Flagged = "FLAGGED",
        /// It has moved to another account.
        Migrated = "MIGRATED",
        /// It has been deleted.
        Deleted = "DELETED",
        /// Its owner hasn't proved to hold it.
        Unverified = "UNVERIFIED",
        /// Not known.
        Unknown = "UNKNOWN",
    }
}

words! {
    /// How many people a portfolio may write to in 24 hours outside service windows. Meta: Messaging limits.
    pub enum MessagingLimit {
        /// 250.
        Tier250 = "TIER_250",
        /// 2,000.
        Tier2K = "TIER_2K",
        /// 10,000.
        Tier10K = "TIER_10K",
        /// 100,000.
        Tier100K = "TIER_100K",
        /// Everybody.
        Unlimited = "TIER_UNLIMITED",
    }
}

words! {
    /// Whether a number is found in WhatsApp's search.
    pub enum SearchVisibility {
        /// It is found.
        Visible = "VISIBLE",
        /// It isn't.
        Hidden = "HIDDEN",
    }
}

object! {
    /// How fast a number may send.
    pub struct Throughput {
        /// `STANDARD` (80 a second), `HIGH` (1,000 a second) or `NOT_APPLICABLE`.
        level: String = "level",
    }
}

object! {
    /// Where webhooks go; the most special one that is there is used.
    pub struct WebhookConfiguration {
        /// The app's callback URL.
        application: String = "application",
        /// The account's override.
        whatsapp_business_account: String = "whatsapp_business_account",
        /// The number's override.
        phone_number: String = "phone_number",
    }
}

/// A number to add to an account. Meta: Business Management API > Phone numbers > Add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewPhoneNumber {
    /// Country calling code: `1`.
    #[serde(rename = "cc")]
    pub country_code: String,
    /// The number without it: `5550783881`.
    pub phone_number: String,
    /// The name to show.
    pub verified_name: String,
    /// Take it over from another account that agrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migrate_phone_number: Option<bool>,
    /// It comes from a pool of verified numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preverified_id: Option<String>,
}

impl NewPhoneNumber {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |root, findings| {
            findings.needs_text(root, "cc", text("Country code", 1, 4));
            formed(findings, root, "cc", "digits", is_digits);
            findings.needs_text(root, "phone_number", text("Phone number", 1, 20));
            display_name(root, "verified_name", findings);
        })
    }
}

#[derive(Deserialize)]
struct Added {
    id: Id,
}

impl Client {
    /// The phone numbers of an account. Permission B; see also [`PHONE_NUMBER_FIELDS`].
    /// Meta: Business Management API > Phone numbers.
    ///
    /// ```no_run
    /// # async fn show(client: &cloud_api::client::Client) -> Result<(), cloud_api::error::Error> {
    /// let live = r#"[{"field":"account_mode","operator":"EQUAL","value":"LIVE"}]"#;
    /// let numbers = client.phone_numbers("102290129340398").fields(&["id", "status"]).with("filtering", live);
    /// for number in numbers.all().await? {
    ///     println!("{} {:?}", number.id, number.status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn phone_numbers(&self, waba_id: &str) -> Listing<PhoneNumber> {
        self.list("phone_numbers", &[waba_id, "phone_numbers"])
    }

    /// Adds a number to an account and gives its id. Prove next that it is yours ([`Client::request_code`]), then
    /// [`Client::register`] it. A portfolio begins with 2 numbers, and has 20 once it is verified. Permission B.
    /// No call deletes a number again. Meta: Business Management API > Phone numbers > Add.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`NewPhoneNumber::validate`]; code 100 with subcode 2388012 when it is there already, 2388103
    /// when it can't be moved.
    pub async fn add_phone_number(&self, waba_id: &str, number: &NewPhoneNumber) -> Result<String, Error> {
        self.judge(|| number.validate())?;
        let call = self.post("add_phone_number", &[waba_id, "phone_numbers"]);
        let Added { id } = call.json(number).read().await?;
        Ok(id.into_string())
    }

    /// Looks a phone number up; also the cheapest way to see whether a token is good for it. Permission B.
    ///
    /// # Errors
    /// As every call; code 190 for a bad token, code 100 with subcode 33 for a wrong id.
    pub async fn phone_number(&self, phone_number_id: &str) -> Result<PhoneNumber, Error> {
        self.get("phone_number", &[phone_number_id]).read().await
    }

    /// Looks a phone number up, with these fields only; [`PHONE_NUMBER_FIELDS`] are all known ones. Permission B.
    ///
    /// # Errors
    /// As [`Client::phone_number`]; code 100 for a field that doesn't exist in this version.
    pub async fn phone_number_with(
        &self,
        phone_number_id: &str,
        fields: &[&str],
    ) -> Result<PhoneNumber, Error> {
        self.get("phone_number", &[phone_number_id]).query("fields", &fields.join(",")).read().await
    }

    /// Sets the PIN of two-step verification, six digits. Nothing switches two-step verification off. Permission B.
    /// Meta: Business phone numbers > Two-step verification.
    ///
    /// # Errors
    /// [`Error::Refused`] for anything but six digits.
    pub async fn set_pin(&self, phone_number_id: &str, pin: &Secret) -> Result<(), Error> {
        let body = json!({"pin": pin.expose()});
        self.judge(|| judged(&body, |root, findings| six_digits(findings, root, "pin")))?;
        self.post("set_pin", &[phone_number_id]).json(&body).idempotent().command().await
    }

    /// Asks for another display name. Meta reviews it (`new_name_status`); once approved, [`Client::register`] again to put
    /// it to use. Permission B. Meta: Display names.
    ///
    /// # Errors
    /// [`Error::Refused`] for a name of less than 2 or more than 75 characters.
    pub async fn request_display_name(&self, phone_number_id: &str, name: &str) -> Result<(), Error> {
        let body = json!({"new_display_name": name});
        self.judge(|| judged(&body, |root, findings| display_name(root, "new_display_name", findings)))?;
        self.post("request_display_name", &[phone_number_id]).json(&body).command().await
    }

    /// Sends this number's webhooks somewhere else than the account's. Meta asks the new address with a challenge that must
    /// come back with `verify_token` known. Permission B. Meta: Webhooks > Overrides.
    ///
    /// # Errors
    /// [`Error::Refused`] for what isn't an https URL of at most 200 characters; code 100 when the address doesn't answer the
    /// challenge.
    pub async fn override_webhook(
        &self,
        phone_number_id: &str,
        callback_url: &str,
        verify_token: &Secret,
    ) -> Result<(), Error> {
        let (uri, token) = (callback_url, verify_token.expose());
        let body = json!({"webhook_configuration": {"override_callback_uri": uri, "verify_token": token}});
        self.judge(|| {
            judged(&body, |root, findings| {
                let Some(node) = findings.needs_object(root, "webhook_configuration") else { return };
                callback_url_and_token(&node, findings);
            })
        })?;
        self.post("override_webhook", &[phone_number_id]).json(&body).idempotent().command().await
    }

    /// Sends this number's webhooks where the account's go. Permission B. Meta: Webhooks > Overrides.
    ///
    /// # Errors
    /// As every call.
    pub async fn clear_webhook_override(&self, phone_number_id: &str) -> Result<(), Error> {
        let body = json!({"webhook_configuration": {"override_callback_uri": ""}});
        self.post("clear_webhook_override", &[phone_number_id]).json(&body).idempotent().command().await
    }

    /// Shows the number in WhatsApp's search, or hides it. Permission B.
    ///
    /// # Errors
    /// As every call.
    pub async fn set_search_visibility(
        &self,
        phone_number_id: &str,
        visibility: &SearchVisibility,
    ) -> Result<(), Error> {
        let body = json!({"search_visibility": visibility});
        self.post("set_search_visibility", &[phone_number_id]).json(&body).idempotent().command().await
    }

    /// Subscribes the token's app to the webhooks of an account. Doing it twice is harmless.
    ///
    /// # Errors
    /// As every call.
    pub async fn subscribe_app(&self, waba_id: &str) -> Result<(), Error> {
        self.post("subscribe_app", &[waba_id, "subscribed_apps"]).idempotent().command().await
    }
}

fn callback_url_and_token(node: &Node<'_>, findings: &mut Findings) {
    url(findings, node, "override_callback_uri", CALLBACK_URL_MAX);
    if node.str("override_callback_uri").is_some_and(|url| url.starts_with("http://")) {
        let message = "override_callback_uri must be an https URL.";
        findings.add(node.at("override_callback_uri"), Rule::Format, message);
    }
    findings.needs_text(node, "verify_token", text("Verify token", 1, usize::MAX));
}

fn display_name(node: &Node<'_>, key: &str, findings: &mut Findings) {
    findings.needs_text(node, key, text("Display name", 2, DISPLAY_NAME_MAX));
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
