//! Files that travel with messages.

use crate::{Timestamp, id::MediaId};

/// How far a file has come to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaState {
    /// Named by a webhook, not fetched yet.
    Pending,
    /// The bytes are in our store.
    Ready,
    /// Could not be fetched; Meta keeps inbound media for seven days only.
    Failed,
}

impl MediaState {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "pending" => Self::Pending,
            "ready" => Self::Ready,
            "failed" => Self::Failed,
            _ => return None,
        })
    }
}

/// A file of a message, ours or the contact's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Our id; also the file's name in the media store.
    pub id: MediaId,
    /// Where it stands.
    pub state: MediaState,
    /// MIME type as declared.
    pub mime_type: String,
    /// File name as declared, for documents.
    pub filename: Option<String>,
    /// Bytes, once known.
    pub size: Option<u64>,
    /// Meta's id of the file, if Meta has or had it.
    pub meta_media_id: Option<String>,
    /// When the row was made.
    pub created_at: Timestamp,
}
