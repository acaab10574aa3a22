//! Message templates.

use super::{content::open_objects, page_of};
use model::template::Template;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A template in one language. Category and status are Meta's words: open sets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Template)]
pub(crate) struct TemplateOut {
    #[schema(example = "tpl_0199c0ffee0070008000000000000001")]
    id: String,
    name: String,
    #[schema(example = "en_US")]
    language: String,
    #[schema(example = "UTILITY")]
    category: String,
    #[schema(example = "APPROVED")]
    status: String,
    /// As Meta describes them.
    #[schema(schema_with = open_objects)]
    components: Value,
}

impl From<Template> for TemplateOut {
    fn from(template: Template) -> Self {
        Self {
            id: template.id.to_string(),
            name: template.name,
            language: template.language,
            category: template.category,
            status: template.status,
            components: template.components,
        }
    }
}

page_of!(TemplatePage, TemplateOut);

/// Whose templates are read again.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct TemplateSync {
    /// Our phone number, `pho_…`: its WABA owns them.
    pub phone_number: String,
}
