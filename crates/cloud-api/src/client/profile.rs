//! What customers see of a business, and what the law or Meta wants to know of it.
//! Meta: Business profiles; Commerce settings; Business compliance; Official Business Account.

use serde::Deserialize;
use serde_json::{Value, json};

use super::node::{count, formed, judged, texts, word};
use super::{Client, node};
use crate::error::Error;
use crate::judge::{Findings, Node, text};
use crate::violation::Violation;
use crate::webhook::Id;
use crate::webhook::wire::{object, words};

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

words! {
    /// What kind of body a business is, for India's rules.
    pub enum EntityType {
        /// Limited liability partnership.
        LimitedLiabilityPartnership = "LIMITED_LIABILITY_PARTNERSHIP",
        /// Sole proprietorship.
        SoleProprietorship = "SOLE_PROPRIETORSHIP",
        /// Partnership.
        Partnership = "PARTNERSHIP",
        /// Public company.
        PublicCompany = "PUBLIC_COMPANY",
        /// Private company.
        PrivateCompany = "PRIVATE_COMPANY",
        /// Something else, named by `entity_type_custom`.
        Unlisted = "OTHER",
    }
}

object! {
    /// Who is behind a business, which India's rules for online sellers want shown.
    pub struct ComplianceInfo {
        /// Legal name, 2 to 128 characters.
        entity_name: String = "entity_name",
        /// What kind of body. Answers may spell it as people do (`Partnership`).
        entity_type: EntityType = "entity_type",
        /// Kind of body in words, needed for [`EntityType::Unlisted`] and only there.
        entity_type_custom: String = "entity_type_custom",
        /// Whether it is registered. Needed for [`EntityType::Unlisted`] and [`EntityType::Partnership`], and only there.
        is_registered: bool = "is_registered",
        /// Who takes complaints.
        grievance_officer_details: ComplianceContact = "grievance_officer_details",
        /// Who helps customers.
        customer_care_details: ComplianceContact = "customer_care_details",
    }
}

object! {
    /// How to reach somebody of the business.
    pub struct ComplianceContact {
        /// Only of the grievance officer, up to 128 characters.
        name: String = "name",
        /// Up to 128 characters.
        email: String = "email",
        /// With `+` and country code, up to 20 characters.
        mobile_number: String = "mobile_number",
        /// With `+` and country code, up to 20 characters.
        landline_number: String = "landline_number",
    }
}

impl ComplianceInfo {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |root, findings| {
            findings.needs_text(root, "entity_name", text("Entity name", 2, 128));
            let kinds = [
                "LIMITED_LIABILITY_PARTNERSHIP",
                "SOLE_PROPRIETORSHIP",
                "PARTNERSHIP",
                "PUBLIC_COMPANY",
                "PRIVATE_COMPANY",
                "OTHER",
            ];
            let kind = findings.one_of(root, "entity_type", &kinds);
            if kind == Some("OTHER") {
                findings.needs_text(root, "entity_type_custom", text("Entity type", 1, 1024));
            } else {
                findings.not_allowed(root, "entity_type_custom", "only entity_type OTHER has one");
            }
            match kind {
                Some("OTHER" | "PARTNERSHIP") if self.is_registered.is_none() => {
                    findings.required(root.at("is_registered"));
                }
                Some("OTHER" | "PARTNERSHIP") | None => {}
                Some(_) => {
                    findings.not_allowed(root, "is_registered", "this entity type is always registered")
                }
            }
            if let Some(officer) = findings.needs_object(root, "grievance_officer_details") {
                findings.needs_text(&officer, "name", text("Name", 1, 128));
                contact(&officer, findings);
            }
            if let Some(care) = findings.needs_object(root, "customer_care_details") {
                contact(&care, findings);
            }
        })
    }
}

fn contact(node: &Node<'_>, findings: &mut Findings) {
    findings.needs_text(node, "email", text("Email", 1, 128));
    formed(findings, node, "email", "an email address", is_email);
    for key in ["mobile_number", "landline_number"] {
        findings.may_have_text(node, key, text("Phone number", 1, 20));
        formed(findings, node, key, "a phone number with + and country code", |number| {
            let digits = number.strip_prefix('+').unwrap_or_default();
            (2..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
    }
}

object! {
    /// How far the badge is. Meta: Official Business Account.
    pub struct OfficialAccount {
        /// The phone number.
        id: Id = "id",
        /// `NOT_STARTED`, `PENDING`, `APPROVED`, `REJECTED`, …
        oba_status: String = "oba_status",
        /// The same for people, with the reason of a refusal.
        status_message: String = "status_message",
    }
}

object! {
    /// Why a business deserves the badge. Meta: Official Business Account.
    pub struct OfficialAccountRequest {
        /// Its website. Needed.
        business_website_url: String = "business_website_url",
        /// Where it mostly does business: `United States of America`. Needed.
        primary_country_of_operation: String = "primary_country_of_operation",
        /// Its brand's language: `English`.
        primary_language: String = "primary_language",
        /// The company above it.
        parent_business_or_brand: String = "parent_business_or_brand",
        /// Links to articles about it, five to ten.
        supporting_links: Vec<String> = "supporting_links",
        /// Anything else, up to 1,000 characters.
        additional_supporting_information: String = "additional_supporting_information",
    }
}

impl OfficialAccountRequest {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |root, findings| {
            if root.get("business_website_url").is_none() {
                findings.required(root.at("business_website_url"));
            }
            node::url(findings, root, "business_website_url", usize::MAX);
            findings.needs_text(root, "primary_country_of_operation", text("Country", 2, 255));
            findings.may_have_text(root, "parent_business_or_brand", text("Parent business", 1, 255));
            let name = "additional_supporting_information";
            findings.may_have_text(root, name, text("Additional information", 0, 1_000));
            count(findings, root, "supporting_links", [5, 10]);
        })
    }
}

/// An answer that is a list of one.
#[derive(Deserialize)]
struct Only<T> {
    #[serde(default = "Vec::new")]
    data: Vec<T>,
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

    /// Who is behind the business, as India's rules want it shown. `None` when nothing was said yet. Permission B.
    /// Meta: Business compliance.
    ///
    /// # Errors
    /// As every call.
    pub async fn compliance_info(&self, phone_number_id: &str) -> Result<Option<ComplianceInfo>, Error> {
        let call = self.get("compliance_info", &[phone_number_id, "business_compliance_info"]);
        Ok(call.read::<Only<_>>().await?.data.into_iter().next())
    }

    /// Says who is behind the business. Permission B. Meta: Business compliance.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`ComplianceInfo::validate`].
    pub async fn set_compliance_info(
        &self,
        phone_number_id: &str,
        info: &ComplianceInfo,
    ) -> Result<(), Error> {
        self.judge(|| info.validate())?;
        let mut body = serde_json::to_value(info).unwrap_or_default();
        body["messaging_product"] = "whatsapp".into();
        let call = self.post("set_compliance_info", &[phone_number_id, "business_compliance_info"]);
        call.json(&body).idempotent().command().await
    }

    /// How far the badge is. Permission B. Meta: Official Business Account.
    ///
    /// # Errors
    /// As every call.
    pub async fn official_account(&self, phone_number_id: &str) -> Result<OfficialAccount, Error> {
        let call = self.get("official_account", &[phone_number_id, "official_business_account"]);
        call.query("fields", "oba_status,status_message").read().await
    }

    /// Asks for the badge. After a refusal 30 days must pass. Permission B. Meta: Official Business Account.
    ///
    /// # Errors
    /// [`Error::Refused`] as [`OfficialAccountRequest::validate`].
    pub async fn request_official_account(
        &self,
        phone_number_id: &str,
        request: &OfficialAccountRequest,
    ) -> Result<(), Error> {
        self.judge(|| request.validate())?;
        let call = self.post("request_official_account", &[phone_number_id, "official_business_account"]);
        call.json(request).command().await
    }
}

fn is_email(text: &str) -> bool {
    let fine = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
    text.split_once('@').is_some_and(|(name, host)| fine(name) && fine(host) && host.contains('.'))
}

pub(super) fn is_public_key(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("-----BEGIN PUBLIC KEY-----") && text.ends_with("-----END PUBLIC KEY-----")
}
