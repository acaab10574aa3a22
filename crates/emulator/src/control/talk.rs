//! Crowds: scripted customers who write, answer, tap and leave.

use serde_json::{Value, json};

use super::{Answer, Control, ControlError};
use crate::world::talk_script::Crowd;

impl Control {
    /// `POST /_control/talk`: a crowd of customers appears and begins to talk, by the script of `CONTROL.md`.
    ///
    /// # Errors
    /// A script with an unknown word, too many customers, an unknown number, or customers' numbers that are taken.
    pub fn add_crowd(&self, body: &Value) -> Answer {
        let crowd: Crowd =
            serde_json::from_value(body.clone()).map_err(|e| ControlError::invalid("", &e.to_string()))?;
        if let Some((field, problem)) = crowd.problem() {
            return Err(ControlError::invalid(field, problem));
        }
        let config = &self.shared.config;
        self.shared.with(|world| {
            let number = super::customers::number(world, crowd.phone_number_id.as_deref())?;
            let id = world.add_crowd(config, crowd, number)?;
            Ok(world.crowd_json(id).unwrap_or(Value::Null))
        })
    }

    /// `GET /_control/talk`: crowds, with what they have done so far.
    pub fn crowds(&self) -> Value {
        self.shared.with(|world| json!({ "data": world.crowds_json() }))
    }

    /// `DELETE /_control/talk/{id}`: this crowd falls silent. Its customers stay.
    ///
    /// # Errors
    /// No such crowd.
    pub fn silence(&self, id: u32) -> Answer {
        self.shared
            .with(|world| world.silence(id))
            .ok_or_else(|| ControlError::not_found("crowd", &id.to_string()))
    }

    /// `PUT /_control/load {"on": true | false}`: load mode. Rates are not limited, nothing is told to the phones page,
    /// and only the newest 20,000 messages and 1,000 webhooks are remembered.
    ///
    /// # Errors
    /// Anything but a truth value.
    pub fn set_load(&self, body: &Value) -> Answer {
        let on = body["on"].as_bool().ok_or_else(|| ControlError::invalid("on", "is true or false"))?;
        self.shared.with(|world| {
            world.changes += 1;
            world.load = on;
        });
        Ok(json!({ "on": on }))
    }
}
