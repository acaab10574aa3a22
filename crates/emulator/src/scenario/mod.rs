//! Scenario files: a world, customers that talk, and steps in virtual time, written in YAML. Every step is an operation of
//! the control API, so that whatever that can do a scenario can do.

mod ready;
pub(crate) mod span;

use serde::Deserialize;
use serde_json::{Map, Value};

pub(crate) use ready::READY;
use span::Span;

/// Parts of `world`, in the order in which they are made, and the operation that makes one.
const WORLD: [(&str, &str); 7] = [
    ("businesses", "PUT /businesses"),
    ("apps", "PUT /apps"),
    ("wabas", "PUT /wabas"),
    ("phone_numbers", "PUT /phone-numbers"),
    ("tokens", "PUT /tokens"),
    ("templates", "PUT /templates"),
    ("customers", "POST /customers"),
];

/// A scenario that was read and found sound.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it is called in the list of runs.
    pub name: String,
    /// What it shows, in a line or two.
    pub about: String,
    /// Seeds its crowds, and the whole emulator when the file was given to it at the start.
    pub seed: Option<u64>,
    pub(crate) steps: Vec<Step>,
}

/// Why a file is not a scenario.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct ScenarioError(String);

/// One operation at its moment.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Milliseconds after the start.
    pub at: i64,
    pub method: String,
    /// Without `/_control`.
    pub path: String,
    pub body: Value,
    /// Later steps find its answer by this name.
    pub name: Option<String>,
    /// Milliseconds until it is done again.
    pub every: Option<i64>,
    /// How often altogether; without end when left out and `every` is given.
    pub times: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    about: String,
    #[serde(default)]
    seed: Option<u64>,
    #[serde(default)]
    world: Map<String, Value>,
    #[serde(default)]
    talk: Vec<Value>,
    #[serde(default)]
    steps: Vec<StepIn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepIn {
    at: Option<Span>,
    after: Option<Span>,
    every: Option<Span>,
    times: Option<u32>,
    #[serde(rename = "do")]
    operation: String,
    with: Option<Value>,
    #[serde(rename = "as")]
    name: Option<String>,
    #[serde(rename = "note")]
    _note: Option<String>,
}

impl Scenario {
    /// Reads a scenario file (YAML, of which JSON is a part).
    ///
    /// # Errors
    /// What is wrong, and where: not YAML, an unknown word, a step without a moment or an operation.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let file: File = yaml_serde::from_str(text).map_err(|error| ScenarioError(error.to_string()))?;
        let mut steps = made(&file.world)?;
        for mut crowd in file.talk {
            if let (Some(seed), Some(crowd)) = (file.seed, crowd.as_object_mut()) {
                crowd.entry("seed").or_insert(Value::from(seed));
            }
            steps.push(Step::at_once("POST /talk", crowd)?);
        }
        let mut now = 0;
        for (index, step) in file.steps.into_iter().enumerate() {
            let step =
                timed(step, now).map_err(|error| ScenarioError(format!("step {}: {error}", index + 1)))?;
            now = step.at;
            steps.push(step);
        }
        let name = file.name.unwrap_or_else(|| "scenario".to_owned());
        Ok(Self { name, about: file.about, seed: file.seed, steps })
    }

    /// One of those that come with the emulator, by its name; see [`Scenario::names`].
    pub fn ready(name: &str) -> Option<Self> {
        let (_, text) = READY.iter().find(|(ready, _)| *ready == name)?;
        Self::parse(text).ok()
    }

    /// The names of those that come with the emulator.
    pub fn names() -> impl Iterator<Item = &'static str> {
        READY.iter().map(|(name, _)| *name)
    }
}

/// What makes the world of a file.
fn made(world: &Map<String, Value>) -> Result<Vec<Step>, ScenarioError> {
    let known = |part: &str| part == "webhook" || WORLD.iter().any(|(name, _)| *name == part);
    if let Some(part) = world.keys().find(|part| !known(part)) {
        return Err(ScenarioError(format!("world has no part called {part}")));
    }
    let mut steps = Vec::new();
    for (part, operation) in WORLD {
        let things = match world.get(part) {
            None => continue,
            Some(Value::Array(things)) => things,
            Some(_) => return Err(ScenarioError(format!("world.{part} is a list"))),
        };
        for thing in things {
            steps.push(Step::at_once(operation, thing.clone())?);
        }
    }
    if let Some(webhook) = world.get("webhook") {
        steps.push(Step::at_once("PUT /webhook", webhook.clone())?);
    }
    Ok(steps)
}

/// A step with its moment: `at` counts from the start, `after` from the step before it.
fn timed(step: StepIn, before: i64) -> Result<Step, ScenarioError> {
    let at = match (step.at, step.after) {
        (Some(_), Some(_)) => return Err(ScenarioError("either at or after, not both".to_owned())),
        (Some(at), None) => at.ms(),
        (None, Some(after)) => before.saturating_add(after.ms()),
        (None, None) => before,
    };
    let every = step.every.map(Span::ms);
    if every.is_some_and(|every| every < 100) {
        return Err(ScenarioError("every is 100ms at least".to_owned()));
    }
    if step.times.is_some() && every.is_none() {
        return Err(ScenarioError("times needs every".to_owned()));
    }
    let planned = Step::at_once(&step.operation, step.with.unwrap_or(Value::Null))?;
    Ok(Step { at, name: step.name, every, times: step.times, ..planned })
}

impl Step {
    fn at_once(operation: &str, body: Value) -> Result<Self, ScenarioError> {
        let wrong = || ScenarioError(format!("\"{operation}\" is not an operation such as \"POST /faults\""));
        let (method, path) = operation.trim().split_once(' ').ok_or_else(wrong)?;
        let path = path.trim();
        let path = path.strip_prefix("/_control").unwrap_or(path);
        if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method) || !path.starts_with('/') {
            return Err(wrong());
        }
        if !body.is_null() && !body.is_object() {
            return Err(ScenarioError(format!("\"with\" of {operation} is an object")));
        }
        let (method, path) = (method.to_owned(), path.to_owned());
        Ok(Self { at: 0, method, path, body, name: None, every: None, times: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_count_from_the_start_or_from_the_step_before() {
        let text = "steps:\n  - {at: 1m, do: GET /clock}\n  - {after: 30s, do: DELETE /faults}\n  - {do: GET /world}\n";
        let at: Vec<i64> = Scenario::parse(text).unwrap().steps.iter().map(|s| s.at).collect();
        assert_eq!(at, [60_000, 90_000, 90_000]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, problem) in [
            ("stpes: []", "unknown field"),
            ("steps: [{at: 1m, do: faults}]", "is not an operation"),
            ("steps: [{at: 1 parsec, do: GET /clock}]", "length of time"),
            ("steps: [{at: 1m, after: 2m, do: GET /clock}]", "not both"),
            ("steps: [{every: 0s, do: GET /clock}]", "100ms"),
            ("world: {planets: []}", "no part called planets"),
        ] {
            let error = Scenario::parse(text).unwrap_err().to_string();
            assert!(error.contains(problem), "{text}: {error}");
        }
    }

    #[test]
    fn every_ready_scenario_is_sound() {
        for (name, text) in READY {
            let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(scenario.name, *name);
            assert!(!scenario.about.is_empty() && scenario.seed.is_some(), "{name}");
        }
    }
}
