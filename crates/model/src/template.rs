//! Message templates, as Meta approved them.

use crate::{Timestamp, id::TemplateId};
use serde_json::Value;

/// A template of a WABA in one language. `status` and `category` keep Meta's own words: their sets are open.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Our id.
    pub id: TemplateId,
    /// The WABA that owns it, Meta's id.
    pub waba_id: String,
    /// Meta's id of the template.
    pub meta_id: String,
    /// Name, snake case.
    pub name: String,
    /// Language code as Meta writes it, such as `en_US`.
    pub language: String,
    /// `MARKETING`, `UTILITY`, `AUTHENTICATION` or what Meta adds.
    pub category: String,
    /// `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, … or what Meta adds.
    pub status: String,
    /// Meta's component list.
    pub components: Value,
    /// When it was last read from Meta.
    pub synced_at: Timestamp,
}
