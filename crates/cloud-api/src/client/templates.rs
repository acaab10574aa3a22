//! The templates of an account. Meta: Templates > Retrieve.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Client, call};
use crate::error::Error;
use crate::webhook::Id;

/// Templates asked for at once.
const PAGE: &str = "100";
/// No account has more than 6,000 templates times its languages; an answer without end is a fault.
const PAGES_MAX: usize = 1_000;

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

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// What is on it.
    pub data: Vec<T>,
    /// Give this to get the next page; `None` on the last.
    pub next: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<TemplateInfo>,
    paging: Option<Paging>,
}

#[derive(Deserialize)]
struct Paging {
    cursors: Option<Cursors>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Cursors {
    after: Option<String>,
}

impl Client {
    /// One page of an account's templates, up to 100; the first one without `after`.
    ///
    /// # Errors
    /// As every call; code 131059 for a cursor that isn't valid any more.
    pub async fn templates(&self, waba_id: &str, after: Option<&str>) -> Result<Page<TemplateInfo>, Error> {
        let mut query = vec![("limit", PAGE)];
        query.extend(after.map(|cursor| ("after", cursor)));
        let request = self.request(Method::GET, &[waba_id, "message_templates"]).query(&query);
        let Answer { data, paging } = call("templates", waba_id, request).await?;
        // The cursor is there on the last page too; only `next` says that there is more. Its URL isn't followed, as
        // it may carry the token.
        let next = paging.filter(|paging| paging.next.is_some()).and_then(|paging| paging.cursors?.after);
        Ok(Page { data, next })
    }

    /// All templates of an account.
    ///
    /// # Errors
    /// As [`Client::templates`].
    pub async fn all_templates(&self, waba_id: &str) -> Result<Vec<TemplateInfo>, Error> {
        let mut all = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let page = self.templates(waba_id, after.as_deref()).await?;
            all.extend(page.data);
            match page.next {
                Some(next) if after.as_ref() != Some(&next) => after = Some(next),
                _ => return Ok(all),
            }
        }
        Err(Error::Decode("templates: the list has no end".to_owned()))
    }
}
