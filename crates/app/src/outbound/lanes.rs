//! Which lanes are ours, how fast they may run, and what earlier holders left half done.

use super::{outcome, sender::UnderWay};
use crate::{App, Result};
use jiff::SignedDuration;
use model::{
    Timestamp,
    id::{ContactId, PhoneNumberId},
    pacing::{Bucket, NUMBER_PER_SECOND},
    phone_number::PhoneNumber,
};
use std::collections::HashMap;
use store::{
    Lane,
    leases::{self, Lease},
    outbound::Outgoing,
};

/// A lane without renewal for this long belongs to nobody; a dead node's lanes move within it.
const LEASE: SignedDuration = SignedDuration::from_secs(5);
/// How often a lane is renewed and its unsettled messages are looked at.
const RENEW: SignedDuration = SignedDuration::from_secs(1);
/// Remembered contacts before the rested ones are forgotten.
const PAIRS: usize = 10_000;

/// This node's lanes.
#[derive(Default)]
pub(super) struct Lanes {
    renewed: HashMap<PhoneNumberId, (Timestamp, bool)>,
    numbers: HashMap<PhoneNumberId, Bucket>,
    pairs: HashMap<(PhoneNumberId, ContactId), Bucket>,
}

/// What may start now, and what must wait until when.
#[derive(Default)]
pub(super) struct Paced {
    pub(super) start: Vec<Outgoing>,
    pub(super) wait: Vec<(Outgoing, Timestamp)>,
}

impl Lanes {
    /// Whether the number's lane is ours to run. Renews the lease, and settles what is in flight without being under
    /// way here: what a holder before us left, and what a claim of ours left whose answer was lost.
    pub(super) async fn hold(
        &mut self,
        app: &App,
        number: &PhoneNumber,
        under_way: &UnderWay,
    ) -> Result<bool> {
        let now = app.now();
        // Compared both ways: a clock that was set back must not keep a lane for ever.
        if let Some((at, ours)) = self.renewed.get(&number.id)
            && (now.duration_since(*at).abs() < RENEW)
        {
            return Ok(*ours);
        }
        let (id, node) = (number.id, app.inner.node);
        let until = now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
        let lease =
            app.write(Lane::id(id.0), move |w| Ok(leases::hold(w, &format!("lane:{id}"), node, now, until)?));
        let ours = lease.await? != Lease::Elsewhere;
        if ours {
            outcome::adopt(app, number, under_way).await?;
            outcome::settle_unknown(app, number).await?;
        }
        self.renewed.insert(number.id, (now, ours));
        Ok(ours)
    }

    /// Takes a token of the number and of the contact for each message, in order, until the number has none.
    pub(super) fn pace(&mut self, number: PhoneNumberId, ready: Vec<Outgoing>, now: Timestamp) -> Paced {
        if self.pairs.len() > PAIRS {
            self.pairs.retain(|_, bucket| !bucket.is_full(now));
        }
        let lane = self.numbers.entry(number).or_insert_with(|| Bucket::number(NUMBER_PER_SECOND));
        let mut paced = Paced::default();
        for outgoing in ready {
            let pair = self.pairs.entry((number, outgoing.contact_id)).or_insert_with(Bucket::pair);
            let mut after = *pair;
            match after.take(now) {
                Err(until) => paced.wait.push((outgoing, until)),
                Ok(()) if lane.take(now).is_ok() => {
                    *pair = after;
                    paced.start.push(outgoing);
                }
                Ok(()) => break,
            }
        }
        paced
    }
}
