//! Media: upload, look-up, download and deletion.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::params::Params;
use super::{Answer, Call};
use crate::shared::Shared;
use crate::webhooks::sender::hex;
use crate::world::account::{DAY, Media};

const MB: usize = 1024 * 1024;

pub(super) const EDGES: &[Edge] =
    &[edge(Kind::Number, "media", "POST", Scope::Messaging), edge(Kind::Media, "", "GET DELETE", Scope::Any)];

pub(super) async fn answer(call: &Call<'_>) -> Answer {
    match call.what() {
        ("POST", _) => upload(call.shared, call.id, call.params).await,
        ("GET", _) => get(call.shared, call.id, call.params),
        _ => delete(call.shared, call.id, call.params).await,
    }
}

/// Checks type and size for a kind of message; the reason when it can't be one.
pub(crate) fn check_file(kind: &str, mime: &str, bytes: &[u8]) -> Result<(), String> {
    let size = bytes.len();
    let bare = mime.split(';').next().unwrap_or("").trim();
    let (fits, limit) = match kind {
        "image" => (["image/jpeg", "image/png"].contains(&bare), 5 * MB),
        "video" => (["video/mp4", "video/3gpp"].contains(&bare), 16 * MB),
        "audio" => (AUDIO.contains(&bare), 16 * MB),
        "sticker" => (bare == "image/webp", if moves(bytes) { 500 * 1024 } else { 100 * 1024 }),
        _ => (!bare.is_empty(), 100 * MB),
    };
    if !fits {
        return Err(format!("Unsupported {kind} mime type {bare}. Please use one of the supported types."));
    }
    if size > limit {
        return Err(format!(
            "Media file size too big. Max file size we currently support: {limit} bytes for {kind}."
        ));
    }
    Ok(())
}

/// Whether a WebP file is an animation: its extended header says so.
fn moves(bytes: &[u8]) -> bool {
    bytes.get(12..16) == Some(b"VP8X") && bytes.get(20).is_some_and(|flags| flags & 2 != 0)
}

const AUDIO: [&str; 6] = ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/opus"];

/// Which limits an uploaded file of this type is under.
pub(crate) fn kind_of(mime: &str) -> &'static str {
    match mime.split('/').next() {
        _ if mime == "image/webp" => "sticker",
        Some("image") => "image",
        Some("video") => "video",
        Some("audio") => "audio",
        _ => "document",
    }
}

/// `POST /{phone number id}/media`.
async fn upload(shared: &Arc<Shared>, number: &str, params: &Params) -> Result<Value, GraphError> {
    if params.text("messaging_product").is_none() {
        return Err(GraphError::required("messaging_product"));
    }
    let file = params.files.first().ok_or_else(|| GraphError::required("file"))?;
    let mime = params
        .text("type")
        .filter(|t| t.contains('/'))
        .or(file.content_type.as_deref())
        .ok_or_else(|| GraphError::required("type"))?;
    if file.bytes.is_empty() {
        return Err(GraphError::parameter("Invalid parameter").details("The file is empty"));
    }
    let bare = mime.split(';').next().unwrap_or(mime).trim().to_owned();
    check_file(kind_of(&bare), &bare, &file.bytes)
        .map_err(|why| GraphError::parameter("Invalid parameter").details(why))?;
    let id = store(shared, number, mime, file.filename.clone(), &file.bytes, 30 * DAY).await;
    id.map(|id| json!({ "id": id })).map_err(|_| GraphError::message(131_000))
}

/// Keeps a file and its facts for `lifetime` milliseconds.
pub(crate) async fn store(
    shared: &Arc<Shared>,
    phone_number_id: &str,
    mime: &str,
    filename: Option<String>,
    bytes: &bytes::Bytes,
    lifetime: i64,
) -> std::io::Result<String> {
    let id = shared.with(|world| world.ids.numeric_id(16));
    shared.vault.put(&id, bytes.clone()).await?;
    shared.with(|world| {
        let media = Media {
            id: id.clone(),
            phone_number_id: phone_number_id.to_owned(),
            mime_type: mime.to_owned(),
            filename,
            size: bytes.len() as u64,
            sha256: Sha256::digest(bytes).into(),
            created_at: world.now,
            expires_at: world.now + lifetime,
            urls: Vec::new(),
            link: None,
        };
        world.changes += 1;
        world.media.insert(id.clone(), media);
    });
    Ok(id)
}

/// `GET /{media id}`: a new download URL.
fn get(shared: &Arc<Shared>, id: &str, params: &Params) -> Result<Value, GraphError> {
    shared.with(|world| {
        let hash = format!("AR{}", world.traces.alphanumeric(40));
        let now = world.now;
        let media = world
            .media
            .get_mut(id)
            .filter(|m| {
                m.expires_at > now && params.plain("phone_number_id").is_none_or(|p| p == m.phone_number_id)
            })
            .ok_or_else(|| GraphError::unknown_object("get", id))?;
        let url = media.mint_url(&shared.config.public_url, "getMedia", hash, now);
        Ok(json!({
            "messaging_product": "whatsapp", "url": url, "mime_type": media.mime_type,
            "sha256": hex(&media.sha256), "file_size": media.size, "id": media.id,
        }))
    })
}

/// `DELETE /{media id}`.
async fn delete(shared: &Arc<Shared>, id: &str, params: &Params) -> Result<Value, GraphError> {
    let gone = shared.with(|world| {
        let fits = world
            .media
            .get(id)
            .is_some_and(|m| params.plain("phone_number_id").is_none_or(|p| p == m.phone_number_id));
        world.changes += 1;
        fits && world.media.remove(id).is_some()
    });
    if !gone {
        return Err(GraphError::unknown_object("delete", id));
    }
    shared.vault.remove(id).await;
    Ok(json!({ "success": true }))
}

/// The download URL itself: 404 once it has expired.
pub(crate) async fn download(shared: &Arc<Shared>, params: &Params) -> Result<Response<Body>, u16> {
    let (id, hash) = (params.plain("mid").ok_or(404u16)?, params.text("hash").unwrap_or("").to_owned());
    let mime = shared.with(|world| {
        let now = world.now;
        let media = world.media.get(&id).filter(|m| m.expires_at > now)?;
        media.urls.iter().any(|u| u.hash == hash && u.expires_at > now).then(|| media.mime_type.clone())
    });
    let bytes = shared.vault.get(&id).await.filter(|_| mime.is_some()).ok_or(404u16)?;
    let mut response = Response::new(Body::from(bytes));
    if let Ok(value) = HeaderValue::from_str(mime.as_deref().unwrap_or("application/octet-stream")) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    Ok(response)
}
