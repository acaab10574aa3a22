//! Which messages of a lane may start, and in which order.

use super::{COLUMNS, Outgoing, Priority, outgoing};
use crate::{Reader, Result, binds};
use jiff::SignedDuration;
use model::{Timestamp, id::PhoneNumberId};

/// Which messages of a number are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// Those that answer somebody, or go where the window is open.
    Answers,
    /// Those with which we write first, to anybody.
    Outreach,
    /// The same, but only to contacts whom this portfolio has written to first since a moment: they count already.
    Known(&'a str, Timestamp),
}

/// How long a message of unknown outcome holds up those after it to the same contact: a status settles most of them
/// within seconds.
const UNSETTLED: SignedDuration = SignedDuration::from_mins(2);

/// When a lane looks.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The present moment.
    pub now: Timestamp,
    /// Until when Meta's webhooks were handled before outcomes were last settled: what came later may tell more.
    pub heard_until: Timestamp,
}

/// Messages of one number that may start now, in the order in which they should. Of each contact only the oldest, and
/// none while another to the same contact is in flight or of unknown outcome: that keeps a contact's messages in order.
/// Bulk messages wait in a line of their own, so that an answer overtakes them.
pub fn ready(
    r: &mut Reader<'_>,
    number: PhoneNumberId,
    wanted: Wanted<'_>,
    look: Look,
    limit: usize,
) -> Result<Vec<Ready>> {
    let unsettled = look.heard_until.saturating_sub(UNSETTLED).unwrap_or(Timestamp::MIN);
    let mut binds = binds![number, look.now, limit, i64::from(wanted != Wanted::Answers), unsettled];
    let mut known = "";
    if let Wanted::Known(portfolio, since) = wanted {
        known = "AND EXISTS (SELECT 1 FROM outreach k
                             WHERE k.portfolio = $6 AND k.contact_id = o.contact_id AND k.at > $7)";
        binds.extend(binds![portfolio, since]);
    }
    let bulk = Priority::Bulk as i64;
    r.query(
        &format!(
            "SELECT {COLUMNS}, priority, turn, due_at FROM outbound o
             WHERE o.phone_number_id = $1 AND o.outreach = $4 AND o.state = 'queued' AND o.due_at <= $2 {known}
               AND (o.send_before IS NULL OR o.send_before > $2)
               AND NOT EXISTS (SELECT 1 FROM outbound e WHERE e.phone_number_id = $1 AND e.contact_id = o.contact_id
                               AND e.state IN ('queued', 'in_flight', 'unknown')
                               AND (e.state = 'in_flight'
                                    OR e.state = 'unknown' AND e.resends = 0 AND e.unknown_since > $5
                                    OR e.state = 'queued' AND e.message_id < o.message_id
                                       AND (e.priority >= {bulk}) = (o.priority >= {bulk})))
             ORDER BY o.priority, o.turn, o.message_id LIMIT $3"
        ),
        binds,
    )?
    .iter()
    .map(|row| Ok(Ready { outgoing: outgoing(row)?, place: (row.get(8)?, row.get(9)?), due_at: row.get(10)? }))
    .collect()
}

/// A message that may start.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// The message.
    pub outgoing: Outgoing,
    /// Priority and turn: lower goes first.
    pub place: (i64, i64),
    /// Since when it might have started.
    pub due_at: Timestamp,
}
