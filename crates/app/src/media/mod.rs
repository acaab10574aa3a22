//! Files of messages: taken from agents, fetched from Meta, given to screens.

use crate::{App, Caller, Error, Result};
use bytes::Bytes;
use model::{
    id::{MediaId, OrganizationId},
    media::{Media, MediaState},
};
use std::path::PathBuf;
use store::{Lane, media};

impl App {
    /// Keeps a file that is to be sent.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is empty or larger than Meta takes at all (100 MB), [`Error::Unavailable`] when it
    /// could not be written.
    pub async fn upload_media(
        &self,
        caller: &Caller,
        mime_type: &str,
        filename: Option<&str>,
        bytes: Bytes,
    ) -> Result<Media> {
        let max = self.inner.config.media_max;
        if bytes.is_empty() || bytes.len() > max {
            return Err(Error::Invalid {
                field: "file".into(),
                message: format!("has 1 to {max} bytes"),
                limit: Some(max as u64),
            });
        }
        let file = Media {
            id: MediaId(self.inner.ids.next()),
            state: MediaState::Ready,
            mime_type: mime_type.to_owned(),
            filename: filename.map(|name| name.chars().take(240).collect()),
            size: Some(bytes.len() as u64),
            meta_media_id: None,
            created_at: self.now(),
        };
        let org = caller.organization;
        self.write_file(org, file.id, &bytes).await?;
        let kept = file.clone();
        self.write(Lane::Any, move |w| Ok(media::insert(w, org, &file)?)).await?;
        Ok(kept)
    }

    /// A file whose bytes are here, and where.
    ///
    /// # Errors
    /// [`Error::NotFound`], also while the bytes are not here.
    pub async fn media_file(&self, org: OrganizationId, id: MediaId) -> Result<(Media, PathBuf)> {
        let file = self.read(move |r| media::get(r, org, id)?.ok_or(Error::NotFound)).await?;
        if file.state != MediaState::Ready {
            return Err(Error::NotFound);
        }
        Ok((file, self.path(org, id)))
    }

    fn path(&self, org: OrganizationId, id: MediaId) -> PathBuf {
        self.inner.media_dir.join(org.to_string()).join(id.to_string())
    }

    /// Writes a file whole or not at all: under another name first, synced, then renamed.
    pub(crate) async fn write_file(&self, org: OrganizationId, id: MediaId, bytes: &[u8]) -> Result<()> {
        let path = self.path(org, id);
        let part = path.with_extension("part");
        let write = async {
            if let Some(folder) = path.parent() {
                tokio::fs::create_dir_all(folder).await?;
            }
            let mut file = tokio::fs::File::create(&part).await?;
            tokio::io::AsyncWriteExt::write_all(&mut file, bytes).await?;
            file.sync_all().await?;
            tokio::fs::rename(&part, &path).await
        };
        write
            .await
            .map_err(|e: std::io::Error| Error::Unavailable(format!("file {id} can't be written: {e}")))
    }
}
