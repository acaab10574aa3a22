//! Questions that Meta's pages leave open, or answer in two ways: which of the plausible behaviours is modelled.

use serde::{Deserialize, Serialize};

/// One answer to each open question. The default is the one that is documented better, or seen more often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpenQuestions {
    /// HTTP status of refusals for going too fast (4, 80007, 130429, 131056): 400 as documented, or 429 as also seen.
    pub throttle_status: u16,
    /// How a message beyond the portfolio's messaging limit fails. Meta documents no code; 131048 is what is seen.
    pub limit_exceeded_code: i64,
    /// Whether statuses name their conversation also for apps at v24 and later. Meta says they don't; some of its
    /// samples of 2026 do.
    pub conversation_since_v24: bool,
    /// Whether a message that failed with 131026 or 131000 although the person could be reached arrives all the same,
    /// as providers report of people with several devices.
    pub delivered_after_failed: bool,
    /// Whether a customer's reaction opens the service window, as any other message does.
    pub reactions_open_window: bool,
    /// Whether a message that a customer changes opens the service window again.
    pub edits_open_window: bool,
    /// How `status` of a call's end is written.
    pub call_status_case: CallStatusCase,
    /// Calls to a person in 24 hours that they may take before 138012. Meta's pages say 10 and 5.
    pub connected_calls_per_day: usize,
    /// What a participant is called in statuses of messages to a group.
    pub group_participant_key: GroupParticipantKey,
    /// The webhook field about business usernames; apps that subscribe to either name hear of it.
    pub business_username_field: BusinessUsernameField,
    /// Whether a person's new user id is also told by the field `user_id_update`, documented until Meta withdrew it in
    /// August 2026.
    pub user_id_update: bool,
    /// Whether usernames in webhooks begin with `@`. Meta's older page has it, its newer ones don't.
    pub username_at_sign: bool,
    /// What happens to a message to a user id that somebody no longer has.
    pub stale_user_id: StaleUserId,
    /// The `pricing` of the service messages of a month that are free.
    pub free_service_pricing: FreeServicePricing,
}

impl Default for OpenQuestions {
    fn default() -> Self {
        Self {
            throttle_status: 400,
            limit_exceeded_code: 131_048,
            conversation_since_v24: false,
            delivered_after_failed: false,
            reactions_open_window: true,
            edits_open_window: true,
            call_status_case: CallStatusCase::Upper,
            connected_calls_per_day: 10,
            group_participant_key: GroupParticipantKey::RecipientParticipantId,
            business_username_field: BusinessUsernameField::BusinessUsernameUpdate,
            user_id_update: false,
            username_at_sign: true,
            stale_user_id: StaleUserId::Fails,
            free_service_pricing: FreeServicePricing::FreeCustomerService,
        }
    }
}

/// `COMPLETED` or `Completed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallStatusCase {
    /// `COMPLETED`, `FAILED`.
    Upper,
    /// `Completed`, `Failed`.
    Capitalized,
}

/// The key of a participant's phone number in statuses of groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupParticipantKey {
    /// In Meta's samples.
    RecipientParticipantId,
    /// In its tables.
    ParticipantRecipientId,
}

/// The name of the webhook field about business usernames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BusinessUsernameField {
    /// In Meta's samples.
    BusinessUsernameUpdate,
    /// In the title of its page.
    BusinessUsernameUpdates,
}

/// A message to a user id that was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaleUserId {
    /// Accepted, then `failed` with 131026.
    Fails,
    /// Refused with 100.
    Refused,
}

/// What the webhook says of a service message that is free because there were few this month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FreeServicePricing {
    /// `"type": "free_customer_service"`, as for all of them before October 2026.
    FreeCustomerService,
    /// `"type": "regular"`: it is free on the bill alone.
    Regular,
}

impl OpenQuestions {
    /// HTTP status of an error, given its documented one.
    pub(crate) fn status_of(&self, code: i64, documented: u16) -> u16 {
        let throttled = documented == 400 && matches!(code, 4 | 80_007 | 130_429 | 131_056);
        if throttled { self.throttle_status } else { documented }
    }

    /// How webhooks write a username.
    pub(crate) fn username(&self, name: &str) -> String {
        if self.username_at_sign { format!("@{name}") } else { name.to_owned() }
    }

    /// How the end of a call is written.
    pub(crate) fn call_status(&self, completed: bool) -> &'static str {
        match (self.call_status_case, completed) {
            (CallStatusCase::Upper, true) => "COMPLETED",
            (CallStatusCase::Upper, false) => "FAILED",
            (CallStatusCase::Capitalized, true) => "Completed",
            (CallStatusCase::Capitalized, false) => "Failed",
        }
    }

    /// What is wrong with these answers: the member to blame, and why.
    pub(crate) fn problem(&self) -> Option<(&'static str, &'static str)> {
        if ![400, 429].contains(&self.throttle_status) {
            return Some(("throttle_status", "is 400 or 429"));
        }
        if !(1..=10_000_000).contains(&self.limit_exceeded_code) {
            return Some(("limit_exceeded_code", "is one of Meta's error codes"));
        }
        if !(1..=1_000).contains(&self.connected_calls_per_day) {
            return Some(("connected_calls_per_day", "is a number of calls, 1 to 1,000"));
        }
        None
    }
}

impl GroupParticipantKey {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RecipientParticipantId => "recipient_participant_id",
            Self::ParticipantRecipientId => "participant_recipient_id",
        }
    }
}

impl BusinessUsernameField {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::BusinessUsernameUpdate => "business_username_update",
            Self::BusinessUsernameUpdates => "business_username_updates",
        }
    }
}

/// Whether a subscription to `field` is one to `told`, which may be called by another of its names.
pub(crate) fn same_field(field: &str, told: &str) -> bool {
    const NAMES: [&str; 2] = ["business_username_update", "business_username_updates"];
    field == told || (NAMES.contains(&field) && NAMES.contains(&told))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_throttles_change_their_status() {
        let open = OpenQuestions { throttle_status: 429, ..OpenQuestions::default() };
        assert_eq!([open.status_of(130_429, 400), open.status_of(131_056, 400)], [429, 429]);
        assert_eq!([open.status_of(131_047, 400), open.status_of(190, 401)], [400, 401]);
        assert_eq!(OpenQuestions::default().status_of(80_007, 400), 400);
    }

    #[test]
    fn a_field_has_two_names() {
        assert!(same_field("business_username_update", "business_username_updates"));
        assert!(same_field("business_username_updates", "business_username_updates"));
        assert!(!same_field("messages", "business_username_updates") && same_field("calls", "calls"));
    }
}
