//! Templates Meta has written: the library, and authentication templates in many languages.

use serde::Deserialize;
use serde_json::Value;

use super::query::{Query, filtered, give};
use super::{Client, Listing};
use crate::error::Error;
use crate::template::BulkAuthentication;
use crate::webhook::Id;
use crate::webhook::wire::object;

/// Which templates of Meta's library are wanted; what is `None` doesn't matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LibraryFilter {
    /// This text in name or content.
    pub search: Option<String>,
    /// `ACCOUNT_UPDATES`, `CUSTOMER_FEEDBACK`, `ORDER_MANAGEMENT`, `PAYMENTS`, …
    pub topic: Option<String>,
    /// `SHIPMENT_CONFIRMATION`, `PAYMENT_DUE_REMINDER`, …
    pub usecase: Option<String>,
    /// `E_COMMERCE`, `FINANCIAL_SERVICES`, …
    pub industry: Option<String>,
    /// E.g. `en_US`.
    pub language: Option<String>,
    /// Exactly this name.
    pub name: Option<String>,
}

object! {
    /// A template of Meta's library. It is approved already; [`Definition`](crate::template::Definition) with its
    /// name in `library_template_name` makes one's own of it.
    pub struct LibraryTemplate {
        /// Its id in the library.
        id: Id = "id",
        /// What `library_template_name` wants.
        name: String = "name",
        /// E.g. `en_US`.
        language: String = "language",
        /// `UTILITY` or `AUTHENTICATION`.
        category: String = "category",
        /// What it is about.
        topic: String = "topic",
        /// What it is for.
        usecase: String = "usecase",
        /// Whom it is for.
        industry: Vec<String> = "industry",
        /// Header text.
        header: String = "header",
        /// Body text with its variables.
        body: String = "body",
        /// Examples for the variables.
        body_params: Vec<String> = "body_params",
        /// What each variable must be when it is sent: `TEXT`, `AMOUNT`, `DATE`, `PHONE_NUMBER`, `EMAIL`, `NUMBER`,
        /// `ADDRESS`.
        body_param_types: Vec<String> = "body_param_types",
        /// Its buttons, as JSON.
        buttons: Vec<Value> = "buttons",
    }
}

/// How an authentication template would look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PreviewQuery {
    /// In these languages; empty means all.
    pub languages: Vec<String>,
    /// With the sentence not to share the code.
    pub add_security_recommendation: Option<bool>,
    /// With the sentence when it expires, in minutes: 1 to 90.
    pub code_expiration_minutes: Option<u32>,
}

object! {
    /// The texts of an authentication template in one language.
    pub struct TemplatePreview {
        /// E.g. `en_US`.
        language: String = "language",
        /// Body, with `{{1}}` for the code.
        body: String = "body",
        /// Footer, when an expiry was asked for.
        footer: String = "footer",
        /// Labels of the button.
        buttons: Vec<PreviewButton> = "buttons",
    }
}

object! {
    /// The button of an authentication template.
    pub struct PreviewButton {
        /// What it says when it copies.
        text: String = "text",
        /// What it says when the app fills the code in.
        autofill_text: String = "autofill_text",
    }
}

object! {
    /// What became of one language of [`Client::upsert_authentication_templates`].
    pub struct UpsertedTemplate {
        /// Its id.
        id: Id = "id",
        /// `APPROVED` as a rule.
        status: String = "status",
        /// E.g. `en_US`.
        language: String = "language",
    }
}

impl Client {
    /// Meta's library of templates that need no review.
    ///
    /// Permission B. Meta: Templates > Template library.
    pub fn template_library(&self, filter: &LibraryFilter) -> Listing<LibraryTemplate> {
        let mut query = Query::new();
        give(&mut query, "search", filter.search.as_ref());
        give(&mut query, "topic", filter.topic.as_ref());
        give(&mut query, "usecase", filter.usecase.as_ref());
        give(&mut query, "industry", filter.industry.as_ref());
        give(&mut query, "language", filter.language.as_ref());
        give(&mut query, "name", filter.name.as_ref());
        filtered(self.list("template_library", &["message_template_library"]), query)
    }

    /// The texts Meta would give an authentication template, language by language. Nothing is made.
    ///
    /// Permission B. Meta: Authentication templates > Template previews.
    pub fn template_previews(&self, waba_id: &str, wanted: &PreviewQuery) -> Listing<TemplatePreview> {
        let mut query = vec![("category", "AUTHENTICATION".to_owned())];
        let languages = (!wanted.languages.is_empty()).then(|| wanted.languages.join(","));
        give(&mut query, "languages", languages);
        give(&mut query, "add_security_recommendation", wanted.add_security_recommendation);
        give(&mut query, "code_expiration_minutes", wanted.code_expiration_minutes);
        give(&mut query, "button_types", Some("OTP"));
        filtered(self.list("template_previews", &[waba_id, "message_template_previews"]), query)
    }

    /// Makes or changes an authentication template in many languages at once.
    ///
    /// Permission B. Each new language counts to the 100 templates an hour. Doing it twice is harmless. Meta:
    /// Authentication templates > Bulk management.
    ///
    /// # Errors
    /// [`Error::Refused`] with everything that breaks a rule ([`BulkAuthentication::validate`]).
    pub async fn upsert_authentication_templates(
        &self,
        waba_id: &str,
        template: &BulkAuthentication,
    ) -> Result<Vec<UpsertedTemplate>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            data: Vec<UpsertedTemplate>,
        }
        self.judge(|| template.validate())?;
        let call = self
            .post("upsert_authentication_templates", &[waba_id, "upsert_message_templates"])
            .json(template);
        let answer: Answer = call.idempotent().read().await?;
        Ok(answer.data)
    }
}
