//! A status moves a message of ours forward, and settles what nobody knew.

use super::{apply::Place, translate::Report};
use crate::{Result, events::tell};
use model::{
    Timestamp,
    cause::Cause,
    event::{EventKind, Subject},
    id::{MessageId, OrganizationId, PhoneNumberId},
    message::{MessageState, Transition},
};
use store::{
    Writer,
    messages::{self, Located},
    outbound,
    statuses::{self, Early},
};
use uuid::Uuid;

/// The message that the last status of this transaction was about: its next ones often come along, and then needn't be
/// asked for.
#[derive(Default)]
pub(super) struct Last(Option<(PhoneNumberId, String, Located)>);

impl Last {
    fn find(&self, number: PhoneNumberId, wamid: &str) -> Option<Located> {
        let (of, known, message) = self.0.as_ref()?;
        (*of == number && known == wamid).then_some(*message)
    }
}

/// Applies a status, and says to which message. One that comes before its send was recorded is kept until then.
pub(super) fn apply(
    w: &mut Writer<'_>,
    place: &Place<'_>,
    report: &Report,
    last: &mut Last,
) -> Result<Option<MessageId>> {
    let (org, number, now) = (place.org, place.number.id, place.context.now);
    let mut found = last.find(number, &report.wamid);
    if found.is_none() {
        found = messages::locate(w, org, number, &report.wamid)?;
    }
    if let (None, Some(ours)) = (&found, report.ours) {
        found = messages::locate_ours(w, org, number, ours)?;
    }
    let Some(mut message) = found else {
        let report_json = serde_json::to_value(report).map_err(|e| crate::Error::Internal(e.to_string()))?;
        let early = Early {
            status_key: report.status_key.clone(),
            delivery_id: place.context.delivery,
            report: report_json,
        };
        statuses::keep(w, org, number, &report.wamid, &early, now)?;
        return Ok(None);
    };
    if !message.has_wamid {
        // The status knows of our message what the answer to our call would have said.
        // In the order in which an answer does it, so that neither waits for the other's row.
        outbound::settle(w, org, message.id, outbound::SettledBy::Status, now)?;
        messages::set_wamid(w, org, message.id, &report.wamid)?;
        message.has_wamid = true;
    }
    message.state = advance(w, org, &message, report, place.context.cause(), now, place.context.ids.next())?;
    last.0 = Some((number, report.wamid.clone(), message));
    Ok(Some(message.id))
}

/// Applies what was kept for a message that has just got its wamid; gives how far it came.
pub(crate) fn merge_early(
    w: &mut Writer<'_>,
    org: OrganizationId,
    mut message: Located,
    early: Vec<Early>,
    now: Timestamp,
    next_id: impl Fn() -> Uuid,
) -> Result<()> {
    for early in early {
        let Ok(report) = serde_json::from_value::<Report>(early.report) else { continue };
        let cause = Cause::Delivery(early.delivery_id);
        message.state = advance(w, org, &message, &report, cause, now, next_id())?;
    }
    Ok(())
}

fn advance(
    w: &mut Writer<'_>,
    org: OrganizationId,
    message: &Located,
    report: &Report,
    cause: Cause,
    now: Timestamp,
    row_id: Uuid,
) -> Result<MessageState> {
    let Some(reported) = report.message_state() else { return Ok(message.state) };
    let at = report.at().unwrap_or(now);
    let error = report.message_error();
    let detail = error.as_ref().map(|e| match &e.detail {
        Some(detail) => format!("{}: {detail}", e.title),
        None => e.title.clone(),
    });
    let transition = Transition { state: reported, at, recorded_at: now, cause, detail };
    if !messages::insert_transition(w, org, message.id, row_id, Some(&report.status_key), &transition)? {
        return Ok(message.state);
    }
    let state = message.state.advance(reported);
    messages::set_state(w, org, message.id, state, (reported, at), error.as_ref())?;
    let subject = Subject {
        conversation: Some(message.conversation_id),
        message: Some(message.id),
        contact: Some(message.contact_id),
        ..Subject::default()
    };
    tell(w, org, EventKind::MessageUpdated, subject, cause, now)?;
    Ok(state)
}
