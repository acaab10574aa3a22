//! From Meta's template to ours.

use cloud_api::client::TemplateInfo;
use cloud_api::client::templates::TemplateFilter;
use model::{Timestamp, id::TemplateId, template::Template};
use uuid::Uuid;

/// All templates of an account, whatever their state.
pub(super) fn every() -> TemplateFilter {
    TemplateFilter::default()
}

pub(super) fn template(info: TemplateInfo, waba_id: &str, new_id: Uuid, now: Timestamp) -> Template {
    Template {
        id: TemplateId(new_id),
        waba_id: waba_id.to_owned(),
        meta_id: info.id.into_string(),
        name: info.name,
        language: info.language,
        category: info.category,
        status: info.status,
        components: info.components.into(),
        synced_at: now,
    }
}
