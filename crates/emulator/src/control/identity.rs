//! What happens to customers themselves: another phone number, another identity key.

use serde_json::Value;

use super::customers::known;
use super::{Answer, Control, ControlError};
use crate::phone;

impl Control {
    /// `POST /_control/customers/{id}/number {wa_id}`: the customer changes phone number. Chats stay on the phone; every
    /// user id is new, and the business's numbers are told by a `system` message. What is sent to the old number or the old
    /// ids fails with 131026.
    ///
    /// # Errors
    /// Nobody has this id, the new number isn't one, or somebody has it (409).
    pub fn change_number(&self, id: &str, body: &Value) -> Answer {
        let new = body["wa_id"].as_str().and_then(phone::digits);
        let new = new.ok_or_else(|| ControlError::invalid("wa_id", "a phone number has 7 to 15 digits"))?;
        let config = &self.shared.config;
        self.shared.with(|world| {
            let old = known(world, id)?;
            if world.customers.contains_key(&new) || world.numbers.values().any(|number| number.wa_id == new)
            {
                return Err(ControlError::conflict("wa_id", "somebody has this number"));
            }
            world.change_number(config, &old, &new);
            Ok(world.customers[&new].to_json(world.now))
        })
    }

    /// `POST /_control/customers/{id}/identity`: the customer's identity key changes, as on a new phone. Numbers that check
    /// identities are told by a `system` message, and sends with the old hash fail with 137000.
    ///
    /// # Errors
    /// Nobody has this id.
    pub fn change_identity(&self, id: &str) -> Answer {
        let config = &self.shared.config;
        self.shared.with(|world| {
            let wa_id = known(world, id)?;
            world.change_identity(config, &wa_id);
            Ok(world.customers[&wa_id].to_json(world.now))
        })
    }
}
