//! Resumable uploads: `/{app}/uploads` begins one, `/upload:…` takes bytes and gives the handle that profile pictures and
//! template samples want.

use serde_json::{Value, json};

use super::edges::{Edge, Kind, Scope, edge};
use super::error::GraphError;
use super::{Answer, Call, pictures};
use crate::world::registry::{Handle, Upload};

pub(super) const EDGES: &[Edge] =
    &[edge(Kind::App, "uploads", "POST", Scope::Any), edge(Kind::Upload, "", "GET POST", Scope::Any)];

/// What Meta takes.
const TYPES: [&str; 5] = ["application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4"];
const LENGTH_MAX: u64 = 100 * 1024 * 1024;

pub(super) async fn answer(call: &Call<'_>) -> Answer {
    match (call.kind, call.verb()) {
        (Kind::App, _) => begin(call),
        (_, "GET") => {
            let upload = found(call)?;
            Ok(json!({ "id": written(call.id, &upload), "file_offset": upload.received }))
        }
        _ => receive(call).await,
    }
}

fn begin(call: &Call<'_>) -> Answer {
    let params = call.params;
    let length = params.plain("file_length").ok_or_else(|| GraphError::required("file_length"))?;
    let length: u64 = length.parse().ok().filter(|n| (1..=LENGTH_MAX).contains(n)).ok_or_else(|| {
        GraphError::parameter("Param file_length must be an integer between 1 and 104857600")
    })?;
    let mime = params.text("file_type").ok_or_else(|| GraphError::required("file_type"))?;
    if !TYPES.contains(&mime) {
        return Err(GraphError::parameter(format!(
            "Param file_type must be one of {{{}}}",
            TYPES.join(", ")
        )));
    }
    call.with(|world| {
        let id = format!("upload:MTphdHRhY2htZW50Oj{}", world.ids.alphanumeric(24));
        let upload = Upload {
            app_id: call.id.to_owned(),
            name: params.text("file_name").unwrap_or("file").to_owned(),
            mime_type: mime.to_owned(),
            length,
            received: 0,
            sig: format!("AR{}", world.ids.alphanumeric(20)),
            vault_id: world.ids.numeric_id(17),
        };
        let answer = json!({ "id": written(&id, &upload) });
        world.registry.uploads.insert(id, upload);
        world.changes += 1;
        Ok(answer)
    })
}

fn written(id: &str, upload: &Upload) -> String {
    format!("{id}?sig={}", upload.sig)
}

/// The upload, when the signature in the query is its own.
fn found(call: &Call<'_>) -> Result<Upload, GraphError> {
    let upload = call.with(|world| world.registry.uploads.get(call.id).cloned());
    upload.filter(|upload| call.params.text("sig") == Some(upload.sig.as_str())).ok_or_else(|| call.unknown())
}

async fn receive(call: &Call<'_>) -> Answer {
    let upload = found(call)?;
    // Who doesn't say where the bytes belong sends them all.
    let offset = call.params.file_offset.unwrap_or(0);
    let bytes = &call.params.raw;
    if offset != upload.received {
        let details = format!("file_offset must be {}: so many bytes have arrived", upload.received);
        return Err(GraphError::message(100).details(details));
    }
    let received = offset + bytes.len() as u64;
    if received > upload.length || bytes.is_empty() {
        return Err(GraphError::message(100).details("The bytes are not as many as file_length says"));
    }
    let whole = if offset == 0 {
        bytes.clone()
    } else {
        let before =
            call.shared.vault.get(&upload.vault_id).await.ok_or_else(|| GraphError::message(131_000))?;
        bytes::Bytes::from([&before[..], &bytes[..]].concat())
    };
    call.shared.vault.remove(&upload.vault_id).await;
    let kept = call.shared.vault.put(&upload.vault_id, whole).await;
    kept.map_err(|_| GraphError::message(131_000))?;
    call.with(|world| {
        world.changes += 1;
        if received < upload.length {
            if let Some(open) = world.registry.uploads.get_mut(call.id) {
                open.received = received;
            }
            return Ok(json!({ "id": written(call.id, &upload), "file_offset": received }));
        }
        world.registry.uploads.remove(call.id);
        let kind = pictures::base64(upload.mime_type.as_bytes());
        let h = format!(
            "4::{kind}:AR{}:e:{}:{}:100:AR{}",
            world.ids.alphanumeric(40),
            world.now.div_euclid(1_000) + 86_400,
            upload.app_id,
            world.ids.alphanumeric(16)
        );
        let handle = Handle { app_id: upload.app_id, vault_id: upload.vault_id, mime_type: upload.mime_type };
        world.registry.handles.insert(h.clone(), handle);
        Ok(json!({ "h": Value::from(h) }))
    })
}
