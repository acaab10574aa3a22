//! How a form's endpoint and the phones that show it do: what was measured lately, the alerts it raises, and the status
//! it puts the form into. Bounds as Meta documents them (Flows > Health monitoring); when exactly a form is throttled or
//! blocked Meta doesn't say.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Status;
use super::metrics::Hour;
use crate::config::Config;
use crate::world::World;
use crate::world::account::HOUR;
use crate::world::schedule::Due;

/// Most measurements that are looked at.
const SAMPLES_KEPT: usize = 5_000;
/// Per cent of failed requests, or screens.
const ERROR_RATES: &[u64] = &[5, 10, 50];
/// Milliseconds that nine in ten requests stay under.
const LATENCIES: &[u64] = &[1_000, 5_000, 7_000];
/// Per cent of passed health checks.
const AVAILABILITY: u64 = 90;
/// So many failed health checks in a row block a form.
const PINGS_TO_BLOCK: usize = 3;

/// What happened to a form.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Measured {
    /// A request to the endpoint, which took so many milliseconds, and the error it ended in.
    Exchange(u64, Option<&'static str>),
    /// A screen was shown on a phone, or could not be.
    Screen(Option<&'static str>),
    /// A health check passed, or did not.
    Ping(bool),
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Health {
    exchanges: VecDeque<Sample>,
    screens: VecDeque<Sample>,
    pings: VecDeque<Sample>,
    /// Which of its bounds each alert has passed: 0 for none.
    levels: BTreeMap<String, usize>,
    /// When it is looked at again, because an alert may end by itself.
    recheck_at: Option<i64>,
    /// By the hour, for metrics.
    pub hours: BTreeMap<i64, Hour>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Sample {
    at: i64,
    ms: u64,
    error: Option<String>,
}

/// An alert as it stands: its words, its bounds, how many of them are passed, and what its webhook says beside them.
struct Alert {
    event: &'static str,
    what: &'static str,
    bounds: &'static [u64],
    level: usize,
    facts: Value,
}

impl Health {
    fn note(&mut self, now: i64, measured: Measured) {
        let hour = self.hours.entry(now.div_euclid(HOUR)).or_default();
        hour.count(measured);
        let (samples, ms, error) = match measured {
            Measured::Exchange(ms, error) => (&mut self.exchanges, ms, error),
            Measured::Screen(error) => (&mut self.screens, 0, error),
            Measured::Ping(passed) => (&mut self.pings, 0, (!passed).then_some("failed")),
        };
        samples.push_back(Sample { at: now, ms, error: error.map(str::to_owned) });
        if samples.len() > SAMPLES_KEPT {
            samples.pop_front();
        }
    }

    /// What was tried before a form was published isn't held against it; metrics keep it.
    pub(super) fn start_over(&mut self) {
        *self = Self { hours: std::mem::take(&mut self.hours), ..Self::default() };
    }

    fn forget(&mut self, before: i64) {
        for samples in [&mut self.exchanges, &mut self.screens, &mut self.pings] {
            samples.retain(|sample| sample.at > before);
        }
    }

    fn alerts(&self, least: usize) -> [Alert; 4] {
        let rate = |event, what, samples: &VecDeque<Sample>| {
            let passed = |bound: &&u64| failed(samples) as u64 * 100 >= **bound * samples.len() as u64;
            let enough = samples.len() >= least.max(1);
            let level = if enough { ERROR_RATES.iter().filter(passed).count() } else { 0 };
            Alert { event, what, bounds: ERROR_RATES, level, facts: errors(samples) }
        };
        [
            rate("ENDPOINT_ERROR_RATE", "The endpoint error rate", &self.exchanges),
            rate("CLIENT_ERROR_RATE", "The client error rate", &self.screens),
            self.latency(least),
            self.availability(),
        ]
    }

    fn latency(&self, least: usize) -> Alert {
        let count = self.exchanges.len();
        let (p50, p90) = (percentile(&self.exchanges, 50), percentile(&self.exchanges, 90));
        let passed = LATENCIES.iter().filter(|bound| p90 >= **bound).count();
        Alert {
            event: "ENDPOINT_LATENCY",
            what: "Flow endpoint latency",
            bounds: LATENCIES,
            level: if count >= least.max(1) { passed } else { 0 },
            facts: json!({ "p50_latency": p50, "p90_latency": p90, "requests_count": count }),
        }
    }

    fn availability(&self) -> Alert {
        let up = self.pings.len() - failed(&self.pings);
        let down = (up as u64) * 100 < AVAILABILITY * self.pings.len() as u64;
        Alert {
            event: "ENDPOINT_AVAILABILITY",
            what: "Flow endpoint availability",
            bounds: &[AVAILABILITY],
            level: usize::from(down),
            facts: json!({ "availability": percent(up, self.pings.len()) }),
        }
    }

    /// The status that health gives to a form that is out.
    fn status(&self) -> Status {
        let level = |event: &str| self.levels.get(event).copied().unwrap_or(0);
        if self.pings.len() >= PINGS_TO_BLOCK && failed(&self.pings) == self.pings.len() {
            return Status::Blocked;
        }
        let ill = level("ENDPOINT_ERROR_RATE") == ERROR_RATES.len()
            || level("ENDPOINT_LATENCY") == LATENCIES.len()
            || level("ENDPOINT_AVAILABILITY") > 0;
        if ill { Status::Throttled } else { Status::Published }
    }

    /// As the control API shows it.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "requests": self.exchanges.len(), "request_errors": failed(&self.exchanges),
            "p50_latency": percentile(&self.exchanges, 50), "p90_latency": percentile(&self.exchanges, 90),
            "screens": self.screens.len(), "client_errors": failed(&self.screens), "pings": self.pings.len(),
            "failed_pings": failed(&self.pings),
            "alerts": self.levels.iter().filter(|(_, level)| **level > 0).map(|(event, _)| event).collect::<Vec<_>>(),
        })
    }
}

impl Alert {
    /// The webhook that tells of another level.
    fn value(&self, form_id: &str, before: usize) -> Value {
        let begins = self.level > before;
        let threshold = self.bounds[self.level.max(before) - 1];
        let what = self.what;
        let message = match (self.event, begins) {
            ("ENDPOINT_AVAILABILITY", true) => format!("{what} has breached the {threshold}% threshold"),
            ("ENDPOINT_AVAILABILITY", false) => format!("{what} is above the {threshold}% threshold again"),
            ("ENDPOINT_LATENCY", true) => format!("{what} has reached the p90 threshold"),
            ("ENDPOINT_LATENCY", false) => format!("{what} is below the p90 threshold again"),
            (_, true) => format!("{what} has reached the threshold"),
            (_, false) => format!("{what} is below the threshold again"),
        };
        let mut value = self.facts.clone();
        value["event"] = Value::from(self.event);
        value["message"] = Value::from(message);
        value["flow_id"] = Value::from(form_id);
        value["threshold"] = Value::from(threshold);
        value["alert_state"] = Value::from(if begins { "ACTIVATED" } else { "DEACTIVATED" });
        value
    }
}

impl World {
    /// Takes note of something measured, and of what follows from it.
    pub(crate) fn form_measured(&mut self, config: &Config, form_id: &str, measured: Measured) {
        let now = self.now;
        let Some(form) = self.forms.all.get_mut(form_id) else { return };
        form.health.note(now, measured);
        self.check_form_health(config, form_id);
    }

    /// Tells of alerts that begin or end, and moves a form between published, throttled and blocked.
    pub(crate) fn check_form_health(&mut self, config: &Config, form_id: &str) {
        let (now, rules) = (self.now, &config.forms);
        let Some(form) = self.forms.all.get_mut(form_id) else { return };
        form.health.forget(now - rules.alert_window_ms);
        if !form.status.is_out() {
            return;
        }
        let (waba_id, mut values) = (form.waba_id.clone(), Vec::new());
        for alert in form.health.alerts(rules.alert_least_requests) {
            let before = form.health.levels.insert(alert.event.to_owned(), alert.level).unwrap_or(0);
            if alert.level != before {
                values.push(alert.value(form_id, before));
            }
        }
        let status = if form.held { form.status } else { form.health.status() };
        let ill = !form.held && status != Status::Published;
        let restless = ill || form.health.levels.values().any(|level| *level > 0);
        let recheck = now + rules.alert_window_ms;
        let plan = restless && form.health.recheck_at.is_none_or(|at| at <= now);
        if plan {
            form.health.recheck_at = Some(recheck);
        }
        for value in values {
            self.notify_management(config, &waba_id, "flows", value);
        }
        self.set_form_status(config, form_id, status);
        if plan {
            self.schedule.add(recheck, Due::FormHealth { form_id: form_id.to_owned() });
        }
    }
}

fn failed(samples: &VecDeque<Sample>) -> usize {
    samples.iter().filter(|sample| sample.error.is_some()).count()
}

/// The time that so many in a hundred requests stay within.
fn percentile(samples: &VecDeque<Sample>, hundredth: usize) -> u64 {
    let mut times: Vec<u64> = samples.iter().map(|sample| sample.ms).collect();
    times.sort_unstable();
    times.get((times.len() * hundredth).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0)
}

/// Per cent with two decimals, cut off as Meta does; a whole number without them.
fn percent(part: usize, whole: usize) -> Value {
    let hundredths = (part * 10_000).checked_div(whole).unwrap_or(0);
    if hundredths.is_multiple_of(100) { json!(hundredths / 100) } else { json!(hundredths as f64 / 100.0) }
}

/// The rate of errors, and each kind's share of them.
fn errors(samples: &VecDeque<Sample>) -> Value {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for error in samples.iter().filter_map(|sample| sample.error.as_ref()) {
        *kinds.entry(error.replace('-', "_").to_ascii_uppercase()).or_default() += 1;
    }
    let all = failed(samples);
    let list: Vec<Value> = kinds
        .into_iter()
        .map(|(kind, count)| {
            json!({ "error_type": kind, "error_rate": percent(count, all), "error_count": count })
        })
        .collect();
    let mut facts = json!({ "error_rate": percent(all, samples.len()) });
    if !list.is_empty() {
        facts["errors"] = Value::from(list);
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_cut_off_after_two_decimals() {
        assert_eq!([percent(1, 7), percent(2, 3), percent(3, 4)], [json!(14.28), json!(66.66), json!(75)]);
        assert_eq!(percent(0, 0), json!(0));
    }

    #[test]
    fn nine_in_ten_stay_under_the_percentile() {
        let samples = (1..=10).map(|ms| Sample { at: 0, ms: ms * 100, error: None }).collect();
        assert_eq!((percentile(&samples, 50), percentile(&samples, 90)), (500, 900));
    }
}
