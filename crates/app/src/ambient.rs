//! What comes from the world and is handed in: time, ids, secret bytes (invariant I7).

use model::time::{Clock, Ids};
use std::{fmt, sync::Arc};

/// Time, ids and secret bytes, as `cli` or a test wires them.
#[derive(Debug, Clone)]
pub struct Ambient {
    /// Tells the time.
    pub clock: Clock,
    /// Hands out ids.
    pub ids: Ids,
    /// Hands out secret bytes.
    pub secrets: Secrets,
}

/// Hands out bytes that nobody can guess; `cli` wires the system's generator.
#[derive(Clone)]
pub struct Secrets(Arc<Fill>);

/// Fills a slice with secret bytes.
type Fill = dyn Fn(&mut [u8]) + Send + Sync;

impl Secrets {
    /// A source that fills what it is given.
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// `N` fresh bytes.
    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }

    /// A text of `length` letters and digits, almost six bits each.
    pub(crate) fn token(&self, length: usize) -> String {
        const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut token = String::with_capacity(length);
        while token.len() < length {
            // Bytes from 248 on are left out, so that every letter is as likely as every other.
            let fresh = self.bytes::<32>().into_iter().filter(|b| *b < 248);
            token.extend(fresh.take(length - token.len()).map(|b| char::from(LETTERS[usize::from(b % 62)])));
        }
        token
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}
