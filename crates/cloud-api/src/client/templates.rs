//! The templates of an account. Meta: Templates > Retrieve.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Client, Page};
use crate::error::Error;
use crate::webhook::Id;

/// Templates asked for at once.
const PAGE: u32 = 100;

/// A template in one language.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TemplateInfo {
    /// Its id.
    pub id: Id,
    /// Its name, shared by all languages.
    pub name: String,
    /// E.g. `en_US`.
    pub language: String,
    /// `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, …
    pub status: String,
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    pub category: String,
    /// Header, body, footer and buttons, as Meta writes them.
    #[serde(default)]
    pub components: Vec<Value>,
    /// Everything else Graph said.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Client {
    /// One page of an account's templates, up to 100; the first one without `after`.
    ///
    /// # Errors
    /// As every call; code 131059 for a cursor that isn't valid any more.
    pub async fn templates(&self, waba_id: &str, after: Option<&str>) -> Result<Page<TemplateInfo>, Error> {
        let listing = self.list("templates", &[waba_id, "message_templates"]).limit(PAGE);
        match after {
            Some(cursor) => listing.after(cursor).page().await,
            None => listing.page().await,
        }
    }

    /// All templates of an account.
    ///
    /// # Errors
    /// As [`Client::templates`].
    pub async fn all_templates(&self, waba_id: &str) -> Result<Vec<TemplateInfo>, Error> {
        self.list("templates", &[waba_id, "message_templates"]).limit(PAGE).all().await
    }
}
