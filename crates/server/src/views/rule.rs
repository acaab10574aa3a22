//! Auto-reply rules.

use super::{
    content::{Content, open_object},
    mirror, page_of,
};
use app::StoredRule;
use jiff::Timestamp;
use model::rule::Matching as ModelMatching;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

mirror! {
    /// How a keyword is looked for: as the whole message, or as whole words in it.
    Matching = ModelMatching { Exact Contains }
}

/// A keyword in a contact's message is answered with a ready message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rule)]
pub(crate) struct RuleOut {
    #[schema(example = "rul_0199c0ffee0070008000000000000001")]
    id: String,
    name: String,
    enabled: bool,
    keywords: Vec<String>,
    #[schema(inline)]
    r#match: Matching,
    /// In the Cloud API's shape, without address.
    #[schema(schema_with = open_object)]
    reply: Value,
    created_at: Timestamp,
}

impl From<StoredRule> for RuleOut {
    fn from(stored: StoredRule) -> Self {
        let rule = stored.rule;
        Self {
            id: rule.id.to_string(),
            name: rule.name,
            enabled: rule.enabled,
            keywords: rule.keywords,
            r#match: rule.matching.into(),
            reply: rule.reply,
            created_at: stored.created_at,
        }
    }
}

page_of!(RulePage, RuleOut);

/// A rule to add.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewRule {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    pub enabled: bool,
    /// Case and punctuation make no difference.
    #[schema(min_items = 1, max_items = 50)]
    pub keywords: Vec<String>,
    #[schema(inline)]
    pub r#match: Matching,
    pub reply: Content,
}

/// What may be changed of a rule; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RulePatch)]
pub(crate) struct RulePatchIn {
    #[serde(default)]
    #[schema(nullable = false, min_length = 1, max_length = 100)]
    pub name: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    pub enabled: Option<bool>,
    #[serde(default)]
    #[schema(nullable = false, min_items = 1, max_items = 50)]
    pub keywords: Option<Vec<String>>,
    #[serde(default)]
    #[schema(inline, nullable = false)]
    pub r#match: Option<Matching>,
    #[serde(default)]
    #[schema(nullable = false)]
    pub reply: Option<Content>,
}
