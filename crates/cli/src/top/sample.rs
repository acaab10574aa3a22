//! Prometheus' text, read.

use std::collections::BTreeMap;

/// One look: every series with its labels.
#[derive(Debug, Default)]
pub(super) struct Sample(BTreeMap<String, Vec<Series>>);

/// A series and its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    labels: Vec<(String, String)>,
    pub(super) value: f64,
}

impl Series {
    /// A label's word; nothing where there is no such label.
    pub(super) fn label(&self, name: &str) -> &str {
        self.labels.iter().find(|(label, _)| label == name).map_or("", |(_, word)| word)
    }
}

impl Sample {
    /// Reads what it understands; a line that is none is passed over.
    pub(super) fn read(text: &str) -> Self {
        let mut all = BTreeMap::<String, Vec<Series>>::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, series)) = series(line) {
                all.entry(name.to_owned()).or_default().push(series);
            }
        }
        Self(all)
    }

    pub(super) fn is_ours(&self) -> bool {
        self.0.contains_key("waypost_deliveries_waiting")
    }

    pub(super) fn all(&self, name: &str) -> &[Series] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// The sum of a figure's series; nothing where it has none.
    pub(super) fn sum(&self, name: &str) -> f64 {
        self.all(name).iter().fold(0.0, |sum, series| sum + series.value)
    }

    /// The value of the series with this label.
    pub(super) fn with(&self, name: &str, label: &str, word: &str) -> Option<f64> {
        self.all(name).iter().find(|series| series.label(label) == word).map(|series| series.value)
    }
}

fn series(line: &str) -> Option<(&str, Series)> {
    let (head, value) = line.rsplit_once(' ')?;
    let value = value.parse().ok()?;
    let Some((name, labels)) = head.split_once('{') else {
        return Some((head, Series { labels: Vec::new(), value }));
    };
    Some((name, Series { labels: labels_of(labels), value }))
}

/// The labels up to the closing brace, which may also stand in a word.
fn labels_of(text: &str) -> Vec<(String, String)> {
    let (mut labels, mut letters) = (Vec::new(), text.chars());
    loop {
        let name: String = letters.by_ref().take_while(|c| *c != '=').collect();
        // The opening quote.
        if letters.next() != Some('"') {
            return labels;
        }
        let mut word = String::new();
        loop {
            match letters.next() {
                None | Some('"') => break,
                Some('\\') => match letters.next() {
                    Some('n') => word.push('\n'),
                    Some(letter) => word.push(letter),
                    None => break,
                },
                Some(letter) => word.push(letter),
            }
        }
        labels.push((name.trim_start_matches(',').to_owned(), word));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_are_read_with_their_labels() {
        let text =
            "# HELP x y\nwaypost_a 7\nwaypost_b{k=\"a\\\"}b\",l=\"\"} 2.5\nwaypost_b{k=\"c\"} 1\nnonsense\n";
        let sample = Sample::read(text);
        assert_eq!(sample.sum("waypost_a"), 7.0);
        assert_eq!(sample.with("waypost_b", "k", "a\"}b"), Some(2.5));
        assert_eq!(sample.sum("waypost_b"), 3.5);
        assert_eq!(sample.with("waypost_b", "k", "d"), None);
        assert_eq!(sample.all("waypost_c"), []);
        assert!(!sample.is_ours());
    }
}
