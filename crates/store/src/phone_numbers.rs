//! Our sending numbers and the apps at Meta through which they are connected.

use crate::{FIRST, Reader, Result, Row, Writer, binds};
use model::{
    Timestamp,
    id::{MetaAppId, OrganizationId, PhoneNumberId},
    page::{Page, PageRequest},
    phone_number::{LaneState, PhoneNumber, Portfolio},
};
use std::fmt;

/// An app at Meta, with its secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct MetaApp {
    /// Our id.
    pub id: MetaAppId,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// Meta's id.
    pub app_id: String,
    /// What signs webhooks.
    pub app_secret: String,
    /// What Meta must show when it asks for our webhook.
    pub verify_token: String,
}

impl fmt::Debug for MetaApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetaApp").field("id", &self.id).field("app_id", &self.app_id).finish_non_exhaustive()
    }
}

/// What a call to Meta over a number needs.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Meta's `phone_number_id`.
    pub phone_number_id: String,
    /// Meta's id of the WABA.
    pub waba_id: String,
    /// The token.
    pub access_token: String,
    /// The app's secret, for `appsecret_proof`.
    pub app_secret: String,
    /// The app, by our id: Meta counts calls for each.
    pub meta_app_id: MetaAppId,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("phone_number_id", &self.phone_number_id).finish_non_exhaustive()
    }
}

/// Adds an app, or gives a known one its new secrets; its id is the one it had.
pub fn upsert_app(w: &mut Writer<'_>, app: &MetaApp, now: Timestamp) -> Result<MetaAppId> {
    w.one(
        "INSERT INTO meta_apps (id, organization_id, app_id, app_secret, verify_token, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (organization_id, app_id) DO UPDATE SET app_secret = excluded.app_secret,
             verify_token = excluded.verify_token RETURNING id",
        binds![app.id, app.organization_id, &app.app_id, &app.app_secret, &app.verify_token, now],
    )?
    .get(0)
}

/// Every connection of one of Meta's apps, over all organizations: one app's webhooks can go to one of them only.
pub fn connections(r: &mut Reader<'_>, app_id: &str) -> Result<Vec<MetaApp>> {
    Ok(apps(r)?.into_iter().filter(|app| app.app_id == app_id).collect())
}

/// The number of an organization that Meta calls `phone_number_id`.
pub fn get_by_meta_id(
    r: &mut Reader<'_>,
    org: OrganizationId,
    phone_number_id: &str,
) -> Result<Option<PhoneNumber>> {
    r.first(
        &format!("SELECT {COLUMNS} FROM phone_numbers WHERE organization_id = $1 AND phone_number_id = $2"),
        binds![org, phone_number_id],
    )?
    .as_ref()
    .map(phone_number)
    .transpose()
}

/// Every app of the installation: what a webhook is signed with tells whose it is.
pub fn apps(r: &mut Reader<'_>) -> Result<Vec<MetaApp>> {
    r.query(
        "SELECT id, organization_id, app_id, app_secret, verify_token FROM meta_apps ORDER BY id",
        binds![],
    )?
    .iter()
    .map(|row| {
        Ok(MetaApp {
            id: row.get(0)?,
            organization_id: row.get(1)?,
            app_id: row.get(2)?,
            app_secret: row.get(3)?,
            verify_token: row.get(4)?,
        })
    })
    .collect()
}

/// Connects a number; [`crate::Error::Conflict`] when it is connected already.
pub fn insert(w: &mut Writer<'_>, number: &PhoneNumber, access_token: &str) -> Result<()> {
    w.exec(
        "INSERT INTO phone_numbers (id, organization_id, meta_app_id, phone_number_id, waba_id, display_phone_number,
             verified_name, access_token, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        binds![
            number.id,
            number.organization_id,
            number.meta_app_id,
            &number.phone_number_id,
            &number.waba_id,
            &number.display_phone_number,
            &number.verified_name,
            access_token,
            number.created_at
        ],
    )
    .map(drop)
}

const COLUMNS: &str =
    "id, organization_id, meta_app_id, phone_number_id, waba_id, display_phone_number, verified_name,
    parked_reason, parked_until, created_at, throughput, portfolio, messaging_limit";

fn phone_number(row: &Row) -> Result<PhoneNumber> {
    let lane = match (row.get(7)?, row.get(8)?) {
        (Some(reason), Some(until)) => LaneState::Parked { reason, until },
        _ => LaneState::Active,
    };
    let portfolio: Option<String> = row.get(11)?;
    Ok(PhoneNumber {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        meta_app_id: row.get(2)?,
        phone_number_id: row.get(3)?,
        waba_id: row.get(4)?,
        display_phone_number: row.get(5)?,
        verified_name: row.get(6)?,
        throughput: row.get(10)?,
        portfolio: portfolio
            .map(|id| Ok::<_, crate::Error>(Portfolio { id, messaging_limit: row.get(12)? }))
            .transpose()?,
        lane,
        created_at: row.get(9)?,
    })
}

/// The numbers of an organization, oldest first.
pub fn list(r: &mut Reader<'_>, org: OrganizationId, page: &PageRequest) -> Result<Page<PhoneNumber>> {
    let after = page.after.as_deref().and_then(|c| c.parse().ok()).unwrap_or(PhoneNumberId(FIRST));
    let rows = r.query(
        &format!(
            "SELECT {COLUMNS} FROM phone_numbers WHERE organization_id = $1 AND id > $2
             ORDER BY id LIMIT $3"
        ),
        binds![org, after, page.limit + 1],
    )?;
    let all = rows.iter().map(phone_number).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(all, page.limit, |p| p.id.to_string()))
}

/// The number with this id.
pub fn get(r: &mut Reader<'_>, org: OrganizationId, id: PhoneNumberId) -> Result<Option<PhoneNumber>> {
    r.first(
        &format!("SELECT {COLUMNS} FROM phone_numbers WHERE organization_id = $1 AND id = $2"),
        binds![org, id],
    )?
    .as_ref()
    .map(phone_number)
    .transpose()
}

/// Every number of the installation that has anything to send or to settle: the sender's question.
pub fn with_outbound(r: &mut Reader<'_>) -> Result<Vec<PhoneNumber>> {
    r.query(
        &format!(
            "SELECT {COLUMNS} FROM phone_numbers p WHERE EXISTS (SELECT 1 FROM outbound o
                 WHERE o.phone_number_id = p.id AND o.state IN ('queued', 'in_flight', 'unknown'))"
        ),
        binds![],
    )?
    .iter()
    .map(phone_number)
    .collect()
}

/// The number that Meta calls `phone_number_id`, if it is connected through this app: an app's signature proves nothing
/// about numbers of other apps.
pub fn by_meta_id(r: &mut Reader<'_>, app: MetaAppId, phone_number_id: &str) -> Result<Option<PhoneNumber>> {
    r.first(
        &format!("SELECT {COLUMNS} FROM phone_numbers WHERE meta_app_id = $1 AND phone_number_id = $2"),
        binds![app, phone_number_id],
    )?
    .as_ref()
    .map(phone_number)
    .transpose()
}

/// What a call to Meta over this number needs.
pub fn credentials(
    r: &mut Reader<'_>,
    org: OrganizationId,
    id: PhoneNumberId,
) -> Result<Option<Credentials>> {
    r.first(
        "SELECT p.phone_number_id, p.waba_id, p.access_token, a.app_secret, a.id FROM phone_numbers p
         JOIN meta_apps a ON a.id = p.meta_app_id WHERE p.organization_id = $1 AND p.id = $2",
        binds![org, id],
    )?
    .map(|row| {
        Ok(Credentials {
            phone_number_id: row.get(0)?,
            waba_id: row.get(1)?,
            access_token: row.get(2)?,
            app_secret: row.get(3)?,
            meta_app_id: row.get(4)?,
        })
    })
    .transpose()
}

/// Writes down what Meta says of a number; `false` when that was known. All numbers of a portfolio share its limit.
pub fn set_facts(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: PhoneNumberId,
    facts: &Facts,
    now: Timestamp,
) -> Result<bool> {
    let changed = w.exec(
        "UPDATE phone_numbers SET throughput = $3, portfolio = coalesce($4, portfolio), messaging_limit = $5
         WHERE organization_id = $1 AND id = $2 AND (throughput <> $3
           OR coalesce(portfolio, '') <> coalesce($4, portfolio, '') OR coalesce(messaging_limit, -1) <> coalesce($5, -1))",
        binds![org, id, facts.throughput, facts.portfolio.as_ref(), facts.messaging_limit],
    )?;
    w.run(
        "UPDATE phone_numbers SET read_at = $3 WHERE organization_id = $1 AND id = $2",
        binds![org, id, now],
    )?;
    if let Some(portfolio) = &facts.portfolio {
        w.run(
            "UPDATE phone_numbers SET messaging_limit = $3 WHERE organization_id = $1 AND portfolio = $2",
            binds![org, portfolio, facts.messaging_limit],
        )?;
    }
    Ok(changed > 0)
}

/// What Meta says of a number's limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Messages per second, in and out.
    pub throughput: u32,
    /// Meta's id of the portfolio, if it may be read.
    pub portfolio: Option<String>,
    /// Contacts that may be written to first in 24 hours; `None` is no limit.
    pub messaging_limit: Option<u32>,
}

/// The numbers connected through an app that belong to what Meta calls `id`: a WABA or a portfolio.
pub fn of_account(r: &mut Reader<'_>, app: MetaAppId, id: &str) -> Result<Vec<PhoneNumberId>> {
    r.query(
        "SELECT id FROM phone_numbers WHERE meta_app_id = $1 AND (waba_id = $2 OR portfolio = $2) ORDER BY id",
        binds![app, id],
    )?
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// Numbers that Meta was not asked about since `before`, over all organizations: a system job's question.
pub fn unread_since(
    r: &mut Reader<'_>,
    before: Timestamp,
    limit: usize,
) -> Result<Vec<(OrganizationId, PhoneNumberId)>> {
    r.query(
        "SELECT organization_id, id FROM phone_numbers WHERE coalesce(read_at, 0) < $1 ORDER BY id LIMIT $2",
        binds![before, limit],
    )?
    .iter()
    .map(|row| Ok((row.get(0)?, row.get(1)?)))
    .collect()
}

/// Stops a number's lane until a moment.
pub fn park(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: PhoneNumberId,
    reason: &str,
    until: Timestamp,
) -> Result<()> {
    w.run(
        "UPDATE phone_numbers SET parked_reason = $3, parked_until = $4 WHERE organization_id = $1 AND id = $2",
        binds![org, id, reason, until],
    )
}

/// Lets a number's lane run; `false` when it ran.
pub fn unpark(w: &mut Writer<'_>, org: OrganizationId, id: PhoneNumberId) -> Result<bool> {
    let count = w.exec(
        "UPDATE phone_numbers SET parked_reason = NULL, parked_until = NULL
         WHERE organization_id = $1 AND id = $2 AND parked_reason IS NOT NULL",
        binds![org, id],
    )?;
    Ok(count > 0)
}
