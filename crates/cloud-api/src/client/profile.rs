//! What customers see of a business, and the key that Meta encrypts for.
//! Meta: Business profiles; Commerce settings; Business encryption.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Client;
use super::node::{count, formed, judged, texts, word};
use crate::error::Error;
use crate::judge::text;
use crate::violation::Violation;
use crate::webhook::Id;
use crate::webhook::wire::object;

/// Everything [`BusinessProfile`] knows.
const PROFILE_FIELDS: &str = "about,address,description,email,profile_picture_url,websites,vertical";
/// What a business may say it does. `UNDEFINED` and `NOT_A_BIZ` can be read but not set.
pub const VERTICALS: &[&str] = &[
    "OTHER",
    "AUTO",
    "BEAUTY",
    "APPAREL",
    "EDU",
    "ENTERTAIN",
    "EVENT_PLAN",
    "FINANCE",
    "GROCERY",
    "GOVT",
    "HOTEL",
    "HEALTH",
    "NONPROFIT",
    "PROF_SERVICES",
    "RETAIL",
    "TRAVEL",
    "RESTAURANT",
    "ALCOHOL",
    "ONLINE_GAMBLING",
    "PHYSICAL_GAMBLING",
    "OTC_DRUGS",
];

object! {
    /// What customers see of a business. When setting, fields that are `None` stay as they are.
    pub struct BusinessProfile {
        /// The line under the name, 1 to 139 characters.
        about: String = "about",
        /// Up to 256 characters.
        address: String = "address",
        /// Up to 512 characters.
        description: String = "description",
        /// Up to 128 characters.
        email: String = "email",
        /// At most two, up to 256 characters each.
        websites: Vec<String> = "websites",
        /// What it does, one of [`VERTICALS`].
        vertical: String = "vertical",
        /// Where the picture is. Can only be read.
        profile_picture_url: String = "profile_picture_url",
        /// Handle of an uploaded picture. Can only be set.
        profile_picture_handle: String = "profile_picture_handle",
    }
}

impl BusinessProfile {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |root, findings| {
            findings.may_have_text(root, "about", text("About", 1, 139));
            findings.may_have_text(root, "address", text("Address", 0, 256));
            findings.may_have_text(root, "description", text("Description", 0, 512));
            findings.may_have_text(root, "email", text("Email", 0, 128));
            formed(findings, root, "email", "an email address", |email| email.is_empty() || is_email(email));
            count(findings, root, "websites", [0, 2]);
            for (pointer, website) in texts(root, "websites") {
                findings.length(pointer, website, text("Website", 1, 256));
            }
            word(findings, root, "vertical", VERTICALS);
            findings.not_allowed(root, "profile_picture_url", "a picture is set by profile_picture_handle");
        })
    }
}

object! {
    /// What of the catalogue customers see.
    pub struct CommerceSettings {
        /// The catalogue.
        id: Id = "id",
        /// Whether customers can fill a cart.
        is_cart_enabled: bool = "is_cart_enabled",
        /// Whether they see the catalogue at all.
        is_catalog_visible: bool = "is_catalog_visible",
    }
}

object! {
    /// The key that customers' forms and, if switched on, payloads are encrypted for.
    pub struct EncryptionKey {
        /// RSA with 2,048 bits, PEM.
        business_public_key: String = "business_public_key",
        /// Whether Meta's signature of it is right: `VALID` or `MISMATCH`. After a mismatch set it again.
        signature_status: String = "business_public_key_signature_status",
    }
}

/// An answer that is a list of one.
#[derive(Deserialize)]
pub(super) struct Only<T> {
    #[serde(default = "Vec::new")]
    pub data: Vec<T>,
}

impl<T> Only<T> {
    fn take(self, operation: &str) -> Result<T, Error> {
        let nothing = || Error::Decode(format!("{operation}: the answer is empty"));
        self.data.into_iter().next().ok_or_else(nothing)
    }
}

impl Client {
    /// What customers see of this number's business, all fields. Permission B. Meta: Business profiles.
    ///
    /// # Errors
    /// As every call.
    pub async fn business_profile(&self, phone_number_id: &str) -> Result<BusinessProfile, Error> {
        let call = self.get("business_profile", &[phone_number_id, "whatsapp_business_profile"]);
        call.query("fields", PROFILE_FIELDS).read::<Only<_>>().await?.take("business_profile")
    }

    /// Changes what customers see; fields left `None` stay. Permission B. Meta: Business profiles.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`BusinessProfile::validate`].
    pub async fn set_business_profile(
        &self,
        phone_number_id: &str,
        profile: &BusinessProfile,
    ) -> Result<(), Error> {
        self.judge(|| profile.validate())?;
        let mut body = serde_json::to_value(profile).unwrap_or_default();
        body["messaging_product"] = "whatsapp".into();
        let call = self.post("set_business_profile", &[phone_number_id, "whatsapp_business_profile"]);
        call.json(&body).idempotent().command().await
    }

    /// What of the catalogue customers see. `None` without a catalogue. Permission B. Meta: Commerce settings.
    ///
    /// # Errors
    /// As every call.
    pub async fn commerce_settings(&self, phone_number_id: &str) -> Result<Option<CommerceSettings>, Error> {
        let call = self.get("commerce_settings", &[phone_number_id, "whatsapp_commerce_settings"]);
        Ok(call.read::<Only<_>>().await?.data.into_iter().next())
    }

    /// Shows or hides cart and catalogue; `None` leaves it. Permission B. Meta: Commerce settings.
    ///
    /// # Errors
    /// As every call; code 100 when no catalogue is connected.
    pub async fn set_commerce_settings(
        &self,
        phone_number_id: &str,
        cart_enabled: Option<bool>,
        catalog_visible: Option<bool>,
    ) -> Result<(), Error> {
        let word = |flag: Option<bool>| flag.map(|flag| if flag { "true" } else { "false" });
        self.post("set_commerce_settings", &[phone_number_id, "whatsapp_commerce_settings"])
            .query_some("is_cart_enabled", word(cart_enabled))
            .query_some("is_catalog_visible", word(catalog_visible))
            .idempotent()
            .command()
            .await
    }

    /// The public key that Meta encrypts for. `None` when there is none. Permission M. Meta: Business encryption.
    ///
    /// # Errors
    /// As every call.
    pub async fn encryption_key(&self, phone_number_id: &str) -> Result<Option<EncryptionKey>, Error> {
        let call = self.get("encryption_key", &[phone_number_id, "whatsapp_business_encryption"]);
        let answer: Value = call.read().await?;
        // Older versions answer with the key itself.
        let key = answer.pointer("/data/0").unwrap_or(&answer);
        let key = serde_json::from_value(key.clone()).unwrap_or_else(|_| EncryptionKey::default());
        Ok(Some(key).filter(|key: &EncryptionKey| key.business_public_key.is_some()))
    }

    /// Sets the public key that Meta encrypts for: RSA with 2,048 bits, PEM. Needed for forms with an endpoint.
    /// Permission M. Meta: Business encryption.
    ///
    /// # Errors
    /// [`Error::Refused`] for what isn't a public key in PEM.
    pub async fn set_encryption_key(&self, phone_number_id: &str, public_key_pem: &str) -> Result<(), Error> {
        let body = json!({"business_public_key": public_key_pem});
        self.judge(|| {
            judged(&body, |root, findings| {
                formed(findings, root, "business_public_key", "a public key in PEM", is_public_key);
            })
        })?;
        let call = self.post("set_encryption_key", &[phone_number_id, "whatsapp_business_encryption"]);
        call.json(&body).idempotent().command().await
    }
}

pub(super) fn is_email(text: &str) -> bool {
    let fine = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
    text.split_once('@').is_some_and(|(name, host)| fine(name) && fine(host) && host.contains('.'))
}

pub(super) fn is_public_key(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("-----BEGIN PUBLIC KEY-----") && text.ends_with("-----END PUBLIC KEY-----")
}
