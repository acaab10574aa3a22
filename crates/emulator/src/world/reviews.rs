//! What Meta decides about numbers, and how it tells: names, usernames, badges, quality, throughput.

use serde_json::{Value, json};

use super::World;
use super::account::Number;
use crate::config::Config;

impl World {
    /// Sends a management webhook about a number; `display_phone_number` is put first.
    pub(crate) fn notify_number(&mut self, config: &Config, id: &str, field: &'static str, mut value: Value) {
        let Some(number) = self.numbers.get(id) else { return };
        value["display_phone_number"] = Value::from(number.wa_id.as_str());
        let waba = number.waba_id.clone();
        self.notify_management(config, &waba, field, value);
    }

    /// Decides about a display name: of a new number, or the one that was asked for.
    pub(crate) fn decide_name(&mut self, config: &Config, id: &str, approved: bool, reason: Option<&str>) {
        let Some(number) = self.numbers.get_mut(id) else { return };
        let status = if approved { "APPROVED" } else { "DECLINED" };
        let name = &mut number.facts.name;
        let requested = if name.asked.is_some() {
            name.asked_status = status.to_owned();
            name.asked.clone().unwrap_or_default()
        } else {
            name.status = status.to_owned();
            number.verified_name.clone()
        };
        let reason = (!approved).then(|| reason.unwrap_or("NAME_NOT_CONSISTENT"));
        let value = json!({
            "decision": if approved { "APPROVED" } else { "REJECTED" }, "requested_verified_name": requested, "rejection_reason": reason,
        });
        self.notify_number(config, id, "phone_number_name_update", value);
        self.announce("number", id, "", None);
    }

    /// The same for a review that is due, if it is still open.
    pub(crate) fn finish_name_review(&mut self, config: &Config, id: &str) {
        let Some(name) = self.numbers.get(id).map(|number| &number.facts.name) else { return };
        if name.asked_status == "PENDING_REVIEW" || name.status == "PENDING_REVIEW" {
            self.decide_name(config, id, true, None);
        }
    }

    /// Moves a username on: `reserved`, `approved`, or `deleted`.
    pub(crate) fn set_username(&mut self, config: &Config, id: &str, status: &str) {
        let Some(number) = self.numbers.get_mut(id) else { return };
        let Some(username) = &mut number.facts.username else { return };
        let mut value = json!({ "status": status });
        if status == "deleted" {
            number.facts.username = None;
        } else {
            value["username"] = Value::from(username.name.as_str());
            username.status = status.to_owned();
        }
        let field = self.open.business_username_field.name();
        self.notify_number(config, id, field, value);
        self.announce("number", id, "", None);
    }

    /// Decides about the official badge that was asked for.
    pub(crate) fn decide_official(&mut self, config: &Config, id: &str, approved: bool) {
        let Some(number) = self.numbers.get_mut(id) else { return };
        let word = if approved { "APPROVED" } else { "REJECTED" };
        number.facts.official = Some(word.to_owned());
        let waba = number.waba_id.clone();
        let value = json!({
            "entity_type": "PHONE_NUMBER", "entity_id": id,
            "alert_info": {
                "alert_severity": "INFORMATIONAL", "alert_status": "NONE", "alert_type": format!("OBA_{word}"),
                "alert_description": format!("Your Official Business Account application was {}.", word.to_ascii_lowercase()),
            },
        });
        self.notify_management(config, &waba, "account_alerts", value);
        self.announce("number", id, "", None);
    }

    /// A review of a username that is due, if it is still open.
    pub(crate) fn finish_username_review(&mut self, config: &Config, id: &str) {
        let reserved = |number: &Number| {
            number.facts.username.as_ref().is_some_and(|username| username.status == "reserved")
        };
        if self.numbers.get(id).is_some_and(reserved) {
            self.set_username(config, id, "approved");
        }
    }

    /// Reports a change of how well a number is received, or of what it may do.
    pub(crate) fn report_quality(&mut self, config: &Config, id: &str, event: &str) {
        let business = self.business_of(id).to_owned();
        let limit = self.businesses.get(&business).map_or("TIER_250", |business| business.tier.name());
        let value = json!({ "event": event, "max_daily_conversations_per_business": limit });
        self.notify_number(config, id, "phone_number_quality_update", value);
        self.announce("number", id, "", None);
    }

    /// The end of a throughput upgrade: the number is fast, and says so.
    pub(crate) fn finish_throughput(&mut self, config: &Config, id: &str) {
        let Some(number) = self.numbers.get_mut(id) else { return };
        let Some(per_second) = number.facts.next_throughput.take() else { return };
        let faster = per_second > number.throughput_mps;
        number.throughput_mps = per_second;
        number.facts.maintenance_until = 0;
        if faster {
            self.report_quality(config, id, "THROUGHPUT_UPGRADE");
        }
    }
}
