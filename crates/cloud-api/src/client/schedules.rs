//! Schedules of an account. Meta: WhatsApp Business Account > Schedules.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::node::judged;
use super::{Client, Listing};
use crate::error::Error;
use crate::judge::text;
use crate::violation::Violation;
use crate::webhook::Id;
use crate::webhook::wire::object;

object! {
    /// A time at which an account does something.
    pub struct Schedule {
        /// Its id.
        id: Id = "id",
        /// Its name.
        name: String = "name",
        /// `ACTIVE`, `INACTIVE`, `PAUSED`, `EXPIRED` or `DRAFT`.
        status: String = "status",
        /// `BUSINESS_HOURS`, `AUTOMATED_RESPONSE`, `MESSAGE_CAMPAIGN`, `MAINTENANCE_WINDOW` or `CUSTOM`.
        schedule_type: String = "schedule_type",
        /// For people.
        description: String = "description",
        /// Time of day.
        start_time: String = "start_time",
        /// Time of day.
        end_time: String = "end_time",
        /// Name of a time zone.
        timezone: String = "timezone",
        /// `MONDAY` …
        days_of_week: Vec<String> = "days_of_week",
        /// Whether it is on.
        is_active: bool = "is_active",
        /// How often it comes again: `frequency`, `interval`, `end_date`.
        recurrence_pattern: Value = "recurrence_pattern",
    }
}

/// A new schedule.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct NewSchedule {
    /// Its name.
    pub name: String,
    /// `BUSINESS_HOURS`, `AUTOMATED_RESPONSE`, `MESSAGE_CAMPAIGN`, `MAINTENANCE_WINDOW` or `CUSTOM`.
    pub schedule_type: String,
    /// Time of day, `09:00:00`.
    pub start_time: String,
    /// Time of day.
    pub end_time: String,
    /// Name of a time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// `MONDAY` …; empty means every day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub days_of_week: Vec<String>,
    /// Anything else: `description`, `is_active`, `recurrence_pattern`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl NewSchedule {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations: a missing name, kind or time.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(self, |node, findings| {
            for key in ["name", "schedule_type", "start_time", "end_time"] {
                findings.needs_text(node, key, text("Value", 1, usize::MAX));
            }
        })
    }
}

#[derive(Deserialize)]
struct Created {
    id: Id,
}

impl Client {
    /// The schedules of an account.
    ///
    /// Permission B. Meta: WhatsApp Business Account > Schedules.
    pub fn waba_schedules(&self, waba_id: &str) -> Listing<Schedule> {
        self.list("waba_schedules", &[waba_id, "schedules"])
    }

    /// Makes a schedule; gives its id.
    ///
    /// Permission B. Meta: WhatsApp Business Account > Schedules.
    ///
    /// # Errors
    /// [`Error::Refused`] when something is missing; code 100 for a value Meta doesn't know. Doing it twice makes two.
    pub async fn create_schedule(&self, waba_id: &str, schedule: &NewSchedule) -> Result<String, Error> {
        self.judge(|| schedule.validate())?;
        let call = self.post("create_schedule", &[waba_id, "schedules"]).json(schedule);
        let created: Created = call.read().await?;
        Ok(created.id.into_string())
    }
}
