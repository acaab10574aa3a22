//! Jobs: what happens later, and who does it.

mod enqueue;
mod work;

pub(crate) use enqueue::{fetch_media, mark_read, read_number, sync_templates};
pub(crate) use work::work;

use crate::{Error, meta::CallError};
use model::Timestamp;
use serde::{Deserialize, Serialize};

/// What a job is about; stored as JSON beside its kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub(crate) enum Job {
    /// Bring an inbound file here before Meta forgets it.
    #[serde(rename = "media.fetch")]
    FetchMedia { media: model::id::MediaId, number: model::id::PhoneNumberId, meta_media_id: String },
    /// Show the contact that a message, and all before it, was read.
    #[serde(rename = "messages.mark_read")]
    MarkRead { message: model::id::MessageId, number: model::id::PhoneNumberId },
    /// Read the templates of a number's WABA.
    #[serde(rename = "templates.sync")]
    SyncTemplates { number: model::id::PhoneNumberId },
    /// Read a number's limits.
    #[serde(rename = "phone_numbers.read")]
    ReadNumber { number: model::id::PhoneNumberId },
}

/// Why a job did not get done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A call to Meta failed.
    #[error("{0}")]
    Call(#[from] CallError),
    /// Not called: Meta's hourly budget is short. To be asked again at this moment.
    #[error("waits for Meta's hourly budget until {0}")]
    TooSoon(Timestamp),
    /// We failed.
    #[error("{0}")]
    Ours(#[from] Error),
}
