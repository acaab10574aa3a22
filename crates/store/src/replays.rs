//! Deliveries of a stretch of time, to be handled again. Over all organizations: a system job's business.

use crate::{
    Reader, Result, Writer, binds,
    deliveries::{self, Waiting},
};
use model::{Timestamp, cause::Cause, id::DeliveryId};
use std::collections::BTreeMap;

/// Deliveries that were stored from one moment on and before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first moment.
    pub from: Timestamp,
    /// The moment after the last.
    pub to: Timestamp,
}

const IN_WINDOW: &str = "id > $1 AND received_at >= $2 AND received_at < $3";

/// Deliveries of the window after `after`, in the order in which they came, whatever became of them; at most `limit`.
pub fn page(r: &mut Reader<'_>, window: Window, after: DeliveryId, limit: usize) -> Result<Vec<Waiting>> {
    r.query(
        &format!(
            "SELECT id, organization_id, meta_app_id, received_at, attempts, body FROM webhook_deliveries
             WHERE {IN_WINDOW} ORDER BY id LIMIT $4"
        ),
        binds![after, window.from, window.to, limit],
    )?
    .iter()
    .map(deliveries::one)
    .collect()
}

/// Makes the next deliveries of the window wait again, as if they had just come; at most `limit`. Gives the last of them,
/// or `None` when there are no more. Those that wait anyway are left alone.
pub fn again(
    w: &mut Writer<'_>,
    window: Window,
    after: DeliveryId,
    limit: usize,
    now: Timestamp,
) -> Result<Option<DeliveryId>> {
    let ids = w.query(
        &format!(
            "SELECT id FROM webhook_deliveries WHERE {IN_WINDOW} AND state <> 'pending' ORDER BY id LIMIT $4"
        ),
        binds![after, window.from, window.to, limit],
    )?;
    let Some(last) = ids.last() else { return Ok(None) };
    let last: DeliveryId = last.get(0)?;
    w.run(
        &format!(
            "UPDATE webhook_deliveries
             SET state = 'pending', attempts = 0, due_at = $5, error = NULL, processed_at = NULL
             WHERE {IN_WINDOW} AND state <> 'pending' AND id <= $4"
        ),
        binds![after, window.from, window.to, last, now],
    )?;
    Ok(Some(last))
}

/// How many deliveries of the window up to `last` wait and were not tried since.
pub fn untried(r: &mut Reader<'_>, window: Window, last: DeliveryId) -> Result<u64> {
    r.one(
        "SELECT count(*) FROM webhook_deliveries
         WHERE state = 'pending' AND attempts = 0 AND id <= $1 AND received_at >= $2 AND received_at < $3",
        binds![last, window.from, window.to],
    )?
    .get(0)
}

/// How many deliveries of the window there are, by their stored state.
pub fn outcomes(r: &mut Reader<'_>, window: Window) -> Result<BTreeMap<String, u64>> {
    r.query(
        "SELECT state, count(*) FROM webhook_deliveries WHERE received_at >= $1 AND received_at < $2 GROUP BY state",
        binds![window.from, window.to],
    )?
    .iter()
    .map(|row| Ok((row.get(0)?, row.get(1)?)))
    .collect()
}

/// Whether the window has all that ever came: no delivery lies outside, and none was cleared away yet.
pub fn is_all(r: &mut Reader<'_>, window: Window) -> Result<bool> {
    let outside = r.first(
        "SELECT 1 FROM webhook_deliveries WHERE received_at < $1 OR received_at >= $2 LIMIT 1",
        binds![window.from, window.to],
    )?;
    // They are cleared away from the oldest on, so that the oldest message's delivery is the first to be missed.
    let oldest = r.first(
        "SELECT cause_kind, cause_id FROM messages WHERE cause_kind = 'delivery' ORDER BY id LIMIT 1",
        binds![],
    )?;
    let Some(row) = oldest else { return Ok(outside.is_none()) };
    let (kind, id): (String, Option<String>) = (row.get(0)?, row.get(1)?);
    let Some(Cause::Delivery(id)) = Cause::from_parts(&kind, id.as_deref()) else { return Ok(false) };
    let kept = r.first("SELECT 1 FROM webhook_deliveries WHERE id = $1", binds![id])?;
    Ok(outside.is_none() && kept.is_some())
}
