//! Media: upload, look-up, download, deletion. Meta: Cloud API > Reference > Media.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::Url;
use reqwest::multipart::{Form, Part};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::call::Answer;
use super::config::is_loopback;
use super::node::{judged, number};
use super::{Auth, Call, Client};
use crate::error::Error;
use crate::message::{MediaKind, check_media, media_kind_for};
use crate::signature::hex;
use crate::violation::Violation;
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
    /// Everything else Graph said.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl MediaInfo {
    /// The size in bytes, if Graph said one.
    pub fn size(&self) -> Option<u64> {
        self.file_size.as_ref()?.parse().ok()
    }
}

/// A file to upload.
#[derive(Debug, Clone)]
pub struct Upload<'a> {
    /// The file.
    pub bytes: Bytes,
    /// E.g. `image/jpeg`.
    pub mime_type: &'a str,
    /// The name that documents show.
    pub filename: &'a str,
    /// Only for numbers that store nothing at Meta: minutes until it is gone, 60 to 43,200.
    pub ttl_minutes: Option<u32>,
}

impl Upload<'_> {
    /// Whether Meta would take it, as far as that can be told without looking at the bytes: by
    /// [`check_media`](crate::message::check_media), as a document where no other kind has its type.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(&self) -> Result<(), Vec<Violation>> {
        judged(&json!({"ttl_minutes": self.ttl_minutes}), |root, findings| {
            let kind = media_kind_for(self.mime_type).unwrap_or(MediaKind::Document);
            let checked = check_media(kind, self.mime_type, self.bytes.len() as u64);
            findings.0.extend(checked.err().unwrap_or_default());
            number(findings, root, "ttl_minutes", [60, 43_200]);
        })
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
    /// Uploads a file to send from this number; gives the media id, good for 30 days. Permission M.
    ///
    /// # Errors
    /// As [`Client::upload`].
    pub async fn upload_media(
        &self,
        phone_number_id: &str,
        bytes: Bytes,
        mime_type: &str,
        filename: &str,
    ) -> Result<String, Error> {
        self.upload(phone_number_id, Upload { bytes, mime_type, filename, ttl_minutes: None }).await
    }

    /// Uploads a file, with all options. Permission M.
    ///
    /// How large a file may be depends on its type: [`MEDIA`](crate::message::limits::MEDIA). What has a type outside that
    /// table goes as a document. Meta: Cloud API > Reference > Media.
    ///
    /// # Errors
    /// [`Error::Refused`] for what [`Upload::validate`] finds. What only Meta can tell, such as a file that isn't of its type,
    /// is refused with code 100 or 131053. Nothing is sent by an upload, so it may be repeated.
    pub async fn upload(&self, phone_number_id: &str, upload: Upload<'_>) -> Result<String, Error> {
        self.judge(|| upload.validate())?;
        let Upload { bytes, mime_type, filename, ttl_minutes } = upload;
        let (mime_type, filename) = (mime_type.to_owned(), filename.to_owned());
        let form = move || {
            let form = form(&bytes, &mime_type, &filename)?;
            Ok(match ttl_minutes {
                Some(minutes) => form.text("ttl_minutes", minutes.to_string()),
                None => form,
            })
        };
        let call = self.post("upload_media", &[phone_number_id, "media"]).on_number();
        let call = call.multipart(form).idempotent();
        let uploaded: Uploaded = call.timeout(TRANSFER_TIMEOUT).read().await?;
        Ok(uploaded.id.into_string())
    }

    /// Looks media up, mostly for the URL of its bytes. Permission M.
    ///
    /// # Errors
    /// As every call; code 100 with subcode 33 when it is gone or another business's.
    pub async fn media(&self, media_id: &str) -> Result<MediaInfo, Error> {
        self.get("media", &[media_id]).read().await
    }

    /// Looks media up, if it belongs to this number. Permission M.
    ///
    /// # Errors
    /// As [`Client::media`]; also when another number of the business uploaded it.
    pub async fn media_of(&self, phone_number_id: &str, media_id: &str) -> Result<MediaInfo, Error> {
        self.get("media", &[media_id]).query("phone_number_id", phone_number_id).read().await
    }

    /// Fetches the bytes behind a media URL, at most 100 MB, into memory; [`Client::stream_media`] doesn't.
    ///
    /// The access token goes along only to Meta's media servers, the host and port of the base URL and, between loopback
    /// addresses, any port. A provider with a header of its own ([`Auth::Header`]) is asked instead of Meta, which doesn't know
    /// the provider's keys.
    ///
    /// # Errors
    /// HTTP status 404 when the URL is older than five minutes: look the media up again.
    pub async fn download(&self, url: &str) -> Result<Download, Error> {
        let call = self.fetching("download", url)?;
        let Answer { kind: mime_type, body: bytes } = call.at_most(DOWNLOAD_MAX).bytes().await?;
        Ok(Download { mime_type, bytes })
    }

    /// The GET of a media URL, with the token for those who may have it.
    pub(super) fn fetching(&self, operation: &'static str, url: &str) -> Result<Call<'_>, Error> {
        let url = Url::parse(url).map_err(|_| Error::Invalid("the media URL is not a URL".to_owned()))?;
        let url = self.through_provider(url);
        let trusted = self.trusts(&url);
        Ok(Call::fetch(self, operation, url, trusted).timeout(TRANSFER_TIMEOUT))
    }

    /// As [`Client::download`], and makes sure of the bytes: `sha256` is what [`Client::media`] gives (hexadecimal) or a
    /// webhook (base64).
    ///
    /// # Errors
    /// As [`Client::download`]; [`Error::Decode`] when the bytes have another checksum.
    pub async fn download_verified(&self, url: &str, sha256: &str) -> Result<Download, Error> {
        let download = self.download(url).await?;
        let digest = Sha256::digest(&download.bytes);
        if hex(&digest).eq_ignore_ascii_case(sha256) || STANDARD.encode(digest) == sha256 {
            return Ok(download);
        }
        Err(Error::Decode("download: the bytes have another checksum than was said".to_owned()))
    }

    /// Deletes media. Permission M.
    ///
    /// # Errors
    /// As every call; deleting it again is refused with code 100.
    pub async fn delete_media(&self, media_id: &str) -> Result<(), Error> {
        self.delete("delete_media", &[media_id]).command().await
    }

    /// Deletes media, if it belongs to this number. Permission M.
    ///
    /// # Errors
    /// As [`Client::delete_media`]; also when another number of the business uploaded it.
    pub async fn delete_media_of(&self, phone_number_id: &str, media_id: &str) -> Result<(), Error> {
        self.delete("delete_media", &[media_id]).query("phone_number_id", phone_number_id).command().await
    }

    /// The same path and query at the provider, for one of Meta's media URLs.
    fn through_provider(&self, url: Url) -> Url {
        if self.place.auth == Auth::Bearer || !url.host_str().is_some_and(is_meta) {
            return url;
        }
        let mut there = self.place.base.clone();
        if let (Ok(mut path), Some(segments)) = (there.path_segments_mut(), url.path_segments()) {
            path.pop_if_empty().extend(segments);
        }
        there.set_query(url.query());
        there
    }

    fn trusts(&self, url: &Url) -> bool {
        let (Some(host), Some(ours)) = (url.host_str(), self.place.base.host_str()) else { return false };
        let metas = self.place.auth == Auth::Bearer && is_meta(host);
        let safe = url.scheme() == "https" || self.place.base.scheme() == "http";
        let same = host == ours && url.port_or_known_default() == self.place.base.port_or_known_default();
        let known = same || (is_loopback(host) && is_loopback(ours));
        (metas && url.scheme() == "https") || (known && safe)
    }
}

fn is_meta(host: &str) -> bool {
    META_HOSTS
        .iter()
        .any(|meta| host == *meta || host.strip_suffix(meta).is_some_and(|rest| rest.ends_with('.')))
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
        assert!(trusts("https://waba.provider.test", "https://waba.provider.test:443/media/1"));
        assert!(!trusts("https://waba.provider.test", "http://waba.provider.test/media/1"));
        assert!(!trusts("https://waba.provider.test", "https://waba.provider.test:8443/media/1"));
    }

    #[test]
    fn a_provider_s_key_does_not_go_to_meta() {
        let config = Config {
            base_url: "https://provider.test/prefix".to_owned(),
            version: String::new(),
            auth: Auth::Header("x-key".to_owned()),
            ..Config::new("key")
        };
        let client = Client::new(config).unwrap();
        let meta =
            Url::parse("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&ext=2").unwrap();
        assert!(!client.trusts(&meta));
        let there = client.through_provider(meta);
        assert_eq!(there.as_str(), "https://provider.test/prefix/whatsapp_business/attachments/?mid=1&ext=2");
        assert!(client.trusts(&there));
        let other = Url::parse("https://other.test/1").unwrap();
        assert_eq!(client.through_provider(other.clone()), other);
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
