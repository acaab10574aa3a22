//! Which form a message opens, and whether it may be sent.

use serde_json::{Map, Value};

use super::{Form, Status};
use crate::graph::error::GraphError;
use crate::world::World;
use crate::world::message::Message;

/// The button of a message that opens a form.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub form_id: Option<String>,
    pub form_name: Option<String>,
    pub label: String,
    pub flow_token: String,
    /// A draft is meant.
    pub draft: bool,
    /// The endpoint says what is shown first.
    pub data_exchange: bool,
    /// What is shown first otherwise, when it is said.
    pub screen: Option<String>,
    pub data: Map<String, Value>,
}

/// The button of a message in a chat.
pub(crate) fn of_message(message: &Message) -> Option<Link> {
    let none = Vec::new();
    let shown = message.rendered.as_ref().and_then(|rendered| rendered["buttons"].as_array());
    of_content(&message.content, shown.unwrap_or(&none))
}

/// The button of a message body; `buttons` are those of its template.
pub(crate) fn of_content(content: &Value, buttons: &[Value]) -> Option<Link> {
    match content["type"].as_str()? {
        "interactive" if content["interactive"]["type"] == "flow" => {
            Some(of_interactive(&content["interactive"]["action"]["parameters"]))
        }
        "template" => of_template(&content["template"], buttons),
        _ => None,
    }
}

fn of_interactive(parameters: &Value) -> Link {
    let payload = &parameters["flow_action_payload"];
    Link {
        form_id: plain(&parameters["flow_id"]),
        form_name: plain(&parameters["flow_name"]),
        label: plain(&parameters["flow_cta"]).unwrap_or_default(),
        flow_token: token(&parameters["flow_token"]),
        draft: parameters["mode"] == "draft",
        data_exchange: parameters["flow_action"] == "data_exchange",
        screen: plain(&payload["screen"]),
        data: payload["data"].as_object().cloned().unwrap_or_default(),
    }
}

fn of_template(template: &Value, buttons: &[Value]) -> Option<Link> {
    let is = |value: &Value, word: &str| value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(word));
    let button = buttons.iter().find(|button| is(&button["type"], "FLOW"))?;
    let sent = template["components"].as_array().into_iter().flatten();
    let sent = sent.filter(|part| is(&part["type"], "button")).find(|part| is(&part["sub_type"], "flow"));
    let action = sent.map_or(Value::Null, |part| part["parameters"][0]["action"].clone());
    Some(Link {
        form_id: plain(&button["flow_id"]),
        form_name: plain(&button["flow_name"]),
        label: plain(&button["text"]).unwrap_or_default(),
        flow_token: token(&action["flow_token"]),
        draft: false,
        data_exchange: is(&button["flow_action"], "data_exchange"),
        screen: plain(&button["navigate_screen"]),
        data: action["flow_action_data"].as_object().cloned().unwrap_or_default(),
    })
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What a message without a token is said to have.
fn token(value: &Value) -> String {
    plain(value).unwrap_or_else(|| "unused".to_owned())
}

impl World {
    /// The form that a button on a message of this number means: one of the number's own WABA.
    pub(crate) fn linked_form(&self, phone_number_id: &str, link: &Link) -> Option<&Form> {
        let waba_id = self.numbers.get(phone_number_id)?.waba_id.as_str();
        match (&link.form_id, &link.form_name) {
            (Some(id), _) => self.forms.all.get(id).filter(|form| form.waba_id == waba_id),
            (None, Some(name)) => self.form_named(waba_id, name),
            (None, None) => None,
        }
    }

    /// The form that a message opens, when it may be sent now; `None` for a message without one.
    pub(crate) fn sendable_form(
        &self,
        phone_number_id: &str,
        body: &Value,
        template: Option<&str>,
    ) -> Result<Option<String>, GraphError> {
        let none = Vec::new();
        let template = template.and_then(|id| self.templates.get(id));
        let buttons = template.and_then(|template| {
            let part = template.components.iter().find(|part| part["type"] == "BUTTONS")?;
            part["buttons"].as_array()
        });
        let Some(link) = of_content(body, buttons.unwrap_or(&none)) else { return Ok(None) };
        if template.is_some() && link.form_id.is_none() && link.form_name.is_none() {
            // A button whose form was never made out of its `flow_json`.
            return Ok(None);
        }
        let form = self.linked_form(phone_number_id, &link);
        let form = form.ok_or_else(|| {
            refused("Flow with specified ID or name does not exist or does not belong to your WhatsApp Business Account")
        })?;
        self.sendable(phone_number_id, form, link.draft)?;
        Ok(Some(form.id.clone()))
    }

    fn sendable(&self, phone_number_id: &str, form: &Form, draft: bool) -> Result<(), GraphError> {
        match form.status {
            Status::Blocked => return Err(GraphError::message(132_068).details("Flow is in blocked state")),
            Status::Throttled if form.exhausted(self.now) => {
                let details = "Flow is in throttled state and 10 messages using this flow were already sent in the last hour";
                return Err(GraphError::message(132_069).details(details));
            }
            Status::Deprecated => return Err(refused("Flow is in deprecated state")),
            Status::Draft if !draft => {
                return Err(refused("Invalid Flow mode: a Flow in DRAFT state is sent with mode draft"));
            }
            Status::Published | Status::Throttled if draft => {
                return Err(refused("Invalid Flow mode: a PUBLISHED Flow can't be sent with mode draft"));
            }
            Status::Draft | Status::Published | Status::Throttled => {}
        }
        let signed = self.forms.keys.get(phone_number_id).is_some_and(|key| key.signed);
        if form.has_endpoint() && !signed {
            let details = "The Flow uses an endpoint and the public key of this phone number is not uploaded or not valid";
            return Err(GraphError::message(132_068).details(details));
        }
        Ok(())
    }
}

fn refused(details: &str) -> GraphError {
    GraphError::message(131_009).details(details)
}
