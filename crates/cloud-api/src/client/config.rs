//! Where the Graph API is and who is calling.

use std::fmt;
use std::time::Duration;

use reqwest::Url;
use serde::{Deserialize, Deserializer, Serializer};

use super::exchange::Observer;

/// Meta's own address.
pub const DEFAULT_BASE_URL: &str = "https://graph.facebook.com";
/// Meta's other address, for the archive of templates and the upload of videos. It has no versions.
pub const SECOND_BASE_URL: &str = "https://api.facebook.com";
/// The Graph API version this crate is written against.
pub const DEFAULT_VERSION: &str = "v25.0";

/// Host of [`DEFAULT_BASE_URL`].
const GRAPH_HOST: &str = "graph.facebook.com";
/// Longest time to wait for a connection. Short, because a connection that fails is known not to have sent anything.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Idle connections are closed by us before Meta does, so that few requests meet a connection that is being closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Meta's media servers turn away programs that don't look like a browser or a well-known client.
const USER_AGENT: &str = concat!("Mozilla/5.0 (compatible; cloud-api/", env!("CARGO_PKG_VERSION"), ")");

/// Text that must not be seen: neither Debug nor anything else in this crate shows it. It isn't wiped from memory when it
/// is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Writes the text into a request's body. There is no `Serialize`, so that nothing writes it by accident:
    /// `#[serde(serialize_with = "Secret::write")]`.
    pub(crate) fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// How the access token goes along.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Auth {
    /// `Authorization: Bearer <token>`, as Meta wants it.
    #[default]
    Bearer,
    /// A header of this name, as some providers want it: `D360-API-KEY` for 360dialog.
    Header(String),
}

impl Auth {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        match self {
            Self::Bearer => Ok(()),
            Self::Header(name) => reqwest::header::HeaderName::try_from(name.as_str())
                .map(drop)
                .map_err(|_| ConfigError::AuthHeader),
        }
    }
}

/// Where the Graph API is and who is calling.
///
/// A provider in front of Meta is a base URL of its own, often without a version and with its own header. Where a key
/// already says which number is meant, give calls an empty phone number id, which leaves it out of the path:
///
/// ```no_run
/// # async fn send(message: cloud_api::message::Outbound) -> Result<(), Box<dyn std::error::Error>> {
/// use cloud_api::client::{Auth, Client, Config};
///
/// let client = Client::new(Config {
///     base_url: "https://waba-v2.360dialog.io".into(),
///     version: String::new(),
///     auth: Auth::Header("D360-API-KEY".into()),
///     ..Config::new("the number's key")
/// })?;
/// client.send_message("", &message).await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Config {
    /// Scheme and host, and a path if a provider or proxy has one. Plain `http` is for emulators and private networks.
    pub base_url: String,
    /// Instead of Meta's second address, whole, as it has no version. When `None`, it is [`SECOND_BASE_URL`] for Meta's own
    /// base URL, and the base URL with its version for any other: one emulator or proxy stands for both.
    pub second_base_url: Option<String>,
    /// First path segment of every call, e.g. `v25.0`; empty for providers without versions.
    pub version: String,
    /// Who is calling.
    pub access_token: Secret,
    /// How `access_token` goes along.
    pub auth: Auth,
    /// When given, every call carries `appsecret_proof`.
    pub app_secret: Option<Secret>,
    /// For a whole call, answer included; uploads and downloads may take five minutes. A third of it, at most five
    /// seconds, may go into connecting.
    pub timeout: Duration,
    /// Whether requests are judged before they leave: what breaks a limit fails with
    /// [`Error::Refused`](crate::error::Error::Refused), and Meta never sees it. Turn it off to try limits that have changed.
    pub validate: bool,
    /// Sees every answer, with its request id and what is left of the hourly budgets.
    ///
    /// ```
    /// use cloud_api::client::{Config, Observer};
    ///
    /// let on_answer = Observer::new(|exchange| {
    ///     if exchange.usage.is_some_and(|usage| usage.highest() > 80) {
    ///         println!("{} {}: slow down", exchange.operation, exchange.id);
    ///     }
    /// });
    /// let config = Config { on_answer: Some(on_answer), ..Config::new("access token") };
    /// ```
    pub on_answer: Option<Observer>,
}

impl Config {
    /// Meta's own Graph API, current version, half a minute per call, limits judged, no `appsecret_proof`.
    pub fn new(access_token: impl Into<Secret>) -> Self {
        Self {
            base_url: DEFAULT_BASE_URL.to_owned(),
            second_base_url: None,
            version: DEFAULT_VERSION.to_owned(),
            access_token: access_token.into(),
            auth: Auth::Bearer,
            app_secret: None,
            timeout: Duration::from_secs(30),
            validate: true,
            on_answer: None,
        }
    }

    /// The URL every call starts with.
    pub(super) fn base(&self) -> Result<Url, ConfigError> {
        let mut base = absolute(&self.base_url)?;
        if !self.version.is_empty() {
            let mut segments = base.path_segments_mut().map_err(|()| ConfigError::BaseUrl)?;
            segments.pop_if_empty().push(&self.version);
        }
        Ok(base)
    }

    /// The URL that calls to Meta's second host start with.
    pub(super) fn second(&self, base: &Url) -> Result<Url, ConfigError> {
        match &self.second_base_url {
            Some(url) => absolute(url),
            None if base.host_str() == Some(GRAPH_HOST) => absolute(SECOND_BASE_URL),
            None => Ok(base.clone()),
        }
    }

    pub(super) fn http(&self, base: &Url) -> Result<reqwest::Client, ConfigError> {
        // Fails when the process has a provider already, which then does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let loopback = base.host_str().is_some_and(is_loopback);
        let builder = || {
            let builder = reqwest::Client::builder();
            // A proxy for the outside world can't reach this machine's own addresses.
            let builder = if loopback { builder.no_proxy() } else { builder };
            builder
                .user_agent(USER_AGENT)
                .timeout(self.timeout)
                .connect_timeout(CONNECT_TIMEOUT.min(self.timeout / 3))
                .pool_idle_timeout(IDLE_TIMEOUT)
                .tcp_nodelay(true)
                // A redirect would repeat a message, or carry the token elsewhere.
                .redirect(reqwest::redirect::Policy::none())
        };
        match builder().build() {
            Ok(client) => Ok(client),
            // A machine without root certificates can still talk to an emulator.
            Err(_) if base.scheme() == "http" => {
                builder().tls_certs_only([]).build().map_err(|error| ConfigError::Tls(error.to_string()))
            }
            Err(error) => Err(ConfigError::Tls(error.to_string())),
        }
    }
}

fn absolute(url: &str) -> Result<Url, ConfigError> {
    let mut url = Url::parse(url).map_err(|_| ConfigError::BaseUrl)?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(ConfigError::BaseUrl);
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

/// Whether a host is this machine itself.
pub(super) fn is_loopback(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Why a client can't be made.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The token's header has a name no header can have.
    #[error("name of the token's header is not a header name")]
    AuthHeader,
    /// A base URL isn't an absolute `http` or `https` one.
    #[error("base URL is not an absolute http or https URL")]
    BaseUrl,
    /// TLS can't be set up, for example because the machine has no root certificates.
    #[error("TLS can't be set up: {0}")]
    Tls(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_proxy_stands_for_both_of_metas_hosts() {
        let second = |config: Config| config.second(&config.base().unwrap()).unwrap().to_string();
        let config = || Config::new("token");
        assert_eq!(second(config()), "https://api.facebook.com/");
        let proxy = Config { base_url: "https://proxy.test/meta/".to_owned(), ..config() };
        assert_eq!(second(proxy.clone()), "https://proxy.test/meta/v25.0");
        let own = Some("https://api.proxy.test/x".to_owned());
        assert_eq!(second(Config { second_base_url: own, ..proxy }), "https://api.proxy.test/x");
        let wrong = Config { second_base_url: Some("nowhere".to_owned()), ..config() };
        assert!(matches!(wrong.second(&wrong.base().unwrap()), Err(ConfigError::BaseUrl)));
    }
}
