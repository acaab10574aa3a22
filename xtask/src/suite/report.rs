//! What was run, how long it took and how it went; the last line sums it up.

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use super::counts::{Counts, Reader};
use crate::shell;

struct Row {
    name: String,
    counts: Counts,
    took: Duration,
    note: String,
}

/// The steps so far. A check (formatter, linter) counts as one test, a suite as many as its runner says.
#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
    left_out: Vec<String>,
}

impl Report {
    /// Runs a command that either passes or doesn't.
    pub fn check(&mut self, name: &str, command: &mut Command) -> bool {
        self.step(name, || {
            let heard = shell::hear(command)?;
            Ok((one(heard.ok), String::new()))
        })
    }

    /// Runs a test runner. Ending badly without a failed test (a build error, a crash) counts as one failure, and
    /// so does ending well without saying what ran.
    pub fn suite(&mut self, name: &str, command: &mut Command, reader: Reader) -> bool {
        self.step(name, || {
            let heard = shell::hear(command)?;
            let Some(mut counts) = reader(&heard.text) else {
                return Ok((one(false), "did not say what it ran".to_owned()));
            };
            if !heard.ok && counts.failed == 0 {
                counts.failed = 1;
            }
            Ok((counts, String::new()))
        })
    }

    /// Runs a step of xtask's own. An error is one failure with its words beside it.
    pub fn step(&mut self, name: &str, run: impl FnOnce() -> anyhow::Result<(Counts, String)>) -> bool {
        println!("\n==> {name}");
        let start = Instant::now();
        let (counts, note) = run().unwrap_or_else(|error| {
            eprintln!("{name}: {error:#}");
            (one(false), format!("{error:#}"))
        });
        self.rows.push(Row { name: name.to_owned(), counts, took: start.elapsed(), note });
        counts.failed == 0
    }

    /// Notes what can't be run here and what to do about it. It counts as skipped and is said again at the end.
    ///
    /// On a CI machine, where everything can be installed, it is a failure: nobody reads a green run to its end.
    pub fn leave_out(&mut self, what: &str, why: &str) {
        if std::env::var_os("CI").is_some() {
            self.step(what, || anyhow::bail!("left out: {why}"));
            return;
        }
        self.leave_out_anywhere(what, why);
    }

    /// The same for what no machine needs to have.
    pub fn leave_out_anywhere(&mut self, what: &str, why: &str) {
        println!("\n==> {what}: LEFT OUT: {why}");
        self.left_out.push(format!("{what}: {why}"));
    }

    /// Prints the table, what was left out, and alone on the last line the sum.
    pub fn close(self) -> ExitCode {
        let mut total = Counts { skipped: self.left_out.len() as u64, ..Counts::default() };
        println!("\n{:<34}{:>9} {:>7} {:>7} {:>8}", "step", "seconds", "passed", "failed", "skipped");
        for row in &self.rows {
            total += row.counts;
            let Counts { passed, failed, skipped } = row.counts;
            let seconds = row.took.as_secs_f64();
            println!("{:<34}{seconds:>9.1} {passed:>7} {failed:>7} {skipped:>8}  {}", row.name, row.note);
        }
        for what in &self.left_out {
            println!("\n*** LEFT OUT *** {what}");
        }
        println!("\n{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
        if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// One thing that passed or failed.
pub fn one(passed: bool) -> Counts {
    Counts { passed: u64::from(passed), failed: u64::from(!passed), skipped: 0 }
}
