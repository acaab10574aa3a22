//! What a customer's phone does with a form: opens it, runs the actions of its screens, asks its endpoint, and sends the
//! answer.

use cloud_api::form::endpoint::{Action, Request, Response, client};
use serde_json::{Map, Value, json};

use crate::control::error::ControlError;
use crate::form_endpoint::{self, Asker, Phone, Trouble};
use crate::shared::Shared;
use crate::world::World;
use crate::world::forms::health::Measured;
use crate::world::forms::link::{self, Link};
use crate::world::forms::screen;
use crate::world::forms::session::{Problem, Session, Stage};
use crate::world::forms::{Form, Status};

/// The form on one message's button.
pub(crate) struct Opened<'a> {
    pub shared: &'a Shared,
    pub message_id: &'a str,
}

/// What a person does on a screen, ready to be carried out.
pub(crate) enum Step {
    /// On to a screen, with its data.
    Navigate(String, Map<String, Value>),
    /// Data of the screen itself change.
    Update(Map<String, Value>),
    /// The endpoint is asked, with the payload.
    Exchange(Map<String, Value>),
    /// The endpoint is asked for the screen before.
    AskBack,
    /// To the screen before, as it was left.
    Back,
    /// The answer.
    Complete(Map<String, Value>),
    /// The form is left without an answer.
    Close,
    /// Something that doesn't change the form, e.g. a link that is opened.
    Nothing,
}

/// A request that a phone makes, and on whose behalf.
struct Asked {
    form_id: String,
    phone_number_id: String,
    wa_id: String,
    request: Request,
}

/// Holds a session while its endpoint is asked, and lets it go whatever becomes of that.
struct Hold<'a>(&'a Opened<'a>);

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.0.session(|session| session.busy = false);
    }
}

impl<'a> Opened<'a> {
    /// The customer taps the button of a message.
    ///
    /// # Errors
    /// A message that isn't on this phone, has no form, or whose button works no more.
    pub(crate) async fn open(&self, wa_id: &str) -> Result<(), ControlError> {
        let link = self.shared.with(|world| self.begin(world, wa_id))?;
        if link.data_exchange {
            self.exchange(Action::Init, Map::new()).await;
            return Ok(());
        }
        let first = self.shared.with(|world| {
            let json = self.form(world).map(Form::json).unwrap_or_default();
            let first = link.screen.clone().or_else(|| screen::entry(&json).map(str::to_owned))?;
            let usable = screen::find(&json, &first).is_some();
            if usable {
                self.show(world, &first, link.data.clone());
            }
            usable.then_some(())
        });
        if first.is_none() {
            let message = "The screen that the message names is not in the Flow.";
            self.fail("invalid-screen-transition", message, &Action::Other("navigate".to_owned())).await;
        }
        Ok(())
    }

    /// Checks the button and keeps a new session.
    fn begin(&self, world: &mut World, wa_id: &str) -> Result<Link, ControlError> {
        let field = "message_id";
        let message = world.messages.get(self.message_id).filter(|m| m.wa_id == wa_id && m.on_phone());
        let message =
            message.ok_or_else(|| ControlError::not_found("message on this phone", self.message_id))?;
        let link = link::of_message(message)
            .ok_or_else(|| ControlError::invalid(field, "the message has no button that opens a form"))?;
        if let Some(why) = world.forms.disabled.get(self.message_id) {
            return Err(ControlError::conflict(field, &format!("the button works no more: {why}")));
        }
        if world.forms.sessions.get(self.message_id).is_some_and(|session| session.busy) {
            return Err(ControlError::conflict(field, "the form's endpoint is being asked"));
        }
        let form = world
            .linked_form(&message.phone_number_id, &link)
            .ok_or_else(|| ControlError::conflict(field, "the form of this message is not there any more"))?;
        let servable = match form.status {
            Status::Published | Status::Throttled => true,
            Status::Draft => link.draft,
            Status::Blocked | Status::Deprecated => false,
        };
        if !servable {
            let status = form.status.name();
            return Err(ControlError::conflict(field, &format!("a {status} form can't be opened")));
        }
        let session = Session::new(message, &form.id, &link.flow_token, world.now);
        world.keep_session(&self.shared.config, session);
        Ok(link)
    }

    /// Carries out what the person did.
    ///
    /// # Errors
    /// The customer has blocked the number, so that no answer can be sent.
    pub(crate) async fn carry_out(&self, step: Step) -> Result<(), ControlError> {
        match step {
            Step::Exchange(payload) => self.exchange(Action::DataExchange, payload).await,
            Step::AskBack => self.exchange(Action::Back, Map::new()).await,
            Step::Complete(payload) => return self.shared.with(|world| self.complete(world, payload, true)),
            Step::Navigate(to, data) => self.navigate(&to, data).await,
            Step::Update(data) => self.change(|session, _| {
                if let Some(visited) = session.screen.clone().and_then(|id| session.screens.get_mut(&id)) {
                    visited.data.extend(data);
                }
            }),
            Step::Back => self.change(|session, now| {
                if !session.back() {
                    session.end(Stage::Closed, now);
                }
            }),
            Step::Close => self.change(|session, now| session.end(Stage::Closed, now)),
            Step::Nothing => {}
        }
        Ok(())
    }

    async fn navigate(&self, to: &str, data: Map<String, Value>) {
        let known = self.shared.with(|world| {
            let known = self.form(world).is_some_and(|form| screen::find(&form.json(), to).is_some());
            if known {
                self.show(world, to, data);
            }
            known
        });
        if !known {
            let action = Action::Other("navigate".to_owned());
            self.fail("invalid-screen-transition", "The screen is not in the Flow.", &action).await;
        }
    }

    /// Asks the endpoint and does what it says.
    async fn exchange(&self, action: Action, data: Map<String, Value>) {
        let begun = self.shared.with(|world| {
            let request = self.request(world, &action, data)?;
            let session = world.forms.sessions.get_mut(self.message_id).filter(|session| !session.busy)?;
            session.busy = true;
            Some((world.generation, request))
        });
        let Some((generation, asked)) = begun else { return };
        let _hold = Hold(self);
        let answer = self.ask(&asked).await;
        if self.shared.with(|world| world.generation) != generation {
            return;
        }
        match answer {
            Ok(response) => {
                let followed = self.shared.with(|world| {
                    let followed = self.follow(world, &action, response);
                    if let Err((error, _)) = &followed {
                        world.form_measured(
                            &self.shared.config,
                            &asked.form_id,
                            Measured::Screen(Some(error)),
                        );
                    }
                    followed
                });
                if let Err((error, message)) = followed {
                    self.fail(error, &message, &action).await;
                }
            }
            Err(Trouble::Ended(message)) => self.shared.with(|world| self.ended(world, message)),
            Err(Trouble::Phone(error @ "response-decryption-error")) => {
                self.fail(error, "The payload of the endpoint can't be decrypted.", &action).await;
            }
            Err(Trouble::Endpoint(error) | Trouble::Phone(error)) => {
                self.shared
                    .with(|world| self.trouble(world, error, "Something went wrong. Please try again."));
            }
        }
    }

    async fn ask(&self, asked: &Asked) -> Result<Response, Trouble> {
        let phone = Phone { message_id: self.message_id, wa_id: &asked.wa_id };
        let asker =
            Asker { form_id: &asked.form_id, phone_number_id: &asked.phone_number_id, phone: Some(phone) };
        form_endpoint::ask(self.shared, &asker, &asked.request).await
    }

    /// What is sent to the endpoint.
    fn request(&self, world: &World, action: &Action, data: Map<String, Value>) -> Option<Asked> {
        let session = world.forms.sessions.get(self.message_id)?;
        let form = world.forms.all.get(&session.form_id)?;
        let version = form.json()["data_api_version"].as_str().map(str::to_owned);
        let secret = form.application_id.as_ref().and_then(|id| world.apps.get(id)).map(|app| &app.secret);
        let signed = version.as_deref().is_some_and(|version| version >= "4.0");
        let request = Request {
            screen: session.screen.clone(),
            data,
            flow_token: Some(session.flow_token.clone()),
            flow_token_signature: secret
                .filter(|_| signed)
                .map(|secret| client::sign_token(secret, &session.flow_token)),
            version,
            ..Request::new(action.clone())
        };
        Some(Asked {
            form_id: form.id.clone(),
            phone_number_id: session.phone_number_id.clone(),
            wa_id: session.wa_id.clone(),
            request,
        })
    }

    /// Does what the endpoint says; Meta's name of the error, and its words, when that can't be done.
    fn follow(
        &self,
        world: &mut World,
        action: &Action,
        response: Response,
    ) -> Result<(), (&'static str, String)> {
        let (to, data) = match response {
            Response::Screen { screen, data } => (screen, data),
            Response::Success { flow_token, mut params } => {
                params.insert("flow_token".to_owned(), Value::from(flow_token));
                return self
                    .complete(world, params, false)
                    .map_err(|error| ("cannot_be_served", error.message));
            }
            Response::Pong | Response::Acknowledged | Response::Other(_) => {
                return Err(("payload-schema-error", "The response names no screen.".to_owned()));
            }
        };
        let json = self.form(world).map(Form::json).unwrap_or_default();
        let Some(session) = world.forms.sessions.get(self.message_id) else { return Ok(()) };
        let from = session.screen.clone().filter(|_| *action != Action::Init);
        if !screen::may_follow(&json, from.as_deref(), &to, &session.history) {
            let from = from.unwrap_or_default();
            let message = format!("The routing model has no way from screen '{from}' to screen '{to}'.");
            return Err(("invalid-screen-transition", message));
        }
        if let Some((field, wanted)) = screen::misfit(&json, &to, &data) {
            let message = format!("Field '{field}' of screen '{to}' should be of type {wanted}.");
            return Err(("payload-schema-error", message));
        }
        let stays = from.as_deref() == Some(to.as_str());
        self.shown(world, &to, data, stays);
        Ok(())
    }

    /// Shows what the endpoint said. Of a screen that stays, what isn't said again is as before.
    fn shown(&self, world: &mut World, to: &str, mut data: Map<String, Value>, stays: bool) {
        let Some(session) = world.forms.sessions.get(self.message_id) else { return };
        let notice = data.remove("error_message").and_then(|notice| notice.as_str().map(str::to_owned));
        let mut all = if stays { session.visited().data } else { Map::new() };
        all.extend(data);
        self.show(world, to, all);
        if let Some(session) = world.forms.sessions.get_mut(self.message_id) {
            session.notice = notice;
        }
    }

    /// Sends the answer as a message and ends the session. The phone adds the token to the payload of `complete`.
    fn complete(
        &self,
        world: &mut World,
        mut params: Map<String, Value>,
        own: bool,
    ) -> Result<(), ControlError> {
        let Some(session) = world.forms.sessions.get(self.message_id) else { return Ok(()) };
        let (wa_id, number) = (session.wa_id.clone(), session.phone_number_id.clone());
        if own {
            params.insert("flow_token".to_owned(), Value::from(session.flow_token.as_str()));
        }
        let response = Value::from(params);
        let body = json!({
            "type": "interactive", "context": { "message_id": self.message_id },
            "interactive": { "type": "nfm_reply", "nfm_reply": {
                "name": "flow", "body": "Sent", "response_json": response.to_string(),
            } },
        });
        let wamid = world.receive(&self.shared.config, &wa_id, &number, &body)?;
        let now = world.now;
        if let Some(session) = world.forms.sessions.get_mut(self.message_id) {
            session.notice = None;
            session.problem = None;
            session.response = Some(response);
            session.reply = Some(wamid);
            session.end(Stage::Completed, now);
        }
        world.announce_session(self.message_id);
        Ok(())
    }

    /// 427: the form is closed, and the message's button works no more.
    fn ended(&self, world: &mut World, message: Option<String>) {
        let message = message.unwrap_or_else(|| "Something went wrong.".to_owned());
        world.forms.disabled.insert(self.message_id.to_owned(), message.clone());
        let now = world.now;
        if let Some(session) = world.forms.sessions.get_mut(self.message_id) {
            session.problem = Some(Problem { error: "flow_token_invalid".to_owned(), message });
            session.end(Stage::Closed, now);
        }
        world.announce_session(self.message_id);
    }

    /// The person sees an error: the screen stays, or there is none and the form closes.
    fn trouble(&self, world: &mut World, error: &str, message: &str) {
        let now = world.now;
        if let Some(session) = world.forms.sessions.get_mut(self.message_id) {
            session.problem = Some(Problem { error: error.to_owned(), message: message.to_owned() });
            if session.screen.is_none() {
                session.end(Stage::Failed, now);
            }
        }
        world.announce_session(self.message_id);
    }

    /// The phone can't go on: the person sees an error, and the endpoint is told of it.
    async fn fail(&self, error: &'static str, message: &str, action: &Action) {
        let data = json!({ "error": error, "error_message": message });
        let data = data.as_object().cloned().unwrap_or_default();
        let told = self.shared.with(|world| {
            self.trouble(world, error, message);
            let asked = self.form(world).is_some_and(Form::has_endpoint);
            if asked { self.request(world, action, data) } else { None }
        });
        let Some(asked) = told else { return };
        if let Err(trouble) = self.ask(&asked).await {
            tracing::debug!(
                form.id = asked.form_id,
                ?trouble,
                "endpoint did not acknowledge an error notification"
            );
        }
    }

    fn show(&self, world: &mut World, to: &str, data: Map<String, Value>) {
        let Some(session) = world.forms.sessions.get_mut(self.message_id) else { return };
        session.show(to, data);
        let form_id = session.form_id.clone();
        world.form_measured(&self.shared.config, &form_id, Measured::Screen(None));
        world.announce_session(self.message_id);
    }

    fn form<'w>(&self, world: &'w World) -> Option<&'w Form> {
        world.forms.all.get(&world.forms.sessions.get(self.message_id)?.form_id)
    }

    fn session(&self, change: impl FnOnce(&mut Session)) {
        self.shared.with(|world| world.forms.sessions.get_mut(self.message_id).map(change));
    }

    fn change(&self, change: impl FnOnce(&mut Session, i64)) {
        self.shared.with(|world| {
            let now = world.now;
            if let Some(session) = world.forms.sessions.get_mut(self.message_id) {
                change(session, now);
            }
            world.announce_session(self.message_id);
        });
    }
}
