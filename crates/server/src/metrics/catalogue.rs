//! Every figure that is served, by name.

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Counted as things happen, from the start of the process on.
    Counter,
    /// Times as they pass, likewise.
    Histogram,
    /// Read when asked; may go up and down.
    Gauge,
    /// Read when asked; only grows.
    Sum,
}

/// A figure.
pub(super) struct Figure {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) help: &'static str,
}

const fn figure(kind: Kind, name: &'static str, help: &'static str) -> Figure {
    Figure { name, kind, help }
}

use Kind::{Counter, Gauge, Histogram, Sum};

/// All of them. What has nothing to show yet is served with its head alone.
pub(super) const ALL: &[Figure] = &[
    figure(Counter, "waypost_http_requests_total", "HTTP requests answered"),
    figure(Histogram, "waypost_http_request_seconds", "Time to answer, in seconds"),
    figure(Counter, "waypost_webhook_refused_total", "Webhook deliveries that were not taken"),
    figure(Histogram, "waypost_phase_seconds", "Time that a stretch of the way took, in seconds"),
    figure(Counter, "waypost_lane_sends_total", "Calls to Meta to send a message, by what came of them"),
    figure(Counter, "waypost_lane_incoming_total", "Messages that contacts wrote"),
    figure(Counter, "waypost_lane_statuses_total", "Statuses of messages that came"),
    figure(
        Counter,
        "waypost_graph_errors_total",
        "Calls to Meta that failed, by Meta's code and what was done about it",
    ),
    figure(Gauge, "waypost_deliveries_waiting", "Webhook deliveries kept and not handled yet"),
    figure(Gauge, "waypost_oldest_delivery_seconds", "Age of the oldest delivery that waits"),
    figure(Gauge, "waypost_messages_queued", "Messages that wait to be sent"),
    figure(Gauge, "waypost_messages_in_flight", "Messages on their way to Meta"),
    figure(Gauge, "waypost_messages_outcome_unknown", "Sends whose outcome nobody knows yet"),
    figure(
        Gauge,
        "waypost_unknown_outcomes",
        "Sends whose outcome was unknown for a while, as long as they are kept, by what settled them (open: nothing yet)",
    ),
    figure(Gauge, "waypost_oldest_due_seconds", "How late the oldest message that is due is"),
    figure(Gauge, "waypost_lane_queued", "Messages of a number that wait to be sent"),
    figure(Gauge, "waypost_lane_in_flight", "Messages of a number on their way to Meta"),
    figure(Gauge, "waypost_lane_outcome_unknown", "Sends of a number whose outcome nobody knows yet"),
    figure(
        Gauge,
        "waypost_lane_oldest_due_seconds",
        "How late the oldest message of a number that is due is",
    ),
    figure(Gauge, "waypost_lane_throughput_limit", "Messages a second that Meta takes of a number"),
    figure(Gauge, "waypost_lane_sent_last_second", "Messages that Meta took within the last whole second"),
    figure(Gauge, "waypost_lane_parked", "1 while a number sends nothing, with Meta's code in reason"),
    figure(Gauge, "waypost_lane_circuit_open", "1 while a number's sends wait because nobody answers"),
    figure(Gauge, "waypost_circuit_open", "1 while all calls to an endpoint wait because nobody answers"),
    figure(Gauge, "waypost_jobs_waiting", "Jobs that wait or run"),
    figure(Gauge, "waypost_jobs_failed", "Jobs given up"),
    figure(Gauge, "waypost_job_kind_waiting", "Jobs of a kind that wait or run"),
    figure(Gauge, "waypost_job_kind_failed", "Jobs of a kind given up"),
    figure(Gauge, "waypost_job_kind_oldest_seconds", "How late the oldest job of a kind that is due is"),
    figure(Gauge, "waypost_database_waiting", "Transactions that wait for a writer"),
    figure(Sum, "waypost_database_commits_total", "Commits of the writers"),
    figure(
        Sum,
        "waypost_database_transactions_total",
        "Transactions that the writers took; several share a commit",
    ),
    figure(
        Sum,
        "waypost_database_wait_seconds_total",
        "Time that transactions waited for a writer, all together",
    ),
    figure(
        Sum,
        "waypost_database_busy_seconds_total",
        "Time that writers were busy, statements and commit together",
    ),
    figure(Gauge, "waypost_events_unpublished", "Events not in NATS yet, counted up to 100,000"),
    figure(Gauge, "waypost_oldest_unpublished_event_seconds", "Age of the first of them"),
    figure(Gauge, "waypost_nodes", "Processes at work, by version"),
    figure(Gauge, "waypost_node_heard_seconds", "Since when a process was not heard of"),
];
