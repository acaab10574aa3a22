//! Rows that are only added: they wait until the commit, or until a statement names their table, so that many can go in one
//! statement.

use super::Bind;
use std::fmt::Write as _;

/// How rows are added to one table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rows {
    /// The table.
    pub(crate) table: &'static str,
    /// `INSERT INTO` with the table and its columns.
    pub(crate) into: &'static str,
    /// How many columns those are.
    pub(crate) columns: usize,
    /// What follows the values, such as what to do about a row that is there already.
    pub(crate) ending: &'static str,
}

/// Most rows in one statement. PostgreSQL takes 65,535 values.
const MOST: usize = 128;

impl Rows {
    /// The statement that adds `many` rows.
    pub(super) fn statement(&self, many: usize) -> String {
        let mut sql = format!("{} VALUES ", self.into);
        for row in 0..many {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for column in 1..=self.columns {
                let comma = if column == 1 { "" } else { ", " };
                let _ = write!(sql, "{comma}${}", row * self.columns + column);
            }
            sql.push(')');
        }
        if !self.ending.is_empty() {
            sql.push(' ');
            sql.push_str(self.ending);
        }
        sql
    }
}

/// Rows on their way, in the order in which they came.
#[derive(Default)]
pub(super) struct Waiting(Vec<(&'static Rows, Vec<Vec<Bind>>)>);

impl Waiting {
    pub(super) fn add(&mut self, rows: &'static Rows, row: Vec<Bind>) {
        match self.0.iter_mut().find(|(known, _)| *known == rows) {
            Some((_, waiting)) => waiting.push(row),
            None => self.0.push((rows, vec![row])),
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes those of some tables out as statements with their values. Their numbers of rows are powers of two, so that a
    /// few prepared statements serve every number.
    pub(super) fn take(&mut self, of: impl Fn(&Rows) -> bool) -> Vec<(String, Vec<Bind>)> {
        let mut statements = Vec::new();
        for (rows, waiting) in self.0.extract_if(.., |(rows, _)| of(rows)) {
            let mut left = waiting.len();
            let mut waiting = waiting.into_iter();
            while left > 0 {
                let many = (1 << left.ilog2()).min(MOST);
                statements.push((rows.statement(many), waiting.by_ref().take(many).flatten().collect()));
                left -= many;
            }
        }
        statements
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static ROWS: Rows =
        Rows { table: "t", into: "INSERT INTO t (a, b)", columns: 2, ending: "ON CONFLICT DO NOTHING" };

    #[test]
    fn many_rows_go_in_few_statements_and_in_order() {
        let mut waiting = Waiting::default();
        for row in 0..MOST * 2 + 3 {
            waiting.add(&ROWS, vec![Bind::from(row), Bind::Null]);
        }
        assert!(waiting.take(|rows| rows.table == "other").is_empty());
        let statements = waiting.take(|_| true);
        let counts: Vec<usize> = statements.iter().map(|(_, values)| values.len() / 2).collect();
        assert_eq!(counts, [MOST, MOST, 2, 1]);
        let values: Vec<Bind> = statements.iter().flat_map(|(_, values)| values.clone()).collect();
        let expected = (0..MOST * 2 + 3).flat_map(|row| [Bind::from(row), Bind::Null]);
        assert_eq!(values, expected.collect::<Vec<_>>());
        assert_eq!(statements[2].0, "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING");
        assert!(waiting.take(|_| true).is_empty());
    }
}
