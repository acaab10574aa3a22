//! What is modelled where Meta's pages leave it open, changed while running.

use serde_json::{Value, json};

use super::{Answer, Control, ControlError};
use crate::open_questions::OpenQuestions;

impl Control {
    /// `GET /_control/open-questions`: which answers are modelled.
    pub fn open_questions(&self) -> Value {
        self.shared.with(|world| json!(world.open))
    }

    /// `PUT /_control/open-questions`: other answers to those that are named; `null` as the emulator was started. The
    /// members are those of [`OpenQuestions`].
    ///
    /// # Errors
    /// A question that isn't one, or an answer that it doesn't have; nothing changes then.
    pub fn set_open_questions(&self, body: &Value) -> Answer {
        let usual = json!(self.shared.config.open_questions);
        let mut asked = self.open_questions();
        for (name, value) in body.as_object().into_iter().flatten() {
            let Some(member) = asked.get_mut(name) else {
                return Err(ControlError::invalid(name, "is not one of the open questions"));
            };
            *member = if value.is_null() { usual[name].clone() } else { value.clone() };
            serde_json::from_value::<OpenQuestions>(asked.clone())
                .map_err(|why| ControlError::invalid(name, &why.to_string()))?;
        }
        let open: OpenQuestions =
            serde_json::from_value(asked).map_err(|why| ControlError::invalid("", &why.to_string()))?;
        if let Some((name, why)) = open.problem() {
            return Err(ControlError::invalid(name, why));
        }
        self.shared.with(|world| {
            world.changes += 1;
            world.open = open;
        });
        Ok(self.open_questions())
    }
}
