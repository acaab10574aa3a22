//! Media as messages carry them, and which files Meta takes. Meta: Cloud API > Reference > Media.

use serde::{Deserialize, Serialize};

use crate::violation::{Rule, Violation};

/// Payload of an image, video, audio, document or sticker message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// Where the bytes are.
    #[serde(flatten)]
    pub source: MediaSource,
    /// Up to 1024 characters; not for audio and stickers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Documents only; its extension chooses the icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// Audio only: shown as a voice note, and its `played` status is told. Needs ogg with OPUS, mono.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<bool>,
}

/// Where the bytes of outbound media are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MediaSource {
    /// Uploaded before; valid for 30 days.
    Id {
        /// The media id.
        id: String,
    },
    /// Meta fetches it, and keeps it for ten minutes by URL.
    Link {
        /// An `https` URL that needs no login.
        link: String,
    },
}

impl Media {
    /// Media uploaded before.
    pub fn id(id: impl Into<String>) -> Self {
        Self::from_source(MediaSource::Id { id: id.into() })
    }

    /// Media that Meta fetches.
    pub fn link(link: impl Into<String>) -> Self {
        Self::from_source(MediaSource::Link { link: link.into() })
    }

    /// The same media with words under it.
    #[must_use]
    pub fn with_caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = Some(caption.into());
        self
    }

    /// The same document with a file name.
    #[must_use]
    pub fn with_filename(mut self, filename: impl Into<String>) -> Self {
        self.filename = Some(filename.into());
        self
    }

    /// The same audio as a voice note.
    #[must_use]
    pub fn as_voice(mut self) -> Self {
        self.voice = Some(true);
        self
    }

    fn from_source(source: MediaSource) -> Self {
        Self { source, caption: None, filename: None, voice: None }
    }
}

/// A kind of media that a message can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// Sound: a file to play, or a voice note.
    Audio,
    /// Any file.
    Document,
    /// A picture.
    Image,
    /// A small picture without a frame, 512 by 512 pixels.
    Sticker,
    /// A video: H.264, with one AAC audio stream or none.
    Video,
}

/// What Meta takes of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MediaLimit {
    /// Which kind.
    pub kind: MediaKind,
    /// MIME types as documented, without parameters. For documents Meta takes others too.
    pub mime_types: &'static [&'static str],
    /// The largest file, in bytes.
    pub max_bytes: u64,
}

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// Largest sticker that doesn't move, in bytes; one that moves may have the size in [`MEDIA`].
pub const STILL_STICKER_BYTES_MAX: u64 = 100 * KIB;
/// Largest voice note that is shown with a play button, in bytes; larger ones have to be downloaded first.
pub const VOICE_PLAY_BYTES_MAX: u64 = 512 * KIB;

/// What Meta takes of every kind. Meta: Cloud API > Reference > Media > Supported media types.
pub const MEDIA: [MediaLimit; 5] = [
    MediaLimit {
        kind: MediaKind::Audio,
        mime_types: &["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"],
        max_bytes: 16 * MIB,
    },
    MediaLimit {
        kind: MediaKind::Document,
        mime_types: &[
            "text/plain",
            "application/pdf",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ],
        max_bytes: 100 * MIB,
    },
    MediaLimit { kind: MediaKind::Image, mime_types: &["image/jpeg", "image/png"], max_bytes: 5 * MIB },
    MediaLimit { kind: MediaKind::Sticker, mime_types: &["image/webp"], max_bytes: 500 * KIB },
    MediaLimit { kind: MediaKind::Video, mime_types: &["video/mp4", "video/3gpp"], max_bytes: 16 * MIB },
];

impl MediaKind {
    /// The message `type`, e.g. `image`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Image => "image",
            Self::Sticker => "sticker",
            Self::Video => "video",
        }
    }

    /// What Meta takes of this kind.
    pub fn limit(self) -> MediaLimit {
        let [audio, document, image, sticker, video] = MEDIA;
        match self {
            Self::Audio => audio,
            Self::Document => document,
            Self::Image => image,
            Self::Sticker => sticker,
            Self::Video => video,
        }
    }
}

/// The kind a file of this MIME type is sent as; parameters (`; codecs=opus`) don't matter. `None` for types outside
/// the table, which can still be sent as a document.
pub fn media_kind_for(mime: &str) -> Option<MediaKind> {
    let mime = essence(mime);
    MEDIA.into_iter().find(|limit| limit.mime_types.contains(&mime.as_str())).map(|limit| limit.kind)
}

/// Whether Meta would take a file, before it is uploaded or linked: its MIME type and its size in bytes. A document
/// may have any MIME type; a sticker may have the size of one that moves.
///
/// # Errors
/// What is wrong, at `/type` and `/file`, the fields of the upload.
pub fn check_media(kind: MediaKind, mime: &str, bytes: u64) -> Result<(), Vec<Violation>> {
    let limit = kind.limit();
    let mut found = Vec::new();
    let fits = if kind == MediaKind::Document {
        essence(mime).split_once('/').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
    } else {
        limit.mime_types.contains(&essence(mime).as_str())
    };
    if !fits {
        let message = format!(
            "Param file must be a file with one of the following types: {}.",
            limit.mime_types.join(", ")
        );
        let pointer = "/type".to_owned();
        found.push(Violation { pointer, rule: Rule::Value, limit: None, given: None, message });
    }
    if bytes == 0 || bytes > limit.max_bytes {
        let bound = if bytes == 0 { 1 } else { limit.max_bytes };
        let message = format!("File size invalid. Min size: 1, Max size: {} bytes", limit.max_bytes);
        let (pointer, rule) = ("/file".to_owned(), Rule::Length);
        found.push(Violation { pointer, rule, limit: Some(bound), given: Some(bytes), message });
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

fn essence(mime: &str) -> String {
    mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
