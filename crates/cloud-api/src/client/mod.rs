//! The Graph API, called. Meta: Cloud API > Reference; Graph API > Overview.
//!
//! A [`Client`] holds the credentials of one business and a pool of connections that stay open between calls; clone
//! it freely, and use [`Client::with_credentials`] for the next business.
//!
//! - **Retries** are off. [`Client::with_retries`] turns them on for what is safe to repeat, and only that;
//!   [`Error::disposition`] tells those who retry by themselves what is safe.
//! - **Limits** are judged before anything leaves ([`Config::validate`]): a body Meta would refuse comes back as
//!   [`Error::Refused`] with everything that is wrong with it.
//! - **Lists** are [`Listing`]s: a page, all of it, or a stream.
//! - **Budgets** (`X-App-Usage`, `X-Business-Use-Case-Usage`) and request ids reach the [`Observer`] after every answer.
//! - **Any endpoint** that isn't here yet: [`Client::call`], or in one line [`Client::raw`].
//!
//! Permissions are named by each method with Meta's letters: **M** is `whatsapp_business_messaging`, **B** is
//! `whatsapp_business_management`. Without it, or without access to the account, calls fail with code 10 or 200 to 299.
//! Calls to an id that doesn't exist, or that the token can't see, fail with code 100 and subcode 33.
//!
//! Management calls (**B**) share a budget: 200 an hour for each app and account, 5,000 once the account has a registered
//! number. Above it they fail with code 4 or 80007. Meta: Graph API > Rate limits.

mod access;
mod amount;
pub mod analytics;
mod analytics_query;
mod app_webhooks;
pub mod automation;
pub mod business;
mod call;
pub mod call_hours;
pub mod calls;
mod clock;
pub mod compliance;
mod config;
mod exchange;
mod form_preview;
pub mod forms;
pub mod groups;
mod health;
mod listing;
mod media;
mod media_stream;
mod messages;
mod mobility;
mod node;
pub mod nodes;
pub mod numbers;
mod preverified;
pub mod profile;
mod query;
pub mod registration;
mod retry;
mod schedules;
pub mod settings;
mod signup;
mod signup_links;
mod solutions;
mod template_analytics;
mod template_groups;
mod template_library;
mod template_moves;
pub mod templates;
pub mod tokens;
mod transport;
pub mod uploads;
pub mod username;
pub mod users;
pub mod waba;
mod welcome_sequences;

use std::sync::Arc;

use reqwest::Url;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use amount::Amount;
pub use call::Call;
pub use config::{Auth, Config, ConfigError, DEFAULT_BASE_URL, DEFAULT_VERSION, SECOND_BASE_URL, Secret};
pub use exchange::{Budget, BusinessUsage, Exchange, Observer, Usage};
pub use health::{Ability, HealthEntity, HealthError, HealthStatus};
pub use listing::{Listing, Page};
pub use media::{Download, MediaInfo, Upload};
pub use media_stream::MediaStream;
pub use messages::{Sent, SentContact};
pub use numbers::PhoneNumber;
/// The HTTP method of [`Client::call`].
pub use reqwest::Method;
pub use retry::{Retries, retry};
pub use templates::TemplateInfo;
pub use waba::Waba;

use crate::error::Error;
use crate::signature::appsecret_proof;
use crate::violation::Violation;

/// Calls the Graph API with the credentials of one business.
///
/// ```no_run
/// use std::time::Duration;
///
/// use cloud_api::client::{Client, Config, Retries};
/// use cloud_api::error::Disposition;
/// use cloud_api::message::{Interactive, Outbound, Recipient, ReplyButton};
///
/// # async fn show() -> Result<(), Box<dyn std::error::Error>> {
/// let config = Config { app_secret: Some("app secret".into()), ..Config::new("access token") };
/// let retries = Retries::new(4, Duration::from_secs(60), tokio::time::sleep);
/// let client = Client::new(config)?.with_retries(retries);
///
/// let question = Interactive::buttons("Deliver today?", [ReplyButton::new("yes", "Yes"), ReplyButton::new("no", "No")]);
/// let message = Outbound::new(Recipient::Phone("+16505551234".into()), question).with_callback_data("order:1");
/// match client.send_message("106540352242922", &message).await {
///     Ok(sent) => println!("accepted as {}", sent.wamid),
///     Err(error) => match error.disposition() {
///         Disposition::RetryAfter(wait) => println!("still refused; nothing was sent; again in {wait:?}"),
///         Disposition::OutcomeUnknown => println!("wait for a status with order:1 before sending again"),
///         Disposition::ParkNumber => println!("stop sending from this number: {error}"),
///         Disposition::FixRequest | Disposition::Never => println!("don't send this again: {error}"),
///     },
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    account: Arc<Account>,
    place: Arc<Place>,
    retries: Option<Retries>,
}

struct Account {
    token: Secret,
    /// Proof that the token's user also holds the app secret, when there is one.
    proof: Option<String>,
    /// When the proof was made, for proofs that end; in seconds since 1970.
    proof_time: Option<i64>,
}

/// What all businesses of one client have in common.
#[derive(Clone)]
struct Place {
    base: Url,
    /// Where the few edges are that Meta keeps on another host.
    second: Url,
    auth: Auth,
    validate: bool,
    on_answer: Option<Observer>,
}

impl Account {
    fn new(token: Secret, app_secret: Option<&Secret>) -> Self {
        let proof = app_secret.map(|secret| appsecret_proof(secret.expose(), token.expose()));
        Self { token, proof, proof_time: None }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("base", &self.place.base.as_str()).finish_non_exhaustive()
    }
}

impl Client {
    /// A client with connections of its own. Makes `ring` the process's TLS provider unless there is one already.
    ///
    /// # Errors
    /// [`ConfigError`] when a base URL or the name of the token's header can't be used, or TLS can't be set up for an
    /// `https` one.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let base = config.base()?;
        let second = config.second(&base)?;
        config.auth.check()?;
        let http = config.http(&base)?;
        let account = Arc::new(Account::new(config.access_token, config.app_secret.as_ref()));
        let (auth, validate, on_answer) = (config.auth, config.validate, config.on_answer);
        let place = Arc::new(Place { base, second, auth, validate, on_answer });
        Ok(Self { http, account, place, retries: None })
    }

    /// A client for another business that shares this one's connections, retries and observer.
    #[must_use]
    pub fn with_credentials(&self, access_token: Secret, app_secret: Option<&Secret>) -> Self {
        Self { account: Arc::new(Account::new(access_token, app_secret)), ..self.clone() }
    }

    /// The same client, whose answers are seen by this observer: one that knows whose they are.
    #[must_use]
    pub fn with_observer(&self, on_answer: Observer) -> Self {
        let place = Place { on_answer: Some(on_answer), ..Place::clone(&self.place) };
        Self { place: Arc::new(place), ..self.clone() }
    }

    /// The same client, which repeats what may be repeated. See [`Retries`].
    #[must_use]
    pub fn with_retries(&self, retries: Retries) -> Self {
        Self { retries: Some(retries), ..self.clone() }
    }

    /// Any call, for what this crate has no method for: `path` comes after the version (`106540352242922/settings`), `body`
    /// is JSON. Nothing is judged; errors, retries and the observer work as for every other call. A GET counts as
    /// repeatable, nothing else does.
    ///
    /// # Errors
    /// As every call; [`Error::Decode`] when the answer isn't a `T` (`serde_json::Value` always fits).
    pub async fn raw<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<T, Error> {
        let path: Vec<&str> = path.split('/').collect();
        let mut call = self.call("raw", method, &path);
        for (key, value) in query {
            call = call.query(key, value);
        }
        match body {
            Some(body) => call.json(body).read().await,
            None => call.read().await,
        }
    }

    /// A call to a node or an edge of it, as every method of this client makes it. `operation` names it in the log and to the
    /// observer. Ids become one path segment each, whatever is in them; empty ones are left out, for providers whose key
    /// already says which number or account is meant.
    pub fn call(&self, operation: &'static str, method: Method, path: &[&str]) -> Call<'_> {
        Call::new(self, &self.place.base, operation, method, path)
    }

    /// As [`Client::call`], to the few edges Meta serves from `api.facebook.com`.
    pub fn call_second(&self, operation: &'static str, method: Method, path: &[&str]) -> Call<'_> {
        Call::new(self, &self.place.second, operation, method, path)
    }

    pub(crate) fn get(&self, operation: &'static str, path: &[&str]) -> Call<'_> {
        self.call(operation, Method::GET, path)
    }

    pub(crate) fn post(&self, operation: &'static str, path: &[&str]) -> Call<'_> {
        self.call(operation, Method::POST, path)
    }

    pub(crate) fn delete(&self, operation: &'static str, path: &[&str]) -> Call<'_> {
        self.call(operation, Method::DELETE, path)
    }

    /// A list edge; add its filters with [`Listing::with`].
    pub(crate) fn list<T: DeserializeOwned>(&self, operation: &'static str, path: &[&str]) -> Listing<T> {
        Listing::new(self.clone(), operation, path)
    }

    /// Judges a request before it leaves, unless the caller has said not to.
    pub(crate) fn judge(&self, check: impl FnOnce() -> Result<(), Vec<Violation>>) -> Result<(), Error> {
        if self.place.validate { check().map_err(Error::Refused) } else { Ok(()) }
    }
}
