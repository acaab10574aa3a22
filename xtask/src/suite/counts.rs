//! What each test runner says at its end, read from its own closing lines.

use std::ops::AddAssign;

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Reads a runner's whole output; `None` when it holds no closing line.
pub type Reader = fn(&str) -> Option<Counts>;

/// `Summary [   1.234s] 12 tests run: 10 passed (1 slow), 2 failed, 1 skipped`
pub fn nextest(text: &str) -> Option<Counts> {
    sum(text, |line| line.trim_start().starts_with("Summary ["))
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out`, one for every binary.
pub fn cargo_test(text: &str) -> Option<Counts> {
    sum(text, |line| line.starts_with("test result:"))
}

/// `      Tests  1 failed | 11 passed | 2 skipped (14)`
pub fn vitest(text: &str) -> Option<Counts> {
    sum(text, |line| line.trim_start().starts_with("Tests  "))
}

/// `===== 12 passed, 1 skipped in 2.34s =====`
pub fn pytest(text: &str) -> Option<Counts> {
    sum(text, |line| line.starts_with('=') && line.contains(" in ") && line.trim_end().ends_with('='))
}

/// `ℹ pass 3`, `ℹ fail 0`, `ℹ skipped 1` (or `# pass 3` when it writes TAP).
pub fn node(text: &str) -> Option<Counts> {
    let mut counts = Counts::default();
    let mut seen = false;
    for line in text.lines().map(plain) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [mark, name, number] = words[..] else { continue };
        let (true, Ok(number)) = (matches!(mark, "ℹ" | "#"), number.parse::<u64>()) else { continue };
        match name {
            "pass" => (counts.passed, seen) = (counts.passed + number, true),
            "fail" | "cancelled" => counts.failed += number,
            "skipped" | "todo" => counts.skipped += number,
            _ => {}
        }
    }
    seen.then_some(counts)
}

fn sum(text: &str, is_closing: fn(&str) -> bool) -> Option<Counts> {
    let mut total = None;
    for line in text.lines().map(plain).filter(|line| is_closing(line)) {
        *total.get_or_insert(Counts::default()) += read(&line);
    }
    total
}

/// Every "number word" pair of a line, by the word's meaning; words it doesn't know count nothing.
fn read(line: &str) -> Counts {
    let mut counts = Counts::default();
    let words: Vec<&str> =
        line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    for pair in words.windows(2) {
        let Ok(number) = pair[0].parse::<u64>() else { continue };
        match pair[1] {
            "passed" => counts.passed += number,
            "failed" | "timed" | "exec" | "error" | "errors" => counts.failed += number,
            "skipped" | "ignored" | "todo" | "xfailed" | "deselected" => counts.skipped += number,
            _ => {}
        }
    }
    counts
}

/// The line without colours.
fn plain(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            chars.find(char::is_ascii_alphabetic);
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Option<Counts> {
        Some(Counts { passed, failed, skipped })
    }

    #[test]
    fn nextest_closing_line_is_read() {
        let text =
            "   Summary [   0.005s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 4 skipped\n";
        assert_eq!(nextest(text), counts(9, 3, 4));
        assert_eq!(nextest("error: could not compile"), None);
    }

    #[test]
    fn colours_do_not_hide_a_closing_line() {
        let text = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.005s] \u{1b}[1m2\u{1b}[0m tests run: \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, 0 skipped";
        assert_eq!(nextest(text), counts(2, 0, 0));
    }

    #[test]
    fn every_binary_of_cargo_test_counts() {
        let text = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\n\
                    test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(cargo_test(text), counts(4, 2, 1));
    }

    #[test]
    fn vitest_counts_tests_and_not_files() {
        let text = " Test Files  2 passed (2)\n      Tests  1 failed | 11 passed | 2 skipped (14)\n";
        assert_eq!(vitest(text), counts(11, 1, 2));
    }

    #[test]
    fn pytest_errors_are_failures() {
        assert_eq!(pytest("==== 1 failed, 12 passed, 1 error in 2.34s ====\n"), counts(12, 2, 0));
    }

    #[test]
    fn node_reporters_are_both_read() {
        let spec = "ℹ tests 5\nℹ suites 0\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\nℹ todo 0\n";
        assert_eq!(node(spec), counts(3, 2, 0));
        assert_eq!(node("# pass 2\n# fail 0\n# skipped 1\n"), counts(2, 0, 1));
        assert_eq!(node("Error: cannot find module"), None);
    }
}
