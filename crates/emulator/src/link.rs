//! Media by link: fetched as the platform does, cached for ten minutes by URL.

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::graph::media::check_file;
use crate::shared::{Fetch, Shared};
use crate::world::account::{DAY, MINUTE, Media};

/// How long a fetched link is used again without asking.
const CACHE: i64 = 10 * MINUTE;

/// Fetches a message's link, then lets the message go on, or fail with 131053.
pub(crate) async fn fetch_for_message(shared: &Shared, fetch: Fetch) {
    let cached = shared.with(|world| {
        let fresh =
            |m: &&Media| m.link.as_deref() == Some(fetch.url.as_str()) && world.now - m.created_at < CACHE;
        world.media.values().find(fresh).map(|m| m.id.clone())
    });
    let got = match cached {
        Some(id) => Ok(id),
        None => download(shared, &fetch).await,
    };
    shared.with(|world| {
        if world.generation != fetch.generation {
            return;
        }
        match got {
            Ok(id) => {
                if let Some(message) = world.messages.get_mut(&fetch.wamid) {
                    message.media_id = Some(id);
                }
                world.plan_sent(&shared.config, &fetch.wamid);
            }
            Err(details) => world.plan_failure(&shared.config, &fetch.wamid, 131_053, Some(details)),
        }
    });
}

async fn download(shared: &Shared, fetch: &Fetch) -> Result<String, String> {
    let failed = |why: &str| format!("Downloading media from weblink failed with {why}");
    let response = shared.http.get(&fetch.url).send().await.map_err(|error| {
        failed(if error.is_timeout() { "a time-out" } else { "http code 0, could not connect" })
    })?;
    if !response.status().is_success() {
        return Err(failed(&format!(
            "http code {}, status message {}",
            response.status().as_u16(),
            response.status()
        )));
    }
    let mime = response.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let bytes = response.bytes().await.map_err(|_| failed("a broken connection"))?;
    let kind = shared.with(|world| {
        let message = world.messages.get(&fetch.wamid)?;
        Some((media_kind(message), message.phone_number_id.clone()))
    });
    let Some((kind, phone_number_id)) = kind else { return Err(failed("a message that is gone")) };
    check_file(&kind, &mime, &bytes)?;
    keep(shared, &fetch.url, phone_number_id, mime, bytes).await
}

async fn keep(
    shared: &Shared,
    url: &str,
    phone_number_id: String,
    mime: String,
    bytes: Bytes,
) -> Result<String, String> {
    let id = shared.with(|world| world.ids.numeric_id(16));
    shared
        .vault
        .put(&id, bytes.clone())
        .await
        .map_err(|error| format!("Media could not be kept: {error}"))?;
    shared.with(|world| {
        let media = Media {
            id: id.clone(),
            phone_number_id,
            mime_type: mime,
            filename: url.rsplit('/').next().and_then(|n| n.split('?').next()).map(str::to_owned),
            size: bytes.len() as u64,
            sha256: Sha256::digest(&bytes).into(),
            created_at: world.now,
            expires_at: world.now + 30 * DAY,
            urls: Vec::new(),
            link: Some(url.to_owned()),
        };
        world.media.insert(id.clone(), media);
    });
    Ok(id)
}

fn media_kind(message: &crate::world::message::Message) -> String {
    match message.kind.as_str() {
        "interactive" => message.body()["header"]["type"].as_str().unwrap_or("document").to_owned(),
        "template" => message
            .rendered
            .as_ref()
            .map_or("document", |r| r["header"]["type"].as_str().unwrap_or("document"))
            .to_owned(),
        kind => kind.to_owned(),
    }
}
