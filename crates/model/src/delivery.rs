//! Webhook deliveries: what Meta posted to us, kept raw so that nothing is lost even when it can't be understood.

use crate::{Timestamp, id::DeliveryId};

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// Kept, not handled yet.
    Pending,
    /// Handled whole.
    Done,
    /// Handled, but some of it names a phone number that is not connected here.
    Unrouted,
    /// Signed by Meta, yet not JSON of a webhook.
    Malformed,
    /// Set aside after too many failed tries; can be replayed.
    Failed,
}

impl DeliveryState {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Unrouted => "unrouted",
            Self::Malformed => "malformed",
            Self::Failed => "failed",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "pending" => Self::Pending,
            "done" => Self::Done,
            "unrouted" => Self::Unrouted,
            "malformed" => Self::Malformed,
            "failed" => Self::Failed,
            _ => return None,
        })
    }
}

/// A delivery as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Our id.
    pub id: DeliveryId,
    /// What became of it.
    pub state: DeliveryState,
    /// When its bytes were stored.
    pub received_at: Timestamp,
    /// When it was handled to the end.
    pub processed_at: Option<Timestamp>,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it is unrouted, malformed or failed.
    pub error: Option<String>,
    /// What was in it, in a few words, such as `messages: 2, statuses: 1`.
    pub summary: Option<String>,
    /// Bytes of the body.
    pub size: u64,
}
