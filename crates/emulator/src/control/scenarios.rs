//! Scenarios: those that come with the emulator, those of one's own, and how far each has come.

use serde_json::{Value, json};

use super::{Answer, Control, ControlError};
use crate::scenario::Scenario;

impl Control {
    /// `GET /_control/scenarios`: what comes with the emulator, and all runs.
    pub fn scenarios(&self) -> Value {
        let ready: Vec<Value> = Scenario::names()
            .filter_map(Scenario::ready)
            .map(|scenario| json!({ "name": scenario.name, "about": scenario.about }))
            .collect();
        let runs = self.shared.with(|world| world.scenarios_json());
        json!({ "ready": ready, "data": runs })
    }

    /// `POST /_control/scenarios {"name": …}` or `{"yaml": …}`: begins one now, in virtual time. Steps whose moment is
    /// the beginning have been carried out when this answers.
    ///
    /// # Errors
    /// No scenario of that name, or a text that is none.
    pub fn run_scenario(&self, body: &Value) -> Answer {
        let scenario = match (body["name"].as_str(), body["yaml"].as_str()) {
            (_, Some(text)) => {
                Scenario::parse(text).map_err(|e| ControlError::invalid("yaml", &e.to_string()))?
            }
            (Some(name), None) => {
                Scenario::ready(name).ok_or_else(|| ControlError::not_found("scenario", name))?
            }
            (None, None) => return Err(ControlError::invalid("name", "say which scenario: name, or yaml")),
        };
        Ok(self.begin(&scenario))
    }

    /// Begins a scenario now, as `POST /_control/scenarios` does, and answers with how far it has come.
    pub fn begin(&self, scenario: &Scenario) -> Value {
        let id = self.shared.with(|world| world.begin_scenario(scenario));
        // What is due at once happens before the next look.
        self.shared.with(|world| world.scenario_json(id)).unwrap_or(Value::Null)
    }

    /// `GET /_control/scenarios/{id}`: a run with its steps, each `planned`, `done`, `failed` (with the refusal) or
    /// `left_out`.
    ///
    /// # Errors
    /// No such run.
    pub fn scenario(&self, id: u64) -> Answer {
        let found = self.shared.with(|world| world.scenario_json(id));
        found.ok_or_else(|| ControlError::not_found("run of a scenario", &id.to_string()))
    }

    /// `DELETE /_control/scenarios/{id}`: leaves out what is still to come. What has been done stays done.
    ///
    /// # Errors
    /// No such run.
    pub fn stop_scenario(&self, id: u64) -> Answer {
        let stopped = self.shared.with(|world| world.stop_scenario(id));
        if !stopped {
            return Err(ControlError::not_found("run of a scenario", &id.to_string()));
        }
        self.scenario(id)
    }
}
