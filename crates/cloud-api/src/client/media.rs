//! Media: upload, look-up, download, deletion. Meta: Cloud API > Reference > Media.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Url;
use reqwest::multipart::{Form, Part};
use serde::Deserialize;

use super::call::Answer;
use super::config::is_loopback;
use super::{Call, Client};
use crate::error::Error;
use crate::webhook::Id;

/// Largest file WhatsApp carries, in bytes: a document of 100 MB.
const DOWNLOAD_MAX: usize = 100 * 1024 * 1024;
/// Uploads and downloads may take long.
const TRANSFER_TIMEOUT: Duration = Duration::from_secs(300);
/// Where Meta keeps media; the only strangers that get to see the access token.
const META_HOSTS: [&str; 3] = ["fbsbx.com", "facebook.com", "whatsapp.net"];

/// What Graph knows about media.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MediaInfo {
    /// Its id.
    pub id: Id,
    /// Where its bytes are for five minutes; use [`Client::download`].
    pub url: String,
    /// E.g. `image/jpeg`.
    pub mime_type: Option<String>,
    /// Hexadecimal, unlike the base64 one of webhooks.
    pub sha256: Option<String>,
    /// In bytes; a number or a text on the wire.
    pub file_size: Option<Id>,
}

impl MediaInfo {
    /// The size in bytes, if Graph said one.
    pub fn size(&self) -> Option<u64> {
        self.file_size.as_ref()?.parse().ok()
    }
}

/// Bytes of media.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// `Content-Type` of the answer.
    pub mime_type: Option<String>,
    /// The file.
    pub bytes: Bytes,
}

#[derive(Deserialize)]
struct Uploaded {
    id: Id,
}

impl Client {
    /// Uploads a file to send from this number; gives the media id, good for 30 days.
    ///
    /// # Errors
    /// A wrong type or size is refused with code 100 or 131053. Nothing is sent by an upload, so it may be repeated.
    pub async fn upload_media(
        &self,
        phone_number_id: &str,
        bytes: Bytes,
        mime_type: &str,
        filename: &str,
    ) -> Result<String, Error> {
        let (mime_type, filename) = (mime_type.to_owned(), filename.to_owned());
        let form = move || form(&bytes, &mime_type, &filename);
        let call = self.post("upload_media", &[phone_number_id, "media"]).multipart(form).idempotent();
        let uploaded: Uploaded = call.timeout(TRANSFER_TIMEOUT).read().await?;
        Ok(uploaded.id.into_string())
    }

    /// Looks media up, mostly for the URL of its bytes.
    ///
    /// # Errors
    /// As every call; code 100 with subcode 33 when it is gone or another business's.
    pub async fn media(&self, media_id: &str) -> Result<MediaInfo, Error> {
        self.get("media", &[media_id]).read().await
    }

    /// Fetches the bytes behind a media URL, at most 100 MB.
    ///
    /// The access token goes along only to Meta's media servers, the host of the base URL and, between loopback
    /// addresses, any port.
    ///
    /// # Errors
    /// HTTP status 404 when the URL is older than five minutes: look the media up again.
    pub async fn download(&self, url: &str) -> Result<Download, Error> {
        let url = Url::parse(url).map_err(|_| Error::Invalid("the media URL is not a URL".to_owned()))?;
        let trusted = self.trusts(&url);
        let call = Call::fetch(self, "download", url, trusted).timeout(TRANSFER_TIMEOUT);
        let Answer { kind: mime_type, body: bytes } = call.at_most(DOWNLOAD_MAX).bytes().await?;
        Ok(Download { mime_type, bytes })
    }

    /// Deletes media.
    ///
    /// # Errors
    /// As every call; deleting it again is refused with code 100.
    pub async fn delete_media(&self, media_id: &str) -> Result<(), Error> {
        self.delete("delete_media", &[media_id]).command().await
    }

    fn trusts(&self, url: &Url) -> bool {
        let (Some(host), Some(ours)) = (url.host_str(), self.place.base.host_str()) else { return false };
        let metas = META_HOSTS
            .iter()
            .any(|meta| host == *meta || host.strip_suffix(meta).is_some_and(|rest| rest.ends_with('.')));
        let safe = url.scheme() == "https" || self.place.base.scheme() == "http";
        let known = host == ours || (is_loopback(host) && is_loopback(ours));
        (metas && url.scheme() == "https") || (known && safe)
    }
}

fn form(bytes: &Bytes, mime_type: &str, filename: &str) -> Result<Form, Error> {
    let file = Part::stream_with_length(bytes.clone(), bytes.len() as u64)
        .file_name(filename.to_owned())
        .mime_str(mime_type)
        .map_err(|_| Error::Invalid("the media type can't be written in a header".to_owned()))?;
    Ok(Form::new()
        .text("messaging_product", "whatsapp")
        .text("type", mime_type.to_owned())
        .part("file", file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Config;

    fn trusts(base: &str, url: &str) -> bool {
        let config = Config { base_url: base.to_owned(), ..Config::new("token") };
        Client::new(config).unwrap().trusts(&Url::parse(url).unwrap())
    }

    #[test]
    fn the_token_goes_to_metas_media_servers_and_to_the_base_url_only() {
        let meta = "https://graph.facebook.com";
        assert!(trusts(meta, "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1"));
        assert!(trusts(meta, "https://graph.facebook.com/v25.0/1"));
        assert!(trusts(meta, "https://mmg.whatsapp.net/1"));
        for url in [
            "https://lookaside.fbsbx.com.evil.test/1",
            "https://evilfbsbx.com/1",
            "https://evil.test/graph.facebook.com",
            "http://lookaside.fbsbx.com/1",
            "http://graph.facebook.com/1",
            "data:text/plain,hi",
        ] {
            assert!(!trusts(meta, url), "{url}");
        }
        assert!(trusts("https://waba.provider.test", "https://waba.provider.test/media/1"));
        assert!(!trusts("https://waba.provider.test", "http://waba.provider.test/media/1"));
    }

    #[test]
    fn loopback_addresses_are_one_place() {
        let emulator = "http://127.0.0.1:8090";
        assert!(trusts(emulator, "http://127.0.0.1:8090/media/1"));
        assert!(trusts(emulator, "http://localhost:9000/media/1"));
        assert!(trusts("http://[::1]:1", "http://127.0.0.1:8090/media/1"));
        assert!(!trusts(emulator, "http://10.0.0.1/media/1"));
        assert!(!trusts("https://graph.facebook.com", "http://127.0.0.1/media/1"));
    }
}
