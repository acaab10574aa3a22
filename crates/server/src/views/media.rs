//! Stored files.

use model::media::Media;
use serde::Serialize;
use utoipa::ToSchema;

/// A stored file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Media)]
pub(crate) struct MediaOut {
    #[schema(example = "med_0199c0ffee0070008000000000000001")]
    id: String,
    mime_type: String,
    /// Bytes.
    size: u64,
    #[schema(required = true)]
    filename: Option<String>,
}

impl From<Media> for MediaOut {
    fn from(media: Media) -> Self {
        Self {
            id: media.id.to_string(),
            mime_type: media.mime_type,
            size: media.size.unwrap_or_default(),
            filename: media.filename,
        }
    }
}

/// A file to keep, as multipart form data.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes the form in the OpenAPI document; the handler reads the parts itself"
)]
pub(crate) struct MediaUpload {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}
