//! Files of messages.

use crate::{
    auth::Signed,
    extract::Id,
    problem::{
        Kind, Problem, Result,
        documented::{OnCreate, OnFind},
    },
    routes::created,
    views::media::{MediaOut, MediaUpload},
};
use axum::{
    Json,
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, multipart::MultipartError},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderName, HeaderValue, StatusCode, header};
use model::{id::MediaId, media::Media};
use tokio::{fs::File, io::AsyncReadExt};

/// The largest file, in bytes: Meta's largest, a document (Meta: Media > supported types), and what the form adds.
const BODY_LIMIT: usize = 100 * 1024 * 1024 + 64 * 1024;
/// Bytes read at once when a file is sent.
const CHUNK: usize = 64 * 1024;

/// Upload a file
///
/// One part named `file`, of up to 100 MB, with its `Content-Type`; each kind of message has Meta's own limits.
#[utoipa::path(post, path = "/v1/media", operation_id = "media.upload", tag = "media",
    request_body(content = MediaUpload, content_type = "multipart/form-data"),
    responses((status = 201, description = "The file", body = MediaOut), OnCreate))]
pub(crate) async fn upload(signed: Signed, mut request: Request) -> Result<Response> {
    DefaultBodyLimit::max(BODY_LIMIT).apply(&mut request);
    let file = read(request).await?;
    let name = file.filename.as_deref();
    let media = signed.app().upload_media(&signed.caller, &file.mime_type, name, file.bytes).await?;
    Ok(created(Json(MediaOut::from(media))))
}

struct Uploaded {
    mime_type: String,
    filename: Option<String>,
    bytes: Bytes,
}

async fn read(request: Request) -> Result<Uploaded> {
    let missing = || Problem::invalid("file", "send multipart/form-data with a part named file");
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| missing())?;
    while let Some(part) = form.next_field().await.map_err(|error| unread(&error))? {
        if part.name() != Some("file") {
            continue;
        }
        let mime_type = part.content_type().unwrap_or("application/octet-stream").to_owned();
        let filename = part.file_name().map(str::to_owned).filter(|name| !name.is_empty());
        let bytes = part.bytes().await.map_err(|error| unread(&error))?;
        return Ok(Uploaded { mime_type, filename, bytes });
    }
    Err(missing())
}

fn unread(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::too_large(BODY_LIMIT);
    }
    Problem::invalid("file", "the form ended before it was whole")
}

/// The bytes of a file
///
/// With the declared type. What a browser could run is handed out as a download.
#[utoipa::path(get, path = "/v1/media/{id}", operation_id = "media.get", tag = "media",
    params(("id" = String, Path, description = "`med_…`")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream", body = Vec<u8>), OnFind))]
pub(crate) async fn get(signed: Signed, Id(id): Id<MediaId>) -> Result<Response> {
    let (media, path) = signed.app().media_file(signed.organization(), id).await?;
    let file = File::open(&path).await.map_err(|error| {
        tracing::error!(media.id = %id, %error, "failed to open a stored file");
        Problem::new(Kind::Unavailable, "the file can't be read now")
    })?;
    Ok(sent(&media, file))
}

fn sent(media: &Media, file: File) -> Response {
    let chunks = stream::try_unfold(file, |mut file| async move {
        let mut chunk = Vec::with_capacity(CHUNK);
        let read = file.read_buf(&mut chunk).await?;
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(chunk), file)))
    });
    let mut answer = Body::from_stream(chunks).into_response();
    let headers = answer.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, "application/octet-stream");
    set(header::CONTENT_TYPE, &media.mime_type);
    set(header::CONTENT_DISPOSITION, &disposition(media));
    // Somebody outside wrote these bytes: they may be shown, and do nothing.
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    set(header::CACHE_CONTROL, "private, max-age=31536000, immutable");
    if let Some(size) = media.size {
        set(header::CONTENT_LENGTH, &size.to_string());
    }
    answer
}

/// Pictures, sound and PDFs are shown; all else is downloaded, SVG too, since it can carry scripts.
fn disposition(media: &Media) -> String {
    let mime = media.mime_type.as_str();
    let harmless =
        ["image/", "audio/", "video/", "application/pdf"].iter().any(|kind| mime.starts_with(kind));
    let how = if harmless && !mime.starts_with("image/svg") { "inline" } else { "attachment" };
    match &media.filename {
        Some(name) => format!("{how}; filename*=UTF-8''{}", percent_encoded(name)),
        None => how.to_owned(),
    }
}

/// A file name for a header (RFC 8187): everything but letters, digits and a few marks as `%XX`.
fn percent_encoded(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_into_a_header() {
        assert_eq!(percent_encoded("año 1.pdf"), "a%C3%B1o%201.pdf");
    }
}
