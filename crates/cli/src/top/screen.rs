//! The lines that are shown, for a terminal and for a script alike.

use super::{
    table::{Table, cut},
    view::{Lane, View},
};

/// A line, and how it is meant.
pub(super) struct Line {
    pub(super) text: String,
    pub(super) tone: Tone,
}

/// What a line tells beside its words. Colour only repeats what the words say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Heading,
    Bad,
}

/// The columns of the lanes.
const LANES: [(&str, bool); 8] = [
    ("PHONE NUMBER", false),
    ("STATE", false),
    ("QUEUED", true),
    ("IN FLIGHT", true),
    ("SENT/S", true),
    ("LIMIT", true),
    ("OLDEST", true),
    ("UNKNOWN", true),
];

/// By which column the lanes are ordered.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sort(usize);

impl Sort {
    pub(super) fn left(&mut self) {
        self.0 = (self.0 + LANES.len() - 1) % LANES.len();
    }

    pub(super) fn right(&mut self) {
        self.0 = (self.0 + 1) % LANES.len();
    }

    pub(super) fn column(self) -> &'static str {
        LANES[self.0].0
    }

    /// Texts upwards; figures downwards, because the largest are the worst.
    fn sort(self, lanes: &mut [Lane]) {
        let figure = |lane: &Lane| match self.0 {
            2 => lane.queued,
            3 => lane.in_flight,
            4 => lane.sent_last_second,
            5 => lane.throughput_limit,
            6 => lane.oldest_due_seconds,
            _ => lane.outcome_unknown,
        };
        match self.0 {
            0 => lanes.sort_by(|a, b| a.phone_number_id.cmp(&b.phone_number_id)),
            1 => lanes.sort_by(|a, b| (b.state != "active", &a.state).cmp(&(a.state != "active", &b.state))),
            _ => lanes.sort_by(|a, b| figure(b).total_cmp(&figure(a))),
        }
    }
}

/// Everything, no line wider than `width`.
pub(super) fn lines(view: &View, sort: Sort, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    show_lanes(&mut lines, view, sort, width);
    show_inbound(&mut lines, view, width);
    let mut jobs = Table::new(&[("JOB", false), ("WAITING", true), ("FAILED", true), ("OLDEST", true)]);
    for kind in &view.jobs {
        jobs.row(vec![kind.kind.clone(), whole(kind.waiting), whole(kind.failed), age(kind.oldest_seconds)]);
    }
    add(&mut lines, &jobs, width, |row| view.jobs.get(row).is_some_and(|kind| kind.failed > 0.0));
    let mut errors = Table::new(&[("META'S ERROR", false), ("WHAT FOLLOWED", false), ("COUNT", true)]);
    for error in &view.errors {
        errors.row(vec![error.code.clone(), error.action.clone(), whole(error.count)]);
    }
    add(&mut lines, &errors, width, |_| true);
    let mut nodes = Table::new(&[("NODE", false), ("HEARD", true), ("ROLES", false)]);
    for node in &view.nodes {
        nodes.row(vec![node.id.clone(), age(node.heard_seconds), node.roles.clone()]);
    }
    add(&mut lines, &nodes, width, |row| view.nodes.get(row).is_some_and(|node| node.heard_seconds > 10.0));
    lines
}

fn show_lanes(lines: &mut Vec<Line>, view: &View, sort: Sort, width: usize) {
    let mut lanes = view.lanes.clone();
    sort.sort(&mut lanes);
    let mut table = Table::new(&LANES);
    for lane in &lanes {
        table.row(vec![
            lane.phone_number_id.clone(),
            lane.state.clone(),
            whole(lane.queued),
            whole(lane.in_flight),
            whole(lane.sent_last_second),
            whole(lane.throughput_limit),
            age(lane.oldest_due_seconds),
            whole(lane.outcome_unknown),
        ]);
    }
    add(lines, &table, width, |row| lanes.get(row).is_some_and(|lane| lane.state != "active"));
    for endpoint in &view.circuits_open {
        let text = format!("nobody answers at Meta's {endpoint}: all calls there wait");
        lines.push(Line { text: cut(&text, width), tone: Tone::Bad });
    }
}

fn show_inbound(lines: &mut Vec<Line>, view: &View, width: usize) {
    let columns = [
        ("DELIVERIES WAITING", true),
        ("OLDEST", true),
        ("MESSAGES/S", true),
        ("STATUSES/S", true),
        ("REFUSED", true),
    ];
    let (inbound, database) = (&view.inbound, &view.database);
    let mut table = Table::new(&columns);
    table.row(vec![
        whole(inbound.waiting),
        age(inbound.oldest_seconds),
        rate(inbound.messages_per_second),
        rate(inbound.statuses_per_second),
        whole(inbound.refused),
    ]);
    add(lines, &table, width, |_| false);
    let mut table =
        Table::new(&[("DATABASE WRITES WAITING", true), ("COMMITS/S", true), ("TRANSACTIONS/S", true)]);
    table.row(vec![
        whole(database.waiting),
        rate(database.commits_per_second),
        rate(database.transactions_per_second),
    ]);
    add(lines, &table, width, |_| false);
}

/// A table with a free line before it; left out while it has no rows.
fn add(lines: &mut Vec<Line>, table: &Table, width: usize, is_bad: impl Fn(usize) -> bool) {
    let fitted = table.fit(width);
    if fitted.len() < 2 {
        return;
    }
    if !lines.is_empty() {
        lines.push(Line { text: String::new(), tone: Tone::Plain });
    }
    for (place, text) in fitted.into_iter().enumerate() {
        let tone = match place.checked_sub(1) {
            None => Tone::Heading,
            Some(row) if is_bad(row) => Tone::Bad,
            Some(_) => Tone::Plain,
        };
        lines.push(Line { text, tone });
    }
}

fn whole(value: f64) -> String {
    format!("{value:.0}")
}

fn rate(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"))
}

/// A time in its largest fitting unit.
fn age(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => "0 s".to_owned(),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.0} h", s / 3_600.0),
        s => format!("{:.0} d", s / 86_400.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::top::{sample::Sample, view::Past};

    fn view() -> View {
        let lane = |id, queued, parked| {
            format!(
                "waypost_lane_queued{{phone_number_id=\"{id}\"}} {queued}\n\
                 waypost_lane_parked{{phone_number_id=\"{id}\",reason=\"190\"}} {parked}\n"
            )
        };
        let text = lane("pn_a", 1, 1) + &lane("pn_b", 50, 0);
        View::of(&Sample::read(&text), &Past::default())
    }

    #[test]
    fn lanes_are_ordered_by_the_chosen_column() {
        let first = |sort| lines(&view(), sort, 120)[1].text.clone();
        let mut sort = Sort::default();
        assert!(first(sort).starts_with("pn_a"), "by name");
        sort.right();
        assert!(first(sort).starts_with("pn_a"), "what is not active goes first");
        sort.right();
        assert_eq!(sort.column(), "QUEUED");
        assert!(first(sort).starts_with("pn_b"));
    }

    #[test]
    fn a_parked_lane_is_bad_in_words_and_in_colour() {
        let lines = lines(&view(), Sort::default(), 120);
        assert!(lines[1].text.contains("parked 190") && lines[1].tone == Tone::Bad);
        assert!(lines[2].text.contains("active") && lines[2].tone == Tone::Plain);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in [0, 1, 7, 20, 43, 80] {
            let wide = |line: &Line| line.text.chars().count() > width;
            assert!(!lines(&view(), Sort::default(), width).iter().any(wide), "{width}");
        }
    }

    #[test]
    fn ages_are_short() {
        let ages = [0.2, 59.0, 600.0, 7_300.0, 200_000.0].map(age);
        assert_eq!(ages, ["0 s", "59 s", "10 min", "2 h", "2 d"]);
    }
}
