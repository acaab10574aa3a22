//! What an endpoint answers.

use serde_json::{Map, Value, json};

/// The screen that ends a form.
const SUCCESS: &str = "SUCCESS";

/// An answer. Meta: WhatsApp Flows > Guides > Implementing your Flow Endpoint > Data exchange request.
#[derive(Debug, Clone, PartialEq)]
pub enum Response {
    /// Show a screen. Its data must fit what the screen declares; the whole must stay below 1 MB.
    Screen {
        /// Which one. It must follow the routing model, or be the one the request came from.
        screen: String,
        /// What it declares in its `data`. `error_message` is shown for a moment.
        data: Map<String, Value>,
    },
    /// Close the form. The person's message to us (`nfm_reply`) carries the parameters.
    Success {
        /// The request's flow token.
        flow_token: String,
        /// What else `response_json` says.
        params: Map<String, Value>,
    },
    /// To a ping: we are well.
    Pong,
    /// To an error notification: we know.
    Acknowledged,
    /// Something else; as it came, when a phone reads it.
    Other(Value),
}

impl Response {
    /// Show a screen with its data.
    pub fn screen(screen: impl Into<String>, data: Map<String, Value>) -> Self {
        Self::Screen { screen: screen.into(), data }
    }

    /// Stay on a screen and show what is wrong for a moment.
    pub fn error(screen: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Screen {
            screen: screen.into(),
            data: Map::from_iter([("error_message".into(), message.into().into())]),
        }
    }

    /// Close the form, with nothing but its token. [`Response::Success`] takes parameters.
    pub fn success(flow_token: impl Into<String>) -> Self {
        Self::Success { flow_token: flow_token.into(), params: Map::new() }
    }

    /// As it goes over the wire, before encryption.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Screen { screen, data } => json!({ "screen": screen, "data": data }),
            Self::Success { flow_token, params } => {
                let mut params = params.clone();
                params.insert("flow_token".into(), flow_token.as_str().into());
                json!({ "screen": SUCCESS, "data": { "extension_message_response": { "params": params } } })
            }
            Self::Pong => json!({ "data": { "status": "active" } }),
            Self::Acknowledged => json!({ "data": { "acknowledged": true } }),
            Self::Other(json) => json.clone(),
        }
    }

    /// As a phone reads it.
    pub fn from_json(json: Value) -> Self {
        let data = json.get("data").and_then(Value::as_object);
        match json.get("screen").and_then(Value::as_str) {
            Some(SUCCESS) => {
                let params =
                    json.pointer("/data/extension_message_response/params").and_then(Value::as_object);
                let Some(mut params) = params.cloned() else { return Self::Other(json) };
                match params.remove("flow_token") {
                    Some(Value::String(flow_token)) => Self::Success { flow_token, params },
                    _ => Self::Other(json),
                }
            }
            Some(screen) => {
                Self::Screen { screen: screen.to_owned(), data: data.cloned().unwrap_or_default() }
            }
            None if data.is_some_and(|data| data.get("status") == Some(&json!("active"))) => Self::Pong,
            None if data.is_some_and(|data| data.get("acknowledged") == Some(&Value::Bool(true))) => {
                Self::Acknowledged
            }
            None => Self::Other(json),
        }
    }

    /// What is shown for a moment, when the answer is an error.
    pub fn error_message(&self) -> Option<&str> {
        match self {
            Self::Screen { data, .. } => data.get("error_message").and_then(Value::as_str),
            _ => None,
        }
    }
}
