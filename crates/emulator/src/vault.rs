//! The bytes of media: in memory with a bound, or in a directory.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

/// Media bytes by media id.
pub(crate) struct Vault {
    dir: Option<PathBuf>,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    files: HashMap<String, Bytes>,
    order: VecDeque<String>,
    size: u64,
    limit: u64,
}

impl Vault {
    /// Files live in `dir` (made when first needed), or else in memory up to `limit` bytes, the oldest going first.
    pub(crate) fn new(dir: Option<PathBuf>, limit: u64) -> Self {
        Self { dir, memory: Mutex::new(Memory { limit, ..Memory::default() }) }
    }

    pub(crate) async fn put(&self, id: &str, bytes: Bytes) -> std::io::Result<()> {
        match &self.dir {
            Some(dir) => {
                let mut builder = tokio::fs::DirBuilder::new();
                builder.recursive(true);
                #[cfg(unix)]
                builder.mode(0o700);
                builder.create(dir).await?;
                tokio::fs::write(dir.join(id), &bytes).await
            }
            None => {
                self.memory.lock().unwrap_or_else(PoisonError::into_inner).put(id, bytes);
                Ok(())
            }
        }
    }

    pub(crate) async fn get(&self, id: &str) -> Option<Bytes> {
        match &self.dir {
            Some(dir) => tokio::fs::read(dir.join(id)).await.ok().map(Bytes::from),
            None => self.memory.lock().unwrap_or_else(PoisonError::into_inner).files.get(id).cloned(),
        }
    }

    pub(crate) async fn remove(&self, id: &str) {
        match &self.dir {
            Some(dir) => {
                if let Err(error) = tokio::fs::remove_file(dir.join(id)).await {
                    tracing::debug!(media.id = id, %error, "media file was not there");
                }
            }
            None => self.memory.lock().unwrap_or_else(PoisonError::into_inner).remove(id),
        }
    }
}

impl Memory {
    fn put(&mut self, id: &str, bytes: Bytes) {
        self.size += bytes.len() as u64;
        self.files.insert(id.to_owned(), bytes);
        self.order.push_back(id.to_owned());
        while self.size > self.limit && self.order.len() > 1 {
            if let Some(oldest) = self.order.pop_front() {
                self.remove(&oldest);
            }
        }
    }

    fn remove(&mut self, id: &str) {
        if let Some(bytes) = self.files.remove(id) {
            self.size -= bytes.len() as u64;
            self.order.retain(|kept| kept != id);
        }
    }
}
