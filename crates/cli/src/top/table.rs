//! A table that fits: of what is too narrow for all columns, the last ones are left out.

/// Columns, each with its heading; texts stand left, figures right.
pub(super) struct Table {
    columns: Vec<(String, bool)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these headings; `true` is a column of figures.
    pub(super) fn new(columns: &[(&str, bool)]) -> Self {
        let columns = columns.iter().map(|(name, figures)| ((*name).to_owned(), *figures)).collect();
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row, a word for each column.
    pub(super) fn row(&mut self, words: Vec<String>) {
        self.rows.push(words);
    }

    /// Heading and rows, none wider than `width`.
    pub(super) fn fit(&self, width: usize) -> Vec<String> {
        let mut widths: Vec<usize> = Vec::new();
        for (place, (name, _)) in self.columns.iter().enumerate() {
            let cells = self.rows.iter().filter_map(|row| row.get(place));
            let widest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(name.chars().count());
            let before: usize = widths.iter().map(|width| width + 2).sum();
            if place > 0 && before + widest > width {
                break;
            }
            widths.push(widest);
        }
        let heading: Vec<String> = self.columns.iter().map(|(name, _)| name.clone()).collect();
        std::iter::once(&heading).chain(&self.rows).map(|row| cut(&self.line(row, &widths), width)).collect()
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let cells = row.iter().zip(widths).zip(&self.columns).map(|((cell, width), (_, figures))| {
            if *figures { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        cells.collect::<Vec<_>>().join("  ")
    }
}

/// As much of a text as fits.
pub(super) fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_wide_loses_its_last_columns_and_then_its_end() {
        let mut table = Table::new(&[("name", false), ("queued", true), ("late", true)]);
        table.row(vec!["pn_1".into(), "12".into(), "3 s".into()]);
        assert_eq!(table.fit(80), ["name  queued  late", "pn_1      12   3 s"]);
        assert_eq!(table.fit(14), ["name  queued", "pn_1      12"]);
        assert_eq!(table.fit(3), ["nam", "pn_"]);
    }
}
