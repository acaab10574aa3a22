//! What a look tells, in the words of the screen and of `--json`.

use super::sample::Sample;
use serde::Serialize;
use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

/// How far back errors are counted while somebody watches.
const MINUTES: Duration = Duration::from_secs(300);

/// How the installation is doing, as the node that was asked sees it.
#[derive(Debug, Serialize)]
pub(super) struct View {
    pub(super) lanes: Vec<Lane>,
    pub(super) inbound: Inbound,
    pub(super) jobs: Vec<Jobs>,
    pub(super) database: Database,
    /// Of the last five minutes while somebody watches; of one look, since the node started.
    pub(super) errors: Vec<GraphErrors>,
    /// Endpoints that no call is made to because nobody answers.
    pub(super) circuits_open: Vec<String>,
    pub(super) nodes: Vec<Node>,
}

/// A number's lane.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Lane {
    pub(super) phone_number_id: String,
    /// `active`, `parked CODE`, or `no answer`.
    pub(super) state: String,
    pub(super) queued: f64,
    pub(super) in_flight: f64,
    pub(super) sent_last_second: f64,
    pub(super) throughput_limit: f64,
    pub(super) oldest_due_seconds: f64,
    pub(super) outcome_unknown: f64,
}

/// What comes in.
#[derive(Debug, Serialize)]
pub(super) struct Inbound {
    pub(super) waiting: f64,
    pub(super) oldest_seconds: f64,
    pub(super) messages_per_second: Option<f64>,
    pub(super) statuses_per_second: Option<f64>,
    pub(super) refused: f64,
}

/// Jobs of a kind.
#[derive(Debug, Serialize)]
pub(super) struct Jobs {
    pub(super) kind: String,
    pub(super) waiting: f64,
    pub(super) failed: f64,
    pub(super) oldest_seconds: f64,
}

/// The database's writers.
#[derive(Debug, Serialize)]
pub(super) struct Database {
    pub(super) waiting: f64,
    pub(super) commits_per_second: Option<f64>,
    pub(super) transactions_per_second: Option<f64>,
}

/// Failed calls to Meta.
#[derive(Debug, Serialize)]
pub(super) struct GraphErrors {
    pub(super) code: String,
    pub(super) action: String,
    pub(super) count: f64,
}

/// A process.
#[derive(Debug, Serialize)]
pub(super) struct Node {
    pub(super) id: String,
    pub(super) roles: String,
    pub(super) heard_seconds: f64,
}

/// What earlier looks told.
#[derive(Debug, Default)]
pub(super) struct Past {
    last: Option<(Instant, Sums)>,
    /// The rates between the last two looks.
    rates: Option<Sums>,
    errors: VecDeque<(Instant, Errors)>,
}

type Errors = BTreeMap<(String, String), f64>;

/// Sums that only grow: incoming messages, statuses, commits, transactions.
#[derive(Debug, Clone, Copy)]
struct Sums([f64; 4]);

impl Past {
    /// Takes in a look, before it is shown.
    pub(super) fn add(&mut self, sample: &Sample, at: Instant) {
        let sums = Sums([
            sample.sum("waypost_lane_incoming_total"),
            sample.sum("waypost_lane_statuses_total"),
            sample.sum("waypost_database_commits_total"),
            sample.sum("waypost_database_transactions_total"),
        ]);
        self.rates = self.last.and_then(|(before, old)| {
            let seconds = at.duration_since(before).as_secs_f64();
            // A process that was started anew counts from nothing.
            let began_anew = sums.0.iter().zip(old.0).any(|(new, old)| *new < old);
            (seconds > 0.0 && !began_anew)
                .then(|| Sums(std::array::from_fn(|i| (sums.0[i] - old.0[i]) / seconds)))
        });
        self.last = Some((at, sums));
        while self.errors.front().is_some_and(|(then, _)| at.duration_since(*then) > MINUTES) {
            self.errors.pop_front();
        }
        self.errors.push_back((at, errors(sample)));
    }

    fn rate(&self, which: usize) -> Option<f64> {
        self.rates.map(|rates| rates.0[which])
    }
}

fn errors(sample: &Sample) -> Errors {
    let all = sample.all("waypost_graph_errors_total").iter();
    all.map(|s| ((s.label("code").to_owned(), s.label("action").to_owned()), s.value)).collect()
}

impl View {
    pub(super) fn of(sample: &Sample, past: &Past) -> Self {
        let jobs = sample.all("waypost_job_kind_waiting").iter().map(|series| {
            let kind = series.label("kind");
            let other = |name| sample.with(name, "kind", kind).unwrap_or_default();
            Jobs {
                kind: kind.to_owned(),
                waiting: series.value,
                failed: other("waypost_job_kind_failed"),
                oldest_seconds: other("waypost_job_kind_oldest_seconds"),
            }
        });
        let nodes = sample.all("waypost_node_heard_seconds").iter().map(|series| Node {
            id: series.label("node").to_owned(),
            roles: series.label("roles").to_owned(),
            heard_seconds: series.value,
        });
        let open = sample.all("waypost_circuit_open").iter().filter(|series| series.value > 0.0);
        Self {
            lanes: lanes(sample),
            inbound: Inbound {
                waiting: sample.sum("waypost_deliveries_waiting"),
                oldest_seconds: sample.sum("waypost_oldest_delivery_seconds"),
                messages_per_second: past.rate(0),
                statuses_per_second: past.rate(1),
                refused: sample.sum("waypost_webhook_refused_total"),
            },
            jobs: jobs.collect(),
            database: Database {
                waiting: sample.sum("waypost_database_waiting"),
                commits_per_second: past.rate(2),
                transactions_per_second: past.rate(3),
            },
            errors: recent_errors(sample, past),
            circuits_open: open.map(|series| series.label("endpoint").to_owned()).collect(),
            nodes: nodes.collect(),
        }
    }
}

fn lanes(sample: &Sample) -> Vec<Lane> {
    let lane = |id: &str| {
        let figure = |name| sample.with(name, "phone_number_id", id).unwrap_or_default();
        let mut parked = sample.all("waypost_lane_parked").iter();
        let parked = parked.find(|s| s.label("phone_number_id") == id && s.value > 0.0);
        let state = match parked {
            Some(parked) => format!("parked {}", parked.label("reason")),
            None if figure("waypost_lane_circuit_open") > 0.0 => "no answer".to_owned(),
            None => "active".to_owned(),
        };
        Lane {
            phone_number_id: id.to_owned(),
            state,
            queued: figure("waypost_lane_queued"),
            in_flight: figure("waypost_lane_in_flight"),
            sent_last_second: figure("waypost_lane_sent_last_second"),
            throughput_limit: figure("waypost_lane_throughput_limit"),
            oldest_due_seconds: figure("waypost_lane_oldest_due_seconds"),
            outcome_unknown: figure("waypost_lane_outcome_unknown"),
        }
    };
    sample.all("waypost_lane_queued").iter().map(|series| lane(series.label("phone_number_id"))).collect()
}

fn recent_errors(sample: &Sample, past: &Past) -> Vec<GraphErrors> {
    let none = Errors::new();
    let before = past.errors.front().map_or(&none, |(_, errors)| errors);
    let mut recent: Vec<_> = errors(sample)
        .into_iter()
        .filter_map(|(key, count)| {
            let old = before.get(&key).copied().unwrap_or_default();
            // A process that was started anew counts from nothing.
            let count = if count < old { count } else { count - old };
            let (code, action) = key;
            (count > 0.0).then_some(GraphErrors { code, action, count })
        })
        .collect();
    recent.sort_by(|a, b| b.count.total_cmp(&a.count));
    recent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(errors: u32, incoming: u32) -> Sample {
        Sample::read(&format!(
            "waypost_graph_errors_total{{code=\"131056\",action=\"later\"}} {errors}\n\
             waypost_lane_incoming_total{{phone_number_id=\"a\"}} {incoming}\n"
        ))
    }

    #[test]
    fn rates_and_recent_errors_come_of_the_looks_before() {
        let (mut past, began) = (Past::default(), Instant::now());
        past.add(&sample(7, 100), began);
        let first = View::of(&sample(7, 100), &past);
        assert_eq!(first.inbound.messages_per_second, None);
        assert!(first.errors.is_empty(), "those of before are not of the last minutes");
        past.add(&sample(9, 130), began + Duration::from_secs(2));
        let second = View::of(&sample(9, 130), &past);
        assert_eq!(second.inbound.messages_per_second, Some(15.0));
        assert_eq!(second.errors[0].count, 2.0);
        past.add(&sample(1, 1), began + Duration::from_secs(4));
        let anew = View::of(&sample(1, 1), &past);
        assert_eq!((anew.inbound.messages_per_second, anew.errors[0].count), (None, 1.0));
        past.add(&sample(1, 1), began + Duration::from_secs(900));
        assert!(View::of(&sample(1, 1), &past).errors.is_empty());
        assert_eq!(
            View::of(&sample(1, 1), &Past::default()).errors[0].count,
            1.0,
            "one look: since the start"
        );
    }
}
