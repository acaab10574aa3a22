//! What `POST /{WABA}` switches on, and the account's name.

use serde_json::Value;

use super::error::GraphError;
use super::params::Params;
use crate::world::account::Waba;

/// Writes what the call names into the account; whether it named anything.
pub(super) fn change(waba: &mut Waba, params: &Params) -> Result<bool, GraphError> {
    let truth = |name: &str| {
        let Some(text) = params.plain(name) else { return Ok(None) };
        let problem = || GraphError::parameter(format!("Param {name} must be a boolean"));
        text.parse::<bool>().map(Some).map_err(|_| problem())
    };
    let (insights, no_marketing) =
        (truth("is_enabled_for_insights")?, truth("disable_marketing_messages_on_cloud_api")?);
    if insights == Some(false) && waba.settings.insights {
        return Err(GraphError::message(200_006));
    }
    let name = params.text("name");
    if name.is_some_and(|name| name.trim().is_empty()) {
        return Err(GraphError::parameter("Param name must not be empty"));
    }
    let spec = match params.get("degrees_of_freedom_spec") {
        Some(Value::String(text)) => serde_json::from_str(text).ok(),
        given => given.cloned(),
    };
    if let Some(spec) = &spec {
        check_spec(spec)?;
    }
    waba.settings.insights |= insights == Some(true);
    if let Some(off) = no_marketing {
        waba.settings.no_marketing_on_cloud_api = off;
    }
    let named = insights.is_some() || no_marketing.is_some() || name.is_some() || spec.is_some();
    if spec.is_some() {
        waba.settings.degrees_of_freedom_spec = spec;
    }
    if let Some(name) = name {
        waba.name = name.to_owned();
    }
    Ok(named)
}

/// Each improvement is OPT_IN or OPT_OUT.
fn check_spec(spec: &Value) -> Result<(), GraphError> {
    let problem = || GraphError::parameter("Param degrees_of_freedom_spec must have creative_features_spec");
    let features = spec["creative_features_spec"].as_object().ok_or_else(problem)?;
    for (name, feature) in features {
        if !matches!(feature["enroll_status"].as_str(), Some("OPT_IN" | "OPT_OUT")) {
            return Err(GraphError::parameter(format!(
                "Param {name}.enroll_status must be one of {{OPT_IN, OPT_OUT}}"
            )));
        }
    }
    Ok(())
}
