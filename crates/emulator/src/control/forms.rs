//! Customers and forms: opening one from a message, going through its screens, sending the answer.

use cloud_api::form::endpoint::{Upload, client};
use serde_json::{Map, Value, json};

use super::customers::{SentFile, known, number};
use super::{Answer, Control, ControlError};
use crate::form_phone::{Opened, Step};
use crate::graph::media;
use crate::world::World;
use crate::world::account::DAY;
use crate::world::forms::Form;
use crate::world::forms::screen;
use crate::world::forms::session::{Session, Stage};
use crate::world::forms::values::Scope;

impl Control {
    /// `POST /_control/customers/{id}/forms/open {message_id}`: the customer taps the button that opens a form. With
    /// `flow_action` `data_exchange` its endpoint is asked for the first screen, which takes as long as it takes.
    /// Answers the session, also when something went wrong (`error`).
    ///
    /// # Errors
    /// A message that isn't on this phone (404) or has no form; a button that works no more, or a form that is blocked,
    /// deprecated or gone (409).
    pub async fn open_form(&self, id: &str, body: &Value) -> Answer {
        let message_id = message_id(body)?;
        let wa_id = self.shared.with(|world| known(world, id))?;
        let opened = Opened { shared: &self.shared, message_id };
        opened.open(&wa_id).await?;
        self.form_session(id, message_id)
    }

    /// `POST /_control/customers/{id}/forms/submit {message_id, screen?, data?, action?, component?}`: the customer
    /// fills in the screen and taps its footer; or takes another action of it, goes back (`"BACK"`), or leaves
    /// (`"CLOSE"`). Answers the session.
    ///
    /// # Errors
    /// No such session (404); one that is over, asks its endpoint, or shows another screen (409); values that the phone
    /// would not take, or an action that the screen doesn't have.
    pub async fn submit_form(&self, id: &str, body: &Value) -> Answer {
        let message_id = message_id(body)?;
        let opened = Opened { shared: &self.shared, message_id };
        let plan = self.shared.with(|world| {
            let wa_id = known(world, id)?;
            plan(world, &wa_id, message_id, body)
        })?;
        let step = match plan {
            Plan::Ready(step) => step,
            Plan::Act(act) => self.step(message_id, act).await?,
        };
        opened.carry_out(step).await?;
        self.form_session(id, message_id)
    }

    /// `GET /_control/customers/{id}/forms/{message_id}`: the form as it is on the customer's screen.
    ///
    /// # Errors
    /// Nobody has this id, or has not opened the form of this message.
    pub fn form_session(&self, id: &str, message_id: &str) -> Answer {
        self.shared.with(|world| {
            let wa_id = known(world, id)?;
            let session = session(world, &wa_id, message_id)?;
            let mut out = session.to_json(world.forms.all.get(&session.form_id));
            out["disabled"] = Value::from(world.forms.disabled.contains_key(message_id));
            Ok(out)
        })
    }

    /// `POST /_control/customers/{id}/forms/files`: a file for a picker of a form; its id goes into `data`.
    ///
    /// # Errors
    /// An unknown customer, or a file that can't be kept.
    pub async fn add_form_file(&self, id: &str, body: &Value, file: SentFile) -> Answer {
        let number = self.shared.with(|world| {
            known(world, id)?;
            number(world, body["phone_number_id"].as_str())
        })?;
        let kept =
            media::store(&self.shared, &number, &file.mime_type, file.filename.clone(), &file.bytes, 7 * DAY);
        let id =
            kept.await.map_err(|e| ControlError::failed(500, format!("the file could not be kept: {e}")))?;
        Ok(json!({ "id": id, "mime_type": file.mime_type, "file_name": file.filename }))
    }

    /// What taking an action comes to, once files are where the receiver fetches them.
    async fn step(&self, message_id: &str, act: Act) -> Result<Step, ControlError> {
        let mut shown = act.values.clone();
        for name in &act.pickers {
            let Some(ids) = act.values.get(name).and_then(Value::as_array) else { continue };
            let mut files = Vec::new();
            for id in ids.iter().filter_map(Value::as_str) {
                files.push(match act.action["name"].as_str() {
                    Some("data_exchange") => self.seal(id).await?,
                    _ => self.shared.with(|world| described(world, id))?,
                });
            }
            shown.insert(name.clone(), Value::from(files));
        }
        self.shared.with(|world| {
            let session = world.forms.sessions.get_mut(message_id);
            let session = session.ok_or_else(|| ControlError::not_found("open form of", message_id))?;
            let visited = session.screens.entry(act.screen.clone()).or_default();
            visited.form = act.values;
            let mut screens = session.screens.clone();
            if let Some(visited) = screens.get_mut(&act.screen) {
                visited.form = shown.clone();
            }
            let data = &screens[&act.screen].data;
            let scope = Scope { data, form: Some(&shown), screens: &screens };
            Ok(carried(&act.action, &scope))
        })
    }

    /// Encrypts a file for the endpoint, as the phone does before it uploads it.
    async fn seal(&self, id: &str) -> Answer {
        let missing = || ControlError::not_found("file", id);
        let (keys, hash, name) = self.shared.with(|world| {
            let name = world.media.get(id).ok_or_else(missing)?.filename.clone();
            let keys = (world.random_bytes::<32>(), world.random_bytes::<32>(), world.random_bytes::<16>());
            let hash = world.traces.alphanumeric(32);
            world.forms.uploads.insert(id.to_owned(), hash.clone());
            Ok((keys, hash, name))
        })?;
        let bytes = self.shared.vault.get(id).await.ok_or_else(missing)?;
        let (sealed, metadata) = client::seal_media(&bytes, &keys.0, &keys.1, &keys.2);
        let kept = self.shared.vault.put(&format!("{id}.enc"), sealed.into()).await;
        kept.map_err(|e| ControlError::failed(500, format!("the file could not be kept: {e}")))?;
        let upload = Upload {
            media_id: Some(id.to_owned()),
            cdn_url: format!("{}/whatsapp_flows/media/?mid={id}&hash={hash}", self.shared.config.public_url),
            file_name: name,
            encryption_metadata: metadata,
            extra: Map::new(),
        };
        Ok(serde_json::to_value(upload).unwrap_or_default())
    }
}

/// What a submission comes to.
enum Plan {
    Ready(Step),
    Act(Act),
}

/// An action of a screen, and the values it is taken with.
struct Act {
    screen: String,
    action: Value,
    values: Map<String, Value>,
    /// Inputs whose values are ids of files.
    pickers: Vec<String>,
}

fn message_id(body: &Value) -> Result<&str, ControlError> {
    body["message_id"].as_str().ok_or_else(|| ControlError::invalid("message_id", "is required"))
}

fn session<'w>(world: &'w World, wa_id: &str, message_id: &str) -> Result<&'w Session, ControlError> {
    let session = world.forms.sessions.get(message_id).filter(|session| session.wa_id == wa_id);
    session.ok_or_else(|| ControlError::not_found("open form of message", message_id))
}

fn plan(world: &World, wa_id: &str, message_id: &str, body: &Value) -> Result<Plan, ControlError> {
    let session = session(world, wa_id, message_id)?;
    if session.busy {
        return Err(ControlError::conflict("", "the form's endpoint is being asked"));
    }
    let open = session.screen.as_deref().filter(|_| session.stage == Stage::Open);
    let shown = open.ok_or_else(|| ControlError::conflict("", "the form is not open; open it first"))?;
    if body["screen"].as_str().is_some_and(|screen| screen != shown) {
        return Err(ControlError::conflict("screen", &format!("the form shows screen {shown}")));
    }
    let form = world.forms.all.get(&session.form_id);
    let json = form.map(Form::json).unwrap_or_default();
    let layout = screen::find(&json, shown).ok_or_else(|| ControlError::not_found("screen", shown))?;
    match body["action"].as_str() {
        Some("CLOSE") => return Ok(Plan::Ready(Step::Close)),
        Some("BACK") if session.history.is_empty() => return Ok(Plan::Ready(Step::Close)),
        Some("BACK") if layout["refresh_on_back"] == true => return Ok(Plan::Ready(Step::AskBack)),
        Some("BACK") => return Ok(Plan::Ready(Step::Back)),
        Some(_) => return Err(ControlError::invalid("action", "is BACK, CLOSE, or an action of the screen")),
        None => {}
    }
    let visited = session.visited();
    let before = Scope { data: &visited.data, form: None, screens: &session.screens };
    let mut values = screen::initial_values(layout, &before);
    values.extend(visited.form.clone());
    values.extend(body["data"].as_object().cloned().unwrap_or_default());
    let scope = Scope { data: &visited.data, form: Some(&values), screens: &session.screens };
    let (action, all) = chosen([layout, &before.resolve(layout)], body, &scope)?;
    if let Some((field, why)) = screen::refusal(&json, shown, &values, all) {
        return Err(ControlError::invalid(&format!("data.{field}"), &why));
    }
    let pickers = screen::pickers(layout).into_iter().map(str::to_owned).collect();
    Ok(Plan::Act(Act { screen: shown.to_owned(), action, values, pickers }))
}

/// The action that was taken, and whether it leaves the screen, which needs everything required.
/// `screens` is the screen as it is written and as it is shown.
fn chosen(screens: [&Value; 2], body: &Value, scope: &Scope<'_>) -> Result<(Value, bool), ControlError> {
    let [layout, _] = screens;
    let given = body.get("action").filter(|action| action.is_object());
    if let Some(action) = given {
        let none = || ControlError::invalid("action", "the screen has no such action");
        let owner = screen::owner(screens, action, scope).ok_or_else(none)?;
        return Ok((action.clone(), owner["type"] == "Footer"));
    }
    if let Some(component) = body["component"].as_str() {
        let action = screen::action_of(layout, component);
        let none =
            || ControlError::invalid("component", "the screen has no component of this name with an action");
        return Ok((action.ok_or_else(none)?, false));
    }
    let none = || ControlError::invalid("action", "the screen has no footer; say which action is taken");
    screen::footer(layout).map(|action| (action, true)).ok_or_else(none)
}

/// An action with its payload filled in.
fn carried(action: &Value, scope: &Scope<'_>) -> Step {
    let payload = scope.resolve(&action["payload"]).as_object().cloned().unwrap_or_default();
    match action["name"].as_str() {
        Some("navigate") => Step::Navigate(action["next"]["name"].as_str().unwrap_or("").to_owned(), payload),
        Some("complete") => Step::Complete(payload),
        Some("data_exchange") => Step::Exchange(payload),
        Some("update_data") => Step::Update(payload),
        _ => Step::Nothing,
    }
}

/// A file as an answer names it that goes straight to the business.
fn described(world: &World, id: &str) -> Answer {
    use base64::Engine as _;
    let media = world.media.get(id).ok_or_else(|| ControlError::not_found("file", id))?;
    Ok(json!({
        "id": media.id, "mime_type": media.mime_type, "file_name": media.filename,
        "sha256": base64::engine::general_purpose::STANDARD.encode(media.sha256),
    }))
}
