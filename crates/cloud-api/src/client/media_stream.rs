//! Media, piece by piece.

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use reqwest::Response;

use super::call::Call;
use super::transport::describe;
use super::{Client, retry};
use crate::error::Error;

/// Bytes of media on their way.
#[derive(Debug)]
pub struct MediaStream {
    /// `Content-Type` of the answer.
    pub mime_type: Option<String>,
    /// How many bytes will come, when the answer says.
    pub size: Option<u64>,
    response: Response,
}

impl MediaStream {
    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Unknown`] when the connection is cut or five minutes are over. What came before is a torso: throw it away
    /// and begin again.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.response.chunk().await.map_err(|error| Error::Unknown(describe(error)))
    }

    /// All pieces; ends with the first error.
    pub fn stream(self) -> impl Stream<Item = Result<Bytes, Error>> + Send + Unpin {
        let pieces = stream::unfold(Some(self), async |from| {
            let mut from = from?;
            match from.chunk().await {
                Ok(Some(piece)) => Some((Ok(piece), Some(from))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        });
        Box::pin(pieces)
    }
}

impl Call<'_> {
    /// Sends it once and leaves the body of a success unread.
    async fn open(&self) -> Result<Response, Error> {
        let response = self.answered().await?;
        let headers = response.headers().clone();
        if response.status().is_success() {
            self.tell(Some(response.status().as_u16()), Some(&headers), None);
            return Ok(response);
        }
        let (status, result) = self.judge(response).await;
        let error = result.err().unwrap_or_else(|| Error::Decode("the answer is not a file".to_owned()));
        self.tell(Some(status), Some(&headers), Some(&error));
        Err(error)
    }
}

impl Client {
    /// Fetches the bytes behind a media URL as they come, for files that should go to a disk or another server without
    /// being held in memory. How much is taken is the caller's choice: look at [`MediaStream::size`]. The token goes along
    /// as with [`Client::download`]. Retries begin the download again, and only before its first byte.
    ///
    /// ```no_run
    /// # async fn show(client: &cloud_api::client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use tokio::io::AsyncWriteExt;
    ///
    /// let media = client.media("2621233374848975").await?;
    /// let mut coming = client.stream_media(&media.url).await?;
    /// let mut file = tokio::fs::File::create("invoice.pdf").await?;
    /// while let Some(piece) = coming.chunk().await? {
    ///     file.write_all(&piece).await?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Client::download`].
    pub async fn stream_media(&self, url: &str) -> Result<MediaStream, Error> {
        let call = self.fetching("stream_media", url)?;
        let response = match &self.retries {
            Some(retries) => retry(retries, true, || call.open()).await?,
            None => call.open().await?,
        };
        let kind = response.headers().get(reqwest::header::CONTENT_TYPE);
        let mime_type = kind.and_then(|kind| kind.to_str().ok()).map(str::to_owned);
        Ok(MediaStream { mime_type, size: response.content_length(), response })
    }
}
