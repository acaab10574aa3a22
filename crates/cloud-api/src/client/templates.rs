//! Templates of an account: found, made, changed, deleted. Meta: Templates > Manage templates.

use serde::Deserialize;
use serde_json::{Map, Value};

pub use super::template_groups::{NewTemplateGroup, TemplateGroup, TemplateGroupUpdate};
pub use super::template_library::{
    LibraryFilter, LibraryTemplate, PreviewButton, PreviewQuery, TemplatePreview, UpsertedTemplate,
};
pub use super::template_moves::{
    ComparedMetric, ComparedNumber, ComparedWord, TemplateArchive, TemplateComparison, TemplateMigration,
    Unpaused,
};

use super::query::{Query, asking, count, fields, filtered, give, json_list};
use super::{Client, Listing};
use crate::error::Error;
use crate::template::{Definition, Edit};
use crate::webhook::Id;
use crate::webhook::wire::object;

/// Most templates that can be deleted at once.
const DELETE_MAX: usize = 100;

/// The fields of a template that are usually wanted; without asking Graph gives the first six.
pub const TEMPLATE_FIELDS: &[&str] = &[
    "id",
    "name",
    "language",
    "status",
    "category",
    "components",
    "parameter_format",
    "sub_category",
    "previous_category",
    "correct_category",
    "rejected_reason",
    "quality_score",
    "message_send_ttl_seconds",
    "cta_url_link_tracking_opted_out",
    "library_template_name",
    "last_updated_time",
];

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
    /// Header, body, footer and buttons, as Meta writes them; [`Definition`] reads them typed.
    #[serde(default)]
    pub components: Vec<Value>,
    /// Everything else Graph said, e.g. `quality_score` or `rejected_reason`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl TemplateInfo {
    /// The template with its parts typed; `None` when Graph wrote it in a way this crate doesn't know.
    pub fn definition(&self) -> Option<Definition> {
        let mut map = self.extra.clone();
        for (key, text) in [("name", &self.name), ("language", &self.language), ("category", &self.category)]
        {
            map.insert(key.to_owned(), text.as_str().into());
        }
        map.insert("components".to_owned(), self.components.clone().into());
        serde_json::from_value(Value::Object(map)).ok()
    }

    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`, from the last seven days, if it was asked for.
    pub fn quality(&self) -> Option<&str> {
        self.extra.get("quality_score")?.get("score")?.as_str()
    }

    /// Why Meta rejected it: `ABUSIVE_CONTENT`, `INVALID_FORMAT`, `INCORRECT_CATEGORY`, `TAG_CONTENT_MISMATCH`,
    /// `PROMOTIONAL`, `SCAM`, …; `None` when it wasn't.
    pub fn rejected_reason(&self) -> Option<&str> {
        self.extra.get("rejected_reason")?.as_str().filter(|&reason| reason != "NONE")
    }
}

/// Which templates of an account are wanted; what is `None` doesn't matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateFilter {
    /// Exactly this name (Meta also finds longer names that begin with it).
    pub name: Option<String>,
    /// This text in name or content.
    pub name_or_content: Option<String>,
    /// `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, `DISABLED`, `IN_APPEAL`, `PENDING_DELETION`, `LIMIT_EXCEEDED`,
    /// `ARCHIVED`.
    pub status: Option<String>,
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    pub category: Option<String>,
    /// E.g. `en_US`.
    pub language: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    pub quality_score: Option<String>,
    /// `AUTO_GENERATED`: those Meta made by itself.
    pub source: Option<String>,
    /// Changed since then, in seconds since 1970.
    pub since: Option<i64>,
    /// Changed until then, in seconds since 1970.
    pub until: Option<i64>,
}

impl TemplateFilter {
    /// Those of this name, in every language.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    fn query(&self) -> Query {
        let mut query = Query::new();
        give(&mut query, "name", self.name.as_ref());
        give(&mut query, "name_or_content", self.name_or_content.as_ref());
        give(&mut query, "status", self.status.as_ref());
        give(&mut query, "category", self.category.as_ref());
        give(&mut query, "language", self.language.as_ref());
        give(&mut query, "quality_score", self.quality_score.as_ref());
        give(&mut query, "source", self.source.as_ref());
        give(&mut query, "since", self.since);
        give(&mut query, "until", self.until);
        query
    }
}

object! {
    /// How many templates an account has.
    pub struct TemplateSummary {
        /// Templates that match the question.
        total_count: i64 = "total_count",
        /// Templates of the account; each language counts.
        message_template_count: i64 = "message_template_count",
        /// Most it may have: 250, or 6,000 when the business is verified and a number has an approved name.
        message_template_limit: i64 = "message_template_limit",
        /// Whether every name has all languages.
        are_translations_complete: bool = "are_translations_complete",
    }
}

object! {
    /// What became of a new or changed template.
    pub struct TemplateReceipt {
        /// Its id.
        id: Id = "id",
        /// `PENDING` as a rule; `APPROVED` or `REJECTED` when Meta knew at once.
        status: String = "status",
        /// What Meta put it into, which may differ from what was asked for.
        category: String = "category",
        /// Its name, for edits.
        name: String = "name",
        /// Whether an edit was taken.
        success: bool = "success",
    }
}

impl Client {
    /// The templates of an account that match; all of them for [`TemplateFilter::default`]. Ask for [`TEMPLATE_FIELDS`] to get
    /// quality and reasons too.
    ///
    /// Permission B. A page holds 25 unless [`Listing::limit`] says otherwise, 100 at most. A cursor that isn't valid any
    /// more is refused with code 131059. Meta: Templates > Retrieve.
    pub fn templates(&self, waba_id: &str, filter: &TemplateFilter) -> Listing<TemplateInfo> {
        filtered(self.list("templates", &[waba_id, "message_templates"]), filter.query())
    }

    /// How many templates an account has, and how many it may have.
    ///
    /// Permission B. Meta: Templates > Retrieve.
    ///
    /// # Errors
    /// As every call.
    pub async fn template_summary(&self, waba_id: &str) -> Result<TemplateSummary, Error> {
        const WANTED: &str =
            "total_count,message_template_count,message_template_limit,are_translations_complete";
        #[derive(Deserialize)]
        struct Answer {
            summary: TemplateSummary,
        }
        let call = self.get("template_summary", &[waba_id, "message_templates"]);
        let answer: Answer = call.query("limit", "1").query("summary", WANTED).read().await?;
        Ok(answer.summary)
    }

    /// Reads one template. `wanted` may be [`TEMPLATE_FIELDS`]; empty means Meta's default.
    ///
    /// Permission B. Meta: Templates > Retrieve.
    ///
    /// # Errors
    /// Code 100 with subcode 33 when it was deleted.
    pub async fn template(&self, template_id: &str, wanted: &[&str]) -> Result<TemplateInfo, Error> {
        asking(self.get("template", &[template_id]), &fields(wanted)).read().await
    }

    /// Makes a template in one language, from parts or from Meta's library. Meta reviews it within minutes, sometimes
    /// a day; the webhook `message_template_status_update` tells how that ended.
    ///
    /// Permission B. 100 an hour per account; 250 templates per account, 6,000 for verified businesses. Meta:
    /// Templates > Create.
    ///
    /// # Errors
    /// [`Error::Refused`] with everything that breaks a rule ([`Definition::validate`]). Code 100 with subcode
    /// 2388024 when name and language exist, 2388023 while they are being deleted (30 days), 2388019 at the limit.
    /// After [`Error::Unknown`] look for it by name before trying again.
    pub async fn create_template(
        &self,
        waba_id: &str,
        template: &Definition,
    ) -> Result<TemplateReceipt, Error> {
        self.judge(|| template.validate())?;
        self.post("create_template", &[waba_id, "message_templates"]).json(template).read().await
    }

    /// Changes a template. Components are replaced as a whole.
    ///
    /// Permission B. Only approved, rejected and paused templates; an approved one once in 24 hours and ten times
    /// in 30 days, and never its category. Meta: Templates > Edit.
    ///
    /// # Errors
    /// [`Error::Refused`] with everything that breaks a rule; code 100 when it can't be edited now, 2388318 when it
    /// is Meta's for Direct Send.
    pub async fn edit_template(&self, template_id: &str, edit: &Edit) -> Result<TemplateReceipt, Error> {
        self.judge(|| edit.validate())?;
        self.post("edit_template", &[template_id]).json(edit).read().await
    }

    /// Deletes a name in all its languages. The name can't be used again for 30 days, and messages under way are still
    /// delivered in that time.
    ///
    /// Permission B. Meta: Templates > Delete.
    ///
    /// # Errors
    /// Code 100 when there is none of this name, or one of them is disabled; 2388330 when it is Meta's for Direct Send.
    pub async fn delete_templates_named(&self, waba_id: &str, name: &str) -> Result<(), Error> {
        let call = self.delete("delete_templates_named", &[waba_id, "message_templates"]);
        call.query("name", name).command().await
    }

    /// Deletes one language of a name: `template_id` is the id of that language.
    ///
    /// Permission B. Meta: Templates > Delete.
    ///
    /// # Errors
    /// As [`Client::delete_templates_named`]; code 100 when name and id don't belong together.
    pub async fn delete_template_language(
        &self,
        waba_id: &str,
        name: &str,
        template_id: &str,
    ) -> Result<(), Error> {
        let call = self.delete("delete_template_language", &[waba_id, "message_templates"]);
        call.query("name", name).query("hsm_id", template_id).command().await
    }

    /// Deletes up to 100 templates of an account by id.
    ///
    /// Permission B. Meta: Templates > Delete.
    ///
    /// # Errors
    /// [`Error::Refused`] for none or more than 100; otherwise as [`Client::delete_templates_named`].
    pub async fn delete_templates(
        &self,
        waba_id: &str,
        template_ids: &[impl AsRef<str> + Sync],
    ) -> Result<(), Error> {
        self.judge(|| count("hsm_ids", template_ids.len(), [1, DELETE_MAX]))?;
        let call = self.delete("delete_templates", &[waba_id, "message_templates"]);
        call.query("hsm_ids", &json_list(template_ids)).command().await
    }

    /// Deletes one template by id, without naming its account.
    ///
    /// Permission B. Meta: Graph API > WhatsApp Message Template.
    ///
    /// # Errors
    /// As [`Client::delete_templates_named`].
    pub async fn delete_template(&self, template_id: &str) -> Result<(), Error> {
        self.delete("delete_template", &[template_id]).command().await
    }
}
