//! Misbehaviour on demand: rules that slow down, refuse, cut or repeat.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::dice::Dice;

/// One rule: what it is about, what happens, how often.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Given by the emulator.
    #[serde(default)]
    pub id: u64,
    /// What the rule applies to; empty matches everything its effect can apply to.
    #[serde(default, rename = "match")]
    pub matching: FaultMatch,
    /// What happens.
    pub effect: Effect,
    /// How probable it is at each match, 0 to 1; 1 when left out.
    #[serde(default = "certain")]
    pub probability: f64,
    /// How often at most; no limit when left out.
    #[serde(default)]
    pub times: Option<u32>,
    /// How often it has happened.
    #[serde(default)]
    pub hits: u32,
}

fn certain() -> f64 {
    1.0
}

/// What a fault is about. All given members must match.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultMatch {
    /// Part of the request's path (with its version), or a pattern with `*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Kind of request: `send`, `read`, `media`, `download`, `templates`, `subscriptions`, `phone`, `oauth`, `other`; or of webhook: `webhook.message`, `webhook.status`, or `webhook` for both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The customer's `wa_id`: for sends and webhooks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wa_id: Option<String>,
}

/// What a fault does. Members of different kinds may stand together: slow *and* cut.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// Waits so many real milliseconds before the request is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// Answers with this HTTP status (5xx) and a Graph error of the server's kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Closes the connection instead of answering.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// For `status` and `cut`: before the request is carried out, or after.
    #[serde(default)]
    pub when: When,
    /// Refuses the request with this error code of Meta's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<i64>,
    /// Accepts a send, which then fails with this code by webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail: Option<i64>,
    /// What happens to a webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<WebhookFault>,
    /// For `webhook: delay`: virtual milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<i64>,
}

/// Whether the platform has done its work when it fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Nothing has happened yet.
    #[default]
    Before,
    /// All has happened; only the answer is lost.
    After,
}

/// What may happen to a webhook on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookFault {
    /// Delivered twice.
    Duplicate,
    /// Delivered `delay_ms` later.
    Delay,
    /// Never delivered.
    Drop,
    /// Delivered after the app's next one.
    Reorder,
}

/// The rules in force, and the dice for those that are only probable.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Faults {
    dice: Dice,
    next: u64,
    rules: Vec<Fault>,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self { dice: Dice::new(seed, "faults"), next: 1, rules: Vec::new() }
    }

    pub(crate) fn add(&mut self, mut fault: Fault) -> &Fault {
        fault.id = self.next;
        fault.hits = 0;
        self.next += 1;
        self.rules.push(fault);
        &self.rules[self.rules.len() - 1]
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.rules
    }

    /// Removes one rule, or all of them; how many went.
    pub(crate) fn remove(&mut self, id: Option<u64>) -> usize {
        let before = self.rules.len();
        self.rules.retain(|rule| id.is_some_and(|id| rule.id != id));
        before - self.rules.len()
    }

    /// What shall happen to a request; several rules add up, the first to name a thing decides it.
    pub(crate) fn on_request(&mut self, path: &str, kind: &str, wa_id: Option<&str>) -> Effect {
        let mut sum = Effect::default();
        for effect in self.throw(Some(path), kind, wa_id, Effect::is_about_requests) {
            sum.latency_ms = sum.latency_ms.or(effect.latency_ms);
            sum.error = sum.error.or(effect.error);
            if sum.status.is_none() && !sum.cut && (effect.status.is_some() || effect.cut) {
                (sum.status, sum.cut, sum.when) = (effect.status, effect.cut, effect.when);
            }
        }
        sum
    }

    /// The code with which an accepted send shall fail.
    pub(crate) fn on_send(&mut self, wa_id: &str) -> Option<i64> {
        self.throw(None, "send", Some(wa_id), |e| e.fail.is_some()).first().and_then(|e| e.fail)
    }

    /// What shall happen to a webhook, and the delay if it is one.
    pub(crate) fn on_webhook(&mut self, kind: &str, wa_id: &str) -> Option<(WebhookFault, i64)> {
        let hits = self.throw(None, kind, Some(wa_id), |e| e.webhook.is_some());
        hits.first().and_then(|e| Some((e.webhook?, e.delay_ms.unwrap_or(1_000))))
    }

    fn throw(
        &mut self,
        path: Option<&str>,
        kind: &str,
        wa_id: Option<&str>,
        about: fn(&Effect) -> bool,
    ) -> Vec<Effect> {
        let mut hits = Vec::new();
        for rule in &mut self.rules {
            let spent = rule.times.is_some_and(|times| rule.hits >= times);
            if spent || !about(&rule.effect) || !rule.matching.matches(path, kind, wa_id) {
                continue;
            }
            if self.dice.chance(rule.probability) {
                rule.hits += 1;
                hits.push(rule.effect.clone());
            }
        }
        hits
    }
}

impl Effect {
    fn is_about_requests(&self) -> bool {
        self.latency_ms.is_some() || self.status.is_some() || self.cut || self.error.is_some()
    }

    /// Why this effect can't be used, with the field to blame.
    pub(crate) fn problem(&self) -> Option<(&'static str, &'static str)> {
        if !self.is_about_requests() && self.fail.is_none() && self.webhook.is_none() {
            return Some(("effect", "an effect needs latency_ms, status, cut, error, fail or webhook"));
        }
        if self.status.is_some_and(|s| !(400..=599).contains(&s)) {
            return Some(("effect.status", "a status is an HTTP status from 400 to 599"));
        }
        None
    }
}

impl FaultMatch {
    fn matches(&self, path: Option<&str>, kind: &str, wa_id: Option<&str>) -> bool {
        let kind_fits = self.kind.as_deref().is_none_or(|want| {
            kind == want || kind.strip_prefix(want).is_some_and(|rest| rest.starts_with('.'))
        });
        let path_fits = self.path.as_deref().is_none_or(|want| path.is_some_and(|p| path_matches(want, p)));
        let person_fits =
            self.wa_id.as_deref().is_none_or(|want| wa_id == Some(want.trim_start_matches('+')));
        kind_fits && path_fits && person_fits
    }
}

pub(crate) fn path_matches(pattern: &str, path: &str) -> bool {
    if !pattern.contains('*') {
        return path.contains(pattern);
    }
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| path.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    for (index, part) in parts.iter().enumerate() {
        if index + 1 == parts.len() {
            return rest.ends_with(part);
        }
        let Some(found) = rest.find(part) else { return false };
        rest = &rest[found + part.len()..];
    }
    true
}

/// A rule as the control API shows it.
pub(crate) fn to_json(fault: &Fault) -> Value {
    serde_json::to_value(fault).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert!(path_matches("/messages", "/v25.0/1/messages"));
        assert!(path_matches("/v*/1/messages", "/v25.0/1/messages"));
        assert!(path_matches("*/messages", "/v25.0/1/messages"));
        assert!(!path_matches("/v*/2/messages", "/v25.0/1/messages"));
    }

    #[test]
    fn a_rule_is_spent_after_its_times() {
        let mut faults = Faults::new(1);
        let effect = Effect { error: Some(2), ..Effect::default() };
        faults.add(Fault { effect, probability: 1.0, times: Some(1), ..Fault::default() });
        assert_eq!(faults.on_request("/x", "send", None).error, Some(2));
        assert_eq!(faults.on_request("/x", "send", None).error, None);
    }

    #[test]
    fn webhook_rules_leave_requests_alone() {
        let mut faults = Faults::new(1);
        let effect = Effect { webhook: Some(WebhookFault::Drop), ..Effect::default() };
        faults.add(Fault { effect, probability: 1.0, ..Fault::default() });
        assert_eq!(faults.on_request("/x", "send", None), Effect::default());
        assert_eq!(faults.on_webhook("webhook.status", "1").map(|w| w.0), Some(WebhookFault::Drop));
    }
}
