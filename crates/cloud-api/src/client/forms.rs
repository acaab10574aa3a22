//! Forms, which Meta calls Flows: made, filled with JSON, published, deprecated. Meta: WhatsApp Flows > Reference >
//! Flows API.

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use serde::Serialize;
use serde_json::Value;

pub use super::form_preview::{
    FormMetric, FormMetricGranularity, FormMetricName, FormMetricPoint, FormMetricValue, FormPreview,
    InteractivePreview,
};
use super::node::judged;

use super::health::HealthStatus;
use super::query::{asking, count, fields, json_list};
use super::waba::{Party, Waba};
use super::{Client, Listing};
use crate::error::Error;
use crate::judge::{Findings, Node, text};
use crate::violation::{Rule, Violation};
use crate::webhook::Id;
use crate::webhook::wire::{object, words};

/// Most forms that can be migrated by name at once.
const MIGRATE_MAX: usize = 100;
/// Largest form JSON, in bytes.
const FORM_JSON_MAX: usize = 10 * 1024 * 1024;

/// The fields of a form that are usually wanted; without asking Graph gives the first five.
pub const FORM_FIELDS: &[&str] = &[
    "id",
    "name",
    "categories",
    "status",
    "validation_errors",
    "json_version",
    "data_api_version",
    "endpoint_uri",
    "preview.invalidate(false)",
    "whatsapp_business_account",
    "application",
    "health_status",
];

words! {
    /// Where a form is in its life: draft, published, deprecated; Meta throttles or blocks it while its endpoint is
    /// ill.
    pub enum FormStatus {
        /// Can be changed and deleted; can be sent to testers only.
        Draft = "DRAFT",
        /// Can be sent, and never be changed.
        Published = "PUBLISHED",
        /// Can't be sent or opened any more.
        Deprecated = "DEPRECATED",
        /// Ten messages an hour, because its endpoint answers badly.
        Throttled = "THROTTLED",
        /// None, because its endpoint answers badly.
        Blocked = "BLOCKED",
    }
}

words! {
    /// What a form is for.
    pub enum FormCategory {
        /// Make an account.
        SignUp = "SIGN_UP",
        /// Use an account.
        SignIn = "SIGN_IN",
        /// Book an appointment.
        AppointmentBooking = "APPOINTMENT_BOOKING",
        /// Leave one's details.
        LeadGeneration = "LEAD_GENERATION",
        /// Ask something.
        ContactUs = "CONTACT_US",
        /// Get help.
        CustomerSupport = "CUSTOMER_SUPPORT",
        /// Give an opinion.
        Survey = "SURVEY",
        /// Anything else. Not `Other`, which is a word this crate doesn't know.
        Miscellaneous = "OTHER",
    }
}

object! {
    /// A form. Only what was asked for is there.
    pub struct FormInfo {
        /// Its id.
        id: Id = "id",
        /// Its name, for the business alone.
        name: String = "name",
        /// Where it is in its life.
        status: FormStatus = "status",
        /// What it is for.
        categories: Vec<FormCategory> = "categories",
        /// What is wrong with its JSON; it can't be published before that is empty.
        validation_errors: Vec<FormError> = "validation_errors",
        /// Version of its JSON, e.g. `7.3`.
        json_version: String = "json_version",
        /// Version of its endpoint's protocol, `3.0` or `4.0`.
        data_api_version: String = "data_api_version",
        /// Where its data comes from; until 3.0 `data_channel_uri`.
        endpoint_uri: String = "endpoint_uri",
        /// Where it can be seen.
        preview: FormPreview = "preview",
        /// Its account.
        whatsapp_business_account: Box<Waba> = "whatsapp_business_account",
        /// The app its endpoint belongs to.
        application: Party = "application",
        /// Whether it can be sent, and why not.
        health_status: HealthStatus = "health_status",
        /// When it was changed, as Graph writes it.
        updated_at: String = "updated_at",
    }
}

object! {
    /// What is wrong with a form's JSON.
    pub struct FormError {
        /// E.g. `INVALID_PROPERTY_VALUE`.
        error: String = "error",
        /// E.g. `FLOW_JSON_ERROR`.
        error_type: String = "error_type",
        /// In English.
        message: String = "message",
        /// From 1.
        line_start: i64 = "line_start",
        /// From 1.
        line_end: i64 = "line_end",
        /// From 1.
        column_start: i64 = "column_start",
        /// From 1.
        column_end: i64 = "column_end",
        /// Where in the JSON: objects with `path` and the lines and columns.
        pointers: Vec<Value> = "pointers",
    }
}

object! {
    /// What became of a new form or of its JSON.
    pub struct FormReceipt {
        /// Its id, for a new form.
        id: Id = "id",
        /// Whether it was taken. JSON with errors is taken all the same, and can't be published.
        success: bool = "success",
        /// What is wrong with its JSON.
        validation_errors: Vec<FormError> = "validation_errors",
    }
}

object! {
    /// A file of a form.
    pub struct FormAsset {
        /// `flow.json`.
        name: String = "name",
        /// `FLOW_JSON`.
        asset_type: String = "asset_type",
        /// Where its bytes are, for a short time; [`Client::download`] fetches them.
        download_url: String = "download_url",
    }
}

object! {
    /// What was moved to an account.
    pub struct FormMigration {
        /// The new forms.
        migrated_flows: Vec<MigratedForm> = "migrated_flows",
        /// What stayed.
        failed_flows: Vec<FailedForm> = "failed_flows",
    }
}

object! {
    /// A form that was moved.
    pub struct MigratedForm {
        /// Its name.
        source_name: String = "source_name",
        /// What it was.
        source_id: Id = "source_id",
        /// What it is now.
        migrated_id: Id = "migrated_id",
    }
}

object! {
    /// A form that wasn't moved.
    pub struct FailedForm {
        /// Its name.
        source_name: String = "source_name",
        /// Meta's code.
        error_code: Id = "error_code",
        /// In English.
        error_message: String = "error_message",
    }
}

/// A new form.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct NewForm {
    /// 1 to 200 characters, unique in the account.
    pub name: String,
    /// What it is for; at least one.
    pub categories: Vec<FormCategory>,
    /// Its JSON, as text; up to 10 MB. It isn't judged here: Meta keeps drafts with errors, and says what is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow_json: Option<String>,
    /// Publish it at once; needs `flow_json`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish: Option<bool>,
    /// Where its data comes from, for forms with an endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_uri: Option<String>,
    /// Begin as a copy of this form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clone_flow_id: Option<String>,
}

/// Changes to a form that isn't published; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct FormUpdate {
    /// 1 to 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// At least one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<FormCategory>>,
    /// Where its data comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_uri: Option<String>,
    /// The app its endpoint belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
}

impl NewForm {
    /// A form of this name and purpose, empty.
    pub fn new(name: impl Into<String>, category: FormCategory) -> Self {
        Self { name: name.into(), categories: vec![category], ..Self::default() }
    }

    /// Whether Meta would take it. The JSON within isn't judged here.
    ///
    /// # Errors
    /// All violations: name missing or too long, no category, publication without JSON, an endpoint that isn't a URL.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |node, findings| {
            findings.needs_text(node, "name", NAME);
            judge_rest(node, findings);
            if self.publish == Some(true) && self.flow_json.is_none() {
                findings.required(node.at("flow_json"));
            }
        })
    }
}

impl FormUpdate {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations: nothing to change, name too long, no category left, an endpoint that isn't a URL.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |node, findings| {
            if node.map.is_empty() {
                findings.add(String::new(), Rule::Required, "An update needs at least one field.");
            }
            findings.may_have_text(node, "name", NAME);
            judge_rest(node, findings);
        })
    }
}

const NAME: crate::judge::Text = text("Name", 1, 200);

fn judge_rest(node: &Node<'_>, findings: &mut Findings) {
    if node.get("categories").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        findings.required(node.at("categories"));
    }
    if node.get("endpoint_uri").is_some() {
        findings.url(node, "endpoint_uri");
    }
}

impl Client {
    /// The forms of an account.
    ///
    /// Permission B. Meta: Flows API > List.
    pub fn forms(&self, waba_id: &str) -> Listing<FormInfo> {
        self.list("forms", &[waba_id, "flows"])
    }

    /// Makes a form, as a draft unless it says otherwise.
    ///
    /// Permission B. Meta: Flows API > Create.
    ///
    /// # Errors
    /// [`Error::Refused`] with everything that breaks a limit; code 100 when the name exists, 139002 when it was to be
    /// published at once and can't be. Errors in the JSON are in the answer.
    pub async fn create_form(&self, waba_id: &str, form: &NewForm) -> Result<FormReceipt, Error> {
        self.judge(|| form.validate())?;
        self.post("create_form", &[waba_id, "flows"]).json(form).read().await
    }

    /// Reads a form. `wanted` may be [`FORM_FIELDS`]; empty means Meta's default.
    ///
    /// Permission B. Meta: Flows API > Details.
    ///
    /// # Errors
    /// As every call.
    pub async fn form(&self, form_id: &str, wanted: &[&str]) -> Result<FormInfo, Error> {
        asking(self.get("form", &[form_id]), &fields(wanted)).read().await
    }

    /// Changes name, purpose or endpoint of a form.
    ///
    /// Permission B. Meta: Flows API > Update metadata.
    ///
    /// # Errors
    /// [`Error::Refused`] with everything that breaks a limit; code 139001 when it is published.
    pub async fn update_form(&self, form_id: &str, update: &FormUpdate) -> Result<(), Error> {
        self.judge(|| update.validate())?;
        self.post("update_form", &[form_id]).json(update).idempotent().command().await
    }

    /// Deletes a draft.
    ///
    /// Permission B. Meta: Flows API > Delete.
    ///
    /// # Errors
    /// Code 139004 when it isn't a draft: deprecate it.
    pub async fn delete_form(&self, form_id: &str) -> Result<(), Error> {
        self.delete("delete_form", &[form_id]).command().await
    }

    /// Replaces the JSON of a draft; up to 10 MB.
    ///
    /// Permission B. Meta: Flows API > Update Flow JSON.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than 10 MB; code 139001 when it is published. Errors in the JSON are in the
    /// answer.
    pub async fn upload_form_json(&self, form_id: &str, json: Bytes) -> Result<FormReceipt, Error> {
        if json.len() > FORM_JSON_MAX {
            return Err(Error::Invalid(format!("a form's JSON may have {FORM_JSON_MAX} bytes")));
        }
        let form = move || {
            let file = Part::stream(json.clone()).file_name("flow.json").mime_str("application/json");
            let file = file.map_err(|error| Error::Invalid(error.to_string()))?;
            Ok(Form::new().text("name", "flow.json").text("asset_type", "FLOW_JSON").part("file", file))
        };
        self.post("upload_form_json", &[form_id, "assets"]).multipart(form).idempotent().read().await
    }

    /// The files of a form: its JSON.
    ///
    /// Permission B. Meta: Flows API > Asset list.
    pub fn form_assets(&self, form_id: &str) -> Listing<FormAsset> {
        self.list("form_assets", &[form_id, "assets"])
    }

    /// Publishes a draft. From then on it can be sent, and its JSON never be changed.
    ///
    /// Permission B. Needs JSON without errors; with an endpoint also its URL, an app, a signed public key and a
    /// passed health check. Meta: Flows API > Publish.
    ///
    /// # Errors
    /// Code 139002 with a subcode (4016012 to 4233020) for what is missing; 139000 when Meta blocks it for what it
    /// asks.
    pub async fn publish_form(&self, form_id: &str) -> Result<(), Error> {
        self.post("publish_form", &[form_id, "publish"]).command().await
    }

    /// Takes a published form out of use, for ever. Messages with it can't be opened any more.
    ///
    /// Permission B. Meta: Flows API > Deprecate.
    ///
    /// # Errors
    /// Code 139003 when it isn't published, or is deprecated.
    pub async fn deprecate_form(&self, form_id: &str) -> Result<(), Error> {
        self.post("deprecate_form", &[form_id, "deprecate"]).command().await
    }

    /// Copies published forms of another account of the same business, by name; at most 100, none means all.
    ///
    /// Permission B on both accounts. Meta: Flows API > Migrate Flows.
    ///
    /// # Errors
    /// [`Error::Refused`] for more than 100 names. What failed is in the answer.
    pub async fn migrate_forms(
        &self,
        to_waba_id: &str,
        from_waba_id: &str,
        names: &[impl AsRef<str> + Sync],
    ) -> Result<FormMigration, Error> {
        self.judge(|| count("source_flow_names", names.len(), [0, MIGRATE_MAX]))?;
        let call =
            self.post("migrate_forms", &[to_waba_id, "migrate_flows"]).query("source_waba_id", from_waba_id);
        let names = (!names.is_empty()).then(|| json_list(names));
        call.query_some("source_flow_names", names.as_deref()).read().await
    }
}
