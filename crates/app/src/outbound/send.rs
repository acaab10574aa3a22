//! One message's call to Meta, and what is written down after it.

use super::{circuit::Told, outcome, translate};
use crate::{
    App, Error, Result,
    meta::{CallError, Client},
};
use jiff::SignedDuration;
use model::{
    Timestamp,
    breaker::Allowed,
    id::{MediaId, PhoneNumberId},
    message::MessageError,
};
use std::collections::HashMap;
use store::{Lane, media, outbound::Outgoing, phone_numbers::Credentials};

/// Meta forgets an upload after 30 days (Meta: Media); one day is kept in hand.
const UPLOAD_LASTS: SignedDuration = SignedDuration::from_hours(29 * 24);

/// The way to Meta for one number.
pub(super) struct Way {
    /// The number.
    pub(super) id: PhoneNumberId,
    meta_id: String,
    client: Client,
}

impl Way {
    pub(super) fn new(app: &App, id: PhoneNumberId, credentials: &Credentials) -> Self {
        Self { id, meta_id: credentials.phone_number_id.clone(), client: app.inner.meta.client(credentials) }
    }

    /// Whether anybody answers, whatever they say.
    pub(super) async fn answers(&self) -> bool {
        let asked = self.client.phone_number_with(&self.meta_id, &["id"]).await;
        asked.err().is_none_or(|error| translate::told(&error) != Told::Nothing)
    }
}

/// Sends a message whose intent is committed, and records the outcome. Never fails: what could not be recorded is
/// found as abandoned by whoever runs the lane next. With `trial` it shows whether a parked number is mended.
pub(super) async fn send(app: &App, way: &Way, outgoing: Outgoing, trial: bool) -> Told {
    let id = outgoing.message_id;
    let (told, recorded) = match prepare(app, way, &outgoing).await {
        Ok(body) => match way.client.send_message(&way.meta_id, &body).await {
            Ok(sent) => (Told::Answered, outcome::accepted(app, &outgoing, sent, trial).await),
            Err(error) => (translate::told(&error), outcome::failed(app, &outgoing, &error).await),
        },
        Err(Stop::Call(error)) => (Told::NotCalled, outcome::not_sent(app, &outgoing, &error).await),
        // A file or a number that is gone won't come back.
        Err(Stop::Ours(Error::NotFound)) => (Told::NotCalled, outcome::fail(app, &outgoing, gone()).await),
        Err(Stop::Ours(error)) => {
            (Told::NotCalled, outcome::put_off(app, &outgoing, &error.to_string()).await)
        }
    };
    if let Err(error) = recorded {
        tracing::error!(message.id = %id, %error, "outcome of a send could not be recorded");
        outcome::record_later(app, outgoing).await;
    }
    told
}

fn gone() -> MessageError {
    let detail = "a file or the phone number that it needs is no longer here".to_owned();
    MessageError { code: None, title: "the message could not be sent".into(), detail: Some(detail) }
}

/// Why a message did not get as far as its call.
enum Stop {
    /// A call that had to come first failed; nothing was sent.
    Call(CallError),
    /// We are not able to.
    Ours(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// The body with every file of ours uploaded and named as Meta names it.
async fn prepare(app: &App, way: &Way, outgoing: &Outgoing) -> std::result::Result<serde_json::Value, Stop> {
    let files = translate::files(&outgoing.body);
    if files.is_empty() {
        return Ok(outgoing.body.clone());
    }
    let mut uploaded = HashMap::new();
    for (_, file) in files {
        let meta_id = upload(app, way, outgoing, &file).await?;
        uploaded.insert(file, meta_id);
    }
    Ok(translate::with_files(outgoing.body.clone(), |id| uploaded.get(id).cloned()))
}

/// Meta's id of a file of ours, uploaded now unless an earlier upload lasts.
async fn upload(app: &App, way: &Way, outgoing: &Outgoing, file: &str) -> std::result::Result<String, Stop> {
    let org = outgoing.organization_id;
    let id: MediaId = file.parse().map_err(|_| Error::NotFound)?;
    let now = app.now();
    let since = now.saturating_sub(UPLOAD_LASTS).unwrap_or(Timestamp::MIN);
    let known = app.read(move |r| Ok(media::uploaded(r, org, id, since)?)).await?;
    if let Some(meta_id) = known {
        return Ok(meta_id);
    }
    let (file, path) = app.media_file(org, id).await?;
    let bytes = tokio::fs::read(&path).await.map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Error::NotFound,
        _ => Error::Unavailable(format!("file {id}: {e}")),
    })?;
    let media_circuit = &app.inner.circuits.media;
    match media_circuit.allowed(now) {
        Allowed::Nothing(_) => {
            return Err(Error::Unavailable("Meta takes no files at the moment".into()).into());
        }
        // An upload that nobody used hurts nobody, so it is its own trial.
        Allowed::Trial => media_circuit.trying(now),
        Allowed::All | Allowed::One => {}
    }
    let name = file.filename.as_deref().unwrap_or("file");
    let uploading = way.client.upload_media(&way.meta_id, bytes.into(), &file.mime_type, name).await;
    let told = uploading.as_ref().err().map_or(Told::Answered, translate::told);
    media_circuit.tried(told != Told::Nothing, app.now());
    media_circuit.told(&told, app.now());
    let meta_id = uploading.map_err(Stop::Call)?;
    let uploaded = meta_id.clone();
    let written: Result<()> =
        app.write(Lane::Any, move |w| Ok(media::set_uploaded(w, org, id, &uploaded, now)?)).await;
    written?;
    Ok(meta_id)
}
