//! How webhooks are sent, changed while running; and the test that an app's dashboard has a button for.

use serde_json::{Value, json};

use super::{Answer, Control, ControlError};
use crate::config::{Batch, OverrideScope};
use crate::world::World;

impl Control {
    /// `GET /_control/webhook-engine`: how webhooks are sent.
    pub fn webhook_engine(&self) -> Value {
        let config = &self.shared.config;
        self.shared.with(|world| {
            let batch = world.engine.batch(config);
            json!({
                "retry_hours": world.engine.retry_hours, "override_scope": world.engine.override_scope(config),
                "batch": if batch.max_changes > 1 { json!(batch) } else { Value::Bool(false) },
                "timeout_ms": config.webhooks.timeout_ms,
            })
        })
    }

    /// `PUT /_control/webhook-engine {retry_hours?, batch?, override_scope?}`: failed deliveries are tried for so many
    /// hours on Meta's ladder (its pages say 168 and 36); `batch` is `true` for the platform's limits, `false`, or
    /// `{max_changes?, max_bytes?, within_ms?}`; `override_scope` is `all` or `messages`. `null` goes back to how the
    /// emulator was started.
    ///
    /// # Errors
    /// A value that isn't one of these.
    pub fn set_webhook_engine(&self, body: &Value) -> Answer {
        let hours = match body.get("retry_hours") {
            None => None,
            Some(Value::Null) => Some(None),
            Some(hours) => {
                let hours = hours.as_u64().and_then(|h| u32::try_from(h).ok()).filter(|h| *h <= 1_000);
                Some(Some(hours.ok_or_else(|| {
                    ControlError::invalid("retry_hours", "is a number of hours, 1,000 at most")
                })?))
            }
        };
        let batch = body.get("batch").map(batch).transpose()?;
        let scope = match body.get("override_scope") {
            None => None,
            Some(scope) => Some(
                serde_json::from_value::<Option<OverrideScope>>(scope.clone())
                    .map_err(|_| ControlError::invalid("override_scope", "is all or messages"))?,
            ),
        };
        self.shared.with(|world| {
            world.changes += 1;
            let engine = &mut world.engine;
            engine.retry_hours = hours.unwrap_or(engine.retry_hours);
            engine.batch = batch.unwrap_or(engine.batch);
            engine.override_scope = scope.unwrap_or(engine.override_scope);
        });
        Ok(self.webhook_engine())
    }

    /// `POST /_control/apps/{id}/test-webhook {field?, value?}`: what the Test button of an app's dashboard sends, also
    /// to an app in development mode. For other fields than `messages` give the value.
    ///
    /// # Errors
    /// An unknown app, or a field without a value.
    pub fn test_webhook(&self, id: &str, body: &Value) -> Answer {
        let field = body["field"].as_str().unwrap_or("messages");
        let value = match (body.get("value"), field) {
            (Some(value), _) => value.clone(),
            (None, "messages") => sample(self.shared.with(|world| world.now)),
            _ => return Err(ControlError::invalid("value", "is required for this field")),
        };
        let config = &self.shared.config;
        self.shared.with(|world| {
            if !world.apps.contains_key(id) {
                return Err(ControlError::not_found("app", id));
            }
            let sent = world.post_test(config, id, field, value);
            sent.map(|webhook| json!({ "webhook_id": webhook }))
                .ok_or_else(|| ControlError::conflict("", "the app has no callback: PUT /_control/webhook"))
        })
    }
}

fn batch(given: &Value) -> Result<Option<Batch>, ControlError> {
    let mut batch = Batch::platform();
    match given {
        Value::Null => return Ok(None),
        Value::Bool(true) => {}
        Value::Bool(false) => batch = Batch::off(),
        Value::Object(_) => {
            let number =
                |key: &str, most: u64| match given.get(key) {
                    None => Ok(None),
                    Some(value) => value.as_u64().filter(|n| *n <= most).map(Some).ok_or_else(|| {
                        ControlError::invalid(&format!("batch.{key}"), "is out of its bounds")
                    }),
                };
            let usual = batch;
            let size =
                |n: Option<u64>, usual: usize| n.and_then(|n| usize::try_from(n).ok()).unwrap_or(usual);
            batch.max_changes = size(number("max_changes", 1_000)?, usual.max_changes).max(1);
            batch.max_bytes = size(number("max_bytes", 3_000_000)?, usual.max_bytes);
            let wait = number("within_ms", 3_600_000)?.and_then(|ms| i64::try_from(ms).ok());
            batch.within_ms = wait.unwrap_or(usual.within_ms);
        }
        _ => return Err(ControlError::invalid("batch", "is true, false or an object of limits")),
    }
    Ok(Some(batch))
}

/// What webhooks an app gets: `mode`, `testers`, `webhook_version`.
pub(super) fn set_app(world: &mut World, id: &str, body: &Value) -> Result<Value, ControlError> {
    let mut settings = world.engine.app(id).into_owned();
    match body["mode"].as_str() {
        Some("live") => settings.live = true,
        Some("development") => settings.live = false,
        None if body.get("mode").is_none() => {}
        _ => return Err(ControlError::invalid("mode", "is live or development")),
    }
    if let Some(testers) = body["testers"].as_array() {
        let known = testers.iter().filter_map(Value::as_str).filter_map(|id| world.find_customer(id));
        settings.testers = known.map(|customer| customer.wa_id.clone()).collect();
    }
    if let Some(version) = body["webhook_version"].as_str() {
        let major = version.trim_start_matches('v').split('.').next().and_then(|m| m.parse().ok());
        settings.version = major
            .filter(|major| (1..=26).contains(major))
            .ok_or_else(|| ControlError::invalid("webhook_version", "is a version such as v25.0"))?;
    }
    let shown = json!({
        "mode": if settings.live { "live" } else { "development" }, "testers": settings.testers,
        "webhook_version": format!("v{}.0", settings.version),
    });
    world.engine.apps.insert(id.to_owned(), settings);
    Ok(shown)
}

/// What the dashboard sends for `messages`.
fn sample(now: i64) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "16505551111", "phone_number_id": "123456123" },
        "contacts": [{ "profile": { "name": "test user name" }, "wa_id": "16315551181" }],
        "messages": [{
            "from": "16315551181", "id": "ABGGFlA5Fpa", "timestamp": crate::clock::unix_seconds(now),
            "type": "text", "text": { "body": "this is a text message" },
        }],
    })
}
