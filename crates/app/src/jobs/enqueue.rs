//! The jobs that there are, each by the fact that wants it.

use super::Job;
use crate::Result;
use model::{
    Timestamp,
    id::{JobId, MessageId, OrganizationId, PhoneNumberId},
    media::Media,
};
use store::{
    Writer,
    jobs::{self, NewJob},
};
use uuid::Uuid;

fn enqueue(
    w: &mut Writer<'_>,
    org: OrganizationId,
    job: &Job,
    key: Option<String>,
    id: Uuid,
    now: Timestamp,
) -> Result<()> {
    let payload = serde_json::to_value(job).map_err(|e| crate::Error::Internal(e.to_string()))?;
    let kind = match job {
        Job::FetchMedia { .. } => "media.fetch",
        Job::MarkRead { .. } => "messages.mark_read",
        Job::SyncTemplates { .. } => "templates.sync",
        Job::ReadNumber { .. } => "phone_numbers.read",
    };
    let new = NewJob { id: JobId(id), kind, payload, dedupe_key: key, due_at: now };
    Ok(jobs::enqueue(w, org, &new, now)?)
}

/// An inbound file is to be fetched.
pub(crate) fn fetch_media(
    w: &mut Writer<'_>,
    org: OrganizationId,
    number: PhoneNumberId,
    file: &Media,
    id: Uuid,
    now: Timestamp,
) -> Result<()> {
    let Some(meta_media_id) = file.meta_media_id.clone() else { return Ok(()) };
    let job = Job::FetchMedia { media: file.id, number, meta_media_id };
    enqueue(w, org, &job, None, id, now)
}

/// A contact is to see that a message was read.
pub(crate) fn mark_read(
    w: &mut Writer<'_>,
    org: OrganizationId,
    number: PhoneNumberId,
    message: MessageId,
    id: Uuid,
    now: Timestamp,
) -> Result<()> {
    enqueue(w, org, &Job::MarkRead { message, number }, Some(message.to_string()), id, now)
}

/// Templates are to be read; asking twice is asking once.
pub(crate) fn sync_templates(
    w: &mut Writer<'_>,
    org: OrganizationId,
    number: PhoneNumberId,
    id: Uuid,
    now: Timestamp,
) -> Result<()> {
    enqueue(w, org, &Job::SyncTemplates { number }, Some(number.to_string()), id, now)
}

/// A number's limits are to be read; asking twice is asking once.
pub(crate) fn read_number(
    w: &mut Writer<'_>,
    org: OrganizationId,
    number: PhoneNumberId,
    id: Uuid,
    now: Timestamp,
) -> Result<()> {
    enqueue(w, org, &Job::ReadNumber { number }, Some(number.to_string()), id, now)
}
