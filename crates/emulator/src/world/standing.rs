//! The standing of accounts: restrictions, bans, payment, and what health checks say of it all.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::account::{Number, Waba};
use super::schedule::Due;
use crate::clock::graph_time;
use crate::config::Config;

/// Everything about a WABA that changes over its life.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WabaFacts {
    pub currency: String,
    pub country: String,
    /// Meta's number of a time zone.
    pub timezone_id: String,
    /// `APPROVED`, `PENDING`, `REJECTED` or `DEFERRED`.
    pub review: String,
    pub disabled: bool,
    /// Whether somebody pays. Without, what is sent fails with 131042.
    pub pays: bool,
    pub ownership: String,
    pub restrictions: Vec<Restriction>,
    /// By user id, what each may do.
    pub users: std::collections::BTreeMap<String, Vec<String>>,
    /// The newest last.
    pub activities: std::collections::VecDeque<Value>,
    pub schedules: Vec<Value>,
    pub sequences: Vec<Value>,
    pub signup_links: Vec<Value>,
    /// Portfolios of partners that it is shared with.
    pub partners: Vec<String>,
    pub solutions: Vec<String>,
}

impl Default for WabaFacts {
    fn default() -> Self {
        Self {
            currency: "USD".to_owned(),
            country: "US".to_owned(),
            timezone_id: "1".to_owned(),
            review: "APPROVED".to_owned(),
            disabled: false,
            pays: true,
            ownership: "CLIENT_OWNED".to_owned(),
            restrictions: Vec::new(),
            users: Default::default(),
            activities: Default::default(),
            schedules: Vec::new(),
            sequences: Vec::new(),
            signup_links: Vec::new(),
            partners: Vec::new(),
            solutions: Vec::new(),
        }
    }
}

/// Something an account may not do for a while, or until it is lifted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Restriction {
    /// `RESTRICTED_BIZ_INITIATED_MESSAGING` and its kin.
    pub kind: String,
    /// Unix ms; `None` for indefinitely.
    pub until: Option<i64>,
}

/// What happens to accounts and numbers by itself, later.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum AccountDue {
    /// A display name has been reviewed.
    Name { number: String },
    /// A username has been reviewed.
    Username { number: String },
    /// A throughput upgrade is finished.
    Throughput { number: String },
    /// Restrictions whose time is over are forgotten.
    Restrictions { waba: String },
    /// An account that was warned is disabled.
    Disable { waba: String },
    /// Whether a portfolio moves to the next messaging limit.
    Limit { business: String },
}

/// Entries of an account's log that are kept.
const ACTIVITIES_MAX: usize = 1_000;

impl WabaFacts {
    /// The restriction of this kind that is in force.
    pub(crate) fn restriction(&self, kind: &str, now: i64) -> Option<&Restriction> {
        let in_force = |r: &&Restriction| r.kind == kind && r.until.is_none_or(|until| now < until);
        self.restrictions.iter().find(in_force)
    }
}

impl World {
    pub(crate) fn account_due(&mut self, config: &Config, due: AccountDue) {
        match due {
            AccountDue::Name { number } => self.finish_name_review(config, &number),
            AccountDue::Username { number } => self.finish_username_review(config, &number),
            AccountDue::Throughput { number } => self.finish_throughput(config, &number),
            AccountDue::Restrictions { waba } => {
                let now = self.now;
                if let Some(waba) = self.wabas.get_mut(&waba) {
                    waba.facts.restrictions.retain(|r| r.until.is_none_or(|until| now < until));
                }
            }
            AccountDue::Disable { waba } => self.disable_account(config, &waba, "DISABLE"),
            AccountDue::Limit { business } => self.raise_limit(config, &business),
        }
    }

    /// Plans something about accounts.
    pub(crate) fn account_later(&mut self, at: i64, due: AccountDue) {
        self.schedule.add(at, Due::Account(due));
    }

    /// Bans an account, or takes it back (`REINSTATE`), and reports it.
    pub(crate) fn disable_account(&mut self, config: &Config, waba_id: &str, state: &str) {
        let Some(waba) = self.wabas.get_mut(waba_id) else { return };
        if state != "SCHEDULE_FOR_DISABLE" {
            waba.facts.disabled = state == "DISABLE";
        }
        let value = json!({
            "event": "DISABLED_UPDATE",
            "ban_info": { "waba_ban_state": state, "waba_ban_date": long_date(self.now) },
        });
        self.notify_management(config, waba_id, "account_update", value);
        self.announce("account", "", "", None);
    }

    /// Writes into an account's log.
    pub(crate) fn record(&mut self, waba_id: &str, kind: &str, description: &str, details: Value) {
        let (id, now) = (self.ids.numeric_id(16), self.now);
        let Some(waba) = self.wabas.get_mut(waba_id) else { return };
        waba.facts.activities.push_back(json!({
            "id": id, "activity_type": kind, "timestamp": graph_time(now), "actor_type": "API",
            "actor_id": SYSTEM_USER, "actor_name": "Emulated system user", "description": description,
            "details": details,
        }));
        while waba.facts.activities.len() > ACTIVITIES_MAX {
            waba.facts.activities.pop_front();
        }
    }

    /// The entities a number's sending depends on, each with what is wrong with it; `number` is `None` for an
    /// account's own health.
    pub(crate) fn health(&self, waba_id: &str, number: Option<&Number>, app_id: &str) -> Value {
        let mut entities = Vec::new();
        entities.extend(number.map(|number| self.number_health(number)));
        let waba = self.wabas.get(waba_id);
        entities.extend(waba.map(|waba| self.waba_health(waba)));
        if let Some(business) = waba.and_then(|waba| self.businesses.get(&waba.business_id)) {
            let problem = (business.facts.verification != "verified").then_some(Problem::LIMITED_BUSINESS);
            entities.push(entity("BUSINESS", &business.id, problem));
        }
        if self.apps.contains_key(app_id) {
            entities.push(entity("APP", app_id, None));
        }
        let worst = ["BLOCKED", "LIMITED"]
            .into_iter()
            .find(|word| entities.iter().any(|entity| entity["can_send_message"] == *word));
        json!({ "can_send_message": worst.unwrap_or("AVAILABLE"), "entities": entities })
    }

    fn number_health(&self, number: &Number) -> Value {
        let problem = if matches!(number.status(), "BANNED" | "RESTRICTED" | "DELETED" | "MIGRATED") {
            Some(Problem::BANNED_NUMBER)
        } else if !number.registered {
            Some(Problem::UNREGISTERED)
        } else if number.facts.name.status != "APPROVED" {
            Some(Problem::NAME)
        } else if number.status() == "FLAGGED" {
            Some(Problem::FLAGGED)
        } else {
            None
        };
        entity("PHONE_NUMBER", &number.id, problem)
    }

    fn waba_health(&self, waba: &Waba) -> Value {
        let facts = &waba.facts;
        let restricted = |kind| facts.restriction(kind, self.now).is_some();
        let problem = if facts.disabled {
            Some(Problem::DISABLED)
        } else if !facts.pays {
            Some(Problem::PAYMENT)
        } else if restricted("RESTRICTED_BIZ_INITIATED_MESSAGING")
            && restricted("RESTRICTED_CUSTOMER_INITIATED_MESSAGING")
        {
            Some(Problem { word: "BLOCKED", ..Problem::RESTRICTED })
        } else if restricted("RESTRICTED_BIZ_INITIATED_MESSAGING") {
            Some(Problem::RESTRICTED)
        } else {
            None
        };
        entity("WABA", &waba.id, problem)
    }
}

/// One entity of a health check.
fn entity(kind: &str, id: &str, problem: Option<Problem>) -> Value {
    let Some(problem) = problem else {
        return json!({ "entity_type": kind, "id": id, "can_send_message": "AVAILABLE" });
    };
    json!({
        "entity_type": kind, "id": id, "can_send_message": problem.word,
        "errors": [{
            "error_code": problem.code, "error_description": problem.description, "possible_solution": problem.solution,
        }],
    })
}

/// What is wrong with an entity. Codes beyond 141006, 141010 and 141014 aren't published.
struct Problem {
    word: &'static str,
    code: i64,
    description: &'static str,
    solution: &'static str,
}

impl Problem {
    const PAYMENT: Self = Self {
        word: "BLOCKED",
        code: 141_006,
        description: "There was an error with the payment method. This will block business initiated conversations.",
        solution: "Add a payment method to the WhatsApp Business Account.",
    };
    const LIMITED_BUSINESS: Self = Self {
        word: "LIMITED",
        code: 141_010,
        description: "The Business has not passed business verification.",
        solution: "Visit business settings and start or resolve the business verification request.",
    };
    const NAME: Self = Self {
        word: "LIMITED",
        code: 141_014,
        description: "The display name of the phone number has not been approved yet.",
        solution: "Wait for the review, or request another display name.",
    };
    const UNREGISTERED: Self = Self {
        word: "BLOCKED",
        code: 141_000,
        description: "The phone number is not registered.",
        solution: "Register the phone number.",
    };
    const BANNED_NUMBER: Self = Self {
        word: "BLOCKED",
        code: 141_001,
        description: "The phone number can't send messages.",
        solution: "Review the status of the phone number in WhatsApp Manager.",
    };
    const FLAGGED: Self = Self {
        word: "LIMITED",
        code: 141_002,
        description: "The quality of the phone number is low.",
        solution: "Send messages that people want.",
    };
    const RESTRICTED: Self = Self {
        word: "LIMITED",
        code: 141_003,
        description: "The WhatsApp Business Account is restricted.",
        solution: "Review the restriction in Business Support Home.",
    };
    const DISABLED: Self = Self {
        word: "BLOCKED",
        code: 141_004,
        description: "The WhatsApp Business Account is disabled.",
        solution: "Request a review in Business Support Home.",
    };
}

/// The one system user there is at the beginning.
pub(crate) const SYSTEM_USER: &str = "122100000000000";

/// A day as `DISABLED_UPDATE` writes it: `April 17, 2026`.
fn long_date(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%B %-d, %Y").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_days_are_written_as_graph_writes_them() {
        assert_eq!(graph_time(1_767_225_600_000), "2026-01-01T00:00:00+0000");
        assert_eq!(long_date(1_767_225_600_000), "January 1, 2026");
    }
}
