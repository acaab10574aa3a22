//! Scenarios under way: which steps are still to come, and what became of the others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::schedule::Due;
use crate::clock::rfc3339;
use crate::control::ControlError;
use crate::scenario::{Scenario, Step};

/// Runs that have ended beyond this many are forgotten, the oldest first.
const KEPT: usize = 100;

/// All runs, by number.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Scenarios {
    next: u64,
    runs: BTreeMap<u64, Run>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Run {
    name: String,
    about: String,
    started_at: i64,
    stopped: bool,
    steps: Vec<Planned>,
    /// Answers of the steps that have a name.
    answers: BTreeMap<String, Value>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Planned {
    /// Unix ms.
    next_at: Option<i64>,
    method: String,
    path: String,
    body: Value,
    name: Option<String>,
    every: Option<i64>,
    times: Option<u32>,
    done: u32,
    failed: u32,
    last_at: Option<i64>,
    error: Option<String>,
}

/// A step to be carried out now.
pub(crate) struct StepDue {
    /// Its moment, Unix ms.
    pub at: i64,
    run: u64,
    step: usize,
    pub method: String,
    pub path: String,
    pub body: Value,
}

impl Planned {
    fn new(step: &Step, now: i64) -> Self {
        Self {
            next_at: Some(now.saturating_add(step.at)),
            method: step.method.clone(),
            path: step.path.clone(),
            body: step.body.clone(),
            name: step.name.clone(),
            every: step.every,
            times: step.times,
            done: 0,
            failed: 0,
            last_at: None,
            error: None,
        }
    }

    fn to_json(&self) -> Value {
        let state = match (self.next_at, self.failed) {
            (Some(_), _) => "planned",
            (None, 0) if self.done > 0 => "done",
            (None, 0) => "left_out",
            (None, _) => "failed",
        };
        json!({
            "do": format!("{} {}", self.method, self.path), "as": self.name, "state": state, "done": self.done,
            "failed": self.failed, "error": self.error, "last_at": self.last_at.map(rfc3339),
            "next_at": self.next_at.map(rfc3339),
        })
    }
}

impl Run {
    fn state(&self) -> &'static str {
        if self.stopped {
            return "stopped";
        }
        if self.steps.iter().any(|step| step.next_at.is_some()) { "running" } else { "done" }
    }

    fn to_json(&self, id: u64) -> Value {
        let sum = |count: fn(&Planned) -> u32| self.steps.iter().map(count).sum::<u32>();
        let next = self.steps.iter().filter_map(|step| step.next_at).min();
        json!({
            "id": id, "name": self.name, "about": self.about, "state": self.state(),
            "started_at": rfc3339(self.started_at), "next_at": next.map(rfc3339),
            "done": sum(|step| step.done), "failed": sum(|step| step.failed),
        })
    }
}

impl World {
    /// Plans all steps of a scenario from now on; the number of the run.
    pub(crate) fn begin_scenario(&mut self, scenario: &Scenario) -> u64 {
        let now = self.now;
        self.changes += 1;
        self.scenarios.next += 1;
        let id = self.scenarios.next;
        for (index, step) in scenario.steps.iter().enumerate() {
            self.schedule.add(now.saturating_add(step.at), Due::Scenario { run: id, step: index });
        }
        let run = Run {
            name: scenario.name.clone(),
            about: scenario.about.clone(),
            started_at: now,
            stopped: false,
            steps: scenario.steps.iter().map(|step| Planned::new(step, now)).collect(),
            answers: BTreeMap::new(),
        };
        self.scenarios.runs.insert(id, run);
        let ended = |run: &Run| run.state() != "running";
        while self.scenarios.runs.len() > KEPT {
            let Some(old) = self.scenarios.runs.iter().find(|(_, run)| ended(run)).map(|(id, _)| *id) else {
                break;
            };
            self.scenarios.runs.remove(&old);
        }
        id
    }

    /// The step that is due, unless its run was stopped. Places like `{name.id}` are filled from earlier answers.
    pub(super) fn step_due(&mut self, run: u64, step: usize) -> Option<StepDue> {
        let at = self.now;
        let scenario = self.scenarios.runs.get_mut(&run).filter(|run| !run.stopped)?;
        let planned = scenario.steps.get_mut(step)?;
        planned.next_at = None;
        let answers = &scenario.answers;
        let path = filled(&planned.path, answers);
        let body = filled_value(&planned.body, answers);
        Some(StepDue { at, run, step, method: planned.method.clone(), path, body })
    }

    /// Writes down what a step answered, and plans it again if it comes back.
    pub(crate) fn performed(&mut self, due: &StepDue, answer: Result<Value, ControlError>) {
        self.changes += 1;
        // After a reset within the step there is no such run any more.
        let Some(run) = self.scenarios.runs.get_mut(&due.run) else { return };
        let stopped = run.stopped;
        let Some(planned) = run.steps.get_mut(due.step) else { return };
        planned.last_at = Some(due.at);
        match answer {
            Ok(value) => {
                planned.done += 1;
                if let Some(name) = planned.name.clone() {
                    run.answers.insert(name, value);
                }
            }
            Err(error) => {
                planned.failed += 1;
                planned.error = Some(format!("{}: {}", error.status, error.message));
            }
        }
        let carried_out = planned.done + planned.failed;
        let again = planned.times.is_none_or(|times| carried_out < times) && !stopped;
        if let Some(every) = planned.every.filter(|_| again) {
            let next = due.at.saturating_add(every);
            planned.next_at = Some(next);
            self.schedule.add(next, Due::Scenario { run: due.run, step: due.step });
        }
        let event = json!({
            "kind": "scenario", "at": rfc3339(due.at), "run": due.run, "do": format!("{} {}", due.method, due.path),
        });
        self.effects.feed.push(event);
    }

    /// Leaves out the steps that are still to come. What has been done stays done.
    pub(crate) fn stop_scenario(&mut self, id: u64) -> bool {
        let Some(run) = self.scenarios.runs.get_mut(&id) else { return false };
        run.stopped |= run.state() == "running";
        for step in &mut run.steps {
            step.next_at = None;
        }
        self.changes += 1;
        true
    }

    /// One run with all its steps.
    pub(crate) fn scenario_json(&self, id: u64) -> Option<Value> {
        let run = self.scenarios.runs.get(&id)?;
        let mut answer = run.to_json(id);
        answer["steps"] = run.steps.iter().map(Planned::to_json).collect();
        Some(answer)
    }

    /// All runs, the oldest first, without their steps.
    pub(crate) fn scenarios_json(&self) -> Vec<Value> {
        self.scenarios.runs.iter().map(|(id, run)| run.to_json(*id)).collect()
    }
}

/// `{name.member}` replaced by that member of the answer called `name`; anything else in braces stays.
fn filled(text: &str, answers: &BTreeMap<String, Value>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some(close) = rest.find('}') else { break };
        match found(&rest[1..close], answers) {
            Some(value) => out.push_str(&value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
            None => out.push_str(&rest[..=close]),
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

fn found<'a>(place: &str, answers: &'a BTreeMap<String, Value>) -> Option<&'a Value> {
    let mut parts = place.split('.');
    let mut value = answers.get(parts.next()?)?;
    for part in parts {
        value = match value {
            Value::Array(list) => list.get(part.parse::<usize>().ok()?)?,
            _ => value.get(part)?,
        };
    }
    Some(value)
}

fn filled_value(value: &Value, answers: &BTreeMap<String, Value>) -> Value {
    match value {
        Value::String(text) => Value::String(filled(text, answers)),
        Value::Array(list) => list.iter().map(|item| filled_value(item, answers)).collect(),
        Value::Object(map) => Value::Object(
            map.iter().map(|(key, value)| (key.clone(), filled_value(value, answers))).collect(),
        ),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_from_answers_and_other_braces_stay() {
        let answers = BTreeMap::from([("rule".to_owned(), json!({ "id": 7, "list": ["a"] }))]);
        assert_eq!(filled("/faults/{rule.id}", &answers), "/faults/7");
        assert_eq!(filled("{rule.list.0} {{1}} {name} {", &answers), "a {{1}} {name} {");
    }
}
