//! The text that Prometheus reads.
//!
//! What is read when asked is written here and kept nowhere, so that a number that is gone is gone from the page, too.

use super::catalogue::{self, Kind};
use std::{
    collections::BTreeMap,
    fmt::{Display, Write},
};

/// The page, while it is written.
pub(super) struct Page {
    text: String,
    read: BTreeMap<&'static str, String>,
}

impl Page {
    /// A page that begins with what was counted.
    pub(super) fn new(counted: String) -> Self {
        Self { text: counted, read: BTreeMap::new() }
    }

    /// A reading. Its name must be in the catalogue, else nobody sees it.
    pub(super) fn show(&mut self, name: &'static str, labels: &[(&str, &dyn Display)], value: f64) {
        let lines = self.read.entry(name).or_default();
        lines.push_str(name);
        for (place, (label, word)) in labels.iter().enumerate() {
            let before = if place == 0 { '{' } else { ',' };
            // Writing to a text can't fail.
            let _ = write!(lines, "{before}{label}=\"{}\"", escaped(&word.to_string()));
        }
        if !labels.is_empty() {
            lines.push('}');
        }
        let _ = writeln!(lines, " {value}");
    }

    /// The whole text, every figure with its head.
    pub(super) fn finish(mut self) -> String {
        for figure in catalogue::ALL {
            let kind = match figure.kind {
                Kind::Counter | Kind::Sum => "counter",
                Kind::Histogram => "histogram",
                Kind::Gauge => "gauge",
            };
            let head = format!("# TYPE {} {kind}\n", figure.name);
            if self.text.contains(&head) {
                continue;
            }
            let _ = writeln!(self.text, "# HELP {} {}", figure.name, figure.help);
            self.text.push_str(&head);
            self.text.push_str(self.read.get(figure.name).map_or("", String::as_str));
            self.text.push('\n');
        }
        self.text
    }
}

fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_written_with_its_head_and_its_labels() {
        let mut page = Page::new("# TYPE waypost_webhook_refused_total counter\n".into());
        page.show("waypost_lane_queued", &[("phone_number_id", &"pn_1"), ("x", &"a\"b\\c\nd")], 2.5);
        page.show("waypost_jobs_waiting", &[], 7.0);
        let text = page.finish();
        assert!(text.contains(
            "# TYPE waypost_lane_queued gauge\nwaypost_lane_queued{phone_number_id=\"pn_1\",x=\"a\\\"b\\\\c\\nd\"} 2.5\n"
        ));
        assert!(text.contains("\nwaypost_jobs_waiting 7\n"));
        assert_eq!(text.matches("# TYPE waypost_webhook_refused_total ").count(), 1);
        assert!(text.contains("# TYPE waypost_graph_errors_total counter\n\n"), "a head alone");
    }
}
