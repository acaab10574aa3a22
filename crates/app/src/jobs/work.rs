//! Does due jobs: done, again later, or given up with its reason.

use super::{Failure, Job};
use crate::{
    App, Error, Result,
    events::tell,
    figures::{self, Phase},
    meta::{Client, Family},
    outbound::translate,
};
use jiff::SignedDuration;
use model::{
    Timestamp,
    cause::Cause,
    event::{EventKind, Subject},
    id::{MediaId, MessageId, OrganizationId, PhoneNumberId},
    media::MediaState,
};
use std::time::Instant;
use store::{
    Lane,
    jobs::{self, Claimed},
    media, messages, phone_numbers,
};
use tokio::task::JoinSet;
use tracing::Instrument;

/// Jobs at once.
const AT_ONCE: usize = 8;
/// A job that takes longer than this is taken on by somebody else, too.
const CLAIM: SignedDuration = SignedDuration::from_mins(10);
/// Tries before a job is given up: with doubling waits up to an hour, about half a day.
const TRIES: u32 = 20;
/// Calls to Meta that fetching a file takes: where it is, and the file.
const FETCH: u32 = 2;
/// The same for showing that a message was read.
const MARK: u32 = 1;

/// Does what is due; answers whether there was anything.
pub(crate) async fn work(app: &App) -> Result<bool> {
    let (node, now) = (app.inner.node, app.now());
    let until = now.saturating_add(CLAIM).unwrap_or(Timestamp::MAX);
    let due = app.read(|r| Ok(jobs::next_due(r)?)).await?;
    if due.is_none_or(|due| due > now) {
        return Ok(false);
    }
    let claimed = app.write(Lane::Any, move |w| Ok(jobs::claim(w, node, now, until, AT_ONCE)?)).await?;
    let any = !claimed.is_empty();
    let mut under_way = JoinSet::new();
    for job in claimed {
        let app = app.clone();
        let span = tracing::debug_span!(
            "job", job.id = %job.id, job.kind = job.kind, organization.id = %job.organization_id,
            attempts = job.attempts, failed = tracing::field::Empty
        );
        under_way.spawn(async move { one(&app, job).await }.instrument(span));
    }
    // Every job is waited for: to leave at the first failure would cut off the others.
    let mut failed = None;
    while let Some(ended) = under_way.join_next().await {
        let ended = ended.map_err(|e| Error::Internal(e.to_string())).flatten();
        failed = ended.err().or(failed);
    }
    failed.map_or(Ok(any), Err)
}

async fn one(app: &App, claimed: Claimed) -> Result<()> {
    let (org, id, began) = (claimed.organization_id, claimed.id, Instant::now());
    let done = match serde_json::from_value::<Job>(claimed.payload.clone()) {
        Ok(job) => run(app, org, &job).await.map_err(|error| (error, Some(job))),
        Err(error) => Err((Failure::Ours(Error::Internal(format!("payload: {error}"))), None)),
    };
    Phase::Job.took(began.elapsed());
    let Err((failure, job)) = done else {
        return app.write(Lane::Any, move |w| Ok(jobs::done(w, org, id)?)).await;
    };
    if let Failure::Call(error) = &failure {
        figures::graph_error(error.graph().map(|graph| graph.code), "job");
    }
    tracing::Span::current().record("failed", true);
    let why = failure.to_string();
    if let Failure::TooSoon(until) = failure {
        tracing::debug!(job.id = %id, job.kind = claimed.kind, %until, "job waits for Meta's hourly budget");
        return app.write(Lane::Any, move |w| Ok(jobs::put_off(w, org, id, until, &why)?)).await;
    }
    tracing::warn!(job.id = %id, job.kind = claimed.kind, attempts = claimed.attempts, error = why, "job failed");
    let now = app.now();
    if claimed.attempts >= TRIES || is_final(&failure) {
        if let Some(Job::FetchMedia { media, .. }) = job {
            file_state(app, org, media, MediaState::Failed, None).await?;
        }
        return app.write(Lane::Any, move |w| Ok(jobs::fail(w, org, id, &why, now)?)).await;
    }
    let due_at = now.saturating_add(wait(claimed.attempts).max(asked(&failure))).unwrap_or(Timestamp::MAX);
    app.write(Lane::Any, move |w| Ok(jobs::retry(w, org, id, due_at, &why)?)).await
}

/// 1 s after the first try, then twice as long after each, up to an hour.
fn wait(attempts: u32) -> SignedDuration {
    SignedDuration::from_secs(1 << attempts.saturating_sub(1).min(12)).min(SignedDuration::from_hours(1))
}

/// How long Meta wants to be left alone.
fn asked(failure: &Failure) -> SignedDuration {
    let wait = match failure {
        Failure::Call(error) => translate::asked_to_wait(error),
        Failure::TooSoon(_) | Failure::Ours(_) => None,
    };
    wait.and_then(|wait| SignedDuration::try_from(wait).ok()).unwrap_or_default()
}

fn is_final(failure: &Failure) -> bool {
    match failure {
        Failure::Call(error) => translate::never_again(error),
        Failure::TooSoon(_) => false,
        Failure::Ours(error) => matches!(error, Error::NotFound | Error::Invalid { .. } | Error::Internal(_)),
    }
}

async fn run(app: &App, org: OrganizationId, job: &Job) -> std::result::Result<(), Failure> {
    match job {
        Job::FetchMedia { media, number, meta_media_id } => {
            fetch(app, org, *number, *media, meta_media_id).await
        }
        Job::MarkRead { message, number } => mark_read(app, org, *number, *message).await,
        Job::SyncTemplates { number } => app.read_templates(org, *number).await,
        Job::ReadNumber { number } => app.read_number(org, *number).await,
    }
}

async fn fetch(
    app: &App,
    org: OrganizationId,
    number: PhoneNumberId,
    id: MediaId,
    meta_media_id: &str,
) -> std::result::Result<(), Failure> {
    let credentials = credentials(app, org, number).await?;
    let client = paced(app, &credentials, FETCH)?;
    let info = client.media(meta_media_id).await?;
    let download = client.download(&info.url).await?;
    app.write_file(org, id, &download.bytes).await?;
    let size = Some(download.bytes.len() as u64);
    Ok(file_state(app, org, id, MediaState::Ready, size).await?)
}

async fn file_state(
    app: &App,
    org: OrganizationId,
    id: MediaId,
    state: MediaState,
    size: Option<u64>,
) -> Result<()> {
    let now = app.now();
    let written = app.write(Lane::id(id.0), move |w| {
        media::set_state(w, org, id, state, size)?;
        for message in messages::with_media(w, org, id)? {
            let subject = Subject {
                conversation: Some(message.conversation_id),
                message: Some(message.id),
                ..Subject::default()
            };
            tell(w, org, EventKind::MessageUpdated, subject, Cause::System, now)?;
        }
        Ok(())
    });
    written.await?;
    app.inner.wake.events();
    Ok(())
}

async fn mark_read(
    app: &App,
    org: OrganizationId,
    number: PhoneNumberId,
    id: MessageId,
) -> std::result::Result<(), Failure> {
    let message = app.read(move |r| messages::get(r, org, id)?.ok_or(Error::NotFound)).await?;
    let Some(wamid) = message.wamid else { return Ok(()) };
    let credentials = credentials(app, org, number).await?;
    let client = paced(app, &credentials, MARK)?;
    Ok(client.mark_read(&credentials.phone_number_id, &wamid, false).await?)
}

fn paced(
    app: &App,
    credentials: &phone_numbers::Credentials,
    calls: u32,
) -> std::result::Result<Client, Failure> {
    app.inner.meta.paced(credentials, Family::Messaging, calls).map_err(Failure::TooSoon)
}

async fn credentials(
    app: &App,
    org: OrganizationId,
    number: PhoneNumberId,
) -> Result<phone_numbers::Credentials> {
    app.read(move |r| phone_numbers::credentials(r, org, number)?.ok_or(Error::NotFound)).await
}
