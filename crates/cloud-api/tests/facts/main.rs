//! Outbound objects written from the facts alone: Meta's documentation and what clients and users
//! of the platform report. None was written from our rules, so that the two can disagree.
//!
//! A case says why it is right or what one thing is wrong with it, and where.

mod forms;
mod marketing;
mod messages;
mod template_edits;
mod templates;
mod unknown;

use cloud_api::violation::Violation;
use serde::Deserialize;
use serde_json::Value;

/// How a file's objects are judged.
type Check = fn(&Value) -> Result<(), Vec<Violation>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    valid: Vec<Valid>,
    invalid: Vec<Invalid>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Valid {
    about: String,
    body: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invalid {
    about: String,
    body: Value,
    /// Where the one fault is.
    pointer: String,
    /// Where else it may be seen, when the facts leave room.
    #[serde(default)]
    also: Vec<String>,
}

impl Invalid {
    fn points(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.pointer.as_str()).chain(self.also.iter().map(String::as_str))
    }

    /// What is wrong with the violations found, if anything.
    fn complaint(&self, found: &[Violation]) -> Option<&'static str> {
        if !found.iter().any(|violation| self.points().any(|point| point == violation.pointer)) {
            return Some("nothing found at the fault");
        }
        let off = |violation: &Violation| self.points().all(|point| !related(point, &violation.pointer));
        found.iter().any(off).then_some("something found beside the fault")
    }
}

/// Whether one place holds the other, or both are one.
fn related(one: &str, other: &str) -> bool {
    let holds = |outer: &str, inner: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    holds(one, other) || holds(other, one)
}

/// Writes out what a case abbreviates: `…@repeat:c:3` is `…ccc`, and `@list:3:{"id":"#"}` is a list
/// of three with the number of each for its `#`.
fn expand(value: Value) -> Value {
    match value {
        Value::String(text) => expand_text(text),
        Value::Array(items) => Value::Array(items.into_iter().map(expand).collect()),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(key, value)| (key, expand(value))).collect())
        }
        plain => plain,
    }
}

fn expand_text(text: String) -> Value {
    if let Some(list) = text.strip_prefix("@list:") {
        let (count, item) = list.split_once(':').expect("a count and an item");
        let count: usize = count.parse().expect("a count");
        let items = (0..count).map(|number| -> Value {
            let item = item.replace('#', &number.to_string());
            serde_json::from_str(&item).expect("an item in JSON")
        });
        return items.map(expand).collect();
    }
    let Some((before, repeat)) = text.split_once("@repeat:") else {
        return Value::String(text);
    };
    let (unit, count) = repeat.rsplit_once(':').expect("a unit and a count");
    Value::String(before.to_owned() + &unit.repeat(count.parse().expect("a count")))
}

fn read(file: &str) -> Cases {
    let mut cases: Cases = serde_json::from_str(file).expect("a file of cases");
    for case in &mut cases.valid {
        case.body = expand(case.body.take());
    }
    for case in &mut cases.invalid {
        case.body = expand(case.body.take());
    }
    cases
}

/// Judges every case of a file, tells all that went another way than the facts say, and then
/// fails once.
#[track_caller]
fn judge(file: &str, check: Check) {
    let cases = read(file);
    let mut failures = Vec::new();
    for case in &cases.valid {
        if let Err(found) = check(&case.body) {
            failures.push(report("valid, yet refused", &case.about, &case.body, &found));
        }
    }
    for case in &cases.invalid {
        let (complaint, found) = match check(&case.body) {
            Ok(()) => (Some("invalid, yet passed"), Vec::new()),
            Err(found) => (case.complaint(&found), found),
        };
        if let Some(complaint) = complaint {
            let what = format!("{complaint} (at {})", case.pointer);
            failures.push(report(&what, &case.about, &case.body, &found));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} cases differ:\n\n{}",
        failures.len(),
        cases.valid.len() + cases.invalid.len(),
        failures.join("\n\n")
    );
}

fn report(what: &str, about: &str, body: &Value, found: &[Violation]) -> String {
    let body: String = body.to_string().chars().take(200).collect();
    let mut lines = vec![format!("{what}: {about}"), format!("  {body}")];
    let line = |violation: &Violation| format!("  - {}: {}", violation.pointer, violation.message);
    lines.extend(found.iter().map(line));
    lines.join("\n")
}

#[test]
fn there_are_at_least_120_valid_and_120_invalid_messages_and_templates() {
    let [messages, templates] =
        [include_str!("cases/messages.json"), include_str!("cases/templates.json")].map(read);
    assert!(messages.valid.len() + templates.valid.len() >= 120);
    assert!(messages.invalid.len() + templates.invalid.len() >= 120);
}

#[test]
fn no_two_cases_are_about_the_same() {
    let files = [
        include_str!("cases/messages.json"),
        include_str!("cases/templates.json"),
        include_str!("cases/template_edits.json"),
        include_str!("cases/marketing.json"),
        include_str!("cases/forms.json"),
    ];
    for cases in files.map(read) {
        let valid = cases.valid.iter().map(|case| &case.about);
        let mut abouts: Vec<_> = valid.chain(cases.invalid.iter().map(|case| &case.about)).collect();
        let all = abouts.len();
        abouts.sort_unstable();
        abouts.dedup();
        assert_eq!(abouts.len(), all);
    }
}
