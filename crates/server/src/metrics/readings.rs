//! What is read when `/metrics` is asked.

use super::page::Page;
use app::{KindBacklog, LaneOverview, Overview, PublisherLag, Unknowns};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};

/// How late something is at `now`; nothing when it lies ahead.
fn age(now: Timestamp, at: Option<Timestamp>) -> f64 {
    at.map_or(0.0, |at| now.duration_since(at).as_secs_f64().max(0.0))
}

pub(super) fn write(page: &mut Page, overview: &Overview, unknowns: &[Unknowns], lag: Option<&PublisherLag>) {
    let now = overview.now;
    page.show("waypost_deliveries_waiting", &[], overview.deliveries_waiting as f64);
    page.show("waypost_oldest_delivery_seconds", &[], age(now, overview.oldest_delivery_at));
    sums(page, overview);
    for lane in &overview.lanes {
        show_lane(page, now, lane);
    }
    for (endpoint, open) in
        [("messages", overview.messages_circuit_open), ("media", overview.media_circuit_open)]
    {
        page.show("waypost_circuit_open", &[("endpoint", &endpoint)], f64::from(u8::from(open)));
    }
    for jobs in &overview.jobs {
        let kind: [(&str, &dyn std::fmt::Display); 1] = [("kind", &jobs.kind)];
        page.show("waypost_job_kind_waiting", &kind, jobs.waiting as f64);
        page.show("waypost_job_kind_failed", &kind, jobs.failed as f64);
        page.show("waypost_job_kind_oldest_seconds", &kind, age(now, jobs.next_due_at));
    }
    let jobs = |of: fn(&KindBacklog) -> u64| overview.jobs.iter().map(of).sum::<u64>() as f64;
    page.show("waypost_jobs_waiting", &[], jobs(|kind| kind.waiting));
    page.show("waypost_jobs_failed", &[], jobs(|kind| kind.failed));
    database(page, overview);
    show_unknowns(page, unknowns);
    if let Some(lag) = lag {
        page.show("waypost_events_unpublished", &[], lag.waiting as f64);
        page.show("waypost_oldest_unpublished_event_seconds", &[], age(now, lag.oldest_at));
    }
    nodes(page, overview);
}

/// Over all lanes, from the same reading as each.
fn sums(page: &mut Page, overview: &Overview) {
    let sum = |of: fn(&LaneOverview) -> u64| overview.lanes.iter().map(of).sum::<u64>() as f64;
    page.show("waypost_messages_queued", &[], sum(|l| l.lane.backlog.queued));
    page.show("waypost_messages_in_flight", &[], sum(|l| l.lane.backlog.in_flight));
    page.show("waypost_messages_outcome_unknown", &[], sum(|l| l.lane.backlog.unknown));
    let oldest = overview.lanes.iter().filter_map(|l| l.lane.backlog.oldest_due_at).min();
    page.show("waypost_oldest_due_seconds", &[], age(overview.now, oldest));
}

fn show_lane(page: &mut Page, now: Timestamp, overview: &LaneOverview) {
    let (lane, backlog) = (&overview.lane, &overview.lane.backlog);
    let id: [(&str, &dyn std::fmt::Display); 1] = [("phone_number_id", &lane.phone_number_id)];
    page.show("waypost_lane_queued", &id, backlog.queued as f64);
    page.show("waypost_lane_in_flight", &id, backlog.in_flight as f64);
    page.show("waypost_lane_outcome_unknown", &id, backlog.unknown as f64);
    page.show("waypost_lane_oldest_due_seconds", &id, age(now, backlog.oldest_due_at));
    page.show("waypost_lane_throughput_limit", &id, lane.throughput.into());
    page.show("waypost_lane_sent_last_second", &id, overview.sent_last_second.into());
    if let Some(why) = &lane.parked {
        let reason = code(why);
        let labels: [(&str, &dyn std::fmt::Display); 2] =
            [("phone_number_id", &lane.phone_number_id), ("reason", &reason)];
        page.show("waypost_lane_parked", &labels, 1.0);
    } else {
        let labels: [(&str, &dyn std::fmt::Display); 2] =
            [("phone_number_id", &lane.phone_number_id), ("reason", &"")];
        page.show("waypost_lane_parked", &labels, 0.0);
    }
    if let Some(open) = overview.circuit_open {
        page.show("waypost_lane_circuit_open", &id, f64::from(u8::from(open)));
    }
}

/// The code in the words of a failed call, `graph error 190 …`: the words themselves are for people, and without end.
fn code(why: &str) -> &str {
    let digits = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    why.split([' ', ':']).find(digits).unwrap_or("other")
}

fn database(page: &mut Page, overview: &Overview) {
    let counts = &overview.database;
    page.show("waypost_database_waiting", &[], overview.database_waiting as f64);
    page.show("waypost_database_commits_total", &[], counts.commits as f64);
    page.show("waypost_database_transactions_total", &[], counts.transactions as f64);
    page.show("waypost_database_wait_seconds_total", &[], counts.waited.as_secs_f64());
    page.show("waypost_database_busy_seconds_total", &[], counts.busy.as_secs_f64());
}

/// All of them every time, so that rates and alerts find a series from the start.
fn show_unknowns(page: &mut Page, unknowns: &[Unknowns]) {
    let ended: HashMap<_, _> =
        unknowns.iter().map(|u| ((u.settled_by.as_deref(), u.sent_again), u.count)).collect();
    for settled_by in [None, Some("answer"), Some("status"), Some("person"), Some("expiry")] {
        for sent_again in [false, true] {
            let count = ended.get(&(settled_by, sent_again)).copied().unwrap_or_default();
            let word = settled_by.unwrap_or("open");
            let labels: [(&str, &dyn std::fmt::Display); 2] =
                [("settled_by", &word), ("sent_again", &sent_again)];
            page.show("waypost_unknown_outcomes", &labels, count as f64);
        }
    }
}

fn nodes(page: &mut Page, overview: &Overview) {
    let mut versions = BTreeMap::<&str, u32>::new();
    for node in &overview.nodes {
        *versions.entry(&node.version).or_default() += 1;
        let labels: [(&str, &dyn std::fmt::Display); 2] = [("node", &node.id), ("roles", &node.roles)];
        page.show("waypost_node_heard_seconds", &labels, age(overview.now, Some(node.seen_at)));
    }
    for (version, count) in versions {
        page.show("waypost_nodes", &[("version", &version)], count.into());
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_reason_is_its_code() {
        assert_eq!(super::code("graph error 190 Access token has expired"), "190");
        assert_eq!(super::code("graph error 131031 Locked: until 2026"), "131031");
        assert_eq!(super::code("by hand"), "other");
    }
}
