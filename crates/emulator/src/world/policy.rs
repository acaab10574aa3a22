//! May it be delivered? The reasons why an accepted message fails: blocks, consent, caps, limits, bans, windows. Facts:
//! messages that Meta takes and then doesn't deliver are reported by a `failed` status, never by the answer.

use std::collections::BTreeMap;

use cloud_api::market;
use cloud_api::number::PhoneNumber;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::account::{DAY, Number};
use super::message::{Message, State};
use super::standing::AccountDue;
use crate::config::{Config, UnknownRecipients};
use crate::phone;

/// How many different people a portfolio may write to outside service windows in rolling 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Tier {
    #[serde(rename = "TIER_250")]
    T250,
    #[serde(rename = "TIER_2K")]
    T2K,
    #[serde(rename = "TIER_10K")]
    T10K,
    #[serde(rename = "TIER_100K")]
    T100K,
    #[serde(rename = "TIER_UNLIMITED")]
    Unlimited,
}

impl Tier {
    const ALL: [Self; 5] = [Self::T250, Self::T2K, Self::T10K, Self::T100K, Self::Unlimited];

    /// The word in phone number and WABA nodes.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::T250 => "TIER_250",
            Self::T2K => "TIER_2K",
            Self::T10K => "TIER_10K",
            Self::T100K => "TIER_100K",
            Self::Unlimited => "TIER_UNLIMITED",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.name() == name)
    }

    /// How many people; `None` for no limit.
    pub(crate) fn people(self) -> Option<usize> {
        match self {
            Self::T250 => Some(250),
            Self::T2K => Some(2_000),
            Self::T10K => Some(10_000),
            Self::T100K => Some(100_000),
            Self::Unlimited => None,
        }
    }
}

/// Whom a portfolio wrote to outside service windows, and when last.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Reached(BTreeMap<String, i64>);

impl Reached {
    /// Counts a person; false when the limit has been reached by others in the last 24 hours.
    fn admit(&mut self, now: i64, wa_id: &str, limit: Option<usize>) -> bool {
        if self.0.get(wa_id).is_none_or(|at| now - at >= DAY) {
            if limit.is_some_and(|limit| self.0.len() >= limit) {
                // Forgotten only now: it takes time, and matters only at the limit.
                self.0.retain(|_, at| now - *at < DAY);
            }
            if limit.is_some_and(|limit| self.0.len() >= limit) {
                return false;
            }
        }
        self.0.insert(wa_id.to_owned(), now);
        true
    }

    /// People written to in so many milliseconds, as far as they are still known.
    fn within(&self, now: i64, period: i64) -> usize {
        self.0.values().filter(|at| now - **at < period).count()
    }

    /// People written to in the last 24 hours.
    pub(crate) fn count(&self, now: i64) -> usize {
        self.within(now, DAY)
    }
}

/// Why a message fails.
pub(crate) type Failure = Option<(i64, Option<String>)>;

impl World {
    /// The reason why an accepted message will fail, if there is one.
    pub(crate) fn verdict(&mut self, config: &Config, message: &Message) -> Failure {
        let found = self
            .unreachable(config, message)
            .or_else(|| self.standing_verdict(message))
            .or_else(|| self.faults.on_send(&message.wa_id).map(|code| (code, None)));
        if found.is_some() {
            return found;
        }
        match message.kind.as_str() {
            "reaction" => (!self.can_be_reacted_to(message)).then(|| {
                let details = "The message to react to does not exist, is a reaction, or is too old";
                (131_009, Some(details.to_owned()))
            }),
            "template" => self.template_verdict(config, message),
            _ if message.template.is_some() => self.template_verdict(config, message),
            _ => (!self.window_open(message)).then_some((131_047, None)),
        }
    }

    /// Whoever can't be reached can't be reached by anything.
    pub(crate) fn unreachable(&self, config: &Config, message: &Message) -> Failure {
        let region = PhoneNumber::from_wa_id(&message.wa_id).ok().and_then(|number| number.region());
        if region.is_some_and(market::messaging_banned) {
            return Some((130_497, None));
        }
        match self.customers.get(&message.wa_id) {
            Some(customer) if customer.blocked.contains(&message.phone_number_id) => Some((131_026, None)),
            None if config.unknown_recipients == UnknownRecipients::Undeliverable => Some((131_026, None)),
            _ => None,
        }
    }

    fn template_verdict(&mut self, config: &Config, message: &Message) -> Failure {
        let marketing = message.rendered.as_ref().is_some_and(|r| r["category"] == "MARKETING");
        if let Some(code) = marketing.then(|| self.marketing_verdict(config, message)).flatten() {
            return Some((code, None));
        }
        if self.window_open(message) {
            return None;
        }
        let now = self.now;
        let business = self.business_of(&message.phone_number_id).to_owned();
        let code = self.open.limit_exceeded_code;
        let portfolio = self.businesses.get_mut(&business)?;
        let admitted = portfolio.reached.admit(now, &message.wa_id, portfolio.tier.people());
        if portfolio.tier.people().is_some_and(|most| portfolio.reached.0.len() >= most / 2) {
            self.question_limit(config, &business);
        }
        (!admitted).then_some((code, None))
    }

    /// Opted out, in the United States, or has had enough.
    fn marketing_verdict(&mut self, config: &Config, message: &Message) -> Option<i64> {
        let now = self.now;
        let business = self.business_of(&message.phone_number_id).to_owned();
        let in_window = self.window_open(message);
        let from = self.numbers.get(&message.phone_number_id).map_or("", |number| number.wa_id.as_str());
        let under_cap = capped(&message.wa_id) && capped(from);
        let customer = self.customers.get_mut(&message.wa_id)?;
        if customer.opted_out.contains_key(&business) {
            return Some(131_050);
        }
        if config.block_us_marketing && phone::is_us(&message.wa_id) {
            return Some(131_049);
        }
        let cap = customer.marketing_cap.or(config.marketing_cap)? as usize;
        // Marketing in a window that the person's own message opened doesn't count.
        if in_window || !under_cap {
            return None;
        }
        customer.marketing.retain(|at| now - at < DAY);
        if customer.marketing.len() >= cap {
            return Some(131_049);
        }
        customer.marketing.push(now);
        None
    }

    pub(crate) fn window_open(&self, message: &Message) -> bool {
        self.chat_if_any(&message.phone_number_id, &message.wa_id).is_some_and(|c| c.window_open(self.now))
    }

    fn can_be_reacted_to(&self, reaction: &Message) -> bool {
        let target = reaction.body()["message_id"].as_str().and_then(|id| self.messages.get(id));
        target.is_some_and(|t| {
            let age = self.now - t.at.accepted.or(t.at.sent).unwrap_or(self.now);
            t.wa_id == reaction.wa_id
                && t.phone_number_id == reaction.phone_number_id
                && t.kind != "reaction"
                && t.state != State::Failed
                && age <= 30 * DAY
        })
    }

    /// The customer stops marketing of the business behind a number, or allows it again; reported as
    /// `user_preferences`.
    pub(crate) fn prefer(&mut self, config: &Config, phone_number_id: &str, wa_id: &str, stop: bool) {
        let (now, business) = (self.now, self.business_of(phone_number_id).to_owned());
        let Some(customer) = self.customers.get_mut(wa_id) else { return };
        if stop {
            customer.opted_out.insert(business, now);
        } else {
            customer.opted_out.remove(&business);
        }
        self.emit_preference(config, phone_number_id, wa_id, stop);
        self.announce("customer", phone_number_id, wa_id, None);
    }

    /// Half of the limit is used: it will be looked at.
    fn question_limit(&mut self, config: &Config, business_id: &str) {
        let (Some(wait), Some(business)) = (config.limit_upgrade_ms, self.businesses.get_mut(business_id))
        else {
            return;
        };
        if !std::mem::replace(&mut business.facts.limit_in_question, true) {
            let due = AccountDue::Limit { business: business_id.to_owned() };
            self.account_later(self.now + wait, due);
        }
    }

    /// The next limit, for whoever uses half of theirs in a week with good quality; the first step is for verified
    /// businesses.
    pub(crate) fn raise_limit(&mut self, config: &Config, business_id: &str) {
        let now = self.now;
        let Some(business) = self.businesses.get_mut(business_id) else { return };
        business.facts.limit_in_question = false;
        let used = business.reached.within(now, 7 * DAY);
        let earned = business.tier.people().is_some_and(|most| used >= most / 2)
            && (business.tier > Tier::T250 || business.facts.verification == "verified");
        let next = Tier::ALL.into_iter().find(|tier| *tier > business.tier);
        let poor = |number: &&Number| matches!(number.facts.quality.as_str(), "YELLOW" | "RED");
        let held_back = self.numbers.values().filter(poor).any(|n| self.business_of(&n.id) == business_id);
        if let (Some(next), true, false) = (next, earned, held_back) {
            self.set_tier(config, business_id, next);
        }
    }

    /// Moves a portfolio to another messaging limit, and says so.
    pub(crate) fn set_tier(&mut self, config: &Config, business_id: &str, tier: Tier) {
        let Some(business) = self.businesses.get_mut(business_id) else { return };
        if business.tier == tier {
            return;
        }
        business.tier = tier;
        self.changes += 1;
        let wabas: Vec<String> =
            self.wabas.values().filter(|w| w.business_id == business_id).map(|w| w.id.clone()).collect();
        let limit = tier.people().map_or(json!(-1), |people| json!(people));
        for waba in wabas {
            let value = json!({
                "max_daily_conversations_per_business": tier.name(), "max_phone_numbers_per_business": 20,
            });
            self.notify_management(config, &waba, "business_capability_update", value);
            let numbers: Vec<String> = self
                .numbers
                .values()
                .filter(|n| n.waba_id == waba)
                .map(|n| n.display_phone_number.clone())
                .collect();
            for display in numbers {
                let value = json!({
                    "display_phone_number": phone::digits(&display), "event": "ONBOARDING",
                    "max_daily_conversations_per_business": tier.name(),
                });
                self.notify_management(config, &waba, "phone_number_quality_update", value);
            }
        }
        self.effects.feed.push(json!({
            "kind": "limit", "at": crate::clock::rfc3339(self.now), "business_id": business_id, "people": limit,
        }));
    }

    /// What the control API says of a portfolio's limit.
    pub(crate) fn limit_json(&self, business_id: &str) -> Value {
        let Some(business) = self.businesses.get(business_id) else { return Value::Null };
        json!({
            "tier": business.tier.name(), "people": business.tier.people(), "used": business.reached.count(self.now),
        })
    }
}

/// Neither people nor businesses of the EEA, the United Kingdom, Japan and South Korea are under the cap.
fn capped(wa_id: &str) -> bool {
    const FREE: [&str; 33] = [
        "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT",
        "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO", "GB", "JP", "KR",
    ];
    let region = PhoneNumber::from_wa_id(wa_id).ok().and_then(|number| number.region());
    !region.is_some_and(|region| FREE.contains(&region.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_counts_people_of_the_last_24_hours_once_each() {
        let mut reached = Reached::default();
        assert!(
            reached.admit(0, "1", Some(2))
                && reached.admit(1, "1", Some(2))
                && reached.admit(2, "2", Some(2))
        );
        assert!(!reached.admit(3, "3", Some(2)));
        assert!(reached.admit(4, "1", Some(2)), "whoever was reached stays reachable");
        assert!(reached.admit(2 + DAY, "3", Some(2)), "the second person has left the day");
        assert_eq!(reached.count(2 + DAY), 2);
    }

    #[test]
    fn people_of_europe_are_not_capped() {
        assert!(!capped("34600111222") && !capped("819012345678") && capped("5511987654321"));
    }
}
