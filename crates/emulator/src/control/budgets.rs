//! The hourly budgets of management calls, made small or used by somebody else.

use serde_json::{Map, Value, json};

use super::{Answer, Control, ControlError};

impl Control {
    /// `GET /_control/budgets`: how many management calls an app has in an hour for an account, and which it has made.
    pub fn budgets(&self) -> Value {
        let usual = self.shared.config.management_calls_per_hour;
        self.shared.with(|world| {
            let used: Map<String, Value> =
                world.calls_made().map(|(whose, calls)| (whose.to_owned(), json!(calls))).collect();
            json!({ "calls_per_hour": world.registry.calls_per_hour.unwrap_or(usual), "used": used })
        })
    }

    /// `PUT /_control/budgets {calls_per_hour?, use?: {account, calls, app_id?}}`: another budget (`null` as the emulator was
    /// started); and calls of this hour that another program has made with the same app, by itself the published one.
    ///
    /// # Errors
    /// No number of calls, or no account; nothing changes then.
    pub fn set_budgets(&self, body: &Value) -> Answer {
        let count = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n).ok());
        let per_hour = match &body["calls_per_hour"] {
            Value::Null => None,
            value => Some(count(value).filter(|n| *n > 0).ok_or_else(|| {
                ControlError::invalid("calls_per_hour", "is a number of calls, at least 1, or null")
            })?),
        };
        let made = match &body["use"] {
            Value::Null => None,
            made => {
                let account = made["account"].as_str();
                let account =
                    account.ok_or_else(|| ControlError::invalid("use.account", "is an account's id"))?;
                let calls = count(&made["calls"]);
                let calls =
                    calls.ok_or_else(|| ControlError::invalid("use.calls", "is a number of calls"))?;
                let app = made["app_id"].as_str().unwrap_or(&self.shared.config.seed_world.app_id);
                Some((app.to_owned(), account.to_owned(), calls))
            }
        };
        self.shared.with(|world| {
            world.changes += 1;
            if body.get("calls_per_hour").is_some() {
                world.registry.calls_per_hour = per_hour;
            }
            if let Some((app, account, calls)) = made {
                world.use_calls(&app, &account, calls);
            }
        });
        Ok(self.budgets())
    }
}
