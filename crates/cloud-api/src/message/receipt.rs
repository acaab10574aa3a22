//! Telling somebody that a message was read, and that an answer is being written.

use serde::{Deserialize, Serialize};

use super::check;
use crate::violation::Violation;

/// Marks a message, and all before it, as read. Serialises to a body of `POST /{phone number id}/messages`.
/// Meta: Mark messages as read, Typing indicators.
///
/// ```
/// use cloud_api::message::ReadReceipt;
///
/// let json = serde_json::to_value(ReadReceipt::new("wamid.IN").typing())?;
/// assert_eq!(json["typing_indicator"]["type"], "text");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadReceipt {
    messaging_product: String,
    status: String,
    /// `wamid` of the last message that was read.
    pub message_id: String,
    /// Shown for up to 25 seconds, or until the answer comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typing_indicator: Option<TypingIndicator>,
}

/// That an answer is being written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypingIndicator {
    /// What is being written: `text`.
    #[serde(rename = "type")]
    pub kind: TypingKind,
}

super::wire::words! {
    /// What is being written.
    pub enum TypingKind {
        /// Words.
        Text = "text",
    }
}

impl ReadReceipt {
    /// That a message was read.
    pub fn new(wamid: impl Into<String>) -> Self {
        Self {
            messaging_product: "whatsapp".to_owned(),
            status: "read".to_owned(),
            message_id: wamid.into(),
            typing_indicator: None,
        }
    }

    /// The same, and that an answer is being written.
    #[must_use]
    pub fn typing(mut self) -> Self {
        self.typing_indicator = Some(TypingIndicator { kind: TypingKind::Text });
        self
    }

    /// Whether Meta would take it. See [`check`](super::check()).
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        check::judge_typed(self, check::read_receipt)
    }
}
