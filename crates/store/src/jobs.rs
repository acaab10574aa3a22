//! Jobs: work that happens later, written in the transaction of the fact that wants it (invariant I6).

use crate::{Dialect, Reader, Result, Writer, binds};
use model::{
    Timestamp,
    id::{JobId, NodeId, OrganizationId},
};
use serde_json::Value;

/// A job, before it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob<'a> {
    /// Our id.
    pub id: JobId,
    /// What is to be done, the name of a use case.
    pub kind: &'a str,
    /// With what.
    pub payload: Value,
    /// While one with this key waits, another one is not added.
    pub dedupe_key: Option<String>,
    /// Not before.
    pub due_at: Timestamp,
}

/// Adds a job, unless one of its kind with its key waits.
pub fn enqueue(w: &mut Writer<'_>, org: OrganizationId, job: &NewJob<'_>, now: Timestamp) -> Result<()> {
    w.run(
        "INSERT INTO jobs (id, organization_id, kind, payload, dedupe_key, due_at, attempts, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7) ON CONFLICT (organization_id, kind, dedupe_key) DO NOTHING",
        binds![job.id, org, job.kind, &job.payload, job.dedupe_key.as_ref(), job.due_at, now],
    )
}

/// A job that a node has taken on.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// Our id.
    pub id: JobId,
    /// Whose.
    pub organization_id: OrganizationId,
    /// What is to be done.
    pub kind: String,
    /// With what.
    pub payload: Value,
    /// How often it was tried, this time included.
    pub attempts: u32,
}

/// Takes on up to `limit` due jobs until `until`; another node may take them on after that.
pub fn claim(
    w: &mut Writer<'_>,
    node: NodeId,
    now: Timestamp,
    until: Timestamp,
    limit: usize,
) -> Result<Vec<Claimed>> {
    // SKIP LOCKED lets nodes claim side by side on PostgreSQL; SQLite has one writer and does not know the words.
    let skip = match w.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    // MATERIALIZED, because PostgreSQL may run a subquery again for each row, and then locks more than `limit`.
    let sql = format!(
        "WITH due AS MATERIALIZED (SELECT id FROM jobs WHERE failed_at IS NULL AND due_at <= $2
                      AND (claimed_until IS NULL OR claimed_until <= $2) ORDER BY due_at, id LIMIT $4 {skip})
         UPDATE jobs SET claimed_by = $1, claimed_until = $3, attempts = attempts + 1
         WHERE id IN (SELECT id FROM due)
         RETURNING id, organization_id, kind, payload, attempts"
    );
    w.query(&sql, binds![node, now, until, limit])?
        .iter()
        .map(|row| {
            Ok(Claimed {
                id: row.get(0)?,
                organization_id: row.get(1)?,
                kind: row.get(2)?,
                payload: row.json(3)?,
                attempts: row.get(4)?,
            })
        })
        .collect()
}

/// Gives back every claim. Only for a process that has the database to itself and has just started.
pub fn release_all(w: &mut Writer<'_>) -> Result<()> {
    w.run("UPDATE jobs SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by IS NOT NULL", binds![])
}

/// Gives back the claims of a node that ends.
pub fn release_of(w: &mut Writer<'_>, node: NodeId) -> Result<()> {
    w.run("UPDATE jobs SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by = $1", binds![node])
}

/// Gives back the claims of nodes that were not seen since `before`, and says how many there were.
pub fn release_dead(w: &mut Writer<'_>, before: Timestamp) -> Result<u64> {
    w.exec(
        "UPDATE jobs SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.id = jobs.claimed_by AND nodes.seen_at >= $1)",
        binds![before],
    )
}

/// Ends a job that is done.
pub fn done(w: &mut Writer<'_>, org: OrganizationId, id: JobId) -> Result<()> {
    w.run("DELETE FROM jobs WHERE organization_id = $1 AND id = $2", binds![org, id])
}

/// Puts a job off until `due_at`.
pub fn retry(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: JobId,
    due_at: Timestamp,
    error: &str,
) -> Result<()> {
    w.run(
        "UPDATE jobs SET due_at = $3, last_error = $4, claimed_by = NULL, claimed_until = NULL
         WHERE organization_id = $1 AND id = $2",
        binds![org, id, due_at, error],
    )
}

/// Puts a job off that was taken on and not tried: that counts as no try.
pub fn put_off(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: JobId,
    due_at: Timestamp,
    why: &str,
) -> Result<()> {
    w.run(
        "UPDATE jobs SET due_at = $3, last_error = $4, attempts = attempts - 1, claimed_by = NULL, claimed_until = NULL
         WHERE organization_id = $1 AND id = $2 AND attempts > 0",
        binds![org, id, due_at, why],
    )
}

/// Gives a job up; it stays visible with its reason.
pub fn fail(w: &mut Writer<'_>, org: OrganizationId, id: JobId, error: &str, now: Timestamp) -> Result<()> {
    w.run(
        "UPDATE jobs SET failed_at = $3, last_error = $4, claimed_by = NULL, claimed_until = NULL, dedupe_key = NULL
         WHERE organization_id = $1 AND id = $2",
        binds![org, id, now, error],
    )
}

/// When the next job is due, over all organizations.
pub fn next_due(r: &mut Reader<'_>) -> Result<Option<Timestamp>> {
    r.one("SELECT min(due_at) FROM jobs WHERE failed_at IS NULL", binds![])?.get(0)
}

/// How many jobs wait and how many were given up.
pub fn counts(r: &mut Reader<'_>) -> Result<(u64, u64)> {
    let row =
        r.one("SELECT count(CASE WHEN failed_at IS NULL THEN 1 END), count(failed_at) FROM jobs", binds![])?;
    Ok((row.get(0)?, row.get(1)?))
}

/// Jobs of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindBacklog {
    /// What is to be done.
    pub kind: String,
    /// How many wait or run.
    pub waiting: u64,
    /// How many were given up.
    pub failed: u64,
    /// When the first of those that wait or run was due; may lie ahead.
    pub next_due_at: Option<Timestamp>,
}

/// The jobs of each kind that has any, over all organizations, in the order of their names.
pub fn by_kind(r: &mut Reader<'_>) -> Result<Vec<KindBacklog>> {
    r.query(
        "SELECT kind, count(CASE WHEN failed_at IS NULL THEN 1 END), count(failed_at),
                min(CASE WHEN failed_at IS NULL THEN due_at END)
         FROM jobs GROUP BY kind ORDER BY kind",
        binds![],
    )?
    .iter()
    .map(|row| {
        Ok(KindBacklog {
            kind: row.get(0)?,
            waiting: row.get(1)?,
            failed: row.get(2)?,
            next_due_at: row.get(3)?,
        })
    })
    .collect()
}
