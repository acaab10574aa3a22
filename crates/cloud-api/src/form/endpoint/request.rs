//! What an endpoint is asked.

use serde_json::{Map, Value};

use super::media::Upload;
use super::token::{self, TokenError};

/// Why a request was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Meta asks whether the endpoint is healthy.
    Ping,
    /// The form was opened by a message with `flow_action` `data_exchange`.
    Init,
    /// A screen was submitted, or a choice asks for data.
    DataExchange,
    /// The person went back from a screen with `refresh_on_back`.
    Back,
    /// Anything else, as it was said. `navigate` comes with an error when a message named a wrong screen.
    Other(String),
}

impl Action {
    fn parse(text: &str) -> Self {
        match text {
            "ping" => Self::Ping,
            "INIT" => Self::Init,
            "data_exchange" => Self::DataExchange,
            "BACK" => Self::Back,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The word on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ping => "ping",
            Self::Init => "INIT",
            Self::DataExchange => "data_exchange",
            Self::Back => "BACK",
            Self::Other(other) => other,
        }
    }
}

/// A decrypted request. Nothing of it is lost: what has another shape than expected is in `extra`.
///
/// Its `Debug` shows neither the flow token nor what a person entered.
#[derive(Clone, PartialEq)]
pub struct Request {
    /// The form's `data_api_version`, e.g. `3.0`.
    pub version: Option<String>,
    /// Why it was made.
    pub action: Action,
    /// The screen it comes from. Absent on INIT, often on BACK.
    pub screen: Option<String>,
    /// The payload of the action; empty on INIT and BACK.
    pub data: Map<String, Value>,
    /// What the message that opened the form said. Some phones leave it out.
    pub flow_token: Option<String>,
    /// With `data_api_version` 4.0: a JWT over the flow token. [`Request::verify_token`] checks it.
    pub flow_token_signature: Option<String>,
    /// Everything else.
    pub extra: Map<String, Value>,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fields: Vec<_> = self.data.keys().collect();
        f.debug_struct("Request")
            .field("version", &self.version)
            .field("action", &self.action)
            .field("screen", &self.screen)
            .field("data", &fields)
            .finish_non_exhaustive()
    }
}

/// A request by what it wants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind<'a> {
    /// Answer [`super::Response::Pong`].
    Ping,
    /// Answer with the first screen.
    Opened,
    /// Answer with the next screen, an error, or the end.
    Submitted {
        /// The screen that was submitted. Empty when the phone doesn't say.
        screen: &'a str,
        /// What it was submitted with.
        data: &'a Map<String, Value>,
    },
    /// Answer with the screen the person goes back to.
    Back,
    /// The phone couldn't use our last answer. Log it and answer [`super::Response::Acknowledged`].
    ErrorNotification {
        /// Meta's name for the error.
        error: Option<&'a str>,
        /// Meta's words.
        message: Option<&'a str>,
    },
    /// Unheard of.
    Unknown,
}

/// What an error notification consists of. Meta's pages name its first field both ways.
const ERROR_FIELDS: &[&str] = &["error", "error_key", "error_message"];

impl Request {
    /// A request of Meta's, for an emulator and for tests.
    pub fn new(action: Action) -> Self {
        Self {
            version: Some("3.0".into()),
            action,
            screen: None,
            data: Map::new(),
            flow_token: None,
            flow_token_signature: None,
            extra: Map::new(),
        }
    }

    /// What it wants.
    pub fn kind(&self) -> Kind<'_> {
        let text = |key: &str| self.data.get(key).and_then(Value::as_str);
        let is_error =
            !self.data.is_empty() && self.data.keys().all(|key| ERROR_FIELDS.contains(&key.as_str()));
        match self.action {
            Action::Ping => Kind::Ping,
            _ if is_error => Kind::ErrorNotification {
                error: text("error").or_else(|| text("error_key")),
                message: text("error_message"),
            },
            Action::Init => Kind::Opened,
            Action::Back => Kind::Back,
            Action::DataExchange => {
                Kind::Submitted { screen: self.screen.as_deref().unwrap_or_default(), data: &self.data }
            }
            Action::Other(_) => Kind::Unknown,
        }
    }

    /// The files of a `PhotoPicker` or `DocumentPicker`, by the name its payload gave them.
    pub fn uploads(&self, field: &str) -> Vec<Upload> {
        let listed = self.data.get(field).and_then(Value::as_array);
        listed.into_iter().flatten().filter_map(|file| serde_json::from_value(file.clone()).ok()).collect()
    }

    /// Checks that the flow token is the one Meta was given, by its signature under an app secret.
    ///
    /// Meta: WhatsApp Flows > Guides > Implementing your Flow Endpoint > Flow token signature.
    ///
    /// # Errors
    /// [`TokenError`]; also when there is no signature, which is normal below `data_api_version` 4.0.
    pub fn verify_token(&self, secrets: &[impl AsRef<str>]) -> Result<(), TokenError> {
        let signature = self.flow_token_signature.as_deref().ok_or(TokenError::Missing)?;
        let claims = token::verify(secrets, signature)?;
        let signed = claims.get("flow_token").and_then(Value::as_str);
        if signed.is_some() && signed == self.flow_token.as_deref() {
            Ok(())
        } else {
            Err(TokenError::OtherToken)
        }
    }

    /// `None` when it isn't an object with an action.
    pub(super) fn from_json(json: Value) -> Option<Self> {
        let Value::Object(mut map) = json else { return None };
        let action = Action::parse(map.get("action")?.as_str()?);
        map.remove("action");
        Some(Self {
            version: take_text(&mut map, "version"),
            action,
            screen: take_text(&mut map, "screen"),
            data: match map.remove("data") {
                Some(Value::Object(data)) => data,
                Some(other) => {
                    map.insert("data".into(), other);
                    Map::new()
                }
                None => Map::new(),
            },
            flow_token: take_text(&mut map, "flow_token"),
            flow_token_signature: take_text(&mut map, "flow_token_signature"),
            extra: map,
        })
    }

    /// As it goes over the wire, before encryption.
    pub fn to_json(&self) -> Value {
        let mut map = self.extra.clone();
        map.insert("action".into(), self.action.as_str().into());
        for (key, value) in [
            ("version", &self.version),
            ("screen", &self.screen),
            ("flow_token", &self.flow_token),
            ("flow_token_signature", &self.flow_token_signature),
        ] {
            if let Some(value) = value {
                map.insert(key.into(), value.as_str().into());
            }
        }
        if !self.data.is_empty() {
            map.insert("data".into(), self.data.clone().into());
        }
        Value::Object(map)
    }
}

fn take_text(map: &mut Map<String, Value>, key: &str) -> Option<String> {
    match map.remove(key)? {
        Value::String(text) => Some(text),
        other => {
            map.insert(key.to_owned(), other);
            None
        }
    }
}
