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
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use model::{id::MediaId, media::Media};
use std::io::SeekFrom;
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};

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
/// With the declared type. What a browser could run is handed out as a download. `Range` may ask for one part of it.
#[utoipa::path(get, path = "/v1/media/{id}", operation_id = "media.get", tag = "media",
    params(("id" = String, Path, description = "`med_…`"),
        ("Range" = Option<String>, Header, description = "`bytes=…`, one range: players ask for it")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 206, description = "The bytes that were asked for", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 416, description = "The file has no such bytes; `Content-Range` tells its size"), OnFind))]
pub(crate) async fn get(signed: Signed, Id(id): Id<MediaId>, headers: HeaderMap) -> Result<Response> {
    let (media, path) = signed.app().media_file(signed.organization(), id).await?;
    let unreadable = |error: std::io::Error| {
        tracing::error!(media.id = %id, %error, "failed to read a stored file");
        Problem::new(Kind::Unavailable, "the file can't be read now")
    };
    let mut file = File::open(&path).await.map_err(unreadable)?;
    let size = file.metadata().await.map_err(unreadable)?.len();
    let wanted = Wanted::of(&headers, size);
    if let Wanted::Part { first, .. } = wanted {
        file.seek(SeekFrom::Start(first)).await.map_err(unreadable)?;
    }
    Ok(match wanted {
        Wanted::All => sent(&media, file, size),
        Wanted::Part { first, last } => {
            let mut answer = sent(&media, file, last - first + 1);
            *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
            with_range(answer, &format!("bytes {first}-{last}/{size}"))
        }
        Wanted::Nothing => {
            let problem = Problem::invalid("Range", "the file ends before that").with_limit(size);
            let answer = problem.with_status(StatusCode::RANGE_NOT_SATISFIABLE).into_response();
            with_range(answer, &format!("bytes */{size}"))
        }
    })
}

fn with_range(mut answer: Response, range: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(range) {
        answer.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    answer
}

/// Sends `length` bytes from where the file stands.
fn sent(media: &Media, file: File, length: u64) -> Response {
    let chunks = stream::try_unfold(file.take(length), |mut file| async move {
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
    set(header::ACCEPT_RANGES, "bytes");
    set(header::CONTENT_LENGTH, &length.to_string());
    answer
}

/// How much of a file a request wants.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    /// From the first to the last byte, counted from 0.
    Part {
        first: u64,
        last: u64,
    },
    /// A range beyond the end.
    Nothing,
}

impl Wanted {
    /// Reads `Range` (RFC 9110, 14.2). Several ranges, or what can't be understood, get the whole file, as the standard
    /// allows; `If-Range` does too, since we hand out nothing that it could name.
    fn of(headers: &HeaderMap, size: u64) -> Self {
        if headers.contains_key(header::IF_RANGE) {
            return Self::All;
        }
        let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
        let range =
            asked.and_then(|text| text.trim().strip_prefix("bytes=")).and_then(|text| text.split_once('-'));
        let Some((first, last)) = range else { return Self::All };
        let number = |text: &str| text.trim().parse::<u64>().ok();
        let (first, last) = match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => (first, last),
            (Some(first), None) if last.trim().is_empty() => (first, u64::MAX),
            // The end of the file, that many bytes.
            (None, Some(0)) if first.trim().is_empty() => return Self::Nothing,
            (None, Some(count)) if first.trim().is_empty() => (size.saturating_sub(count), u64::MAX),
            _ => return Self::All,
        };
        if first >= size { Self::Nothing } else { Self::Part { first, last: last.min(size - 1) } }
    }
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

    #[test]
    fn one_range_is_read_and_all_else_is_the_whole_file() {
        let of = |range: &'static str| {
            let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(range))]);
            Wanted::of(&headers, 10)
        };
        let part = |first, last| Wanted::Part { first, last };
        assert_eq!([of("bytes=0-1"), of("bytes=4-"), of("bytes=-3")], [part(0, 1), part(4, 9), part(7, 9)]);
        assert_eq!([of("bytes=0-99"), of("bytes=-99")], [part(0, 9), part(0, 9)]);
        assert_eq!([of("bytes=10-"), of("bytes=-0")], [Wanted::Nothing, Wanted::Nothing]);
        for all in ["bytes=5-2", "bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=a-b"] {
            assert_eq!(of(all), Wanted::All, "{all}");
        }
        assert_eq!(Wanted::of(&HeaderMap::new(), 10), Wanted::All);
    }
}
