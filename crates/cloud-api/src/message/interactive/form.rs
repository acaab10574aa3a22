//! A button that opens a form. Meta calls it a Flow: Flows > Sending a Flow.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::message::wire::words;

/// Which form the button opens, and where it starts.
///
/// ```
/// use cloud_api::message::{Form, Interactive};
///
/// let form = Form::published("123", "Book").token("tok-1").navigate("FIRST", [("k", "v")]);
/// assert_eq!(Interactive::form("Book a table", form).validate(), Ok(()));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// Always `3`.
    pub flow_message_version: String,
    /// Which form.
    #[serde(flatten)]
    pub form: FormReference,
    /// Label of the button, 1 to 20 characters without emoji.
    pub flow_cta: String,
    /// Yours; comes back with the answer. `unused` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_token: Option<String>,
    /// Published when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<FormMode>,
    /// Navigate when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_action: Option<FormAction>,
    /// First screen and its data; with [`FormAction::Navigate`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_action_payload: Option<FormScreen>,
}

/// Which form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FormReference {
    /// By id.
    Id {
        /// The form's id.
        flow_id: String,
    },
    /// By name.
    Name {
        /// The form's name.
        flow_name: String,
    },
}

words! {
    /// Which version of the form is opened.
    pub enum FormMode {
        /// The one being edited, to try it out.
        Draft = "draft",
        /// The one that is out.
        Published = "published",
    }
}

words! {
    /// What a tap on the button does.
    pub enum FormAction {
        /// Opens a screen with the data sent along.
        Navigate = "navigate",
        /// Asks the form's endpoint what to show.
        DataExchange = "data_exchange",
    }
}

/// A screen and what it starts with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormScreen {
    /// The screen's id.
    pub screen: String,
    /// Its data; left out rather than empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Map<String, Value>>,
}

impl Form {
    /// A published form by its id.
    pub fn published(flow_id: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(FormReference::Id { flow_id: flow_id.into() }, label)
    }

    /// A form by its id or name.
    pub fn new(form: FormReference, label: impl Into<String>) -> Self {
        Self {
            flow_message_version: "3".to_owned(),
            form,
            flow_cta: label.into(),
            flow_token: None,
            mode: None,
            flow_action: None,
            flow_action_payload: None,
        }
    }

    /// The same form, as it is being edited.
    #[must_use]
    pub fn draft(mut self) -> Self {
        self.mode = Some(FormMode::Draft);
        self
    }

    /// The same form with a token that comes back with the answer.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.flow_token = Some(token.into());
        self
    }

    /// The same form, opened at a screen with some data or none.
    #[must_use]
    pub fn navigate<K: Into<String>, V: Into<Value>>(
        mut self,
        screen: impl Into<String>,
        data: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let data: Map<_, _> = data.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        self.flow_action = Some(FormAction::Navigate);
        self.flow_action_payload =
            Some(FormScreen { screen: screen.into(), data: (!data.is_empty()).then_some(data) });
        self
    }

    /// The same form, whose endpoint says what to show first.
    #[must_use]
    pub fn data_exchange(mut self) -> Self {
        self.flow_action = Some(FormAction::DataExchange);
        self.flow_action_payload = None;
        self
    }
}
