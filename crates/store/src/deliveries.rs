//! Webhook deliveries: kept raw before anybody looks into them.

use crate::{
    LAST, Reader, Result, Row, Writer, binds,
    db::{Rows, among},
};
use model::{
    Timestamp,
    delivery::{Delivery, DeliveryState},
    id::{DeliveryId, MetaAppId, OrganizationId},
    page::{Page, PageRequest},
};

/// Keeps a delivery; after the commit it may be acknowledged.
pub fn insert(
    w: &mut Writer<'_>,
    id: DeliveryId,
    org: OrganizationId,
    app: MetaAppId,
    body: &[u8],
    now: Timestamp,
) -> Result<()> {
    w.add(&DELIVERIES, binds![id, org, app, now, body, DeliveryState::Pending.as_str(), 0_u32, now])
}

static DELIVERIES: Rows = Rows {
    table: "webhook_deliveries",
    into: "INSERT INTO webhook_deliveries (id, organization_id, meta_app_id, received_at, body, state, attempts, due_at)",
    columns: 8,
    ending: "",
};

/// A delivery that waits to be handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Our id.
    pub id: DeliveryId,
    /// The organization whose app it came through.
    pub organization_id: OrganizationId,
    /// The app it came through.
    pub meta_app_id: MetaAppId,
    /// When it was stored.
    pub received_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// The bytes, as Meta sent them.
    pub body: Vec<u8>,
}

/// The apps that have deliveries due, over all organizations: a system job's question.
pub fn apps_waiting(r: &mut Reader<'_>, now: Timestamp) -> Result<Vec<MetaAppId>> {
    r.query(
        "SELECT a.id FROM meta_apps a WHERE EXISTS (SELECT 1 FROM webhook_deliveries d
             WHERE d.meta_app_id = a.id AND d.state = 'pending' AND d.due_at <= $1) ORDER BY a.id",
        binds![now],
    )?
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// The oldest deliveries of an app that are due. At most `limit` of them, and no more once those before have `bytes`
/// together.
pub fn waiting(
    r: &mut Reader<'_>,
    app: MetaAppId,
    now: Timestamp,
    limit: usize,
    bytes: usize,
) -> Result<Vec<Waiting>> {
    r.query(
        "SELECT id, organization_id, meta_app_id, received_at, attempts, body FROM (
             SELECT id, organization_id, meta_app_id, received_at, attempts, body,
                    sum(length(body)) OVER (ORDER BY id) - length(body) AS before
             FROM (SELECT id, organization_id, meta_app_id, received_at, attempts, body FROM webhook_deliveries
                   WHERE meta_app_id = $4 AND state = 'pending' AND due_at <= $1 ORDER BY id LIMIT $2) AS due)
             AS summed
         WHERE before < $3 ORDER BY id",
        binds![now, limit, bytes, app],
    )?
    .iter()
    .map(one)
    .collect()
}

pub(crate) fn one(row: &Row) -> Result<Waiting> {
    Ok(Waiting {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        meta_app_id: row.get(2)?,
        received_at: row.get(3)?,
        attempts: row.get(4)?,
        body: row.get(5)?,
    })
}

/// Records what became of a delivery that waits. One that somebody else has ended stays as it is.
pub fn finish(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: DeliveryId,
    state: DeliveryState,
    summary: Option<&str>,
    error: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    w.run(
        "UPDATE webhook_deliveries SET state = $3, summary = $4, error = $5, processed_at = $6, attempts = attempts + 1
         WHERE organization_id = $1 AND id = $2 AND state = 'pending'",
        binds![org, id, state.as_str(), summary, error, now],
    )
}

/// Records that deliveries that wait were handled, all with one summary.
pub fn finish_all(
    w: &mut Writer<'_>,
    org: OrganizationId,
    ids: &[DeliveryId],
    summary: &str,
    now: Timestamp,
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut binds = binds![org, summary, now];
    let list = among(&mut binds, ids);
    w.run(
        &format!(
            "UPDATE webhook_deliveries SET state = 'done', summary = $2, error = NULL, processed_at = $3,
                 attempts = attempts + 1
             WHERE organization_id = $1 AND id IN ({list}) AND state = 'pending'"
        ),
        binds,
    )
}

/// Puts a delivery off after a failed try.
pub fn put_off(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: DeliveryId,
    due_at: Timestamp,
    error: &str,
) -> Result<()> {
    w.run(
        "UPDATE webhook_deliveries SET due_at = $3, error = $4, attempts = attempts + 1
         WHERE organization_id = $1 AND id = $2",
        binds![org, id, due_at, error],
    )
}

/// Makes a delivery wait again, as if it had just come; `false` when there is none.
pub fn replay(w: &mut Writer<'_>, org: OrganizationId, id: DeliveryId, now: Timestamp) -> Result<bool> {
    let count = w.exec(
        "UPDATE webhook_deliveries SET state = 'pending', attempts = 0, due_at = $3, error = NULL, processed_at = NULL
         WHERE organization_id = $1 AND id = $2",
        binds![org, id, now],
    )?;
    Ok(count > 0)
}

const LISTED: &str = "id, state, received_at, processed_at, attempts, error, summary, length(body)";

fn listed(row: &Row) -> Result<Delivery> {
    Ok(Delivery {
        id: row.get(0)?,
        state: row.word(1, DeliveryState::parse)?,
        received_at: row.get(2)?,
        processed_at: row.get(3)?,
        attempts: row.get(4)?,
        error: row.get(5)?,
        summary: row.get(6)?,
        size: row.get(7)?,
    })
}

/// Deliveries, newest first.
pub fn list(
    r: &mut Reader<'_>,
    org: OrganizationId,
    state: Option<DeliveryState>,
    page: &PageRequest,
) -> Result<Page<Delivery>> {
    let before = page.after.as_deref().and_then(|c| c.parse().ok()).unwrap_or(DeliveryId(LAST));
    let rows = r.query(
        &format!(
            "SELECT {LISTED} FROM webhook_deliveries WHERE organization_id = $1 AND id < $2
             AND state = coalesce($3, state) ORDER BY id DESC LIMIT $4"
        ),
        binds![org, before, state.map(DeliveryState::as_str), page.limit + 1],
    )?;
    let all = rows.iter().map(listed).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(all, page.limit, |d| d.id.to_string()))
}

/// A delivery with its bytes.
pub fn get(r: &mut Reader<'_>, org: OrganizationId, id: DeliveryId) -> Result<Option<(Delivery, Vec<u8>)>> {
    r.first(
        &format!("SELECT {LISTED}, body FROM webhook_deliveries WHERE organization_id = $1 AND id = $2"),
        binds![org, id],
    )?
    .map(|row| Ok((listed(&row)?, row.get(8)?)))
    .transpose()
}

/// How many deliveries wait, over all organizations, and since when the oldest does.
pub fn backlog(r: &mut Reader<'_>) -> Result<(u64, Option<Timestamp>)> {
    let row =
        r.one("SELECT count(*), min(received_at) FROM webhook_deliveries WHERE state = 'pending'", binds![])?;
    Ok((row.get(0)?, row.get(1)?))
}

/// When the oldest delivery of an app that waits was stored.
pub fn oldest_waiting(r: &mut Reader<'_>, app: MetaAppId) -> Result<Option<Timestamp>> {
    let row = r.first(
        "SELECT received_at FROM webhook_deliveries WHERE meta_app_id = $1 AND state = 'pending' ORDER BY id LIMIT 1",
        binds![app],
    )?;
    row.map(|row| row.get(0)).transpose()
}

/// Whether Meta's webhooks through an app have flowed since `since`: one that was stored later is handled, none that
/// was stored up to then still waits, and none since was set aside, because that may hold what is looked for.
pub fn flowed_since(
    r: &mut Reader<'_>,
    org: OrganizationId,
    app: MetaAppId,
    since: Timestamp,
) -> Result<bool> {
    // Only the newest are looked at, which may miss that they flowed, but never says so wrongly.
    let row = r.one(
        "SELECT count(*) FROM (SELECT state, received_at FROM webhook_deliveries
                               WHERE organization_id = $1 AND meta_app_id = $2 ORDER BY id DESC LIMIT 200) AS recent
         WHERE recent.state = 'done' AND recent.received_at > $3
           AND NOT EXISTS (SELECT 1 FROM webhook_deliveries p WHERE p.organization_id = $1 AND p.meta_app_id = $2
                           AND (p.state = 'pending' AND p.received_at <= recent.received_at
                                OR p.state = 'failed' AND p.received_at > $3))",
        binds![org, app, since],
    )?;
    Ok(row.get::<u64>(0)? > 0)
}
