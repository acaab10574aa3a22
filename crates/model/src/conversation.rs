//! Conversations and the service window.

use crate::{
    Timestamp,
    contact::Contact,
    id::{ConversationId, MessageId, PhoneNumberId, UserId},
    message::{Direction, MessageState},
};
use jiff::SignedDuration;

/// How long a contact's message keeps free-form sending open (Meta: customer service windows).
pub const SERVICE_WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// The 24 hours after the contact's last message to one of our numbers, in which free-form messages may be sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ServiceWindow {
    /// The moment it closes or closed; `None` when the contact never wrote.
    pub expires_at: Option<Timestamp>,
}

impl ServiceWindow {
    /// Whether a free-form message may still be sent. Closed at the very moment of expiry.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now < end)
    }

    /// The window after a message of the contact at `written_at`; an older message never shortens it.
    #[must_use]
    pub fn opened_by(self, written_at: Timestamp) -> Self {
        let end = written_at.saturating_add(SERVICE_WINDOW).unwrap_or(Timestamp::MAX);
        Self { expires_at: Some(self.expires_at.map_or(end, |old| old.max(end))) }
    }
}

/// Where a conversation stands with us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConversationState {
    /// Somebody should look at it.
    Open,
    /// Waiting for something outside of the inbox.
    Pending,
    /// Put away until a moment or until the contact writes.
    Snoozed,
    /// Done, until the contact writes again.
    Resolved,
}

impl ConversationState {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Pending => "pending",
            Self::Snoozed => "snoozed",
            Self::Resolved => "resolved",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "open" => Self::Open,
            "pending" => Self::Pending,
            "snoozed" => Self::Snoozed,
            "resolved" => Self::Resolved,
            _ => return None,
        })
    }

    /// The state once the contact has written: what was put away or done is open again.
    #[must_use]
    pub fn after_inbound(self) -> Self {
        match self {
            Self::Snoozed | Self::Resolved => Self::Open,
            other => other,
        }
    }
}

/// A thread as the inbox lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Our id.
    pub id: ConversationId,
    /// Where it stands.
    pub state: ConversationState,
    /// With whom.
    pub contact: Contact,
    /// Over which number of ours.
    pub phone_number: PhoneNumberRef,
    /// Who has taken it on.
    pub assignee: Option<UserRef>,
    /// Inbound messages that nobody has read.
    pub unread_count: u64,
    /// The newest message.
    pub last_message: Option<LastMessage>,
    /// Whether free-form sending is open.
    pub window: ServiceWindow,
    /// When it began.
    pub created_at: Timestamp,
    /// When the newest message was written; the list is ordered by it.
    pub last_message_at: Timestamp,
}

/// As much of a number as a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumberRef {
    /// Our id.
    pub id: PhoneNumberId,
    /// As people read it.
    pub display_phone_number: String,
    /// The name that contacts see.
    pub verified_name: String,
}

/// As much of a person as a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRef {
    /// Our id.
    pub id: UserId,
    /// As colleagues read it.
    pub name: String,
}

/// The newest message, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastMessage {
    /// Our id.
    pub id: MessageId,
    /// One line of it.
    pub preview: String,
    /// Its kind, Meta's word.
    pub kind: String,
    /// Whose it is.
    pub direction: Direction,
    /// How far it came.
    pub state: MessageState,
    /// Stored word of what caused it: tells agents from rules and programs.
    pub cause_kind: String,
    /// Name of the agent or rule, if one wrote it.
    pub author_name: Option<String>,
    /// When it was written or enqueued.
    pub created_at: Timestamp,
}

/// How many open conversations there are, by who has them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConversationCounts {
    /// Taken on by the asking person.
    pub mine: u64,
    /// Taken on by nobody.
    pub unassigned: u64,
    /// All of them.
    pub all: u64,
}

/// Which conversations are wanted. Everything absent does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConversationFilter {
    /// Only those in this state.
    pub state: Option<ConversationState>,
    /// Only those of this person, or of nobody.
    pub assignee: Option<AssigneeFilter>,
    /// Only those over this number.
    pub phone_number: Option<PhoneNumberId>,
    /// Only those whose contact's name or identity contains this text.
    pub search: Option<String>,
    /// Only those with this contact.
    pub contact: Option<crate::id::ContactId>,
}

/// Whose conversations are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssigneeFilter {
    /// Nobody's.
    Nobody,
    /// This person's.
    User(UserId),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_window_closes_at_the_end_of_the_24th_hour() {
        let window = ServiceWindow::default().opened_by(at(0));
        assert!(window.is_open(at(86_399)));
        assert!(!window.is_open(at(86_400)));
        assert!(!ServiceWindow::default().is_open(at(0)));
    }

    #[test]
    fn a_late_arriving_older_message_never_shortens_the_window() {
        let window = ServiceWindow::default().opened_by(at(1_000)).opened_by(at(10));
        assert_eq!(window, ServiceWindow::default().opened_by(at(1_000)));
    }

    #[test]
    fn only_what_was_put_away_comes_back_when_the_contact_writes() {
        use ConversationState::*;
        assert_eq!(
            [Open, Pending, Snoozed, Resolved].map(ConversationState::after_inbound),
            [Open, Pending, Open, Open]
        );
    }
}
