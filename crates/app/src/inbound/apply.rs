//! Applies updates to our rows, in one transaction per contact.

use super::{
    message,
    numbers::Numbers,
    status,
    translate::{Body, Update},
};
use crate::{App, Result, jobs};
use jiff::SignedDuration;
use model::{
    Timestamp,
    cause::Cause,
    id::{DeliveryId, MessageId, MetaAppId, OrganizationId, PhoneNumberId},
    message::MessageState,
    phone_number::PhoneNumber,
    time::Ids,
};
use std::{collections::BTreeMap, sync::Arc};
use store::{Writer, deliveries::Waiting, phone_numbers};

/// Messages that came longer ago than this no longer count against the present second. A backlog that is worked off
/// would otherwise slow down sending.
const FRESH: SignedDuration = SignedDuration::from_secs(1);

/// What every update of a delivery is applied with.
pub(super) struct Context {
    pub(super) org: OrganizationId,
    pub(super) app: MetaAppId,
    pub(super) delivery: DeliveryId,
    /// Whether it came just now, so that Meta counts what is in it against the number's throughput of this second.
    pub(super) fresh: bool,
    pub(super) now: Timestamp,
    pub(super) ids: Ids,
}

impl Context {
    pub(super) fn new(app: &App, delivery: &Waiting) -> Self {
        let now = app.now();
        Self {
            org: delivery.organization_id,
            app: delivery.meta_app_id,
            delivery: delivery.id,
            fresh: now.duration_since(delivery.received_at) <= FRESH,
            now,
            ids: app.inner.ids.clone(),
        }
    }

    pub(super) fn cause(&self) -> Cause {
        Cause::Delivery(self.delivery)
    }
}

/// An update's number of ours, once it is known.
pub(super) struct Place<'a> {
    pub(super) org: OrganizationId,
    pub(super) number: &'a PhoneNumber,
    pub(super) context: &'a Context,
}

/// What applying came to.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// Meta's ids of numbers that are not connected here.
    pub(super) unrouted: Vec<String>,
    /// Messages that contacts have just written, by number.
    pub(super) came_in: BTreeMap<PhoneNumberId, u32>,
    /// Statuses, in the order in which they were applied.
    pub(super) statuses: Vec<Heard>,
}

/// A status that came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heard {
    /// Of which number of ours.
    pub(crate) number: PhoneNumberId,
    /// Of which message, where it is known already.
    pub(crate) message: Option<MessageId>,
    /// What it says; `None` is nothing that moves a message.
    pub(crate) state: Option<MessageState>,
}

pub(super) fn updates(
    w: &mut Writer<'_>,
    numbers: &Numbers,
    context: &Context,
    updates: &[Update],
    told: &mut status::Last,
) -> Result<Step> {
    let mut step = Step::default();
    let mut last: Option<Arc<PhoneNumber>> = None;
    for update in updates {
        let (phone_number_id, body) = match update {
            Update::Number { phone_number_id, body } => (phone_number_id, body),
            Update::Account { id } => {
                account_changed(w, context, id)?;
                continue;
            }
        };
        if last.as_ref().is_none_or(|n| n.phone_number_id != *phone_number_id) {
            last = numbers.find(w, context.app, phone_number_id)?;
        }
        let Some(number) = &last else {
            step.unrouted.push(phone_number_id.clone());
            continue;
        };
        let place = Place { org: number.organization_id, number, context };
        match body {
            Body::Message(inbound) => {
                message::apply(w, &place, inbound)?;
                if context.fresh {
                    *step.came_in.entry(number.id).or_default() += 1;
                }
            }
            Body::Echo(echo) => message::apply_echo(w, &place, echo)?,
            Body::Status(report) => {
                let message = status::apply(w, &place, report, told)?;
                step.statuses.push(Heard { number: number.id, message, state: report.message_state() });
            }
        }
    }
    Ok(step)
}

/// Has the numbers of an account, or of a portfolio, read again.
fn account_changed(w: &mut Writer<'_>, context: &Context, id: &str) -> Result<()> {
    for number in phone_numbers::of_account(w, context.app, id)? {
        jobs::read_number(w, context.org, number, context.ids.next(), context.now)?;
    }
    Ok(())
}
