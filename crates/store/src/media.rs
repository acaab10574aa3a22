//! Files of messages: what is known of them; the bytes are in the media store.

use crate::{Reader, Result, Writer, binds};
use model::{
    Timestamp,
    id::{MediaId, OrganizationId},
    media::{Media, MediaState},
};

/// Adds a file.
pub fn insert(w: &mut Writer<'_>, org: OrganizationId, m: &Media) -> Result<()> {
    w.run(
        "INSERT INTO media (id, organization_id, state, mime_type, filename, size, meta_media_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        binds![
            m.id,
            org,
            m.state.as_str(),
            &m.mime_type,
            m.filename.as_ref(),
            m.size,
            m.meta_media_id.as_ref(),
            m.created_at
        ],
    )
}

/// The file with this id.
pub fn get(r: &mut Reader<'_>, org: OrganizationId, id: MediaId) -> Result<Option<Media>> {
    r.first(
        "SELECT id, state, mime_type, filename, size, meta_media_id, created_at FROM media
         WHERE organization_id = $1 AND id = $2",
        binds![org, id],
    )?
    .map(|row| {
        Ok(Media {
            id: row.get(0)?,
            state: row.word(1, MediaState::parse)?,
            mime_type: row.get(2)?,
            filename: row.get(3)?,
            size: row.get(4)?,
            meta_media_id: row.get(5)?,
            created_at: row.get(6)?,
        })
    })
    .transpose()
}

/// Records how the fetching of a file ended.
pub fn set_state(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: MediaId,
    state: MediaState,
    size: Option<u64>,
) -> Result<()> {
    w.run(
        "UPDATE media SET state = $3, size = coalesce($4, size) WHERE organization_id = $1 AND id = $2",
        binds![org, id, state.as_str(), size],
    )
}

/// Meta's id of a file that we uploaded no earlier than `since`; Meta forgets uploads after 30 days.
pub fn uploaded(
    r: &mut Reader<'_>,
    org: OrganizationId,
    id: MediaId,
    since: Timestamp,
) -> Result<Option<String>> {
    let row = r.first(
        "SELECT meta_media_id FROM media WHERE organization_id = $1 AND id = $2 AND meta_uploaded_at >= $3",
        binds![org, id, since],
    )?;
    Ok(row.map(|row| row.get::<Option<String>>(0)).transpose()?.flatten())
}

/// Records that a file was uploaded to Meta.
pub fn set_uploaded(
    w: &mut Writer<'_>,
    org: OrganizationId,
    id: MediaId,
    meta_media_id: &str,
    now: Timestamp,
) -> Result<()> {
    w.run(
        "UPDATE media SET meta_media_id = $3, meta_uploaded_at = $4 WHERE organization_id = $1 AND id = $2",
        binds![org, id, meta_media_id, now],
    )
}
