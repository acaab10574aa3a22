//! WhatsApp Business Accounts (WABA). Meta: Graph API > WhatsApp Business Account.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use super::access::{AppData, AssignedUser, SubscribedApp, Task, WebhookOverride};
use super::node::judged;
pub use super::schedules::{NewSchedule, Schedule};
pub use super::signup_links::{NewSignupLink, SignupLink, SignupLinkUpdate, SignupPolicy, signup_url};
pub use super::welcome_sequences::{WelcomeMessage, WelcomeSequence};

use super::health::HealthStatus;
use super::query::{Query, asking, fields, filtered, give};
use super::{Client, Listing};
use crate::error::Error;
use crate::judge::text;
use crate::violation::{Rule, Violation};
use crate::webhook::Id;
use crate::webhook::wire::object;

/// The fields of an account that are usually wanted; without asking Graph gives four.
pub const WABA_FIELDS: &[&str] = &[
    "id",
    "name",
    "status",
    "currency",
    "country",
    "timezone_id",
    "message_template_namespace",
    "ownership_type",
    "owner_business_info",
    "on_behalf_of_business_info",
    "account_review_status",
    "business_verification_status",
    "health_status",
    "is_enabled_for_insights",
    "auth_international_rate_eligibility",
    "primary_business_location",
    "whatsapp_business_manager_messaging_limit",
    "marketing_messages_onboarding_status",
    "disable_marketing_messages_on_cloud_api",
];

object! {
    /// An account. Only what was asked for is there.
    pub struct Waba {
        /// Its id.
        id: Id = "id",
        /// Its name.
        name: String = "name",
        /// `ACTIVE`, `RESTRICTED`, `DISABLED`, …
        status: String = "status",
        /// What it is billed in, e.g. `USD`. Costs of analytics are in it.
        currency: String = "currency",
        /// Two letters.
        country: String = "country",
        /// Meta's number of a time zone, as text.
        timezone_id: Id = "timezone_id",
        /// Old prefix of template names.
        message_template_namespace: String = "message_template_namespace",
        /// `SELF`, `CLIENT_OWNED`, `ON_BEHALF_OF`, …
        ownership_type: String = "ownership_type",
        /// The portfolio that owns it.
        owner_business_info: Party = "owner_business_info",
        /// The portfolio it is run for.
        on_behalf_of_business_info: Party = "on_behalf_of_business_info",
        /// `APPROVED`, `PENDING`, `REJECTED`, …
        account_review_status: String = "account_review_status",
        /// `verified`, `not_verified`, `pending`, …
        business_verification_status: String = "business_verification_status",
        /// Whether messages can be sent, and why not.
        health_status: HealthStatus = "health_status",
        /// Whether template analytics are collected.
        is_enabled_for_insights: bool = "is_enabled_for_insights",
        /// Since when authentication messages abroad cost the international rate.
        auth_international_rate_eligibility: Value = "auth_international_rate_eligibility",
        /// Two letters; where the business is, as Meta determined it.
        primary_business_location: String = "primary_business_location",
        /// `TIER_250`, `TIER_2K`, `TIER_10K`, `TIER_100K` or `TIER_UNLIMITED`; of the whole portfolio.
        whatsapp_business_manager_messaging_limit: String = "whatsapp_business_manager_messaging_limit",
        /// Whether the Marketing Messages API may be used; until v23 `marketing_messages_lite_api_status`.
        marketing_messages_onboarding_status: String = "marketing_messages_onboarding_status",
        /// Whether marketing templates are refused by the ordinary messages edge.
        disable_marketing_messages_on_cloud_api: bool = "disable_marketing_messages_on_cloud_api",
        /// Which automatic improvements of marketing messages are on.
        degrees_of_freedom_spec: Value = "degrees_of_freedom_spec",
        /// Old: the purchase order on invoices.
        purchase_order_number: String = "purchase_order_number",
    }
}

object! {
    /// A business, app or user that is only named.
    pub struct Party {
        /// Its id.
        id: Id = "id",
        /// Its name.
        name: String = "name",
    }
}

/// Changes to an account; what is `None` stays. Meta takes one concern per call.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct WabaUpdate {
    /// A new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A new time zone, by Meta's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone_id: Option<String>,
    /// `true` makes the messages edge refuse marketing templates, so that they go through the Marketing Messages API
    /// alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_marketing_messages_on_cloud_api: Option<bool>,
    /// Which automatic improvements of marketing messages are on: `{"creative_features_spec": {…}}`. See
    /// [`WabaUpdate::creative_features`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub degrees_of_freedom_spec: Option<Value>,
    /// Anything else Meta takes.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl WabaUpdate {
    /// Switches automatic improvements of marketing messages on or off, by Meta's names of them (`image_touchups`,
    /// `text_formatting_optimization`, `image_animation`, …).
    pub fn creative_features<'a>(features: impl IntoIterator<Item = (&'a str, bool)>) -> Self {
        let status = |on| json!({"enroll_status": if on { "OPT_IN" } else { "OPT_OUT" }});
        let spec: Map<String, Value> =
            features.into_iter().map(|(name, on)| (name.to_owned(), status(on))).collect();
        Self { degrees_of_freedom_spec: Some(json!({"creative_features_spec": spec})), ..Self::default() }
    }

    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations: an empty update, an empty name.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |node, findings| {
            if node.map.is_empty() {
                findings.add(String::new(), Rule::Required, "An update needs at least one field.");
            }
            findings.may_have_text(node, "name", text("Name", 1, usize::MAX));
        })
    }
}

/// Which entries of the account's log are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActivityFilter {
    /// E.g. `TEMPLATE_DELETED`; several with commas.
    pub activity_type: Option<String>,
    /// From this moment on, as Graph writes moments (ISO 8601 or seconds since 1970).
    pub since: Option<String>,
    /// Until this moment.
    pub until: Option<String>,
}

object! {
    /// Something that was done to an account.
    pub struct Activity {
        /// Its id.
        id: Id = "id",
        /// `PHONE_NUMBER_ADDED`, `TEMPLATE_DELETED`, `USER_ROLE_CHANGED`, …
        activity_type: String = "activity_type",
        /// ISO 8601.
        timestamp: String = "timestamp",
        /// `USER`, `SYSTEM`, `API`, `ADMIN` or `AUTOMATED_PROCESS`.
        actor_type: String = "actor_type",
        /// Who did it.
        actor_id: Id = "actor_id",
        /// Who did it, by name.
        actor_name: String = "actor_name",
        /// In English.
        description: String = "description",
        /// What belongs to this kind of activity.
        details: Value = "details",
        /// Where it was done from.
        ip_address: String = "ip_address",
        /// What it was done with.
        user_agent: String = "user_agent",
    }
}

/// Graph answers a change of an account with its id or with `success`.
#[derive(Deserialize)]
struct Changed {
    id: Option<Id>,
    success: Option<bool>,
}

impl Client {
    /// Reads an account. `wanted` may be [`WABA_FIELDS`]; empty means Meta's default (id, name, time zone, namespace).
    ///
    /// Permission B. Meta: WhatsApp Business Account > Reading.
    ///
    /// # Errors
    /// Code 100 for a field that doesn't exist in this version, with subcode 33 for an id the token doesn't reach.
    pub async fn waba(&self, waba_id: &str, wanted: &[&str]) -> Result<Waba, Error> {
        asking(self.get("waba", &[waba_id]), &fields(wanted)).read().await
    }

    /// Changes an account: its name, or the switches of the Marketing Messages API.
    ///
    /// Permission B. Meta: WhatsApp Business Account > Updating; Marketing Messages API >
    /// Get started.
    ///
    /// # Errors
    /// [`Error::Refused`] for an empty update; code 100 when the account hasn't the feature; codes 10 and 200 when the
    /// token's user hasn't full control.
    pub async fn update_waba(&self, waba_id: &str, update: &WabaUpdate) -> Result<(), Error> {
        self.judge(|| update.validate())?;
        let answer = self.post("update_waba", &[waba_id]).json(update).idempotent().read().await?;
        changed("update_waba", &answer)
    }

    /// Starts the collection of template analytics. It can't be undone: the account's templates track clicks from
    /// then on.
    ///
    /// Permission B. Meta: Analytics > Enabling template analytics.
    ///
    /// # Errors
    /// Code 200005 for accounts that can't have them (businesses and numbers of the EU, the United Kingdom and Japan).
    pub async fn enable_insights(&self, waba_id: &str) -> Result<(), Error> {
        let call = self.post("enable_insights", &[waba_id]).query("is_enabled_for_insights", "true");
        changed("enable_insights", &call.idempotent().read().await?)
    }

    /// The account's log: who changed what.
    ///
    /// Permission B. Meta: WhatsApp Business Account > Activities.
    pub fn waba_activities(&self, waba_id: &str, filter: &ActivityFilter) -> Listing<Activity> {
        let mut query = Query::new();
        give(&mut query, "activity_type", filter.activity_type.as_ref());
        give(&mut query, "since", filter.since.as_ref());
        give(&mut query, "until", filter.until.as_ref());
        filtered(self.list("waba_activities", &[waba_id, "activities"]), query)
    }
}

fn changed(operation: &str, answer: &Changed) -> Result<(), Error> {
    if answer.success.unwrap_or(answer.id.is_some()) {
        return Ok(());
    }
    Err(Error::Decode(format!("{operation}: the answer doesn't report success")))
}
