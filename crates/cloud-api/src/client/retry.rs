//! Repeating what may be repeated.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Disposition, Error};

/// Wait before a call of unknown outcome is repeated for the first time.
const AFTER_UNKNOWN: Duration = Duration::from_secs(1);

/// How often a call is repeated, and how long is waited in between.
///
/// What is repeated:
///
/// | outcome | sends and other commands | reads, and commands that may be repeated |
/// |---|---|---|
/// | turned away unprocessed ([`Error::is_safe_to_repeat`]: codes 4, 80007, 130429, 131056, 131057, HTTP 429), or no connection was made | yes | yes |
/// | any other [`Disposition::RetryAfter`]: 133009, 138003, 138004, … | **never** | yes |
/// | [`Disposition::OutcomeUnknown`]: time-out, cut connection, codes 1, 2, 131000, …, HTTP 5xx | **never** | yes |
/// | [`Error::Decode`]: carried out, answer not understood | never | never |
/// | everything else | never | never |
///
/// The second column is for GETs and for commands that leave the same state however often they are carried out: profiles,
/// settings, blocks, receipts. Deleting isn't among them: the second time Meta says that there is no such thing.
///
/// The first wait is what the disposition says, or what the answer's headers ask for (`Retry-After`, minutes to regain
/// access) if that is more; then it doubles up to `longest_wait`. A call whose *first* wait is longer than `longest_wait`
/// isn't repeated at all. Waits have no random part; `sleep` can add one.
///
/// ```no_run
/// use std::time::Duration;
/// use cloud_api::client::{Client, Config, Retries};
///
/// # fn show() -> Result<(), cloud_api::client::ConfigError> {
/// let retries = Retries::new(4, Duration::from_secs(60), tokio::time::sleep);
/// let client = Client::new(Config::new("access token"))?.with_retries(retries);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Retries {
    attempts: u32,
    longest_wait: Duration,
    sleep: Arc<Sleep>,
}

type Sleep = dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync;

impl Retries {
    /// Up to `attempts` requests for each call, the first included. `sleep` waits; with tokio it is `tokio::time::sleep`.
    pub fn new<F>(
        attempts: u32,
        longest_wait: Duration,
        sleep: impl Fn(Duration) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self { attempts, longest_wait, sleep: Arc::new(move |wait| Box::pin(sleep(wait))) }
    }

    /// How long to wait before the next attempt; `None` when there is to be none.
    pub(super) fn wait(&self, error: &Error, repeatable: bool, attempt: u32) -> Option<Duration> {
        if attempt >= self.attempts || matches!(error, Error::Decode(_)) {
            return None;
        }
        let first = match error.disposition() {
            Disposition::RetryAfter(wait) if repeatable || error.is_safe_to_repeat() => wait,
            Disposition::OutcomeUnknown if repeatable => AFTER_UNKNOWN,
            _ => return None,
        };
        let doubled = first.saturating_mul(2_u32.saturating_pow(attempt - 1));
        (first <= self.longest_wait).then(|| doubled.min(self.longest_wait))
    }

    pub(super) async fn sleep(&self, wait: Duration) {
        (self.sleep)(wait).await;
    }
}

impl fmt::Debug for Retries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { attempts, longest_wait, .. } = self;
        f.debug_struct("Retries")
            .field("attempts", attempts)
            .field("longest_wait", longest_wait)
            .finish_non_exhaustive()
    }
}

/// Repeats something made of several calls, by the same rules: `repeatable` says whether an unknown outcome may be repeated.
/// For single calls [`Client::with_retries`](super::Client::with_retries) is enough; both together multiply.
///
/// # Errors
/// That of the last attempt.
pub async fn retry<T, F>(policy: &Retries, repeatable: bool, mut call: impl FnMut() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut attempt = 1;
    loop {
        let error = match call().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let Some(wait) = policy.wait(&error, repeatable, attempt) else { return Err(error) };
        policy.sleep(wait).await;
        attempt += 1;
    }
}
