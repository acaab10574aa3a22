//! The business side: apps and their tokens, WABAs, phone numbers, media.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::limits::Throughput;
use super::number::NumberFacts;
use super::policy::{Reached, Tier};
use super::standing::WabaFacts;

/// A Meta app: its secret signs webhooks, its subscription says where they go.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct App {
    pub id: String,
    pub name: String,
    pub secret: String,
    /// By webhook object, for us always `whatsapp_business_account`.
    pub subscriptions: BTreeMap<String, Subscription>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Subscription {
    pub callback_url: String,
    pub verify_token: String,
    pub fields: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Token {
    pub app_id: String,
    pub kind: TokenKind,
    pub scopes: Vec<String>,
    /// WABAs this token may touch.
    pub wabas: Vec<String>,
    /// Portfolios it may touch, with all their WABAs.
    pub businesses: Vec<String>,
    pub issued_at: i64,
    pub expires_at: Option<i64>,
    /// Subcode of error 190 since it was revoked (460 password changed, 467 invalid…).
    pub revoked: Option<i64>,
    /// The client's portfolio, for a token from Embedded Signup.
    #[serde(default)]
    pub client_business_id: Option<String>,
    /// Portfolios of clients, which it may make tokens for but not read.
    #[serde(default)]
    pub clients: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TokenKind {
    SystemUser,
    App,
}

impl Token {
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|s| s == scope)
    }
}

/// A business portfolio: owns WABAs, and is what user ids are scoped to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Business {
    pub id: String,
    pub name: String,
    /// How many people may be written to.
    pub tier: Tier,
    /// Who was.
    #[serde(default)]
    pub reached: Reached,
    #[serde(default)]
    pub facts: BusinessFacts,
}

/// Everything about a portfolio that changes over its life.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct BusinessFacts {
    /// `verified`, `not_verified` or `pending`.
    pub verification: String,
    pub created_at: i64,
    /// The account whose parent ids (parent BSUID) it uses.
    pub parent: Option<String>,
    /// People whose phones it keeps; `None` while the contact book is off.
    pub contact_book: Option<BTreeSet<String>>,
    /// Whether it is planned to look at its messaging limit.
    pub limit_in_question: bool,
    /// Whether its clients were asked to let it use the Marketing Messages API.
    pub asked_for_marketing: bool,
}

impl Default for BusinessFacts {
    fn default() -> Self {
        Self {
            verification: "verified".to_owned(),
            created_at: 0,
            parent: None,
            contact_book: None,
            limit_in_question: false,
            asked_for_marketing: false,
        }
    }
}

impl Business {
    pub(crate) fn new(id: &str, name: &str, tier: Tier) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            tier,
            reached: Reached::default(),
            facts: BusinessFacts::default(),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Waba {
    pub id: String,
    pub name: String,
    pub business_id: String,
    pub namespace: String,
    pub subscribed_apps: Vec<SubscribedApp>,
    #[serde(default)]
    pub settings: WabaSettings,
    #[serde(default)]
    pub facts: WabaFacts,
}

/// What a WABA has switched on.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WabaSettings {
    /// `is_enabled_for_insights`: template analytics; can't be taken back.
    pub insights: bool,
    /// `disable_marketing_messages_on_cloud_api`.
    pub no_marketing_on_cloud_api: bool,
    /// `marketing_messages_onboarding_status`; the Marketing Messages API needs ONBOARDED.
    pub marketing_onboarding: String,
    /// Improvements that may be made to marketing messages, as given.
    pub degrees_of_freedom_spec: Option<Value>,
    /// On Meta's list for Direct Send.
    pub direct_send: bool,
    /// Direct Send was taken away until then, Unix ms.
    pub direct_send_restricted_until: Option<i64>,
    /// How often content that was sent directly was of another category.
    pub strikes: u32,
    /// Templates this WABA may have, if other than usual.
    pub template_limit: Option<u32>,
}

impl Default for WabaSettings {
    fn default() -> Self {
        Self {
            insights: false,
            no_marketing_on_cloud_api: false,
            marketing_onboarding: "ONBOARDED".to_owned(),
            degrees_of_freedom_spec: None,
            direct_send: false,
            direct_send_restricted_until: None,
            strikes: 0,
            template_limit: None,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SubscribedApp {
    pub app_id: String,
    pub override_callback_uri: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Number {
    pub id: String,
    pub waba_id: String,
    pub display_phone_number: String,
    /// Digits of the display number.
    pub wa_id: String,
    pub verified_name: String,
    pub registered: bool,
    pub pin: Option<String>,
    /// Members of `whatsapp_business_profile`.
    pub profile: Value,
    pub throughput_mps: u32,
    #[serde(default)]
    pub throughput: Throughput,
    /// Service messages delivered in a month: `2026-11` and how many.
    #[serde(default)]
    pub service_month: (String, u32),
    /// Where this number's webhooks go instead of the app's callback.
    #[serde(default)]
    pub override_callback_uri: Option<String>,
    #[serde(default)]
    pub facts: NumberFacts,
}

/// A media file's facts; its bytes are in the vault.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Media {
    pub id: String,
    pub phone_number_id: String,
    pub mime_type: String,
    pub filename: Option<String>,
    pub size: u64,
    pub sha256: [u8; 32],
    pub created_at: i64,
    /// 30 days for uploads, 7 for what customers send.
    pub expires_at: i64,
    /// What download URLs carry; new at each look-up.
    pub urls: Vec<MediaUrl>,
    /// Where it was fetched from, for the ten-minute cache of links.
    #[serde(default)]
    pub link: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MediaUrl {
    pub hash: String,
    pub expires_at: i64,
}

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// How long a download URL works.
const URL_LIFETIME: i64 = 5 * MINUTE;

impl Media {
    /// A fresh download URL below `public_url`, valid for five minutes.
    pub(crate) fn mint_url(&mut self, public_url: &str, source: &str, hash: String, now: i64) -> String {
        self.urls.retain(|u| u.expires_at > now);
        let expires_at = now + URL_LIFETIME;
        let ext = expires_at.div_euclid(1000);
        let url = format!(
            "{public_url}/whatsapp_business/attachments/?mid={}&source={source}&ext={ext}&hash={hash}",
            self.id
        );
        self.urls.push(MediaUrl { hash, expires_at });
        url
    }
}
