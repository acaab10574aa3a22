//! Applies updates to our rows, in one transaction per contact.

use super::{
    message, status,
    translate::{Body, Update},
};
use crate::{App, Result};
use model::{
    Timestamp,
    cause::Cause,
    id::{DeliveryId, MetaAppId, OrganizationId},
    phone_number::PhoneNumber,
    time::Ids,
};
use store::{Writer, deliveries::Waiting, phone_numbers};

/// What every update of a delivery is applied with.
pub(super) struct Context {
    pub(super) app: MetaAppId,
    pub(super) delivery: DeliveryId,
    pub(super) now: Timestamp,
    pub(super) ids: Ids,
}

impl Context {
    pub(super) fn new(app: &App, delivery: &Waiting) -> Self {
        Self { app: delivery.meta_app_id, delivery: delivery.id, now: app.now(), ids: app.inner.ids.clone() }
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
}

pub(super) fn updates(w: &mut Writer<'_>, context: &Context, updates: &[Update]) -> Result<Step> {
    let mut step = Step::default();
    let mut last: Option<PhoneNumber> = None;
    for update in updates {
        if last.as_ref().is_none_or(|n| n.phone_number_id != update.phone_number_id) {
            last = phone_numbers::by_meta_id(w, context.app, &update.phone_number_id)?;
        }
        let Some(number) = &last else {
            step.unrouted.push(update.phone_number_id.clone());
            continue;
        };
        let place = Place { org: number.organization_id, number, context };
        match &update.body {
            Body::Message(inbound) => message::apply(w, &place, inbound)?,
            Body::Echo(echo) => message::apply_echo(w, &place, echo)?,
            Body::Status(report) => status::apply(w, &place, report)?,
        }
    }
    Ok(step)
}
