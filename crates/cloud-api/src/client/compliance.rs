//! Who is behind a business, for the law and for Meta. Meta: Business compliance; Official Business Account.

use super::Client;
use super::node::{count, formed, judged, url};
use super::profile::{Only, is_email};
use crate::error::Error;
use crate::judge::{Findings, Node, text};
use crate::violation::Violation;
use crate::webhook::Id;
use crate::webhook::wire::{object, words};

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
            url(findings, root, "business_website_url", usize::MAX);
            findings.needs_text(root, "primary_country_of_operation", text("Country", 2, 255));
            findings.may_have_text(root, "parent_business_or_brand", text("Parent business", 1, 255));
            let name = "additional_supporting_information";
            findings.may_have_text(root, name, text("Additional information", 0, 1_000));
            count(findings, root, "supporting_links", [5, 10]);
        })
    }
}

impl Client {
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
