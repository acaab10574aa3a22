//! Password hashing: Argon2id with the library's defaults (RFC 9106, second recommended option's memory).

use crate::{Error, Result};
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// A hash that no password has; checked for unknown addresses.
pub(super) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IHNpZ25zIGlu$F3uAZcUs0Wd5/1aSJbdBjy6yPlgZP2dZzvVYfK5V3Xo";

/// Hashes at once. Each takes 19 MiB and a core for a while; more would let strangers at the door take the machine.
pub(crate) const AT_ONCE: usize = 2;

pub(super) async fn hash(turns: &Semaphore, password: String, salt: [u8; 16]) -> Result<String> {
    blocking(turns, move || {
        let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|h| h.to_string()).map_err(|e| Error::Internal(format!("password hashing: {e}")))
    })
    .await
}

pub(super) async fn verify(turns: &Semaphore, password: String, hash: String) -> Result<bool> {
    blocking(turns, move || {
        let hash =
            PasswordHash::new(&hash).map_err(|e| Error::Internal(format!("stored password hash: {e}")))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
}

/// Hashing takes tens of milliseconds of a core by intention, which the runtime's threads can't spare.
async fn blocking<T: Send + 'static>(
    turns: &Semaphore,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let _turn = turns.acquire().await.map_err(|e| Error::Internal(e.to_string()))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(e.to_string()))?
}
