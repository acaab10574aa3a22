//! To whom a portfolio wrote first: those of the last day count against its messaging limit (Meta: messaging limits).

use crate::{Reader, Result, Writer, binds};
use model::{
    Timestamp,
    id::{ContactId, OrganizationId},
};

/// How many contacts count since `since`.
pub fn used(r: &mut Reader<'_>, portfolio: &str, since: Timestamp) -> Result<u32> {
    r.one("SELECT count(*) FROM outreach WHERE portfolio = $1 AND at > $2", binds![portfolio, since])?.get(0)
}

/// Counts a contact that is written to first; `false` when it counts since `since` already.
pub fn count(
    w: &mut Writer<'_>,
    org: OrganizationId,
    portfolio: &str,
    contact: ContactId,
    since: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let counted = w.exec(
        "INSERT INTO outreach (portfolio, contact_id, organization_id, at) VALUES ($1, $2, $3, $5)
         ON CONFLICT (portfolio, contact_id) DO UPDATE SET at = excluded.at WHERE outreach.at <= $4",
        binds![portfolio, contact, org, since, now],
    )?;
    Ok(counted > 0)
}
