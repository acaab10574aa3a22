//! Where the Graph API is and who is calling.

use std::fmt;
use std::time::Duration;

use reqwest::Url;

/// Meta's own address.
pub const DEFAULT_BASE_URL: &str = "https://graph.facebook.com";
/// The Graph API version this crate is written against.
pub const DEFAULT_VERSION: &str = "v25.0";

/// Longest time to wait for a connection. Short, because a connection that fails is known not to have sent anything.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Idle connections are closed by us before Meta does, so that few requests meet a connection that is being closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Meta's media servers turn away programs that don't look like a browser or a well-known client.
const USER_AGENT: &str = concat!("Mozilla/5.0 (compatible; cloud-api/", env!("CARGO_PKG_VERSION"), ")");

/// Text that must not be seen: neither Debug nor anything else in this crate shows it.
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

/// Where the Graph API is and who is calling.
#[derive(Debug, Clone)]
pub struct Config {
    /// Scheme and host, and a path if a provider has one. Plain `http` is for emulators and private networks.
    pub base_url: String,
    /// First path segment of every call, e.g. `v25.0`; empty for providers without versions.
    pub version: String,
    /// Sent as `Authorization: Bearer`.
    pub access_token: Secret,
    /// When given, every call carries `appsecret_proof`.
    pub app_secret: Option<Secret>,
    /// For a whole call, answer included; uploads and downloads may take five minutes. A third of it, at most five
    /// seconds, may go into connecting.
    pub timeout: Duration,
}

impl Config {
    /// Meta's own Graph API, current version, half a minute per call, no `appsecret_proof`.
    pub fn new(access_token: impl Into<Secret>) -> Self {
        Self {
            base_url: DEFAULT_BASE_URL.to_owned(),
            version: DEFAULT_VERSION.to_owned(),
            access_token: access_token.into(),
            app_secret: None,
            timeout: Duration::from_secs(30),
        }
    }

    /// The URL every call starts with.
    pub(super) fn base(&self) -> Result<Url, ConfigError> {
        let mut base = Url::parse(&self.base_url).map_err(|_| ConfigError::BaseUrl)?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(ConfigError::BaseUrl);
        }
        base.set_query(None);
        base.set_fragment(None);
        if !self.version.is_empty() {
            let mut segments = base.path_segments_mut().map_err(|()| ConfigError::BaseUrl)?;
            segments.pop_if_empty().push(&self.version);
        }
        Ok(base)
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

/// Whether a host is this machine itself.
pub(super) fn is_loopback(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Why a client can't be made.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The base URL isn't an absolute `http` or `https` one.
    #[error("base URL is not an absolute http or https URL")]
    BaseUrl,
    /// TLS can't be set up, for example because the machine has no root certificates.
    #[error("TLS can't be set up: {0}")]
    Tls(String),
}
