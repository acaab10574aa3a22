//! How each phone number's lane is doing, over all organizations: a question of those who watch the installation.

use crate::{Reader, Result, binds, outbound::Backlog};
use model::{Timestamp, id::PhoneNumberId};

/// A number's lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneBacklog {
    /// The number.
    pub phone_number_id: PhoneNumberId,
    /// How many messages a second Meta takes, in and out together.
    pub throughput: u32,
    /// Why nothing is sent, in words that begin with Meta's code; `None` while the lane runs.
    pub parked: Option<String>,
    /// When a parked lane is tried again.
    pub parked_until: Option<Timestamp>,
    /// What is on its way out.
    pub backlog: Backlog,
}

/// Every connected number's lane, also those with nothing to send.
pub fn all(r: &mut Reader<'_>) -> Result<Vec<LaneBacklog>> {
    r.query(
        "SELECT p.id, p.throughput, p.parked_reason, p.parked_until,
                coalesce(o.queued, 0), coalesce(o.in_flight, 0), coalesce(o.unknown, 0), o.oldest_due
         FROM phone_numbers p LEFT JOIN (
             SELECT phone_number_id, count(CASE WHEN state = 'queued' THEN 1 END) AS queued,
                    count(CASE WHEN state = 'in_flight' THEN 1 END) AS in_flight,
                    count(CASE WHEN state = 'unknown' THEN 1 END) AS unknown,
                    min(CASE WHEN state = 'queued' THEN due_at END) AS oldest_due
             FROM outbound WHERE state IN ('queued', 'in_flight', 'unknown') GROUP BY phone_number_id) o
             ON o.phone_number_id = p.id
         ORDER BY p.id",
        binds![],
    )?
    .iter()
    .map(|row| {
        Ok(LaneBacklog {
            phone_number_id: row.get(0)?,
            throughput: row.get(1)?,
            parked: row.get(2)?,
            parked_until: row.get(3)?,
            backlog: Backlog {
                queued: row.get(4)?,
                in_flight: row.get(5)?,
                unknown: row.get(6)?,
                oldest_due_at: row.get(7)?,
            },
        })
    })
    .collect()
}
