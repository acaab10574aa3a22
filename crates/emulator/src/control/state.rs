//! The whole world as JSON: kept, passed on, put back.

use serde_json::{Value, json};

use super::{Answer, Control, ControlError};
use crate::state;

impl Control {
    /// `GET /_control/state`: everything there is, with the bytes of media, as `PUT` takes it. Webhooks that are done
    /// are not part of it.
    ///
    /// # Errors
    /// Only when the world can't be written (500).
    pub async fn export_state(&self) -> Answer {
        state::export(&self.shared)
            .await
            .map_err(|error| ControlError::failed(500, format!("the state could not be written: {error}")))
    }

    /// `PUT /_control/state`: the world becomes what an export says. Time goes on from then, if that is later than now.
    ///
    /// # Errors
    /// What isn't an export of this version; nothing changes then.
    pub async fn import_state(&self, body: Value) -> Answer {
        state::import(&self.shared, body)
            .await
            .map_err(|why| ControlError::invalid("", &format!("this is not a state: {why}")))?;
        Ok(json!({ "imported": true }))
    }
}
