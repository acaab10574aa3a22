//! Statuses that came before the send they belong to was recorded.

use crate::{Reader, Result, Writer, binds};
use model::{
    Timestamp,
    id::{DeliveryId, OrganizationId, PhoneNumberId},
};
use serde_json::Value;

/// A status that waits for its message.
#[derive(Debug, Clone, PartialEq)]
pub struct Early {
    /// What makes it the same status when it comes again.
    pub status_key: String,
    /// The delivery that brought it.
    pub delivery_id: DeliveryId,
    /// The report, in the words of whoever keeps it.
    pub report: Value,
}

/// Keeps a status for a message that is not known yet.
pub fn keep(
    w: &mut Writer<'_>,
    org: OrganizationId,
    number: PhoneNumberId,
    wamid: &str,
    early: &Early,
    now: Timestamp,
) -> Result<()> {
    w.run(
        "INSERT INTO early_statuses (phone_number_id, wamid, status_key, organization_id, delivery_id, report, received_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (phone_number_id, wamid, status_key) DO NOTHING",
        binds![number, wamid, &early.status_key, org, early.delivery_id, &early.report, now],
    )
}

/// Takes out what was kept for a message.
pub fn take(
    w: &mut Writer<'_>,
    org: OrganizationId,
    number: PhoneNumberId,
    wamid: &str,
) -> Result<Vec<Early>> {
    let rows = w.query(
        "DELETE FROM early_statuses WHERE organization_id = $1 AND phone_number_id = $2 AND wamid = $3
         RETURNING status_key, delivery_id, report",
        binds![org, number, wamid],
    )?;
    rows.iter()
        .map(|row| Ok(Early { status_key: row.get(0)?, delivery_id: row.get(1)?, report: row.json(2)? }))
        .collect()
}

/// How many statuses wait for a message.
pub fn count(r: &mut Reader<'_>, org: OrganizationId) -> Result<u64> {
    r.one("SELECT count(*) FROM early_statuses WHERE organization_id = $1", binds![org])?.get(0)
}
