//! One message's call to Meta, and what is written down after it.

use super::{
    circuit::Told,
    course::{Course, Mark},
    outcome::{self, Outcome},
    translate::{self, Verdict},
};
use crate::{
    App, Error, Result,
    figures::{self, Came, Phase},
    meta::{CallError, Client, Sent},
};
use jiff::SignedDuration;
use model::{
    Timestamp,
    breaker::Allowed,
    id::{MediaId, PhoneNumberId},
    message::MessageError,
};
use std::{collections::HashMap, sync::Arc, time::Instant};
use store::{Lane, media, outbound::Outgoing, phone_numbers::Credentials};
use tracing::{Instrument, Span, field::Empty};

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

/// A message's call, until its outcome is recorded, and what that tells of the way to Meta.
pub(super) async fn run(app: App, course: Arc<Course>, way: Arc<Way>, outgoing: Outgoing, mark: Mark) {
    let told = send(&app, &way, &course.figures, outgoing, &mark).await;
    let now = app.now();
    let opened = course.told(&told, now) | app.inner.circuits.messages.told(&told, now);
    if opened {
        tracing::warn!(phone_number.id = %way.id, "nothing answers: sending over this number waits");
    }
    drop(mark);
}

/// Sends a message whose intent is committed, and records the outcome. Never fails: what could not be recorded when this
/// process ends is found as abandoned by whoever runs the lane next.
async fn send(app: &App, way: &Way, number: &figures::Number, outgoing: Outgoing, mark: &Mark) -> Told {
    let (id, began) = (outgoing.message_id, Instant::now());
    let (told, came, outcome) = match prepare(app, way, &outgoing).await {
        Ok(_) if is_late(app, mark) => {
            let why = "its turn was too long ago; another node may have taken it";
            (Told::NotCalled, Came::Later, Outcome::NotReady(why.into()))
        }
        Ok(body) => match call(way, &body).await {
            Ok(sent) => {
                app.inner.figures.accepted(id, app.now());
                (Told::Answered, Came::Accepted, Outcome::Accepted(sent))
            }
            Err(error) => (translate::told(&error), refused(&error), Outcome::Failed(error)),
        },
        Err(Stop::Call(error)) => {
            // Whatever is unknown of it, the message itself was not sent.
            let came = Some(refused(&error)).filter(|came| *came != Came::Unknown).unwrap_or(Came::Later);
            (Told::NotCalled, came, Outcome::NotSent(error))
        }
        // A file or a number that is gone won't come back.
        Err(Stop::Ours(Error::NotFound)) => (Told::NotCalled, Came::Failed, Outcome::Gone(gone())),
        Err(Stop::Ours(error)) => (Told::NotCalled, Came::Later, Outcome::NotReady(error.to_string())),
    };
    number.came(came, app.now());
    Span::current().record("outcome", came.as_str());
    outcome::record(app, &outgoing, &outcome, mark.trial).await;
    Phase::SendDone.took(began.elapsed());
    told
}

/// Whether a call must not be made any more: a process that was frozen, or uploaded a file for long, may have lost the lane
/// to another one, which sends again after a while what it knows nothing of.
fn is_late(app: &App, mark: &Mark) -> bool {
    let patience = SignedDuration::try_from(app.inner.config.resend_after).unwrap_or(SignedDuration::MAX);
    app.now().duration_since(mark.started_at) > patience / 2
}

/// What a trace tells of a send: our ids alone. Meta's own id of a message has the contact's number inside.
pub(super) fn span(outgoing: &Outgoing) -> Span {
    tracing::debug_span!(
        "send",
        message.id = %outgoing.message_id,
        phone_number.id = %outgoing.phone_number_id,
        organization.id = %outgoing.organization_id,
        attempts = outgoing.attempts,
        outcome = Empty,
        graph.code = Empty,
    )
}

async fn call(way: &Way, body: &serde_json::Value) -> std::result::Result<Sent, CallError> {
    let began = Instant::now();
    let calling = way.client.send_message(&way.meta_id, body);
    let answer = calling.instrument(tracing::debug_span!("graph.call", otel.kind = "client")).await;
    Phase::GraphCall.took(began.elapsed());
    answer
}

/// Counts a call that failed, and says what comes of it.
fn refused(error: &CallError) -> Came {
    let came = match translate::verdict(error) {
        Verdict::Later(_) => Came::Later,
        Verdict::Unknown => Came::Unknown,
        Verdict::Park => Came::Parked,
        Verdict::Fail(_) => Came::Failed,
    };
    let code = error.graph().map(|graph| graph.code);
    if let Some(code) = code {
        Span::current().record("graph.code", code);
    }
    figures::graph_error(code, came.as_str());
    came
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
