//! Resumable uploads, which give the handles that profile pictures and template samples want. Meta: Graph API > Resumable Upload.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Url;
use serde::Deserialize;
use serde_json::json;

use super::node::judged;
use super::{Call, Client, Method, Secret};
use crate::error::Error;
use crate::judge::text;
use crate::violation::{Rule, Violation};

/// Files may take long.
const TRANSFER_TIMEOUT: Duration = Duration::from_secs(300);
/// How often an upload is taken up again without a byte more having arrived.
const RESUMPTIONS_MAX: usize = 3;
/// What Meta takes.
const TYPES: [&str; 5] = ["application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4"];

/// A file to upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadFile {
    /// Its name.
    pub name: String,
    /// `application/pdf`, `image/jpeg`, `image/png` or `video/mp4`.
    pub mime_type: String,
    /// Its bytes; at least one.
    pub bytes: Bytes,
}

impl UploadFile {
    /// Whether Meta would take it.
    ///
    /// # Errors
    /// All violations: no name, another type, no bytes.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        let json = json!({"file_name": self.name, "file_type": self.mime_type});
        judged(&json, |node, findings| {
            findings.needs_text(node, "file_name", text("File name", 1, usize::MAX));
            findings.one_of(node, "file_type", &TYPES);
            if self.bytes.is_empty() {
                findings.add(node.at("file_length"), Rule::Value, "The file has no bytes.");
            }
        })
    }
}

/// An upload that was begun. Its id is as good as a password for it, and isn't shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadSession {
    id: Secret,
}

impl UploadSession {
    /// An upload that was begun before, by its id (`upload:…`).
    pub fn new(id: impl Into<Secret>) -> Self {
        Self { id: id.into() }
    }

    /// Its id, `upload:…?sig=…`.
    pub fn id(&self) -> &str {
        self.id.expose()
    }

    /// The id is a path and, when it is signed, a query.
    fn call<'c>(&self, client: &'c Client, operation: &'static str, method: Method) -> Call<'c> {
        let (path, query) = self.id().split_once('?').unwrap_or((self.id(), ""));
        let call = client.call(operation, method, &[path]).oauth();
        let Ok(query) = Url::parse(&format!("upload:?{query}")) else { return call };
        query.query_pairs().fold(call, |call, (key, value)| call.query(&key, &value))
    }
}

#[derive(Deserialize)]
struct Started {
    id: String,
}

#[derive(Deserialize)]
struct Offset {
    file_offset: u64,
}

#[derive(Deserialize)]
struct Uploaded {
    h: String,
}

impl Client {
    /// Uploads a file and gives its handle (`4::…`). When the connection breaks it asks how much has arrived and goes on from
    /// there, three times without progress at most.
    ///
    /// Any token of the app. A handle is good for one use within a day or so. Meta: Graph API > Resumable Upload.
    ///
    /// # Errors
    /// [`Error::Refused`] for a type Meta doesn't take or an empty file. Nothing is sent by an upload, so it may be repeated.
    pub async fn upload_file(&self, app_id: &str, file: &UploadFile) -> Result<String, Error> {
        let session = self.start_upload(app_id, file).await?;
        let mut offset = 0;
        let mut resumptions = 0;
        loop {
            let error = match self.upload_from(&session, &file.bytes, offset).await {
                Ok(handle) => return Ok(handle),
                Err(error @ (Error::Unknown(_) | Error::NotSent(_))) => error,
                Err(error) => return Err(error),
            };
            if resumptions == RESUMPTIONS_MAX {
                return Err(error);
            }
            // When even the question fails, the next attempt begins where this one did.
            let arrived = self.upload_offset(&session).await.unwrap_or(offset);
            resumptions = if arrived > offset { 0 } else { resumptions + 1 };
            tracing::debug!(offset = arrived, resumptions, "upload will be taken up again");
            offset = arrived;
        }
    }

    /// Begins an upload. [`Client::upload_file`] does all of it.
    ///
    /// Any token of the app. Meta: Graph API > Resumable Upload > Step 1.
    ///
    /// # Errors
    /// [`Error::Refused`] for a type Meta doesn't take or an empty file.
    pub async fn start_upload(&self, app_id: &str, file: &UploadFile) -> Result<UploadSession, Error> {
        self.judge(|| file.validate())?;
        let call = self.post("start_upload", &[app_id, "uploads"]).query("file_name", &file.name);
        let call = call.query("file_length", &file.bytes.len().to_string());
        let started: Started = call.query("file_type", &file.mime_type).idempotent().read().await?;
        Ok(UploadSession { id: started.id.into() })
    }

    /// Sends a file's bytes from an offset to its end; gives the handle.
    ///
    /// Meta: Graph API > Resumable Upload > Step 2.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the offset is beyond the file. After [`Error::Unknown`] ask [`Client::upload_offset`] and go on
    /// from there.
    pub async fn upload_from(
        &self,
        session: &UploadSession,
        bytes: &Bytes,
        offset: u64,
    ) -> Result<String, Error> {
        let start = usize::try_from(offset).ok().filter(|&start| start <= bytes.len());
        let start = start.ok_or_else(|| Error::Invalid("the offset is beyond the file".to_owned()))?;
        let call = session.call(self, "upload_from", Method::POST).header("file_offset", offset.to_string());
        let uploaded: Uploaded =
            call.raw_bytes(bytes.slice(start..)).timeout(TRANSFER_TIMEOUT).read().await?;
        Ok(uploaded.h)
    }

    /// How many bytes of an upload have arrived.
    ///
    /// Meta: Graph API > Resumable Upload > Resume an interrupted upload.
    ///
    /// # Errors
    /// Code 100 with subcode 33 for an upload that isn't there any more.
    pub async fn upload_offset(&self, session: &UploadSession) -> Result<u64, Error> {
        let offset: Offset = session.call(self, "upload_offset", Method::GET).read().await?;
        Ok(offset.file_offset)
    }
}
