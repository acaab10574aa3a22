//! What will happen, in virtual time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::coexistence::SyncWork;
use super::group_requests::GroupWork;
use super::message::State;
use super::standing::AccountDue;
use super::talk::Act;
use super::template::Step;

/// Something that becomes due.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Due {
    /// A message reaches its next state.
    Step { wamid: String, state: State },
    /// A message fails.
    Fail { wamid: String, code: i64, details: Option<String> },
    /// A webhook is tried (again).
    Attempt { delivery: u64 },
    /// A webhook that a fault held back to change the order goes out after all.
    Release { app: String },
    /// Something happens to a template.
    Template { id: String, step: Step },
    /// What a business asked of a group is carried out.
    Group { request_id: String, work: GroupWork },
    /// A message to a group reaches its next state with some participants.
    GroupStep { wamid: String, state: State, participants: Vec<String> },
    /// A customer's phone begins to ring.
    CallRings { call_id: String },
    /// Nobody has taken a call.
    CallTimeout { call_id: String },
    /// The health of a form is looked at again: an alert may have ended by itself.
    FormHealth { form_id: String },
    /// Something about an account or a number.
    Account(AccountDue),
    /// Changes that were gathered for a callback go out together.
    Gathered { app_id: String, url: String },
    /// A part of what a coexistence number synchronises is sent.
    Sync { phone_number_id: String, work: SyncWork },
    /// Meta Business Agent answers a message.
    AgentAnswers { wamid: String },
    /// A step of a scenario is carried out.
    Scenario { run: u64, step: usize },
    /// A customer of a crowd does something.
    Talk { act: Act },
}

/// Due things in order of time; at the same moment, in the order they were planned.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(i64, Due)>", into = "Vec<(i64, Due)>")]
pub(crate) struct Schedule {
    next: u64,
    due: BTreeMap<(i64, u64), Due>,
}

impl Schedule {
    pub(crate) fn add(&mut self, at: i64, due: Due) {
        self.next += 1;
        self.due.insert((at, self.next), due);
    }

    pub(crate) fn pop_due(&mut self, now: i64) -> Option<(i64, Due)> {
        let entry = self.due.first_entry()?;
        let at = entry.key().0;
        (at <= now).then(|| (at, entry.remove()))
    }

    /// When the next thing is due.
    pub(crate) fn next_at(&self) -> Option<i64> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    pub(crate) fn len(&self) -> usize {
        self.due.len()
    }
}

impl From<Vec<(i64, Due)>> for Schedule {
    fn from(list: Vec<(i64, Due)>) -> Self {
        let mut schedule = Self::default();
        for (at, due) in list {
            schedule.add(at, due);
        }
        schedule
    }
}

impl From<Schedule> for Vec<(i64, Due)> {
    fn from(schedule: Schedule) -> Self {
        schedule.due.into_iter().map(|((at, _), due)| (at, due)).collect()
    }
}
