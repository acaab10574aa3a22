//! Message templates, as last read from Meta.

use crate::{FIRST, Reader, Result, Row, Writer, binds};
use model::{
    id::{OrganizationId, TemplateId},
    page::{Page, PageRequest},
    template::Template,
};

/// Adds a template or brings a known one up to date.
pub fn upsert(w: &mut Writer<'_>, org: OrganizationId, t: &Template) -> Result<()> {
    w.run(
        "INSERT INTO templates (id, organization_id, waba_id, meta_id, name, language, category, status, components, synced_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (organization_id, waba_id, name, language) DO UPDATE SET meta_id = excluded.meta_id,
             category = excluded.category, status = excluded.status, components = excluded.components,
             synced_at = excluded.synced_at",
        binds![
            t.id,
            org,
            &t.waba_id,
            &t.meta_id,
            &t.name,
            &t.language,
            &t.category,
            &t.status,
            &t.components,
            t.synced_at
        ],
    )
}

/// Forgets the templates of a WABA that the reading at `synced_at` did not show.
pub fn forget_older(
    w: &mut Writer<'_>,
    org: OrganizationId,
    waba_id: &str,
    synced_at: model::Timestamp,
) -> Result<u64> {
    w.exec(
        "DELETE FROM templates WHERE organization_id = $1 AND waba_id = $2 AND synced_at < $3",
        binds![org, waba_id, synced_at],
    )
}

const COLUMNS: &str = "id, waba_id, meta_id, name, language, category, status, components, synced_at";

fn template(row: &Row) -> Result<Template> {
    Ok(Template {
        id: row.get(0)?,
        waba_id: row.get(1)?,
        meta_id: row.get(2)?,
        name: row.get(3)?,
        language: row.get(4)?,
        category: row.get(5)?,
        status: row.get(6)?,
        components: row.json(7)?,
        synced_at: row.get(8)?,
    })
}

/// Templates of a WABA, or of all, in the order in which we first saw them.
pub fn list(
    r: &mut Reader<'_>,
    org: OrganizationId,
    waba_id: Option<&str>,
    page: &PageRequest,
) -> Result<Page<Template>> {
    let after = page.after.as_deref().and_then(|c| c.parse().ok()).unwrap_or(TemplateId(FIRST));
    let rows = r.query(
        &format!(
            "SELECT {COLUMNS} FROM templates WHERE organization_id = $1 AND waba_id = coalesce($2, waba_id)
             AND id > $3 ORDER BY id LIMIT $4"
        ),
        binds![org, waba_id, after, page.limit + 1],
    )?;
    let all = rows.iter().map(template).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(all, page.limit, |t| t.id.to_string()))
}
