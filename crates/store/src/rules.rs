//! Auto-reply rules.

use crate::{Error, FIRST, Reader, Result, Row, Writer, binds};
use model::{
    Timestamp,
    id::{OrganizationId, RuleId},
    page::{Page, PageRequest},
    rule::{Matching, Rule},
};
use serde_json::Value;

/// A rule with the time it was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The rule.
    pub rule: Rule,
    /// When it was made.
    pub created_at: Timestamp,
}

fn keywords(rule: &Rule) -> Value {
    Value::from(rule.keywords.clone())
}

/// Adds a rule.
pub fn insert(w: &mut Writer<'_>, org: OrganizationId, rule: &Rule, now: Timestamp) -> Result<()> {
    w.run(
        "INSERT INTO rules (id, organization_id, name, enabled, keywords, matching, reply, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        binds![
            rule.id,
            org,
            &rule.name,
            i64::from(rule.enabled),
            &keywords(rule),
            rule.matching.as_str(),
            &rule.reply,
            now
        ],
    )
}

/// Changes a rule; `false` when there is none.
pub fn update(w: &mut Writer<'_>, org: OrganizationId, rule: &Rule) -> Result<bool> {
    let count = w.exec(
        "UPDATE rules SET name = $3, enabled = $4, keywords = $5, matching = $6, reply = $7
         WHERE organization_id = $1 AND id = $2",
        binds![
            org,
            rule.id,
            &rule.name,
            i64::from(rule.enabled),
            &keywords(rule),
            rule.matching.as_str(),
            &rule.reply
        ],
    )?;
    Ok(count > 0)
}

/// Takes a rule away; `false` when there is none.
pub fn delete(w: &mut Writer<'_>, org: OrganizationId, id: RuleId) -> Result<bool> {
    Ok(w.exec("DELETE FROM rules WHERE organization_id = $1 AND id = $2", binds![org, id])? > 0)
}

const COLUMNS: &str = "id, name, enabled, keywords, matching, reply, created_at";

fn stored(row: &Row) -> Result<Stored> {
    let keywords =
        serde_json::from_value(row.json(3)?).map_err(|e| Error::Database(format!("keywords: {e}")))?;
    Ok(Stored {
        rule: Rule {
            id: row.get(0)?,
            name: row.get(1)?,
            enabled: row.get::<i64>(2)? != 0,
            keywords,
            matching: row.word(4, Matching::parse)?,
            reply: row.json(5)?,
        },
        created_at: row.get(6)?,
    })
}

/// The rule with this id.
pub fn get(r: &mut Reader<'_>, org: OrganizationId, id: RuleId) -> Result<Option<Stored>> {
    r.first(&format!("SELECT {COLUMNS} FROM rules WHERE organization_id = $1 AND id = $2"), binds![org, id])?
        .as_ref()
        .map(stored)
        .transpose()
}

/// Rules, oldest first, which is also the order in which they are asked.
pub fn list(r: &mut Reader<'_>, org: OrganizationId, page: &PageRequest) -> Result<Page<Stored>> {
    let after = page.after.as_deref().and_then(|c| c.parse().ok()).unwrap_or(RuleId(FIRST));
    let rows = r.query(
        &format!("SELECT {COLUMNS} FROM rules WHERE organization_id = $1 AND id > $2 ORDER BY id LIMIT $3"),
        binds![org, after, page.limit + 1],
    )?;
    let all = rows.iter().map(stored).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(all, page.limit, |s| s.rule.id.to_string()))
}

/// Every enabled rule, in the order in which they are asked.
pub fn enabled(r: &mut Reader<'_>, org: OrganizationId) -> Result<Vec<Rule>> {
    r.query(
        &format!("SELECT {COLUMNS} FROM rules WHERE organization_id = $1 AND enabled = 1 ORDER BY id"),
        binds![org],
    )?
    .iter()
    .map(|row| stored(row).map(|s| s.rule))
    .collect()
}
