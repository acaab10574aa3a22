//! Parameters judged by `cloud-api`'s rules, and refused as management calls refuse them.

use cloud_api::violation::Violation;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::GraphError;

/// Code 100 with everything that is wrong.
pub(super) fn refuse(violations: &[Violation]) -> GraphError {
    let told = violations.iter().take(3).map(|v| match v.pointer.trim_start_matches('/') {
        "" => v.message.clone(),
        place => format!("{place}: {}", v.message),
    });
    GraphError::message(100).details(told.collect::<Vec<_>>().join("; "))
}

/// Refuses what has violations.
pub(super) fn judge(result: Result<(), Vec<Violation>>) -> Result<(), GraphError> {
    result.map_err(|violations| refuse(&violations))
}

/// A part of a request as the type that knows its rules.
pub(super) fn typed<T: DeserializeOwned>(value: &Value) -> Result<T, GraphError> {
    serde_json::from_value(value.clone()).map_err(|error| GraphError::message(100).details(error.to_string()))
}

/// Most management calls answer this.
pub(super) fn success() -> Value {
    serde_json::json!({ "success": true })
}
