//! Template groups: templates whose numbers are looked at together. Meta: Templates > Template groups.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::node::judged;
use super::{Client, Listing};
use crate::error::Error;
use crate::judge::{Findings, Node, text};
use crate::violation::{Rule, Violation};
use crate::webhook::Id;
use crate::webhook::wire::object;

object! {
    /// A group of templates.
    pub struct TemplateGroup {
        /// Its id.
        id: Id = "id",
        /// Its name, unique in the account.
        name: String = "name",
        /// What it is for.
        description: String = "description",
        /// When it was made, as Graph writes it.
        creation_time: Value = "creation_time",
        /// When it was changed, as Graph writes it.
        update_time: Value = "update_time",
        /// Its account, as JSON.
        whatsapp_business_account: Value = "whatsapp_business_account",
        /// Its templates, as JSON: `{"data": […], "paging": {…}}`.
        whatsapp_business_templates: Value = "whatsapp_business_templates",
    }
}

/// A new group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct NewTemplateGroup {
    /// Up to 256 characters, unique in the account.
    pub name: String,
    /// Up to 512 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Ids of its templates. A template can be in one group only.
    pub whatsapp_business_templates: Vec<String>,
}

/// Changes to a group; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TemplateGroupUpdate {
    /// Up to 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Up to 512 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Ids of all its templates from now on. What leaves the group keeps counting for the time it was in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whatsapp_business_templates: Option<Vec<String>>,
    /// Anything else Meta takes.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl NewTemplateGroup {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations: name and description too long or missing, no template.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |node, findings| {
            findings.needs_text(node, "name", text("Name", 1, 256));
            describe(node, findings);
            if self.whatsapp_business_templates.is_empty() {
                findings.required(node.at("whatsapp_business_templates"));
            }
        })
    }
}

impl TemplateGroupUpdate {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations: nothing to change, name and description too long.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |node, findings| {
            if node.map.is_empty() {
                findings.add(String::new(), Rule::Required, "An update needs at least one field.");
            }
            findings.may_have_text(node, "name", text("Name", 1, 256));
            describe(node, findings);
        })
    }
}

fn describe(node: &Node<'_>, findings: &mut Findings) {
    findings.may_have_text(node, "description", text("Description", 0, 512));
}

#[derive(Deserialize)]
struct Created {
    id: Id,
}

impl Client {
    /// The template groups of an account.
    ///
    /// Permission B. Meta: Templates > Template groups.
    pub fn template_groups(&self, waba_id: &str) -> Listing<TemplateGroup> {
        self.list("template_groups", &[waba_id, "template_groups"])
    }

    /// Makes a template group; gives its id.
    ///
    /// Permission B. Meta: Templates > Template groups.
    ///
    /// # Errors
    /// [`Error::Refused`] with everything that breaks a limit; code 100 when the name exists or a template is in
    /// another group.
    pub async fn create_template_group(
        &self,
        waba_id: &str,
        group: &NewTemplateGroup,
    ) -> Result<String, Error> {
        self.judge(|| group.validate())?;
        let call = self.post("create_template_group", &[waba_id, "template_groups"]).json(group);
        let created: Created = call.read().await?;
        Ok(created.id.into_string())
    }

    /// Reads a template group with its templates.
    ///
    /// Permission B. Meta: Templates > Template groups.
    ///
    /// # Errors
    /// As every call.
    pub async fn template_group(&self, group_id: &str) -> Result<TemplateGroup, Error> {
        self.get("template_group", &[group_id]).read().await
    }

    /// Changes a template group.
    ///
    /// Permission B. Meta: Templates > Template groups.
    ///
    /// # Errors
    /// As [`Client::create_template_group`].
    pub async fn update_template_group(
        &self,
        group_id: &str,
        update: &TemplateGroupUpdate,
    ) -> Result<(), Error> {
        self.judge(|| update.validate())?;
        self.post("update_template_group", &[group_id]).json(update).idempotent().command().await
    }

    /// Deletes a template group. Its templates stay.
    ///
    /// Permission B. Meta: Templates > Template groups.
    ///
    /// # Errors
    /// As every call.
    pub async fn delete_template_group(&self, group_id: &str) -> Result<(), Error> {
        self.delete("delete_template_group", &[group_id]).command().await
    }
}
