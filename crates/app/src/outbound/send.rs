//! One message's call to Meta, and what is written down after it.

use super::{outcome, translate};
use crate::{
    App, Error, Result,
    meta::{CallError, Client},
};
use jiff::SignedDuration;
use model::{Timestamp, id::MediaId, message::MessageError};
use std::collections::HashMap;
use store::{Lane, media, outbound::Outgoing, phone_numbers};

/// Meta forgets an upload after 30 days (Meta: Media); one day is kept in hand.
const UPLOAD_LASTS: SignedDuration = SignedDuration::from_hours(29 * 24);

/// Sends a message whose intent is committed, and records the outcome. Never fails: what could not be recorded is
/// found as abandoned by whoever runs the lane next.
pub(super) async fn send(app: &App, outgoing: Outgoing) {
    let id = outgoing.message_id;
    let recorded = match prepare(app, &outgoing).await {
        Ok((client, number, body)) => match client.send_message(&number, &body).await {
            Ok(sent) => outcome::accepted(app, &outgoing, sent).await,
            Err(error) => outcome::failed(app, &outgoing, &error).await,
        },
        Err(Stop::Call(error)) => outcome::not_sent(app, &outgoing, &error).await,
        // A file or a number that is gone won't come back.
        Err(Stop::Ours(Error::NotFound)) => outcome::fail(app, &outgoing, gone()).await,
        Err(Stop::Ours(error)) => outcome::put_off(app, &outgoing, &error.to_string()).await,
    };
    if let Err(error) = recorded {
        tracing::error!(message.id = %id, %error, "outcome of a send could not be recorded");
        outcome::record_later(app, outgoing).await;
    }
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

async fn prepare(
    app: &App,
    outgoing: &Outgoing,
) -> std::result::Result<(Client, String, serde_json::Value), Stop> {
    let (org, number) = (outgoing.organization_id, outgoing.phone_number_id);
    let credentials = app.read(move |r| Ok(phone_numbers::credentials(r, org, number)?)).await?;
    let credentials = credentials.ok_or(Error::NotFound)?;
    let client = app.inner.meta.client(&credentials);
    let mut uploaded = HashMap::new();
    for (_, file) in translate::files(&outgoing.body) {
        let meta_id = upload(app, &client, outgoing, &credentials.phone_number_id, &file).await?;
        uploaded.insert(file, meta_id);
    }
    let body = translate::with_files(outgoing.body.clone(), |id| uploaded.get(id).cloned());
    Ok((client, credentials.phone_number_id, body))
}

/// Meta's id of a file of ours, uploaded now unless an earlier upload lasts.
async fn upload(
    app: &App,
    client: &Client,
    outgoing: &Outgoing,
    number: &str,
    file: &str,
) -> std::result::Result<String, Stop> {
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
    let name = file.filename.as_deref().unwrap_or("file");
    let uploading = client.upload_media(number, bytes.into(), &file.mime_type, name);
    let meta_id = uploading.await.map_err(Stop::Call)?;
    let uploaded = meta_id.clone();
    let written: Result<()> =
        app.write(Lane::Any, move |w| Ok(media::set_uploaded(w, org, id, &uploaded, now)?)).await;
    written?;
    Ok(meta_id)
}
