//! What `metric.name(…)` of a form answers: its endpoint's numbers by the hour, by the day, or since ever. Meta: WhatsApp
//! Flows > Metrics API.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::health::{Health, Measured};
use crate::clock::graph_time;
use crate::world::account::HOUR;

/// One hour, or several put together.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Hour {
    requests: u64,
    errors: BTreeMap<String, u64>,
    /// Requests by seconds until the answer, rounded up.
    seconds: BTreeMap<String, u64>,
    /// Health checks: passed, failed.
    pings: [u64; 2],
}

/// What is asked about.
#[derive(Debug)]
pub(crate) struct Question<'a> {
    pub name: &'a str,
    pub granularity: &'a str,
    /// First moment and the one after the last, Unix ms.
    pub span: [i64; 2],
}

pub(crate) const NAMES: [&str; 5] = [
    "ENDPOINT_REQUEST_COUNT",
    "ENDPOINT_REQUEST_ERROR",
    "ENDPOINT_REQUEST_ERROR_RATE",
    "ENDPOINT_REQUEST_LATENCY_SECONDS_CEIL",
    "ENDPOINT_AVAILABILITY",
];
pub(crate) const GRANULARITIES: [&str; 3] = ["DAY", "HOUR", "LIFETIME"];

impl Hour {
    pub(super) fn count(&mut self, measured: Measured) {
        match measured {
            Measured::Exchange(ms, error) => {
                self.requests += 1;
                if let Some(error) = error {
                    *self.errors.entry(error.to_owned()).or_default() += 1;
                }
                let seconds = ms.div_ceil(1_000).max(1);
                let seconds = if seconds > 10 { "10+".to_owned() } else { seconds.to_string() };
                *self.seconds.entry(seconds).or_default() += 1;
            }
            Measured::Ping(passed) => self.pings[usize::from(!passed)] += 1,
            Measured::Screen(_) => {}
        }
    }

    fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        for (mine, theirs) in [(&mut self.errors, &other.errors), (&mut self.seconds, &other.seconds)] {
            for (key, count) in theirs {
                *mine.entry(key.clone()).or_default() += count;
            }
        }
        self.pings[0] += other.pings[0];
        self.pings[1] += other.pings[1];
    }

    fn data(&self, name: &str) -> Value {
        let one = |value: Value| json!([{ "key": "value", "value": value }]);
        let each = |counts: &BTreeMap<String, u64>| -> Value {
            counts.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
        };
        match name {
            "ENDPOINT_REQUEST_COUNT" => one(json!(self.requests)),
            "ENDPOINT_REQUEST_ERROR" => each(&self.errors),
            "ENDPOINT_REQUEST_ERROR_RATE" => {
                let failed: u64 = self.errors.values().sum();
                one(json!(failed as f64 / self.requests.max(1) as f64))
            }
            "ENDPOINT_REQUEST_LATENCY_SECONDS_CEIL" => each(&self.seconds),
            _ => {
                json!([{ "key": "succeeded", "value": self.pings[0] }, { "key": "failed", "value": self.pings[1] }])
            }
        }
    }
}

impl Health {
    /// All requests there ever were.
    pub(crate) fn requests(&self) -> u64 {
        self.hours.values().map(|hour| hour.requests).sum()
    }

    /// The node `metric`.
    pub(crate) fn metric(&self, question: &Question<'_>) -> Value {
        let hours = match question.granularity {
            "HOUR" => 1,
            "DAY" => 24,
            _ => i64::MAX / HOUR,
        };
        let mut points: BTreeMap<i64, Hour> = BTreeMap::new();
        let asked = self
            .hours
            .iter()
            .filter(|(hour, _)| (question.span[0]..question.span[1]).contains(&(**hour * HOUR)));
        for (hour, counts) in asked {
            let begin =
                if hours > 24 { question.span[0].max(0) } else { hour.div_euclid(hours) * hours * HOUR };
            points.entry(begin).or_default().add(counts);
        }
        let points: Vec<Value> = points
            .iter()
            .map(|(begin, hour)| json!({ "timestamp": graph_time(*begin), "data": hour.data(question.name) }))
            .collect();
        json!({ "name": question.name, "granularity": question.granularity, "data_points": points })
    }
}
