//! Templates compared, unpaused, archived and moved between accounts.

use serde_json::{Value, json};

use super::query::{count, json_list};
use super::{Call, Client};
use crate::error::Error;
use crate::webhook::Id;
use crate::webhook::wire::object;

/// Most templates that can be archived at once.
const ARCHIVE_MAX: usize = 100;

object! {
    /// What was moved to an account.
    pub struct TemplateMigration {
        /// Ids of the new templates.
        migrated_templates: Vec<Id> = "migrated_templates",
        /// Old ids with a reason each, as JSON.
        failed_templates: Value = "failed_templates",
    }
}

object! {
    /// Whether a template was unpaused.
    pub struct Unpaused {
        /// Whether it was.
        success: bool = "success",
        /// Why it wasn't.
        reason: String = "reason",
    }
}

object! {
    /// What was put into the archive or taken out of it.
    pub struct TemplateArchive {
        /// Ids that are in the archive now.
        archived_templates: Vec<Id> = "archived_templates",
        /// Ids that aren't in the archive any more.
        unarchived_templates: Vec<Id> = "unarchived_templates",
        /// Ids with a reason each, as JSON.
        failed_templates: Value = "failed_templates",
    }
}

object! {
    /// How templates did in comparison.
    pub struct TemplateComparison {
        /// Metric by metric.
        data: Vec<ComparedMetric> = "data",
    }
}

object! {
    /// One metric of a comparison. Only the field its type names is there.
    pub struct ComparedMetric {
        /// `BLOCK_RATE`, `MESSAGE_SENDS` or `TOP_BLOCK_REASON`.
        metric: String = "metric",
        /// `RELATIVE`, `NUMBER_VALUES` or `STRING_VALUES`.
        kind: String = "type",
        /// Template ids, the best first.
        order_by_relative_metric: Vec<Id> = "order_by_relative_metric",
        /// A number per template id.
        number_values: Vec<ComparedNumber> = "number_values",
        /// A word per template id, e.g. `NO_LONGER_NEEDED`.
        string_values: Vec<ComparedWord> = "string_values",
    }
}

object! {
    /// A template's number.
    pub struct ComparedNumber {
        /// Template id.
        key: Id = "key",
        /// How many.
        value: i64 = "value",
    }
}

object! {
    /// A template's word.
    pub struct ComparedWord {
        /// Template id.
        key: Id = "key",
        /// E.g. `NO_LONGER_NEEDED`, `NO_REASON`, `NO_REASON_GIVEN`, `NO_SIGN_UP`, `OFFENSIVE_MESSAGES`, `OTHER`,
        /// `SPAM`.
        value: String = "value",
    }
}

impl Client {
    /// Copies the approved templates of another account of the same business, 500 at a time: `page_number` counts
    /// from 0. Names that exist are left out.
    ///
    /// Permission B on both accounts. Only approved ones of quality green or unknown; they stay approved. Meta:
    /// Templates > Migrate.
    ///
    /// # Errors
    /// Code 100 when the accounts aren't of one business. What failed is in the answer.
    pub async fn migrate_templates(
        &self,
        to_waba_id: &str,
        from_waba_id: &str,
        page_number: u32,
    ) -> Result<TemplateMigration, Error> {
        let call = self.post("migrate_templates", &[to_waba_id, "migrate_message_templates"]);
        let call = call.query("source_waba_id", from_waba_id).query("page_number", &page_number.to_string());
        call.read().await
    }

    /// Compares a template with another of the same account: how often each was sent and blocked, and why.
    ///
    /// Permission B. Each must have been sent 1,000 times; `end` minus `start` (seconds since 1970) must be 7,
    /// 30, 60 or 90 days. Meta: Templates > Template comparison.
    ///
    /// # Errors
    /// [`Error::Refused`] without another template; code 100 when there is too little to compare.
    pub async fn compare_templates(
        &self,
        template_id: &str,
        with: &[impl AsRef<str> + Sync],
        [start, end]: [i64; 2],
    ) -> Result<TemplateComparison, Error> {
        self.judge(|| count("template_ids", with.len(), [1, usize::MAX]))?;
        let call = self.get("compare_templates", &[template_id, "compare"]);
        let call = call.query("template_ids", &json_list(with));
        call.query("start", &start.to_string()).query("end", &end.to_string()).read().await
    }

    /// Ends the pause of a template that was paused while Meta watched how it is received (pacing). Pauses for
    /// quality end by themselves.
    ///
    /// Permission B. Five minutes after the pause at the earliest. Meta: Templates > Template pacing.
    ///
    /// # Errors
    /// As every call; a refusal for cause is in the answer.
    pub async fn unpause_template(&self, template_id: &str) -> Result<Unpaused, Error> {
        self.post("unpause_template", &[template_id, "unpause"]).read().await
    }

    /// Puts up to 100 templates into the archive, where they don't count to the limit and can't be sent. What is
    /// archived is deleted after 28 days.
    ///
    /// Permission B. Goes to Meta's [second address](super::SECOND_BASE_URL). Meta: Templates > Template archival.
    ///
    /// # Errors
    /// [`Error::Refused`] for none or more than 100. What failed is in the answer.
    pub async fn archive_templates(
        &self,
        waba_id: &str,
        template_ids: &[impl AsRef<str> + Sync],
    ) -> Result<TemplateArchive, Error> {
        self.judge(|| count("hsm_ids", template_ids.len(), [1, ARCHIVE_MAX]))?;
        let path = [waba_id, "message_templates", "archive"];
        archive(self.call_second("archive_templates", super::Method::POST, &path), template_ids).await
    }

    /// Takes up to 100 templates out of the archive.
    ///
    /// Permission B. Goes to Meta's [second address](super::SECOND_BASE_URL). Meta: Templates > Template archival.
    ///
    /// # Errors
    /// As [`Client::archive_templates`].
    pub async fn unarchive_templates(
        &self,
        waba_id: &str,
        template_ids: &[impl AsRef<str> + Sync],
    ) -> Result<TemplateArchive, Error> {
        self.judge(|| count("hsm_ids", template_ids.len(), [1, ARCHIVE_MAX]))?;
        let path = [waba_id, "message_templates", "unarchive"];
        archive(self.call_second("unarchive_templates", super::Method::POST, &path), template_ids).await
    }
}

async fn archive(call: Call<'_>, template_ids: &[impl AsRef<str> + Sync]) -> Result<TemplateArchive, Error> {
    let ids: Vec<&str> = template_ids.iter().map(AsRef::as_ref).collect();
    call.json(&json!({"hsm_ids": ids.join(",")})).read().await
}
